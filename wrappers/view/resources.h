/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Slurm's lists of resources ("cpu=4,mem=2000M,node=2,gres/gpu:a100=2") as numbers.
 * jobresources.h reads those of a job.
 */
#ifndef WRAPPERS_VIEW_RESOURCES_H
#define WRAPPERS_VIEW_RESOURCES_H

#include <stdbool.h>
#include <stddef.h>

struct json_object;

/* Generic resources of one kind. */
struct crane_tres_gres {
	char *name; /* "gpu" or "gpu:a100" */
	unsigned long long count;
};

struct crane_resources {
	unsigned nodes;
	double cpus, mem_mib;
	struct crane_tres_gres *gres;
	size_t n_gres;
};

/*
 * Reads [list]. A resource that is listed several times is added up, as for an array as a whole.
 * Out: *res, released with crane_resources_clear().
 */
void crane_tres_read(const char *list, struct crane_resources *res);

/*
 * Adds the generic resources of [list], each [times] times, if [res] has none. Slurm's TRES lists
 * name generic resources only if AccountingStorageTRES does; its other lists read
 * "gres:gpu:a100:2" (22.05), "gres/gpu:2" (later releases) or "gpu:2(IDX:0-1)".
 */
void crane_tres_read_gres(const char *list, unsigned times, struct crane_resources *res);

/* Returns true if [res] counts types of [name]: a count without a type then adds nothing new. */
bool crane_tres_has_typed(const struct crane_resources *res, const char *name);

/* Returns true if [list] has a number of nodes. Out: *nodes. */
bool crane_tres_nodes(const char *list, unsigned *nodes);

void crane_resources_add(struct crane_resources *sum, const struct crane_resources *part);

/* Each difference is clamped at zero. */
void crane_resources_subtract(struct crane_resources *from, const struct crane_resources *part);

/* Adds cpu_count, memory_bytes and memory_sw_bytes to the JSON object [to]. */
void crane_resources_put(struct json_object *to, const struct crane_resources *res);

void crane_resources_clear(struct crane_resources *res);

#endif /* WRAPPERS_VIEW_RESOURCES_H */
