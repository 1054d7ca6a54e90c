/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * crun: runs a program as a job or, inside an allocation, as a step of that job. The real srun runs
 * it. Only the program writes to stdout; Crane's messages go to stderr. The program gets its words
 * unchanged.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/exitstatus.h"
#include "src/stepenv.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"
#include "wrappers/base/strings.h"
#include "wrappers/crun/crun_options.h"
#include "wrappers/crun/hooks.h"
#include "wrappers/crun/program.h"
#include "wrappers/crun/srun_talk.h"
#include "wrappers/crun/step_request.h"
#include "wrappers/crun/streams.h"
#include "wrappers/crun/x11.h"
#include "wrappers/options/govalue.h"
#include "wrappers/options/options.h"
#include "wrappers/slurm/api.h"
#include "wrappers/slurm/jobs.h"
#include "wrappers/submission/cleanstart.h"
#include "wrappers/submission/jobargv.h"
#include "wrappers/submission/jobcheck.h"
#include "wrappers/submission/jobplace.h"
#include "wrappers/submission/refusals.h"
#include "wrappers/slurm/allocation.h"
#include "wrappers/options/help.h"
#include "wrappers/options/start.h"

/*
 * Chooses a step of the job that $CRANE_JOB_ID names, or $SLURM_JOB_ID in an allocation of Slurm's
 * own commands; without them a job. Returns false, with *status set, if the value is not a job id.
 */
static bool find_mode(struct crane_crun_request *me, enum crane_exit *status)
{
	const char *slurm = getenv("SLURM_JOB_ID"), *crane = getenv("CRANE_JOB_ID");
	const char *name = crane ? "CRANE_JOB_ID" : "SLURM_JOB_ID";
	const char *value = crane ? crane : slurm;
	struct crane_error err;

	if (!value)
		return true;
	if (crane_go_uint32(value, false, &me->step_of, &err) == 0 && me->step_of > 0) {
		me->other_job = !slurm || (uint32_t)strtoul(slurm, NULL, 10) != me->step_of;
		return true;
	}
	if (me->step_of == 0 && strspn(value, "0") == strlen(value) && *value)
		crane_error_set(&err, CRANE_E_VALUE, 0, "no job has that number");
	crane_say("Failed to parse env: invalid %s '%s': %s.", name, value, err.text);
	*status = CRANE_EXIT_SYSTEM;
	return false;
}

/* --- running srun ----------------------------------------------------------------------------- */

static void begin_argv(const struct crane_crun_request *me, struct crane_strings *argv)
{
	crane_strings_addf(argv, "srun");
	if (me->quiet)
		crane_strings_addf(argv, "--quiet");
	/* Without a terminal no user can press Ctrl-C twice within a second. */
	if (!isatty(STDIN_FILENO))
		crane_strings_addf(argv, "--quit-on-interrupt");
	if (crane_crun_wants_x11(me))
		crane_strings_addf(argv, "--x11");
	if (me->mpi)
		crane_strings_addf(argv, "--mpi=%s", me->mpi);
	/* The user's hooks replace those of slurm.conf, and crun runs them itself. */
	if (me->prolog)
		crane_strings_addf(argv, "--prolog=none");
	if (me->epilog)
		crane_strings_addf(argv, "--epilog=none");
	crane_crun_task_hook("task-prolog", me->task_prolog, argv);
	crane_crun_task_hook("task-epilog", me->task_epilog, argv);
}

/*
 * Runs prolog, srun and epilog. Returns the exit status; a failure of the program takes precedence
 * over one of the epilog.
 */
static int run(const struct crane_crun_request *me, const struct crane_strings *argv)
{
	int status = crane_crun_hook("Prolog", me->prolog), epilog;

	if (status != CRANE_EXIT_OK)
		return status;
	status = crane_crun_run_srun(me, argv);
	epilog = crane_crun_hook("Epilog", me->epilog);
	return status != CRANE_EXIT_OK ? status : epilog;
}

static int finish_and_run(const struct crane_crun_request *me, const struct crane_parsed *line,
			  struct crane_strings *argv)
{
	struct crane_error err;

	if (crane_crun_streams(me, argv, &err) != 0)
		return crane_crun_refuse_value(err.text);
	crane_crun_program(me, line, argv);
	return run(me, argv);
}

