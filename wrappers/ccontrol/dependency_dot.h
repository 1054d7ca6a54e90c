/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dependencies as a graph for Graphviz.
 */
#ifndef WRAPPERS_CCONTROL_DEPENDENCY_DOT_H
#define WRAPPERS_CCONTROL_DEPENDENCY_DOT_H

#include "wrappers/ccontrol/dependency_graph.h"

/*
 * Prints the nodes that are marked up or down, and all that their expressions name: no job is shown
 * with half of its expression.
 */
void crane_dot_print(struct crane_graph *graph);

#endif /* WRAPPERS_CCONTROL_DEPENDENCY_DOT_H */
