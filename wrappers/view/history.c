/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Jobs of any age.
 */
#include "config.h"

#include "wrappers/view/history.h"

#include <stdlib.h>
#include <string.h>

#include "src/tasklist.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/strings.h"
#include "wrappers/view/arraytasks.h"

#define DAY_SEC (24 * 60 * 60)

/* -- the jobs of both ------------------------------------------------------------------------- */

struct candidates {
	struct crane_job *job;
	size_t n;
};

static int by_number_and_age(const void *a, const void *b)
{
	const struct crane_job *left = &(*(const struct crane_past_job *const *)a)->job;
	const struct crane_job *right = &(*(const struct crane_past_job *const *)b)->job;

	if (left->job_id != right->job_id)
		return left->job_id > right->job_id ? -1 : 1;
	return left->submit_time > right->submit_time ? -1 : left->submit_time < right->submit_time;
}

/* Lists the records of accounting by number, descending; of each job the latest alone. */
static void index_past(const struct crane_past *past, const struct crane_past_job ***list,
		       size_t *n)
{
	size_t kept = 0;

	*list = crane_xcalloc(past->n, sizeof(**list));
	for (size_t i = 0; i < past->n; i++)
		(*list)[i] = &past->job[i];
	if (past->n)
		qsort(*list, past->n, sizeof(**list), by_number_and_age);
	for (size_t i = 0; i < past->n; i++) {
		if (kept == 0 || (*list)[i]->job.job_id != (*list)[kept - 1]->job.job_id)
			(*list)[kept++] = (*list)[i];
	}
	*n = kept;
}

static const struct crane_past_job *find_past(const struct crane_history *history, uint32_t job_id)
{
	size_t low = 0, high = history->n_by_id;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (history->by_id[mid]->job.job_id > job_id)
			low = mid + 1;
		else
			high = mid;
	}
	return low < history->n_by_id && history->by_id[low]->job.job_id == job_id ?
		       history->by_id[low] :
		       NULL;
}

static int by_job_id(const void *a, const void *b)
{
	uint32_t left = ((const struct crane_job *)a)->job_id;
	uint32_t right = ((const struct crane_job *)b)->job_id;

	return left > right ? -1 : left < right;
}

/*
 * What slurmctld says of a job that is over, as accounting will say it when slurmctld has forgotten the
 * job: no start if it was cancelled before, and the exit code that accounting keeps.
 */
static void settle(struct crane_job *job, const struct crane_job *past)
{
	if (!job->nodes[0]) {
		job->start_time = 0;
		job->run_sec = 0;
	}
	if (!past || !past->ended)
		return;
	job->exit_code = past->exit_code;
	if (!job->submit_line[0])
		job->submit_line = past->submit_line;
}

static void merge(const struct crane_history *history, struct candidates *all)
{
	size_t n_live = history->live.n;

	all->job = crane_xcalloc(n_live + history->n_by_id, sizeof(*all->job));
	if (n_live) {
		memcpy(all->job, history->live.job, n_live * sizeof(*all->job));
		qsort(all->job, n_live, sizeof(*all->job), by_job_id);
	}
	all->n = n_live;
	/* Of a job that runs, cqueue knows what slurmctld says: steps have the same numbers here. */
	for (size_t i = 0; i < n_live; i++) {
		const struct crane_past_job *past = find_past(history, all->job[i].job_id);

		if (all->job[i].ended)
			settle(&all->job[i], past ? &past->job : NULL);
	}
	for (size_t i = 0; i < history->n_by_id; i++) {
		const struct crane_job *past = &history->by_id[i]->job;

		if (n_live == 0 || !bsearch(past, all->job, n_live, sizeof(*past), by_job_id))
			all->job[all->n++] = *past;
	}
	if (all->n)
		qsort(all->job, all->n, sizeof(*all->job), by_job_id);
}

/* -- rows ------------------------------------------------------------------------------------- */

static bool is_in_time(const struct crane_history_query *query, const struct crane_job *job)
{
	time_t end = job->ended ? job->end_time : 0;
	time_t start = job->state == CRANE_PENDING ? 0 : job->start_time;

	return crane_timespan_has(&query->started, start) &&
	       crane_timespan_has(&query->ended, end) &&
	       crane_timespan_has(&query->submitted, job->submit_time);
}

static bool passes(const struct crane_history_query *query, const struct crane_job *job)
{
	return is_in_time(query, job) && crane_job_filter_matches(query->filter, job);
}

static void add_row(struct crane_rows *rows, const struct crane_job *job, const struct crane_id *id)
{
	if ((rows->n & (rows->n + 1)) == 0)
		rows->row = crane_xrealloc(rows->row, 2 * (rows->n + 1), sizeof(*rows->row));
	rows->row[rows->n++] = (struct crane_row){ .job = *job, .id = crane_id_job_text(id) };
}

