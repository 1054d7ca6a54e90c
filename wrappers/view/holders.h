/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps of a job that use the resources that a waiting step needs. */
#ifndef WRAPPERS_VIEW_HOLDERS_H
#define WRAPPERS_VIEW_HOLDERS_H

#include <stdint.h>

#include "src/record.h"
#include "wrappers/slurm/steps.h"

/*
 * Returns the steps of [job_id] that run, with CraneSched's numbers and what each has, malloc'd:
 * "12.2 (4 CPUs, 2 GPUs), 12.3 (1 CPU) and 3 more"; NULL if none runs. The steps of the script and
 * of a shell are not listed, since they hold no resources that a step needs.
 */
char *crane_step_holders(const struct crane_slurm_steps *steps, uint32_t job_id,
			 enum crane_maker maker);

#endif /* WRAPPERS_VIEW_HOLDERS_H */
