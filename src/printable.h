/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which characters of users' text may reach a terminal or a log. Core, plugins and commands pass
 * all such text through these functions.
 *
 * Not printable: control characters (C0, DEL, C1), which a terminal obeys; the marks and overrides
 * of the bidirectional algorithm (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069), which
 * let a line read as another one; and what is not UTF-8: stray bytes, overlong forms, surrogates,
 * values above U+10FFFF, characters that are cut off.
 */
#ifndef SRC_PRINTABLE_H
#define SRC_PRINTABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct crane_character {
	size_t bytes;   /* its length; 0 at the end of the text */
	uint32_t code;  /* its code point; 0 if it is not UTF-8 */
	bool valid;     /* UTF-8 */
	bool printable; /* implies valid */
};

/*
 * Returns the character at the beginning of [text], which ends with a NUL. A lead byte and the
 * continuation bytes that it announces are one character, also if they are not UTF-8.
 */
struct crane_character crane_character_at(const char *text);

/* Returns how many bytes at the beginning of [text] are printable; strlen(text) if all are. */
size_t crane_printable_span(const char *text);

/*
 * Both replace each character that is not printable by one '?', in place, and return [text]. In a
 * line TAB and newline are not printable; a text keeps both.
 */
char *crane_printable_line(char *text);
char *crane_printable_text(char *text);

#endif /* SRC_PRINTABLE_H */
