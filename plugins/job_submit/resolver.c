/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The resolver; see resolver.h. Here are its thread, the inbox that wakes it and what hooks say and ask; the jobs and what
 * they wait for are in table.c, each step of a pass in a file of its own. What a pass does, in this order:
 *   1. look at jobs that hooks spoke of (new submissions: look.c; changes: changes.c);
 *   2. under a short read lock ask slurmctld's predicates whether any watched dependee started or ended (dependees.c);
 *   3. with no lock held load those that did, and let the edges that wait for them fire (dependees.c);
 *   4. write records and begin times that changed; wake the scheduler for begin times that came (updates.c).
 *
 * Order of locks: slurmctld's first, ours second, never two of ours at once (the inbox's here, the table's in table.c, that of
 * the update under way in updates.c); an API call is made with none.
 */
#include "config.h"
#include "plugins/job_submit/resolver.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include "plugins/job_submit/changes.h"
#include "plugins/job_submit/ctld.h"
#include "plugins/job_submit/dependees.h"
#include "plugins/job_submit/idmap.h"
#include "plugins/job_submit/look.h"
#include "plugins/job_submit/table.h"
#include "plugins/job_submit/updates.h"
#include "src/record.h"

#define PASS_MSEC 500        /* between passes while something is watched */
#define ANNOUNCED_MSEC 25    /* while a submission is about to become a job */
#define ANNOUNCED_SLOW_SEC 2 /* after that long, once a second will do */
#define INBOX_MAX 4096 /* submissions and jobs noted between two passes; more: look at all jobs */

static bool ready; /* guarded by table_lock() */

/* What the hooks have to say; guarded by inbox_lock. */
static pthread_mutex_t inbox_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t inbox_cond;
static struct announced announced[INBOX_MAX];
static unsigned n_announced;
static bool just_announced; /* since the inbox was last read */
static uint32_t to_look_at[INBOX_MAX];
static unsigned n_to_look_at;
static bool rescan;
static bool woken;
static bool stopping;
static bool thread_runs;

/* Step 1: look at what the inbox names. */
static void read_inbox(int64_t now)
{
	static struct announced mine[INBOX_MAX];
	static uint32_t ids[INBOX_MAX];
	unsigned n_mine, n_ids, kept = 0;
	bool everything;

	pthread_mutex_lock(&inbox_lock);
	n_mine = n_announced;
	memcpy(mine, announced, n_mine * sizeof(*mine));
	n_announced = 0;
	just_announced = false;
	n_ids = n_to_look_at;
	memcpy(ids, to_look_at, n_ids * sizeof(*ids));
	n_to_look_at = 0;
	everything = rescan;
	rescan = false;
	pthread_mutex_unlock(&inbox_lock);

	for (unsigned i = 0; i < n_ids; i++)
		if (!look_at_one(ids[i], now))
			resolver_look_at(ids[i]);
	for (unsigned i = 0; i < n_mine; i++)
		if (!look_find_announced(&mine[i], now, &everything))
			mine[kept++] = mine[i];
	if (everything && !look_at_all(now)) {
		pthread_mutex_lock(&inbox_lock);
		rescan = true;
		pthread_mutex_unlock(&inbox_lock);
	}
	/* Those not found yet go back behind the ones that came meanwhile. */
	pthread_mutex_lock(&inbox_lock);
	for (unsigned i = 0; i < kept; i++) {
		if (n_announced == INBOX_MAX) {
			rescan = true;
			break;
		}
		announced[n_announced++] = mine[i];
	}
	pthread_mutex_unlock(&inbox_lock);
}

/* -- the thread ---------------------------------------------------------------------------------------------------- */

