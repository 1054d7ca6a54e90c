/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A change of several jobs: which records of Slurm each id means, what came of each, and how that
 * is told. What is changed is left to the verbs.
 */
#include "config.h"

#include "wrappers/ccontrol/targets.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wrappers/output/json.h"
#include "wrappers/slurm/jobs.h"

/* -- which jobs -------------------------------------------------------------------------------- */

int crane_targets_parse(const char *ids, const char *verb, struct crane_targets *targets,
			struct crane_error *err)
{
	struct crane_selector *selectors = NULL;
	size_t n = 0;
	int rc = 0;

	memset(targets, 0, sizeof(*targets));
	if (crane_selectors_parse(ids, &selectors, &n, err) != 0)
		return -1;
	targets->target = crane_xcalloc(n, sizeof(*targets->target));
	targets->n = n;
	for (size_t i = 0; i < n; i++) {
		targets->target[i].selector = selectors[i];
		targets->target[i].id = crane_selector_print(&selectors[i]);
		/* A step is not its job: nothing happens to more than what was named. */
		if (rc == 0 && selectors[i].step_id != CRANE_NO_STEP)
			rc = crane_error_set(err, CRANE_E_VALUE, 0,
					     "step selector is not supported for %s: %s", verb,
					     targets->target[i].id);
	}
	free(selectors);
	if (rc != 0)
		crane_targets_clear(targets);
	return rc;
}

static void add_record(struct crane_target *target, const struct crane_job *record)
{
	target->record = crane_xrealloc(target->record, target->n_records + 1,
					sizeof(const struct crane_job *));
	target->record[target->n_records++] = record;
}

static void find_records(const struct crane_jobs *jobs, struct crane_target *target)
{
	struct crane_rows rows;

	for (size_t i = 0; i < jobs->n; i++) {
		if (target->selector.task_id == CRANE_NO_ARRAY_TASK &&
		    jobs->job[i].array_id == target->selector.job_id) {
			add_record(target, &jobs->job[i]);
			target->array = true;
		}
	}
	if (target->array)
		return;
	crane_rows_collect(jobs, &target->selector, 1, true, NULL, &rows);
	for (size_t i = 0; rows.n == 1 && i < jobs->n; i++) {
		if (jobs->job[i].job_id == rows.row[0].job.job_id)
			add_record(target, &jobs->job[i]);
	}
	crane_rows_clear(&rows);
}

int crane_targets_load(struct crane_targets *targets, struct crane_slurm_error *why)
{
	int rc;

	if (targets->n == 1)
		rc = crane_slurm_load_job(targets->target[0].selector.job_id, true, &targets->jobs,
					  why);
	else
		rc = crane_slurm_load_jobs(true, &targets->jobs, why);
	if (rc != 0 && why->failure != CRANE_SLURM_NO_JOB)
		return -1;
	for (size_t i = 0; i < targets->n; i++)
		find_records(&targets->jobs, &targets->target[i]);
	return 0;
}

void crane_targets_clear(struct crane_targets *targets)
{
	for (size_t i = 0; i < targets->n; i++) {
		free(targets->target[i].id);
		free(targets->target[i].record);
	}
	free(targets->target);
	crane_jobs_free(&targets->jobs);
	memset(targets, 0, sizeof(*targets));
}

bool crane_target_is(const struct crane_target *target, unsigned states)
{
	for (size_t i = 0; i < target->n_records; i++) {
		if (!target->record[i]->ended && ((1U << target->record[i]->state) & states))
			return true;
	}
	return false;
}

char *crane_target_record_id(const struct crane_target *target, const struct crane_job *record)
{
	if (!target->array)
		return crane_xstrdup(target->id);
	if (record->task_id != CRANE_NO_ARRAY_TASK)
		return crane_xasprintf("%u_%u", record->array_id, record->task_id);
	return crane_xasprintf("%u_%.*s", record->array_id,
			       (int)strcspn(record->waiting_tasks, "%"), record->waiting_tasks);
}

/* -- what came of it --------------------------------------------------------------------------- */

/* Slurm's number: protobuf's replies know no other. */
static struct json_object *number_of(const struct crane_target *target)
{
	if (!target->array && target->n_records == 1)
		return json_object_new_int64(target->record[0]->job_id);
	return json_object_new_int64(target->selector.job_id);
}

static void add_number(struct json_object **list, const struct crane_target *target)
{
	if (!*list)
		*list = crane_json_array();
	crane_json_append(*list, number_of(target));
}

void crane_outcome_done(struct crane_outcome *outcome, const struct crane_target *target)
{
	crane_strings_addf(&outcome->done, "%s", target->id);
	add_number(&outcome->done_numbers, target);
}

static void refuse(struct crane_outcome *outcome, const struct crane_target *target, const char *id,
		   char *reason)
{
	crane_strings_addf(&outcome->refused, "%s", id);
	crane_strings_take(&outcome->reasons, reason);
	add_number(&outcome->refused_numbers, target);
}

