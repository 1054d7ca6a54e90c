/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks a request as a whole and derives the values for Slurm: counts, nodes, memory, mail,
 * comment.
 */
#include "config.h"

#include "wrappers/submission/jobcheck.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/duration.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"
#include "wrappers/base/strings.h"
#include "wrappers/slurm/jobcomment.h"
#include "wrappers/slurm/mailtypes.h"

#define NAME_MAX_BYTES 60
#define CPUS_MAX 1000000
/* 22.05.8 src/common/proc_args.c, get_signal_opts */
#define SLURM_LEAD_MAX_SEC 65535

/*
 * Reads comma-separated host names of letters, digits, '-' and '.', without the blanks between
 * them.
 */
static bool split_hosts(const char *text, struct crane_strings *out)
{
	static const char white[] = " \t\n\v\f\r";
	char *name = crane_xcalloc(strlen(text) + 1, 1);
	size_t len = 0;
	bool good = true;

	for (const char *p = text; good; p++) {
		if (*p == ',' || *p == '\0') {
			good = len > 0;
			if (good)
				crane_strings_take(out, crane_xstrndup(name, len));
			len = 0;
			if (*p == '\0')
				break;
		} else if (isalnum((unsigned char)*p) || *p == '-' || *p == '.') {
			name[len++] = *p;
		} else {
			good = strchr(white, *p) != NULL;
		}
	}
	free(name);
	return good;
}

/*
 * Nodes and tasks as CraneSched derives them from what was given (doc/reference/options.md#counts).
 * Counts that were given are above 0.
 */
static int derive_counts(struct crane_job_request *job, struct crane_error *err)
{
	uint64_t per_node = job->ntasks_per_node.given ? job->ntasks_per_node.value : 0;
	uint64_t nodes = job->nodes.value, tasks = job->ntasks.value;

	if (!job->nodes.given && !job->ntasks.given) {
		nodes = 1;
		tasks = per_node ? per_node : 1;
	} else if (!job->nodes.given) {
		nodes = per_node ? (tasks + per_node - 1) / per_node : 1;
	} else if (!job->ntasks.given) {
		tasks = per_node ? nodes * per_node : nodes;
	} else if (nodes > tasks) {
		crane_say("Warning: can't run %u tasks on %u nodes, setting NodeNum to ntasks.",
			  job->ntasks.value, job->nodes.value);
		nodes = tasks;
	}
	if (per_node && per_node * nodes < tasks)
		return crane_error_set(err, CRANE_E_VALUE, 0,
				       "invalid argument: NtasksPerNode * NodeNum < Ntasks, unable "
				       "to allocate resources");
	if (tasks > UINT32_MAX)
		return crane_error_set(err, CRANE_E_VALUE, 0, "requesting too many tasks: %llu",
				       (unsigned long long)tasks);
	job->want_nodes = (uint32_t)nodes;
	job->want_tasks = (uint32_t)tasks;
	return 0;
}

/*
 * ceil() of a number from 0 to 9e18. Compilers may call libm for ceil(), and the library would be
 * loaded for that alone.
 */
static uint64_t round_up(double value)
{
	uint64_t whole = (uint64_t)value;

	return (double)whole < value ? whole + 1 : whole;
}

/* Slurm has whole CPUs: a fraction is rounded up. */
static int derive_cpus(struct crane_job_request *job, struct crane_error *err)
{
	double cpus = job->cpus_per_task.given ? job->cpus_per_task.value : 1;
	double total = cpus * job->want_tasks;

	if (isinf(total))
		return crane_error_set(err, CRANE_E_VALUE, 0, "requesting too many CPUs: +Inf");
	if (total > CPUS_MAX)
		return crane_error_set(err, CRANE_E_VALUE, 0, "requesting too many CPUs: %f",
				       total);
	if (!job->cpus_per_task.given)
		return 0;
	job->want_cpus_per_task = (uint32_t)round_up(cpus);
	if (job->want_cpus_per_task != cpus)
		crane_say("Note: --cpus-per-task %g is rounded up to %u, Slurm has whole CPUs.",
			  cpus, job->want_cpus_per_task);
	return 0;
}

/* The memory of a task stays the same when its CPUs are rounded up. */
static void derive_mem_per_cpu(struct crane_job_request *job)
{
	double cpus = job->cpus_per_task.given ? job->cpus_per_task.value : 1;
	double whole = job->want_cpus_per_task ? job->want_cpus_per_task : 1;
	double mib = (double)job->mem_per_cpu_bytes * cpus / whole / 1048576;

	job->mem_per_cpu_mib = mib < 9e18 ? round_up(mib) : INT64_MAX;
}

static int check_gres(struct crane_job_request *job, struct crane_error *err)
{
	if (job->gres && job->gpus_per_node && crane_gres_has(&job->gres_list, "gpu") &&
	    job->gpu_list.n > 0)
		return crane_error_set(err, CRANE_E_VALUE, 0,
				       "%s specify both --gres gpus and --gpus-per-node flags "
				       "simultaneously",
				       job->dialect == CRANE_CBATCH ? "cannot" : "Cannot");
	free(job->gres_text);
	job->gres_text = NULL;
	if (job->gres || job->gpus_per_node)
		job->gres_text = crane_gres_slurm(&job->gres_list, &job->gpu_list);
	return 0;
}

