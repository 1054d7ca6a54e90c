/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the commands begin with libslurm, what became of a call, what they ask of the site and of the
 * release, and host lists. Jobs, steps and the cluster's objects are left to jobs.h,
 * steps.h and cluster.h.
 */
#ifndef WRAPPERS_SLURM_API_H
#define WRAPPERS_SLURM_API_H

#include <stdbool.h>
#include <stdint.h>

#include "wrappers/base/memory.h"

/* Why a call failed. */
enum crane_slurm_failure {
	CRANE_SLURM_OK,
	CRANE_SLURM_UNREACHABLE, /* no answer from slurmctld */
	CRANE_SLURM_REFUSED,     /* slurmctld answered no */
	CRANE_SLURM_NO_JOB,      /* slurmctld knows no such job */
};

/* Crane's words for CRANE_SLURM_UNREACHABLE. */
#define CRANE_BROKEN "Connection to CraneCtld is broken"

struct crane_slurm_error {
	enum crane_slurm_failure failure;
	int code;       /* Slurm's number */
	char text[256]; /* Slurm's own words */
};

/*
 * What Slurm's number means to the commands that change things; releases renumber little and rename
 * much.
 */
enum crane_slurm_cause {
	CRANE_CAUSE_OTHER,
	CRANE_CAUSE_ACCOUNT,    /* no such account */
	CRANE_CAUSE_BATCH_ONLY, /* only a job with a script can be requeued */
	CRANE_CAUSE_DENIED,
	CRANE_CAUSE_HELD,
	CRANE_CAUSE_LIMIT, /* a time limit that is not allowed */
	CRANE_CAUSE_NAME_TAKEN,
	CRANE_CAUSE_NODE, /* no such node */
	CRANE_CAUSE_NODE_STATE,
	CRANE_CAUSE_NODES_BUSY, /* used by jobs, or by another reservation */
	CRANE_CAUSE_NODES_FEW,
	CRANE_CAUSE_NO_JOB,
	CRANE_CAUSE_NO_REQUEUE, /* the job, or the site, wants none */
	CRANE_CAUSE_NO_RESERVATION,
	CRANE_CAUSE_PARTITION,
	CRANE_CAUSE_PRIORITY_FADES, /* done, but Slurm will compute the priority anew */
	CRANE_CAUSE_STATE,          /* pending, running, over, ...: not what the change needs */
	CRANE_CAUSE_TIME,           /* a point in time that is not allowed */
	CRANE_CAUSE_UNREACHABLE,
	CRANE_CAUSE_USER, /* no such user; asked to change what is another's */
};
enum crane_slurm_cause crane_slurm_cause(const struct crane_slurm_error *why);

/*
 * Begin with libslurm. [config] names a slurm.conf, NULL the usual one. Needed before any question to
 * slurmctld; a command that has none does without. libslurm ends the process itself when it finds no
 * configuration.
 */
void crane_slurm_begin(const char *config);

/* Whether slurmctld runs with job_submit/crane: 1 yes, 0 no, -1 it did not tell. */
int crane_slurm_has_plugin(struct crane_slurm_error *why);

/*
 * The options of the srun that gives a shell on the first node (InteractiveStepOptions), when the
 * site set LaunchParameters=use_interactive_step. Returns 1 with *options malloc'd, 0 when it did
 * not, -1 with *why filled.
 */
int crane_slurm_interactive_step(char **options, struct crane_slurm_error *why);

/*
 * Whether Slurm lets this user end other users' jobs: 1 root and SlurmUser, 0 others, -1 *why
 * tells.
 */
int crane_slurm_is_superuser(uint32_t uid, struct crane_slurm_error *why);

/* Whether a job may ask for one of several licenses ("a:1|b:1"). Asks nobody. */
bool crane_slurm_has_license_or(void);

/* Whether job_info names salloc's command too, so that a command does not tell srun from salloc. */
bool crane_slurm_salloc_has_command(void);

/* "cn[01-03,05]" of names, sorted and without repeats; malloc'd. */
char *crane_hostlist_fold(const struct crane_strings *names);
/* The names in "cn[01-03,05]". Returns the count, or -1 when [text] is no host list. */
int crane_hostlist_expand(const char *text, struct crane_strings *names);

#endif /* WRAPPERS_SLURM_API_H */
