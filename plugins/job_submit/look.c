/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See look.h. All loads are made by the resolver's thread with no lock held; slurmctld's job lock is taken only to ask which
 * ids exist.
 */
#include "config.h"
#include "plugins/job_submit/look.h"

#include <inttypes.h>
#include <stddef.h>

#include "plugins/job_submit/ctld.h"
#include "plugins/job_submit/gate.h"
#include "plugins/job_submit/idmap.h"
#include "plugins/job_submit/table.h"
#include "src/error.h"

#define ANNOUNCED_LOST_SEC 60 /* after that long, look at all jobs once instead */
#define ANNOUNCED_SPAN 256    /* ids looked through for one submission; more: look at all jobs */

static int64_t last_look_at_all;

struct look {
	int64_t now;
	bool all; /* only jobs with a record are of interest */
	unsigned met;
};

/* One loaded job: take it in, take it out, or leave it. */
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
			break; /* on its way out */
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

/* Ids below slurmctld's next one that exist, are not in the table, and may be the announced job. */
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
	/* An id below next that is no job now will never be one. */
	if (!*too_many)
		a->first_id = next;
	return n;
}

bool look_find_announced(struct announced *a, int64_t now, bool *look_at_everything)
{
	uint32_t ids[ANNOUNCED_SPAN];
	unsigned n;
	bool too_many;

	if (table_has_token(a->token))
		return true;
	n = candidates_for(a, ids, &too_many);
	/* A submission that slurmctld refused after the hook never becomes a job: all jobs were looked at long after it. */
	if (last_look_at_all - a->since > ANNOUNCED_LOST_SEC)
		return true;
	if (too_many ||
	    (now - a->since > ANNOUNCED_LOST_SEC && now - last_look_at_all > ANNOUNCED_LOST_SEC)) {
		*look_at_everything = true;
		return too_many;
	}
	for (unsigned i = 0; i < n; i++) {
		struct look look = { .now = now, .all = true };

		if (ctld_load_job(ids[i], look_at_job, &look) == CTLD_AGAIN)
			a->first_id = ids[i] < a->first_id ? ids[i] : a->first_id;
		if (table_has_token(a->token))
			return true;
	}
	return false;
}
