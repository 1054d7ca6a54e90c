/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts that cbatch, calloc and crun share: the request and its option rows. Other files
 * check the request (jobcheck.h), choose its nodes (jobplace.h) and write it in Slurm's words
 * (jobargv.h). The values of the options: doc/reference/options.md.
 */
#ifndef WRAPPERS_SUBMISSION_JOBREQUEST_H
#define WRAPPERS_SUBMISSION_JOBREQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "src/error.h"
#include "wrappers/base/strings.h"
#include "wrappers/options/options.h"
#include "wrappers/submission/gres.h"
#include "wrappers/submission/signalspec.h"

/* The three commands use different words for the same refusal. */
enum crane_dialect { CRANE_CBATCH, CRANE_CRUN, CRANE_CALLOC };

/*
 * The request. It is the first member of a command's own request, since the rows hold offsets in
 * it. Begins as { 0 } with the dialect set.
 */
struct crane_job_request {
	enum crane_dialect dialect;

	/*
	 * As given; NULL or given == false: the option was not given. Texts belong to the parsed
	 * options.
	 */
	const char *config;
	struct crane_opt_uint nodes, ntasks, ntasks_per_node;
	struct crane_opt_float cpus_per_task;
	const char *time, *mem, *partition, *job_name, *account, *qos, *chdir, *nodelist, *exclude;
	const char *export_env, *comment, *dependency;
	const char *mem_per_cpu, *gres, *gpus_per_node, *licenses, *reservation, *deadline, *wckey;
	const char *script_extra_attr, *extra_attr; /* of the script, of the command line */
	const char *mail_type, *mail_user, *signal;
	bool hold, exclusive, get_user_env;

	/* Derived by the setters. Owned members are freed by crane_job_clear(). */
	uint64_t time_sec, mem_bytes;
	uint64_t mem_per_cpu_bytes; /* of a CPU of Crane's, which may be a fraction */
	struct crane_gres gres_list, gpu_list;
	char *licenses_text; /* in Slurm's words; owned; NULL: no licenses */
	struct crane_signals signals;
	time_t deadline_time;
	char *dependency_text;        /* without blanks around it; owned; NULL: no dependency */
	const char *slurm_dependency; /* Slurm's own string, of an #SBATCH line; NULL: none */

	/* Derived by crane_job_check(). */
	uint64_t mem_per_cpu_mib; /* of a whole CPU of Slurm's */
	char *gres_text;          /* gres_list and gpu_list for --gres; owned; NULL: not given */
	char *signal_text;        /* owned; NULL: no signal is sent */
	char *comment_text;       /* comment and attributes for Slurm's comment; owned */
	char *mail_type_text;     /* in Slurm's words; owned; NULL: no mail */
	char *mail_user_text;     /* owned; NULL: no mail */
	uint32_t want_nodes, want_tasks;
	uint32_t want_cpus_per_task;     /* 0: not given */
	struct crane_strings candidates; /* the names in nodelist */
	struct crane_strings excluded;   /* the names in exclude */
};

#define CRANE_JOB_FIELD(name) offsetof(struct crane_job_request, name)

/* Groups of options of which a command line may name one (CRANE_OPT_GROUP). */
enum { CRANE_GROUP_MEM = 1, CRANE_GROUP_REPEAT, CRANE_GROUP_REQUEUE, CRANE_GROUP_ANSWER };

/*
 * The option rows that cbatch, calloc and crun share, and those that calloc and crun share, which
 * go on with them. A command's own table ends with CRANE_OPT_THEN() of one of the two.
 */
extern const struct crane_opt crane_job_rows[];
extern const struct crane_opt crane_interactive_rows[];

/*
 * Fills err with "invalid --time value '<v>': <why>", or with the form of the other commands and of
 * scripts. Returns -1, for setters of a command's own rows.
 */
int crane_job_refuse_value(const struct crane_job_request *job, const struct crane_opt_given *given,
			   const char *why, struct crane_error *err);

/*
 * Refuses the options: prints [text] with the dialect's prefix and end, e.g. "invalid argument:
 * <text>", and the hint. A text of CRANE_APPLY_UNSUPPORTED, and in crun and calloc one that begins
 * with a capital letter, is a sentence of its own and gets no prefix. Returns the exit status.
 */
enum crane_exit crane_job_usage_error(const struct crane_command *command,
				      enum crane_dialect dialect, enum crane_applied applied,
				      const char *text);

/* Returns $CRANE_EXPORT_ENV, or --export if that is not set; NULL if neither is set. */
const char *crane_job_export(const struct crane_job_request *job);

/*
 * Uses the slurm.conf of --config from now on. Returns false, with the reason printed, if it cannot
 * be read.
 */
bool crane_job_use_config(const struct crane_job_request *job);

void crane_job_clear(struct crane_job_request *job);

#endif /* WRAPPERS_SUBMISSION_JOBREQUEST_H */
