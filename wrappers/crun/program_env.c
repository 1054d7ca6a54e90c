/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The environment that crun gives to srun and so to the program.
 */
#include "config.h"

#include "wrappers/crun/program_env.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/stepenv.h"
#include "wrappers/base/environment.h"
#include "wrappers/base/text.h"
#include "wrappers/base/memory.h"

extern char **environ;

/*
 * Variables that srun takes for defaults, though crun names the option or a step has no such option
 * (22.05.8 src/srun/libsrun/opt.c; SRUN_CPUS_PER_TASK and SLURM_TRES_PER_TASK: 23.11), and one that
 * a step without GPUs would inherit from its job (SLURM_GPUS_ON_NODE). sbatch, salloc and srun set
 * most of them in their job's environment.
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

/* The binding of the outer step; the new step gets its own binding. */
static const char *const binding[] = {
	/* clang-format off */
	"SLURM_CPU_BIND",	"SLURM_CPU_BIND_LIST", "SLURM_CPU_BIND_TYPE",
	"SLURM_CPU_BIND_VERBOSE", "SLURM_MEM_BIND",    "SLURM_MEM_BIND_LIST",
	"SLURM_MEM_BIND_PREFER", "SLURM_MEM_BIND_SORT", "SLURM_MEM_BIND_TYPE",
	"SLURM_MEM_BIND_VERBOSE",
	/* clang-format on */
};

/* crun always names the options of these. */
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

/* Variables sent with every --export: Crane's, those that srun needs, the terminal's type. */
static bool is_always_sent(const char *var)
{
	return crane_begins_with(var, "CRANE_") || crane_begins_with(var, "SLURM") ||
	       crane_begins_with(var, "SRUN_") || crane_begins_with(var, "TERM=");
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

/* Removes the variables of a job other than that of the step. */
static void forget_job(struct crane_strings *env)
{
	static const char *const names[] = { "SLURM_JOBID",          "SLURM_NODELIST",
					     "SLURM_STEP_ID",        "SLURM_STEPID",
					     "SLURM_TASKS_PER_NODE", CRANE_STEPENV_JOB,
					     CRANE_STEPENV_STEP };

	for (size_t i = env->n; i-- > 0;) {
		if (crane_begins_with(env->item[i], "SLURM_JOB_"))
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
	/* It tells the SPANK plugin that crun runs this srun. */
	crane_env_set(env, CRANE_STEPENV_COMMAND, "crun");
}
