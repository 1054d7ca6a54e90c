/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What slurmctld is told: records and begin times that changed, and that begin times have come. When a job's gate opens is
 * left to the table and the core, how slurmctld is spoken to, to ctld.c.
 */
#ifndef PLUGINS_JOB_SUBMIT_UPDATES_H
#define PLUGINS_JOB_SUBMIT_UPDATES_H

#include <stdbool.h>
#include <stdint.h>

#include "plugins/job_submit/resolver.h"

/* -- for the resolver's thread, which holds no lock ---------------------------------------------------------------- */

/* Update the jobs of which slurmctld's copy is out of date. Returns true when more is to be written at once. */
bool updates_write_all(int64_t now);

/* Wake the scheduler once for all begin times that have come; forget jobs that were only looked at. */
void updates_kick_due(int64_t now);

/* -- for hooks ----------------------------------------------------------------------------------------------------- */

/* A change of this job was noted: an update of it that is under way would undo it, and is to be stopped. */
void updates_overtake(uint32_t job_id);

/* As resolver_own_update(). */
enum resolver_own updates_is_own(const char *job, const char *admin_comment, const void *job_ptr);

#endif /* PLUGINS_JOB_SUBMIT_UPDATES_H */
