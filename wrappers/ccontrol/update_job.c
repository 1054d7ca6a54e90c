/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccontrol update jobid=IDS KEY=VALUE... All values are read before anything is changed; then each
 * attribute is changed and reported on its own.
 */
#include "config.h"

#include "wrappers/ccontrol/update_job.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "src/duration.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/strings.h"
#include "wrappers/ccontrol/outcome.h"
#include "wrappers/ccontrol/targets.h"
#include "wrappers/ccontrol/verb.h"
#include "wrappers/options/timepoint.h"
#include "wrappers/slurm/jobcomment.h"
#include "wrappers/slurm/jobs.h"
#include "wrappers/slurm/jobchange.h"

#define PENDING (1U << CRANE_PENDING)
#define LIVE                                                                                       \
	(PENDING | 1U << CRANE_RUNNING | 1U << CRANE_SUSPENDED | 1U << CRANE_CONFIGURING |         \
	 1U << CRANE_COMPLETING)

enum attribute { PRIORITY, TIME_LIMIT, EXTRA, DEADLINE, N_ATTRIBUTES };

static const struct {
	const char *prefix;
	unsigned states;    /* in which jobs can be changed */
	const char *absent; /* printed for a job in another state */
} attributes[N_ATTRIBUTES] = {
	[PRIORITY] = { "change job priority failed: ", PENDING, "was not found in pending queue" },
	[TIME_LIMIT] = { "change job time limit failed: ", LIVE,
			 "was not found in running or pending queue" },
	[EXTRA] = { "change job ExtraAttrs failed: ", LIVE, "was not found in pd/r queue" },
	[DEADLINE] = { "change task deadline failed: ", LIVE,
		       "was not found in running or pending queue" },
};

/* The changes that the sentence requests. */
struct wishes {
	bool wanted[N_ATTRIBUTES];
	struct crane_job_update update[N_ATTRIBUTES];
	const char *refusal[N_ATTRIBUTES]; /* NULL, or why no job is changed; Slurm is not asked */
};

/* -- values ------------------------------------------------------------------------------------ */

static enum crane_exit read_priority(const char *text, struct wishes *wishes)
{
	struct crane_job_update *update = &wishes->update[PRIORITY];
	double value, whole;
	char *end;

	errno = 0;
	value = strtod(text, &end);
	if (end == text || *end || errno || !isfinite(value))
		return crane_control_fail(CRANE_EXIT_ARG, "Invalid priority value to modify: %s",
					  text);
	if (value < 0)
		return crane_control_fail(CRANE_EXIT_GENERIC,
					  "%sPriority must be greater than or equal to 0.",
					  attributes[PRIORITY].prefix);
	whole = round(value);
	if (whole > 4294967293.0)
		return crane_control_fail(CRANE_EXIT_GENERIC,
					  "%sPriority must be less than 4294967294.",
					  attributes[PRIORITY].prefix);
	if (whole != value)
		crane_control_fail(CRANE_EXIT_OK, "Priority will be rounded to %.0f", whole);
	if (whole == 0)
		crane_control_fail(CRANE_EXIT_OK, "Mandated priority equals 0 means the scheduling "
						  "priority will be calculated.");
	update->set_priority = true;
	update->priority = whole > 0 ? (uint32_t)whole : CRANE_PRIORITY_COMPUTED;
	return CRANE_EXIT_OK;
}

static enum crane_exit read_limit(const char *text, struct wishes *wishes)
{
	struct crane_job_update *update = &wishes->update[TIME_LIMIT];
	char rounded[CRANE_DURATION_TEXT_MAX];
	struct crane_error err;
	uint64_t sec;

	if (crane_timelimit_parse(text, &sec, &err) != 0)
		return crane_control_fail(CRANE_EXIT_GENERIC, "%s%s", attributes[TIME_LIMIT].prefix,
					  err.text);
	if (sec < CRANE_LIMIT_MIN_SEC || sec > CRANE_LIMIT_MAX_SEC) {
		wishes->refusal[TIME_LIMIT] = "Invalid time limit value";
		return CRANE_EXIT_OK;
	}
	update->set_limit = true;
	update->limit_sec = (sec + 59) / 60 * 60;
	if (update->limit_sec != sec)
		crane_control_fail(CRANE_EXIT_OK,
				   "Note: the time limit is rounded up to %s, Slurm counts "
				   "minutes.",
				   crane_duration_format(update->limit_sec, rounded));
	return CRANE_EXIT_OK;
}

static enum crane_exit read_deadline(const char *text, struct wishes *wishes)
{
	time_t now = time(NULL), when;
	struct crane_error err;

	if (crane_timepoint_parse(text, now, &when, &err) != 0)
		return crane_control_fail(CRANE_EXIT_GENERIC, "%s%s", attributes[DEADLINE].prefix,
					  err.text);
	if (when <= now)
		wishes->refusal[DEADLINE] = "Invalid deadline_time value";
	wishes->update[DEADLINE].deadline = when;
	return CRANE_EXIT_OK;
}

