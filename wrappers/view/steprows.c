/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The steps of jobs: Slurm's list, and the steps that every job of CraneSched has and Slurm's list
 * may lack.
 */
#include "config.h"

#include "wrappers/view/steprows.h"

#include <stdlib.h>
#include <string.h>

#include "wrappers/base/memory.h"
#include "wrappers/base/strings.h"
#include "wrappers/view/arraytasks.h"

enum crane_maker crane_job_maker(const struct crane_job *job)
{
	struct crane_maker_facts facts = {
		.admin_comment = job->admin_comment,
		.submit_line = job->submit_line,
		.first_step = job->first_step,
		.command = job->command,
		.is_batch = job->batch,
		.salloc_has_command = crane_slurm_salloc_has_command(),
	};

	return crane_maker_infer(&facts);
}

bool crane_step_slurm_number(const struct crane_job *job, uint32_t number, uint32_t *slurm_step)
{
	return crane_step_to_slurm(number, crane_job_maker(job), slurm_step);
}

const char *crane_step_type_name(enum crane_step_type type)
{
	switch (type) {
	case CRANE_STEP_TYPE_DAEMON:
		return "DAEMON";
	case CRANE_STEP_TYPE_PRIMARY:
		return "PRIMARY";
	case CRANE_STEP_TYPE_COMMON:
		return "COMMON";
	}
	return "";
}

/* -- one step ---------------------------------------------------------------------------------- */

/* The state while the rows of one job are made. */
struct builder {
	struct crane_step_rows *rows;
	const struct crane_job *job;
	enum crane_maker maker;
	const struct crane_id *selectors;
	size_t n_selectors;
	bool *found;
	bool daemon, primary; /* the step was added, or no selector names it */
};

/* Returns true if step [number] is wanted. Marks the selectors that name it as found. */
static bool is_wanted(const struct builder *at, uint32_t number)
{
	bool wanted = at->n_selectors == 0;

	for (size_t i = 0; i < at->n_selectors; i++) {
		const struct crane_id *selector = &at->selectors[i];

		if (!crane_id_names_job(selector, at->job))
			continue;
		if (selector->has_step && (number == CRANE_STEP_NONE || selector->step != number))
			continue;
		wanted = true;
		if (at->found)
			at->found[i] = true;
	}
	return wanted;
}

static struct crane_step_row *add_row(const struct builder *at, uint32_t number)
{
	struct crane_step_rows *rows = at->rows;
	const struct crane_job *job = at->job;
	struct crane_id id = crane_id_of_job(job);
	struct crane_step_row *row;

	if ((rows->n & (rows->n + 1)) == 0)
		rows->row = crane_xrealloc(rows->row, 2 * (rows->n + 1), sizeof(*rows->row));
	row = &rows->row[rows->n++];
	*row = (struct crane_step_row){
		.job = job,
		.number = number,
		.type = number == CRANE_STEP_DAEMON  ? CRANE_STEP_TYPE_DAEMON :
			number == CRANE_STEP_PRIMARY ? CRANE_STEP_TYPE_PRIMARY :
						       CRANE_STEP_TYPE_COMMON,
		.uid = job->uid,
		.name = "",
		.command = "",
		.nodes = "",
		.tres = "",
	};
	id.has_step = true;
	id.step = number;
	crane_id_format(&id, row->id);
	return row;
}

/* Adds DAEMON or PRIMARY, which have the values of the whole job. [step] may be NULL. */
static void add_of_job(struct builder *at, uint32_t number, const struct crane_slurm_step *step)
{
	const struct crane_job *job = at->job;
	struct crane_step_row *row;
	bool is_daemon = number == CRANE_STEP_DAEMON;

	*(is_daemon ? &at->daemon : &at->primary) = true;
	if (!is_wanted(at, number))
		return;
	row = add_row(at, number);
	row->name = job->name;
	/* 26.05 and later have the command line of salloc and srun. */
	row->command = is_daemon ? "" : job->submit_line[0] ? job->submit_line : job->command;
	row->nodes = job->nodes;
	row->tres = job->tres_alloc;
	row->num_nodes = job->num_nodes;
	row->num_cpus = job->num_cpus;
	row->num_tasks = is_daemon ? job->num_nodes : 1;
	row->limit_sec = job->limit_sec;
	row->start_time = job->start_time;
	row->run_sec = job->run_sec;
	/* CraneSched shows the steps of a suspended job as running. */
	row->state = job->state == CRANE_SUSPENDED ? CRANE_RUNNING : job->state;
	if (!step)
		return;
	row->start_time = step->start_time;
	row->run_sec = step->run_sec;
	/* Slurm does not count the tasks of the steps extern and batch. */
	if (!is_daemon && at->maker == CRANE_MAKER_SRUN)
		row->num_tasks = step->num_tasks;
}

