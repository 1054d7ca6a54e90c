/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spank_crane.so: sets the CRANE_* variables of every task of a job. This file has the hooks of
 * each process; src/stepenv.c makes the variables.
 *
 * How a job's facts are passed on, so that slurmctld gets at most one request for each job or srun,
 * and none from a task of a step:
 *   sbatch   task_init of the batch step has one task: it calls slurmctld (22.05 only; later
 *            releases set all values in the task) and puts the record into the script's
 *            environment. Each srun in the script inherits it.
 *   srun     local_user_init calls slurmctld if the environment has no record of this job: for an
 *            srun that made its job, or that was started outside of the job. All tasks get the
 *            record with the environment.
 *   salloc   prepare_fork() calls slurmctld before salloc starts the shell, and sets the shell's
 *            environment.
 *
 * No error here fails a job, a step or a node: every hook returns ESPANK_SUCCESS.
 */
#include "config.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <slurm/spank.h>

#include "plugins/spank/facts.h"
#include "plugins/spank/slurm_api.h"
#include "src/stepenv.h"
#include "src/stepid.h"

SPANK_PLUGIN(spank_crane, 1);

/* plugstack.conf: env=all|crane|none */
enum env_mode {
	ENV_ALL,   /* every job */
	ENV_CRANE, /* jobs made by cbatch, crun and calloc, and steps made by crun */
	ENV_NONE,
};

static struct {
	enum env_mode mode;
	uint32_t job_id_at_init;       /* the job in which this process was started; 0: none */
	const char *num_nodes_at_init; /* SLURM_JOB_NUM_NODES at the start */
	bool may_fork_shell;           /* salloc or sbatch, and the shell has not been started */
} state;

/* --- plugstack.conf --------------------------------------------------------------------------- */

#define COMPLAINT "spank/crane: %s: unknown option in plugstack.conf (env=all|crane|none), ignored"

/*
 * slurmd reads plugstack.conf once and writes to the admin's log. In srun, sbatch and salloc, which
 * write to the user's terminal, only -v shows this line.
 */
static void complain(const char *argument)
{
	if (spank_context() == S_CTX_SLURMD)
		slurm_error(COMPLAINT, argument);
	else
		slurm_verbose(COMPLAINT, argument);
}

static enum env_mode read_arguments(int ac, char *argv[])
{
	enum env_mode mode = ENV_ALL;

	for (int i = 0; i < ac; i++) {
		if (strcmp(argv[i], "env=all") == 0)
			mode = ENV_ALL;
		else if (strcmp(argv[i], "env=crane") == 0)
			mode = ENV_CRANE;
		else if (strcmp(argv[i], "env=none") == 0)
			mode = ENV_NONE;
		else
			complain(argv[i]);
	}
	return mode;
}

/* --- environments ----------------------------------------------------------------------------- */

/* crane_stepenv_set_fn for this process. */
static int set_own(void *arg, const char *name, const char *value)
{
	(void)arg;
	return value != NULL ? setenv(name, value, 1) : unsetenv(name);
}

/* crane_stepenv_set_fn for a task; [arg] is its handle. */
static int set_task(void *arg, const char *name, const char *value)
{
	if (value == NULL) {
		spank_unsetenv(arg, name); /* an unset variable is not an error */
		return 0;
	}
	return spank_setenv(arg, name, value, 1) == ESPANK_SUCCESS ? 0 : -1;
}

static bool made_by(char *const *env, const char *command)
{
	const char *value = spank_env_get(env, CRANE_STEPENV_COMMAND);

	return value != NULL && strcmp(value, command) == 0;
}

/* Puts the record of [job] into the environment of the next processes. */
static void set_record(const struct crane_stepenv_job *job, crane_stepenv_set_fn *set, void *arg)
{
	char *text = crane_stepenv_job_print(job);

	set(arg, CRANE_STEPENV_JOB, text);
	free(text);
}

static uint32_t own_job_id(void)
{
	return (uint32_t)crane_stepenv_number(getenv("SLURM_JOB_ID"), UINT32_MAX, 0);
}

