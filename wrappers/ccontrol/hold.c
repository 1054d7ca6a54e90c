/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccontrol hold, release, suspend, resume and requeue (spec/cli-control.md sections 4.2 to 4.4).
 * Who may is Slurm's to say: owners hold, release and requeue their own jobs, operators suspend and
 * resume.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "src/duration.h"
#include "wrappers/ccontrol/targets.h"
#include "wrappers/output/json.h"
#include "wrappers/slurm/jobs.h"
#include "wrappers/view/jobstate.h"

#define PENDING (1U << CRANE_PENDING)
#define RUNNING (1U << CRANE_RUNNING)
#define SUSPENDED (1U << CRANE_SUSPENDED)

static const char *const no_keys[] = { NULL };
static const char *const hold_keys[] = { "timelimit", NULL };

/* -- hold and release -------------------------------------------------------------------------- */

struct holding {
	bool release;
	uint64_t hold_sec; /* 0: for ever */
	time_t now;
};

/* Until when the record is held with an end, and the begin time it then gets back. */
static bool has_timer(const struct crane_job *record, time_t now, time_t *begin)
{
	struct crane_job_dependency dependency;
	time_t until;

	crane_job_dependency_read(record, now, &dependency);
	until = crane_job_hold_until(record, &dependency, now);
	crane_job_dependency_clear(&dependency);
	*begin = record->hold.begin;
	return until != 0;
}

/* The begin time that the user asked for, 0: none. The plugin's gate is none. */
static time_t own_begin(const struct crane_job *record, time_t now)
{
	struct crane_job_dependency dependency;
	time_t begin = record->begin_time;

	if (has_timer(record, now, &begin))
		return begin;
	crane_job_dependency_read(record, now, &dependency);
	begin = dependency.record ? (time_t)dependency.record->begin_time : record->begin_time;
	crane_job_dependency_clear(&dependency);
	return begin > now ? begin : 0;
}

/*
 * What to ask of Slurm for one record, or for all records of a target, [record] being any of them.
 */
static void make_update(const struct holding *holding, const struct crane_job *record,
			struct crane_job_update *update, char **comment)
{
	time_t begin = 0;
	bool timer = has_timer(record, holding->now, &begin);

	memset(update, 0, sizeof(*update));
	*comment = NULL;
	update->user_hold = record->uid == getuid();
	if (!holding->release && holding->hold_sec) {
		struct crane_hold_mark mark = { holding->now + (time_t)holding->hold_sec,
						own_begin(record, holding->now) };

		*comment = crane_hold_mark_put(record->comment, &mark);
		update->begin_time = mark.begin > mark.until ? mark.begin : mark.until;
		/* A hold without an end becomes one with an end. */
		update->set_priority = record->priority == 0;
		update->priority = CRANE_PRIORITY_COMPUTED;
	} else {
		/*
		 * Slurm takes a release of what is not held as a wish to compute its priority anew.
		 */
		update->set_priority = !holding->release || record->priority == 0;
		update->priority = holding->release ? CRANE_PRIORITY_COMPUTED : 0;
		if (timer) {
			update->begin_time = begin > holding->now ? begin : holding->now;
			*comment = crane_xstrdup(record->comment);
		}
	}
	update->comment = *comment;
}

static char *absent_text(const struct crane_target *target)
{
	if (target->selector.task_id != CRANE_NO_ARRAY_TASK && target->n_records == 0)
		return crane_xasprintf("Array task %s: Job not found", target->id);
	return crane_xasprintf("Job #%s was not found in pending queue", target->id);
}

static bool hold_one(const struct holding *holding, const struct crane_target *target,
		     const struct crane_job *record, const char *id, const char *absent,
		     struct crane_outcome *outcome)
{
	struct crane_task_answers answers = { 0 };
	struct crane_job_update update;
	struct crane_slurm_error why = { 0 };
	char *comment;
	bool done;
	int rc;

	make_update(holding, record, &update, &comment);
	rc = crane_slurm_update_job(id, &update, &answers, &why);
	done = crane_outcome_take(outcome, target, rc, &answers, &why, absent);
	crane_task_answers_clear(&answers);
	free(comment);
	return done;
}

