/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks slurmdbd through libslurm. wrappers/view/history.c merges the answers with what slurmctld has.
 */
#include "config.h"

#include "wrappers/slurm/accounting.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/exitstatus.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"
#include "wrappers/base/text.h"
#include "wrappers/slurm/library.h"

/* The guard asks slurmdbd a small question of its own this often, and waits so long for the answer. */
#define PAUSE_SEC 4
#define PATIENCE_SEC 4

/* The clock of slurmdbd's machine may be ahead. */
#define CLOCKS_DIFFER_SEC (24 * 60 * 60)

/* Numbers of Slurm's own resources, the same in every database; those of the site follow them. */
#define TRES_CPU 1
#define TRES_MEM 2
#define TRES_NODE 4
#define TRES_SITE_FIRST 1001

typedef __typeof__(slurm_list_create(NULL)) record_list;
typedef __typeof__(slurm_list_iterator_create(NULL)) list_walk;

struct crane_accounting {
	void *connection;
	char *cluster;
	pid_t guard;      /* 0: there is none */
	record_list tres; /* the site's resources, once they were asked for */
	record_list qos;
};

/* -- a slurmdbd that says nothing -------------------------------------------------------------- */

/*
 * Slurm 22.05 writes each message in two parts, and the kernel keeps the second back until slurmdbd's
 * side has acknowledged the first, which takes 44 ms. Does nothing if [fd] is not a TCP socket.
 */
static void send_at_once(int fd)
{
	int on = 1;

	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

/*
 * Connects to slurmdbd. libslurm tells on stderr what went wrong; the callers read errno. No public
 * header has the descriptor of a connection. libslurm opens it first, so that it is the lowest one.
 */
static void *connect_quietly(void)
{
	int kept = dup(STDERR_FILENO), nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC), code;
	int lowest = dup(STDERR_FILENO);
	void *connection;

	if (lowest >= 0)
		close(lowest);
	fflush(stderr);
	if (kept >= 0 && nowhere >= 0)
		dup2(nowhere, STDERR_FILENO);
	errno = 0;
	connection = crane_libslurmdb()->connection_get(NULL);
	code = errno;
	if (connection && lowest >= 0)
		send_at_once(lowest);
	if (kept >= 0 && nowhere >= 0)
		dup2(kept, STDERR_FILENO);
	if (kept >= 0)
		close(kept);
	if (nowhere >= 0)
		close(nowhere);
	errno = code;
	return connection;
}

/* Asks for one QoS, over a connection of its own, in a process of its own that an alarm ends. */
static bool slurmdbd_answers(void)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		slurmdb_qos_cond_t cond = { .id_list = crane_libslurm()->list_create(NULL) };
		void *connection;
		char id[] = "1";

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGALRM, SIG_DFL);
		alarm(PATIENCE_SEC);
		crane_libslurm()->list_append(cond.id_list, id);
		connection = connect_quietly();
		_exit(connection && errno == 0 && crane_libslurmdb()->qos_get(connection, &cond) ?
			      0 :
			      1);
	}
	/* In doubt, the command goes on. */
	return pid < 0 || waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status);
}

static void guard(pid_t command, const char *silence)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == command) {
		sleep(PAUSE_SEC);
		if (slurmdbd_answers())
			continue;
		crane_say("slurm: slurmdbd does not answer");
		crane_say("%s", silence);
		kill(command, SIGALRM);
		break;
	}
	_exit(0);
}

static void end_command(int sig)
{
	(void)sig;
	_exit(CRANE_EXIT_NETWORK);
}

/* -- connections ------------------------------------------------------------------------------- */

static int fail(struct crane_slurm_error *why)
{
	int code = errno;

	crane_libslurm_failure(code ? code : ESLURM_DB_CONNECTION, why);
	why->failure = code == ESLURM_ACCESS_DENIED ? CRANE_SLURM_REFUSED : CRANE_SLURM_UNREACHABLE;
	return -1;
}

