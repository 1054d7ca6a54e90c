/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs around the one that crun runs. Why not srun's --prolog: it runs when the job has its
 * nodes already, and one that is missing is passed over (22.05.8 src/srun/libsrun/srun_job.c);
 * Crane's comes before the submission and keeps it back.
 */
#include "config.h"

#include "wrappers/crun/hooks.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wrappers/submission/runner.h"

extern char **environ;

/* As a shell takes it, a name without a slash would be looked for on PATH; a file is what is meant. */
static char *as_file(const char *path)
{
	return strchr(path, '/') ? crane_xstrdup(path) : crane_xasprintf("./%s", path);
}

enum crane_exit crane_crun_hook(const char *what, const char *path)
{
	struct crane_strings argv = { 0 };
	struct crane_run run = {
		.argv = &argv, .envp = environ, .no_stdin = true, .signal_when_alone = SIGTERM
	};
	enum crane_exit status = CRANE_EXIT_OK;
	int wait_status = 0, code = 0;

	if (!path)
		return CRANE_EXIT_OK;
	crane_strings_take(&argv, as_file(path));
	if (access(argv.item[0], X_OK) != 0) {
		/* As a shell counts. */
		code = errno == ENOENT || errno == ENOTDIR ? 127 : 126;
		fprintf(stderr, "cannot run %s: %s\n", path, strerror(errno));
	} else {
		status = crane_run_wait(&run, &wait_status);
		code = crane_run_status(wait_status);
	}
	crane_strings_clear(&argv);
	if (status != CRANE_EXIT_OK)
		return status;
	if (code == 0)
		return CRANE_EXIT_OK;
	fprintf(stderr, "%s '%s' failed (exit code %d).\n", what, path, code);
	return CRANE_EXIT_BACKEND;
}

void crane_crun_task_hook(const char *option, const char *path, struct crane_strings *argv)
{
	char *here;

	if (!path)
		return;
	here = path[0] == '/' ? NULL : getcwd(NULL, 0);
	crane_strings_addf(argv, "--%s=%s%s%s", option, here ? here : "", here ? "/" : "", path);
	free(here);
}
