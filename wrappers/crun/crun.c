/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * crun: run a program as a job of its own or, inside an allocation, as a step of that job, by way
 * of the real srun (spec/cli-submit.md section 6). The shared options are jobrequest.c's, a step's
 * request step_request.c's, what srun says runner.c's. Streams: stdout is the program's alone, so Crane's
 * messages go to stderr. The words of the program reach it as they are, with no shell in between.
 */
#include "config.h"

#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/exitstatus.h"
#include "src/stepenv.h"
#include "wrappers/crun/program_env.h"
#include "wrappers/crun/hooks.h"
#include "wrappers/crun/x11.h"
#include "wrappers/submission/debuglevel.h"
#include "wrappers/options/govalue.h"
#include "wrappers/submission/jobrequest.h"
#include "wrappers/submission/jobplace.h"
#include "wrappers/options/options.h"
#include "wrappers/submission/outfile.h"
#include "wrappers/slurm/api.h"
#include "wrappers/slurm/jobs.h"
#include "wrappers/crun/step_request.h"
#include "wrappers/submission/runner.h"
#include "wrappers/base/environment.h"
#include "wrappers/base/memory.h"

#define JOB_HEAD "Failed to allocate job id: "
#define STEP_HEAD "Failed to allocate step id: "

struct crun_request {
	struct crane_job_request job;
	const char *input, *output, *err, *debug_level;
	const char *prolog, *epilog, *task_prolog, *task_epilog, *mpi;
	bool quiet, pty, x11, x11_forwarding;

	uint32_t step_of; /* the job to run in; 0: a job of its own */
	bool other_job;   /* it is not SLURM_JOB_ID's */
	const char *export_env;
};

#define FIELD(name) offsetof(struct crun_request, name)

static bool wants_x11(const struct crun_request *me)
{
	return me->x11 || me->x11_forwarding;
}

/* Slurm knows more types; a site sets its own default (MpiDefault). */
static int set_mpi(void *request, const struct crane_opt_given *given, struct crane_error *err)
{
	(void)request;
	if (strcmp(given->text, "pmix") == 0)
		return 0;
	return crane_error_set(err, CRANE_E_VALUE, 0, "unsupported MPI type %s", given->text);
}

static const struct crane_opt rows[] = {
	/* clang-format off */
	CRANE_OPT_COMMON("crun", CRANE_JOB_FIELD(config)),
	CRANE_OPT_DOC('i', "input", "string", STRING, MAP, FIELD(input), NULL, 0,
		      "who reads standard input: all, none, the number of a task; or a file",
		      "--input", "a number that no task has is a file"),
	CRANE_OPT_DOC('o', "output", "string", STRING, MAP, FIELD(output), NULL, 0,
		      "whose standard output to show: all, none, the number of a task; or a file",
		      "--output", "a file is truncated, also one of each task; %s and %J in a step "
		      "give Slurm's number, with a note"),
	CRANE_OPT_DOC('e', "err", "string", STRING, MAP, FIELD(err), NULL, 0,
		      "whose standard error to show: all, none, the number of a task; or a file",
		      "--error", "as --output"),
	CRANE_OPT(0, "pty", NULL, BOOL, PASS, FIELD(pty), NULL, 0,
		  "run the first task in a terminal"),
	CRANE_OPT_DOC('Q', "quiet", NULL, BOOL, PASS, FIELD(quiet), NULL, 0, "no messages of crun",
		      "--quiet", NULL),
	CRANE_OPT_DEBUG_LEVEL(FIELD(debug_level)),
	CRANE_OPT_DOC(0, "x11", NULL, BOOL, PASS, FIELD(x11), NULL, 0, "X11 for the program",
		      "--x11", "always through a tunnel of Slurm's, which the site turns on with "
		      "PrologFlags=X11; refused in a step, whose job has it or has not"),
	CRANE_OPT_DOC(0, "x11-forwarding", NULL, BOOL, MAP, FIELD(x11_forwarding), NULL, 0,
		      "as --x11", "--x11", "Slurm knows no X11 that is not forwarded"),
	CRANE_OPT_DOC(0, "mpi", "string", STRING, PASS, FIELD(mpi), set_mpi, 0,
		      "type of MPI: pmix", "--mpi", "CRANE_PMIX_... variables have no effect"),
	CRANE_OPT_DOC(0, "prolog", "string", STRING, LOCAL, FIELD(prolog), NULL, 0,
		      "program to run here first; the job is not submitted if it fails",
		      "--prolog=none", "takes the place of the site's SrunProlog"),
	CRANE_OPT_DOC(0, "epilog", "string", STRING, LOCAL, FIELD(epilog), NULL, 0,
		      "program to run here in the end, also after a job that was refused",
		      "--epilog=none", "takes the place of the site's SrunEpilog"),
	CRANE_OPT_DOC(0, "task-prolog", "string", STRING, MAP, FIELD(task_prolog), NULL, 0,
		      "program on the nodes to run before each task", "--task-prolog",
		      "a relative path starts in the folder of the call; runs after the site's "
		      "TaskProlog"),
	CRANE_OPT_DOC(0, "task-epilog", "string", STRING, MAP, FIELD(task_epilog), NULL, 0,
		      "program on the nodes to run after each task", "--task-epilog",
		      "as --task-prolog; a task keeps its status when it fails"),
	CRANE_OPT_THEN(crane_job_rows),
	/* clang-format on */
};

