/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conversion between Slurm's and Crane's step numbers (doc/reference/steps.md#numbers), the command
 * that made a job, and the text of ids ("12", "12.2", "10_3.2").
 */
#ifndef SRC_STEPID_H
#define SRC_STEPID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/error.h"
#include "src/record.h"

/* Crane's numbers of the steps that every running job has; COMMON steps follow. */
#define CRANE_STEP_DAEMON 0
#define CRANE_STEP_PRIMARY 1
#define CRANE_STEP_COMMON_FIRST 2
/* A waiting step, which Slurm numbers when it starts: printed as "?". */
#define CRANE_STEP_NONE UINT32_MAX

/* Slurm's special step ids, the same on every release from 20.11 on (slurm.h). */
#define CRANE_SLURM_STEP_NORMAL_MAX UINT32_C(0xfffffff0)
#define CRANE_SLURM_STEP_INTERACTIVE UINT32_C(0xfffffffa)
#define CRANE_SLURM_STEP_BATCH UINT32_C(0xfffffffb)
#define CRANE_SLURM_STEP_EXTERN UINT32_C(0xfffffffc)
#define CRANE_SLURM_STEP_PENDING UINT32_C(0xfffffffd)

/*
 * Returns Crane's number of Slurm's step [slurm_step] in a job made by [maker] (crun counts as
 * srun, calloc as salloc, cbatch as sbatch).
 *   extern -> 0; batch, interactive -> 1; n in a job made by srun -> n + 1; n in any other job -> n + 2.
 * An unknown maker counts as sbatch or salloc: of the jobs with an unknown maker, users start steps
 * in those. Returns CRANE_STEP_NONE for a pending step and for ids that no release of Slurm uses.
 */
uint32_t crane_step_from_slurm(uint32_t slurm_step, enum crane_maker maker);

/*
 * The inverse function. Step 1 is batch (made by sbatch or unknown), interactive (made by salloc;
 * without such a step the shell runs beside salloc) or 0 (made by srun). Returns false, with
 * *slurm_step unchanged, if no step of Slurm can have that number.
 */
bool crane_step_to_slurm(uint32_t step, enum crane_maker maker, uint32_t *slurm_step);

/* The properties of a job from which its maker is inferred. Any text may be NULL. */
struct crane_maker_facts {
	const char *admin_comment; /* may have the record of job_submit, which is used first */
	const char *
		submit_line; /* the command that made it; no release before 26.05 has it in job_info */
	const char *first_step; /* the submit line of its step 0, if it was loaded */
	const char *command;    /* its Command= */
	bool is_batch;          /* it has a script */
	bool salloc_has_command; /* release: Command= of salloc is not empty (newer than 22.05), so it tells nothing */
};

/*
 * Returns the maker of a job: by its record, else its script, else its submit line, else a first
 * step as crun makes it with the job, else by a missing command (22.05). On 24.11 jobs of srun and
 * salloc without a record stay unknown.
 */
enum crane_maker crane_maker_infer(const struct crane_maker_facts *facts);

/* One id as people write it: JOB[_TASK][.STEP]. */
struct crane_id {
	uint32_t job_id;  /* 1..4294967295; of the array where has_task */
	uint32_t task_id; /* valid when has_task */
	uint32_t step;    /* Crane's number; valid when has_step; CRANE_STEP_NONE prints as "?" */
	bool has_task;
	bool has_step;
};

/* Returns true if both name the same job, task and step. */
bool crane_id_is_same(const struct crane_id *a, const struct crane_id *b);

/* Longest text of crane_id_format with its final NUL. */
#define CRANE_ID_TEXT_MAX 34

enum crane_id_flags {
	/* Accept step 0; without this flag it is an "invalid step id" (or a strict form error). */
	CRANE_ID_STEP_ZERO = 1,
	/* ccancel's form (doc/reference/control.md#ccancel-ids): no blanks, no leading zero; else that of queries. */
	CRANE_ID_STRICT = 2,
};

/*
 * Reads one id. flags: enum crane_id_flags, or'ed.
 * Out:   *id. Unchanged on failure.
 * Error: -1, class CRANE_E_VALUE, column of the id's start; text: invalid selector "X", invalid job
 *        id "X", invalid array task id "X" or invalid step id "X", where X is the whole id as
 *        typed. Strict, for any text that is not an id: "job id list must follow the format
 *        <job_id>[_<array_task_id>][.<step_id>] or comma-separated list".
 */
int crane_id_parse(const char *s, unsigned flags, struct crane_id *id, struct crane_error *err);

/*
 * Reads a list of ids joined by ','. Not strict: blanks around an id are ignored. There is at least
 * one id; an id may be repeated.
 * Out:   *ids, which the caller frees with free(), and *n_ids. Unchanged on failure.
 * Error: as above, or CRANE_E_NOMEM. Strict: the form of the whole list is checked before the range
 *        of any number.
 */
int crane_id_list_parse(const char *s, unsigned flags, struct crane_id **ids, size_t *n_ids,
			struct crane_error *err);

/* Prints an id. [buf] has room for CRANE_ID_TEXT_MAX bytes. Returns buf. */
char *crane_id_format(const struct crane_id *id, char *buf);

#endif /* SRC_STEPID_H */
