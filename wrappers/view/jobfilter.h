/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The filters of cqueue and ccancel: how their values are read, and which jobs match
 * (doc/reference/queries.md#rows-of-jobs). The commands load the jobs.
 */
#ifndef WRAPPERS_VIEW_JOBFILTER_H
#define WRAPPERS_VIEW_JOBFILTER_H

#include <stdbool.h>

#include "src/error.h"
#include "wrappers/slurm/jobs.h"
#include "wrappers/base/strings.h"

/*
 * A job matches if it meets every filter that is set; it meets a list if it matches any item. An
 * empty list is not set.
 */
struct crane_job_filter {
	struct crane_strings accounts, partitions, qos, users, names, nodes, licenses;
	unsigned states;         /* 1 << enum crane_job_state, or-ed; 0 is any state */
	bool batch, interactive; /* both false is any type */
	bool no_type;            /* only types that Slurm lacks (container): no job matches */
};

/*
 * Reads a list of state names in any case: pending, running, suspended (p, r, s) and all. Several
 * names mean any of them.
 * Out:    *states, 0 for all.
 * Errors: -1 with "unsupported state: X" for a state of jobs that have ended, else with "unknown
 *         state: x".
 */
int crane_states_parse(const char *text, unsigned *states, struct crane_error *err);

/*
 * The same for jobs of any age: completed, failed, time-limit-exceeded, cancelled and out-of-memory
 * (c, f, t, x, o) are states like the others.
 */
int crane_past_states_parse(const char *text, unsigned *states, struct crane_error *err);

/*
 * Reads a list of type names in any case: batch, interactive, container (b, i, c).
 * Out:    batch, interactive and no_type of *filter.
 * Errors: -1 with "unknown job type: X".
 */
int crane_types_parse(const char *text, struct crane_job_filter *filter, struct crane_error *err);

bool crane_job_filter_matches(const struct crane_job_filter *filter, const struct crane_job *job);
void crane_job_filter_clear(struct crane_job_filter *filter);

/*
 * Returns true if the filter allows one user alone, so that slurmctld can filter; false if it
 * allows several or a name that this machine does not know. Out: *uid.
 */
bool crane_job_filter_one_user(const struct crane_job_filter *filter, uint32_t *uid);

#endif /* WRAPPERS_VIEW_JOBFILTER_H */
