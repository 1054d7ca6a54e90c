/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dependencies as a graph for Graphviz.
 */
#include "config.h"

#include "wrappers/ccontrol/dependency_dot.h"

#include <stdlib.h>
#include <string.h>

#include "src/printable.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"
#include "wrappers/base/strings.h"

/* Prints the inside of a quoted string; a newline becomes one of the label. */
static void print_quoted(const char *text)
{
	static const char special[] = "\"\\\n";

	while (*text) {
		size_t plain = strcspn(text, special);

		crane_print("%.*s", (int)plain, text);
		text += plain;
		if (*text == '\n')
			crane_print("\\n");
		else if (*text)
			crane_print("\\%c", *text);
		text += *text != '\0';
	}
}

static void dot_node(const struct crane_graph *graph, const struct crane_graph_node *node)
{
	const struct crane_job *job = crane_graph_job(node);
	char *words = crane_graph_describe(graph, node, "\n");

	crane_print("\t\"%s\" [label=\"%s", node->id, node->id);
	if (job) {
		char *name = crane_printable_line(crane_xstrdup(job->name));

		crane_print(" ");
		print_quoted(name);
		free(name);
	}
	crane_print("\\n");
	print_quoted(words);
	if (node->n_edges > 1)
		crane_print("\\nwaits for%s", crane_graph_how_many(node));
	crane_print("\"%s];\n", job ? "" : ", style=dashed");
	free(words);
}

static void dot_edge(const struct crane_graph *graph, const struct crane_graph_edge *edge,
		     const char *to)
{
	static const char *const looks[] = {
		/* clang-format off */
		[CRANE_EDGE_PENDING] = "",
		[CRANE_EDGE_FIRED] = ", color=darkgreen",
		[CRANE_EDGE_NEVER] = ", color=red, style=dashed",
		[CRANE_EDGE_SLURMS] = ", style=dotted",
		/* clang-format on */
	};

	crane_print("\t\"%s\" -> \"%s\" [label=\"", graph->node[edge->to]->id, to);
	print_quoted(edge->text);
	if (*edge->fate)
		crane_print("\\n");
	print_quoted(edge->fate);
	crane_print("\"%s];\n", looks[edge->kind]);
}

/* Prints the edges of a node; a term with several is a diamond between them and the job. */
static void dot_edges(const struct crane_graph *graph, const struct crane_graph_node *node)
{
	const struct crane_graph_edge *edge = graph->edge + node->first_edge;

	for (size_t i = 0, n; i < node->n_edges; i += n) {
		char *to;

		n = crane_graph_term_length(node, edge, i);
		to = n > 1 ? crane_xasprintf("%s term %u", node->id, edge[i].term + 1) :
			     crane_xstrdup(node->id);
		if (n > 1) {
			crane_print("\t\"%s\" [label=\"all of\", shape=diamond];\n", to);
			crane_print("\t\"%s\" -> \"%s\";\n", to, node->id);
		}
		for (size_t k = i; k < i + n; k++)
			dot_edge(graph, &edge[k], to);
		free(to);
	}
}

void crane_dot_print(struct crane_graph *graph)
{
	crane_graph_mark_near(graph);
	crane_print("digraph dependency {\n\trankdir=LR;\n\tnode [shape=box];\n");
	for (size_t i = 0; i < graph->n_nodes; i++) {
		const struct crane_graph_node *node = graph->node[i];

		if (node->up || node->down || node->near)
			dot_node(graph, node);
	}
	for (size_t i = 0; i < graph->n_nodes; i++) {
		const struct crane_graph_node *node = graph->node[i];

		if (node->up || node->down)
			dot_edges(graph, node);
	}
	crane_print("}\n");
}
