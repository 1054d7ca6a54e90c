/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values as the flag library reads them (doc/reference/options.md#flag-syntax).
 */
#include "config.h"

#include "unit.h"

#include <math.h>

#include "wrappers/options/govalue.h"

static const struct whole_row {
	const char *text;
	bool prefixes;
	uint32_t value;
} wholes[] = {
	{ "0", true, 0 },
	{ "2", true, 2 },
	{ "4294967295", true, UINT32_MAX },
	{ "0x10", true, 16 },
	{ "0XfF", true, 255 },
	{ "0b101", true, 5 },
	{ "0o17", true, 15 },
	{ "017", true, 15 },
	{ "1_000", true, 1000 },
	{ "0x_10", true, 16 },
	{ "0_7", true, 7 },
	{ "017", false, 17 },
	{ "08", false, 8 },
	{ "4294967295", false, UINT32_MAX },
};

static const struct refused_whole_row {
	const char *value;
	bool prefixes;
	const char *why;
} refused_wholes[] = {
	{ "", true, "invalid syntax" },
	{ "x", true, "invalid syntax" },
	{ "-1", true, "invalid syntax" },
	{ "+1", true, "invalid syntax" },
	{ " 1", true, "invalid syntax" },
	{ "1 ", true, "invalid syntax" },
	{ "2-4", true, "invalid syntax" },
	{ "1.0", true, "invalid syntax" },
	{ "08", true, "invalid syntax" },
	{ "0x", true, "invalid syntax" },
	{ "0b2", true, "invalid syntax" },
	{ "_1", true, "invalid syntax" },
	{ "1_", true, "invalid syntax" },
	{ "1__0", true, "invalid syntax" },
	{ "4294967296", true, "value out of range" },
	{ "0x100000000", true, "value out of range" },
	{ "4294967296x", true, "value out of range" },
	{ "429496729x", true, "invalid syntax" },
	{ "99999999999999999999999", true, "value out of range" },
	{ "0x10", false, "invalid syntax" },
	{ "1_000", false, "invalid syntax" },
	{ "4294967296", false, "value out of range" },
};

static const struct real_row {
	const char *text;
	double value;
} reals[] = {
	{ "1.5", 1.5 },
	{ ".5", 0.5 },
	{ "5.", 5 },
	{ "-2", -2 },
	{ "+2", 2 },
	{ "1e1", 10 },
	{ "1E-1", 0.1 },
	{ "0x1p-2", 0.25 },
	{ "0x1.8P1", 3 },
	{ "inf", INFINITY },
	{ "+Infinity", INFINITY },
	{ "-INF", -INFINITY },
	{ "1e-400", 0.0 },
};

static const struct refused_row {
	const char *value, *text;
} refused_reals[] = {
	{ "", "strconv.ParseFloat: parsing \"\": invalid syntax" },
	{ "abc", "strconv.ParseFloat: parsing \"abc\": invalid syntax" },
	{ ".", "strconv.ParseFloat: parsing \".\": invalid syntax" },
	{ "1e", "strconv.ParseFloat: parsing \"1e\": invalid syntax" },
	{ " 1", "strconv.ParseFloat: parsing \" 1\": invalid syntax" },
	{ "1 ", "strconv.ParseFloat: parsing \"1 \": invalid syntax" },
	{ "0x1", "strconv.ParseFloat: parsing \"0x1\": invalid syntax" },
	{ "+nan", "strconv.ParseFloat: parsing \"+nan\": invalid syntax" },
	{ "nan(1)", "strconv.ParseFloat: parsing \"nan(1)\": invalid syntax" },
	{ "1e400", "strconv.ParseFloat: parsing \"1e400\": value out of range" },
};

static const struct quote_row {
	const char *text, *quoted;
} quotes[] = {
	{ "", "\"\"" },
	{ "plain", "\"plain\"" },
	{ "a\"b\\c", "\"a\\\"b\\\\c\"" },
	{ "a\tb\nc\rd", "\"a\\tb\\nc\\rd\"" },
	{ "\a\b\f\v", "\"\\a\\b\\f\\v\"" },
	{ "\x01\x1f\x7f", "\"\\x01\\x1f\\x7f\"" },
	{ "\xc3\xa9", "\"\xc3\xa9\"" },
	{ "\xe4\xbe\x9d \xf0\x9f\x8f\x97", "\"\xe4\xbe\x9d \xf0\x9f\x8f\x97\"" },
	{ "\x9b\xff", "\"\\x9b\\xff\"" },
	{ "\xc0\xaf\xed\xa0\x80", "\"\\xc0\\xaf\\xed\\xa0\\x80\"" },
	{ "\xc2\x9bJ\xe2\x80\xaeK", "\"\\u009bJ\\u202eK\"" },
	{ "\xe4\xbe\"", "\"\\xe4\\xbe\\\"\"" },
};

static void uint32_reads_a_whole_number(void **state)
{
	const struct whole_row *row = *state;
	struct crane_error err;
	uint32_t value = 42;

	assert_int_equal(crane_go_uint32(row->text, row->prefixes, &value, &err), 0);
	assert_int_equal(value, row->value);
}

static void uint32_refuses_what_is_no_whole_number(void **state)
{
	const struct refused_whole_row *row = *state;
	struct crane_error err;
	uint32_t value = 42;
	char text[CRANE_ERROR_TEXT_MAX];

	snprintf(text, sizeof(text), "strconv.ParseUint: parsing \"%s\": %s", row->value, row->why);
	assert_int_equal(crane_go_uint32(row->value, row->prefixes, &value, &err), -1);
	assert_int_equal(err.class, CRANE_E_VALUE);
	assert_string_equal(err.text, text);
	assert_int_equal(value, 42);
}

static void float_reads_a_number(void **state)
{
	const struct real_row *row = *state;
	struct crane_error err;
	double value = 42;

	assert_int_equal(crane_go_float(row->text, &value, &err), 0);
	assert_true(value == row->value);
}

static void float_reads_nan_in_any_case(void **state)
{
	static const char *const texts[] = { "nan", "NaN", "NAN" };
	double value;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		value = 42;
		assert_int_equal(crane_go_float(texts[i], &value, NULL), 0);
		assert_true(isnan(value));
	}
}

