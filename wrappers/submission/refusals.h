/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A refusal of Slurm in Crane's words: the message of sbatch, salloc or srun, its meaning, and its
 * exit status. The texts: doc/reference/errors.md#refusals-by-slurmctld.
 */
#ifndef WRAPPERS_SUBMISSION_REFUSALS_H
#define WRAPPERS_SUBMISSION_REFUSALS_H

#include <stdbool.h>

#include "src/exitstatus.h"
#include "wrappers/slurm/api.h"

/* A refusal as Slurm's command printed it. Strings are owned; NULL: no such message. */
struct crane_heard {
	char *crane_text; /* the first text of job_submit/crane */
	char *failure;    /* Slurm's reason */
	bool is_final;    /* the line with the refusal was not shown */
};

/*
 * [line] has no prefix such as "srun: ". Notes it and returns true if it is a text of
 * job_submit/crane, which is then printed without its prefix, or if it announces the refusal: it
 * begins with one of [heads], a list that ends with NULL. The reason follows the head, or the next
 * ": " if the head does not end with ": ".
 */
bool crane_heard_note(struct crane_heard *heard, const char *line, const char *const *heads);
void crane_heard_clear(struct crane_heard *heard);

/* The meaning of a refusal. */
struct crane_refusal {
	enum crane_exit status; /* CRANE_EXIT_NETWORK or CRANE_EXIT_BACKEND */
	bool says_why;          /* the text, or a line shown before, has Slurm's reason */
	char *text;             /* Crane's words, or Slurm's; owned; without a final period */
	const char *other_text; /* crun's and calloc's words; NULL: the same */
	const char *code;       /* "ERR_..." */
};

/*
 * Explains [heard], which has crane_text or failure. With [has_dependency], if slurmctld refused
 * the dependency without a message of the plugin, checks whether it loads job_submit/crane.
 * Frees: the caller frees refusal->text.
 */
void crane_refusal_explain(const struct crane_heard *heard, bool has_dependency,
			   struct crane_refusal *refusal);

/*
 * Prints the refusal as crun and calloc do: "<head><text>", and [end] if the text has no final
 * period; then Slurm's reason if the text does not say it. Returns the exit status.
 */
enum crane_exit crane_refusal_report(const struct crane_heard *heard, const char *head,
				     const char *end, bool has_dependency);

/* Prints that slurmctld did not answer, or that libslurm cannot be loaded. Returns the exit status. */
enum crane_exit crane_refusal_unreachable(const struct crane_slurm_error *why);

/*
 * Returns the code of a text of cbatch's, "ERR_GENERIC_FAILURE" if the text has no code of its own.
 */
const char *crane_refusal_code(const char *text);

#define CRANE_GENERIC_CODE "ERR_GENERIC_FAILURE"

#endif /* WRAPPERS_SUBMISSION_REFUSALS_H */
