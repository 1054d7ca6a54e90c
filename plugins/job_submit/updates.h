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

enum updates_result {
	UPDATES_DONE,      /* all that can be written now, or slurmctld cannot be reached */
	UPDATES_MORE,      /* more of them can be written at once */
	UPDATES_OVERTAKEN, /* the same, once changes_carry_out() has looked at what hooks noted */
};

/*
 * While updates are paused, no job is updated, because a later plugin could change the update. For
 * init().
 */
void updates_pause(bool pause);

/* Updates the jobs whose copy in slurmctld is out of date. */
enum updates_result updates_write_all(int64_t now);

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
 * Returns whether a change of [job_ptr] is the update that the resolver has under way. Restores in
 * the request what plugins before this one have changed. The caller holds slurmctld's job lock.
 */
enum update_owner updates_admit(void *desc, const void *job_ptr);

#endif /* PLUGINS_JOB_SUBMIT_UPDATES_H */