int crane_accounting_open(const char *silence, struct crane_accounting **accounting,
			  struct crane_slurm_error *why)
{
	struct crane_accounting *it;
	slurm_conf_t *conf = NULL;
	pid_t command = getpid();
	int rc = crane_libslurm()->load_ctl_conf(0, &conf);
	bool kept;

	*accounting = NULL;
	if (rc != SLURM_SUCCESS)
		return crane_libslurm_failure(rc, why);
	kept = strstr(crane_or_empty(conf->accounting_storage_type), "slurmdbd") != NULL;
	if (!kept) {
		crane_libslurm_free_conf(conf);
		return 1;
	}
	it = crane_xcalloc(1, sizeof(*it));
	it->cluster = crane_xstrdup(crane_or_empty(conf->cluster_name));
	crane_libslurm_free_conf(conf);
	signal(SIGALRM, end_command);
	fflush(NULL);
	it->guard = fork();
	if (it->guard == 0)
		guard(command, silence);
	it->connection = connect_quietly();
	if (!it->connection || errno != 0) {
		fail(why);
		crane_accounting_close(it);
		return -1;
	}
	*accounting = it;
	return 0;
}

void crane_accounting_close(struct crane_accounting *accounting)
{
	if (!accounting)
		return;
	if (accounting->guard > 0) {
		kill(accounting->guard, SIGKILL);
		waitpid(accounting->guard, NULL, 0);
	}
	if (accounting->tres)
		crane_libslurm()->list_destroy(accounting->tres);
	if (accounting->qos)
		crane_libslurm()->list_destroy(accounting->qos);
	/* The connection ends with the command: to say good-bye costs as much as a question. */
	free(accounting->cluster);
	free(accounting);
}

/* -- records ----------------------------------------------------------------------------------- */

/* The state while the records of one answer are read. */
struct reading {
	struct crane_accounting *accounting;
	struct crane_past *past;
	bool qos;
	struct {
		uint32_t uid;
		const char *name;
	} * user; /* those looked up */
	size_t n_users;
};

static const char *keep(struct reading *at, char *text)
{
	crane_strings_take(&at->past->texts, text);
	return text;
}

/* slurmdbd has no name for a user without an association. Every user is looked up once. */
static const char *user_of(struct reading *at, const slurmdb_job_rec_t *record)
{
	const struct passwd *pw;

	if (record->user && record->user[0])
		return record->user;
	for (size_t i = 0; i < at->n_users; i++) {
		if (at->user[i].uid == record->uid)
			return at->user[i].name;
	}
	pw = getpwuid(record->uid);
	at->user = crane_xrealloc(at->user, at->n_users + 1, sizeof(*at->user));
	at->user[at->n_users].uid = record->uid;
	at->user[at->n_users].name =
		keep(at, pw ? crane_xstrdup(pw->pw_name) : crane_xasprintf("%u", record->uid));
	return at->user[at->n_users++].name;
}

/* Returns the name of a resource of the site's: "gres/gpu"; "" if it is not known. */
static const char *tres_name(struct reading *at, unsigned long id, const char **type)
{
	struct crane_accounting *accounting = at->accounting;
	slurmdb_tres_rec_t *tres = NULL;
	list_walk walk;

	*type = "";
	if (!accounting->tres) {
		slurmdb_tres_cond_t all = { 0 };

		accounting->tres = crane_libslurmdb()->tres_get(accounting->connection, &all);
	}
	if (!accounting->tres)
		return "";
	walk = crane_libslurm()->list_iterator_create(accounting->tres);
	while ((tres = crane_libslurm()->list_next(walk)) && tres->id != id)
		;
	crane_libslurm()->list_iterator_destroy(walk);
	if (!tres)
		return "";
	*type = crane_or_empty(tres->type);
	return crane_or_empty(tres->name);
}

