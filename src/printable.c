/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "src/printable.h"

#include <string.h>

static bool is_continuation(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/* Returns the length of a character that begins with [lead], which is 0x80 or above. */
static size_t announced_bytes(unsigned char lead)
{
	if (lead >= 0xf0 && lead < 0xf8)
		return 4;
	if (lead >= 0xe0 && lead < 0xf0)
		return 3;
	if (lead >= 0xc0 && lead < 0xe0)
		return 2;
	return 1;
}

static bool is_steering(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x061c || code == 0x200e ||
	       code == 0x200f || (code >= 0x202a && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069);
}

struct crane_character crane_character_at(const char *text)
{
	/* The smallest code point for each length: a smaller one is an overlong form. */
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)text;
	struct crane_character c = { .bytes = 1, .code = p[0], .valid = true };
	size_t n;

	if (p[0] == '\0')
		return (struct crane_character){ .valid = true };
	if (p[0] >= 0x80) {
		n = announced_bytes(p[0]);
		c.code = p[0] & (0xffu >> (n + 1));
		while (c.bytes < n && is_continuation(p[c.bytes]))
			c.code = c.code << 6 | (p[c.bytes++] & 0x3f);
		c.valid = n > 1 && c.bytes == n && c.code >= smallest[n] && c.code <= 0x10ffff &&
			  (c.code < 0xd800 || c.code > 0xdfff);
		if (!c.valid)
			c.code = 0;
	}
	c.printable = c.valid && !is_steering(c.code);
	return c;
}

size_t crane_printable_span(const char *text)
{
	const char *p = text;
	struct crane_character c;

	for (;;) {
		while (*p >= ' ' && *p < 0x7f)
			p++;
		c = crane_character_at(p);
		if (!c.printable)
			return (size_t)(p - text);
		p += c.bytes;
	}
}

static char *replace(char *text, bool keeps_lines)
{
	size_t span = crane_printable_span(text);
	char *from = text + span, *to = from;

	while (*from) {
		size_t bytes = crane_character_at(from).bytes;
		bool keeps = keeps_lines && (*from == '\n' || *from == '\t');

		*to++ = keeps ? *from : '?';
		from += bytes;
		span = crane_printable_span(from);
		memmove(to, from, span);
		to += span;
		from += span;
	}
	*to = '\0';
	return text;
}

char *crane_printable_line(char *text)
{
	return replace(text, false);
}

char *crane_printable_text(char *text)
{
	return replace(text, true);
}
