/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calloc: gets an allocation and a shell in it. The real salloc allocates and runs shell.c, which
 * becomes the user's shell, the PRIMARY step of the job.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "src/exitstatus.h"
#include "src/stepenv.h"
#include "wrappers/base/environment.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"
#include "wrappers/base/strings.h"
#include "wrappers/base/text.h"
#include "wrappers/calloc/shell.h"
#include "wrappers/options/options.h"
#include "wrappers/slurm/api.h"
#include "wrappers/submission/cleanstart.h"
#include "wrappers/submission/jobargv.h"
#include "wrappers/submission/jobcheck.h"
#include "wrappers/submission/jobplace.h"
#include "wrappers/submission/jobrequest.h"
#include "wrappers/submission/refusals.h"
#include "wrappers/submission/runner.h"
#include "wrappers/submission/talk.h"
#include "wrappers/options/start.h"

#define HEAD "Failed to allocate job id: "

struct calloc_request {
	struct crane_job_request job;
	bool quiet;
};

#define FIELD(name) offsetof(struct calloc_request, name)

static const struct crane_opt rows[] = {
	CRANE_OPT_COMMON("calloc", CRANE_JOB_FIELD(config)),
	CRANE_OPT('Q', "quiet", NULL, BOOL, LOCAL, FIELD(quiet), NULL, 0, "no messages of calloc"),
	CRANE_OPT_THEN(crane_interactive_rows),
};

static const struct crane_command command = {
	.use = "calloc [flags]",
	.about = "Allocate nodes and run a shell",
	.rows = rows,
};

static enum crane_exit refuse_value(const char *text)
{
	return crane_job_usage_error(&command, CRANE_CALLOC, CRANE_APPLY_BAD_VALUE, text);
}

/* Every failed allocation ends calloc with this status. */
static enum crane_exit refuse_request(const char *reason)
{
	crane_say(HEAD "%s.", reason);
	return CRANE_EXIT_NETWORK;
}

/* --- what salloc says ------------------------------------------------------------------------- */

struct salloc_talk {
	struct crane_talk talk;
	const struct crane_job_request *job;
	bool quiet;
	bool has_told_id;
	bool is_ending; /* salloc gives the allocation back */
	bool cancelled; /* another user or Slurm took it back before */
	int sync_fd;    /* the socket to shell.c */
};

static const char *const refusal_heads[] = {
	"error: Job submit/allocate failed: ",
	"error: Unable to allocate resources: ",
	"fatal: ",
	NULL,
};

/* Lines that do not concern the user. */
static const char *const noise[] = {
	/* clang-format off */
	"Waiting for resource configuration", "Job aborted due to signal",
	"error: Interrupted by signal. Allocation request rescinded.",
	/* clang-format on */
};

static void tell_id(struct salloc_talk *salloc, uint32_t job_id)
{
	if (!salloc->quiet && !salloc->has_told_id) {
		crane_print("Job id allocated: %u\n", job_id);
		if (!crane_print_flush())
			crane_say("Job id allocated: %u", job_id);
	}
	salloc->has_told_id = true;
}

/* One line that stays; on a terminal the line about waiting follows. */
static void tell_waiting(struct salloc_talk *salloc, uint32_t job_id)
{
	const struct crane_job_request *job = salloc->job;

	if (salloc->quiet)
		return;
	if (job->hold)
		crane_say("calloc: job %u is held and waits for its release", job_id);
	else if (job->dependency_text)
		crane_say("calloc: job %u waits for its dependency %s", job_id,
			  job->dependency_text);
	else
		crane_say("calloc: job %u waits for resources", job_id);
	crane_waitline_job(&salloc->talk.wait, job_id);
}

static void tell_revoked(struct salloc_talk *salloc, uint32_t job_id)
{
	/* salloc prints this line also when it gives the allocation back itself. */
	if (!salloc->is_ending && !salloc->cancelled)
		crane_say("Job %u has been cancelled.", job_id);
	salloc->cancelled = !salloc->is_ending;
}

/* Lets the shell begin: all messages are printed. Without this it begins after a timeout. */
static void release_shell(const struct salloc_talk *salloc)
{
	ssize_t n = write(salloc->sync_fd, "m", 1);

	(void)n;
}

