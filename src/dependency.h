/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Crane's dependency language: parse, print, rewrite for Slurm, and evaluate an expression from
 * facts and a time. doc/reference/dependencies.md defines the language and its truth tables.
 * Callers supply the facts and the time.
 */
#ifndef SRC_DEPENDENCY_H
#define SRC_DEPENDENCY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/error.h"

/* Marks a dependency string as Crane's; others are Slurm's (doc/decisions.md#d3-scope). */
#define CRANE_DEP_PREFIX "crane:"

/* An expression with more edges is refused, to bound the work under slurmctld's locks. */
#define CRANE_DEP_EDGES_MAX 1000

/* The edge names a whole job (or a whole array), not one array task. */
#define CRANE_DEP_NO_TASK UINT32_MAX

enum crane_dep_type {
	CRANE_DEP_AFTER,
	CRANE_DEP_AFTERANY,
	CRANE_DEP_AFTEROK,
	CRANE_DEP_AFTERNOTOK,
	CRANE_DEP_AFTERCORR /* of a kept edge only */
};
#define CRANE_DEP_TYPES 4 /* the types with events: all but aftercorr */

enum crane_dep_logic { CRANE_DEP_AND, CRANE_DEP_OR };

/* One "id[+delay]" of a term. */
struct crane_dep_edge {
	enum crane_dep_type type;
	uint32_t job_id;    /* 1..4294967295; the array's id when task_id is set */
	uint32_t task_id;   /* array task, or CRANE_DEP_NO_TASK */
	uint64_t delay_sec; /* counts from the event of this edge */
	uint32_t term;      /* index of its term, from 0, ascending over the edges */
};

/*
 * A parsed expression. A term holds when all its edges hold; logic joins the terms. Only Slurm
 * evaluates "singleton" and "aftercorr:ID", which are terms of an AND without a delay
 * (doc/decisions.md#d12-singleton-and-aftercorr): the kept terms.
 */
struct crane_dep {
	enum crane_dep_logic logic; /* AND when there is one term */
	uint32_t n_terms;           /* without the kept terms */
	uint32_t n_edges;           /* 0 if all terms are kept */
	uint32_t n_kept;            /* aftercorr edges; they follow the others */
	bool singleton;
	struct crane_dep_edge edges
		[]; /* n_edges + n_kept, each part in the order written; kept edges have no term */
};

/* The state of the kept terms, as slurmctld shows it. */
enum crane_dep_kept {
	CRANE_DEP_KEPT_DONE, /* none is open */
	CRANE_DEP_KEPT_OPEN,
	CRANE_DEP_KEPT_FAILED /* one can never hold */
};

/*
 * Parses one expression, without the "crane:" prefix, e.g. "afterok:100:101+10m?after:102_3".
 * In:    s, not NULL; not kept after return. White space at its ends is ignored.
 * Out:   *out, which the caller frees with free(); unchanged on failure.
 * Units: delays in seconds; a number without a unit is minutes.
 * Error: -1, err->class and err->text are those of doc/reference/dependencies.md#error-texts,
 *        err->column is the 1-based column of the offending token in s. Duplicates are the same id
 *        and task twice; an array and one of its tasks differ. Too many edges: CRANE_E_LIST "more
 *        than 1000 jobs in one dependency". Linear (or n log n) in the length.
 */
int crane_dep_parse(const char *s, struct crane_dep **out, struct crane_error *err);

/* The type's word ("afterok"). */
const char *crane_dep_type_name(enum crane_dep_type type);

/* The type's name in CraneSched's JSON ("AFTER_OK"). */
const char *crane_dep_type_json_name(enum crane_dep_type type);

/*
 * The event of an edge: the time at which it fired, in seconds since 1970, without its delay; or
 * one of these.
 */
#define CRANE_EVENT_PENDING INT64_MIN /* not yet fired */
#define CRANE_EVENT_NEVER INT64_MAX   /* the edge can never fire */

/*
 * The known facts of a dependee: a job, an array task, or an array (the sum made by
 * crane_job_facts_add()).
 */
struct crane_job_facts {
	bool pending; /* it, or a task of it, is waiting to start, for the first time or again */
	bool started; /* it started at least once, first at start_time */
	bool ended;   /* it ended and will not run again */
	bool ran;     /* valid when ended; false if it ended while pending */
	bool ok;      /* ended with exit code 0, and not cancelled, timed out, ... */
	int64_t start_time; /* first start, seconds since 1970; valid when started */
	int64_t end_time;   /* last end, or time of the cancellation; valid when ended */
};

/*
 * Sets *sum to the facts of no job (ended, ok, nothing started), the start value for
 * crane_job_facts_add().
 */
void crane_job_facts_none(struct crane_job_facts *sum);

