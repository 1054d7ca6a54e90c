/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What cbatch, calloc and crun ask of a job alike: the shared option rows, their checks, the
 * derived counts, and the words for sbatch, salloc and srun (spec/cli-submit.md sections 2 and 3).
 * Options of one command alone are left to it, candidate nodes to jobplace.h.
 */
#ifndef WRAPPERS_SUBMISSION_JOBREQUEST_H
#define WRAPPERS_SUBMISSION_JOBREQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include <time.h>

#include "src/error.h"
#include "wrappers/submission/gres.h"
#include "wrappers/slurm/jobcomment.h"
#include "wrappers/options/options.h"
#include "wrappers/submission/signalspec.h"
#include "wrappers/base/memory.h"

/* How the three commands word the same refusal (spec/cli-submit.md 1.3, last line). */
enum crane_dialect { CRANE_CBATCH, CRANE_CRUN, CRANE_CALLOC };

/*
 * The request. Must be the first member of a command's own request, since rows hold offsets in it.
 */
struct crane_job_request {
	enum crane_dialect dialect; /* set by the command before anything else */

	/* As given; strings are borrowed from the parsed options. */
	const char *config;
	struct crane_opt_uint nodes, ntasks, ntasks_per_node;
	struct crane_opt_float cpus_per_task;
	const char *time, *mem, *partition, *job_name, *account, *qos, *chdir, *nodelist, *exclude;
	const char *export_env, *comment, *dependency;
	const char *mem_per_cpu, *gres, *gpus_per_node, *licenses, *reservation, *deadline, *wckey;
	const char *script_extra_attr, *extra_attr; /* of the script, of the command line */
	const char *mail_type, *mail_user, *signal;
	bool hold, exclusive, get_user_env;

	/* Derived by setters and by crane_job_check; what is owned goes with crane_job_clear. */
	uint64_t time_sec, mem_bytes;
	uint64_t mem_per_cpu_bytes; /* of a CPU of Crane's, which may be a fraction */
	uint64_t mem_per_cpu_mib;   /* of a whole CPU of Slurm's */
	struct crane_gres gres_list, gpu_list;
	char *gres_text;     /* both for --gres; NULL: not asked, "": nothing; owned */
	char *licenses_text; /* owned */
	struct crane_signals signals;
	char *signal_text; /* owned; NULL: none */
	time_t deadline_time;
	char *comment_text;   /* comment and attributes for Slurm's comment; owned */
	char *mail_type_text; /* in Slurm's words; owned; NULL: none */
	char *mail_user_text; /* owned */
	uint32_t want_nodes, want_tasks;
	uint32_t want_cpus_per_task;     /* 0: not given */
	char *dependency_text;           /* trimmed, without "crane:"; owned */
	struct crane_strings candidates; /* of nodelist */
	struct crane_strings excluded;   /* of exclude */
};

#define CRANE_JOB_FIELD(name) offsetof(struct crane_job_request, name)

/* Groups of which the flag library takes one (CRANE_OPT_GROUP). */
enum { CRANE_GROUP_MEM = 1, CRANE_GROUP_REPEAT, CRANE_GROUP_REQUEUE };

/* The setters the rows below need. */
crane_opt_setter crane_set_count, crane_set_time, crane_set_mem, crane_set_mem_per_cpu;
crane_opt_setter crane_set_dependency, crane_set_gres, crane_set_gpus, crane_set_licenses;
crane_opt_setter crane_set_extra_attr, crane_set_mail_type, crane_set_deadline, crane_set_signal;

