/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The jobs that depend on others as a graph: nodes are jobs, edges are the ids of expressions.
 * src/dependency.h decides whether an edge or a term holds, view/jobstate.h gives states and
 * reasons. A dependency of Slurm's own is not evaluated: its text is shown.
 */
#ifndef WRAPPERS_CCONTROL_DEPENDENCY_GRAPH_H
#define WRAPPERS_CCONTROL_DEPENDENCY_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/dependency.h"
#include "src/record.h"
#include "wrappers/slurm/jobs.h"
#include "wrappers/view/jobrows.h"
#include "wrappers/view/jobstate.h"

enum crane_edge_kind {
	CRANE_EDGE_PENDING, /* the event has not happened */
	CRANE_EDGE_FIRED,
	CRANE_EDGE_NEVER,  /* the event cannot happen any more */
	CRANE_EDGE_SLURMS, /* of a dependency of Slurm's own */
};

/* One id of an expression. */
struct crane_graph_edge {
	size_t from, to; /* indices of nodes: the job that waits, and what it names */
	char *text;      /* "afterok:100+01:00:00", or Slurm's "afterok:100(unfulfilled)"; owned */
	char *fate;      /* "pending", "fired at ...", "never"; "" for Slurm's; owned */
	enum crane_edge_kind kind;
	uint32_t term;
};

/* What an expression can name: a job, an array as a whole, or an array task. */
struct crane_graph_node {
	uint32_t job_id, task_id; /* the array's number; CRANE_NO_ARRAY_TASK without a task */
	char *id;                 /* "12", "10_3"; owned */
	struct crane_rows rows;   /* one row, or none if slurmctld does not know the job */
	struct crane_job_dependency dependency;
	size_t index, first_edge, n_edges;
	bool up, down; /* marks of a walk: reached in this direction */
	bool near;     /* named by an expression of a node that was reached */
};

/* A record under a number that names it. */
struct crane_graph_entry {
	uint32_t number;
	const struct crane_job *job;
};

struct crane_graph {
	struct crane_jobs jobs;
	struct crane_graph_entry *entry; /* sorted by number */
	size_t n_entries;
	struct crane_graph_node **node;
	size_t n_nodes;
	void *by_id;                   /* the nodes as a tree of tsearch() */
	struct crane_graph_edge *edge; /* the edges of a node stand side by side */
	size_t n_edges;
	size_t *reverse; /* indices of edges, sorted by the number of what they name */
};

/*
 * Loads all jobs and builds the graph of those with a dependency and of the jobs that they name. If
 * [selector] is not NULL, *node is the node of that job, which may have no edge. Returns 0, or -1
 * with *why. Frees: crane_graph_clear(), also after a failure.
 */
int crane_graph_load(struct crane_graph *graph, const struct crane_id *selector,
		     struct crane_graph_node **node, struct crane_slurm_error *why);
void crane_graph_clear(struct crane_graph *graph);

/* Orders nodes by job, then by task: for qsort() and tsearch(). */
int crane_graph_compare(const void *a, const void *b);

/* Returns the job of a node, or NULL if slurmctld does not know it. */
const struct crane_job *crane_graph_job(const struct crane_graph_node *node);

/*
 * Walks the edges that lead to [node]; those to an array lead to its tasks, too, and the other way
 * round. *at is crane_graph_first_naming() of the node's job before the first call. Returns NULL
 * after the last edge.
 */
size_t crane_graph_first_naming(const struct crane_graph *graph, uint32_t number);
const struct crane_graph_edge *crane_graph_next_naming(const struct crane_graph *graph,
						       const struct crane_graph_node *node,
						       size_t *at);

/* Returns how many edges from [first] on form one term of [node]; [edge] is the node's first. */
size_t crane_graph_term_length(const struct crane_graph_node *node,
			       const struct crane_graph_edge *edge, size_t first);

/* Evaluates [n] edges of a record that must all hold: an edge or a term. Out: *state. */
void crane_graph_judge(const struct crane_record *record, uint32_t first, uint32_t n, int64_t now,
		       struct crane_dep_state *state);

/*
 * Returns a node in words: "Pending (Dependency)", or that slurmctld does not know it. [between]
 * stands before the status of its dependency. malloc'd.
 */
char *crane_graph_describe(const struct crane_graph *graph, const struct crane_graph_node *node,
			   const char *between);

/* Returns " all of", " any of", or "" if the node waits for one thing. */
const char *crane_graph_how_many(const struct crane_graph_node *node);

/* Returns true if one term of the node's record is enough. */
bool crane_graph_is_or(const struct crane_graph_node *node);

/* Marks as near what the nodes name that are marked as up or down. */
void crane_graph_mark_near(const struct crane_graph *graph);

/* Marks [node] and all that it waits for as up, or [node] and all that waits for it as down. */
void crane_graph_reach(const struct crane_graph *graph, struct crane_graph_node *node,
		       bool upwards);

#endif /* WRAPPERS_CCONTROL_DEPENDENCY_GRAPH_H */
