/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rows of cinfo. Nodes are sorted once, by what a group has in common; then each partition is
 * work in the number of its nodes.
 */
#include "config.h"

#include "wrappers/cinfo/rows.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wrappers/base/memory.h"
#include "wrappers/slurm/api.h"

/* Facts about each node, by its index in the cluster. */
struct about_nodes {
	size_t *group; /* nodes alike have the same number, and numbers have the order of rows */
	bool *wanted;  /* passes the filters */
	bool *shown;   /* stands in a row */
	size_t *list;  /* room for the nodes of a partition */
	size_t n_groups;
};

static int compare(unsigned a, unsigned b)
{
	return (a > b) - (a < b);
}

static int by_state(const void *a, const void *b, void *nodes)
{
	const struct crane_node *left = (const struct crane_node *)nodes + *(const size_t *)a;
	const struct crane_node *right = (const struct crane_node *)nodes + *(const size_t *)b;
	int order = compare(left->drain, right->drain);

	if (order == 0)
		order = compare(left->state, right->state);
	if (order == 0)
		order = compare(left->power, right->power);
	return order ? order : strcmp(left->reason, right->reason);
}

static void number_groups(const struct crane_nodes *nodes, struct about_nodes *about)
{
	size_t *order = about->list;

	for (size_t i = 0; i < nodes->n; i++)
		order[i] = i;
	if (nodes->n)
		qsort_r(order, nodes->n, sizeof(*order), by_state, nodes->node);
	for (size_t i = 0; i < nodes->n; i++) {
		if (i > 0 && by_state(&order[i - 1], &order[i], nodes->node) != 0)
			about->n_groups++;
		about->group[order[i]] = about->n_groups;
	}
	about->n_groups += nodes->n > 0;
}

/* Marks as unwanted what is not in [names]. NULL: no list. */
static void restrict_to(const struct crane_cluster *cluster, const struct crane_strings *names,
			struct about_nodes *about)
{
	bool *listed;

	if (!names)
		return;
	listed = crane_xcalloc(cluster->nodes.n, sizeof(*listed));
	for (size_t i = 0; i < names->n; i++) {
		size_t at = crane_cluster_find(cluster, names->item[i]);

		if (at != SIZE_MAX)
			listed[at] = true;
	}
	for (size_t i = 0; i < cluster->nodes.n; i++)
		about->wanted[i] &= listed[i];
	free(listed);
}

static void mark_wanted(const struct crane_cluster *cluster,
			const struct crane_cinfo_filter *filter, struct about_nodes *about)
{
	for (size_t i = 0; i < cluster->nodes.n; i++)
		about->wanted[i] =
			crane_node_filter_matches(&filter->states, &cluster->nodes.node[i]);
	restrict_to(cluster, filter->nodes, about);
	restrict_to(cluster, filter->job_nodes, about);
}

static void note_missing(const struct crane_cluster *cluster, const struct crane_strings *names,
			 const struct about_nodes *about, struct crane_strings *missing)
{
	for (size_t i = 0; names && i < names->n; i++) {
		size_t at = crane_cluster_find(cluster, names->item[i]);

		if (at == SIZE_MAX || !about->shown[at])
			crane_strings_addf(missing, "%s", names->item[i]);
	}
}

/* Fills in the groups of a partition, in the order of their numbers. */
static void add_groups(const struct crane_nodes *nodes, const struct crane_partition *partition,
		       struct about_nodes *about, struct crane_cinfo_partition *row)
{
	struct crane_strings *names = crane_xcalloc(about->n_groups, sizeof(*names));
	const struct crane_node **like = crane_xcalloc(about->n_groups, sizeof(*like));
	size_t n = crane_partition_nodes(partition, nodes, about->list);
	bool alive = false;

	for (size_t i = 0; i < n; i++) {
		size_t at = about->list[i], group = about->group[at];

		alive |= nodes->node[at].state != CRANE_NODE_DOWN;
		if (!about->wanted[at])
			continue;
		about->shown[at] = true;
		row->n_groups += like[group] == NULL;
		like[group] = &nodes->node[at];
		crane_strings_take(&names[group], crane_xstrdup(nodes->node[at].name));
	}
	row->up = partition->up && alive;
	row->group = crane_xcalloc(row->n_groups, sizeof(*row->group));
	row->n_groups = 0;
	for (size_t i = 0; i < about->n_groups; i++) {
		if (!like[i])
			continue;
		row->group[row->n_groups++] = (struct crane_cinfo_group){
			.like = like[i],
			.count = names[i].n,
			.nodes = crane_hostlist_fold(&names[i]),
		};
		crane_strings_clear(&names[i]);
	}
	free(names);
	free(like);
}

static bool meets(const struct crane_strings *list, const char *name)
{
	for (size_t i = 0; list && i < list->n; i++) {
		if (strcmp(list->item[i], name) == 0)
			return true;
	}
	return !list;
}

void crane_cinfo_rows_collect(const struct crane_cluster *cluster,
			      const struct crane_partitions *partitions,
			      const struct crane_cinfo_filter *filter,
			      struct crane_cinfo_rows *rows)
{
	size_t n = cluster->nodes.n;
	struct about_nodes about = {
		.group = crane_xcalloc(n, sizeof(*about.group)),
		.wanted = crane_xcalloc(n, sizeof(*about.wanted)),
		.shown = crane_xcalloc(n, sizeof(*about.shown)),
		.list = crane_xcalloc(n, sizeof(*about.list)),
	};

	memset(rows, 0, sizeof(*rows));
	rows->partition = crane_xcalloc(partitions->n, sizeof(*rows->partition));
	number_groups(&cluster->nodes, &about);
	mark_wanted(cluster, filter, &about);
	for (size_t i = 0; i < partitions->n; i++) {
		const struct crane_partition *partition = &partitions->partition[i];
		struct crane_cinfo_partition *row = &rows->partition[rows->n];

		if (!meets(filter->partitions, partition->name) ||
		    !meets(filter->job_partitions, partition->name))
			continue;
		row->name = partition->name;
		row->is_default = partition->is_default;
		add_groups(&cluster->nodes, partition, &about, row);
		rows->n++;
	}
	note_missing(cluster, filter->nodes, &about, &rows->missing);
	free(about.group);
	free(about.wanted);
	free(about.shown);
	free(about.list);
}

void crane_cinfo_rows_clear(struct crane_cinfo_rows *rows)
{
	for (size_t i = 0; i < rows->n; i++) {
		for (size_t k = 0; k < rows->partition[i].n_groups; k++)
			free(rows->partition[i].group[k].nodes);
		free(rows->partition[i].group);
	}
	free(rows->partition);
	crane_strings_clear(&rows->missing);
	memset(rows, 0, sizeof(*rows));
}
