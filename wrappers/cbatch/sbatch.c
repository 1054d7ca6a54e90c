/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs sbatch once and reads its answer.
 */
#include "config.h"

#include "wrappers/cbatch/sbatch.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/stepenv.h"
#include "wrappers/base/environment.h"
#include "wrappers/base/print.h"
#include "wrappers/base/text.h"
#include "wrappers/submission/runner.h"
#include "wrappers/base/memory.h"

struct hearing {
	struct crane_sbatch_answer *answer;
	const char *id_head;
};

static const char *const refusal_heads[] = { "error: Batch job submission failed: ", NULL };

/* Beginnings of lines that may be the reason if no line announces a refusal. */
static const char *const error_heads[] = { "error: ", "fatal: " };

static enum crane_line hear_stderr(void *arg, char *line)
{
	struct crane_heard *heard = &((struct hearing *)arg)->answer->heard;

	if (crane_heard_note(heard, line, refusal_heads))
		return CRANE_LINE_TAKEN;
	for (size_t i = 0; i < sizeof(error_heads) / sizeof(*error_heads); i++) {
		if (heard->is_final || !crane_begins_with(line, error_heads[i]))
			continue;
		free(heard->failure);
		heard->failure = crane_xstrdup(line + strlen(error_heads[i]));
	}
	return CRANE_LINE_SHOWN;
}

/*
 * With --parsable sbatch prints "ID" or "ID;CLUSTER". cbatch prints the id at once, since with
 * SBATCH_WAIT sbatch runs until the job ends. Other lines, such as those of a site's cli_filter, do
 * not go to stdout.
 */
static enum crane_line hear_stdout(void *arg, char *line)
{
	const struct hearing *hearing = arg;
	struct crane_sbatch_answer *answer = hearing->answer;
	char *end;
	unsigned long id = strtoul(line, &end, 10);

	if (answer->has_id || !isdigit((unsigned char)*line) || id == 0 || id > UINT32_MAX ||
	    (*end != '\0' && *end != ';'))
		return CRANE_LINE_SHOWN;
	answer->has_id = true;
	answer->job_id = (uint32_t)id;
	if (hearing->id_head) {
		crane_print("%s%u\n", hearing->id_head, answer->job_id);
		crane_print_flush();
	}
	return CRANE_LINE_TAKEN;
}

static void rewind_fd(int fd)
{
	if (fd >= 0)
		lseek(fd, 0, SEEK_SET);
}

/* Returns the reason if sbatch ended without a message; malloc'd. */
static char *describe_end(int wait_status)
{
	if (WIFSIGNALED(wait_status))
		return crane_xasprintf("sbatch was killed by signal %d", WTERMSIG(wait_status));
	return crane_xasprintf("sbatch ended with status %d and no job id",
			       WEXITSTATUS(wait_status));
}

enum crane_exit crane_sbatch_run(const struct crane_sbatch *sbatch,
				 struct crane_sbatch_answer *answer)
{
	struct hearing hearing = { answer, sbatch->id_head };
	struct crane_run run = { .argv = sbatch->argv,
				 .stdin_fd = sbatch->script_fd,
				 .keep_fd = sbatch->export_fd,
				 .out_line = hear_stdout,
				 .err_line = hear_stderr,
				 .prefix = "sbatch: ",
				 .arg = &hearing };
	struct crane_strings env = { 0 };
	enum crane_exit status;
	int wait_status = 0;

	/* It tells the SPANK plugin that cbatch made the job. */
	crane_env_copy(&env);
	crane_env_set(&env, CRANE_STEPENV_COMMAND, "cbatch");
	run.envp = env.item;
	/* An earlier sbatch may have read them. */
	rewind_fd(sbatch->script_fd);
	rewind_fd(sbatch->export_fd);
	status = crane_run_wait(&run, &wait_status);
	crane_strings_clear(&env);
	if (status != CRANE_EXIT_OK)
		return status;
	answer->status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 0;
	if (!answer->has_id && !answer->heard.crane_text && !answer->heard.failure)
		answer->heard.failure = describe_end(wait_status);
	return CRANE_EXIT_OK;
}

int crane_sbatch_file(const char *text, size_t len)
{
	int fd = memfd_create("sbatch", MFD_CLOEXEC);

	while (fd >= 0 && len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno != EINTR) {
			close(fd);
			return -1;
		}
		text += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return fd;
}
