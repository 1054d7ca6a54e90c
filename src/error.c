/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fills in the error of a core function as one line that is safe on a terminal and in a log. */
#include "src/error.h"

#include <stdio.h>
#include <string.h>

#include "src/printable.h"

int crane_error_set(struct crane_error *err, enum crane_error_class class, unsigned column,
		    const char *fmt, ...)
{
	va_list ap;
	int n;

	if (err == NULL)
		return -1;
	err->class = class;
	err->column = column;
	va_start(ap, fmt);
	n = vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	if (n < 0)
		err->text[0] = '\0';
	crane_printable_line(err->text);
	if (n >= (int)sizeof(err->text)) {
		size_t cut = strlen(err->text), most = sizeof(err->text) - sizeof("...");

		if (cut > most)
			cut = most;
		/* Do not cut inside a character. */
		while (cut > 0 && ((unsigned char)err->text[cut] & 0xc0) == 0x80)
			cut--;
		strcpy(err->text + cut, "...");
	}
	return -1;
}
