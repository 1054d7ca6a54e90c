/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the facts of a job from SLURM_* and, at most once, from slurmctld. plugin.c decides when
 * slurmctld may be called; slurm_api.c makes the call.
 */
#include "config.h"

#include "plugins/spank/facts.h"

#include <stdlib.h>
#include <string.h>

#include "plugins/spank/slurm_api.h"

/* Slurm gives a job without a limit an end time one year away (22.05.8 to 26.05). */
#define SLURM_NO_LIMIT_SEC (INT64_C(365) * 86400)

/* The longest time that a task waits for slurmctld. */
#define TASK_WAITS_SEC 2

const char *spank_env_get(char *const *env, const char *name)
{
	size_t n = strlen(name);

	if (env == NULL)
		return getenv(name);
	for (; *env != NULL; env++) {
		if (strncmp(*env, name, n) == 0 && (*env)[n] == '=')
			return *env + n + 1;
	}
	return NULL;
}

static uint64_t env_number(char *const *env, const char *name, uint64_t max)
{
	return crane_stepenv_number(spank_env_get(env, name), max, 0);
}

/* Copies the value of [name] to [*text]; with [replace] also if it has a value already. */
static void take_text(char **text, char *const *env, const char *name, bool replace)
{
	const char *value = spank_env_get(env, name);
	char *copy;

	if (value == NULL || *value == '\0' || (*text != NULL && !replace))
		return;
	copy = strdup(value);
	if (copy == NULL)
		return;
	free(*text);
	*text = copy;
}

static void take_u32(uint32_t *number, char *const *env, const char *name)
{
	if (*number == 0)
		*number = (uint32_t)env_number(env, name, UINT32_MAX);
}

/* 24.11 and later set both times in every task, 22.05 neither. */
static void take_times(struct crane_stepenv_job *job, char *const *env)
{
	int64_t start = (int64_t)env_number(env, "SLURM_JOB_START_TIME", INT64_MAX);
	int64_t end = (int64_t)env_number(env, "SLURM_JOB_END_TIME", INT64_MAX);

	if (job->limit_sec != 0 || start == 0 || end <= start)
		return;
	job->end_time = end;
	job->limit_sec = end - start >= SLURM_NO_LIMIT_SEC ? CRANE_STEPENV_UNLIMITED :
							     (uint64_t)(end - start);
}

static void take_array(struct crane_stepenv_job *job, char *const *env)
{
	const char *task = spank_env_get(env, "SLURM_ARRAY_TASK_ID");
	uint32_t array = (uint32_t)env_number(env, "SLURM_ARRAY_JOB_ID", UINT32_MAX);
	uint64_t task_id = crane_stepenv_number(task, UINT32_MAX, UINT64_MAX);

	if (job->has_array || array == 0 || task_id > UINT32_MAX)
		return;
	job->has_array = true;
	job->array_job_id = array;
	job->array_task_id = (uint32_t)task_id;
}

/* A job without a number of tasks has its tasks per node on each node, at least one on each. */
static void guess_tasks(struct crane_stepenv_job *job)
{
	if (job->n_tasks == 0)
		job->n_tasks = job->n_nodes * (job->tasks_per_node > 0 ? job->tasks_per_node : 1);
}

/* [known] means that slurmctld has answered, so values missing in the answer do not exist. */
static void take_env(struct crane_stepenv_job *job, char *const *env, bool known)
{
	take_text(&job->submit_dir, env, "SLURM_SUBMIT_DIR", true);
	take_text(&job->submit_host, env, "SLURM_SUBMIT_HOST", true);
	take_text(&job->cpus, env, "SLURM_JOB_CPUS_PER_NODE", true);
	if (known)
		return;
	take_text(&job->name, env, "SLURM_JOB_NAME", false);
	take_text(&job->account, env, "SLURM_JOB_ACCOUNT", false);
	take_text(&job->partition, env, "SLURM_JOB_PARTITION", false);
	take_text(&job->qos, env, "SLURM_JOB_QOS", false);
	take_text(&job->nodes, env, "SLURM_JOB_NODELIST", false);
	take_u32(&job->n_nodes, env, "SLURM_JOB_NUM_NODES");
	take_u32(&job->n_tasks, env, "SLURM_NTASKS");
	take_u32(&job->tasks_per_node, env, "SLURM_NTASKS_PER_NODE");
	take_u32(&job->cpus_per_task, env, "SLURM_CPUS_PER_TASK");
	take_times(job, env);
	take_array(job, env);
}

void spank_facts_collect(uint32_t job_id, char *const *env, bool env_is_ours,
			 enum crane_maker maker, enum spank_ask ask, struct crane_stepenv_job *job)
{
	bool known = false;

	if (ask == SPANK_ASK_IF_NEEDED && spank_env_get(env, "SLURM_JOB_END_TIME") != NULL)
		ask = SPANK_ASK_NEVER;
	memset(job, 0, sizeof(*job));
	if (ask == SPANK_ASK_IF_NEEDED)
		known = spank_api_load_job_within(job_id, TASK_WAITS_SEC, job) == 0;
	else if (ask == SPANK_ASK_ALWAYS)
		known = spank_api_load_job(job_id, job) == 0;
	job->job_id = job_id;
	if (maker != CRANE_MAKER_UNKNOWN)
		job->maker = maker;
	else if (known && job->maker == CRANE_MAKER_UNKNOWN && !env_is_ours)
		job->maker = spank_api_maker_by_step(job_id);
	take_text(&job->cluster, env, "SLURM_CLUSTER_NAME", true);
	if (env_is_ours)
		take_env(job, env, known);
	guess_tasks(job);
}