static void float_refuses_what_is_no_number(void **state)
{
	const struct refused_row *row = *state;
	struct crane_error err;
	double value = 42;

	assert_int_equal(crane_go_float(row->value, &value, &err), -1);
	assert_int_equal(err.class, CRANE_E_VALUE);
	assert_string_equal(err.text, row->text);
	assert_true(value == 42);
}

static void bool_reads_six_words_for_each_value(void **state)
{
	static const char *const yes[] = { "1", "t", "T", "true", "TRUE", "True" };
	static const char *const no[] = { "0", "f", "F", "false", "FALSE", "False" };

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		bool value = false;

		assert_int_equal(crane_go_bool(yes[i], &value, NULL), 0);
		assert_true(value);
		assert_int_equal(crane_go_bool(no[i], &value, NULL), 0);
		assert_false(value);
	}
}

static void bool_refuses_every_other_word(void **state)
{
	static const char *const texts[] = { "", "maybe", "yes", "no", "tRUE", "2", " 1" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct crane_error err;
		bool value = true;
		char text[80];

		snprintf(text, sizeof(text), "strconv.ParseBool: parsing \"%s\": invalid syntax",
			 texts[i]);
		assert_int_equal(crane_go_bool(texts[i], &value, &err), -1);
		assert_string_equal(err.text, text);
		assert_true(value);
	}
}

static void quote_escapes_what_is_not_printable(void **state)
{
	const struct quote_row *row = *state;
	char *quoted = crane_go_quote(row->text);

	assert_string_equal(quoted, row->quoted);
	free(quoted);
}

int main(void)
{
	static struct unit_list list;

	for (size_t i = 0; i < sizeof(wholes) / sizeof(wholes[0]); i++)
		unit_add(&list, uint32_reads_a_whole_number, &wholes[i], "uint32 reads '%s'%s",
			 wholes[i].text, wholes[i].prefixes ? " with prefixes" : "");
	for (size_t i = 0; i < sizeof(refused_wholes) / sizeof(refused_wholes[0]); i++)
		unit_add(&list, uint32_refuses_what_is_no_whole_number, &refused_wholes[i],
			 "uint32 refuses '%s'%s", refused_wholes[i].value,
			 refused_wholes[i].prefixes ? " with prefixes" : "");
	for (size_t i = 0; i < sizeof(reals) / sizeof(reals[0]); i++)
		unit_add(&list, float_reads_a_number, &reals[i], "float reads '%s'", reals[i].text);
	unit_add(&list, float_reads_nan_in_any_case, NULL, "float reads nan in any case");
	for (size_t i = 0; i < sizeof(refused_reals) / sizeof(refused_reals[0]); i++)
		unit_add(&list, float_refuses_what_is_no_number, &refused_reals[i],
			 "float refuses '%s'", refused_reals[i].value);
	unit_add(&list, bool_reads_six_words_for_each_value, NULL,
		 "bool reads six words for each value");
	unit_add(&list, bool_refuses_every_other_word, NULL, "bool refuses every other word");
	for (size_t i = 0; i < sizeof(quotes) / sizeof(quotes[0]); i++)
		unit_add(&list, quote_escapes_what_is_not_printable, &quotes[i], "quote prints %s",
			 quotes[i].quoted);
	return unit_run("govalue", &list);
}
