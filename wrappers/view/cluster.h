/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The nodes of a cluster: what they have, what jobs use and what is free, also summed over a list
 * of nodes.
 */
#ifndef WRAPPERS_VIEW_CLUSTER_H
#define WRAPPERS_VIEW_CLUSTER_H

#include <stddef.h>

#include "wrappers/slurm/cluster.h"
#include "wrappers/view/resources.h"

/* "nodes" of all three counts nodes. */
struct crane_share {
	struct crane_resources total, alloc, avail;
	unsigned alive_nodes; /* nodes that are not down */
};

struct crane_cluster {
	struct crane_nodes nodes;
	size_t *by_name; /* indices of nodes.node, sorted by name; NULL: not sorted yet */
};

/* Returns 0, or -1 with *why. Frees: crane_cluster_free(), also after a failure. */
int crane_cluster_load(struct crane_cluster *cluster, struct crane_slurm_error *why);
void crane_cluster_free(struct crane_cluster *cluster);

/* Sorts by_name, for nodes that were loaded otherwise. */
void crane_cluster_index(struct crane_cluster *cluster);

/* Returns the index of a node in nodes.node, or SIZE_MAX if the cluster has no such node. */
size_t crane_cluster_find(const struct crane_cluster *cluster, const char *name);

/*
 * Sums up one node, or all nodes of the host list [names]; names that the cluster lacks count for
 * nothing. Nothing is available on a node that is down or drained.
 * Out: *share, released with crane_share_clear().
 */
void crane_share_of_node(const struct crane_node *node, struct crane_share *share);
void crane_share_of_nodes(const struct crane_cluster *cluster, const char *names,
			  struct crane_share *share);
void crane_share_clear(struct crane_share *share);

#endif /* WRAPPERS_VIEW_CLUSTER_H */
