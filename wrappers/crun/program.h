/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program that crun runs, as the last words of srun's command line.
 */
#ifndef WRAPPERS_CRUN_PROGRAM_H
#define WRAPPERS_CRUN_PROGRAM_H

#include "wrappers/base/strings.h"
#include "wrappers/crun/crun_options.h"

/* Append the words of [line], in a shell if they need one. */
void crane_crun_program(const struct crane_crun_request *me, const struct crane_parsed *line,
			struct crane_strings *argv);

#endif /* WRAPPERS_CRUN_PROGRAM_H */
