/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The request of cbatch and its option table.
 */
#ifndef WRAPPERS_CBATCH_CBATCH_OPTIONS_H
#define WRAPPERS_CBATCH_CBATCH_OPTIONS_H

#include <stdbool.h>
#include <time.h>

#include "wrappers/base/strings.h"
#include "wrappers/options/options.h"
#include "wrappers/submission/jobrequest.h"

enum crane_requeue { CRANE_REQUEUE_DEFAULT, CRANE_REQUEUE_YES, CRANE_REQUEUE_NO };

struct crane_cbatch_request {
	struct crane_job_request job;
	/* As given; NULL: not given. Texts belong to the parsed options. */
	const char *wrap, *interpreter, *input, *output, *error, *open_mode, *begin;
	struct crane_opt_uint repeat;
	bool json, parsable, dry_run;
	bool pod, pod_related; /* --pod; any of --pod-... */
	bool wait;
	enum crane_requeue requeue;
	time_t begin_time;
	char *array;                /* in Slurm's words; owned; NULL: no array */
	struct crane_strings plain; /* "--name=value" of directives that Slurm alone knows */
	time_t now;                 /* set before options are read */
};

/* CraneSched runs containers in pods; Slurm has none. */
#define CRANE_CBATCH_POD_HELP                                                                      \
	"no pods on Slurm: run the container inside the job, or use sbatch --container"
#define CRANE_CBATCH_NO_PODS "--pod: " CRANE_CBATCH_POD_HELP

extern const struct crane_command crane_cbatch_command;

void crane_cbatch_clear(struct crane_cbatch_request *request);

#endif /* WRAPPERS_CBATCH_CBATCH_OPTIONS_H */
