/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The SPANK plugin's calls of libslurm, the same for all releases. plugin.c decides when to call: a
 * call sends a message to slurmctld, which slurm_spank_user_init must not do (24.11 and 26.05 kill
 * slurmstepd there).
 */
#ifndef PLUGINS_SPANK_SLURM_API_H
#define PLUGINS_SPANK_SLURM_API_H

#include <stddef.h>
#include <stdint.h>

#include "src/stepenv.h"

/*
 * Loads a job from slurmctld; one message.
 * Out:   *job, which the caller clears with crane_stepenv_job_clear(); by_crane stays false. Zeroed
 *        on failure.
 * Error: -1 if slurmctld does not answer, if out of memory, or if this process has no libslurm.
 */
int spank_api_load_job(uint32_t job_id, struct crane_stepenv_job *job);

/*
 * The same, but returns -1 after [sec] seconds. For a task, whose process then becomes the user's
 * program: libslurm itself waits MessageTimeout for a slurmctld that hangs. Not for srun or salloc,
 * which may unload the plugin meanwhile.
 */
int spank_api_load_job_within(uint32_t job_id, unsigned sec, struct crane_stepenv_job *job);

/*
 * Returns the maker of a job for which spank_api_load_job() found none. Sends one message, only on
 * 24.11. CRANE_MAKER_UNKNOWN if it is still unknown.
 */
enum crane_maker spank_api_maker_by_step(uint32_t job_id);

/*
 * Returns the time limit of a numeric step, in seconds; one message. 0 if the step has none or
 * slurmctld does not answer.
 */
uint64_t spank_api_step_limit(uint32_t job_id, uint32_t slurm_step);

/*
 * Expands Slurm's bracket form [nodes] (may be NULL) to names, in its order. Out: *n_names. Returns
 * an array, which the caller frees with spank_api_free_names(), or NULL.
 */
char **spank_api_expand_nodes(const char *nodes, size_t *n_names);
void spank_api_free_names(char **names, size_t n_names);

#endif /* PLUGINS_SPANK_SLURM_API_H */
