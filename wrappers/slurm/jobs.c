/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Jobs: asks libslurm for them, and turns Slurm's states, reasons and mail types into the commands'
 * own. wrappers/view/jobrows.c makes rows of them.
 */
#include "config.h"

#include "wrappers/slurm/jobs.h"

#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "src/record.h"
#include "wrappers/slurm/library.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/strings.h"

/* Tells libslurm how long the text of a list of tasks may be. */
#define TASK_LIST_VARIABLE "SLURM_BITSTR_LEN"

struct wait_row {
	uint32_t reason;
	enum crane_wait wait;
};

/*
 * Slurm's reasons and Crane's groups of them (doc/reference/errors.md#pending-reasons); any other
 * reason is CRANE_WAIT_OTHER.
 */
static const struct wait_row waits[] = {
	{ WAIT_NO_REASON, CRANE_WAIT_NONE },
	{ WAIT_HELD, CRANE_WAIT_HELD },
	{ WAIT_HELD_USER, CRANE_WAIT_HELD },
	{ WAIT_MAX_REQUEUE, CRANE_WAIT_HELD },
	{ WAIT_TIME, CRANE_WAIT_BEGIN_TIME },
	{ WAIT_DEP_INVALID, CRANE_WAIT_DEPENDENCY_NEVER },
	{ WAIT_DEPENDENCY, CRANE_WAIT_DEPENDENCY },
	{ WAIT_ARRAY_TASK_LIMIT, CRANE_WAIT_ARRAY_LIMIT },
	{ FAIL_DEADLINE, CRANE_WAIT_DEADLINE },
	{ WAIT_PRIORITY, CRANE_WAIT_PRIORITY },
	{ FAIL_DEFER, CRANE_WAIT_PRIORITY },
	{ WAIT_LICENSES, CRANE_WAIT_LICENSE },
	{ WAIT_RESOURCES, CRANE_WAIT_RESOURCE },
	{ WAIT_QOS_MAX_CPU_PER_USER, CRANE_WAIT_QOS_CPU },
	{ WAIT_QOS_MAX_CPU_PER_JOB, CRANE_WAIT_QOS_CPU },
	{ WAIT_QOS_GRP_CPU, CRANE_WAIT_QOS_CPU },
	{ WAIT_QOS_MAX_JOB_PER_USER, CRANE_WAIT_QOS_JOBS },
	{ WAIT_QOS_GRP_JOB, CRANE_WAIT_QOS_JOBS },
	{ WAIT_QOS_JOB_LIMIT, CRANE_WAIT_QOS_JOBS },
	{ WAIT_QOS_GRP_WALL, CRANE_WAIT_QOS_WALL },
	{ WAIT_QOS_MAX_WALL_PER_JOB, CRANE_WAIT_QOS_WALL },
	{ WAIT_QOS_MAX_MEM_PER_USER, CRANE_WAIT_QOS_MEM },
	{ WAIT_QOS_GRP_MEM, CRANE_WAIT_QOS_MEM },
	{ WAIT_QOS_MAX_GRES_PER_USER, CRANE_WAIT_QOS_GRES },
	{ WAIT_QOS_GRP_GRES, CRANE_WAIT_QOS_GRES },
	{ WAIT_ASSOC_MAX_JOBS, CRANE_WAIT_USER_PARTITION_JOBS },
	{ WAIT_ASSOC_GRP_JOB, CRANE_WAIT_ACCOUNT_PARTITION_JOBS },
	{ WAIT_ASSOC_MAX_WALL_PER_JOB, CRANE_WAIT_USER_PARTITION_WALL },
	{ WAIT_ASSOC_GRP_WALL, CRANE_WAIT_ACCOUNT_PARTITION_WALL },
	{ WAIT_ASSOC_GRP_CPU, CRANE_WAIT_PARTITION_CPU },
	{ WAIT_ASSOC_GRP_MEM, CRANE_WAIT_PARTITION_MEM },
	{ WAIT_ASSOC_GRP_GRES, CRANE_WAIT_PARTITION_GRES },
	{ WAIT_QOS, CRANE_WAIT_BAD_QOS },
	{ FAIL_QOS, CRANE_WAIT_BAD_QOS },
	{ WAIT_ACCOUNT, CRANE_WAIT_BAD_ACCOUNT },
	{ FAIL_ACCOUNT, CRANE_WAIT_BAD_ACCOUNT },
};

