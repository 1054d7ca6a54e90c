/* SPDX-License-Identifier: GPL-2.0-or-later */
/* See ctld.h. In this folder only this file knows the differences between Slurm's releases. */
#include "config.h"
#include "plugins/job_submit/ctld.h"

#include <ctype.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <slurm/slurm.h>
#include <slurm/slurm_errno.h>

#include "src/printable.h"
#include "src/stepid.h"

/* Exported by slurmctld (libslurmfull) in every release since 22.05; not in a public header. */
extern void slurm_info(const char *fmt, ...);
extern int slurm_error(const char *fmt, ...);
extern void slurm_debug(const char *fmt, ...);
extern char *slurm_xstrdup(const char *s);
extern void slurm_xfree(void **p);

/*
 * slurmctld_lock_t, which is passed by value, has five enums in 22.05 and 24.11 and six in 26.05. A
 * larger struct, filled with zeros, means the same to all of them. Source: Slurm 22.05.8
 * src/slurmctld/locks.h.
 */
struct ctld_locks {
	int conf;
	int job;
	int node;
	int part;
	int fed;
	int newer[11];
};
enum { LOCK_NONE = 0, LOCK_READ = 1, LOCK_WRITE = 2 };

#ifndef CRANE_HAVE_RECONFIGURE_BY_NEW_PROCESS
static const struct ctld_locks read_conf = { .conf = LOCK_READ };
#endif
static const struct ctld_locks read_jobs = { .conf = LOCK_READ,
					     .job = LOCK_READ,
					     .fed = LOCK_READ };
/* The locks of slurmctld's purge_old_job. Source: Slurm 22.05.8 src/slurmctld/job_mgr.c. */
static const struct ctld_locks end_jobs = { .conf = LOCK_READ,
					    .job = LOCK_WRITE,
					    .node = LOCK_WRITE,
					    .part = LOCK_READ,
					    .fed = LOCK_READ };

static struct {
	void *(*find_job_record)(uint32_t id);
	void *(*find_job_array_rec)(uint32_t array_id, uint32_t task_id);
	bool (*test_job_array_pending)(uint32_t id);
	bool (*test_job_array_complete)(uint32_t id);
	bool (*test_job_array_completed)(uint32_t id);
	uint32_t (*get_next_job_id)(bool test_only);
	void (*queue_job_scheduler)(void);
	void (*schedule)(bool full_queue); /* may be missing */
	void (*lock_slurmctld)(struct ctld_locks locks);
	void (*unlock_slurmctld)(struct ctld_locks locks);
	char *(*vxstrfmt)(const char *fmt, va_list ap); /* xmalloc'd */
	bool (*validate_operator)(uid_t uid);           /* may be missing */
	bool (*assoc_mgr_is_user_acct_coord)(void *db, uint32_t uid, char *name); /* the same */
	void **acct_db_conn;                                                      /* the same */
	void **job_list;
	time_t *control_time;                           /* may be missing */
	int *backup_inx;                                /* may be missing */
	time_t (*get_last_heartbeat)(int *backup_inx);  /* may be missing */
	char *(*get_extra_conf_path)(const char *name); /* may be missing */
	void (*handle_invalid_dependency)(void *job);   /* may be missing */
	const slurm_conf_t *slurm_conf;                 /* may be missing */
} ctld;

/* Answers to our own updates that only the resolver sees; Slurm uses neither code. */
#define STALE_UPDATE 29990 /* the job has changed meanwhile */
#define OTHER_RECORD 29991 /* the update is not meant for this record of the array */

static void log_line(char *line, size_t size, const char *fmt, va_list ap)
	__attribute__((format(printf, 3, 0)));
static void log_line(char *line, size_t size, const char *fmt, va_list ap)
{
	vsnprintf(line, size, fmt, ap);
	crane_printable_line(line);
}

/* clang-format off */
#define LOG_BY(name, sink)                                          \
	void name(const char *fmt, ...)                             \
	{                                                           \
		char line[1024];                                    \
		va_list ap;                                         \
		va_start(ap, fmt);                                  \
		log_line(line, sizeof(line), fmt, ap);              \
		va_end(ap);                                         \
		sink("job_submit/crane: %s", line);                 \
	}
/* clang-format on */
LOG_BY(ctld_info, slurm_info)
LOG_BY(ctld_error, slurm_error)
LOG_BY(ctld_debug, slurm_debug)