/* How long to sleep, in milliseconds; -1: until woken. */
static int64_t sleep_msec(int64_t now, bool more)
{
	int64_t msec = table_watches->count || table_jobs->count ? PASS_MSEC : -1;
	int64_t due = INT64_MAX;
	struct idmap_walk walk = { 0 };
	const struct gated *g;
	struct timespec ts;

	if (more)
		return 0;
	pthread_mutex_lock(&inbox_lock);
	for (unsigned i = 0; i < n_announced; i++) {
		int64_t wait = now - announced[i].since > ANNOUNCED_SLOW_SEC ? 1000 :
									       ANNOUNCED_MSEC;

		if (msec < 0 || wait < msec)
			msec = wait;
	}
	if (rescan || n_to_look_at)
		msec = PASS_MSEC;
	pthread_mutex_unlock(&inbox_lock);
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

/* That many milliseconds from now on, for inbox_cond. */
static struct timespec moment_in(int64_t msec)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	ts.tv_sec += msec / 1000;
	ts.tv_nsec += msec % 1000 * 1000000;
	if (ts.tv_nsec >= 1000000000) {
		ts.tv_sec++;
		ts.tv_nsec -= 1000000000;
	}
	return ts;
}

/*
 * Sleep that long (-1: for ever) or until a hook has something to say. True: end the thread.
 * A submission is not a job before its hook has returned: the thread looks for it ANNOUNCED_MSEC later, and then for all that
 * came in the meantime. A pass for each of many in a row would find the one before, and take a lock from the next.
 */
static bool nap(int64_t msec)
{
	struct timespec until = moment_in(msec < 0 ? 0 : msec);
	bool shortened = msec >= 0 && msec <= ANNOUNCED_MSEC;
	bool stop;

	pthread_mutex_lock(&inbox_lock);
	while (!stopping && !woken) {
		if (just_announced && !shortened) {
			msec = ANNOUNCED_MSEC;
			until = moment_in(msec);
			shortened = true;
		}
		if (msec < 0)
			pthread_cond_wait(&inbox_cond, &inbox_lock);
		else if (pthread_cond_timedwait(&inbox_cond, &inbox_lock, &until) == ETIMEDOUT)
			break;
	}
	woken = false;
	stop = stopping;
	pthread_mutex_unlock(&inbox_lock);
	return stop;
}

static void forget_everything(void)
{
	struct idmap_walk walk = { 0 };
	struct gated *g;

	table_lock();
	ready = false;
	table_unlock();
	while ((g = idmap_next(table_jobs, &walk)))
		table_drop_job(g);
	table_drop_idle_watches();
}

/* Wait until slurmctld has its jobs (a backup may stand by for months) and answers, and look at all of them. */
static bool first_look(void)
{
	while (!ctld_has_jobs())
		if (nap(200))
			return false;
	while (!look_at_all(time(NULL)))
		if (nap(200))
			return false;
	table_lock();
	ready = true;
	table_unlock();
	ctld_info("%zu jobs wait for a dependency", table_jobs->count);
	return true;
}

static void *resolve(void *arg)
{
	bool stop;

	(void)arg;
	prctl(PR_SET_NAME, "crane_resolver", NULL, NULL, NULL);
	stop = !first_look();
	while (!stop) {
		int64_t now = time(NULL);
		bool more;

		if (!ctld_has_jobs()) {
			/* A backup has given control back: what it knows grows stale, and another resolver acts. */
			ctld_info("no longer in control, standing by");
			forget_everything();
			stop = !first_look();
			continue;
		}
		read_inbox(now);
		changes_carry_out(now);
		dependees_probe(now);
		dependees_load_changed(now);
		more = updates_write_all(time(NULL));
		now = time(NULL);
		updates_kick_due(now);
		stop = nap(sleep_msec(now, more));
	}
	forget_everything();
	pthread_mutex_lock(&inbox_lock);
	thread_runs = false;
	if (!stopping) {
		/* init came back while this thread was on its way out. */
		pthread_mutex_unlock(&inbox_lock);
		resolver_start();
		return NULL;
	}
	pthread_mutex_unlock(&inbox_lock);
	return NULL;
}

