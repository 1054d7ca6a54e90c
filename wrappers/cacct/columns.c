/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fields of cacct.
 */
#include "config.h"

#include "wrappers/cacct/columns.h"

#include <stdio.h>
#include <stdlib.h>

#include "src/duration.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/strings.h"
#include "wrappers/output/date.h"
#include "wrappers/slurm/jobcomment.h"
#include "wrappers/view/cells.h"
#include "wrappers/view/arraytasks.h"
#include "wrappers/view/jobresources.h"
#include "wrappers/view/resources.h"

typedef const struct crane_cacct_item row;

struct field {
	struct crane_field name; /* the first member: see output/format.h */
	char *(*of_job)(row *item);
	char *(*of_step)(row *item); /* NULL: the cell is empty */
};

/* -- values ----------------------------------------------------------------------------------- */

static char *duration_of(int64_t sec)
{
	char buf[CRANE_DURATION_TEXT_MAX];

	return crane_xstrdup(crane_duration_format((uint64_t)sec, buf));
}

static char *exit_code_of(uint32_t code)
{
	return code < 256 ? crane_xasprintf("%u:0", code) : crane_xasprintf("0:%u", code - 256);
}

static bool is_pending(row *item)
{
	return item->job->job.state == CRANE_PENDING;
}

/*
 * Reads the allocated or, with [asked], the requested resources of a row. A step has the resources
 * that it requested.
 */
static void read_resources(row *item, bool asked, struct crane_resources *res)
{
	if (item->step) {
		crane_tres_read(item->step->tres, res);
		if (res->nodes == 0)
			res->nodes = item->step->num_nodes;
	} else if (asked) {
		crane_job_asked(&item->job->job, res);
	} else {
		crane_job_got(&item->job->job, res);
	}
}

static char *cpus_of(row *item, bool asked)
{
	struct crane_resources res;
	char *text;

	read_resources(item, asked, &res);
	if (item->step && res.cpus == 0)
		res.cpus = item->step->num_cpus;
	/* A job without an allocation has no number of CPUs. */
	text = res.cpus == 0 && !asked ? crane_xstrdup("") : crane_xasprintf("%.2f", res.cpus);
	crane_resources_clear(&res);
	return text;
}

static char *mem_per_node_of(row *item, bool asked)
{
	struct crane_resources res;
	char *text;

	read_resources(item, asked, &res);
	text = crane_cell_mem(res.nodes ? res.mem_mib / res.nodes : 0);
	crane_resources_clear(&res);
	return text;
}

/* -- cells ------------------------------------------------------------------------------------ */

static char *account(row *item)
{
	return crane_cell_text(item->job->job.account);
}

static char *array_job_id(row *item)
{
	uint32_t id = item->job->job.array_id;

	return id ? crane_cell_number(id) : crane_cell_text("");
}

static char *array_task_id(row *item)
{
	uint32_t id = item->job->job.task_id;

	return id == CRANE_NO_ARRAY_TASK ? crane_cell_text("") : crane_cell_number(id);
}

/* "0-9:2%3" of an array as a whole. */
static char *array_spec(row *item)
{
	const struct crane_row *job = item->job;
	char stride[16] = "", most[16] = "";

	if (!crane_is_whole_array(&job->job))
		return crane_cell_text("");
	if (job->stride > 1)
		snprintf(stride, sizeof(stride), ":%u", job->stride);
	if (job->job.max_tasks)
		snprintf(most, sizeof(most), "%%%u", job->job.max_tasks);
	return crane_xasprintf("%u-%u%s%s", job->first_task, job->last_task, stride, most);
}

static char *alloc_cpus(row *item)
{
	return cpus_of(item, false);
}

static char *req_cpus(row *item)
{
	return cpus_of(item, true);
}

static char *alloc_mem(row *item)
{
	return mem_per_node_of(item, false);
}

static char *req_mem(row *item)
{
	return mem_per_node_of(item, true);
}

static char *deadline(row *item)
{
	return crane_cell_date(item->job->job.deadline);
}

static char *dependency(row *item)
{
	const struct crane_job *job = &item->job->job;
	char *text = crane_job_dependency_past(job);

	if (text[0] || !job->dependency[0])
		return text;
	free(text);
	return crane_cell_text(job->dependency);
}

