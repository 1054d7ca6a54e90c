/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The error of a core function: one text of bounded size, and a column of the input. The caller
 * prints it with its own prefix and chooses the exit status.
 */
#ifndef SRC_ERROR_H
#define SRC_ERROR_H

#include <stdarg.h>

/* Long enough for the longest text and a cut quotation of the user's input. */
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
	CRANE_E_VALUE, /* any other invalid value */
	CRANE_E_NOMEM, /* out of memory */
};

struct crane_error {
	enum crane_error_class class;
	unsigned column; /* 1-based column in the parsed string; 0: none */
	char text
		[CRANE_ERROR_TEXT_MAX]; /* one line, no final newline, printable (src/printable.h) */
};

/*
 * Fills [err] (may be NULL) from a printf format. A character that is not printable becomes '?'
 * (src/printable.h); a text that is too long is cut and ends in "...". Returns -1, so that a caller
 * can write `return crane_error_set(...)`.
 */
int crane_error_set(struct crane_error *err, enum crane_error_class class, unsigned column,
		    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#endif /* SRC_ERROR_H */
