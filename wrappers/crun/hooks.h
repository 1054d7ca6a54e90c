/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs around the one that crun runs: --prolog and --epilog on this machine, --task-prolog and
 * --task-epilog on the nodes.
 */
#ifndef WRAPPERS_CRUN_HOOKS_H
#define WRAPPERS_CRUN_HOOKS_H

#include "src/exitstatus.h"
#include "wrappers/base/strings.h"

/*
 * Runs the program [path] on this machine, with the command's environment and an empty standard
 * input, and waits for it. [what] is "Prolog" or "Epilog". Returns CRANE_EXIT_OK, or
 * CRANE_EXIT_BACKEND with the reason printed if it does not end with 0. path NULL: does nothing.
 */
enum crane_exit crane_crun_hook(const char *what, const char *path);

/*
 * Appends --<option>=<path> for srun, with an absolute path, which slurmstepd needs. path NULL:
 * appends nothing.
 */
void crane_crun_task_hook(const char *option, const char *path, struct crane_strings *argv);

#endif /* WRAPPERS_CRUN_HOOKS_H */
