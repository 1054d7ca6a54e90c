/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs around the one that crun runs: --prolog and --epilog on this machine, --task-prolog and
 * --task-epilog on the nodes (spec/cli-submit.md sections 6.5 and 6.6). Running the job is left to
 * runner.h.
 */
#ifndef WRAPPERS_CRUN_HOOKS_H
#define WRAPPERS_CRUN_HOOKS_H

#include "src/exitstatus.h"
#include "wrappers/base/memory.h"

/*
 * Run the program [path] here, with our environment and nothing to read, and wait for it. [what] is
 * "Prolog" or "Epilog"; path may be NULL: nothing to do. Returns CRANE_EXIT_OK, or
 * CRANE_EXIT_BACKEND with the reason printed when it did not end with 0.
 */
enum crane_exit crane_crun_hook(const char *what, const char *path);

/* "--<option>=<path>" for srun; slurmstepd wants whole paths. path may be NULL. */
void crane_crun_task_hook(const char *option, const char *path, struct crane_strings *argv);

#endif /* WRAPPERS_CRUN_HOOKS_H */