/* Rows shared by cbatch, calloc and crun. */
/* clang-format off */
#define CRANE_JOB_OPTIONS                                                                          \
	CRANE_OPT_DOC('N', "nodes", "uint32", UINT, MAP, CRANE_JOB_FIELD(nodes), crane_set_count,  \
		      0, "number of nodes to run on", "--nodes",                                   \
		      "one number; a job without -n has one task on each node"),                   \
	CRANE_OPT_DOC('n', "ntasks", "uint32", UINT, MAP, CRANE_JOB_FIELD(ntasks),                 \
		      crane_set_count, 0, "number of tasks", "--ntasks",                           \
		      "without -N they are on one node"),                                          \
	CRANE_OPT_DOC(0, "ntasks-per-node", "uint32", UINT, MAP, CRANE_JOB_FIELD(ntasks_per_node), \
		      crane_set_count, 0, "at most this many tasks on a node",                     \
		      "--ntasks-per-node",                                                         \
		      "Slurm puts exactly so many there: where -n is no multiple of it, cbatch "   \
		      "and calloc get room for the next one, which CRANE_NTASKS then says, and "   \
		      "crun lets it go"),                                                          \
	CRANE_OPT_DOC('c', "cpus-per-task", "float", FLOAT, MAP, CRANE_JOB_FIELD(cpus_per_task),   \
		      NULL, 0, "CPUs for each task; a fraction is rounded up to whole CPUs",       \
		      "--cpus-per-task", "Slurm has whole CPUs: 1.5 becomes 2, with a note"),      \
	CRANE_OPT_DOC('t', "time", "string", STRING, MAP, CRANE_JOB_FIELD(time), crane_set_time,   \
		      0, "time limit as [D-]HH:MM:SS", "--time",                                   \
		      "Slurm rounds up to minutes; 30 or 10:30 is refused instead of meaning "     \
		      "minutes"),                                                                  \
	CRANE_OPT_DOC(0, "mem", "string", STRING, MAP, CRANE_JOB_FIELD(mem), crane_set_mem,        \
		      CRANE_OPT_GROUP(CRANE_GROUP_MEM),                                            \
		      "memory on each node, a number with K, M, G or B; M without a unit",         \
		      "--mem", "rounded up to megabytes; above a partition's maximum Slurm "       \
		      "refuses or takes more CPUs, it does not lower the request"),                \
	CRANE_OPT_DOC(0, "mem-per-cpu", "string", STRING, MAP, CRANE_JOB_FIELD(mem_per_cpu),       \
		      crane_set_mem_per_cpu, CRANE_OPT_GROUP(CRANE_GROUP_MEM),                     \
		      "memory for each CPU, written as for --mem", "--mem-per-cpu",                \
		      "with a fraction of a CPU the task's memory stays the same"),                \
	CRANE_OPT('p', "partition", "string", STRING, PASS, CRANE_JOB_FIELD(partition), NULL, 0,   \
		  "partition to run in"),                                                          \
	CRANE_OPT('J', "job-name", "string", STRING, PASS, CRANE_JOB_FIELD(job_name), NULL, 0,     \
		  "name of the job"),                                                              \
	CRANE_OPT('A', "account", "string", STRING, PASS, CRANE_JOB_FIELD(account), NULL, 0,       \
		  "account to charge"),                                                            \
	CRANE_OPT('q', "qos", "string", STRING, PASS, CRANE_JOB_FIELD(qos), NULL, 0,               \
		  "quality of service"),                                                           \
	CRANE_OPT_DOC('D', "chdir", "string", STRING, PASS, CRANE_JOB_FIELD(chdir), NULL, 0,       \
		      "working directory of the job", NULL, NULL),                                 \
	CRANE_OPT_DOC('w', "nodelist", "string", STRING, MAP, CRANE_JOB_FIELD(nodelist), NULL, 0,  \
		      "run on nodes of this comma-separated list",                                 \
		      "--nodelist or --exclude of all others",                                     \
		      "a set to choose from: it does not raise the number of nodes"),              \
	CRANE_OPT('x', "exclude", "string", STRING, PASS, CRANE_JOB_FIELD(exclude), NULL, 0,       \
		  "do not run on nodes of this comma-separated list"),                             \
	CRANE_OPT_DOC(0, "export", "string", STRING, MAP, CRANE_JOB_FIELD(export_env), NULL, 0,    \
		      "environment to pass on: ALL, NONE, NIL or a list of NAME and NAME=VALUE",   \
		      "--export, --export-file", "variables named CRANE_... are always sent; "     \
		      "calloc takes ALL alone"),                                                   \
	CRANE_OPT_DOC(0, "get-user-env", NULL, BOOL, PASS, CRANE_JOB_FIELD(get_user_env), NULL, 0, \
		      "start from the user's login environment", NULL,                             \
		      "calloc refuses it: its shell has the environment of the call"),             \
	CRANE_OPT(0, "comment", "string", STRING, PASS, CRANE_JOB_FIELD(comment), NULL, 0,         \
		  "comment kept with the job"),                                                    \
	CRANE_OPT_DOC(0, "extra-attr", "string", STRING, MAP, CRANE_OPT_NO_FIELD,                  \
		      crane_set_extra_attr, 0, "extra attributes of the job, a JSON object",       \
		      "--comment", "kept in Slurm's comment after \"crane:\", with the "             \
		      "comment as its key \"comment\"; 1024 bytes in all"),                                \
	CRANE_OPT_DOC(0, "mail-type", "string", STRING, MAP, CRANE_JOB_FIELD(mail_type),           \
		      crane_set_mail_type, 0,                                                      \
		      "when to send mail: a list of NONE, BEGIN, END, FAIL, TIMELIMIT, OOM, ALL",  \
		      "--mail-type", "OOM becomes FAIL, since Slurm has no type for it alone; a "  \
		      "list sends mail for each of its types"),                                    \
	CRANE_OPT(0, "mail-user", "string", STRING, PASS, CRANE_JOB_FIELD(mail_user), NULL, 0,     \
		  "where to send mail"),                                                           \
	CRANE_OPT_DOC('d', "dependency", "string", STRING, MAP, CRANE_JOB_FIELD(dependency),       \
		      crane_set_dependency, 0,                                                     \
		      "start after other jobs: type:id[+delay][:id...], joined by , (all) or "     \
		      "? (any)", "--dependency=crane:...", "see doc/dependencies.md"),             \
	CRANE_OPT_DOC(0, "deadline", "string", STRING, MAP, CRANE_JOB_FIELD(deadline),             \
		      crane_set_deadline, 0, "end the job by this time, written as for --begin",   \
		      "--deadline, --time-min", "Slurm shortens the job's limit when it starts, "  \
		      "in whole minutes, and the job then ends with TIMEOUT"),                     \
	CRANE_OPT('r', "reservation", "string", STRING, PASS, CRANE_JOB_FIELD(reservation), NULL,  \
		  0, "reservation to use"),                                                        \
	CRANE_OPT_DOC(0, "gres", "string", STRING, MAP, CRANE_JOB_FIELD(gres), crane_set_gres,     \
		      CRANE_OPT_EMPTY_COUNTS,                                                      \
		      "generic resources on each node: name:[type:]count, joined by ,", "--gres",  \
		      "one name with a type and without it is refused, as by Slurm"),              \
	CRANE_OPT_DOC(0, "gpus-per-node", "string", STRING, MAP, CRANE_JOB_FIELD(gpus_per_node),   \
		      crane_set_gpus, CRANE_OPT_EMPTY_COUNTS,                                      \
		      "GPUs on each node: count, or type:count joined by ,", "--gres=gpu:...",     \
		      "a type that is named twice counts twice"),                                  \
	CRANE_OPT_DOC('L', "licenses", "string", STRING, MAP, CRANE_JOB_FIELD(licenses),           \
		      crane_set_licenses, 0,                                                       \
		      "licenses: name:count, joined by , (all) or | (any)", "--licenses",          \
		      "| needs Slurm 25.05 and is refused before it"),                             \
	CRANE_OPT_DOC('s', "signal", "string", STRING, MAP, CRANE_JOB_FIELD(signal),               \
		      crane_set_signal, 0,                                                         \
		      "signal before the time limit: [R:|B:]signal[@seconds]", "--signal",         \
		      "Slurm sends one; more are refused"),                                        \
	CRANE_OPT(0, "exclusive", NULL, BOOL, PASS, CRANE_JOB_FIELD(exclusive), NULL, 0,           \
		  "whole nodes, shared with no other job"),                                        \
	CRANE_OPT_DOC(0, "wckey", "string", STRING, PASS, CRANE_JOB_FIELD(wckey), NULL,            \
		      CRANE_OPT_EMPTY_COUNTS, "workload characterization key", NULL, NULL),        \
	CRANE_OPT('H', "hold", NULL, BOOL, PASS, CRANE_JOB_FIELD(hold), NULL, 0,                   \
		  "submit in held state")
