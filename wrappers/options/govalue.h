/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values as Crane's flag library reads and quotes them, by the rules of the Go package strconv
 * (doc/reference/options.md#flag-syntax). The option tables say which option takes which kind.
 */
#ifndef WRAPPERS_OPTIONS_GOVALUE_H
#define WRAPPERS_OPTIONS_GOVALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "src/error.h"

/*
 * Each reads the whole string [s] into *out and leaves *out alone on failure.
 * Error: -1, class CRANE_E_VALUE, text like `strconv.ParseUint: parsing "x": invalid syntax`, or
 *        `value out of range`.
 */

/*
 * Unsigned 32 bit; with [prefixes] also 0x10, 0b1, 0o17, 017 and 1_000, as on a command line;
 * without: plain decimal.
 */
int crane_go_uint32(const char *s, bool prefixes, uint32_t *out, struct crane_error *err);
/* A number with decimals, "1e1", "0x1p-2", "inf" and "nan" in any case. */
int crane_go_float(const char *s, double *out, struct crane_error *err);
/* 1 t T true TRUE True, 0 f F false FALSE False. */
int crane_go_bool(const char *s, bool *out, struct crane_error *err);

/* [s] between double quotes, with escapes for what is not printable ASCII or UTF-8. malloc'd. */
char *crane_go_quote(const char *s);

#endif /* WRAPPERS_OPTIONS_GOVALUE_H */
