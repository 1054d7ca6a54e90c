/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Steps as slurmctld has them. steprows.h adds Crane's numbers and the steps that Slurm does not
 * have.
 */
#ifndef WRAPPERS_SLURM_STEPS_H
#define WRAPPERS_SLURM_STEPS_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "wrappers/slurm/api.h"
#include "wrappers/slurm/jobs.h"

/* One step that slurmctld remembers: it waits, runs or ends just now. Strings are never NULL. */
struct crane_slurm_step {
	uint32_t job_id;  /* Slurm's own number, also of an array task */
	uint32_t step_id; /* Slurm's, see src/stepid.h */
	uint32_t uid;
	const char *name, *nodes, *submit_line, *tres;
	const char *gres;      /* asked for on each node, such as "gres:gpu:2" or "gres/gpu:2" */
	const char *srun_host; /* where srun runs that asked for the step */
	uint32_t srun_pid;
	uint32_t num_cpus, num_tasks;
	enum crane_job_state state;
	uint64_t limit_sec; /* 0: none */
	time_t start_time;  /* 0: not started */
	int64_t run_sec;
};

struct crane_slurm_steps {
	struct crane_slurm_step *step;
	size_t n;
	void *slurm; /* libslurm's message, to which the strings point */
};

/*
 * The steps of one job (of an array's number: of all its tasks), or of all jobs with [job_id] 0.
 * Out:   *steps, to be released with crane_slurm_steps_free(). Returns 0, or -1 with *why filled.
 */
int crane_slurm_load_steps(uint32_t job_id, struct crane_slurm_steps *steps,
			   struct crane_slurm_error *why);
void crane_slurm_steps_free(struct crane_slurm_steps *steps);

/*
 * Returns the state in [steps] of the step that the srun with this process id on this machine
 * requested: 1 it waits, 0 it has begun, -1 it is not there (not yet, or no longer).
 */
int crane_slurm_step_waits(const struct crane_slurm_steps *steps, int srun_pid);

#endif /* WRAPPERS_SLURM_STEPS_H */
