/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a job used: of steps that have ended as accounting has it, of steps that run as sstat measures it.
 */
#ifndef WRAPPERS_CEFF_USAGE_H
#define WRAPPERS_CEFF_USAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wrappers/slurm/accounting.h"

struct crane_usage {
	uint32_t job_id; /* Slurm's own number */
	bool is_known;   /* something was measured */
	double cpu_sec;  /* of all steps */
	double mem_mib;  /* the largest sum of one step over its tasks */
};

/* Adds those of the [n] steps that have ended. */
void crane_usage_add_past(struct crane_usage *usage, const struct crane_past_step *step, size_t n);

/*
 * Adds a step of which sstat prints [list], "cpu=00:00:02,...,mem=2000K,..."; an empty one says that
 * nothing is measured yet.
 */
void crane_usage_add_measured(struct crane_usage *usage, const char *list);

/*
 * Asks the nodes about the steps that run, in one run of sstat for all [n] jobs, and adds them. Slurm
 * lets only root and the owner of a job ask; of other jobs nothing is added.
 */
void crane_usage_add_live(struct crane_usage *const *usage, size_t n);

#endif /* WRAPPERS_CEFF_USAGE_H */
