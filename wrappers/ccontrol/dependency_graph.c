/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The jobs that depend on others as a graph: builds it, walks it and prints its nodes as text. */
#include "config.h"

#include "wrappers/ccontrol/dependency_graph.h"

#include <ctype.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "src/duration.h"
#include "wrappers/base/memory.h"
#include "wrappers/output/date.h"

/* -- nodes ------------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
	const struct crane_graph_entry *left = a, *right = b;

	if (left->number != right->number)
		return left->number < right->number ? -1 : 1;
	return left->job->job_id < right->job->job_id ? -1 : left->job->job_id > right->job->job_id;
}

static void index_jobs(struct crane_graph *graph)
{
	const struct crane_jobs *jobs = &graph->jobs;

	graph->entry = crane_xcalloc(2 * jobs->n + 1, sizeof(*graph->entry));
	for (size_t i = 0; i < jobs->n; i++) {
		const struct crane_job *job = &jobs->job[i];

		graph->entry[graph->n_entries++] = (struct crane_graph_entry){ job->job_id, job };
		if (job->array_id && job->array_id != job->job_id)
			graph->entry[graph->n_entries++] =
				(struct crane_graph_entry){ job->array_id, job };
	}
	qsort(graph->entry, graph->n_entries, sizeof(*graph->entry), by_number);
}

int crane_graph_compare(const void *a, const void *b)
{
	const struct crane_graph_node *left = a, *right = b;

	if (left->job_id != right->job_id)
		return left->job_id < right->job_id ? -1 : 1;
	return left->task_id < right->task_id ? -1 : left->task_id > right->task_id;
}

/* Out: *rows with the one row that [selector] means, or with none. */
static void find_row(const struct crane_graph *graph, const struct crane_id *selector,
		     struct crane_rows *rows)
{
	size_t low = 0, high = graph->n_entries, end;
	struct crane_jobs part = { .loaded = graph->jobs.loaded };

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (graph->entry[mid].number < selector->job_id)
			low = mid + 1;
		else
			high = mid;
	}
	for (end = low; end < graph->n_entries && graph->entry[end].number == selector->job_id;)
		end++;
	part.job = crane_xcalloc(end - low + 1, sizeof(*part.job));
	for (size_t i = low; i < end; i++)
		part.job[part.n++] = *graph->entry[i].job;
	crane_rows_collect(&part, selector, 1, CRANE_ARRAY_WHOLE, true, NULL, rows);
	free(part.job);
}

/* Returns the node of that name; adds it if the graph lacks it. */
static struct crane_graph_node *node_of(struct crane_graph *graph, uint32_t job_id,
					uint32_t task_id)
{
	struct crane_id id = { .job_id = job_id,
			       .has_task = task_id != CRANE_NO_ARRAY_TASK,
			       .task_id = task_id };
	struct crane_graph_node wanted = { .job_id = job_id, .task_id = task_id };
	struct crane_rows rows = { 0 };
	struct crane_graph_node **found = tfind(&wanted, &graph->by_id, crane_graph_compare), *node;

	if (found)
		return *found;
	find_row(graph, &id, &rows);
	if (rows.n > 0) {
		const struct crane_job *job = &rows.row[0].job;

		/* Slurm's own number of a task names the task, too. */
		wanted.job_id = job->array_id ? job->array_id : job->job_id;
		if (task_id == CRANE_NO_ARRAY_TASK)
			wanted.task_id = job->task_id;
	}
	found = tfind(&wanted, &graph->by_id, crane_graph_compare);
	if (found) {
		crane_rows_clear(&rows);
		return *found;
	}
	node = crane_xcalloc(1, sizeof(*node));
	id.job_id = node->job_id = wanted.job_id;
	id.task_id = node->task_id = wanted.task_id;
	id.has_task = id.task_id != CRANE_NO_ARRAY_TASK;
	node->id = crane_id_job_text(&id);
	node->rows = rows;
	node->index = graph->n_nodes;
	if (rows.n > 0)
		crane_job_dependency_read(&rows.row[0].job, graph->jobs.loaded, &node->dependency);
	graph->node =
		crane_xrealloc(graph->node, graph->n_nodes + 1, sizeof(struct crane_graph_node *));
	graph->node[graph->n_nodes++] = node;
	crane_must(tsearch(node, &graph->by_id, crane_graph_compare));
	return node;
}

