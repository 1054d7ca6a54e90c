/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccancel: ends jobs and steps (doc/reference/control.md#ccancel-selection). It ends only what was
 * named: a step of a pending job, or the step that holds a job's resources, is refused.
 */
#include "config.h"

#include <pthread.h>
#include <stdatomic.h>

#include "src/exitstatus.h"
#include "wrappers/base/print.h"
#include "wrappers/ccancel/answer.h"
#include "wrappers/ccancel/ccancel_options.h"
#include "wrappers/ccancel/targets.h"
#include "wrappers/slurm/api.h"
#include "wrappers/slurm/jobs.h"
#include "wrappers/slurm/jobchange.h"
#include "wrappers/options/start.h"
#include "wrappers/view/query.h"

#define N_WORKERS 8

static void end_target(struct ccancel_target *target)
{
	enum crane_kill_answer answer;

	if (target->reason || target->over)
		return;
	answer = target->whole ?
			 crane_slurm_kill_job(target->job, &target->why) :
			 crane_slurm_kill_step(target->job_id, target->slurm_step, &target->why);
	switch (answer) {
	case CRANE_KILL_OK:
		break;
	case CRANE_KILL_OVER:
		target->over = true;
		break;
	case CRANE_KILL_NOT_FOUND:
		target->reason = target->whole ? "Job not found" : "Step not found";
		break;
	case CRANE_KILL_DENIED:
		target->reason = "Permission Denied";
		break;
	case CRANE_KILL_FAILED:
		target->failed = true;
		break;
	}
}

struct work {
	struct ccancel_targets *targets;
	bool whole;
	atomic_size_t next;
};

static void *end_some(void *arg)
{
	struct work *work = arg;
	size_t i;

	while ((i = atomic_fetch_add(&work->next, 1)) < work->targets->n) {
		if (work->targets->target[i].whole == work->whole)
			end_target(&work->targets->target[i]);
	}
	return NULL;
}

/* Every target costs one round trip to slurmctld, so several threads ask at a time. */
static void end_kind(struct ccancel_targets *targets, bool whole)
{
	struct work work = { .targets = targets, .whole = whole };
	pthread_t worker[N_WORKERS - 1];
	size_t n = 0;

	while (n < N_WORKERS - 1 && n + 1 < targets->n / 2) {
		if (pthread_create(&worker[n], NULL, end_some, &work) != 0)
			break;
		n++;
	}
	end_some(&work);
	while (n > 0)
		pthread_join(worker[--n], NULL);
}

/*
 * Ends steps before jobs: a job that ends takes its steps with it, so that a step of it could no
 * longer be found.
 */
static void end_all(struct ccancel_targets *targets)
{
	bool any_step = false;

	for (size_t i = 0; i < targets->n; i++)
		any_step |= !targets->target[i].whole;
	if (any_step)
		end_kind(targets, false);
	end_kind(targets, true);
}

static enum crane_exit run(const struct ccancel_request *me)
{
	struct ccancel_targets targets = { 0 };
	struct crane_slurm_error why;
	enum crane_exit status;

	crane_slurm_begin(me->config);
	if (ccancel_targets_choose(me, &targets, &why) != 0) {
		status = ccancel_tell_failure(&why);
	} else {
		end_all(&targets);
		status = ccancel_tell(me, &targets);
	}
	ccancel_targets_clear(&targets);
	return status;
}

int main(int argc, char **argv)
{
	struct ccancel_request request = { 0 };
	struct crane_parsed line = { 0 };
	enum crane_exit status;

	crane_print_begin();
	if (!crane_options_start(&ccancel_command, argc, argv, &line, &status))
		goto out;
	status = crane_query_read(&ccancel_command, &line, &request, &request.config);
	if (status == CRANE_EXIT_OK)
		status = ccancel_request_read(&request, &line);
	if (status == CRANE_EXIT_OK)
		status = run(&request);
out:
	ccancel_request_clear(&request);
	crane_parsed_clear(&line);
	return crane_print_end((int)status);
}