/* Turns "1=4,2=2000,4=1,1001=2" into "cpu=4,mem=2000M,node=1,gres/gpu=2". */
static const char *tres_text(struct reading *at, const char *numbers)
{
	struct crane_strings parts = { 0 };
	char *text;

	while (numbers && *numbers) {
		char *end;
		unsigned long id = strtoul(numbers, &end, 10);
		unsigned long long count = *end == '=' ? strtoull(end + 1, &end, 10) : 0;
		const char *name, *type;

		if (id == TRES_CPU) {
			crane_strings_addf(&parts, "cpu=%llu", count);
		} else if (id == TRES_MEM) {
			crane_strings_addf(&parts, "mem=%lluM", count);
		} else if (id == TRES_NODE) {
			crane_strings_addf(&parts, "node=%llu", count);
		} else if (id >= TRES_SITE_FIRST) {
			name = tres_name(at, id, &type);
			if (*name)
				crane_strings_addf(&parts, "%s/%s=%llu", type, name, count);
		}
		numbers = end + strcspn(end, ",");
		numbers += *numbers == ',';
	}
	text = crane_strings_join(&parts, ",");
	crane_strings_clear(&parts);
	return keep(at, text);
}

/* Returns the number of one of Slurm's own resources in "1=4,2=2000"; 0 if it is not there. */
static uint64_t tres_count(const char *numbers, unsigned long wanted)
{
	while (numbers && *numbers) {
		char *end;
		unsigned long id = strtoul(numbers, &end, 10);

		if (id == wanted && *end == '=')
			return strtoull(end + 1, NULL, 10);
		numbers = end + strcspn(end, ",");
		numbers += *numbers == ',';
	}
	return 0;
}

static const char *qos_name(struct reading *at, uint32_t id)
{
	struct crane_accounting *accounting = at->accounting;
	slurmdb_qos_rec_t *qos;
	list_walk walk;

	if (!at->qos || !accounting->qos)
		return "";
	walk = crane_libslurm()->list_iterator_create(accounting->qos);
	while ((qos = crane_libslurm()->list_next(walk)) && qos->id != id)
		;
	crane_libslurm()->list_iterator_destroy(walk);
	return qos ? keep(at, crane_xstrdup(crane_or_empty(qos->name))) : "";
}

/* slurmdbd writes this where slurmctld leaves the list of nodes empty. */
static const char *nodes_of(const char *nodes)
{
	return !nodes || strcmp(nodes, "None assigned") == 0 ? "" : nodes;
}

static bool has_ended(uint32_t state)
{
	return (state & JOB_STATE_BASE) > JOB_SUSPENDED;
}

static void convert_step(struct reading *at, const slurmdb_step_rec_t *record,
			 struct crane_past_step *step)
{
	*step = (struct crane_past_step){
		.step_id = record->step_id.step_id,
		.name = crane_or_empty(record->stepname),
		.nodes = nodes_of(record->nodes),
		.submit_line = crane_or_empty(record->submit_line),
		.tres = tres_text(at, record->tres_alloc_str),
		.num_nodes = record->nnodes,
		.num_cpus = (uint32_t)tres_count(record->tres_alloc_str, TRES_CPU),
		.num_tasks = record->ntasks,
		.state = crane_slurm_state(record->state),
		.exit_code = crane_slurm_exit_code(record->state, (uint32_t)record->exitcode, true),
		.start_time = record->start,
		.end_time = has_ended(record->state) ? record->end : 0,
		.run_sec = record->elapsed,
		.used_usec = record->tot_cpu_sec * 1000000 + record->tot_cpu_usec,
		.max_bytes = tres_count(record->stats.tres_usage_in_max, TRES_MEM),
		.total_bytes = tres_count(record->stats.tres_usage_in_tot, TRES_MEM),
	};
}

static void convert_steps(struct reading *at, const slurmdb_job_rec_t *record,
			  struct crane_past_job *job)
{
	slurmdb_step_rec_t *step;
	list_walk walk;

	if (!record->steps || crane_libslurm()->list_count(record->steps) <= 0)
		return;
	job->step = crane_xcalloc((size_t)crane_libslurm()->list_count(record->steps),
				  sizeof(*job->step));
	walk = crane_libslurm()->list_iterator_create(record->steps);
	while ((step = crane_libslurm()->list_next(walk)))
		convert_step(at, step, &job->step[job->n_steps++]);
	crane_libslurm()->list_iterator_destroy(walk);
}

