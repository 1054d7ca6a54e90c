/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Jobs as slurmctld has them.
 */
#ifndef WRAPPERS_SLURM_JOBS_H
#define WRAPPERS_SLURM_JOBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "wrappers/slurm/holdmark.h"
#include "wrappers/slurm/mailtypes.h"
#include "wrappers/slurm/api.h"
#include "wrappers/base/strings.h"

#define CRANE_NO_ARRAY_TASK UINT32_MAX

/* States; the numbers are the order of display (doc/reference/errors.md#job-states). */
enum crane_job_state {
	CRANE_PENDING = 0,
	CRANE_RUNNING = 1,
	CRANE_COMPLETED = 2,
	CRANE_FAILED = 3,
	CRANE_EXCEED_TIME_LIMIT = 4,
	CRANE_CANCELLED = 5,
	CRANE_OUT_OF_MEMORY = 6,
	CRANE_CONFIGURING = 7,
	CRANE_COMPLETING = 9,
	CRANE_SUSPENDED = 10,
	CRANE_DEADLINE = 11,
};

/* Converts Slurm's own number of a state of a job or a step; for this room. */
enum crane_job_state crane_slurm_state(uint32_t state);

/*
 * Converts Slurm's state and wait status of a job or a step: 0..255, 256 + signal, or CRANE_EC_*.
 * [ran]: it had nodes; false: it was over before it started.
 */
uint32_t crane_slurm_exit_code(uint32_t state, uint32_t wait_status, bool ran);

/* Crane's own exit codes (doc/reference/errors.md#exit-codes-of-jobs). */
#define CRANE_EC_TERMINATED 320
#define CRANE_EC_TIME_LIMIT 325
#define CRANE_EC_NODE_DOWN 326
#define CRANE_EC_PROLOG 329
#define CRANE_EC_DEADLINE 330

/* Why a job waits: Slurm's reasons in Crane's groups (doc/reference/errors.md#pending-reasons). */
enum crane_wait {
	CRANE_WAIT_NONE,
	CRANE_WAIT_HELD,
	CRANE_WAIT_BEGIN_TIME,
	CRANE_WAIT_DEPENDENCY_NEVER,
	CRANE_WAIT_DEPENDENCY,
	CRANE_WAIT_ARRAY_LIMIT,
	CRANE_WAIT_DEADLINE,
	CRANE_WAIT_PRIORITY,
	CRANE_WAIT_LICENSE,
	CRANE_WAIT_RESOURCE,
	CRANE_WAIT_QOS_CPU,
	CRANE_WAIT_QOS_JOBS,
	CRANE_WAIT_QOS_WALL,
	CRANE_WAIT_QOS_MEM,
	CRANE_WAIT_QOS_GRES,
	CRANE_WAIT_USER_PARTITION_JOBS,
	CRANE_WAIT_ACCOUNT_PARTITION_JOBS,
	CRANE_WAIT_USER_PARTITION_WALL,
	CRANE_WAIT_ACCOUNT_PARTITION_WALL,
	CRANE_WAIT_PARTITION_CPU,
	CRANE_WAIT_PARTITION_MEM,
	CRANE_WAIT_PARTITION_GRES,
	CRANE_WAIT_BAD_QOS,
	CRANE_WAIT_BAD_ACCOUNT,
	CRANE_WAIT_OTHER, /* not in Crane: Slurm's own word is shown */
};

/* One record of slurmctld. Strings are never NULL; they belong to the crane_jobs they came with. */
struct crane_job {
	uint32_t job_id;
	uint32_t array_id; /* 0: no array */
	uint32_t task_id;  /* of the array, or CRANE_NO_ARRAY_TASK */
	const char *
		waiting_tasks; /* of an array: tasks that this one record stands for, "0-9,12%2"; else "" */
	uint32_t max_tasks; /* of the array: how many may run at once; 0 if there is no limit */
	const char *name, *user_name, *account, *partition, *qos, *wckey;
	const char *nodes, *batch_host, *req_nodes, *exc_nodes;
	const char *
		first_step; /* submit line of step 0 where nothing else tells the maker, else NULL */
	const char *command, *submit_line, *work_dir, *comment, *admin_comment, *dependency;
	const char *mail_user, *submit_host;
	const char *licenses,
		*reservation; /* "ansys:2,matlab", one of each where no count stands */
	const char *tres_req, *tres_alloc;
	const char *gres_per_node, *gres_alloc; /* when the lists above name no gres */
	uint32_t uid, gid;
	bool batch;
	bool ended; /* its state is final and its nodes are free again */
	bool exclusive;
	enum crane_job_state state;
	enum crane_wait wait;
	const char *slurm_reason; /* Slurm's word for it, such as "PartitionConfig" */
	uint32_t priority;
	uint32_t num_nodes, num_cpus, num_tasks, cpus_per_task;
	uint64_t limit_sec;                       /* 0: none */
	unsigned mail;                            /* CRANE_MAIL_*, or-ed */
	time_t submit_time, start_time, end_time; /* 0: unknown */
	time_t deadline;                          /* 0: none */
	time_t eligible_time;                     /* the time from which it may start; 0: unknown */
	time_t begin_time;           /* of a pending job, including the plugin's gate; 0: none */
	struct crane_hold_mark hold; /* until 0: none; the mark is not in [comment] */
	uint32_t exit_code;          /* see crane_slurm_exit_code() */
	uint32_t restarts;
	bool requeue;    /* may be */
	int64_t run_sec; /* seconds it ran until [loaded], without suspended time */
};

struct crane_jobs {
	struct crane_job *job;
	size_t n;
	void *slurm;                /* libslurm's message, to which the strings point */
	void *steps;                /* another of its messages, or NULL */
	struct crane_strings users; /* names looked up here, for the same purpose */
	time_t loaded;              /* this machine's time of the call */
};

/*
 * Loads jobs: all of them, those of one user, or one job (its array tasks with it). With
 * [expand_tasks] waiting_tasks is complete however long it is.
 * Out:   *jobs, to be released with crane_jobs_free(). Returns 0, or -1 with *why filled.
 */
int crane_slurm_load_jobs(bool expand_tasks, struct crane_jobs *jobs,
			  struct crane_slurm_error *why);
int crane_slurm_load_user_jobs(uint32_t uid, bool expand_tasks, struct crane_jobs *jobs,
			       struct crane_slurm_error *why);
int crane_slurm_load_job(uint32_t job_id, bool expand_tasks, struct crane_jobs *jobs,
			 struct crane_slurm_error *why);
void crane_jobs_free(struct crane_jobs *jobs);

#endif /* WRAPPERS_SLURM_JOBS_H */
