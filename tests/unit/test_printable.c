/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which characters may reach a terminal or a log, by table.
 */
#include "unit.h"

#include "src/printable.h"

static const struct row {
	const char *name, *in, *line, *text;
} rows[] = {
	/* clang-format off */
	{ "an empty text", "", "", "" },
	{ "ASCII", "a b~!", "a b~!", "a b~!" },
	{ "TAB and newline", "a\tb\nc", "a?b?c", "a\tb\nc" },
	{ "carriage return", "a\rb", "a?b", "a?b" },
	{ "C0", "\001\b\013\033[2J\037", "????[2J?", "????[2J?" },
	{ "DEL", "a\177b", "a?b", "a?b" },
	{ "U+0080, the first of C1", "a\xc2\x80" "b", "a?b", "a?b" },
	{ "U+009B, a terminal's CSI", "a\xc2\x9b" "2J", "a?2J", "a?2J" },
	{ "U+009F, the last of C1", "a\xc2\x9f" "b", "a?b", "a?b" },
	{ "U+00A0, behind C1", "a\xc2\xa0" "b", "a\xc2\xa0" "b", "a\xc2\xa0" "b" },
	{ "C1 as raw bytes", "\x80\x9b\x9f", "???", "???" },
	{ "U+061B", "\xd8\x9b", "\xd8\x9b", "\xd8\x9b" },
	{ "U+061C, the Arabic letter mark", "\xd8\x9c", "?", "?" },
	{ "U+200D, a joiner", "\xe2\x80\x8d", "\xe2\x80\x8d", "\xe2\x80\x8d" },
	{ "U+200E and U+200F, marks of direction", "\xe2\x80\x8e\xe2\x80\x8f", "??", "??" },
	{ "U+2029", "\xe2\x80\xa9", "\xe2\x80\xa9", "\xe2\x80\xa9" },
	{ "U+202A to U+202E, embeddings and overrides",
	  "\xe2\x80\xaa\xe2\x80\xab\xe2\x80\xac\xe2\x80\xad\xe2\x80\xae", "?????", "?????" },
	{ "U+202F", "\xe2\x80\xaf", "\xe2\x80\xaf", "\xe2\x80\xaf" },
	{ "U+2065", "\xe2\x81\xa5", "\xe2\x81\xa5", "\xe2\x81\xa5" },
	{ "U+2066 to U+2069, isolates",
	  "\xe2\x81\xa6\xe2\x81\xa7\xe2\x81\xa8\xe2\x81\xa9", "????", "????" },
	{ "U+206A", "\xe2\x81\xaa", "\xe2\x81\xaa", "\xe2\x81\xaa" },
	{ "two bytes", "d\xc3\xa9j\xc3\xa0", "d\xc3\xa9j\xc3\xa0", "d\xc3\xa9j\xc3\xa0" },
	{ "three bytes", "\xe4\xbe\x9d\xe8\xb5\x96", "\xe4\xbe\x9d\xe8\xb5\x96",
	  "\xe4\xbe\x9d\xe8\xb5\x96" },
	{ "four bytes", "\xf0\x9f\x8f\x97", "\xf0\x9f\x8f\x97", "\xf0\x9f\x8f\x97" },
	{ "U+D7FF and U+E000, around the surrogates", "\xed\x9f\xbf\xee\x80\x80",
	  "\xed\x9f\xbf\xee\x80\x80", "\xed\x9f\xbf\xee\x80\x80" },
	{ "U+10FFFF, the last one", "\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf" },
	{ "bytes that UTF-8 never has", "\xfe\xff", "??", "??" },
	{ "stray continuation bytes", "a\xbf\xbf" "b", "a??b", "a??b" },
	{ "an overlong form of two bytes", "\xc0\xaf|", "?|", "?|" },
	{ "an overlong form of three bytes", "\xe0\x80\xaf|", "?|", "?|" },
	{ "an overlong form of four bytes", "\xf0\x80\x80\xaf|", "?|", "?|" },
	{ "an overlong newline", "a\xc0\x8a" "b", "a?b", "a?b" },
	{ "an overlong ESC of four bytes", "\xf0\x80\x80\x9b|", "?|", "?|" },
	{ "surrogates", "\xed\xa0\x80\xed\xbf\xbf|", "??|", "??|" },
	{ "U+110000", "\xf4\x90\x80\x80|", "?|", "?|" },
	{ "a lead byte of four that is too large", "\xf7\xbf\xbf\xbf|", "?|", "?|" },
	{ "a form of five bytes", "\xf8\x88\x80\x80\x80|", "?????|", "?????|" },
	{ "two bytes cut off at the end", "a\xc3", "a?", "a?" },
	{ "three bytes cut off at the end", "a\xe4\xbe", "a?", "a?" },
	{ "four bytes cut off by a letter", "\xf0\x9f\x8fz", "?z", "?z" },
	{ "three bytes cut off by an escape", "\xe4\033[2J", "??[2J", "??[2J" },
	{ "two bytes cut off by a character", "\xc3\xc3\xa9", "?\xc3\xa9", "?\xc3\xa9" },
	/* clang-format on */
};

