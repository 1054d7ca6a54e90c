/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dependencies as JSON (doc/reference/control.md#show-dependency).
 */
#ifndef WRAPPERS_CCONTROL_DEPENDENCY_JSON_H
#define WRAPPERS_CCONTROL_DEPENDENCY_JSON_H

#include "wrappers/ccontrol/dependency_graph.h"

/* Prints the nodes that a walk has marked, and their edges. */
void crane_dependency_json_print(struct crane_graph *graph);

#endif /* WRAPPERS_CCONTROL_DEPENDENCY_JSON_H */