static enum crane_exit read_mail_type(const char *text, struct wishes *wishes)
{
	struct crane_job_update *update = &wishes->update[EXTRA];

	if (!crane_mail_types_read(text, &update->mail, NULL))
		return crane_control_fail(CRANE_EXIT_ARG, "Invalid mailtype value to modify: %s",
					  text);
	update->set_mail = true;
	return CRANE_EXIT_OK;
}

static enum crane_exit read_wish(const char *key, const char *value, struct wishes *wishes)
{
	if (strcasecmp(key, "priority") == 0) {
		wishes->wanted[PRIORITY] = true;
		return read_priority(value, wishes);
	}
	if (strcasecmp(key, "timelimit") == 0) {
		wishes->wanted[TIME_LIMIT] = true;
		return read_limit(value, wishes);
	}
	if (strcasecmp(key, "deadline") == 0) {
		wishes->wanted[DEADLINE] = true;
		return read_deadline(value, wishes);
	}
	wishes->wanted[EXTRA] = true;
	if (strcasecmp(key, "comment") == 0)
		wishes->update[EXTRA].comment = value;
	else if (strcasecmp(key, "mailuser") == 0)
		wishes->update[EXTRA].mail_user = value;
	else
		return read_mail_type(value, wishes);
	return CRANE_EXIT_OK;
}

/* Reads each key once: of a key that is given twice the last value counts, also for warnings. */
static enum crane_exit read_wishes(const struct crane_control *line, struct wishes *wishes)
{
	static const char *const keys[] = { "mailtype", "priority", "timelimit",
					    "comment",  "mailuser", "deadline" };

	memset(wishes, 0, sizeof(*wishes));
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		const char *value = crane_control_value(line, keys[i]);
		enum crane_exit status;

		if (!value)
			continue;
		status = read_wish(keys[i], value, wishes);
		if (status != CRANE_EXIT_OK)
			return status;
	}
	for (size_t i = 0; i < N_ATTRIBUTES; i++) {
		if (wishes->wanted[i])
			return CRANE_EXIT_OK;
	}
	return crane_control_fail(CRANE_EXIT_ARG, "no attributes to modify");
}

/* -- changing ---------------------------------------------------------------------------------- */

/*
 * Keeps the attributes and the mark of a hold with an end, which share the comment with the new
 * text.
 * Returns the text to free after the call, or NULL.
 */
static char *keep_marks(const struct crane_job *record, struct crane_job_update *update)
{
	char *comment, *marked;

	if (!update->comment)
		return NULL;
	comment = crane_jobattr_set_comment(record->comment, update->comment);
	if (record->hold.until) {
		marked = crane_hold_mark_put(comment, &record->hold);
		free(comment);
		comment = marked;
	}
	update->comment = comment;
	return comment;
}

/*
 * Returns true if each record of an array needs a call of its own: the change is for waiting tasks
 * alone, or what is written differs between records.
 */
static bool needs_each(enum attribute what, const struct crane_target *target)
{
	for (size_t i = 0; target->array && i < target->n_records; i++) {
		const struct crane_job *record = target->record[i];

		if (what == EXTRA && record->hold.until)
			return true;
		if ((what == PRIORITY || what == DEADLINE) && !record->ended &&
		    record->state != CRANE_PENDING)
			return true;
	}
	return false;
}

/*
 * Refuses a change that Slurm would ignore or do differently without an error. Returns true if it
 * did.
 */
static bool refuse_quirks(enum attribute what, const struct crane_target *target,
			  struct crane_outcome *outcome)
{
	char *reason = NULL;
	bool held = false;

	for (size_t i = 0; i < target->n_records; i++)
		held |= !target->record[i]->ended && target->record[i]->priority == 0 &&
			target->record[i]->state == CRANE_PENDING;
	if (what == PRIORITY && held)
		reason = crane_target_reason(target, "is held, release it first");
	else if (what == DEADLINE && !crane_target_is(target, PENDING))
		reason = crane_target_reason(target,
					     "has started, Slurm cannot change its deadline");
	if (!reason)
		return false;
	crane_outcome_refused(outcome, target, reason);
	free(reason);
	return true;
}

static bool ask(const struct crane_target *target, const struct crane_job *record, const char *id,
		struct crane_job_update update, const char *absent, struct crane_outcome *outcome)
{
	struct crane_task_answers answers = { 0 };
	struct crane_slurm_error why = { 0 };
	char *comment = keep_marks(record, &update);
	bool done;
	int rc;

	rc = crane_slurm_update_job(id, &update, &answers, &why);
	done = crane_outcome_take(outcome, target, rc, &answers, &why, absent);
	crane_task_answers_clear(&answers);
	free(comment);
	return done;
}

