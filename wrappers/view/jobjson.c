/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Jobs and steps as JSON. A member that Slurm cannot fill, such as the job's environment, has its
 * default value, as in CraneSched's reply; a step that waits has no step_id.
 */
#include "config.h"

#include "wrappers/view/jobjson.h"

#include <stdlib.h>
#include <string.h>

#include "src/duration.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"
#include "wrappers/base/strings.h"
#include "wrappers/output/json.h"
#include "wrappers/slurm/jobcomment.h"
#include "wrappers/slurm/mailtypes.h"
#include "wrappers/view/arraytasks.h"
#include "wrappers/view/jobresources.h"
#include "wrappers/view/jobstate.h"
#include "wrappers/view/resources.h"

/* -- values ------------------------------------------------------------------------------------ */

static struct json_object *limit(uint64_t sec)
{
	return crane_json_duration((int64_t)(sec ? sec : CRANE_LIMIT_MAX_SEC));
}

static struct json_object *names(const char *folded)
{
	struct crane_strings list = { 0 };
	struct json_object *array;

	if (folded[0])
		crane_hostlist_expand(folded, &list);
	array = crane_json_list(&list);
	crane_strings_clear(&list);
	return array;
}

/* {"gpu":{"total":"2","specified":{"a100":"2"}}} */
static struct json_object *gres_map(const struct crane_resources *res)
{
	struct json_object *map = crane_json_object();

	for (size_t i = 0; i < res->n_gres; i++) {
		const char *full = res->gres[i].name, *colon = strchr(full, ':');
		size_t len = colon ? (size_t)(colon - full) : strlen(full);
		char *name = crane_xstrndup(full, len);
		struct json_object *kind, *types, *total;
		unsigned long long sum = res->gres[i].count;

		if (!json_object_object_get_ex(map, name, &kind)) {
			kind = crane_json_object();
			crane_json_put(kind, "total", crane_json_u64(0));
			crane_json_put(kind, "specified", crane_json_object());
			crane_json_put(map, name, kind);
		}
		if (colon) {
			json_object_object_get_ex(kind, "specified", &types);
			crane_json_put(types, colon + 1, crane_json_u64(res->gres[i].count));
			json_object_object_get_ex(kind, "total", &total);
			sum += strtoull(json_object_get_string(total), NULL, 10);
		}
		if (colon || !crane_tres_has_typed(res, name))
			crane_json_put(kind, "total", crane_json_u64(sum));
		free(name);
	}
	return map;
}

struct json_object *crane_json_resources(const struct crane_resources *res)
{
	struct json_object *view = crane_json_object(), *gres = crane_json_object();

	crane_resources_put(view, res);
	crane_json_put(gres, "name_gres_map", gres_map(res));
	crane_json_put(view, "gres_map", gres);
	return view;
}

static struct json_object *resources_of(const struct crane_job *job,
					void (*read)(const struct crane_job *,
						     struct crane_resources *))
{
	struct crane_resources res;
	struct json_object *view;

	read(job, &res);
	view = crane_json_resources(&res);
	crane_resources_clear(&res);
	return view;
}

/* Returns a JSON text as a string: CraneSched keeps comment and mail of a job there, too. */
static struct json_object *extra_attributes(const struct crane_job *job)
{
	struct crane_jobattr attr;
	char *types = crane_mail_types_text(job->mail), *text;
	struct json_object *value;

	crane_jobattr_unpack(job->comment, &attr);
	text = crane_jobattr_text(&attr, types, job->mail_user);
	value = crane_json_text(text);
	free(text);
	free(types);
	crane_jobattr_clear(&attr);
	return value;
}

static struct json_object *licenses(const char *list)
{
	struct json_object *map = crane_json_object();

	while (*list) {
		size_t len = strcspn(list, ",|"), name = strcspn(list, ",|:");
		char *key = crane_xstrndup(list, name);
		long count = list[name] == ':' ? strtol(list + name + 1, NULL, 10) : 1;

		crane_json_put(map, key, json_object_new_int64(count));
		free(key);
		list += len + (list[len] != '\0');
	}
	return map;
}

/* -- dependency -------------------------------------------------------------------------------- */

static struct json_object *edge_object(const struct crane_dep_edge *edge)
{
	struct json_object *one = crane_json_object();

	crane_json_put(one, "job_id", json_object_new_int64(edge->job_id));
	if (edge->task_id != CRANE_DEP_NO_TASK)
		crane_json_put(one, "array_task_id", json_object_new_int64(edge->task_id));
	crane_json_put(one, "type", json_object_new_string(crane_dep_type_json_name(edge->type)));
	crane_json_put(one, "delay_seconds", crane_json_u64(edge->delay_sec));
	return one;
}

/* Adds the kept terms; the object of singleton has no job. */
static void add_kept(struct json_object *pending, const struct crane_dep *kept)
{
	struct json_object *one;

	for (uint32_t i = 0; i < kept->n_kept; i++)
		crane_json_append(pending, edge_object(&kept->edges[kept->n_edges + i]));
	if (!kept->singleton)
		return;
	one = crane_json_object();
	crane_json_put(one, "type", json_object_new_string("SINGLETON"));
	crane_json_append(pending, one);
}

