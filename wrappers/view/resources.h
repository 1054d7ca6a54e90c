/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Slurm's lists of resources ("cpu=4,mem=2000M,node=2,gres/gpu:a100=2") as numbers. How they are
 * shown is left to the commands.
 */
#ifndef WRAPPERS_VIEW_RESOURCES_H
#define WRAPPERS_VIEW_RESOURCES_H

#include <stdbool.h>
#include <stddef.h>

#include "wrappers/slurm/jobs.h"

/* Generic resources of one kind. */
struct crane_tres_gres {
	char *name; /* "gpu" or "gpu:a100" */
	unsigned long long count;
};

/* What a job or step asked for or got. */
struct crane_resources {
	unsigned nodes;
	double cpus, mem_mib;
	struct crane_tres_gres *gres;
	size_t n_gres;
};

/* A resource that is named several times is added up (so it is for an array as a whole). */
void crane_tres_read(const char *list, struct crane_resources *res);

/*
 * TRES lists name generic resources only where AccountingStorageTRES does. Else there is a list
 * such as "gres:gpu:a100:2" (22.05), "gres/gpu:2" (later) or "gpu:2(IDX:0-1)": taken [times] times
 * where [res] holds none so far.
 */
void crane_tres_read_gres(const char *list, unsigned times, struct crane_resources *res);

/* A count without a type that stands beside those of its types tells nothing new. */
bool crane_tres_has_typed(const struct crane_resources *res, const char *name);

/* What a job asked for, and what it has ("cpus" and "nodes" are 0 while it has nothing). */
void crane_job_asked(const struct crane_job *job, struct crane_resources *res);
void crane_job_got(const struct crane_job *job, struct crane_resources *res);

/*
 * The nodes it has, or while it waits the nodes it asked for (Slurm's own number is then a guess).
 */
uint32_t crane_job_node_count(const struct crane_job *job);

void crane_resources_clear(struct crane_resources *res);

#endif /* WRAPPERS_VIEW_RESOURCES_H */