/* Returns true if the symbol is slurmctld's own and not some library's. */
static bool in_slurmctld(void *symbol)
{
	Dl_info here, there;

	return ctld.find_job_record && dladdr((void *)ctld.find_job_record, &there) &&
	       dladdr(symbol, &here) && here.dli_fbase == there.dli_fbase;
}

const char *ctld_bind(void)
{
	const struct {
		const char *name;
		void *slot;
		bool needed;
	} wanted[] = {
		/* clang-format off */
		{ "find_job_record", &ctld.find_job_record, true },
		{ "find_job_array_rec", &ctld.find_job_array_rec, true },
		{ "test_job_array_pending", &ctld.test_job_array_pending, true },
		{ "test_job_array_complete", &ctld.test_job_array_complete, true },
		{ "test_job_array_completed", &ctld.test_job_array_completed, true },
		{ "get_next_job_id", &ctld.get_next_job_id, true },
		{ "queue_job_scheduler", &ctld.queue_job_scheduler, true },
		{ "schedule", &ctld.schedule, false },
		{ "lock_slurmctld", &ctld.lock_slurmctld, true },
		{ "unlock_slurmctld", &ctld.unlock_slurmctld, true },
		{ "vxstrfmt", &ctld.vxstrfmt, true },
		{ "validate_operator", &ctld.validate_operator, false },
		{ "assoc_mgr_is_user_acct_coord", &ctld.assoc_mgr_is_user_acct_coord, false },
		{ "acct_db_conn", &ctld.acct_db_conn, false },
		{ "job_list", &ctld.job_list, true },
		{ "control_time", &ctld.control_time, false },
		{ "backup_inx", &ctld.backup_inx, false },
		{ "get_last_heartbeat", &ctld.get_last_heartbeat, false },
		{ "get_extra_conf_path", &ctld.get_extra_conf_path, false },
		{ "handle_invalid_dependency", &ctld.handle_invalid_dependency, false },
		{ "slurm_conf", &ctld.slurm_conf, false },
#ifdef CRANE_TEST_MISSING_EXPORT
		{ "crane_test_missing_export", &ctld.get_extra_conf_path, true },
#endif
		/* clang-format on */
	};
	const char *missing = NULL;

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		void *symbol = dlsym(RTLD_DEFAULT, wanted[i].name);

		if (!symbol && wanted[i].needed && !missing)
			missing = wanted[i].name;
		if (symbol)
			memcpy(wanted[i].slot, &symbol, sizeof(symbol));
	}
	/* Other libraries may export the same common names. */
	if (ctld.schedule && !in_slurmctld((void *)ctld.schedule))
		ctld.schedule = NULL;
	if (ctld.control_time && !in_slurmctld(ctld.control_time))
		ctld.control_time = NULL;
	if (ctld.backup_inx && !in_slurmctld(ctld.backup_inx))
		ctld.backup_inx = NULL;
	if (ctld.get_last_heartbeat && !in_slurmctld((void *)ctld.get_last_heartbeat))
		ctld.get_last_heartbeat = NULL;
	return missing;
}

/*
 * Source: Slurm 22.05.8 src/slurmctld/job_submit.c, job_submit_g_init, which reads the list in the
 *         same way.
 */
const char *ctld_plugins_behind(char *names, size_t size)
{
	const char *list = ctld.slurm_conf ? ctld.slurm_conf->job_submit_plugins : NULL;
	const char *own = NULL;
	size_t len;

	for (const char *p = list; p && *p; p += len, p += *p == ',') {
		len = strcspn(p, ",");
		if (strncmp(p, "job_submit/", 11) == 0 ? len == 16 && !strncmp(p + 11, "crane", 5) :
							 len == 5 && !strncmp(p, "crane", 5))
			own = p + len;
	}
	snprintf(names, size, "%s", own && *own ? own + 1 : "");
	return names;
}

/*
 * Returns true if this slurmctld, which has had control, still has it although control_time is 0.
 * This is the case after a reconfigure that slurmctld rejected: since 23.11 its main loop then
 * restarts without setting control_time. It is not the case in a backup that gave control back. The
 * first controller never gives control back; of the others the one that writes the heartbeat file
 * is in control. Sources: Slurm 24.11.5 src/slurmctld/controller.c, main; heartbeat.c.
 */
