/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs srun and reads its lines before the program writes (22.05.8 to 26.05). */
#include "config.h"

#include "wrappers/crun/srun_talk.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "wrappers/base/print.h"
#include "src/stepenv.h"
#include "src/stepid.h"
#include "wrappers/base/text.h"
#include "wrappers/crun/program_env.h"
#include "wrappers/crun/x11.h"
#include "wrappers/slurm/api.h"
#include "wrappers/slurm/jobs.h"
#include "wrappers/submission/refusals.h"
#include "wrappers/submission/runner.h"
#include "wrappers/submission/talk.h"
#include "wrappers/slurm/allocation.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/strings.h"

struct srun_talk {
	const struct crane_crun_request *me;
	struct crane_talk talk;
	bool waiting;   /* the job waited, which was reported */
	bool has_nodes; /* the job has its nodes */
	bool cancelled; /* before anything ran */
	bool no_cookie; /* for X11; reported */
};

static const char *const refusal_heads[] = {
	"error: Unable to allocate resources: ",
	"error: Unable to create step for job",
	"error: Unable to confirm allocation for job",
	"error: Slurm job", /* "... 12 has expired" */
	"fatal: ",
	NULL,
};

/* The whole line is the reason, since slurmctld's reason begins in the same way. */
#define NO_MPI "error: Invalid MPI type "

/* Lines that do not concern the user. */
static const char *const noise[] = {
	"Check SLURM_JOB_ID environment variable. ",
	"Step created for ",
};

static void tell_nodes(uint32_t job_id)
{
	struct crane_allocation allocation;
	struct crane_slurm_error why;

	if (crane_slurm_load(&why) != 0)
		return;
	crane_slurm_begin(NULL);
	if (crane_slurm_load_allocation(job_id, &allocation, &why) == CRANE_ALLOCATION_OK)
		crane_say("Allocated craned nodes: %s", allocation.nodes);
	crane_allocation_clear(&allocation);
}

/* One line that stays; on a terminal the line about waiting follows. */
static void tell_waiting(struct srun_talk *srun, uint32_t job_id)
{
	const struct crane_job_request *job = &srun->me->job;
	const char *what = job->hold ? ": held" : job->dependency_text ? ": dependency " : "";

	crane_say("Job id allocated: %u, waiting resources%s%s.", job_id, what,
		  !job->hold && job->dependency_text ? job->dependency_text : "");
	srun->waiting = true;
	crane_waitline_job(&srun->talk.wait, job_id);
}

static void tell_allocated(struct srun_talk *srun, uint32_t job_id)
{
	srun->has_nodes = true;
	if (srun->waiting)
		tell_nodes(job_id);
}

static void tell_cancelled(struct srun_talk *srun)
{
	if (!srun->cancelled)
		crane_say("%s has been cancelled.",
			  srun->me->step_of ? "The waiting step" : "The waiting job");
	srun->cancelled = true;
}

/* A line that salloc does not say. */
static enum crane_line hear_other(struct srun_talk *srun, const char *line)
{
	uint32_t job_id;
	const char *no_cookie;

	if (crane_line_names_job(line, "Job ", " step creation temporarily disabled", &job_id) ||
	    crane_line_names_job(line, "Job ", " step creation still disabled", &job_id))
		return CRANE_LINE_TAKEN;
	if (crane_begins_with(line, "Cancelled pending step for job ") ||
	    crane_begins_with(line, "Cancelled pending job step with signal ")) {
		tell_cancelled(srun);
		return CRANE_LINE_TAKEN;
	}
	for (size_t i = 0; i < sizeof(noise) / sizeof(*noise); i++) {
		if (crane_begins_with(line, noise[i]))
			return CRANE_LINE_TAKEN;
	}
	/*
	 * When a waiting job is cancelled, 22.05 prints this after the cancellation, 26.05 before
	 * it.
	 */
	if ((srun->cancelled || (srun->waiting && !srun->has_nodes)) &&
	    crane_begins_with(line, "Force Terminated "))
		return CRANE_LINE_TAKEN;
	if (srun->me->mpi && crane_begins_with(line, NO_MPI)) {
		free(srun->talk.heard.failure);
		srun->talk.heard.failure = crane_xstrdup(line + strlen("error: "));
		return CRANE_LINE_TAKEN;
	}
	no_cookie = crane_crun_wants_x11(srun->me) ? crane_x11_cookie_failure(line) : NULL;
	if (!no_cookie)
		return CRANE_LINE_SHOWN;
	crane_say("Error in reading X11 xauth cookies: %s", no_cookie);
	srun->no_cookie = true;
	return CRANE_LINE_TAKEN;
}

static enum crane_line hear(void *arg, char *line)
{
	struct srun_talk *srun = arg;
	uint32_t job_id;

