/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a job asks for of generic resources on each node: the values of --gres and --gpus-per-node
 * (spec/cli-submit.md section 3.4). Which there are is left to slurmctld.
 */
#ifndef WRAPPERS_SUBMISSION_GRES_H
#define WRAPPERS_SUBMISSION_GRES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/error.h"

struct crane_gres_item {
	char *name, *type; /* owned; type may be NULL: any */
	uint64_t count;
};

struct crane_gres {
	struct crane_gres_item *item; /* each name and type once */
	size_t n;
};

/*
 * Read name[:type]:count items joined by ','. A count of 0 asks for nothing.
 * Out:   *gres is replaced, also on failure.
 * Error: -1, "Error parsing gres: <item>" and its like.
 */
int crane_gres_read(struct crane_gres *gres, const char *text, struct crane_error *err);

/* The same of [type:]count items, all of them GPUs. */
int crane_gres_read_gpus(struct crane_gres *gres, const char *text, struct crane_error *err);

bool crane_gres_has(const struct crane_gres *gres, const char *name);

/* Append both lists to each other in Slurm's words: "gpu:a100:1,npu:2"; "": nothing. malloc'd. */
char *crane_gres_slurm(const struct crane_gres *a, const struct crane_gres *b);

void crane_gres_clear(struct crane_gres *gres);

#endif /* WRAPPERS_SUBMISSION_GRES_H */