/* slurmctld did not answer, or refused the request. */
static enum crane_exit refuse_answer(const struct crane_crun_request *me,
				     const struct crane_slurm_error *why)
{
	return why->failure != CRANE_SLURM_REFUSED ? crane_refusal_unreachable(why) :
						     crane_crun_refuse_request(me, why->text);
}

/* --- a job ------------------------------------------------------------------------------------ */

static int run_job(const struct crane_crun_request *me, const struct crane_parsed *line)
{
	struct crane_strings argv = { 0 };
	struct crane_slurm_error why = { 0 };
	int status;

	begin_argv(me, &argv);
	crane_job_argv(&me->job, &argv);
	switch (crane_job_place(&me->job, &argv, &why)) {
	case CRANE_PLACED:
		status = finish_and_run(me, line, &argv);
		break;
	case CRANE_PLACE_TOO_FEW:
		status = crane_crun_refuse_request(me, "Not enough nodes for the job");
		break;
	default:
		status = refuse_answer(me, &why);
	}
	crane_strings_clear(&argv);
	return status;
}

/* --- a step ----------------------------------------------------------------------------------- */

/*
 * Reads the allocation from the environment of the outer job, since a request to slurmctld takes a
 * tenth of a short step's time. srun checks whether the job still runs. Returns false if the
 * environment does not have the allocation.
 */
static bool read_allocation(const struct crane_crun_request *me,
			    struct crane_allocation *allocation)
{
	const char *nodes = getenv("SLURM_JOB_NODELIST"), *cpus = getenv("SLURM_JOB_CPUS_PER_NODE");
	bool complete;

	if (me->other_job || !nodes || !*nodes || !cpus || getenv("SLURM_HET_SIZE"))
		return false;
	*allocation =
		(struct crane_allocation){ .job_id = me->step_of, .nodes = crane_xstrdup(nodes) };
	complete = crane_hostlist_expand(nodes, &allocation->names) > 0;
	allocation->cpus = crane_xcalloc(allocation->names.n, sizeof(*allocation->cpus));
	for (size_t i = 0; i < allocation->names.n; i++) {
		allocation->cpus[i] = crane_stepenv_cpus_of_node(cpus, (uint32_t)i);
		complete = complete && allocation->cpus[i] > 0;
	}
	if (!complete)
		crane_allocation_clear(allocation);
	return complete;
}

/*
 * Reads the allocation from the environment, else from slurmctld. Returns false, with the refusal
 * printed and *status set, if there is no allocation to run in.
 */
static bool load_allocation(const struct crane_crun_request *me,
			    struct crane_allocation *allocation, int *status)
{
	struct crane_slurm_error why = { 0 };

	if (read_allocation(me, allocation))
		return true;
	if (crane_slurm_load(&why) != 0) {
		crane_say("%s", why.text);
		*status = CRANE_EXIT_SYSTEM;
		return false;
	}
	crane_slurm_begin(NULL);
	switch (crane_slurm_load_allocation(me->step_of, allocation, &why)) {
	case CRANE_ALLOCATION_OK:
		return true;
	case CRANE_ALLOCATION_NONE:
		*status = crane_crun_refuse_request(me, "Invalid job id");
		break;
	case CRANE_ALLOCATION_DENIED:
		*status = crane_crun_refuse_request(me, "Permission denied");
		break;
	default:
		*status = refuse_answer(me, &why);
	}
	return false;
}

/*
 * Returns the job's memory on all its nodes; 0: unknown. Calls slurmctld, so only if --mem needs
 * it.
 */
static uint64_t load_memory(const struct crane_crun_request *me)
{
	struct crane_jobs jobs = { 0 };
	struct crane_slurm_error why;
	uint64_t mem_mib = 0;

	if (!me->job.mem)
		return 0;
	if (crane_slurm_load(&why) != 0)
		return 0;
	crane_slurm_begin(NULL);
	if (crane_slurm_load_job(me->step_of, false, &jobs, &why) != 0)
		return 0;
	for (size_t i = 0; i < jobs.n; i++) {
		if (jobs.job[i].job_id == me->step_of)
			mem_mib = crane_stepenv_mem_of_tres(jobs.job[i].tres_alloc, 1);
	}
	crane_jobs_free(&jobs);
	return mem_mib;
}

