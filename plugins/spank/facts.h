/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a process inside Slurm can find out about its job: from an environment, and from slurmctld where that is not enough.
 * src/stepenv.c makes a task's environment from it.
 */
#ifndef PLUGINS_SPANK_FACTS_H
#define PLUGINS_SPANK_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "src/stepenv.h"

/* The value of [name] in [env], a NULL-terminated array of "NAME=value" (NULL: the process's own). NULL: not there. */
const char *spank_env_get(char *const *env, const char *name);

enum spank_ask {
	SPANK_ASK_ALWAYS,    /* of a process that Slurm tells little: srun, salloc */
	SPANK_ASK_IF_NEEDED, /* of a task: only when env has no end time (22.05), for two seconds */
	SPANK_ASK_NEVER,
};

/*
 * Collect the facts of job [job_id]. Whatever slurmctld says of what it knows best (name, limit, task count) goes before
 * the environment, in which a step's own values may stand; what only the submitting process knew (folder, host) is taken
 * from the environment first.
 * env:   as above. Its SLURM_* must be of that job: env_is_ours false takes only what is true of the whole cluster.
 * maker: CRANE_MAKER_UNKNOWN leaves it to what slurmctld knows.
 * Out:   *job, to be cleared by crane_stepenv_job_clear. What cannot be known stays zero: this never fails.
 */
void spank_facts_collect(uint32_t job_id, char *const *env, bool env_is_ours,
			 enum crane_maker maker, enum spank_ask ask, struct crane_stepenv_job *job);

#endif /* PLUGINS_SPANK_FACTS_H */