static bool kept_control(void)
{
	int writer = -1;

	if (!ctld.backup_inx)
		return false;
	if (*ctld.backup_inx == 0)
		return true;
	return ctld.get_last_heartbeat && ctld.get_last_heartbeat(&writer) &&
	       writer == *ctld.backup_inx;
}

bool ctld_has_jobs(void)
{
	/*
	 * Kept when the plugin is loaded again in the process. Only the resolver's thread uses it.
	 */
	static bool had_control;

	if (!ctld.job_list || !*(void *volatile *)ctld.job_list)
		return false;
	if (!ctld.control_time)
		return true;
	/*
	 * A backup that gave control back keeps its old jobs. Source: Slurm 22.05.8
	 * src/slurmctld/controller.c, main.
	 */
	had_control = *(volatile time_t *)ctld.control_time || (had_control && kept_control());
	return had_control;
}

void ctld_lock_jobs(void)
{
	ctld.lock_slurmctld(read_jobs);
}

void ctld_unlock_jobs(void)
{
	ctld.unlock_slurmctld(read_jobs);
}

bool ctld_job_known(uint32_t job_id)
{
	return ctld.find_job_record(job_id) != NULL;
}

bool ctld_task_known(uint32_t array_job_id, uint32_t task_id)
{
	return ctld.find_job_array_rec(array_job_id, task_id) != NULL;
}

bool ctld_task_unsplit(uint32_t array_job_id, uint32_t task_id)
{
	const void *record = ctld.find_job_array_rec(array_job_id, task_id);

	return record && record == ctld.find_job_record(array_job_id);
}

bool ctld_job_pending(uint32_t job_id)
{
	return ctld.test_job_array_pending(job_id);
}

bool ctld_job_over(uint32_t job_id)
{
	return ctld.test_job_array_completed(job_id);
}

bool ctld_job_is(uint32_t job_id, const void *job_ptr)
{
	return job_ptr && ctld.find_job_record(job_id) == job_ptr;
}

/* Returns a text in the forms of slurmctld's log, or NULL. To be freed with slurm_xfree(). */
static char *format_as_log(const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = ctld.vxstrfmt(fmt, ap);
	va_end(ap);
	return text;
}

/*
 * Returns the id of an array task's own record, or 0 if it cannot be found out. slurmctld's log
 * prints such a record as "JobId=ARRAY_TASK(ID)". Source: Slurm 22.05.8 src/common/log.c,
 * _jobid2fmt.
 */
static uint32_t id_of_task_record(const void *record)
{
	char *text = format_as_log("%pJ", record);
	const char *open = text ? strrchr(text, '(') : NULL;
	unsigned long long id = open ? strtoull(open + 1, NULL, 10) : 0;

	slurm_xfree((void **)&text);
	return id <= UINT32_MAX && ctld.find_job_record((uint32_t)id) == record ? (uint32_t)id : 0;
}

/*
 * slurmctld's "%pJ" is "JobId=12", "JobId=12_*" for the rest of an array, "JobId=12_3(15)" for a
 * task with the id 15, "JobId=12+1(13)" for a component. Source: Slurm 22.05.8 src/common/log.c,
 * _jobid2fmt.
 */
bool ctld_identify(const void *job_ptr, struct ctld_ident *ident)
{
	char *text, *own, *end;
	unsigned long id;

	memset(ident, 0, sizeof(*ident));
	if (!job_ptr)
		return false;
	text = format_as_log("%pJ", job_ptr);
	if (text && strncmp(text, "JobId=", 6) == 0 && isdigit((unsigned char)text[6])) {
		id = strtoul(text + 6, &end, 10);
		ident->is_het = *end == '+';
		if (*end == '_')
			ident->array_job_id = (uint32_t)id;
		own = strchr(end, '(');
		if (own)
			id = strtoul(own + 1, NULL, 10);
		ident->job_id = (uint32_t)id;
	}
	slurm_xfree((void **)&text);
	return ident->job_id && ctld.find_job_record(ident->job_id) == job_ptr;
}

bool ctld_job_is_array(uint32_t job_id)
{
	struct ctld_ident ident;

	return ctld_identify(ctld.find_job_record(job_id), &ident) && ident.array_job_id;
}

