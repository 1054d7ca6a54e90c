/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints the results of ccancel, as text or JSON (doc/reference/control.md#ccancel-answers). */
#ifndef WRAPPERS_CCANCEL_ANSWER_H
#define WRAPPERS_CCANCEL_ANSWER_H

#include "src/exitstatus.h"
#include "wrappers/ccancel/targets.h"

/* Prints the outcome of all targets, which it may sort. Returns the exit status. */
enum crane_exit ccancel_tell(const struct ccancel_request *me, struct ccancel_targets *targets);

/* Says on stderr why slurmctld could not be asked. Returns the exit status. */
enum crane_exit ccancel_tell_failure(const struct crane_slurm_error *why);

#endif /* WRAPPERS_CCANCEL_ANSWER_H */
