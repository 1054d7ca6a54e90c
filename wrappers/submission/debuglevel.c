/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The option --debug-level of crun and calloc: what it accepts. Its row stands in the header.
 */
#include "config.h"

#include "wrappers/submission/debuglevel.h"

#include <string.h>

int crane_set_debug_level(void *request, const struct crane_opt_given *given,
			  struct crane_error *err)
{
	(void)request;
	if (strcmp(given->text, "trace") == 0 || strcmp(given->text, "debug") == 0 ||
	    strcmp(given->text, "info") == 0)
		return 0;
	return crane_error_set(err, CRANE_E_VALUE, 0,
			       "invalid --debug-level '%s': use trace, debug or info", given->text);
}