/*
 * Returns program and arguments: crun puts "--" before them. A line of srun's own is returned
 * whole, since its options cannot be told from its program.
 */
static const char *command_of(const char *submit_line)
{
	const char *end = strstr(submit_line, " -- ");

	return end ? end + 4 : submit_line;
}

static uint32_t count_nodes(const char *nodes)
{
	struct crane_strings names = { 0 };
	int n = nodes[0] ? crane_hostlist_expand(nodes, &names) : 0;

	crane_strings_clear(&names);
	return n > 0 ? (uint32_t)n : 0;
}

static void add_common(struct builder *at, uint32_t number, const struct crane_slurm_step *step)
{
	struct crane_step_row *row;

	if (!is_wanted(at, number))
		return;
	row = add_row(at, number);
	row->name = step->name;
	row->command = command_of(step->submit_line);
	row->nodes = step->nodes;
	row->tres = step->tres;
	row->num_nodes = count_nodes(step->nodes);
	row->num_cpus = step->num_cpus;
	row->num_tasks = step->num_tasks;
	row->limit_sec = step->limit_sec;
	row->start_time = step->start_time;
	row->run_sec = step->run_sec;
	row->state = number == CRANE_STEP_NONE      ? CRANE_PENDING :
		     step->state == CRANE_SUSPENDED ? CRANE_RUNNING :
						      step->state;
	row->uid = step->uid;
}

static void add_of_slurm(struct builder *at, const struct crane_slurm_step *step)
{
	uint32_t number = crane_step_from_slurm(step->step_id, at->maker);

	if (number == CRANE_STEP_NONE && step->step_id != CRANE_SLURM_STEP_PENDING)
		return; /* a kind of step that only a later release has */
	if (number == CRANE_STEP_DAEMON || number == CRANE_STEP_PRIMARY)
		add_of_job(at, number, step);
	else
		add_common(at, number, step);
}

/* -- steps of a job ---------------------------------------------------------------------------- */

bool crane_job_has_steps(const struct crane_job *job)
{
	return job->state != CRANE_PENDING && !job->ended;
}

/*
 * Adds the steps that Slurm does not list: DAEMON if the site lacks PrologFlags=Contain, and
 * PRIMARY if it is a shell of calloc on the machine of calloc.
 */
static void add_missing(struct builder *at)
{
	bool runs = at->job->state == CRANE_RUNNING || at->job->state == CRANE_SUSPENDED;

	if (!at->daemon)
		add_of_job(at, CRANE_STEP_DAEMON, NULL);
	if (!at->primary && runs && at->maker != CRANE_MAKER_SRUN)
		add_of_job(at, CRANE_STEP_PRIMARY, NULL);
}

/* -- steps of accounting ----------------------------------------------------------------------- */

/* Steps were added before only for a job that still runs. */
static bool is_added(const struct builder *at, uint32_t number)
{
	for (size_t i = 0; !at->job->ended && i < at->rows->n; i++) {
		const struct crane_step_row *row = &at->rows->row[i];

		if (row->job->job_id == at->job->job_id && row->number == number)
			return true;
	}
	return false;
}

static void add_of_past(struct builder *at, const struct crane_past_step *step)
{
	uint32_t number = crane_step_from_slurm(step->step_id, at->maker);
	const struct crane_job *job = at->job;
	struct crane_step_row *row;

	if (number == CRANE_STEP_NONE)
		return; /* it was cancelled while it waited */
	at->daemon |= number == CRANE_STEP_DAEMON;
	at->primary |= number == CRANE_STEP_PRIMARY;
	if (is_added(at, number) || !is_wanted(at, number))
		return;
	row = add_row(at, number);
	row->name = job->name;
	if (number == CRANE_STEP_PRIMARY)
		row->command = job->submit_line[0] ? job->submit_line : job->command;
	if (number >= CRANE_STEP_COMMON_FIRST) {
		row->name = step->name;
		row->command = command_of(step->submit_line);
	}
	row->nodes = step->nodes;
	row->tres = step->tres;
	row->num_nodes = step->num_nodes;
	row->num_cpus = step->num_cpus;
	row->num_tasks = step->num_tasks;
	row->limit_sec = job->limit_sec;
	row->start_time = step->start_time;
	row->run_sec = step->run_sec;
	row->state = step->state;
	row->ended = step->end_time != 0;
	row->end_time = step->end_time;
	row->exit_code = step->exit_code;
}

/* Adds DAEMON or PRIMARY, which accounting does not have, with the end of its job. */
static void add_with_job(struct builder *at, uint32_t number)
{
	size_t before = at->rows->n;
	struct crane_step_row *row;

	add_of_job(at, number, NULL);
	if (at->rows->n == before)
		return;
	row = &at->rows->row[before];
	row->ended = true;
	row->end_time = at->job->end_time;
	row->exit_code = at->job->exit_code;
}

