/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccontrol show node [NAME] (doc/reference/control.md#show-node).
 */
#ifndef WRAPPERS_CCONTROL_SHOW_NODE_H
#define WRAPPERS_CCONTROL_SHOW_NODE_H

#include "src/exitstatus.h"
#include "wrappers/ccontrol/sentence.h"

enum crane_exit crane_show_node(const struct crane_control *line);

#endif /* WRAPPERS_CCONTROL_SHOW_NODE_H */
