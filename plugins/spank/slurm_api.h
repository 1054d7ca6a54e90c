/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the SPANK plugin asks of libslurm, in one place for all releases. plugin.c decides when to ask: a question is a
 * message to slurmctld, which may not be sent from slurm_spank_user_init (24.11 and 26.05 kill slurmstepd there).
 */
#ifndef PLUGINS_SPANK_SLURM_API_H
#define PLUGINS_SPANK_SLURM_API_H

#include <stddef.h>
#include <stdint.h>

#include "src/stepenv.h"

/*
 * Ask slurmctld about a job; one message.
 * Out:   *job, to be cleared by crane_stepenv_job_clear; by_crane stays false. Zeroed on failure.
 * Error: -1 when slurmctld has no answer, memory ran out, or this process has no libslurm.
 */
int spank_api_load_job(uint32_t job_id, struct crane_stepenv_job *job);

/*
 * The same, but gives up after so many seconds: -1. For a task, whose process becomes the user's program next: libslurm itself
 * waits MessageTimeout for a slurmctld that hangs. Not for srun or salloc, from which the plugin may be unloaded meanwhile.
 */
int spank_api_load_job_within(uint32_t job_id, unsigned sec, struct crane_stepenv_job *job);

/*
 * What made a job of which spank_api_load_job could not tell; one message, and only on releases that leave it open (24.11).
 * CRANE_MAKER_UNKNOWN: still not known.
 */
enum crane_maker spank_api_maker_by_step(uint32_t job_id);

/* Ask slurmctld for the time limit of a numeric step, in seconds; one message. 0: it has none, or there is no answer. */
uint64_t spank_api_step_limit(uint32_t job_id, uint32_t slurm_step);

/*
 * The names in Slurm's bracket form [nodes] (may be NULL), in its order.
 * Out: *n_names. Returns an array, to be freed by spank_api_free_names, or NULL.
 */
char **spank_api_expand_nodes(const char *nodes, size_t *n_names);
void spank_api_free_names(char **names, size_t n_names);

#endif /* PLUGINS_SPANK_SLURM_API_H */
