/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rows of cinfo: of each partition the groups of nodes that are alike, and how many nodes the
 * filters leave (doc/reference/queries.md#rows-of-nodes). cinfo.c prints them.
 */
#ifndef WRAPPERS_CINFO_ROWS_H
#define WRAPPERS_CINFO_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "wrappers/base/strings.h"
#include "wrappers/slurm/cluster.h"
#include "wrappers/view/cluster.h"
#include "wrappers/view/nodestate.h"

/* A row passes if it meets all lists; NULL is met by all. */
struct crane_cinfo_filter {
	struct crane_node_filter states;
	const struct crane_strings *partitions, *nodes;
	const struct crane_strings *job_partitions, *job_nodes;
};

/* Nodes of one partition in the same state, for the same reason. */
struct crane_cinfo_group {
	const struct crane_node *like; /* one of them */
	size_t count;
	char *nodes; /* "cn[01-03,05]"; owned */
};

struct crane_cinfo_partition {
	const char *name;
	bool is_default;
	bool up; /* open to jobs, with a node that is not down */
	struct crane_cinfo_group *group;
	size_t n_groups;
};

struct crane_cinfo_rows {
	struct crane_cinfo_partition *partition; /* in the order of slurm.conf */
	size_t n;
	struct crane_strings missing; /* those of filter->nodes that stand in no group */
};

/*
 * Collects the partitions that pass [filter], also those of which no node does. [cluster] is
 * indexed if the filter has lists of nodes; strings of the rows belong to it and to [partitions].
 * Frees: crane_cinfo_rows_clear().
 */
void crane_cinfo_rows_collect(const struct crane_cluster *cluster,
			      const struct crane_partitions *partitions,
			      const struct crane_cinfo_filter *filter,
			      struct crane_cinfo_rows *rows);
void crane_cinfo_rows_clear(struct crane_cinfo_rows *rows);

#endif /* WRAPPERS_CINFO_ROWS_H */
