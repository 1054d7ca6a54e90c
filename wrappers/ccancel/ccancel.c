/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccancel: ends jobs and steps (doc/reference/control.md#ccancel-selection). It ends only what was
 * named: a step of a pending job, or the step that holds a job's resources, is refused.
 * jobfilter.c decides which job passes a filter.
 */
#include "config.h"

#include <json-c/json.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/exitstatus.h"
#include "src/stepid.h"
#include "src/tasklist.h"
#include "wrappers/view/jobfilter.h"
#include "wrappers/view/jobrows.h"
#include "wrappers/output/json.h"
#include "wrappers/options/options.h"
#include "wrappers/slurm/api.h"
#include "wrappers/slurm/jobs.h"
#include "wrappers/view/steprows.h"
#include "wrappers/base/memory.h"
#include "wrappers/view/nodepattern.h"

#define NAME_MAX_BYTES 60
#define N_WORKERS 8

struct request {
	const char *config, *name, *partition, *state, *account, *user;
	bool json;
	struct crane_job_filter filter;
	struct crane_selector *ids;
	size_t n_ids;
	bool has_filter;
};

#define FIELD(name) offsetof(struct request, name)

static int add_nodes(void *request, const struct crane_opt_given *given, struct crane_error *err)
{
	struct request *me = request;
	const char *why_brackets;

	if (!given->text[0])
		return 0;
	if (crane_nodes_parse(given->text, &me->filter.nodes, &why_brackets, err) == 0)
		return 0;
	if (why_brackets)
		fprintf(stderr, "%s\n", why_brackets);
	return -1;
}

static const struct crane_opt rows[] = {
	CRANE_OPT_COMMON("ccancel", FIELD(config)),
	CRANE_OPT('A', "account", "string", STRING, LOCAL, FIELD(account), NULL, 0,
		  "cancel jobs of this account"),
	CRANE_OPT(0, "json", NULL, BOOL, LOCAL, FIELD(json), NULL, 0, "print JSON"),
	CRANE_OPT('n', "name", "string", STRING, LOCAL, FIELD(name), NULL, 0,
		  "cancel jobs of this name"),
	CRANE_OPT('w', "nodes", "strings", STRING, LOCAL, CRANE_OPT_NO_FIELD, add_nodes, 0,
		  "cancel jobs that run on any of these nodes"),
	CRANE_OPT('p', "partition", "string", STRING, LOCAL, FIELD(partition), NULL, 0,
		  "cancel jobs of this partition"),
	CRANE_OPT('t', "state", "string", STRING, LOCAL, FIELD(state), NULL, 0,
		  "cancel jobs in these states: pending, running, suspended, all"),
	CRANE_OPT('u', "user", "string", STRING, LOCAL, FIELD(user), NULL, 0,
		  "cancel jobs of this user"),
	CRANE_OPT_END
};

static const struct crane_command command = {
	.use = "ccancel [flags] [job_id[_task_id][.step_id][,...]]",
	.about = "Cancel pending or running jobs, or steps of running ones",
	.rows = rows,
	.max_words = 1,
};

static enum crane_exit refuse(const char *text)
{
	return crane_usage_error(&command, CRANE_EXIT_ARG, "%s", text);
}

/* -- the command line -------------------------------------------------------------------------- */

/*
 * The step that holds the job's resources cannot be named; all else is checked when the jobs are
 * known.
 */
static enum crane_exit refuse_daemon(const struct crane_id *id)
{
	struct crane_id job = *id;
	char text[CRANE_ID_TEXT_MAX];

	job.has_step = false;
	crane_id_format(&job, text);
	return crane_usage_error(&command, CRANE_EXIT_ARG,
				 "job id list must follow the format "
				 "<job_id>[_<array_task_id>][.<step_id>] or comma-separated list: "
				 "step 0 holds the resources of job %s and ends with it; "
				 "to end the job use ccancel %s",
				 text, text);
}

/* A job named as a whole takes its tasks and steps with it; nothing is ended twice. */
static bool is_covered(const struct request *me, const struct crane_selector *id)
{
	for (size_t i = 0; i < me->n_ids; i++) {
		const struct crane_selector *other = &me->ids[i];

		if (other->job_id == id->job_id &&
		    (other->task_id == id->task_id || other->task_id == CRANE_NO_ARRAY_TASK) &&
		    (other->step_id == CRANE_NO_STEP ||
		     (other->step_id == id->step_id && other->task_id == id->task_id)))
			return true;
	}
	return false;
}

/* 0: a job, 1: a task of an array, 2: a step. */
static int rank_of(const struct crane_id *id)
{
	return id->has_step ? 2 : id->has_task ? 1 : 0;
}

static enum crane_exit read_ids(struct request *me, const char *text)
{
	enum crane_exit status = CRANE_EXIT_OK;
	struct crane_error err;
	struct crane_id *ids;
	size_t n;

	if (crane_id_list_parse(text, CRANE_ID_STRICT | CRANE_ID_STEP_ZERO, &ids, &n, &err) != 0) {
		if (strncmp(err.text, "invalid", 7) != 0)
			return refuse(err.text);
		fprintf(stderr, "Error: Invalid job list specified: %s.\n\n", err.text);
		crane_options_usage(stderr, &command);
		fputc('\n', stderr);
		return CRANE_EXIT_ARG;
	}
	me->ids = crane_xcalloc(n, sizeof(*me->ids));
	/* Whole jobs first, so that they cover what is theirs wherever it stands; else as typed. */
	for (int rank = 0; rank <= 2; rank++) {
		for (size_t i = 0; i < n; i++) {
			struct crane_selector id = {
				.job_id = ids[i].job_id,
				.task_id = ids[i].has_task ? ids[i].task_id : CRANE_NO_ARRAY_TASK,
				.step_id = ids[i].has_step ? ids[i].step : CRANE_NO_STEP,
			};

			if (rank_of(&ids[i]) != rank)
				continue;
			if (id.step_id == CRANE_STEP_DAEMON) {
				status = refuse_daemon(&ids[i]);
				goto out;
			}
			if (is_covered(me, &id))
				continue;
			me->ids[me->n_ids++] = id;
		}
	}
out:
	free(ids);
	return status;
}

static void add_one(struct crane_strings *list, const char *text)
{
	if (text)
		crane_strings_addf(list, "%s", text);
}

static enum crane_exit read_request(struct request *me, const struct crane_parsed *line)
{
	struct crane_job_filter *filter = &me->filter;
	enum crane_exit status = CRANE_EXIT_OK;
	struct crane_error err;

	me->has_filter = me->name || me->partition || me->state || me->account || me->user ||
			 filter->nodes.n > 0;
	if (line->n_words == 0 && !me->has_filter)
		return refuse("at least one condition should be given.");
	if (me->name && strlen(me->name) > NAME_MAX_BYTES)
		return refuse("Invalid job name: name is too long (up to 60).");
	if (me->state && crane_states_parse(me->state, &filter->states, &err) != 0)
		return refuse(err.text);
	/* A job whose nodes are being prepared is no pending one. */
	if (filter->states & 1u << CRANE_RUNNING)
		filter->states |= 1u << CRANE_CONFIGURING;
	add_one(&filter->names, me->name);
	add_one(&filter->partitions, me->partition);
	add_one(&filter->accounts, me->account);
	add_one(&filter->users, me->user);
	if (line->n_words > 0)
		status = read_ids(me, line->words[0]);
	return status;
}

/* -- what to end ------------------------------------------------------------------------------- */

/* One thing to end, and what came of it. */
struct target {
	char *job;     /* "12", "10_3", "10_[4-9]", as told and as slurmctld is asked */
	uint32_t step; /* Crane's; CRANE_NO_STEP: the job */
	bool whole;    /* the job is to end, named by itself or by its PRIMARY step */
	uint32_t job_id, slurm_step; /* where it is not */
	bool pending;
	const char *reason; /* it cannot be done; static. NULL, and [failed]: see why */
	bool failed;
	struct crane_slurm_error why;
};

struct targets {
	struct target *target;
	size_t n;
};

static struct target *add_target(struct targets *targets, char *job, uint32_t step)
{
	struct target *target;

	if ((targets->n & (targets->n + 1)) == 0)
		targets->target =
			crane_xrealloc(targets->target, 2 * (targets->n + 1), sizeof(*target));
	target = &targets->target[targets->n++];
	*target = (struct target){ .job = job, .step = step, .whole = step == CRANE_NO_STEP };
	return target;
}

/* NULL: it is done. */
static const char *reason_of(const struct target *target)
{
	return target->reason ? target->reason : target->failed ? target->why.text : NULL;
}

static void clear_targets(struct targets *targets)
{
	for (size_t i = 0; i < targets->n; i++)
		free(targets->target[i].job);
	free(targets->target);
}

/*
 * What slurmctld calls a record: "12", "10_3", or "10_[4-9]" for tasks of an array that wait
 * together.
 */
static char *record_id(const struct crane_job *job)
{
	if (!job->array_id)
		return crane_xasprintf("%u", job->job_id);
	if (job->task_id != CRANE_NO_ARRAY_TASK)
		return crane_xasprintf("%u_%u", job->array_id, job->task_id);
	/* "%4" behind the tasks bounds how many run at once. */
	return crane_xasprintf("%u_[%.*s]", job->array_id, (int)strcspn(job->waiting_tasks, "%"),
			       job->waiting_tasks);
}

/* The live records of one job or one array: some, all or none of them pass the filter. */
static void add_records(const struct request *me, const struct crane_job *const *live, size_t n,
			char *whole_id, struct targets *targets)
{
	size_t passing = 0;
	bool pending = true;

	for (size_t i = 0; i < n; i++) {
		passing += crane_job_filter_matches(&me->filter, live[i]);
		pending &= live[i]->state == CRANE_PENDING;
	}
	if (passing == n) {
		add_target(targets, whole_id, CRANE_NO_STEP)->pending = pending;
		return;
	}
	free(whole_id);
	for (size_t i = 0; i < n; i++) {
		if (crane_job_filter_matches(&me->filter, live[i]))
			add_target(targets, record_id(live[i]), CRANE_NO_STEP)->pending =
				live[i]->state == CRANE_PENDING;
	}
}

static int by_array(const void *a, const void *b)
{
	const struct crane_job *left = *(const struct crane_job *const *)a;
	const struct crane_job *right = *(const struct crane_job *const *)b;
	uint32_t left_id = left->array_id ? left->array_id : left->job_id;
	uint32_t right_id = right->array_id ? right->array_id : right->job_id;

	if (left_id != right_id)
		return left_id < right_id ? -1 : 1;
	return left->job_id < right->job_id ? -1 : left->job_id > right->job_id;
}

/*
 * Jobs by number, records of an array side by side; those of other users only where they were asked
 * for.
 */
static void add_by_filter(const struct request *me, const struct crane_jobs *jobs, bool everyone,
			  struct targets *targets)
{
	const struct crane_job **live = crane_xcalloc(jobs->n, sizeof(*live));
	uint32_t uid = getuid();
	size_t n = 0;

	for (size_t i = 0; i < jobs->n; i++) {
		if (!jobs->job[i].ended && (everyone || jobs->job[i].uid == uid))
			live[n++] = &jobs->job[i];
	}
	if (n)
		qsort(live, n, sizeof(*live), by_array);
	for (size_t i = 0, end; i < n; i = end) {
		uint32_t array_id = live[i]->array_id;

		end = i + 1;
		while (array_id && end < n && live[end]->array_id == array_id)
			end++;
		add_records(me, live + i, end - i,
			    crane_xasprintf("%u", array_id ? array_id : live[i]->job_id), targets);
	}
	free(live);
}

/*
 * The live records that [id] names; of one that stands for many waiting tasks, *one_of_many tells.
 * Returns how many.
 */
static size_t find_live(const struct crane_jobs *jobs, const struct crane_selector *id,
			const struct crane_job **live, bool *one_of_many)
{
	bool task = id->task_id != CRANE_NO_ARRAY_TASK;
	size_t n = 0;

	*one_of_many = false;
	for (size_t i = 0; i < jobs->n; i++) {
		const struct crane_job *job = &jobs->job[i];

		if (job->ended)
			continue;
		if (!task && (job->array_id == id->job_id || job->job_id == id->job_id)) {
			live[n++] = job;
		} else if (task && job->array_id == id->job_id) {
			bool many = job->task_id == CRANE_NO_ARRAY_TASK;

			if (many ? crane_tasklist_has(job->waiting_tasks, id->task_id) !=
					    CRANE_TASKLIST_YES :
				   job->task_id != id->task_id)
				continue;
			*one_of_many = many;
			live[n++] = job;
		}
	}
	return n;
}

static void add_step(const struct request *me, const struct crane_selector *id,
		     const struct crane_job *job, struct targets *targets)
{
	bool whole_array = id->task_id == CRANE_NO_ARRAY_TASK && job->array_id == id->job_id;
	struct target *target;

	if (!crane_job_filter_matches(&me->filter, job))
		return;
	target = add_target(targets, crane_selector_print(id), id->step_id);
	target->job_id = job->job_id;
	if (whole_array)
		target->reason = "Array parent has no steps";
	else if (job->state == CRANE_PENDING)
		target->reason = "The job is pending and has no steps yet";
	else if (id->step_id == CRANE_STEP_PRIMARY)
		target->whole = true;
	else if (!crane_step_slurm_number(job, id->step_id, &target->slurm_step))
		target->reason = "Step not found";
}

static void add_by_id(const struct request *me, const struct crane_jobs *jobs,
		      struct targets *targets)
{
	const struct crane_job **live = crane_xcalloc(jobs->n, sizeof(*live));

	for (size_t i = 0; i < me->n_ids; i++) {
		const struct crane_selector *id = &me->ids[i];
		bool one_of_many;
		size_t n = find_live(jobs, id, live, &one_of_many);

		if (n == 0)
			add_target(targets, crane_selector_print(id), CRANE_NO_STEP)->reason =
				"Job not found";
		else if (id->step_id != CRANE_NO_STEP)
			add_step(me, id, live[0], targets);
		else
			add_records(me, live, n, crane_selector_print(id), targets);
	}
	free(live);
}

/* Load as little as answers the question. */
static int load_jobs(const struct request *me, struct crane_jobs *jobs,
		     struct crane_slurm_error *why)
{
	bool one = me->n_ids > 0;
	uint32_t uid;

	for (size_t i = 0; i < me->n_ids; i++)
		one &= me->ids[i].job_id == me->ids[0].job_id;
	if (one)
		return crane_slurm_load_job(me->ids[0].job_id, true, jobs, why);
	if (me->n_ids == 0 && crane_job_filter_one_user(&me->filter, &uid))
		return crane_slurm_load_user_jobs(uid, true, jobs, why);
	return crane_slurm_load_jobs(true, jobs, why);
}

static int choose_targets(const struct request *me, struct targets *targets,
			  struct crane_slurm_error *why)
{
	struct crane_jobs jobs = { 0 };
	bool only_jobs = me->n_ids > 0 && !me->has_filter;
	int rc = 0, everyone = 1;

	for (size_t i = 0; i < me->n_ids; i++)
		only_jobs &= me->ids[i].step_id == CRANE_NO_STEP;
	if (only_jobs) {
		/* slurmctld knows best: no need to ask it anything first. */
		for (size_t i = 0; i < me->n_ids; i++)
			add_target(targets, crane_selector_print(&me->ids[i]), CRANE_NO_STEP);
		return 0;
	}
	if (me->n_ids == 0 && !me->user)
		everyone = crane_slurm_is_superuser(getuid(), why);
	if (everyone < 0)
		return -1;
	rc = load_jobs(me, &jobs, why);
	if (rc != 0 && why->failure == CRANE_SLURM_NO_JOB)
		rc = 0;
	if (rc == 0 && me->n_ids > 0)
		add_by_id(me, &jobs, targets);
	else if (rc == 0)
		add_by_filter(me, &jobs, everyone, targets);
	crane_jobs_free(&jobs);
	return rc;
}

/* -- ending ------------------------------------------------------------------------------------ */

static void end_target(struct target *target)
{
	enum crane_kill_answer answer;

	if (target->reason)
		return;
	answer = target->whole ?
			 crane_slurm_kill_job(target->job, &target->why) :
			 crane_slurm_kill_step(target->job_id, target->slurm_step, &target->why);
	switch (answer) {
	case CRANE_KILL_OK:
		break;
	case CRANE_KILL_NOT_FOUND:
		target->reason = target->whole ? "Job not found" : "Step not found";
		break;
	case CRANE_KILL_DENIED:
		target->reason = "Permission Denied";
		break;
	case CRANE_KILL_FAILED:
		target->failed = true;
		break;
	}
}

struct work {
	struct targets *targets;
	bool whole;
	atomic_size_t next;
};

static void *end_some(void *arg)
{
	struct work *work = arg;
	size_t i;

	while ((i = atomic_fetch_add(&work->next, 1)) < work->targets->n) {
		if (work->targets->target[i].whole == work->whole)
			end_target(&work->targets->target[i]);
	}
	return NULL;
}

/* Every target costs one round trip to slurmctld: several are under way at a time. */
static void end_kind(struct targets *targets, bool whole)
{
	struct work work = { .targets = targets, .whole = whole };
	pthread_t worker[N_WORKERS - 1];
	size_t n = 0;

	while (n < N_WORKERS - 1 && n + 1 < targets->n / 2) {
		if (pthread_create(&worker[n], NULL, end_some, &work) != 0)
			break;
		n++;
	}
	end_some(&work);
	while (n > 0)
		pthread_join(worker[--n], NULL);
}

/*
 * Steps first: a job that ends takes its steps with it, and then nobody could tell whether they
 * were there.
 */
static void end_all(struct targets *targets)
{
	bool any_step = false;

	for (size_t i = 0; i < targets->n; i++)
		any_step |= !targets->target[i].whole;
	if (any_step)
		end_kind(targets, false);
	end_kind(targets, true);
}

/* -- telling ----------------------------------------------------------------------------------- */

/* "Job 1,2" or "Step 5.2,5.3", with [before] where there is any. */
static bool print_done(const struct targets *targets, const char *before, bool steps)
{
	const char *separator = before;

	/* Pending jobs first, then those that ran. */
	for (int running = 0; running < 2; running++) {
		for (size_t i = 0; i < targets->n; i++) {
			const struct target *target = &targets->target[i];

			if (reason_of(target) || steps != (target->step != CRANE_NO_STEP) ||
			    target->pending != (running == 0))
				continue;
			printf("%s%s", separator, target->job);
			if (steps)
				printf(".%u", target->step);
			separator = ",";
		}
	}
	return separator != before;
}

static void print_text(const struct targets *targets)
{
	bool jobs = print_done(targets, "Job ", false);
	bool steps = print_done(targets, jobs ? " Step " : "Step ", true);

	if (jobs || steps)
		puts(" cancelled successfully.");
	for (size_t i = 0; i < targets->n; i++) {
		const struct target *target = &targets->target[i];
		const char *reason = reason_of(target);

		if (reason && target->step == CRANE_NO_STEP)
			printf("Failed to cancel job: %s. Reason: %s.\n", target->job, reason);
		else if (reason)
			printf("Failed to cancel step: %s-%u. Reason: %s.\n", target->job,
			       target->step, reason);
	}
}

static struct json_object *array_in(struct json_object *object, const char *key)
{
	struct json_object *array;

	if (json_object_object_get_ex(object, key, &array))
		return array;
	array = json_object_new_array();
	crane_json_put(object, key, array);
	return array;
}

/* The object of a job in [map]. */
static struct json_object *object_in(struct json_object *map, const char *job)
{
	struct json_object *object;

	if (json_object_object_get_ex(map, job, &object))
		return object;
	object = json_object_new_object();
	crane_json_put(map, job, object);
	return object;
}

static int by_job_text(const void *a, const void *b)
{
	const struct target *left = a, *right = b;
	int order = strcmp(left->job, right->job);

	if (order)
		return order;
	return left->step < right->step ? -1 : left->step > right->step;
}

static void add_failure(struct json_object *map, const struct target *target)
{
	struct json_object *object = object_in(map, target->job), *ids, *reasons;
	bool is_step = target->step != CRANE_NO_STEP;
	const char *reason = reason_of(target);

	if (!is_step || !json_object_object_get_ex(object, "reason", NULL))
		crane_json_put(object, "reason", json_object_new_string(is_step ? "" : reason));
	ids = array_in(object, "step_ids");
	reasons = array_in(object, "step_reasons");
	if (!is_step)
		return;
	crane_json_append(ids, json_object_new_int64(target->step));
	crane_json_append(reasons, json_object_new_string(reason));
}

/* Keys come sorted. */
static void print_json(struct targets *targets)
{
	struct json_object *all = crane_json_must(json_object_new_object());
	struct json_object *done = crane_json_must(json_object_new_object());
	struct json_object *failed = crane_json_must(json_object_new_object());

	if (targets->n)
		qsort(targets->target, targets->n, sizeof(*targets->target), by_job_text);
	for (size_t i = 0; i < targets->n; i++) {
		const struct target *target = &targets->target[i];
		struct json_object *steps;

		if (reason_of(target)) {
			add_failure(failed, target);
			continue;
		}
		steps = array_in(object_in(done, target->job), "steps");
		if (target->step != CRANE_NO_STEP)
			crane_json_append(steps, json_object_new_int64(target->step));
	}
	crane_json_put(all, "cancelled_steps", done);
	crane_json_put(all, "not_cancelled_job_steps", failed);
	crane_json_print(all);
}

static enum crane_exit tell_failure(const struct crane_slurm_error *why)
{
	bool lost = why->failure == CRANE_SLURM_UNREACHABLE;

	fprintf(stderr, "slurm: %s\nFailed to cancel jobs: %s\n", why->text,
		lost ? CRANE_BROKEN "." : "Access denied.");
	return lost ? CRANE_EXIT_NETWORK : CRANE_EXIT_BACKEND;
}

static enum crane_exit tell(const struct request *me, struct targets *targets)
{
	size_t failed = 0, lost = 0;

	for (size_t i = 0; i < targets->n; i++) {
		const struct target *target = &targets->target[i];

		failed += reason_of(target) != NULL;
		lost += target->failed && target->why.failure == CRANE_SLURM_UNREACHABLE;
	}
	/* Nobody was there at all: no list of what was not done. */
	if (lost == targets->n && lost > 0)
		return tell_failure(&targets->target[0].why);
	if (me->json)
		print_json(targets);
	else
		print_text(targets);
	if (failed == 0)
		return CRANE_EXIT_OK;
	fputs("some jobs were not cancelled\n", stderr);
	return CRANE_EXIT_BACKEND;
}

static enum crane_exit run(const struct request *me)
{
	struct targets targets = { 0 };
	struct crane_slurm_error why;
	enum crane_exit status;

	crane_slurm_begin(me->config);
	if (choose_targets(me, &targets, &why) != 0) {
		status = tell_failure(&why);
	} else {
		end_all(&targets);
		status = tell(me, &targets);
	}
	clear_targets(&targets);
	return status;
}

int main(int argc, char **argv)
{
	struct request request = { 0 };
	struct crane_parsed line = { 0 };
	struct crane_error err;
	enum crane_exit status;

	if (!crane_options_start(&command, argc, argv, &line, &status))
		goto out;
	if (crane_options_apply(&line, &request, &err) != CRANE_APPLIED) {
		status = refuse(err.text);
		goto out;
	}
	if (crane_config_is_missing(request.config)) {
		status = CRANE_EXIT_ARG;
		goto out;
	}
	status = read_request(&request, &line);
	if (status == CRANE_EXIT_OK)
		status = run(&request);
out:
	crane_job_filter_clear(&request.filter);
	free(request.ids);
	crane_parsed_clear(&line);
	return status;
}