#ifndef CRANE_HAVE_MODIFY_AFTER_RIGHTS
/*
 * The conditions with which slurmctld refuses the request a moment later. Source: Slurm 22.05.8
 * src/slurmctld/job_mgr.c, _update_job. Later releases check them first.
 */
bool ctld_may_change(uint32_t uid, uint32_t owner, const char *account)
{
	if (uid == owner || !ctld.validate_operator || ctld.validate_operator(uid))
		return true;
	if (!account || !ctld.assoc_mgr_is_user_acct_coord || !ctld.acct_db_conn)
		return true;
	return ctld.assoc_mgr_is_user_acct_coord(*ctld.acct_db_conn, uid, (char *)account);
}
#else
bool ctld_may_change(uint32_t uid, uint32_t owner, const char *account)
{
	(void)uid;
	(void)owner;
	(void)account;
	return true;
}
#endif

bool ctld_task_over(uint32_t array_job_id, uint32_t task_id)
{
	const void *record = ctld.find_job_array_rec(array_job_id, task_id);
	uint32_t id = array_job_id;

	if (record && record != ctld.find_job_record(array_job_id))
		id = id_of_task_record(record);
	return id && ctld.test_job_array_completed(id);
}

bool ctld_dependee_over(const struct crane_dep_edge *edge)
{
	return edge->task_id != CRANE_DEP_NO_TASK ? ctld_task_over(edge->job_id, edge->task_id) :
						    ctld_job_over(edge->job_id);
}

bool ctld_job_all_ok(uint32_t job_id)
{
	return ctld.test_job_array_complete(job_id);
}

void ctld_read_settings(struct ctld_settings *settings)
{
	*settings = (struct ctld_settings){ .min_job_age = CTLD_AGE_UNKNOWN };
	if (!ctld.slurm_conf)
		return;
	ctld_lock_jobs();
	settings->min_job_age = ctld.slurm_conf->min_job_age;
	settings->kill_invalid =
		ctld.slurm_conf->dependency_params &&
		strcasestr(ctld.slurm_conf->dependency_params, "kill_invalid_depend");
	ctld_unlock_jobs();
}

bool ctld_never_satisfied(uint32_t job_id)
{
	void *record;
	bool pending;

	if (!ctld.handle_invalid_dependency)
		return false;
	ctld.lock_slurmctld(end_jobs);
	record = ctld.find_job_record(job_id);
	pending = record && ctld.test_job_array_pending(job_id);
	if (pending)
		ctld.handle_invalid_dependency(record);
	ctld.unlock_slurmctld(end_jobs);
	return pending;
}

uint32_t ctld_next_job_id(void)
{
	return ctld.get_next_job_id(true);
}

/*
 * schedule() only wakes the scheduler's thread. queue_job_scheduler() waits until the last pass is
 * batch_sched_delay (3 s) old, so that jobs would start late on every busy cluster. Source: Slurm
 * 22.05.8 src/slurmctld/controller.c, _slurmctld_background.
 */
void ctld_kick_scheduler(void)
{
	if (ctld.schedule)
		ctld.schedule(false);
	else
		ctld.queue_job_scheduler();
}

char *ctld_conf_dir(char *buf, size_t size)
{
	char *path = ctld.get_extra_conf_path ? ctld.get_extra_conf_path("slurm.conf") : NULL;
	const char *from = path ? path : getenv("SLURM_CONF");
	const char *slash = from ? strrchr(from, '/') : NULL;

	if (slash)
		snprintf(buf, size, "%.*s", (int)(slash - from), from);
	else
		snprintf(buf, size, "%s", CRANE_SLURM_CONFDIR);
	slurm_xfree((void **)&path);
	return buf;
}

/* -- jobs -------------------------------------------------------------------------------------- */

/* A job with one of these is requeued: it is not over, whatever its base state is. */
#define REQUEUE_FLAGS (JOB_REQUEUE | JOB_REQUEUE_HOLD | JOB_SPECIAL_EXIT)

static enum crane_maker infer_maker(const slurm_job_info_t *info)
{
	struct crane_maker_facts facts = {
		.admin_comment = info->admin_comment,
#ifdef CRANE_HAVE_JOB_SUBMIT_LINE
		.submit_line = info->submit_line,
#endif
		.command = info->command,
		.is_batch = info->batch_flag,
#ifdef CRANE_HAVE_SALLOC_COMMAND
		.salloc_has_command = true,
#endif
	};

