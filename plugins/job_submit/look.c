/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See look.h. Jobs are loaded while no lock is held; slurmctld's job lock is taken only to ask
 * which ids exist.
 */
#include "config.h"
#include "plugins/job_submit/look.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "plugins/job_submit/ctld.h"
#include "plugins/job_submit/idmap.h"
#include "plugins/job_submit/monotonic.h"
#include "plugins/job_submit/table.h"
#include "src/error.h"

#define ANNOUNCED_LATE_SEC 2  /* after this time a submission is not searched for by itself */
#define ANNOUNCED_LOST_SEC 60 /* after this time no job will come of it */
#define ANNOUNCED_SPAN 256    /* ids searched in one pass; if there are more, look at all jobs */

struct look {
	int64_t now;
	bool all; /* ignore jobs without a record */
	unsigned met;
};

static bool edge_is_open(const struct crane_dep_edge *edge)
{
	if (edge->type == CRANE_DEP_AFTER && edge->task_id != CRANE_DEP_NO_TASK)
		return ctld_task_unsplit(edge->job_id, edge->task_id);
	return !ctld_dependee_over(edge) &&
	       (edge->type != CRANE_DEP_AFTER || ctld_job_pending(edge->job_id));
}

/*
 * Returns true if the note is not the job's dependency any more: the job has another one, or Slurm
 * has dropped an edge that cannot have fired. Slurm drops a whole OR with the first edge.
 */
static bool note_is_outdated(const struct crane_record *note, const char *dependency)
{
	const struct crane_dep *dep = note->dep;
	bool is_or = dep->logic == CRANE_DEP_OR && !*dependency;
	uint32_t n_open = 0;

	if (!crane_dep_read_native(dep, dependency, 0, note->events))
		return true;
	ctld_lock_jobs();
	for (uint32_t i = 0; i < dep->n_edges; i++) {
		if (note->events[i] == 0)
			n_open += edge_is_open(&dep->edges[i]);
	}
	ctld_unlock_jobs();
	return is_or ? n_open == dep->n_edges : n_open > 0;
}

/* A job without a gate that somebody has changed or is about to change. */
static void look_at_plain_job(const struct ctld_job *job)
{
	struct crane_record *note = crane_record_find_note(job->admin_comment);

	table_note_plain_job(job);
	if (note && note_is_outdated(note, job->dependency ? job->dependency : "")) {
		char name[16];
		char *comment = crane_record_merge(job->admin_comment, NULL);
		struct ctld_update update = { .job = name, .admin_comment = comment };

		snprintf(name, sizeof(name), "%" PRIu32, job->job_id);
		if (comment)
			ctld_update_job(&update);
		free(comment);
	}
	crane_record_free(note);
}

/* Adds one loaded job to the table, removes it, or ignores it. */
static void look_at_job(const struct ctld_job *job, void *arg)
{
	struct look *look = arg;
	struct gated *g = idmap_get(table_jobs, job->job_id);
	struct crane_record *rec = NULL;
	struct crane_error err;

	look->met++;
	if (!job->pending) {
		if (g)
			table_drop_job(g);
		return;
	}
	switch (crane_record_find(job->admin_comment, &rec, NULL, NULL, &err)) {
	case CRANE_RECORD_OK:
		if (g && g->release)
			break; /* about to be removed */
		table_adopt_job(job, rec, look->now);
		return;
	case CRANE_RECORD_NEWER:
		ctld_error("JobId=%" PRIu32
			   ": its record was written by a newer version of this plugin: "
			   "left as it is; \"scontrol update JobId=%" PRIu32
			   " StartTime=now Dependency= \" "
			   "frees it",
			   job->job_id, job->job_id);
		break;
	case CRANE_RECORD_BAD:
		ctld_error("JobId=%" PRIu32 ": its record cannot be read (%s): left as it is",
			   job->job_id, err.text);
		break;
	case CRANE_RECORD_NONE:
		/* A begin time at GATE_TIME alone is not a gate: a user may request this time. */
		if (g && g->rec && !g->release && job->eligible_time == GATE_TIME)
			ctld_error(
				"JobId=%" PRIu32
				": its record is gone from AdminComment: it will not start until its "
				"StartTime is set",
				job->job_id);
		if (g && g->rec && !g->release)
			table_drop_job(g);
		if (!look->all)
			look_at_plain_job(job);
		return;
	}
	crane_record_free(rec);
}

