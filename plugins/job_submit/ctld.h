/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All contact with slurmctld: its exported functions, libslurm's calls, the fields of a job request, its log.
 * The one place that knows Slurm's headers and releases; what to do with the answers is left to the gate and the resolver.
 *
 * Only functions with plain C types are taken from slurmctld (found by dlsym, so that one that is missing is told and
 * not fatal), and job_record_t is never looked into: its layout changes inside one minor release.
 */
#ifndef PLUGINS_JOB_SUBMIT_CTLD_H
#define PLUGINS_JOB_SUBMIT_CTLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/dependency.h"

/* -- log: one line each, prefixed with "job_submit/crane: " -------------------------------------------------------- */
void ctld_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void ctld_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void ctld_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* -- slurmctld's exports ------------------------------------------------------------------------------------------- */

/*
 * Find the exports. Returns NULL when all are there, else the name of the first that is missing (static storage):
 * nothing below but the log and the request accessors may then be called.
 */
const char *ctld_bind(void);

/* True while slurmctld rules over its jobs: false in a backup that stands by (again), and early at start. Takes no lock. */
bool ctld_has_jobs(void);

/* Read locks on configuration and jobs, for the predicates below. Never taken by a thread that holds any mutex of ours. */
void ctld_lock_jobs(void);
void ctld_unlock_jobs(void);

/* The predicates; the caller holds the job lock (read or write). Source: Slurm 22.05.8 src/slurmctld/job_mgr.c. */
bool ctld_job_known(uint32_t job_id);
bool ctld_task_known(uint32_t array_job_id, uint32_t task_id);
/* The task has no record of its own: it is in the one of all tasks that did not start yet, or is the last of those. */
bool ctld_task_unsplit(uint32_t array_job_id, uint32_t task_id);
bool ctld_job_pending(uint32_t job_id); /* any part of it; false for an unknown id */
bool ctld_job_over(uint32_t job_id);    /* all of it, epilog included; true for an unknown id */
/*
 * One array task. Bounded work: a task that shares its array's record, or whose own id lies further above the array's than
 * 20,000, counts as over only when the whole array is.
 */
bool ctld_task_over(uint32_t array_job_id, uint32_t task_id);
bool ctld_job_all_ok(
	uint32_t
		job_id); /* nothing of it failed, purged tasks of an array included; true if unknown */
bool ctld_job_is(uint32_t job_id,
		 const void *job_ptr); /* the record that a hook was given is this job's */
/* The id that the next submission will get; others may come between. Needs the job lock. */
uint32_t ctld_next_job_id(void);

/* Ask for a scheduling pass now; at most once in a pass of ours. Takes no lock of slurmctld's. */
void ctld_kick_scheduler(void);

/* -- jobs, by libslurm; no lock of slurmctld's may be held ----------------------------------------------------------*/

struct ctld_job {
	uint32_t job_id;
	uint32_t array_job_id; /* 0: no array */
	uint32_t
		task_id; /* CRANE_DEP_NO_TASK: no task, or the record of all tasks not yet split off */
	const char *
		tasks; /* that record: its tasks ("1-3,7"), else NULL; may end in "..." when long */
	const char *admin_comment; /* NULL: none */
	int64_t eligible_time;     /* not before that; 0: unknown */
	bool pending;              /* waiting to start, for the first time or again */
	struct crane_job_facts facts;
};

/* Called for each job; pointers are good during the call only. */
typedef void (*ctld_job_f)(const struct ctld_job *job, void *arg);

enum ctld_rc {
	CTLD_OK = 0,
	CTLD_GONE,    /* no such job, or it is no longer pending */
	CTLD_AGAIN,   /* slurmctld could not be asked, or is busy with that job: ask again later */
	CTLD_REFUSED, /* slurmctld said no; the reason was logged */
};

enum ctld_rc ctld_load_job(uint32_t job_id, ctld_job_f f,
			   void *arg); /* an array's id: all its records */
enum ctld_rc ctld_load_all(ctld_job_f f, void *arg);

/* A change of a pending job, as SlurmUser. */
struct ctld_update {
	const char *job;           /* its id; of an array the record that has this id is meant */
	const char *admin_comment; /* NULL: leave */
	const char *dependency;    /* NULL: leave; "": none */
	int64_t begin_time;        /* 0: leave; slurmctld makes a past time the present */
	bool reset_age; /* its age counts from now: behind a far begin time it would count from there */
};
enum ctld_rc ctld_update_job(const struct ctld_update *update);

/* -- the request that a hook is given (job_desc_msg_t) --------------------------------------------------------------*/
const char *ctld_desc_dependency(const void *desc);    /* NULL: not given */
const char *ctld_desc_admin_comment(const void *desc); /* NULL: not given */
const char *ctld_desc_submit_line(const void *desc);   /* NULL: not known */
const char *ctld_desc_job_id_str(const void *desc);    /* job_modify: the job as typed, or NULL */
uint32_t ctld_desc_job_id(const void *desc);    /* job_modify: 0 when only the text is given */
int64_t ctld_desc_begin_time(const void *desc); /* 0: not given */
int64_t ctld_desc_deadline(const void *desc);   /* 0: none */
int64_t ctld_desc_limit_sec(const void *desc); /* the shortest time limit asked for; 0: not given */
bool ctld_desc_has_script(const void *desc);
bool ctld_desc_is_het(const void *desc);              /* a component of a heterogeneous job */
void ctld_desc_set_begin_time(void *desc, int64_t t); /* 0: as if it were not given */
/* The strings are copied. -1 when out of memory; the request is then unchanged. NULL: as if it were not given. */
int ctld_desc_set_dependency(void *desc, const char *s);
int ctld_desc_set_admin_comment(void *desc, const char *s);

/* A folder for crane.conf: that of the slurm.conf in use. Writes at most [size] bytes with NUL; returns buf. */
char *ctld_conf_dir(char *buf, size_t size);

#endif /* PLUGINS_JOB_SUBMIT_CTLD_H */
