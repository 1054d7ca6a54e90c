/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccontrol show job [IDS] (doc/reference/control.md#show-job).
 */
#ifndef WRAPPERS_CCONTROL_SHOW_JOB_H
#define WRAPPERS_CCONTROL_SHOW_JOB_H

#include "src/exitstatus.h"
#include "wrappers/ccontrol/sentence.h"

/* Prints jobs that wait or run; jobs that have ended only if they are named. */
enum crane_exit crane_show_job(const struct crane_control *line);

#endif /* WRAPPERS_CCONTROL_SHOW_JOB_H */
