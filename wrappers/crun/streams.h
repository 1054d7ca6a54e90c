/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Translates --input, --output and --err of crun into options of srun. */
#ifndef WRAPPERS_CRUN_STREAMS_H
#define WRAPPERS_CRUN_STREAMS_H

#include "src/error.h"
#include "wrappers/base/strings.h"
#include "wrappers/crun/crun_options.h"

/*
 * Appends the options of the streams, and --pty. Makes missing folders of output files. The number
 * of tasks is known (job.want_tasks). Returns 0, or -1 with err set.
 */
int crane_crun_streams(const struct crane_crun_request *me, struct crane_strings *argv,
		       struct crane_error *err);

#endif /* WRAPPERS_CRUN_STREAMS_H */
