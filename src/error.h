/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a core function says what it refuses: one text of bounded size, and the column it was read at. The caller prints it,
 * with a prefix and an exit status of its own.
 */
#ifndef SRC_ERROR_H
#define SRC_ERROR_H

#include <stdarg.h>

/* Long enough for any text below plus a clipped piece of what the user typed. */
#define CRANE_ERROR_TEXT_MAX 512

/* Classes of a refused dependency string (doc/reference/dependencies.md#error-texts), and of everything else. */
enum crane_error_class {
	CRANE_E_NONE = 0,
	CRANE_E_MIX,   /* ',' and '?' in one string */
	CRANE_E_TERM,  /* no known "type:" prefix, or nothing after it */
	CRANE_E_LIST,  /* not an "id[+delay]" list */
	CRANE_E_JOBID, /* 0, or above 4294967295 */
	CRANE_E_DELAY, /* not a delay */
	CRANE_E_DUP,   /* one job twice */
	CRANE_E_VALUE, /* any other bad value */
	CRANE_E_NOMEM, /* out of memory */
};

struct crane_error {
	enum crane_error_class class;
	unsigned column; /* 1-based column in the string that was parsed; 0: no one place */
	char text
		[CRANE_ERROR_TEXT_MAX]; /* one line, no final newline, printable (src/printable.h) */
};

/*
 * Fill [err] (may be NULL) from a printf format. Each character that is not printable becomes '?' (src/printable.h), an
 * over-long text is cut and ends in "...".
 * Returns -1, so that `return crane_error_set(...)` is the whole idiom.
 */
int crane_error_set(struct crane_error *err, enum crane_error_class class, unsigned column,
		    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#endif /* SRC_ERROR_H */
