/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccontrol update jobid=IDS KEY=VALUE... (doc/reference/control.md#update-of-jobs). Slurm checks
 * permissions. Slurm counts time limits in minutes and priorities in whole numbers; a value that is
 * rounded is reported on stderr.
 */
#ifndef WRAPPERS_CCONTROL_UPDATE_JOB_H
#define WRAPPERS_CCONTROL_UPDATE_JOB_H

#include "src/exitstatus.h"
#include "wrappers/ccontrol/sentence.h"

enum crane_exit crane_update_job(const struct crane_control *line);

#endif /* WRAPPERS_CCONTROL_UPDATE_JOB_H */