/* Of what has started. */
static char *elapsed(row *item)
{
	const struct crane_job *job = &item->job->job;

	return job->state == CRANE_PENDING || !job->start_time ? crane_cell_text("") :
								 duration_of(job->run_sec);
}

static char *step_elapsed(row *item)
{
	return item->step->start_time ? duration_of(item->step->run_sec) : crane_cell_text("");
}

static char *start(row *item)
{
	const struct crane_job *job = &item->job->job;

	return crane_cell_date(job->state == CRANE_PENDING ? 0 : job->start_time);
}

static char *step_start(row *item)
{
	return crane_cell_date(item->step->start_time);
}

static char *end(row *item)
{
	const struct crane_job *job = &item->job->job;

	return crane_cell_date(job->ended && job->start_time ? job->end_time : 0);
}

static char *step_end(row *item)
{
	return crane_cell_date(item->step->end_time);
}

static char *submit(row *item)
{
	return crane_cell_date(item->job->job.submit_time);
}

static char *exit_code(row *item)
{
	return exit_code_of(item->job->job.exit_code);
}

static char *step_exit_code(row *item)
{
	return exit_code_of(item->step->exit_code);
}

static char *held(row *item)
{
	return crane_cell_bool(is_pending(item) && !item->job->job.priority);
}

static char *job_id(row *item)
{
	return crane_cell_text(item->job->id);
}

static char *step_id(row *item)
{
	return crane_cell_text(item->step->id);
}

static char *wckey(row *item)
{
	return crane_cell_text(item->job->job.wckey);
}

static char *comment(row *item)
{
	return crane_jobattr_comment(item->job->job.comment);
}

static char *nodes(row *item)
{
	return crane_cell_text(is_pending(item) ? "" : item->job->job.nodes);
}

static char *step_nodes(row *item)
{
	return crane_cell_text(item->step->nodes);
}

static char *limit(row *item)
{
	return crane_limit_text(&item->job->job);
}

static char *step_limit(row *item)
{
	return item->step->limit_sec ? duration_of((int64_t)item->step->limit_sec) :
				       crane_cell_text("unlimited");
}

static char *node_num(row *item)
{
	return crane_cell_number(crane_job_node_count(&item->job->job));
}

static char *step_node_num(row *item)
{
	return crane_cell_number(item->step->num_nodes);
}

static char *name(row *item)
{
	return crane_cell_text(item->job->job.name);
}

static char *step_name(row *item)
{
	return crane_cell_text(item->step->name);
}

static char *partition(row *item)
{
	return crane_cell_text(item->job->job.partition);
}

static char *priority(row *item)
{
	return crane_cell_number(item->job->job.priority);
}

static char *qos(row *item)
{
	return crane_cell_text(item->job->job.qos);
}

static char *reason(row *item)
{
	return crane_cell_text(
		is_pending(item) ? crane_job_reason(&item->job->job, &item->dependency, item->now) :
				   " ");
}

static char *req_nodes(row *item)
{
	return crane_cell_names(item->job->job.req_nodes);
}

static char *exc_nodes(row *item)
{
	return crane_cell_names(item->job->job.exc_nodes);
}

static char *type(row *item)
{
	return crane_cell_text(item->job->job.batch ? "Batch" : "Interactive");
}

static char *step_type(row *item)
{
	return item->step->type == CRANE_STEP_TYPE_COMMON ? crane_cell_text("Interactive") :
							    type(item);
}

static char *state(row *item)
{
	return crane_cell_text(crane_state_name(item->job->job.state));
}

static char *step_state(row *item)
{
	return crane_cell_text(crane_state_name(item->step->state));
}

static char *user(row *item)
{
	return crane_cell_text(item->job->job.user_name);
}

static char *uid(row *item)
{
	return crane_cell_number(item->job->job.uid);
}

static char *exclusive(row *item)
{
	return crane_cell_bool(item->job->job.exclusive);
}

