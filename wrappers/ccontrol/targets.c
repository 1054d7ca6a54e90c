/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The jobs of a change: which records of slurmctld each id means.
 */
#include "config.h"

#include "wrappers/ccontrol/targets.h"

#include <stdlib.h>
#include <string.h>

#include "wrappers/slurm/jobs.h"
#include "wrappers/base/memory.h"

int crane_targets_parse(const char *ids, const char *verb, struct crane_targets *targets,
			struct crane_error *err)
{
	struct crane_id *selectors = NULL;
	size_t n = 0;
	int rc = 0;

	memset(targets, 0, sizeof(*targets));
	if (crane_selectors_parse(ids, &selectors, &n, err) != 0)
		return -1;
	targets->target = crane_xcalloc(n, sizeof(*targets->target));
	targets->n = n;
	for (size_t i = 0; i < n; i++) {
		targets->target[i].selector = selectors[i];
		targets->target[i].id = crane_id_job_text(&selectors[i]);
		/* The change would affect the whole job, not only the named step. */
		if (rc == 0 && selectors[i].has_step)
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
		if (!target->selector.has_task &&
		    jobs->job[i].array_id == target->selector.job_id) {
			add_record(target, &jobs->job[i]);
			target->array = true;
		}
	}
	if (target->array)
		return;
	crane_rows_collect(jobs, &target->selector, 1, CRANE_ARRAY_WHOLE, true, NULL, &rows);
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
	if (record->task_id != CRANE_NO_ARRAY_TASK) {
		struct crane_id id = crane_id_of_job(record);

		return crane_id_job_text(&id);
	}
	return crane_xasprintf("%u_%.*s", record->array_id,
			       (int)strcspn(record->waiting_tasks, "%"), record->waiting_tasks);
}

char *crane_target_reason(const struct crane_target *target, const char *what)
{
	if (target->selector.has_task && target->n_records == 0)
		return crane_xasprintf("Array task %s: Job not found", target->id);
	return crane_xasprintf("Job #%s %s", target->id, what);
}