static void add_dependency(struct json_object *to, const struct crane_job_dependency *dependency)
{
	const struct crane_record *record = dependency->record;
	struct json_object *status, *pending;

	if (!record)
		return;
	status = crane_json_object();
	pending = crane_json_array();
	for (uint32_t i = 0; i < record->dep->n_edges; i++) {
		if (record->events[i] == CRANE_EVENT_PENDING)
			crane_json_append(pending, edge_object(&record->dep->edges[i]));
	}
	if (dependency->kept)
		add_kept(pending, dependency->kept);
	crane_json_put(status, "pending", pending);
	crane_json_put(status, "is_or",
		       json_object_new_boolean(record->dep->logic == CRANE_DEP_OR));
	if (dependency->state.never)
		crane_json_put(status, "infinite_future", json_object_new_boolean(true));
	else if (dependency->state.status == CRANE_DEP_READY_AFTER &&
		 dependency->state.ready_time > 0)
		crane_json_put(status, "ready_time",
			       crane_json_time((time_t)dependency->state.ready_time));
	crane_json_put(to, "dependency_status", status);
}

/* -- jobs and steps ---------------------------------------------------------------------------- */

static const char *type_of(const struct crane_job *job)
{
	return job->batch ? "Batch" : "Interactive";
}

static struct json_object *step_object(const struct crane_step_row *step)
{
	struct json_object *to = crane_json_object();
	struct crane_resources res;
	bool common = step->type == CRANE_STEP_TYPE_COMMON;

	crane_json_put(to, "type",
		       json_object_new_string(common ? "Interactive" : type_of(step->job)));
	crane_json_put(to, "step_type", json_object_new_string(crane_step_type_name(step->type)));
	crane_json_put(to, "job_id", json_object_new_int64(step->job->job_id));
	if (step->number != CRANE_STEP_NONE)
		crane_json_put(to, "step_id", json_object_new_int64(step->number));
	crane_json_put(to, "name", crane_json_text(step->name));
	crane_json_put(to, "uid", json_object_new_int64(step->uid));
	crane_json_put(to, "time_limit", limit(step->limit_sec));
	crane_json_put(to, "start_time", crane_json_time(step->start_time));
	crane_json_put(to, "node_num", json_object_new_int64(step->num_nodes));
	crane_json_put(to, "ntasks", json_object_new_int64(step->num_tasks));
	crane_json_put(to, "cmd_line", crane_json_text(step->command));
	crane_json_put(to, "status", json_object_new_string(crane_state_name(step->state)));
	if (step->state == CRANE_PENDING)
		crane_json_put(to, "pending_reason", json_object_new_string("Resource"));
	else
		crane_json_put(to, "craned_list", crane_json_text(step->nodes));
	crane_json_put(to, "elapsed_time", crane_json_duration(step->run_sec));
	if (step->ended) {
		crane_json_put(to, "end_time", crane_json_time(step->end_time));
		crane_json_put(to, "exit_code", json_object_new_int64(step->exit_code));
	}
	crane_tres_read(step->tres, &res);
	crane_json_put(to, "allocated_res_view", crane_json_resources(&res));
	crane_resources_clear(&res);
	return to;
}

static struct json_object *steps_of(const struct crane_job *job,
				    const struct crane_step_rows *steps, size_t first)
{
	struct json_object *array = crane_json_array();

	for (size_t i = first; i < steps->n && steps->row[i].job->job_id == job->job_id; i++)
		crane_json_append(array, step_object(&steps->row[i]));
	return array;
}

