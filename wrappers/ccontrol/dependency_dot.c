/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dependencies as a graph for Graphviz.
 */
#include "config.h"

#include "wrappers/ccontrol/dependency_dot.h"

#include <stdio.h>
#include <stdlib.h>

#include "wrappers/base/memory.h"
#include "wrappers/base/strings.h"
#include "wrappers/output/json.h"

/* Prints the inside of a quoted string; a newline becomes one of the label. */
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

static void dot_node(const struct crane_graph *graph, const struct crane_graph_node *node)
{
	const struct crane_job *job = crane_graph_job(node);
	char *words = crane_graph_describe(graph, node, "\n");

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
		printf("\\nwaits for%s", crane_graph_how_many(node));
	printf("\"%s];\n", job ? "" : ", style=dashed");
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

	printf("\t\"%s\" -> \"%s\" [label=\"", graph->node[edge->to]->id, to);
	print_quoted(edge->text);
	if (*edge->fate)
		fputs("\\n", stdout);
	print_quoted(edge->fate);
	printf("\"%s];\n", looks[edge->kind]);
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
			printf("\t\"%s\" [label=\"all of\", shape=diamond];\n", to);
			printf("\t\"%s\" -> \"%s\";\n", to, node->id);
		}
		for (size_t k = i; k < i + n; k++)
			dot_edge(graph, &edge[k], to);
		free(to);
	}
}

void crane_dot_print(const struct crane_graph *graph)
{
	for (size_t i = 0; i < graph->n_edges; i++) {
		const struct crane_graph_node *from = graph->node[graph->edge[i].from];

		if (from->up || from->down)
			graph->node[graph->edge[i].to]->near = true;
	}
	puts("digraph dependency {\n\trankdir=LR;\n\tnode [shape=box];");
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
	puts("}");
}
