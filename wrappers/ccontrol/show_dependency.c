/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccontrol show dependency: what a job waits for and what waits for it, as a tree or as a graph for
 * Graphviz. Whether an edge or a term holds is asked of src/dependency.h, states and reasons of
 * jobrows.h. What a dependency of Slurm's own means is Slurm's: its text is shown as it is.
 */
#include "config.h"

#include <ctype.h>
#include <inttypes.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/duration.h"
#include "wrappers/ccontrol/verb.h"
#include "wrappers/output/date.h"
#include "wrappers/output/json.h"
#include "wrappers/view/jobrows.h"
#include "wrappers/view/jobstate.h"

/* A tree is cut here: the lines of a chain would grow with its length. */
#define DEPTH_MAX 24

/* One id of an expression, and what has come of it. */
struct edge {
	size_t from, to; /* the job that waits, and what it names */
	char *text;      /* "afterok:100+01:00:00", or Slurm's "afterok:100(unfulfilled)"; owned */
	char *fate;      /* "pending", "fired at ...", "never"; "" for Slurm's; owned */
	enum { PENDING, FIRED, NEVER, SLURMS } kind;
	uint32_t term;
};

/* What an expression can name: a job, an array as a whole, an array task; known or not. */
struct node {
	uint32_t job_id, task_id; /* the array's number; CRANE_NO_ARRAY_TASK */
	char *id;                 /* "12", "10_3" */
	struct crane_rows rows;   /* one row, or none: slurmctld does not know it */
	struct crane_job_dependency dependency;
	size_t index, first_edge, n_edges;
	bool up, down; /* printed, or reached, in this direction */
	bool near;     /* named by one that was reached */
};

/* A record under a number by which it can be named. */
struct named {
	uint32_t number;
	const struct crane_job *job;
};

struct graph {
	struct crane_jobs jobs;
	struct named *entry; /* by number */
	size_t n_entries;
	struct node **node;
	size_t n_nodes;
	void *by_id;       /* tsearch()'s tree of the nodes */
	struct edge *edge; /* those of a node side by side */
	size_t n_edges;
	size_t *reverse; /* edges by the number of what they name */
};

/* -- nodes ------------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
	const struct named *left = a, *right = b;

	if (left->number != right->number)
		return left->number < right->number ? -1 : 1;
	return left->job->job_id < right->job->job_id ? -1 : left->job->job_id > right->job->job_id;
}

static void index_jobs(struct graph *graph)
{
	const struct crane_jobs *jobs = &graph->jobs;

	graph->entry = crane_xcalloc(2 * jobs->n + 1, sizeof(*graph->entry));
	for (size_t i = 0; i < jobs->n; i++) {
		const struct crane_job *job = &jobs->job[i];

		graph->entry[graph->n_entries++] = (struct named){ job->job_id, job };
		if (job->array_id && job->array_id != job->job_id)
			graph->entry[graph->n_entries++] = (struct named){ job->array_id, job };
	}
	qsort(graph->entry, graph->n_entries, sizeof(*graph->entry), by_number);
}

static int by_node_id(const void *a, const void *b)
{
	const struct node *left = a, *right = b;

	if (left->job_id != right->job_id)
		return left->job_id < right->job_id ? -1 : 1;
	return left->task_id < right->task_id ? -1 : left->task_id > right->task_id;
}

/* The one row that [selector] means, or none. */
static void find_row(const struct graph *graph, const struct crane_selector *selector,
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
	crane_rows_collect(&part, selector, 1, true, NULL, rows);
	free(part.job);
}

/* The node of that name, made where there is none. */
static struct node *node_of(struct graph *graph, uint32_t job_id, uint32_t task_id)
{
	struct crane_selector selector = { job_id, task_id, CRANE_NO_STEP };
	struct node wanted = { .job_id = job_id, .task_id = task_id };
	struct crane_rows rows = { 0 };
	struct node **found = tfind(&wanted, &graph->by_id, by_node_id), *node;

