/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The CRANE_* variables of a process: their names and formats, and how their values are made from
 * the facts of the job (doc/reference/environment.md). Also the record that passes these facts from
 * process to process. Callers collect the facts and change the environment.
 */
#ifndef SRC_STEPENV_H
#define SRC_STEPENV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/error.h"
#include "src/record.h"

/*
 * Internal variables. Their names begin with SLURM, because srun and sbatch --export=NONE pass only
 * such names. They do not begin with SLURM_, because a native job has to see the same SLURM_
 * variables as without the plugin.
 *
 * SLURMCRANE_JOB: crane_stepenv_job_print(). Valid only in the job whose id it holds; elsewhere it
 *                 was inherited.
 * SLURMCRANE_STEP: crane_stepenv_step_print(). Valid only in the step whose ids it holds.
 * SLURMCRANE_COMMAND: cbatch, crun or calloc. These commands set it for the sbatch, srun or salloc
 *                     that they run. The plugin removes it before anything of the job runs, so that
 *                     it never marks a native command inside the job.
 */
#define CRANE_STEPENV_JOB "SLURMCRANE_JOB"
#define CRANE_STEPENV_STEP "SLURMCRANE_STEP"
#define CRANE_STEPENV_COMMAND "SLURMCRANE_COMMAND"

/* No time limit. */
#define CRANE_STEPENV_UNLIMITED UINT64_MAX

/*
 * The facts that all processes of a job share. The caller zeroes it first: zero and NULL mean
 * "unknown".
 */
