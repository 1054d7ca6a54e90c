/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process between salloc and the user's shell.
 *
 * salloc starts it in the foreground of the terminal with the SLURM_* variables of the job, and
 * ends the job when it exits: so calloc does none of that itself, and prints its messages before
 * the first prompt.
 */
#include "config.h"

#include "wrappers/calloc/shell.h"

#include <errno.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/exitstatus.h"
#include "src/stepenv.h"
#include "src/stepid.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"
#include "wrappers/base/strings.h"
#include "wrappers/slurm/api.h"
#include "wrappers/slurm/jobs.h"
#include "wrappers/slurm/site.h"

/* calloc writes at once. After this time the shell begins anyway. */
#define SYNC_TIMEOUT_MSEC 5000

static int set_own(void *arg, const char *name, const char *value)
{
	(void)arg;
	return value ? setenv(name, value, 1) : unsetenv(name);
}

static char *copy_env(const char *name, const char *otherwise)
{
	const char *value = getenv(name);

	return crane_xstrdup(value ? value : otherwise);
}

/* The facts that the SPANK plugin collects (plugins/spank/facts.c), from slurmctld and salloc. */
static void fill_job(const struct crane_job *from, struct crane_stepenv_job *job)
{
	*job = (struct crane_stepenv_job){
		.job_id = from->job_id,
		.maker = CRANE_MAKER_SALLOC,
		.by_crane = true,
		.end_time = from->end_time,
		.limit_sec = from->limit_sec ? from->limit_sec : CRANE_STEPENV_UNLIMITED,
		.n_nodes = from->num_nodes,
		.n_tasks = from->num_tasks,
		.tasks_per_node = (uint32_t)crane_stepenv_number(getenv("SLURM_NTASKS_PER_NODE"),
								 UINT32_MAX, 0),
		.cpus_per_task = from->cpus_per_task,
		.node_mem_mib = crane_stepenv_mem_of_tres(from->tres_alloc, from->num_nodes),
		.name = crane_xstrdup(from->name),
		.account = crane_xstrdup(from->account),
		.partition = crane_xstrdup(from->partition),
		.qos = crane_xstrdup(from->qos),
		.nodes = crane_xstrdup(from->nodes),
		.cpus = copy_env("SLURM_JOB_CPUS_PER_NODE", ""),
		.submit_dir = copy_env("SLURM_SUBMIT_DIR", from->work_dir),
		.submit_host = copy_env("SLURM_SUBMIT_HOST", from->submit_host),
		.cluster = copy_env("SLURM_CLUSTER_NAME", ""),
	};
}

static void set_environment(const struct crane_job *from)
{
	struct crane_stepenv_task task = { .step = CRANE_STEP_PRIMARY };
	struct crane_strings names = { 0 };
	struct crane_stepenv_job job;
	char *record;

	fill_job(from, &job);
	crane_hostlist_expand(job.nodes, &names);
	task.nodes = (const char *const *)names.item;
	task.n_nodes = names.n;
	crane_stepenv_emit(&job, &task, set_own, NULL);
	record = crane_stepenv_job_print(&job);
	set_own(NULL, CRANE_STEPENV_JOB, record);
	free(record);
	crane_strings_clear(&names);
	crane_stepenv_job_clear(&job);
}

/* Returns true if the SPANK plugin in salloc has set the environment of this job. */
static bool is_complete(uint32_t job_id)
{
	struct crane_stepenv_job job;
	bool complete = crane_stepenv_job_parse(getenv(CRANE_STEPENV_JOB), job_id, &job, NULL) == 0;

	crane_stepenv_job_clear(&job);
	return complete && crane_stepenv_number(getenv("CRANE_JOB_ID"), UINT32_MAX, 0) == job_id;
}

