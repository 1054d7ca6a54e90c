/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fields of cqueue. cqueue.c chooses the rows.
 */
#include "config.h"

#include "wrappers/cqueue/columns.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "src/duration.h"
#include "wrappers/slurm/jobcomment.h"
#include "wrappers/output/date.h"
#include "wrappers/view/cells.h"
#include "wrappers/view/resources.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/strings.h"
#include "wrappers/view/jobstate.h"
#include "wrappers/view/jobresources.h"

struct field {
	struct crane_field is;
	char *(*cell)(const struct crane_cqueue_item *item);
};

typedef const struct crane_cqueue_item row;

/* -- cells ------------------------------------------------------------------------------------- */

static char *elapsed_of(enum crane_job_state state, int64_t run_sec)
{
	char buf[CRANE_DURATION_TEXT_MAX];

	if (state != CRANE_RUNNING)
		return crane_xstrdup("-");
	return crane_xstrdup(crane_duration_format((uint64_t)run_sec, buf));
}

static char *limit_of(uint64_t sec)
{
	char buf[CRANE_DURATION_TEXT_MAX];

	return crane_xstrdup(sec ? crane_duration_format(sec, buf) : "unlimited");
}

/* Adds missing counts to "ansys:2,matlab". */
static char *licenses_of(const char *list)
{
	struct crane_strings counts = { 0 };
	char *text;

	while (*list) {
		size_t len = strcspn(list, ",|");
		bool counted = memchr(list, ':', len) != NULL;

		crane_strings_addf(&counts, "%.*s%s", (int)len, list, counted ? "" : ":1");
		list += len + (list[len] != '\0');
	}
	text = crane_strings_join(&counts, ",");
	crane_strings_clear(&counts);
	return text;
}

enum amount { CPUS, CPUS_PER_TASK, MEM_PER_NODE };

static char *amount_of(const struct crane_job *job, bool asked, enum amount what)
{
	struct crane_resources res;
	double cpus, mem_mib;
	uint32_t nodes, tasks = job->num_tasks ? job->num_tasks : 1;

	if (asked)
		crane_job_asked(job, &res);
	else
		crane_job_got(job, &res);
	cpus = res.cpus;
	mem_mib = res.mem_mib;
	nodes = res.nodes;
	crane_resources_clear(&res);
	switch (what) {
	case CPUS:
		return crane_xasprintf("%.2f", cpus);
	case CPUS_PER_TASK:
		return crane_xasprintf("%.2f", cpus / tasks);
	case MEM_PER_NODE:
		break;
	}
	return crane_cell_mem(nodes ? mem_mib / nodes : 0);
}

static bool is_pending(row *item)
{
	return item->job->job.state == CRANE_PENDING;
}

static char *job_account(row *item)
{
	return crane_cell_text(item->job->job.account);
}
static char *job_alloc_cpus(row *item)
{
	return amount_of(&item->job->job, false, CPUS);
}
static char *job_req_cpus(row *item)
{
	return amount_of(&item->job->job, true, CPUS);
}
static char *job_deadline(row *item)
{
	return crane_cell_date(item->job->job.deadline);
}
static char *job_held(row *item)
{
	return crane_cell_bool(is_pending(item) && !item->job->job.priority);
}
/* "12", "12_3", of an array as a whole "12_[1-3]". */
static char *job_id(row *item)
{
	if (item->job->live_tasks)
		return crane_xasprintf("%s_[%s]", item->job->id, item->job->live_tasks);
	return crane_cell_text(item->job->id);
}
static char *job_wckey(row *item)
{
	return crane_cell_text(item->job->job.wckey);
}
static char *job_comment(row *item)
{
	return crane_jobattr_comment(item->job->job.comment);
}
static char *job_limit(row *item)
{
	return limit_of(item->job->job.limit_sec);
}
static char *job_name(row *item)
{
	return crane_cell_text(item->job->job.name);
}
static char *job_node_num(row *item)
{
	return crane_cell_number(crane_job_node_count(&item->job->job));
}

static char *job_priority(row *item)
{
	return crane_cell_number(item->job->job.priority);
}
static char *job_partition(row *item)
{
	return crane_cell_text(item->job->job.partition);
}
static char *job_qos(row *item)
{
	return crane_cell_text(item->job->job.qos);
}
static char *job_req_nodes(row *item)
{
	return crane_cell_names(item->job->job.req_nodes);
}
static char *job_exc_nodes(row *item)
{
	return crane_cell_names(item->job->job.exc_nodes);
}
static char *job_submit(row *item)
{
	return crane_cell_date(item->job->job.submit_time);
}
static char *job_state(row *item)
{
	return crane_cell_text(crane_state_name(item->job->job.state));
}
static char *job_user(row *item)
{
	return crane_cell_text(item->job->job.user_name);
}
static char *job_uid(row *item)
{
	return crane_cell_number(item->job->job.uid);
}
static char *job_exclusive(row *item)
{
	return crane_cell_bool(item->job->job.exclusive);
}
static char *job_licenses(row *item)
{
	return licenses_of(item->job->job.licenses);
}

