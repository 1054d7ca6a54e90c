/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the commands begin with libslurm, what became of a call, what they ask of the site and of the
 * release, and host lists.
 */
#ifndef WRAPPERS_SLURM_API_H
#define WRAPPERS_SLURM_API_H

#include <stdbool.h>
#include <stdint.h>

#include "wrappers/base/memory.h"
#include "wrappers/slurm/error.h"

/* Returns what the failure of a call means. */
enum crane_slurm_cause crane_slurm_cause(const struct crane_slurm_error *why);

/*
 * Begin with libslurm. [config] names a slurm.conf, NULL the usual one. Needed before any question to
 * slurmctld; a command that has none does without. libslurm ends the process itself when it finds no
 * configuration.
 */
void crane_slurm_begin(const char *config);

/* Whether a job may ask for one of several licenses ("a:1|b:1"). Asks nobody. */
bool crane_slurm_has_license_or(void);

/* Whether job_info names salloc's command too, so that a command does not tell srun from salloc. */
bool crane_slurm_salloc_has_command(void);

/* "cn[01-03,05]" of names, sorted and without repeats; malloc'd. */
char *crane_hostlist_fold(const struct crane_strings *names);
/* The names in "cn[01-03,05]". Returns the count, or -1 when [text] is no host list. */
int crane_hostlist_expand(const char *text, struct crane_strings *names);

#endif /* WRAPPERS_SLURM_API_H */