/*
 * Adds the facts of one array task to those of its array: started if any started (earliest time),
 * ended if all ended (latest time), ran if any ran, ok if all are ok.
 */
void crane_job_facts_add(struct crane_job_facts *sum, const struct crane_job_facts *task);

/*
 * Returns the event of an edge of [type] on a dependee with these facts: a time, PENDING or NEVER
 * (doc/reference/dependencies.md#events).
 */
int64_t crane_dep_event(enum crane_dep_type type, const struct crane_job_facts *facts);

enum crane_dep_status {
	CRANE_DEP_WAIT_FOR_ALL,
	CRANE_DEP_WAIT_FOR_ANY,
	CRANE_DEP_READY_AFTER, /* ready_time is known; with OR it may still become earlier */
	CRANE_DEP_SOME_FAILED, /* AND: can never hold */
	CRANE_DEP_ALL_FAILED,  /* OR: can never hold */
};

struct crane_dep_state {
	enum crane_dep_status status;
	bool met;           /* the job may start at `now` */
	bool never;         /* the job can never start */
	bool final;         /* no further event can change ready_time or never */
	int64_t ready_time; /* valid when status is READY_AFTER; seconds since 1970 */
	uint32_t n_pending; /* edges whose event is PENDING */
};

/*
 * Evaluates [dep] at time [now]; events[i] is the event of dep->edges[i]. The ready time of an AND
 * is the latest (event + delay) of its edges. The ready time of an OR is the earliest of its
 * complete terms (doc/reference/dependencies.md#evaluation).
 */
void crane_dep_eval(const struct crane_dep *dep, const int64_t *events, int64_t now,
		    struct crane_dep_state *state);

/* Returns true if [dep] has kept terms. */
bool crane_dep_has_kept(const struct crane_dep *dep);

/* Joins the state of the kept terms to [state] by AND. */
void crane_dep_eval_kept(struct crane_dep_state *state, enum crane_dep_kept kept);

/*
 * Returns the canonical text of the expression: delays as "+<n>s", edges of a term joined by ':'.
 * It parses to a copy of [dep]. malloc'd; NULL if out of memory.
 */
char *crane_dep_print(const struct crane_dep *dep);

/*
 * Returns the pending edges for users: "afterok:100+01:00:00,after:101". AND: single edges joined
 * by ','. OR: terms joined by '?', the edges of a term by ':'. A delay of 0 is omitted. "" if no
 * edge is pending. malloc'd; NULL if out of memory.
 */
char *crane_dep_print_pending(const struct crane_dep *dep, const int64_t *events);

/* The status word: WaitForAll, WaitForAny, ReadyAfter, SomeFailed, AllFailed. */
const char *crane_dep_status_name(enum crane_dep_status status);

/*
 * Returns the singleton and aftercorr terms of a job's dependency as slurmctld prints it, in the
 * form that Slurm accepts: "aftercorr:7,singleton" for
 * "afterok:5(unfulfilled),aftercorr:7_*(unfulfilled),singleton(unfulfilled)". "" if there are none.
 * malloc'd; NULL if out of memory. Linear. Out: *kept, the state of these terms.
 */
char *crane_dep_kept_left(const char *native, enum crane_dep_kept *kept);

/*
 * Returns the same edges in Slurm's language, without delays, one "type:id" for each edge, joined
 * by ',' or '?'. It is never stricter than [dep]: if [dep] holds, it holds (the begin time is the
 * gate). malloc'd; NULL if out of memory. Source: Slurm 22.05.8 src/slurmctld/job_scheduler.c,
 * update_job_dependency.
 */
char *crane_dep_native(const struct crane_dep *dep);

/*
 * Returns true if crane_dep_native() means exactly the same to Slurm as [dep] means here, so that
 * [dep] needs no gate (doc/decisions.md#d10-what-slurm-keeps-exactly): no delays; only after,
 * afterok and afterany; joined by AND, or by OR with one id in each term; no after of a whole
 * array. [is_array] returns true if an id is that of an array; it is called only for a whole job of
 * the type after. NULL means that no id is.
 */
bool crane_dep_is_native(const struct crane_dep *dep, bool (*is_array)(uint32_t job_id));

/*
 * Reads the dependency of a job without a gate as slurmctld prints it, e.g.
 * "afterok:7(unfulfilled),after:12_*(failed)". Slurm drops an edge that has fired, and all edges of
 * an OR with the first. "" is an empty list.
 * Out: events[i] is CRANE_EVENT_PENDING, CRANE_EVENT_NEVER (failed), or [fired] if the edge is not in the text.
 * Kept terms have no event, but [dep] has to have them. Returns false if the text has a term that
 * [dep] does not have: then it is the dependency of another expression.
 */
bool crane_dep_read_native(const struct crane_dep *dep, const char *native, int64_t fired,
			   int64_t *events);

#endif /* SRC_DEPENDENCY_H */
