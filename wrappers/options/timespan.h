/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Spans of time as Crane's users write them: "2026-01-01~2026-01-31", "now-1h~", "~now".
 */
#ifndef WRAPPERS_OPTIONS_TIMESPAN_H
#define WRAPPERS_OPTIONS_TIMESPAN_H

#include <stdbool.h>
#include <time.h>

#include "src/error.h"

struct crane_timespan {
	bool is_set;
	time_t from, until; /* both belong to it; 0: open on that side */
};

/*
 * Reads "[A]~[B]"; A and B as in timepoint.h, seen from [now].
 * Out:    *span. Untouched on failure.
 * Errors: -1 with "'~' cannot be omitted", "too many '~' found", "B is earlier than A" or what is
 *         wrong with A or B.
 */
int crane_timespan_parse(const char *text, time_t now, struct crane_timespan *span,
			 struct crane_error *err);

/* Returns true if the span is not set, or if [when] lies in it; 0, an unknown time, lies in none. */
bool crane_timespan_has(const struct crane_timespan *span, time_t when);

#endif /* WRAPPERS_OPTIONS_TIMESPAN_H */