	switch (crane_talk_hear(&srun->talk, line, refusal_heads, &job_id)) {
	case CRANE_EVENT_REFUSED:
		break;
	case CRANE_EVENT_QUEUED:
		tell_waiting(srun, job_id);
		break;
	case CRANE_EVENT_ALLOCATED:
		tell_allocated(srun, job_id);
		break;
	case CRANE_EVENT_CANCELLED:
	case CRANE_EVENT_REVOKED:
		tell_cancelled(srun);
		break;
	case CRANE_EVENT_OTHER:
		return hear_other(srun, line);
	}
	return CRANE_LINE_TAKEN;
}

/*
 * Returns true if no step can run in the job any more, or ever could (22.05.8
 * src/common/slurm_errno.c).
 */
static bool is_job_gone(const struct crane_crun_request *me, const char *failure)
{
	return me->step_of && failure &&
	       (crane_begins_with(failure, "Invalid job id") || strstr(failure, " has expired") ||
		crane_begins_with(failure, "Job/step already complet"));
}

/*
 * Returns a line of srun or slurmstepd with Crane's numbers of the job's steps, malloc'd; NULL if
 * it names no step. "*** STEP 311.4 ON n1 CANCELLED", "StepId=311.4" (22.05 to 26.05).
 */
static char *number_steps(void *arg, const char *line)
{
	static const char *const before[] = { "STEP ", "StepId=" };
	const struct srun_talk *srun = arg;
	struct crane_stepenv_job job = { .maker = CRANE_MAKER_SRUN };
	uint32_t job_id = srun->me->step_of;
	char *text = NULL;

	if (!crane_begins_with(line, "srun: ") && !crane_begins_with(line, "slurmstepd: "))
		return NULL;
	/* Without the record the maker of the job, and so the numbers of its steps, are unknown. */
	if (job_id && crane_stepenv_job_parse(getenv(CRANE_STEPENV_JOB), job_id, &job, NULL) != 0)
		return NULL;
	for (size_t i = 0; i < sizeof(before) / sizeof(*before) && !text; i++) {
		const char *at = strstr(line, before[i]), *number;
		uint32_t id;
		unsigned long step;
		char *end;

		number = at ? at + strlen(before[i]) : NULL;
		if (!number || !crane_line_names_job(number, "", ".", &id))
			continue;
		number = strchr(number, '.') + 1;
		step = strtoul(number, &end, 10);
		if (end == number || step > 0xffff0000 || (job_id && id != job_id))
			continue;
		text = crane_xasprintf("%.*s%u%s", (int)(number - line), line,
				       crane_step_from_slurm((uint32_t)step, job.maker), end);
	}
	crane_stepenv_job_clear(&job);
	return text;
}

/* Returns the exit status of crun for that of srun. */
static int judge(const struct srun_talk *srun, int code)
{
	const struct crane_crun_request *me = srun->me;
	const struct crane_heard *heard = &srun->talk.heard;

	/* A step that was cancelled while it waited did not fail. */
	if (code == 0 || srun->cancelled)
		return CRANE_EXIT_OK;
	if (srun->no_cookie)
		return CRANE_EXIT_SYSTEM;
	if (is_job_gone(me, heard->failure))
		return crane_crun_refuse_request(me, "Invalid job id");
	if (heard->failure)
		return crane_refusal_report(heard, crane_crun_refusal_head(me), "",
					    me->job.dependency_text != NULL);
	return code;
}

int crane_crun_run_srun(const struct crane_crun_request *me, const struct crane_strings *argv)
{
	struct crane_crun_env what = { .export_env = me->export_env,
				       .step_of = me->step_of,
				       .other_job = me->other_job };
	struct crane_strings env = { 0 };
	struct srun_talk srun = { .me = me, .talk.wait = CRANE_WAITLINE_INIT("crun", me->quiet) };
	struct crane_run run = { .argv = argv,
				 .stdin_fd = -1,
				 .keep_fd = -1,
				 .forwards_signals = true,
				 .signal_when_alone = SIGTERM,
				 .err_line = hear,
				 .prefix = "srun: ",
				 .shares_stderr = true,
				 .translate = number_steps,
				 .wait = &srun.talk.wait,
				 .step_of = me->quiet ? 0 : me->step_of,
				 .arg = &srun };
	int status, wait_status = 0;

	crane_crun_env(&what, &env);
	if (crane_crun_wants_x11(me))
		crane_x11_env(&env);
	run.envp = env.item;
	status = crane_run_wait(&run, &wait_status);
	if (status == CRANE_EXIT_OK)
		status = judge(&srun, crane_run_status(wait_status));
	crane_heard_clear(&srun.talk.heard);
	crane_strings_clear(&env);
	return status;
}
