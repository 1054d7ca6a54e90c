/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Slurm's jobs as rows.
 */
#include "config.h"

#include "wrappers/view/jobrows.h"

#include <stdlib.h>
#include <string.h>

#include "src/tasklist.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/strings.h"
#include "wrappers/view/arraytasks.h"

static struct crane_row *add_row(struct crane_rows *rows, const struct crane_job *job,
				 const struct crane_id *id)
{
	struct crane_row *row;

	if ((rows->n & (rows->n + 1)) == 0)
		rows->row = crane_xrealloc(rows->row, 2 * (rows->n + 1), sizeof(*rows->row));
	row = &rows->row[rows->n++];
	*row = (struct crane_row){ .job = *job, .id = crane_id_job_text(id) };
	return row;
}

static bool is_started(const struct crane_job *job)
{
	return job->state != CRANE_PENDING;
}

static void note_tasks(struct crane_row *row, const struct crane_job *const *records, size_t n)
{
	struct crane_array_tasks all = { 0 }, live = { 0 };

	for (size_t i = 0; i < n; i++) {
		crane_array_tasks_add(&all, records[i]);
		if (!records[i]->ended)
			crane_array_tasks_add(&live, records[i]);
	}
	crane_array_tasks_sort(&all);
	crane_array_tasks_sort(&live);
	row->live_tasks = crane_array_tasks_text(&live);
	row->first_task = all.n ? all.task[0] : 0;
	row->last_task = all.n ? all.task[all.n - 1] : 0;
	row->stride = crane_array_tasks_stride(&all);
	crane_array_tasks_clear(&live);
	crane_array_tasks_clear(&all);
}

/*
 * Adds the row of an array as a whole. Its values are those of the record that stands for waiting
 * tasks, else of a record that has not ended. Once a task has started, the array is running until
 * the last one has ended.
 */
static void add_array(struct crane_rows *rows, const struct crane_job *const *tasks, size_t n)
{
	const struct crane_job *base = tasks[0];
	struct crane_strings nodes = { 0 }, tres = { 0 };
	struct crane_row *row;
	struct crane_job *sum;
	bool started = false, waiting = false, running = false;

	for (size_t i = 0; i < n; i++) {
		if ((tasks[i]->waiting_tasks[0] && !base->waiting_tasks[0]) ||
		    (base->ended && !tasks[i]->ended))
			base = tasks[i];
		started |= is_started(tasks[i]);
		waiting |= !is_started(tasks[i]);
		running |= tasks[i]->state == CRANE_RUNNING;
	}
	row = add_row(rows, base, &(struct crane_id){ .job_id = base->array_id });
	note_tasks(row, tasks, n);
	sum = &row->job;
	sum->task_id = CRANE_NO_ARRAY_TASK;
	if (!started)
		return;
	if (running || (waiting && started))
		sum->state = CRANE_RUNNING;
	sum->start_time = 0;
	for (size_t i = 0; i < n; i++) {
		const struct crane_job *task = tasks[i];

		if (!task->ended && task->tres_alloc[0])
			crane_strings_addf(&tres, "%s", task->tres_alloc);
		if (is_started(task) && task->start_time &&
		    (!sum->start_time || task->start_time < sum->start_time))
			sum->start_time = task->start_time;
		if (task->run_sec > sum->run_sec)
			sum->run_sec = task->run_sec;
		if (is_started(task) && (!task->ended || base->ended))
			crane_hostlist_expand(task->nodes, &nodes);
		if (!sum->batch_host[0])
			sum->batch_host = task->batch_host;
	}
	row->nodes = crane_hostlist_fold(&nodes);
	/* Readers add up a resource that is listed several times. */
	row->tres = crane_strings_join(&tres, ",");
	sum->nodes = row->nodes;
	sum->tres_alloc = row->tres;
	crane_strings_clear(&tres);
	crane_strings_clear(&nodes);
}

/* Adds a row for each task that a record stands for. */
static void add_tasks(struct crane_rows *rows, const struct crane_job *record)
{
	struct crane_array_tasks tasks = { 0 };

	crane_array_tasks_add(&tasks, record);
	for (size_t i = 0; i < tasks.n; i++) {
		struct crane_id id = { .job_id = record->array_id,
				       .has_task = true,
				       .task_id = tasks.task[i] };

		add_row(rows, record, &id)->job.task_id = tasks.task[i];
	}
	crane_array_tasks_clear(&tasks);
}

static void add_records(struct crane_rows *rows, const struct crane_job *const *records, size_t n,
			enum crane_array_rows arrays, bool ended)
{
	for (size_t i = 0; i < n; i++) {
		struct crane_id id = crane_id_of_job(records[i]);

		if (records[i]->ended && !ended)
			continue;
		if (arrays == CRANE_ARRAY_TASKS)
			add_tasks(rows, records[i]);
		else
			add_row(rows, records[i], &id);
	}
}

/* The records of arrays; records of one array are neighbours. */
struct array_index {
	const struct crane_job **task;
	size_t n;
};

static void index_arrays(const struct crane_jobs *jobs, struct array_index *index)
{
	index->n = 0;
	index->task = crane_xcalloc(jobs->n, sizeof(*index->task));
	for (size_t i = 0; i < jobs->n; i++) {
		if (jobs->job[i].array_id)
			index->task[index->n++] = &jobs->job[i];
	}
	qsort(index->task, index->n, sizeof(*index->task), crane_array_records_compare);
}