enum crane_job_state crane_slurm_state(uint32_t state)
{
	if (state & JOB_COMPLETING)
		return CRANE_COMPLETING;
	switch (state & JOB_STATE_BASE) {
	case JOB_RUNNING:
		return state & JOB_CONFIGURING ? CRANE_CONFIGURING : CRANE_RUNNING;
	case JOB_SUSPENDED:
		return CRANE_SUSPENDED;
	case JOB_COMPLETE:
		return CRANE_COMPLETED;
	case JOB_CANCELLED:
	case JOB_PREEMPTED:
		return CRANE_CANCELLED;
	case JOB_FAILED:
	case JOB_NODE_FAIL:
	case JOB_BOOT_FAIL:
		return CRANE_FAILED;
	case JOB_TIMEOUT:
		return CRANE_EXCEED_TIME_LIMIT;
	case JOB_OOM:
		return CRANE_OUT_OF_MEMORY;
	case JOB_DEADLINE:
		return CRANE_DEADLINE;
	default:
		return CRANE_PENDING;
	}
}

uint32_t crane_slurm_exit_code(uint32_t state, uint32_t wait_status, bool ran)
{
	/* slurmdbd stores this for a step of a lost node. */
	if (wait_status == NO_VAL)
		return CRANE_EC_TERMINATED;
	if (ran) {
		switch (state & JOB_STATE_BASE) {
		case JOB_TIMEOUT:
			return CRANE_EC_TIME_LIMIT;
		case JOB_NODE_FAIL:
			return CRANE_EC_NODE_DOWN;
		case JOB_BOOT_FAIL:
			return CRANE_EC_PROLOG;
		case JOB_DEADLINE:
			return CRANE_EC_DEADLINE;
		default:
			break;
		}
	}
	if (WIFSIGNALED((int)wait_status))
		return 256u + (uint32_t)WTERMSIG((int)wait_status);
	return (uint32_t)WEXITSTATUS((int)wait_status);
}

static enum crane_wait wait_of(uint32_t reason)
{
	for (size_t i = 0; i < sizeof(waits) / sizeof(*waits); i++) {
		if (waits[i].reason == reason)
			return waits[i].wait;
	}
	return CRANE_WAIT_OTHER;
}

/* As squeue counts: suspended time is not run time. */
static int64_t run_seconds(const slurm_job_info_t *info, time_t now)
{
	uint32_t base = info->job_state & JOB_STATE_BASE;
	time_t until = base == JOB_RUNNING || info->end_time == 0 ? now : info->end_time;
	int64_t sec;

	if (base == JOB_PENDING || info->start_time == 0)
		return 0;
	if (base == JOB_SUSPENDED)
		sec = info->pre_sus_time;
	else if (info->suspend_time)
		sec = until - info->suspend_time + info->pre_sus_time;
	else
		sec = until - info->start_time;
	return sec > 0 ? sec : 0; /* clocks of two machines */
}

static unsigned mail_of(uint16_t flags)
{
	return (flags & MAIL_JOB_BEGIN ? CRANE_MAIL_BEGIN : 0) |
	       (flags & MAIL_JOB_END ? CRANE_MAIL_END : 0) |
	       (flags & MAIL_JOB_FAIL ? CRANE_MAIL_FAIL : 0) |
	       (flags & MAIL_JOB_TIME100 ? CRANE_MAIL_TIMELIMIT : 0);
}

/* The users whose names stand in a crane_jobs's users, in the same order. */
struct known_users {
	uint32_t *uid;
	size_t n;
};

/* Older releases do not send the name. Each user is looked up once. */
static const char *user_of(const slurm_job_info_t *info, struct crane_jobs *jobs,
			   struct known_users *known)
{
	struct passwd *pw;
	size_t i;

	if (info->user_name && info->user_name[0])
		return info->user_name;
	for (i = 0; i < known->n; i++) {
		if (known->uid[i] == info->user_id)
			return jobs->users.item[i];
	}
	known->uid = crane_xrealloc(known->uid, known->n + 1, sizeof(*known->uid));
	known->uid[known->n++] = info->user_id;
	pw = getpwuid(info->user_id);
	if (pw)
		crane_strings_addf(&jobs->users, "%s", pw->pw_name);
	else
		crane_strings_addf(&jobs->users, "%u", info->user_id);
	return jobs->users.item[i];
}

