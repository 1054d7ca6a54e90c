/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The steps of jobs: which steps a job has, under which number, of which type and with whose values
 * (doc/reference/steps.md#kinds-of-steps). src/stepid.h maps the numbers.
 */
#ifndef WRAPPERS_VIEW_STEPROWS_H
#define WRAPPERS_VIEW_STEPROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "src/stepid.h"
#include "wrappers/view/jobrows.h"
#include "wrappers/slurm/accounting.h"
#include "wrappers/slurm/steps.h"

enum crane_step_type {
	CRANE_STEP_TYPE_DAEMON,  /* number 0: holds the job's resources */
	CRANE_STEP_TYPE_PRIMARY, /* number 1: the script, shell or program that made the job */
	CRANE_STEP_TYPE_COMMON,  /* number 2 and above; no number while it waits */
};

/* One step. Strings are never NULL; they belong to the rows and to their jobs. */
struct crane_step_row {
	const struct crane_job *job; /* has partition, user, account, QoS and submit time */
	char id[CRANE_ID_TEXT_MAX];  /* "12.2", "10_3.2", "12.?" */
	uint32_t number;             /* CraneSched's; CRANE_STEP_NONE while it waits */
	enum crane_step_type type;
	enum crane_job_state state;
	const char *name;    /* the job's for DAEMON and PRIMARY; may be "" while it waits */
	const char *command; /* "" for DAEMON, the job's for PRIMARY, else program and arguments */
	const char *nodes;   /* folded; the job's for DAEMON and PRIMARY; "" while it waits */
	const char *tres;    /* "cpu=4,mem=2048M,node=2"; "" if unknown */
	uint32_t num_nodes, num_cpus, num_tasks;
	uint32_t uid;
	uint64_t limit_sec; /* 0 is no limit */
	time_t start_time;  /* 0 if it has not started */
	int64_t run_sec;    /* until now, without suspended time */
	bool ended;
	time_t end_time;    /* 0 if it has not ended */
	uint32_t exit_code; /* as in crane_job, of a step that has ended */
};

struct crane_step_rows {
	/* By job, descending by Slurm's number, then by step, ascending; waiting steps last. */
	struct crane_step_row *row;
	size_t n;
	struct crane_slurm_steps loaded; /* private: what the strings point to */
};

/*
 * Returns what made a job. The record of the plugin tells, else submit_line (26.05), else Command=
 * (22.05): see crane_maker_infer() in src/stepid.h.
 */
enum crane_maker crane_job_maker(const struct crane_job *job);

/* Returns true if a job has steps: it has started and not ended. */
bool crane_job_has_steps(const struct crane_job *job);

/*
 * Returns true if Slurm can have a step for CraneSched's step [number] of [job]. Out: *slurm_step,
 * its number; Slurm may still lack that step, such as a shell of calloc on its own machine.
 */
bool crane_step_slurm_number(const struct crane_job *job, uint32_t number, uint32_t *slurm_step);

/*
 * Loads the steps of [jobs] in one call: those that [selectors] name, or all without selectors. A
 * selector without a step names all steps of its job. Jobs that wait or have ended have no steps,
 * nor has an array as a whole: collect its tasks with selectors that name them. The steps of a job
 * that is listed twice come once.
 *
 * For "show step [IDS]":
 *   crane_selectors_parse(ids, &selectors, &n, &err);
 *   crane_slurm_load_jobs(true, &jobs, &why);
 *   crane_rows_collect(&jobs, selectors, n, false, NULL, &rows);
 *   crane_step_rows_load(&rows, selectors, n, found, &steps, &why);
 *
 * Out:   *steps, released with crane_step_rows_clear() before [jobs]; found[i] is set if selector i
 *        names a step that was found, never cleared; found may be NULL.
 * Errors: -1 with *why, and *steps is empty.
 */
int crane_step_rows_load(const struct crane_rows *jobs, const struct crane_id *selectors, size_t n,
			 bool *found, struct crane_step_rows *steps, struct crane_slurm_error *why);
void crane_step_rows_clear(struct crane_step_rows *steps);

/*
 * Adds the steps that accounting has of [job], and DAEMON and PRIMARY where it lacks them; steps that
 * are there already stay. [selectors] as above. Sort the rows when all are added.
 */
void crane_step_rows_add_past(struct crane_step_rows *steps, const struct crane_job *job,
			      const struct crane_past_step *past, size_t n_past,
			      const struct crane_id *selectors, size_t n, bool *found);
void crane_step_rows_sort(struct crane_step_rows *steps);

/* "DAEMON", "PRIMARY", "COMMON" */
const char *crane_step_type_name(enum crane_step_type type);

#endif /* WRAPPERS_VIEW_STEPROWS_H */
