/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Jobs of any age: those of slurmctld, merged with those of accounting. For a job in both,
 * slurmctld's record counts, since it is newer and has more fields; the exit code of an ended job is
 * that of accounting.
 */
#ifndef WRAPPERS_VIEW_HISTORY_H
#define WRAPPERS_VIEW_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "wrappers/options/timespan.h"
#include "wrappers/slurm/accounting.h"
#include "wrappers/view/jobfilter.h"
#include "wrappers/view/jobrows.h"
#include "wrappers/view/selectors.h"
#include "wrappers/view/steprows.h"

struct crane_history_query {
	const struct crane_id *ids; /* a step in one shows the job with that step alone */
	size_t n_ids;               /* 0: all jobs */
	const struct crane_job_filter *filter;
	struct crane_timespan started, ended, submitted;
	bool steps;          /* with steps */
	bool qos;            /* with the QoS of jobs that only accounting has */
	size_t most;         /* this many jobs, the newest */
	const char *silence; /* for crane_accounting_open() */
};

struct crane_history {
	/*
	 * The latest run of each job, tasks of arrays one by one, by Slurm's number, descending. An array
	 * as a whole follows its tasks, unless a task of it was named.
	 */
	struct crane_rows rows;
	struct crane_step_rows steps;
	bool *found;   /* one for each id: it names a job; what a filter left out counts */
	bool is_short; /* the site has no slurmdbd: these are the jobs that slurmctld remembers */
	time_t loaded;
	/* private */
	struct crane_jobs live;
	struct crane_past past, past_steps;
	const struct crane_past_job **by_id;
	size_t n_by_id;
};

/*
 * Out: *history, released with crane_history_clear(), also after a failure. Returns 0, or -1 with
 * *why.
 */
int crane_history_load(const struct crane_history_query *query, struct crane_history *history,
		       struct crane_slurm_error *why);
void crane_history_clear(struct crane_history *history);

/* Returns what accounting has of the steps of a job, *n of them; NULL and 0 if it has none. */
const struct crane_past_step *crane_history_steps(const struct crane_history *history,
						  uint32_t job_id, size_t *n);

/* Returns the ids that name no job, "99, 10_3", malloc'd; NULL if each names one. */
char *crane_history_missing(const struct crane_history *history,
			    const struct crane_history_query *query);

#endif /* WRAPPERS_VIEW_HISTORY_H */
