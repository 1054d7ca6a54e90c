/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See table.h. An edge and its dependee point to each other (wait_for, stop_waiting), so that
 * either can be removed without a search for the other.
 */
#include "config.h"
#include "plugins/job_submit/table.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "plugins/job_submit/monotonic.h"

#define LOOKED_AT_SEC 60 /* how long a job without a record stays in the table */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct idmap jobs;    /* job id -> struct gated */
static struct idmap watches; /* watch_key() -> struct watch; only for the resolver's thread */
static struct idmap tokens;  /* token_key() -> struct gated; only for the resolver's thread */
static bool ready;           /* guarded by the lock */

const struct idmap *const table_jobs = &jobs;
const struct idmap *const table_watches = &watches;
bool table_kick_wanted;

void table_lock(void)
{
	pthread_mutex_lock(&mutex);
}

void table_unlock(void)
{
	pthread_mutex_unlock(&mutex);
}

static uint64_t watch_key(uint32_t job_id, uint32_t task_id)
{
	return (uint64_t)job_id << 32 | task_id;
}

static uint64_t token_key(const char *token)
{
	return strtoull(token, NULL, 16);
}

/* -- watches ----------------------------------------------------------------------------------- */

static struct watch *watch_for(uint32_t job_id, uint32_t task_id)
{
	struct watch *w = idmap_get(&watches, watch_key(job_id, task_id));

	if (w)
		return w;
	w = calloc(1, sizeof(*w));
	if (!w)
		return NULL;
	w->job_id = job_id;
	w->task_id = task_id;
	w->probe_id = job_id;
	if (idmap_put(&watches, watch_key(job_id, task_id), w)) {
		free(w);
		return NULL;
	}
	return w;
}

struct watch *table_watch(uint32_t job_id, uint32_t task_id)
{
	return idmap_get(&watches, watch_key(job_id, task_id));
}

static void drop_watch(struct watch *w)
{
	idmap_remove(&watches, watch_key(w->job_id, w->task_id));
	free(w->waiters);
	free(w);
}

static int wait_for(struct gated *g, uint32_t edge)
{
	const struct crane_dep_edge *e = &g->rec->dep->edges[edge];
	struct watch *w = watch_for(e->job_id, e->task_id);

	if (!w)
		return -1;
	if (w->n_waiters == w->max_waiters) {
		uint32_t max = w->max_waiters ? w->max_waiters * 2 : 4;
		struct waiter *more = realloc(w->waiters, max * sizeof(*more));

		if (!more) {
			if (!w->n_waiters)
				drop_watch(w);
			return -1;
		}
		w->waiters = more;
		w->max_waiters = max;
	}
	w->waiters[w->n_waiters] = (struct waiter){ g, edge };
	g->watches[edge] = w;
	g->places[edge] = w->n_waiters++;
	/* The edge may fire at once: the dependee, or a task of the array, has already started. */
	if (w->phase != PHASE_PENDING || w->is_array)
		w->changed = true;
	return 0;
}

static void stop_waiting(struct gated *g, uint32_t edge)
{
	struct watch *w = g->watches ? g->watches[edge] : NULL;
	struct waiter *last;

	if (!w)
		return;
	last = &w->waiters[--w->n_waiters];
	w->waiters[g->places[edge]] = *last;
	last->job->places[last->edge] = g->places[edge];
	g->watches[edge] = NULL;
}

void table_stop_waiting_all(struct gated *g)
{
	if (!g->rec || !g->watches)
		return;
	for (uint32_t i = 0; i < g->rec->dep->n_edges; i++)
		stop_waiting(g, i);
}

void table_drop_idle_watches(void)
{
	struct idmap_walk walk = { 0 };
	struct watch *w;

	while ((w = idmap_next(&watches, &walk)))
		if (w->n_waiters == 0)
			drop_watch(w);
}

/* -- gated jobs -------------------------------------------------------------------------------- */

void table_free_intents(struct intent *intent)
{
	while (intent) {
		struct intent *next = intent->next;

		crane_record_free(intent->record);
		free(intent);
		intent = next;
	}
}

static void forget_record(struct gated *g)
{
	table_stop_waiting_all(g);
	if (g->rec && idmap_get(&tokens, token_key(g->rec->token)) == g)
		idmap_remove(&tokens, token_key(g->rec->token));
	crane_record_free(g->rec);
	g->rec = NULL;
	free(g->watches);
	g->watches = NULL;
	free(g->places);
	g->places = NULL;
}

bool table_has_token(const char *token)
{
	return idmap_get(&tokens, token_key(token));
}

