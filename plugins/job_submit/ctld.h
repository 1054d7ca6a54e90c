/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All contact with slurmctld: its exported functions, libslurm's calls, the fields of a job
 * request, its log. Only ctld.c knows Slurm's headers and releases; the gate and the resolver
 * decide what to do with the answers.
 *
 * The plugin uses only functions of slurmctld with plain C types, and finds them by dlsym, so that
 * it can log a missing one and go on. It never looks into job_record_t, whose layout changes within
 * one minor release.
 */
#ifndef PLUGINS_JOB_SUBMIT_CTLD_H
#define PLUGINS_JOB_SUBMIT_CTLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/dependency.h"
#include "src/record.h"

/* -- the log: each call writes one line, with "job_submit/crane: " before it ------------------- */

void ctld_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void ctld_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void ctld_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* -- slurmctld's exports ----------------------------------------------------------------------- */

/*
 * Finds the exports. Returns NULL if all are there, else the name of the first that is missing
 * (static storage): the caller may then use only the log, ctld_conf_dir(), ctld_answer() and the
 * fields of a request.
 */
const char *ctld_bind(void);

/*
 * Writes to [names] the plugins that JobSubmitPlugins names behind this one, separated by commas; ""
 * if there are none, or if the list is not known. Returns [names]. For init(), in which slurmctld
 * holds the configuration.
 */
const char *ctld_plugins_behind(char *names, size_t size);

/*
 * Returns true while slurmctld has control of its jobs: false in a backup that stands by, and early
 * at start. Takes no lock.
 */
bool ctld_has_jobs(void);

/* Read locks on configuration and jobs, for the predicates. The caller holds no mutex of ours. */
void ctld_lock_jobs(void);
void ctld_unlock_jobs(void);

/*
 * The predicates. The caller holds the job lock (read or write). Source: Slurm 22.05.8
 * src/slurmctld/job_mgr.c.
 */
bool ctld_job_known(uint32_t job_id);
bool ctld_task_known(uint32_t array_job_id, uint32_t task_id);
/*
 * Returns true if the task has no record of its own: it is one of those that have not started, or
 * the last of them.
 */
bool ctld_task_unsplit(uint32_t array_job_id, uint32_t task_id);
bool ctld_job_pending(uint32_t job_id); /* true if any part of it is; false for an unknown id */
bool ctld_job_over(uint32_t job_id);    /* all of it, epilog included; true for an unknown id */
/*
 * Returns true if an array task is over. Takes no longer the more jobs there are. A task that shares
 * its array's record counts as over only when the whole array is.
 */
bool ctld_task_over(uint32_t array_job_id, uint32_t task_id);
/* Either of them: of the job that an edge names, or of its task. */
bool ctld_dependee_over(const struct crane_dep_edge *edge);
/*
 * Returns true if nothing of it failed, purged tasks of an array included; true for an unknown id.
 */
bool ctld_job_all_ok(uint32_t job_id);
/* Returns true if the id is an array's, or a task's own. */
bool ctld_job_is_array(uint32_t job_id);
/* Returns true if the record that a hook was given is this job's. */
bool ctld_job_is(uint32_t job_id, const void *job_ptr);

/* The identity of the record that a hook was given. */
struct ctld_ident {
	uint32_t job_id;       /* the record's own */
	uint32_t array_job_id; /* 0: not of an array */
	bool is_het;           /* a component of a heterogeneous job */
};

/*
 * Identifies the record by what slurmctld itself prints for it, so that it does not matter how a
 * request names the job ("+12_1", " 12", the SLUID of 26.05). Returns false if it cannot.
 */
bool ctld_identify(const void *job_ptr, struct ctld_ident *ident);
/*
 * Returns false if slurmctld will refuse every change by this user: he is neither the owner, nor an
 * operator, nor a coordinator of the account (NULL: unknown, maybe he is). Always true on releases
 * that judge a request before they call job_modify.
 */
bool ctld_may_change(uint32_t uid, uint32_t owner, const char *account);
/*
 * Returns the id that the next submission will get, unless another comes first. The caller holds
 * the job lock.
 */
uint32_t ctld_next_job_id(void);

/* Settings of slurm.conf. */
struct ctld_settings {
	/* Ended jobs are forgotten after so many seconds. 0: never, CTLD_AGE_UNKNOWN: unknown. */
	uint32_t min_job_age;
	bool kill_invalid; /* DependencyParameters has kill_invalid_depend */
};
#define CTLD_AGE_UNKNOWN UINT32_MAX

/* Takes the read locks for it. */
void ctld_read_settings(struct ctld_settings *settings);

/*
 * Tells slurmctld that the dependency of this job can never hold: it does what it does to jobs with
 * such a dependency of its own, and cancels those that asked for that. Takes slurmctld's write locks
 * of jobs and nodes for it. Returns false, and does nothing, if the job is not pending, or on a
 * slurmctld without that function.
 */
bool ctld_never_satisfied(uint32_t job_id);

/* Wakes the scheduler. Takes no lock of slurmctld's. */
void ctld_kick_scheduler(void);

