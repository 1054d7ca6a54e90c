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

/* The option rows that cbatch, calloc and crun share; a command's table ends with CRANE_OPT_THEN. */
extern const struct crane_opt crane_job_rows[];

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
