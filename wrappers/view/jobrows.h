/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Slurm's jobs as rows: which records make a row, under which id. jobstate.h has the state and the
 * reason of a row's job.
 */
#ifndef WRAPPERS_VIEW_JOBROWS_H
#define WRAPPERS_VIEW_JOBROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "src/error.h"
#include "wrappers/slurm/jobs.h"
#include "wrappers/view/selectors.h"

/* One row: a job, an array as a whole, or an array task that was named. */
struct crane_row {
	struct crane_job job; /* of an array as a whole: summed up over its tasks */
	char *id;             /* "12", "10", "10_3"; owned */
	char *nodes, *tres;   /* owned; of an array, job.nodes and job.tres_alloc */
	/* Of an array as a whole: */
	char *live_tasks; /* "1-3,7": those that have not ended; owned. NULL for any other row */
	uint32_t first_task, last_task, stride; /* of all tasks that slurmctld knows */
};

struct crane_rows {
	struct crane_row *row;
	size_t n;
};

/* How an array is listed if no task is named. */
enum crane_array_rows {
	CRANE_ARRAY_WHOLE,   /* one row */
	CRANE_ARRAY_RECORDS, /* a row for each task that has started, one for all that wait */
	CRANE_ARRAY_TASKS,   /* a row for each task */
};

/*
 * Collects rows of [jobs], sorted by state, then by priority, highest first, then by id. Without
 * selectors: all jobs that have not ended. With selectors: the jobs that they name; with [ended],
 * also jobs that have ended.
 * Out: *rows, released with crane_rows_clear() before [jobs]; found[i] is set if selector i
 *      matched, never cleared; found may be NULL.
 */
void crane_rows_collect(const struct crane_jobs *jobs, const struct crane_id *selectors, size_t n,
			enum crane_array_rows arrays, bool ended, bool *found,
			struct crane_rows *rows);
/* Drops the rows for which [wanted] returns false, and those beyond the first [most]. */
void crane_rows_keep(struct crane_rows *rows,
		     bool (*wanted)(const struct crane_job *, const void *), const void *arg,
		     size_t most);
void crane_rows_clear(struct crane_rows *rows);

#endif /* WRAPPERS_VIEW_JOBROWS_H */
