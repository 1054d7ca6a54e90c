/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fills in what a core function refuses, as one line that is safe on a terminal and in a log.
 */
#include "src/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static bool is_continuation(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/*
 * How many bytes at [p] (up to its NUL) are one printable character of UTF-8; 0 when the first byte
 * is a control character (C0, DEL, C1) or no UTF-8. A terminal may obey C1 controls, and JSON
 * writers choke on bytes that are no UTF-8.
 */
static size_t printable_bytes(const unsigned char *p)
{
	if (p[0] < 0x20 || p[0] == 0x7f)
		return 0;
	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4 || !is_continuation(p[1]))
		return 0;
	if (p[0] < 0xe0)
		return p[0] == 0xc2 && p[1] < 0xa0 ? 0 : 2;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] >= 0xa0) ||
	    !is_continuation(p[2]))
		return 0;
	if (p[0] < 0xf0)
		return 3;
	if ((p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] >= 0x90) ||
	    !is_continuation(p[3]))
		return 0;
	return 4;
}

static void scrub_text(char *text)
{
	unsigned char *p = (unsigned char *)text;

	while (*p) {
		size_t n = printable_bytes(p);

		if (n == 0)
			*p++ = '?';
		else
			p += n;
	}
}

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
	scrub_text(err->text);
	if (n >= (int)sizeof(err->text)) {
		size_t cut = sizeof(err->text) - sizeof("...");

		/* Never leave half a character before the dots. */
		while (cut > 0 && is_continuation((unsigned char)err->text[cut]))
			cut--;
		strcpy(err->text + cut, "...");
	}
	return -1;
}