/* Sets all variables of one process by [set], with the names of the job's nodes expanded. */
static void emit(const struct crane_stepenv_job *job, struct crane_stepenv_task *task,
		 crane_stepenv_set_fn *set, void *arg)
{
	char **names = spank_api_expand_nodes(job->nodes, &task->n_nodes);

	task->nodes = (const char *const *)names;
	if (crane_stepenv_emit(job, task, set, arg) < 0)
		slurm_error("spank/crane: JobId=%u: CRANE_* are not complete", job->job_id);
	spank_api_free_names(names, task->n_nodes);
}

/* --- sbatch and salloc ------------------------------------------------------------------------ */

/*
 * Runs right before any fork of sbatch or salloc. Once salloc has its nodes it puts SLURM_JOB_ID
 * and the rest into its own environment and forks the shell (salloc.c of 22.05.8, 24.11 and 26.05):
 * only here can a plugin change a local shell's environment, since SPANK has no hook for it.
 */
static void prepare_fork(void)
{
	struct crane_stepenv_job job;
	struct crane_stepenv_task task = { .step = CRANE_STEP_PRIMARY };
	uint32_t job_id = own_job_id();
	bool by_crane = made_by(NULL, "calloc");

	if (!state.may_fork_shell || job_id == 0 || job_id == state.job_id_at_init)
		return;
	state.may_fork_shell = false;
	unsetenv(CRANE_STEPENV_COMMAND);
	if (state.mode == ENV_CRANE && !by_crane)
		return;
	spank_facts_collect(job_id, NULL, true, CRANE_MAKER_SALLOC, SPANK_ASK_ALWAYS, &job);
	job.by_crane = by_crane;
	set_record(&job, set_own, NULL);
	emit(&job, &task, set_own, NULL);
	crane_stepenv_job_clear(&job);
}

/* The new job must not get the variables of the job in which sbatch or salloc was started. */
static void forget_outer_job(void)
{
	if (!made_by(NULL, "cbatch") && !made_by(NULL, "calloc"))
		unsetenv(CRANE_STEPENV_COMMAND);
	unsetenv(CRANE_STEPENV_JOB);
	unsetenv(CRANE_STEPENV_STEP);
	/* Outside a job such names are the user's own. */
	if (getenv("CRANE_JOB_ID") != NULL)
		crane_stepenv_forget(set_own, NULL);
}

/* --- srun ------------------------------------------------------------------------------------- */

/*
 * Returns true if this srun has made the job it runs in: it was not started in a job, and it has set SLURM_JOB_NUM_NODES,
 * which it sets only for an allocation of its own (doc/reference/slurm-releases.md#what-made-a-job). A value that was there
 * at the start lies at another address: setenv() never writes into the environment that a process was started with.
 */
static bool made_its_job(void)
{
	const char *num_nodes = getenv("SLURM_JOB_NUM_NODES");

	return state.job_id_at_init == 0 && num_nodes != NULL &&
	       num_nodes != state.num_nodes_at_init;
}

/*
 * Returns true if this srun may have a time limit, by its command line or by the variable for -t.
 */
static bool may_have_limit(void)
{
	char *word = NULL;
	size_t size = 0;
	bool may = false;
	FILE *file;

	if (getenv("SLURM_TIMELIMIT") != NULL)
		return true;
	file = fopen("/proc/self/cmdline", "re");
	if (file == NULL)
		return true;
	while (!may && getdelim(&word, &size, '\0', file) > 0)
		may = crane_stepenv_may_limit(word);
	free(word);
	fclose(file);
	return may;
}

/*
 * Passes the time limit of the step to its tasks, which Slurm does not do. Only an srun in a job
 * that it did not make can have a limit of its own, and slurmctld is called only if the srun may
 * have one.
 */
static void set_step_record(uint32_t job_id, uint32_t slurm_step, bool may_differ)
{
	char text[CRANE_STEPENV_STEP_MAX];
	uint64_t limit_sec = 0;

	if (may_differ && may_have_limit())
		limit_sec = spank_api_step_limit(job_id, slurm_step);
	crane_stepenv_step_print(job_id, slurm_step, limit_sec, text);
	set_own(NULL, CRANE_STEPENV_STEP, limit_sec > 0 ? text : NULL);
}