static char *job_elapsed(row *item)
{
	return elapsed_of(item->job->job.state, item->job->job.run_sec);
}

static char *job_nodes(row *item)
{
	return crane_cell_text(is_pending(item) ? "" : item->job->job.nodes);
}

static char *job_alloc_mem(row *item)
{
	return amount_of(&item->job->job, false, MEM_PER_NODE);
}

static char *job_req_mem(row *item)
{
	return amount_of(&item->job->job, true, MEM_PER_NODE);
}

static char *job_cpus_per_task(row *item)
{
	return amount_of(&item->job->job, true, CPUS_PER_TASK);
}

static char *job_command(row *item)
{
	const struct crane_job *job = &item->job->job;

	return crane_cell_text(job->submit_line[0] ? job->submit_line : job->command);
}

static const char *reason_of(row *item)
{
	return crane_job_reason(&item->job->job, &item->dependency, item->now);
}

static char *job_reason(row *item)
{
	return crane_cell_text(is_pending(item) ? reason_of(item) : " ");
}

static char *job_nodes_or_reason(row *item)
{
	return crane_cell_text(is_pending(item) ? reason_of(item) : item->job->job.nodes);
}

static char *job_expected_start(row *item)
{
	return crane_cell_date(crane_job_start(&item->job->job, &item->dependency, item->now));
}

/* The column of --start: empty while unknown. */
static char *job_start_or_empty(row *item)
{
	time_t start = crane_job_start(&item->job->job, &item->dependency, item->now);

	return start > 0 ? crane_cell_date(start) : crane_xstrdup("");
}

static char *job_start(row *item)
{
	time_t start = crane_job_start(&item->job->job, &item->dependency, item->now);

	return crane_cell_date(start > item->now ? 0 : start);
}

static char *job_type(row *item)
{
	return crane_cell_text(item->job->job.batch ? "Batch" : "Interactive");
}

static const struct field job_fields[] = {
	{ { 'a', "account", "Account" }, job_account },
	{ { 'c', "alloccpus", "AllocCpus" }, job_alloc_cpus },
	{ { 'C', "reqcpus", "ReqCpus" }, job_req_cpus },
	{ { 0, "deadline", "Deadline" }, job_deadline },
	{ { 'e', "elapsedtime", "ElapsedTime" }, job_elapsed },
	{ { 'h', "held", "Held" }, job_held },
	{ { 'j', "jobid", "JobId" }, job_id },
	{ { 'K', "wckey", "Wckey" }, job_wckey },
	{ { 'k', "comment", "Comment" }, job_comment },
	{ { 'l', "timelimit", "TimeLimit" }, job_limit },
	{ { 'L', "nodelist", "NodeList(Reason)" }, job_nodes },
	{ { 'm', "allocmempernode", "AllocMemPerNode" }, job_alloc_mem },
	{ { 'M', "reqmempernode", "ReqMemPerNode" }, job_req_mem },
	{ { 'n', "name", "Name" }, job_name },
	{ { 'N', "nodenum", "NodeNum" }, job_node_num },
	{ { 'o', "command", "Command" }, job_command },
	{ { 'p', "priority", "Priority" }, job_priority },
	{ { 'P', "partition", "Partition" }, job_partition },
	{ { 'q', "qos", "QoS" }, job_qos },
	{ { 'Q', "reqcpupertask", "ReqCpuPerTask" }, job_cpus_per_task },
	{ { 'r', "reqnodes", "ReqNodes" }, job_req_nodes },
	{ { 'R', "reason", "Reason" }, job_reason },
	{ { 's', "submittime", "SubmitTime" }, job_submit },
	{ { 'S', "starttime", "StartTime" }, job_start },
	{ { 't', "state", "State" }, job_state },
	{ { 'T', "jobtype", "JobType" }, job_type },
	{ { 'u', "user", "User" }, job_user },
	{ { 'U', "uid", "Uid" }, job_uid },
	{ { 'x', "excludenodes", "ExcludeNodes" }, job_exc_nodes },
	{ { 'X', "exclusive", "Exclusive" }, job_exclusive },
	/* Columns of the tables only; --format cannot name a column with a blank. */
	{ { 0, " status", "Status" }, job_state },
	{ { 0, " type", "Type" }, job_type },
	{ { 0, " time", "Time" }, job_elapsed },
	{ { 0, " nodes", "Nodes" }, job_node_num },
	{ { 0, " nodesreason", "NodeList/Reason" }, job_nodes_or_reason },
	{ { 0, " start", "StartTime" }, job_start_or_empty },
	{ { 0, " expected", "StartTime" }, job_expected_start },
	{ { 0, " licenses", "Licenses" }, job_licenses },
	{ { 0, " jobname", "JobName" }, job_name },
	{ { 0, " username", "UserName" }, job_user },
	{ { 0, NULL, NULL }, NULL },
};

