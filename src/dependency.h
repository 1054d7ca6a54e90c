/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Crane's dependency language: parse, print, rewrite for Slurm, and evaluate an expression from facts and a time. The
 * language and its truth tables are those of doc/reference/dependencies.md. Reads no clock and knows no Slurm; callers
 * bring the facts.
 */
#ifndef SRC_DEPENDENCY_H
#define SRC_DEPENDENCY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/error.h"

/* Marks a string as Crane's where Slurm's own dependency strings may stand, too (doc/decisions.md#d3-scope). */
#define CRANE_DEP_PREFIX "crane:"

/* More edges than this in one expression are refused: bounded work under slurmctld's locks. */
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
#define CRANE_DEP_TYPES 4 /* those with events; aftercorr has none here */

enum crane_dep_logic { CRANE_DEP_AND, CRANE_DEP_OR };

/* One "id[+delay]" of a term. */
struct crane_dep_edge {
	enum crane_dep_type type;
	uint32_t job_id;    /* 1..4294967295; the array's id when task_id is set */
	uint32_t task_id;   /* array task, or CRANE_DEP_NO_TASK */
	uint64_t delay_sec; /* counts from the event of this very edge */
	uint32_t term;      /* index of the term it stands in, from 0, ascending over the edges */
};

/*
 * A parsed expression. A term holds when all its edges hold; logic joins the terms. "singleton" and "aftercorr:ID", terms of
 * an AND without a delay, are Slurm's to keep (doc/decisions.md#d12-singleton-and-aftercorr): nothing here evaluates them.
 */
struct crane_dep {
	enum crane_dep_logic logic; /* AND when there is one term */
	uint32_t n_terms;           /* without those that Slurm keeps */
	uint32_t n_edges;           /* 0: all of it is Slurm's to keep */
	uint32_t n_kept;            /* aftercorr edges; they stand behind the others */
	bool singleton;
	struct crane_dep_edge edges
		[]; /* n_edges + n_kept, each part in the order written; no term counts for the kept */
};

/* What slurmctld says of the terms that it keeps. */
enum crane_dep_kept {
	CRANE_DEP_KEPT_DONE, /* none is open */
	CRANE_DEP_KEPT_OPEN,
	CRANE_DEP_KEPT_FAILED /* one can never hold */
};

/*
 * Parse one expression, without the "crane:" prefix, e.g. "afterok:100:101+10m?after:102_3".
 * In:    s, not NULL, not kept. Leading and trailing white space is dropped.
 * Out:   *out, to be freed with free(); untouched on failure.
 * Units: delays in seconds; a bare number is minutes.
 * Error: -1, err->class and err->text are those of doc/reference/dependencies.md#error-texts, err->column is the 1-based column of the offending token in s.
 *        Duplicates: the same id and task twice; an array and one of its tasks are different things.
 *        Too many edges: CRANE_E_LIST "more than 1000 jobs in one dependency". Linear (or n log n) in the length.
 */
int crane_dep_parse(const char *s, struct crane_dep **out, struct crane_error *err);

/* The type's word ("afterok"). */
const char *crane_dep_type_name(enum crane_dep_type type);

/* The type's name in CraneSched's JSON ("AFTER_OK"). */
const char *crane_dep_type_json_name(enum crane_dep_type type);

/*
 * When an edge fired, as event time in seconds since 1970, without its delay; or one of these.
 */
#define CRANE_EVENT_PENDING INT64_MIN /* nothing decided yet */
#define CRANE_EVENT_NEVER INT64_MAX   /* this edge can never hold */

/* The known facts of a dependee (a job, an array task, or a whole array summed up by crane_job_facts_add). */
struct crane_job_facts {
	bool pending; /* some part of it has not started (again) yet */
	bool started; /* it got its nodes at least once, at start_time */
	bool ended;   /* over for good; nothing of it will run again */
	bool ran;     /* ended: it had nodes; false: cancelled (deadline passed) while pending */
	bool ok;      /* ended with exit code 0 and not cancelled, timed out, ... */
	int64_t start_time; /* first start, seconds since 1970; valid when started */
	int64_t end_time;   /* last end, or the moment of the cancellation; valid when ended */
};

/* The neutral element of crane_job_facts_add: facts about no job at all (ended, ok, nothing started). */
void crane_job_facts_none(struct crane_job_facts *sum);

/*
 * Add one array task's facts to the array's: started when any started (earliest), ended when all ended (latest end),
 * ran when any ran, ok when all are ok.
 */
