/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The CRANE_* variables of a process: their names, formats, and how their values follow from the facts of the job
 * (doc/reference/environment.md). Also the record that carries these facts from process to process. Callers collect the
 * facts and change the environment.
 */
#ifndef SRC_STEPENV_H
#define SRC_STEPENV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/error.h"
#include "src/record.h"

/*
 * Internal variables. They begin with SLURM (srun and sbatch --export=NONE pass names that begin so, and no others) but not
 * with SLURM_ (those are Slurm's own, and a native job sees exactly the same ones as without us).
 *
 * SLURMCRANE_JOB: crane_stepenv_job_print(). Counts only in the job whose id it holds; anywhere else it is stale.
 * SLURMCRANE_STEP: crane_stepenv_step_print(). Counts only in the step whose ids it holds.
 * SLURMCRANE_COMMAND: cbatch, crun or calloc. Exported by those commands for the sbatch, srun or salloc that they run; taken
 *   out again before anything of the job runs, so that it never marks a native command started from inside the job.
 */
#define CRANE_STEPENV_JOB "SLURMCRANE_JOB"
#define CRANE_STEPENV_STEP "SLURMCRANE_STEP"
#define CRANE_STEPENV_COMMAND "SLURMCRANE_COMMAND"

/* No time limit. */
#define CRANE_STEPENV_UNLIMITED UINT64_MAX

/* The facts that all processes of a job share. Zero it first: zero and NULL mean "not known". */
struct crane_stepenv_job {
	uint32_t job_id;
	enum crane_maker maker;
	bool by_crane;  /* made by cbatch, crun or calloc */
	bool has_array; /* an array task: array_job_id and array_task_id are valid */
	uint32_t array_job_id;
	uint32_t array_task_id;
	int64_t end_time;   /* seconds since 1970 */
	uint64_t limit_sec; /* CRANE_STEPENV_UNLIMITED: none (end_time does not count then) */
	uint32_t n_nodes;
	uint32_t n_tasks;
	uint32_t tasks_per_node; /* as the user bounded it */
	uint32_t cpus_per_task;
	uint64_t node_mem_mib; /* on a node; a process that knows its own node's says so below */
	uint32_t node_gpus;    /* likewise */
	char *name;            /* this and all below: owned */
	char *account;
	char *partition;
	char *qos;
	char *nodes; /* Slurm's bracket form */
	char *cpus;  /* CPUs by node, Slurm's form "4(x2),3" */
	char *submit_dir;
	char *submit_host;
	char *cluster;
};

void crane_stepenv_job_clear(struct crane_stepenv_job *job); /* free what it owns, zero it */

/*
 * The record: "1;id=12;m=sbatch;..." with ';', '%' and control characters in values written as %XX. No value of a variable
 * is lost in it. malloc'd; NULL when out of memory.
 */
char *crane_stepenv_job_print(const struct crane_stepenv_job *job);

/*
 * Read a record. text may be NULL; names that are not known are passed over, so that an older reader lives with a newer
 * writer. Out: *job, to be cleared by crane_stepenv_job_clear; zeroed on failure.
 * Error: -1 when it is not a record, is damaged, is of another version, or belongs to another job than [job_id].
 */
int crane_stepenv_job_parse(const char *text, uint32_t job_id, struct crane_stepenv_job *job,
			    struct crane_error *err);

/* Longest text of a step record with its final NUL. */
#define CRANE_STEPENV_STEP_MAX 48

/* The step's own time limit as a record. [buf] takes CRANE_STEPENV_STEP_MAX bytes. Returns buf. */
char *crane_stepenv_step_print(uint32_t job_id, uint32_t slurm_step, uint64_t limit_sec, char *buf);
/* The limit in [text] (may be NULL) if it is that step's, else 0. */
uint64_t crane_stepenv_step_parse(const char *text, uint32_t job_id, uint32_t slurm_step);

