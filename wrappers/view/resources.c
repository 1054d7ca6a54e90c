/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Slurm's lists of resources as numbers. How they are shown is left to the commands.
 */
#include "config.h"

#include "wrappers/view/resources.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "wrappers/base/memory.h"

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

/* "2000M", "1.50G" in MiB; a bare number is MiB. */
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

static void add_gres(struct crane_resources *res, const char *start, size_t len,
		     unsigned long long count)
{
	char *name = crane_xstrndup(start, len);
	size_t i;

	for (i = 0; i < res->n_gres && strcmp(res->gres[i].name, name) != 0; i++)
		;
	if (i < res->n_gres) {
		res->gres[i].count += count;
		free(name);
		return;
	}
	res->gres = crane_xrealloc(res->gres, ++res->n_gres, sizeof(*res->gres));
	res->gres[i] = (struct crane_tres_gres){ name, count };
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

void crane_job_asked(const struct crane_job *job, struct crane_resources *res)
{
	crane_tres_read(job->tres_req, res);
	if (res->nodes == 0)
		res->nodes = job->num_nodes;
	if (res->cpus == 0)
		res->cpus = job->num_cpus;
	crane_tres_read_gres(job->gres_per_node, res->nodes, res);
}

void crane_job_got(const struct crane_job *job, struct crane_resources *res)
{
	struct crane_strings names = { 0 };

	crane_tres_read(job->tres_alloc, res);
	/* Tasks of an array share nodes; the list of nodes does not repeat them. */
	if (job->array_id && job->nodes[0] && crane_hostlist_expand(job->nodes, &names) > 0)
		res->nodes = (unsigned)names.n;
	crane_strings_clear(&names);
	crane_tres_read_gres(job->gres_alloc, 1, res);
}

uint32_t crane_job_node_count(const struct crane_job *job)
{
	const char *list = job->tres_req;
	struct item item;

	if (job->state != CRANE_PENDING)
		return job->num_nodes;
	while (next_item(&list, &item)) {
		if (item_is(&item, "node"))
			return (uint32_t)strtoul(item.value, NULL, 10);
	}
	return job->num_nodes;
}

void crane_resources_clear(struct crane_resources *res)
{
	for (size_t i = 0; i < res->n_gres; i++)
		free(res->gres[i].name);
	free(res->gres);
	memset(res, 0, sizeof(*res));
}
