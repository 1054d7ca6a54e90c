/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccontrol show partition [NAME] (doc/reference/control.md#show-partition). A partition is up if
 * jobs can be submitted to it and start there.
 */
#ifndef WRAPPERS_CCONTROL_SHOW_PARTITION_H
#define WRAPPERS_CCONTROL_SHOW_PARTITION_H

#include "src/exitstatus.h"
#include "wrappers/ccontrol/sentence.h"

enum crane_exit crane_show_partition(const struct crane_control *line);

#endif /* WRAPPERS_CCONTROL_SHOW_PARTITION_H */