static const struct crane_command command = {
	.use = "crun [flags] program [argument...]",
	.about = "Run a program as a job, or as a step of the job around it",
	.rows = rows,
	.stop_at_word = true,
	.max_words = CRANE_ANY_WORDS,
};

/* --- refusals --------------------------------------------------------------------------------- */

static enum crane_exit refuse_value(const char *text)
{
	return crane_job_usage_error(&command, CRANE_CRUN, CRANE_APPLY_BAD_VALUE, text);
}

static enum crane_exit refuse_request(const struct crun_request *me, const char *reason)
{
	fprintf(stderr, "%s%s\n", me->step_of ? STEP_HEAD : JOB_HEAD, reason);
	return CRANE_EXIT_BACKEND;
}

/* srun would say that it ignores the option, and go on. */
#define X11_WAY_OUT                                                                                 \
	"Slurm sets X11 up with the job; use crun --x11 outside of one, or salloc --x11, in whose " \
	"steps it is there"

/*
 * What belongs to the job and cannot be another thing for one of its steps (section 6.3; DESIGN
 * D9).
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

/* Returns true, with *status set, when an option cannot be had in a step. */
static bool refuse_of_the_job(const struct crane_parsed *line, enum crane_exit *status)
{
	for (size_t i = 0; i < sizeof(of_the_job) / sizeof(*of_the_job); i++) {
		char *text;

		if (!crane_parsed_has(line, of_the_job[i].name))
			continue;
		text = crane_xasprintf("--%s is not supported in step%s", of_the_job[i].name,
				       of_the_job[i].more);
		*status = refuse_value(text);
		free(text);
		return true;
	}
	return false;
}

/* What the spec takes in a step, and Slurm keeps for jobs alone; it changes nothing of what runs. */
static void note_of_the_job(const struct crane_job_request *job)
{
	if (job->mail_type || job->mail_user)
		fputs("Note: Slurm sends mail for jobs, not for steps: --mail-type has no "
		      "effect.\n",
		      stderr);
	if (job->comment || job->extra_attr)
		fputs("Note: Slurm keeps comments and attributes of jobs, not of steps: --comment "
		      "and --extra-attr have no effect.\n",
		      stderr);
}

/* --- job or step ------------------------------------------------------------------------------ */

/*
 * Section 6.1, and an allocation of Slurm's own commands alike. Returns false, with *status set, on
 * a bad value.
 */
