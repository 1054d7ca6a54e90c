/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccontrol show dependency: which jobs are shown, as a tree or as a graph.
 */
#include "config.h"

#include "wrappers/ccontrol/show_dependency.h"

#include <stdlib.h>

#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"
#include "wrappers/ccontrol/dependency_dot.h"
#include "wrappers/ccontrol/dependency_graph.h"
#include "wrappers/ccontrol/dependency_json.h"
#include "wrappers/ccontrol/dependency_tree.h"
#include "wrappers/ccontrol/verb.h"

/* Prints the marked part of a graph; NULL stands for the tree, which prints while it walks. */
typedef void print_graph(struct crane_graph *graph);

static bool is_gated(const struct crane_graph_node *node)
{
	const struct crane_job *job = crane_graph_job(node);

	return job && job->state == CRANE_PENDING &&
	       (node->dependency.record || job->dependency[0]);
}

static int by_node_pointer(const void *a, const void *b)
{
	return crane_graph_compare(*(struct crane_graph_node *const *)a,
				   *(struct crane_graph_node *const *)b);
}

/*
 * Shows all jobs that wait. The first pass begins with jobs that no other job waits for, so that
 * each of the others stands in a tree. The second pass shows jobs that are in no tree because of a
 * circle or of the depth, the youngest first, since the next part of a cut chain begins with it.
 */
static void show_all(struct crane_graph *graph, print_graph *print)
{
	struct crane_graph_node **sorted =
		crane_xcalloc(graph->n_nodes + 1, sizeof(struct crane_graph_node *));
	struct crane_tree tree = { graph, true };
	bool any = false;

	for (size_t i = 0; i < graph->n_nodes; i++)
		sorted[i] = graph->node[i];
	qsort(sorted, graph->n_nodes, sizeof(struct crane_graph_node *), by_node_pointer);
	for (size_t i = 0; i < 2 * graph->n_nodes; i++) {
		bool again = i >= graph->n_nodes;
		struct crane_graph_node *node = sorted[again ? 2 * graph->n_nodes - 1 - i : i];
		size_t at = crane_graph_first_naming(graph, node->job_id);

		if (!is_gated(node) || node->up ||
		    (!again && crane_graph_next_naming(graph, node, &at)))
			continue;
		if (print)
			crane_graph_reach(graph, node, true);
		else
			crane_tree_print_root(&tree, node);
		any = true;
	}
	if (print)
		print(graph);
	else if (!any)
		crane_print("No job waits for a dependency.\n");
	free(sorted);
}

static enum crane_exit show_one(struct crane_graph *graph, struct crane_graph_node *node,
				print_graph *print)
{
	struct crane_tree tree = { graph, false };
	size_t at = crane_graph_first_naming(graph, node->job_id);

	if (!crane_graph_job(node) && !crane_graph_next_naming(graph, node, &at))
		return crane_control_fail(CRANE_EXIT_GENERIC,
					  "show dependency failed: Job %s is not known.", node->id);
	if (!print) {
		crane_tree_print_around(&tree, node);
		return CRANE_EXIT_OK;
	}
	crane_graph_reach(graph, node, true);
	crane_graph_reach(graph, node, false);
	print(graph);
	return CRANE_EXIT_OK;
}

static enum crane_exit show(const struct crane_control *line, const struct crane_id *selector)
{
	struct crane_graph graph;
	struct crane_graph_node *node = NULL;
	struct crane_slurm_error why;
	enum crane_exit status = CRANE_EXIT_OK;
	print_graph *print = line->json ? crane_dependency_json_print :
			     line->dot  ? crane_dot_print :
					  NULL;

	crane_slurm_begin(line->config);
	if (crane_graph_load(&graph, selector, &node, &why) != 0)
		status = crane_control_call_failed(
			"show dependency failed: ", "Failed to show dependency", &why);
	else if (node)
		status = show_one(&graph, node, print);
	else
		show_all(&graph, print);
	crane_graph_clear(&graph);
	return status;
}

enum crane_exit crane_show_dependency(const struct crane_control *line)
{
	struct crane_id *selector = NULL;
	enum crane_exit status;
	struct crane_error err;
	size_t n = 0;

	if (line->id && crane_selectors_parse(line->id, &selector, &n, &err) != 0)
		return crane_control_fail(CRANE_EXIT_GENERIC,
					  "show dependency failed: Invalid job specified: %s.",
					  err.text);
	if (n > 1 || (n == 1 && selector->has_step))
		status = crane_control_fail(CRANE_EXIT_GENERIC, "show dependency failed: it takes "
								"one JOB or JOB_TASK.");
	else
		status = show(line, selector);
	free(selector);
	return status;
}
