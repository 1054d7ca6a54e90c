/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Steps: asks libslurm for them. wrappers/view/steprows.c numbers them and adds those that
 * Slurm lacks.
 */
#include "config.h"

#include "wrappers/slurm/steps.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wrappers/slurm/library.h"
#include "wrappers/base/memory.h"

static void convert_step(const job_step_info_t *info, struct crane_slurm_step *step)
{
	bool pending = (info->state & JOB_STATE_BASE) == JOB_PENDING;

	*step = (struct crane_slurm_step){
		.job_id = info->step_id.job_id,
		.step_id = info->step_id.step_id,
		.uid = info->user_id,
		.name = crane_or_empty(info->name),
		/* For a waiting step Slurm gives the job's nodes. */
		.nodes = pending ? "" : crane_or_empty(info->nodes),
		.submit_line = crane_or_empty(info->submit_line),
		.tres = crane_libslurm_step_tres(info),
		.gres = crane_or_empty(info->tres_per_node),
		.srun_host = crane_or_empty(info->srun_host),
		.srun_pid = info->srun_pid,
		.num_cpus = info->num_cpus,
		.num_tasks = info->num_tasks,
		.state = crane_slurm_state(info->state),
		.limit_sec = info->time_limit == INFINITE || info->time_limit == NO_VAL ?
				     0 :
				     (uint64_t)info->time_limit * 60,
		.start_time = pending ? 0 : info->start_time,
		.run_sec = pending || info->run_time < 0 ? 0 : info->run_time,
	};
}

/*
 * Returns true if the i-th is a waiting step that [msg] has again. A waiting srun repeats its
 * request once a minute, and slurmctld stores each request as a step of its own, which it removes
 * only when another step ends (Slurm 22.05.8 src/slurmctld/step_mgr.c). Only the last of them is
 * shown, and none if the step runs by now.
 */
static bool is_told_again(const job_step_info_response_msg_t *msg, uint32_t i)
{
	const job_step_info_t *step = &msg->job_steps[i];

	if ((step->state & JOB_STATE_BASE) != JOB_PENDING || step->srun_pid == 0)
		return false;
	for (uint32_t j = 0; j < msg->job_step_count; j++) {
		const job_step_info_t *other = &msg->job_steps[j];
		bool pending = (other->state & JOB_STATE_BASE) == JOB_PENDING;

		if (other->step_id.job_id == step->step_id.job_id &&
		    other->srun_pid == step->srun_pid &&
		    strcmp(crane_or_empty(other->srun_host), crane_or_empty(step->srun_host)) ==
			    0 &&
		    (!pending || j > i))
			return true;
	}
	return false;
}

int crane_slurm_load_steps(uint32_t job_id, struct crane_slurm_steps *steps,
			   struct crane_slurm_error *why)
{
	job_step_info_response_msg_t *msg = NULL;
	int rc;

	memset(steps, 0, sizeof(*steps));
	rc = crane_libslurm_load_steps(job_id, &msg);
	if (rc != SLURM_SUCCESS)
		return crane_libslurm_failure(rc, why);
	steps->slurm = msg;
	steps->step = crane_xcalloc(msg->job_step_count, sizeof(*steps->step));
	for (uint32_t i = 0; i < msg->job_step_count; i++) {
		if (!is_told_again(msg, i))
			convert_step(&msg->job_steps[i], &steps->step[steps->n++]);
	}
	return 0;
}

void crane_slurm_steps_free(struct crane_slurm_steps *steps)
{
	free(steps->step);
	if (steps->slurm)
		crane_libslurm_free_steps(steps->slurm);
	memset(steps, 0, sizeof(*steps));
}

int crane_slurm_step_waits(const struct crane_slurm_steps *steps, int srun_pid)
{
	char host[256] = "";
	int answer = -1;

	gethostname(host, sizeof(host) - 1);
	for (size_t i = 0; i < steps->n; i++) {
		const struct crane_slurm_step *step = &steps->step[i];

		/* One of the two may be the short form of the name. */
		if (step->srun_pid != (uint32_t)srun_pid || !*step->srun_host ||
		    strncmp(step->srun_host, host, strcspn(host, ".")) != 0)
			continue;
		answer = step->state == CRANE_PENDING;
	}
	return answer;
}
