/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See resolver.h. This file has the thread and the order of its work; each step is in a file of its
 * own. One pass:
 *   1. looks at the jobs that the inbox names (look.c) and carries out changes that hooks noted
 *      (changes.c);
 *   2. asks slurmctld's predicates, under a short read lock, whether a dependee has started or
 *      ended (dependees.c);
 *   3. loads those that have, without a lock, and fires the edges that wait for them (dependees.c);
 *   4. writes records and begin times that changed, and wakes the scheduler for begin times that
 *      have come (updates.c).
 *
 * Order of locks: slurmctld's first, then one of ours, never two of ours (inbox.c, table.c and
 * updates.c have one each).
 */
#include "config.h"
#include "plugins/job_submit/resolver.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include "plugins/job_submit/changes.h"
#include "plugins/job_submit/ctld.h"
#include "plugins/job_submit/dependees.h"
#include "plugins/job_submit/idmap.h"
#include "plugins/job_submit/inbox.h"
#include "plugins/job_submit/look.h"
#include "plugins/job_submit/table.h"
#include "plugins/job_submit/updates.h"

/* Sleep between two passes while there are jobs, and before a call that failed is repeated. */
#define PASS_MSEC 500
/*
 * In one pass changes that were noted meanwhile are carried out at most this many times before
 * updates.
 */
#define OVERTAKEN_TRIES 8
/* Sleep between two attempts to look at all jobs for the first time. */
#define STANDBY_MSEC 200

/*
 * Looks at the jobs that the inbox names. After the first call that slurmctld does not answer, the
 * rest goes back to the inbox. Returns false if there was such a call.
 */
static bool read_inbox(int64_t now)
{
	static struct inbox_content content;
	bool answered = true;

	inbox_take(&content);
	for (unsigned i = 0; i < content.n_to_look_at; i++) {
		if (look_at_one(content.to_look_at[i], now))
			continue;
		for (unsigned left = i + 1; left < content.n_to_look_at; left++)
			inbox_retry(content.to_look_at[left]);
		inbox_retry(content.to_look_at[i]);
		answered = false;
		break;
	}
	if (answered)
		answered = look_for_announced(content.announced, content.n_announced, now,
					      &content.look_at_all);
	for (unsigned i = 0; i < content.n_announced; i++)
		if (!content.announced[i].found)
			inbox_retry_announced(&content.announced[i]);
	if (content.look_at_all && (!answered || !look_at_all(now))) {
		inbox_retry_all();
		answered = false;
	}
	inbox_taken();
	return answered;
}

/*
 * Returns how long to sleep, in milliseconds, or -1 to sleep until a hook has news. [answered]: the
 * inbox could be read.
 */
static int64_t sleep_msec(bool answered)
{
	int64_t msec = answered ? inbox_wait_msec(PASS_MSEC) : PASS_MSEC;
	int64_t due = INT64_MAX;
	struct idmap_walk walk = { 0 };
	const struct gated *g;
	struct timespec ts;

	if ((table_watches->count > 0 || table_jobs->count > 0) && (msec < 0 || msec > PASS_MSEC))
		msec = PASS_MSEC;
	while ((g = idmap_next(table_jobs, &walk)))
		if (g->kick_at && g->kick_at < due)
			due = g->kick_at;
	if (due == INT64_MAX)
		return msec;
	clock_gettime(CLOCK_REALTIME, &ts);
	due = (due - (int64_t)ts.tv_sec) * 1000 - ts.tv_nsec / 1000000 + 1;
	if (due < 0)
		due = 0;
	return msec < 0 || due < msec ? due : msec;
}

/* Returns how long to sleep after the pass; see sleep_msec(). */
static int64_t make_pass(void)
{
	int64_t now = time(NULL);
	bool answered = read_inbox(now);
	enum updates_result written = UPDATES_OVERTAKEN;

	changes_carry_out(now);
	dependees_probe(now);
	dependees_load_changed(now);
	for (int tries = 0; written == UPDATES_OVERTAKEN && tries < OVERTAKEN_TRIES; tries++) {
		if (tries > 0)
			changes_carry_out(time(NULL));
		written = updates_write_all(time(NULL));
	}
	now = time(NULL);
	updates_kick_due(now);
	return written == UPDATES_MORE ? 0 : sleep_msec(answered);
}

/*
 * Waits until slurmctld has its jobs (a backup may stand by for months) and answers, looks at all
 * of them, and logs how many wait. Returns false if the plugin was unloaded before that.
 */
static bool take_stock(void)
{
	table_set_ready(false);
	while (!ctld_has_jobs())
		if (inbox_nap(STANDBY_MSEC))
			return false;
	while (!look_at_all(time(NULL)))
		if (inbox_nap(STANDBY_MSEC))
			return false;
	/* If the plugin was loaded again meanwhile, jobs may have changed while it was unloaded. */
	table_set_ready(inbox_note_look());
	ctld_info("%zu jobs wait for a dependency", table_count_gated());
	return true;
}

/*
 * Makes passes until the plugin is unloaded or slurmctld no longer has control. The last pass comes
 * after the unload, so that no change which a hook has noted is lost.
 */
static void resolve_until_stopped(void)
{
	bool is_last = false;
	int64_t msec;

	if (!take_stock())
		return;
	while (ctld_has_jobs()) {
		if (inbox_wants_look()) {
			/* Loaded again before this thread has ended: the table may be out of date. */
			if (!take_stock())
				return;
			is_last = false;
		}
		msec = make_pass();
		if (is_last)
			return;
		is_last = inbox_nap(msec);
	}
	/*
	 * A backup has given control back: its jobs are out of date, and the resolver of the other
	 * controller runs.
	 */
	ctld_info("no longer in control, standing by");
}

static void forget_everything(void)
{
	struct idmap_walk walk = { 0 };
	struct gated *g;

	table_set_ready(false);
	while ((g = idmap_next(table_jobs, &walk)))
		table_drop_job(g);
	table_drop_idle_watches();
}

static void *run_thread(void *arg)
{
	(void)arg;
	prctl(PR_SET_NAME, "crane_resolver", NULL, NULL, NULL);
	do {
		resolve_until_stopped();
		forget_everything();
	} while (!inbox_leave());
	return NULL;
}

int resolver_start(void)
{
	pthread_attr_t detached;
	sigset_t all, old;
	pthread_t thread;
	int rc;

	table_set_ready(false);
	if (!inbox_open())
		return 0;
	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	/* slurmctld handles signals in a thread of its own. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = pthread_create(&thread, &detached, run_thread, NULL);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&detached);
	if (!rc)
		return 0;
	inbox_close();
	inbox_leave();
	ctld_error("no thread for the resolver: %s", strerror(rc));
	return -1;
}

void resolver_stop(void)
{
	inbox_close();
}