	return crane_maker_infer(&facts);
}

static void describe_job(const slurm_job_info_t *info, struct ctld_job *job)
{
	uint32_t base = info->job_state & JOB_STATE_BASE;
	bool requeued = info->job_state & REQUEUE_FLAGS;

	memset(job, 0, sizeof(*job));
	job->job_id = info->job_id;
	job->array_job_id = info->array_job_id;
	job->task_id = (info->array_job_id && info->array_task_id != NO_VAL) ? info->array_task_id :
									       CRANE_DEP_NO_TASK;
	job->tasks = (info->array_job_id && info->array_task_id == NO_VAL) ? info->array_task_str :
									     NULL;
	job->admin_comment = info->admin_comment;
	job->account = info->account;
	job->dependency = info->dependency;
	job->maker = infer_maker(info);
	job->eligible_time = info->eligible_time;
	job->pending = base == JOB_PENDING || requeued;
	job->kill_invalid = info->bitflags & KILL_INV_DEP;
	job->keep_invalid = !job->kill_invalid && (info->bitflags & NO_KILL_INV_DEP);

	job->facts.pending = job->pending;
	job->facts.ended = base >= JOB_COMPLETE && !requeued;
	/*
	 * A job cancelled while pending gets a start time (Slurm 22.05.8 src/slurmctld/job_mgr.c,
	 * job_signal), but no nodes.
	 */
	job->facts.ran = job->facts.ended && info->nodes && info->nodes[0];
	job->facts.started = !job->pending && (!job->facts.ended || job->facts.ran);
	job->facts.ok = job->facts.ended && base == JOB_COMPLETE;
	job->facts.start_time = info->start_time;
	job->facts.end_time = info->end_time;
}

static void walk_jobs(const job_info_msg_t *msg, ctld_job_f f, void *arg)
{
	for (uint32_t i = 0; i < msg->record_count; i++) {
		struct ctld_job job;

		describe_job(&msg->job_array[i], &job);
		f(&job, arg);
	}
}

/*
 * begin_call() and end_call() enclose each call that makes libslurm talk to slurmctld. Until 23.02,
 * a reconfigure clears slurmctld's slurm_conf in place and reads it again, while libslurm reads it
 * without a lock, also to divide by slurmctld_port_count: slurmctld crashed with SIGFPE. The read
 * lock of slurmctld's configuration makes the reconfigure wait until the call returns. These locks
 * prefer readers, so that slurmctld answers the call although the reconfigure waits. Later releases
 * reconfigure in a new process. Sources: Slurm 22.05.8 src/common/read_config.c,
 * _destroy_slurm_conf; src/common/slurm_protocol_api.c, slurm_open_controller_conn;
 * src/slurmctld/locks.c.
 */
static void begin_call(void)
{
#ifndef CRANE_HAVE_RECONFIGURE_BY_NEW_PROCESS
	ctld.lock_slurmctld(read_conf);
#endif
	errno = 0;
}

/* Leaves errno as the call has set it. */
static void end_call(void)
{
#ifndef CRANE_HAVE_RECONFIGURE_BY_NEW_PROCESS
	int code = errno;

	ctld.unlock_slurmctld(read_conf);
	errno = code;
#endif
}

/* Without SHOW_LOCAL, libslurm first loads the federation by one more RPC. */
#define SHOW_FLAGS (SHOW_ALL | SHOW_LOCAL)

/*
 * 22.05's slurm_free_job_info_members does not free two strings, one of which has our records: it
 * would leak a hundred bytes for each job and load. slurm_xfree sets them to NULL for later
 * releases, which free them. Source: Slurm 22.05.8 src/common/slurm_protocol_defs.c.
 */
static void free_jobs(job_info_msg_t *msg)
{
	for (uint32_t i = 0; i < msg->record_count; i++) {
		slurm_xfree((void **)&msg->job_array[i].admin_comment);
		slurm_xfree((void **)&msg->job_array[i].system_comment);
	}
	slurm_free_job_info_msg(msg);
}

enum ctld_rc ctld_load_job(uint32_t job_id, ctld_job_f f, void *arg)
{
	job_info_msg_t *msg = NULL;
	int rc;

	begin_call();
#ifdef CRANE_HAVE_LOAD_JOB_BY_ID
	slurm_step_id_t id = SLURM_STEP_ID_INITIALIZER;

