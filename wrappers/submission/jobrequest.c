/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What cbatch, calloc and crun ask of a job alike: checks, derived counts, and the words for Slurm.
 * Options of one command alone are left to it, candidate nodes to jobplace.c.
 */
#include "config.h"

#include "wrappers/submission/jobrequest.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/dependency.h"
#include "src/duration.h"
#include "src/memsize.h"
#include "wrappers/submission/licenses.h"
#include "wrappers/slurm/api.h"
#include "wrappers/options/timepoint.h"

#define NAME_MAX_BYTES 60
#define CPUS_MAX 1000000
#define LIMIT_MIN_SEC 11
#define LIMIT_MAX_SEC UINT64_C(315576000000)
/*
 * Slurm (22.05.8 src/common/parse_time.c, time_str2secs) reads a time limit into an int of seconds.
 */
#define SLURM_LIMIT_MAX_SEC INT32_MAX
/* 22.05.8 src/common/proc_args.c, get_signal_opts */
#define SLURM_LEAD_MAX_SEC 65535

static const char *const white = " \t\n\v\f\r";

int crane_job_refuse_value(const struct crane_job_request *job, const struct crane_opt_given *given,
			   const char *why, struct crane_error *err)
{
	if (given->line)
		return crane_error_set(err, CRANE_E_VALUE, 0,
				       "%s value '%s' in script: %s (line %u)", given->spelled,
				       given->text, why, given->line);
	if (job->dialect == CRANE_CBATCH)
		return crane_error_set(err, CRANE_E_VALUE, 0, "invalid --%s value '%s': %s",
				       given->opt->name, given->text, why);
	return crane_error_set(err, CRANE_E_VALUE, 0, "invalid --%s: %s", given->opt->name, why);
}

static int set_count(void *request, const struct crane_opt_given *given, struct crane_error *err)
{
	(void)request;
	if (given->number > 0)
		return 0;
	if (given->line)
		return crane_error_set(err, CRANE_E_VALUE, 0, "%s must be > 0 in script (line %u)",
				       given->spelled, given->line);
	return crane_error_set(err, CRANE_E_VALUE, 0, "--%s must be > 0", given->opt->name);
}

static int set_time(void *request, const struct crane_opt_given *given, struct crane_error *err)
{
	struct crane_job_request *job = request;
	struct crane_error why;

	if (crane_timelimit_parse(given->text, &job->time_sec, &why) != 0)
		return crane_job_refuse_value(job, given, why.text, err);
	return 0;
}

static int set_mem(void *request, const struct crane_opt_given *given, struct crane_error *err)
{
	struct crane_job_request *job = request;
	struct crane_error why;

	if (crane_memsize_parse(given->text, &job->mem_bytes, &why) == 0)
		return 0;
	if (job->dialect == CRANE_CBATCH || given->line)
		return crane_job_refuse_value(job, given, why.text, err);
	return crane_error_set(err, CRANE_E_VALUE, 0, "%s", why.text);
}

static int set_mem_per_cpu(void *request, const struct crane_opt_given *given,
			   struct crane_error *err)
{
	struct crane_job_request *job = request;
	struct crane_error why;

	if (crane_memsize_parse(given->text, &job->mem_per_cpu_bytes, &why) == 0)
		return 0;
	if (job->dialect == CRANE_CRUN && !given->line)
		return crane_error_set(err, CRANE_E_VALUE, 0, "%s", why.text);
	if (job->dialect == CRANE_CALLOC)
		return crane_error_set(err, CRANE_E_VALUE, 0, "invalid --%s value '%s': %s",
				       given->opt->name, given->text, why.text);
	return crane_job_refuse_value(job, given, why.text, err);
}

static int set_gres(void *request, const struct crane_opt_given *given, struct crane_error *err)
{
	struct crane_job_request *job = request;
	struct crane_error why;

	job->gres = given->text;
	if (crane_gres_read(&job->gres_list, given->text, &why) == 0)
		return 0;
	if (given->line || job->dialect != CRANE_CBATCH)
		return crane_job_refuse_value(job, given, why.text, err);
	crane_error_set(err, CRANE_E_VALUE, 0, "%s", why.text);
	return CRANE_OPT_BARE;
}

static int set_gpus(void *request, const struct crane_opt_given *given, struct crane_error *err)
{
	struct crane_job_request *job = request;
	struct crane_error why;

	job->gpus_per_node = given->text;
	if (crane_gres_read_gpus(&job->gpu_list, given->text, &why) == 0)
		return 0;
	return crane_job_refuse_value(job, given, why.text, err);
}