void crane_step_rows_add_past(struct crane_step_rows *steps, const struct crane_job *job,
			      const struct crane_past_step *past, size_t n_past,
			      const struct crane_id *selectors, size_t n, bool *found)
{
	struct builder at = { .rows = steps,
			      .job = job,
			      .selectors = selectors,
			      .n_selectors = n,
			      .found = found,
			      .maker = crane_job_maker(job) };

	for (size_t i = 0; i < n_past; i++)
		add_of_past(&at, &past[i]);
	if (!job->ended || !job->start_time)
		return;
	if (!at.daemon)
		add_with_job(&at, CRANE_STEP_DAEMON);
	if (!at.primary && at.maker != CRANE_MAKER_SRUN)
		add_with_job(&at, CRANE_STEP_PRIMARY);
}

static int by_job_and_number(const void *a, const void *b)
{
	const struct crane_step_row *left = a, *right = b;

	if (left->job->job_id != right->job->job_id)
		return left->job->job_id > right->job->job_id ? -1 : 1;
	return left->number < right->number ? -1 : left->number > right->number;
}

void crane_step_rows_sort(struct crane_step_rows *steps)
{
	if (steps->n)
		qsort(steps->row, steps->n, sizeof(*steps->row), by_job_and_number);
}

/* -- steps that slurmctld has ------------------------------------------------------------------ */

static int by_number(const void *a, const void *b)
{
	const struct crane_step_row *left = a, *right = b;

	return left->number < right->number ? -1 : left->number > right->number;
}

static int by_job_of_step(const void *a, const void *b)
{
	const struct crane_slurm_step *left = a, *right = b;

	return left->job_id < right->job_id ? -1 : left->job_id > right->job_id;
}

/* Returns the index of the job's first step, or where it would stand. */
static size_t first_step(const struct crane_slurm_steps *steps, uint32_t job_id)
{
	size_t low = 0, high = steps->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (steps->step[mid].job_id < job_id)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static int by_job_descending(const void *a, const void *b)
{
	const struct crane_job *left = *(const struct crane_job *const *)a;
	const struct crane_job *right = *(const struct crane_job *const *)b;

	return left->job_id > right->job_id ? -1 : left->job_id < right->job_id;
}

/* Out: list, the jobs that have steps, each once, in the order of display. Returns how many. */
static size_t list_jobs(const struct crane_rows *jobs, const struct crane_job **list)
{
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < jobs->n; i++) {
		const struct crane_job *job = &jobs->row[i].job;

		if (crane_job_has_steps(job) && !crane_is_whole_array(job))
			list[n++] = job;
	}
	if (n)
		qsort(list, n, sizeof(*list), by_job_descending);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || list[i]->job_id != list[i - 1]->job_id)
			list[kept++] = list[i];
	}
	return kept;
}

int crane_step_rows_load(const struct crane_rows *jobs, const struct crane_id *selectors, size_t n,
			 bool *found, struct crane_step_rows *steps, struct crane_slurm_error *why)
{
	const struct crane_job **list = crane_xcalloc(jobs->n, sizeof(*list));
	size_t n_jobs = list_jobs(jobs, list);
	struct crane_slurm_steps *loaded = &steps->loaded;
	int rc = 0;

	memset(steps, 0, sizeof(*steps));
	if (n_jobs == 0)
		goto out;
	if (crane_slurm_load_steps(n_jobs == 1 ? list[0]->job_id : 0, loaded, why) != 0) {
		/* The job ended after the jobs were loaded. */
		rc = why->failure == CRANE_SLURM_NO_JOB ? 0 : -1;
		goto out;
	}
	if (loaded->n)
		qsort(loaded->step, loaded->n, sizeof(*loaded->step), by_job_of_step);
	for (size_t i = 0; i < n_jobs; i++) {
		struct builder at = { .rows = steps,
				      .job = list[i],
				      .selectors = selectors,
				      .n_selectors = n,
				      .found = found,
				      .maker = crane_job_maker(list[i]) };
		size_t first_row = steps->n;

		for (size_t k = first_step(loaded, list[i]->job_id);
		     k < loaded->n && loaded->step[k].job_id == list[i]->job_id; k++)
			add_of_slurm(&at, &loaded->step[k]);
		add_missing(&at);
		if (steps->n > first_row)
			qsort(steps->row + first_row, steps->n - first_row, sizeof(*steps->row),
			      by_number);
	}
out:
	free(list);
	return rc;
}

void crane_step_rows_clear(struct crane_step_rows *steps)
{
	free(steps->row);
	crane_slurm_steps_free(&steps->loaded);
	memset(steps, 0, sizeof(*steps));
}
