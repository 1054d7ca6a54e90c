/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The option rows of crun.
 */
#include "config.h"

#include "wrappers/crun/crun_options.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"

#define FIELD(name) offsetof(struct crane_crun_request, name)

bool crane_crun_wants_x11(const struct crane_crun_request *me)
{
	return me->x11 || me->x11_forwarding;
}

/* CraneSched has one type. Slurm has more, and a site names its default (MpiDefault). */
static int set_mpi(void *request, const struct crane_opt_given *given, struct crane_error *err)
{
	(void)request;
	if (strcmp(given->text, "pmix") == 0)
		return 0;
	return crane_error_set(err, CRANE_E_VALUE, 0, "unsupported MPI type %s", given->text);
}

static const struct crane_opt rows[] = {
	CRANE_OPT_COMMON("crun", CRANE_JOB_FIELD(config)),
	CRANE_OPT_DOC('i', "input", "string", STRING, MAP, FIELD(input), NULL, 0,
		      "tasks that read standard input: all, none, a task's number; or a file",
		      "--input", "a number that no task has is a file"),
	CRANE_OPT_DOC('o', "output", "string", STRING, MAP, FIELD(output), NULL, 0,
		      "tasks whose standard output to show: all, none, a task's number; or a file",
		      "--output",
		      "a file is truncated, also when each task has one; in a step %s and %J "
		      "give Slurm's number of the step, with a note"),
	CRANE_OPT_DOC('e', "err", "string", STRING, MAP, FIELD(err), NULL, 0,
		      "tasks whose standard error to show: all, none, a task's number; or a file",
		      "--error", "as --output"),
	CRANE_OPT(0, "pty", NULL, BOOL, PASS, FIELD(pty), NULL, 0,
		  "run the first task in a terminal"),
	CRANE_OPT_DOC('Q', "quiet", NULL, BOOL, PASS, FIELD(quiet), NULL, 0, "no messages of crun",
		      "--quiet", NULL),
	CRANE_OPT_DOC(0, "x11", NULL, BOOL, PASS, FIELD(x11), NULL, 0, "X11 for the program",
		      "--x11",
		      "Slurm always makes a tunnel, which the site turns on with "
		      "PrologFlags=X11; refused in a step, since its job has X11 or has not"),
	CRANE_OPT_DOC(0, "x11-forwarding", NULL, BOOL, MAP, FIELD(x11_forwarding), NULL, 0,
		      "as --x11", "--x11", "Slurm always forwards X11"),
	CRANE_OPT_DOC(0, "mpi", "string", STRING, PASS, FIELD(mpi), set_mpi, 0, "type of MPI: pmix",
		      "--mpi", "CRANE_PMIX_... variables have no effect"),
	CRANE_OPT_DOC(0, "prolog", "string", STRING, LOCAL, FIELD(prolog), NULL, 0,
		      "program to run here first; the job is not submitted if it fails",
		      "--prolog=none", "replaces the site's SrunProlog"),
	CRANE_OPT_DOC(0, "epilog", "string", STRING, LOCAL, FIELD(epilog), NULL, 0,
		      "program to run here at the end, also after a refused job", "--epilog=none",
		      "replaces the site's SrunEpilog"),
	CRANE_OPT_DOC(0, "task-prolog", "string", STRING, MAP, FIELD(task_prolog), NULL, 0,
		      "program on the nodes to run before each task", "--task-prolog",
		      "a relative path is one from the folder of the call; runs after the site's "
		      "TaskProlog"),
	CRANE_OPT_DOC(0, "task-epilog", "string", STRING, MAP, FIELD(task_epilog), NULL, 0,
		      "program on the nodes to run after each task", "--task-epilog",
		      "as --task-prolog; a task keeps its status when it fails"),
	CRANE_OPT_THEN(crane_interactive_rows),
};

const struct crane_command crane_crun_command = {
	.use = "crun [flags] program [argument...]",
	.about = "Run a program as a job, or as a step of the job around it",
	.rows = rows,
	.stop_at_word = 1,
	.max_words = CRANE_ANY_WORDS,
};

enum crane_exit crane_crun_refuse_value(const char *text)
{
	return crane_job_usage_error(&crane_crun_command, CRANE_CRUN, CRANE_APPLY_BAD_VALUE, text);
}

const char *crane_crun_refusal_head(const struct crane_crun_request *me)
{
	return me->step_of ? "Failed to allocate step id: " : "Failed to allocate job id: ";
}

enum crane_exit crane_crun_refuse_request(const struct crane_crun_request *me, const char *reason)
{
	crane_say("%s%s", crane_crun_refusal_head(me), reason);
	return CRANE_EXIT_BACKEND;
}

/* srun would print that it ignores the option, and continue. */
#define X11_WAY_OUT                                                                                \
	"Slurm sets X11 up with the job; use crun --x11 outside of a job, or salloc --x11, whose " \
	"steps have it"

/*
 * Options of a job that cannot differ for one of its steps (doc/reference/steps.md#steps-by-crun).
 */
static const struct {
	const char *name, *more;
} of_the_job[] = {
	{ "account", "" },
	{ "deadline", "" },
	{ "dependency", ": a step has no dependency, the job it belongs to has begun" },
	{ "exclusive", "" },
	{ "hold", "" },
	{ "licenses", "" },
	{ "partition", "" },
	{ "qos", "" },
	{ "reservation", "" },
	{ "signal", "" },
	{ "wckey", "" },
	{ "x11", ": " X11_WAY_OUT },
	{ "x11-forwarding", ": " X11_WAY_OUT },
};

bool crane_crun_refuse_in_step(const struct crane_parsed *line, enum crane_exit *status)
{
	for (size_t i = 0; i < sizeof(of_the_job) / sizeof(*of_the_job); i++) {
		char *text;

		if (!crane_parsed_has(line, of_the_job[i].name))
			continue;
		text = crane_xasprintf("--%s is not supported in step%s", of_the_job[i].name,
				       of_the_job[i].more);
		*status = crane_crun_refuse_value(text);
		free(text);
		return true;
	}
	return false;
}

void crane_crun_note_in_step(const struct crane_job_request *job)
{
	if (job->mail_type || job->mail_user)
		crane_say("Note: Slurm sends mail for jobs, not for steps: --mail-type has no "
			  "effect.");
	if (job->comment || job->extra_attr)
		crane_say(
			"Note: Slurm keeps comments and attributes of jobs, not of steps: --comment "
			"and --extra-attr have no effect.");
}
