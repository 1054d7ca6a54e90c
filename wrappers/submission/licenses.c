/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The value of --licenses.
 */
#include "config.h"

#include "wrappers/submission/licenses.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wrappers/base/memory.h"
#include "wrappers/options/govalue.h"

static size_t word_length(const char *s)
{
	size_t len = 0;

	while (isalnum((unsigned char)s[len]) || (s[len] && strchr("_-.", s[len])))
		len++;
	return len;
}

/*
 * Returns the length of the name at [s]: letters, digits, '_', '-' and '.', as sites name the licenses of their
 * slurm.conf (CraneSched takes letters alone), and "@server" of the same. 0: there is no name.
 */
static size_t name_length(const char *s)
{
	size_t len = word_length(s), server;

	if (len == 0 || s[len] != '@')
		return len;
	server = word_length(s + len + 1);
	return server > 0 ? len + 1 + server : 0;
}

/* [item]: "name:count" in [len] bytes. */
static int check_item(const char *item, size_t len, struct crane_error *err)
{
	size_t name = name_length(item);
	char *count = name && name < len && item[name] == ':' ?
			      crane_xstrndup(item + name + 1, len - name - 1) :
			      NULL;
	uint32_t value;
	int rc = 0;

	if (!count || crane_go_uint32(count, false, &value, NULL) != 0)
		rc = crane_error_set(err, CRANE_E_VALUE, 0, "invalid licenses string format");
	else if (value == 0)
		rc = crane_error_set(err, CRANE_E_VALUE, 0, "license count must > 0");
	free(count);
	return rc;
}

char *crane_licenses(const char *text, bool slurm_has_or, struct crane_error *err)
{
	char *list = crane_xcalloc(strlen(text) + 1, 1), *out = list;
	const char *separators;
	int rc = 0;

	for (; *text; text++) {
		if (*text != ' ')
			*out++ = *text;
	}
	separators = strchr(list, '|') ? "|" : ",";
	if (*separators == '|' && strchr(list, ','))
		rc = crane_error_set(err, CRANE_E_VALUE, 0,
				     "cannot mix AND (,) and OR (|) in licenses string");
	for (const char *item = list; rc == 0; item++) {
		size_t len = strcspn(item, separators);

		rc = check_item(item, len, err);
		item += len;
		if (*item == '\0')
			break;
	}
	if (rc == 0 && *separators == '|' && !slurm_has_or)
		rc = crane_error_set(err, CRANE_E_VALUE, 0,
				     "this release of Slurm cannot choose among licenses (|), "
				     "25.05 and later can; name one, or several joined by , to get "
				     "all");
	if (rc == 0)
		return list;
	free(list);
	return NULL;
}
