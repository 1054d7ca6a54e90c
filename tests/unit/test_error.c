/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Error texts: one line, of bounded size, safe on a terminal. The tests of each function check its
 * messages.
 */
#include "unit.h"

#include "src/error.h"

static void set_fills_class_column_and_text(void **state)
{
	struct crane_error err;

	(void)state;
	assert_int_equal(crane_error_set(&err, CRANE_E_TERM, 7, "no %s at %d", "term", 12), -1);
	assert_int_equal(err.class, CRANE_E_TERM);
	assert_int_equal(err.column, 7);
	assert_string_equal(err.text, "no term at 12");
}

static void null_error_is_accepted(void **state)
{
	(void)state;
	assert_int_equal(crane_error_set(NULL, CRANE_E_TERM, 1, "%s", "x"), -1);
}

static void control_characters_become_question_marks(void **state)
{
	struct crane_error err;

	(void)state;
	crane_error_set(&err, CRANE_E_VALUE, 0, "%s", "a\tb\nc\r\033[2Jd\177e\001");
	assert_string_equal(err.text, "a?b?c??[2Jd?e?");
}

static void c1_controls_become_question_marks(void **state)
{
	struct crane_error err;

	(void)state;
	/* U+009B is a terminal's CSI, alone or as UTF-8. */
	crane_error_set(&err, CRANE_E_VALUE, 0, "%s", "a\xc2\x9bz");
	assert_string_equal(err.text, "a?z");
	crane_error_set(&err, CRANE_E_VALUE, 0, "%s", "a\x9bz");
	assert_string_equal(err.text, "a?z");
}

static void words_in_utf8_are_kept(void **state)
{
	static const char text[] =
		"d\xc3\xa9pendance \xe4\xbe\x9d\xe8\xb5\x96 \xf0\x9f\x8f\x97 \xc2\xa0";
	struct crane_error err;

	(void)state;
	crane_error_set(&err, CRANE_E_VALUE, 0, "%s", text);
	assert_string_equal(err.text, text);
}

static void text_of_the_longest_size_is_kept_whole(void **state)
{
	char longest[CRANE_ERROR_TEXT_MAX];
	struct crane_error err;

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	crane_error_set(&err, CRANE_E_VALUE, 0, "%s", longest);
	assert_string_equal(err.text, longest);
}

static void longer_text_is_cut_and_ends_in_dots(void **state)
{
	char longer[CRANE_ERROR_TEXT_MAX + 1];
	struct crane_error err;

	(void)state;
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	crane_error_set(&err, CRANE_E_VALUE, 0, "%s", longer);
	assert_int_equal(strlen(err.text), CRANE_ERROR_TEXT_MAX - 1);
	assert_string_equal(err.text + strlen(err.text) - 4, "x...");
}

static void cut_never_leaves_half_a_character(void **state)
{
	char longer[2 * CRANE_ERROR_TEXT_MAX];
	struct crane_error err;

	(void)state;
	for (size_t shift = 0; shift < 3; shift++) {
		size_t n = shift;

		memset(longer, 'x', shift);
		while (n + 3 < sizeof(longer)) {
			memcpy(longer + n, "\xe4\xbe\x9d", 3);
			n += 3;
		}
		longer[n] = '\0';
		crane_error_set(&err, CRANE_E_VALUE, 0, "%s", longer);
		n = strlen(err.text);
		assert_true(n < CRANE_ERROR_TEXT_MAX && n > CRANE_ERROR_TEXT_MAX - 8);
		assert_string_equal(err.text + n - 6, "\xe4\xbe\x9d...");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* clang-format off */
		cmocka_unit_test(set_fills_class_column_and_text),
		cmocka_unit_test(null_error_is_accepted),
		cmocka_unit_test(control_characters_become_question_marks),
		cmocka_unit_test(c1_controls_become_question_marks),
		cmocka_unit_test(words_in_utf8_are_kept),
		cmocka_unit_test(text_of_the_longest_size_is_kept_whole),
		cmocka_unit_test(longer_text_is_cut_and_ends_in_dots),
		cmocka_unit_test(cut_never_leaves_half_a_character),
		/* clang-format on */
	};

	return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