/* A line that srun does not say. */
static enum crane_line hear_other(struct salloc_talk *salloc, const char *line)
{
	uint32_t job_id;

	if (crane_line_names_job(line, "Pending job allocation ", "", &job_id)) {
		tell_id(salloc, job_id);
		return CRANE_LINE_TAKEN;
	}
	if (crane_line_names_job(line, "Granted job allocation ", "", &job_id)) {
		tell_id(salloc, job_id);
		crane_waitline_end(&salloc->talk.wait);
		release_shell(salloc);
		return CRANE_LINE_TAKEN;
	}
	if (crane_begins_with(line, "Nodes ") && strstr(line, " are ready for job")) {
		crane_waitline_end(&salloc->talk.wait);
		return CRANE_LINE_TAKEN;
	}
	if (crane_line_names_job(line, "Relinquishing job allocation ", "", &job_id)) {
		salloc->is_ending = true;
		return CRANE_LINE_TAKEN;
	}
	for (size_t i = 0; i < sizeof(noise) / sizeof(*noise); i++) {
		if (strcmp(line, noise[i]) == 0)
			return CRANE_LINE_TAKEN;
	}
	return CRANE_LINE_SHOWN;
}

static enum crane_line hear(void *arg, char *line)
{
	struct salloc_talk *salloc = arg;
	uint32_t job_id;

	switch (crane_talk_hear(&salloc->talk, line, refusal_heads, &job_id)) {
	case CRANE_EVENT_REFUSED:
	case CRANE_EVENT_ALLOCATED:
		break;
	case CRANE_EVENT_QUEUED:
		tell_waiting(salloc, job_id);
		break;
	case CRANE_EVENT_CANCELLED:
		if (!salloc->cancelled)
			crane_say("The job has been cancelled.");
		salloc->cancelled = true;
		break;
	case CRANE_EVENT_REVOKED:
		tell_revoked(salloc, job_id);
		break;
	case CRANE_EVENT_OTHER:
		return hear_other(salloc, line);
	}
	return CRANE_LINE_TAKEN;
}

/* --- salloc ----------------------------------------------------------------------------------- */

/* Returns the path of this program, malloc'd; NULL: there is no /proc. */
static char *own_path(void)
{
	char path[4096];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path));

	return len > 0 && (size_t)len < sizeof(path) ? crane_xstrndup(path, (size_t)len) : NULL;
}

/* The terminal belongs to salloc's process group, which has ended. */
static void take_terminal_back(void)
{
	signal(SIGTTOU, SIG_IGN);
	tcsetpgrp(STDIN_FILENO, getpgrp());
	signal(SIGTTOU, SIG_DFL);
}

/* Returns true if the shell has begun, and notes whether its message was lost. */
static bool has_begun(int sync_fd)
{
	unsigned char lost;

	if (recv(sync_fd, &lost, 1, MSG_DONTWAIT) != 1)
		return false;
	crane_print_note_loss(lost);
	return true;
}

static enum crane_exit report(struct salloc_talk *salloc, int code)
{
	bool has_dependency = salloc->job->dependency_text != NULL;

	if (has_begun(salloc->sync_fd)) {
		crane_say("Job completed.");
		return CRANE_EXIT_OK;
	}
	if (salloc->talk.heard.failure && !salloc->cancelled) {
		crane_refusal_report(&salloc->talk.heard, HEAD, ".", has_dependency);
		return CRANE_EXIT_NETWORK;
	}
	if (salloc->has_told_id) {
		crane_say("Failed to allocate job resource. Exiting...");
		return CRANE_EXIT_NETWORK;
	}
	/* The reason has been printed. */
	return code == 0 ? CRANE_EXIT_OK : CRANE_EXIT_NETWORK;
}

/* [argv] is salloc's command line without the command. */
static enum crane_exit run(const struct calloc_request *me, struct crane_strings *argv)
{
	struct salloc_talk salloc = { .quiet = me->quiet,
				      .sync_fd = -1,
				      .job = &me->job,
				      .talk.wait = CRANE_WAITLINE_INIT("calloc", me->quiet) };
	struct crane_run run = { .argv = argv,
				 .stdin_fd = -1,
				 .keep_fd = -1,
				 .forwards_signals = true,
				 .signal_when_alone = SIGHUP,
				 .err_line = hear,
				 .prefix = "salloc: ",
				 .wait = &salloc.talk.wait,
				 .arg = &salloc };
	bool has_terminal = tcgetpgrp(STDIN_FILENO) == getpgrp();
	int sync[2] = { -1, -1 }, err_fd = -1, wait_status = 0, code;
	struct crane_strings env = { 0 };
	char *path = own_path();
	enum crane_exit status = CRANE_EXIT_SYSTEM;

