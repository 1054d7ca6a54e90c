/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "wrappers/ccancel/targets.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/stepid.h"
#include "src/tasklist.h"
#include "wrappers/base/memory.h"
#include "wrappers/slurm/api.h"
#include "wrappers/slurm/jobs.h"
#include "wrappers/view/steprows.h"
#include "wrappers/slurm/site.h"

static struct ccancel_target *add_target(struct ccancel_targets *targets, char *job)
{
	struct ccancel_target *target;

	if ((targets->n & (targets->n + 1)) == 0)
		targets->target =
			crane_xrealloc(targets->target, 2 * (targets->n + 1), sizeof(*target));
	target = &targets->target[targets->n++];
	*target = (struct ccancel_target){ .job = job, .whole = true };
	return target;
}

const char *ccancel_reason(const struct ccancel_target *target)
{
	return target->reason ? target->reason : target->failed ? target->why.text : NULL;
}

void ccancel_targets_clear(struct ccancel_targets *targets)
{
	for (size_t i = 0; i < targets->n; i++)
		free(targets->target[i].job);
	free(targets->target);
}

/* Returns true if there is nothing left to end. */
static bool is_over(const struct crane_job *job)
{
	return job->ended || job->state == CRANE_COMPLETING;
}

/*
 * Returns slurmctld's name of a record: "12", "10_3", or "10_[4-9]" for tasks of an array that wait
 * together.
 */
static char *record_id(const struct crane_job *job)
{
	if (!job->array_id || job->task_id != CRANE_NO_ARRAY_TASK) {
		struct crane_id id = crane_id_of_job(job);

		return crane_id_job_text(&id);
	}
	/* "%4" behind the tasks bounds how many run at once. */
	return crane_xasprintf("%u_[%.*s]", job->array_id, (int)strcspn(job->waiting_tasks, "%"),
			       job->waiting_tasks);
}

/* The live records of one job or one array: some, all or none of them pass the filter. */
static void add_records(const struct ccancel_request *me, const struct crane_job *const *live,
			size_t n, char *whole_id, struct ccancel_targets *targets)
{
	size_t passing = 0;
	bool pending = true;

	for (size_t i = 0; i < n; i++) {
		passing += crane_job_filter_matches(&me->filter, live[i]);
		pending &= live[i]->state == CRANE_PENDING;
	}
	if (passing == n) {
		add_target(targets, whole_id)->pending = pending;
		return;
	}
	free(whole_id);
	for (size_t i = 0; i < n; i++) {
		if (crane_job_filter_matches(&me->filter, live[i]))
			add_target(targets, record_id(live[i]))->pending = live[i]->state ==
									   CRANE_PENDING;
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
 * Jobs by number, records of an array side by side; those of other users only if the request names
 * users.
 */
static void add_by_filter(const struct ccancel_request *me, const struct crane_jobs *jobs,
			  bool everyone, struct ccancel_targets *targets)
{
	const struct crane_job **live = crane_xcalloc(jobs->n, sizeof(*live));
	uint32_t uid = getuid();
	size_t n = 0;

	for (size_t i = 0; i < jobs->n; i++) {
		if (!is_over(&jobs->job[i]) && (everyone || jobs->job[i].uid == uid))
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
 * The live records that [id] names; *over tells whether it names one that is over.
 * Returns how many.
 */
static size_t find_live(const struct crane_jobs *jobs, const struct crane_id *id,
			const struct crane_job **live, bool *over)
{
	bool task = id->has_task;
	size_t n = 0;

	*over = false;
	for (size_t i = 0; i < jobs->n; i++) {
		const struct crane_job *job = &jobs->job[i];

		if (!task) {
			if (job->array_id != id->job_id && job->job_id != id->job_id)
				continue;
		} else if (job->array_id != id->job_id) {
			continue;
		} else if (job->task_id == CRANE_NO_ARRAY_TASK) {
			if (crane_tasklist_has(job->waiting_tasks, id->task_id) !=
			    CRANE_TASKLIST_YES)
				continue;
		} else if (job->task_id != id->task_id) {
			continue;
		}
		if (is_over(job))
			*over = true;
		else
			live[n++] = job;
	}
	return n;
}

static void add_step(const struct ccancel_request *me, const struct crane_id *id,
		     const struct crane_job *job, struct ccancel_targets *targets)
{
	bool whole_array = !id->has_task && job->array_id == id->job_id;
	struct ccancel_target *target;

	if (!crane_job_filter_matches(&me->filter, job))
		return;
	target = add_target(targets, crane_id_job_text(id));
	target->is_step = true;
	target->step = id->step;
	target->whole = id->step == CRANE_STEP_PRIMARY;
	target->job_id = job->job_id;
	if (whole_array)
		target->reason = "Array parent has no steps";
	else if (job->state == CRANE_PENDING)
		target->reason = "The job is pending and has no steps yet";
	else if (!target->whole && !crane_step_slurm_number(job, id->step, &target->slurm_step))
		target->reason = "Step not found";
}

static void add_over(struct ccancel_targets *targets, const struct crane_id *id)
{
	struct ccancel_target *target = add_target(targets, crane_id_job_text(id));

	target->over = true;
	target->is_step = id->has_step;
	target->step = id->step;
}

static void add_by_id(const struct ccancel_request *me, const struct crane_jobs *jobs,
		      struct ccancel_targets *targets)
{
	const struct crane_job **live = crane_xcalloc(jobs->n, sizeof(*live));

	for (size_t i = 0; i < me->n_ids; i++) {
		const struct crane_id *id = &me->ids[i];
		bool over;
		size_t n = find_live(jobs, id, live, &over);

		if (n == 0 && over)
			add_over(targets, id);
		else if (n == 0)
			add_target(targets, crane_id_job_text(id))->reason = "Job not found";
		else if (id->has_step)
			add_step(me, id, live[0], targets);
		else
			add_records(me, live, n, crane_id_job_text(id), targets);
	}
	free(live);
}

/* Loads only the jobs that are needed. */
static int load_jobs(const struct ccancel_request *me, struct crane_jobs *jobs,
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

int ccancel_targets_choose(const struct ccancel_request *me, struct ccancel_targets *targets,
			   struct crane_slurm_error *why)
{
	struct crane_jobs jobs = { 0 };
	bool only_jobs = me->n_ids > 0 && !me->has_filter;
	int rc = 0, everyone = 1;

	for (size_t i = 0; i < me->n_ids; i++)
		only_jobs &= !me->ids[i].has_step;
	if (only_jobs) {
		/* slurmctld checks the ids itself, so no jobs are loaded first. */
		for (size_t i = 0; i < me->n_ids; i++)
			add_target(targets, crane_id_job_text(&me->ids[i]));
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
