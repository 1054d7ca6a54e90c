/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Growing lists of strings, such as argument vectors. Out of memory ends the command.
 */
#ifndef WRAPPERS_BASE_STRINGS_H
#define WRAPPERS_BASE_STRINGS_H

#include <stddef.h>

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

#endif /* WRAPPERS_BASE_STRINGS_H */