static bool is_waiting(const struct crane_job *record)
{
	return !record->ended && record->state == CRANE_PENDING;
}

/*
 * Records of an array may differ in what is to be written into them; and Slurm would hold tasks
 * that run, for the day when they are requeued.
 */
static bool needs_each(const struct holding *holding, const struct crane_target *target)
{
	const struct crane_job *first = NULL;
	time_t begin;

	for (size_t i = 0; target->array && i < target->n_records; i++) {
		const struct crane_job *record = target->record[i];

		if (record->ended)
			continue;
		if (!is_waiting(record))
			return true;
		if (holding->hold_sec || has_timer(record, holding->now, &begin))
			return true;
		/* A release asks nothing of those that are not held. */
		if (first && (first->priority == 0) != (record->priority == 0))
			return true;
		first = record;
	}
	return false;
}

static bool is_held(const struct crane_target *target, time_t now)
{
	time_t begin;

	for (size_t i = 0; i < target->n_records; i++) {
		const struct crane_job *record = target->record[i];

		if (is_waiting(record) && (record->priority == 0 || has_timer(record, now, &begin)))
			return true;
	}
	return false;
}

static void hold_target(const struct holding *holding, const struct crane_target *target,
			struct crane_outcome *outcome)
{
	bool each = needs_each(holding, target), done = false, held = is_held(target, holding->now);
	char *absent = absent_text(target);

	if (!crane_target_is(target, PENDING)) {
		crane_outcome_refused(outcome, target, "%s", absent);
		free(absent);
		return;
	}
	for (size_t i = 0; i < target->n_records && (each || !done); i++) {
		char *id;

		if (!is_waiting(target->record[i]))
			continue;
		id = each ? crane_target_record_id(target, target->record[i]) :
			    crane_xstrdup(target->id);
		done |= hold_one(holding, target, target->record[i], id, absent, outcome);
		free(id);
		if (!each)
			break;
	}
	if (done && holding->release && !held)
		crane_strings_addf(&outcome->notes, "Job %s is not held.", target->id);
	if (done)
		crane_outcome_done(outcome, target);
	free(absent);
}

static enum crane_exit hold_or_release(const struct crane_control *line, struct holding *holding,
				       const char *verb)
{
	char *prefix = crane_xasprintf("%s jobs failed: ", verb);
	struct crane_targets targets = { 0 };
	struct crane_outcome outcome = { 0 };
	enum crane_exit status = CRANE_EXIT_GENERIC;
	struct crane_slurm_error why;
	struct crane_error err;

	if (crane_targets_parse(line->id, verb, &targets, &err) != 0) {
		crane_control_fail(status, "%sInvalid job list specified: %s.", prefix, err.text);
		goto out;
	}
	crane_slurm_begin(line->config);
	if (crane_targets_load(&targets, &why) != 0) {
		status = crane_control_call_failed(prefix, "Failed to modify the job", &why);
		goto out;
	}
	holding->now = time(NULL);
	for (size_t i = 0; i < targets.n; i++)
		hold_target(holding, &targets.target[i], &outcome);
	status = crane_outcome_tell(&outcome, prefix, line->json, CRANE_EXIT_GENERIC);
out:
	crane_outcome_clear(&outcome);
	crane_targets_clear(&targets);
	free(prefix);
	return status;
}

/* An id, and no key that the verb does not have. */
static bool has_ids(const struct crane_control *line, const char *const *known)
{
	if (!line->id || !line->id[0]) {
		crane_control_fail(CRANE_EXIT_ARG, "no job id specified");
		return false;
	}
	return !crane_control_refuse_unknown(line, known);
}

enum crane_exit crane_hold(const struct crane_control *line)
{
	const char *limit = crane_control_value(line, "timelimit");
	struct holding holding = { 0 };
	struct crane_error err;

