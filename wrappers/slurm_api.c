/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads libslurm for the commands, and is the only place of theirs where releases differ; tried
 * against the headers of 22.05, 24.11 and 26.05. What the answers mean to a user is left to
 * jobview.c.
 */
#include "config.h"

#include "wrappers/slurm_api.h"

#include <dlfcn.h>
#include <errno.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/wait.h>

#include "src/exitstatus.h"
#include "wrappers/slurm_library.h"

/* 26.05: job ids travel as slurm_step_id_t. */
#define HAS_STEP_ID (SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(26, 5, 0))
/* 22.05: hostlist_t is itself the pointer; an incomplete struct since 23.11. */
#if SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(23, 11, 0)
typedef hostlist_t *hostlist_handle;
#else
typedef hostlist_t hostlist_handle;
#endif

/* What the releases do not have alike. */
#define RELEASE_CALLS(CALL) \
	CALL(allocation_lookup) \
	CALL(create_reservation) \
	CALL(free_job_step_info_response_msg) \
	CALL(get_job_steps) \
	CALL(hostlist_create) \
	CALL(hostlist_destroy) \
	CALL(hostlist_push_host) \
	CALL(hostlist_ranged_string) \
	CALL(hostlist_shift) \
	CALL(hostlist_uniq) \
	CALL(kill_job_step) \
	CALL(load_job) \
	CALL(update_node) \
	RELEASE_OLD_CALLS(CALL) \
	RELEASE_FREE_CALLS(CALL)

#if HAS_STEP_ID
#define RELEASE_OLD_CALLS(CALL)
#else
#define RELEASE_OLD_CALLS(CALL) \
	CALL(free_ctl_conf) \
	CALL(get_select_nodeinfo)
#endif

/* Exported by libslurm, in no header of its; what for stands at free_forgotten(), free_name(). */
#if SLURM_VERSION_NUMBER < SLURM_VERSION_NUM(23, 2, 0) || HAS_STEP_ID
#define RELEASE_FREE_CALLS(CALL) CALL(xfree)
void slurm_xfree(void **item);
#else
#define RELEASE_FREE_CALLS(CALL)
#endif

struct release_calls {
	RELEASE_CALLS(CRANE_LIBSLURM_SLOT)
};

struct library {
	struct crane_libslurm common;
	struct release_calls release;
};

static void *find_call(void *library, const char *name)
{
	void *symbol = dlsym(library, name);

	if (!symbol) {
		fprintf(stderr, "%s lacks %s\n", CRANE_LIBSLURM, name);
		exit(CRANE_EXIT_SYSTEM);
	}
	return symbol;
}

/*
 * libslurm is loaded when it is first asked, not when the command starts: cbatch and crun mostly
 * leave all to sbatch and srun, and loading it takes as long as the rest of them. The symbols are
 * global, as in a program that is linked with it, since Slurm's own plugins count on that.
 */
