/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Durations as Crane's users write and read them: delays behind '+', time limits, and the printed forms.
 * The commands read points in time (--begin, --deadline).
 */
#ifndef SRC_DURATION_H
#define SRC_DURATION_H

#include <stddef.h>
#include <stdint.h>

#include "src/error.h"

/* Longest text of crane_duration_format with its final NUL: "D-HH:MM:SS" of any uint64_t. */
#define CRANE_DURATION_TEXT_MAX 32

/*
 * The time limits that CraneSched takes: 11 seconds to 10000 years of 365.25 days. It says of a job
 * without a limit that it has the longest.
 */
#define CRANE_LIMIT_MIN_SEC 11
#define CRANE_LIMIT_MAX_SEC UINT64_C(315576000000)

/* A delay longer than this is refused: 100 years of 366 days. Sums with a time_t stay far from overflow. */
#define CRANE_DELAY_MAX_SEC (UINT64_C(100) * 366 * 86400)

/*
 * Read one delay at the start of [s], the text right after '+', by the four rules of
 * doc/reference/dependencies.md#delays in their order. The delay ends at the end of the string, ':', ',' or '?'; what follows is not looked at, except that
 * D-HH:MM:SS and HH:MM:SS contain ':' themselves.
 * In:    s, NUL-terminated. column: where s starts in the user's string, for the error; what the error text quotes is
 *        the token up to its end.
 * Out:   *sec, *used (bytes of s that belong to the delay). Untouched on failure.
 * Error: -1, class CRANE_E_DELAY, text
 *        "invalid delay format '<delay>' in dependency: <cause>".
 */
int crane_delay_parse(const char *s, unsigned column, uint64_t *sec, size_t *used,
		      struct crane_error *err);

/*
 * Print [sec] seconds as "HH:MM:SS", or "D-HH:MM:SS" from one day on.
 * [buf] takes CRANE_DURATION_TEXT_MAX bytes. Returns buf.
 */
char *crane_duration_format(uint64_t sec, char *buf);

/*
 * Print [sec] seconds as "HH:MM:SS" with hours that do not fold into days (36 h is "36:00:00"), the form of
 * CRANE_TIMELIMIT. Same buffer. Returns buf.
 */
char *crane_duration_format_hours(uint64_t sec, char *buf);

/*
 * Read a time limit "[D-]H:M:S": every colon field required, each a decimal uint32_t without range check, the value is
 * their sum (doc/reference/options.md#time-limits). The whole string must match.
 * Out:   *sec. Untouched on failure.
 * Error: -1, class CRANE_E_VALUE, "invalid duration format: <v>; write ..." with the right form, or "invalid hour format: <h>"
 *        (likewise day, minute, second) for a field above uint32_t.
 */
int crane_timelimit_parse(const char *s, uint64_t *sec, struct crane_error *err);

#endif /* SRC_DURATION_H */
