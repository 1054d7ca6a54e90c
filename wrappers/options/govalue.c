/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values as Crane's flag library reads and quotes them.
 */
#include "config.h"

#include "wrappers/options/govalue.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/printable.h"
#include "wrappers/base/memory.h"

static int refuse(struct crane_error *err, const char *function, const char *s, const char *why)
{
	char *quoted = crane_go_quote(s);

	crane_error_set(err, CRANE_E_VALUE, 0, "strconv.%s: parsing %s: %s", function, quoted, why);
	free(quoted);
	return -1;
}

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'z' ? c - 'a' + 10 : 99;
}

int crane_go_uint32(const char *s, bool prefixes, uint32_t *out, struct crane_error *err)
{
	unsigned base = 10;
	const char *p = s;
	bool last_was_digit = false, underscore = false;
	uint64_t value = 0;

	if (prefixes && p[0] == '0' && p[1] != '\0') {
		char letter = (char)tolower((unsigned char)p[1]);

		base = letter == 'x' ? 16 : letter == 'b' ? 2 : 8;
		p += letter == 'x' || letter == 'b' || letter == 'o' ? 2 : 1;
		last_was_digit = true; /* the prefix may be followed by '_' */
	}
	if (*p == '\0')
		return refuse(err, "ParseUint", s, "invalid syntax");
	for (; *p; p++) {
		if (*p == '_' && prefixes && last_was_digit) {
			last_was_digit = false;
			underscore = true;
			continue;
		}
		if (digit_value(*p) >= (int)base)
			return refuse(err, "ParseUint", s, "invalid syntax");
		last_was_digit = true;
		value = value * base + (unsigned)digit_value(*p);
		/*
		 * Checked before the following characters, as in Go: "4294967296x" is out of range.
		 */
		if (value > UINT32_MAX)
			return refuse(err, "ParseUint", s, "value out of range");
	}
	if (underscore && !last_was_digit)
		return refuse(err, "ParseUint", s, "invalid syntax");
	*out = (uint32_t)value;
	return 0;
}

static const char *skip_digits(const char *p, bool hex, size_t *n)
{
	for (; hex ? isxdigit((unsigned char)*p) : isdigit((unsigned char)*p); p++)
		(*n)++;
	return p;
}

/* True when [s] is a floating-point literal; strtod alone takes blanks and "nan(...)" too. */
static bool looks_like_float(const char *s)
{
	static const char *const words[] = { "inf", "infinity", "nan" };
	const char *p = s + (*s == '+' || *s == '-');
	bool hex = p[0] == '0' && (p[1] == 'x' || p[1] == 'X');
	size_t n = 0, n_exponent = 0;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		/* nan takes no sign. */
		if (strcasecmp(i == 2 ? s : p, words[i]) == 0)
			return true;
	}
	p = skip_digits(hex ? p + 2 : p, hex, &n);
	if (*p == '.')
		p = skip_digits(p + 1, hex, &n);
	if (n == 0)
		return false;
	if (*p == '\0')
		return !hex; /* a hexadecimal one needs its exponent */
	if (tolower((unsigned char)*p) != (hex ? 'p' : 'e'))
		return false;
	p++;
	p = skip_digits(p + (*p == '+' || *p == '-'), false, &n_exponent);
	return n_exponent > 0 && *p == '\0';
}

int crane_go_float(const char *s, double *out, struct crane_error *err)
{
	double value;

	if (!looks_like_float(s))
		return refuse(err, "ParseFloat", s, "invalid syntax");
	errno = 0;
	value = strtod(s, NULL);
	if (errno == ERANGE && (value > 1 || value < -1))
		return refuse(err, "ParseFloat", s, "value out of range");
	*out = value;
	return 0;
}

int crane_go_bool(const char *s, bool *out, struct crane_error *err)
{
	static const char *const yes[] = { "1", "t", "T", "true", "TRUE", "True" };
	static const char *const no[] = { "0", "f", "F", "false", "FALSE", "False" };

	for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++) {
		if (strcmp(s, yes[i]) == 0 || strcmp(s, no[i]) == 0) {
			*out = strcmp(s, yes[i]) == 0;
			return 0;
		}
	}
	return refuse(err, "ParseBool", s, "invalid syntax");
}

char *crane_go_quote(const char *s)
{
	static const char letters[] = "\a\b\f\n\r\t\v\\\"";
	static const char names[] = "abfnrtv\\\"";
	char *text = crane_xcalloc(strlen(s) + 1, 4);
	struct crane_character c;
	char *p = text;

	*p++ = '"';
	for (; *s; s += c.bytes) {
		const char *known = strchr(letters, *s);

		c = crane_character_at(s);
		if (known) {
			*p++ = '\\';
			*p++ = names[known - letters];
		} else if (c.printable) {
			p = mempcpy(p, s, c.bytes);
		} else if (c.valid && c.code >= 0x80) {
			p += sprintf(p, "\\u%04x", c.code);
		} else {
			for (size_t i = 0; i < c.bytes; i++)
				p += sprintf(p, "\\x%02x", (unsigned char)s[i]);
		}
	}
	*p++ = '"';
	*p = '\0';
	return text;
}
