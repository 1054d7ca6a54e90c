/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What crun asks of the job it runs in: how much a step takes when the user does not say, whether
 * the job could ever give it, and the words for srun (spec/cli-submit.md sections 6.2 and 6.3,
 * DESIGN section 4). Waiting for room is left to slurmctld, running srun to runner.h.
 */
#ifndef WRAPPERS_CRUN_STEP_REQUEST_H
#define WRAPPERS_CRUN_STEP_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "src/error.h"
#include "wrappers/submission/jobrequest.h"
#include "wrappers/slurm/jobs.h"
#include "wrappers/base/memory.h"

/* What the job's environment says of its size; 0: it does not, or no number. */
struct crane_step_defaults {
	uint32_t nodes, tasks, tasks_per_node;
};

/* CRANE_JOB_NUM_NODES, CRANE_NTASKS, CRANE_NTASKS_PER_NODE. */
struct crane_step_defaults crane_step_defaults_from_env(void);

struct crane_step {
	/* Checked by crane_job_check(); its want_nodes and want_tasks are settled here. */
	struct crane_job_request *job;
	uint32_t tasks_per_node;     /* bound, 0: none */
	struct crane_strings usable; /* nodes of the job that --nodelist and --exclude leave */
	struct crane_strings others; /* the job's other nodes */
};

/*
 * The one place where a step differs from a job before crane_job_check(): a bound on tasks a node
 * that contradicts the number of tasks is dropped with a warning on stderr, and no memory means the
 * default.
 */
void crane_step_prepare(struct crane_job_request *job);

/*
 * Settle counts and nodes. [job_mem_mib]: memory of the job on all nodes together, 0 when not
 * known. [single]: without -N and -n it is one task (a terminal can serve no more). Out:   *step,
 * to be cleared by crane_step_clear(), also on failure. Error: -1, class CRANE_E_VALUE: the step
 * can never run in this job, and why.
 */
int crane_step_settle(struct crane_job_request *job, const struct crane_allocation *allocation,
		      uint64_t job_mem_mib, const struct crane_step_defaults *defaults, bool single,
		      struct crane_step *step, struct crane_error *err);

/*
 * Append the step in srun's words. What srun would take from SLURM_... variables is said
 * explicitly.
 */
void crane_step_argv(const struct crane_step *step, struct crane_strings *argv);

void crane_step_clear(struct crane_step *step);

#endif /* WRAPPERS_CRUN_STEP_REQUEST_H */
