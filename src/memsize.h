/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory sizes as Crane's users write them (--mem, --mem-per-cpu).
 */
#ifndef SRC_MEMSIZE_H
#define SRC_MEMSIZE_H

#include <stdint.h>

#include "src/error.h"

/*
 * Read "digits[.digits]" plus at most one unit letter of M m G g K k B; no unit means M; factors of 1024; a fraction
 * of a byte is cut off (doc/reference/options.md#memory). The whole string must match.
 * Out:   *bytes. Untouched on failure.
 * Error: -1, class CRANE_E_VALUE, "invalid memory format" (also when the value does not fit 64 bits).
 */
int crane_memsize_parse(const char *s, uint64_t *bytes, struct crane_error *err);

#endif /* SRC_MEMSIZE_H */
