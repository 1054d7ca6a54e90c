/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory sizes in Crane's form (--mem, --mem-per-cpu). */
#ifndef SRC_MEMSIZE_H
#define SRC_MEMSIZE_H

#include <stdint.h>

#include "src/error.h"

/*
 * Reads "digits[.digits]" and at most one unit of M m G g K k B; no unit means M; units are powers
 * of 1024; a fraction of a byte is dropped (doc/reference/options.md#memory). The whole string must
 * match.
 * Out:   *bytes. Unchanged on failure.
 * Error: -1, class CRANE_E_VALUE, "invalid memory format" (also when the value does not fit 64 bits).
 */
int crane_memsize_parse(const char *s, uint64_t *bytes, struct crane_error *err);

#endif /* SRC_MEMSIZE_H */
