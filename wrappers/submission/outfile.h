/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Translates file name patterns of a job's input and output for Slurm:
 * doc/reference/options.md#file-names-of-batch-jobs.
 */
#ifndef WRAPPERS_SUBMISSION_OUTFILE_H
#define WRAPPERS_SUBMISSION_OUTFILE_H

#include "src/error.h"

/*
 * Checks the length of [path] and translates it so that Slurm makes the same file name as
 * CraneSched. [what] is output, input or error. Returns a malloc'd text, or NULL with err set:
 * "invalid output file path: file name length exceeds 127 characters".
 */
char *crane_outfile_for_batch(const char *what, const char *path, struct crane_error *err);

#endif /* WRAPPERS_SUBMISSION_OUTFILE_H */
