/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See updates.h. One update is under way at a time. It comes back through our own job_modify hook, which runs in another
 * thread while this one waits for slurmctld's answer: the flight is how the hook knows it.
 */
#include "config.h"
#include "plugins/job_submit/updates.h"

#include <inttypes.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/job_submit/ctld.h"
#include "plugins/job_submit/gate.h"
#include "plugins/job_submit/table.h"
#include "src/dependency.h"
#include "src/record.h"

#define WRITES_PER_PASS 256 /* updates sent before dependees are looked at again */

/* The update under way; guarded by flight_lock. */
static pthread_mutex_t flight_lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
	const char *job;
	const char *comment;
	uint32_t job_id;
	bool overtaken;
} flight;

static enum ctld_rc send_update(const struct gated *g, const struct ctld_update *update)
{
	enum ctld_rc rc = CTLD_AGAIN;
	bool overtaken;

	pthread_mutex_lock(&flight_lock);
	flight.job = update->job;
	flight.comment = update->admin_comment;
	flight.job_id = g->job_id;
	flight.overtaken = false;
	pthread_mutex_unlock(&flight_lock);

	/* A change noted before the flight was known would not have marked it as overtaken. */
	table_lock();
	overtaken = g->intent != NULL;
	table_unlock();
	if (!overtaken)
		rc = ctld_update_job(update);

	pthread_mutex_lock(&flight_lock);
	flight.job = NULL;
	flight.comment = NULL;
	pthread_mutex_unlock(&flight_lock);
	return rc;
}

/* Bring slurmctld up to date about one job. May drop it from the table. */
static void write_job(struct gated *g, int64_t now)
{
	char name[16];
	int64_t begin = table_wanted_begin(g);
	bool known = begin < GATE_TIME;
	char *text = g->release ? NULL : crane_record_print(g->rec);
	char *comment = g->release || text ? crane_record_merge(g->comment, text) : NULL;
	struct ctld_update update = {
		.job = name,
		.admin_comment = comment,
		/* Once the ready time is known Slurm's own edges must not hold the job any longer. */
		.dependency = known && !g->release ? "" : NULL,
		.begin_time = known ? (begin ? begin : 1) : GATE_TIME,
		.reset_age = known,
	};

	if (!comment) {
		g->retry_at = now + 1;
		goto out;
	}
	/* Of the rest of an array this names every task's record; resolver_own_update lets only this one through. */
	snprintf(name, sizeof(name), "%" PRIu32, g->job_id);
	if (!known && g->begin_now == GATE_TIME)
		update.begin_time = 0;
	switch (send_update(g, &update)) {
	case CTLD_OK:
		if (g->release) {
			table_drop_job(g);
			goto out;
		}
		table_note_update(g, comment, begin);
		comment = NULL;
		g->write = false;
		g->kick_at = known && begin > now ? begin : 0;
		/* Tasks may have been split off it that were not met yet; they carry the record too. */
		if (g->array_job_id && g->task_id == CRANE_DEP_NO_TASK)
			resolver_look_at(g->job_id);
		if (known && begin <= now) {
			table_stop_waiting_all(g);
			table_kick_wanted = true;
		}
		break;
	case CTLD_GONE:
		/* Started, ended or cancelled: see which, and forget it when it is no longer pending. */
		g->retry_at = now + 1;
		resolver_look_at(g->job_id);
		break;
	case CTLD_REFUSED:
		g->retry_at = now + 30;
		break;
	default:
		g->retry_at = now + 1;
		break;
	}
out:
	free(text);
	free(comment);
}

static int by_begin(const void *a, const void *b)
{
	const struct gated *x = *(struct gated *const *)a;
	const struct gated *y = *(struct gated *const *)b;
	int64_t bx = table_wanted_begin(x), by = table_wanted_begin(y);

	if (bx != by)
		return bx < by ? -1 : 1;
	return x->job_id < y->job_id ? -1 : x->job_id > y->job_id;
}

static bool is_to_be_written(const struct gated *g, int64_t now)
{
	return g->rec && g->write && g->retry_at <= now;
}

bool updates_write_all(int64_t now)
{
	struct idmap_walk first = { 0 }, second = { 0 };
	struct gated **todo, *g;
	size_t n = 0;

	while ((g = idmap_next(table_jobs, &first)))
		n += is_to_be_written(g, now);
	if (n == 0)
		return false;
	todo = calloc(n, sizeof(*todo));
	if (!todo)
		return true;
	n = 0;
	while ((g = idmap_next(table_jobs, &second)))
		if (is_to_be_written(g, now))
			todo[n++] = g;
	qsort(todo, n, sizeof(struct gated *), by_begin);
	for (size_t i = 0; i < n && i < WRITES_PER_PASS; i++)
		write_job(todo[i], now);
	free(todo);
	return n > WRITES_PER_PASS;
}

void updates_kick_due(int64_t now)
{
	struct idmap_walk walk = { 0 };
	bool kick = table_kick_wanted;
	struct gated *g;

	table_kick_wanted = false;
	while ((g = idmap_next(table_jobs, &walk))) {
		if (table_forget_idle_job(g, now))
			continue;
		if (g->kick_at && g->kick_at <= now) {
			kick = true;
			g->kick_at = 0;
			table_stop_waiting_all(g);
		}
	}
	if (kick)
		ctld_kick_scheduler();
}

void updates_overtake(uint32_t job_id)
{
	pthread_mutex_lock(&flight_lock);
	if (flight.job && flight.job_id == job_id)
		flight.overtaken = true;
	pthread_mutex_unlock(&flight_lock);
}

enum resolver_own updates_is_own(const char *job, const char *admin_comment, const void *job_ptr)
{
	enum resolver_own own = RESOLVER_NOT_OURS;

	pthread_mutex_lock(&flight_lock);
	if (flight.job && job && !strcmp(job, flight.job) &&
	    !strcmp(admin_comment, flight.comment)) {
		own = RESOLVER_OURS;
		if (!ctld_job_is(flight.job_id, job_ptr))
			own = RESOLVER_OTHER_RECORD;
		else if (flight.overtaken)
			own = RESOLVER_OVERTAKEN;
	}
	pthread_mutex_unlock(&flight_lock);
	return own;
}
