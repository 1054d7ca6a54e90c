/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The targets of ccancel: the jobs and steps that a request names or that pass its filters. */
#ifndef WRAPPERS_CCANCEL_TARGETS_H
#define WRAPPERS_CCANCEL_TARGETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wrappers/ccancel/ccancel_options.h"
#include "wrappers/slurm/error.h"

/* One job or step to end, and the outcome. */
struct ccancel_target {
	char *job; /* "12", "10_3", "10_[4-9]", as printed and as slurmctld is asked */
	bool is_step;
	uint32_t step;               /* Crane's number; valid if [is_step] */
	bool whole;                  /* the job is to end, named by itself or by its PRIMARY step */
	uint32_t job_id, slurm_step; /* of a step, when [whole] is false */
	bool pending;
	bool over;          /* the job has ended or is completing */
	const char *reason; /* why it cannot be ended; static. NULL: no reason, unless [failed] */
	bool failed;
	struct crane_slurm_error why;
};

struct ccancel_targets {
	struct ccancel_target *target;
	size_t n;
};

/*
 * Finds the targets of a request. Loads jobs from slurmctld only if the ids alone are not enough.
 * Returns 0, or -1 with *why if slurmctld cannot be reached.
 */
int ccancel_targets_choose(const struct ccancel_request *me, struct ccancel_targets *targets,
			   struct crane_slurm_error *why);

/* Returns why a target has not been ended, NULL if it has or was over already. */
const char *ccancel_reason(const struct ccancel_target *target);

void ccancel_targets_clear(struct ccancel_targets *targets);

#endif /* WRAPPERS_CCANCEL_TARGETS_H */
