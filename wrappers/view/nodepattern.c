/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nodes as users write them.
 */
#include "config.h"

#include "wrappers/view/nodepattern.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "wrappers/slurm/api.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/strings.h"

/* Returns true if the [len] bytes at [s] read "01-03,05". */
static bool is_range_list(const char *s, size_t len)
{
	while (len > 0) {
		unsigned long long first, last;
		char *end;

		if (!isdigit((unsigned char)*s))
			return false;
		first = last = strtoull(s, &end, 10);
		if (*end == '-') {
			if (!isdigit((unsigned char)end[1]))
				return false;
			last = strtoull(end + 1, &end, 10);
		}
		if (first > last)
			return false;
		len -= (size_t)(end - s);
		s = end;
		if (len == 0)
			return true;
		if (*s != ',')
			return false;
		s++;
		len--;
	}
	return false;
}

/* Returns true if brackets come in pairs and hold ranges of numbers. */
static bool check_brackets(const char *text, const char **why)
{
	const char *open = NULL;

	*why = "";
	for (const char *p = text; *p; p++) {
		if (*p == '[') {
			if (open) {
				*why = ": duplicate brackets";
				return false;
			}
			open = p;
		} else if (*p == ']') {
			if (!open) {
				*why = ": isolated bracket";
				return false;
			}
			if (!is_range_list(open + 1, (size_t)(p - open) - 1))
				return false;
			open = NULL;
		}
	}
	if (open)
		*why = ": isolated bracket";
	return !open;
}

/* Returns the length of the item at [s]: it ends before a ',' outside brackets. */
static size_t item_length(const char *s)
{
	size_t len = 0;
	bool inside = false;

	for (; s[len] && (s[len] != ',' || inside); len++) {
		if (s[len] == '[')
			inside = true;
		else if (s[len] == ']')
			inside = false;
	}
	return len;
}

int crane_nodes_parse(const char *text, struct crane_strings *nodes, struct crane_error *err)
{
	char *bare = crane_xcalloc(strlen(text) + 1, 1), *to = bare;
	struct crane_slurm_error why;
	const char *s, *brackets = "";

	if (crane_slurm_load(&why) != 0) {
		free(bare);
		return crane_error_set(err, CRANE_E_VALUE, 0, "%s", why.text);
	}
	for (const char *p = text; *p; p++) {
		if (!isspace((unsigned char)*p))
			*to++ = *p;
	}
	if (!check_brackets(bare, &brackets)) {
		free(bare);
		return crane_error_set(err, CRANE_E_VALUE, 0, "Invalid node pattern: %s%s.", text,
				       brackets);
	}
	for (s = bare; *s; s += s[0] == ',') {
		size_t len = item_length(s);
		char *item = crane_xstrndup(s, len);

		if (len > 0 && (!strchr(item, '[') || item[len - 1] != ']' ||
				crane_hostlist_expand(item, nodes) <= 0))
			crane_strings_addf(nodes, "%s", item);
		free(item);
		s += len;
	}
	free(bare);
	return 0;
}