/* Marks the ids that name the job. Returns true if there are no ids, or if one does. */
static bool is_named(const struct crane_history_query *query, const struct crane_job *job,
		     bool *found)
{
	bool named = query->n_ids == 0;

	for (size_t i = 0; i < query->n_ids; i++) {
		if (!crane_id_names_job(&query->ids[i], job))
			continue;
		named = true;
		found[i] = true;
	}
	return named;
}

/* A task that waits has no record of its own. */
static void add_waiting_tasks(const struct crane_history_query *query, const struct crane_job *job,
			      struct crane_history *history)
{
	for (size_t i = 0; i < query->n_ids; i++) {
		const struct crane_id *id = &query->ids[i];
		struct crane_job task = *job;

		if (!id->has_task || id->job_id != job->array_id ||
		    crane_tasklist_has(job->waiting_tasks, id->task_id) != CRANE_TASKLIST_YES)
			continue;
		history->found[i] = true;
		task.task_id = id->task_id;
		if (passes(query, &task))
			add_row(&history->rows, &task, id);
	}
}

/* Crane's order of the states of an array that is over: the first that any task has. */
static const enum crane_job_state array_states[] = {
	CRANE_OUT_OF_MEMORY, CRANE_EXCEED_TIME_LIMIT, CRANE_DEADLINE, CRANE_CANCELLED, CRANE_FAILED,
};

static enum crane_job_state array_state(const struct crane_job *const *task, size_t n)
{
	bool started = false, live = false;

	for (size_t i = 0; i < n; i++) {
		started |= task[i]->state != CRANE_PENDING;
		live |= !task[i]->ended;
	}
	if (live)
		return started ? CRANE_RUNNING : CRANE_PENDING;
	for (size_t k = 0; k < sizeof(array_states) / sizeof(*array_states); k++) {
		for (size_t i = 0; i < n; i++) {
			if (task[i]->state == array_states[k])
				return array_states[k];
		}
	}
	return CRANE_COMPLETED;
}

/* Adds the row of an array as a whole, of its records. */
static void add_array(const struct crane_history_query *query, const struct crane_job *const *task,
		      size_t n, struct crane_history *history)
{
	struct crane_job sum = *task[0];
	struct crane_id id = { .job_id = sum.array_id };
	struct crane_array_tasks all = { 0 };
	struct crane_row *row;

	sum.state = array_state(task, n);
	sum.ended = true;
	sum.start_time = 0;
	sum.end_time = 0;
	for (size_t i = 0; i < n; i++) {
		if (crane_is_whole_array(task[i])) {
			sum.wait = task[i]->wait;
			sum.slurm_reason = task[i]->slurm_reason;
		}
		if (!task[i]->ended)
			sum.ended = false;
		if (task[i]->state != CRANE_PENDING && task[i]->start_time &&
		    (!sum.start_time || task[i]->start_time < sum.start_time))
			sum.start_time = task[i]->start_time;
		if (task[i]->ended && task[i]->end_time > sum.end_time)
			sum.end_time = task[i]->end_time;
		if (task[i]->exit_code > sum.exit_code)
			sum.exit_code = task[i]->exit_code;
		crane_array_tasks_add(&all, task[i]);
	}
	if (!sum.ended)
		sum.end_time = 0;
	sum.job_id = sum.array_id;
	sum.task_id = CRANE_NO_ARRAY_TASK;
	sum.run_sec = sum.start_time && sum.end_time ? sum.end_time - sum.start_time : 0;
	/* The tasks have nodes and CPUs. */
	sum.nodes = "";
	sum.tres_alloc = "";
	if (passes(query, &sum)) {
		add_row(&history->rows, &sum, &id);
		row = &history->rows.row[history->rows.n - 1];
		crane_array_tasks_sort(&all);
		row->first_task = all.n ? all.task[0] : 0;
		row->last_task = all.n ? all.task[all.n - 1] : 0;
		row->stride = crane_array_tasks_stride(&all);
	}
	crane_array_tasks_clear(&all);
}

/* Returns true if the array as a whole is asked for. */
static bool is_array_named(const struct crane_history_query *query, uint32_t array_id)
{
	for (size_t i = 0; i < query->n_ids; i++) {
		if (!query->ids[i].has_task && query->ids[i].job_id == array_id)
			return true;
	}
	return query->n_ids == 0;
}