static bool find_mode(struct crun_request *me, enum crane_exit *status)
{
	const char *slurm = getenv("SLURM_JOB_ID"), *crane = getenv("CRANE_JOB_ID");
	const char *name = crane ? "CRANE_JOB_ID" : "SLURM_JOB_ID";
	const char *value = crane ? crane : slurm;
	struct crane_error err;
	char *text;

	if (!value)
		return true;
	if (crane_go_uint32(value, false, &me->step_of, &err) == 0 && me->step_of > 0) {
		me->other_job = !slurm || (uint32_t)strtoul(slurm, NULL, 10) != me->step_of;
		return true;
	}
	if (me->step_of == 0 && strspn(value, "0") == strlen(value) && *value)
		crane_error_set(&err, CRANE_E_VALUE, 0, "no job has that number");
	text = crane_xasprintf("Failed to parse env: invalid %s '%s': %s.", name, value, err.text);
	fprintf(stderr, "%s\n", crane_scrub(text));
	free(text);
	*status = CRANE_EXIT_SYSTEM;
	return false;
}

/* --- streams ---------------------------------------------------------------------------------- */

static bool is_task_number(const char *text, uint32_t n_tasks)
{
	uint32_t number;

	return isdigit((unsigned char)*text) && crane_go_uint32(text, false, &number, NULL) == 0 &&
	       number < n_tasks;
}

/*
 * Crane makes missing folders of an output file (section 6.5). Names with patterns are left to
 * srun.
 */
static void make_parents(const char *path)
{
	char *copy = crane_xstrdup(path), *slash = copy;
	char *end = strrchr(copy, '/');

	if (end && end != copy) {
		*end = '\0';
		while (!strchr(copy, '%') && (slash = strchr(slash + 1, '/'))) {
			*slash = '\0';
			mkdir(copy, 0755); /* srun says what is wrong with the file in the end */
			*slash = '/';
		}
		if (!strchr(copy, '%'))
			mkdir(copy, 0755);
	}
	free(copy);
}

/*
 * To srun a name that begins with "all" means all, one that begins with '-' too, and a number or
 * "None" is no file either (22.05.8 src/srun/libsrun/fname.c).
 */
static bool is_special_to_srun(const char *name)
{
	return strncasecmp(name, "all", 3) == 0 || strcasecmp(name, "none") == 0 ||
	       name[0] == '-' || isdigit((unsigned char)*name);
}

static int add_stream(const struct crun_request *me, const char *option, const char *what,
		      const char *value, struct crane_strings *argv, struct crane_error *err)
{
	bool is_output = strcmp(option, "input") != 0;
	char *file, *path;

	if (!value)
		return 0;
	if (strcmp(value, "all") == 0 || strcmp(value, "none") == 0 ||
	    is_task_number(value, me->job.want_tasks)) {
		crane_strings_addf(argv, "--%s=%s", option, value);
		return 0;
	}
	file = crane_xasprintf("%s%s", is_special_to_srun(value) ? "./" : "", value);
	if (me->step_of) {
		/* Slurm knows the number when the step begins, and counts from 0. */
		if (!me->quiet && !strchr(value, '\\') &&
		    (strstr(value, "%s") || strstr(value, "%J")))
			fprintf(stderr,
				"Note: in --%s %%s and %%J give Slurm's number of the step, which "
				"is not Crane's.\n",
				what);
		path = file;
	} else {
		path = crane_outfile_for_batch(what, file, err);
		free(file);
		if (!path)
			return -1;
	}
	if (is_output && !me->job.chdir)
		make_parents(path);
	crane_strings_addf(argv, "--%s=%s", option, path);
	free(path);
	return 0;
}

static int add_streams(const struct crun_request *me, struct crane_strings *argv,
		       struct crane_error *err)
{
	if (add_stream(me, "input", "input", me->input, argv, err) != 0 ||
	    add_stream(me, "output", "output", me->output, argv, err) != 0 ||
	    add_stream(me, "error", "err", me->err, argv, err) != 0)
		return -1;
	if (me->output || me->err)
		crane_strings_addf(argv, "--open-mode=truncate");
	if (me->pty)
		crane_strings_addf(argv, "--pty");
	return 0;
}

