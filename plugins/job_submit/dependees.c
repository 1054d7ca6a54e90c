/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See dependees.h. A dependee is loaded again when a predicate says that it has started or ended.
 * Those for which no predicate can say so (array tasks without a record of their own, arrays of
 * which no task has started) are polled.
 */
#include "config.h"
#include "plugins/job_submit/dependees.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include "plugins/job_submit/ctld.h"
#include "plugins/job_submit/look.h"
#include "plugins/job_submit/table.h"
#include "src/dependency.h"
#include "src/tasklist.h"

/*
 * Up to this number of dependees are loaded one by one; more are loaded by one request for all
 * jobs.
 */
#define LOAD_ONE_BY_ONE_MAX 24
/* After this number of unanswered loads the pass loads no more array tasks. */
#define UNANSWERED_MAX 8
/* An array task without a record of its own is loaded once in this number of passes. */
#define UNSPLIT_PASSES 8
/* Each pass checks one in this many gated jobs for being still pending. */
#define OWN_CHECK_SHARE 8
/* After this number of queries slurmctld's job lock is released for other threads. */
#define QUESTIONS_PER_HOLD 4096

/*
 * Returns true if a polled dependee has to be loaded now. The caller holds slurmctld's job lock. A
 * task that shares its record with others is loaded when it gets a record of its own, or when no
 * task of its array is pending; an array of which no task has started is loaded when its first task
 * gets a record of its own. Other changes of the shared record (it is cancelled; it becomes the
 * last task's while an older task is requeued) are found by the passes that load all of them.
 */
static bool is_due(const struct watch *w, bool seldom)
{
	if (!w->polled || !w->in_rest || seldom)
		return w->polled;
	if (w->task_id == CRANE_DEP_NO_TASK)
		return !ctld_task_unsplit(w->job_id, w->rest_task);
	return !ctld_task_unsplit(w->job_id, w->task_id) || !ctld_job_pending(w->job_id);
}

/* Marks a dependee to which something has happened. The caller holds slurmctld's job lock. */
static void probe_watch(struct watch *w, bool seldom)
{
	bool pending;

	/*
	 * An array cancelled before any task started is "pending" for ever (array_recs->task_cnt).
	 */
	w->over = ctld_job_over(w->probe_id);
	pending = !w->over && ctld_job_pending(w->probe_id);
	switch (w->phase) {
	case PHASE_NEW:
		w->changed = true;
		break;
	case PHASE_PENDING:
		if (!pending || is_due(w, seldom))
			w->changed = true;
		break;
	case PHASE_RUNNING:
		if (pending && !w->polled)
			w->phase = PHASE_PENDING; /* requeued */
		else if (w->over || w->polled)
			w->changed = true;
		break;
	case PHASE_ENDED:
		break;
	}
	if (w->over && w->changed)
		w->all_ok = ctld_job_all_ok(w->probe_id);
}