static void add_arrays(const struct crane_history_query *query, const struct candidates *all,
		       struct crane_history *history)
{
	const struct crane_job **task = crane_xcalloc(all->n, sizeof(*task));
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++) {
		if (all->job[i].array_id)
			task[n++] = &all->job[i];
	}
	if (n)
		qsort(task, n, sizeof(*task), crane_array_records_compare);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i; end < n && task[end]->array_id == task[i]->array_id;)
			end++;
		if (is_array_named(query, task[i]->array_id))
			add_array(query, task + i, end - i, history);
	}
	free(task);
}

static int newest_first(const void *a, const void *b)
{
	const struct crane_job *left = &((const struct crane_row *)a)->job;
	const struct crane_job *right = &((const struct crane_row *)b)->job;

	if (left->job_id != right->job_id)
		return left->job_id > right->job_id ? -1 : 1;
	/* The last task of an array has the number of the array; CRANE_NO_ARRAY_TASK is the largest. */
	return left->task_id < right->task_id ? -1 : left->task_id > right->task_id;
}

static void make_rows(const struct crane_history_query *query, struct crane_history *history)
{
	struct candidates all;

	crane_rows_clear(&history->rows);
	merge(history, &all);
	for (size_t i = 0; i < all.n; i++) {
		const struct crane_job *job = &all.job[i];
		struct crane_id id = crane_id_of_job(job);

		if (is_named(query, job, history->found)) {
			if (!crane_is_whole_array(job) && passes(query, job))
				add_row(&history->rows, job, &id);
		} else if (crane_is_whole_array(job)) {
			add_waiting_tasks(query, job, history);
		}
	}
	add_arrays(query, &all, history);
	free(all.job);
	if (history->rows.n)
		qsort(history->rows.row, history->rows.n, sizeof(*history->rows.row), newest_first);
}

/* -- questions -------------------------------------------------------------------------------- */

/* slurmctld itself picks one job, or the jobs of one user. */
static int load_live(const struct crane_history_query *query, struct crane_jobs *jobs,
		     struct crane_slurm_error *why)
{
	bool one = query->n_ids > 0;
	uint32_t uid;
	int rc;

	for (size_t i = 0; i < query->n_ids; i++)
		one &= query->ids[i].job_id == query->ids[0].job_id;
	if (one)
		rc = crane_slurm_load_job(query->ids[0].job_id, true, jobs, why);
	else if (query->n_ids == 0 && crane_job_filter_one_user(query->filter, &uid))
		rc = crane_slurm_load_user_jobs(uid, true, jobs, why);
	else
		rc = crane_slurm_load_jobs(true, jobs, why);
	if (rc != 0 && why->failure == CRANE_SLURM_NO_JOB) {
		memset(jobs, 0, sizeof(*jobs));
		jobs->loaded = time(NULL);
		return 0;
	}
	return rc;
}

static time_t later(time_t a, time_t b)
{
	return a > b ? a : b;
}

/* Takes the place of what was loaded before. */
static int load_past(struct crane_accounting *accounting, const struct crane_past_query *question,
		     struct crane_history *history, struct crane_slurm_error *why)
{
	free(history->by_id);
	history->by_id = NULL;
	history->n_by_id = 0;
	crane_past_clear(&history->past);
	if (crane_accounting_load(accounting, question, &history->past, why) != 0)
		return -1;
	index_past(&history->past, &history->by_id, &history->n_by_id);
	return 0;
}

/*
 * The newest jobs of a database that may hold years: ask for those of the last day, of the last
 * month, and then for all, until there are enough. All jobs younger than the span are in the answer.
 */
static int load_newest(struct crane_accounting *accounting, const struct crane_history_query *query,
		       struct crane_past_query *question, struct crane_history *history,
		       struct crane_slurm_error *why)
{
	static const time_t spans[] = { DAY_SEC, 30 * DAY_SEC, 0 };

	for (size_t k = 0; k < sizeof(spans) / sizeof(*spans); k++) {
		size_t young = 0;

		question->from = spans[k] ? history->loaded - spans[k] : 0;
		if (load_past(accounting, question, history, why) != 0)
			return -1;
		make_rows(query, history);
		for (size_t i = 0; i < history->rows.n; i++)
			young += history->rows.row[i].job.submit_time >= question->from;
		if (young >= query->most)
			return 0;
	}
	return 0;
}

/* Steps of the rows alone: they cost ten times the jobs. */
static int load_steps_of_rows(struct crane_accounting *accounting, struct crane_history *history,
			      struct crane_slurm_error *why)
{
	struct crane_id *ids = crane_xcalloc(history->rows.n, sizeof(*ids));
	struct crane_past_query question = { .ids = ids, .steps = true };
	const struct crane_past_job **by_id;
	size_t n_by_id;
	int rc = 0;

