/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cqueue: the jobs that wait and run, or their steps (doc/reference/queries.md). jobrows.c and
 * steprows.c make rows, columns.c prints fields, jobfilter.c applies filters.
 */
#include "config.h"

#include <locale.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/exitstatus.h"
#include "wrappers/cqueue/columns.h"
#include "wrappers/view/jobjson.h"
#include "wrappers/view/jobfilter.h"
#include "wrappers/view/jobrows.h"
#include "wrappers/options/options.h"
#include "wrappers/slurm/api.h"
#include "wrappers/slurm/jobs.h"
#include "wrappers/view/steprows.h"
#include "wrappers/output/table.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"
#include "wrappers/base/strings.h"
#include "wrappers/view/nodepattern.h"
#include "wrappers/view/query.h"
#include "wrappers/view/jobstate.h"
#include "wrappers/options/help.h"
#include "wrappers/options/start.h"

#define MAX_LINES_DEFAULT 1000

struct request {
	const char *config, *jobs, *accounts, *format, *licenses, *names, *nodes;
	const char *partitions, *qos, *states, *steps, *types, *users, *iterate;
	struct crane_opt_uint max_lines;
	bool array, deadline, full, json, no_header, self, start;

	/* The result of the options. */
	struct crane_job_filter filter;
	struct crane_id *selectors; /* of jobs, and with --step of steps */
	size_t n_selectors;
	struct crane_format columns;
	uint64_t interval_sec; /* 0: once */
};

#define FIELD(name) offsetof(struct request, name)
#define TEXT(letter, name, field, help)                                                            \
	CRANE_OPT(letter, name, "string", STRING, LOCAL, FIELD(field), NULL, 0, help)
#define FLAG(letter, name, field, help)                                                            \
	CRANE_OPT(letter, name, NULL, BOOL, LOCAL, FIELD(field), NULL, 0, help)

static const struct crane_opt rows[] = {
	CRANE_OPT_COMMON("cqueue", FIELD(config)),
	TEXT('A', "account", accounts, "show jobs of these accounts"),
	FLAG('r', "array", array, "list each task of an array"),
	FLAG(0, "deadline", deadline, "add the column Deadline"),
	TEXT('o', "format", format,
	     "columns to print, each %[[.]size]letter or %[[.]size]name, with any text between"),
	FLAG('F', "full", full, "print more columns, and nothing cut"),
	CRANE_OPT('i', "iterate", "uint", STRING, LOCAL, FIELD(iterate), NULL,
		  CRANE_OPT_EMPTY_COUNTS, "repeat every so many seconds"),
	TEXT('j', "job", jobs, "show these jobs only: ids or JOB_TASK, joined by commas"),
	FLAG(0, "json", json, "print JSON"),
	TEXT('L', "licenses", licenses,
	     "show jobs that use any of these licenses, and add the column Licenses"),
	CRANE_OPT('m', "max-lines", "uint32", UINT, LOCAL, FIELD(max_lines), NULL, 0,
		  "print at most this many jobs (default 1000)"),
	TEXT('n', "name", names, "show jobs of these names"),
	TEXT('w', "nodelist", nodes, "show jobs on these nodes"),
	FLAG('N', "noheader", no_header, "print no header"),
	TEXT('p', "partition", partitions, "show jobs of these partitions"),
	TEXT('q', "qos", qos, "show jobs of these QoS, and add the column QoS"),
	FLAG(0, "self", self, "show own jobs"),
	FLAG('S', "start", start, "add the column StartTime"),
	TEXT('t', "state", states, "show jobs in these states: pending, running, suspended, all"),
	CRANE_OPT('s', "step", "string", OPTIONAL, LOCAL, FIELD(steps), NULL, 0,
		  "show steps: all, or those of --step=JOB[_TASK][.STEP],..."),
	TEXT(0, "type", types, "show jobs of these types: batch, interactive"),
	TEXT('u', "user", users, "show jobs of these users"),
	CRANE_OPT_END
};

static const struct crane_command command = {
	.use = "cqueue [flags]",
	.about = "Display the job information and queue status",
	.rows = rows,
};

static enum crane_exit refuse(const char *text)
{
	return crane_usage_error(&command, CRANE_EXIT_ARG, "%s", text);
}

