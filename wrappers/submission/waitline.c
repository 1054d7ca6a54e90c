/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The line about a waiting job or step, and the process that queries slurmctld for it.
 *
 * It is a separate process, so that a late answer of slurmctld does not delay a Ctrl-C or srun's
 * messages. It queries and reports; only its parent writes to the terminal.
 */
#include "config.h"

#include "wrappers/submission/waitline.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "src/printable.h"
#include "src/stepenv.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"
#include "wrappers/base/strings.h"
#include "wrappers/output/date.h"
#include "wrappers/slurm/api.h"
#include "wrappers/slurm/jobs.h"
#include "wrappers/slurm/steps.h"
#include "wrappers/view/holders.h"
#include "wrappers/view/jobrows.h"
#include "wrappers/view/jobstate.h"
#include "wrappers/view/steprows.h"

/* Seconds between queries; they increase while a job waits. */
#define PACE_MIN_SEC 2
#define PACE_MAX_SEC 30
#define REPORT_MAX 380
#define COLUMNS_MAX 1024

/* The interval in which srun is checked while its step waits and the line is shown. */
#define LOOK_MSEC 50

/* --- the process that asks -------------------------------------------------------------------- */

/* The first letter of a report. */
enum { REPORT_WAITS = 'w', REPORT_LINE = 'l' };

/* One write, short enough that a pipe keeps it whole. Ends the process if the pipe has no reader. */
static void report(int fd, char kind, const char *text)
{
	char buf[REPORT_MAX + 3];
	int len = snprintf(buf, sizeof(buf), "%c%.*s\n", kind, REPORT_MAX, text);

	if (write(fd, buf, (size_t)len) != len)
		_exit(0);
}

static void pause_for(unsigned msec)
{
	struct timespec span = { msec / 1000, (long)(msec % 1000) * 1000000 };

	nanosleep(&span, NULL);
}

static unsigned pace_sec(time_t since)
{
	time_t sec = PACE_MIN_SEC + (time(NULL) - since) / 30;

	return sec < PACE_MAX_SEC ? (unsigned)sec : PACE_MAX_SEC;
}

/* "job 12 waits: Priority, expected start 2026-11-22 03:10:00"; malloc'd. */
static char *describe_job(const struct crane_job *job, time_t now)
{
	static const char head[] = "PendingDependencies=";
	struct crane_job_dependency dependency;
	char date[CRANE_DATE_MAX], *text, *edges, *more = NULL;
	const char *reason;
	time_t start;

	crane_job_dependency_read(job, now, &dependency);
	reason = crane_job_reason(job, &dependency, now);
	start = crane_job_start(job, &dependency, now);
	if (strncmp(reason, "Dependency", 10) == 0) {
		edges = crane_job_dependency_text(job, &dependency);
		if (edges)
			more = crane_xasprintf(" (%s)", strncmp(edges, head, strlen(head)) == 0 ?
								edges + strlen(head) :
								edges);
		free(edges);
	}
	text = crane_xasprintf("job %u waits%s%s, expected start %s%s", job->job_id,
			       *reason ? ": " : "", reason,
			       start == 0   ? "not known" :
			       start <= now ? "any moment" :
					      crane_date_format(start, date),
			       more ? more : "");
	free(more);
	crane_job_dependency_clear(&dependency);
	return text;
}

/* Returns false if the job no longer waits. Without an answer it counts as waiting. */
static bool report_job(int fd, uint32_t job_id)
{
	struct crane_jobs jobs = { 0 };
	struct crane_slurm_error why;
	bool waits = false;

	if (crane_slurm_load_job(job_id, false, &jobs, &why) != 0)
		return why.failure != CRANE_SLURM_NO_JOB;
	for (size_t i = 0; i < jobs.n; i++) {
		char *text;

		if (jobs.job[i].job_id != job_id || jobs.job[i].state != CRANE_PENDING)
			continue;
		waits = true;
		text = describe_job(&jobs.job[i], jobs.loaded);
		report(fd, REPORT_LINE, text);
		free(text);
	}
	crane_jobs_free(&jobs);
	return waits;
}

