/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Starts a program, reads its stdout and stderr line by line, and passes signals on to it.
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

#include "src/printable.h"
#include "wrappers/base/environment.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"

extern char **environ;

/* Signals that are passed on to the program. */
static const int forwarded[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGALRM };

/* One of the program's outputs. */
struct reader {
	const struct crane_run *run;
	int fd; /* -1: it is not read, or has ended */
	crane_line_handler *line;
	const char *prefix; /* "": every line is for the handler */
	bool is_shared;     /* run->shares_stderr */
	bool raw;           /* the rest is passed on unread */
	bool mid_line;      /* the beginning of the present line was passed on */
	char *buf;
	size_t len, size;
};

/* A line that is longer is not Slurm's. */
#define SLURM_LINE_MAX 4096

/* Writes to stderr. */
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
			return; /* the pipe has no reader */
		data += n;
		len -= (size_t)n;
	}
}

/* Writes the line, which a NUL follows, and its [end], in Crane's words if it is Slurm's own. */
static void write_line(const struct reader *r, char *line, size_t len, char end)
{
	char *text = r->run->translate ? r->run->translate(r->run->arg, line) : NULL;

	if (text) {
		write_all(r, text, strlen(text));
		write_all(r, "\n", end == '\n');
	} else {
		line[len] = end;
		write_all(r, line, len + (end == '\n'));
	}
	free(text);
}

/* Returns true if the bytes are, or may become, a line that begins as Slurm's own do. */
static bool may_be_slurms(const struct reader *r, const char *data, size_t len)
{
	static const char *const heads[] = { "srun: ", "slurmstepd: " };

	for (size_t i = 0; i < sizeof(heads) / sizeof(*heads) && r->run->translate; i++) {
		size_t known = strlen(heads[i]);

		if (len > 0 && memcmp(data, heads[i], len < known ? len : known) == 0)
			return true;
	}
	return false;
}

/*
 * Passes on bytes that may be the user's. Whole lines of Slurm's own are translated, and only the
 * beginning of a possible line of Slurm's is kept back. Returns how many bytes are done.
 */
static size_t pass_on(struct reader *r, size_t done)
{
	while (done < r->len) {
		char *data = r->buf + done, *newline;
		size_t len = r->len - done, line;

		newline = memchr(data, '\n', len);
		line = newline ? (size_t)(newline - data) : len;
		if (!r->mid_line && may_be_slurms(r, data, line)) {
			if (!newline && len < SLURM_LINE_MAX)
				return done;
			if (newline) {
				*newline = '\0';
				write_line(r, data, line, '\n');
				done += line + 1;
				continue;
			}
		}
		r->mid_line = !newline;
		line += newline != NULL;
		/* Lines that follow are written along, up to one that may be Slurm's. */
		while (!r->mid_line && line < len && !may_be_slurms(r, data + line, len - line)) {
			newline = memchr(data + line, '\n', len - line);
			r->mid_line = !newline;
			line = newline ? (size_t)(newline - data) + 1 : len;
		}
		write_all(r, data, line);
		done += line;
	}
	return done;
}

/*
 * [line] has [len] bytes and a NUL in place of [end]: a newline, or NUL for the end of the stream.
 */
static void read_line(struct reader *r, char *line, size_t len, char end)
{
	size_t prefix_len = strlen(r->prefix);
	bool ours = !r->mid_line && strncmp(line, r->prefix, prefix_len) == 0;

	r->mid_line = false;
	if (ours) {
		/*
		 * The handler may change its copy, and the line may have to be passed on unchanged.
		 */
		char *copy = crane_xstrdup(line + prefix_len);
		enum crane_line what;

		if (r->run->wait)
			crane_waitline_hide(r->run->wait);
		what = r->line(r->run->arg, copy);
		free(copy);
		if (what == CRANE_LINE_TAKEN)
			return;
		/* It may quote what users wrote. */
		if (strlen(line) == len)
			len = strlen(crane_printable_text(line));
	} else {
		r->raw = r->is_shared;
	}
	write_line(r, line, len, end);
}

/* Reads whole lines. Passes on at once bytes that cannot become a line with the prefix. */
static void take(struct reader *r)
{
	size_t done = 0, rest, known, prefix_len = strlen(r->prefix);

	while (!r->raw) {
		char *newline = memchr(r->buf + done, '\n', r->len - done);
		size_t len;

		if (!newline)
			break;
		len = (size_t)(newline - (r->buf + done));
		*newline = '\0';
		read_line(r, r->buf + done, len, '\n');
		done += len + 1;
	}
	rest = r->len - done;
	known = rest < prefix_len ? rest : prefix_len;
	if (r->raw || r->mid_line || (rest && memcmp(r->buf + done, r->prefix, known) != 0)) {
		if (rest)
			done = pass_on(r, done);
		r->raw |= rest && r->is_shared;
	}
	r->len -= done;
	memmove(r->buf, r->buf + done, r->len);
}

