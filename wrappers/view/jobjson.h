/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cqueue --json: jobs with their steps in the form of Crane's own reply
 * (doc/reference/queries.md#json).
 */
#ifndef WRAPPERS_VIEW_JOBJSON_H
#define WRAPPERS_VIEW_JOBJSON_H

#include <time.h>

#include "wrappers/view/jobrows.h"
#include "wrappers/view/steprows.h"

/* One line on stdout. [steps] are those of the jobs. */
void crane_jobs_print_json(const struct crane_rows *jobs, const struct crane_step_rows *steps,
			   time_t now);

#endif /* WRAPPERS_VIEW_JOBJSON_H */