struct crane_stepenv_job {
	uint32_t job_id;
	enum crane_maker maker;
	bool by_crane;  /* made by cbatch, crun or calloc */
	bool has_array; /* an array task: array_job_id and array_task_id are valid */
	uint32_t array_job_id;
	uint32_t array_task_id;
	int64_t end_time;   /* seconds since 1970 */
	uint64_t limit_sec; /* CRANE_STEPENV_UNLIMITED: none; end_time is then not used */
	uint32_t n_nodes;
	uint32_t n_tasks;
	uint32_t tasks_per_node; /* the user's upper bound */
	uint32_t cpus_per_task;
	uint64_t node_mem_mib; /* on a node; node_mem_mib of a task, if known, replaces it */
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

void crane_stepenv_job_clear(struct crane_stepenv_job *job); /* frees what it owns and zeroes it */

/*
 * Returns the record: "1;id=12;m=sbatch;...", with ';', '%' and control characters in values
 * written as %XX. It has all values of the struct. malloc'd; NULL if out of memory.
 */
char *crane_stepenv_job_print(const struct crane_stepenv_job *job);

/*
 * Reads a record. text may be NULL; unknown names are ignored, so that an older reader can read a
 * newer record. Out: *job, which the caller clears with crane_stepenv_job_clear(); zeroed on
 * failure.
 * Error: -1 if text is not a valid record of this version, or not of job [job_id].
 */
int crane_stepenv_job_parse(const char *text, uint32_t job_id, struct crane_stepenv_job *job,
			    struct crane_error *err);

/* Longest text of a step record with its final NUL. */
#define CRANE_STEPENV_STEP_MAX 48

/*
 * Prints the step's own time limit as a record. [buf] has room for CRANE_STEPENV_STEP_MAX bytes.
 * Returns buf.
 */
char *crane_stepenv_step_print(uint32_t job_id, uint32_t slurm_step, uint64_t limit_sec, char *buf);
/* Returns the limit in [text] (may be NULL) if it is of that step, else 0. Unit: seconds. */
uint64_t crane_stepenv_step_parse(const char *text, uint32_t job_id, uint32_t slurm_step);

/* The facts of one process. */
struct crane_stepenv_task {
	uint32_t step;            /* Crane's number (src/stepid.h) */
	uint32_t proc_id;         /* of the task in its step; 0 in a batch script or a shell */
	const char *node;         /* name of its node; NULL means the first node */
	uint32_t cpus_on_node;    /* used if job->cpus has no value; 0: unknown */
	uint64_t node_mem_mib;    /* memory of the job on this node; 0: job->node_mem_mib */
	uint32_t node_gpus;       /* GPUs on this node; 0: job->node_gpus */
	uint64_t limit_sec;       /* the step's own time limit; 0: the limit of the job applies */
	const char *const *nodes; /* names of the job's nodes, in its order; NULL: unknown */
	size_t n_nodes;           /* of nodes */
};

/*
 * Called once for each variable; value NULL means that the variable has to be removed. Returns 0,
 * or -1 to stop.
 */
typedef int crane_stepenv_set_fn(void *arg, const char *name, const char *value);

/*
 * Calls [set] for every variable, set or removed, so that nothing inherited from another job, step
 * or task stays. Variables that Crane always sets are always set: empty if Slurm has no value
 * (account and QoS without accounting). Unknown times are removed. Without a time limit
 * CRANE_TIMELIMIT is 87660000:00:00 (Crane's "unlimited"), and CRANE_JOB_END_TIME is the largest
 * int64_t.
 * Error: -1 if [set] returned it or if out of memory; some variables may then be set already.
 */
int crane_stepenv_emit(const struct crane_stepenv_job *job, const struct crane_stepenv_task *task,
		       crane_stepenv_set_fn *set, void *arg);

/*
 * Sets the devices of a process under the other names that Crane documents. In: [cuda] and [rocr],
 * the process's CUDA_VISIBLE_DEVICES and ROCR_VISIBLE_DEVICES. NVIDIA_VISIBLE_DEVICES is equal to
 * [cuda]. HIP_VISIBLE_DEVICES counts from 0, since HIP numbers only the devices of [rocr]. NULL or
 * no devices removes the variable. Error: -1 if [set] returned it.
 */
int crane_stepenv_devices(const char *cuda, const char *rocr, crane_stepenv_set_fn *set, void *arg);

/*
 * Calls [set] with NULL for all names of crane_stepenv_emit(): a submission from inside a job must
 * not pass them on.
 */
int crane_stepenv_forget(crane_stepenv_set_fn *set, void *arg);

/* --- derivations, for those who fill the structs -------------------------------------------------------------- */

/*
 * Returns the CPUs on node number [index], read from Slurm's form "4(x2),3"
 * (SLURM_JOB_CPUS_PER_NODE). 0 if [cpus] is NULL or malformed, or has no such node.
 */
uint32_t crane_stepenv_cpus_of_node(const char *cpus, uint32_t index);

/*
 * Returns the upper bound of tasks on a node: the smaller of the user's bound (0: none) and n_tasks
 * - n_nodes + 1, at least 1.
 */
uint32_t crane_stepenv_tasks_per_node(uint32_t n_tasks, uint32_t n_nodes, uint32_t bound);

/*
 * Returns the MiB for each node, read from a job's allocation in Slurm's form
 * "cpu=4,mem=8000M,node=2" (tres_alloc_str; units K M G T P, none means M). 0 if [tres] is NULL or
 * has no memory, or without nodes.
 */
uint64_t crane_stepenv_mem_of_tres(const char *tres, uint32_t n_nodes);

/*
 * Returns the GPUs for each node, read from a job's gres in Slurm's form "gpu:a100:4,gpu:2,shard:1"
 * (gres_total). 0 if [gres] is NULL or has no GPUs, or without nodes.
 */
uint32_t crane_stepenv_gpus_of_gres(const char *gres, uint32_t n_nodes);

/* Returns [s] (may be NULL) as a decimal number; [otherwise] if it is malformed or above [max]. */
uint64_t crane_stepenv_number(const char *s, uint64_t max, uint64_t otherwise);

/*
 * Returns true if this word of srun's command line may set a time limit: any word that may contain
 * -t or --time.
 */
bool crane_stepenv_may_limit(const char *word);

#endif /* SRC_STEPENV_H */