	id.job_id = job_id;
	rc = slurm_load_job(&msg, id, SHOW_FLAGS);
#else
	rc = slurm_load_job(&msg, job_id, SHOW_FLAGS);
#endif
	end_call();
	if (rc) {
		/* In some releases the code is the result, in others it is in errno. */
		return rc == ESLURM_INVALID_JOB_ID || errno == ESLURM_INVALID_JOB_ID ? CTLD_GONE :
										       CTLD_AGAIN;
	}
	walk_jobs(msg, f, arg);
	rc = msg->record_count ? CTLD_OK : CTLD_GONE;
	free_jobs(msg);
	return rc;
}

enum ctld_rc ctld_load_all(ctld_job_f f, void *arg)
{
	job_info_msg_t *msg = NULL;
	int rc;

	begin_call();
	rc = slurm_load_jobs((time_t)0, &msg, SHOW_FLAGS);
	end_call();
	if (rc)
		return CTLD_AGAIN;
	walk_jobs(msg, f, arg);
	free_jobs(msg);
	return CTLD_OK;
}

static enum ctld_rc judge_update(const char *job, int code)
{
	switch (code) {
	case SLURM_SUCCESS:
		return CTLD_OK;
	case ESLURM_INVALID_JOB_ID:
	case ESLURM_JOB_NOT_PENDING:
	case ESLURM_ALREADY_DONE:
	case ESLURM_JOB_FINISHED:
		return CTLD_GONE;
#ifdef CRANE_HAVE_JOB_SETTING_DB_INX
	case ESLURM_JOB_SETTING_DB_INX:
#endif
	case STALE_UPDATE:
		return CTLD_BUSY;
	/* The first three: munged does not answer, here or in slurmctld. */
	case SLURM_UNEXPECTED_MSG_ERROR:
	case SLURM_PROTOCOL_AUTHENTICATION_ERROR:
	case SLURM_PROTOCOL_SOCKET_ZERO_BYTES_SENT:
	case SLURM_PROTOCOL_SOCKET_IMPL_TIMEOUT:
	case SLURM_COMMUNICATIONS_CONNECTION_ERROR:
	case SLURM_COMMUNICATIONS_SEND_ERROR:
	case SLURM_COMMUNICATIONS_RECEIVE_ERROR:
	case SLURM_COMMUNICATIONS_SHUTDOWN_ERROR:
	case SLURMCTLD_COMMUNICATIONS_CONNECTION_ERROR:
	case SLURMCTLD_COMMUNICATIONS_SEND_ERROR:
	case SLURMCTLD_COMMUNICATIONS_RECEIVE_ERROR:
	case SLURMCTLD_COMMUNICATIONS_SHUTDOWN_ERROR:
	case ESLURM_IN_STANDBY_MODE:
		return CTLD_AGAIN;
	default:
		ctld_error("JobId=%s: slurmctld refuses the change of its begin time: %s", job,
			   slurm_strerror(code));
		return CTLD_REFUSED;
	}
}

enum ctld_rc ctld_update_job(const struct ctld_update *update)
{
	job_desc_msg_t desc;
	job_array_resp_msg_t *resp = NULL;
	enum ctld_rc rc = CTLD_OK;
	int failed;

	slurm_init_job_desc_msg(&desc);
	/* libslurm only reads the strings, but its struct has no const. */
	desc.job_id_str = (char *)update->job;
	desc.admin_comment = (char *)update->admin_comment;
	desc.dependency = (char *)update->dependency;
	desc.resp_host = (char *)update->note;
	if (update->begin_time)
		desc.begin_time = (time_t)update->begin_time;
	/*
	 * slurmctld sets the accrue time once, to the begin time at that moment, which is the gate.
	 * Source: Slurm 22.05.8 src/slurmctld/acct_policy.c.
	 */
	if (update->reset_age)
		desc.bitflags |= RESET_ACCRUE_TIME;

	begin_call();
	failed = slurm_update_job2(&desc, &resp);
	end_call();
	if (failed) {
		rc = judge_update(update->job, errno ? errno : SLURM_ERROR);
	} else if (resp) {
		/*
		 * An array: one code for each group of tasks; the update is meant for one of them.
		 */
		rc = CTLD_GONE;
		for (uint32_t i = 0; i < resp->job_array_count; i++)
			if (resp->error_code[i] != OTHER_RECORD)
				rc = judge_update(update->job, (int)resp->error_code[i]);
	}
	if (resp)
		slurm_free_job_array_resp(resp);
	return rc;
}

