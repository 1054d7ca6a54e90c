/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The shared option rows and their setters, which check one value each.
 */
#include "config.h"

#include "wrappers/submission/jobrequest.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "src/dependency.h"
#include "src/duration.h"
#include "src/memsize.h"
#include "wrappers/options/timepoint.h"
#include "wrappers/slurm/api.h"
#include "wrappers/slurm/jobcomment.h"
#include "wrappers/slurm/mailtypes.h"
#include "wrappers/submission/licenses.h"
#include "wrappers/options/help.h"
#include "wrappers/options/start.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/strings.h"

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

/*
 * Slurm's time limit: M, M:S, H:M:S, D-H, D-H:M, D-H:M:S, UNLIMITED (sbatch(1), --time). Returns
 * false if [text] has another form.
 */
static bool read_slurm_limit(const char *text, uint64_t *sec)
{
	unsigned field[4] = { 0 };
	bool has_days = strchr(text, '-') != NULL;
	int n = 0;

	if (strcasecmp(text, "UNLIMITED") == 0 || strcasecmp(text, "INFINITE") == 0) {
		*sec = UINT32_MAX;
		return true;
	}
	for (const char *at = text; n < 4; n++) {
		size_t len = strspn(at, "0123456789");
		char end = at[len];

		if (len == 0 || len > 9)
			return false;
		field[n] = (unsigned)strtoul(at, NULL, 10);
		if (end == '\0') {
			n++;
			break;
		}
		if (end != (has_days && n == 0 ? '-' : ':') || n == 3)
			return false;
		at += len + 1;
	}
	if (has_days)
		*sec = field[0] * 86400ULL + field[1] * 3600ULL + field[2] * 60ULL + field[3];
	else if (n == 3)
		*sec = field[0] * 3600ULL + field[1] * 60ULL + field[2];
	else
		*sec = field[0] * 60ULL + field[1];
	return n <= (has_days ? 4 : 3);
}

static int set_time(void *request, const struct crane_opt_given *given, struct crane_error *err)
{
	struct crane_job_request *job = request;
	struct crane_error why;

	if (given->slurm && read_slurm_limit(given->text, &job->time_sec))
		return 0;
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

/* CraneSched checks mail and attributes in one step, whose texts these are. */
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

/* The signals of the script and of the command line add up. */
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
	job->slurm_dependency = given->slurm ? given->text : NULL;
	if (given->slurm)
		return 0;
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

static int set_debug_level(void *request, const struct crane_opt_given *given,
			   struct crane_error *err)
{
	(void)request;
	if (strcmp(given->text, "trace") == 0 || strcmp(given->text, "debug") == 0 ||
	    strcmp(given->text, "info") == 0)
		return 0;
	return crane_error_set(err, CRANE_E_VALUE, 0,
			       "invalid --debug-level '%s': use trace, debug or info", given->text);
}

const struct crane_opt crane_job_rows[] = {
	CRANE_OPT_DOC('N', "nodes", "uint32", UINT, MAP, CRANE_JOB_FIELD(nodes), set_count, 0,
		      "number of nodes to run on", "--nodes",
		      "one number; a job without -n has one task on each node"),
	CRANE_OPT_DOC('n', "ntasks", "uint32", UINT, MAP, CRANE_JOB_FIELD(ntasks), set_count, 0,
		      "number of tasks", "--ntasks", "without -N they are on one node"),
	CRANE_OPT_DOC(
		0, "ntasks-per-node", "uint32", UINT, MAP, CRANE_JOB_FIELD(ntasks_per_node),
		set_count, 0, "at most this many tasks on a node", "--ntasks-per-node",
		"Slurm puts exactly this many there; if -n is not a multiple of it, cbatch and "
		"calloc get room for the next multiple, which CRANE_NTASKS names, and with crun "
		"srun ignores the option"),
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
		      "generic resources on each node: name:[type:]count, joined by ,; or none",
		      "--gres",
		      "one name both with a type and without one is refused, as by Slurm"),
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

const struct crane_opt crane_interactive_rows[] = {
	CRANE_OPT(0, "debug-level", "string", STRING, NOOP, CRANE_OPT_NO_FIELD, set_debug_level, 0,
		  "trace, debug or info"),
	CRANE_OPT_THEN(crane_job_rows),
};

const char *crane_job_export(const struct crane_job_request *job)
{
	const char *forced = getenv("CRANE_EXPORT_ENV");

	return forced && *forced ? forced : job->export_env;
}

bool crane_job_use_config(const struct crane_job_request *job)
{
	if (crane_config_is_missing(job->config))
		return false;
	if (job->config)
		setenv("SLURM_CONF", job->config, 1);
	return true;
}

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
