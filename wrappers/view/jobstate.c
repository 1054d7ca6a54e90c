/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A job's state, reason and dependency as users see them. */
#include "config.h"

#include "wrappers/view/jobstate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/duration.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/strings.h"
#include "wrappers/output/date.h"

/*
 * For a job with a note Slurm evaluates the dependency. Its remaining terms show the events, and
 * the eligible time is the time at which the last term was removed, unless the owner has set a
 * later begin time. For a held job this time is unknown. A note that is no longer the job's
 * dependency is ignored.
 */
static struct crane_record *read_note(const struct crane_job *job, time_t now)
{
	struct crane_record *note = crane_record_find_note(job->admin_comment);
	int64_t fired = job->eligible_time <= now ? job->eligible_time : 0;

	if (!note)
		return NULL;
	if (!crane_dep_read_native(note->dep, job->dependency, fired, note->events)) {
		crane_record_free(note);
		return NULL;
	}
	if (job->state == CRANE_PENDING && job->begin_time > now)
		note->begin_time = job->begin_time;
	return note;
}

static void add_kept(const struct crane_job *job, struct crane_job_dependency *dependency)
{
	enum crane_dep_kept kept;
	char *left = crane_dep_kept_left(job->dependency, &kept);

	if (left && *left && crane_dep_parse(left, &dependency->kept, NULL) == 0)
		crane_dep_eval_kept(&dependency->state, kept);
	else if (dependency->record->dep->n_edges == 0)
		dependency->state.ready_time = job->eligible_time;
	free(left);
}

void crane_job_dependency_read(const struct crane_job *job, time_t now,
			       struct crane_job_dependency *dependency)
{
	memset(dependency, 0, sizeof(*dependency));
	if (!job->admin_comment[0])
		return;
	if (crane_record_find(job->admin_comment, &dependency->record, NULL, NULL, NULL) !=
	    CRANE_RECORD_OK)
		dependency->record = read_note(job, now);
	if (!dependency->record)
		return;
	crane_dep_eval(dependency->record->dep, dependency->record->events, now,
		       &dependency->state);
	if (crane_dep_has_kept(dependency->record->dep))
		add_kept(job, dependency);
}

void crane_job_dependency_clear(struct crane_job_dependency *dependency)
{
	crane_record_free(dependency->record);
	free(dependency->kept);
	dependency->record = NULL;
	dependency->kept = NULL;
}

char *crane_job_dependency_text(const struct crane_job *job,
				const struct crane_job_dependency *dependency)
{
	const struct crane_record *record = dependency->record;
	const struct crane_dep_state *state = &dependency->state;
	char date[CRANE_DATE_MAX] = "", *pending, *kept, *text;

	if (!record)
		return job->dependency[0] ? crane_xstrdup(job->dependency) : NULL;
	pending = crane_dep_print_pending(record->dep, record->events);
	kept = dependency->kept ? crane_dep_print(dependency->kept) : NULL;
	if (kept) {
		text = crane_xasprintf("%s%s%s", pending, *pending ? "," : "", kept);
		free(pending);
		free(kept);
		pending = text;
	}
	if (state->status == CRANE_DEP_READY_AFTER && state->ready_time > 0)
		crane_date_format((time_t)state->ready_time, date);
	text = crane_xasprintf("%s%s%sStatus=%s%s%s",
			       pending && *pending ? "PendingDependencies=" : "",
			       pending ? pending : "", pending && *pending ? " " : "",
			       crane_dep_status_name(state->status), *date ? " " : "", date);
	free(pending);
	return text;
}