static int set_licenses(void *request, const struct crane_opt_given *given, struct crane_error *err)
{
	struct crane_job_request *job = request;
	struct crane_error why;

	free(job->licenses_text);
	job->licenses_text = crane_licenses(given->text, crane_slurm_has_license_or(), &why);
	if (job->licenses_text)
		return 0;
	if (given->line || job->dialect == CRANE_CBATCH)
		return crane_job_refuse_value(job, given, why.text, err);
	return crane_error_set(err, CRANE_E_VALUE, 0, "%s", why.text);
}

/* The texts of one step upstream, which puts comment, mail and attributes together. */
static int refuse_attribute(const struct crane_job_request *job,
			    const struct crane_opt_given *given, const char *why,
			    struct crane_error *err)
{
	if (job->dialect != CRANE_CBATCH)
		return crane_error_set(err, CRANE_E_VALUE, 0, "%s", why);
	if (given->line)
		return crane_error_set(err, CRANE_E_VALUE, 0,
				       "failed to marshal extra attributes from script: %s "
				       "(line %u)",
				       why, given->line);
	return crane_error_set(err, CRANE_E_VALUE, 0,
			       "failed to marshal extra attributes from CLI: %s", why);
}

static int set_extra_attr(void *request, const struct crane_opt_given *given,
			  struct crane_error *err)
{
	struct crane_job_request *job = request;
	struct crane_error why;

	if (crane_jobattr_check(given->text, &why) != 0) {
		char *text = crane_xasprintf("invalid --extra-attr: %s", why.text);

		refuse_attribute(job, given, text, err);
		free(text);
		return -1;
	}
	*(given->line ? &job->script_extra_attr : &job->extra_attr) = given->text;
	return 0;
}

static int set_mail_type(void *request, const struct crane_opt_given *given,
			 struct crane_error *err)
{
	bool coarse;
	char *types = crane_mail_types_slurm(given->text, &coarse);

	free(types);
	if (types)
		return 0;
	return refuse_attribute(request, given, "invalid --mail-type", err);
}

static int set_deadline(void *request, const struct crane_opt_given *given, struct crane_error *err)
{
	struct crane_job_request *job = request;
	struct crane_error why;

	if (crane_timepoint_parse(given->text, time(NULL), &job->deadline_time, &why) == 0)
		return 0;
	if (given->line || job->dialect == CRANE_CBATCH)
		return crane_job_refuse_value(job, given, why.text, err);
	return crane_error_set(err, CRANE_E_VALUE, 0, "--deadline: %s", why.text);
}

/* Those of the script and of the command line add up. */
static int set_signal(void *request, const struct crane_opt_given *given, struct crane_error *err)
{
	struct crane_job_request *job = request;
	struct crane_error why;

	if (crane_signals_add(&job->signals, given->text, &why) == 0)
		return 0;
	if (given->line)
		return crane_job_refuse_value(job, given, why.text, err);
	if (job->dialect == CRANE_CBATCH)
		return crane_error_set(err, CRANE_E_VALUE, 0, "signal value '%s' : %s", given->text,
				       why.text);
	crane_error_set(err, CRANE_E_VALUE, 0, "invalid argument: %s", why.text);
	return CRANE_OPT_BARE;
}

static int set_dependency(void *request, const struct crane_opt_given *given,
			  struct crane_error *err)
{
	struct crane_job_request *job = request;
	const char *start = given->text + strspn(given->text, white);
	size_t len = strlen(start);
	struct crane_dep *dep = NULL;
	struct crane_error why;

	free(job->dependency_text);
	job->dependency_text = NULL;
	if (crane_dep_parse(given->text, &dep, &why) != 0) {
		if (why.class == CRANE_E_DUP)
			return crane_error_set(err, why.class, why.column, "invalid argument: %s",
					       why.text);
		if (job->dialect == CRANE_CBATCH)
			return crane_error_set(err, why.class, why.column,
					       "failed to set dependencies: %s", why.text);
		return crane_error_set(err, why.class, why.column, "%s", why.text);
	}
	free(dep);
	while (len > 0 && strchr(white, start[len - 1]))
		len--;
	job->dependency_text = crane_xstrndup(start, len);
	return 0;
}

