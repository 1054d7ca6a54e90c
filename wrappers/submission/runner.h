/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs srun or salloc in our own process group, so that terminal, stdin, stdout and signals are
 * theirs, and reads what they say on stderr before the user's program speaks. What their lines mean
 * is left to crun and calloc.
 */
#ifndef WRAPPERS_SUBMISSION_RUNNER_H
#define WRAPPERS_SUBMISSION_RUNNER_H

#include <stdbool.h>
#include <stdint.h>

#include "src/exitstatus.h"
#include "wrappers/slurm/api.h"
#include "wrappers/submission/submit.h"
#include "wrappers/base/memory.h"
#include "wrappers/submission/waitline.h"

/* What becomes of a line of the command's stderr. */
enum crane_line {
	CRANE_LINE_TAKEN, /* not shown */
	CRANE_LINE_SHOWN, /* passed on as it is */
};

struct crane_run {
	/* The command first, found on PATH; no shell in between. */
	const struct crane_strings *argv;
	char *const *envp;  /* its environment */
	const char *prefix; /* of its own lines: "srun: " */
	/*
	 * The program's stderr is its own: with the first line that lacks the prefix the reading
	 * ends for good, and bytes pass as they come.
	 */
	bool shares_stderr;
	int signal_when_alone; /* sent to it when we die */
	bool no_stdin;         /* it reads /dev/null */
	/*
	 * [line] without the prefix and the newline; it may be changed. NULL: its stderr is ours,
	 * unread.
	 */
	enum crane_line (*line)(void *arg, char *line);
	/*
	 * What tells a waiting user what to expect. With [step_of] slurmctld is asked whether the
	 * step waits when nothing but lines of srun's own was heard for CRANE_RUN_SILENCE_MSEC. May
	 * be NULL.
	 */
	struct crane_waitline *wait;
	uint32_t step_of;
	void *arg;
};

#define CRANE_RUN_SILENCE_MSEC 500

/*
 * Run it to its end. Signals sent to us reach it; those of the terminal reach it by themselves.
 * Ends run->wait.
 * Out:   *wait_status as waitpid tells. Returns 0, or the exit status for a command that cannot be
 * run (reason printed).
 */
enum crane_exit crane_run_wait(const struct crane_run *run, int *wait_status);

/* wait_status as a shell would put it: the exit status, or 128 + signal. */
int crane_run_status(int wait_status);

/* A refusal that srun or salloc announced. */
struct crane_run_refusal {
	char *crane_text; /* what job_submit/crane said; owned, may be NULL */
	char *failure;    /* Slurm's reason; owned, may be NULL */
};

/*
 * Is this line (without the prefix) such an announcement? Notes it and returns true; the line of
 * job_submit/crane is printed too, without its prefix. [heads] are the beginnings of a final
 * refusal, ended by NULL.
 */
bool crane_run_note_refusal(struct crane_run_refusal *refusal, const char *line,
			    const char *const *heads);

/*
 * "<head><reason>" in Crane's words on stderr, and [end] where the reason has no period. Asks
 * slurmctld whether it knows Crane's dependencies when [has_dependency] and it disliked it. Returns
 * the exit status that belongs to it.
 */
enum crane_exit crane_run_report(const struct crane_run_refusal *refusal, const char *head,
				 const char *end, bool has_dependency);

/* Says that slurmctld did not answer. Returns the exit status of that. */
enum crane_exit crane_run_unreachable(const struct crane_slurm_error *why);

void crane_run_refusal_clear(struct crane_run_refusal *refusal);

#endif /* WRAPPERS_SUBMISSION_RUNNER_H */
