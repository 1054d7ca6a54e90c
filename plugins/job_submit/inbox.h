/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The inbox: messages of the hooks for the resolver's thread, and the thread's sleep. resolver.c
 * reads the messages.
 *
 * The functions for hooks take only the inbox's own lock and never wait for slurmctld's locks.
 */
#ifndef PLUGINS_JOB_SUBMIT_INBOX_H
#define PLUGINS_JOB_SUBMIT_INBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "src/record.h"

/*
 * The most submissions, and the most jobs to look at. If there are more, the resolver looks at all
 * jobs.
 */
#define INBOX_MAX 4096

/* A submission that is about to become a job. */
struct announced {
	char token[CRANE_RECORD_TOKEN_MAX + 1]; /* "": several submissions (look.c) */
	uint32_t first_id;                      /* the job has this id or a greater one */
	int64_t since;                          /* when it was announced; monotonic */
	bool found;                             /* its job is in the table, or the search is over */
};

/* -- for hooks (inbox_look_at() is for the resolver's thread too) ------------------------------ */

/* Announces a submission with this token. Its job will have this id or a greater one. */
void inbox_announce(const char *token, uint32_t first_job_id);

/*
 * Names a job, gated or not, whose begin time or record is needed or has changed. Wakes the thread.
 */
void inbox_look_at(uint32_t job_id);

/*
 * Returns true if the job with this id may be that of a submission that the thread has not found
 * yet.
 */
bool inbox_may_expect(uint32_t job_id);

/* Wakes the thread: a hook has noted a change in the table. */
void inbox_wake(void);

/* -- for the resolver's thread ----------------------------------------------------------------- */

struct inbox_content {
	struct announced announced[INBOX_MAX];
	unsigned n_announced;
	uint32_t to_look_at[INBOX_MAX]; /* job ids */
	unsigned n_to_look_at;
	bool look_at_all;
};

/*
 * Moves the inbox to [content] and overwrites it; inbox_taken() reports that all of it was read or
 * put back.
 */
void inbox_take(struct inbox_content *content);
void inbox_taken(void);

/*
 * These functions put back work that failed. They do not wake the thread, so that it sleeps between
 * two attempts.
 */
void inbox_retry(uint32_t job_id);
void inbox_retry_all(void);
void inbox_retry_announced(const struct announced *announced);

/*
 * Returns how long the thread may sleep before it looks at the content of the inbox again, in
 * milliseconds, or -1 if the inbox is empty. Work that was put back waits for [retry_msec].
 */
int64_t inbox_wait_msec(int64_t retry_msec);

/*
 * Sleeps for [msec] milliseconds (-1: without end), or until a hook wakes the thread or the inbox
 * is closed. Returns true if the inbox is closed.
 *
 * A submission becomes a job only after its hook has returned: the thread wakes 25 ms later and
 * finds all submissions of that time at once. If each submission woke the thread, it would find
 * only the submission before, and its lock would delay the next one.
 */
bool inbox_nap(int64_t msec);

/* -- loading and unloading the plugin ---------------------------------------------------------- */

/*
 * The plugin is loaded. Returns true if the caller has to start a thread, false if one is still at
 * work.
 */
bool inbox_open(void);

/* The plugin is unloaded: ends the thread's sleep. Does not wait for the thread. */
void inbox_close(void);

/*
 * Returns true if a load of the plugin has not been followed by a look at all jobs.
 * inbox_note_look() counts such a look for one load, and returns true if it was the last one
 * missing.
 */
bool inbox_wants_look(void);
bool inbox_note_look(void);

/*
 * Returns true if the thread may end. Returns false if the plugin was loaded again: the thread has
 * to go on.
 */
bool inbox_leave(void);

#endif /* PLUGINS_JOB_SUBMIT_INBOX_H */
