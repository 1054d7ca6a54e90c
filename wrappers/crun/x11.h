/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * crun --x11: checks that there is a display that srun can forward, and sets the variables by which
 * srun finds it. Slurm makes the tunnel.
 */
#ifndef WRAPPERS_CRUN_X11_H
#define WRAPPERS_CRUN_X11_H

#include <stdbool.h>

#include "wrappers/base/strings.h"

/*
 * Returns NULL if $DISPLAY names a display, else the reason, "Error in reading X11 $DISPLAY: ...";
 * malloc'd.
 */
char *crane_x11_refusal(void);

/* Adds the variables that srun's xauth reads; --export may have left them out. */
void crane_x11_env(struct crane_strings *env);

/*
 * Returns what follows "error: " if [line] of srun (22.05 to 26.05) says that there is no cookie
 * for the display, else NULL.
 */
const char *crane_x11_cookie_failure(const char *line);

#endif /* WRAPPERS_CRUN_X11_H */