/* -- jobs, by libslurm: the caller holds no lock of slurmctld's -------------------------------- */

struct ctld_job {
	uint32_t job_id;
	uint32_t array_job_id; /* 0: not of an array */
	/*
	 * CRANE_DEP_NO_TASK: not of an array, or the record of all tasks that are not split off
	 * yet.
	 */
	uint32_t task_id;
	/*
	 * The tasks of that record ("1-3,7"), which may be cut ("1-3,..."). NULL: another record.
	 */
	const char *tasks;
	const char *admin_comment; /* NULL: none */
	const char *account;       /* NULL: none */
	const char *dependency;    /* what is left of it, as Slurm prints it; NULL: none */
	enum crane_maker maker;    /* as far as this release tells */
	int64_t eligible_time;     /* its begin time, seconds since 1970; 0: unknown */
	bool pending;              /* waits to start, for the first time or again */
	/* --kill-on-invalid-dep: at most one is true; none: the site decides */
	bool kill_invalid, keep_invalid;
	struct crane_job_facts facts;
};

/* Called for each job. The pointers are valid during the call only. */
typedef void (*ctld_job_f)(const struct ctld_job *job, void *arg);

enum ctld_rc {
	CTLD_OK = 0,
	CTLD_GONE,    /* the job does not exist, or it is no longer pending */
	CTLD_AGAIN,   /* slurmctld cannot be reached: try again later */
	CTLD_BUSY,    /* slurmctld cannot change this job now: try again later */
	CTLD_REFUSED, /* slurmctld has refused; the reason was logged */
};

/* Both return CTLD_OK, CTLD_AGAIN, or CTLD_GONE for a job that does not exist. */
enum ctld_rc ctld_load_job(uint32_t job_id, ctld_job_f f,
			   void *arg); /* an array's id: all records */
enum ctld_rc ctld_load_all(ctld_job_f f, void *arg);

/* A change of a pending job, made as SlurmUser. */
struct ctld_update {
	const char *job;           /* its id; in an array, the record with this id */
	const char *admin_comment; /* NULL leaves it unchanged */
	const char *dependency;    /* NULL leaves it unchanged; "" removes it */
	int64_t begin_time; /* seconds since 1970; 0 leaves it unchanged; a past time means now */
	bool reset_age;     /* its age counts from now, and not from the far begin time */
	const char *note;   /* see ctld_desc_note() */
};
enum ctld_rc ctld_update_job(const struct ctld_update *update);

/* -- the request that a hook is given (job_desc_msg_t) ----------------------------------------- */

/* Times in seconds since 1970. */
const char *ctld_desc_dependency(const void *desc);    /* NULL: not given */
const char *ctld_desc_admin_comment(const void *desc); /* NULL: not given */
const char *ctld_desc_submit_line(const void *desc);   /* NULL: unknown */
uint32_t ctld_desc_owner(const void *desc);            /* of job_modify: the job's owner */
/*
 * A text of ours in a change, or NULL: in a field that Slurm carries with each request but does not
 * read in a change, and that other plugins have no reason to write.
 */
const char *ctld_desc_note(const void *desc);
int64_t ctld_desc_begin_time(const void *desc); /* 0: not given */
int64_t ctld_desc_deadline(const void *desc);   /* 0: none */
int64_t ctld_desc_limit_sec(const void *desc);  /* the shortest time limit, seconds; 0: not given */
bool ctld_desc_has_script(const void *desc);
/*
 * Returns true if the request only asks for a start time (--test-only) and creates no job.
 */
bool ctld_desc_is_test(const void *desc);
bool ctld_desc_is_het(const void *desc);              /* a component of a heterogeneous job */
void ctld_desc_set_begin_time(void *desc, int64_t t); /* 0 removes it */
/*
 * These copy the string; NULL removes it. Return -1 if out of memory: the request is then unchanged.
 */
int ctld_desc_set_dependency(void *desc, const char *s);
int ctld_desc_set_admin_comment(void *desc, const char *s);
int ctld_desc_set_note(void *desc, const char *s);

/* -- what a hook answers ----------------------------------------------------------------------- */

enum ctld_answer {
	CTLD_ACCEPT,
	CTLD_REFUSE,
	CTLD_NOT_ALLOWED,  /* refuse, as slurmctld refuses a change without permission */
	CTLD_TRY_AGAIN,    /* refuse; the same request may be accepted a second later */
	CTLD_STALE_UPDATE, /* refuse an update of ours: ctld_update_job() returns CTLD_BUSY */
	CTLD_OTHER_RECORD, /* refuse an update of ours for this record of an array only */
};

/*
 * Returns the hook's result. Unless it accepts, sets *err_msg to a copy of [why]; err_msg may be
 * NULL, [why] may be "".
 */
int ctld_answer(enum ctld_answer what, const char *why, char **err_msg);

/* -- the configuration ------------------------------------------------------------------------- */

/*
 * Writes the folder of the slurm.conf in use, where crane.conf is too, to buf: at most [size]
 * bytes. Returns buf.
 */
char *ctld_conf_dir(char *buf, size_t size);

#endif /* PLUGINS_JOB_SUBMIT_CTLD_H */
