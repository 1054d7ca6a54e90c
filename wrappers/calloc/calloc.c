/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calloc: get an allocation and a shell in it by way of the real salloc (spec/cli-submit.md section
 * 7). The shell is the job's PRIMARY step; what stands between salloc and it is shell.c. The
 * shared options are jobrequest.c's.
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
#include "wrappers/calloc/shell.h"
#include "wrappers/submission/debuglevel.h"
#include "wrappers/submission/jobrequest.h"
#include "wrappers/submission/jobplace.h"
#include "wrappers/options/options.h"
#include "wrappers/slurm/api.h"
#include "wrappers/submission/runner.h"
#include "wrappers/base/memory.h"

#define HEAD "Failed to allocate job id: "

struct calloc_request {
	struct crane_job_request job;
	const char *debug_level;
	bool quiet;
};

#define FIELD(name) offsetof(struct calloc_request, name)

static const struct crane_opt rows[] = {
	/* clang-format off */
	CRANE_OPT_COMMON("calloc", CRANE_JOB_FIELD(config)),
	CRANE_OPT('Q', "quiet", NULL, BOOL, LOCAL, FIELD(quiet), NULL, 0, "no messages of calloc"),
	CRANE_OPT_DEBUG_LEVEL(FIELD(debug_level)),
	CRANE_OPT_THEN(crane_job_rows),
	/* clang-format on */
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

/* Every failed allocation ends calloc with the same status (section 1.2). */
static enum crane_exit refuse_request(const char *reason)
{
	fprintf(stderr, HEAD "%s.\n", reason);
	return CRANE_EXIT_NETWORK;
}

/* --- what salloc says ------------------------------------------------------------------------- */

struct talk {
	bool quiet;
	bool has_told_id;
	bool is_ending; /* salloc gives the allocation back */
	bool cancelled; /* and it was somebody else who ended it */
	int sync_fd;
	const struct crane_job_request *job;
	struct crane_waitline wait;
	struct crane_run_refusal refusal;
};

static const char *const refusal_heads[] = {
	"error: Job submit/allocate failed: ",
	"error: Unable to allocate resources: ",
	"fatal: ",
	NULL,
};

/* Lines of no interest to somebody who asked for Crane's messages. */
static const char *const noise[] = {
	/* clang-format off */
	"Waiting for resource configuration", "Job aborted due to signal",
	"error: Interrupted by signal. Allocation request rescinded.",
	/* clang-format on */
};

static void tell_id(struct talk *talk, unsigned id)
{
	if (!talk->quiet && !talk->has_told_id) {
		printf("Job id allocated: %u\n", id);
		fflush(stdout);
	}
	talk->has_told_id = true;
}

/* Once; a terminal hears more of it. */
static void tell_waiting(struct talk *talk, unsigned id)
{
	if (talk->quiet)
		return;
	if (talk->job->hold)
		fprintf(stderr, "calloc: job %u is held and waits for its release\n", id);
	else if (talk->job->dependency_text)
		fprintf(stderr, "calloc: job %u waits for its dependency %s\n", id,
			talk->job->dependency_text);
	else
		fprintf(stderr, "calloc: job %u waits for resources\n", id);
	crane_waitline_job(&talk->wait, id);
}

static enum crane_line hear(void *arg, char *line)
{
	struct talk *talk = arg;
	unsigned id;
	int end = 0;

	if (crane_run_note_refusal(&talk->refusal, line, refusal_heads)) {
		crane_waitline_end(&talk->wait);
		return CRANE_LINE_TAKEN;
	}
	if (sscanf(line, "Pending job allocation %u", &id) == 1) {
		tell_id(talk, id);
		return CRANE_LINE_TAKEN;
	}
	if (sscanf(line, "Granted job allocation %u", &id) == 1) {
		tell_id(talk, id);
		crane_waitline_end(&talk->wait);
		if (write(talk->sync_fd, "m", 1) < 0)
			return CRANE_LINE_TAKEN; /* it goes on by itself after a while */
		return CRANE_LINE_TAKEN;
	}
	if (sscanf(line, "job %u queued and waiting for resources%n", &id, &end) == 1 && end) {
		tell_waiting(talk, id);
		return CRANE_LINE_TAKEN;
	}
	if ((sscanf(line, "job %u has been allocated resources%n", &id, &end) == 1 && end) ||
	    (strncmp(line, "Nodes ", 6) == 0 && strstr(line, " are ready for job"))) {
		crane_waitline_end(&talk->wait);
		return CRANE_LINE_TAKEN;
	}
	if (sscanf(line, "Relinquishing job allocation %u", &id) == 1) {
		talk->is_ending = true;
		return CRANE_LINE_TAKEN;
	}
	if (sscanf(line, "Job allocation %u has been revoked%n", &id, &end) == 1 && end) {
		/* It also hears so of what it has just given back. */
		if (!talk->is_ending && !talk->cancelled)
			fprintf(stderr, "Job %u has been cancelled.\n", id);
		talk->cancelled = !talk->is_ending;
		return CRANE_LINE_TAKEN;
	}
	if (strcmp(line, "Job has been cancelled") == 0) {
		if (!talk->cancelled)
			fputs("The job has been cancelled.\n", stderr);
		talk->cancelled = true;
		return CRANE_LINE_TAKEN;
	}
	for (size_t i = 0; i < sizeof(noise) / sizeof(*noise); i++) {
		if (strcmp(line, noise[i]) == 0)
			return CRANE_LINE_TAKEN;
	}
	return CRANE_LINE_SHOWN;
}

/* --- salloc ----------------------------------------------------------------------------------- */

/* The process behind this one's command line. malloc'd; NULL: no /proc. */
static char *own_path(void)
{
	char path[4096];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path));

	return len > 0 && (size_t)len < sizeof(path) ? crane_xstrndup(path, (size_t)len) : NULL;
}