void table_drop_job(struct gated *g)
{
	table_lock();
	forget_record(g);
	idmap_remove(&jobs, g->job_id);
	table_unlock();
	table_free_intents(g->intent);
	free(g->comment);
	free(g->account);
	free(g);
}

bool table_forget_idle_job(struct gated *g)
{
	bool noted;

	if (g->rec || monotonic_sec() - g->looked_at <= LOOKED_AT_SEC)
		return false;
	table_lock();
	noted = g->intent != NULL;
	if (!noted)
		idmap_remove(&jobs, g->job_id); /* from here on no hook finds it */
	table_unlock();
	if (noted)
		return false;
	table_drop_job(g);
	return true;
}

int64_t table_wanted_begin(const struct gated *g)
{
	if (g->release)
		return g->rec ? g->rec->begin_time : 0;
	if (g->state.status != CRANE_DEP_READY_AFTER)
		return GATE_TIME;
	return g->state.ready_time > g->rec->begin_time ? g->state.ready_time : g->rec->begin_time;
}

bool table_gate_is_open(const struct gated *g, int64_t now)
{
	return g->state.status == CRANE_DEP_READY_AFTER && table_wanted_begin(g) <= now;
}

bool table_is_ready(void)
{
	bool is_ready;

	table_lock();
	is_ready = ready;
	table_unlock();
	return is_ready;
}

void table_set_ready(bool is_ready)
{
	table_lock();
	ready = is_ready;
	table_unlock();
}

size_t table_count_gated(void)
{
	struct idmap_walk walk = { 0 };
	const struct gated *g;
	size_t n = 0;

	while ((g = idmap_next(&jobs, &walk)))
		n += g->rec != NULL;
	return n;
}

bool table_find(const struct ctld_ident *ident, struct table_view *view)
{
	int64_t now = time(NULL);
	const struct gated *g;

	table_lock();
	g = idmap_get(&jobs, ident->job_id);
	if (!g && ident->array_job_id) {
		/* A task that was just split off has the array's record, but no entry yet. */
		g = idmap_get(&jobs, ident->array_job_id);
		if (g && g->array_job_id != ident->array_job_id)
			g = NULL;
	}
	if (g) {
		memset(view, 0, sizeof(*view));
		view->job_id = g->job_id;
		view->gated = g->rec && !g->release;
		snprintf(view->account, sizeof(view->account), "%s", g->account);
		if (view->gated) {
			view->open = table_gate_is_open(g, now);
			view->begin_time = g->rec->begin_time;
			view->maker = g->rec->maker;
			memcpy(view->token, g->rec->token, sizeof(view->token));
		} else {
			view->begin_time = g->begin_now > now ? g->begin_now : 0;
			view->maker = g->maker;
		}
	}
	table_unlock();
	return g != NULL;
}

char *table_record_text(uint32_t job_id)
{
	const struct gated *g;
	char *text = NULL;

	table_lock();
	g = idmap_get(&jobs, job_id);
	if (g && g->rec)
		text = crane_record_print(g->rec);
	table_unlock();
	return text;
}

static void evaluate(struct gated *g, int64_t now)
{
	crane_dep_eval(g->rec->dep, g->rec->events, now, &g->state);
}

void table_fire_edge(struct gated *g, uint32_t edge, int64_t event, int64_t now)
{
	int64_t begin = table_wanted_begin(g);
	bool never = g->state.never;

	stop_waiting(g, edge);
	table_lock();
	g->rec->events[edge] = event;
	evaluate(g, now);
	table_unlock();
	g->write = true;
	/* The last event is written at once, since no later update would show it to users. */
	if (table_wanted_begin(g) != begin || g->state.never != never || g->state.n_pending == 0)
		g->urgent = true;
}

void table_note_update(struct gated *g, char *comment, int64_t begin)
{
	table_lock();
	free(g->comment);
	g->comment = comment;
	g->begin_now = begin;
	table_unlock();
}

/*
 * Returns true if slurmctld's begin time does not have to be changed. After the gate was opened,
 * every begin time before GATE_TIME is right: a requeue sets it two minutes ahead, and the owner
 * may move it.
 */
static bool begin_is_right(const struct gated *g, int64_t now)
{
	int64_t wanted = table_wanted_begin(g);

	if (wanted >= GATE_TIME)
		return g->begin_now >= GATE_TIME;
	return g->begin_now == wanted || (wanted <= now && g->begin_now < GATE_TIME);
}

/*
 * Copies the events that are not in slurmctld's copy of the record yet to [fresh], which was read
 * from there, so that no event is ever forgotten. Returns true if there was one.
 */