const struct crane_opt crane_job_rows[] = {
	CRANE_OPT_DOC('N', "nodes", "uint32", UINT, MAP, CRANE_JOB_FIELD(nodes), set_count, 0,
		      "number of nodes to run on", "--nodes",
		      "one number; a job without -n has one task on each node"),
	CRANE_OPT_DOC('n', "ntasks", "uint32", UINT, MAP, CRANE_JOB_FIELD(ntasks), set_count, 0,
		      "number of tasks", "--ntasks", "without -N they are on one node"),
	CRANE_OPT_DOC(0, "ntasks-per-node", "uint32", UINT, MAP, CRANE_JOB_FIELD(ntasks_per_node),
		      set_count, 0, "at most this many tasks on a node", "--ntasks-per-node",
		      "Slurm puts exactly so many there: where -n is no multiple of it, cbatch "
		      "and calloc get room for the next one, which CRANE_NTASKS then says, and "
		      "crun lets it go"),
	CRANE_OPT_DOC('c', "cpus-per-task", "float", FLOAT, MAP, CRANE_JOB_FIELD(cpus_per_task),
		      NULL, 0, "CPUs for each task; a fraction is rounded up to whole CPUs",
		      "--cpus-per-task", "Slurm has whole CPUs: 1.5 becomes 2, with a note"),
	CRANE_OPT_DOC('t', "time", "string", STRING, MAP, CRANE_JOB_FIELD(time), set_time, 0,
		      "time limit as [D-]HH:MM:SS", "--time",
		      "Slurm rounds up to minutes; 30 or 10:30 is refused instead of meaning "
		      "minutes"),
	CRANE_OPT_DOC(0, "mem", "string", STRING, MAP, CRANE_JOB_FIELD(mem), set_mem,
		      CRANE_OPT_GROUP(CRANE_GROUP_MEM),
		      "memory on each node, a number with K, M, G or B; M without a unit", "--mem",
		      "rounded up to megabytes; above a partition's maximum Slurm "
		      "refuses or takes more CPUs, it does not lower the request"),
	CRANE_OPT_DOC(0, "mem-per-cpu", "string", STRING, MAP, CRANE_JOB_FIELD(mem_per_cpu),
		      set_mem_per_cpu, CRANE_OPT_GROUP(CRANE_GROUP_MEM),
		      "memory for each CPU, written as for --mem", "--mem-per-cpu",
		      "with a fraction of a CPU the task's memory stays the same"),
	CRANE_OPT('p', "partition", "string", STRING, PASS, CRANE_JOB_FIELD(partition), NULL, 0,
		  "partition to run in"),
	CRANE_OPT('J', "job-name", "string", STRING, PASS, CRANE_JOB_FIELD(job_name), NULL, 0,
		  "name of the job"),
	CRANE_OPT('A', "account", "string", STRING, PASS, CRANE_JOB_FIELD(account), NULL, 0,
		  "account to charge"),
	CRANE_OPT('q', "qos", "string", STRING, PASS, CRANE_JOB_FIELD(qos), NULL, 0,
		  "quality of service"),
	CRANE_OPT_DOC('D', "chdir", "string", STRING, PASS, CRANE_JOB_FIELD(chdir), NULL, 0,
		      "working directory of the job", NULL, NULL),
	CRANE_OPT_DOC('w', "nodelist", "string", STRING, MAP, CRANE_JOB_FIELD(nodelist), NULL, 0,
		      "run on nodes of this comma-separated list",
		      "--nodelist or --exclude of all others",
		      "a set to choose from: it does not raise the number of nodes"),
	CRANE_OPT('x', "exclude", "string", STRING, PASS, CRANE_JOB_FIELD(exclude), NULL, 0,
		  "do not run on nodes of this comma-separated list"),
	CRANE_OPT_DOC(0, "export", "string", STRING, MAP, CRANE_JOB_FIELD(export_env), NULL, 0,
		      "environment to pass on: ALL, NONE, NIL or a list of NAME and NAME=VALUE",
		      "--export, --export-file",
		      "variables named CRANE_... are always sent; "
		      "calloc takes ALL alone"),
	CRANE_OPT_DOC(0, "get-user-env", NULL, BOOL, PASS, CRANE_JOB_FIELD(get_user_env), NULL, 0,
		      "start from the user's login environment", NULL,
		      "calloc refuses it: its shell has the environment of the call"),
	CRANE_OPT(0, "comment", "string", STRING, PASS, CRANE_JOB_FIELD(comment), NULL, 0,
		  "comment kept with the job"),
	CRANE_OPT_DOC(0, "extra-attr", "string", STRING, MAP, CRANE_OPT_NO_FIELD, set_extra_attr, 0,
		      "extra attributes of the job, a JSON object", "--comment",
		      "kept in Slurm's comment after \"crane:\", with the "
		      "comment as its key \"comment\"; 1024 bytes in all"),
	CRANE_OPT_DOC(0, "mail-type", "string", STRING, MAP, CRANE_JOB_FIELD(mail_type),
		      set_mail_type, 0,
		      "when to send mail: a list of NONE, BEGIN, END, FAIL, TIMELIMIT, OOM, ALL",
		      "--mail-type",
		      "OOM becomes FAIL, since Slurm has no type for it alone; a "
		      "list sends mail for each of its types"),
	CRANE_OPT(0, "mail-user", "string", STRING, PASS, CRANE_JOB_FIELD(mail_user), NULL, 0,
		  "where to send mail"),
	CRANE_OPT_DOC('d', "dependency", "string", STRING, MAP, CRANE_JOB_FIELD(dependency),
		      set_dependency, 0,
		      "start after other jobs: type:id[+delay][:id...], joined by , (all) or "
		      "? (any)",
		      "--dependency=crane:...", "see doc/dependencies.md"),
	CRANE_OPT_DOC(0, "deadline", "string", STRING, MAP, CRANE_JOB_FIELD(deadline), set_deadline,
		      0, "end the job by this time, written as for --begin",
		      "--deadline, --time-min",
		      "Slurm shortens the job's limit when it starts, "
		      "in whole minutes, and the job then ends with TIMEOUT"),
	CRANE_OPT('r', "reservation", "string", STRING, PASS, CRANE_JOB_FIELD(reservation), NULL, 0,
		  "reservation to use"),
	CRANE_OPT_DOC(0, "gres", "string", STRING, MAP, CRANE_JOB_FIELD(gres), set_gres,
		      CRANE_OPT_EMPTY_COUNTS,
		      "generic resources on each node: name:[type:]count, joined by ,", "--gres",
		      "one name with a type and without it is refused, as by Slurm"),
	CRANE_OPT_DOC(0, "gpus-per-node", "string", STRING, MAP, CRANE_JOB_FIELD(gpus_per_node),
		      set_gpus, CRANE_OPT_EMPTY_COUNTS,
		      "GPUs on each node: count, or type:count joined by ,", "--gres=gpu:...",
		      "a type that is named twice counts twice"),
	CRANE_OPT_DOC('L', "licenses", "string", STRING, MAP, CRANE_JOB_FIELD(licenses),
		      set_licenses, 0, "licenses: name:count, joined by , (all) or | (any)",
		      "--licenses", "| needs Slurm 25.05 and is refused before it"),
	CRANE_OPT_DOC('s', "signal", "string", STRING, MAP, CRANE_JOB_FIELD(signal), set_signal, 0,
		      "signal before the time limit: [R:|B:]signal[@seconds]", "--signal",
		      "Slurm sends one; more are refused"),
	CRANE_OPT(0, "exclusive", NULL, BOOL, PASS, CRANE_JOB_FIELD(exclusive), NULL, 0,
		  "whole nodes, shared with no other job"),
	CRANE_OPT_DOC(0, "wckey", "string", STRING, PASS, CRANE_JOB_FIELD(wckey), NULL,
		      CRANE_OPT_EMPTY_COUNTS, "workload characterization key", NULL, NULL),
	CRANE_OPT('H', "hold", NULL, BOOL, PASS, CRANE_JOB_FIELD(hold), NULL, 0,
		  "submit in held state"),
	CRANE_OPT_END,
};