/* Slurm sends one signal. A lead of at least the time limit sends nothing. */
static int check_signal(struct crane_job_request *job, struct crane_error *err)
{
	const struct crane_signal *signal = job->signals.signal;

	free(job->signal_text);
	job->signal_text = NULL;
	if (job->signals.n == 0)
		return 0;
	for (size_t i = 0; i < job->signals.n && job->dialect != CRANE_CBATCH; i++) {
		if (signal[i].flag == 'B')
			return crane_error_set(err, CRANE_E_VALUE, 0,
					       "Invalid --signal specification");
	}
	if (job->signals.n > 1)
		return crane_error_set(err, CRANE_E_VALUE, 0,
				       "--signal: Slurm sends one signal before the time limit, "
				       "%zu were asked for; keep one",
				       job->signals.n);
	if (job->time && signal->lead_sec >= job->time_sec) {
		crane_say("Note: --signal is not sent, its lead of %u s is not shorter than "
			  "the time limit.",
			  signal->lead_sec);
		return 0;
	}
	if (signal->lead_sec > SLURM_LEAD_MAX_SEC)
		return crane_error_set(err, CRANE_E_VALUE, 0,
				       "--signal: Slurm sends it at most %d s before the time "
				       "limit",
				       SLURM_LEAD_MAX_SEC);
	job->signal_text = crane_signal_slurm(signal);
	return 0;
}

/* --mail-type and --mail-user take precedence over the keys of --extra-attr. */
static int check_mail(struct crane_job_request *job, const char *type, const char *user,
		      struct crane_error *err)
{
	bool coarse;

	type = job->mail_type ? job->mail_type : type;
	user = job->mail_user ? job->mail_user : user;
	if (!type != !user)
		return crane_error_set(err, CRANE_E_VALUE, 0, "incomplete mail arguments");
	if (!type)
		return 0;
	job->mail_type_text = crane_mail_types_slurm(type, &coarse);
	if (!job->mail_type_text)
		return crane_error_set(err, CRANE_E_VALUE, 0, "invalid --mail-type");
	if (coarse)
		crane_say(
			"Note: --mail-type OOM sends mail for every failure, Slurm has no type for "
			"it alone.");
	job->mail_user_text = crane_xstrdup(user);
	return 0;
}

static int check_attributes(struct crane_job_request *job, struct crane_error *err)
{
	struct crane_jobattr attr = { 0 };
	char *mail_type = NULL, *mail_user = NULL;
	int rc;

	free(job->comment_text);
	free(job->mail_type_text);
	free(job->mail_user_text);
	job->comment_text = job->mail_type_text = job->mail_user_text = NULL;
	rc = crane_jobattr_read(job->script_extra_attr, job->extra_attr, &attr, &mail_type,
				&mail_user, err);
	if (rc == 0)
		rc = check_mail(job, mail_type, mail_user, err);
	if (rc == 0 && job->comment) {
		free(attr.comment);
		attr.comment = crane_xstrdup(job->comment);
	}
	if (rc == 0) {
		job->comment_text = crane_jobattr_pack(&attr);
		if (strlen(job->comment_text) > CRANE_JOBATTR_MAX)
			rc = crane_error_set(err, CRANE_E_VALUE, 0,
					     "comment and extra attributes take %zu bytes, Slurm "
					     "keeps %d",
					     strlen(job->comment_text), CRANE_JOBATTR_MAX);
	}
	crane_jobattr_clear(&attr);
	free(mail_type);
	free(mail_user);
	return rc;
}

int crane_job_check(struct crane_job_request *job, struct crane_error *err)
{
	if (job->mem && job->mem_per_cpu)
		return crane_error_set(err, CRANE_E_VALUE, 0,
				       "--mem and --mem-per-cpu are mutually exclusive, please "
				       "check your command line options, submission script, and "
				       "environment variables");
	if (check_gres(job, err) != 0)
		return -1;
	if (job->get_user_env && job->dialect == CRANE_CALLOC)
		return crane_error_set(err, CRANE_E_VALUE, 0,
				       "--get-user-env: the shell has the environment that calloc "
				       "was called in; run bash --login inside it");
	if (derive_counts(job, err) != 0)
		return -1;
	if (job->cpus_per_task.given && !(job->cpus_per_task.value > 0))
		return crane_error_set(err, CRANE_E_VALUE, 0, "invalid --cpus-per-task");
	if (job->job_name && strlen(job->job_name) > NAME_MAX_BYTES)
		return crane_error_set(err, CRANE_E_VALUE, 0, "name is too long (up to %d)",
				       NAME_MAX_BYTES);
	if (job->time && job->time_sec == 0)
		return crane_error_set(err, CRANE_E_VALUE, 0, "--time must > 0");
	if (job->nodelist && !split_hosts(job->nodelist, &job->candidates))
		return crane_error_set(err, CRANE_E_VALUE, 0, "invalid format for --nodelist");
	if (job->exclude && !split_hosts(job->exclude, &job->excluded))
		return crane_error_set(err, CRANE_E_VALUE, 0, "invalid format for --exclude");
	if (derive_cpus(job, err) != 0)
		return -1;
	derive_mem_per_cpu(job);
	if (check_attributes(job, err) != 0)
		return -1;
	return check_signal(job, err);
}

const char *crane_job_backend_refusal(const struct crane_job_request *job)
{
	bool text_a = job->dialect == CRANE_CBATCH;

	if (job->time &&
	    (job->time_sec < CRANE_LIMIT_MIN_SEC || job->time_sec > CRANE_LIMIT_MAX_SEC))
		return text_a ? "Time-limit reached the user's limit" :
				"Time limit reached the user's limit";
	/* To Slurm 0 means all memory of a node. */
	if ((job->mem && job->mem_bytes == 0) || (job->mem_per_cpu && job->mem_per_cpu_bytes == 0))
		return text_a ? "Invalid Parameter" : "Invalid parameter";
	if (job->deadline && job->deadline_time <= time(NULL))
		return text_a ? "Invalid deadline time(should be later than submit time)" :
				"Invalid deadline";
	return NULL;
}
