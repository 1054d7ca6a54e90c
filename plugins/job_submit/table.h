/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of gated jobs and of the jobs that they depend on (dependees): adds and removes jobs,
 * and keeps the edges that wait. look.c reads jobs into it, dependees.c finds out what happened to
 * dependees, updates.c writes to slurmctld what has changed in it.
 *
 * Two kinds of threads use it. Only the resolver's thread changes the table: it holds the lock
 * while it changes what a hook may read (the functions below do that), and reads without the lock.
 * Hooks, which hold slurmctld's job lock, read under table_lock(); they change only a job's list of
 * intents (changes.c).
 */
#ifndef PLUGINS_JOB_SUBMIT_TABLE_H
#define PLUGINS_JOB_SUBMIT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plugins/job_submit/ctld.h"
#include "plugins/job_submit/idmap.h"
#include "src/dependency.h"
#include "src/record.h"

struct gated;

/*
 * A begin time from here on is a closed gate: 2100-01-01 UTC. A change that still waits for the
 * resolver has one of the seconds after it as its mark.
 */
#define GATE_TIME INT64_C(4102444800)

/* One edge that waits for a dependee. */
struct waiter {
	struct gated *job;
	uint32_t edge;
};

enum phase { PHASE_NEW, PHASE_PENDING, PHASE_RUNNING, PHASE_ENDED };

/* A dependee: a job, a whole array, or one array task. Some edge waits for it. */
struct watch {
	uint32_t job_id;
	uint32_t task_id; /* CRANE_DEP_NO_TASK: the whole job or array */
	/* The id for the predicates; a task that was split off has an id of its own. */
	uint32_t probe_id;
	enum phase phase;
	bool is_array;
	/* No predicate shows its next event: it is loaded in each pass. */
	bool polled;
	/*
	 * A task without a record of its own, or an array with such tasks: it is loaded in few
	 * passes.
	 */
	bool in_rest;
	uint32_t rest_task; /* the first task of that shared record */
	bool changed;       /* it has to be loaded */
	bool seen;          /* found by the current load */
	bool over;          /* it has ended, as slurmctld's predicate says */
	bool all_ok;        /* valid if over: all of it succeeded, purged tasks included */
	struct crane_job_facts facts;
	struct waiter *waiters;
	uint32_t n_waiters;
	uint32_t max_waiters;
};

enum intent_kind { INTENT_SET_BEGIN, INTENT_REPLACE, INTENT_REMOVE };

/*
 * A change to make to a job once its begin time in slurmctld is [mark], which shows that slurmctld
 * accepted the whole change.
 */
struct intent {
	enum intent_kind what;
	int64_t mark;
	int64_t begin_time;          /* the user's own from now on, seconds since 1970; 0: none */
	struct crane_record *record; /* owned; the new record, NULL except for INTENT_REPLACE */
	/*
	 * An older one, or NULL: tasks that were split off an array share its entry until they are
	 * looked at.
	 */
	struct intent *next;
};

/* A gated job, or one without a dependency that a hook asked about. */
struct gated {
	uint32_t job_id;
	uint32_t array_job_id;
	uint32_t task_id;
	struct crane_record *rec; /* owned; NULL: no dependency of ours, it was only looked at */
	char *comment;            /* owned; admin_comment as slurmctld has it */
	char *account;            /* owned; "" for none */
	struct crane_dep_state state;
	enum crane_maker maker; /* of a job without a record */
	/* Times in seconds since 1970. */
	int64_t begin_now; /* begin time as slurmctld has it */
	int64_t kick_at;   /* begin time at which the scheduler has to be woken; 0: none */
	int64_t retry_at;  /* no update before that; monotonic */
	int64_t looked_at; /* valid if rec is NULL; monotonic */
	bool write;        /* what slurmctld has is out of date */
	/* The record has to be removed, or replaced if [rec] is a note, and the gate opened. */
	bool release;
	/*
	 * The change decides something and is written at once: the begin time, that the job can
	 * never start, or the last event.
	 */
	bool urgent;
	int64_t recorded_at; /* the last update, in seconds of CLOCK_MONOTONIC; 0: none */
	/* As in struct ctld_job. */
	bool kill_invalid, keep_invalid;
	bool never_said; /* slurmctld was told that it can never start, or need not be told */
	/* Both owned, with one entry for each edge. */
	struct watch **watches; /* the dependee; NULL: the edge does not wait */
	uint32_t *places;       /* the edge's index among that dependee's waiters */
	struct intent *intent;  /* owned; noted by hooks, newest first; NULL: none */
};