/* Returns the index past the last record of the array that begins at [first]. */
static size_t array_end(const struct array_index *index, size_t first)
{
	size_t end = first;

	while (end < index->n && index->task[end]->array_id == index->task[first]->array_id)
		end++;
	return end;
}

static bool any_live(const struct crane_job *const *tasks, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!tasks[i]->ended)
			return true;
	}
	return false;
}

static bool collect_named(const struct crane_jobs *jobs, const struct array_index *index,
			  const struct crane_id *selector, enum crane_array_rows arrays, bool ended,
			  struct crane_rows *rows)
{
	for (size_t i = 0; i < index->n; i = array_end(index, i)) {
		size_t n = array_end(index, i) - i;

		if (index->task[i]->array_id != selector->job_id)
			continue;
		if (!selector->has_task) {
			if (!ended && !any_live(index->task + i, n))
				return false;
			if (arrays == CRANE_ARRAY_WHOLE)
				add_array(rows, index->task + i, n);
			else
				add_records(rows, index->task + i, n, arrays, ended);
			return true;
		}
		for (size_t k = i; k < i + n; k++) {
			const struct crane_job *task = index->task[k];

			if ((task->task_id == selector->task_id ||
			     (task->task_id == CRANE_NO_ARRAY_TASK &&
			      crane_tasklist_has(task->waiting_tasks, selector->task_id) ==
				      CRANE_TASKLIST_YES)) &&
			    (ended || !task->ended)) {
				add_row(rows, task, selector);
				return true;
			}
		}
	}
	if (selector->has_task)
		return false;
	for (size_t i = 0; i < jobs->n; i++) {
		const struct crane_job *job = &jobs->job[i];

		if (job->job_id == selector->job_id && (ended || !job->ended)) {
			/* Slurm's own number of an array task names the task. */
			struct crane_id id = crane_id_of_job(job);

			add_row(rows, job, &id);
			return true;
		}
	}
	return false;
}

static int by_display(const void *a, const void *b)
{
	const struct crane_job *left = &((const struct crane_row *)a)->job;
	const struct crane_job *right = &((const struct crane_row *)b)->job;

	if (left->state != right->state)
		return left->state < right->state ? -1 : 1;
	if (left->priority != right->priority)
		return left->priority > right->priority ? -1 : 1;
	if (left->job_id != right->job_id)
		return left->job_id < right->job_id ? -1 : 1;
	return left->task_id < right->task_id ? -1 : left->task_id > right->task_id;
}

static void clear_row(struct crane_row *row)
{
	free(row->id);
	free(row->nodes);
	free(row->tres);
	free(row->live_tasks);
}

/*
 * Drops the second row of a task that was named by "10_3" and by Slurm's number: rows are sorted.
 */
static void drop_doubles(struct crane_rows *rows)
{
	size_t kept = 0;

	for (size_t i = 0; i < rows->n; i++) {
		if (kept > 0 && strcmp(rows->row[i].id, rows->row[kept - 1].id) == 0)
			clear_row(&rows->row[i]);
		else
			rows->row[kept++] = rows->row[i];
	}
	rows->n = kept;
}

void crane_rows_collect(const struct crane_jobs *jobs, const struct crane_id *selectors, size_t n,
			enum crane_array_rows arrays, bool ended, bool *found,
			struct crane_rows *rows)
{
	struct array_index index;

	memset(rows, 0, sizeof(*rows));
	index_arrays(jobs, &index);
	for (size_t i = 0; i < n; i++) {
		bool hit = collect_named(jobs, &index, &selectors[i], arrays, ended, rows);

		if (found)
			found[i] |= hit;
	}
	for (size_t i = 0; n == 0 && i < jobs->n; i++) {
		const struct crane_job *job = &jobs->job[i];

		if (!job->array_id && !job->ended)
			add_row(rows, job, &(struct crane_id){ .job_id = job->job_id });
	}
	for (size_t i = 0, end; n == 0 && i < index.n; i = end) {
		end = array_end(&index, i);
		if (arrays != CRANE_ARRAY_WHOLE)
			add_records(rows, index.task + i, end - i, arrays, false);
		else if (any_live(index.task + i, end - i))
			add_array(rows, index.task + i, end - i);
	}
	free(index.task);
	if (rows->n)
		qsort(rows->row, rows->n, sizeof(*rows->row), by_display);
	drop_doubles(rows);
}

void crane_rows_keep(struct crane_rows *rows,
		     bool (*wanted)(const struct crane_job *, const void *), const void *arg,
		     size_t most)
{
	size_t kept = 0;

	for (size_t i = 0; i < rows->n; i++) {
		if (kept < most && wanted(&rows->row[i].job, arg))
			rows->row[kept++] = rows->row[i];
		else
			clear_row(&rows->row[i]);
	}
	rows->n = kept;
}

void crane_rows_clear(struct crane_rows *rows)
{
	for (size_t i = 0; i < rows->n; i++)
		clear_row(&rows->row[i]);
	free(rows->row);
	memset(rows, 0, sizeof(*rows));
}
