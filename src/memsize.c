/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads memory sizes in Crane's form. */
#include "src/memsize.h"

#include <stddef.h>

int crane_memsize_parse(const char *s, uint64_t *bytes, struct crane_error *err)
{
	const char *p = s, *fraction = NULL, *fraction_end = NULL;
	unsigned shift = 20;
	uint64_t whole = 0, part = 0;

	for (; *p >= '0' && *p <= '9'; p++) {
		uint64_t digit = (uint64_t)(*p - '0');

		if (whole > (UINT64_MAX - digit) / 10)
			goto refuse;
		whole = whole * 10 + digit;
	}
	if (p == s)
		goto refuse;
	if (*p == '.') {
		fraction = ++p;
		while (*p >= '0' && *p <= '9')
			p++;
		fraction_end = p;
	}
	switch (*p) {
	case 'G':
	case 'g':
		shift = 30;
		p++;
		break;
	case 'M':
	case 'm':
		p++;
		break;
	case 'K':
	case 'k':
		shift = 10;
		p++;
		break;
	case 'B':
		shift = 0;
		p++;
		break;
	default:
		break;
	}
	if (*p != '\0' || whole > UINT64_MAX >> shift)
		goto refuse;
	/*
	 * From the last digit to the first; each step drops the fraction of a byte. This is exact,
	 * since floor((n + y) / 10) is floor((n + floor(y)) / 10) for every whole n, for any number
	 * of digits.
	 */
	while (fraction_end > fraction)
		part = (((uint64_t)(*--fraction_end - '0') << shift) + part) / 10;
	*bytes = (whole << shift) + part;
	return 0;
refuse:
	return crane_error_set(err, CRANE_E_VALUE, 0, "invalid memory format");
}
