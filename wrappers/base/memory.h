/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small things every command needs: memory that is there or the command ends, a growing argument
 * vector, texts that are safe on a terminal.
 */
#ifndef WRAPPERS_BASE_MEMORY_H
#define WRAPPERS_BASE_MEMORY_H

#include <stddef.h>

/*
 * As malloc, realloc, strdup, strndup, asprintf; out of memory ends the command with
 * CRANE_EXIT_SYSTEM.
 */
void *crane_xcalloc(size_t n, size_t size);
void *crane_xrealloc(void *old, size_t n, size_t size);
char *crane_xstrdup(const char *s);
char *crane_xstrndup(const char *s, size_t n);
char *crane_xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* A growing list of strings, NULL after the last one once anything was added. Owns its strings. */
struct crane_strings {
	char **item;
	size_t n;
};

void crane_strings_take(struct crane_strings *list, char *s); /* s is malloc'd and moves here */
void crane_strings_addf(struct crane_strings *list, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void crane_strings_clear(struct crane_strings *list);

/* Returns the strings with [separator] between them; "" for an empty list; malloc'd. */
char *crane_strings_join(const struct crane_strings *list, const char *separator);

/* Replace control characters of [s] by '?', in place. Returns s. */
char *crane_scrub(char *s);

#endif /* WRAPPERS_BASE_MEMORY_H */