static void change(enum attribute what, const struct wishes *wishes,
		   const struct crane_target *target, struct crane_outcome *outcome)
{
	bool each = needs_each(what, target), done = false;
	char *absent = crane_target_reason(target, attributes[what].absent);

	if (!crane_target_is(target, attributes[what].states)) {
		crane_outcome_refused(outcome, target, absent);
		goto out;
	}
	if (wishes->refusal[what]) {
		crane_outcome_refused(outcome, target, wishes->refusal[what]);
		goto out;
	}
	if (refuse_quirks(what, target, outcome))
		goto out;
	for (size_t i = 0; i < target->n_records; i++) {
		char *id;

		if (target->record[i]->ended ||
		    (each && what != EXTRA && target->record[i]->state != CRANE_PENDING))
			continue;
		id = each ? crane_target_record_id(target, target->record[i]) :
			    crane_xstrdup(target->id);
		done |= ask(target, target->record[i], id, wishes->update[what], absent, outcome);
		free(id);
		if (!each)
			break;
	}
	if (done)
		crane_outcome_done(outcome, target);
out:
	free(absent);
}

/*
 * Reports the jobs that have ended or do not exist; CraneSched does this before it changes a job.
 * Out: gone[i] for each of them.
 */
static void tell_absent(const struct crane_targets *targets, bool *gone)
{
	struct crane_strings ids = { 0 };
	char *list;

	for (size_t i = 0; i < targets->n; i++) {
		gone[i] = !crane_target_is(&targets->target[i], LIVE);
		if (gone[i])
			crane_strings_addf(&ids, "%s", targets->target[i].id);
	}
	list = crane_strings_join(&ids, ", ");
	if (ids.n == targets->n)
		crane_control_fail(CRANE_EXIT_GENERIC, "%s%s is completed or does not exist",
				   attributes[EXTRA].prefix, list);
	else if (ids.n > 0)
		crane_control_fail(CRANE_EXIT_GENERIC, "Job %s is completed or does not exist.",
				   list);
	free(list);
	crane_strings_clear(&ids);
}

static enum crane_exit change_all(enum attribute what, const struct wishes *wishes,
				  const struct crane_targets *targets, bool json)
{
	bool *gone = crane_xcalloc(targets->n, sizeof(*gone)), any_gone = false, any = false;
	struct crane_outcome outcome = { 0 };
	enum crane_exit status = CRANE_EXIT_OK;

	if (what == EXTRA && !json)
		tell_absent(targets, gone);
	for (size_t i = 0; i < targets->n; i++) {
		any_gone |= gone[i];
		any |= !gone[i];
		if (!gone[i])
			change(what, wishes, &targets->target[i], &outcome);
	}
	if (any)
		status = crane_outcome_tell(&outcome, attributes[what].prefix, json,
					    CRANE_EXIT_GENERIC);
	crane_outcome_clear(&outcome);
	free(gone);
	return any_gone ? CRANE_EXIT_GENERIC : status;
}

/* Returns the first attribute that is changed: its name stands before what concerns all. */
static enum attribute first_of(const struct wishes *wishes)
{
	enum attribute what = PRIORITY;

	while (what < DEADLINE && !wishes->wanted[what])
		what++;
	return what;
}

enum crane_exit crane_update_job(const struct crane_control *line)
{
	static const char *const known[] = { "job",       "jobid",    "priority",
					     "timelimit", "comment",  "mailuser",
					     "mailtype",  "deadline", NULL };
	struct crane_targets targets = { 0 };
	struct crane_slurm_error why;
	struct crane_error err;
	struct wishes wishes;
	const char *ids = crane_control_either(line, "job", "jobid");
	enum crane_exit status;

	if (crane_control_refuse_unknown(line, known))
		return CRANE_EXIT_ARG;
	if (!ids || !ids[0])
		return crane_control_fail(CRANE_EXIT_ARG, "no job id specified");
	status = read_wishes(line, &wishes);
	if (status != CRANE_EXIT_OK)
		return status;
	if (crane_targets_parse(ids, "update", &targets, &err) != 0)
		return crane_control_fail(CRANE_EXIT_GENERIC, "%sInvalid job list specified: %s.",
					  attributes[first_of(&wishes)].prefix, err.text);
	crane_slurm_begin(line->config);
	if (crane_targets_load(&targets, &why) != 0) {
		status = crane_control_call_failed(attributes[first_of(&wishes)].prefix,
						   "Failed to query job information", &why);
		goto out;
	}
	for (enum attribute what = PRIORITY; what < N_ATTRIBUTES; what++) {
		if (wishes.wanted[what] &&
		    change_all(what, &wishes, &targets, line->json) != CRANE_EXIT_OK)
			status = CRANE_EXIT_GENERIC;
	}
out:
	crane_targets_clear(&targets);
	return status;
}
