/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests that end or change jobs and steps, and slurmctld's answers to them.
 */
#ifndef WRAPPERS_SLURM_JOBCHANGE_H
#define WRAPPERS_SLURM_JOBCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "wrappers/slurm/error.h"

/* --- ending ----------------------------------------------------------------------------------- */

enum crane_kill_answer {
	CRANE_KILL_OK,
	CRANE_KILL_OVER,      /* has ended, or is completing */
	CRANE_KILL_NOT_FOUND, /* slurmctld does not know it */
	CRANE_KILL_DENIED,    /* another user's */
	CRANE_KILL_FAILED,    /* *why tells */
};

/*
 * Ends a job as scancel does: it becomes CANCELLED; its processes get SIGTERM and, KillWait later,
 * SIGKILL. [id] is "12", "10" (the whole array), "10_3" or "10_[4-9,12]". May be called by several
 * threads at once.
 */
enum crane_kill_answer crane_slurm_kill_job(const char *id, struct crane_slurm_error *why);

/* Ends one step with SIGKILL; [step_id] is Slurm's. May be called by several threads at once. */
enum crane_kill_answer crane_slurm_kill_step(uint32_t job_id, uint32_t step_id,
					     struct crane_slurm_error *why);

/* --- changing --------------------------------------------------------------------------------- */

/* The answer for a part of an array: "10_3" or "10_[4-9]". */
struct crane_task_answer {
	char *id;                     /* owned */
	struct crane_slurm_error why; /* failure is CRANE_SLURM_OK where it was done */
};

struct crane_task_answers {
	struct crane_task_answer *answer;
	size_t n; /* 0: one answer for all */
};

void crane_task_answers_clear(struct crane_task_answers *answers);

#define CRANE_PRIORITY_COMPUTED UINT32_MAX /* Slurm's own; on a held job: release it */

/* The changes of a job; all zero changes nothing, but slurmctld still checks permission. */
struct crane_job_update {
	bool set_priority;
	uint32_t priority; /* 0 holds the job */
	bool user_hold;    /* its owner may release it, too */
	bool set_limit;
	uint64_t limit_sec; /* in whole minutes; 0: none */
	time_t begin_time;  /* 0: unchanged */
	time_t deadline;    /* 0: unchanged */
	bool set_mail;
	unsigned mail;       /* CRANE_MAIL_* */
	const char *comment; /* NULL: unchanged, here and below */
	const char *mail_user;
};

/*
 * Changes a job; [id] is "12", "10" (an array with all its tasks), "10_3" or "10_4-9,12".
 * Out: *answers (the caller clears it) if slurmctld answered for each task of an array; then 0 is
 *      returned.
 * Returns 0, or -1 with *why if nothing was changed.
 */
int crane_slurm_update_job(const char *id, const struct crane_job_update *update,
			   struct crane_task_answers *answers, struct crane_slurm_error *why);

enum crane_job_verb { CRANE_JOB_SUSPEND, CRANE_JOB_RESUME, CRANE_JOB_REQUEUE };

/*
 * Suspends, resumes or requeues a job; arguments and result as above. A job that is no longer
 * running when the request arrives is not requeued.
 */
int crane_slurm_job_verb(enum crane_job_verb verb, const char *id,
			 struct crane_task_answers *answers, struct crane_slurm_error *why);

#endif /* WRAPPERS_SLURM_JOBCHANGE_H */
