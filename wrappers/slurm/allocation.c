/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "wrappers/slurm/allocation.h"

#include <stdlib.h>
#include <string.h>

#include "wrappers/slurm/api.h"
#include "wrappers/slurm/library.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/strings.h"

static void convert_allocation(const resource_allocation_response_msg_t *msg,
			       struct crane_allocation *allocation)
{
	size_t n = 0;

	allocation->nodes = crane_xstrdup(crane_or_empty(msg->node_list));
	crane_hostlist_expand(allocation->nodes, &allocation->names);
	allocation->cpus = crane_xcalloc(allocation->names.n, sizeof(*allocation->cpus));
	for (uint32_t i = 0; i < msg->num_cpu_groups; i++) {
		for (uint32_t j = 0; j < msg->cpu_count_reps[i] && n < allocation->names.n; j++)
			allocation->cpus[n++] = msg->cpus_per_node[i];
	}
}

enum crane_allocation_answer crane_slurm_load_allocation(uint32_t job_id,
							 struct crane_allocation *allocation,
							 struct crane_slurm_error *why)
{
	resource_allocation_response_msg_t *msg = NULL;
	int rc;

	*allocation = (struct crane_allocation){ .job_id = job_id };
	rc = crane_libslurm_load_allocation(job_id, &msg);
	if (rc == SLURM_SUCCESS && msg) {
		convert_allocation(msg, allocation);
		crane_libslurm()->free_resource_allocation_response_msg(msg);
		return CRANE_ALLOCATION_OK;
	}
	crane_libslurm_failure(rc, why);
	switch (why->code) {
	case ESLURM_INVALID_JOB_ID:
	case ESLURM_JOB_PENDING:
	case ESLURM_ALREADY_DONE:
		return CRANE_ALLOCATION_NONE;
	case ESLURM_ACCESS_DENIED:
	case ESLURM_USER_ID_MISSING:
		return CRANE_ALLOCATION_DENIED;
	default:
		return CRANE_ALLOCATION_FAILED;
	}
}

void crane_allocation_clear(struct crane_allocation *allocation)
{
	free(allocation->nodes);
	free(allocation->cpus);
	crane_strings_clear(&allocation->names);
	memset(allocation, 0, sizeof(*allocation));
}
