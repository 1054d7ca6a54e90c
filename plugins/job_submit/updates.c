/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See updates.h. At most one update is under way. It comes back through our own job_modify hook,
 * which runs in another thread while this thread waits for slurmctld's answer. The hook recognises
 * it by its note, whatever plugins before this one have changed in it.
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
#include "plugins/job_submit/inbox.h"
#include "plugins/job_submit/monotonic.h"
#include "plugins/job_submit/table.h"
#include "src/dependency.h"
#include "src/record.h"

#define WRITES_PER_PASS 256 /* updates before the dependees are looked at again */
#define UNDECIDED_SEC 15    /* between two updates of a job that decide nothing */
/*
 * After a crash an unwritten event is evaluated again if slurmctld still remembers the dependee: so
 * it is written before this fraction of MinJobAge has passed.
 */
#define UNDECIDED_AGE_SHARE 4

/* The update under way; guarded by flight_lock. */
static pthread_mutex_t flight_lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
	char note[64]; /* "": none is under way */
	const struct ctld_update *update;
	const char *record; /* NULL: the record is removed */
	uint32_t job_id;
	bool overtaken;
	char *comment; /* owned; the admin_comment that the hook accepted; NULL: none */
} flight;
static bool paused; /* guarded by flight_lock */

void updates_pause(bool pause)
{
	pthread_mutex_lock(&flight_lock);
	paused = pause;
	pthread_mutex_unlock(&flight_lock);
}

static bool is_paused(void)
{
	bool is;

	pthread_mutex_lock(&flight_lock);
	is = paused;
	pthread_mutex_unlock(&flight_lock);
	return is;
}

/*
 * Sends an update. Returns slurmctld's answer, CTLD_BUSY if a newer change was noted: then
 * *overtaken is true. Sets *stands to the admin_comment that the hook accepted, malloc'd, or to
 * NULL.
 */
static enum ctld_rc send_update(const struct gated *g, const char *record,
				struct ctld_update *update, bool *overtaken, char **stands)
{
	static uint64_t count;
	enum ctld_rc rc = CTLD_BUSY;

	pthread_mutex_lock(&flight_lock);
	/* The token is random but not secret; it only has to differ from other texts. */
	snprintf(flight.note, sizeof(flight.note), "crane:%s:%" PRIu64, g->rec->token, ++count);
	update->note = flight.note;
	flight.update = update;
	flight.record = record;
	flight.job_id = g->job_id;
	flight.overtaken = false;
	pthread_mutex_unlock(&flight_lock);

	/* A change that was noted before [flight] was set did not mark it as overtaken. */
	table_lock();
	*overtaken = g->intent != NULL;
	table_unlock();
	if (!*overtaken)
		rc = ctld_update_job(update);

	pthread_mutex_lock(&flight_lock);
	*overtaken = *overtaken || flight.overtaken;
	*stands = flight.comment;
	flight.note[0] = '\0';
	flight.update = NULL;
	flight.comment = NULL;
	pthread_mutex_unlock(&flight_lock);
	return rc;
}

/* A job's dependency after its gate opens; NULL: unchanged. */
struct opening {
	char *dependency; /* owned */
	bool known;
};

static void open_beside_kept(const struct ctld_job *job, void *arg)
{
	struct opening *opening = arg;
	const char *native = job->dependency ? job->dependency : "";
	enum crane_dep_kept kept;
	char *left;

	opening->known = true;
	if (strncmp(native, "after:", strlen("after:")) != 0 && !strstr(native, ",after:"))
		return;
	left = crane_dep_kept_left(native, &kept);
	if (left && kept != CRANE_DEP_KEPT_FAILED) {
		opening->dependency = left;
		return;
	}
	opening->known = left != NULL;
	free(left);
}

/*
 * Once the ready time is known, Slurm's own dependency must not hold the job, except for singleton
 * and aftercorr. If such a term is written again, Slurm evaluates it again, and its job may have
 * been purged. So only an "after" is removed beside them: Slurm clears the others itself.
 */
