/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs a program for a command: sbatch, salloc, srun, or a user's prolog. Reads its output line by
 * line; the caller's handlers interpret the lines.
 */
#ifndef WRAPPERS_SUBMISSION_RUNNER_H
#define WRAPPERS_SUBMISSION_RUNNER_H

#include <stdbool.h>
#include <stdint.h>

#include "src/exitstatus.h"
#include "wrappers/base/strings.h"
#include "wrappers/submission/waitline.h"

/* How a line is handled. */
enum crane_line {
	CRANE_LINE_TAKEN, /* it is not shown */
	CRANE_LINE_SHOWN, /* it is passed on to stderr unchanged */
};

/* [line] is without prefix and newline; the handler may change it. */
typedef enum crane_line crane_line_handler(void *arg, char *line);

struct crane_run {
	/*
	 * The program first; a name without a slash is searched on $PATH. There is no shell in
	 * between.
	 */
	const struct crane_strings *argv;
	char *const *envp; /* its environment; NULL: ours */
	int stdin_fd;      /* its standard input; -1: that of the command */
	int keep_fd;       /* a close-on-exec descriptor that it inherits anyway; -1: none */

	/*
	 * It runs in the foreground of the terminal, in the command's process group. The command
	 * passes signals on to it and waits until it has ended. If false, signals act on the
	 * command as usual.
	 */
	bool forwards_signals;
	int signal_when_alone; /* the signal that it gets when the command dies; 0: none */

	crane_line_handler *out_line; /* each line of its stdout; NULL: the command's stdout */
	crane_line_handler *err_line; /* the same for stderr, if the line has the prefix */
	const char *prefix; /* of its own lines on stderr, "srun: "; other lines are passed on */
	/*
	 * The user's program writes to the same stderr: after the first line without the prefix all
	 * bytes are passed on as they come.
	 */
	bool shares_stderr;
	/*
	 * Writes a line of Slurm's own in Crane's words: of the program itself, or of slurmstepd in
	 * between the user's bytes. Returns the line, malloc'd, or NULL: it is passed on as it is.
	 * NULL: all lines are.
	 */
	char *(*translate)(void *arg, const char *line);

	/*
	 * The line about waiting on a terminal; NULL shows no line. With [step_of], a job, the
	 * command checks whether the step waits when the program has printed no line for
	 * CRANE_RUN_SILENCE_MSEC.
	 */
	struct crane_waitline *wait;
	uint32_t step_of;
	void *arg; /* for the handlers */
};

#define CRANE_RUN_SILENCE_MSEC 500

/*
 * Runs the program to its end. Ends run->wait. Returns CRANE_EXIT_OK, or CRANE_EXIT_SYSTEM with the
 * reason printed if the program cannot be started.
 * Out: *wait_status as waitpid() fills it.
 */
enum crane_exit crane_run_wait(const struct crane_run *run, int *wait_status);

/* Returns the exit status in [wait_status], or 128 + signal, as a shell does. */
int crane_run_status(int wait_status);

#endif /* WRAPPERS_SUBMISSION_RUNNER_H */