enum crane_exit crane_job_usage_error(const struct crane_command *command,
				      enum crane_dialect dialect, enum crane_applied applied,
				      const char *text)
{
	const char *prefix = dialect == CRANE_CBATCH ? "invalid argument: " : "Invalid argument: ";
	const char *end = dialect == CRANE_CRUN ? "." : "";

	if (applied == CRANE_APPLY_UNSUPPORTED ||
	    (dialect != CRANE_CBATCH && isupper((unsigned char)text[0])))
		prefix = end = "";
	return crane_usage_error(command, CRANE_EXIT_ARG, "%s%s%s", prefix, text, end);
}

/*
 * Comma-separated host names of letters, digits, '-' and '.'; blanks are dropped first (section
 * 3.5).
 */
static bool split_hosts(const char *text, struct crane_strings *out)
{
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

/* The table of section 3.1. Counts given are above 0 here. */
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
		fprintf(stderr,
			"Warning: can't run %u tasks on %u nodes, setting NodeNum to ntasks.\n",
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
 * ceil(), of a number from 0 to 9e18. The compiler may or may not ask libm for its own, and the
 * library would be loaded for that alone.
 */
static uint64_t round_up(double value)
{
	uint64_t whole = (uint64_t)value;

	return (double)whole < value ? whole + 1 : whole;
}

/* Slurm gives whole CPUs. */
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
		fprintf(stderr,
			"Note: --cpus-per-task %g is rounded up to %u, Slurm has whole CPUs.\n",
			cpus, job->want_cpus_per_task);
	return 0;
}

/* Memory of a task is memory of its CPUs, whole ones or not. */
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

/* One signal, and one that comes in time: a lead as long as the limit is none (section 3.7). */
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
		fprintf(stderr,
			"Note: --signal is not sent, its lead of %u s is not shorter than "
			"the time limit.\n",
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

/* Options outrank what stands in --extra-attr. */
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
		fputs("Note: --mail-type OOM sends mail for every failure, Slurm has no type for "
		      "it alone.\n",
		      stderr);
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

	if (job->time && (job->time_sec < LIMIT_MIN_SEC || job->time_sec > LIMIT_MAX_SEC))
		return text_a ? "Time-limit reached the user's limit" :
				"Time limit reached the user's limit";
	/* To Slurm 0 would mean all memory of a node. */
	if ((job->mem && job->mem_bytes == 0) || (job->mem_per_cpu && job->mem_per_cpu_bytes == 0))
		return text_a ? "Invalid Parameter" : "Invalid parameter";
	if (job->deadline && job->deadline_time <= time(NULL))
		return text_a ? "Invalid deadline time(should be later than submit time)" :
				"Invalid deadline";
	return NULL;
}

static void add_string(struct crane_strings *argv, const char *name, const char *value)
{
	if (value)
		crane_strings_addf(argv, "--%s=%s", name, value);
}

static void add_time(struct crane_strings *argv, uint64_t sec)
{
	char text[CRANE_DURATION_TEXT_MAX];

	/*
	 * Beyond 68 years Slurm's reader overflows; a partition treats both alike. Slurm rounds up
	 * to minutes.
	 */
	if (sec > SLURM_LIMIT_MAX_SEC)
		crane_strings_addf(argv, "--time=UNLIMITED");
	else
		crane_strings_addf(argv, "--time=%s", crane_duration_format(sec, text));
}

/* Local time as Slurm reads it. */
static void add_deadline(const struct crane_job_request *job, struct crane_strings *argv)
{
	char text[32];
	struct tm tm;

	if (!job->deadline || !localtime_r(&job->deadline_time, &tm) ||
	    !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm))
		return;
	crane_strings_addf(argv, "--deadline=%s", text);
	/*
	 * Slurm refuses a limit that reaches beyond the deadline, unless the job says that less
	 * will do; then the limit is cut when the job starts (22.05.8
	 * src/slurmctld/job_scheduler.c), which is what Crane's users expect.
	 */
	if (job->time)
		crane_strings_addf(argv, "--time-min=1");
}