static struct opening dependency_at_opening(const struct gated *g)
{
	const struct crane_dep *dep = g->rec->dep;
	struct opening opening = { 0 };
	bool has_after = false;

	if (!crane_dep_has_kept(dep)) {
		opening.dependency = strdup("");
		opening.known = opening.dependency != NULL;
		return opening;
	}
	for (uint32_t i = 0; i < dep->n_edges; i++)
		has_after |= dep->edges[i].type == CRANE_DEP_AFTER;
	if (has_after)
		ctld_load_job(g->job_id, open_beside_kept, &opening);
	else
		opening.known = true;
	return opening;
}

/*
 * Updates one job in slurmctld. May remove it from the table. Returns slurmctld's answer; sets
 * *overtaken if a newer change was noted.
 */
static enum ctld_rc write_job(struct gated *g, int64_t now, bool *overtaken)
{
	char name[16];
	char *stands = NULL;
	enum ctld_rc rc = CTLD_BUSY;
	int64_t begin = table_wanted_begin(g);
	bool known = begin < GATE_TIME;
	bool removed = g->release && !g->rec->is_note;
	char *text = removed ? NULL : crane_record_print(g->rec);
	char *comment = removed || text ? crane_record_merge(g->comment, text) : NULL;
	bool opens = known && !g->release;
	struct opening opening = { .known = true };
	struct ctld_update update = {
		.job = name,
		.admin_comment = comment,
		.begin_time = known ? (begin ? begin : 1) : GATE_TIME,
		.reset_age = known,
	};

	if (opens)
		opening = dependency_at_opening(g);
	update.dependency = opening.dependency;
	if (!comment || !opening.known) {
		g->retry_at = monotonic_sec() + 1;
		goto out;
	}
	/*
	 * The id of an array's rest names the records of all tasks: updates_admit() accepts only
	 * this one.
	 */
	snprintf(name, sizeof(name), "%" PRIu32, g->job_id);
	if (!known && g->begin_now == GATE_TIME)
		update.begin_time = 0;
	rc = send_update(g, text, &update, overtaken, &stands);
	switch (rc) {
	case CTLD_OK:
		if (g->release) {
			table_drop_job(g);
			goto out;
		}
		if (stands) {
			free(comment);
			comment = stands;
			stands = NULL;
		}
		table_note_update(g, comment, begin);
		comment = NULL;
		g->write = false;
		g->urgent = false;
		g->recorded_at = monotonic_sec();
		g->kick_at = known && begin > now ? begin : 0;
		/*
		 * Tasks that were split off it carry the record too, and may not be in the table
		 * yet.
		 */
		if (g->array_job_id && g->task_id == CRANE_DEP_NO_TASK)
			inbox_look_at(g->job_id);
		if (known && begin <= now) {
			table_stop_waiting_all(g);
			table_kick_wanted = true;
		}
		break;
	case CTLD_GONE:
		/*
		 * It has started, ended or was cancelled: if so, the look removes it from the
		 * table.
		 */
		g->retry_at = monotonic_sec() + 1;
		inbox_retry(g->job_id);
		break;
	case CTLD_REFUSED:
		g->retry_at = monotonic_sec() + 30;
		break;
	default:
		g->retry_at = *overtaken ? 0 : monotonic_sec() + 1;
		break;
	}
out:
	free(text);
	free(comment);
	free(opening.dependency);
	free(stands);
	return rc;
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

static bool is_to_be_written(const struct gated *g, int64_t mono, int64_t pause)
{
	if (!g->rec || !g->write || g->retry_at > mono)
		return false;
	return g->urgent || !g->recorded_at || mono - g->recorded_at >= pause;
}

static int64_t undecided_sec(const struct ctld_settings *settings)
{
	int64_t share;

	if (settings->min_job_age == 0)
		return UNDECIDED_SEC;
	if (settings->min_job_age == CTLD_AGE_UNKNOWN)
		return 0;
	share = settings->min_job_age / UNDECIDED_AGE_SHARE;
	return share < UNDECIDED_SEC ? share : UNDECIDED_SEC;
}

/*
 * A job that can never start, once its record says so: slurmctld cancels it if the job or the site
 * asked for that.
 */
static void say_never(struct gated *g, const struct ctld_settings *settings)
{
	g->never_said = true;
	if (g->keep_invalid || !(g->kill_invalid || settings->kill_invalid))
		return;
	if (!ctld_never_satisfied(g->job_id))
		return;
	ctld_info("JobId=%" PRIu32 ": its dependency can never hold: cancelled, as asked for",
		  g->job_id);
	inbox_look_at(g->job_id);
}

enum updates_result updates_write_all(int64_t now)
{
	struct idmap_walk first = { 0 }, second = { 0 };
	struct ctld_settings settings;
	int64_t mono = monotonic_sec();
	struct gated **todo, *g;
	bool reached = true, overtaken = false;
	int64_t pause;
	size_t n = 0;