int resolver_start(void)
{
	static bool cond_made;
	pthread_condattr_t monotonic;
	pthread_attr_t detached;
	sigset_t all, old;
	pthread_t thread;
	int rc = 0;

	pthread_mutex_lock(&inbox_lock);
	stopping = false;
	if (thread_runs) {
		pthread_mutex_unlock(&inbox_lock);
		return 0;
	}
	if (!cond_made) {
		pthread_condattr_init(&monotonic);
		pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
		pthread_cond_init(&inbox_cond, &monotonic);
		pthread_condattr_destroy(&monotonic);
		cond_made = true;
	}
	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	/* slurmctld has a thread of its own for signals. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = pthread_create(&thread, &detached, resolve, NULL);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&detached);
	thread_runs = !rc;
	pthread_mutex_unlock(&inbox_lock);
	if (rc)
		ctld_error("no thread for the resolver: %s", strerror(rc));
	return rc ? -1 : 0;
}

void resolver_stop(void)
{
	pthread_mutex_lock(&inbox_lock);
	stopping = true;
	if (thread_runs)
		pthread_cond_signal(&inbox_cond);
	pthread_mutex_unlock(&inbox_lock);
}

/* -- what the hooks say and ask ------------------------------------------------------------------------------------ */

static void wake_up(void)
{
	woken = true;
	if (thread_runs)
		pthread_cond_signal(&inbox_cond);
}

bool resolver_ready(void)
{
	bool is;

	table_lock();
	is = ready;
	table_unlock();
	return is;
}

void resolver_announce(const char *token, uint32_t first_job_id)
{
	pthread_mutex_lock(&inbox_lock);
	if (n_announced < INBOX_MAX) {
		struct announced *a = &announced[n_announced++];

		snprintf(a->token, sizeof(a->token), "%s", token);
		a->first_id = first_job_id;
		a->since = time(NULL);
	} else {
		rescan = true;
	}
	if (!just_announced && thread_runs)
		pthread_cond_signal(&inbox_cond);
	just_announced = true;
	pthread_mutex_unlock(&inbox_lock);
}

void resolver_look_at(uint32_t job_id)
{
	pthread_mutex_lock(&inbox_lock);
	if (n_to_look_at < INBOX_MAX)
		to_look_at[n_to_look_at++] = job_id;
	else
		rescan = true;
	wake_up();
	pthread_mutex_unlock(&inbox_lock);
}

bool resolver_find(uint32_t named_id, const void *job_ptr, struct resolver_view *view)
{
	int64_t now = time(NULL);
	struct idmap_walk walk = { 0 };
	struct gated *g, *task;
	bool found = false;

	table_lock();
	g = idmap_get(table_jobs, named_id);
	found = g && ctld_job_is(named_id, job_ptr);
	while (!found && (task = idmap_next(table_jobs, &walk))) {
		if (task->array_job_id == named_id && ctld_job_is(task->job_id, job_ptr)) {
			g = task;
			found = true;
		}
	}
	/* A task that this very change split off the array has the array's record and no entry of its own yet. */
	if (g && (found || g->array_job_id == named_id)) {
		memset(view, 0, sizeof(*view));
		view->job_id = g->job_id;
		view->gated = g->rec && !g->release;
		if (view->gated) {
			view->open = table_gate_is_open(g, now);
			view->begin_time = g->rec->begin_time;
			view->maker = g->rec->maker;
			memcpy(view->token, g->rec->token, sizeof(view->token));
		} else {
			view->begin_time = g->begin_now > now ? g->begin_now : 0;
		}
		found = true;
	}
	table_unlock();
	return found;
}

char *resolver_record_text(uint32_t job_id)
{
	struct gated *g;
	char *text = NULL;

	table_lock();
	g = idmap_get(table_jobs, job_id);
	if (g && g->rec)
		text = crane_record_print(g->rec);
	table_unlock();
	return text;
}

int resolver_intend(uint32_t job_id, enum resolver_intent what, int64_t mark, int64_t begin_time,
		    struct crane_record *record)
{
	if (changes_note(job_id, what, mark, begin_time, record))
		return -1;
	updates_overtake(job_id);
	pthread_mutex_lock(&inbox_lock);
	wake_up();
	pthread_mutex_unlock(&inbox_lock);
	return 0;
}

enum resolver_own resolver_own_update(const char *job, const char *admin_comment,
				      const void *job_ptr)
{
	return updates_is_own(job, admin_comment, job_ptr);
}
