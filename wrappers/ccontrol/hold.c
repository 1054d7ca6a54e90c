/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccontrol hold and release. A hold with an end is a begin time and a mark in the comment
 * (wrappers/slurm/holdmark.h).
 */
#include "config.h"

#include "wrappers/ccontrol/hold.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "src/duration.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/strings.h"
#include "wrappers/ccontrol/outcome.h"
#include "wrappers/ccontrol/targets.h"
#include "wrappers/ccontrol/verb.h"
#include "wrappers/slurm/jobs.h"
#include "wrappers/view/jobstate.h"
#include "wrappers/slurm/jobchange.h"

struct holding {
	bool release;
	uint64_t hold_sec; /* 0 is a hold without end */
	time_t now;
};

/* Returns true if the record is held with an end. Out: *begin, its begin time after that. */
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

/*
 * Returns the begin time that the user asked for, or 0. The plugin's gate is not the user's begin
 * time; the record has that.
 */
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
 * Out: *update, for [record] or for all records of its target; *comment, the text to free after the
 * call, or NULL.
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
		/* A hold without an end becomes a hold with an end. */
		update->set_priority = record->priority == 0;
		update->priority = CRANE_PRIORITY_COMPUTED;
	} else {
		/* Slurm computes the priority again if a job is released that is not held. */
		update->set_priority = !holding->release || record->priority == 0;
		update->priority = holding->release ? CRANE_PRIORITY_COMPUTED : 0;
		if (timer) {
			update->begin_time = begin > holding->now ? begin : holding->now;
			*comment = crane_xstrdup(record->comment);
		}
	}
	update->comment = *comment;
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
 * Returns true if each record of an array needs a call of its own: what is written differs between
 * them, or tasks run, which Slurm would hold for the time after a requeue.
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
		/* A release changes nothing in records that are not held. */
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
	char *absent = crane_target_reason(target, "was not found in pending queue");

	if (!crane_target_is(target, 1U << CRANE_PENDING)) {
		crane_outcome_refused(outcome, target, absent);
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

enum crane_exit crane_hold(const struct crane_control *line)
{
	static const char *const known[] = { "timelimit", NULL };
	const char *limit = crane_control_value(line, "timelimit");
	struct holding holding = { 0 };
	struct crane_error err;

	if (!crane_control_has_ids(line, known))
		return CRANE_EXIT_ARG;
	if (limit && crane_timelimit_parse(limit, &holding.hold_sec, &err) != 0)
		return crane_control_fail(CRANE_EXIT_GENERIC, "hold jobs failed: %s", err.text);
	if (limit && holding.hold_sec == 0)
		return crane_control_fail(CRANE_EXIT_GENERIC,
					  "hold jobs failed: Hold time must be greater than 0.");
	/* A time above the longest delay is a hold without end. */
	if (holding.hold_sec > CRANE_DELAY_MAX_SEC)
		holding.hold_sec = 0;
	return hold_or_release(line, &holding, "hold");
}

enum crane_exit crane_release(const struct crane_control *line)
{
	static const char *const known[] = { NULL };
	struct holding holding = { .release = true };

	if (!crane_control_has_ids(line, known))
		return CRANE_EXIT_ARG;
	return hold_or_release(line, &holding, "release");
}
