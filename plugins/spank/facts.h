/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Collects the facts of a job in a process inside Slurm: from an environment, and from slurmctld if
 * that is not enough. src/stepenv.c makes a task's environment from them.
 */
#ifndef PLUGINS_SPANK_FACTS_H
#define PLUGINS_SPANK_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "src/stepenv.h"

/*
 * Returns the value of [name] in [env], a NULL-terminated array of "NAME=value" (NULL: the
 * process's own), or NULL if it is not set.
 */
const char *spank_env_get(char *const *env, const char *name);

enum spank_ask {
	SPANK_ASK_ALWAYS,    /* for a process with few variables of Slurm: srun, salloc */
	SPANK_ASK_IF_NEEDED, /* for a task: only if env has no end time (22.05), for two seconds */
	SPANK_ASK_NEVER,
};

/*
 * Collects the facts of job [job_id]. Name, limit and task count are taken from slurmctld first,
 * since the environment may have those of a step; folder and host, which only the submitting
 * process knew, are taken from the environment first.
 * env:   as above. If env_is_ours is false, its SLURM_* are those of another job, and only the
 *        values of the cluster are used.
 * maker: the maker; if CRANE_MAKER_UNKNOWN, it is read from slurmctld.
 * Out:   *job, which the caller clears with crane_stepenv_job_clear(). Unknown facts stay zero.
 *        Never fails.
 */
void spank_facts_collect(uint32_t job_id, char *const *env, bool env_is_ours,
			 enum crane_maker maker, enum spank_ask ask, struct crane_stepenv_job *job);

#endif /* PLUGINS_SPANK_FACTS_H */
