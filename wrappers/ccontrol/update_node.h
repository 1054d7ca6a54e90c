/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccontrol update nodename=NODES state=STATE [reason=TEXT]
 * (doc/reference/control.md#update-of-nodes). Slurm checks permissions.
 */
#ifndef WRAPPERS_CCONTROL_UPDATE_NODE_H
#define WRAPPERS_CCONTROL_UPDATE_NODE_H

#include "src/exitstatus.h"
#include "wrappers/ccontrol/sentence.h"

enum crane_exit crane_update_node(const struct crane_control *line);

#endif /* WRAPPERS_CCONTROL_UPDATE_NODE_H */
