/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "wrappers/ccancel/answer.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "wrappers/base/print.h"
#include "wrappers/output/json.h"
#include "wrappers/slurm/api.h"
#include "wrappers/slurm/jobs.h"
#include "wrappers/view/steprows.h"

/*
 * Prints "Job 1,2" or "Step 5.2,5.3", with [before] in front: what was ended, or what was over
 * already. Returns true if anything was printed.
 */
static bool print_ids(const struct ccancel_targets *targets, const char *before, bool steps,
		      bool over)
{
	const char *separator = before;

	/* Pending jobs first, then those that ran. */
	for (int running = 0; running < 2; running++) {
		for (size_t i = 0; i < targets->n; i++) {
			const struct ccancel_target *target = &targets->target[i];

			if (ccancel_reason(target) || steps != target->is_step ||
			    target->over != over || target->pending != (running == 0))
				continue;
			crane_print("%s%s", separator, target->job);
			if (steps)
				crane_print(".%u", target->step);
			separator = ",";
		}
	}
	return separator != before;
}

static void print_text(const struct ccancel_targets *targets)
{
	for (int over = 0; over < 2; over++) {
		bool jobs = print_ids(targets, "Job ", false, over);
		bool steps = print_ids(targets, jobs ? " Step " : "Step ", true, over);

		if (jobs || steps)
			crane_print("%s\n", over ? " already over." : " cancelled successfully.");
	}
	for (size_t i = 0; i < targets->n; i++) {
		const struct ccancel_target *target = &targets->target[i];
		const char *reason = ccancel_reason(target);

		if (reason && !target->is_step)
			crane_print("Failed to cancel job: %s. Reason: %s.\n", target->job, reason);
		else if (reason)
			crane_print("Failed to cancel step: %s-%u. Reason: %s.\n", target->job,
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
	const struct ccancel_target *left = a, *right = b;
	int order = strcmp(left->job, right->job);

	if (order)
		return order;
	return left->step < right->step ? -1 : left->step > right->step;
}

static void add_failure(struct json_object *map, const struct ccancel_target *target)
{
	struct json_object *object = object_in(map, target->job), *ids, *reasons;
	bool is_step = target->is_step;
	const char *reason = ccancel_reason(target);

	if (!is_step || !json_object_object_get_ex(object, "reason", NULL))
		crane_json_put(object, "reason", json_object_new_string(is_step ? "" : reason));
	ids = array_in(object, "step_ids");
	reasons = array_in(object, "step_reasons");
	if (!is_step)
		return;
	crane_json_append(ids, json_object_new_int64(target->step));
	crane_json_append(reasons, json_object_new_string(reason));
}

/* Sorts the targets, so that the keys are sorted. */
static void print_json(struct ccancel_targets *targets)
{
	struct json_object *all = crane_json_must(json_object_new_object());
	struct json_object *done = crane_json_must(json_object_new_object());
	struct json_object *failed = crane_json_must(json_object_new_object());
	struct json_object *over = crane_json_must(json_object_new_object());

	if (targets->n)
		qsort(targets->target, targets->n, sizeof(*targets->target), by_job_text);
	for (size_t i = 0; i < targets->n; i++) {
		const struct ccancel_target *target = &targets->target[i];
		struct json_object *steps;

		if (ccancel_reason(target)) {
			add_failure(failed, target);
			continue;
		}
		steps = array_in(object_in(target->over ? over : done, target->job), "steps");
		if (target->is_step)
			crane_json_append(steps, json_object_new_int64(target->step));
	}
	/* CraneSched's answer does not have this member; it reports such a job as not found. */
	if (json_object_object_length(over) > 0)
		crane_json_put(all, "already_over", over);
	else
		json_object_put(over);
	crane_json_put(all, "cancelled_steps", done);
	crane_json_put(all, "not_cancelled_job_steps", failed);
	crane_json_print(all);
}

enum crane_exit ccancel_tell_failure(const struct crane_slurm_error *why)
{
	bool lost = why->failure == CRANE_SLURM_UNREACHABLE;

	crane_say("slurm: %s", why->text);
	crane_say("Failed to cancel jobs: %s", lost ? CRANE_BROKEN "." : "Access denied.");
	return lost ? CRANE_EXIT_NETWORK : CRANE_EXIT_BACKEND;
}

enum crane_exit ccancel_tell(const struct ccancel_request *me, struct ccancel_targets *targets)
{
	size_t failed = 0, lost = 0;

	for (size_t i = 0; i < targets->n; i++) {
		const struct ccancel_target *target = &targets->target[i];

		failed += ccancel_reason(target) != NULL;
		lost += target->failed && target->why.failure == CRANE_SLURM_UNREACHABLE;
	}
	/* slurmctld answered no request: one message replaces the list of failures. */
	if (lost == targets->n && lost > 0)
		return ccancel_tell_failure(&targets->target[0].why);
	if (me->json)
		print_json(targets);
	else
		print_text(targets);
	if (failed == 0)
		return CRANE_EXIT_OK;
	crane_say("some jobs were not cancelled");
	return CRANE_EXIT_BACKEND;
}
