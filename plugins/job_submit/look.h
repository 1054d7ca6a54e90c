/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looks at jobs: loads them from slurmctld and, by their records, adds them to the table, removes
 * them from it, or ignores them. resolver.c decides when, and which jobs.
 *
 * For the resolver's thread, which holds no lock meanwhile.
 */
#ifndef PLUGINS_JOB_SUBMIT_LOOK_H
#define PLUGINS_JOB_SUBMIT_LOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "plugins/job_submit/inbox.h"

/* Returns false if slurmctld did not answer: try again later. */
bool look_at_all(int64_t now);

/*
 * Loads one job, or all records of an array, and looks at it. Returns false if slurmctld did not
 * answer: try again later.
 */
bool look_at_one(uint32_t job_id, int64_t now);

/*
 * Looks for the jobs of announced submissions, under one hold of slurmctld's job lock, and sets
 * [found] in those for which the search is over. Sets *look_at_everything if a look at all jobs is
 * wanted, and never clears it. Returns false if slurmctld did not answer: try again later.
 */
bool look_for_announced(struct announced *list, unsigned n, int64_t now, bool *look_at_everything);

#endif /* PLUGINS_JOB_SUBMIT_LOOK_H */