static void complete_environment(uint32_t job_id)
{
	struct crane_jobs jobs = { 0 };
	struct crane_slurm_error why;
	bool found = false;

	unsetenv(CRANE_STEPENV_COMMAND);
	unsetenv(CRANE_STEPENV_STEP);
	if (is_complete(job_id))
		return;
	/*
	 * Without the plugin: removes the variables of an outer job that set_environment() does not
	 * set.
	 */
	crane_stepenv_forget(set_own, NULL);
	if (crane_slurm_load_job(job_id, false, &jobs, &why) == 0) {
		for (size_t i = 0; i < jobs.n && !found; i++) {
			found = jobs.job[i].job_id == job_id;
			if (found)
				set_environment(&jobs.job[i]);
		}
		crane_jobs_free(&jobs);
	}
	if (!found) {
		char number[16];

		crane_say(
			"calloc: slurmctld does not answer about the job: of the CRANE_ variables "
			"only CRANE_JOB_ID is set");
		snprintf(number, sizeof(number), "%u", job_id);
		setenv("CRANE_JOB_ID", number, 1);
	}
}

static void wait_for_messages(int fd)
{
	struct pollfd poll_fd = { fd, POLLIN, 0 };
	char byte;

	if (poll(&poll_fd, 1, SYNC_TIMEOUT_MSEC) > 0 && read(fd, &byte, 1) < 0)
		return; /* calloc is gone */
}

/* Blanks a word of srun's options. */
static void drop_word(char *options, const char *word)
{
	size_t len = strlen(word);
	char *at = options;

	while ((at = strstr(at, word))) {
		if ((at == options || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
			memset(at, ' ', len);
		at += len;
	}
}

static const char *user_shell(void)
{
	const struct passwd *pw = getpwuid(getuid());

	if (pw && pw->pw_shell && pw->pw_shell[0])
		return pw->pw_shell;
	return getenv("SHELL") ? getenv("SHELL") : "/bin/sh";
}

/* Becomes the shell on the first node, as salloc does without a command. Returns on failure. */
static void become_interactive_step(char *options)
{
	char *text;

	/* srun needs a terminal here to give the shell one on the node. */
	if (!isatty(STDIN_FILENO))
		drop_word(options, "--pty");
	/*
	 * The options name $SHELL. If a container or cron does not set it, srun would have no
	 * command.
	 */
	setenv("SHELL", user_shell(), 0);
	text = crane_xasprintf("exec srun %s", options);
	execl("/bin/sh", "sh", "-c", text, (char *)NULL);
	crane_say("cannot run /bin/sh: %s", strerror(errno));
	free(text);
}

static void become_local_shell(void)
{
	const char *path = user_shell(), *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	if (isatty(STDIN_FILENO))
		execl(path, name, "-i", (char *)NULL);
	else
		execl(path, name, (char *)NULL);
	crane_say("cannot run %s: %s", path, strerror(errno));
}

int crane_calloc_shell_main(int argc, char **argv)
{
	struct crane_calloc_shell me = { -1, -1, false };
	uint32_t job_id = (uint32_t)crane_stepenv_number(getenv("SLURM_JOB_ID"), UINT32_MAX, 0);
	const char *nodes = getenv("SLURM_JOB_NODELIST");
	struct crane_slurm_error why;
	unsigned char lost;
	char *options = NULL;

	if (argc != 5 || job_id == 0)
		return CRANE_EXIT_GENERIC;
	me.stderr_fd = (int)crane_stepenv_number(argv[2], 65535, 0);
	me.sync_fd = (int)crane_stepenv_number(argv[3], 65535, 0);
	me.quiet = strcmp(argv[4], "quiet") == 0;

	if (dup2(me.stderr_fd, STDERR_FILENO) >= 0)
		close(me.stderr_fd);
	wait_for_messages(me.sync_fd);
	if (!me.quiet) {
		crane_print("Allocated craned nodes: %s.\n", nodes ? nodes : "");
		if (!crane_print_flush())
			crane_say("Allocated craned nodes: %s.", nodes ? nodes : "");
	}
	if (crane_slurm_load(&why) != 0) {
		crane_say("%s", why.text);
		return CRANE_EXIT_SYSTEM;
	}
	crane_slurm_begin(NULL);
	complete_environment(job_id);
	/* calloc says why output was lost, and ends with its status. */
	lost = (unsigned char)crane_print_loss();
	if (write(me.sync_fd, &lost, 1) < 0)
		crane_say("calloc: the calloc that started this shell has ended");
	close(me.sync_fd);
	if (crane_slurm_interactive_step(&options, &why) == 1)
		become_interactive_step(options);
	else
		become_local_shell();
	free(options);
	return CRANE_EXIT_SYSTEM;
}
