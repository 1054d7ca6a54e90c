/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cacct: jobs of any age and their steps (doc/reference/queries.md#cacct). view/history.c loads them,
 * columns.c prints fields.
 */
#include "config.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/exitstatus.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"
#include "wrappers/base/strings.h"
#include "wrappers/cacct/columns.h"
#include "wrappers/options/help.h"
#include "wrappers/options/options.h"
#include "wrappers/options/start.h"
#include "wrappers/options/timespan.h"
#include "wrappers/slurm/api.h"
#include "wrappers/view/arraytasks.h"
#include "wrappers/view/history.h"
#include "wrappers/view/jobfilter.h"
#include "wrappers/view/jobjson.h"
#include "wrappers/view/nodepattern.h"
#include "wrappers/view/query.h"
#include "wrappers/view/selectors.h"

#define MAX_LINES_DEFAULT 1000
#define FAILED "Failed to show jobs"

struct request {
	const char *config, *jobs, *accounts, *format, *names, *nodes;
	const char *partitions, *qos, *states, *types, *users, *submitted, *started, *ended;
	struct crane_opt_uint max_lines;
	bool allocations, deadline, full, json, no_header;

	/* What they amount to. */
	struct crane_job_filter filter;
	struct crane_id *ids;
	struct crane_format columns;
	struct crane_history_query query;
};

#define FIELD(name) offsetof(struct request, name)
#define TEXT(letter, name, field, help)                                                            \
	CRANE_OPT(letter, name, "string", STRING, LOCAL, FIELD(field), NULL, 0, help)
#define FLAG(letter, name, field, help)                                                            \
	CRANE_OPT(letter, name, NULL, BOOL, LOCAL, FIELD(field), NULL, 0, help)

static const struct crane_opt rows[] = {
	CRANE_OPT_COMMON("cacct", FIELD(config)),
	TEXT('A', "account", accounts, "show jobs of these accounts"),
	FLAG('X', "allocations", allocations, "show jobs without their steps"),
	FLAG(0, "deadline", deadline, "add the column Deadline"),
	TEXT('E', "end-time", ended,
	     "show jobs that ended in this span, and add the column EndTime: [TIME]~[TIME]"),
	TEXT('o', "format", format,
	     "columns to print, each %[[.]size]letter or %[[.]size]name, with any text between"),
	FLAG('F', "full", full, "print more columns, and nothing cut"),
	TEXT('j', "job", jobs, "show these jobs only: JOB[_TASK][.STEP], joined by commas"),
	FLAG(0, "json", json, "print JSON"),
	CRANE_OPT('m', "max-lines", "uint32", UINT, LOCAL, FIELD(max_lines), NULL, 0,
		  "print at most this many jobs, the newest (default 1000)"),
	TEXT('n', "name", names, "show jobs of these names"),
	TEXT('w', "nodelist", nodes, "show jobs that ran on these nodes"),
	FLAG('N', "noheader", no_header, "print no header"),
	TEXT('p', "partition", partitions, "show jobs of these partitions"),
	TEXT('q', "qos", qos, "show jobs of these QoS"),
	TEXT('S', "start-time", started,
	     "show jobs that started in this span, and add the column StartTime: [TIME]~[TIME]"),
	TEXT('t', "state", states,
	     "show jobs in these states: pending, running, suspended, completed, failed, cancelled, "
	     "time-limit-exceeded, out-of-memory, all"),
	TEXT('s', "submit-time", submitted,
	     "show jobs submitted in this span, and add the column SubmitTime: [TIME]~[TIME]"),
	TEXT(0, "type", types, "show jobs of these types: batch, interactive"),
	TEXT('u', "user", users, "show jobs of these users"),
	CRANE_OPT_END
};

static const struct crane_command command = {
	.use = "cacct [flags]",
	.about = "Display the jobs of any age and their steps",
	.rows = rows,
};

static enum crane_exit refuse(const char *text)
{
	return crane_usage_error(&command, CRANE_EXIT_ARG, "%s", text);
}

/* -- what the options mean -------------------------------------------------------------------- */

static enum crane_exit read_lists(struct request *me)
{
	struct crane_job_filter *filter = &me->filter;
	const struct crane_query_list lists[] = {
		{ me->accounts, "account", &filter->accounts },
		{ me->names, "job name", &filter->names },
		{ me->partitions, "partition", &filter->partitions },
		{ me->qos, "Qos", &filter->qos },
		{ me->users, "user", &filter->users },
	};

	return crane_query_lists(&command, lists, sizeof(lists) / sizeof(*lists));
}

static enum crane_exit read_spans(struct request *me)
{
	time_t now = time(NULL);
	struct {
		const char *text, *what;
		struct crane_timespan *span;
	} spans[] = {
		{ me->started, "StartTime", &me->query.started },
		{ me->ended, "EndTime", &me->query.ended },
		{ me->submitted, "SubmitTime", &me->query.submitted },
	};
	struct crane_error err;

	for (size_t i = 0; i < sizeof(spans) / sizeof(*spans); i++) {
		if (spans[i].text &&
		    crane_timespan_parse(spans[i].text, now, spans[i].span, &err) != 0)
			return crane_usage_error(&command, CRANE_EXIT_ARG,
						 "Failed to parse the %s filter: %s.",
						 spans[i].what, err.text);
	}
	return CRANE_EXIT_OK;
}

static enum crane_exit read_filter(struct request *me)
{
	struct crane_job_filter *filter = &me->filter;
	struct crane_error err;
	enum crane_exit status = read_lists(me);

	if (status == CRANE_EXIT_OK)
		status = read_spans(me);
	if (status != CRANE_EXIT_OK)
		return status;
	if (me->states && crane_past_states_parse(me->states, &filter->states, &err) != 0)
		return crane_usage_error(&command, CRANE_EXIT_ARG,
					 "Failed to parse the state filter: %s.", err.text);
	if (me->types && crane_types_parse(me->types, filter, &err) != 0)
		return crane_usage_error(&command, CRANE_EXIT_ARG,
					 "Invalid job type list specified: %s.", err.text);
	if (me->nodes && crane_nodes_parse(me->nodes, &filter->nodes, &err) != 0)
		return refuse(err.text);
	if (me->jobs && crane_selectors_parse(me->jobs, &me->ids, &me->query.n_ids, &err) != 0)
		return crane_usage_error(&command, CRANE_EXIT_ARG,
					 "Invalid job list specified: %s.", err.text);
	if (me->max_lines.given && me->max_lines.value == 0)
		return refuse("Output line number limit must be greater than 0.");
	return CRANE_EXIT_OK;
}

static void add_columns(struct request *me, const char *const *names)
{
	for (; *names; names++)
		crane_format_add(&me->columns, crane_cacct_fields(), *names);
}

static enum crane_exit read_columns(struct request *me)
{
	static const char *const usual[] = { "jobid",     "jobname", " partition", "account",
					     "alloccpus", "state",   "exitcode",   NULL };
	static const char *const full[] = {
		/* clang-format off */
		"jobid",     "jobname",       " username",  "partition", "nodenum",  "account",
		"reqcpus",   "reqmempernode", "alloccpus",  "allocmempernode",
		"state",     "timelimit",     "starttime",  "endtime",   "submittime",
		" qos",      "exclusive",     "held",       " priority", " nodes",
		"exitcode",  "wckey",         "deadline",   NULL
		/* clang-format on */
	};
	const char *more[] = { NULL, NULL, NULL, NULL, NULL };
	size_t n = 0;

	if (me->full) {
		add_columns(me, full);
		return CRANE_EXIT_OK;
	}
	if (me->format)
		return crane_query_format(me->format, crane_cacct_fields(), &me->columns);
	add_columns(me, usual);
	if (me->started)
		more[n++] = "starttime";
	if (me->ended)
		more[n++] = "endtime";
	if (me->submitted)
		more[n++] = "submittime";
	if (me->deadline)
		more[n++] = "deadline";
	add_columns(me, more);
	return CRANE_EXIT_OK;
}

/* Steps cost ten times the jobs: they are asked for if a row or a column of them is shown. */
static bool shows_steps(const struct request *me)
{
	for (size_t i = 0; i < me->query.n_ids; i++) {
		if (me->ids[i].has_step)
			return true;
	}
	if (me->allocations)
		return false;
	if (me->json)
		return true;
	for (size_t i = 0; i < me->columns.n; i++) {
		if (crane_cacct_column_of_steps(&me->columns.column[i]))
			return true;
	}
	return false;
}

static enum crane_exit read_request(struct request *me)
{
	enum crane_exit status = read_filter(me);

	if (status == CRANE_EXIT_OK && !me->json)
		status = read_columns(me);
	me->query.ids = me->ids;
	me->query.filter = &me->filter;
	me->query.most = me->max_lines.given ? me->max_lines.value : MAX_LINES_DEFAULT;
	me->query.steps = shows_steps(me);
	me->query.qos = me->json || me->filter.qos.n > 0;
	for (size_t i = 0; i < me->columns.n; i++)
		me->query.qos |= crane_cacct_column_of_qos(&me->columns.column[i]);
	me->query.silence = FAILED ": " CRANE_TIMEOUT;
	return status;
}

static void clear_request(struct request *me)
{
	crane_job_filter_clear(&me->filter);
	crane_format_clear(&me->columns);
	free(me->ids);
}

/* -- answering -------------------------------------------------------------------------------- */

static void add_row(const struct request *me, struct crane_table *table,
		    const struct crane_cacct_item *item)
{
	for (size_t i = 0; i < me->columns.n; i++) {
		char *cell = crane_cacct_cell(&me->columns.column[i], item);

		crane_table_cell(table, cell);
		free(cell);
	}
}

static void add_job(const struct request *me, struct crane_table *table,
		    const struct crane_history *history, const struct crane_row *row, size_t *step)
{
	const struct crane_step_rows *steps = &history->steps;
	struct crane_cacct_item item = { .job = row, .now = history->loaded };
	bool is_array = crane_is_whole_array(&row->job);

	if (row->job.state == CRANE_PENDING)
		crane_job_dependency_read(&row->job, item.now, &item.dependency);
	add_row(me, table, &item);
	crane_job_dependency_clear(&item.dependency);
	/* Both lists are sorted by the number of the job, descending. */
	for (; !is_array && *step < steps->n; ++*step) {
		item.step = &steps->row[*step];
		if (item.step->job->job_id < row->job.job_id)
			break;
		if (item.step->job->job_id == row->job.job_id)
			add_row(me, table, &item);
	}
}

static void print_table(const struct request *me, const struct crane_history *history)
{
	struct crane_column *sizes = crane_xcalloc(me->columns.n, sizeof(*sizes));
	struct crane_table table = {
		.whole = me->full || me->format,
		.no_header = me->no_header,
		.tight = me->format && !me->full,
	};
	size_t step = 0;

	crane_format_begin_table(&me->columns, &table, sizes);
	for (size_t i = 0; i < history->rows.n; i++)
		add_job(me, &table, history, &history->rows.row[i], &step);
	crane_table_print(stdout, &table);
	crane_table_clear(&table);
	free(sizes);
}

static void tell_missing(const struct request *me, const struct crane_history *history)
{
	char *missing = crane_history_missing(history, &me->query);

	if (history->is_short)
		crane_say("Slurm accounting is disabled (no slurmdbd): only jobs that slurmctld "
			  "still remembers are shown.");
	if (missing)
		crane_say("Job %s does not exist.", missing);
	free(missing);
}

static enum crane_exit answer(const struct request *me)
{
	struct crane_history history;
	struct crane_slurm_error why;
	enum crane_exit status = CRANE_EXIT_OK;

	if (crane_history_load(&me->query, &history, &why) != 0) {
		status = crane_query_failed(FAILED, &why);
	} else {
		if (me->json)
			crane_jobs_print_json(&history.rows, &history.steps, history.loaded);
		else
			print_table(me, &history);
		tell_missing(me, &history);
	}
	crane_history_clear(&history);
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
		crane_fields_print(stdout, crane_cacct_fields());
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
		status = answer(&request);
	}
out:
	clear_request(&request);
	crane_parsed_clear(&line);
	return crane_print_end((int)status);
}