static void convert_job(struct reading *at, slurmdb_job_rec_t *record, struct crane_past_job *past)
{
	bool no_limit = record->timelimit == INFINITE || record->timelimit == NO_VAL;
	bool ran = record->start != 0 && *nodes_of(record->nodes);
	struct crane_hold_mark hold = crane_hold_mark_take(record->derived_es);
	struct crane_job *job = &past->job;

	*job = (struct crane_job){
		.job_id = record->jobid,
		.array_id = record->array_job_id,
		.task_id = record->array_job_id && record->array_task_id != NO_VAL ?
				   record->array_task_id :
				   CRANE_NO_ARRAY_TASK,
		.max_tasks = record->array_max_tasks == NO_VAL ? 0 : record->array_max_tasks,
		.waiting_tasks = crane_or_empty(record->array_task_str),
		.name = crane_or_empty(record->jobname),
		.user_name = user_of(at, record),
		.account = crane_or_empty(record->account),
		.partition = crane_or_empty(record->partition),
		.qos = qos_name(at, record->qosid),
		.wckey = crane_or_empty(record->wckey),
		.nodes = nodes_of(record->nodes),
		.batch_host = "",
		.req_nodes = "",
		.exc_nodes = "",
		.command = "",
		.submit_line = crane_or_empty(record->submit_line),
		.work_dir = crane_or_empty(record->work_dir),
		.comment = crane_or_empty(record->derived_es),
		.admin_comment = crane_or_empty(record->admin_comment),
		.dependency = "",
		.mail_user = "",
		.submit_host = "",
		.licenses = "",
		.reservation = crane_or_empty(record->resv_name),
		.tres_req = tres_text(at, record->tres_req_str),
		.tres_alloc = tres_text(at, record->tres_alloc_str),
		.gres_per_node = "",
		.gres_alloc = "",
		.slurm_reason = "",
		.uid = record->uid,
		.gid = record->gid,
		.batch = crane_maker_from_line(record->submit_line) == CRANE_MAKER_SBATCH,
		.ended = has_ended(record->state),
		.state = crane_slurm_state(record->state),
		.wait = CRANE_WAIT_NONE,
		.priority = record->priority,
		.num_nodes = record->alloc_nodes ?
				     record->alloc_nodes :
				     (uint32_t)tres_count(record->tres_req_str, TRES_NODE),
		.num_cpus = record->req_cpus,
		.limit_sec = no_limit ? 0 : (uint64_t)record->timelimit * 60,
		.submit_time = record->submit,
		.start_time = ran ? record->start : 0,
		.end_time = has_ended(record->state) ? record->end : 0,
		.exit_code = crane_slurm_exit_code(record->state, record->exitcode, ran),
		.run_sec = ran ? record->elapsed : 0,
		.hold = hold,
	};
	convert_steps(at, record, past);
}

/* -- questions --------------------------------------------------------------------------------- */

/* slurmdbd puts texts into its question to MariaDB as they are: these cannot change what it asks. */
static bool are_plain(const struct crane_strings *texts)
{
	for (size_t i = 0; i < texts->n; i++) {
		for (const char *c = texts->item[i]; *c; c++) {
			if (*c < ' ' || *c > '~' || strchr("'\"\\", *c))
				return false;
		}
	}
	return true;
}

/* Returns a list for slurmdbd to select by; NULL if it is to select nothing by these texts. */
static record_list text_list(const struct crane_strings *texts)
{
	record_list list;

	if (!texts || texts->n == 0 || !are_plain(texts))
		return NULL;
	list = crane_libslurm()->list_create(NULL);
	for (size_t i = 0; i < texts->n; i++)
		crane_libslurm()->list_append(list, texts->item[i]);
	return list;
}

static void destroy(record_list list)
{
	if (list)
		crane_libslurm()->list_destroy(list);
}