static void convert_job(const slurm_job_info_t *info, time_t now, struct crane_job *job)
{
	bool no_limit = info->time_limit == INFINITE || info->time_limit == NO_VAL;
	struct crane_hold_mark hold = crane_hold_mark_take(info->comment);

	*job = (struct crane_job){
		.job_id = info->job_id,
		.submit_line = crane_libslurm_submit_line(info),
		.array_id = info->array_job_id,
		.task_id = info->array_job_id && info->array_task_id != NO_VAL ?
				   info->array_task_id :
				   CRANE_NO_ARRAY_TASK,
		.max_tasks = info->array_max_tasks == NO_VAL ? 0 : info->array_max_tasks,
		.waiting_tasks = crane_or_empty(info->array_task_str),
		.name = crane_or_empty(info->name),
		.account = crane_or_empty(info->account),
		.partition = crane_or_empty(info->partition),
		.qos = crane_or_empty(info->qos),
		.wckey = crane_or_empty(info->wckey),
		.nodes = crane_or_empty(info->nodes),
		.batch_host = crane_or_empty(info->batch_host),
		.req_nodes = crane_or_empty(info->req_nodes),
		.exc_nodes = crane_or_empty(info->exc_nodes),
		.command = crane_or_empty(info->command),
		.work_dir = crane_or_empty(info->work_dir),
		.comment = crane_or_empty(info->comment),
		.admin_comment = crane_or_empty(info->admin_comment),
		.dependency = crane_or_empty(info->dependency),
		.mail_user = crane_or_empty(info->mail_user),
		.submit_host = crane_or_empty(info->alloc_node),
		.licenses = crane_or_empty(info->licenses),
		.reservation = crane_or_empty(info->resv_name),
		.tres_req = crane_or_empty(info->tres_req_str),
		.tres_alloc = crane_or_empty(info->tres_alloc_str),
		.gres_per_node = crane_or_empty(info->tres_per_node),
		.gres_alloc = crane_or_empty(info->gres_total),
		.uid = info->user_id,
		.gid = info->group_id,
		.batch = info->batch_flag != 0,
		.ended = (info->job_state & JOB_STATE_BASE) > JOB_SUSPENDED &&
			 !(info->job_state & JOB_COMPLETING),
		.exclusive = info->shared == JOB_SHARED_NONE,
		.state = crane_slurm_state(info->job_state),
		.wait = wait_of(info->state_reason),
		.slurm_reason = crane_libslurm_reason(info->state_reason),
		.priority = info->priority,
		.num_nodes = info->num_nodes,
		.num_cpus = info->num_cpus,
		.num_tasks = info->num_tasks,
		.cpus_per_task = info->cpus_per_task == NO_VAL16 ? 0 : info->cpus_per_task,
		.limit_sec = no_limit ? 0 : (uint64_t)info->time_limit * 60,
		.mail = mail_of(info->mail_type),
		.submit_time = info->submit_time,
		.start_time = info->start_time,
		.end_time = info->end_time,
		.deadline = info->deadline,
		.exit_code = crane_slurm_exit_code(info->job_state, info->exit_code,
						   info->nodes && info->nodes[0]),
		.restarts = info->restart_cnt,
		.requeue = info->requeue == 1,
		.run_sec = run_seconds(info, now),
		.eligible_time = info->eligible_time,
		.begin_time =
			(info->job_state & JOB_STATE_BASE) == JOB_PENDING ? info->eligible_time : 0,
		.hold = hold,
	};
}

static void convert_jobs(job_info_msg_t *msg, struct crane_jobs *jobs)
{
	struct known_users known = { 0 };

	*jobs = (struct crane_jobs){ .slurm = msg, .n = msg->record_count, .loaded = time(NULL) };
	jobs->job = crane_xcalloc(jobs->n, sizeof(*jobs->job));
	for (size_t i = 0; i < jobs->n; i++) {
		convert_job(&msg->job_array[i], jobs->loaded, &jobs->job[i]);
		jobs->job[i].user_name = user_of(&msg->job_array[i], jobs, &known);
	}
	free(known.uid);
}