static bool keep_events(const struct crane_record *old, struct crane_record *fresh)
{
	bool kept = false;

	if (!old || strcmp(old->token, fresh->token) != 0 ||
	    old->dep->n_edges != fresh->dep->n_edges)
		return false;
	for (uint32_t i = 0; i < fresh->dep->n_edges; i++) {
		const struct crane_dep_edge *a = &old->dep->edges[i];
		const struct crane_dep_edge *b = &fresh->dep->edges[i];

		if (a->type != b->type || a->job_id != b->job_id || a->task_id != b->task_id ||
		    fresh->events[i] != CRANE_EVENT_PENDING ||
		    old->events[i] == CRANE_EVENT_PENDING)
			continue;
		fresh->events[i] = old->events[i];
		kept = true;
	}
	return kept;
}

int table_adopt_job(const struct ctld_job *job, struct crane_record *rec, int64_t now)
{
	struct gated *g = idmap_get(&jobs, job->job_id);
	char *comment = strdup(job->admin_comment ? job->admin_comment : "");
	char *account = strdup(job->account ? job->account : "");
	struct watch **slots = calloc(rec->dep->n_edges, sizeof(struct watch *));
	uint32_t *places = calloc(rec->dep->n_edges, sizeof(*places));
	bool fresh = !g;
	bool unwritten = g && keep_events(g->rec, rec);

	if (fresh)
		g = calloc(1, sizeof(*g));
	if (!g || !comment || !account || !slots || !places ||
	    (fresh && idmap_put(&tokens, token_key(rec->token), g))) {
		ctld_error("JobId=%" PRIu32 ": out of memory, its dependency waits", job->job_id);
		if (fresh)
			free(g);
		crane_record_free(rec);
		free(comment);
		free(account);
		free(slots);
		free(places);
		return -1;
	}
	table_lock();
	forget_record(g);
	g->job_id = job->job_id;
	g->array_job_id = job->array_job_id;
	g->task_id = job->task_id;
	free(g->comment);
	g->comment = comment;
	free(g->account);
	g->account = account;
	g->rec = rec;
	g->watches = slots;
	g->places = places;
	g->begin_now = job->eligible_time;
	g->release = false;
	if (fresh && idmap_put(&jobs, g->job_id, g)) {
		ctld_error("JobId=%" PRIu32 ": out of memory, its dependency waits", g->job_id);
		forget_record(g);
		table_unlock();
		free(g->comment);
		free(g->account);
		free(g);
		return -1;
	}
	idmap_put(&tokens, token_key(rec->token), g);
	evaluate(g, now);
	table_unlock();

	g->kill_invalid = job->kill_invalid;
	g->keep_invalid = job->keep_invalid;
	g->never_said = false;
	g->urgent = g->urgent || !begin_is_right(g, now);
	g->write = unwritten || g->urgent;
	g->kick_at = !g->write && table_wanted_begin(g) > now && table_wanted_begin(g) < GATE_TIME ?
			     table_wanted_begin(g) :
			     0;
	/* If somebody changes the begin time again and again, the job is not written in a loop. */
	g->retry_at = g->recorded_at ? g->recorded_at + 1 : 0;
	/*
	 * Its time came before it was added, maybe under an earlier slurmctld: the scheduler was
	 * not woken for it.
	 */
	if (!g->write && table_wanted_begin(g) <= now)
		table_kick_wanted = true;
	if (table_gate_is_open(g, now))
		return 0;
	for (uint32_t i = 0; i < rec->dep->n_edges; i++) {
		if (rec->events[i] == CRANE_EVENT_PENDING && wait_for(g, i)) {
			ctld_error("JobId=%" PRIu32 ": out of memory, its dependency waits",
				   g->job_id);
			return -1;
		}
	}
	return 0;
}

void table_note_plain_job(const struct ctld_job *job)
{
	struct gated *g = idmap_get(&jobs, job->job_id);
	char *account = strdup(job->account ? job->account : "");
	bool fresh = !g;

	if (!account)
		return;
	if (fresh && !(g = calloc(1, sizeof(*g)))) {
		free(account);
		return;
	}
	table_lock();
	free(g->account);
	g->account = account;
	g->job_id = job->job_id;
	g->array_job_id = job->array_job_id;
	g->task_id = job->task_id;
	g->begin_now = job->eligible_time;
	g->maker = job->maker;
	g->looked_at = monotonic_sec();
	if (fresh && idmap_put(&jobs, g->job_id, g)) {
		free(g->account);
		free(g);
	}
	table_unlock();
}
