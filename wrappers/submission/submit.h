/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the real sbatch and says what came of it: a job id, or a refusal in Crane's words. What
 * sbatch is asked for is left to the command.
 */
#ifndef WRAPPERS_SUBMISSION_SUBMIT_H
#define WRAPPERS_SUBMISSION_SUBMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "src/exitstatus.h"
#include "wrappers/base/memory.h"

struct crane_submission {
	const struct crane_strings *argv; /* "sbatch" first, found on PATH; no shell in between */
	const char *stdin_text;           /* its standard input; NULL: ours */
	size_t stdin_len;
	int keep_fd;   /* a descriptor to hand down, or -1 */
	bool tells_id; /* print "Job id allocated: <id>" once it is known */
};

/* What sbatch said. Strings are owned and may be NULL. */
struct crane_submitted {
	bool has_id, tells_id;
	uint32_t job_id;
	int wait_status;  /* as waitpid tells */
	char *crane_text; /* first "sbatch: error: crane: " line, without that prefix */
	/* What followed "Batch job submission failed: ", else the last error line. */
	char *failure;
	char *failure_line; /* the first of the two as a whole, not yet passed on; may be NULL */
};

/*
 * Run it. Its stderr lines are passed on as they come: those of job_submit/crane without their
 * prefix, all others unchanged; only the line of the refusal is held back, since the command may
 * say the same. Returns 0, or the exit status for a command that cannot be run (the reason is
 * printed).
 */
int crane_submit_run(const struct crane_submission *submission, struct crane_submitted *out);

/* What a refusal means to the user. */
struct crane_refusal {
	enum crane_exit status; /* CRANE_EXIT_NETWORK or CRANE_EXIT_BACKEND */
	bool of_dependency;     /* slurmctld disliked the dependency */
	bool says_why;          /* the text, or a line passed on, tells what Slurm's line would */
	char *text;             /* Crane's words, else Slurm's; owned; no final period */
	const char *text_b;     /* that of crun and calloc (spec/errors.md); NULL: the same */
	const char *code;       /* "ERR_..." */
};

void crane_submit_refusal(const struct crane_submitted *submitted, struct crane_refusal *refusal);

/* The code that belongs to a text A of spec/errors.md, "ERR_GENERIC_FAILURE" to any other. */
const char *crane_submit_code(const char *text);
void crane_submitted_clear(struct crane_submitted *submitted);

#endif /* WRAPPERS_SUBMISSION_SUBMIT_H */