static char *edge_text(const struct crane_record *record, uint32_t i)
{
	const struct crane_dep_edge *edge = &record->dep->edges[i];
	char task[16] = "", delay[CRANE_DURATION_TEXT_MAX + 1] = "", date[CRANE_DATE_MAX];
	const char *fired;

	if (edge->task_id != CRANE_DEP_NO_TASK)
		snprintf(task, sizeof(task), "_%u", edge->task_id);
	if (edge->delay_sec) {
		delay[0] = '+';
		crane_duration_format(edge->delay_sec, delay + 1);
	}
	fired = record->is_note ? NULL :
		record->events[i] == CRANE_EVENT_PENDING ?
				  "pending" :
		record->events[i] == CRANE_EVENT_NEVER ?
				  "never" :
				  crane_date_format((time_t)record->events[i], date);
	return crane_xasprintf("%s:%u%s%s%s%s%s", crane_dep_type_name(edge->type), edge->job_id,
			       task, delay, fired ? "(" : "", fired ? fired : "", fired ? ")" : "");
}

char *crane_job_dependency_past(const struct crane_job *job)
{
	struct crane_record *record = NULL;
	struct crane_strings terms = { 0 }, edges = { 0 };
	char *text;

	if (crane_record_find(job->admin_comment, &record, NULL, NULL, NULL) != CRANE_RECORD_OK)
		record = crane_record_find_note(job->admin_comment);
	if (!record)
		return crane_xstrdup("");
	for (uint32_t i = 0; i < record->dep->n_edges; i++) {
		crane_strings_take(&edges, edge_text(record, i));
		if (i + 1 < record->dep->n_edges &&
		    record->dep->edges[i + 1].term == record->dep->edges[i].term)
			continue;
		/* The edges of an AND stand side by side, as in the pending ones. */
		crane_strings_take(
			&terms,
			crane_strings_join(&edges, record->dep->logic == CRANE_DEP_OR ? ":" : ","));
		crane_strings_clear(&edges);
	}
	text = crane_strings_join(&terms, record->dep->logic == CRANE_DEP_OR ? "?" : ",");
	crane_strings_clear(&terms);
	crane_record_free(record);
	return text;
}

static const char *const wait_names[] = {
	[CRANE_WAIT_NONE] = "",
	[CRANE_WAIT_HELD] = "Held",
	[CRANE_WAIT_BEGIN_TIME] = "BeginTime",
	[CRANE_WAIT_DEPENDENCY_NEVER] = "DependencyNeverSatisfied",
	[CRANE_WAIT_DEPENDENCY] = "Dependency",
	[CRANE_WAIT_ARRAY_LIMIT] = "ArrayTaskLimit",
	[CRANE_WAIT_DEADLINE] = "Deadline",
	[CRANE_WAIT_PRIORITY] = "Priority",
	[CRANE_WAIT_LICENSE] = "License",
	[CRANE_WAIT_RESOURCE] = "Resource",
	[CRANE_WAIT_QOS_CPU] = "QosCpuResourceLimit",
	[CRANE_WAIT_QOS_JOBS] = "QosJobsResourceLimit",
	[CRANE_WAIT_QOS_WALL] = "QosWallTimeLimit",
	[CRANE_WAIT_QOS_MEM] = "QosMemResourceLimit",
	[CRANE_WAIT_QOS_GRES] = "QosGresResourceLimit",
	[CRANE_WAIT_USER_PARTITION_JOBS] = "UserPartitionJobsLimit",
	[CRANE_WAIT_ACCOUNT_PARTITION_JOBS] = "AccPartitionJobsLimit",
	[CRANE_WAIT_USER_PARTITION_WALL] = "UserPartitionWallTimeLimit",
	[CRANE_WAIT_ACCOUNT_PARTITION_WALL] = "AccPartitionWallTimeLimit",
	[CRANE_WAIT_PARTITION_CPU] = "PartitionCpuResourceLimit",
	[CRANE_WAIT_PARTITION_MEM] = "PartitionMemResourceLimit",
	[CRANE_WAIT_PARTITION_GRES] = "PartitionGresResourceLimit",
	[CRANE_WAIT_BAD_QOS] = "QosEntryNotFound",
	[CRANE_WAIT_BAD_ACCOUNT] = "AccountMetaNotFound",
	[CRANE_WAIT_OTHER] = "Resource",
};