static const struct library *load_library(void)
{
	static struct library calls;
	static void *library;
	void *symbol;

	if (library)
		return &calls;
	library = dlopen(CRANE_LIBSLURM, RTLD_LAZY | RTLD_GLOBAL);
	if (!library) {
		fprintf(stderr, "cannot load Slurm's library: %s\n", dlerror());
		exit(CRANE_EXIT_SYSTEM);
	}
#define FIND_COMMON(name) \
	symbol = find_call(library, "slurm_" #name); \
	memcpy(&calls.common.name, &symbol, sizeof(symbol));
#define FIND_RELEASE(name) \
	symbol = find_call(library, "slurm_" #name); \
	memcpy(&calls.release.name, &symbol, sizeof(symbol));
	CRANE_LIBSLURM_CALLS(FIND_COMMON)
	RELEASE_CALLS(FIND_RELEASE)
	return &calls;
}

const struct crane_libslurm *crane_libslurm(void)
{
	return &load_library()->common;
}

static const struct release_calls *release(void)
{
	return &load_library()->release;
}

void crane_slurm_begin(const char *config)
{
	/*
	 * libslurm opens its connections from this variable alone; slurm_init's argument does not
	 * reach them in 22.05.
	 */
	if (config)
		setenv("SLURM_CONF", config, 1);
	crane_libslurm()->init(NULL);
}

int crane_libslurm_failure(int rc, struct crane_slurm_error *why)
{
	/*
	 * Some calls return Slurm's number, some leave it in errno (spec/slurm-versions.md section
	 * 5).
	 */
	int code = rc > 0 ? rc : errno;

	why->code = code;
	if (code == ESLURM_INVALID_JOB_ID)
		why->failure = CRANE_SLURM_NO_JOB;
	else if ((code >= SLURM_COMMUNICATIONS_CONNECTION_ERROR && code < 2000) ||
		 (code >= 5000 && code < 6000) || /* SLURM_PROTOCOL_...; renamed in 26.05 */
		 code == ECONNREFUSED || code == ETIMEDOUT || code == EHOSTUNREACH ||
		 code == ESLURM_IN_STANDBY_MODE)
		why->failure = CRANE_SLURM_UNREACHABLE;
	else
		why->failure = CRANE_SLURM_REFUSED;
	snprintf(why->text, sizeof(why->text), "%s", crane_libslurm()->strerror(code));
	return -1;
}

/* --- calls that differ between releases ------------------------------------------------------- */

#if HAS_STEP_ID
static slurm_step_id_t id_of_job(uint32_t job_id)
{
	slurm_step_id_t id = SLURM_STEP_ID_INITIALIZER;

	id.job_id = job_id;
	return id;
}
#endif

int crane_libslurm_load_job(uint32_t job_id, job_info_msg_t **msg)
{
#if HAS_STEP_ID
	return release()->load_job(msg, id_of_job(job_id), CRANE_JOBS_TO_SHOW);
#else
	return release()->load_job(msg, job_id, CRANE_JOBS_TO_SHOW);
#endif
}

int crane_libslurm_load_steps(uint32_t job_id, job_step_info_response_msg_t **msg)
{
#if HAS_STEP_ID
	slurm_step_id_t id = SLURM_STEP_ID_INITIALIZER;

	if (job_id)
		id.job_id = job_id;
	return release()->get_job_steps(&id, msg, SHOW_ALL);
#else
	return release()->get_job_steps(0, job_id ? job_id : NO_VAL, NO_VAL, msg, SHOW_ALL);
#endif
}

/* 22.05 forgets these; in a command that repeats itself they add up. Freed strings become NULL. */
static void free_forgotten(job_step_info_response_msg_t *msg)
{
#if SLURM_VERSION_NUMBER < SLURM_VERSION_NUM(23, 2, 0)
	for (uint32_t i = 0; i < msg->job_step_count; i++) {
		release()->xfree((void **)&msg->job_steps[i].submit_line);
		release()->xfree((void **)&msg->job_steps[i].cpus_per_tres);
	}
#else
	(void)msg;
#endif
}

void crane_libslurm_free_steps(job_step_info_response_msg_t *msg)
{
	free_forgotten(msg);
	release()->free_job_step_info_response_msg(msg);
}

int crane_libslurm_load_allocation(uint32_t job_id, resource_allocation_response_msg_t **msg)
{
#if HAS_STEP_ID
	return release()->allocation_lookup(id_of_job(job_id), msg);
#else
	return release()->allocation_lookup(job_id, msg);
#endif
}

void crane_libslurm_free_conf(slurm_conf_t *conf)
{
#if HAS_STEP_ID
	(void)conf; /* it has no public one: left to the process's end */
#else
	release()->free_ctl_conf(conf);
#endif
}

int crane_libslurm_kill_step(uint32_t job_id, uint32_t step_id, uint16_t signal)
{
#if HAS_STEP_ID
	slurm_step_id_t id = id_of_job(job_id);

	id.step_id = step_id;
	return release()->kill_job_step(&id, signal, 0);
#elif SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(24, 11, 0)
	return release()->kill_job_step(job_id, step_id, signal, 0);
#else
	return release()->kill_job_step(job_id, step_id, signal);
#endif
}

int crane_libslurm_update_node(update_node_msg_t *msg)
{
#if SLURM_VERSION_NUMBER < SLURM_VERSION_NUM(26, 5, 0)
	msg->reason_uid = getuid(); /* later slurmctld looks for itself */
#endif
	return release()->update_node(msg);
}

/* The name in the answer is malloc'd up to 25.11, and memory of Slurm's kind from 26.05 on. */
static void free_name(char *name)
{
#if HAS_STEP_ID
	release()->xfree((void **)&name);
#else
	free(name);
#endif
}

int crane_libslurm_create_reservation(resv_desc_msg_t *msg, uint32_t n_nodes)
{
	char *name;

#if SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(23, 11, 0)
	if (n_nodes)
		msg->node_cnt = n_nodes;
#else
	uint32_t counts[2] = { n_nodes, 0 };

	if (n_nodes)
		msg->node_cnt = counts;
#endif
	name = release()->create_reservation(msg);
	if (!name)
		return -1;
	free_name(name);
	return 0;
}

/* --- fields that differ between releases ------------------------------------------------------ */

uint32_t crane_libslurm_job_id(const slurm_job_info_t *info)
{
#if HAS_STEP_ID
	return info->step_id.job_id;
#else
	return info->job_id;
#endif
}

const char *crane_libslurm_submit_line(const slurm_job_info_t *info)
{
#if HAS_STEP_ID
	return crane_or_empty(info->submit_line);
#else
	(void)info;
	return "";
#endif
}

bool crane_libslurm_needs_first_step(void)
{
	return crane_slurm_salloc_has_command() && !HAS_STEP_ID;
}

const char *crane_libslurm_step_tres(const job_step_info_t *info)
{
#if HAS_STEP_ID
	return crane_or_empty(info->tres_fmt_alloc_str);
#else
	return crane_or_empty(info->tres_alloc_str);
#endif
}

void crane_libslurm_node_use(const node_info_t *info, uint32_t *cpus, uint64_t *mem_mib)
{
#if HAS_STEP_ID /* as old as node_info_t's own fields for it */
	*cpus = info->alloc_cpus;
	*mem_mib = info->alloc_memory;
#else
	uint16_t some_cpus = 0;
	uint64_t some_mem_mib = 0;

	release()->get_select_nodeinfo(info->select_nodeinfo, SELECT_NODEDATA_SUBCNT,
				       NODE_STATE_ALLOCATED, &some_cpus);
	release()->get_select_nodeinfo(info->select_nodeinfo, SELECT_NODEDATA_MEM_ALLOC,
				       NODE_STATE_ALLOCATED, &some_mem_mib);
	*cpus = some_cpus;
	*mem_mib = some_mem_mib;
#endif
}

void crane_libslurm_license_last(const slurm_license_info_t *info, uint32_t *consumed,
				 uint32_t *deficit, time_t *update)
{
#if SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(23, 2, 0)
	*consumed = info->last_consumed;
	*deficit = info->last_deficit;
	*update = info->last_update;
#else
	(void)info;
	(void)consumed;
	(void)deficit;
	(void)update;
#endif
}

bool crane_slurm_has_license_or(void)
{
	return SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(25, 5, 0);
}

bool crane_slurm_salloc_has_command(void)
{
	return SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(22, 6, 0);
}

struct wait_row {
	uint32_t reason;
	enum crane_wait wait;
};

/*
 * Reasons that name the same thing; what is not listed is CRANE_WAIT_OTHER. The proposal of
 * spec/errors.md section 6.
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
	{ WAIT_PART_CONFIG, CRANE_WAIT_PARTITION },
	{ WAIT_PART_DOWN, CRANE_WAIT_PARTITION },
	{ WAIT_PART_INACTIVE, CRANE_WAIT_PARTITION },
	{ FAIL_DOWN_PARTITION, CRANE_WAIT_PARTITION },
	{ WAIT_RESERVATION, CRANE_WAIT_RESERVATION },
	{ WAIT_RESV_DELETED, CRANE_WAIT_RESERVATION_DELETED },
	{ WAIT_RESOURCES, CRANE_WAIT_RESOURCE },
	{ WAIT_NODE_NOT_AVAIL, CRANE_WAIT_RESOURCE },
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
	{ WAIT_PART_TIME_LIMIT, CRANE_WAIT_PARTITION_TIME },
	{ WAIT_PART_NODE_LIMIT, CRANE_WAIT_PARTITION_NODES },
	{ FAIL_BAD_CONSTRAINTS, CRANE_WAIT_CONSTRAINTS },
	{ FAIL_DOWN_NODE, CRANE_WAIT_NODE_DOWN },
	{ WAIT_CLEANING, CRANE_WAIT_CLEANING },
	{ FAIL_LAUNCH, CRANE_WAIT_LAUNCH_FAILED },
};

static enum crane_job_state state_of(uint32_t state)
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

/* Older releases do not send the name. Every user is looked up once. */
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
		.job_id = crane_libslurm_job_id(info),
		.submit_line = crane_libslurm_submit_line(info),
		.array_id = info->array_job_id,
		.task_id = info->array_job_id && info->array_task_id != NO_VAL ?
				   info->array_task_id :
				   CRANE_NO_ARRAY_TASK,
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
		.state = state_of(info->job_state),
		.wait = wait_of(info->state_reason),
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
		.exit_code = WIFSIGNALED(info->exit_code) ? 256u + WTERMSIG(info->exit_code) :
							     (uint32_t)WEXITSTATUS(info->exit_code),
		.restarts = info->restart_cnt,
		.requeue = info->requeue == 1,
		.run_sec = run_seconds(info, now),
		.begin_time = (info->job_state & JOB_STATE_BASE) == JOB_PENDING ?
				      info->eligible_time :
				      0,
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
	       strstr(job->admin_comment, "[crane:") == NULL;
}

/*
 * The submit line of its first step tells a job of crun's from one of salloc's. Asked for only where a
 * running job leaves it open; without an answer it stays open.
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
 * libslurm cuts the list of an array's waiting tasks at 64 bytes unless told otherwise, and only
 * so.
 */
static void choose_task_list(bool expand_tasks)
{
	if (expand_tasks)
		setenv("SLURM_BITSTR_LEN", "0", 1);
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
	int rc;

	choose_task_list(expand_tasks);
	rc = crane_libslurm()->load_jobs(0, &msg, CRANE_JOBS_TO_SHOW);
	return take_jobs(rc, msg, 0, jobs, why);
}

int crane_slurm_load_user_jobs(uint32_t uid, bool expand_tasks, struct crane_jobs *jobs,
			       struct crane_slurm_error *why)
{
	job_info_msg_t *msg = NULL;
	int rc;

	choose_task_list(expand_tasks);
	rc = crane_libslurm()->load_job_user(&msg, uid, CRANE_JOBS_TO_SHOW);
	return take_jobs(rc, msg, 0, jobs, why);
}

int crane_slurm_load_job(uint32_t job_id, bool expand_tasks, struct crane_jobs *jobs,
			 struct crane_slurm_error *why)
{
	job_info_msg_t *msg = NULL;
	int rc;

	choose_task_list(expand_tasks);
	rc = crane_libslurm_load_job(job_id, &msg);
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

int crane_slurm_has_plugin(struct crane_slurm_error *why)
{
	slurm_conf_t *conf = NULL;
	char *list, *rest, *name;
	int rc = crane_libslurm()->load_ctl_conf(0, &conf), has = 0;

	if (rc != SLURM_SUCCESS)
		return crane_libslurm_failure(rc, why);
	list = crane_xstrdup(crane_or_empty(conf->job_submit_plugins));
	for (name = strtok_r(list, ", ", &rest); name; name = strtok_r(NULL, ", ", &rest)) {
		if (strncmp(name, "job_submit/", 11) == 0)
			name += 11;
		has |= strcmp(name, "crane") == 0;
	}
	free(list);
	crane_libslurm_free_conf(conf);
	return has;
}

char *crane_hostlist_fold(const struct crane_strings *names)
{
	hostlist_handle list = release()->hostlist_create(NULL);
	size_t size = 256;
	char *text = NULL;
	ssize_t len = -1;

	for (size_t i = 0; list && i < names->n; i++)
		release()->hostlist_push_host(list, names->item[i]);
	if (list)
		release()->hostlist_uniq(list);
	/* The variants that allocate differ between releases. */
	while (list && len < 0) {
		size *= 2;
		text = crane_xrealloc(text, size, 1);
		len = release()->hostlist_ranged_string(list, size, text);
	}
	if (list)
		release()->hostlist_destroy(list);
	return text ? text : crane_xstrdup("");
}

int crane_hostlist_expand(const char *text, struct crane_strings *names)
{
	hostlist_handle list = release()->hostlist_create(text);
	char *name;
	int n = 0;

	if (!list)
		return -1;
	for (; (name = release()->hostlist_shift(list)) != NULL; n++)
		crane_strings_take(names, name);
	release()->hostlist_destroy(list);
	return n;
}

/* --- allocations ------------------------------------------------------------------------------ */

static void convert_allocation(const resource_allocation_response_msg_t *msg,
			       struct crane_allocation *allocation)
{
	size_t n = 0;

	allocation->nodes = crane_xstrdup(crane_or_empty(msg->node_list));
	crane_hostlist_expand(allocation->nodes, &allocation->names);
	allocation->cpus = crane_xcalloc(allocation->names.n, sizeof(*allocation->cpus));
	for (uint32_t i = 0; i < msg->num_cpu_groups; i++) {
		for (uint32_t j = 0; j < msg->cpu_count_reps[i] && n < allocation->names.n; j++)
			allocation->cpus[n++] = msg->cpus_per_node[i];
	}
}

enum crane_allocation_answer crane_slurm_load_allocation(uint32_t job_id,
							 struct crane_allocation *allocation,
							 struct crane_slurm_error *why)
{
	resource_allocation_response_msg_t *msg = NULL;
	int rc;

	*allocation = (struct crane_allocation){ .job_id = job_id };
	rc = crane_libslurm_load_allocation(job_id, &msg);
	if (rc == SLURM_SUCCESS && msg) {
		convert_allocation(msg, allocation);
		crane_libslurm()->free_resource_allocation_response_msg(msg);
		return CRANE_ALLOCATION_OK;
	}
	crane_libslurm_failure(rc, why);
	switch (why->code) {
	case ESLURM_INVALID_JOB_ID:
	case ESLURM_JOB_PENDING:
	case ESLURM_ALREADY_DONE:
		return CRANE_ALLOCATION_NONE;
	case ESLURM_ACCESS_DENIED:
	case ESLURM_USER_ID_MISSING:
		return CRANE_ALLOCATION_DENIED;
	default:
		return CRANE_ALLOCATION_FAILED;
	}
}

void crane_allocation_clear(struct crane_allocation *allocation)
{
	free(allocation->nodes);
	free(allocation->cpus);
	crane_strings_clear(&allocation->names);
	memset(allocation, 0, sizeof(*allocation));
}

int crane_slurm_step_waits(uint32_t job_id, int srun_pid)
{
	job_step_info_response_msg_t *msg = NULL;
	char host[256] = "";
	int answer = -1;

	gethostname(host, sizeof(host) - 1);
	if (crane_libslurm_load_steps(job_id, &msg) != SLURM_SUCCESS || !msg)
		return -1;
	for (uint32_t i = 0; i < msg->job_step_count; i++) {
		const job_step_info_t *step = &msg->job_steps[i];
		size_t len = strlen(crane_or_empty(step->srun_host));

		/* One of the two may be the short form of the name. */
		if (step->srun_pid != (uint32_t)srun_pid ||
		    strncmp(crane_or_empty(step->srun_host), host, strcspn(host, ".")) != 0 || len == 0)
			continue;
		answer = (step->state & JOB_STATE_BASE) == JOB_PENDING;
	}
	crane_libslurm_free_steps(msg);
	return answer;
}

int crane_slurm_interactive_step(char **options, struct crane_slurm_error *why)
{
	slurm_conf_t *conf = NULL;
	int rc = crane_libslurm()->load_ctl_conf(0, &conf), has;

	if (rc != SLURM_SUCCESS)
		return crane_libslurm_failure(rc, why);
	has = strstr(crane_or_empty(conf->launch_params), "use_interactive_step") != NULL;
	if (has)
		*options = crane_xstrdup(crane_or_empty(conf->interactive_step_opts));
	crane_libslurm_free_conf(conf);
	return has;
}

/* --- steps ------------------------------------------------------------------------------------ */

static void convert_step(const job_step_info_t *info, struct crane_slurm_step *step)
{
	bool pending = (info->state & JOB_STATE_BASE) == JOB_PENDING;

	*step = (struct crane_slurm_step){
		.job_id = info->step_id.job_id,
		.step_id = info->step_id.step_id,
		.uid = info->user_id,
		.name = crane_or_empty(info->name),
		.nodes = pending ? "" : crane_or_empty(info->nodes), /* of a waiting one: the job's */
		.submit_line = crane_or_empty(info->submit_line),
		.tres = crane_libslurm_step_tres(info),
		.num_cpus = info->num_cpus,
		.num_tasks = info->num_tasks,
		.state = state_of(info->state),
		.limit_sec = info->time_limit == INFINITE || info->time_limit == NO_VAL ?
				     0 :
				     (uint64_t)info->time_limit * 60,
		.start_time = pending ? 0 : info->start_time,
		.run_sec = pending || info->run_time < 0 ? 0 : info->run_time,
	};
}

/*
 * Is the i-th a waiting step that stands in [msg] again? An srun that waits asks once a minute, and
 * slurmctld notes each request as a step of its own, which it forgets only when another step ends
 * (step_mgr.c of 22.05). The last of them is told, unless the step runs by now.
 */
static bool is_told_again(const job_step_info_response_msg_t *msg, uint32_t i)
{
	const job_step_info_t *step = &msg->job_steps[i];

	if ((step->state & JOB_STATE_BASE) != JOB_PENDING || step->srun_pid == 0)
		return false;
	for (uint32_t j = 0; j < msg->job_step_count; j++) {
		const job_step_info_t *other = &msg->job_steps[j];
		bool pending = (other->state & JOB_STATE_BASE) == JOB_PENDING;

		if (other->step_id.job_id == step->step_id.job_id &&
		    other->srun_pid == step->srun_pid &&
		    strcmp(crane_or_empty(other->srun_host), crane_or_empty(step->srun_host)) == 0 &&
		    (!pending || j > i))
			return true;
	}
	return false;
}

int crane_slurm_load_steps(uint32_t job_id, struct crane_slurm_steps *steps,
			   struct crane_slurm_error *why)
{
	job_step_info_response_msg_t *msg = NULL;
	int rc;

	memset(steps, 0, sizeof(*steps));
	rc = crane_libslurm_load_steps(job_id, &msg);
	if (rc != SLURM_SUCCESS)
		return crane_libslurm_failure(rc, why);
	steps->slurm = msg;
	steps->step = crane_xcalloc(msg->job_step_count, sizeof(*steps->step));
	for (uint32_t i = 0; i < msg->job_step_count; i++) {
		if (!is_told_again(msg, i))
			convert_step(&msg->job_steps[i], &steps->step[steps->n++]);
	}
	return 0;
}

void crane_slurm_steps_free(struct crane_slurm_steps *steps)
{
	free(steps->step);
	if (steps->slurm)
		crane_libslurm_free_steps(steps->slurm);
	memset(steps, 0, sizeof(*steps));
}

/* --- ending ----------------------------------------------------------------------------------- */

static enum crane_kill_answer kill_answer(int rc, struct crane_slurm_error *why)
{
	if (rc == SLURM_SUCCESS)
		return CRANE_KILL_OK;
	crane_libslurm_failure(rc, why);
	switch (why->code) {
	case ESLURM_INVALID_JOB_ID:
	case ESLURM_ALREADY_DONE:
		return CRANE_KILL_NOT_FOUND;
	case ESLURM_ACCESS_DENIED:
	case ESLURM_USER_ID_MISSING:
		return CRANE_KILL_DENIED;
	default:
		return CRANE_KILL_FAILED;
	}
}

enum crane_kill_answer crane_slurm_kill_job(const char *id, struct crane_slurm_error *why)
{
	return kill_answer(crane_libslurm()->kill_job2(id, SIGKILL, 0, NULL), why);
}

enum crane_kill_answer crane_slurm_kill_step(uint32_t job_id, uint32_t step_id,
					     struct crane_slurm_error *why)
{
	return kill_answer(crane_libslurm_kill_step(job_id, step_id, SIGKILL), why);
}

int crane_slurm_is_superuser(uint32_t uid, struct crane_slurm_error *why)
{
	slurm_conf_t *conf = NULL;
	int rc, is;

	if (uid == 0)
		return 1;
	rc = crane_libslurm()->load_ctl_conf(0, &conf);
	if (rc != SLURM_SUCCESS)
		return crane_libslurm_failure(rc, why);
	is = conf->slurm_user_id == uid;
	crane_libslurm_free_conf(conf);
	return is;
}

/*
 * --- changing jobs ------------------------------------------------------------------------------
 */

static const struct {
	int code;
	enum crane_slurm_cause cause;
} causes[] = {
	{ ESLURM_ACCESS_DENIED, CRANE_CAUSE_DENIED },
	{ ESLURM_ALREADY_DONE, CRANE_CAUSE_STATE },
	{ ESLURM_BATCH_ONLY, CRANE_CAUSE_BATCH_ONLY },
	{ ESLURM_DISABLED, CRANE_CAUSE_NO_REQUEUE },
	{ ESLURM_INVALID_ACCOUNT, CRANE_CAUSE_ACCOUNT },
	{ ESLURM_INVALID_JOB_ID, CRANE_CAUSE_NO_JOB },
	{ ESLURM_INVALID_NODE_NAME, CRANE_CAUSE_NODE },
	{ ESLURM_INVALID_NODE_STATE, CRANE_CAUSE_NODE_STATE },
	{ ESLURM_INVALID_PARTITION_NAME, CRANE_CAUSE_PARTITION },
#if SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(26, 5, 0)
	/* Before, a node whose power Slurm does not manage was in the wrong state for it. */
	{ ESLURM_INVALID_POWER_ACTION, CRANE_CAUSE_NODE_STATE },
#endif
	{ ESLURM_INVALID_TIME_LIMIT, CRANE_CAUSE_LIMIT },
	{ ESLURM_INVALID_TIME_MIN_LIMIT, CRANE_CAUSE_LIMIT },
	{ ESLURM_INVALID_TIME_VALUE, CRANE_CAUSE_TIME },
	{ ESLURM_JOB_FINISHED, CRANE_CAUSE_STATE },
	{ ESLURM_JOB_HELD, CRANE_CAUSE_HELD },
	{ ESLURM_JOB_NOT_PENDING, CRANE_CAUSE_STATE },
	{ ESLURM_JOB_NOT_RUNNING, CRANE_CAUSE_STATE },
	{ ESLURM_JOB_NOT_SUSPENDED, CRANE_CAUSE_STATE },
	{ ESLURM_JOB_PENDING, CRANE_CAUSE_STATE },
	{ ESLURM_JOB_SUSPENDED, CRANE_CAUSE_STATE },
	{ ESLURM_NODES_BUSY, CRANE_CAUSE_NODES_BUSY },
	{ ESLURM_PRIO_RESET_FAIL, CRANE_CAUSE_PRIORITY_FADES },
	{ ESLURM_REQUESTED_NODE_CONFIG_UNAVAILABLE, CRANE_CAUSE_NODES_FEW },
	{ ESLURM_RESERVATION_ACCESS, CRANE_CAUSE_DENIED },
	{ ESLURM_RESERVATION_INVALID, CRANE_CAUSE_NO_RESERVATION },
	{ ESLURM_RESERVATION_NAME_DUP, CRANE_CAUSE_NAME_TAKEN },
	{ ESLURM_RESERVATION_OVERLAP, CRANE_CAUSE_NODES_BUSY },
	{ ESLURM_USER_ID_MISSING, CRANE_CAUSE_USER },
};

enum crane_slurm_cause crane_slurm_cause(const struct crane_slurm_error *why)
{
	if (why->failure == CRANE_SLURM_UNREACHABLE)
		return CRANE_CAUSE_UNREACHABLE;
	for (size_t i = 0; i < sizeof(causes) / sizeof(*causes); i++) {
		if (causes[i].code == why->code)
			return causes[i].cause;
	}
	return CRANE_CAUSE_OTHER;
}

void crane_task_answers_clear(struct crane_task_answers *answers)
{
	for (size_t i = 0; i < answers->n; i++)
		free(answers->answer[i].id);
	free(answers->answer);
	memset(answers, 0, sizeof(*answers));
}

/* Takes [resp]; an array whose tasks all agree has one answer as well. */
static int take_answers(int rc, job_array_resp_msg_t *resp, struct crane_task_answers *answers,
			struct crane_slurm_error *why)
{
	memset(answers, 0, sizeof(*answers));
	if (rc != SLURM_SUCCESS)
		return crane_libslurm_failure(rc, why);
	if (!resp)
		return 0;
	answers->n = resp->job_array_count;
	answers->answer = crane_xcalloc(answers->n, sizeof(*answers->answer));
	for (size_t i = 0; i < answers->n; i++) {
		answers->answer[i].id = crane_xstrdup(crane_or_empty(resp->job_array_id[i]));
		if (resp->error_code[i] != SLURM_SUCCESS)
			crane_libslurm_failure((int)resp->error_code[i], &answers->answer[i].why);
	}
	crane_libslurm()->free_job_array_resp(resp);
	return 0;
}

static uint16_t slurm_mail_of(unsigned mail)
{
	return (mail & CRANE_MAIL_BEGIN ? MAIL_JOB_BEGIN : 0) |
	       (mail & CRANE_MAIL_END ? MAIL_JOB_END : 0) |
	       (mail & CRANE_MAIL_FAIL ? MAIL_JOB_FAIL : 0) |
	       (mail & CRANE_MAIL_TIMELIMIT ? MAIL_JOB_TIME100 : 0);
}

int crane_slurm_update_job(const char *id, const struct crane_job_update *update,
			   struct crane_task_answers *answers, struct crane_slurm_error *why)
{
	char *id_text = crane_xstrdup(id);
	char *comment = update->comment ? crane_xstrdup(update->comment) : NULL;
	char *mail_user = update->mail_user ? crane_xstrdup(update->mail_user) : NULL;
	job_array_resp_msg_t *resp = NULL;
	job_desc_msg_t desc;
	int rc;

	crane_libslurm()->init_job_desc_msg(&desc);
	desc.job_id_str = id_text;
	if (update->set_priority)
		desc.priority = update->priority == CRANE_PRIORITY_COMPUTED ? INFINITE :
									      update->priority;
	desc.alloc_sid = update->user_hold ? ALLOC_SID_USER_HOLD : 0;
	if (update->set_limit)
		desc.time_limit = update->limit_sec == 0 ||
						  update->limit_sec / 60 >= INFINITE - 1 ?
					  INFINITE :
					  (uint32_t)(update->limit_sec / 60);
	desc.begin_time = update->begin_time;
	desc.deadline = update->deadline;
	if (update->set_mail)
		desc.mail_type = slurm_mail_of(update->mail);
	desc.comment = comment;
	desc.mail_user = mail_user;
	rc = crane_libslurm()->update_job2(&desc, &resp);
	rc = take_answers(rc, resp, answers, why);
	free(id_text);
	free(comment);
	free(mail_user);
	return rc;
}

int crane_slurm_job_verb(enum crane_job_verb verb, const char *id,
			 struct crane_task_answers *answers, struct crane_slurm_error *why)
{
	char *id_text = crane_xstrdup(id);
	job_array_resp_msg_t *resp = NULL;
	int rc = SLURM_ERROR;

	switch (verb) {
	case CRANE_JOB_SUSPEND:
		rc = crane_libslurm()->suspend2(id_text, &resp);
		break;
	case CRANE_JOB_RESUME:
		rc = crane_libslurm()->resume2(id_text, &resp);
		break;
	case CRANE_JOB_REQUEUE:
		rc = crane_libslurm()->requeue2(id_text, JOB_RUNNING, &resp);
		break;
	}
	rc = take_answers(rc, resp, answers, why);
	free(id_text);
	return rc;
}
