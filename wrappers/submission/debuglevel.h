/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The option --debug-level of crun and calloc: its row and what it accepts. There is nothing that
 * it could change on Slurm.
 */
#ifndef WRAPPERS_SUBMISSION_DEBUGLEVEL_H
#define WRAPPERS_SUBMISSION_DEBUGLEVEL_H

#include "src/error.h"
#include "wrappers/options/options.h"

/* Error: -1, "invalid --debug-level '<v>': use trace, debug or info". */
int crane_set_debug_level(void *request, const struct crane_opt_given *given,
			  struct crane_error *err);

/* [field] is the offset of a const char *. */
#define CRANE_OPT_DEBUG_LEVEL(field)                                                               \
	CRANE_OPT(0, "debug-level", "string", STRING, NOOP, field, crane_set_debug_level, 0,       \
		  "trace, debug or info")

#endif /* WRAPPERS_SUBMISSION_DEBUGLEVEL_H */
