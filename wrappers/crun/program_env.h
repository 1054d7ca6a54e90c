/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The environment that crun gives to srun and so to the program. The SPANK plugin adds the job's
 * CRANE_* variables: doc/reference/environment.md.
 */
#ifndef WRAPPERS_CRUN_PROGRAM_ENV_H
#define WRAPPERS_CRUN_PROGRAM_ENV_H

#include <stdbool.h>
#include <stdint.h>

#include "wrappers/base/strings.h"

struct crane_crun_env {
	const char *export_env; /* as crane_job_export() returns it; NULL: ALL */
	uint32_t step_of;       /* the job a step is for; 0: a job of its own */
	bool other_job;         /* that job is not the one that SLURM_... variables describe */
};

/* Out: *env, a list of NAME=VALUE for execve; the caller clears it. */
void crane_crun_env(const struct crane_crun_env *what, struct crane_strings *env);

/* Returns true if --export wants a login shell around the program. */
bool crane_crun_env_is_login(const char *export_env);

#endif /* WRAPPERS_CRUN_PROGRAM_ENV_H */