/*
 * The mark in the comment counts while the job has the begin time that was set with it; the begin
 * time of a gated job is in its record.
 */
time_t crane_job_hold_until(const struct crane_job *job,
			    const struct crane_job_dependency *dependency, time_t now)
{
	time_t until = job->hold.until;
	time_t begin = job->hold.begin > until ? job->hold.begin : until;

	if (until <= now || job->state != CRANE_PENDING ||
	    (job->begin_time != begin &&
	     (!dependency->record || dependency->record->begin_time != begin)))
		return 0;
	return until;
}

/*
 * The order is CraneSched's (doc/reference/errors.md#pending-reasons). Slurm cannot tell the gate
 * from a begin time of the user and does not know how terms are grouped: the record decides that.
 */
const char *crane_job_reason(const struct crane_job *job,
			     const struct crane_job_dependency *dependency, time_t now)
{
	const struct crane_record *record = dependency->record;
	enum crane_wait wait = job->wait;

	if (job->priority == 0 || crane_job_hold_until(job, dependency, now)) {
		wait = CRANE_WAIT_HELD;
	} else if (record && record->is_note && wait != CRANE_WAIT_NONE &&
		   record->begin_time <= now) {
		/* Slurm keeps the dependency, and its reason is right. */
	} else if (record) {
		if (record->begin_time > now)
			wait = CRANE_WAIT_BEGIN_TIME;
		else if (dependency->state.never)
			wait = CRANE_WAIT_DEPENDENCY_NEVER;
		else if (!dependency->state.met || wait == CRANE_WAIT_BEGIN_TIME ||
			 wait == CRANE_WAIT_DEPENDENCY_NEVER)
			/* The dependency is met, but the plugin has not opened the gate yet. */
			wait = CRANE_WAIT_DEPENDENCY;
	} else if (wait == CRANE_WAIT_NONE && job->begin_time > now) {
		/* The scheduler has not evaluated it yet. */
		wait = CRANE_WAIT_BEGIN_TIME;
	}
	return wait == CRANE_WAIT_OTHER && job->slurm_reason[0] ? job->slurm_reason :
								  wait_names[wait];
}

time_t crane_job_start(const struct crane_job *job, const struct crane_job_dependency *dependency,
		       time_t now)
{
	const struct crane_record *record = dependency->record;
	time_t ready;

	if (job->state != CRANE_PENDING || !record || record->is_note)
		return job->start_time;
	if (dependency->state.status != CRANE_DEP_READY_AFTER)
		return 0;
	ready = (time_t)dependency->state.ready_time;
	if (record->begin_time > ready)
		ready = (time_t)record->begin_time;
	/*
	 * After the ready time only Slurm knows the start time, and its value may still be the
	 * gate.
	 */
	return ready > now ? ready : 0;
}

const char *crane_state_name(enum crane_job_state state)
{
	switch (state) {
	case CRANE_PENDING:
		return "Pending";
	case CRANE_RUNNING:
		return "Running";
	case CRANE_COMPLETED:
		return "Completed";
	case CRANE_FAILED:
		return "Failed";
	case CRANE_EXCEED_TIME_LIMIT:
		return "ExceedTimeLimit";
	case CRANE_CANCELLED:
		return "Cancelled";
	case CRANE_OUT_OF_MEMORY:
		return "OutOfMemory";
	case CRANE_CONFIGURING:
		return "Configuring";
	case CRANE_COMPLETING:
		return "Completing";
	case CRANE_SUSPENDED:
		return "Suspended";
	case CRANE_DEADLINE:
		return "Deadline";
	}
	return "Invalid";
}

char *crane_limit_text(const struct crane_job *job)
{
	char text[CRANE_DURATION_TEXT_MAX];

	if (job->limit_sec == 0)
		return crane_xstrdup("unlimited");
	return crane_xstrdup(crane_duration_format(job->limit_sec, text));
}
