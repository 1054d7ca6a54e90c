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
	CRANE_LINE_SHOWN, /* it is passed on to stderr as it is */
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
	int stdin_fd;      /* what it reads; -1: our standard input */
	int keep_fd;       /* a close-on-exec descriptor that it inherits all the same; -1: none */

	/*
	 * It runs in the foreground of the terminal, in our process group: what a person or a
	 * script sends us is meant for it. We pass it on and stay until it has ended. If false,
	 * signals act on us as usual.
	 */
	bool forwards_signals;
	int signal_when_alone; /* it gets this signal when we die; 0: it gets none */

	crane_line_handler *out_line; /* each line of its stdout; NULL: its stdout is ours */
	crane_line_handler *err_line; /* the same of stderr, if the line has the prefix */
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
	 * The line about waiting on a terminal; NULL shows no line. With [step_of], a job,
	 * slurmctld is asked whether the step waits once CRANE_RUN_SILENCE_MSEC have passed without
	 * a line from the program.
	 */
	struct crane_waitline *wait;
	uint32_t step_of;
	void *arg; /* for the handlers */
};

#define CRANE_RUN_SILENCE_MSEC 500

/*
 * Run the program to its end. Ends run->wait. Returns CRANE_EXIT_OK, or CRANE_EXIT_SYSTEM with the
 * reason printed if the program cannot be started.
 * Out: *wait_status as waitpid() fills it.
 */
enum crane_exit crane_run_wait(const struct crane_run *run, int *wait_status);

/* Returns the exit status in [wait_status], or 128 + signal, as a shell does. */
int crane_run_status(int wait_status);

#endif /* WRAPPERS_SUBMISSION_RUNNER_H */
