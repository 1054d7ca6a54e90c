/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes of jobs in the table: hooks note what was asked for, the resolver does it once slurmctld shows the mark. What a
 * request is turned into, and the mark, is left to gate.c; writing the record and the begin time that come of it to updates.c.
 */
#ifndef PLUGINS_JOB_SUBMIT_CHANGES_H
#define PLUGINS_JOB_SUBMIT_CHANGES_H

#include <stdint.h>

#include "plugins/job_submit/resolver.h"
#include "src/record.h"

/* For hooks; resolver_intend() says what is what. Takes table_lock(). */
int changes_note(uint32_t job_id, enum resolver_intent what, int64_t mark, int64_t begin_time,
		 struct crane_record *record);

/* For the resolver's thread, which holds no lock: all that was noted, as far as slurmctld can be asked now. */
void changes_carry_out(int64_t now);

#endif /* PLUGINS_JOB_SUBMIT_CHANGES_H */
