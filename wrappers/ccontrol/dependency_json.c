/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dependencies as JSON: {"ok":true,"nodes":[...],"edges":[...]}. A node is a job, an edge one id of an
 * expression.
 */
#include "config.h"

#include "wrappers/ccontrol/dependency_json.h"

#include "wrappers/output/json.h"
#include "wrappers/view/jobjson.h"

/* Puts the numbers of a node: "job_id", and of a task of an array "array_task_id". */
static void put_ids(struct json_object *to, const char *job, const char *task,
		    const struct crane_graph_node *node)
{
	crane_json_put(to, job, json_object_new_int64(node->job_id));
	if (node->task_id != CRANE_NO_ARRAY_TASK)
		crane_json_put(to, task, json_object_new_int64(node->task_id));
}

static struct json_object *json_node(const struct crane_graph *graph,
				     const struct crane_graph_node *node)
{
	const struct crane_job *job = crane_graph_job(node);
	const struct crane_dep_state *state = &node->dependency.state;
	struct json_object *to = crane_json_object();

	crane_json_put(to, "id", json_object_new_string(node->id));
	put_ids(to, "job_id", "array_task_id", node);
	crane_json_put(to, "known", json_object_new_boolean(job != NULL));
	if (!job)
		return to;
	crane_json_put(to, "name", crane_json_text(job->name));
	crane_json_put(to, "status", json_object_new_string(crane_state_name(job->state)));
	if (job->state == CRANE_PENDING)
		crane_json_put(to, "pending_reason",
			       json_object_new_string(crane_job_reason(job, &node->dependency,
								       graph->jobs.loaded)));
	if (node->dependency.record) {
		crane_json_put(to, "dependency_status",
			       json_object_new_string(crane_dep_status_name(state->status)));
		crane_json_put(to, "is_or", json_object_new_boolean(crane_graph_is_or(node)));
		if (node->dependency.kept && node->dependency.kept->singleton)
			crane_json_put(to, "singleton", json_object_new_boolean(true));
		if (state->never)
			crane_json_put(to, "infinite_future", json_object_new_boolean(true));
		else if (state->status == CRANE_DEP_READY_AFTER && state->ready_time > 0)
			crane_json_put(to, "ready_time",
				       crane_json_time((time_t)state->ready_time));
	} else if (job->dependency[0]) {
		crane_json_put(to, "slurm_dependency", crane_json_text(job->dependency));
	}
	return to;
}

/* Adds the type and delay of an edge of a record, and when it fired. */
static void put_event(struct json_object *to, const struct crane_graph *graph,
		      const struct crane_record *record, uint32_t i)
{
	const struct crane_dep_edge *edge = &record->dep->edges[i];
	struct crane_dep_state state;

	crane_json_put(to, "type", json_object_new_string(crane_dep_type_json_name(edge->type)));
	crane_json_put(to, "delay_seconds", crane_json_u64(edge->delay_sec));
	if (i >= record->dep->n_edges) /* Slurm keeps it */
		return;
	crane_graph_judge(record, i, 1, graph->jobs.loaded, &state);
	/* Slurm stores no times of the edges that it evaluates. */
	if (state.status == CRANE_DEP_READY_AFTER && !record->is_note) {
		crane_json_put(to, "fired_at", crane_json_time((time_t)record->events[i]));
		crane_json_put(to, "ready_time", crane_json_time((time_t)state.ready_time));
	}
}

static struct json_object *json_edge(const struct crane_graph *graph,
				     const struct crane_graph_node *from, size_t i)
{
	static const char *const states[] = {
		/* clang-format off */
		[CRANE_EDGE_PENDING] = "pending",
		[CRANE_EDGE_FIRED] = "fired",
		[CRANE_EDGE_NEVER] = "never",
		[CRANE_EDGE_SLURMS] = "slurm",
		/* clang-format on */
	};
	const struct crane_graph_edge *edge = &graph->edge[from->first_edge + i];
	struct json_object *to = crane_json_object();

	put_ids(to, "job_id", "array_task_id", from);
	put_ids(to, "waits_for_job_id", "waits_for_array_task_id", graph->node[edge->to]);
	crane_json_put(to, "text", crane_json_text(edge->text));
	crane_json_put(to, "state", json_object_new_string(states[edge->kind]));
	crane_json_put(to, "term", json_object_new_int64(edge->term));
	if (from->dependency.record)
		put_event(to, graph, from->dependency.record, (uint32_t)i);
	return to;
}

void crane_dependency_json_print(struct crane_graph *graph)
{
	struct json_object *reply = crane_json_object();
	struct json_object *nodes = crane_json_array(), *edges = crane_json_array();

	crane_graph_mark_near(graph);
	for (size_t i = 0; i < graph->n_nodes; i++) {
		const struct crane_graph_node *node = graph->node[i];

		if (node->up || node->down || node->near)
			crane_json_append(nodes, json_node(graph, node));
		for (size_t k = 0; (node->up || node->down) && k < node->n_edges; k++)
			crane_json_append(edges, json_edge(graph, node, k));
	}
	crane_json_put(reply, "ok", json_object_new_boolean(true));
	crane_json_put(reply, "nodes", nodes);
	crane_json_put(reply, "edges", edges);
	crane_json_print(reply);
}