static void assert_replaced(char *(*replace)(char *), const char *in, const char *wanted)
{
	char buf[64];

	snprintf(buf, sizeof(buf), "%s", in);
	assert_ptr_equal(replace(buf), buf);
	assert_string_equal(buf, wanted);
}

static void line_replaces_each_character_once(void **state)
{
	const struct row *row = *state;

	assert_replaced(crane_printable_line, row->in, row->line);
	assert_int_equal(crane_printable_span(row->in) == strlen(row->in),
			 strcmp(row->in, row->line) == 0);
	assert_int_equal(crane_printable_span(row->line), strlen(row->line));
}

static void text_keeps_tabs_and_newlines(void **state)
{
	const struct row *row = *state;

	assert_replaced(crane_printable_text, row->in, row->text);
}

static void character_tells_its_code_point(void **state)
{
	static const struct {
		const char *text;
		uint32_t code;
		size_t bytes;
		bool valid;
	} characters[] = {
		/* clang-format off */
		{ "", 0, 0, true },
		{ "ab", 'a', 1, true },
		{ "\033", 0x1b, 1, true },
		{ "\xc2\x9bz", 0x9b, 2, true },
		{ "\xe2\x80\xaez", 0x202e, 3, true },
		{ "\xf0\x9f\x8f\x97z", 0x1f3d7, 4, true },
		{ "\x9bz", 0, 1, false },
		{ "\xed\xa0\x80z", 0, 3, false },
		{ "\xe4\xbez", 0, 2, false },
		/* clang-format on */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(characters) / sizeof(characters[0]); i++) {
		struct crane_character c = crane_character_at(characters[i].text);

		assert_int_equal(c.bytes, characters[i].bytes);
		assert_int_equal(c.code, characters[i].code);
		assert_int_equal(c.valid, characters[i].valid);
	}
}

/*
 * For every pair of bytes followed by a letter the function keeps the letter and does not read
 * beyond it.
 */
static void no_two_bytes_take_the_letter_behind_them(void **state)
{
	char buf[4];

	(void)state;
	for (unsigned a = 1; a < 256; a++) {
		for (unsigned b = 1; b < 256; b++) {
			size_t len;

			buf[0] = (char)a;
			buf[1] = (char)b;
			buf[2] = 'z';
			buf[3] = '\0';
			crane_printable_line(buf);
			len = strlen(buf);
			assert_true(len == 2 || len == 3);
			assert_int_equal(buf[len - 1], 'z');
			assert_int_equal(crane_printable_span(buf), len);
		}
	}
}

int main(void)
{
	static struct unit_list list;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unit_add(&list, line_replaces_each_character_once, &rows[i], "a line with %s",
			 rows[i].name);
		unit_add(&list, text_keeps_tabs_and_newlines, &rows[i], "a text with %s",
			 rows[i].name);
	}
	unit_add(&list, character_tells_its_code_point, NULL, "a character tells its code point");
	unit_add(&list, no_two_bytes_take_the_letter_behind_them, NULL,
		 "no two bytes take the letter behind them");
	return unit_run("printable", &list);
}
