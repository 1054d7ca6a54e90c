/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccontrol suspend IDS, resume IDS and requeue IDS (doc/reference/control.md#suspend-and-resume).
 * Slurm checks permissions: operators may suspend and resume jobs, owners may requeue their own.
 */
#ifndef WRAPPERS_CCONTROL_SUSPEND_H
#define WRAPPERS_CCONTROL_SUSPEND_H

#include "src/exitstatus.h"
#include "wrappers/ccontrol/sentence.h"

enum crane_exit crane_suspend(const struct crane_control *line);
enum crane_exit crane_resume(const struct crane_control *line);
enum crane_exit crane_requeue(const struct crane_control *line);

#endif /* WRAPPERS_CCONTROL_SUSPEND_H */
