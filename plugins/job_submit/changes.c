/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See changes.h. Each job in the table has a list of its intents, guarded by the table's lock,
 * which is freed with the job. Intents are removed from it before they are carried out, because
 * jobs are loaded without a lock.
 */
#include "config.h"
#include "plugins/job_submit/changes.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include "plugins/job_submit/ctld.h"
#include "plugins/job_submit/idmap.h"
#include "plugins/job_submit/inbox.h"
#include "plugins/job_submit/updates.h"

static bool intents_noted; /* guarded by table_lock() */

static int note(uint32_t job_id, enum intent_kind what, int64_t mark, int64_t begin_time,
		struct crane_record *record)
{
	struct intent *intent = calloc(1, sizeof(*intent));
	struct gated *g;

	if (!intent) {
		crane_record_free(record);
		return -1;
	}
	*intent = (struct intent){ what, mark, begin_time, record, NULL };
	table_lock();
	g = idmap_get(table_jobs, job_id);
	if (g) {
		intent->next = g->intent;
		g->intent = intent;
		intents_noted = true;
	}
	table_unlock();
	if (!g) {
		table_free_intents(intent);
		return -1;
	}
	return 0;
}

int changes_intend(uint32_t job_id, enum intent_kind what, int64_t mark, int64_t begin_time,
		   struct crane_record *record)
{
	if (note(job_id, what, mark, begin_time, record))
		return -1;
	updates_overtake(job_id);
	inbox_wake();
	return 0;
}

struct carry_out {
	const struct intent *intents;
	int64_t now;
};

static struct crane_record *copy_record(const struct crane_record *rec)
{
	struct crane_record *copy = NULL;
	char *text = crane_record_print(rec);

	if (text && rec->is_note)
		copy = crane_record_find_note(text);
	else if (text)
		crane_record_find(text, &copy, NULL, NULL, NULL);
	free(text);
	return copy;
}

/* Does to one job what the hook noted, if the mark shows that slurmctld accepted the change. */
static void carry_out_on(const struct ctld_job *job, void *arg)
{
	const struct carry_out *c = arg;
	const struct intent *intent = c->intents;
	struct crane_record *rec = NULL;
	struct gated *g;

	while (intent && intent->mark != job->eligible_time)
		intent = intent->next;
	if (!job->pending || !intent)
		return;
	if (intent->what == INTENT_REPLACE)
		rec = copy_record(intent->record);
	else
		crane_record_find(job->admin_comment, &rec, NULL, NULL, NULL);
	if (!rec) {
		ctld_error("JobId=%" PRIu32 ": a change of its dependency cannot be carried out: "
			   "it stays gated",
			   job->job_id);
		return;
	}
	rec->begin_time = intent->begin_time;
	if (table_adopt_job(job, rec, c->now))
		return;
	g = idmap_get(table_jobs, job->job_id);
	g->write = true;
	g->urgent = true;
	g->retry_at = 0;
	if (intent->what == INTENT_REMOVE || rec->is_note) {
		table_stop_waiting_all(g);
		table_lock();
		g->release = true;
		table_unlock();
	}
}

/*
 * Removes the intents noted so far from their jobs. Returns how many jobs had some. *list and *ids
 * are malloc'd, with one entry for each such job; either may be NULL if there is none.
 */
static size_t take_intents(struct intent ***list, uint32_t **ids)
{
	struct idmap_walk walk = { 0 };
	struct gated *g;
	size_t n = 0;

	*list = NULL;
	*ids = NULL;
	table_lock();
	if (!intents_noted)
		goto out;
	*list = calloc(table_jobs->count, sizeof(**list));
	*ids = calloc(table_jobs->count, sizeof(**ids));
	if (!*list || !*ids)
		goto out;
	intents_noted = false;
	while ((g = idmap_next(table_jobs, &walk))) {
		if (!g->intent)
			continue;
		(*ids)[n] = g->job_id;
		(*list)[n++] = g->intent;
		g->intent = NULL;
	}
out:
	table_unlock();
	return n;
}

void changes_carry_out(int64_t now)
{
	struct intent **list;
	uint32_t *ids;
	size_t n = take_intents(&list, &ids);

	for (size_t i = 0; i < n; i++) {
		struct gated *g = idmap_get(table_jobs, ids[i]);
		struct carry_out c = { .intents = list[i], .now = now };
		struct intent **end;

		if (!g) {
			table_free_intents(list[i]);
			continue;
		}
		if (ctld_load_job(g->array_job_id ? g->array_job_id : g->job_id, carry_out_on,
				  &c) != CTLD_AGAIN) {
			table_free_intents(list[i]);
			continue;
		}
		/* Back to the job, behind the intents noted meanwhile. */
		table_lock();
		for (end = &g->intent; *end; end = &(*end)->next)
			;
		*end = list[i];
		intents_noted = true;
		table_unlock();
	}
	free(list);
	free(ids);
}
