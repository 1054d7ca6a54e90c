/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Slurm's steps as Crane shows them: which steps a job has, under which number and of which type,
 * with whose values (doc/reference/steps.md). src/stepid.h maps the numbers.
 */
#ifndef WRAPPERS_VIEW_STEPROWS_H
#define WRAPPERS_VIEW_STEPROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "src/stepid.h"
#include "wrappers/view/jobrows.h"
#include "wrappers/slurm/steps.h"

enum crane_step_type {
	CRANE_STEP_TYPE_DAEMON,  /* holds the job's resources: number 0 */
	CRANE_STEP_TYPE_PRIMARY, /* script, shell or program that the job was made for: number 1 */
	CRANE_STEP_TYPE_COMMON,  /* from 2 on; one that waits has no number yet */
};

/*
 * One step. Strings are never NULL; they belong to the rows and the jobs that the step came with.
 */
struct crane_step_row {
	const struct crane_job *job; /* partition, user, account, QoS, submit time are its */
	char id[CRANE_ID_TEXT_MAX];  /* "12.2", "10_3.2", "12.?" */
	uint32_t number;             /* Crane's; CRANE_STEP_NONE: it waits and has none yet */
	enum crane_step_type type;
	enum crane_job_state state;
	const char *name;    /* DAEMON, PRIMARY: the job's. May be empty while waiting */
	const char *command; /* DAEMON: "", PRIMARY: the job's, COMMON: program, arguments */
	const char *nodes;   /* folded; "" while waiting. DAEMON, PRIMARY: all of the job's */
	const char *tres;    /* "cpu=4,mem=2048M,node=2"; "" when nothing is known */
	uint32_t num_nodes, num_cpus, num_tasks;
	uint32_t uid;
	uint64_t limit_sec; /* 0: none */
	time_t start_time;  /* 0: not started */
	int64_t run_sec;    /* until now, suspended time taken out */
};

struct crane_step_rows {
	/* Jobs descending by Slurm's number, steps of a job ascending, waiting ones last. */
	struct crane_step_row *row;
	size_t n;
	struct crane_slurm_steps loaded; /* private: to which the strings point */
};

/*
 * What made a job: the record of job_submit, else submit_line (26.05), else Command= (22.05);
 * src/stepid.h's crane_maker_infer() with what this release tells. The one place where commands
 * decide it.
 */
enum crane_maker crane_job_maker(const struct crane_job *job);

/*
 * The number that Slurm has for Crane's step [number] of [job]. Returns false when no step of Slurm
 * can have it. Whether there is such a step is another question (the shell of calloc on its own
 * machine is none of Slurm's).
 */
bool crane_step_slurm_number(const struct crane_job *job, uint32_t number, uint32_t *slurm_step);

/*
 * Whether [selector] names this job, by its own number, as array task, or by Slurm's number of an
 * array task.
 */
bool crane_selector_names_job(const struct crane_selector *selector, const struct crane_job *job);

/*
 * The steps of [jobs], asked of slurmctld in one call, for those that [selectors] name (none: all
 * of every job). A selector without step part names every step of its job. Jobs that wait or are
 * over have no steps, nor has an array as a whole: only its tasks have, so the jobs must have been
 * collected with selectors that name them. A job may stand in [jobs] twice; its steps come once.
 *
 * Typical use, for "show step [IDS]":
 *   crane_selectors_parse(ids, &selectors, &n, &err);         step 0 is a step as any other
 *   crane_slurm_load_jobs(true, &jobs, &why);                 or one job by crane_slurm_load_job()
 *   crane_rows_collect(&jobs, selectors, n, false, NULL, &rows);
 *   crane_step_rows_load(&rows, selectors, n, found, &steps, &why);
 *
 * Out:   *steps, released with crane_step_rows_clear() before [jobs] and what they came from;
 *        found[i] is set (never cleared) when selector i named a step that is there; found may be
 *        NULL.
 * Error: -1 with *why. *steps is empty then.
 */
int crane_step_rows_load(const struct crane_rows *jobs, const struct crane_selector *selectors,
			 size_t n, bool *found, struct crane_step_rows *steps,
			 struct crane_slurm_error *why);
void crane_step_rows_clear(struct crane_step_rows *steps);

/* The step with that number of that job, or NULL. */
const struct crane_step_row *crane_step_find(const struct crane_step_rows *steps,
					     const struct crane_job *job, uint32_t number);

/* "DAEMON", "PRIMARY", "COMMON" */
const char *crane_step_type_name(enum crane_step_type type);

#endif /* WRAPPERS_VIEW_STEPROWS_H */