const struct crane_job *crane_graph_job(const struct crane_graph_node *node)
{
	return node->rows.n > 0 ? &node->rows.row[0].job : NULL;
}

bool crane_graph_is_or(const struct crane_graph_node *node)
{
	return node->dependency.record && node->dependency.record->dep->logic == CRANE_DEP_OR;
}

/* -- edges ------------------------------------------------------------------------------------- */

void crane_graph_judge(const struct crane_record *record, uint32_t first, uint32_t n, int64_t now,
		       struct crane_dep_state *state)
{
	struct crane_dep *part = crane_xcalloc(1, sizeof(*part) + n * sizeof(part->edges[0]));

	part->logic = CRANE_DEP_AND;
	part->n_terms = 1;
	part->n_edges = n;
	for (uint32_t i = 0; i < n; i++) {
		part->edges[i] = record->dep->edges[first + i];
		part->edges[i].term = 0;
	}
	crane_dep_eval(part, record->events + first, now, state);
	free(part);
}

static struct crane_graph_edge *add_edge(struct crane_graph *graph,
					 const struct crane_graph_node *from,
					 const struct crane_graph_node *to)
{
	struct crane_graph_edge *edge;

	if ((graph->n_edges & (graph->n_edges + 1)) == 0)
		graph->edge = crane_xrealloc(graph->edge, 2 * (graph->n_edges + 1), sizeof(*edge));
	edge = &graph->edge[graph->n_edges++];
	*edge = (struct crane_graph_edge){ .from = from->index, .to = to->index };
	return edge;
}

static void set_fate(struct crane_graph_edge *edge, const struct crane_record *record, uint32_t i,
		     int64_t now)
{
	char fired[CRANE_DATE_MAX], ready[CRANE_DATE_MAX];
	struct crane_dep_state state;

	crane_graph_judge(record, i, 1, now, &state);
	if (record->is_note && record->events[i] != CRANE_EVENT_PENDING && !state.never) {
		/*
		 * Slurm drops an edge that has fired, and a whole OR with the first, and stores no
		 * times.
		 */
		edge->kind = CRANE_EDGE_FIRED;
		edge->fate =
			crane_xstrdup(record->dep->logic == CRANE_DEP_OR ? "not needed" : "fired");
	} else if (state.status == CRANE_DEP_READY_AFTER) {
		edge->kind = CRANE_EDGE_FIRED;
		crane_date_format((time_t)record->events[i], fired);
		crane_date_format((time_t)state.ready_time, ready);
		edge->fate = record->dep->edges[i].delay_sec ?
				     crane_xasprintf("fired at %s, ready at %s", fired, ready) :
				     crane_xasprintf("fired at %s", fired);
	} else {
		edge->kind = state.never ? CRANE_EDGE_NEVER : CRANE_EDGE_PENDING;
		edge->fate = crane_xstrdup(state.never ? "never" : "pending");
	}
}

/* For an edge that Slurm evaluates: Slurm removes it once it has fired. */
static void set_kept_fate(struct crane_graph_edge *edge,
			  const struct crane_job_dependency *dependency, uint32_t i)
{
	const struct crane_dep_edge *wanted = &dependency->record->dep->edges[i];
	const struct crane_dep *kept = dependency->kept;
	bool is_left = false;

	for (uint32_t k = 0; kept && k < kept->n_kept; k++) {
		const struct crane_dep_edge *left = &kept->edges[kept->n_edges + k];

		is_left = is_left ||
			  (left->job_id == wanted->job_id && left->task_id == wanted->task_id);
	}
	edge->kind = is_left ? CRANE_EDGE_PENDING : CRANE_EDGE_FIRED;
	edge->fate = crane_xstrdup(is_left ? "pending" : "fired");
}

static void add_ours(struct crane_graph *graph, struct crane_graph_node *node)
{
	const struct crane_record *record = node->dependency.record;

	for (uint32_t i = 0; i < record->dep->n_edges + record->dep->n_kept; i++) {
		const struct crane_dep_edge *from = &record->dep->edges[i];
		struct crane_graph_node *to = node_of(graph, from->job_id, from->task_id);
		struct crane_graph_edge *edge = add_edge(graph, node, to);
		char delay[CRANE_DURATION_TEXT_MAX] = "";

		if (from->delay_sec)
			crane_duration_format(from->delay_sec, delay);
		edge->text = crane_xasprintf("%s:%s%s%s", crane_dep_type_name(from->type), to->id,
					     *delay ? "+" : "", delay);
		edge->term = from->term;
		if (i < record->dep->n_edges)
			set_fate(edge, record, i, graph->jobs.loaded);
		else
			set_kept_fate(edge, &node->dependency, i);
	}
}