static char *step_id(row *item)
{
	return crane_cell_text(item->step->id);
}
static char *step_name(row *item)
{
	return crane_cell_text(item->step->name);
}
static char *step_partition(row *item)
{
	return crane_cell_text(item->step->job->partition);
}
static char *step_user(row *item)
{
	return crane_cell_text(item->step->job->user_name);
}
static char *step_account(row *item)
{
	return crane_cell_text(item->step->job->account);
}
static char *step_qos(row *item)
{
	return crane_cell_text(item->step->job->qos);
}
static char *step_uid(row *item)
{
	return crane_cell_number(item->step->uid);
}
static char *step_nodes(row *item)
{
	return crane_cell_text(item->step->nodes);
}
static char *step_state(row *item)
{
	return crane_cell_text(crane_state_name(item->step->state));
}
static char *step_limit(row *item)
{
	return limit_of(item->step->limit_sec);
}
static char *step_node_num(row *item)
{
	return crane_cell_number(item->step->num_nodes);
}
static char *step_command(row *item)
{
	return crane_cell_text(item->step->command);
}
static char *step_type(row *item)
{
	return crane_cell_text(crane_step_type_name(item->step->type));
}
static char *step_cpus(row *item)
{
	return crane_cell_number(item->step->num_cpus);
}
static char *step_tasks(row *item)
{
	return crane_cell_number(item->step->num_tasks);
}
static char *step_tres(row *item)
{
	return crane_cell_text(item->step->tres);
}
static char *step_start(row *item)
{
	return crane_cell_date(item->step->start_time);
}

static char *step_job_id(row *item)
{
	const char *dot = strchr(item->step->id, '.');

	return crane_xstrndup(item->step->id, (size_t)(dot - item->step->id));
}

static char *step_elapsed(row *item)
{
	return elapsed_of(item->step->state, item->step->run_sec);
}

static const struct field step_fields[] = {
	{ { 'i', "stepid", "StepId" }, step_id },
	{ { 'j', "jobid", "JobId" }, step_job_id },
	{ { 'n', "name", "Name" }, step_name },
	{ { 'P', "partition", "Partition" }, step_partition },
	{ { 'u', "user", "User" }, step_user },
	{ { 'U', "uid", "Uid" }, step_uid },
	{ { 'e', "elapsedtime", "ElapsedTime" }, step_elapsed },
	{ { 'L', "nodelist", "NodeList" }, step_nodes },
	{ { 't', "state", "State" }, step_state },
	{ { 'l', "timelimit", "TimeLimit" }, step_limit },
	{ { 'N', "nodenum", "NodeNum" }, step_node_num },
	{ { 'a', "account", "Account" }, step_account },
	{ { 'q', "qos", "QoS" }, step_qos },
	{ { 'o', "command", "Command" }, step_command },
	/* Columns without a letter in Crane. */
	{ { 0, "steptype", "StepType" }, step_type },
	{ { 0, "cpus", "Cpus" }, step_cpus },
	{ { 0, "tasks", "Tasks" }, step_tasks },
	{ { 0, "tres", "Tres" }, step_tres },
	{ { 0, "starttime", "StartTime" }, step_start },
	{ { 0, " time", "Time" }, step_elapsed },
	{ { 0, NULL, NULL }, NULL },
};

/* -- columns ----------------------------------------------------------------------------------- */

static const struct crane_fields jobs = {
	.of = "jobs",
	CRANE_FIELDS_ROWS(job_fields),
	.nothing = "invalid format specifier",
	.unknown = "invalid format specifier: ",
	.bad_width = "invalid width specifier",
};

static const struct crane_fields steps = {
	.of = "steps",
	CRANE_FIELDS_ROWS(step_fields),
	.dot_before_width = true,
	.nothing = "Invalid format specifier.",
	.unknown = "Invalid format specifier or string for step: ",
	.bad_width = "Invalid width specifier.",
	.unknown_lists_fields = true,
};

const struct crane_fields *crane_cqueue_fields(bool of_steps)
{
	return of_steps ? &steps : &jobs;
}

char *crane_cqueue_cell(const struct crane_format_column *column,
			const struct crane_cqueue_item *item)
{
	/* The fields are those of the tables above. */
	const struct field *field = (const struct field *)(const void *)column->field;

	return field ? field->cell(item) : crane_xstrdup(column->literal);
}
