/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Translates a request of cbatch into options of sbatch. */
#include "config.h"

#include "wrappers/cbatch/sbatch_argv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/stepenv.h"
#include "wrappers/base/text.h"
#include "wrappers/cbatch/sbatch.h"
#include "wrappers/submission/jobargv.h"
#include "wrappers/submission/outfile.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/strings.h"

#define DEFAULT_OUTPUT "Crane-%j.out"

extern char **environ;

static bool is_crane_variable(const char *var)
{
	return crane_begins_with(var, "CRANE_");
}

/* Variables named CRANE_... are always sent. */
static char *export_list(const char *what)
{
	struct crane_strings names = { 0 };
	char *list;

	if (strcmp(what, "NONE") != 0)
		crane_strings_addf(&names, "%s", what);
	for (char **var = environ; *var; var++) {
		if (is_crane_variable(*var))
			crane_strings_addf(&names, "%.*s", (int)strcspn(*var, "="), *var);
	}
	/* sbatch adds only the variables whose names begin with "SLURM_" to a list. */
	if (names.n > 0)
		crane_strings_addf(&names, CRANE_STEPENV_COMMAND);
	list = names.n > 0 ? crane_strings_join(&names, ",") : crane_xstrdup(what);
	crane_strings_clear(&names);
	return list;
}

/*
 * NIL: only CRANE_... variables and no login shell. sbatch before 23.02 reads the word as the name
 * of a variable, and starts a login shell for a list. A file of variables avoids both.
 */
static int export_file(const struct crane_cbatch_request *me)
{
	const char *name = me->job.job_name ? me->job.job_name : getenv("SBATCH_JOB_NAME");
	char *text = NULL;
	size_t len;
	FILE *to = open_memstream(&text, &len);
	int fd = -1;

	if (!to)
		return -1;
	/* sbatch drops its own variable for the job before it reads the file. */
	if (name)
		fprintf(to, "SLURM_JOB_NAME=%s%c", name, '\0');
	fprintf(to, "%s=cbatch%c", CRANE_STEPENV_COMMAND, '\0');
	for (char **var = environ; *var; var++) {
		if (is_crane_variable(*var))
			fprintf(to, "%s%c", *var, '\0');
	}
	if (fclose(to) == 0)
		fd = crane_sbatch_file(text, len);
	free(text);
	return fd;
}

int crane_sbatch_export(const struct crane_cbatch_request *me, struct crane_strings *argv,
			int *export_fd)
{
	const char *what = crane_job_export(&me->job);
	char *list;

	*export_fd = -1;
	if (!what)
		return 0;
	if (strcmp(what, "NIL") == 0) {
		*export_fd = export_file(me);
		if (*export_fd < 0)
			return -1;
		/*
		 * The file replaces the environment. 26.05 ignores the file without --export=ALL.
		 */
		crane_strings_addf(argv, "--export=ALL");
		crane_strings_addf(argv, "--export-file=%d", *export_fd);
		return 0;
	}
	list = strcmp(what, "ALL") == 0 ? crane_xstrdup(what) : export_list(what);
	crane_strings_addf(argv, "--export=%s", list);
	free(list);
	return 0;
}

static int add_file(const char *option, const char *name, struct crane_strings *argv,
		    struct crane_error *err)
{
	char *slurm;

	if (!name)
		return 0;
	slurm = crane_outfile_for_batch(option, name, err);
	if (!slurm)
		return -1;
	crane_strings_addf(argv, "--%s=%s", option, slurm);
	free(slurm);
	return 0;
}

static int add_files(const struct crane_cbatch_request *me, struct crane_strings *argv,
		     struct crane_error *err)
{
	const char *output = me->output;

	if (!output && !getenv("SBATCH_OUTPUT"))
		output = DEFAULT_OUTPUT;
	if (add_file("input", me->input, argv, err) != 0 ||
	    add_file("output", output, argv, err) != 0)
		return -1;
	return add_file("error", me->error, argv, err);
}

/*
 * sbatch adds a variable to an option about the same thing, or refuses the two together. Here the
 * option replaces the variable.
 */
static void drop_variables(const struct crane_job_request *job)
{
	if (job->mem || job->mem_per_cpu) {
		unsetenv(job->mem ? "SBATCH_MEM_PER_CPU" : "SBATCH_MEM_PER_NODE");
		unsetenv("SBATCH_MEM_PER_GPU");
	}
	if (job->gres_text) {
		unsetenv("SBATCH_GPUS_PER_NODE");
		if (!*job->gres_text)
			unsetenv("SBATCH_GRES");
	}
}

int crane_sbatch_argv(const struct crane_cbatch_request *me, struct crane_strings *argv,
		      struct crane_error *err)
{
	crane_strings_addf(argv, "sbatch");
	crane_strings_addf(argv, "--parsable");
	/* #PBS lines are comments in a Crane script; script.c has read #BSUB lines. */
	crane_strings_addf(argv, "--ignore-pbs");
	crane_job_argv(&me->job, argv);
	/* A past begin time is omitted. */
	if (me->begin && me->begin_time > me->now)
		crane_argv_add_time(argv, "begin", me->begin_time);
	if (me->array)
		crane_strings_addf(argv, "--array=%s", me->array);
	if (me->open_mode)
		crane_strings_addf(argv, "--open-mode=%s", me->open_mode);
	if (me->requeue != CRANE_REQUEUE_DEFAULT)
		crane_strings_addf(argv,
				   me->requeue == CRANE_REQUEUE_YES ? "--requeue" : "--no-requeue");
	if (me->wait)
		crane_strings_addf(argv, "--wait");
	for (size_t i = 0; i < me->plain.n; i++)
		crane_strings_addf(argv, "%s", me->plain.item[i]);
	drop_variables(&me->job);
	return add_files(me, argv, err);
}

int crane_sbatch_script(const char *path, struct crane_strings *argv)
{
	char *cwd = NULL;

	if (path[0] != '/') {
		cwd = getcwd(NULL, 0);
		if (!cwd)
			return -1;
	}
	crane_strings_addf(argv, "%s%s%s", cwd ? cwd : "", cwd ? "/" : "", path);
	free(cwd);
	return 0;
}
