/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The environment that crun hands to srun and so to the program. The CRANE_* variables of the job
 * are left to the SPANK plugin.
 */
#include "config.h"

#include "wrappers/crun/program_env.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/stepenv.h"
#include "wrappers/base/environment.h"

extern char **environ;

/*
 * What srun would take as a default and crun says itself or a step has not (opt.c of srun in
 * 22.05.8; SRUN_CPUS_PER_TASK and SLURM_TRES_PER_TASK: 23.11), and what a step without GPUs would
 * inherit from a job with some (SLURM_GPUS_ON_NODE). sbatch, salloc and srun leave most of them
 * behind in their job's environment.
 */
static const char *const layout[] = {
	/* clang-format off */
	"SLURM_CPUS_PER_GPU",       "SLURM_CPUS_PER_TASK",
	"SLURM_DEPENDENCY",         "SLURM_EXACT",
	"SLURM_EXCLUSIVE",          "SLURM_GPUS",
	"SLURM_GPUS_ON_NODE",       "SLURM_GPUS_PER_NODE",
	"SLURM_GPUS_PER_SOCKET",    "SLURM_GPUS_PER_TASK",
	"SLURM_GRES",               "SLURM_MEM_PER_CPU",
	"SLURM_MEM_PER_GPU",        "SLURM_MEM_PER_NODE",
	"SLURM_NNODES",             "SLURM_NPROCS",
	"SLURM_NTASKS",             "SLURM_NTASKS_PER_CORE",
	"SLURM_NTASKS_PER_GPU",     "SLURM_NTASKS_PER_NODE",
	"SLURM_NTASKS_PER_SOCKET",  "SLURM_NTASKS_PER_TRES",
	"SLURM_OVERCOMMIT",         "SLURM_OVERLAP",
	"SLURM_TIMELIMIT",          "SLURM_TRES_PER_TASK",
	"SRUN_CPUS_PER_TASK",
	/* clang-format on */
};

/* How the step around us was bound, which says nothing of the step that is to come. */
static const char *const binding[] = {
	/* clang-format off */
	"SLURM_CPU_BIND",	"SLURM_CPU_BIND_LIST", "SLURM_CPU_BIND_TYPE",
	"SLURM_CPU_BIND_VERBOSE", "SLURM_MEM_BIND",    "SLURM_MEM_BIND_LIST",
	"SLURM_MEM_BIND_PREFER", "SLURM_MEM_BIND_SORT", "SLURM_MEM_BIND_TYPE",
	"SLURM_MEM_BIND_VERBOSE",
	/* clang-format on */
};

/* crun's own options say these. */
static const char *const always[] = {
	/* clang-format off */
	"SLURM_EXPORT_ENV", "SLURM_REMOTE_CWD", "SLURM_STDERRMODE",  "SLURM_STDINMODE",
	"SLURM_STDOUTMODE", "SLURM_WORKING_DIR", "SRUN_EXPORT_ENV",
	/* clang-format on */
};

#define UNSET_ALL(env, names)                                                                      \
	do {                                                                                       \
		for (size_t i = 0; i < sizeof(names) / sizeof(*(names)); i++)                      \
			crane_env_unset(env, (names)[i]);                                          \
	} while (0)

static bool begins_with(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

/* Sent whatever --export says: Crane's names, what srun itself needs, the terminal's type. */
static bool is_always_sent(const char *var)
{
	return begins_with(var, "CRANE_") || begins_with(var, "SLURM") ||
	       begins_with(var, "SRUN_") || begins_with(var, "TERM=");
}

static void copy_variables(struct crane_strings *env, bool (*wanted)(const char *))
{
	for (char **var = environ; *var; var++) {
		const char *value = strchr(*var, '=');

		if (value && (!wanted || wanted(*var)))
			crane_env_set(env, *var, value + 1);
	}
}

static void add_item(struct crane_strings *env, const char *item)
{
	const char *equal = strchr(item, '='), *value;

	if (strcmp(item, "ALL") == 0) {
		copy_variables(env, NULL);
	} else if (equal && equal > item) {
		crane_env_set(env, item, equal + 1);
	} else if (!equal && *item) {
		value = getenv(item);
		if (value)
			crane_env_set(env, item, value);
	}
}

static void add_login(struct crane_strings *env)
{
	static const char *const names[] = { "HOME", "SHELL" };
	const struct passwd *pw = getpwuid(getuid());
	const char *values[] = { pw ? pw->pw_dir : "/", pw ? pw->pw_shell : "/bin/sh" };

	for (size_t i = 0; i < 2; i++) {
		if (!crane_env_has(env, names[i]))
			crane_env_set(env, names[i], values[i]);
	}
}

bool crane_crun_env_is_login(const char *export_env)
{
	return export_env && strcmp(export_env, "ALL") != 0 && strcmp(export_env, "NIL") != 0;
}

static void choose_variables(const char *export_env, struct crane_strings *env)
{
	char *list, *item, *rest;

	if (!export_env || strcmp(export_env, "ALL") == 0) {
		copy_variables(env, NULL);
		return;
	}
	copy_variables(env, is_always_sent);
	if (strcmp(export_env, "NIL") == 0 || strcmp(export_env, "NONE") == 0)
		return;
	list = crane_xstrdup(export_env);
	for (item = strtok_r(list, ",", &rest); item; item = strtok_r(NULL, ",", &rest))
		add_item(env, item);
	free(list);
}

/* What describes another job than the one the step is for. */
static void forget_job(struct crane_strings *env)
{
	static const char *const names[] = { "SLURM_JOBID",          "SLURM_NODELIST",
					     "SLURM_STEP_ID",        "SLURM_STEPID",
					     "SLURM_TASKS_PER_NODE", CRANE_STEPENV_JOB,
					     CRANE_STEPENV_STEP };

	for (size_t i = env->n; i-- > 0;) {
		if (begins_with(env->item[i], "SLURM_JOB_"))
			crane_env_unset(env, env->item[i]);
	}
	UNSET_ALL(env, names);
}

void crane_crun_env(const struct crane_crun_env *what, struct crane_strings *env)
{
	choose_variables(what->export_env, env);
	if (crane_crun_env_is_login(what->export_env))
		add_login(env);
	UNSET_ALL(env, always);
	if (what->step_of) {
		UNSET_ALL(env, layout);
		if (getenv("SLURM_STEP_ID"))
			UNSET_ALL(env, binding);
		if (what->other_job)
			forget_job(env);
	}
	/* Tells the SPANK plugin who runs this srun. */
	crane_env_set(env, CRANE_STEPENV_COMMAND, "crun");
}
