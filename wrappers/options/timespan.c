/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Spans of time.
 */
#include "config.h"

#include "wrappers/options/timespan.h"

#include <stdlib.h>
#include <string.h>

#include "wrappers/base/memory.h"
#include "wrappers/options/timepoint.h"

static int read_side(const char *text, time_t now, time_t *when, struct crane_error *err)
{
	*when = 0;
	return *text ? crane_timepoint_parse(text, now, when, err) : 0;
}

int crane_timespan_parse(const char *text, time_t now, struct crane_timespan *span,
			 struct crane_error *err)
{
	const char *tilde = strchr(text, '~');
	time_t from, until;
	char *first;
	int rc;

	if (!tilde)
		return crane_error_set(err, CRANE_E_VALUE, 0, "'~' cannot be omitted");
	if (strchr(tilde + 1, '~'))
		return crane_error_set(err, CRANE_E_VALUE, 0, "too many '~' found");
	first = crane_xstrndup(text, (size_t)(tilde - text));
	rc = read_side(first, now, &from, err);
	if (rc == 0)
		rc = read_side(tilde + 1, now, &until, err);
	if (rc == 0 && from && until && until < from)
		rc = crane_error_set(err, CRANE_E_VALUE, 0, "%s is earlier than %s", tilde + 1,
				     first);
	free(first);
	if (rc == 0)
		*span = (struct crane_timespan){ .is_set = true, .from = from, .until = until };
	return rc;
}

bool crane_timespan_has(const struct crane_timespan *span, time_t when)
{
	if (!span->is_set)
		return true;
	return when && (!span->from || when >= span->from) && (!span->until || when <= span->until);
}
