/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Points in time as Crane's users write them (--begin, --deadline;
 * doc/reference/options.md#points-in-time). The commands decide what a time in the past means.
 */
#ifndef WRAPPERS_OPTIONS_TIMEPOINT_H
#define WRAPPERS_OPTIONS_TIMEPOINT_H

#include <time.h>

#include "src/error.h"

/*
 * Reads [s] as a point in time seen from [now]: now, now+1h30m, 16:30, 2030-01-20T12:34, 01/20,
 * noon, friday, RFC 3339.
 * Without a zone it is local time. The whole string must match.
 * Out:   *when, seconds since 1970. Untouched on failure.
 * Error: -1, class CRANE_E_VALUE, "invalid time format" or "invalid duration '<d>'".
 */
int crane_timepoint_parse(const char *s, time_t now, time_t *when, struct crane_error *err);

#endif /* WRAPPERS_OPTIONS_TIMEPOINT_H */