/* --- the program ------------------------------------------------------------------------------ */

/*
 * Returns true if the program can be found on this machine, whose files are mostly those of the nodes.
 */
static bool is_here(const char *name, const char *chdir)
{
	bool is_relative = name[0] != '/' && chdir;
	char *path = strchr(name, '/') ? crane_xasprintf("%s%s%s", is_relative ? chdir : "",
							 is_relative ? "/" : "", name) :
					 crane_find_program(name);
	bool found = path && crane_is_program(path);

	free(path);
	return found;
}

/*
 * slurmstepd ends a task whose program is missing with status 2, which the program itself might
 * return. A shell in between says 127 as users expect; it is there only when the program cannot be
 * found here.
 */
static void add_program(const struct crun_request *me, const struct crane_parsed *line,
			struct crane_strings *argv)
{
	/*
	 * bash, since dash takes a folder on PATH that it may not read for a program that it may
	 * not run.
	 */
	static const char *const login[] = { "/bin/bash", "--login", "-c", "exec \"$@\"", "crun" };
	static const char *const plain[] = { "/bin/bash", "-c", "exec \"$@\"", "crun" };

	crane_strings_addf(argv, "--");
	if (me->job.get_user_env || crane_crun_env_is_login(me->export_env)) {
		for (size_t i = 0; i < sizeof(login) / sizeof(*login); i++)
			crane_strings_addf(argv, "%s", login[i]);
	} else if (!is_here(line->words[0], me->job.chdir)) {
		for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
			crane_strings_addf(argv, "%s", plain[i]);
	}
	for (size_t i = 0; i < line->n_words; i++)
		crane_strings_addf(argv, "%s", line->words[i]);
}

/* --- what srun says --------------------------------------------------------------------------- */

struct talk {
	const struct crun_request *me;
	struct crane_run_refusal refusal;
	struct crane_waitline wait;
	bool waiting;   /* said so */
	bool has_nodes; /* and that is over */
	bool cancelled; /* before anything ran */
	bool no_cookie; /* for X11; said so */
};

static const char *const refusal_heads[] = {
	"error: Unable to allocate resources: ",
	"error: Unable to create step for job",
	"error: Unable to confirm allocation for job",
	"error: Slurm job", /* "... 12 has expired" */
	"fatal: ",
	NULL,
};

#define NO_MPI "error: Invalid MPI type "

/* The job has nodes at last. */
static void tell_nodes(uint32_t job_id)
{
	struct crane_allocation allocation;
	struct crane_slurm_error why;

	crane_slurm_begin(NULL);
	if (crane_slurm_load_allocation(job_id, &allocation, &why) == CRANE_ALLOCATION_OK)
		fprintf(stderr, "Allocated craned nodes: %s\n", allocation.nodes);
	crane_allocation_clear(&allocation);
}

/* Once; a terminal hears more of it. */
static void tell_waiting(struct talk *talk, unsigned id)
{
	const struct crane_job_request *job = &talk->me->job;

	if (job->hold)
		fprintf(stderr, "Job id allocated: %u, waiting resources: held.\n", id);
	else if (job->dependency_text)
		fprintf(stderr, "Job id allocated: %u, waiting resources: dependency %s.\n", id,
			job->dependency_text);
	else
		fprintf(stderr, "Job id allocated: %u, waiting resources.\n", id);
	talk->waiting = true;
	crane_waitline_job(&talk->wait, id);
}

/* Lines of srun before the program speaks (22.05.8 to 26.05). */
static enum crane_line hear(void *arg, char *line)
{
	struct talk *talk = arg;
	unsigned id;
	int end = 0;