static void ask_for_job(int fd, uint32_t job_id)
{
	time_t since = time(NULL);

	do {
		pause_for(time(NULL) - since < 1 ? 1000 : 1000 * pace_sec(since));
	} while (report_job(fd, job_id));
}

/* Returns the maker of the outer job, which determines the numbers of its steps. */
static enum crane_maker find_maker(uint32_t job_id)
{
	enum crane_maker maker = CRANE_MAKER_UNKNOWN;
	struct crane_stepenv_job facts;
	struct crane_jobs jobs = { 0 };
	struct crane_slurm_error why;

	if (crane_stepenv_job_parse(getenv(CRANE_STEPENV_JOB), job_id, &facts, NULL) == 0) {
		maker = facts.maker;
		crane_stepenv_job_clear(&facts);
		return maker;
	}
	if (crane_slurm_load_job(job_id, false, &jobs, &why) != 0)
		return maker;
	for (size_t i = 0; i < jobs.n; i++) {
		if (jobs.job[i].job_id == job_id)
			maker = crane_job_maker(&jobs.job[i]);
	}
	crane_jobs_free(&jobs);
	return maker;
}

/*
 * As crane_slurm_step_waits(), -1 also if slurmctld does not answer. If the step waits, *holders is what
 * crane_step_holders() returns, else NULL.
 */
static int ask_whether_step_waits(uint32_t job_id, int srun_pid, char **holders)
{
	struct crane_slurm_steps steps;
	struct crane_slurm_error why;
	int answer;

	*holders = NULL;
	if (crane_slurm_load_steps(job_id, &steps, &why) != 0)
		return -1;
	answer = crane_slurm_step_waits(&steps, srun_pid);
	if (answer == 1)
		*holders = crane_step_holders(&steps, job_id, find_maker(job_id));
	crane_slurm_steps_free(&steps);
	return answer;
}

static void report_step(int fd, char kind, const char *head, uint32_t job_id, char *holders)
{
	char *text = crane_xasprintf("%s of job %u%s%s", head, job_id, holders ? "; in use: " : "",
				     holders ? holders : "");

	report(fd, kind, text);
	free(text);
	free(holders);
}

static void ask_for_step(int fd, uint32_t job_id, int srun_pid, bool has_terminal)
{
	unsigned msec = 1000;
	char *holders;
	time_t since;
	int answer;

	/* srun may not have asked for its step yet. */
	for (; (answer = ask_whether_step_waits(job_id, srun_pid, &holders)) < 0; msec *= 2)
		pause_for(msec);
	if (answer == 0)
		return;
	report_step(fd, REPORT_WAITS, "waiting for resources", job_id, holders);
	for (since = time(NULL), msec = 500; has_terminal; msec = 1000 * pace_sec(since)) {
		pause_for(msec);
		if (ask_whether_step_waits(job_id, srun_pid, &holders) != 1)
			return;
		report_step(fd, REPORT_LINE, "a step waits for resources", job_id, holders);
	}
}

static bool has_terminal(void)
{
	return isatty(STDERR_FILENO);
}

static void start_asker(struct crane_waitline *line, uint32_t job_id)
{
	struct crane_slurm_error why;
	pid_t parent = getpid();
	int fds[2], null_fd;

	if (line->quiet || line->is_over || line->asker || pipe2(fds, O_CLOEXEC) != 0)
		return;
	fflush(NULL);
	line->asker = fork();
	if (line->asker == 0) {
		bool terminal = has_terminal();
		sigset_t stop;

		/*
		 * The parent handles Ctrl-C. Ctrl-Z stops this process too, since a stopped parent
		 * needs no answers.
		 */
		sigemptyset(&stop);
		sigaddset(&stop, SIGTSTP);
		sigprocmask(SIG_UNBLOCK, &stop, NULL);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(0);
		/* Messages of libslurm do not belong to the program's streams. */
		null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
		for (int fd = 0; fd < 3 && null_fd >= 0; fd++)
			dup2(null_fd, fd);
		if (crane_slurm_load(&why) != 0)
			_exit(0);
		crane_slurm_begin(NULL);
		if (line->step_of)
			ask_for_step(fds[1], job_id, (int)line->child, terminal);
		else
			ask_for_job(fds[1], job_id);
		_exit(0);
	}
	close(fds[1]);
	line->fd = fds[0];
	if (line->asker < 0) {
		close(line->fd);
		line->fd = -1;
		line->asker = 0;
	}
}

