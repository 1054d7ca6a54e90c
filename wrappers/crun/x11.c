/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * crun --x11: checks before srun runs. Slurm reads the cookie and makes the tunnel (22.05.8
 * src/common/x11_util.c).
 */
#include "config.h"

#include "wrappers/crun/x11.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "wrappers/base/environment.h"
#include "wrappers/base/text.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/strings.h"

#define HEAD "Error in reading X11 $DISPLAY: "

/* Returns the length of the first number if [s] is "12" or "12.0", else 0. */
static size_t number_len(const char *s)
{
	size_t len = strspn(s, "0123456789"), rest;

	if (len == 0 || s[len] == '\0')
		return len;
	rest = s[len] == '.' ? strspn(s + len + 1, "0123456789") : 0;
	return rest > 0 && s[len + 1 + rest] == '\0' ? len : 0;
}

char *crane_x11_refusal(void)
{
	const char *display = getenv("DISPLAY");
	const char *colon = display ? strrchr(display, ':') : NULL;
	char *path, *text = NULL;
	size_t len;
	struct stat st;

	if (!display || !*display)
		return crane_xstrdup(HEAD "it is not set.");
	len = colon ? number_len(colon + 1) : 0;
	if (len == 0)
		return crane_xasprintf(HEAD "'%s' has no display number.", display);
	if (colon != display)
		return NULL;
	path = crane_xasprintf("/tmp/.X11-unix/X%.*s", (int)len, colon + 1);
	if (stat(path, &st) != 0)
		text = crane_xasprintf(HEAD "%s: %s.", path, strerror(errno));
	free(path);
	return text;
}

void crane_x11_env(struct crane_strings *env)
{
	static const char *const names[] = { "DISPLAY", "HOME", "XAUTHORITY" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *value = getenv(names[i]);

		if (value)
			crane_env_set(env, names[i], value);
	}
}

const char *crane_x11_cookie_failure(const char *line)
{
	static const char error[] = "error: ";

	if (!crane_begins_with(line, error))
		return NULL;
	line += strlen(error);
	return strstr(line, "Could not retrieve magic cookie") ||
			       crane_begins_with(line, "Problem running xauth command") ?
		       line :
		       NULL;
}
