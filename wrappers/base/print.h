/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What commands print, apart from tables, JSON and help (wrappers/output, wrappers/options): no
 * other file writes to stdout or stderr (contrib/lint/print). Users' text is printable there
 * (src/printable.h).
 */
#ifndef WRAPPERS_BASE_PRINT_H
#define WRAPPERS_BASE_PRINT_H

#include <stdarg.h>
#include <stdio.h>

/*
 * As printf, on stdout or on [to]; each string among the arguments is printed as one printable
 * line. The conversions are those of C but for %n, %p and %ls.
 */
void crane_print(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void crane_print_to(FILE *to, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* One printable line on stderr. The format has no newline: a newline follows. */
void crane_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void crane_vsay(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));

#endif /* WRAPPERS_BASE_PRINT_H */
