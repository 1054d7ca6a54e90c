/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The values of --gres and --gpus-per-node: generic resources on each node. slurmctld knows which
 * resources there are.
 */
#ifndef WRAPPERS_SUBMISSION_GRES_H
#define WRAPPERS_SUBMISSION_GRES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/error.h"

struct crane_gres_item {
	char *name, *type; /* owned; type NULL: any type */
	uint64_t count;
};

struct crane_gres {
	struct crane_gres_item *item; /* each name and type once */
	size_t n;
};

/*
 * Reads items name[:type]:count, joined by ','. An item with count 0 asks for nothing and is left
 * out.
 * Out:    *gres is replaced, also on failure.
 * Errors: -1, "Error parsing gres: <item>" and similar texts.
 */
int crane_gres_read(struct crane_gres *gres, const char *text, struct crane_error *err);

/* The same for items [type:]count, all of which are GPUs. */
int crane_gres_read_gpus(struct crane_gres *gres, const char *text, struct crane_error *err);

bool crane_gres_has(const struct crane_gres *gres, const char *name);

/*
 * Returns both lists as one in Slurm's words, "gpu:a100:1,npu:2", or "" if both are empty;
 * malloc'd.
 */
char *crane_gres_slurm(const struct crane_gres *a, const struct crane_gres *b);

void crane_gres_clear(struct crane_gres *gres);

#endif /* WRAPPERS_SUBMISSION_GRES_H */
