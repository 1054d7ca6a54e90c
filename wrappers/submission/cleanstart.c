/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Removes the variables of the outer job before a submission from inside a job. sbatch, salloc and
 * srun pass on their whole environment, and srun in the new job reads it again: with SLURM_CPU_BIND
 * of the caller its tasks are bound to the caller's cores.
 */
#include "config.h"

#include "wrappers/submission/cleanstart.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "src/stepenv.h"
#include "wrappers/base/strings.h"
#include "wrappers/base/text.h"

extern char **environ;

/* Any of them shows that the command runs inside a job, also if a user removed some. */
static const char *const signs[] = {
	/* clang-format off */
	"CRANE_JOB_ID",       "SLURM_JOBID",     "SLURM_JOB_ID",   "SLURM_JOB_NODELIST",
	"SLURM_PROCID",       "SLURM_STEPID",    "SLURM_STEP_ID",  "SLURM_STEP_LAUNCHER_PORT",
	CRANE_STEPENV_JOB,    CRANE_STEPENV_STEP,
	/* clang-format on */
};

/*
 * The variables SLURM_... that users and sites set and Slurm sets in no job (22.05 to 26.05: the
 * pages of sbatch, salloc and srun, INPUT ENVIRONMENT VARIABLES).
 */
static const char *const inputs[] = {
	/* clang-format off */
	"SLURM_ACCOUNT",      "SLURM_BITSTR_LEN", "SLURM_CLUSTERS",    "SLURM_CONF",
	"SLURM_CONF_SERVER",  "SLURM_CONSTRAINT", "SLURM_DEBUG",       "SLURM_DEBUG_FLAGS",
	"SLURM_EXIT_ERROR",   "SLURM_EXIT_IMMEDIATE", "SLURM_JSON",    "SLURM_JWT",
	"SLURM_NO_KILL",      "SLURM_PARTITION",  "SLURM_QOS",         "SLURM_RESERVATION",
	"SLURM_TIME_FORMAT",  "SLURM_WCKEY",      "SLURM_YAML",
	/* clang-format on */
};

/*
 * Numbers of the caller's devices. A user may set them too, so they are removed only in a job with
 * GPUs.
 */
static const char *const devices[] = {
	/* clang-format off */
	"ASCEND_RT_VISIBLE_DEVICES", "ASCEND_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES",
	"GPU_DEVICE_ORDINAL",        "HIP_VISIBLE_DEVICES",    "NVIDIA_VISIBLE_DEVICES",
	"ROCR_VISIBLE_DEVICES",      "ZE_AFFINITY_MASK",
	/* clang-format on */
};

static bool is_one_of(const char *name, size_t len, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0)
			return true;
	}
	return false;
}

#define IS_ONE_OF(name, len, names) is_one_of(name, len, names, sizeof(names) / sizeof(*(names)))

static bool is_inside_job(void)
{
	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
		if (getenv(signs[i]))
			return true;
	}
	return false;
}

/* [var] is "NAME=VALUE". */
static bool describes_job(const char *var, bool has_devices)
{
	size_t len = strcspn(var, "=");

	if (crane_begins_with(var, "SLURM_"))
		return !IS_ONE_OF(var, len, inputs);
	/* PMIX_MCA_...: settings of a user's for the library. */
	if (crane_begins_with(var, "PMI"))
		return !crane_begins_with(var, "PMIX_MCA_");
	if (crane_begins_with(var, "SLURMD_") || crane_begins_with(var, "SLURMCRANE_") ||
	    crane_begins_with(var, "_SLURM_SPANK_") || crane_begins_with(var, "SBATCH_CPU_BIND") ||
	    crane_begins_with(var, "SBATCH_MEM_BIND") ||
	    crane_begins_with(var, "SRUN_CPUS_PER_TASK="))
		return true;
	return has_devices && IS_ONE_OF(var, len, devices);
}

static int set_own(void *arg, const char *name, const char *value)
{
	(void)arg;
	return value ? setenv(name, value, 1) : unsetenv(name);
}

void crane_clean_start(void)
{
	struct crane_strings names = { 0 };
	bool has_devices = getenv("SLURM_JOB_GPUS") || getenv("SLURM_STEP_GPUS") ||
			   getenv("SLURM_GPUS_ON_NODE");

	if (!is_inside_job())
		return;
	for (char **var = environ; *var; var++) {
		if (describes_job(*var, has_devices))
			crane_strings_addf(&names, "%.*s", (int)strcspn(*var, "="), *var);
	}
	for (size_t i = 0; i < names.n; i++)
		unsetenv(names.item[i]);
	crane_strings_clear(&names);
	crane_stepenv_forget(set_own, NULL);
}
