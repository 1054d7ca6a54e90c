/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cluster's nodes with what they have, what of it is in use and what is free. Layouts are left
 * to the files of `ccontrol show`.
 */
#include "config.h"

#include "wrappers/view/cluster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wrappers/output/json.h"

static int by_name(const void *a, const void *b, void *nodes)
{
	const struct crane_node *node = nodes;

	return strcmp(node[*(const size_t *)a].name, node[*(const size_t *)b].name);
}

int crane_cluster_load(struct crane_cluster *cluster, struct crane_slurm_error *why)
{
	memset(cluster, 0, sizeof(*cluster));
	if (crane_slurm_load_nodes(&cluster->nodes, why) != 0)
		return -1;
	cluster->by_name = crane_xcalloc(cluster->nodes.n, sizeof(*cluster->by_name));
	for (size_t i = 0; i < cluster->nodes.n; i++)
		cluster->by_name[i] = i;
	if (cluster->nodes.n)
		qsort_r(cluster->by_name, cluster->nodes.n, sizeof(*cluster->by_name), by_name,
			cluster->nodes.node);
	return 0;
}

void crane_cluster_free(struct crane_cluster *cluster)
{
	crane_nodes_free(&cluster->nodes);
	free(cluster->by_name);
	cluster->by_name = NULL;
}