	if (crane_run_note_refusal(&talk->refusal, line, refusal_heads)) {
		crane_waitline_end(&talk->wait);
		return CRANE_LINE_TAKEN;
	}
	if (sscanf(line, "job %u queued and waiting for resources%n", &id, &end) == 1 && end) {
		tell_waiting(talk, id);
		return CRANE_LINE_TAKEN;
	}
	if (sscanf(line, "job %u has been allocated resources%n", &id, &end) == 1 && end) {
		crane_waitline_end(&talk->wait);
		talk->has_nodes = true;
		if (talk->waiting)
			tell_nodes(id);
		return CRANE_LINE_TAKEN;
	}
	if ((sscanf(line, "Job %u step creation temporarily disabled%n", &id, &end) == 1 && end) ||
	    (sscanf(line, "Job %u step creation still disabled%n", &id, &end) == 1 && end))
		return CRANE_LINE_TAKEN;
	if (strncmp(line, "Step created for ", 17) == 0 ||
	    strncmp(line, "Check SLURM_JOB_ID environment variable. ", 41) == 0)
		return CRANE_LINE_TAKEN;
	if (strcmp(line, "Job has been cancelled") == 0 ||
	    strncmp(line, "Cancelled pending step for job ", 31) == 0 ||
	    strncmp(line, "Cancelled pending job step with signal ", 39) == 0 ||
	    (sscanf(line, "Job allocation %u has been revoked%n", &id, &end) == 1 && end)) {
		if (!talk->cancelled)
			fprintf(stderr, "%s has been cancelled.\n",
				talk->me->step_of ? "The waiting step" : "The waiting job");
		talk->cancelled = true;
		return CRANE_LINE_TAKEN;
	}
	/* Of a job that waited 22.05 says so after the cancellation, 26.05 before it. */
	if ((talk->cancelled || (talk->waiting && !talk->has_nodes)) &&
	    strncmp(line, "Force Terminated ", 17) == 0)
		return CRANE_LINE_TAKEN;
	if (talk->me->mpi && strncmp(line, NO_MPI, strlen(NO_MPI)) == 0) {
		free(talk->refusal.failure);
		talk->refusal.failure = crane_xstrdup(line + strlen("error: "));
		return CRANE_LINE_TAKEN;
	}
	if (wants_x11(talk->me) && crane_x11_cookie_failure(line)) {
		fprintf(stderr, "Error in reading X11 xauth cookies: %s\n",
			crane_x11_cookie_failure(line));
		talk->no_cookie = true;
		return CRANE_LINE_TAKEN;
	}
	return CRANE_LINE_SHOWN;
}

/*
 * Slurm's words (22.05.8 src/common/slurm_errno.c) for a job that a step can no longer be in, or
 * never could.
 */
static bool is_job_gone(const struct crun_request *me, const char *failure)
{
	return me->step_of && failure &&
	       (strncmp(failure, "Invalid job id", 14) == 0 || strstr(failure, " has expired") ||
		strncmp(failure, "Job/step already complet", 24) == 0);
}

/* What becomes of srun's end. */
static enum crane_exit judge(const struct talk *talk, int wait_status)
{
	const struct crun_request *me = talk->me;
	int code = crane_run_status(wait_status);

	if (code == 0 || talk->cancelled)
		return CRANE_EXIT_OK; /* section 6.6 */
	if (talk->no_cookie)
		return CRANE_EXIT_SYSTEM;
	if (is_job_gone(me, talk->refusal.failure))
		return refuse_request(me, "Invalid job id");
	if (talk->refusal.failure)
		return crane_run_report(&talk->refusal, me->step_of ? STEP_HEAD : JOB_HEAD, "",
					me->job.dependency_text != NULL);
	return (enum crane_exit)code;
}