	if (!table_jobs->count || is_paused())
		return UPDATES_DONE;
	ctld_read_settings(&settings);
	pause = undecided_sec(&settings);
	while ((g = idmap_next(table_jobs, &first))) {
		n += is_to_be_written(g, mono, pause);
		if (g->rec && g->state.never && !g->write && !g->never_said)
			say_never(g, &settings);
	}
	if (n == 0)
		return UPDATES_DONE;
	todo = calloc(n, sizeof(*todo));
	if (!todo)
		return UPDATES_DONE;
	n = 0;
	while ((g = idmap_next(table_jobs, &second)))
		if (is_to_be_written(g, mono, pause))
			todo[n++] = g;
	qsort(todo, n, sizeof(struct gated *), by_begin);
	/* If slurmctld cannot be reached for one job, the others are not tried. */
	for (size_t i = 0; i < n && i < WRITES_PER_PASS && reached; i++) {
		bool was_overtaken = false;

		reached = write_job(todo[i], now, &was_overtaken) != CTLD_AGAIN;
		overtaken = overtaken || was_overtaken;
	}
	free(todo);
	if (!reached)
		return UPDATES_DONE;
	if (overtaken)
		return UPDATES_OVERTAKEN;
	return n > WRITES_PER_PASS ? UPDATES_MORE : UPDATES_DONE;
}

void updates_kick_due(int64_t now)
{
	struct idmap_walk walk = { 0 };
	bool kick = table_kick_wanted;
	struct gated *g;

	table_kick_wanted = false;
	while ((g = idmap_next(table_jobs, &walk))) {
		if (table_forget_idle_job(g))
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
	if (flight.update && flight.job_id == job_id)
		flight.overtaken = true;
	pthread_mutex_unlock(&flight_lock);
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/*
 * Restores the sent values in the request; the text that an earlier plugin wrote to admin_comment
 * stays, next to the record. Returns -1 if out of memory. The caller holds the lock.
 */
static int restore_request(void *desc)
{
	const struct ctld_update *sent = flight.update;
	char *comment = crane_record_merge(ctld_desc_admin_comment(desc), flight.record);

	if (!comment)
		return -1;
	free(flight.comment);
	flight.comment = comment;
	if (!same_text(comment, ctld_desc_admin_comment(desc)) &&
	    ctld_desc_set_admin_comment(desc, comment))
		return -1;
	if (!same_text(sent->dependency, ctld_desc_dependency(desc)) &&
	    ctld_desc_set_dependency(desc, sent->dependency))
		return -1;
	ctld_desc_set_begin_time(desc, sent->begin_time);
	return 0;
}

enum update_owner updates_admit(void *desc, const void *job_ptr)
{
	const char *note = ctld_desc_note(desc);
	enum update_owner own = UPDATE_NOT_OURS;

	if (!note)
		return own;
	pthread_mutex_lock(&flight_lock);
	if (flight.update && strcmp(note, flight.note) == 0) {
		own = UPDATE_OURS;
		if (!ctld_job_is(flight.job_id, job_ptr))
			own = UPDATE_OTHER_RECORD;
		else if (flight.overtaken || paused || restore_request(desc))
			own = UPDATE_OVERTAKEN;
	}
	pthread_mutex_unlock(&flight_lock);
	return own;
}