/* The facts of one process. */
struct crane_stepenv_task {
	uint32_t step;            /* Crane's number (src/stepid.h) */
	uint32_t proc_id;         /* of the task in its step; 0 in a batch script or a shell */
	const char *node;         /* name of its node; NULL: the first one is meant */
	uint32_t cpus_on_node;    /* taken where job->cpus does not tell; 0: not known */
	uint64_t node_mem_mib;    /* memory of the job on this node; 0: job->node_mem_mib */
	uint32_t node_gpus;       /* GPUs on this node; 0: job->node_gpus */
	uint64_t limit_sec;       /* the step's own time limit; 0: it has none, the job's counts */
	const char *const *nodes; /* names of the job's nodes, in its order; NULL: not known */
	size_t n_nodes;           /* of nodes */
};

/*
 * Called once for each name that describes a job, a step or a task; value NULL: the name must not be in the environment.
 * Returns 0, or -1 to stop.
 */
typedef int crane_stepenv_set_fn(void *arg, const char *name, const char *value);

/*
 * Give [set] the whole environment of a process. Every name is given, set or not, so nothing inherited from another job,
 * step or task stays. Names that always stand in Crane are always set, empty where Slurm has no value (account and QoS
 * without accounting), except times that are not known: those are taken out.
 * Without a time limit CRANE_TIMELIMIT is 87660000:00:00 (Crane's "unlimited"), CRANE_JOB_END_TIME the largest int64_t.
 * Error: -1 when [set] said so or memory ran out (the environment may be half set).
 */
int crane_stepenv_emit(const struct crane_stepenv_job *job, const struct crane_stepenv_task *task,
		       crane_stepenv_set_fn *set, void *arg);

/*
 * The devices that Slurm gave a process, under the other names that Crane documents: NVIDIA_VISIBLE_DEVICES as [cuda],
 * CUDA_VISIBLE_DEVICES of that process; HIP_VISIBLE_DEVICES counts from 0, as HIP numbers what [rocr], its
 * ROCR_VISIBLE_DEVICES, leaves visible. NULL or no devices removes the name. Error: -1 when [set] said so.
 */
int crane_stepenv_devices(const char *cuda, const char *rocr, crane_stepenv_set_fn *set, void *arg);

/* All names of crane_stepenv_emit with NULL: what a submission from inside a job must not hand on. */
int crane_stepenv_forget(crane_stepenv_set_fn *set, void *arg);

/* --- derivations, for those who fill the structs -------------------------------------------------------------- */

/* CPUs on node number [index] by Slurm's form "4(x2),3" (SLURM_JOB_CPUS_PER_NODE). 0: NULL, damaged, or no such node. */
uint32_t crane_stepenv_cpus_of_node(const char *cpus, uint32_t index);

/* The upper bound of tasks on a node: the smaller of the user's bound (0: none) and n_tasks - n_nodes + 1, at least 1. */
uint32_t crane_stepenv_tasks_per_node(uint32_t n_tasks, uint32_t n_nodes, uint32_t bound);

/*
 * MiB a node by a job's allocation, Slurm's form "cpu=4,mem=8000M,node=2" (tres_alloc_str; units K M G T P, none is M).
 * 0: NULL, no memory in it, or no node.
 */
uint64_t crane_stepenv_mem_of_tres(const char *tres, uint32_t n_nodes);

/* GPUs a node by a job's gres, Slurm's form "gpu:a100:4,gpu:2,shard:1" (gres_total). 0: NULL, none in it, or no node. */
uint32_t crane_stepenv_gpus_of_gres(const char *gres, uint32_t n_nodes);

/* A decimal number that is the whole of [s] (may be NULL), not above [max]; else [otherwise]. */
uint64_t crane_stepenv_number(const char *s, uint64_t max, uint64_t otherwise);

/* Could this word of srun's command line ask for a time limit? True for any word that -t or --time may be part of. */
bool crane_stepenv_may_limit(const char *word);

#endif /* SRC_STEPENV_H */