/* What steps have of their job is empty on their rows, or the job's: as CraneSched has it. */
static const struct field fields[] = {
	/* clang-format off */
	{ { 'a', "account", "Account" }, account, account },
	{ { 0, "arrayjobid", "ArrayJobId" }, array_job_id, array_job_id },
	{ { 0, "arrayspec", "ArraySpec" }, array_spec, NULL },
	{ { 0, "arraytaskid", "ArrayTaskId" }, array_task_id, array_task_id },
	{ { 'C', "reqcpus", "ReqCpus" }, req_cpus, req_cpus },
	{ { 'c', "alloccpus", "AllocCPUs" }, alloc_cpus, alloc_cpus },
	{ { 0, "deadline", "Deadline" }, deadline, NULL },
	{ { 0, "dependency", "Dependency" }, dependency, NULL },
	{ { 'D', "elapsedtime", "ElapsedTime" }, elapsed, step_elapsed },
	{ { 'E', "endtime", "EndTime" }, end, step_end },
	{ { 'e', "exitcode", "ExitCode" }, exit_code, step_exit_code },
	{ { 'h', "held", "Held" }, held, NULL },
	{ { 'j', "jobid", "JobID" }, job_id, step_id },
	{ { 'K', "wckey", "Wckey" }, wckey, NULL },
	{ { 'k', "comment", "Comment" }, comment, NULL },
	{ { 'L', "nodelist", "NodeList" }, nodes, step_nodes },
	{ { 'l', "timelimit", "TimeLimit" }, limit, step_limit },
	{ { 'M', "reqmempernode", "ReqMemPerNode" }, req_mem, req_mem },
	{ { 'm', "allocmempernode", "AllocMemPerNode" }, alloc_mem, alloc_mem },
	{ { 'N', "nodenum", "NodeNum" }, node_num, step_node_num },
	{ { 'n', "jobname", "JobName" }, name, step_name },
	{ { 'P', "partition", "Partition" }, partition, partition },
	{ { 'p', "priority", "Priority" }, priority, NULL },
	{ { 'q', "qos", "Qos" }, qos, NULL },
	{ { 'R', "reason", "Reason" }, reason, NULL },
	{ { 'r', "reqnodes", "ReqNodes" }, req_nodes, NULL },
	{ { 'S', "starttime", "StartTime" }, start, step_start },
	{ { 's', "submittime", "SubmitTime" }, submit, submit },
	{ { 'T', "jobtype", "JobType" }, type, step_type },
	{ { 't', "state", "State" }, state, step_state },
	{ { 'U', "username", "UserName" }, user, NULL },
	{ { 'u', "uid", "Uid" }, uid, uid },
	{ { 'X', "exclusive", "Exclusive" }, exclusive, NULL },
	{ { 'x', "excludenodes", "ExcludeNodes" }, exc_nodes, NULL },
	/* Columns of the tables only. */
	{ { 0, " partition", "Partition" }, partition, NULL },
	{ { 0, " username", "UserName" }, user, user },
	{ { 0, " qos", "Qos" }, qos, qos },
	{ { 0, " priority", "Priority" }, priority, priority },
	{ { 0, " nodes", "CranedList" }, nodes, step_nodes },
	{ { 0, NULL, NULL }, NULL, NULL },
	/* clang-format on */
};

static const struct crane_fields table = {
	.of = "jobs",
	CRANE_FIELDS_ROWS(fields),
	.nothing = "Invalid format specifier.",
	.unknown = "Invalid format specifier or string: ",
	.bad_width = "Invalid width specifier.",
	.unknown_lists_fields = true,
};

const struct crane_fields *crane_cacct_fields(void)
{
	return &table;
}

static const struct field *field_of(const struct crane_format_column *column)
{
	/* The fields are those of the table above. */
	return (const struct field *)(const void *)column->field;
}

/* Ids, and what a step only repeats of its job, are no reason to list steps. */
bool crane_cacct_column_of_steps(const struct crane_format_column *column)
{
	const struct field *field = field_of(column);

	return field && field->of_step && field->of_step != step_id &&
	       field->of_step != field->of_job;
}

bool crane_cacct_column_of_qos(const struct crane_format_column *column)
{
	return column->field && field_of(column)->of_job == qos;
}

char *crane_cacct_cell(const struct crane_format_column *column,
		       const struct crane_cacct_item *item)
{
	const struct field *field = field_of(column);

	if (!field)
		return crane_xstrdup(column->literal);
	if (item->step)
		return field->of_step ? field->of_step(item) : crane_xstrdup("");
	return field->of_job(item);
}