/* salloc leaves the terminal with a process group of its own, which is gone then. */
static void take_terminal_back(void)
{
	signal(SIGTTOU, SIG_IGN);
	tcsetpgrp(STDIN_FILENO, getpgrp());
	signal(SIGTTOU, SIG_DFL);
}

static bool has_begun(int sync_fd)
{
	char byte;

	return recv(sync_fd, &byte, 1, MSG_DONTWAIT) == 1;
}

static enum crane_exit report(struct talk *talk, int wait_status, bool has_dependency)
{
	if (has_begun(talk->sync_fd)) {
		fputs("Job completed.\n", stderr);
		return CRANE_EXIT_OK;
	}
	if (talk->refusal.failure && !talk->cancelled) {
		crane_run_report(&talk->refusal, HEAD, ".", has_dependency);
		return CRANE_EXIT_NETWORK;
	}
	if (talk->has_told_id) {
		fputs("Failed to allocate job resource. Exiting...\n", stderr);
		return CRANE_EXIT_NETWORK;
	}
	/* salloc has said why. */
	return crane_run_status(wait_status) == 0 ? CRANE_EXIT_OK : CRANE_EXIT_NETWORK;
}

/* [argv] is salloc's, complete but for the command. */
static enum crane_exit run(const struct calloc_request *me, struct crane_strings *argv)
{
	struct talk talk = { .quiet = me->quiet,
			     .sync_fd = -1,
			     .job = &me->job,
			     .wait = CRANE_WAITLINE_INIT("calloc", me->quiet) };
	struct crane_run salloc = { .argv = argv,
				    .prefix = "salloc: ",
				    .signal_when_alone = SIGHUP,
				    .line = hear,
				    .arg = &talk,
				    .wait = &talk.wait };
	bool has_terminal = tcgetpgrp(STDIN_FILENO) == getpgrp();
	int sync[2] = { -1, -1 }, err_fd = -1, wait_status = 0;
	struct crane_strings env = { 0 };
	char *path = own_path();
	enum crane_exit status = CRANE_EXIT_SYSTEM;

	/* Out of the way of what shells use. */
	err_fd = fcntl(STDERR_FILENO, F_DUPFD, 60);
	if (!path || err_fd < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sync) != 0 ||
	    fcntl(sync[1], F_SETFD, 0) != 0) {
		fprintf(stderr, "cannot prepare the shell: %s\n", strerror(errno));
		goto out;
	}
	crane_strings_addf(argv, "%s", path);
	crane_strings_addf(argv, CRANE_CALLOC_SHELL);
	crane_strings_addf(argv, "%d", err_fd);
	crane_strings_addf(argv, "%d", sync[1]);
	crane_strings_addf(argv, "%s", me->quiet ? "quiet" : "all");
	crane_env_copy(&env);
	crane_env_set(&env, CRANE_STEPENV_COMMAND, "calloc");
	salloc.envp = env.item;
	talk.sync_fd = sync[0];
	status = crane_run_wait(&salloc, &wait_status);
	if (has_terminal)
		take_terminal_back();
	if (status == CRANE_EXIT_OK)
		status = report(&talk, wait_status, me->job.dependency_text != NULL);
out:
	for (int i = 0; i < 2; i++) {
		if (sync[i] >= 0)
			close(sync[i]);
	}
	if (err_fd >= 0)
		close(err_fd);
	free(path);
	crane_strings_clear(&env);
	crane_run_refusal_clear(&talk.refusal);
	return status;
}

static enum crane_exit place_and_run(const struct calloc_request *me)
{
	struct crane_strings argv = { 0 };
	struct crane_slurm_error why = { 0 };
	enum crane_exit status;

	crane_strings_addf(&argv, "salloc");
	/* By default salloc leaves a shell alone when its job was cancelled (22.05). */
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
		status = why.failure == CRANE_SLURM_UNREACHABLE ? crane_run_unreachable(&why) :
								  refuse_request(why.text);
	}
	crane_strings_clear(&argv);
	return status;
}

static enum crane_exit check_and_run(struct calloc_request *me)
{
	const char *forced = getenv("CRANE_EXPORT_ENV");
	const char *export_env = forced && *forced ? forced : me->job.export_env;
	struct crane_error err;
	const char *no;

	if (crane_config_is_missing(me->job.config))
		return CRANE_EXIT_ARG;
	if (me->job.config)
		setenv("SLURM_CONF", me->job.config, 1);
	if (export_env && strcmp(export_env, "ALL") != 0)
		return refuse_value("--export: the shell has the environment that calloc was "
				    "called in; use ALL, or env(1) inside the shell");
	if (!me->job.job_name)
		me->job.job_name = "Interactive";
	if (crane_job_check(&me->job, &err) != 0)
		return refuse_value(err.text);
	no = crane_job_backend_refusal(&me->job);
	return no ? refuse_request(no) : place_and_run(me);
}

int main(int argc, char **argv)
{
	struct calloc_request me = { .job.dialect = CRANE_CALLOC };
	struct crane_parsed line = { 0 };
	enum crane_applied applied;
	struct crane_error err;
	enum crane_exit status;

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
	return status;
}
