/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The states of a node in Crane's words (doc/reference/queries.md#states-of-nodes), and filters on them.
 */
#ifndef WRAPPERS_VIEW_NODESTATE_H
#define WRAPPERS_VIEW_NODESTATE_H

#include <stdbool.h>

#include "wrappers/slurm/cluster.h"

/* "CRANE_IDLE", "CRANE_DRAIN" or "CRANE_NONE", "CRANE_POWER_ACTIVE": names of JSON. */
const char *crane_node_resource_name(const struct crane_node *node);
const char *crane_node_control_name(const struct crane_node *node);
const char *crane_node_power_name(const struct crane_node *node);

/*
 * Returns "mix(drain)[power_active]"; malloc'd. With [says_failed] a node that is down although it
 * has power is "down[failed]".
 */
char *crane_node_state_text(const struct crane_node *node, bool says_failed);

/* A node matches if each kind has its state; a kind without states is not set. */
struct crane_node_filter {
	unsigned resource; /* 1 << enum crane_node_state, or-ed */
	unsigned control;
	unsigned power;
};

/*
 * Adds a word of --states, in any case. Words for which Slurm has no state are known and match no
 * node. Returns false if the word is unknown.
 */
bool crane_node_filter_add(struct crane_node_filter *filter, const char *word);
bool crane_node_filter_matches(const struct crane_node_filter *filter,
			       const struct crane_node *node);

#endif /* WRAPPERS_VIEW_NODESTATE_H */