/* Adds an edge for each job that "afterok:12_*(unfulfilled),singleton" names. */
static void add_slurms(struct crane_graph *graph, struct crane_graph_node *node, const char *text)
{
	for (size_t len; *text; text += len + (text[len] != '\0')) {
		const char *colon = memchr(text, ':', len = strcspn(text, ",?"));
		unsigned long number, task = CRANE_NO_ARRAY_TASK;
		struct crane_graph_edge *edge;
		char *end;

		if (!colon || !isdigit((unsigned char)colon[1]))
			continue;
		number = strtoul(colon + 1, &end, 10);
		if (end[0] == '_' && isdigit((unsigned char)end[1]))
			task = strtoul(end + 1, NULL, 10);
		edge = add_edge(graph, node, node_of(graph, (uint32_t)number, (uint32_t)task));
		edge->kind = CRANE_EDGE_SLURMS;
		edge->text = crane_xstrndup(text, len);
		edge->fate = crane_xstrdup("");
	}
}

/* Adds the jobs that have a dependency and, edge by edge, all that they name. */
static void build(struct crane_graph *graph)
{
	for (size_t i = 0; i < graph->jobs.n; i++) {
		const struct crane_job *job = &graph->jobs.job[i];

		if (job->dependency[0] ||
		    crane_record_find(job->admin_comment, NULL, NULL, NULL, NULL) !=
			    CRANE_RECORD_NONE ||
		    strstr(job->admin_comment, CRANE_NOTE_MARK))
			node_of(graph, job->array_id ? job->array_id : job->job_id,
				CRANE_NO_ARRAY_TASK);
	}
	for (size_t i = 0; i < graph->n_nodes; i++) {
		struct crane_graph_node *node = graph->node[i];

		node->first_edge = graph->n_edges;
		if (node->dependency.record)
			add_ours(graph, node);
		else if (crane_graph_job(node))
			add_slurms(graph, node, crane_graph_job(node)->dependency);
		node->n_edges = graph->n_edges - node->first_edge;
	}
}