static enum crane_exit run_srun(const struct crun_request *me, const struct crane_strings *argv)
{
	struct crane_crun_env what = { .export_env = me->export_env,
				       .step_of = me->step_of,
				       .other_job = me->other_job };
	struct crane_strings env = { 0 };
	struct talk talk = { .me = me, .wait = CRANE_WAITLINE_INIT("crun", me->quiet) };
	struct crane_run srun = { .argv = argv,
				  .prefix = "srun: ",
				  .shares_stderr = true,
				  .signal_when_alone = SIGTERM,
				  .line = hear,
				  .arg = &talk,
				  .wait = &talk.wait,
				  .step_of = me->quiet ? 0 : me->step_of };
	enum crane_exit status;
	int wait_status = 0;

	crane_crun_env(&what, &env);
	if (wants_x11(me))
		crane_x11_env(&env);
	srun.envp = env.item;
	status = crane_run_wait(&srun, &wait_status);
	if (status == CRANE_EXIT_OK)
		status = judge(&talk, wait_status);
	crane_run_refusal_clear(&talk.refusal);
	crane_strings_clear(&env);
	return status;
}

/* The program's own failure says more than the epilog's. */
static enum crane_exit run(const struct crun_request *me, const struct crane_strings *argv)
{
	enum crane_exit status = crane_crun_hook("Prolog", me->prolog), epilog;

	if (status != CRANE_EXIT_OK)
		return status;
	status = run_srun(me, argv);
	epilog = crane_crun_hook("Epilog", me->epilog);
	return status != CRANE_EXIT_OK ? status : epilog;
}

/* --- requests --------------------------------------------------------------------------------- */

static void begin_argv(const struct crun_request *me, struct crane_strings *argv)
{
	crane_strings_addf(argv, "srun");
	if (me->quiet)
		crane_strings_addf(argv, "--quiet");
	if (wants_x11(me))
		crane_strings_addf(argv, "--x11");
	if (me->mpi)
		crane_strings_addf(argv, "--mpi=%s", me->mpi);
	/* In the place of what the site has in slurm.conf; ours we run ourselves. */
	if (me->prolog)
		crane_strings_addf(argv, "--prolog=none");
	if (me->epilog)
		crane_strings_addf(argv, "--epilog=none");
	crane_crun_task_hook("task-prolog", me->task_prolog, argv);
	crane_crun_task_hook("task-epilog", me->task_epilog, argv);
}

static enum crane_exit finish_and_run(const struct crun_request *me,
				      const struct crane_parsed *line, struct crane_strings *argv)
{
	struct crane_error err;

	if (add_streams(me, argv, &err) != 0)
		return refuse_value(err.text);
	add_program(me, line, argv);
	return run(me, argv);
}

static enum crane_exit run_job(struct crun_request *me, const struct crane_parsed *line)
{
	struct crane_strings argv = { 0 };
	struct crane_slurm_error why = { 0 };
	enum crane_exit status;

	begin_argv(me, &argv);
	crane_job_argv(&me->job, &argv);
	switch (crane_job_place(&me->job, &argv, &why)) {
	case CRANE_PLACED:
		status = finish_and_run(me, line, &argv);
		break;
	case CRANE_PLACE_TOO_FEW:
		status = refuse_request(me, "Not enough nodes for the job");
		break;
	default:
		status = why.failure == CRANE_SLURM_UNREACHABLE ? crane_run_unreachable(&why) :
								  refuse_request(me, why.text);
	}
	crane_strings_clear(&argv);
	return status;
}

/*
 * Inside the job its environment tells what the job was given, and a question to slurmctld would
 * cost a short step a tenth of its time. Whether the job still runs is srun's to find out.
 */
static bool read_allocation(const struct crun_request *me, struct crane_allocation *allocation)
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
 * The allocation answers for itself. Returns false, with *status set, when there is none to run in.
 */
static bool load_allocation(const struct crun_request *me, struct crane_allocation *allocation,
			    enum crane_exit *status)
{
	struct crane_slurm_error why = { 0 };