/*
 * Reads once. Returns false, with r->fd = -1, at the end, or if a descriptor that does not block has
 * nothing.
 */
static bool drain(struct reader *r)
{
	ssize_t got;

	if (r->size - r->len < 4096) {
		r->size = r->size ? 2 * r->size : 8192;
		r->buf = crane_xrealloc(r->buf, r->size, 1);
	}
	got = read(r->fd, r->buf + r->len, r->size - r->len);
	if (got < 0 && errno == EINTR)
		return true;
	if (got <= 0) {
		r->fd = -1;
		return false;
	}
	r->len += (size_t)got;
	take(r);
	return true;
}

/*
 * Reads the last output of the program. Does not wait for other processes that hold the pipe open.
 */
static void finish(struct reader *r)
{
	if (r->fd >= 0)
		fcntl(r->fd, F_SETFL, O_NONBLOCK);
	while (r->fd >= 0 && drain(r))
		;
	if (r->len > 0) {
		r->buf = crane_xrealloc(r->buf, r->len + 1, 1);
		r->buf[r->len] = '\0';
		if (r->raw)
			write_line(r, r->buf, r->len, '\0');
		else
			read_line(r, r->buf, r->len, '\0');
	}
	free(r->buf);
}

/* --- signals ---------------------------------------------------------------------------------- */

/* Blocks the signals that the descriptor of signalfd() then tells. [old]: the mask before. */
static int catch_signals(const struct crane_run *run, sigset_t *old)
{
	sigset_t set, blocked;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	for (size_t i = 0; i < sizeof(forwarded) / sizeof(*forwarded) && run->forwards_signals; i++)
		sigaddset(&set, forwarded[i]);
	if (run->forwards_signals)
		sigaddset(&set, SIGTSTP);
	/*
	 * If the parent process ignores it, this process does too, and waitpid() never returns a
	 * status.
	 */
	signal(SIGCHLD, SIG_DFL);
	blocked = set;
	/* salloc takes the terminal; writing to it must not stop the command. */
	if (run->forwards_signals)
		sigaddset(&blocked, SIGTTOU);
	sigprocmask(SIG_BLOCK, &blocked, old);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

/* Drops pending signals for a program that has ended: they must not end the command. */
static void release_signals(int fd, const sigset_t *old)
{
	struct signalfd_siginfo info;

	if (fd >= 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0) {
		while (read(fd, &info, sizeof(info)) > 0)
			;
	}
	if (fd >= 0)
		close(fd);
	sigprocmask(SIG_SETMASK, old, NULL);
}

/* Ctrl-Z: restores the terminal, and stops. */
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

/* Reads one signal. Returns true if the program has ended. */
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
	/* The terminal sends to the whole process group: the program has that signal already. */
	if (info.ssi_code != SI_KERNEL)
		kill(pid, (int)info.ssi_signo);
	return false;
}

/* --- the program ------------------------------------------------------------------------------ */

struct start {
	const struct crane_run *run;
	const char *path;
	int out_fd, err_fd; /* -1: ours */
	const sigset_t *mask;
	pid_t parent;
	int failure; /* errno of a failed execve() */
};

/* In the child, which shares our memory until it has become the program. */
__attribute__((noreturn)) static void become_program(struct start *start)
{
	const struct crane_run *run = start->run;

	if (run->signal_when_alone) {
		prctl(PR_SET_PDEATHSIG, run->signal_when_alone);
		if (getppid() != start->parent)
			_exit(CRANE_EXIT_SYSTEM);
	}
	if (run->stdin_fd == STDIN_FILENO)
		fcntl(STDIN_FILENO, F_SETFD, 0);
	else if (run->stdin_fd >= 0)
		dup2(run->stdin_fd, STDIN_FILENO);
	if (start->out_fd >= 0)
		dup2(start->out_fd, STDOUT_FILENO);
	if (start->err_fd >= 0)
		dup2(start->err_fd, STDERR_FILENO);
	if (run->keep_fd >= 0)
		fcntl(run->keep_fd, F_SETFD, 0);
	sigprocmask(SIG_SETMASK, start->mask, NULL);
	execvpe(start->path, run->argv->item, run->envp ? run->envp : environ);
	start->failure = errno;
	_exit(CRANE_EXIT_SYSTEM);
}

