/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The line about a waiting job or step on a terminal: the reason and the expected start, from
 * slurmctld. It is erased when the job or step starts. crun and calloc print the lines that stay.
 */
#ifndef WRAPPERS_SUBMISSION_WAITLINE_H
#define WRAPPERS_SUBMISSION_WAITLINE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Begins as CRANE_WAITLINE_INIT. */
struct crane_waitline {
	const char *command; /* the line begins with it: "crun" */
	bool quiet;          /* nothing is printed */
	pid_t child;         /* srun or salloc; set by crane_run_wait() */

	/* Private. */
	bool is_over;
	uint32_t step_of; /* a step of this job waits; 0: a job does */
	pid_t asker;      /* the process that queries slurmctld; 0: none */
	int fd;           /* its reports, or -1 */
	bool shown;
	char text[400];          /* the line on the terminal while it is shown */
	unsigned long n_threads; /* of srun, while its step waited */
};

/* clang-format off */
#define CRANE_WAITLINE_INIT(name, is_quiet)                                                        \
	{ .command = (name), .quiet = (is_quiet), .fd = -1 }
/* clang-format on */

/*
 * Shows the line for a waiting job. The first query to slurmctld is sent after a second. Does
 * nothing if stderr is not a terminal.
 */
void crane_waitline_job(struct crane_waitline *line, uint32_t job_id);

/*
 * The step of line->child in this job has not started. If it waits, prints this once, and shows the
 * line if stderr is a terminal.
 */
void crane_waitline_step(struct crane_waitline *line, uint32_t job_id);

/*
 * Returns the milliseconds until crane_waitline_serve() has to be called; -1: only when line->fd is
 * readable.
 */
int crane_waitline_timeout_msec(const struct crane_waitline *line);

/* Reads a report from line->fd if it is [readable], and shows it. */
void crane_waitline_serve(struct crane_waitline *line, bool readable);

/* Erases the line before other output; the next answer shows it again. */
void crane_waitline_hide(struct crane_waitline *line);

/* Ends the waiting. May be called again. */
void crane_waitline_end(struct crane_waitline *line);

#endif /* WRAPPERS_SUBMISSION_WAITLINE_H */
