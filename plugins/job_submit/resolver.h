/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The resolver: one thread in slurmctld that watches the dependees of gated jobs, keeps their records up to date and opens
 * their gates. The functions below are what the hooks tell it and ask it; none of them waits for slurmctld's locks, and the
 * thread holds no lock of slurmctld's while it calls the API, and no mutex of ours while it waits for either.
 */
#ifndef PLUGINS_JOB_SUBMIT_RESOLVER_H
#define PLUGINS_JOB_SUBMIT_RESOLVER_H

#include <stdbool.h>
#include <stdint.h>

#include "src/record.h"

/* Start the thread, or take back a stop that it has not obeyed yet. -1 (logged) when no thread is to be had. */
int resolver_start(void);
/* Ask the thread to end; never waits (Slurm 22.05 deadlocks when fini joins a thread that wants its locks). */
void resolver_stop(void);

/* Every job in slurmctld has been looked at once since start. */
bool resolver_ready(void);

/* A submission with this token is about to become a job with this id or one a little above it. */
void resolver_announce(const char *token, uint32_t first_job_id);

/* Look at this job again, gated or not: its begin time and record are wanted or have changed. */
void resolver_look_at(uint32_t job_id);

/* What is known of a job that somebody changes. */
struct resolver_view {
	uint32_t job_id;    /* the record's own id */
	bool gated;         /* it has a record; else it was only looked at */
	bool open;          /* its ready time has come */
	int64_t begin_time; /* the user's own; 0: none */
	enum crane_maker maker;
	char token[CRANE_RECORD_TOKEN_MAX + 1];
};

/*
 * Find the job that [job_ptr] is, named by its own id or its array's. Needs slurmctld's job lock (job_modify holds it).
 * False: not known here.
 */
bool resolver_find(uint32_t named_id, const void *job_ptr, struct resolver_view *view);

/* The record text of a job found before; malloc'd. NULL: it has none, or memory is out. */
char *resolver_record_text(uint32_t job_id);

/* What to do to a job once slurmctld shows that its begin time is [mark]: so the change as a whole was accepted. */
enum resolver_intent { RESOLVER_SET_BEGIN, RESOLVER_REPLACE, RESOLVER_REMOVE };

/*
 * Note an intent for a job found before. begin_time: the user's own from now on. record: for RESOLVER_REPLACE, ownership
 * moves here (also on failure), else NULL. -1 when out of memory or the job is not known.
 */
int resolver_intend(uint32_t job_id, enum resolver_intent what, int64_t mark, int64_t begin_time,
		    struct crane_record *record);

enum resolver_own {
	RESOLVER_NOT_OURS,
	RESOLVER_OURS,
	RESOLVER_OVERTAKEN,    /* ours, but a newer change is noted */
	RESOLVER_OTHER_RECORD, /* ours, met on a task of the same array that it is not meant for */
};
/* Is this update of [job_ptr] the one that the resolver has under way? Needs slurmctld's job lock. */
enum resolver_own resolver_own_update(const char *job, const char *admin_comment,
				      const void *job_ptr);

#endif /* PLUGINS_JOB_SUBMIT_RESOLVER_H */
