/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cluster's nodes with what they have, what of it is in use and what is free; sums over lists
 * of nodes. How that is laid out is left to the files of `ccontrol show`.
 */
#ifndef WRAPPERS_VIEW_CLUSTER_H
#define WRAPPERS_VIEW_CLUSTER_H

#include <stddef.h>
#include <stdint.h>

#include "wrappers/slurm/cluster.h"
#include "wrappers/view/resources.h"

struct json_object;

/* In "gres" of all three: generic resources by kind; "nodes" counts nodes. */
struct crane_share {
	struct crane_resources total, alloc, avail;
	unsigned alive_nodes; /* not down */
};

struct crane_cluster {
	struct crane_nodes nodes;
	size_t *by_name; /* indices of nodes.node, sorted by name */
};

int crane_cluster_load(struct crane_cluster *cluster, struct crane_slurm_error *why);
void crane_cluster_free(struct crane_cluster *cluster);

/* The index in nodes.node, or SIZE_MAX. */
size_t crane_cluster_find(const struct crane_cluster *cluster, const char *name);

/*
 * One node, or all in the host list [names]. Free is what a job could get: nothing on a node that
 * is down or drained.
 */
void crane_share_of_node(const struct crane_node *node, struct crane_share *share);
void crane_share_of_nodes(const struct crane_cluster *cluster, const char *names,
			  struct crane_share *share);
void crane_share_clear(struct crane_share *share);

/* Per kind; what would fall below zero is zero. */
void crane_resources_add(struct crane_resources *sum, const struct crane_resources *part);
void crane_resources_subtract(struct crane_resources *from, const struct crane_resources *part);

/* "1024M", "0"; "gpu:a100:2, nic:1", "None". */
void crane_print_mem(double mib);
void crane_print_gres(const struct crane_resources *res);

/*
 * Three lines: "\tTotalCPU=16.00 AvailCPU=8.00 AllocCPU=8.00" and the same of memory and generic
 * resources.
 */
void crane_print_share(const struct crane_share *share);

/* protobuf's ResourceView. */
struct json_object *crane_json_resources(const struct crane_resources *res);

#endif /* WRAPPERS_VIEW_CLUSTER_H */
