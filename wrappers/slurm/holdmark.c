/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The mark of a hold that ends by itself: how it is written and found. ccontrol
 * sets it.
 */
#include "config.h"

#include "wrappers/slurm/holdmark.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "wrappers/base/memory.h"

#define MARK "[crane-hold:"

/* Digits up to [end]. */
static bool read_seconds(const char **s, char end, time_t *out)
{
	char *after;
	long long value;

	if (!isdigit((unsigned char)**s))
		return false;
	value = strtoll(*s, &after, 10);
	if (*after != end || after - *s > 12)
		return false;
	*out = (time_t)value;
	*s = after + 1;
	return true;
}

struct crane_hold_mark crane_hold_mark_take(char *comment)
{
	struct crane_hold_mark mark = { 0, 0 };
	char *start = NULL;
	const char *s;

	for (char *at = comment; at && (at = strstr(at, MARK)); at++)
		start = at;
	if (!start)
		return mark;
	s = start + strlen(MARK);
	if (!read_seconds(&s, ':', &mark.until) || !read_seconds(&s, ']', &mark.begin) || *s)
		return (struct crane_hold_mark){ 0, 0 };
	if (start > comment && start[-1] == ' ')
		start--;
	*start = '\0';
	return mark;
}

char *crane_hold_mark_put(const char *comment, const struct crane_hold_mark *mark)
{
	return crane_xasprintf("%s%s" MARK "%lld:%lld]", comment, *comment ? " " : "",
			       (long long)mark->until, (long long)mark->begin);
}
