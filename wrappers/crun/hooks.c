/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs around the one that crun runs. srun's own --prolog runs when the job already has its
 * nodes, and srun ignores a missing one (22.05.8 src/srun/libsrun/srun_job.c); in CraneSched it
 * runs before the submission, which it can prevent.
 */
#include "config.h"

#include "wrappers/crun/hooks.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wrappers/base/print.h"
#include "wrappers/submission/runner.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/strings.h"

/* A name without a slash is a file in the current folder, not a program on $PATH. */
static char *as_file(const char *path)
{
	return strchr(path, '/') ? crane_xstrdup(path) : crane_xasprintf("./%s", path);
}

enum crane_exit crane_crun_hook(const char *what, const char *path)
{
	struct crane_strings argv = { 0 };
	struct crane_run run = {
		.argv = &argv, .keep_fd = -1, .forwards_signals = true, .signal_when_alone = SIGTERM
	};
	int wait_status = 0, code;

	if (!path)
		return CRANE_EXIT_OK;
	crane_strings_take(&argv, as_file(path));
	if (access(argv.item[0], X_OK) != 0) {
		/* The exit statuses of a shell. */
		code = errno == ENOENT || errno == ENOTDIR ? 127 : 126;
		crane_say("cannot run %s: %s", path, strerror(errno));
	} else {
		run.stdin_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
		code = crane_run_wait(&run, &wait_status);
		if (code == CRANE_EXIT_OK)
			code = crane_run_status(wait_status);
		if (run.stdin_fd >= 0)
			close(run.stdin_fd);
	}
	crane_strings_clear(&argv);
	if (code == 0)
		return CRANE_EXIT_OK;
	crane_say("%s '%s' failed (exit code %d).", what, path, code);
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
