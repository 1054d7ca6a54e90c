/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs srun or salloc and reads what they say on stderr before the user's program speaks. What
 * their lines mean is left to crun and calloc.
 */
#include "config.h"

#include "wrappers/submission/runner.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What a person or a script may send us and means for the command. */
static const int forwarded[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGALRM };

struct reader {
	const struct crane_run *run;
	bool raw;      /* lines mean nothing any more */
	bool mid_line; /* a piece of the present line was passed on already */
	char *buf;
	size_t len, size;
};

static void write_all(const struct reader *r, const char *data, size_t len)
{
	if (r->run->wait)
		crane_waitline_hide(r->run->wait);
	while (len > 0) {
		ssize_t n = write(STDERR_FILENO, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			struct pollfd fd = { STDERR_FILENO, POLLOUT, 0 };

			poll(&fd, 1, -1);
			continue;
		}
		if (n <= 0)
			return; /* nobody to read it */
		data += n;
		len -= (size_t)n;
	}
}

/* One line, its newline already replaced by NUL; [len] counts that byte. */
static void read_line(struct reader *r, char *line, size_t len)
{
	size_t prefix_len = strlen(r->run->prefix);
	bool ours = !r->mid_line && strncmp(line, r->run->prefix, prefix_len) == 0;

	r->mid_line = false;
	if (ours) {
		/*
		 * The handler may print: keep what it needs to change apart from what we may have
		 * to pass on.
		 */
		char *copy = crane_xstrdup(line + prefix_len);
		enum crane_line what;

		if (r->run->wait)
			crane_waitline_hide(r->run->wait);
		what = r->run->line(r->run->arg, copy);
		free(copy);
		if (what == CRANE_LINE_TAKEN)
			return;
	} else {
		r->raw = r->run->shares_stderr;
	}
	line[len - 1] = '\n';
	write_all(r, line, len);
}

/* Hand on whole lines, and at once what cannot become a line of the command itself. */
static void take(struct reader *r)
{
	size_t done = 0, rest, known, prefix_len = strlen(r->run->prefix);

	while (!r->raw) {
		char *newline = memchr(r->buf + done, '\n', r->len - done);
		size_t len;

		if (!newline)
			break;
		len = (size_t)(newline - (r->buf + done)) + 1;
		*newline = '\0';
		read_line(r, r->buf + done, len);
		done += len;
	}
	rest = r->len - done;
	known = rest < prefix_len ? rest : prefix_len;
	if (r->raw || r->mid_line || (rest && memcmp(r->buf + done, r->run->prefix, known) != 0)) {
		write_all(r, r->buf + done, rest);
		r->raw |= rest && r->run->shares_stderr;
		r->mid_line = rest > 0 && r->buf[r->len - 1] != '\n';
		done = r->len;
	}
	r->len -= done;
	memmove(r->buf, r->buf + done, r->len);
}

/*
 * Returns false when there is no more to come (or, on a descriptor that does not block, nothing
 * now).
 */
static bool drain(struct reader *r, int fd)
{
	ssize_t got;

	if (r->size - r->len < 4096) {
		r->size = r->size ? 2 * r->size : 8192;
		r->buf = crane_xrealloc(r->buf, r->size, 1);
	}
	got = read(fd, r->buf + r->len, r->size - r->len);
	if (got < 0)
		return errno == EINTR;
	r->len += (size_t)got;
	if (got > 0)
		take(r);
	return got > 0;
}

/* What is left without a newline. */
static void finish(struct reader *r)
{
	if (r->len > 0)
		write_all(r, r->buf, r->len);
	free(r->buf);
}

static void block_signals(sigset_t *set, sigset_t *old)
{
	sigset_t all;

	sigemptyset(set);
	for (size_t i = 0; i < sizeof(forwarded) / sizeof(*forwarded); i++)
		sigaddset(set, forwarded[i]);
	sigaddset(set, SIGCHLD);
	sigaddset(set, SIGTSTP);
	/* Ignored by whoever started us, waitpid would never tell. */
	signal(SIGCHLD, SIG_DFL);
	/* salloc has the terminal for itself; what we say there is not to stop us. */
	all = *set;
	sigaddset(&all, SIGTTOU);
	sigprocmask(SIG_BLOCK, &all, old);
}