/* -- what the options mean --------------------------------------------------------------------- */

static enum crane_exit read_filter(struct request *me)
{
	struct crane_job_filter *filter = &me->filter;
	const struct crane_query_list lists[] = {
		/* clang-format off */
		{ me->accounts, "account", &filter->accounts },
		{ me->licenses, "licenses", &filter->licenses },
		{ me->names, "job name", &filter->names },
		{ me->partitions, "partition", &filter->partitions },
		{ me->qos, "Qos", &filter->qos },
		{ me->users, "user", &filter->users },
		/* clang-format on */
	};
	struct crane_error err;
	enum crane_exit status = crane_query_lists(&command, lists, sizeof(lists) / sizeof(*lists));

	if (status != CRANE_EXIT_OK)
		return status;
	if (me->states && crane_states_parse(me->states, &filter->states, &err) != 0)
		return refuse(err.text);
	if (me->types && crane_types_parse(me->types, filter, &err) != 0)
		return crane_usage_error(&command, CRANE_EXIT_ARG,
					 "Invalid job type list specified: %s.", err.text);
	if (me->nodes && crane_nodes_parse(me->nodes, &filter->nodes, &err) != 0)
		return refuse(err.text);
	if (me->self && filter->users.n == 0) {
		const struct passwd *pw = getpwuid(getuid());

		/* A user without a name is shown by number. */
		if (pw)
			crane_strings_addf(&filter->users, "%s", pw->pw_name);
		else
			crane_strings_addf(&filter->users, "%u", getuid());
	}
	return CRANE_EXIT_OK;
}

static void add_selectors(struct request *me, struct crane_id *more, size_t n)
{
	me->selectors = crane_xrealloc(me->selectors, me->n_selectors + n, sizeof(*more));
	memcpy(me->selectors + me->n_selectors, more, n * sizeof(*more));
	me->n_selectors += n;
	free(more);
}

static enum crane_exit read_selectors(struct request *me)
{
	bool named_steps = me->steps && *me->steps && strcmp(me->steps, "ALL") != 0;
	struct crane_id *list;
	struct crane_error err;
	size_t n;

	if (me->jobs) {
		if (crane_selectors_parse(me->jobs, &list, &n, &err) != 0)
			return crane_usage_error(&command, CRANE_EXIT_ARG,
						 "Invalid job list specified: %s.", err.text);
		add_selectors(me, list, n);
		for (size_t i = 0; i < n; i++) {
			if (me->selectors[i].has_step)
				return refuse("Step selector is unsupported in cqueue --job, use "
					      "--step for step queries.");
		}
	}
	if (named_steps) {
		if (crane_selectors_parse(me->steps, &list, &n, &err) != 0)
			return crane_usage_error(&command, CRANE_EXIT_ARG,
						 "Invalid step list specified: %s.", err.text);
		/* -j and --step together list the union of both. */
		add_selectors(me, list, n);
	}
	return CRANE_EXIT_OK;
}

static enum crane_exit read_interval(struct request *me)
{
	struct crane_error err;

	switch (crane_interval_parse(me->iterate, &me->interval_sec, &err)) {
	case CRANE_INTERVAL_NO_NUMBER:
		return crane_usage_error(&command, CRANE_EXIT_GENERIC, "%s", err.text);
	case CRANE_INTERVAL_TOO_LONG:
		return refuse("Invalid time interval.");
	case CRANE_INTERVAL_READ:
		break;
	}
	return CRANE_EXIT_OK;
}

static void add_columns(struct request *me, const char *const *names)
{
	for (; *names; names++)
		crane_format_add(&me->columns, crane_cqueue_fields(me->steps != NULL), *names);
}

static enum crane_exit read_columns(struct request *me)
{
	static const char *const usual[] = { "jobid",     "partition", "name",         "user",
					     "account",   " status",   " type",        " time",
					     "timelimit", " nodes",    " nodesreason", NULL };
	static const char *const full[] = {
		/* clang-format off */
		"jobid",     " jobname",      " username", "partition", "account",
		"nodenum",   "reqcpus",       "reqmempernode", "alloccpus", "allocmempernode",
		" status",   " time",         "timelimit", " expected", "submittime",
		" type",     "qos",           "exclusive", "held",      "priority",
		" nodesreason", "deadline",   NULL
		/* clang-format on */
	};
	static const char *const of_steps[] = { "stepid", "name",     "partition", "user",
						" time",  "nodelist", NULL };

