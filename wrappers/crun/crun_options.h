/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The request of crun: its option rows and its refusals. */
#ifndef WRAPPERS_CRUN_CRUN_OPTIONS_H
#define WRAPPERS_CRUN_CRUN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "src/exitstatus.h"
#include "wrappers/options/options.h"
#include "wrappers/submission/jobrequest.h"

struct crane_crun_request {
	struct crane_job_request job;

	/* As given; NULL: not given. Texts belong to the parsed options. */
	const char *input, *output, *err;
	const char *prolog, *epilog, *task_prolog, *task_epilog, *mpi;
	bool quiet, pty, x11, x11_forwarding;

	uint32_t step_of;       /* the job to run in; 0: a job of its own */
	bool other_job;         /* that job is not the one that SLURM_... variables describe */
	const char *export_env; /* NULL: all variables */
};

extern const struct crane_command crane_crun_command;

bool crane_crun_wants_x11(const struct crane_crun_request *me);

/* Each prints the refusal and returns the exit status. */
enum crane_exit crane_crun_refuse_value(const char *text);
enum crane_exit crane_crun_refuse_request(const struct crane_crun_request *me, const char *reason);

/* Returns the beginning of a refusal: "Failed to allocate job id: ", or the same for a step. */
const char *crane_crun_refusal_head(const struct crane_crun_request *me);

/*
 * Returns true, with the refusal printed and *status set, if the command line has an option that no
 * step can have.
 */
bool crane_crun_refuse_in_step(const struct crane_parsed *line, enum crane_exit *status);

/* Prints which options have no effect in a step. */
void crane_crun_note_in_step(const struct crane_job_request *job);

#endif /* WRAPPERS_CRUN_CRUN_OPTIONS_H */
