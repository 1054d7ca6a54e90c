/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The value of --array, start[-end[:stride]][%limit]. The cluster's MaxArraySize bounds the
 * indices; Slurm checks it.
 */
#ifndef WRAPPERS_CBATCH_ARRAYSPEC_H
#define WRAPPERS_CBATCH_ARRAYSPEC_H

#include "src/error.h"

/*
 * Returns [text] in Slurm's words, malloc'd, or NULL with err set: "invalid --array value '9-0':
 * start > end".
 */
char *crane_array_spec(const char *text, struct crane_error *err);

#endif /* WRAPPERS_CBATCH_ARRAYSPEC_H */
