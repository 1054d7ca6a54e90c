/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The value of --licenses (spec/cli-submit.md section 3.8). Which licenses there are is left to
 * slurmctld.
 */
#ifndef WRAPPERS_SUBMISSION_LICENSES_H
#define WRAPPERS_SUBMISSION_LICENSES_H

#include <stdbool.h>

#include "src/error.h"

/*
 * Returns "name:count" items joined by ',' (all) or '|' (any) without blanks, malloc'd, or NULL
 * with err set. [slurm_has_or]: this release of Slurm can choose among licenses.
 */
char *crane_licenses(const char *text, bool slurm_has_or, struct crane_error *err);

#endif /* WRAPPERS_SUBMISSION_LICENSES_H */