	if (me->format)
		return crane_query_format(me->format, crane_cqueue_fields(me->steps != NULL),
					  &me->columns);
	if (me->steps) {
		add_columns(me, of_steps);
	} else if (me->full) {
		add_columns(me, full);
	} else {
		const char *more[] = { NULL, NULL, NULL, NULL, NULL };
		size_t n = 0;

		add_columns(me, usual);
		if (me->start)
			more[n++] = " start";
		if (me->filter.qos.n)
			more[n++] = "qos";
		if (me->deadline)
			more[n++] = "deadline";
		if (me->filter.licenses.n)
			more[n++] = " licenses";
		add_columns(me, more);
	}
	return CRANE_EXIT_OK;
}

/* In the order in which Crane looks at them. */
static enum crane_exit read_request(struct request *me)
{
	enum crane_exit status = read_filter(me);

	if (status == CRANE_EXIT_OK)
		status = read_selectors(me);
	if (status == CRANE_EXIT_OK && me->max_lines.given && me->max_lines.value == 0)
		status = refuse("Output line number limit must be greater than 0.");
	if (status == CRANE_EXIT_OK)
		status = read_interval(me);
	if (status == CRANE_EXIT_OK && !me->json)
		status = read_columns(me);
	return status;
}

static void clear_request(struct request *me)
{
	crane_job_filter_clear(&me->filter);
	crane_format_clear(&me->columns);
	free(me->selectors);
}

/* -- answering --------------------------------------------------------------------------------- */

#define CONTEXT "Failed to query job queue"

/*
 * Loads only the jobs that are needed: slurmctld itself selects one job, or the jobs of one user.
 */
static int load_jobs(const struct request *me, struct crane_jobs *jobs,
		     struct crane_slurm_error *why)
{
	bool one = me->n_selectors > 0;
	uint32_t uid;

	for (size_t i = 0; i < me->n_selectors; i++)
		one &= me->selectors[i].job_id == me->selectors[0].job_id;
	if (one)
		return crane_slurm_load_job(me->selectors[0].job_id, true, jobs, why);
	if (me->n_selectors == 0 && crane_job_filter_one_user(&me->filter, &uid))
		return crane_slurm_load_user_jobs(uid, true, jobs, why);
	return crane_slurm_load_jobs(true, jobs, why);
}

static bool passes(const struct crane_job *job, const void *filter)
{
	return crane_job_filter_matches(filter, job);
}

static void add_row(const struct request *me, struct crane_table *table,
		    const struct crane_cqueue_item *item)
{
	for (size_t i = 0; i < me->columns.n; i++) {
		char *cell = crane_cqueue_cell(&me->columns.column[i], item);

		crane_table_cell(table, cell);
		free(cell);
	}
}

static void print_table(const struct request *me, const struct crane_rows *shown,
			const struct crane_step_rows *steps, time_t now)
{
	const struct crane_format *columns = &me->columns;
	struct crane_column *sizes = crane_xcalloc(columns->n, sizeof(*sizes));
	struct crane_table table = {
		.whole = me->full || me->format,
		.no_header = me->no_header,
		.tight = me->steps && me->format,
	};

	crane_format_begin_table(columns, &table, sizes);
	for (size_t i = 0; me->steps && i < steps->n; i++) {
		struct crane_cqueue_item item = { .step = &steps->row[i], .now = now };

		add_row(me, &table, &item);
	}
	for (size_t i = 0; !me->steps && i < shown->n; i++) {
		struct crane_cqueue_item item = { .job = &shown->row[i], .now = now };

		if (shown->row[i].job.state == CRANE_PENDING)
			crane_job_dependency_read(&shown->row[i].job, now, &item.dependency);
		add_row(me, &table, &item);
		crane_job_dependency_clear(&item.dependency);
	}
	crane_table_print(stdout, &table);
	crane_table_clear(&table);
	free(sizes);
}

