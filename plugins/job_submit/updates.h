/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes to slurmctld the records and begin times that changed, and wakes its scheduler when a
 * begin time has come. The table knows when a job's gate opens; ctld.c makes the calls to
 * slurmctld.
 */
#ifndef PLUGINS_JOB_SUBMIT_UPDATES_H
#define PLUGINS_JOB_SUBMIT_UPDATES_H

#include <stdbool.h>
#include <stdint.h>

/* -- for the resolver's thread, which holds no lock -------------------------------------------- */

/*
 * Updates the jobs whose copy in slurmctld is out of date. Returns true if more of them can be
 * updated at once, false if there are none or if slurmctld cannot be reached now.
 */
bool updates_write_all(int64_t now);

/*
 * Wakes the scheduler once for all begin times that have come, and removes jobs that were only
 * looked at.
 */
void updates_kick_due(int64_t now);

/* -- for hooks --------------------------------------------------------------------------------- */

/*
 * A change of this job was noted: stops an update of it that is under way, which would undo the
 * change.
 */
void updates_overtake(uint32_t job_id);

enum update_owner {
	UPDATE_NOT_OURS,
	UPDATE_OURS,
	UPDATE_OVERTAKEN,    /* ours, but a newer change was noted */
	UPDATE_OTHER_RECORD, /* ours, but meant for another record of the same array */
};

/*
 * Returns whether an update of [job_ptr] is the one that the resolver has under way. [job] is the
 * job as the request names it, or NULL. The caller holds slurmctld's job lock.
 */
enum update_owner updates_whose(const char *job, const char *admin_comment, const void *job_ptr);

#endif /* PLUGINS_JOB_SUBMIT_UPDATES_H */
