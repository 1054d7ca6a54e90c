/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dependencies as a tree of lines.
 */
#include "config.h"

#include "wrappers/ccontrol/dependency_tree.h"

#include <stdlib.h>

#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"
#include "wrappers/base/strings.h"
#include "wrappers/output/date.h"

/* A deeper tree is cut here: a line grows with its depth. */
#define DEPTH_MAX 24

static char *print_name(const struct crane_graph_node *node)
{
	const struct crane_job *job = crane_graph_job(node);

	return job ? crane_xasprintf("job %s (%s)", node->id, job->name) :
		     crane_xasprintf("job %s,", node->id);
}

static void print_edges(const struct crane_tree *tree, const struct crane_graph_node *node,
			const char *before, unsigned depth);

/*
 * Prints one edge and the job at its other end. Returns true if the caller has to print the jobs
 * beyond that job: there are [more], the job was not [seen] before, and the tree is not too deep.
 */
static bool begin_branch(const struct crane_tree *tree, const struct crane_graph_edge *edge,
			 struct crane_graph_node *node, bool seen, bool more, unsigned depth,
			 const char *before, bool last)
{
	char *words, *name;

	crane_print("%s%s%s%s%s: ", before, last ? "`-- " : "|-- ", edge->text,
		    *edge->fate ? ", " : "", edge->fate);
	if (seen && crane_graph_job(node)) {
		crane_print("job %s, see above\n", node->id);
		return false;
	}
	words = crane_graph_describe(tree->graph, node, ", ");
	name = print_name(node);
	crane_print("%s %s", name, words);
	free(words);
	free(name);
	if (!more || depth < DEPTH_MAX)
		return true;
	if (tree->all)
		crane_print(", see below\n");
	else
		crane_print(", continued by: ccontrol show dependency %s\n", node->id);
	return false;
}

static char *deeper(const char *before, bool last)
{
	return crane_xasprintf("%s%s", before, last ? "    " : "|   ");
}

static void print_up(const struct crane_tree *tree, const struct crane_graph_edge *edge,
		     const char *before, bool last, unsigned depth)
{
	struct crane_graph_node *node = tree->graph->node[edge->to];
	char *below;

	if (!begin_branch(tree, edge, node, node->up, node->n_edges > 0, depth, before, last))
		return;
	node->up = true;
	if (node->n_edges == 0) {
		crane_print("\n");
		return;
	}
	crane_print(", waits for%s:\n", crane_graph_how_many(node));
	below = deeper(before, last);
	print_edges(tree, node, below, depth + 1);
	free(below);
}

/* Prints a term with several edges, which must all hold, as a branch of its own. */
static void print_term(const struct crane_tree *tree, const struct crane_graph_node *node,
		       size_t first, size_t n, const char *before, bool last, unsigned depth)
{
	const struct crane_graph_edge *edge = tree->graph->edge + node->first_edge;
	struct crane_dep_state state;
	char date[CRANE_DATE_MAX], *below;

	crane_graph_judge(node->dependency.record, (uint32_t)first, (uint32_t)n,
			  tree->graph->jobs.loaded, &state);
	crane_print("%s%sall of, ", before, last ? "`-- " : "|-- ");
	if (state.status == CRANE_DEP_READY_AFTER)
		crane_print("ready at %s:\n", crane_date_format((time_t)state.ready_time, date));
	else
		crane_print("%s\n", state.never ? "never:" : "pending:");
	below = deeper(before, last);
	for (size_t i = first; i < first + n; i++)
		print_up(tree, &edge[i], below, i + 1 == first + n, depth);
	free(below);
}

static void print_edges(const struct crane_tree *tree, const struct crane_graph_node *node,
			const char *before, unsigned depth)
{
	const struct crane_graph_edge *edge = tree->graph->edge + node->first_edge;

	for (size_t i = 0, n; i < node->n_edges; i += n) {
		bool last;

		n = crane_graph_term_length(node, edge, i);
		last = i + n == node->n_edges;
		if (n > 1)
			print_term(tree, node, i, n, before, last, depth);
		else
			print_up(tree, &edge[i], before, last, depth);
	}
}

static void print_waiting(const struct crane_tree *tree, const struct crane_graph_node *node,
			  const char *before, unsigned depth)
{
	const struct crane_graph *graph = tree->graph;
	size_t at = crane_graph_first_naming(graph, node->job_id);
	const struct crane_graph_edge *edge = crane_graph_next_naming(graph, node, &at), *next;

	for (; edge; edge = next) {
		struct crane_graph_node *from = graph->node[edge->from];
		size_t below_at = crane_graph_first_naming(graph, from->job_id);
		bool more = crane_graph_next_naming(graph, from, &below_at) != NULL;

		next = crane_graph_next_naming(graph, node, &at);
		if (!begin_branch(tree, edge, from, from->down, more, depth, before, !next))
			continue;
		from->down = true;
		crane_print("%s\n", more ? ", waited for by:" : "");
		if (more) {
			char *below = deeper(before, !next);

			print_waiting(tree, from, below, depth + 1);
			free(below);
		}
	}
}

void crane_tree_print_root(const struct crane_tree *tree, struct crane_graph_node *node)
{
	char *words = crane_graph_describe(tree->graph, node, ", "), *name = print_name(node);

	name[0] = 'J';
	crane_print("%s %s", name, words);
	free(name);
	free(words);
	node->up = true;
	if (node->n_edges > 0)
		crane_print(", waits for%s:\n", crane_graph_how_many(node));
	else
		crane_print(", waits for nothing.\n");
	print_edges(tree, node, "", 1);
}

void crane_tree_print_around(const struct crane_tree *tree, struct crane_graph_node *node)
{
	size_t at = crane_graph_first_naming(tree->graph, node->job_id);

	crane_tree_print_root(tree, node);
	node->down = true;
	if (!crane_graph_next_naming(tree->graph, node, &at)) {
		crane_print("Nothing waits for it.\n");
		return;
	}
	crane_print("It is waited for by:\n");
	print_waiting(tree, node, "", 1);
}
