/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The gate: rewrites a submission or a change of a job, or refuses it. Runs inside slurmctld's
 * hooks, while slurmctld holds its locks: bounded work, no I/O, no RPC. The resolver (resolver.c)
 * opens the gate.
 */
#ifndef PLUGINS_JOB_SUBMIT_GATE_H
#define PLUGINS_JOB_SUBMIT_GATE_H

#include <stdbool.h>
#include <stdint.h>

#include "plugins/job_submit/site.h"

/* Room for a message to the user. */
#define GATE_WHY_MAX 1024

enum gate_verdict {
	GATE_PASS,
	GATE_REFUSE,      /* [why] has the reason */
	GATE_BUSY,        /* [why] has the reason; the same request may pass a second later */
	GATE_STALE,       /* our own update, overtaken by a newer change */
	GATE_OTHER,       /* our own update, but of another task of the same array */
	GATE_NOT_ALLOWED, /* slurmctld would refuse this user's change a moment later */
};

/*
 * Called at each load of the plugin. [missing_export] names what this slurmctld lacks, so that
 * Crane dependencies are refused; NULL: nothing is missing. [behind] names the plugins that are
 * called after this one: while there are any, Crane dependencies and changes of gated jobs are
 * refused; "": none.
 */
void gate_init(const struct site *site, const char *missing_export, const char *behind);

/*
 * The hooks without Slurm's types: [desc] is a job_desc_msg_t, [job_ptr] the opaque job record.
 * Write the reason to [why] if they refuse, and nothing else.
 */
enum gate_verdict gate_submit(void *desc, char why[GATE_WHY_MAX]);
enum gate_verdict gate_modify(void *desc, const void *job_ptr, uint32_t uid,
			      char why[GATE_WHY_MAX]);

#endif /* PLUGINS_JOB_SUBMIT_GATE_H */
