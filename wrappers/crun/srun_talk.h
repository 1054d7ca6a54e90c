/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs srun for crun: translates srun's messages into Crane's words, and determines the exit
 * status.
 */
#ifndef WRAPPERS_CRUN_SRUN_TALK_H
#define WRAPPERS_CRUN_SRUN_TALK_H

#include "wrappers/base/strings.h"
#include "wrappers/crun/crun_options.h"

/*
 * [argv] is srun's whole command line. Returns the exit status of crun, which may be the program's.
 */
int crane_crun_run_srun(const struct crane_crun_request *me, const struct crane_strings *argv);

#endif /* WRAPPERS_CRUN_SRUN_TALK_H */
