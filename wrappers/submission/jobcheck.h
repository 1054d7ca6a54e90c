/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks of a request as a whole, without a request to slurmctld. */
#ifndef WRAPPERS_SUBMISSION_JOBCHECK_H
#define WRAPPERS_SUBMISSION_JOBCHECK_H

#include "src/error.h"
#include "wrappers/submission/jobrequest.h"

/*
 * Checks the options of script and command line together and derives the values for Slurm. Warnings
 * and notes go to stderr. Returns 0, or -1 with err->text without the command's prefix.
 */
int crane_job_check(struct crane_job_request *job, struct crane_error *err);

/*
 * Returns the text of a refusal if Slurm would accept the request but CraneSched's controller
 * refuses it: no memory, a time limit below 11 s or above 10,000 years, a deadline in the past.
 * NULL if there is no such reason.
 */
const char *crane_job_backend_refusal(const struct crane_job_request *job);

#endif /* WRAPPERS_SUBMISSION_JOBCHECK_H */
