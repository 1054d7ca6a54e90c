/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The results of a change of several jobs or nodes, and their report.
 */
#include "config.h"

#include "wrappers/ccontrol/outcome.h"

#include <stdio.h>
#include <string.h>

#include "wrappers/base/print.h"
#include "wrappers/ccontrol/verb.h"
#include "wrappers/base/strings.h"

/* Returns Slurm's number: the replies of CraneSched have no other. */
static struct json_object *number_of(const struct crane_target *target)
{
	if (!target->array && target->n_records == 1)
		return json_object_new_int64(target->record[0]->job_id);
	return json_object_new_int64(target->selector.job_id);
}

static void add(struct json_object **list, struct json_object *value)
{
	if (!*list)
		*list = crane_json_array();
	crane_json_append(*list, value);
}

void crane_outcome_add_done(struct crane_outcome *outcome, const char *id, struct json_object *json)
{
	crane_strings_addf(&outcome->done, "%s", id);
	add(&outcome->done_json, json);
}

void crane_outcome_add_refused(struct crane_outcome *outcome, const char *id,
			       struct json_object *json, const char *reason)
{
	crane_strings_addf(&outcome->refused, "%s", id);
	crane_strings_addf(&outcome->reasons, "%s", reason);
	add(&outcome->refused_json, json);
}

void crane_outcome_done(struct crane_outcome *outcome, const struct crane_target *target)
{
	crane_outcome_add_done(outcome, target->id, number_of(target));
}

void crane_outcome_refused(struct crane_outcome *outcome, const struct crane_target *target,
			   const char *reason)
{
	crane_outcome_add_refused(outcome, target->id, number_of(target), reason);
}

static void refuse_answer(struct crane_outcome *outcome, const struct crane_target *target,
			  const char *id, const struct crane_slurm_error *why, const char *absent)
{
	const char *reason = crane_control_reason(why);

	switch (crane_slurm_cause(why)) {
	case CRANE_CAUSE_NO_JOB:
	case CRANE_CAUSE_STATE:
		reason = absent;
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
	default:
		break;
	}
	crane_outcome_add_refused(outcome, id, number_of(target), reason ? reason : why->text);
	if (reason)
		crane_strings_addf(&outcome->slurm, "%s: %s", id, why->text);
}

static bool has_no_meaning(const struct crane_slurm_error *why)
{
	enum crane_slurm_cause cause = crane_slurm_cause(why);

	return cause == CRANE_CAUSE_STATE || cause == CRANE_CAUSE_NO_JOB;
}

/*
 * Returns true if the change was made. An owner may lower the priority of a job: Slurm does so, and
 * reports that it will compute the priority again.
 */
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

static const struct {
	const char *title, *name, *success;
	const char *done_key, *refused_key; /* of the JSON object */
} kinds[] = {
	[CRANE_OUTCOME_JOBS] = { "Jobs", "job", "modified successfully.", "modified_jobs",
				 "not_modified_jobs" },
	[CRANE_OUTCOME_NODES] = { "Nodes", "node",
				  "modified successfully, please wait for a few minutes for the "
				  "node state to fully update.",
				  "modified_nodes", "not_modified_nodes" },
};

static void print_done(const struct crane_outcome *outcome)
{
	for (size_t i = 0; i < outcome->done.n; i++)
		crane_print("%s %s", i == 0 ? kinds[outcome->kind].title : ",",
			    outcome->done.item[i]);
	if (outcome->done.n)
		crane_print(" %s\n", kinds[outcome->kind].success);
}

/* Returns the array that [list] holds, or an empty one. Takes it out of [list]. */
static struct json_object *take(struct json_object **list)
{
	struct json_object *array = *list ? *list : crane_json_array();

	*list = NULL;
	return array;
}

static void print_json(struct crane_outcome *outcome)
{
	struct json_object *reply = crane_json_object();

	crane_json_put(reply, kinds[outcome->kind].done_key, take(&outcome->done_json));
	crane_json_put(reply, kinds[outcome->kind].refused_key, take(&outcome->refused_json));
	crane_json_put(reply, "not_modified_reasons", crane_json_list(&outcome->reasons));
	crane_json_print(reply);
}

enum crane_exit crane_outcome_tell(struct crane_outcome *outcome, const char *prefix, bool json,
				   enum crane_exit failed)
{
	if (json)
		print_json(outcome);
	else
		print_done(outcome);
	crane_print_flush();
	for (size_t i = 0; i < outcome->notes.n; i++)
		crane_control_fail(failed, "%s", outcome->notes.item[i]);
	for (size_t i = 0; !json && i < outcome->refused.n; i++)
		crane_control_fail(failed, "%sFailed to modify %s: %s. Reason: %s.",
				   i == 0 ? prefix : "", kinds[outcome->kind].name,
				   outcome->refused.item[i], outcome->reasons.item[i]);
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
	json_object_put(outcome->done_json);
	json_object_put(outcome->refused_json);
	memset(outcome, 0, sizeof(*outcome));
}