/* What came for a command that is over is not to end us. */
static void unblock_signals(int fd, const sigset_t *old)
{
	struct signalfd_siginfo info;

	if (fd >= 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0) {
		while (read(fd, &info, sizeof(info)) > 0)
			;
	}
	sigprocmask(SIG_SETMASK, old, NULL);
}

/* Ctrl-Z: leave the terminal as we found it, and stop. */
static void stop_for_now(const struct crane_run *run)
{
	sigset_t set;

	if (run->wait)
		crane_waitline_hide(run->wait);
	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	raise(SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

/* In the child: become the command. */
static void become(const struct crane_run *run, int err, const sigset_t *old, pid_t parent)
{
	int null_fd;

	/* Nobody would see the rest of a command whose crun was killed. */
	prctl(PR_SET_PDEATHSIG, run->signal_when_alone);
	if (getppid() != parent)
		_exit(CRANE_EXIT_SYSTEM);
	if (err >= 0)
		dup2(err, STDERR_FILENO);
	if (run->no_stdin) {
		null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
		if (null_fd >= 0)
			dup2(null_fd, STDIN_FILENO);
	}
	sigprocmask(SIG_SETMASK, old, NULL);
	execvpe(run->argv->item[0], run->argv->item, run->envp);
	dprintf(STDERR_FILENO, "cannot run %s: %s\n", run->argv->item[0], strerror(errno));
	_exit(CRANE_EXIT_SYSTEM);
}

/* A signal has come. Returns true when the command has ended. */
static bool serve_signal(const struct crane_run *run, int fd, pid_t pid, int *wait_status)
{
	struct signalfd_siginfo info;

	if (read(fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return false;
	if (info.ssi_signo == SIGCHLD)
		return waitpid(pid, wait_status, WNOHANG) == pid;
	if (info.ssi_signo == SIGTSTP) {
		stop_for_now(run);
		return false;
	}
	/*
	 * What the terminal sends goes to the whole process group, so the command has it already.
	 */
	if (info.ssi_code != SI_KERNEL)
		kill(pid, (int)info.ssi_signo);
	return false;
}

static int64_t now_msec(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int sooner_msec(int a, int b)
{
	return a < 0 ? b : b < 0 || a < b ? a : b;
}

static void serve(const struct crane_run *run, pid_t pid, int err, int signals, int *wait_status)
{
	struct crane_waitline none = CRANE_WAITLINE_INIT("", true);
	struct crane_waitline *wait = run->wait ? run->wait : &none;
	struct reader reader = { .run = run };
	struct pollfd fds[3] = { { err, POLLIN, 0 }, { signals, POLLIN, 0 }, { -1, POLLIN, 0 } };
	int64_t due = now_msec() + CRANE_RUN_SILENCE_MSEC;
	bool ended = false, asks = run->step_of != 0;

	wait->child = pid;
	while (!ended) {
		int64_t left = due - now_msec();
		int silence_msec = !asks ? -1 : left > 0 ? (int)left : 0;
		int n;

		fds[2].fd = wait->fd;
		n = poll(fds, 3, sooner_msec(silence_msec, crane_waitline_timeout_msec(wait)));
		if (n < 0 && errno != EINTR)
			break;
		if (n < 0)
			continue;
		if (run->line && fds[0].revents && !drain(&reader, err))
			fds[0].fd = -1;
		if (reader.raw) {
			crane_waitline_end(wait);
			asks = false;
		}
		crane_waitline_serve(wait, fds[2].fd >= 0 && fds[2].revents);
		if (asks && n == 0 && now_msec() >= due) {
			crane_waitline_step(wait, run->step_of);
			asks = false;
		}
		if (fds[1].revents)
			ended = serve_signal(run, signals, pid, wait_status);
	}
	while (!ended && waitpid(pid, wait_status, 0) < 0 && errno == EINTR)
		;
	crane_waitline_end(wait);
	/* What it said last. Others may hold the pipe open: do not wait for them. */
	if (err >= 0)
		fcntl(err, F_SETFL, O_NONBLOCK);
	while (run->line && fds[0].fd >= 0 && drain(&reader, err))
		;
	finish(&reader);
}

enum crane_exit crane_run_wait(const struct crane_run *run, int *wait_status)
{
	enum crane_exit status = CRANE_EXIT_SYSTEM;
	int err[2] = { -1, -1 }, signals = -1;
	pid_t parent = getpid(), pid;
	sigset_t set, old;

	block_signals(&set, &old);
	signals = signalfd(-1, &set, SFD_CLOEXEC);
	if (signals < 0 || (run->line && pipe2(err, O_CLOEXEC) != 0)) {
		fprintf(stderr, "cannot run %s: %s\n", run->argv->item[0], strerror(errno));
		goto out;
	}
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		become(run, err[1], &old, parent);
	if (pid < 0) {
		fprintf(stderr, "cannot run %s: %s\n", run->argv->item[0], strerror(errno));
		goto out;
	}
	if (err[1] >= 0)
		close(err[1]);
	err[1] = -1;
	serve(run, pid, err[0], signals, wait_status);
	status = CRANE_EXIT_OK;
out:
	for (int i = 0; i < 2; i++) {
		if (err[i] >= 0)
			close(err[i]);
	}
	unblock_signals(signals, &old);
	if (signals >= 0)
		close(signals);
	return status;
}

int crane_run_status(int wait_status)
{
	return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

bool crane_run_note_refusal(struct crane_run_refusal *refusal, const char *line,
			    const char *const *heads)
{
	static const char crane[] = "error: crane: ";

	if (strncmp(line, crane, strlen(crane)) == 0) {
		line += strlen(crane);
		if (!refusal->crane_text)
			refusal->crane_text = crane_xstrdup(line);
		fprintf(stderr, "%s\n", line);
		return true;
	}
	for (; *heads; heads++) {
		size_t len = strlen(*heads);

		if (strncmp(line, *heads, len) != 0)
			continue;
		/* "Unable to create step for job 12: why" */
		if ((*heads)[len - 1] != ' ' || (len > 1 && (*heads)[len - 2] != ':')) {
			const char *colon = strstr(line + len, ": ");

			line = colon ? colon + 2 : line + len;
		} else {
			line += len;
		}
		free(refusal->failure);
		refusal->failure = crane_xstrdup(line);
		return true;
	}
	return false;
}

enum crane_exit crane_run_report(const struct crane_run_refusal *refusal, const char *head,
				 const char *end, bool has_dependency)
{
	struct crane_submitted said = { .crane_text = refusal->crane_text,
					.failure = refusal->failure };
	struct crane_slurm_error why;
	struct crane_refusal words;
	enum crane_exit status;
	const char *text;
	size_t len;

	crane_submit_refusal(&said, &words);
	if (words.of_dependency && has_dependency && !refusal->crane_text &&
	    (crane_slurm_begin(NULL), crane_slurm_has_plugin(&why) == 0)) {
		free(words.text);
		words.text = crane_xstrdup("this cluster's slurmctld does not load the "
					   "job_submit/crane plugin, so --dependency cannot be "
					   "honoured; see doc/admin.md");
	}
	/* Of two texts for one cause crun and calloc have the second (spec/errors.md section 1). */
	text = words.text_b ? words.text_b : words.text;
	len = strlen(text);
	status = words.status;
	fprintf(stderr, "%s%s%s\n", status == CRANE_EXIT_NETWORK ? "" : head, text,
		len && text[len - 1] == '.' ? "" : end);
	if (!words.says_why)
		fprintf(stderr, "slurm: %s\n", refusal->failure);
	free(words.text);
	return status;
}

enum crane_exit crane_run_unreachable(const struct crane_slurm_error *why)
{
	fputs("Failed to submit the job: Connection to CraneCtld is broken.\n", stderr);
	fprintf(stderr, "slurm: %s\n", why->text);
	return CRANE_EXIT_NETWORK;
}

void crane_run_refusal_clear(struct crane_run_refusal *refusal)
{
	free(refusal->crane_text);
	free(refusal->failure);
	memset(refusal, 0, sizeof(*refusal));
}