	if (!has_ids(line, hold_keys))
		return CRANE_EXIT_ARG;
	if (limit && crane_timelimit_parse(limit, &holding.hold_sec, &err) != 0)
		return crane_control_fail(CRANE_EXIT_GENERIC, "hold jobs failed: %s", err.text);
	if (limit && holding.hold_sec == 0)
		return crane_control_fail(CRANE_EXIT_GENERIC,
					  "hold jobs failed: Hold time must be greater than 0.");
	/* Longer than any delay is for ever. */
	if (holding.hold_sec > CRANE_DELAY_MAX_SEC)
		holding.hold_sec = 0;
	return hold_or_release(line, &holding, "hold");
}

enum crane_exit crane_release(const struct crane_control *line)
{
	struct holding holding = { .release = true };

	if (!has_ids(line, no_keys))
		return CRANE_EXIT_ARG;
	return hold_or_release(line, &holding, "release");
}

/* -- suspend and resume ------------------------------------------------------------------------ */

static void suspend_target(enum crane_job_verb verb, const struct crane_target *target,
			   struct crane_outcome *outcome)
{
	bool suspend = verb == CRANE_JOB_SUSPEND;
	struct crane_task_answers answers = { 0 };
	struct crane_slurm_error why = { 0 };
	char *absent;
	int rc;

	if (target->n_records == 0) {
		if (target->selector.task_id != CRANE_NO_ARRAY_TASK)
			crane_outcome_refused(outcome, target, "Array task %s: Job not found",
					      target->id);
		else
			crane_outcome_refused(outcome, target, "Job #%s does not exist",
					      target->id);
		return;
	}
	absent = crane_xasprintf(suspend ? "Job #%s is not in a suspendable state" :
					   "Job #%s is not suspended",
				 target->id);
	if (!crane_target_is(target, suspend ? RUNNING : SUSPENDED)) {
		crane_outcome_refused(outcome, target, "%s", absent);
	} else {
		rc = crane_slurm_job_verb(verb, target->id, &answers, &why);
		if (crane_outcome_take(outcome, target, rc, &answers, &why, absent))
			crane_outcome_done(outcome, target);
		crane_task_answers_clear(&answers);
	}
	free(absent);
}

static enum crane_exit suspend_or_resume(const struct crane_control *line, enum crane_job_verb verb,
					 const char *name)
{
	char *prefix = crane_xasprintf("%s jobs failed: ", name);
	char *context = crane_xasprintf("Failed to %s jobs", name);
	struct crane_targets targets = { 0 };
	struct crane_outcome outcome = { 0 };
	enum crane_exit status = CRANE_EXIT_GENERIC;
	struct crane_slurm_error why;
	struct crane_error err;

	if (crane_targets_parse(line->id, name, &targets, &err) != 0) {
		crane_control_fail(status, "%sinvalid job list: %s", prefix, err.text);
		goto out;
	}
	crane_slurm_begin(line->config);
	if (crane_targets_load(&targets, &why) != 0) {
		status = crane_control_call_failed(prefix, context, &why);
		goto out;
	}
	for (size_t i = 0; i < targets.n; i++)
		suspend_target(verb, &targets.target[i], &outcome);
	status = crane_outcome_tell(&outcome, prefix, line->json,
				    line->json ? CRANE_EXIT_BACKEND : CRANE_EXIT_GENERIC);
out:
	crane_outcome_clear(&outcome);
	crane_targets_clear(&targets);
	free(prefix);
	free(context);
	return status;
}

enum crane_exit crane_suspend(const struct crane_control *line)
{
	if (!has_ids(line, no_keys))
		return CRANE_EXIT_ARG;
	return suspend_or_resume(line, CRANE_JOB_SUSPEND, "suspend");
}

enum crane_exit crane_resume(const struct crane_control *line)
{
	if (!has_ids(line, no_keys))
		return CRANE_EXIT_ARG;
	return suspend_or_resume(line, CRANE_JOB_RESUME, "resume");
}

/* -- requeue ----------------------------------------------------------------------------------- */