void crane_waitline_job(struct crane_waitline *line, uint32_t job_id)
{
	/* An srun that was stopped while it waited asks again, and gets another job (22.05). */
	crane_waitline_end(line);
	line->is_over = false;
	if (has_terminal())
		start_asker(line, job_id);
}

void crane_waitline_step(struct crane_waitline *line, uint32_t job_id)
{
	line->step_of = job_id;
	start_asker(line, job_id);
}

/* --- the terminal ----------------------------------------------------------------------------- */

/*
 * A job in the background must not write to the terminal while the user types. salloc has its own
 * process group.
 */
static bool is_in_foreground(const struct crane_waitline *line)
{
	pid_t group = tcgetpgrp(STDERR_FILENO);

	return group > 0 && (group == getpgrp() || group == getpgid(line->child));
}

/* Columns that can be filled without a new row. */
static int usable_columns(void)
{
	struct winsize size = { 0 };

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 2)
		return 79;
	return size.ws_col <= COLUMNS_MAX ? size.ws_col - 1 : COLUMNS_MAX - 1;
}

/* Replaces the row by [text]; the cursor stays at its end. */
static void write_row(const char *text)
{
	int width = usable_columns(), len = (int)strlen(text);
	char row[2 * COLUMNS_MAX + 8], *out = row;

	len = len < width ? len : width;
	*out++ = '\r';
	memset(out, ' ', (size_t)width);
	out += width;
	*out++ = '\r';
	memcpy(out, text, (size_t)len);
	out += len;
	if (write(STDERR_FILENO, row, (size_t)(out - row)) < 0)
		return; /* the terminal is closed, and SIGHUP follows */
}

/*
 * Returns the number of srun's threads: one until its step begins, then several (22.05 to 26.05).
 */
static unsigned long count_threads(pid_t pid)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	return stat(path, &st) == 0 ? (unsigned long)st.st_nlink : 0;
}

static void show(struct crane_waitline *line, const char *text)
{
	char *whole;

	if (!is_in_foreground(line))
		return;
	if (line->step_of && line->n_threads == 0)
		line->n_threads = count_threads(line->child);
	whole = crane_printable_line(crane_xasprintf("%s: %s", line->command, text));
	if (!line->shown || strcmp(whole, line->text) != 0)
		write_row(whole);
	snprintf(line->text, sizeof(line->text), "%s", whole);
	line->shown = true;
	free(whole);
}

void crane_waitline_hide(struct crane_waitline *line)
{
	if (line->shown)
		write_row("");
	line->shown = false;
}

int crane_waitline_timeout_msec(const struct crane_waitline *line)
{
	return line->shown && line->step_of ? LOOK_MSEC : -1;
}

void crane_waitline_serve(struct crane_waitline *line, bool readable)
{
	char buf[4 * (REPORT_MAX + 3)], *rest = buf, *end;
	ssize_t got;

	if (line->shown && line->step_of && count_threads(line->child) > line->n_threads) {
		crane_waitline_end(line);
		return;
	}
	if (!readable || line->fd < 0)
		return;
	got = read(line->fd, buf, sizeof(buf) - 1);
	if (got <= 0) {
		if (got == 0 || errno != EINTR)
			crane_waitline_end(line);
		return;
	}
	buf[got] = '\0';
	for (; (end = strchr(rest, '\n')); rest = end + 1) {
		*end = '\0';
		if (*rest == REPORT_LINE)
			show(line, rest + 1);
		else if (*rest == REPORT_WAITS)
			crane_say("%s: %s", line->command, rest + 1);
	}
}

void crane_waitline_end(struct crane_waitline *line)
{
	crane_waitline_hide(line);
	line->is_over = true;
	if (line->fd >= 0)
		close(line->fd);
	line->fd = -1;
	if (line->asker > 0) {
		kill(line->asker, SIGKILL);
		while (waitpid(line->asker, NULL, 0) < 0 && errno == EINTR)
			;
	}
	line->asker = 0;
}