static bool maker_is_open(const struct crane_job *job)
{
	return !job->batch && (job->state == CRANE_RUNNING || job->state == CRANE_SUSPENDED) &&
	       strstr(job->admin_comment, CRANE_RECORD_MARK) == NULL;
}

/*
 * Loads the submit line of the first step, which tells a job of crun from one of salloc. Done only
 * for a running job with an unknown maker; without an answer it stays unknown.
 */
static void note_first_steps(uint32_t job_id, struct crane_jobs *jobs)
{
	job_step_info_response_msg_t *msg = NULL;
	bool open = false;

	if (!crane_libslurm_needs_first_step())
		return;
	for (size_t i = 0; i < jobs->n; i++)
		open = open || maker_is_open(&jobs->job[i]);
	if (!open || crane_libslurm_load_steps(job_id, &msg) != SLURM_SUCCESS)
		return;
	jobs->steps = msg;
	for (size_t i = 0; i < jobs->n; i++) {
		struct crane_job *job = &jobs->job[i];

		for (uint32_t k = 0; maker_is_open(job) && k < msg->job_step_count; k++) {
			const job_step_info_t *step = &msg->job_steps[k];

			if (step->step_id.job_id == job->job_id && step->step_id.step_id == 0)
				job->first_step = crane_or_empty(step->submit_line);
		}
	}
}
/*
 * Around a load: libslurm cuts the list of an array's waiting tasks at 64 bytes unless this
 * variable is 0. Programs that the command starts later see their own value.
 */
struct task_list {
	char *before; /* the caller's value; NULL: not set */
	bool is_changed;
};

static struct task_list choose_task_list(bool expand_tasks)
{
	const char *before = getenv(TASK_LIST_VARIABLE);
	struct task_list list = { .before = before ? crane_xstrdup(before) : NULL,
				  .is_changed = expand_tasks };

	if (expand_tasks)
		setenv(TASK_LIST_VARIABLE, "0", 1);
	return list;
}

static void restore_task_list(struct task_list *list)
{
	if (list->is_changed && list->before)
		setenv(TASK_LIST_VARIABLE, list->before, 1);
	else if (list->is_changed)
		unsetenv(TASK_LIST_VARIABLE);
	free(list->before);
}

/* Takes [msg], the answer to a question for one job or (0) for more. */
static int take_jobs(int rc, job_info_msg_t *msg, uint32_t job_id, struct crane_jobs *jobs,
		     struct crane_slurm_error *why)
{
	if (rc != SLURM_SUCCESS)
		return crane_libslurm_failure(rc, why);
	convert_jobs(msg, jobs);
	note_first_steps(job_id, jobs);
	return 0;
}

int crane_slurm_load_jobs(bool expand_tasks, struct crane_jobs *jobs, struct crane_slurm_error *why)
{
	job_info_msg_t *msg = NULL;
	struct task_list list = choose_task_list(expand_tasks);
	int rc;

	rc = crane_libslurm()->load_jobs(0, &msg, CRANE_JOBS_TO_SHOW);
	restore_task_list(&list);
	return take_jobs(rc, msg, 0, jobs, why);
}

int crane_slurm_load_user_jobs(uint32_t uid, bool expand_tasks, struct crane_jobs *jobs,
			       struct crane_slurm_error *why)
{
	job_info_msg_t *msg = NULL;
	struct task_list list = choose_task_list(expand_tasks);
	int rc;

	rc = crane_libslurm()->load_job_user(&msg, uid, CRANE_JOBS_TO_SHOW);
	restore_task_list(&list);
	return take_jobs(rc, msg, 0, jobs, why);
}

int crane_slurm_load_job(uint32_t job_id, bool expand_tasks, struct crane_jobs *jobs,
			 struct crane_slurm_error *why)
{
	job_info_msg_t *msg = NULL;
	struct task_list list = choose_task_list(expand_tasks);
	int rc;

	rc = crane_libslurm_load_job(job_id, &msg);
	restore_task_list(&list);
	return take_jobs(rc, msg, job_id, jobs, why);
}

void crane_jobs_free(struct crane_jobs *jobs)
{
	free(jobs->job);
	crane_strings_clear(&jobs->users);
	if (jobs->slurm)
		crane_libslurm()->free_job_info_msg(jobs->slurm);
	if (jobs->steps)
		crane_libslurm_free_steps(jobs->steps);
	memset(jobs, 0, sizeof(*jobs));
}
