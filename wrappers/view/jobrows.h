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

#define CRANE_NO_STEP UINT32_MAX

/* JOB[_TASK][.STEP] */
struct crane_selector {
	uint32_t job_id;
	uint32_t task_id; /* CRANE_NO_ARRAY_TASK: the whole job */
	uint32_t step_id; /* CRANE_NO_STEP: the whole job */
};

/*
 * Read a comma-separated list (doc/reference/queries.md#selectors); step 0 is a step.
 * Out:   *list (malloc'd), *n; repeated selectors are dropped.
 * Error: -1 with `invalid job id "abc"` and the like.
 */
int crane_selectors_parse(const char *text, struct crane_selector **list, size_t *n,
			  struct crane_error *err);

/* "12", "10_3" */
char *crane_selector_print(const struct crane_selector *selector);

/* One row: a job, an array as a whole, or an array task that was named. */
struct crane_row {
	struct crane_job job; /* of an array as a whole: summed up over its tasks */
	char *id;             /* "12", "10", "10_3"; owned */
	char *nodes, *tres;   /* owned; of an array, job.nodes and job.tres_alloc */
};

struct crane_rows {
	struct crane_row *row;
	size_t n;
};

/*
 * Collects rows of [jobs], sorted by state, then by priority, highest first, then by id. Without
 * selectors: all jobs that have not ended. With selectors: the jobs that they name; with [ended],
 * also jobs that have ended.
 * Out: *rows, released with crane_rows_clear() before [jobs]; found[i] is set if selector i
 *      matched, never cleared; found may be NULL.
 */
void crane_rows_collect(const struct crane_jobs *jobs, const struct crane_selector *selectors,
			size_t n, bool ended, bool *found, struct crane_rows *rows);
/* Drops the rows for which [wanted] returns false, and those beyond the first [most]. */
void crane_rows_keep(struct crane_rows *rows,
		     bool (*wanted)(const struct crane_job *, const void *), const void *arg,
		     size_t most);
void crane_rows_clear(struct crane_rows *rows);

#endif /* WRAPPERS_VIEW_JOBROWS_H */