void crane_outcome_refused(struct crane_outcome *outcome, const struct crane_target *target,
			   const char *fmt, ...)
{
	char text[CRANE_ERROR_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	refuse(outcome, target, target->id, crane_xstrdup(text));
}

static void refuse_answer(struct crane_outcome *outcome, const struct crane_target *target,
			  const char *id, const struct crane_slurm_error *why, const char *absent)
{
	const char *reason;

	switch (crane_slurm_cause(why)) {
	case CRANE_CAUSE_NO_JOB:
	case CRANE_CAUSE_STATE:
		reason = absent;
		break;
	case CRANE_CAUSE_DENIED:
	case CRANE_CAUSE_USER:
		reason = "User has insufficient privilege";
		break;
	case CRANE_CAUSE_LIMIT:
		reason = "Invalid time limit value";
		break;
	case CRANE_CAUSE_TIME:
		reason = "Invalid deadline_time value";
		break;
	case CRANE_CAUSE_BATCH_ONLY:
		reason = "Interactive jobs cannot be requeued";
		break;
	case CRANE_CAUSE_NO_REQUEUE:
		reason = "Job requested no requeue";
		break;
	case CRANE_CAUSE_UNREACHABLE:
		reason = "Connection to CraneCtld is broken";
		break;
	default:
		refuse(outcome, target, id, crane_xstrdup(why->text));
		return;
	}
	refuse(outcome, target, id, crane_xstrdup(reason));
	crane_strings_addf(&outcome->slurm, "%s: %s", id, why->text);
}

static bool has_no_meaning(const struct crane_slurm_error *why)
{
	enum crane_slurm_cause cause = crane_slurm_cause(why);

	return cause == CRANE_CAUSE_STATE || cause == CRANE_CAUSE_NO_JOB;
}

/* Done all the same: the owner of a job may lower its priority, but Slurm will compute it anew. */
static bool is_done(const struct crane_slurm_error *why)
{
	return why->failure == CRANE_SLURM_OK ||
	       crane_slurm_cause(why) == CRANE_CAUSE_PRIORITY_FADES;
}

static void note_if_faded(struct crane_outcome *outcome, const char *id,
			  const struct crane_slurm_error *why)
{
	if (why->failure != CRANE_SLURM_OK)
		crane_strings_addf(&outcome->notes, "slurm: %s: %s", id, why->text);
}

bool crane_outcome_take(struct crane_outcome *outcome, const struct crane_target *target, int rc,
			const struct crane_task_answers *answers,
			const struct crane_slurm_error *why, const char *absent)
{
	bool any = false;

	if (rc != 0 && is_done(why)) {
		note_if_faded(outcome, target->id, why);
		return true;
	}
	if (rc != 0) {
		refuse_answer(outcome, target, target->id, why, absent);
		return false;
	}
	for (size_t i = 0; i < answers->n; i++)
		any |= is_done(&answers->answer[i].why);
	for (size_t i = 0; i < answers->n; i++) {
		const struct crane_task_answer *one = &answers->answer[i];

		if (is_done(&one->why))
			note_if_faded(outcome, one->id, &one->why);
		else if (!any || !target->array || !has_no_meaning(&one->why))
			refuse_answer(outcome, target, target->array ? one->id : target->id,
				      &one->why, absent);
	}
	return any || answers->n == 0;
}

static void print_done(const struct crane_outcome *outcome)
{
	for (size_t i = 0; i < outcome->done.n; i++)
		printf("%s%s", i == 0 ? "Jobs " : ", ", outcome->done.item[i]);
	if (outcome->done.n)
		puts(" modified successfully.");
}

static void print_json(struct crane_outcome *outcome)
{
	struct json_object *reply = crane_json_object(), *reasons = crane_json_array();

	for (size_t i = 0; i < outcome->reasons.n; i++)
		crane_json_append(reasons, crane_json_text(outcome->reasons.item[i]));
	crane_json_put(reply, "modified_jobs",
		       outcome->done_numbers ? outcome->done_numbers : crane_json_array());
	crane_json_put(reply, "not_modified_jobs",
		       outcome->refused_numbers ? outcome->refused_numbers : crane_json_array());
	crane_json_put(reply, "not_modified_reasons", reasons);
	outcome->done_numbers = outcome->refused_numbers = NULL;
	crane_json_print(reply);
}

enum crane_exit crane_outcome_tell(struct crane_outcome *outcome, const char *prefix, bool json,
				   enum crane_exit failed)
{
	if (json)
		print_json(outcome);
	else
		print_done(outcome);
	fflush(stdout);
	for (size_t i = 0; i < outcome->notes.n; i++)
		crane_control_fail(failed, "%s", outcome->notes.item[i]);
	for (size_t i = 0; !json && i < outcome->refused.n; i++)
		crane_control_fail(failed, "%sFailed to modify job: %s. Reason: %s.",
				   i == 0 ? prefix : "", outcome->refused.item[i],
				   outcome->reasons.item[i]);
	for (size_t i = 0; i < outcome->slurm.n; i++)
		crane_control_fail(failed, "slurm: %s", outcome->slurm.item[i]);
	return outcome->refused.n ? failed : CRANE_EXIT_OK;
}

void crane_outcome_clear(struct crane_outcome *outcome)
{
	crane_strings_clear(&outcome->done);
	crane_strings_clear(&outcome->refused);
	crane_strings_clear(&outcome->reasons);
	crane_strings_clear(&outcome->slurm);
	crane_strings_clear(&outcome->notes);
	json_object_put(outcome->done_numbers);
	json_object_put(outcome->refused_numbers);
	memset(outcome, 0, sizeof(*outcome));
}