/* -- the request ------------------------------------------------------------------------------- */

const char *ctld_desc_dependency(const void *desc)
{
	return ((const job_desc_msg_t *)desc)->dependency;
}

const char *ctld_desc_admin_comment(const void *desc)
{
	return ((const job_desc_msg_t *)desc)->admin_comment;
}

const char *ctld_desc_submit_line(const void *desc)
{
	return ((const job_desc_msg_t *)desc)->submit_line;
}

uint32_t ctld_desc_owner(const void *desc)
{
	return ((const job_desc_msg_t *)desc)->user_id;
}

/* Slurm uses this field, where srun listens, only in submissions; job_submit/lua cannot set it. */
const char *ctld_desc_note(const void *desc)
{
	return ((const job_desc_msg_t *)desc)->resp_host;
}

int64_t ctld_desc_begin_time(const void *desc)
{
	return ((const job_desc_msg_t *)desc)->begin_time;
}

int64_t ctld_desc_deadline(const void *desc)
{
	return ((const job_desc_msg_t *)desc)->deadline;
}

int64_t ctld_desc_limit_sec(const void *desc)
{
	const job_desc_msg_t *d = desc;

	if (d->time_min != NO_VAL && d->time_min)
		return (int64_t)d->time_min * 60;
	return d->time_limit == NO_VAL || d->time_limit == INFINITE ? 0 :
								      (int64_t)d->time_limit * 60;
}

bool ctld_desc_has_script(const void *desc)
{
	return ((const job_desc_msg_t *)desc)->script != NULL;
}

/*
 * Both requests use the same struct. libslurm sets a session in each submission, but not in a
 * request with --test-only; scrontab does not set one either. Source: Slurm 22.05.8
 * src/api/submit.c and src/api/allocate.c, slurm_submit_batch_job, slurm_allocate_resources,
 * slurm_job_will_run.
 */
bool ctld_desc_is_test(const void *desc)
{
	const job_desc_msg_t *d = desc;

	return d->alloc_sid == NO_VAL && !d->crontab_entry;
}

bool ctld_desc_is_het(const void *desc)
{
	return ((const job_desc_msg_t *)desc)->het_job_offset != NO_VAL;
}

void ctld_desc_set_begin_time(void *desc, int64_t t)
{
	((job_desc_msg_t *)desc)->begin_time = (time_t)t;
}

static int replace_string(char **slot, const char *s)
{
	char *copy = NULL;

	if (s && !(copy = slurm_xstrdup(s)))
		return -1;
	slurm_xfree((void **)slot);
	*slot = copy;
	return 0;
}

int ctld_desc_set_dependency(void *desc, const char *s)
{
	return replace_string(&((job_desc_msg_t *)desc)->dependency, s);
}

int ctld_desc_set_admin_comment(void *desc, const char *s)
{
	return replace_string(&((job_desc_msg_t *)desc)->admin_comment, s);
}

int ctld_desc_set_note(void *desc, const char *s)
{
	return replace_string(&((job_desc_msg_t *)desc)->resp_host, s);
}

int ctld_answer(enum ctld_answer what, const char *why, char **err_msg)
{
	if (what != CTLD_ACCEPT && err_msg && why[0])
		*err_msg = slurm_xstrdup(why);
	switch (what) {
	case CTLD_ACCEPT:
		return SLURM_SUCCESS;
	case CTLD_NOT_ALLOWED:
		return ESLURM_USER_ID_MISSING;
#ifdef CRANE_HAVE_JOB_SETTING_DB_INX
	case CTLD_TRY_AGAIN:
		/*
		 * slurmctld repeats such an update by itself, five times, once a second. Source: Slurm
		 * 22.05.8 and 24.05.8 src/slurmctld/proc_req.c; 24.11 has neither the code nor this.
		 */
		return ESLURM_JOB_SETTING_DB_INX;
#endif
	case CTLD_STALE_UPDATE:
		return STALE_UPDATE;
	case CTLD_OTHER_RECORD:
		return OTHER_RECORD;
	default:
		return ESLURM_DEPENDENCY;
	}
}
