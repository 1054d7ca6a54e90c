/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The resources of a job.
 */
#ifndef WRAPPERS_VIEW_JOBRESOURCES_H
#define WRAPPERS_VIEW_JOBRESOURCES_H

#include <stdint.h>

#include "wrappers/slurm/jobs.h"
#include "wrappers/view/resources.h"

/*
 * The requested and the allocated resources of a job; the latter are all zero until it starts. Out:
 * *res, released with crane_resources_clear().
 */
void crane_job_asked(const struct crane_job *job, struct crane_resources *res);
void crane_job_got(const struct crane_job *job, struct crane_resources *res);

/*
 * Returns how many nodes a job has. For a pending job, returns how many it asked for: Slurm's own
 * number is a guess until the job starts.
 */
uint32_t crane_job_node_count(const struct crane_job *job);

#endif /* WRAPPERS_VIEW_JOBRESOURCES_H */