/* Runs in srun when the step exists; all its tasks get the variables set here. */
static void prepare_tasks(uint32_t job_id, uint32_t slurm_step)
{
	struct crane_stepenv_job job;
	bool made_job = made_its_job();
	bool by_crane = made_by(NULL, "crun");

	if (!by_crane)
		unsetenv(CRANE_STEPENV_COMMAND);
	if (made_job ||
	    crane_stepenv_job_parse(getenv(CRANE_STEPENV_JOB), job_id, &job, NULL) < 0) {
		unsetenv(CRANE_STEPENV_JOB);
		if (state.mode == ENV_CRANE && !by_crane)
			return;
		spank_facts_collect(job_id, NULL, made_job || state.job_id_at_init == job_id,
				    made_job ? CRANE_MAKER_SRUN : CRANE_MAKER_UNKNOWN,
				    SPANK_ASK_ALWAYS, &job);
		job.by_crane = made_job && by_crane;
		set_record(&job, set_own, NULL);
	}
	set_step_record(job_id, slurm_step, !made_job);
	crane_stepenv_job_clear(&job);
}

/* --- slurmstepd ------------------------------------------------------------------------------- */

/* Finds the job's facts for a task: from the record, else from Slurm's variables. */
static void find_job(uint32_t job_id, uint32_t slurm_step, char *const *env,
		     struct crane_stepenv_job *job)
{
	enum crane_maker maker = CRANE_MAKER_UNKNOWN;
	enum spank_ask ask = SPANK_ASK_NEVER;

	if (slurm_step == CRANE_SLURM_STEP_BATCH) {
		/*
		 * The only task of the job's first step. A record in its environment is that of
		 * another job.
		 */
		maker = CRANE_MAKER_SBATCH;
		ask = SPANK_ASK_IF_NEEDED;
	} else if (crane_stepenv_job_parse(spank_env_get(env, CRANE_STEPENV_JOB), job_id, job,
					   NULL) == 0) {
		return;
	} else if (slurm_step == CRANE_SLURM_STEP_INTERACTIVE) {
		maker = CRANE_MAKER_SALLOC;
	}
	spank_facts_collect(job_id, env, true, maker, ask, job);
	job->by_crane = slurm_step == CRANE_SLURM_STEP_BATCH && made_by(env, "cbatch");
}

/*
 * SLURM_ARRAY_* in the environment of a job that was submitted from an array task are those of that
 * task (sbatch passes them on). For a batch step slurmstepd has the correct value: NO_VAL if the
 * job is not an array task.
 */
static void take_array_items(spank_t spank, struct crane_stepenv_job *job)
{
	uint32_t array = 0, array_task = 0;

	if (spank_get_item(spank, S_JOB_ARRAY_ID, &array) != ESPANK_SUCCESS ||
	    spank_get_item(spank, S_JOB_ARRAY_TASK_ID, &array_task) != ESPANK_SUCCESS)
		return;
	job->has_array = array != 0 && array_task < UINT32_C(0xfffffffe);
	job->array_job_id = job->has_array ? array : 0;
	job->array_task_id = job->has_array ? array_task : 0;
}

static char *copy_of(const char *text)
{
	return text != NULL ? strdup(text) : NULL;
}