bool look_at_all(int64_t now)
{
	struct look look = { .now = now, .all = true };

	return ctld_load_all(look_at_job, &look) == CTLD_OK;
}

bool look_at_one(uint32_t job_id, int64_t now)
{
	struct look look = { .now = now };
	struct gated *g;

	switch (ctld_load_job(job_id, look_at_job, &look)) {
	case CTLD_OK:
		return true;
	case CTLD_GONE:
		g = idmap_get(table_jobs, job_id);
		if (g)
			table_drop_job(g);
		return true;
	default:
		return false;
	}
}

/*
 * Writes to [ids] the ids from [first] on that may be announced jobs': they exist and are not in
 * the table. Returns how many, at most ANNOUNCED_SPAN. *next is the first id that slurmctld has not
 * used yet. Sets *too_many if there are more ids to search.
 */
static unsigned find_candidates(uint32_t first, uint32_t *ids, uint32_t *next, bool *too_many)
{
	unsigned n = 0;

	ctld_lock_jobs();
	*next = ctld_next_job_id();
	*too_many = *next < first || *next - first > ANNOUNCED_SPAN;
	for (uint32_t id = first; !*too_many && id < *next; id++)
		if (ctld_job_known(id) && !idmap_get(table_jobs, id))
			ids[n++] = id;
	ctld_unlock_jobs();
	return n;
}

/* Loads the jobs with these ids. Returns how many slurmctld answered for. */
static unsigned look_at_candidates(const uint32_t *ids, unsigned n, int64_t now)
{
	struct look look = { .now = now, .all = true };

	for (unsigned i = 0; i < n; i++)
		if (ctld_load_job(ids[i], look_at_job, &look) == CTLD_AGAIN)
			return i;
	return n;
}

/* One search finds all of them: it starts at the lowest id that one of them may have. */
static uint32_t first_wanted_id(const struct announced *list, unsigned n)
{
	uint32_t first = UINT32_MAX;

	for (unsigned i = 0; i < n; i++)
		if (!list[i].found && list[i].first_id < first)
			first = list[i].first_id;
	return first;
}

/*
 * Submissions that are not jobs after ANNOUNCED_LATE_SEC were most likely refused after the hook:
 * their ids up to [next] were looked at, and what one of them may still get is above. So they become
 * one entry without a token, which is searched for until the newest of them is ANNOUNCED_LOST_SEC
 * old.
 */
static void join_late(struct announced *list, unsigned n)
{
	int64_t now = monotonic_sec();
	struct announced *late = NULL;

	for (unsigned i = 0; i < n; i++) {
		struct announced *a = &list[i];

		if (a->found || now - a->since <= ANNOUNCED_LATE_SEC)
			continue;
		if (!late) {
			late = a;
			late->token[0] = '\0';
			continue;
		}
		if (a->since > late->since)
			late->since = a->since;
		a->found = true;
	}
	if (late && now - late->since > ANNOUNCED_LOST_SEC)
		late->found = true;
}

bool look_for_announced(struct announced *list, unsigned n, int64_t now, bool *look_at_everything)
{
	uint32_t ids[ANNOUNCED_SPAN];
	uint32_t first, next;
	unsigned n_ids, looked_at;
	bool too_many;

	for (unsigned i = 0; i < n; i++)
		list[i].found = list[i].token[0] && table_has_token(list[i].token);
	first = first_wanted_id(list, n);
	if (first == UINT32_MAX)
		return true;
	n_ids = find_candidates(first, ids, &next, &too_many);
	if (too_many)
		*look_at_everything = true;
	looked_at = look_at_candidates(ids, n_ids, now);
	for (unsigned i = 0; i < n; i++) {
		if (list[i].found)
			continue;
		list[i].found = list[i].token[0] && table_has_token(list[i].token);
		/* An id below [next] that does not exist now will never exist. */
		list[i].first_id = looked_at < n_ids ? ids[looked_at] : next;
	}
	if (looked_at < n_ids)
		return false;
	join_late(list, n);
	return true;
}
