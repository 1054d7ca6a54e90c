/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a call of slurmctld failed, and its cause in the terms of the commands that make changes. */
#ifndef WRAPPERS_SLURM_ERROR_H
#define WRAPPERS_SLURM_ERROR_H

/* Why a call failed. */
enum crane_slurm_failure {
	CRANE_SLURM_OK,
	CRANE_SLURM_UNREACHABLE, /* no answer from slurmctld */
	CRANE_SLURM_REFUSED,     /* slurmctld answered no */
	CRANE_SLURM_NO_JOB,      /* slurmctld knows no such job */
	CRANE_SLURM_NO_LIBRARY,  /* libslurm cannot be loaded, or it is another release's */
};

/* Crane's words for CRANE_SLURM_UNREACHABLE. */
#define CRANE_BROKEN "Connection to CraneCtld is broken"
#define CRANE_TIMEOUT "Request timeout, please try again or reduce the query scope."

struct crane_slurm_error {
	enum crane_slurm_failure failure;
	int code;       /* Slurm's number */
	char text[256]; /* Slurm's own words */
};

/*
 * The meaning of Slurm's error numbers for the commands that make changes. Releases change few
 * numbers but many names.
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
	CRANE_CAUSE_NO_REQUEUE, /* the job or the site does not allow it */
	CRANE_CAUSE_NO_RESERVATION,
	CRANE_CAUSE_PARTITION,
	CRANE_CAUSE_PRIORITY_FADES, /* done, but Slurm will compute the priority anew */
	CRANE_CAUSE_STATE,          /* the job is not in the state that the change needs */
	CRANE_CAUSE_TIME,           /* a point in time that is not allowed */
	CRANE_CAUSE_UNREACHABLE,
	CRANE_CAUSE_USER, /* no such user, or the object belongs to another user */
};

#endif /* WRAPPERS_SLURM_ERROR_H */
