/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccontrol show step [IDS] (doc/reference/control.md#show-step).
 */
#ifndef WRAPPERS_CCONTROL_SHOW_STEP_H
#define WRAPPERS_CCONTROL_SHOW_STEP_H

#include "src/exitstatus.h"
#include "wrappers/ccontrol/sentence.h"

enum crane_exit crane_show_step(const struct crane_control *line);

#endif /* WRAPPERS_CCONTROL_SHOW_STEP_H */
