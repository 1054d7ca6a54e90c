/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Slurm's lists of resources as numbers.
 */
#include "config.h"

#include "wrappers/view/resources.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "wrappers/base/memory.h"
#include "wrappers/output/json.h"

/* One "name=value" of a list. */
struct item {
	const char *name, *value;
	size_t name_len, value_len;
};

static bool next_item(const char **list, struct item *item)
{
	size_t len = strcspn(*list, ",");

	if (len == 0)
		return false;
	item->name = *list;
	item->name_len = strcspn(*list, "=,");
	item->value = item->name + item->name_len + (item->name_len < len);
	item->value_len = len - (size_t)(item->value - *list);
	*list += len + ((*list)[len] == ',');
	return true;
}

static bool item_is(const struct item *item, const char *name)
{
	return item->name_len == strlen(name) && memcmp(item->name, name, item->name_len) == 0;
}

/* Returns MiB of "2000M" or "1.50G"; a bare number is MiB. */
static double read_mib(const char *value)
{
	static const char units[] = "KMGTP";
	char *end;
	double number = strtod(value, &end);
	const char *unit = *end ? strchr(units, toupper((unsigned char)*end)) : NULL;

	if (!unit || !*unit)
		return number;
	for (const char *u = units; u < unit; u++)
		number *= 1024;
	return number / 1024;
}

static struct crane_tres_gres *find_gres(const struct crane_resources *res, const char *name,
					 size_t len)
{
	for (size_t i = 0; i < res->n_gres; i++) {
		if (strncmp(res->gres[i].name, name, len) == 0 && res->gres[i].name[len] == '\0')
			return &res->gres[i];
	}
	return NULL;
}

static void add_gres(struct crane_resources *res, const char *name, size_t len,
		     unsigned long long count)
{
	struct crane_tres_gres *gres = find_gres(res, name, len);

	if (gres) {
		gres->count += count;
		return;
	}
	res->gres = crane_xrealloc(res->gres, res->n_gres + 1, sizeof(*res->gres));
	res->gres[res->n_gres++] = (struct crane_tres_gres){ crane_xstrndup(name, len), count };
}

void crane_tres_read(const char *list, struct crane_resources *res)
{
	struct item item;

	memset(res, 0, sizeof(*res));
	while (next_item(&list, &item)) {
		if (item_is(&item, "cpu"))
			res->cpus += strtod(item.value, NULL);
		else if (item_is(&item, "node"))
			res->nodes += (unsigned)strtoul(item.value, NULL, 10);
		else if (item_is(&item, "mem"))
			res->mem_mib += read_mib(item.value);
		else if (item.name_len > 5 && memcmp(item.name, "gres/", 5) == 0)
			add_gres(res, item.name + 5, item.name_len - 5,
				 strtoull(item.value, NULL, 10));
	}
}

void crane_tres_read_gres(const char *list, unsigned times, struct crane_resources *res)
{
	if (res->n_gres > 0)
		return;
	while (*list) {
		size_t len = strcspn(list, ","), name_len;
		char *text = crane_xstrndup(list, len), *name = text, *count;

		list += len + (list[len] == ',');
		text[strcspn(text, "(")] = '\0';
		if (strncmp(name, "gres:", 5) == 0 || strncmp(name, "gres/", 5) == 0)
			name += 5;
		name_len = strlen(name);
		for (count = name + name_len; count > name && isdigit((unsigned char)count[-1]);)
			count--;
		if (*count && count > name && strchr(":=", count[-1]))
			add_gres(res, name, (size_t)(count - name) - 1,
				 times * strtoull(count, NULL, 10));
		else
			add_gres(res, name, name_len, times);
		free(text);
	}
}

bool crane_tres_has_typed(const struct crane_resources *res, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < res->n_gres; i++) {
		if (strncmp(res->gres[i].name, name, len) == 0 && res->gres[i].name[len] == ':')
			return true;
	}
	return false;
}

bool crane_tres_nodes(const char *list, unsigned *nodes)
{
	struct item item;

	while (next_item(&list, &item)) {
		if (!item_is(&item, "node"))
			continue;
		*nodes = (unsigned)strtoul(item.value, NULL, 10);
		return true;
	}
	return false;
}

void crane_resources_add(struct crane_resources *sum, const struct crane_resources *part)
{
	sum->nodes += part->nodes;
	sum->cpus += part->cpus;
	sum->mem_mib += part->mem_mib;
	for (size_t i = 0; i < part->n_gres; i++)
		add_gres(sum, part->gres[i].name, strlen(part->gres[i].name), part->gres[i].count);
}

void crane_resources_subtract(struct crane_resources *from, const struct crane_resources *part)
{
	from->nodes -= part->nodes < from->nodes ? part->nodes : from->nodes;
	from->cpus = part->cpus < from->cpus ? from->cpus - part->cpus : 0;
	from->mem_mib = part->mem_mib < from->mem_mib ? from->mem_mib - part->mem_mib : 0;
	for (size_t i = 0; i < part->n_gres; i++) {
		const struct crane_tres_gres *less = &part->gres[i];
		struct crane_tres_gres *gres = find_gres(from, less->name, strlen(less->name));

		if (gres)
			gres->count -= less->count < gres->count ? less->count : gres->count;
	}
}

void crane_resources_put(struct json_object *to, const struct crane_resources *res)
{
	uint64_t bytes = (uint64_t)(res->mem_mib * 1024 * 1024);

	crane_json_put(to, "cpu_count", json_object_new_double(res->cpus));
	crane_json_put(to, "memory_bytes", crane_json_u64(bytes));
	crane_json_put(to, "memory_sw_bytes", crane_json_u64(bytes));
}

void crane_resources_clear(struct crane_resources *res)
{
	for (size_t i = 0; i < res->n_gres; i++)
		free(res->gres[i].name);
	free(res->gres);
	memset(res, 0, sizeof(*res));
}