/*
 * Returns the process, or -1 with errno. vfork() saves the copy of our page tables, 0.1 ms, as
 * posix_spawn() does; but posix_spawn() cannot set the signal for a parent's death.
 */
static pid_t start_program(struct start *start)
{
	pid_t pid = vfork();

	if (pid == 0)
		become_program(start);
	if (pid > 0 && start->failure) {
		waitpid(pid, NULL, 0);
		errno = start->failure;
		return -1;
	}
	return pid;
}

/*
 * Returns where $PATH has the program, malloc'd, or NULL. A failed execve() for each folder before
 * it would take several times as long.
 */
static char *find_program(const char *name)
{
	return strchr(name, '/') ? crane_xstrdup(name) : crane_find_program(name);
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

static void serve(const struct crane_run *run, pid_t pid, int out, int err, int signals,
		  int *wait_status)
{
	struct crane_waitline none = CRANE_WAITLINE_INIT("", true);
	struct crane_waitline *wait = run->wait ? run->wait : &none;
	struct reader out_reader = { .run = run, .fd = out, .line = run->out_line, .prefix = "" };
	struct reader err_reader = { .run = run,
				     .fd = err,
				     .line = run->err_line,
				     .prefix = run->prefix,
				     .is_shared = run->shares_stderr };
	struct pollfd fds[4] = { { .events = POLLIN },
				 { .events = POLLIN },
				 { signals, POLLIN, 0 },
				 { .events = POLLIN } };
	int64_t due = now_msec() + CRANE_RUN_SILENCE_MSEC;
	bool ended = false, asks = run->step_of != 0;

	wait->child = pid;
	while (!ended) {
		int64_t left = due - now_msec();
		int silence_msec = !asks ? -1 : left > 0 ? (int)left : 0;
		int n;

		fds[0].fd = err_reader.fd;
		fds[1].fd = out_reader.fd;
		fds[3].fd = wait->fd;
		n = poll(fds, 4, sooner_msec(silence_msec, crane_waitline_timeout_msec(wait)));
		if (n < 0 && errno != EINTR)
			break;
		if (n < 0)
			continue;
		/* stderr first: lines written before the answer are shown before it. */
		if (fds[0].fd >= 0 && fds[0].revents)
			drain(&err_reader);
		if (fds[1].fd >= 0 && fds[1].revents)
			drain(&out_reader);
		if (err_reader.raw) {
			crane_waitline_end(wait);
			asks = false;
		}
		crane_waitline_serve(wait, fds[3].fd >= 0 && fds[3].revents);
		if (asks && n == 0 && now_msec() >= due) {
			crane_waitline_step(wait, run->step_of);
			asks = false;
		}
		if (fds[2].revents)
			ended = serve_signal(run, signals, pid, wait_status);
	}
	while (!ended && waitpid(pid, wait_status, 0) < 0 && errno == EINTR)
		;
	crane_waitline_end(wait);
	finish(&err_reader);
	finish(&out_reader);
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

enum crane_exit crane_run_wait(const struct crane_run *run, int *wait_status)
{
	const char *name = run->argv->item[0];
	enum crane_exit status = CRANE_EXIT_SYSTEM;
	int out[2] = { -1, -1 }, err[2] = { -1, -1 }, signals;
	char *path = find_program(name);
	struct start start = { .run = run, .path = path, .parent = getpid() };
	pid_t pid = -1;
	sigset_t old;

	start.mask = &old;
	signals = catch_signals(run, &old);
	if (!path)
		errno = ENOENT;
	if (signals >= 0 && path && (!run->out_line || pipe2(out, O_CLOEXEC) == 0) &&
	    (!run->err_line || pipe2(err, O_CLOEXEC) == 0)) {
		start.out_fd = out[1];
		start.err_fd = err[1];
		fflush(NULL);
		pid = start_program(&start);
	}
	if (pid < 0) {
		crane_say("cannot run %s: %s", name, strerror(errno));
	} else {
		close_fd(&out[1]);
		close_fd(&err[1]);
		serve(run, pid, out[0], err[0], signals, wait_status);
		status = CRANE_EXIT_OK;
	}
	for (int i = 0; i < 2; i++) {
		close_fd(&out[i]);
		close_fd(&err[i]);
	}
	release_signals(signals, &old);
	free(path);
	return status;
}

int crane_run_status(int wait_status)
{
	return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}
