/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small things every command needs.
 */
#include "config.h"

#include "wrappers/base/memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/exitstatus.h"

static void *must(void *p)
{
	if (!p) {
		fputs("out of memory\n", stderr);
		exit(CRANE_EXIT_SYSTEM);
	}
	return p;
}

void *crane_xcalloc(size_t n, size_t size)
{
	return must(calloc(n ? n : 1, size));
}

void *crane_xrealloc(void *old, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		return must(NULL);
	size *= n;
	return must(realloc(old, size > 0 ? size : 1));
}

char *crane_xstrdup(const char *s)
{
	return must(strdup(s));
}

char *crane_xstrndup(const char *s, size_t n)
{
	return must(strndup(s, n));
}

__attribute__((format(printf, 1, 0))) static char *format_text(const char *fmt, va_list ap)
{
	char *s = NULL;

	if (vasprintf(&s, fmt, ap) < 0)
		s = NULL;
	return must(s);
}

char *crane_xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = format_text(fmt, ap);
	va_end(ap);
	return s;
}

void crane_strings_take(struct crane_strings *list, char *s)
{
	/* Grown at every power of two, so that long lists cost linear time. */
	if ((list->n & (list->n + 1)) == 0)
		list->item = crane_xrealloc(list->item, 2 * (list->n + 1), sizeof(*list->item));
	list->item[list->n++] = s;
	list->item[list->n] = NULL;
}

void crane_strings_addf(struct crane_strings *list, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	crane_strings_take(list, format_text(fmt, ap));
	va_end(ap);
}

void crane_strings_clear(struct crane_strings *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->item[i]);
	free(list->item);
	list->item = NULL;
	list->n = 0;
}

char *crane_strings_join(const struct crane_strings *list, const char *separator)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return must(NULL);
	for (size_t i = 0; i < list->n; i++)
		fprintf(to, "%s%s", i ? separator : "", list->item[i]);
	if (fclose(to) != 0)
		return must(NULL);
	return text;
}

char *crane_scrub(char *s)
{
	for (unsigned char *p = (unsigned char *)s; *p; p++) {
		if (*p < 0x20 || *p == 0x7f)
			*p = '?';
	}
	return s;
}
