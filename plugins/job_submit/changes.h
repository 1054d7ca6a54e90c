/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes of jobs in the table: hooks note what the user asked for, and the resolver does it once
 * slurmctld shows the mark. gate.c decides what a request means and chooses the mark; updates.c
 * writes the new record and begin time to slurmctld.
 */
#ifndef PLUGINS_JOB_SUBMIT_CHANGES_H
#define PLUGINS_JOB_SUBMIT_CHANGES_H

#include <stdint.h>

#include "plugins/job_submit/table.h"
#include "src/record.h"

/*
 * For hooks: notes an intent for a job that table_find() found, stops an update of it that is under
 * way, and wakes the resolver. The arguments are those of struct intent; takes over [record], also
 * on failure. Returns -1 if out of memory or if the table does not hold the job any more. Takes
 * table_lock().
 */
int changes_intend(uint32_t job_id, enum intent_kind what, int64_t mark, int64_t begin_time,
		   struct crane_record *record);

/*
 * For the resolver's thread, which holds no lock: carries out what was noted. What slurmctld does
 * not answer stays noted.
 */
void changes_carry_out(int64_t now);

#endif /* PLUGINS_JOB_SUBMIT_CHANGES_H */
