/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The only file of the plugin that calls libslurm (beside slurm/spank.h) and handles differences
 * between releases.
 */
#include "config.h"

#include "plugins/spank/slurm_api.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <slurm/slurm.h>

#include "src/stepid.h"

/*
 * The plugin is not linked with libslurm: srun, salloc, sbatch and slurmstepd contain their own
 * copy, and a second copy in the same process would have its own state. The symbols are weak, so
 * that a process without them still loads the plugin.
 */
#pragma weak slurm_free_job_info_msg
#pragma weak slurm_free_job_step_info_response_msg
#pragma weak slurm_get_job_steps
#pragma weak slurm_hostlist_create
#pragma weak slurm_hostlist_destroy
#pragma weak slurm_hostlist_shift

#ifdef CRANE_HAVE_HOSTLIST_STRUCT
typedef hostlist_t *node_list;
#else
typedef hostlist_t node_list;
#endif

/*
 * Each request has SHOW_LOCAL: without it libslurm first loads the federation by a second message.
 * The job is always of this cluster.
 */
#ifdef slurm_load_job /* a macro over the function of that name */
#undef slurm_load_job
#endif
#pragma weak slurm_load_job

static int load_job(job_info_msg_t **answer, uint32_t job_id)
{
#ifdef CRANE_HAVE_LOAD_JOB_BY_ID
	slurm_step_id_t id = SLURM_STEP_ID_INITIALIZER;

	id.job_id = job_id;
	return slurm_load_job(answer, id, SHOW_LOCAL);
#else
	return slurm_load_job(answer, job_id, SHOW_LOCAL);
#endif
}

static int load_step(job_step_info_response_msg_t **answer, uint32_t job_id, uint32_t step)
{
#ifdef CRANE_HAVE_GET_STEPS_BY_ID
	slurm_step_id_t id = SLURM_STEP_ID_INITIALIZER;

	id.job_id = job_id;
	id.step_id = step;
	return slurm_get_job_steps(&id, answer, SHOW_ALL | SHOW_LOCAL);
#else
	return slurm_get_job_steps(0, job_id, step, answer, SHOW_ALL | SHOW_LOCAL);
#endif
}

static const char *submit_line_of(const slurm_job_info_t *info)
{
#ifdef CRANE_HAVE_JOB_SUBMIT_LINE
	return info->submit_line;
#else
	(void)info;
	return NULL;
#endif
}

#ifdef CRANE_HAVE_SALLOC_COMMAND
#define SALLOC_HAS_COMMAND                                                                         \
	true /* so it tells nothing: doc/reference/slurm-releases.md#what-made-a-job */
#else
#define SALLOC_HAS_COMMAND false
#endif

/* Returns a copy of [text]; NULL for NULL, or if out of memory (sets *failed). */
static char *copy_text(const char *text, int *failed)
{
	char *copy;

	if (text == NULL || *text == '\0')
		return NULL;
	copy = strdup(text);
	if (copy == NULL)
		*failed = 1;
	return copy;
}

/* The 16 and 32 bit values of a job that mean "not set" become 0. */
static uint32_t number16(uint16_t number)
{
	return number == NO_VAL16 || number == INFINITE16 ? 0 : number;
}

static uint32_t number32(uint32_t number)
{
	return number == NO_VAL || number == INFINITE ? 0 : number;
}

static uint64_t limit_of(uint32_t minutes)
{
	if (minutes == INFINITE)
		return CRANE_STEPENV_UNLIMITED;
	return (uint64_t)number32(minutes) * 60;
}

static enum crane_maker maker_of(const slurm_job_info_t *info)
{
	struct crane_maker_facts facts = {
		.admin_comment = info->admin_comment,
		.submit_line = submit_line_of(info),
		.command = info->command,
		.is_batch = info->batch_flag != 0,
		.salloc_has_command = SALLOC_HAS_COMMAND,
	};

	return crane_maker_infer(&facts);
}

static int copy_job(const slurm_job_info_t *info, struct crane_stepenv_job *job)
{
	int failed = 0;

	job->maker = maker_of(info);
	job->has_array = info->array_task_id != NO_VAL && info->array_job_id != 0;
	job->array_job_id = job->has_array ? info->array_job_id : 0;
	job->array_task_id = job->has_array ? info->array_task_id : 0;
	job->end_time = info->end_time;
	job->limit_sec = limit_of(info->time_limit);
	job->n_nodes = number32(info->num_nodes);
	job->n_tasks = number32(info->num_tasks);
	job->tasks_per_node = number16(info->ntasks_per_node);
	job->cpus_per_task = number16(info->cpus_per_task);
	job->node_mem_mib = crane_stepenv_mem_of_tres(info->tres_alloc_str, job->n_nodes);
	job->node_gpus = crane_stepenv_gpus_of_gres(info->gres_total, job->n_nodes);
	job->name = copy_text(info->name, &failed);
	job->account = copy_text(info->account, &failed);
	job->partition = copy_text(info->partition, &failed);
	job->qos = copy_text(info->qos, &failed);
	job->nodes = copy_text(info->nodes, &failed);
	job->submit_dir = copy_text(info->work_dir, &failed);
	job->submit_host = copy_text(info->alloc_node, &failed);
	job->cluster = copy_text(info->cluster, &failed);
	return failed ? -1 : 0;
}

int spank_api_load_job(uint32_t job_id, struct crane_stepenv_job *job)
{
	job_info_msg_t *answer = NULL;
	int rc = -1;

	memset(job, 0, sizeof(*job));
	if (slurm_load_job == NULL || slurm_free_job_info_msg == NULL)
		return -1;
	if (load_job(&answer, job_id) != 0 || answer == NULL)
		return -1;
	/* The answer for an array's id has all its tasks. */
	for (uint32_t i = 0; i < answer->record_count; i++) {
		if (answer->job_array[i].job_id != job_id)
			continue;
		job->job_id = job_id;
		rc = copy_job(&answer->job_array[i], job);
		break;
	}
	slurm_free_job_info_msg(answer);
	if (rc < 0)
		crane_stepenv_job_clear(job);
	return rc;
}