	if (found)
		return *found;
	find_row(graph, &selector, &rows);
	if (rows.n > 0) {
		const struct crane_job *job = &rows.row[0].job;

		/* A task may be named by Slurm's own number of it, too. */
		wanted.job_id = job->array_id ? job->array_id : job->job_id;
		if (task_id == CRANE_NO_ARRAY_TASK)
			wanted.task_id = job->task_id;
	}
	found = tfind(&wanted, &graph->by_id, by_node_id);
	if (found) {
		crane_rows_clear(&rows);
		return *found;
	}
	node = crane_xcalloc(1, sizeof(*node));
	selector.job_id = node->job_id = wanted.job_id;
	selector.task_id = node->task_id = wanted.task_id;
	node->id = crane_selector_print(&selector);
	node->rows = rows;
	node->index = graph->n_nodes;
	if (rows.n > 0)
		crane_job_dependency_read(&rows.row[0].job, graph->jobs.loaded, &node->dependency);
	graph->node = crane_xrealloc(graph->node, graph->n_nodes + 1, sizeof(struct node *));
	graph->node[graph->n_nodes++] = node;
	if (!tsearch(node, &graph->by_id, by_node_id)) {
		fputs("out of memory\n", stderr);
		exit(CRANE_EXIT_SYSTEM);
	}
	return node;
}

static const struct crane_job *job_of(const struct node *node)
{
	return node->rows.n > 0 ? &node->rows.row[0].job : NULL;
}

static bool is_or(const struct node *node)
{
	return node->dependency.record && node->dependency.record->dep->logic == CRANE_DEP_OR;
}

/* -- edges ------------------------------------------------------------------------------------- */

/* What [n] edges that must all hold amount to: one edge, or a term. */
static void judge(const struct crane_record *record, uint32_t first, uint32_t n, int64_t now,
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

static struct edge *add_edge(struct graph *graph, const struct node *from, const struct node *to)
{
	struct edge *edge;

	if ((graph->n_edges & (graph->n_edges + 1)) == 0)
		graph->edge = crane_xrealloc(graph->edge, 2 * (graph->n_edges + 1), sizeof(*edge));
	edge = &graph->edge[graph->n_edges++];
	*edge = (struct edge){ .from = from->index, .to = to->index };
	return edge;
}

static void set_fate(struct edge *edge, const struct crane_record *record, uint32_t i, int64_t now)
{
	char fired[CRANE_DATE_MAX], ready[CRANE_DATE_MAX];
	struct crane_dep_state state;

	judge(record, i, 1, now, &state);
	if (state.status == CRANE_DEP_READY_AFTER) {
		edge->kind = FIRED;
		crane_date_format((time_t)record->events[i], fired);
		crane_date_format((time_t)state.ready_time, ready);
		edge->fate = record->dep->edges[i].delay_sec ?
				     crane_xasprintf("fired at %s, ready at %s", fired, ready) :
				     crane_xasprintf("fired at %s", fired);
	} else {
		edge->kind = state.never ? NEVER : PENDING;
		edge->fate = crane_xstrdup(state.never ? "never" : "pending");
	}
}

static void add_ours(struct graph *graph, struct node *node)
{
	const struct crane_record *record = node->dependency.record;

	for (uint32_t i = 0; i < record->dep->n_edges; i++) {
		const struct crane_dep_edge *from = &record->dep->edges[i];
		struct node *to = node_of(graph, from->job_id, from->task_id);
		struct edge *edge = add_edge(graph, node, to);
		char delay[CRANE_DURATION_TEXT_MAX] = "";

		if (from->delay_sec)
			crane_duration_format(from->delay_sec, delay);
		edge->text = crane_xasprintf("%s:%s%s%s", crane_dep_type_name(from->type), to->id,
					     *delay ? "+" : "", delay);
		edge->term = from->term;
		set_fate(edge, record, i, graph->jobs.loaded);
	}
}

/* "afterok:12_*(unfulfilled),singleton": where it names a job, so that both are seen together. */
static void add_slurms(struct graph *graph, struct node *node, const char *text)
{
	for (size_t len; *text; text += len + (text[len] != '\0')) {
		const char *colon = memchr(text, ':', len = strcspn(text, ",?"));
		unsigned long number, task = CRANE_NO_ARRAY_TASK;
		struct edge *edge;
		char *end;

		if (!colon || !isdigit((unsigned char)colon[1]))
			continue;
		number = strtoul(colon + 1, &end, 10);
		if (end[0] == '_' && isdigit((unsigned char)end[1]))
			task = strtoul(end + 1, NULL, 10);
		edge = add_edge(graph, node, node_of(graph, (uint32_t)number, (uint32_t)task));
		edge->kind = SLURMS;
		edge->text = crane_xstrndup(text, len);
		edge->fate = crane_xstrdup("");
	}
}

/* The jobs that have a dependency, and, edge by edge, all that they lead to. */
static void build(struct graph *graph)
{
	for (size_t i = 0; i < graph->jobs.n; i++) {
		const struct crane_job *job = &graph->jobs.job[i];

		if (job->dependency[0] || strstr(job->admin_comment, "[crane:"))
			node_of(graph, job->array_id ? job->array_id : job->job_id,
				CRANE_NO_ARRAY_TASK);
	}
	for (size_t i = 0; i < graph->n_nodes; i++) {
		struct node *node = graph->node[i];

		node->first_edge = graph->n_edges;
		if (node->dependency.record)
			add_ours(graph, node);
		else if (job_of(node))
			add_slurms(graph, node, job_of(node)->dependency);
		node->n_edges = graph->n_edges - node->first_edge;
	}
}

/* Where the edges that name [number] would begin in graph->reverse. */
static size_t first_naming(const struct graph *graph, uint32_t number)
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
	const struct graph *graph = arg;
	const struct edge *left = &graph->edge[*(const size_t *)a];
	const struct edge *right = &graph->edge[*(const size_t *)b];
	uint32_t l = graph->node[left->to]->job_id, r = graph->node[right->to]->job_id;
	int order;

	if (l != r)
		return l < r ? -1 : 1;
	order = by_node_id(graph->node[left->from], graph->node[right->from]);
	return order ? order : (left < right ? -1 : left > right);
}

