/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Translates a request into options of sbatch, salloc and srun. */
#include "config.h"

#include "wrappers/submission/jobargv.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/dependency.h"
#include "src/duration.h"
#include "wrappers/slurm/api.h"
#include "wrappers/base/strings.h"

/*
 * Slurm reads a time limit into an int of seconds (22.05.8 src/common/parse_time.c, time_str2secs).
 */
#define SLURM_LIMIT_MAX_SEC INT32_MAX

static void add_string(struct crane_strings *argv, const char *name, const char *value)
{
	if (value)
		crane_strings_addf(argv, "--%s=%s", name, value);
}

static void add_limit(struct crane_strings *argv, uint64_t sec)
{
	char text[CRANE_DURATION_TEXT_MAX];

	/*
	 * Slurm's parser overflows beyond 68 years; to a partition such a limit is the same as
	 * none.
	 */
	if (sec > SLURM_LIMIT_MAX_SEC)
		crane_strings_addf(argv, "--time=UNLIMITED");
	else
		crane_strings_addf(argv, "--time=%s", crane_duration_format(sec, text));
}

bool crane_argv_add_time(struct crane_strings *argv, const char *name, time_t when)
{
	char text[32];
	struct tm tm;

	if (!localtime_r(&when, &tm) || !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm))
		return false;
	crane_strings_addf(argv, "--%s=%s", name, text);
	return true;
}

/*
 * Slurm refuses a limit that reaches beyond the deadline, unless the job accepts a shorter one; it
 * then cuts the limit when the job starts (22.05.8 src/slurmctld/job_scheduler.c), as CraneSched
 * does.
 */
static void add_deadline(const struct crane_job_request *job, struct crane_strings *argv)
{
	if (crane_argv_add_time(argv, "deadline", job->deadline_time) && job->time)
		crane_strings_addf(argv, "--time-min=1");
}

void crane_argv_add_hosts(struct crane_strings *argv, const char *name,
			  const struct crane_strings *names)
{
	char *list = crane_hostlist_fold(names);

	crane_strings_addf(argv, "--%s=%s", name, list);
	free(list);
}

void crane_job_argv(const struct crane_job_request *job, struct crane_strings *argv)
{
	/*
	 * Always named: without -N Slurm may spread the tasks of -n over nodes, where Crane means
	 * one node.
	 */
	crane_strings_addf(argv, "--nodes=%u", job->want_nodes);
	crane_strings_addf(argv, "--ntasks=%u", job->want_tasks);
	if (job->ntasks_per_node.given)
		crane_strings_addf(argv, "--ntasks-per-node=%u", job->ntasks_per_node.value);
	if (job->want_cpus_per_task)
		crane_strings_addf(argv, "--cpus-per-task=%u", job->want_cpus_per_task);
	if (job->time)
		add_limit(argv, job->time_sec);
	if (job->mem)
		crane_strings_addf(argv, "--mem=%lluM",
				   (unsigned long long)(job->mem_bytes / 1048576 +
							(job->mem_bytes % 1048576 != 0)));
	add_string(argv, "partition", job->partition);
	add_string(argv, "job-name", job->job_name);
	add_string(argv, "account", job->account);
	add_string(argv, "qos", job->qos);
	add_string(argv, "chdir", job->chdir);
	if (job->mem_per_cpu)
		crane_strings_addf(argv, "--mem-per-cpu=%lluM",
				   (unsigned long long)job->mem_per_cpu_mib);
	if (job->gres_text && *job->gres_text)
		add_string(argv, "gres", job->gres_text);
	add_string(argv, "licenses", job->licenses_text);
	add_string(argv, "reservation", job->reservation);
	if (job->wckey && *job->wckey)
		add_string(argv, "wckey", job->wckey);
	if (job->comment_text && *job->comment_text)
		add_string(argv, "comment", job->comment_text);
	add_string(argv, "mail-type", job->mail_type_text);
	add_string(argv, "mail-user", job->mail_user_text);
	add_string(argv, "signal", job->signal_text);
	if (job->deadline)
		add_deadline(job, argv);
	if (job->exclusive)
		crane_strings_addf(argv, "--exclusive");
	if (job->get_user_env && job->dialect == CRANE_CBATCH)
		crane_strings_addf(argv, "--get-user-env");
	if (job->hold)
		crane_strings_addf(argv, "--hold");
	add_string(argv, "dependency", job->slurm_dependency);
	if (job->dependency_text)
		crane_strings_addf(argv, "--dependency=" CRANE_DEP_PREFIX "%s",
				   job->dependency_text);
}
