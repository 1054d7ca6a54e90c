/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program that crun runs, as the last words of srun's command line.
 */
#ifndef WRAPPERS_CRUN_PROGRAM_H
#define WRAPPERS_CRUN_PROGRAM_H

#include <stdbool.h>

#include "wrappers/base/strings.h"
#include "wrappers/crun/crun_options.h"

/*
 * Returns true if the program is one word that holds blanks and names no file, seen from [chdir]
 * (NULL: from here). A shell runs it, as it runs every program in CraneSched.
 */
bool crane_crun_is_shell_text(const struct crane_parsed *line, const char *chdir);

/* Returns the name of the program, the first word of a text for the shell; malloc'd. */
char *crane_crun_program_name(const struct crane_parsed *line, const char *chdir);

/* Appends the words of [line], in a shell if they need one. */
void crane_crun_program(const struct crane_crun_request *me, const struct crane_parsed *line,
			struct crane_strings *argv);

#endif /* WRAPPERS_CRUN_PROGRAM_H */
