/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looking at jobs: load them, and by their records take them into the table, out of it, or leave them. Which jobs are to be
 * looked at, and when, is left to resolver.c.
 *
 * For the resolver's thread, which holds no lock meanwhile.
 */
#ifndef PLUGINS_JOB_SUBMIT_LOOK_H
#define PLUGINS_JOB_SUBMIT_LOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "src/record.h"

/* False: slurmctld did not tell, ask again later. */
bool look_at_all(int64_t now);

/* Load one job (an array: all its records) and look at it. False: ask again later. */
bool look_at_one(uint32_t job_id, int64_t now);

/* A submission that was about to become a job. */
struct announced {
	char token[CRANE_RECORD_TOKEN_MAX + 1];
	uint32_t first_id; /* ids below it are not the job */
	int64_t since;     /* when it was announced */
};

/*
 * Find the job of one announced submission. True: found, or given up in favour of a look at all jobs.
 * *look_at_everything is set when that look is wanted, else left.
 */
bool look_find_announced(struct announced *a, int64_t now, bool *look_at_everything);

#endif /* PLUGINS_JOB_SUBMIT_LOOK_H */
