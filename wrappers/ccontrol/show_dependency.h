/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccontrol show dependency [JOB].
 */
#ifndef WRAPPERS_CCONTROL_SHOW_DEPENDENCY_H
#define WRAPPERS_CCONTROL_SHOW_DEPENDENCY_H

#include "src/exitstatus.h"
#include "wrappers/ccontrol/sentence.h"

/*
 * Prints what JOB waits for and what waits for it, as a tree or, with --dot, as a graph for
 * Graphviz; without JOB, prints what all waiting jobs wait for.
 */
enum crane_exit crane_show_dependency(const struct crane_control *line);

#endif /* WRAPPERS_CCONTROL_SHOW_DEPENDENCY_H */
