/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccontrol suspend, resume and requeue.
 */
#include "config.h"

#include "wrappers/ccontrol/suspend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"
#include "wrappers/ccontrol/outcome.h"
#include "wrappers/ccontrol/targets.h"
#include "wrappers/ccontrol/verb.h"
#include "wrappers/output/json.h"
#include "wrappers/slurm/jobs.h"
#include "wrappers/slurm/jobchange.h"

static const char *const no_keys[] = { NULL };

/* -- suspend and resume ------------------------------------------------------------------------ */

static void suspend_target(enum crane_job_verb verb, const struct crane_target *target,
			   struct crane_outcome *outcome)
{
	bool suspend = verb == CRANE_JOB_SUSPEND;
	struct crane_task_answers answers = { 0 };
	struct crane_slurm_error why = { 0 };
	char *absent = crane_target_reason(target, target->n_records == 0 ? "does not exist" :
						   suspend ? "is not in a suspendable state" :
							     "is not suspended");
	int rc;

	if (!crane_target_is(target, 1U << (suspend ? CRANE_RUNNING : CRANE_SUSPENDED))) {
		crane_outcome_refused(outcome, target, absent);
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
	if (!crane_control_has_ids(line, no_keys))
		return CRANE_EXIT_ARG;
	return suspend_or_resume(line, CRANE_JOB_SUSPEND, "suspend");
}

enum crane_exit crane_resume(const struct crane_control *line)
{
	if (!crane_control_has_ids(line, no_keys))
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
	/* Slurm can requeue a job that has ended, too; CraneSched cannot. */
	if (!crane_target_is(target, 1U << CRANE_RUNNING | 1U << CRANE_SUSPENDED |
					     1U << CRANE_CONFIGURING)) {
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
	return strcmp(reason, CRANE_CONTROL_DENIED) == 0 ? "Permission denied" : reason;
}

static enum crane_exit tell_requeue(struct crane_outcome *outcome, bool json)
{
	if (json) {
		struct json_object *reply = crane_json_object(), *refused = crane_json_object();

		for (size_t i = 0; i < outcome->refused.n; i++)
			crane_json_put(refused, outcome->refused.item[i],
				       crane_json_text(requeue_reason(outcome->reasons.item[i])));
		crane_json_put(reply, "requeued_jobs",
			       outcome->done_json ? outcome->done_json : crane_json_array());
		outcome->done_json = NULL;
		crane_json_put(reply, "not_requeued_jobs", refused);
		crane_json_print(reply);
	}
	for (size_t i = 0; !json && i < outcome->done.n; i++)
		crane_print("Job %s requeued successfully.\n", outcome->done.item[i]);
	for (size_t i = 0; !json && i < outcome->refused.n; i++)
		crane_print("Job %s failed to requeue: %s\n", outcome->refused.item[i],
			    requeue_reason(outcome->reasons.item[i]));
	crane_print_flush();
	for (size_t i = 0; i < outcome->slurm.n; i++)
		crane_control_fail(CRANE_EXIT_BACKEND, "slurm: %s", outcome->slurm.item[i]);
	return outcome->refused.n ? CRANE_EXIT_BACKEND : CRANE_EXIT_OK;
}

/* Returns true if slurmctld knows every array task of the list. A list with another one is bad. */
static bool all_tasks_known(const struct crane_targets *targets)
{
	for (size_t i = 0; i < targets->n; i++) {
		const struct crane_target *target = &targets->target[i];

		if (!target->selector.has_task || crane_target_is(target, ~0U))
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

	if (!crane_control_has_ids(line, no_keys))
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