/* clang-format on */

/*
 * Check what was merged from script and command line and derive the counts. Warnings and notes go
 * to stderr. Returns -1 with err->text without the command's prefix (section 3.1, "Other checks in
 * order").
 */
int crane_job_check(struct crane_job_request *job, struct crane_error *err);

/*
 * "invalid --time value '<v>': <why>", and how a script line and the other commands say it
 * (sections 3.2 and 4.1). Fills err and returns -1, for setters of a command's own rows.
 */
int crane_job_refuse_value(const struct crane_job_request *job, const struct crane_opt_given *given,
			   const char *why, struct crane_error *err);

/*
 * Refuse what the options say: the usage, before it [text] with the dialect's prefix and end, e.g.
 * "invalid argument: <text>". A text of CRANE_APPLY_UNSUPPORTED, and in crun and calloc one that
 * begins with a capital letter, is a sentence of its own.
 */
enum crane_exit crane_job_usage_error(const struct crane_command *command,
				      enum crane_dialect dialect, enum crane_applied applied,
				      const char *text);

/*
 * A request that Slurm would take but Crane refuses: the text of spec/errors.md, or NULL when there
 * is none. Only what needs no question to slurmctld (zero memory, a limit below 11 s or above
 * 10,000 years).
 */
const char *crane_job_backend_refusal(const struct crane_job_request *job);

/* Append the shared options in the words of sbatch, salloc and srun, each as one "--name=value". */
void crane_job_argv(const struct crane_job_request *job, struct crane_strings *argv);

void crane_job_clear(struct crane_job_request *job);

#endif /* WRAPPERS_SUBMISSION_JOBREQUEST_H */