/* A request that a thread of its own makes. The last user frees it. */
struct question {
	pthread_mutex_t lock;
	pthread_cond_t answered;
	uint32_t job_id;
	struct crane_stepenv_job job;
	int rc;
	bool done;
	bool given_up;
};

static void free_question(struct question *q)
{
	pthread_cond_destroy(&q->answered);
	pthread_mutex_destroy(&q->lock);
	free(q);
}

static void *ask_in_thread(void *arg)
{
	struct question *q = arg;
	bool given_up;

	q->rc = spank_api_load_job(q->job_id, &q->job);
	pthread_mutex_lock(&q->lock);
	q->done = true;
	given_up = q->given_up;
	pthread_cond_signal(&q->answered);
	pthread_mutex_unlock(&q->lock);
	if (given_up) {
		if (q->rc == 0)
			crane_stepenv_job_clear(&q->job);
		free_question(q);
	}
	return NULL;
}

/* The stack is small, since the user's limits already apply. */
#define QUESTION_STACK (1024 * 1024)

static int start_thread(struct question *q)
{
	pthread_attr_t attr;
	pthread_t thread;
	sigset_t all, old;
	int rc;

	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, QUESTION_STACK);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = pthread_create(&thread, &attr, ask_in_thread, q);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attr);
	return rc;
}

int spank_api_load_job_within(uint32_t job_id, unsigned sec, struct crane_stepenv_job *job)
{
	struct question *q = calloc(1, sizeof(*q));
	pthread_condattr_t monotonic;
	struct timespec until;
	bool done;
	int rc = -1;

	memset(job, 0, sizeof(*job));
	if (q == NULL)
		return -1;
	q->job_id = job_id;
	pthread_mutex_init(&q->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&q->answered, &monotonic);
	pthread_condattr_destroy(&monotonic);
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += sec;
	if (start_thread(q) != 0) {
		/* The user's limit of processes or memory. */
		free_question(q);
		return spank_api_load_job(job_id, job);
	}
	pthread_mutex_lock(&q->lock);
	while (!q->done && pthread_cond_timedwait(&q->answered, &q->lock, &until) == 0)
		;
	done = q->done;
	q->given_up = !done;
	pthread_mutex_unlock(&q->lock);
	if (!done)
		return -1; /* the thread ends with the task's exec, or frees [q] */
	rc = q->rc;
	*job = q->job;
	free_question(q);
	return rc;
}

#if defined(CRANE_HAVE_SALLOC_COMMAND) && !defined(CRANE_HAVE_JOB_SUBMIT_LINE)
enum crane_maker spank_api_maker_by_step(uint32_t job_id)
{
	struct crane_maker_facts facts = { .salloc_has_command = true };
	job_step_info_response_msg_t *answer = NULL;
	enum crane_maker maker = CRANE_MAKER_UNKNOWN;

	if (slurm_get_job_steps == NULL || slurm_free_job_step_info_response_msg == NULL)
		return maker;
	if (load_step(&answer, job_id, 0) != 0 || answer == NULL)
		return maker;
	for (uint32_t i = 0; i < answer->job_step_count; i++) {
		if (answer->job_steps[i].step_id.step_id != 0)
			continue;
		facts.first_step = answer->job_steps[i].submit_line;
		maker = crane_maker_infer(&facts);
	}
	slurm_free_job_step_info_response_msg(answer);
	return maker;
}
#else
enum crane_maker spank_api_maker_by_step(uint32_t job_id)
{
	(void)job_id;
	return CRANE_MAKER_UNKNOWN;
}
#endif

uint64_t spank_api_step_limit(uint32_t job_id, uint32_t slurm_step)
{
	job_step_info_response_msg_t *answer = NULL;
	uint64_t limit_sec = 0;

	if (slurm_get_job_steps == NULL || slurm_free_job_step_info_response_msg == NULL)
		return 0;
	if (load_step(&answer, job_id, slurm_step) != 0 || answer == NULL)
		return 0;
	for (uint32_t i = 0; i < answer->job_step_count; i++) {
		if (answer->job_steps[i].step_id.step_id == slurm_step &&
		    answer->job_steps[i].time_limit != INFINITE)
			limit_sec = limit_of(answer->job_steps[i].time_limit);
	}
	slurm_free_job_step_info_response_msg(answer);
	return limit_sec;
}

char **spank_api_expand_nodes(const char *nodes, size_t *n_names)
{
	char **names = NULL, **more, *name;
	size_t n = 0, room = 0;
	node_list list;

	if (nodes == NULL || slurm_hostlist_create == NULL || slurm_hostlist_shift == NULL ||
	    slurm_hostlist_destroy == NULL)
		return NULL;
	list = slurm_hostlist_create(nodes);
	if (list == NULL)
		return NULL;
	while ((name = slurm_hostlist_shift(list)) != NULL) {
		if (n == room) {
			room = room == 0 ? 64 : room * 2;
			more = realloc(names, room * sizeof(*names));
			if (more == NULL) {
				free(name);
				spank_api_free_names(names, n);
				names = NULL;
				n = 0;
				break;
			}
			names = more;
		}
		names[n++] = name;
	}
	slurm_hostlist_destroy(list);
	*n_names = n;
	return names;
}

void spank_api_free_names(char **names, size_t n_names)
{
	for (size_t i = 0; i < n_names; i++)
		free(names[i]);
	free(names);
}