static void requeue_target(const struct crane_target *target, struct crane_outcome *outcome)
{
	struct crane_task_answers answers = { 0 };
	struct crane_slurm_error why = { 0 };
	int rc;

	if (target->array) {
		crane_outcome_refused(outcome, target, "Requeue array parent is not supported");
		return;
	}
	/* Slurm would also run again what has ended; to Crane that is another job. */
	if (!crane_target_is(target, RUNNING | SUSPENDED | 1U << CRANE_CONFIGURING)) {
		crane_outcome_refused(outcome, target, "Job not found or not running");
		return;
	}
	rc = crane_slurm_job_verb(CRANE_JOB_REQUEUE, target->id, &answers, &why);
	if (crane_outcome_take(outcome, target, rc, &answers, &why, "Job not found or not running"))
		crane_outcome_done(outcome, target);
	crane_task_answers_clear(&answers);
}

static const char *requeue_reason(const char *reason)
{
	return strcmp(reason, "User has insufficient privilege") == 0 ? "Permission denied" :
									reason;
}

static enum crane_exit tell_requeue(struct crane_outcome *outcome, bool json)
{
	if (json) {
		struct json_object *reply = crane_json_object();
		struct json_object *refused = crane_json_object();

		for (size_t i = 0; i < outcome->refused.n; i++)
			crane_json_put(refused, outcome->refused.item[i],
				       crane_json_text(requeue_reason(outcome->reasons.item[i])));
		crane_json_put(reply, "requeued_jobs",
			       outcome->done_numbers ? outcome->done_numbers : crane_json_array());
		outcome->done_numbers = NULL;
		crane_json_put(reply, "not_requeued_jobs", refused);
		crane_json_print(reply);
	}
	for (size_t i = 0; !json && i < outcome->done.n; i++)
		printf("Job %s requeued successfully.\n", outcome->done.item[i]);
	for (size_t i = 0; !json && i < outcome->refused.n; i++)
		printf("Job %s failed to requeue: %s\n", outcome->refused.item[i],
		       requeue_reason(outcome->reasons.item[i]));
	fflush(stdout);
	for (size_t i = 0; i < outcome->slurm.n; i++)
		crane_control_fail(CRANE_EXIT_BACKEND, "slurm: %s", outcome->slurm.item[i]);
	return outcome->refused.n ? CRANE_EXIT_BACKEND : CRANE_EXIT_OK;
}

/* A task that is not there makes the whole list a bad one. */
static bool all_tasks_known(const struct crane_targets *targets)
{
	for (size_t i = 0; i < targets->n; i++) {
		const struct crane_target *target = &targets->target[i];

		if (target->selector.task_id == CRANE_NO_ARRAY_TASK || crane_target_is(target, ~0U))
			continue;
		crane_control_fail(CRANE_EXIT_ARG,
				   "Invalid job list specified: job %s is not running.",
				   target->id);
		return false;
	}
	return true;
}

enum crane_exit crane_requeue(const struct crane_control *line)
{
	struct crane_targets targets = { 0 };
	struct crane_outcome outcome = { 0 };
	enum crane_exit status = CRANE_EXIT_ARG;
	struct crane_slurm_error why;
	struct crane_error err;

	if (!has_ids(line, no_keys))
		return CRANE_EXIT_ARG;
	if (crane_targets_parse(line->id, "requeue", &targets, &err) != 0) {
		crane_control_fail(status, "Invalid job list specified: %s.", err.text);
		goto out;
	}
	crane_slurm_begin(line->config);
	if (crane_targets_load(&targets, &why) != 0) {
		crane_control_call_failed("", "Failed to requeue the job", &why);
		status = crane_slurm_cause(&why) == CRANE_CAUSE_UNREACHABLE ? CRANE_EXIT_NETWORK :
									      CRANE_EXIT_BACKEND;
		goto out;
	}
	if (!all_tasks_known(&targets))
		goto out;
	for (size_t i = 0; i < targets.n; i++)
		requeue_target(&targets.target[i], &outcome);
	status = tell_requeue(&outcome, line->json);
out:
	crane_outcome_clear(&outcome);
	crane_targets_clear(&targets);
	return status;
}
