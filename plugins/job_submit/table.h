/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of gated jobs and of the dependees that they wait for: taking jobs in and out, edges that wait and fire.
 * When a job is looked at, a dependee asked for or slurmctld told is left to look.c, dependees.c and updates.c.
 *
 * Two kinds of threads come here. The resolver's alone changes the table: it holds the lock while it changes what a hook may
 * read (the functions below see to that) and reads without it. Hooks, which have slurmctld's job lock, take table_lock() and
 * find jobs in table_jobs; all they change is a job's list of intents (changes.c).
 */
#ifndef PLUGINS_JOB_SUBMIT_TABLE_H
#define PLUGINS_JOB_SUBMIT_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "plugins/job_submit/ctld.h"
#include "plugins/job_submit/idmap.h"
#include "plugins/job_submit/resolver.h"
#include "src/dependency.h"
#include "src/record.h"

struct gated;

/* One edge that waits for a dependee. */
struct waiter {
	struct gated *job;
	uint32_t edge;
};

enum phase { PHASE_NEW, PHASE_PENDING, PHASE_RUNNING, PHASE_ENDED };

/* A dependee: a job, a whole array, or one array task. */
struct watch {
	uint32_t job_id;
	uint32_t task_id; /* or CRANE_DEP_NO_TASK */
	uint32_t
		probe_id; /* what the predicates are asked for: a task that was split off has its own id */
	enum phase phase;
	bool is_array;
	bool polled; /* no predicate tells its next event: load it each pass */
	bool in_rest; /* it shares, or as an array has, a record of tasks not split off: polled, but seldom */
	uint32_t rest_task; /* the first task of that record */
	bool changed;       /* to be loaded */
	bool seen;          /* met in the current load */
	bool over;          /* slurmctld says it is over, and so ... */
	bool all_ok;        /* ... whether anything of it failed, purged array tasks included */
	struct crane_job_facts facts;
	struct waiter *waiters;
	uint32_t n_waiters;
	uint32_t max_waiters;
};

struct intent {
	enum resolver_intent what;
	int64_t mark;
	int64_t begin_time;
	struct crane_record *record;
	struct intent *
		next; /* an older one: tasks split off an array share its entry until they are looked at */
};

/* A job that is gated, or (rec NULL) one that a hook wanted to know about. */
struct gated {
	uint32_t job_id;
	uint32_t array_job_id;
	uint32_t task_id;
	struct crane_record *rec;
	char *comment; /* admin_comment as slurmctld has it */
	struct crane_dep_state state;
	int64_t begin_now; /* begin time as slurmctld has it */
	int64_t kick_at;   /* begin time that the scheduler must be woken for; 0: none */
	int64_t retry_at;
	int64_t looked_at;
	bool write;             /* what slurmctld has is out of date */
	bool release;           /* the record is to be taken out and the gate opened */
	struct watch **watches; /* for each edge: what it waits for, or NULL */
	uint32_t *places;       /* for each edge: its index among that dependee's waiters */
	struct intent *intent;  /* noted by hooks, newest first */
};

/*
 * The lock on what hooks read of a job: its place in table_jobs, ids, rec, comment, state, begin_now, release and intent.
 * No other mutex of ours is taken under it and slurmctld's locks are never waited for with it; a hook takes it under the
 * job lock.
 */
void table_lock(void);
void table_unlock(void);

/* To be found and walked over; who walks and drops stays at the same slot, for another entry may have moved there. */
extern const struct idmap *const table_jobs;    /* job id -> struct gated */
extern const struct idmap *const table_watches; /* struct watch; the resolver's thread's alone */

/* A gate was opened in this pass: the scheduler is to be woken. The resolver's thread's alone. */
extern bool table_kick_wanted;

/* -- for the resolver's thread, without the lock ------------------------------------------------------------------- */

struct watch *table_watch(uint32_t job_id, uint32_t task_id); /* NULL: nothing waits for it */
bool table_has_token(const char *token); /* a job with this record's token is here */

/*
 * Take a pending job with this record into the table, or take the record in place of the one that it has there. The record
 * is owned here from now on. -1 when out of memory (logged): the job then stays gated in slurmctld.
 */
int table_adopt_job(const struct ctld_job *job, struct crane_record *rec, int64_t now);

/* Keep in mind a job without a record that somebody is about to change. */
void table_note_plain_job(const struct ctld_job *job, int64_t now);

/* Forget a job, and free it. */
void table_drop_job(struct gated *g);
/* The same, when it was only looked at, long ago, and no hook has noted an intent for it. False: it stays. */
bool table_forget_idle_job(struct gated *g, int64_t now);

/* An edge that waits has its event, a moment or CRANE_EVENT_NEVER: another waiter takes its place in the watch. */
void table_fire_edge(struct gated *g, uint32_t edge, int64_t event, int64_t now);
/* None of the job's edges waits any longer. */
void table_stop_waiting_all(struct gated *g);
/* Forget dependees that nothing waits for. */
void table_drop_idle_watches(void);

/* slurmctld has taken over this admin_comment, which is owned here from now on, and this begin time. */
void table_note_update(struct gated *g, char *comment, int64_t begin);

/* -- of a job, by the resolver's thread or with the lock ----------------------------------------------------------- */

/* The begin time that slurmctld should have. */
int64_t table_wanted_begin(const struct gated *g);
bool table_gate_is_open(const struct gated *g, int64_t now);

/* A whole list of them; it is on no job any more. */
void table_free_intents(struct intent *intent);

#endif /* PLUGINS_JOB_SUBMIT_TABLE_H */