/* slurmdbd selects users by number. A user whom this machine does not know by name selects nothing here. */
static void add_uids(const struct crane_strings *users, struct crane_strings *uids)
{
	for (size_t i = 0; users && i < users->n; i++) {
		const struct passwd *pw = getpwnam(users->item[i]);

		if (!pw) {
			crane_strings_clear(uids);
			return;
		}
		crane_strings_addf(uids, "%u", pw->pw_uid);
	}
}

static void read_list(struct reading *at, record_list list)
{
	slurmdb_job_rec_t *record;
	list_walk walk = crane_libslurm()->list_iterator_create(list);
	int n = crane_libslurm()->list_count(list);

	at->past->job = crane_xcalloc(n > 0 ? (size_t)n : 0, sizeof(*at->past->job));
	while ((record = crane_libslurm()->list_next(walk)))
		convert_job(at, record, &at->past->job[at->past->n++]);
	crane_libslurm()->list_iterator_destroy(walk);
}

int crane_accounting_load(struct crane_accounting *accounting, const struct crane_past_query *query,
			  struct crane_past *past, struct crane_slurm_error *why)
{
	struct reading at = { .accounting = accounting, .past = past, .qos = query->qos };
	struct crane_strings uids = { 0 }, cluster = { 0 };
	slurm_selected_step_t *ids = crane_xcalloc(query->n_ids, sizeof(*ids));
	slurmdb_job_cond_t cond = { .db_flags = SLURMDB_JOB_FLAG_NOTSET };
	record_list list;

	memset(past, 0, sizeof(*past));
	crane_strings_addf(&cluster, "%s", accounting->cluster);
	add_uids(query->users, &uids);
	cond.cluster_list = text_list(&cluster);
	cond.userid_list = text_list(&uids);
	cond.acct_list = text_list(query->accounts);
	cond.jobname_list = text_list(query->names);
	cond.partition_list = text_list(query->partitions);
	cond.flags = JOBCOND_FLAG_NO_TRUNC | JOBCOND_FLAG_NO_DEFAULT_USAGE;
	if (!query->steps)
		cond.flags |= JOBCOND_FLAG_NO_STEP;
	cond.usage_start = query->from;
	cond.usage_end = query->until;
	/* Steps that began later are left out, all if it is 0 (Slurm 22.05.8 as_mysql_jobacct_process.c). */
	if (query->steps && !query->until)
		cond.usage_end = time(NULL) + CLOCKS_DIFFER_SEC;
	if (query->n_ids)
		cond.step_list = crane_libslurm()->list_create(NULL);
	for (size_t i = 0; i < query->n_ids; i++) {
		ids[i].array_task_id = query->ids[i].has_task ? query->ids[i].task_id : NO_VAL;
		ids[i].het_job_offset = NO_VAL;
		ids[i].step_id.job_id = query->ids[i].job_id;
		ids[i].step_id.step_id = NO_VAL;
		ids[i].step_id.step_het_comp = NO_VAL;
		crane_libslurm()->list_append(cond.step_list, &ids[i]);
	}
	errno = 0;
	list = crane_libslurmdb()->jobs_get(accounting->connection, &cond);
	if (!list) {
		fail(why);
	} else {
		past->list = list;
		if (query->qos && !accounting->qos) {
			slurmdb_qos_cond_t all = { 0 };

			accounting->qos = crane_libslurmdb()->qos_get(accounting->connection, &all);
		}
		read_list(&at, list);
	}
	destroy(cond.cluster_list);
	destroy(cond.userid_list);
	destroy(cond.acct_list);
	destroy(cond.jobname_list);
	destroy(cond.partition_list);
	destroy(cond.step_list);
	crane_strings_clear(&uids);
	crane_strings_clear(&cluster);
	free(at.user);
	free(ids);
	return list ? 0 : -1;
}

void crane_past_clear(struct crane_past *past)
{
	for (size_t i = 0; i < past->n; i++)
		free(past->job[i].step);
	free(past->job);
	crane_strings_clear(&past->texts);
	if (past->list)
		crane_libslurm()->list_destroy(past->list);
	memset(past, 0, sizeof(*past));
}
