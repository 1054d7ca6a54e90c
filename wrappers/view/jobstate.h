/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A job's state, reason and dependency as users see them. Slurm cannot tell the plugin's gate from
 * a begin time of the user, so these functions use the plugin's record.
 */
#ifndef WRAPPERS_VIEW_JOBSTATE_H
#define WRAPPERS_VIEW_JOBSTATE_H

#include <time.h>

#include "src/dependency.h"
#include "src/record.h"
#include "wrappers/slurm/jobs.h"

/* "Pending", "ExceedTimeLimit" */
const char *crane_state_name(enum crane_job_state state);

/* Returns "HH:MM:SS", "D-HH:MM:SS", or "unlimited" if the job has no limit; malloc'd. */
char *crane_limit_text(const struct crane_job *job);

/* A job's dependency as it was when the job was loaded. */
struct crane_job_dependency {
	/*
	 * The record, or the note of a job without a gate, with the events from slurmctld and the
	 * begin time if it is in the future. NULL if the job has neither; owned.
	 */
	struct crane_record *record;
	/* The remaining kept terms: kept edges and singleton; owned. NULL: none. */
	struct crane_dep *kept;
	struct crane_dep_state state; /* including the kept terms */
};

/* Out: *dependency, released with crane_job_dependency_clear(). [now] is crane_jobs.loaded. */
void crane_job_dependency_read(const struct crane_job *job, time_t now,
			       struct crane_job_dependency *dependency);
void crane_job_dependency_clear(struct crane_job_dependency *dependency);

/*
 * Returns "PendingDependencies=afterok:100+01:00:00 Status=WaitForAll", Slurm's own text if the job
 * has a dependency but no record, or NULL if it has none; malloc'd.
 */
char *crane_job_dependency_text(const struct crane_job *job,
				const struct crane_job_dependency *dependency);

/*
 * Returns the expression in the plugin's record of a job of any age with the event of each id,
 * "afterok:100+01:00:00(2026-01-02 03:04:05),after:101(never)"; a pending one is (pending). For a
 * job without a gate the events are omitted. "" if there is no record; malloc'd.
 */
char *crane_job_dependency_past(const struct crane_job *job);

/* Returns when the hold of a pending job ends, or 0 if it is not held or the hold has no end. */
time_t crane_job_hold_until(const struct crane_job *job,
			    const struct crane_job_dependency *dependency, time_t now);

/* Returns why a pending job waits: "Held", "Dependency"; "" if nothing is known. */
const char *crane_job_reason(const struct crane_job *job,
			     const struct crane_job_dependency *dependency, time_t now);

/*
 * Returns when a job started or, while it waits, is expected to start; 0 if unknown. Never returns
 * the time of the plugin's gate.
 */
time_t crane_job_start(const struct crane_job *job, const struct crane_job_dependency *dependency,
		       time_t now);

#endif /* WRAPPERS_VIEW_JOBSTATE_H */