size_t crane_cluster_find(const struct crane_cluster *cluster, const char *name)
{
	size_t low = 0, high = cluster->nodes.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(name, cluster->nodes.node[cluster->by_name[middle]].name);

		if (order == 0)
			return cluster->by_name[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return SIZE_MAX;
}

static struct crane_tres_gres *find_gres(const struct crane_resources *res, const char *name)
{
	for (size_t i = 0; i < res->n_gres; i++) {
		if (strcmp(res->gres[i].name, name) == 0)
			return &res->gres[i];
	}
	return NULL;
}

void crane_resources_add(struct crane_resources *sum, const struct crane_resources *part)
{
	sum->nodes += part->nodes;
	sum->cpus += part->cpus;
	sum->mem_mib += part->mem_mib;
	for (size_t i = 0; i < part->n_gres; i++) {
		struct crane_tres_gres *gres = find_gres(sum, part->gres[i].name);

		if (gres) {
			gres->count += part->gres[i].count;
			continue;
		}
		sum->gres = crane_xrealloc(sum->gres, sum->n_gres + 1, sizeof(*sum->gres));
		sum->gres[sum->n_gres++] =
			(struct crane_tres_gres){ crane_xstrdup(part->gres[i].name),
						  part->gres[i].count };
	}
}

void crane_resources_subtract(struct crane_resources *from, const struct crane_resources *part)
{
	from->nodes -= part->nodes < from->nodes ? part->nodes : from->nodes;
	from->cpus = part->cpus < from->cpus ? from->cpus - part->cpus : 0;
	from->mem_mib = part->mem_mib < from->mem_mib ? from->mem_mib - part->mem_mib : 0;
	for (size_t i = 0; i < part->n_gres; i++) {
		struct crane_tres_gres *gres = find_gres(from, part->gres[i].name);

		if (gres)
			gres->count -= part->gres[i].count < gres->count ? part->gres[i].count :
									   gres->count;
	}
}

/* Indices behind the counts, "gpu:a100:2(IDX:0,2-3)", have commas of their own. */
static void read_gres(const char *list, struct crane_resources *res)
{
	char *plain = crane_xstrdup(list), *to = plain;
	unsigned depth = 0;

	for (const char *from = list; *from; from++) {
		if (*from == '(')
			depth++;
		else if (*from == ')' && depth > 0)
			depth--;
		else if (depth == 0)
			*to++ = *from;
	}
	*to = '\0';
	if (strcmp(plain, "(null)") != 0)
		crane_tres_read_gres(plain, 1, res);
	free(plain);
}

void crane_share_of_node(const struct crane_node *node, struct crane_share *share)
{
	memset(share, 0, sizeof(*share));
	share->alive_nodes = node->state != CRANE_NODE_DOWN;
	share->total.nodes = 1;
	share->total.cpus = node->cpus;
	share->total.mem_mib = (double)node->mem_mib;
	read_gres(node->gres, &share->total);
	share->alloc.nodes = node->alloc_cpus > 0;
	share->alloc.cpus = node->alloc_cpus;
	share->alloc.mem_mib = (double)node->alloc_mem_mib;
	read_gres(node->gres_used, &share->alloc);
	if (!share->alive_nodes || node->drain)
		return;
	crane_resources_add(&share->avail, &share->total);
	crane_resources_subtract(&share->avail, &share->alloc);
}

void crane_share_of_nodes(const struct crane_cluster *cluster, const char *names,
			  struct crane_share *share)
{
	struct crane_strings list = { 0 };

	memset(share, 0, sizeof(*share));
	crane_hostlist_expand(names, &list);
	for (size_t i = 0; i < list.n; i++) {
		size_t at = crane_cluster_find(cluster, list.item[i]);
		struct crane_share one;

		if (at == SIZE_MAX)
			continue;
		crane_share_of_node(&cluster->nodes.node[at], &one);
		crane_resources_add(&share->total, &one.total);
		crane_resources_add(&share->alloc, &one.alloc);
		crane_resources_add(&share->avail, &one.avail);
		share->alive_nodes += one.alive_nodes;
		crane_share_clear(&one);
	}
	crane_strings_clear(&list);
}

void crane_share_clear(struct crane_share *share)
{
	crane_resources_clear(&share->total);
	crane_resources_clear(&share->alloc);
	crane_resources_clear(&share->avail);
}

void crane_print_mem(double mib)
{
	if (mib > 0)
		printf("%.0fM", mib);
	else
		putchar('0');
}

void crane_print_gres(const struct crane_resources *res)
{
	const char *separator = "";

	for (size_t i = 0; i < res->n_gres; i++) {
		if (res->gres[i].count == 0 || crane_tres_has_typed(res, res->gres[i].name))
			continue;
		printf("%s%s:%llu", separator, res->gres[i].name, res->gres[i].count);
		separator = ", ";
	}
	if (!*separator)
		printf("None");
}

void crane_print_share(const struct crane_share *share)
{
	printf("\tTotalCPU=%.2f AvailCPU=%.2f AllocCPU=%.2f\n\tTotalMem=", share->total.cpus,
	       share->avail.cpus, share->alloc.cpus);
	crane_print_mem(share->total.mem_mib);
	printf(" AvailMem=");
	crane_print_mem(share->avail.mem_mib);
	printf(" AllocMem=");
	crane_print_mem(share->alloc.mem_mib);
	printf("\n\tTotalGres=");
	crane_print_gres(&share->total);
	printf(" AvailGres=");
	crane_print_gres(&share->avail);
	printf(" AllocGres=");
	crane_print_gres(&share->alloc);
	putchar('\n');
}

/* {"gpu":{"total":"2","specified":{"a100":"2"}}} */
static struct json_object *gres_map(const struct crane_resources *res)
{
	struct json_object *map = crane_json_object();

	for (size_t i = 0; i < res->n_gres; i++) {
		const char *full = res->gres[i].name, *colon = strchr(full, ':');
		size_t len = colon ? (size_t)(colon - full) : strlen(full);
		char *name = crane_xstrndup(full, len);
		struct json_object *kind, *types, *total;
		unsigned long long sum = res->gres[i].count;

		if (!json_object_object_get_ex(map, name, &kind)) {
			kind = crane_json_object();
			crane_json_put(kind, "total", crane_json_u64(0));
			crane_json_put(kind, "specified", crane_json_object());
			crane_json_put(map, name, kind);
		}
		if (colon) {
			json_object_object_get_ex(kind, "specified", &types);
			crane_json_put(types, colon + 1, crane_json_u64(res->gres[i].count));
			json_object_object_get_ex(kind, "total", &total);
			sum += strtoull(json_object_get_string(total), NULL, 10);
		}
		if (colon || !crane_tres_has_typed(res, name))
			crane_json_put(kind, "total", crane_json_u64(sum));
		free(name);
	}
	return map;
}

struct json_object *crane_json_resources(const struct crane_resources *res)
{
	struct json_object *view = crane_json_object(), *gres = crane_json_object();
	uint64_t bytes = (uint64_t)(res->mem_mib * 1024 * 1024);

	crane_json_put(view, "cpu_count", json_object_new_double(res->cpus));
	crane_json_put(view, "memory_bytes", crane_json_u64(bytes));
	crane_json_put(view, "memory_sw_bytes", crane_json_u64(bytes));
	crane_json_put(gres, "name_gres_map", gres_map(res));
	crane_json_put(view, "gres_map", gres);
	return view;
}
