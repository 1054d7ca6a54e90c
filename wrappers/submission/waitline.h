/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * While a job or a step waits: asks slurmctld why and until when, and keeps one line about it alive
 * on a terminal, which is gone when the waiting is over. What is said once and stays is left to
 * crun and calloc.
 */
#ifndef WRAPPERS_SUBMISSION_WAITLINE_H
#define WRAPPERS_SUBMISSION_WAITLINE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Start with CRANE_WAITLINE_INIT. */
struct crane_waitline {
	const char *command; /* "crun", what the line begins with */
	bool quiet;          /* -Q: not a word */
	pid_t child;         /* srun or salloc; set by crane_run_wait() */

	/* Not for others. */
	bool is_over;
	uint32_t step_of; /* a step of this job waits; 0: a job does */
	pid_t asker;      /* the process that asks slurmctld; 0: none */
	int fd;           /* its reports, or -1 */
	bool shown;
	char text[400];          /* what is to be seen while it is shown */
	unsigned long n_threads; /* of srun, while its step waited */
};

/* clang-format off */
#define CRANE_WAITLINE_INIT(name, is_quiet)                                                        \
	{ .command = (name), .quiet = (is_quiet), .fd = -1 }
/* clang-format on */

/*
 * The job waits: a second from now slurmctld is asked for the first time. Does nothing unless
 * stderr is a terminal.
 */
void crane_waitline_job(struct crane_waitline *line, uint32_t job_id);

/*
 * The step that [line->child] wants of this job has not begun: does it wait? Says so once,
 * terminal or not, when slurmctld says yes.
 */
void crane_waitline_step(struct crane_waitline *line, uint32_t job_id);

/* How long to wait for crane_waitline_fd() at most, until crane_waitline_serve(); -1: for ever. */
int crane_waitline_timeout_msec(const struct crane_waitline *line);

/* [readable]: there is something on line->fd. */
void crane_waitline_serve(struct crane_waitline *line, bool readable);

/* Somebody else writes to the terminal now; the line comes back with the next answer. */
void crane_waitline_hide(struct crane_waitline *line);

/* Nothing waits any more, for good. May be called again. */
void crane_waitline_end(struct crane_waitline *line);

#endif /* WRAPPERS_SUBMISSION_WAITLINE_H */