size_t crane_graph_first_naming(const struct crane_graph *graph, uint32_t number)
{
	size_t low = 0, high = graph->n_edges;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (graph->node[graph->edge[graph->reverse[mid]].to]->job_id < number)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static int by_named(const void *a, const void *b, void *arg)
{
	const struct crane_graph *graph = arg;
	const struct crane_graph_edge *left = &graph->edge[*(const size_t *)a];
	const struct crane_graph_edge *right = &graph->edge[*(const size_t *)b];
	uint32_t l = graph->node[left->to]->job_id, r = graph->node[right->to]->job_id;
	int order;

	if (l != r)
		return l < r ? -1 : 1;
	order = crane_graph_compare(graph->node[left->from], graph->node[right->from]);
	return order ? order : (left < right ? -1 : left > right);
}

static void index_edges(struct crane_graph *graph)
{
	graph->reverse = crane_xcalloc(graph->n_edges + 1, sizeof(*graph->reverse));
	for (size_t i = 0; i < graph->n_edges; i++)
		graph->reverse[i] = i;
	qsort_r(graph->reverse, graph->n_edges, sizeof(*graph->reverse), by_named, graph);
}

const struct crane_graph_edge *crane_graph_next_naming(const struct crane_graph *graph,
						       const struct crane_graph_node *node,
						       size_t *at)
{
	while (*at < graph->n_edges) {
		const struct crane_graph_edge *edge = &graph->edge[graph->reverse[*at]];
		const struct crane_graph_node *to = graph->node[edge->to];

		if (to->job_id != node->job_id)
			return NULL;
		(*at)++;
		if (to->task_id == node->task_id || to->task_id == CRANE_NO_ARRAY_TASK ||
		    node->task_id == CRANE_NO_ARRAY_TASK)
			return edge;
	}
	return NULL;
}

size_t crane_graph_term_length(const struct crane_graph_node *node,
			       const struct crane_graph_edge *edge, size_t first)
{
	size_t end = first + 1;

	while (crane_graph_is_or(node) && end < node->n_edges && edge[end].term == edge[first].term)
		end++;
	return end - first;
}

int crane_graph_load(struct crane_graph *graph, const struct crane_id *selector,
		     struct crane_graph_node **node, struct crane_slurm_error *why)
{
	memset(graph, 0, sizeof(*graph));
	if (crane_slurm_load_jobs(true, &graph->jobs, why) != 0)
		return -1;
	index_jobs(graph);
	if (selector)
		*node = node_of(graph, selector->job_id,
				selector->has_task ? selector->task_id : CRANE_NO_ARRAY_TASK);
	build(graph);
	index_edges(graph);
	return 0;
}

void crane_graph_clear(struct crane_graph *graph)
{
	for (size_t i = 0; i < graph->n_edges; i++) {
		free(graph->edge[i].text);
		free(graph->edge[i].fate);
	}
	for (size_t i = 0; i < graph->n_nodes; i++) {
		struct crane_graph_node *node = graph->node[i];

		tdelete(node, &graph->by_id, crane_graph_compare);
		crane_job_dependency_clear(&node->dependency);
		crane_rows_clear(&node->rows);
		free(node->id);
		free(node);
	}
	free(graph->node);
	free(graph->edge);
	free(graph->reverse);
	free(graph->entry);
	crane_jobs_free(&graph->jobs);
}

/* -- walks ------------------------------------------------------------------------------------- */

static bool *mark(struct crane_graph_node *node, bool upwards)
{
	return upwards ? &node->up : &node->down;
}

void crane_graph_reach(const struct crane_graph *graph, struct crane_graph_node *node, bool upwards)
{
	/* A list rather than recursion: chains may be long. */
	struct crane_graph_node **todo =
		crane_xcalloc(graph->n_nodes + 1, sizeof(struct crane_graph_node *));
	size_t n = 0;

	todo[n++] = node;
	while (n > 0) {
		struct crane_graph_node *at = todo[--n], *other;
		size_t i = upwards ? 0 : crane_graph_first_naming(graph, at->job_id);
		const struct crane_graph_edge *edge;

		*mark(at, upwards) = true;
		for (;;) {
			if (upwards)
				edge = i < at->n_edges ? &graph->edge[at->first_edge + i++] : NULL;
			else
				edge = crane_graph_next_naming(graph, at, &i);
			if (!edge)
				break;
			other = graph->node[upwards ? edge->to : edge->from];
			if (*mark(other, upwards))
				continue;
			*mark(other, upwards) = true;
			todo[n++] = other;
		}
	}
	free(todo);
}

void crane_graph_mark_near(const struct crane_graph *graph)
{
	for (size_t i = 0; i < graph->n_edges; i++) {
		const struct crane_graph_node *from = graph->node[graph->edge[i].from];

		if (from->up || from->down)
			graph->node[graph->edge[i].to]->near = true;
	}
}

/* -- words ------------------------------------------------------------------------------------- */

char *crane_graph_describe(const struct crane_graph *graph, const struct crane_graph_node *node,
			   const char *between)
{
	const struct crane_job *job = crane_graph_job(node);
	const struct crane_dep_state *state = &node->dependency.state;
	const char *reason = "", *status = "", *slurms = "";
	char date[CRANE_DATE_MAX] = "";

	if (!job)
		return crane_xstrdup("not known to slurmctld any more");
	if (job->state == CRANE_PENDING)
		reason = crane_job_reason(job, &node->dependency, graph->jobs.loaded);
	if (node->dependency.record) {
		status = crane_dep_status_name(state->status);
		if (state->status == CRANE_DEP_READY_AFTER && state->ready_time > 0)
			crane_date_format((time_t)state->ready_time, date);
		if (node->dependency.kept && node->dependency.kept->singleton)
			slurms = "singleton";
	} else if (job->dependency[0]) {
		status = "Slurm:";
		slurms = job->dependency;
	}
	return crane_xasprintf("%s%s%s%s%s%s%s%s%s", crane_state_name(job->state),
			       *reason ? " (" : "", reason, *reason ? ")" : "",
			       *status ? between : "", status, *date || *slurms ? " " : "", date,
			       slurms);
}

const char *crane_graph_how_many(const struct crane_graph_node *node)
{
	if (node->n_edges < 2)
		return "";
	if (!crane_graph_is_or(node) && !node->dependency.record && crane_graph_job(node) &&
	    strchr(crane_graph_job(node)->dependency, '?'))
		return " any of";
	return crane_graph_is_or(node) ? " any of" : " all of";
}
