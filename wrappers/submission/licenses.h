/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The value of --licenses. slurmctld knows which licenses there are.
 */
#ifndef WRAPPERS_SUBMISSION_LICENSES_H
#define WRAPPERS_SUBMISSION_LICENSES_H

#include <stdbool.h>

#include "src/error.h"

/*
 * Returns items name:count joined by ',' (all of them) or '|' (one of them), without blanks,
 * malloc'd; NULL with err set if [text] is not such a list. [slurm_has_or]: this release of Slurm
 * can choose among licenses.
 */
char *crane_licenses(const char *text, bool slurm_has_or, struct crane_error *err);

#endif /* WRAPPERS_SUBMISSION_LICENSES_H */
