/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * crun --x11: whether there is a display here that srun could forward, and what srun needs to find
 * it (spec/cli-submit.md section 6.5). The tunnel is Slurm's.
 */
#ifndef WRAPPERS_CRUN_X11_H
#define WRAPPERS_CRUN_X11_H

#include <stdbool.h>

#include "wrappers/base/memory.h"

/*
 * Does $DISPLAY name a display? Returns NULL, or why not ("Error in reading X11 $DISPLAY: ...");
 * malloc'd.
 */
char *crane_x11_refusal(void);

/* Add what srun's xauth reads, which --export may have left out. */
void crane_x11_env(struct crane_strings *env);

/*
 * Is this a line of srun (22.05 to 26.05) that says that there is no cookie for the display? Then
 * the text behind "error: " is returned.
 */
const char *crane_x11_cookie_failure(const char *line);

#endif /* WRAPPERS_CRUN_X11_H */
