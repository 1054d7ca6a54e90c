/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory allocation that ends the command on failure. */
#include "config.h"

#include "wrappers/base/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/exitstatus.h"

void *crane_must(void *p)
{
	if (!p) {
		fputs("out of memory\n", stderr);
		exit(CRANE_EXIT_SYSTEM);
	}
	return p;
}

void *crane_xcalloc(size_t n, size_t size)
{
	return crane_must(calloc(n ? n : 1, size));
}

void *crane_xrealloc(void *old, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		return crane_must(NULL);
	size *= n;
	return crane_must(realloc(old, size > 0 ? size : 1));
}

char *crane_xstrdup(const char *s)
{
	return crane_must(strdup(s));
}

char *crane_xstrndup(const char *s, size_t n)
{
	return crane_must(strndup(s, n));
}

char *crane_xvasprintf(const char *fmt, va_list ap)
{
	char *s = NULL;

	if (vasprintf(&s, fmt, ap) < 0)
		s = NULL;
	return crane_must(s);
}

char *crane_xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = crane_xvasprintf(fmt, ap);
	va_end(ap);
	return s;
}
