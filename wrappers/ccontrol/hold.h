/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccontrol hold IDS [timelimit=D] and release IDS (doc/reference/control.md#hold-and-release).
 * Slurm checks permissions: owners may hold and release their own jobs.
 */
#ifndef WRAPPERS_CCONTROL_HOLD_H
#define WRAPPERS_CCONTROL_HOLD_H

#include "src/exitstatus.h"
#include "wrappers/ccontrol/sentence.h"

enum crane_exit crane_hold(const struct crane_control *line);
enum crane_exit crane_release(const struct crane_control *line);

#endif /* WRAPPERS_CCONTROL_HOLD_H */
