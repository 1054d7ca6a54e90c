/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs sbatch once and reads its answer: a job id, or a refusal.
 */
#ifndef WRAPPERS_CBATCH_SBATCH_H
#define WRAPPERS_CBATCH_SBATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "src/exitstatus.h"
#include "wrappers/base/strings.h"
#include "wrappers/submission/refusals.h"

struct crane_sbatch {
	const struct crane_strings *argv; /* "sbatch" first */
	int script_fd; /* the script for its standard input; -1: its path is in argv */
	int export_fd; /* variables for --export-file; -1: there are none */
	/*
	 * The head of the line that is printed with the id as soon as it is known; NULL prints
	 * nothing.
	 */
	const char *id_head;
};

/* Begins as { 0 }; frees: crane_heard_clear(&answer.heard). */
struct crane_sbatch_answer {
	bool has_id;
	uint32_t job_id;
	int status; /* that of sbatch, which with --wait is the job's */
	struct crane_heard heard;
};

/*
 * Runs sbatch. Lines of job_submit/crane are passed on without their prefix, others unchanged. The
 * line of a refusal is not passed on, since the command prints the refusal in Crane's words.
 * Returns CRANE_EXIT_OK, or the exit status if sbatch cannot be run (the reason is printed).
 */
enum crane_exit crane_sbatch_run(const struct crane_sbatch *sbatch,
				 struct crane_sbatch_answer *answer);

/*
 * Returns a descriptor of a file in memory that holds [text], or -1 with errno. The caller closes
 * it.
 */
int crane_sbatch_file(const char *text, size_t len);

#endif /* WRAPPERS_CBATCH_SBATCH_H */
