/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Translates --input, --output and --err of crun into options of srun. */
#include "config.h"

#include "wrappers/crun/streams.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "wrappers/base/print.h"
#include "wrappers/options/govalue.h"
#include "wrappers/submission/outfile.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/strings.h"

static bool is_task_number(const char *text, uint32_t n_tasks)
{
	uint32_t number;

	return isdigit((unsigned char)*text) && crane_go_uint32(text, false, &number, NULL) == 0 &&
	       number < n_tasks;
}

/* Makes the folders of an output file, as CraneSched does, unless a folder's name is a pattern. */
static void make_parents(const char *path)
{
	char *copy = crane_xstrdup(path), *slash = copy;
	char *end = strrchr(copy, '/');

	if (end && end != copy) {
		*end = '\0';
		while (!strchr(copy, '%') && (slash = strchr(slash + 1, '/'))) {
			*slash = '\0';
			mkdir(copy, 0755); /* srun reports what is wrong when it opens the file */
			*slash = '/';
		}
		if (!strchr(copy, '%'))
			mkdir(copy, 0755);
	}
	free(copy);
}

/*
 * srun takes a name that begins with "all" or '-' for all tasks, and does not take a number or
 * "None" for a file (22.05.8 src/srun/libsrun/fname.c).
 */
static bool is_special_to_srun(const char *name)
{
	return strncasecmp(name, "all", 3) == 0 || strcasecmp(name, "none") == 0 ||
	       name[0] == '-' || isdigit((unsigned char)*name);
}

static int add_stream(const struct crane_crun_request *me, const char *option, const char *what,
		      const char *value, struct crane_strings *argv, struct crane_error *err)
{
	bool is_output = strcmp(option, "input") != 0;
	char *file, *path;

	if (!value)
		return 0;
	if (strcmp(value, "all") == 0 || strcmp(value, "none") == 0 ||
	    is_task_number(value, me->job.want_tasks)) {
		crane_strings_addf(argv, "--%s=%s", option, value);
		return 0;
	}
	file = crane_xasprintf("%s%s", is_special_to_srun(value) ? "./" : "", value);
	if (me->step_of) {
		/* Slurm numbers the step when it begins, and counts from 0. */
		if (!me->quiet && !strchr(value, '\\') &&
		    (strstr(value, "%s") || strstr(value, "%J")))
			crane_say(
				"Note: in --%s %%s and %%J give Slurm's number of the step, which "
				"is not Crane's.",
				what);
		path = file;
	} else {
		path = crane_outfile_for_batch(what, file, err);
		free(file);
		if (!path)
			return -1;
	}
	if (is_output && !me->job.chdir)
		make_parents(path);
	crane_strings_addf(argv, "--%s=%s", option, path);
	free(path);
	return 0;
}

int crane_crun_streams(const struct crane_crun_request *me, struct crane_strings *argv,
		       struct crane_error *err)
{
	if (add_stream(me, "input", "input", me->input, argv, err) != 0 ||
	    add_stream(me, "output", "output", me->output, argv, err) != 0 ||
	    add_stream(me, "error", "err", me->err, argv, err) != 0)
		return -1;
	if (me->output || me->err)
		crane_strings_addf(argv, "--open-mode=truncate");
	if (me->pty)
		crane_strings_addf(argv, "--pty");
	return 0;
}
