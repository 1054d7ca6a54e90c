/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Growing lists of strings.
 */
#include "config.h"

#include "wrappers/base/strings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "wrappers/base/memory.h"

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
	crane_strings_take(list, crane_xvasprintf(fmt, ap));
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
		return crane_must(NULL);
	for (size_t i = 0; i < list->n; i++)
		fprintf(to, "%s%s", i ? separator : "", list->item[i]);
	if (fclose(to) != 0)
		return crane_must(NULL);
	return text;
}
