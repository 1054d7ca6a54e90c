/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loading libslurm, causes of failed calls, properties of the release, and host lists. */
#ifndef WRAPPERS_SLURM_API_H
#define WRAPPERS_SLURM_API_H

#include <stdbool.h>
#include <stdint.h>

#include "wrappers/base/strings.h"
#include "wrappers/slurm/error.h"

/* Returns the cause of a failed call. */
enum crane_slurm_cause crane_slurm_cause(const struct crane_slurm_error *why);

/*
 * Loads libslurm; called before crane_slurm_begin(). Returns 0, also if it is loaded already, or -1
 * with *why (CRANE_SLURM_NO_LIBRARY; its text names the library and what is wrong with it).
 */
int crane_slurm_load(struct crane_slurm_error *why) __attribute__((warn_unused_result));

/*
 * Initializes libslurm, which is loaded. [config] names a slurm.conf, NULL means the usual one. Has
 * to be called before any request to slurmctld. libslurm itself ends the process if it finds no
 * configuration.
 */
void crane_slurm_begin(const char *config);

/* Returns true if a job can request one of several licenses ("a:1|b:1"). Sends no request. */
bool crane_slurm_has_license_or(void);

/*
 * Returns true if job_info has a command for salloc too, so that it does not distinguish srun from
 * salloc.
 */
bool crane_slurm_salloc_has_command(void);

/*
 * Returns "cn[01-03,05]", names sorted and without repeats; without libslurm the names as they are,
 * joined by commas. malloc'd.
 */
char *crane_hostlist_fold(const struct crane_strings *names);
/*
 * Appends the names in "cn[01-03,05]". Returns the count, or -1 if [text] is not a host list or
 * libslurm cannot be loaded.
 */
int crane_hostlist_expand(const char *text, struct crane_strings *names);

#endif /* WRAPPERS_SLURM_API_H */