void crane_job_argv(const struct crane_job_request *job, struct crane_strings *argv)
{
	/*
	 * Always said: left to itself Slurm may spread -n over nodes, where Crane's -n alone means
	 * one node.
	 */
	crane_strings_addf(argv, "--nodes=%u", job->want_nodes);
	crane_strings_addf(argv, "--ntasks=%u", job->want_tasks);
	if (job->ntasks_per_node.given)
		crane_strings_addf(argv, "--ntasks-per-node=%u", job->ntasks_per_node.value);
	if (job->want_cpus_per_task)
		crane_strings_addf(argv, "--cpus-per-task=%u", job->want_cpus_per_task);
	if (job->time)
		add_time(argv, job->time_sec);
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
	add_deadline(job, argv);
	if (job->exclusive)
		crane_strings_addf(argv, "--exclusive");
	if (job->get_user_env && job->dialect == CRANE_CBATCH)
		crane_strings_addf(argv, "--get-user-env");
	if (job->hold)
		crane_strings_addf(argv, "--hold");
	if (job->dependency_text)
		crane_strings_addf(argv, "--dependency=" CRANE_DEP_PREFIX "%s",
				   job->dependency_text);
}

void crane_job_clear(struct crane_job_request *job)
{
	char **const owned[] = {
		/* clang-format off */
		&job->dependency_text, &job->gres_text,	     &job->licenses_text,
		&job->signal_text,     &job->comment_text,   &job->mail_type_text,
		&job->mail_user_text,
		/* clang-format on */
	};

	for (size_t i = 0; i < sizeof(owned) / sizeof(*owned); i++) {
		free(*owned[i]);
		*owned[i] = NULL;
	}
	crane_gres_clear(&job->gres_list);
	crane_gres_clear(&job->gpu_list);
	crane_signals_clear(&job->signals);
	crane_strings_clear(&job->candidates);
	crane_strings_clear(&job->excluded);
}
