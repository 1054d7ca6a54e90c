/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Matches the ids of users with the jobs of slurmctld. src/stepid.h has the type, its parser and
 * its printer.
 */
#ifndef WRAPPERS_VIEW_SELECTORS_H
#define WRAPPERS_VIEW_SELECTORS_H

#include <stdbool.h>
#include <stddef.h>

#include "src/error.h"
#include "src/stepid.h"
#include "wrappers/slurm/jobs.h"

/*
 * Reads a comma-separated list (doc/reference/queries.md#selectors); step 0 is a step.
 * Out:   *list (malloc'd), *n; repeated ids are dropped.
 * Error: -1 with `invalid job id "abc"` and the like.
 */
int crane_selectors_parse(const char *text, struct crane_id **list, size_t *n,
			  struct crane_error *err);

/* Returns "12" or "10_3", without the step of [id]; malloc'd. */
char *crane_id_job_text(const struct crane_id *id);

/* Returns the id of a record: of an array's task "10_3", of an array that waits "10". */
struct crane_id crane_id_of_job(const struct crane_job *job);

/*
 * Returns true if [id] names this job by its number, as an array task, by Slurm's number of an array
 * task, or by the number of its array. Its step does not matter.
 */
bool crane_id_names_job(const struct crane_id *id, const struct crane_job *job);

#endif /* WRAPPERS_VIEW_SELECTORS_H */
