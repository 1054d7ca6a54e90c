/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Durations in Crane's forms: delays after '+', time limits, and the printed forms. Points in time
 * (--begin, --deadline) are read in wrappers/options/timepoint.h.
 */
#ifndef SRC_DURATION_H
#define SRC_DURATION_H

#include <stddef.h>
#include <stdint.h>

#include "src/error.h"

/* Longest text of crane_duration_format with its final NUL: "D-HH:MM:SS" of any uint64_t. */
#define CRANE_DURATION_TEXT_MAX 32

/*
 * The time limits that CraneSched accepts: 11 seconds to 10000 years of 365.25 days. The longest
 * one means that a job has no limit.
 */
#define CRANE_LIMIT_MIN_SEC 11
#define CRANE_LIMIT_MAX_SEC UINT64_C(315576000000)

/* The longest delay: 100 years of 366 days. Its sum with a time_t cannot overflow. */
#define CRANE_DELAY_MAX_SEC (UINT64_C(100) * 366 * 86400)

/*
 * Reads one delay at the start of [s], the text after '+', by the four rules of
 * doc/reference/dependencies.md#delays in their order. The delay ends at the end of the string,
 * ':', ',' or '?', except that D-HH:MM:SS and HH:MM:SS contain ':'. The text after it is not read.
 * In:    s, NUL-terminated. column: where s starts in the user's string, for the error. The error
 *        text quotes the token up to its end.
 * Out:   *sec, *used (bytes of s that belong to the delay). Unchanged on failure.
 * Error: -1, class CRANE_E_DELAY, text
 *        "invalid delay format '<delay>' in dependency: <cause>".
 */
int crane_delay_parse(const char *s, unsigned column, uint64_t *sec, size_t *used,
		      struct crane_error *err);

/*
 * Prints [sec] seconds as "HH:MM:SS", or "D-HH:MM:SS" from one day on. [buf] has room for
 * CRANE_DURATION_TEXT_MAX bytes. Returns buf.
 */
char *crane_duration_format(uint64_t sec, char *buf);

/*
 * Prints [sec] seconds as "HH:MM:SS" without days (36 h is "36:00:00"), the form of
 * CRANE_TIMELIMIT. [buf] as above. Returns buf.
 */
char *crane_duration_format_hours(uint64_t sec, char *buf);

/*
 * Reads a time limit "[D-]H:M:S": all three fields are required, each is a decimal uint32_t without
 * a limit, and the value is their sum (doc/reference/options.md#time-limits). The whole string must
 * match.
 * Out:   *sec. Unchanged on failure.
 * Error: -1, class CRANE_E_VALUE, "invalid duration format: <v>; write ..." with the right form, or "invalid hour format: <h>"
 *        (likewise day, minute, second) for a field above uint32_t.
 */
int crane_timelimit_parse(const char *s, uint64_t *sec, struct crane_error *err);

#endif /* SRC_DURATION_H */
