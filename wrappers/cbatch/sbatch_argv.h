/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Translates a request of cbatch into options of sbatch. */
#ifndef WRAPPERS_CBATCH_SBATCH_ARGV_H
#define WRAPPERS_CBATCH_SBATCH_ARGV_H

#include "src/error.h"
#include "wrappers/base/strings.h"
#include "wrappers/cbatch/cbatch_options.h"

/*
 * Appends sbatch's command line without nodes (crane_job_place()), --export and the script's path.
 * Every option is one word --name=value, so that no value can be read as an option. Unsets
 * variables of the command's environment that sbatch would add to an option. Returns 0, or -1 with
 * err set.
 */
int crane_sbatch_argv(const struct crane_cbatch_request *me, struct crane_strings *argv,
		      struct crane_error *err);

/*
 * Appends --export.
 * Out: *export_fd, variables for --export-file; the caller closes it. -1 if --export needs none.
 * Returns 0, or -1 with errno.
 */
int crane_sbatch_export(const struct crane_cbatch_request *me, struct crane_strings *argv,
			int *export_fd);

/*
 * Appends the script's path; it is made absolute, since with --chdir sbatch looks for it there.
 * Returns 0, or -1 with errno if there is no current directory.
 */
int crane_sbatch_script(const char *path, struct crane_strings *argv);

#endif /* WRAPPERS_CBATCH_SBATCH_ARGV_H */