static void set_task_environment(spank_t spank, uint32_t job_id, uint32_t slurm_step, char **env)
{
	struct crane_stepenv_job job;
	struct crane_stepenv_task task = { 0 };
	const char *node = spank_env_get(env, "SLURMD_NODENAME");
	uint16_t cpus = 0;
	char *own_node = copy_of(node);
	char *cuda = copy_of(spank_env_get(env, "CUDA_VISIBLE_DEVICES"));
	char *rocr = copy_of(spank_env_get(env, "ROCR_VISIBLE_DEVICES"));
	bool wanted, by_crane, has_gpus;

	find_job(job_id, slurm_step, env, &job);
	if (slurm_step == CRANE_SLURM_STEP_BATCH)
		take_array_items(spank, &job);
	by_crane = job.by_crane || made_by(env, "crun");
	has_gpus = job.node_gpus > 0 || spank_env_get(env, "SLURM_JOB_GPUS") != NULL;
	wanted = state.mode == ENV_ALL || by_crane;
	task.step = crane_step_from_slurm(slurm_step, job.maker);
	task.node = own_node;
	task.node_gpus = (uint32_t)crane_stepenv_number(spank_env_get(env, "SLURM_GPUS_ON_NODE"),
							UINT32_MAX, 0);
	task.limit_sec = crane_stepenv_step_parse(spank_env_get(env, CRANE_STEPENV_STEP), job_id,
						  slurm_step);
	/* Items that a release does not have stay unchanged. */
	if (spank_get_item(spank, S_TASK_GLOBAL_ID, &task.proc_id) != ESPANK_SUCCESS)
		task.proc_id = 0;
	if (spank_get_item(spank, S_JOB_NCPUS, &cpus) == ESPANK_SUCCESS)
		task.cpus_on_node = cpus;
	if (spank_get_item(spank, S_JOB_ALLOC_MEM, &task.node_mem_mib) != ESPANK_SUCCESS)
		task.node_mem_mib = 0;

	/* After this env is invalid, since spank_setenv() moves it. */
	spank_unsetenv(spank, CRANE_STEPENV_COMMAND);
	spank_unsetenv(spank, CRANE_STEPENV_STEP);
	if (wanted) {
		set_record(&job, set_task, spank);
		emit(&job, &task, set_task, spank);
	}
	/*
	 * Slurm has set its own names before this hook (22.05 to 26.05); native jobs keep exactly
	 * these. A step without GPUs in a job with GPUs does not keep those of the script. If
	 * neither has GPUs, such variables are the user's own.
	 */
	if (by_crane && (has_gpus || task.node_gpus > 0))
		crane_stepenv_devices(task.node_gpus > 0 ? cuda : NULL,
				      task.node_gpus > 0 ? rocr : NULL, set_task, spank);
	crane_stepenv_job_clear(&job);
	free(own_node);
	free(cuda);
	free(rocr);
}

/* --- hooks ------------------------------------------------------------------------------------ */

int slurm_spank_init(spank_t spank, int ac, char *argv[])
{
	spank_context_t context = spank_context();

	(void)spank;
	memset(&state, 0, sizeof(state));
	state.mode = read_arguments(ac, argv);
	if (context == S_CTX_LOCAL || context == S_CTX_ALLOCATOR) {
		state.job_id_at_init = own_job_id();
		state.num_nodes_at_init = getenv("SLURM_JOB_NUM_NODES");
	}
	return ESPANK_SUCCESS;
}

int slurm_spank_init_post_opt(spank_t spank, int ac, char *argv[])
{
	(void)spank;
	(void)ac;
	(void)argv;
	if (state.mode == ENV_NONE || spank_context() != S_CTX_ALLOCATOR)
		return ESPANK_SUCCESS;
	forget_outer_job();
	state.may_fork_shell = pthread_atfork(prepare_fork, NULL, NULL) == 0;
	return ESPANK_SUCCESS;
}

int slurm_spank_local_user_init(spank_t spank, int ac, char *argv[])
{
	uint32_t job_id, slurm_step;

	(void)ac;
	(void)argv;
	if (state.mode != ENV_NONE && spank_get_item(spank, S_JOB_ID, &job_id) == ESPANK_SUCCESS &&
	    spank_get_item(spank, S_JOB_STEPID, &slurm_step) == ESPANK_SUCCESS)
		prepare_tasks(job_id, slurm_step);
	return ESPANK_SUCCESS;
}

int slurm_spank_task_init(spank_t spank, int ac, char *argv[])
{
	uint32_t job_id, slurm_step;
	char **env;

	(void)ac;
	(void)argv;
	if (state.mode != ENV_NONE && spank_get_item(spank, S_JOB_ID, &job_id) == ESPANK_SUCCESS &&
	    spank_get_item(spank, S_JOB_STEPID, &slurm_step) == ESPANK_SUCCESS &&
	    spank_get_item(spank, S_JOB_ENV, &env) == ESPANK_SUCCESS && env != NULL)
		set_task_environment(spank, job_id, slurm_step, env);
	return ESPANK_SUCCESS;
}
