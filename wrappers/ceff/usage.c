/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a job used.
 */
#include "config.h"

#include "wrappers/ceff/usage.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wrappers/base/memory.h"
#include "wrappers/base/strings.h"
#include "wrappers/submission/runner.h"

#define MIB (1024.0 * 1024.0)

/* Adds a step: CPU time adds up; of memory the largest step counts, since steps follow each other. */
static void add(struct crane_usage *usage, double cpu_sec, double mem_mib)
{
	usage->is_known = true;
	usage->cpu_sec += cpu_sec;
	if (mem_mib > usage->mem_mib)
		usage->mem_mib = mem_mib;
}

void crane_usage_add_past(struct crane_usage *usage, const struct crane_past_step *step, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double bytes = (double)step[i].total_bytes;

		if (bytes == 0)
			bytes = (double)step[i].max_bytes * step[i].num_tasks;
		/* All is zero where nothing was measured. Of a step that runs, sstat knows. */
		if (step[i].end_time && (bytes > 0 || step[i].used_usec))
			add(usage, (double)step[i].used_usec / 1e6, bytes / MIB);
	}
}

/* -- sstat: the type of slurm_job_step_stat()'s answer is in no public header ------------------ */

/* "1-02:03:04" or "03:04.567" as seconds. */
static double clock_sec(const char *text)
{
	double sec = 0, days = 0, part;
	char *end;

	for (;;) {
		part = strtod(text, &end);
		if (end == text)
			break;
		if (*end == '-')
			days = part;
		else
			sec = sec * 60 + part;
		if (*end != ':' && *end != '-')
			break;
		text = end + 1;
	}
	return days * 86400 + sec;
}

/* "2000K", "1.5M" or bytes as MiB. */
static double mem_mib(const char *text)
{
	static const char units[] = "KMGTP";
	char *end;
	double bytes = strtod(text, &end);
	const char *unit = *end ? strchr(units, *end) : NULL;

	for (const char *u = units; unit && u <= unit; u++)
		bytes *= 1024;
	return bytes / MIB;
}

/* Returns the value of [key] in "cpu=...,mem=..."; "" if it is not there. */
static const char *value_of(const char *list, const char *key)
{
	size_t len = strlen(key);

	for (const char *item = list; item; item = strchr(item, ',')) {
		item += *item == ',';
		if (strncmp(item, key, len) == 0 && item[len] == '=')
			return item + len + 1;
	}
	return "";
}

void crane_usage_add_measured(struct crane_usage *usage, const char *list)
{
	if (*list)
		add(usage, clock_sec(value_of(list, "cpu")), mem_mib(value_of(list, "mem")));
}

struct live {
	struct crane_usage *const *usage;
	size_t n;
};

/* "12.batch|cpu=00:00:02,...,mem=2000K" */
static enum crane_line read_line(void *arg, char *line)
{
	const struct live *live = arg;
	unsigned long job_id = strtoul(line, NULL, 10);
	const char *list = strchr(line, '|');

	for (size_t i = 0; list && i < live->n; i++) {
		if (live->usage[i]->job_id == job_id)
			crane_usage_add_measured(live->usage[i], list + 1);
	}
	return CRANE_LINE_TAKEN;
}

/* sstat complains of each job that has no step, or that is another user's. */
static enum crane_line drop_line(void *arg, char *line)
{
	(void)arg;
	(void)line;
	return CRANE_LINE_TAKEN;
}

void crane_usage_add_live(struct crane_usage *const *usage, size_t n)
{
	struct live live = { usage, n };
	struct crane_strings argv = { 0 }, ids = { 0 };
	struct crane_run run = {
		.argv = &argv,
		.stdin_fd = open("/dev/null", O_RDONLY | O_CLOEXEC),
		.keep_fd = -1,
		.signal_when_alone = SIGTERM,
		.out_line = read_line,
		.err_line = drop_line,
		.prefix = "sstat: ",
		.arg = &live,
	};
	int wait_status;
	char *list;

	for (size_t i = 0; i < n; i++)
		crane_strings_addf(&ids, "%u", usage[i]->job_id);
	list = crane_strings_join(&ids, ",");
	crane_strings_addf(&argv, "sstat");
	crane_strings_addf(&argv, "--allsteps");
	crane_strings_addf(&argv, "--noheader");
	crane_strings_addf(&argv, "--parsable2");
	crane_strings_addf(&argv, "--format=JobID,TRESUsageInTot");
	crane_strings_addf(&argv, "--jobs=%s", list);
	/* What fails is said; the jobs are shown without what they use now. */
	crane_run_wait(&run, &wait_status);
	if (run.stdin_fd >= 0)
		close(run.stdin_fd);
	free(list);
	crane_strings_clear(&ids);
	crane_strings_clear(&argv);
}
