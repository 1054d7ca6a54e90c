/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory allocation that ends the command on failure. */
#ifndef WRAPPERS_BASE_MEMORY_H
#define WRAPPERS_BASE_MEMORY_H

#include <stdarg.h>
#include <stddef.h>

/* Returns [p], the result of an allocation. If it is NULL, ends the command. */
void *crane_must(void *p);

/*
 * As malloc, realloc, strdup, strndup, vasprintf, asprintf; out of memory ends the command
 * with CRANE_EXIT_SYSTEM.
 */
void *crane_xcalloc(size_t n, size_t size);
void *crane_xrealloc(void *old, size_t n, size_t size);
char *crane_xstrdup(const char *s);
char *crane_xstrndup(const char *s, size_t n);
char *crane_xvasprintf(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));
char *crane_xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif /* WRAPPERS_BASE_MEMORY_H */
