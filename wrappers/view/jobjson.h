/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Jobs with their steps as JSON, in the form of CraneSched's reply to cqueue --json
 * (doc/reference/queries.md#json).
 */
#ifndef WRAPPERS_VIEW_JOBJSON_H
#define WRAPPERS_VIEW_JOBJSON_H

#include <time.h>

#include "wrappers/view/jobrows.h"
#include "wrappers/view/resources.h"
#include "wrappers/view/steprows.h"

/* Prints one line on stdout. [steps] are the steps of the jobs; [now] is crane_jobs.loaded. */
void crane_jobs_print_json(const struct crane_rows *jobs, const struct crane_step_rows *steps,
			   time_t now);

/*
 * Returns protobuf's ResourceView:
 * {"cpu_count":4,"memory_bytes":"1","memory_sw_bytes":"1","gres_map":{"name_gres_map":{}}}.
 */
struct json_object *crane_json_resources(const struct crane_resources *res);

#endif /* WRAPPERS_VIEW_JOBJSON_H */
