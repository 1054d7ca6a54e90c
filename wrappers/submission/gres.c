/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The values of --gres and --gpus-per-node.
 */
#include "config.h"

#include "wrappers/submission/gres.h"

#include <stdlib.h>
#include <string.h>

#include "wrappers/base/memory.h"
#include "wrappers/base/strings.h"
#include "wrappers/options/govalue.h"

#define GPU "gpu"

static bool same_type(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/*
 * A count of 0 asks for nothing. Slurm refuses one name with a type and without (22.05 to 26.05).
 */
static int add(struct crane_gres *gres, const char *name, const char *type, uint32_t count,
	       struct crane_error *err)
{
	if (count == 0)
		return 0;
	for (size_t i = 0; i < gres->n; i++) {
		struct crane_gres_item *item = &gres->item[i];

		if (strcmp(item->name, name) != 0)
			continue;
		if (same_type(item->type, type)) {
			item->count += count;
			return 0;
		}
		if (!item->type || !type)
			return crane_error_set(err, CRANE_E_VALUE, 0,
					       "Slurm counts %s by type or without types, not both "
					       "in one job; give each of them a type, or none",
					       name);
	}
	gres->item = crane_xrealloc(gres->item, gres->n + 1, sizeof(*gres->item));
	gres->item[gres->n++] = (struct crane_gres_item){ crane_xstrdup(name),
							  type ? crane_xstrdup(type) : NULL,
							  count };
	return 0;
}

/* Changes [item]. */
static int read_item(struct crane_gres *gres, char *item, struct crane_error *err)
{
	char *whole = crane_xstrdup(item), *part[3] = { item, NULL, NULL };
	struct crane_error why;
	size_t n = 1;
	uint32_t count;
	int rc;

	for (char *colon = item; (colon = strchr(colon, ':')) && n < 4; n++) {
		*colon++ = '\0';
		if (n < 3)
			part[n] = colon;
	}
	if (n < 2 || n > 3 || !*part[0] || (n == 3 && !*part[1]))
		rc = crane_error_set(err, CRANE_E_VALUE, 0, "Error parsing gres: %s", whole);
	else if (crane_go_uint32(part[n - 1], false, &count, &why) == 0)
		rc = add(gres, part[0], n == 3 ? part[1] : NULL, count, err);
	else if (n == 2)
		rc = crane_error_set(err, CRANE_E_VALUE, 0, "error parsing gres count: %s", whole);
	else
		rc = crane_error_set(err, CRANE_E_VALUE, 0, "Error parsing count for %s: %s",
				     part[0], why.text);
	free(whole);
	return rc;
}

/* Splits at each comma; items may be empty. */
static void split(const char *text, struct crane_strings *items)
{
	for (;;) {
		size_t len = strcspn(text, ",");

		crane_strings_take(items, crane_xstrndup(text, len));
		if (text[len] == '\0')
			break;
		text += len + 1;
	}
}

int crane_gres_read(struct crane_gres *gres, const char *text, struct crane_error *err)
{
	struct crane_strings items = { 0 };
	int rc = 0;

	crane_gres_clear(gres);
	/* Slurm's word for no resources. */
	if (strcmp(text, "none") == 0)
		return 0;
	split(text, &items);
	for (size_t i = 0; i < items.n && rc == 0; i++)
		rc = read_item(gres, items.item[i], err);
	crane_strings_clear(&items);
	return rc;
}

/* "type:count"; changes [item]. */
static int read_typed_gpu(struct crane_gres *gres, char *item, struct crane_error *err)
{
	char *colon = strchr(item, ':');
	uint32_t count;

	if (strchr(colon + 1, ':'))
		return crane_error_set(err, CRANE_E_VALUE, 0,
				       "invalid input: \"%s\" (too many colons)", item);
	*colon = '\0';
	if (!*item)
		return crane_error_set(err, CRANE_E_VALUE, 0, "gpu type cannot be empty");
	if (crane_go_uint32(colon + 1, false, &count, NULL) != 0 || count == 0)
		return crane_error_set(err, CRANE_E_VALUE, 0,
				       "invalid number for type \"%s\": \"%s\"", item, colon + 1);
	return add(gres, GPU, item, count, err);
}

static int read_gpus(struct crane_gres *gres, const struct crane_strings *items,
		     struct crane_error *err)
{
	uint32_t count;
	size_t n_plain = 0;

	for (size_t i = 0; i < items->n; i++) {
		if (!*items->item[i] && items->n > 1)
			return crane_error_set(err, CRANE_E_VALUE, 0,
					       "invalid input: empty part in gpus-per-node string");
		n_plain += strchr(items->item[i], ':') == NULL;
	}
	if (n_plain == items->n && n_plain > 1)
		return crane_error_set(err, CRANE_E_VALUE, 0,
				       "simple number format must be the only part");
	if (n_plain > 0 && items->n > 1)
		return crane_error_set(err, CRANE_E_VALUE, 0,
				       "cannot mix simple number format with type:count format");
	if (n_plain == 1) {
		if (crane_go_uint32(items->item[0], false, &count, NULL) != 0 || count == 0)
			return crane_error_set(err, CRANE_E_VALUE, 0, "invalid number: \"%s\"",
					       items->item[0]);
		return add(gres, GPU, NULL, count, err);
	}
	for (size_t i = 0; i < items->n; i++) {
		if (read_typed_gpu(gres, items->item[i], err) != 0)
			return -1;
	}
	return 0;
}

int crane_gres_read_gpus(struct crane_gres *gres, const char *text, struct crane_error *err)
{
	struct crane_strings items = { 0 };
	int rc;

	crane_gres_clear(gres);
	split(text, &items);
	rc = read_gpus(gres, &items, err);
	crane_strings_clear(&items);
	return rc;
}

bool crane_gres_has(const struct crane_gres *gres, const char *name)
{
	for (size_t i = 0; i < gres->n; i++) {
		if (strcmp(gres->item[i].name, name) == 0)
			return true;
	}
	return false;
}

static void add_items(struct crane_strings *list, const struct crane_gres *gres)
{
	for (size_t i = 0; i < gres->n; i++) {
		const struct crane_gres_item *item = &gres->item[i];

		crane_strings_addf(list, "%s%s%s:%llu", item->name, item->type ? ":" : "",
				   item->type ? item->type : "", (unsigned long long)item->count);
	}
}

char *crane_gres_slurm(const struct crane_gres *a, const struct crane_gres *b)
{
	struct crane_strings list = { 0 };
	char *text;

	add_items(&list, a);
	add_items(&list, b);
	text = crane_strings_join(&list, ",");
	crane_strings_clear(&list);
	return text;
}

void crane_gres_clear(struct crane_gres *gres)
{
	for (size_t i = 0; i < gres->n; i++) {
		free(gres->item[i].name);
		free(gres->item[i].type);
	}
	free(gres->item);
	memset(gres, 0, sizeof(*gres));
}
