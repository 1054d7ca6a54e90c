/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the real sbatch and says what came of it. What sbatch is asked for is left to the command.
 */
#include "config.h"

#include "wrappers/submission/submit.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define ERROR_PREFIX "sbatch: error: "
#define CRANE_PREFIX ERROR_PREFIX "crane: "
#define FAILED_PREFIX ERROR_PREFIX "Batch job submission failed: "
#define MISSING_TEXT "One or more dependency jobs may not exist or have ended"
#define GENERIC_CODE "ERR_GENERIC_FAILURE"
#define DEPENDENCY_TEXT "Job dependency problem"

extern char **environ;

/* Bytes of one of its outputs that are no whole line yet. */
struct stream {
	int fd;
	char *buf;
	size_t len, size;
};

typedef void line_handler(char *line, struct crane_submitted *out);

static void replace_text(char **where, const char *with)
{
	free(*where);
	*where = crane_xstrdup(with);
}

static void handle_stderr(char *line, struct crane_submitted *out)
{
	if (strncmp(line, CRANE_PREFIX, strlen(CRANE_PREFIX)) == 0) {
		line += strlen(CRANE_PREFIX);
		if (!out->crane_text)
			out->crane_text = crane_xstrdup(line);
		fprintf(stderr, "%s\n", line);
		return;
	}
	if (strncmp(line, FAILED_PREFIX, strlen(FAILED_PREFIX)) == 0) {
		replace_text(&out->failure, line + strlen(FAILED_PREFIX));
		replace_text(&out->failure_line, line);
		return;
	}
	if (!out->failure_line && strncmp(line, ERROR_PREFIX, strlen(ERROR_PREFIX)) == 0)
		replace_text(&out->failure, line + strlen(ERROR_PREFIX));
	if (!out->failure_line && strncmp(line, "sbatch: fatal: ", 15) == 0)
		replace_text(&out->failure, line + 15);
	fprintf(stderr, "%s\n", line);
}

/*
 * "--parsable" prints "ID" or "ID;CLUSTER". Told at once: with SBATCH_WAIT set sbatch stays until
 * the job ends.
 */
static void handle_stdout(char *line, struct crane_submitted *out)
{
	char *end;
	unsigned long id = strtoul(line, &end, 10);

	if (out->has_id || !isdigit((unsigned char)*line) || id == 0 || id > UINT32_MAX ||
	    (*end != '\0' && *end != ';')) {
		/* A site's cli_filter may talk there; stdout carries the answer alone. */
		fprintf(stderr, "%s\n", line);
		return;
	}
	out->has_id = true;
	out->job_id = (uint32_t)id;
	if (!out->tells_id)
		return;
	printf("Job id allocated: %u\n", out->job_id);
	fflush(stdout);
}

/*
 * Read what is there and hand on whole lines; at the end of the stream also what is left. Returns
 * false at the end.
 */
static bool drain(struct stream *s, line_handler *handle, struct crane_submitted *out)
{
	char *start, *newline;
	ssize_t got;

	if (s->size - s->len < 512) {
		s->size = s->size ? 2 * s->size : 1024;
		s->buf = crane_xrealloc(s->buf, s->size, 1);
	}
	got = read(s->fd, s->buf + s->len, s->size - s->len - 1);
	if (got < 0 && errno == EINTR)
		return true;
	s->len += got > 0 ? (size_t)got : 0;
	s->buf[s->len] = '\0';
	for (start = s->buf; (newline = memchr(start, '\n', s->len - (size_t)(start - s->buf)));
	     start = newline + 1) {
		*newline = '\0';
		handle(start, out);
	}
	s->len -= (size_t)(start - s->buf);
	memmove(s->buf, start, s->len + 1);
	if (got <= 0 && s->len > 0)
		handle(s->buf, out);
	return got > 0;
}

