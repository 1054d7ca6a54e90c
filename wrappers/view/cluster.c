/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The nodes of a cluster: what they have, what jobs use and what is free.
 */
#include "config.h"

#include "wrappers/view/cluster.h"

#include <stdlib.h>
#include <string.h>

#include "wrappers/base/memory.h"
#include "wrappers/base/strings.h"

static int by_name(const void *a, const void *b, void *nodes)
{
	const struct crane_node *node = nodes;

	return strcmp(node[*(const size_t *)a].name, node[*(const size_t *)b].name);
}

int crane_cluster_load(struct crane_cluster *cluster, struct crane_slurm_error *why)
{
	memset(cluster, 0, sizeof(*cluster));
	if (crane_slurm_load_nodes(true, &cluster->nodes, why) != 0)
		return -1;
	crane_cluster_index(cluster);
	return 0;
}

void crane_cluster_index(struct crane_cluster *cluster)
{
	cluster->by_name = crane_xcalloc(cluster->nodes.n, sizeof(*cluster->by_name));
	for (size_t i = 0; i < cluster->nodes.n; i++)
		cluster->by_name[i] = i;
	if (cluster->nodes.n)
		qsort_r(cluster->by_name, cluster->nodes.n, sizeof(*cluster->by_name), by_name,
			cluster->nodes.node);
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

/* Drops the indices of "gpu:a100:2(IDX:0,2-3)", which have commas of their own. */
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