	if (read_allocation(me, allocation))
		return true;
	crane_slurm_begin(NULL);
	switch (crane_slurm_load_allocation(me->step_of, allocation, &why)) {
	case CRANE_ALLOCATION_OK:
		return true;
	case CRANE_ALLOCATION_NONE:
		*status = refuse_request(me, "Invalid job id");
		break;
	case CRANE_ALLOCATION_DENIED:
		*status = refuse_request(me, "Permission denied");
		break;
	default:
		*status = why.failure == CRANE_SLURM_UNREACHABLE ? crane_run_unreachable(&why) :
								   refuse_request(me, why.text);
	}
	return false;
}

/*
 * The job's memory on all its nodes; 0: not known. A second question, so asked only where --mem
 * makes it matter.
 */
static uint64_t load_memory(const struct crun_request *me)
{
	struct crane_jobs jobs = { 0 };
	struct crane_slurm_error why;
	uint64_t mem_mib = 0;

	if (!me->job.mem)
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

static enum crane_exit run_step(struct crun_request *me, const struct crane_parsed *line)
{
	struct crane_step_defaults defaults = crane_step_defaults_from_env();
	struct crane_allocation allocation = { 0 };
	struct crane_step step = { 0 };
	struct crane_strings argv = { 0 };
	struct crane_error err;
	enum crane_exit status;

	if (!load_allocation(me, &allocation, &status))
		goto out;
	if (crane_step_settle(&me->job, &allocation, load_memory(me), &defaults, me->pty, &step,
			      &err) != 0) {
		status = refuse_request(me, err.text);
		goto out;
	}
	begin_argv(me, &argv);
	if (!me->job.gres_text || !*me->job.gres_text)
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

static enum crane_exit check_and_run(struct crun_request *me, const struct crane_parsed *line)
{
	const char *forced = getenv("CRANE_EXPORT_ENV"), *slash, *no;
	struct crane_error err;
	char *no_display;

	if (me->pty && (me->input || me->output || me->err))
		return crane_usage_error(&command, CRANE_EXIT_ARG,
					 "--input/--output/--err are incompatible with --pty.");
	if (crane_config_is_missing(me->job.config))
		return CRANE_EXIT_ARG;
	if (me->job.config)
		setenv("SLURM_CONF", me->job.config, 1);
	slash = strrchr(line->words[0], '/');
	if (!me->job.job_name)
		me->job.job_name = slash ? slash + 1 : line->words[0];
	me->export_env = forced && *forced ? forced : me->job.export_env;
	if (me->step_of)
		crane_step_prepare(&me->job);
	if (me->step_of && !me->quiet)
		note_of_the_job(&me->job);
	if (crane_job_check(&me->job, &err) != 0)
		return refuse_value(err.text);
	no_display = wants_x11(me) ? crane_x11_refusal() : NULL;
	if (no_display) {
		fprintf(stderr, "%s\n", no_display);
		free(no_display);
		return CRANE_EXIT_SYSTEM;
	}
	no = crane_job_backend_refusal(&me->job);
	if (no)
		return refuse_request(me, no);
	return me->step_of ? run_step(me, line) : run_job(me, line);
}

int main(int argc, char **argv)
{
	struct crun_request me = { .job.dialect = CRANE_CRUN };
	struct crane_parsed line = { 0 };
	enum crane_applied applied;
	struct crane_error err;
	enum crane_exit status;

	if (!crane_options_start(&command, argc, argv, &line, &status))
		goto out;
	if (line.n_words == 0) {
		status = crane_usage_error(&command, CRANE_EXIT_ARG,
					   "Please specify program to run");
		goto out;
	}
	if (!find_mode(&me, &status) || (me.step_of && refuse_of_the_job(&line, &status)))
		goto out;
	applied = crane_options_apply(&line, &me, &err);
	status = applied == CRANE_APPLIED ?
			 check_and_run(&me, &line) :
			 crane_job_usage_error(&command, CRANE_CRUN, applied, err.text);
out:
	crane_parsed_clear(&line);
	crane_job_clear(&me.job);
	return status;
}