/* A descriptor that holds [text] from its start. */
static int memory_file(const char *text, size_t len)
{
	int fd = memfd_create("script", MFD_CLOEXEC);

	while (fd >= 0 && len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno != EINTR) {
			close(fd);
			return -1;
		}
		text += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	if (fd >= 0 && lseek(fd, 0, SEEK_SET) != 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/*
 * Where PATH has the command; malloc'd, NULL: not found. A failed execve() for each folder before it
 * costs several times as much as a look, and submitting is to take little longer than sbatch does.
 */
static char *find_command(const char *name)
{
	const char *dir = getenv("PATH");

	if (strchr(name, '/'))
		return crane_xstrdup(name);
	while (dir && *dir) {
		size_t len = strcspn(dir, ":");
		char *path = crane_xasprintf("%.*s/%s", len ? (int)len : 1, len ? dir : ".", name);
		struct stat st;

		if (access(path, X_OK) == 0 && stat(path, &st) == 0 && S_ISREG(st.st_mode))
			return path;
		free(path);
		dir += len + (dir[len] == ':');
	}
	return NULL;
}

/* Start it with its outputs on the write ends. Returns 0 or an errno. */
static int start(const struct crane_submission *submission, int in, int out, int err, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int rc = posix_spawn_file_actions_init(&actions);
	char *path;

	if (rc != 0)
		return rc;
	path = find_command(submission->argv->item[0]);
	if (in >= 0)
		rc = posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	if (rc == 0)
		rc = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	if (rc == 0)
		rc = posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
	/* Onto itself: takes close-on-exec off in the child alone. */
	if (rc == 0 && submission->keep_fd >= 0)
		rc = posix_spawn_file_actions_adddup2(&actions, submission->keep_fd,
						      submission->keep_fd);
	if (rc == 0)
		rc = path ? posix_spawn(pid, path, &actions, NULL, submission->argv->item,
					environ) :
			    ENOENT;
	free(path);
	posix_spawn_file_actions_destroy(&actions);
	return rc;
}

static void pump(int out_fd, int err_fd, struct crane_submitted *out)
{
	struct stream streams[2] = { { .fd = out_fd }, { .fd = err_fd } };
	line_handler *const handlers[2] = { handle_stdout, handle_stderr };
	struct pollfd fds[2] = { { out_fd, POLLIN, 0 }, { err_fd, POLLIN, 0 } };

	while (fds[0].fd >= 0 || fds[1].fd >= 0) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			break;
		/* stderr first: what was said before the id stands before it. */
		for (int i = 1; i >= 0; i--) {
			if (fds[i].fd >= 0 && fds[i].revents &&
			    !drain(&streams[i], handlers[i], out))
				fds[i].fd = -1;
		}
	}
	free(streams[0].buf);
	free(streams[1].buf);
}

int crane_submit_run(const struct crane_submission *submission, struct crane_submitted *out)
{
	int in = -1, out_pipe[2] = { -1, -1 }, err_pipe[2] = { -1, -1 };
	int status = CRANE_EXIT_SYSTEM, rc;
	pid_t pid;

	memset(out, 0, sizeof(*out));
	out->tells_id = submission->tells_id;
	if (submission->stdin_text) {
		in = memory_file(submission->stdin_text, submission->stdin_len);
		if (in < 0) {
			fprintf(stderr, "cannot keep the script in memory: %s\n", strerror(errno));
			goto out;
		}
	}
	if (pipe2(out_pipe, O_CLOEXEC) != 0 || pipe2(err_pipe, O_CLOEXEC) != 0) {
		fprintf(stderr, "pipe: %s\n", strerror(errno));
		goto out;
	}
	rc = start(submission, in, out_pipe[1], err_pipe[1], &pid);
	if (rc != 0) {
		fprintf(stderr, "cannot run %s: %s\n", submission->argv->item[0], strerror(rc));
		goto out;
	}
	close_fd(&out_pipe[1]);
	close_fd(&err_pipe[1]);
	pump(out_pipe[0], err_pipe[0], out);
	while (waitpid(pid, &out->wait_status, 0) < 0 && errno == EINTR)
		;
	status = CRANE_EXIT_OK;
out:
	close_fd(&in);
	close_fd(&out_pipe[0]);
	close_fd(&out_pipe[1]);
	close_fd(&err_pipe[0]);
	close_fd(&err_pipe[1]);
	return status;
}

/*
 * Slurm's words (22.05.8 src/common/slurm_errno.c; later releases add to their ends) and Crane's
 * for the same.
 */
static const struct {
	const char *slurm, *crane;
	const char *text_b; /* NULL: the same */
	const char *code;
} words[] = {
	/* clang-format off */
	{ "Access denied to requested reservation",
	  "Invalid Parameter",
	  "Invalid parameter", "ERR_INVALID_PARAM" },
	{ "Access/permission denied",
	  "Permission denied for this operation",
	  "Permission denied", "ERR_PERMISSION_DENIED" },
	{ "CPU count specification invalid",
	  "Resource not enough for job",
	  "Not enough resources for the job", "ERR_NO_RESOURCE" },
	{ "Duplicate generic resource (gres) specification",
	  "Invalid Parameter",
	  "Invalid parameter", "ERR_INVALID_PARAM" },
	{ "Invalid MPI type",
	  "PMIx support is not compiled in.",
	  NULL, "ERR_PMIX_ERR" },
	{ "Invalid account or account/partition combination specified",
	  "The user does not belong to this account",
	  NULL, "ERR_USER_ACCOUNT_MISMATCH" },
	{ "Invalid generic resource (gres) specification",
	  "Resource not enough for job",
	  "Not enough resources for the job", "ERR_NO_RESOURCE" },
	{ "Invalid job array specification",
	  "Invalid Parameter",
	  "Invalid parameter", "ERR_INVALID_PARAM" },
	{ "Invalid license specification",
	  "License request format is illegal or invalid",
	  NULL /* Crane's own words, "Legal licenses", say the opposite */,
	  "ERR_LICENSE_LEGAL_FAILED" },
	{ "Invalid node name specified",
	  "Nodes num not enough for job",
	  "Not enough nodes for the job", "ERR_NO_ENOUGH_NODE" },
	{ "Invalid partition name specified",
	  "The entered partition does not exist",
	  "The specified partition does not exist", "ERR_INVALID_PARTITION" },
	{ "Invalid qos specification",
	  "The entered qos does not exist",
	  "The specified QoS does not exist", "ERR_INVALID_QOS" },
	{ "Invalid time-min specification",
	  "Invalid deadline time(should be later than submit time)",
	  "Invalid deadline", "ERR_INVALID_DEADLINE" },
	{ "Invalid user id",
	  "The user UID being operated on does not exist in the system",
	  "Invalid UID", "ERR_INVALID_UID" },
	{ "Invalid wckey specification",
	  "The specified wckey does not exist",
	  NULL, "ERR_INVALID_WCKEY" },
	{ "Memory required by task is not available",
	  "Resource not enough for job",
	  "Not enough resources for the job", "ERR_NO_RESOURCE" },
	{ "Memory specification can not be satisfied",
	  "Resource not enough for job",
	  "Not enough resources for the job", "ERR_NO_RESOURCE" },
	{ "More processors requested than permitted",
	  "Resource not enough for job",
	  "Not enough resources for the job", "ERR_NO_RESOURCE" },
	{ "Node count specification invalid",
	  "Nodes partition not enough for job",
	  "Not enough nodes in the partition for the job", "ERR_INVALID_NODE_NUM" },
	{ "Requested GRES option unsupported by configured SelectType plugin",
	  "Invalid Parameter",
	  "Invalid parameter", "ERR_INVALID_PARAM" },
	{ "Requested more tasks than available processors",
	  "Resource not enough for job",
	  "Not enough resources for the job", "ERR_NO_RESOURCE" },
	{ "Requested node configuration is not available",
	  "Resource not enough for job",
	  "Not enough resources for the job", "ERR_NO_RESOURCE" },
	{ "Requested nodes not in this partition",
	  "Nodes num not enough for job",
	  "Not enough nodes for the job", "ERR_NO_ENOUGH_NODE" },
	{ "Requested partition configuration not available now",
	  "Nodes partition not enough for job",
	  "Not enough nodes in the partition for the job", "ERR_INVALID_NODE_NUM" },
	{ "Requested reservation is invalid",
	  "Invalid Parameter",
	  "Invalid parameter", "ERR_INVALID_PARAM" },
	{ "Requested reservation not usable now",
	  "Invalid Parameter",
	  "Invalid parameter", "ERR_INVALID_PARAM" },
	{ "Requested time limit is invalid",
	  "Time-limit reached the user's limit",
	  "Time limit reached the user's limit", "ERR_TIME_TIMIT_BEYOND" },
	{ "Task count specification invalid",
	  "Invalid Parameter",
	  "Invalid parameter", "ERR_INVALID_PARAM" },
	{ "Time limit specification required",
	  "Time-limit reached the user's limit",
	  "Time limit reached the user's limit", "ERR_TIME_TIMIT_BEYOND" },
	{ "User's group not permitted to use this partition",
	  "The entered account or user does not include this partition",
	  "The specified account or user does not include this partition",
	  "ERR_PARTITION_MISSING" },
	/* clang-format on */
};

#define SUBMIT_FAILED "Failed to submit the job: "
static const struct {
	const char *slurm, *crane;
} unreachable[] = {
	{ "Unable to contact slurm controller",
	  SUBMIT_FAILED "Connection to CraneCtld is broken." },
	{ "Could not establish a configuration source",
	  SUBMIT_FAILED "Connection to CraneCtld is broken." },
	{ "Connection refused", SUBMIT_FAILED "Connection to CraneCtld is broken." },
	{ "Connection reset", SUBMIT_FAILED "Connection to CraneCtld is broken." },
	{ "Transport endpoint is not connected",
	  SUBMIT_FAILED "Connection to CraneCtld is broken." },
	{ "Zero Bytes were transmitted", SUBMIT_FAILED "Connection to CraneCtld is broken." },
	{ "Slurm backup controller in standby mode",
	  SUBMIT_FAILED "Connection to CraneCtld is broken." },
	{ "Socket timed out",
	  SUBMIT_FAILED "Request timeout, please try again or reduce the query scope." },
};

static bool begins_with(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* Why it ended without a word. */
static char *describe_status(int wait_status)
{
	if (WIFSIGNALED(wait_status))
		return crane_xasprintf("sbatch was killed by signal %d", WTERMSIG(wait_status));
	return crane_xasprintf("sbatch ended with status %d and no job id",
			       WEXITSTATUS(wait_status));
}

void crane_submit_refusal(const struct crane_submitted *submitted, struct crane_refusal *refusal)
{
	const char *failure = submitted->failure;

	*refusal = (struct crane_refusal){ .status = CRANE_EXIT_BACKEND,
					   .says_why = true,
					   .code = GENERIC_CODE };
	if (submitted->crane_text) {
		bool is_missing = begins_with(submitted->crane_text, MISSING_TEXT);

		refusal->of_dependency = true;
		refusal->code = is_missing ? "ERR_MISSING_DEPENDENCY" : "ERR_INVALID_PARAM";
		refusal->text = crane_xstrdup(is_missing ? MISSING_TEXT : submitted->crane_text);
		return;
	}
	if (!failure) {
		refusal->text = describe_status(submitted->wait_status);
		return;
	}
	refusal->of_dependency = begins_with(failure, DEPENDENCY_TEXT);
	for (size_t i = 0; i < sizeof(unreachable) / sizeof(*unreachable); i++) {
		if (begins_with(failure, unreachable[i].slurm)) {
			refusal->status = CRANE_EXIT_NETWORK;
			refusal->says_why = false;
			refusal->text = crane_xstrdup(unreachable[i].crane);
			return;
		}
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (begins_with(failure, words[i].slurm)) {
			refusal->says_why = false;
			refusal->text = crane_xstrdup(words[i].crane);
			refusal->text_b = words[i].text_b;
			refusal->code = words[i].code;
			return;
		}
	}
	refusal->text = crane_xstrdup(failure);
}

const char *crane_submit_code(const char *text)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strcmp(text, words[i].crane) == 0)
			return words[i].code;
	}
	return GENERIC_CODE;
}

void crane_submitted_clear(struct crane_submitted *submitted)
{
	free(submitted->crane_text);
	free(submitted->failure);
	free(submitted->failure_line);
	memset(submitted, 0, sizeof(*submitted));
}