static void index_edges(struct graph *graph)
{
	graph->reverse = crane_xcalloc(graph->n_edges + 1, sizeof(*graph->reverse));
	for (size_t i = 0; i < graph->n_edges; i++)
		graph->reverse[i] = i;
	qsort_r(graph->reverse, graph->n_edges, sizeof(*graph->reverse), by_named, graph);
}

/*
 * The next edge that leads to [node], *at being first_naming() to begin with; NULL: no more. An
 * array and its tasks are met together: who waits for the one hears of the other.
 */
static const struct edge *next_naming(const struct graph *graph, const struct node *node,
				      size_t *at)
{
	while (*at < graph->n_edges) {
		const struct edge *edge = &graph->edge[graph->reverse[*at]];
		const struct node *to = graph->node[edge->to];

		if (to->job_id != node->job_id)
			return NULL;
		(*at)++;
		if (to->task_id == node->task_id || to->task_id == CRANE_NO_ARRAY_TASK ||
		    node->task_id == CRANE_NO_ARRAY_TASK)
			return edge;
	}
	return NULL;
}

static void clear_graph(struct graph *graph)
{
	for (size_t i = 0; i < graph->n_edges; i++) {
		free(graph->edge[i].text);
		free(graph->edge[i].fate);
	}
	for (size_t i = 0; i < graph->n_nodes; i++) {
		struct node *node = graph->node[i];

		tdelete(node, &graph->by_id, by_node_id);
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

/* -- words ------------------------------------------------------------------------------------- */

/* "Pending (Dependency)", or that it is gone; [between] stands before the status. malloc'd. */
static char *describe(const struct graph *graph, const struct node *node, const char *between)
{
	const struct crane_job *job = job_of(node);
	const struct crane_dep_state *state = &node->dependency.state;
	const char *reason = "", *status = "", *slurms = "";
	char date[CRANE_DATE_MAX] = "";

	if (!job)
		return crane_xstrdup("not known to slurmctld any more");
	if (job->state == CRANE_PENDING)
		reason = crane_job_reason(job, &node->dependency, graph->jobs.loaded);
	if (node->dependency.record) {
		status = crane_dep_status_name(state->status);
		if (state->status == CRANE_DEP_READY_AFTER)
			crane_date_format((time_t)state->ready_time, date);
	} else if (job->dependency[0]) {
		status = "Slurm:";
		slurms = job->dependency;
	}
	return crane_xasprintf("%s%s%s%s%s%s%s%s%s", crane_state_name(job->state),
			       *reason ? " (" : "", reason, *reason ? ")" : "",
			       *status ? between : "", status, *date || *slurms ? " " : "", date,
			       slurms);
}

/* "all of", "any of" what it waits for; "" where it is one thing. */
static const char *how_many(const struct node *node)
{
	if (node->n_edges < 2)
		return "";
	if (!is_or(node) && !node->dependency.record && job_of(node) &&
	    strchr(job_of(node)->dependency, '?'))
		return " any of";
	return is_or(node) ? " any of" : " all of";
}

static char *print_name(const struct node *node)
{
	const struct crane_job *job = job_of(node);
	char *name;

	if (!job)
		return crane_xasprintf("job %s,", node->id);
	name = crane_xasprintf("job %s (%s)", node->id, job->name);
	return crane_scrub(name);
}

/* -- the tree ---------------------------------------------------------------------------------- */

struct tree {
	struct graph *graph;
	bool all; /* what is cut off here comes as a tree of its own */
};

static void print_edges(const struct tree *tree, const struct node *node, const char *before,
			unsigned depth);

/*
 * One edge: [text] of it, then the job at its other end and, unless that was printed before, what
 * lies behind.
 */
static bool begin_branch(const struct tree *tree, const struct edge *edge, struct node *node,
			 bool seen, bool more, unsigned depth, const char *before, bool last)
{
	char *words, *name;

	printf("%s%s%s%s%s: ", before, last ? "`-- " : "|-- ", edge->text, *edge->fate ? ", " : "",
	       edge->fate);
	if (seen && job_of(node)) {
		printf("job %s, see above\n", node->id);
		return false;
	}
	words = describe(tree->graph, node, ", ");
	name = print_name(node);
	printf("%s %s", name, crane_scrub(words));
	free(words);
	free(name);
	if (!more || depth < DEPTH_MAX)
		return true;
	if (tree->all)
		puts(", see below");
	else
		printf(", and on: ccontrol show dependency %s\n", node->id);
	return false;
}

static char *deeper(const char *before, bool last)
{
	return crane_xasprintf("%s%s", before, last ? "    " : "|   ");
}

static void print_up(const struct tree *tree, const struct edge *edge, const char *before,
		     bool last, unsigned depth)
{
	struct node *node = tree->graph->node[edge->to];
	char *below;

	if (!begin_branch(tree, edge, node, node->up, node->n_edges > 0, depth, before, last))
		return;
	node->up = true;
	if (node->n_edges == 0) {
		putchar('\n');
		return;
	}
	printf(", waits for%s:\n", how_many(node));
	below = deeper(before, last);
	print_edges(tree, node, below, depth + 1);
	free(below);
}

/* The edges of a term that has several: together they are one thing of which any suffices. */
static void print_term(const struct tree *tree, const struct node *node, size_t first, size_t n,
		       const char *before, bool last, unsigned depth)
{
	const struct edge *edge = tree->graph->edge + node->first_edge;
	struct crane_dep_state state;
	char date[CRANE_DATE_MAX], *below;

	judge(node->dependency.record, (uint32_t)first, (uint32_t)n, tree->graph->jobs.loaded,
	      &state);
	printf("%s%sall of, ", before, last ? "`-- " : "|-- ");
	if (state.status == CRANE_DEP_READY_AFTER)
		printf("ready at %s:\n", crane_date_format((time_t)state.ready_time, date));
	else
		puts(state.never ? "never:" : "pending:");
	below = deeper(before, last);
	for (size_t i = first; i < first + n; i++)
		print_up(tree, &edge[i], below, i + 1 == first + n, depth);
	free(below);
}

static size_t term_length(const struct node *node, const struct edge *edge, size_t first)
{
	size_t end = first + 1;

	while (is_or(node) && end < node->n_edges && edge[end].term == edge[first].term)
		end++;
	return end - first;
}

static void print_edges(const struct tree *tree, const struct node *node, const char *before,
			unsigned depth)
{
	const struct edge *edge = tree->graph->edge + node->first_edge;

	for (size_t i = 0, n; i < node->n_edges; i += n) {
		bool last;

		n = term_length(node, edge, i);
		last = i + n == node->n_edges;
		if (n > 1)
			print_term(tree, node, i, n, before, last, depth);
		else
			print_up(tree, &edge[i], before, last, depth);
	}
}

static void print_waiting(const struct tree *tree, const struct node *node, const char *before,
			  unsigned depth)
{
	const struct graph *graph = tree->graph;
	size_t at = first_naming(graph, node->job_id);
	const struct edge *edge = next_naming(graph, node, &at), *next;

	for (; edge; edge = next) {
		struct node *from = graph->node[edge->from];
		size_t below_at = first_naming(graph, from->job_id);
		bool more = next_naming(graph, from, &below_at) != NULL;

		next = next_naming(graph, node, &at);
		if (!begin_branch(tree, edge, from, from->down, more, depth, before, !next))
			continue;
		from->down = true;
		puts(more ? ", waited for by:" : "");
		if (more) {
			char *below = deeper(before, !next);

			print_waiting(tree, from, below, depth + 1);
			free(below);
		}
	}
}

static void print_root(const struct tree *tree, struct node *node)
{
	char *words = describe(tree->graph, node, ", "), *name = print_name(node);

	name[0] = 'J';
	printf("%s %s", name, crane_scrub(words));
	free(name);
	free(words);
	node->up = true;
	if (node->n_edges > 0)
		printf(", waits for%s:\n", how_many(node));
	else
		puts(", waits for nothing.");
	print_edges(tree, node, "", 1);
}

static void print_around(const struct tree *tree, struct node *node)
{
	size_t at = first_naming(tree->graph, node->job_id);

	print_root(tree, node);
	node->down = true;
	if (!next_naming(tree->graph, node, &at)) {
		puts("Nothing waits for it.");
		return;
	}
	puts("It is waited for by:");
	print_waiting(tree, node, "", 1);
}

/* -- Graphviz ---------------------------------------------------------------------------------- */

/* Inside of a quoted string; a newline is one of the label. */
static void print_quoted(const char *text)
{
	struct json_object *valid = crane_json_text(text);

	/* Graphviz takes UTF-8 alone. */
	for (const char *s = json_object_get_string(valid); *s; s++) {
		if (*s == '\n')
			fputs("\\n", stdout);
		else if (*s == '"' || *s == '\\')
			printf("\\%c", *s);
		else
			putchar((unsigned char)*s < ' ' || *s == 0x7f ? '?' : *s);
	}
	json_object_put(valid);
}

static void dot_node(const struct graph *graph, const struct node *node)
{
	const struct crane_job *job = job_of(node);
	char *words = describe(graph, node, "\n");

	printf("\t\"%s\" [label=\"%s", node->id, node->id);
	if (job) {
		char *name = crane_scrub(crane_xstrdup(job->name));

		putchar(' ');
		print_quoted(name);
		free(name);
	}
	fputs("\\n", stdout);
	print_quoted(words);
	if (node->n_edges > 1)
		printf("\\nwaits for%s", how_many(node));
	printf("\"%s];\n", job ? "" : ", style=dashed");
	free(words);
}

static void dot_edge(const struct graph *graph, const struct edge *edge, const char *to)
{
	static const char *const looks[] = {
		/* clang-format off */
		[PENDING] = "",
		[FIRED] = ", color=darkgreen",
		[NEVER] = ", color=red, style=dashed",
		[SLURMS] = ", style=dotted",
		/* clang-format on */
	};

	printf("\t\"%s\" -> \"%s\" [label=\"", graph->node[edge->to]->id, to);
	print_quoted(edge->text);
	if (*edge->fate)
		fputs("\\n", stdout);
	print_quoted(edge->fate);
	printf("\"%s];\n", looks[edge->kind]);
}

/* A term with several edges is a diamond between them and the job. */
static void dot_edges(const struct graph *graph, const struct node *node)
{
	const struct edge *edge = graph->edge + node->first_edge;

	for (size_t i = 0, n; i < node->n_edges; i += n) {
		char *to;

		n = term_length(node, edge, i);
		to = n > 1 ? crane_xasprintf("%s term %u", node->id, edge[i].term + 1) :
			     crane_xstrdup(node->id);
		if (n > 1) {
			printf("\t\"%s\" [label=\"all of\", shape=diamond];\n", to);
			printf("\t\"%s\" -> \"%s\";\n", to, node->id);
		}
		for (size_t k = i; k < i + n; k++)
			dot_edge(graph, &edge[k], to);
		free(to);
	}
}

/* What was reached, with all that it waits for: no job is shown with half of its expression. */
static void print_dot(const struct graph *graph)
{
	for (size_t i = 0; i < graph->n_edges; i++) {
		const struct node *from = graph->node[graph->edge[i].from];

		if (from->up || from->down)
			graph->node[graph->edge[i].to]->near = true;
	}
	puts("digraph dependency {\n\trankdir=LR;\n\tnode [shape=box];");
	for (size_t i = 0; i < graph->n_nodes; i++) {
		const struct node *node = graph->node[i];

		if (node->up || node->down || node->near)
			dot_node(graph, node);
	}
	for (size_t i = 0; i < graph->n_nodes; i++) {
		const struct node *node = graph->node[i];

		if (node->up || node->down)
			dot_edges(graph, node);
	}
	puts("}");
}

static bool *mark(struct node *node, bool upwards)
{
	return upwards ? &node->up : &node->down;
}

/* Mark what is reached from [node] in one direction; a list, since chains may be long. */
static void reach(const struct graph *graph, struct node *node, bool upwards)
{
	struct node **todo = crane_xcalloc(graph->n_nodes + 1, sizeof(struct node *));
	size_t n = 0;

	todo[n++] = node;
	while (n > 0) {
		struct node *at = todo[--n], *other;
		size_t i = upwards ? 0 : first_naming(graph, at->job_id);
		const struct edge *edge;

		*mark(at, upwards) = true;
		for (;;) {
			if (upwards)
				edge = i < at->n_edges ? &graph->edge[at->first_edge + i++] : NULL;
			else
				edge = next_naming(graph, at, &i);
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

/* -- what was asked ---------------------------------------------------------------------------- */

static bool is_gated(const struct node *node)
{
	const struct crane_job *job = job_of(node);

	return job && job->state == CRANE_PENDING &&
	       (node->dependency.record || job->dependency[0]);
}

static int by_node_pointer(const void *a, const void *b)
{
	return by_node_id(*(struct node *const *)a, *(struct node *const *)b);
}

/*
 * All jobs that wait. What nothing waits for comes first, so that each of the others stands in a
 * tree; then what is in none, because of a circle or of a tree's depth. There the youngest comes
 * first: of a chain it is the one that the next piece hangs on.
 */
static void show_all(struct graph *graph, bool dot)
{
	struct node **sorted = crane_xcalloc(graph->n_nodes + 1, sizeof(struct node *));
	struct tree tree = { graph, true };
	bool any = false;

	for (size_t i = 0; i < graph->n_nodes; i++)
		sorted[i] = graph->node[i];
	qsort(sorted, graph->n_nodes, sizeof(struct node *), by_node_pointer);
	for (size_t i = 0; i < 2 * graph->n_nodes; i++) {
		bool again = i >= graph->n_nodes;
		struct node *node = sorted[again ? 2 * graph->n_nodes - 1 - i : i];
		size_t at = first_naming(graph, node->job_id);

		if (!is_gated(node) || node->up || (!again && next_naming(graph, node, &at)))
			continue;
		if (dot)
			reach(graph, node, true);
		else
			print_root(&tree, node);
		any = true;
	}
	if (dot)
		print_dot(graph);
	else if (!any)
		puts("No job waits for a dependency.");
	free(sorted);
}

static enum crane_exit show_one(struct graph *graph, struct node *node, bool dot)
{
	struct tree tree = { graph, false };
	size_t at = first_naming(graph, node->job_id);

	if (!job_of(node) && !next_naming(graph, node, &at))
		return crane_control_fail(CRANE_EXIT_GENERIC,
					  "show dependency failed: Job %s is not known.", node->id);
	if (!dot) {
		print_around(&tree, node);
		return CRANE_EXIT_OK;
	}
	reach(graph, node, true);
	reach(graph, node, false);
	print_dot(graph);
	return CRANE_EXIT_OK;
}

static enum crane_exit show(const struct crane_control *line, const struct crane_selector *selector)
{
	struct graph graph = { 0 };
	struct crane_slurm_error why;
	enum crane_exit status = CRANE_EXIT_OK;
	struct node *node = NULL;

	crane_slurm_begin(line->config);
	if (crane_slurm_load_jobs(true, &graph.jobs, &why) != 0) {
		status = crane_control_call_failed(
			"show dependency failed: ", "Failed to show dependency", &why);
		goto out;
	}
	index_jobs(&graph);
	if (selector)
		node = node_of(&graph, selector->job_id, selector->task_id);
	build(&graph);
	index_edges(&graph);
	if (node)
		status = show_one(&graph, node, line->dot);
	else
		show_all(&graph, line->dot);
out:
	clear_graph(&graph);
	return status;
}

enum crane_exit crane_show_dependency(const struct crane_control *line)
{
	struct crane_selector *selector = NULL;
	enum crane_exit status;
	struct crane_error err;
	size_t n = 0;

	if (line->json)
		return crane_control_fail(CRANE_EXIT_ARG,
					  "show dependency has no JSON; cqueue --json tells of "
					  "each job what it waits for");
	if (line->id && crane_selectors_parse(line->id, &selector, &n, &err) != 0)
		return crane_control_fail(CRANE_EXIT_GENERIC,
					  "show dependency failed: Invalid job specified: %s.",
					  err.text);
	if (n > 1 || (n == 1 && selector->step_id != CRANE_NO_STEP))
		status = crane_control_fail(CRANE_EXIT_GENERIC, "show dependency failed: it takes "
								"one JOB or JOB_TASK.");
	else
		status = show(line, selector);
	free(selector);
	return status;
}
