/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Properties of the site's configuration, as slurmctld has it. */
#ifndef WRAPPERS_SLURM_SITE_H
#define WRAPPERS_SLURM_SITE_H

#include <stdint.h>

#include "wrappers/slurm/error.h"

/*
 * Asks whether slurmctld runs with job_submit/crane. Returns 1 if it does, 0 if not, -1 with *why
 * filled if slurmctld did not answer.
 */
int crane_slurm_has_plugin(struct crane_slurm_error *why);

/*
 * The options of the srun that gives a shell on the first node (InteractiveStepOptions), when the
 * site set LaunchParameters=use_interactive_step. Returns 1 with *options malloc'd, 0 when it did
 * not, -1 with *why filled.
 */
int crane_slurm_interactive_step(char **options, struct crane_slurm_error *why);

/*
 * Asks whether Slurm lets this user end other users' jobs.
 * Returns 1 for root and SlurmUser, 0 for others, -1 with *why filled.
 */
int crane_slurm_is_superuser(uint32_t uid, struct crane_slurm_error *why);

/*
 * Asks whether Slurm measures what jobs use (JobAcctGatherType).
 * Returns 1 if it does, 0 if not, -1 with *why filled.
 */
int crane_slurm_measures_jobs(struct crane_slurm_error *why);

#endif /* WRAPPERS_SLURM_SITE_H */