/*
 * The lock guards what hooks read of a job: its place in table_jobs, ids, rec, comment, account,
 * state, begin_now, release and intent. While a thread holds it, it takes no other mutex of ours and waits
 * for no lock of slurmctld's; a hook takes it while it holds slurmctld's job lock.
 */
void table_lock(void);
void table_unlock(void);

extern const struct idmap *const table_jobs;    /* job id -> struct gated */
extern const struct idmap *const table_watches; /* struct watch; only for the resolver's thread */

/*
 * A gate was opened in this pass, so the scheduler has to be woken. Only for the resolver's thread.
 */
extern bool table_kick_wanted;

/* -- for hooks: they take the lock themselves -------------------------------------------------- */

/* Returns true if all jobs of slurmctld were looked at, so that all gated jobs are in the table. */
bool table_is_ready(void);

/* The facts that a hook needs about a job to be changed. */
struct table_view {
	uint32_t job_id;    /* the record's own id */
	bool gated;         /* it has a record; false: it was only looked at */
	bool open;          /* valid if gated: its ready time has come */
	int64_t begin_time; /* the user's own, seconds since 1970; 0: none */
	enum crane_maker maker;
	char token[CRANE_RECORD_TOKEN_MAX + 1]; /* valid if gated */
	char account[256];                      /* a longer one is cut */
};

/* Returns false if the table does not hold the job. */
bool table_find(const struct ctld_ident *ident, struct table_view *view);

/* Returns the text of a job's record, malloc'd, or NULL if it has none or if out of memory. */
char *table_record_text(uint32_t job_id);

/* -- for the resolver's thread, without the lock ----------------------------------------------- */

void table_set_ready(bool is_ready);

/* Returns how many jobs have a record. */
size_t table_count_gated(void);

/* Returns the dependee, or NULL if no edge waits for it. */
struct watch *table_watch(uint32_t job_id, uint32_t task_id);

/* Returns true if a job with this record's token is in the table. */
bool table_has_token(const char *token);

/*
 * Adds a pending job with this record, or replaces the record of a job that is in the table. Takes
 * over the record, also on failure. Returns -1 if out of memory (logged): the job then stays gated
 * in slurmctld.
 */
int table_adopt_job(const struct ctld_job *job, struct crane_record *rec, int64_t now);

/* Adds a job without a record that somebody is about to change. */
void table_note_plain_job(const struct ctld_job *job);

/* Removes a job and frees it. */
void table_drop_job(struct gated *g);

/*
 * Removes and frees a job without a record that was looked at a while ago, unless a hook has noted
 * an intent for it. Returns true if it did.
 */
bool table_forget_idle_job(struct gated *g);

/*
 * Gives a waiting edge its event, a time or CRANE_EVENT_NEVER. Another waiter takes its place in
 * the watch.
 */
void table_fire_edge(struct gated *g, uint32_t edge, int64_t event, int64_t now);

/* Lets none of the job's edges wait any longer. */
void table_stop_waiting_all(struct gated *g);

/* Frees the dependees that no edge waits for. */
void table_drop_idle_watches(void);

/* Notes that slurmctld has this admin_comment, which the table takes over, and this begin time. */
void table_note_update(struct gated *g, char *comment, int64_t begin);

/* -- about a job, for the resolver's thread or with the lock ----------------------------------- */

/* Returns the begin time that slurmctld should have, in seconds since 1970. */
int64_t table_wanted_begin(const struct gated *g);
bool table_gate_is_open(const struct gated *g, int64_t now);

/* Frees a list of intents that no job has any more. */
void table_free_intents(struct intent *intent);

#endif /* PLUGINS_JOB_SUBMIT_TABLE_H */
