/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The output of commands, apart from tables, JSON and help (wrappers/output, wrappers/options): no
 * other file writes to stdout or stderr (contrib/lint/print). Users' text is printable there
 * (src/printable.h).
 */
#ifndef WRAPPERS_BASE_PRINT_H
#define WRAPPERS_BASE_PRINT_H

#include <stdarg.h>
#include <stdbool.h>
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

/*
 * Every command begins with this. A standard descriptor that the caller has closed is opened, so that
 * no file or socket becomes the standard output; reading and writing there fail as before.
 */
void crane_print_begin(void);

/* Writes [size] bytes that the caller has made printable. */
void crane_print_bytes(FILE *to, const char *text, size_t size);

/*
 * Flushes stdout. Returns true if all output was written so far; output to a closed pipe counts as
 * written.
 */
bool crane_print_flush(void);

/* Returns the errno for which output was lost; 0 if none was lost. */
int crane_print_loss(void);

/* Another process with our stdout lost output for [reason], an errno; 0 changes nothing. */
void crane_print_note_loss(int reason);

/*
 * Every command ends with this. Reports lost output on stderr, unless a closed pipe is the reason.
 * Returns [status], or CRANE_EXIT_SYSTEM if [status] is 0 and output was lost.
 */
int crane_print_end(int status);

#endif /* WRAPPERS_BASE_PRINT_H */