/* Returns true if [id] names the job of any row. */
static bool is_shown(const struct crane_rows *shown, const struct crane_id *id)
{
	for (size_t i = 0; i < shown->n; i++) {
		if (crane_id_names_job(id, &shown->row[i].job))
			return true;
	}
	return false;
}

/*
 * Reports on stderr the ids that are not in the queue; jobs that a filter excludes are not
 * reported.
 */
static void tell_missing(const struct request *me, const struct crane_rows *shown,
			 const bool *found, const bool *found_step)
{
	struct crane_strings jobs = { 0 }, steps = { 0 };
	char text[CRANE_ID_TEXT_MAX], *list;

	for (size_t i = 0; i < me->n_selectors; i++) {
		const struct crane_id *id = &me->selectors[i];

		if (!found[i])
			crane_strings_addf(&jobs, "%s", crane_id_format(id, text));
		else if (me->steps && !me->json && id->has_step && !found_step[i] &&
			 is_shown(shown, id))
			crane_strings_addf(&steps, "%s", crane_id_format(id, text));
	}
	if (jobs.n > 0) {
		list = crane_strings_join(&jobs, ", ");
		crane_say("Job %s is not in the queue.", list);
		free(list);
	}
	if (steps.n > 0) {
		list = crane_strings_join(&steps, ", ");
		crane_say("Step %s is not running.", list);
		free(list);
	}
	crane_strings_clear(&jobs);
	crane_strings_clear(&steps);
}

static enum crane_exit answer(const void *request)
{
	const struct request *me = request;
	enum crane_array_rows arrays = me->array              ? CRANE_ARRAY_TASKS :
				       me->steps && !me->json ? CRANE_ARRAY_RECORDS :
								CRANE_ARRAY_WHOLE;
	bool *found = crane_xcalloc(me->n_selectors, sizeof(*found));
	bool *found_step = crane_xcalloc(me->n_selectors, sizeof(*found_step));
	struct crane_slurm_error why;
	struct crane_jobs jobs = { 0 };
	struct crane_rows shown = { 0 };
	struct crane_step_rows steps = { 0 };
	enum crane_exit status = CRANE_EXIT_OK;

	if (load_jobs(me, &jobs, &why) != 0 && why.failure != CRANE_SLURM_NO_JOB) {
		status = crane_query_failed(CONTEXT, &why);
		goto out;
	}
	crane_rows_collect(&jobs, me->selectors, me->n_selectors, arrays, false, found, &shown);
	crane_rows_keep(&shown, passes, &me->filter,
			me->max_lines.given ? me->max_lines.value : MAX_LINES_DEFAULT);
	/* --json shows all steps of its jobs; only the table can show single steps. */
	if ((me->steps || me->json) &&
	    crane_step_rows_load(&shown, me->json ? NULL : me->selectors,
				 me->json ? 0 : me->n_selectors, found_step, &steps, &why) != 0) {
		status = crane_query_failed(CONTEXT, &why);
		goto out;
	}
	if (me->json)
		crane_jobs_print_json(&shown, &steps, jobs.loaded);
	else
		print_table(me, &shown, &steps, jobs.loaded);
	tell_missing(me, &shown, found, found_step);
out:
	free(found);
	free(found_step);
	crane_step_rows_clear(&steps);
	crane_rows_clear(&shown);
	crane_jobs_free(&jobs);
	return status;
}

int main(int argc, char **argv)
{
	struct request request = { 0 };
	struct crane_parsed line = { 0 };
	enum crane_exit status;

	crane_print_begin();
	setlocale(LC_CTYPE, "");
	if (argc == 2 && strcmp(argv[1], "--help=fields") == 0) {
		crane_fields_print(stdout, crane_cqueue_fields(false));
		crane_fields_print(stdout, crane_cqueue_fields(true));
		status = CRANE_EXIT_OK;
		goto out;
	}
	if (!crane_options_start(&command, argc, argv, &line, &status))
		goto out;
	status = crane_query_read(&command, &line, &request, &request.config);
	if (status == CRANE_EXIT_OK)
		status = read_request(&request);
	if (status == CRANE_EXIT_OK) {
		crane_slurm_begin(request.config);
		status = crane_iterate(request.interval_sec, answer, &request);
	}
out:
	clear_request(&request);
	crane_parsed_clear(&line);
	return crane_print_end((int)status);
}