/* Returns the index of the job's first step; rows are sorted by job, descending. */
static size_t first_step(const struct crane_step_rows *steps, uint32_t job_id)
{
	size_t low = 0, high = steps->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (steps->row[mid].job->job_id > job_id)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/*
 * Adds array_task to a task, or array_spec {"start":0,"end":9,"max_concurrent":3} to an array. Slurm
 * keeps no array_spec: it is made of the tasks that slurmctld knows, those that have ended included.
 */
static void add_array(struct json_object *to, const struct crane_row *row)
{
	struct json_object *part = crane_json_object();
	const struct crane_job *job = &row->job;

	if (job->task_id != CRANE_NO_ARRAY_TASK) {
		crane_json_put(part, "array_job_id", json_object_new_int64(job->array_id));
		crane_json_put(part, "task_id", json_object_new_int64(job->task_id));
		crane_json_put(to, "array_task", part);
		return;
	}
	crane_json_put(part, "start", json_object_new_int64(row->first_task));
	crane_json_put(part, "end", json_object_new_int64(row->last_task));
	if (row->stride > 1)
		crane_json_put(part, "stride", json_object_new_int64(row->stride));
	if (job->max_tasks)
		crane_json_put(part, "max_concurrent", json_object_new_int64(job->max_tasks));
	crane_json_put(to, "array_spec", part);
}

/* Slurm gives a running job without a limit an end one year ahead. */
static time_t end_of(const struct crane_job *job)
{
	if (job->state == CRANE_PENDING || (!job->ended && job->limit_sec == 0))
		return 0;
	return job->end_time;
}

static struct json_object *job_object(const struct crane_row *row,
				      const struct crane_step_rows *steps, time_t now)
{
	const struct crane_job *job = &row->job;
	bool pending = job->state == CRANE_PENDING;
	bool whole_array = crane_is_whole_array(job);
	/* The row of an array has the number of the array. */
	uint32_t job_id = whole_array ? job->array_id : job->job_id;
	struct json_object *to = crane_json_object();
	struct crane_job_dependency dependency;

	crane_job_dependency_read(job, now, &dependency);
	crane_json_put(to, "type", json_object_new_string(type_of(job)));
	crane_json_put(to, "job_id", json_object_new_int64(job_id));
	crane_json_put(to, "name", crane_json_text(job->name));
	crane_json_put(to, "partition", crane_json_text(job->partition));
	crane_json_put(to, "uid", json_object_new_int64(job->uid));
	crane_json_put(to, "gid", json_object_new_int64(job->gid));
	crane_json_put(to, "time_limit", limit(job->limit_sec));
	crane_json_put(to, "start_time", crane_json_time(crane_job_start(job, &dependency, now)));
	crane_json_put(to, "end_time", crane_json_time(end_of(job)));
	crane_json_put(to, "submit_time", crane_json_time(job->submit_time));
	crane_json_put(to, "account", crane_json_text(job->account));
	crane_json_put(to, "node_num", json_object_new_int64(crane_job_node_count(job)));
	crane_json_put(to, "cmd_line",
		       crane_json_text(job->submit_line[0] ? job->submit_line : job->command));
	crane_json_put(to, "cwd", crane_json_text(job->work_dir));
	crane_json_put(to, "username", crane_json_text(job->user_name));
	crane_json_put(to, "qos", crane_json_text(job->qos));
	crane_json_put(to, "req_total_res_view", resources_of(job, crane_job_asked));
	crane_json_put(to, "licenses_count", licenses(job->licenses));
	crane_json_put(to, "req_nodes", names(job->req_nodes));
	crane_json_put(to, "exclude_nodes", names(job->exc_nodes));
	crane_json_put(to, "extra_attr", extra_attributes(job));
	crane_json_put(to, "reservation", crane_json_text(job->reservation));
	if (whole_array)
		crane_json_put(to, "step_info_list", crane_json_array());
	else
		crane_json_put(to, "step_info_list",
			       steps_of(job, steps, first_step(steps, job->job_id)));
	add_dependency(to, &dependency);
	crane_json_put(to, "held",
		       json_object_new_boolean((pending && job->priority == 0) ||
					       crane_job_hold_until(job, &dependency, now) != 0));
	crane_json_put(to, "status", json_object_new_string(crane_state_name(job->state)));
	crane_json_put(to, "exit_code", json_object_new_int64(job->exit_code));
	crane_json_put(to, "priority", json_object_new_int64(job->priority));
	if (pending)
		crane_json_put(to, "pending_reason",
			       json_object_new_string(crane_job_reason(job, &dependency, now)));
	else
		crane_json_put(to, "craned_list", crane_json_text(job->nodes));
	crane_json_put(to, "elapsed_time", crane_json_duration(job->run_sec));
	crane_json_put(to, "execution_node", crane_json_text(job->batch_host));
	crane_json_put(to, "exclusive", json_object_new_boolean(job->exclusive));
	crane_json_put(to, "allocated_res_view", resources_of(job, crane_job_got));
	crane_json_put(to, "wckey", crane_json_text(job->wckey));
	crane_json_put(to, "env", crane_json_object());
	crane_json_put(to, "submit_hostname", crane_json_text(job->submit_host));
	crane_json_put(to, "ntasks", json_object_new_int64(job->num_tasks));
	if (job->deadline)
		crane_json_put(to, "deadline_time", crane_json_time(job->deadline));
	crane_json_put(to, "requeue_count", json_object_new_int64(job->restarts));
	crane_json_put(to, "requeue_if_failed", json_object_new_boolean(job->requeue));
	if (job->array_id)
		add_array(to, row);
	crane_job_dependency_clear(&dependency);
	return to;
}

/* Prints one job at a time: the reply as one object takes ten times the memory of its text. */
void crane_jobs_print_json(const struct crane_rows *jobs, const struct crane_step_rows *steps,
			   time_t now)
{
	crane_print("{\"ok\":true,\"job_info_list\":[");
	for (size_t i = 0; i < jobs->n; i++) {
		if (i > 0)
			crane_print(",");
		crane_json_write(job_object(&jobs->row[i], steps, now));
	}
	crane_print("]}\n");
}
