/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The gate: what a submission or a change of a job is turned into, or why it is refused. Runs inside slurmctld's hooks,
 * under its locks: bounded work, no I/O, no RPC. Who opens the gate again is left to resolver.c.
 */
#ifndef PLUGINS_JOB_SUBMIT_GATE_H
#define PLUGINS_JOB_SUBMIT_GATE_H

#include <stdbool.h>
#include <stdint.h>

#include "plugins/job_submit/site.h"

/* Room for what a user is told. */
#define GATE_WHY_MAX 1024

/*
 * A begin time from here on means "not before we say so": 2100-01-01 UTC. A change that still waits for the resolver uses
 * one of the seconds after it as its mark.
 */
#define GATE_TIME INT64_C(4102444800)

enum gate_verdict {
	GATE_PASS,
	GATE_REFUSE, /* why says so */
	GATE_BUSY,   /* ask again in a second */
	GATE_STALE,  /* our own update, overtaken by a newer change */
	GATE_OTHER,  /* our own update, of another task of the same array */
};

/* Once, from init: the site's choices, and what is missing in this slurmctld (NULL: nothing). */
void gate_init(const struct site *site, const char *missing_export);

/* The hooks, with Slurm's types taken off: desc is job_desc_msg_t *, job_ptr the opaque job record. */
enum gate_verdict gate_submit(void *desc, char why[GATE_WHY_MAX]);
enum gate_verdict gate_modify(void *desc, const void *job_ptr, char why[GATE_WHY_MAX]);

#endif /* PLUGINS_JOB_SUBMIT_GATE_H */