	for (size_t i = 0; i < history->rows.n; i++) {
		const struct crane_job *job = &history->rows.row[i].job;

		if (!crane_is_whole_array(job) && job->state != CRANE_PENDING)
			ids[question.n_ids++].job_id = job->job_id;
	}
	if (question.n_ids > 0) {
		rc = crane_accounting_load(accounting, &question, &history->past_steps, why);
		if (rc == 0) {
			index_past(&history->past_steps, &by_id, &n_by_id);
			free(history->by_id);
			history->by_id = by_id;
			history->n_by_id = n_by_id;
		}
	}
	free(ids);
	return rc;
}

static void cut(struct crane_rows *rows, size_t most)
{
	for (size_t i = most; i < rows->n; i++)
		free(rows->row[i].id);
	if (rows->n > most)
		rows->n = most;
}

static int add_steps(const struct crane_history_query *query, struct crane_history *history,
		     struct crane_slurm_error *why)
{
	bool *found = crane_xcalloc(query->n_ids, sizeof(*found));
	int rc = crane_step_rows_load(&history->rows, query->ids, query->n_ids, found,
				      &history->steps, why);

	for (size_t i = 0; rc == 0 && i < history->rows.n; i++) {
		const struct crane_job *job = &history->rows.row[i].job;
		const struct crane_past_step *past;
		size_t n;

		if (crane_is_whole_array(job) || job->state == CRANE_PENDING)
			continue;
		past = crane_history_steps(history, job->job_id, &n);
		crane_step_rows_add_past(&history->steps, job, past, n, query->ids, query->n_ids,
					 found);
	}
	crane_step_rows_sort(&history->steps);
	free(found);
	return rc;
}

int crane_history_load(const struct crane_history_query *query, struct crane_history *history,
		       struct crane_slurm_error *why)
{
	struct crane_past_query question = {
		.ids = query->ids,
		.n_ids = query->n_ids,
		.users = &query->filter->users,
		.accounts = &query->filter->accounts,
		.names = &query->filter->names,
		.partitions = &query->filter->partitions,
		.from = later(query->started.from, later(query->ended.from, query->submitted.from)),
		/* A job that has started was eligible before; others may never have been. */
		.until = query->started.until ? query->started.until + 1 : 0,
		.steps = query->steps && (query->n_ids || query->started.is_set),
		.qos = query->qos,
	};
	/*
	 * Only ids and a span of starts leave it to one question: an answer with steps lacks jobs that
	 * were cancelled before they became eligible, such as one with a dependency.
	 */
	bool steps_later = query->n_ids == 0 && !query->started.is_set;
	struct crane_accounting *accounting = NULL;
	int rc;

	memset(history, 0, sizeof(*history));
	history->found = crane_xcalloc(query->n_ids, sizeof(*history->found));
	if (load_live(query, &history->live, why) != 0)
		return -1;
	history->loaded = history->live.loaded;
	rc = crane_accounting_open(query->silence, &accounting, why);
	if (rc < 0)
		return -1;
	history->is_short = rc == 1;
	rc = 0;
	if (accounting && steps_later && question.from == 0)
		rc = load_newest(accounting, query, &question, history, why);
	else if (accounting)
		rc = load_past(accounting, &question, history, why);
	if (rc == 0) {
		make_rows(query, history);
		cut(&history->rows, query->most);
	}
	if (rc == 0 && accounting && steps_later && query->steps)
		rc = load_steps_of_rows(accounting, history, why);
	crane_accounting_close(accounting);
	if (rc == 0 && query->steps)
		rc = add_steps(query, history, why);
	return rc;
}

const struct crane_past_step *crane_history_steps(const struct crane_history *history,
						  uint32_t job_id, size_t *n)
{
	const struct crane_past_job *past = find_past(history, job_id);

	*n = past ? past->n_steps : 0;
	return past ? past->step : NULL;
}

char *crane_history_missing(const struct crane_history *history,
			    const struct crane_history_query *query)
{
	struct crane_strings missing = { 0 };
	char text[CRANE_ID_TEXT_MAX], *list = NULL;

	for (size_t i = 0; i < query->n_ids; i++) {
		if (!history->found[i])
			crane_strings_addf(&missing, "%s", crane_id_format(&query->ids[i], text));
	}
	if (missing.n > 0)
		list = crane_strings_join(&missing, ", ");
	crane_strings_clear(&missing);
	return list;
}

void crane_history_clear(struct crane_history *history)
{
	crane_step_rows_clear(&history->steps);
	crane_rows_clear(&history->rows);
	free(history->by_id);
	free(history->found);
	crane_past_clear(&history->past);
	crane_past_clear(&history->past_steps);
	crane_jobs_free(&history->live);
	memset(history, 0, sizeof(*history));
}
