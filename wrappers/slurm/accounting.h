/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Jobs and steps as slurmdbd has them: also those that slurmctld has forgotten. On Slurm 22.05 each
 * question costs 44 ms of waiting, and steps cost ten times the jobs.
 */
#ifndef WRAPPERS_SLURM_ACCOUNTING_H
#define WRAPPERS_SLURM_ACCOUNTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "src/stepid.h"
#include "wrappers/base/strings.h"
#include "wrappers/slurm/api.h"
#include "wrappers/slurm/jobs.h"

/* One step. Strings are never NULL; they belong to the crane_past they came with. */
struct crane_past_step {
	uint32_t step_id; /* Slurm's number, see src/stepid.h */
	const char *name, *nodes, *submit_line, *tres;
	uint32_t num_nodes, num_cpus, num_tasks;
	enum crane_job_state state;
	uint32_t exit_code;          /* as in crane_job */
	time_t start_time, end_time; /* 0: unknown */
	int64_t run_sec;             /* without suspended time */
	uint64_t used_usec;          /* CPU time */
	uint64_t max_bytes;          /* memory of the largest task */
	uint64_t total_bytes;        /* memory of all tasks at most, as Slurm sums it up */
};

/*
 * One job, or one task of an array: its latest run. Members of [job] that slurmdbd lacks, such as
 * req_nodes and exclusive, are empty.
 */
struct crane_past_job {
	struct crane_job job;
	struct crane_past_step *step;
	size_t n_steps; /* 0 unless steps were asked for */
};

struct crane_past {
	struct crane_past_job *job;
	size_t n;
	void *list;                 /* private: libslurm's records, to which the strings point */
	struct crane_strings texts; /* private: strings made here */
};

/*
 * Which jobs: those that meet all members that are set, and some more: slurmdbd compares names in any
 * case, and a name with quotes or other characters than those of ASCII selects nothing.
 */
struct crane_past_query {
	const struct crane_id *ids; /* steps in them do not matter */
	size_t n_ids;               /* 0: all */
	const struct crane_strings *users, *accounts, *names, *partitions; /* NULL or empty: all */
	time_t from;  /* not those that ended before; 0: all */
	time_t until; /* 0: all; else not those that became eligible later, or never */
	bool steps;   /* with their steps; without ids, only jobs that became eligible */
	bool qos;     /* with the name of the QoS, which is one more question */
};

struct crane_accounting;

/*
 * Opens a connection to slurmdbd. Until it is closed, the command ends with [silence] on stderr and
 * CRANE_EXIT_NETWORK if slurmdbd stops answering for about eight seconds: libslurm's own calls wait
 * for ever. A long answer of a slurmdbd that works is waited for. Call it before anything is printed.
 * Returns 0; 1 if the site has no slurmdbd; or -1 with *why.
 */
int crane_accounting_open(const char *silence, struct crane_accounting **accounting,
			  struct crane_slurm_error *why);
void crane_accounting_close(struct crane_accounting *accounting); /* may be NULL */

/* Out: *past, released with crane_past_clear(). Returns 0, or -1 with *why. */
int crane_accounting_load(struct crane_accounting *accounting, const struct crane_past_query *query,
			  struct crane_past *past, struct crane_slurm_error *why);
void crane_past_clear(struct crane_past *past);

#endif /* WRAPPERS_SLURM_ACCOUNTING_H */