	/* Above the numbers that shells use. */
	err_fd = fcntl(STDERR_FILENO, F_DUPFD, 60);
	if (!path || err_fd < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sync) != 0 ||
	    fcntl(sync[1], F_SETFD, 0) != 0) {
		crane_say("cannot prepare the shell: %s", strerror(errno));
		goto out;
	}
	crane_strings_addf(argv, "%s", path);
	crane_strings_addf(argv, CRANE_CALLOC_SHELL);
	crane_strings_addf(argv, "%d", err_fd);
	crane_strings_addf(argv, "%d", sync[1]);
	crane_strings_addf(argv, "%s", me->quiet ? "quiet" : "all");
	crane_env_copy(&env);
	crane_env_set(&env, CRANE_STEPENV_COMMAND, "calloc");
	run.envp = env.item;
	salloc.sync_fd = sync[0];
	code = crane_run_wait(&run, &wait_status);
	if (code == CRANE_EXIT_OK)
		code = crane_run_status(wait_status);
	if (has_terminal)
		take_terminal_back();
	status = report(&salloc, code);
out:
	for (int i = 0; i < 2; i++) {
		if (sync[i] >= 0)
			close(sync[i]);
	}
	if (err_fd >= 0)
		close(err_fd);
	free(path);
	crane_strings_clear(&env);
	crane_heard_clear(&salloc.talk.heard);
	return status;
}

static enum crane_exit place_and_run(const struct calloc_request *me)
{
	struct crane_strings argv = { 0 };
	struct crane_slurm_error why = { 0 };
	enum crane_exit status;

	crane_strings_addf(&argv, "salloc");
	/* Without it salloc of 22.05 does not end the shell when its job is cancelled. */
	crane_strings_addf(&argv, "--kill-command=SIGHUP");
	crane_job_argv(&me->job, &argv);
	switch (crane_job_place(&me->job, &argv, &why)) {
	case CRANE_PLACED:
		status = run(me, &argv);
		break;
	case CRANE_PLACE_TOO_FEW:
		status = refuse_request("Not enough nodes for the job");
		break;
	default:
		status = why.failure != CRANE_SLURM_REFUSED ? crane_refusal_unreachable(&why) :
							      refuse_request(why.text);
	}
	crane_strings_clear(&argv);
	return status;
}

static enum crane_exit check_and_run(struct calloc_request *me)
{
	const char *export_env = crane_job_export(&me->job);
	struct crane_error err;
	const char *refusal;

	crane_clean_start();
	if (!crane_job_use_config(&me->job))
		return CRANE_EXIT_ARG;
	if (export_env && strcmp(export_env, "ALL") != 0)
		return refuse_value("--export: the shell has the environment that calloc was "
				    "called in; use ALL, or env(1) inside the shell");
	if (!me->job.job_name)
		me->job.job_name = "Interactive";
	if (crane_job_check(&me->job, &err) != 0)
		return refuse_value(err.text);
	refusal = crane_job_backend_refusal(&me->job);
	return refusal ? refuse_request(refusal) : place_and_run(me);
}

int main(int argc, char **argv)
{
	struct calloc_request me = { .job.dialect = CRANE_CALLOC };
	struct crane_parsed line = { 0 };
	enum crane_applied applied;
	struct crane_error err;
	enum crane_exit status;

	crane_print_begin();
	if (argc > 1 && strcmp(argv[1], CRANE_CALLOC_SHELL) == 0)
		return crane_calloc_shell_main(argc, argv);
	if (!crane_options_start(&command, argc, argv, &line, &status))
		goto out;
	applied = crane_options_apply(&line, &me, &err);
	status = applied == CRANE_APPLIED ?
			 check_and_run(&me) :
			 crane_job_usage_error(&command, CRANE_CALLOC, applied, err.text);
out:
	crane_parsed_clear(&line);
	crane_job_clear(&me.job);
	return crane_print_end((int)status);
}
