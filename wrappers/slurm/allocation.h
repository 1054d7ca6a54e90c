/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The allocation of a running job: its nodes and the CPUs on each. */
#ifndef WRAPPERS_SLURM_ALLOCATION_H
#define WRAPPERS_SLURM_ALLOCATION_H

#include <stdint.h>

#include "wrappers/base/strings.h"
#include "wrappers/slurm/error.h"

/* The allocation of a running job. */
struct crane_allocation {
	uint32_t job_id;
	char *nodes;                /* "cn[01-02]"; owned */
	struct crane_strings names; /* its nodes in their order */
	uint32_t *cpus;             /* of the job on each of them; owned */
};

enum crane_allocation_answer {
	CRANE_ALLOCATION_OK,
	CRANE_ALLOCATION_NONE,   /* the job does not exist, has not started, or has ended */
	CRANE_ALLOCATION_DENIED, /* another user's job */
	CRANE_ALLOCATION_FAILED, /* *why tells */
};

/*
 * Loads the allocation of a job, in one request.
 * Out:   *allocation, to be released with crane_allocation_clear() whatever the answer is.
 */
enum crane_allocation_answer crane_slurm_load_allocation(uint32_t job_id,
							 struct crane_allocation *allocation,
							 struct crane_slurm_error *why);
void crane_allocation_clear(struct crane_allocation *allocation);

#endif /* WRAPPERS_SLURM_ALLOCATION_H */
