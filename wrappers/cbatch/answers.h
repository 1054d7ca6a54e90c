/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints the jobs that cbatch submitted, as text or as JSON. */
#ifndef WRAPPERS_CBATCH_ANSWERS_H
#define WRAPPERS_CBATCH_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;

enum crane_answer_form {
	CRANE_ANSWER_TEXT, /* "Job id allocated: 12" */
	CRANE_ANSWER_IDS,  /* "12", a line each; crane_sbatch_run() prints them */
	CRANE_ANSWER_JSON,
};

struct crane_answers {
	enum crane_answer_form form;
	bool single;
	struct json_object *ids, *codes; /* arrays; NULL without --json */
	size_t n_ids, n_refused;
	char *reason; /* of the last refusal; owned; NULL: nothing was refused */
};

/* [single]: there is one job, whose id crane_sbatch_run() prints. */
void crane_answers_begin(struct crane_answers *answers, enum crane_answer_form form, bool single);

/* Text is printed at once, so that no id is lost on an interrupt. */
void crane_answers_add_id(struct crane_answers *answers, uint32_t id);

/* slurmctld refused a job: [text] is one line, [code] "ERR_...". */
void crane_answers_add_refusal(struct crane_answers *answers, const char *text, const char *code);

/*
 * Prints the remaining output and frees everything. Returns [status], or CRANE_EXIT_BACKEND if that
 * is 0 and a job was refused.
 */
int crane_answers_end(struct crane_answers *answers, int status);

#endif /* WRAPPERS_CBATCH_ANSWERS_H */
