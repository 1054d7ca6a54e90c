/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See look.h. Jobs are loaded while no lock is held; slurmctld's job lock is taken only to ask
 * which ids exist.
 */
#include "config.h"
#include "plugins/job_submit/look.h"

#include <inttypes.h>
#include <stddef.h>

#include "plugins/job_submit/ctld.h"
#include "plugins/job_submit/idmap.h"
#include "plugins/job_submit/table.h"
#include "src/error.h"

#define ANNOUNCED_LOST_SEC 60 /* after this time, look at all jobs once instead */
#define ANNOUNCED_SPAN 256    /* ids searched for one submission; if more, look at all jobs */

static int64_t last_look_at_all;

struct look {
	int64_t now;
	bool all; /* ignore jobs without a record */
	unsigned met;
};

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
		if (job->eligible_time == GATE_TIME)
			ctld_error(
				"JobId=%" PRIu32
				": it is gated but its record is gone from AdminComment (a job_submit "
				"plugin behind this one?): it will not start until its StartTime is set",
				job->job_id);
		if (g && g->rec && !g->release)
			table_drop_job(g);
		if (!look->all)
			table_note_plain_job(job, look->now);
		return;
	}
	crane_record_free(rec);
}

bool look_at_all(int64_t now)
{
	struct look look = { .now = now, .all = true };

	if (ctld_load_all(look_at_job, &look) != CTLD_OK)
		return false;
	last_look_at_all = now;
	return true;
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
 * Writes to [ids] the ids that may be the announced job's: they exist and are not in the table.
 * Returns how many, at most ANNOUNCED_SPAN. Sets *too_many if there are more ids to search.
 */
static unsigned candidates_for(struct announced *a, uint32_t *ids, bool *too_many)
{
	unsigned n = 0;
	uint32_t next;

	ctld_lock_jobs();
	next = ctld_next_job_id();
	*too_many = next < a->first_id || next - a->first_id > ANNOUNCED_SPAN;
	for (uint32_t id = a->first_id; !*too_many && id < next; id++)
		if (ctld_job_known(id) && !idmap_get(table_jobs, id))
			ids[n++] = id;
	ctld_unlock_jobs();
	/* An id below [next] that does not exist now will never exist. */
	if (!*too_many)
		a->first_id = next;
	return n;
}

bool look_for_announced(struct announced *a, int64_t now, bool *look_at_everything)
{
	uint32_t ids[ANNOUNCED_SPAN];
	unsigned n;
	bool too_many;

	a->found = table_has_token(a->token);
	if (a->found)
		return true;
	n = candidates_for(a, ids, &too_many);
	/* A look at all jobs came long after it: slurmctld refused the submission after the hook. */
	a->found = last_look_at_all - a->since > ANNOUNCED_LOST_SEC;
	if (a->found)
		return true;
	if (too_many ||
	    (now - a->since > ANNOUNCED_LOST_SEC && now - last_look_at_all > ANNOUNCED_LOST_SEC)) {
		*look_at_everything = true;
		a->found = too_many;
		return true;
	}
	for (unsigned i = 0; i < n && !a->found; i++) {
		struct look look = { .now = now, .all = true };

		if (ctld_load_job(ids[i], look_at_job, &look) == CTLD_AGAIN) {
			a->first_id = ids[i];
			return false;
		}
		a->found = table_has_token(a->token);
	}
	return true;
}
