/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dependencies as a tree of lines.
 */
#ifndef WRAPPERS_CCONTROL_DEPENDENCY_TREE_H
#define WRAPPERS_CCONTROL_DEPENDENCY_TREE_H

#include "wrappers/ccontrol/dependency_graph.h"

struct crane_tree {
	struct crane_graph *graph;
	bool all; /* all jobs are printed: what is cut off follows as a tree of its own */
};

/* Prints a job and what it waits for. Marks what was printed as up. */
void crane_tree_print_root(const struct crane_tree *tree, struct crane_graph_node *node);

/* Prints the same, then what waits for the job. Marks that as down. */
void crane_tree_print_around(const struct crane_tree *tree, struct crane_graph_node *node);

#endif /* WRAPPERS_CCONTROL_DEPENDENCY_TREE_H */