static int64_t usec_on(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

/*
 * slurmctld's job lock during a pass. It is released now and then, so that no thread waits long for
 * it.
 */
struct hold {
	unsigned questions;
	/* In microseconds, by the clock and on a CPU. */
	int64_t since, ran_since;     /* start of the current hold */
	int64_t longest, longest_ran; /* the longest hold of this pass */
};

static void begin_hold(struct hold *hold)
{
	ctld_lock_jobs();
	hold->since = usec_on(CLOCK_MONOTONIC);
	hold->ran_since = usec_on(CLOCK_THREAD_CPUTIME_ID);
}

static void end_hold(struct hold *hold)
{
	int64_t ran = usec_on(CLOCK_THREAD_CPUTIME_ID) - hold->ran_since;
	int64_t held = usec_on(CLOCK_MONOTONIC) - hold->since;

	ctld_unlock_jobs();
	if (held > hold->longest) {
		hold->longest = held;
		hold->longest_ran = ran;
	}
}

/*
 * Counts a query. Answers need not be of the same moment, so the lock may be released between two
 * queries.
 */
static void count_question(struct hold *hold)
{
	if (++hold->questions % QUESTIONS_PER_HOLD)
		return;
	end_hold(hold);
	begin_hold(hold);
}

/*
 * Asks about a part of the gated jobs. Returns how many of them are no longer pending, at most
 * [max], and writes their ids to [ids]. The caller holds slurmctld's job lock.
 */
static unsigned probe_own(struct hold *hold, uint32_t *ids, unsigned max)
{
	static unsigned share;
	struct idmap_walk walk;
	const struct gated *g;
	unsigned n = 0;

	share = (share + 1) % OWN_CHECK_SHARE;
	walk = idmap_walk_part(share, OWN_CHECK_SHARE);
	while (n < max && (g = idmap_next(table_jobs, &walk))) {
		if (!ctld_job_pending(g->job_id))
			ids[n++] = g->job_id;
		count_question(hold);
	}
	return n;
}

void dependees_probe(int64_t now)
{
	static unsigned passes;
	struct idmap_walk walk = { 0 };
	struct hold hold = { 0 };
	struct watch *w;
	uint32_t gone[256];
	unsigned n_gone;

	if (!table_watches->count && !table_jobs->count)
		return;
	passes++;
	begin_hold(&hold);
	while ((w = idmap_next(table_watches, &walk))) {
		probe_watch(w, passes % UNSPLIT_PASSES == 0);
		count_question(&hold);
	}
	n_gone = probe_own(&hold, gone, sizeof(gone) / sizeof(gone[0]));
	end_hold(&hold);
	/* In the rest of that time the thread had no CPU; less work would not shorten it. */
	ctld_debug("pass: %zu dependees, %zu jobs, job lock held %" PRId64 " usec, %" PRId64
		   " of them running",
		   table_watches->count, table_jobs->count, hold.longest, hold.longest_ran);
	/* Jobs without an answer are checked again. */
	for (unsigned i = 0; i < n_gone; i++)
		if (!look_at_one(gone[i], now))
			break;
}

/*
 * Adds the facts of a loaded job to a dependee, which may be its array, its array task, or the job
 * by its own id.
 */
static void feed_watch(struct watch *w, const struct ctld_job *job, bool is_array)
{
	if (!w || !w->changed)
		return;
	w->seen = true;
	w->is_array = is_array;
	if (w->task_id != CRANE_DEP_NO_TASK)
		w->probe_id = job->job_id;
	crane_job_facts_add(&w->facts, &job->facts);
}

static void feed_job(const struct ctld_job *job, void *arg)
{
	struct watch *w;

	(void)arg;
	if (!job->array_job_id) {
		feed_watch(table_watch(job->job_id, CRANE_DEP_NO_TASK), job, false);
		return;
	}
	w = table_watch(job->array_job_id, CRANE_DEP_NO_TASK);
	if (w && !w->seen)
		w->in_rest = false;
	feed_watch(w, job, true);
	if (w && job->tasks && *job->tasks >= '0' && *job->tasks <= '9') {
		w->in_rest = true;
		w->rest_task = (uint32_t)strtoul(job->tasks, NULL, 10);
	}
	if (job->job_id != job->array_job_id)
		feed_watch(table_watch(job->job_id, CRANE_DEP_NO_TASK), job, false);
}

/* Dependees that are tasks of one array. */
struct array_tasks {
	struct watch **tasks;
	size_t n;
};

/* A record of an array has the facts of one task, or of all tasks without a record of their own. */
static void feed_tasks(const struct ctld_job *job, void *arg)
{
	const struct array_tasks *array = arg;
	struct watch *w;

	if (!job->array_job_id)
		return;
	if (job->task_id != CRANE_DEP_NO_TASK) {
		w = table_watch(job->array_job_id, job->task_id);
		if (w && w->changed) {
			crane_job_facts_none(&w->facts);
			feed_watch(w, job, false);
			w->in_rest = false;
			/* For the predicates the array's own id means all of its tasks. */
			w->polled = job->job_id == job->array_job_id;
		}
		return;
	}
	for (size_t i = 0; i < array->n; i++) {
		w = array->tasks[i];
		if (!w->seen && crane_tasklist_has(job->tasks, w->task_id) != CRANE_TASKLIST_NO) {
			feed_watch(w, job, false);
			w->in_rest = true;
			w->polled = true;
		}
	}
}

/* Fires the edges that the dependee's facts decide. */
static void fire_waiters(struct watch *w, int64_t now)
{
	for (uint32_t i = 0; i < w->n_waiters;) {
		struct gated *g = w->waiters[i].job;
		uint32_t edge = w->waiters[i].edge;
		/* Its record is gone and its outcome unknown: in doubt a job never starts. */
		int64_t event = CRANE_EVENT_NEVER;

		if (w->seen)
			event = crane_dep_event(g->rec->dep->edges[edge].type, &w->facts);
		if (event == CRANE_EVENT_PENDING) {
			i++;
			continue;
		}
		if (!w->seen)
			ctld_info("JobId=%" PRIu32 ": job %" PRIu32
				  " is gone and its outcome is not known: "
				  "counted as never",
				  g->job_id, w->job_id);
		table_fire_edge(g, edge, event, now); /* another waiter takes index i */
	}
}

static void settle_watch(struct watch *w, int64_t now)
{
	w->changed = false;
	if (w->seen && w->is_array && w->facts.ended) {
		if (!w->over) {
			/*
			 * It ended after the predicates were asked: the next pass asks about purged
			 * tasks.
			 */
			w->phase = PHASE_RUNNING;
			return;
		}
		w->facts.ok = w->facts.ok && w->all_ok;
	}
	fire_waiters(w, now);
	if (!w->seen || w->facts.ended)
		w->phase = PHASE_ENDED;
	else
		w->phase = w->facts.pending ? PHASE_PENDING : PHASE_RUNNING;
	if (w->task_id == CRANE_DEP_NO_TASK)
		w->polled = w->is_array && w->phase == PHASE_PENDING && !w->facts.started;
}

static int by_array(const void *a, const void *b)
{
	const struct watch *x = *(struct watch *const *)a;
	const struct watch *y = *(struct watch *const *)b;

	return x->job_id < y->job_id ? -1 : x->job_id > y->job_id;
}

/*
 * Slurm keeps no record of an array task that is cancelled before it starts (Slurm 22.05.8
 * src/slurmctld/job_mgr.c, job_str_signal). A task that was in its array's record before and is in
 * none now was cancelled, if its array is known.
 */
static void note_cancelled(struct watch *w, int64_t now)
{
	if (w->seen || !w->in_rest || w->phase != PHASE_PENDING)
		return;
	w->seen = true;
	w->facts = (struct crane_job_facts){ .ended = true, .end_time = now };
}

/* One load for each array, for any number of its tasks. */
static void load_tasks(struct watch **tasks, size_t n, int64_t now)
{
	unsigned unanswered = 0;

	qsort(tasks, n, sizeof(struct watch *), by_array);
	for (size_t i = 0; i < n;) {
		struct array_tasks array = { .tasks = tasks + i };
		enum ctld_rc rc;

		while (i < n && tasks[i]->job_id == array.tasks[0]->job_id)
			i++;
		array.n = (size_t)(tasks + i - array.tasks);
		rc = ctld_load_job(array.tasks[0]->job_id, feed_tasks, &array);
		if (rc == CTLD_AGAIN) {
			if (++unanswered == UNANSWERED_MAX)
				return;
			continue; /* it stays marked */
		}
		for (size_t j = 0; j < array.n; j++) {
			if (rc == CTLD_OK)
				note_cancelled(array.tasks[j], now);
			settle_watch(array.tasks[j], now);
		}
	}
}

static void load_whole(struct watch **whole, size_t n, int64_t now)
{
	bool one_by_one = n <= LOAD_ONE_BY_ONE_MAX;

	if (!one_by_one && ctld_load_all(feed_job, NULL) != CTLD_OK)
		return; /* it stays marked */
	for (size_t i = 0; i < n; i++) {
		if (one_by_one && ctld_load_job(whole[i]->job_id, feed_job, NULL) == CTLD_AGAIN)
			continue;
		settle_watch(whole[i], now);
	}
}

void dependees_load_changed(int64_t now)
{
	struct watch **changed, **whole;
	struct idmap_walk first = { 0 }, second = { 0 };
	struct watch *w;
	size_t n_tasks = 0, n = 0;

	while ((w = idmap_next(table_watches, &first)))
		n += w->changed;
	changed = n ? calloc(n, sizeof(struct watch *)) : NULL;
	whole = changed ? changed + n : NULL;
	while (changed && (w = idmap_next(table_watches, &second))) {
		if (!w->changed)
			continue;
		crane_job_facts_none(&w->facts);
		w->seen = false;
		/* Tasks are at the front, whole jobs and arrays at the back. */
		if (w->task_id != CRANE_DEP_NO_TASK)
			changed[n_tasks++] = w;
		else
			*--whole = w;
	}
	if (changed) {
		load_whole(whole, n - n_tasks, now);
		load_tasks(changed, n_tasks, now);
	}
	free(changed);
	table_drop_idle_watches();
}