void crane_job_facts_add(struct crane_job_facts *sum, const struct crane_job_facts *task);

/*
 * The event of an edge of [type] on a dependee with these facts: a time, PENDING or NEVER.
 * The rule is the table in doc/reference/dependencies.md#events.
 */
int64_t crane_dep_event(enum crane_dep_type type, const struct crane_job_facts *facts);

enum crane_dep_status {
	CRANE_DEP_WAIT_FOR_ALL,
	CRANE_DEP_WAIT_FOR_ANY,
	CRANE_DEP_READY_AFTER, /* ready_time is known; it may lie in the past or still move earlier (OR) */
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
 * Evaluate [dep] given the event of each edge (events[i] belongs to dep->edges[i]) at time [now].
 * AND: ready = latest of all (event + delay). OR: a term's ready time is the latest of its edges, ready = earliest of
 * the terms that are complete. Rule: doc/reference/dependencies.md#evaluation.
 */
void crane_dep_eval(const struct crane_dep *dep, const int64_t *events, int64_t now,
		    struct crane_dep_state *state);

/* Returns true if [dep] has terms that are Slurm's to keep. */
bool crane_dep_has_kept(const struct crane_dep *dep);

/* Adds to [state] of an expression what Slurm says of the terms that it keeps beside it: an AND. */
void crane_dep_eval_kept(struct crane_dep_state *state, enum crane_dep_kept kept);

/*
 * Canonical text of the whole expression, delays as "+<n>s", edges of a term joined by ':' where type agrees:
 * what it parses to is equal to [dep]. Returned string is malloc'd; NULL when out of memory.
 */
char *crane_dep_print(const struct crane_dep *dep);

/*
 * The edges still pending, for a person: "afterok:100+01:00:00,after:101". AND: every edge on
 * its own, joined by ','. OR: terms joined by '?', the edges of one term by ':'. Delay 0 is left out. Empty string when
 * none is pending. malloc'd; NULL when out of memory.
 */
char *crane_dep_print_pending(const struct crane_dep *dep, const int64_t *events);

/* The status word: WaitForAll, WaitForAny, ReadyAfter, SomeFailed, AllFailed. */
const char *crane_dep_status_name(enum crane_dep_status status);

/*
 * What is left of singleton and aftercorr in the dependency that slurmctld prints of a job, e.g.
 * "afterok:5(unfulfilled),aftercorr:7_*(unfulfilled),singleton(unfulfilled)": as Slurm takes it again, "aftercorr:7,singleton".
 * "" if nothing is. Out: *kept says what became of them. malloc'd; NULL when out of memory. Linear.
 */
char *crane_dep_kept_left(const char *native, enum crane_dep_kept *kept);

/*
 * The same edges in Slurm's own language, without delays, one "type:id" an edge, joined by ',' or '?'. Weaker or equal
 * in what it lets through, never stricter: whatever satisfies [dep] satisfies it (the time gate does the rest).
 * malloc'd; NULL when out of memory. Source: Slurm 22.05.8 src/slurmctld/job_scheduler.c, update_job_dependency.
 */
char *crane_dep_native(const struct crane_dep *dep);

/*
 * Returns true if crane_dep_native() means to Slurm exactly what [dep] means here, so that Slurm can keep it without a
 * gate (doc/decisions.md#d10-what-slurm-keeps-exactly): no delays; after, afterok and afterany only; joined by AND, or by OR with
 * one id a term; no after of a whole array. [is_array] says whether an id is an array's; it is asked only about a whole
 * job that the type after names. NULL: no id is.
 */
bool crane_dep_is_native(const struct crane_dep *dep, bool (*is_array)(uint32_t job_id));

/*
 * Reads what slurmctld prints of a dependency that it keeps, e.g. "afterok:7(unfulfilled),after:12_*(failed)": Slurm
 * drops an edge that has fired, and all edges of an OR with the first one. "" is an empty list.
 * Out: events[i] is CRANE_EVENT_PENDING, CRANE_EVENT_NEVER (failed), or [fired] if the edge is not in the text.
 * Terms that Slurm keeps are not looked at, but [dep] has to have them.
 * Returns false if the text has anything that [dep] does not have: it is then not the dependency of [dep].
 */
bool crane_dep_read_native(const struct crane_dep *dep, const char *native, int64_t fired,
			   int64_t *events);

#endif /* SRC_DEPENDENCY_H */