static int run_step(struct crane_crun_request *me, const struct crane_parsed *line)
{
	struct crane_step_defaults defaults = crane_step_defaults_from_env();
	struct crane_allocation allocation = { 0 };
	struct crane_step step = { 0 };
	struct crane_strings argv = { 0 };
	struct crane_error err;
	int status;

	if (!load_allocation(me, &allocation, &status))
		goto out;
	if (crane_step_settle(&me->job, &allocation, load_memory(me), &defaults, me->pty, &step,
			      &err) != 0) {
		status = crane_crun_refuse_request(me, err.text);
		goto out;
	}
	begin_argv(me, &argv);
	/* A step without GPU options gets the job's GPUs. */
	if (me->job.gres_text && !*me->job.gres_text)
		crane_strings_addf(&argv, "--gres=none");
	if (me->other_job)
		crane_strings_addf(&argv, "--jobid=%u", me->step_of);
	crane_step_argv(&step, &argv);
	status = finish_and_run(me, line, &argv);
out:
	crane_strings_clear(&argv);
	crane_step_clear(&step);
	crane_allocation_clear(&allocation);
	return status;
}

/* --- the request ------------------------------------------------------------------------------ */

/*
 * Names the job, applies the environment, and checks the request. Returns CRANE_EXIT_OK or the
 * status to end with.
 */
static enum crane_exit check(struct crane_crun_request *me, const char *program)
{
	const char *slash = strrchr(program, '/');
	struct crane_error err;
	char *no_display;
	const char *refusal;

	if (me->pty && (me->input || me->output || me->err))
		return crane_usage_error(&crane_crun_command, CRANE_EXIT_ARG,
					 "--input/--output/--err are incompatible with --pty.");
	if (!crane_job_use_config(&me->job))
		return CRANE_EXIT_ARG;
	if (!me->job.job_name)
		me->job.job_name = slash ? slash + 1 : program;
	me->export_env = crane_job_export(&me->job);
	if (me->step_of)
		crane_step_prepare(&me->job);
	if (me->step_of && !me->quiet)
		crane_crun_note_in_step(&me->job);
	if (crane_job_check(&me->job, &err) != 0)
		return crane_crun_refuse_value(err.text);
	no_display = crane_crun_wants_x11(me) ? crane_x11_refusal() : NULL;
	if (no_display) {
		crane_say("%s", no_display);
		free(no_display);
		return CRANE_EXIT_SYSTEM;
	}
	refusal = crane_job_backend_refusal(&me->job);
	return refusal ? crane_crun_refuse_request(me, refusal) : CRANE_EXIT_OK;
}

static int check_and_run(struct crane_crun_request *me, const struct crane_parsed *line)
{
	enum crane_applied applied;
	enum crane_exit status;
	char *program;
	int code;
	struct crane_error err;

	if (line->n_words == 0)
		return crane_usage_error(&crane_crun_command, CRANE_EXIT_ARG,
					 "Please specify program to run");
	if (!find_mode(me, &status) || (me->step_of && crane_crun_refuse_in_step(line, &status)))
		return status;
	if (!me->step_of)
		crane_clean_start();
	applied = crane_options_apply(line, me, &err);
	if (applied != CRANE_APPLIED)
		return crane_job_usage_error(&crane_crun_command, CRANE_CRUN, applied, err.text);
	program = crane_crun_program_name(line, me->job.chdir);
	status = check(me, program);
	code = status != CRANE_EXIT_OK ? (int)status :
	       me->step_of             ? run_step(me, line) :
					 run_job(me, line);
	free(program); /* the job may be named after it */
	return code;
}

int main(int argc, char **argv)
{
	struct crane_crun_request me = { .job.dialect = CRANE_CRUN };
	struct crane_parsed line = { 0 };
	enum crane_exit answered;
	int status;

	crane_print_begin();
	status = crane_options_start(&crane_crun_command, argc, argv, &line, &answered) ?
			 check_and_run(&me, &line) :
			 (int)answered;
	crane_parsed_clear(&line);
	crane_job_clear(&me.job);
	return crane_print_end(status);
}
