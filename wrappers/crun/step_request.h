/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The request of a step: its default size, whether the job can ever run it, and srun's options for
 * it. The rules: doc/reference/steps.md#steps-by-crun.
 */
#ifndef WRAPPERS_CRUN_STEP_REQUEST_H
#define WRAPPERS_CRUN_STEP_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "src/error.h"
#include "wrappers/base/strings.h"
#include "wrappers/slurm/jobs.h"
#include "wrappers/submission/jobrequest.h"
#include "wrappers/slurm/allocation.h"

/* The size of the job by its environment; 0: a variable is not set, or is not a number. */
struct crane_step_defaults {
	uint32_t nodes, tasks, tasks_per_node;
};

/* Returns CRANE_JOB_NUM_NODES, CRANE_NTASKS, CRANE_NTASKS_PER_NODE. */
struct crane_step_defaults crane_step_defaults_from_env(void);

struct crane_step {
	/* Checked by crane_job_check(); crane_step_settle() sets want_nodes and want_tasks. */
	struct crane_job_request *job;
	uint32_t tasks_per_node;     /* at most; 0: any number */
	struct crane_strings usable; /* the nodes of the job that --nodelist and --exclude allow */
	struct crane_strings others; /* the job's other nodes */
};

/*
 * Drops options that are refused in a job but not in a step; called before crane_job_check(). A
 * number of tasks per node that contradicts the number of tasks is dropped with a warning on
 * stderr; a memory of 0 means the default.
 */
void crane_step_prepare(struct crane_job_request *job);

/*
 * Determines counts and nodes. [job_mem_mib]: the job's memory on all its nodes, 0: unknown.
 * [single]: without -N and -n the step has one task, since a terminal has one program.
 * Out:    *step, also on failure; the caller clears it.
 * Errors: -1, class CRANE_E_VALUE: the step can never run in this job, and why.
 */
int crane_step_settle(struct crane_job_request *job, const struct crane_allocation *allocation,
		      uint64_t job_mem_mib, const struct crane_step_defaults *defaults, bool single,
		      struct crane_step *step, struct crane_error *err);

/*
 * Appends the step as options of srun. Also names the options that srun would else take from
 * SLURM_... variables.
 */
void crane_step_argv(const struct crane_step *step, struct crane_strings *argv);

void crane_step_clear(struct crane_step *step);

#endif /* WRAPPERS_CRUN_STEP_REQUEST_H */
