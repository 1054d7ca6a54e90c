/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Translates a request into options of sbatch, salloc and srun. */
#ifndef WRAPPERS_SUBMISSION_JOBARGV_H
#define WRAPPERS_SUBMISSION_JOBARGV_H

#include <stdbool.h>
#include <time.h>

#include "wrappers/base/strings.h"
#include "wrappers/submission/jobrequest.h"

/*
 * Appends the shared options of a request that crane_job_check() has passed, each as one word
 * --name=value. crane_job_place() appends the nodes.
 */
void crane_job_argv(const struct crane_job_request *job, struct crane_strings *argv);

/*
 * Appends --<name>=<time>, local time as Slurm reads it. Returns false, with nothing appended, if
 * the calendar has no such time.
 */
bool crane_argv_add_time(struct crane_strings *argv, const char *name, time_t when);

/* Appends --<name>=<names as one host list>. */
void crane_argv_add_hosts(struct crane_strings *argv, const char *name,
			  const struct crane_strings *names);

#endif /* WRAPPERS_SUBMISSION_JOBARGV_H */
