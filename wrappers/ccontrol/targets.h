/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The jobs of a change: which records of slurmctld each id means. outcome.h reports the results. */
#ifndef WRAPPERS_CCONTROL_TARGETS_H
#define WRAPPERS_CCONTROL_TARGETS_H

#include <stdbool.h>
#include <stddef.h>

#include "src/error.h"
#include "wrappers/slurm/jobs.h"
#include "wrappers/view/jobrows.h"

/* One id as typed, and the records that it means: all of an array, one of them, or a job. */
struct crane_target {
	struct crane_id selector;
	char *id; /* "12", "10", "10_3" */
	const struct crane_job **record;
	size_t n_records; /* 0 if slurmctld does not know the job */
	bool array;       /* an array as a whole */
};

struct crane_targets {
	struct crane_target *target;
	size_t n;
	struct crane_jobs jobs; /* to which the records belong */
};

/*
 * Reads a list of ids for [verb] ("hold"); loads nothing.
 * Out:    *targets, released with crane_targets_clear().
 * Errors: -1 with `invalid job id "abc"`, `step selector is not supported for hold: 12` and the
 *         like.
 */
int crane_targets_parse(const char *ids, const char *verb, struct crane_targets *targets,
			struct crane_error *err);

/*
 * Loads the records of all targets in one call; crane_slurm_begin() comes before it. Returns 0, or
 * -1 with *why.
 */
int crane_targets_load(struct crane_targets *targets, struct crane_slurm_error *why);
void crane_targets_clear(struct crane_targets *targets);

/*
 * Returns true if any record of the target has not ended and is in one of [states] (1 << enum
 * crane_job_state, or-ed).
 */
bool crane_target_is(const struct crane_target *target, unsigned states);

/* Returns Slurm's id of one record of a target: "12", "10_3", "10_4-9,12"; malloc'd. */
char *crane_target_record_id(const struct crane_target *target, const struct crane_job *record);

/*
 * Returns why nothing can be done: "Job #12 <what>", or "Array task 10_3: Job not found" if
 * slurmctld does not know an array task; malloc'd.
 */
char *crane_target_reason(const struct crane_target *target, const char *what);

#endif /* WRAPPERS_CCONTROL_TARGETS_H */
