/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Durations: delays as they stand behind '+', time limits, and the printed forms.
 * Delays inside whole expressions are in test_dependency.c.
 */
#include "unit.h"

#include <inttypes.h>

#include "src/duration.h"
#include "vectors.h"

/* Delays with what follows them; [used] bytes belong to the delay. */
static const struct delay_row {
	const char *text;
	uint64_t sec;
	size_t used;
} delays[] = {
	{ "10", 600, 2 },
	{ "10:101", 600, 2 },
	{ "10,after:3", 600, 2 },
	{ "10?after:3", 600, 2 },
	{ "10s:20:30", 10, 3 },
	{ "10:20:30", 37230, 8 },
	{ "10:20:30:40", 37230, 8 },
	{ "10:20:30,after:4", 37230, 8 },
	{ "10:20:30?after:4", 37230, 8 },
	{ "10:20:300", 600, 2 },
	{ "10:20:60", 600, 2 },
	{ "10:60:20", 600, 2 },
	{ "01:30:00+5", 60, 2 }, /* what follows is no end of a clock time, so this is a minute */
	{ "01:30:00s", 60, 2 },
	{ "01:30", 60, 2 },
	{ "99:59:59", 359999, 8 },
	{ "0-00:00:00", 0, 10 },
	{ "1-01:30:00:101", 91800, 10 },
	{ "007-00:00:00", 604800, 12 },
	{ "0", 0, 1 },
	{ "00000000000000000000000000000001", 60, 32 },
	{ "1W1D1H1M1S", 694861, 10 },
	{ "1wEeK", 604800, 5 },
	{ "0s0w", 0, 4 },
	{ "36600d", CRANE_DELAY_MAX_SEC, 6 },
	{ "36600-00:00:00", CRANE_DELAY_MAX_SEC, 14 },
	{ "52704000", CRANE_DELAY_MAX_SEC, 8 },
};

static const struct refused_row {
	const char *text;
	const char *quoted;
	const char *cause;
} refused_delays[] = {
	{ "", "", "invalid duration format: " },
	{ ":101", "", "invalid duration format: " },
	{ ",after:3", "", "invalid duration format: " },
	{ "invalid", "invalid", "invalid duration format: invalid" },
	{ "1h30:101", "1h30", "invalid duration format: 1h30" },
	{ "h1", "h1", "invalid duration format: h1" },
	{ "1.5h", "1.5h", "invalid duration format: 1.5h" },
	{ "-5", "-5", "invalid duration format: -5" },
	{ "5-", "5-", "invalid duration format: 5-" },
	{ "1-1:30:00", "1-1", "invalid duration format: 1-1" },
	{ "1-24", "1-24", "invalid duration format: 1-24" },
	{ "1h-01:30:00", "1h-01", "invalid duration format: 1h-01" },
	{ "+5", "+5", "invalid duration format: +5" },
	{ "5 ", "5 ", "invalid duration format: 5 " },
	{ "5m ", "5m ", "invalid duration format: 5m " },
	{ "5\n", "5?", "invalid duration format: 5?" },
	{ "10ms,after:3", "10ms", "invalid duration unit 'ms' in: 10ms" },
	{ "1h5x7y", "1h5x7y", "invalid duration unit 'x' in: 1h5x7y" },
	{ "1mo", "1mo", "invalid duration unit 'mo' in: 1mo" },
	{ "1hourss", "1hourss", "invalid duration unit 'hourss' in: 1hourss" },
	{ "1mi", "1mi", "invalid duration unit 'mi' in: 1mi" },
	{ "52704001", "52704001", "invalid duration: 52704001m" },
	{ "36600d1s", "36600d1s", "invalid duration: 36600d1s" },
	{ "36600-00:00:01", "36600-00:00:01", "invalid duration: 36600-00:00:01" },
	{ "99999999999999999999", "99999999999999999999",
	  "invalid duration: 99999999999999999999m" },
	{ "99999999999999999999w", "99999999999999999999w",
	  "invalid duration: 99999999999999999999w" },
	{ "18446744073709551616s", "18446744073709551616s",
	  "invalid duration: 18446744073709551616s" },
	{ "30500568904944w", "30500568904944w", "invalid duration: 30500568904944w" },
	{ "213503982334602-00:00:00", "213503982334602-00:00:00",
	  "invalid duration: 213503982334602-00:00:00" },
};

static const struct format_row {
	uint64_t sec;
	const char *days, *hours;
} formats[] = {
	{ 0, "00:00:00", "00:00:00" },
	{ 59, "00:00:59", "00:00:59" },
	{ 3599, "00:59:59", "00:59:59" },
	{ 86399, "23:59:59", "23:59:59" },
	{ 86400, "1-00:00:00", "24:00:00" },
	{ 129600, "1-12:00:00", "36:00:00" },
	{ 9000, "02:30:00", "02:30:00" },
	{ 315576000000, "3652500-00:00:00", "87660000:00:00" },
	{ CRANE_DELAY_MAX_SEC, "36600-00:00:00", "878400:00:00" },
	{ UINT64_MAX, "213503982334601-07:00:15", "5124095576030431:00:15" },
};

static const struct limit_row {
	const char *text;
	uint64_t sec;
} limits[] = {
	{ "1:2:3", 3723 },
	{ "1-2:3:4", 93784 },
	{ "00:90:00", 5400 },
	{ "100:00:00", 360000 },
	{ "5-0:0:1", 432001 },
	{ "0:0:0", 0 },
	{ "0000000000000000001:0:0", 3600 },
	{ "4294967295-4294967295:4294967295:4294967295", UINT64_C(4294967295) * 90061 },
};

#define HINT "; write [D-]H:M:S, such as 0:10:00 for ten minutes"

static const struct refused_limit_row {
	const char *value;
	const char *text;
} refused_limits[] = {
	{ "30", "invalid duration format: 30; write [D-]H:M:S, 0:30:00 for minutes" },
	{ "10000000", "invalid duration format: 10000000" HINT },
	{ "10:30", "invalid duration format: 10:30" HINT },
	{ "1-0", "invalid duration format: 1-0" HINT },
	{ "1-2:3", "invalid duration format: 1-2:3" HINT },
	{ "1-", "invalid duration format: 1-" HINT },
	{ "UNLIMITED", "invalid duration format: UNLIMITED" HINT },
	{ "infinite", "invalid duration format: infinite" HINT },
	{ "1:2:3.5", "invalid duration format: 1:2:3.5" HINT },
	{ "-1:0:0", "invalid duration format: -1:0:0" HINT },
	{ "", "invalid duration format: " HINT },
	{ "-", "invalid duration format: -" HINT },
	{ "1:2:", "invalid duration format: 1:2:" HINT },
	{ "1::3", "invalid duration format: 1::3" HINT },
	{ ":2:3", "invalid duration format: :2:3" HINT },
	{ "1:2:3:4", "invalid duration format: 1:2:3:4" HINT },
	{ " 1:2:3", "invalid duration format:  1:2:3" HINT },
	{ "1:2:3 ", "invalid duration format: 1:2:3 " HINT },
	{ "1-1-1:2:3", "invalid duration format: 1-1-1:2:3" HINT },
	{ "4294967296-0:0:0", "invalid day format: 4294967296" },
	{ "4294967296:0:0", "invalid hour format: 4294967296" },
	{ "0:4294967296:0", "invalid minute format: 4294967296" },
	{ "0:0:99999999999999999999", "invalid second format: 99999999999999999999" },
};

static void delay_is_read_up_to_its_end(void **state)
{
	const struct delay_row *row = *state;
	struct crane_error err;
	uint64_t sec = 1;
	size_t used = 0;

	assert_int_equal(crane_delay_parse(row->text, 1, &sec, &used, &err), 0);
	assert_int_equal(sec, row->sec);
	assert_int_equal(used, row->used);
}

static void delay_is_refused_in_the_words_of_the_spec(void **state)
{
	const struct refused_row *row = *state;
	struct crane_error err;
	uint64_t sec = 42;
	size_t used = 43;
	char text[CRANE_ERROR_TEXT_MAX];

	snprintf(text, sizeof(text), "invalid delay format '%s' in dependency: %s", row->quoted,
		 row->cause);
	assert_int_equal(crane_delay_parse(row->text, 17, &sec, &used, &err), -1);
	assert_int_equal(err.class, CRANE_E_DELAY);
	assert_int_equal(err.column, 17);
	assert_string_equal(err.text, text);
	assert_int_equal(sec, 42);
	assert_int_equal(used, 43);
}

static void every_unit_has_its_length(void **state)
{
	static const struct {
		const char *names[5];
		uint64_t sec;
	} units[] = {
		/* clang-format off */
		{ { "s", "sec", "second", "seconds" }, 1 },
		{ { "m", "min", "minute", "minutes" }, 60 },
		{ { "h", "hour", "hours" }, 3600 },
		{ { "d", "day", "days" }, 86400 },
		{ { "w", "week", "weeks" }, 604800 },
		/* clang-format on */
	};

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		for (size_t k = 0; units[i].names[k]; k++) {
			char text[32];
			uint64_t sec;
			size_t used;

			snprintf(text, sizeof(text), "7%s", units[i].names[k]);
			assert_int_equal(crane_delay_parse(text, 1, &sec, &used, NULL), 0);
			assert_int_equal(sec, 7 * units[i].sec);
			for (char *p = text; *p; p++) {
				if (*p >= 'a' && *p <= 'z')
					*p -= 'a' - 'A';
			}
			assert_int_equal(crane_delay_parse(text, 1, &sec, &used, NULL), 0);
			assert_int_equal(sec, 7 * units[i].sec);
		}
	}
}

static void long_token_is_quoted_in_part(void **state)
{
	char token[60001];
	struct crane_error err;
	uint64_t sec;
	size_t used;

	(void)state;
	memset(token, 'x', sizeof(token) - 1);
	token[0] = '1';
	token[sizeof(token) - 1] = '\0';
	assert_int_equal(crane_delay_parse(token, 1, &sec, &used, &err), -1);
	assert_memory_equal(err.text, "invalid delay format '1xxx", 26);
	assert_non_null(strstr(err.text, "xxx...' in dependency: invalid duration unit 'xxx"));
	assert_non_null(strstr(err.text, "xxx...' in: 1xxx"));
	assert_string_equal(err.text + strlen(err.text) - 6, "xxx...");
}

static void long_compound_delay_is_read_in_linear_time(void **state)
{
	static char token[65537];
	uint64_t sec = 0;
	size_t used;

	(void)state;
	for (size_t i = 0; i + 1 < sizeof(token); i += 2)
		memcpy(token + i, "1s", 2);
	assert_quick(crane_delay_parse(token, 1, &sec, &used, NULL));
	assert_int_equal(sec, 32768);
	assert_int_equal(used, 65536);
}

static void duration_prints(void **state)
{
	const struct format_row *row = *state;
	char buf[CRANE_DURATION_TEXT_MAX];

	assert_ptr_equal(crane_duration_format(row->sec, buf), buf);
	assert_string_equal(buf, row->days);
	assert_ptr_equal(crane_duration_format_hours(row->sec, buf), buf);
	assert_string_equal(buf, row->hours);
}

static void display_vectors_print(void **state)
{
	char buf[CRANE_DURATION_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < N_DISPLAY_VECTORS; i++)
		assert_string_equal(crane_duration_format(display_vectors[i].sec, buf),
				    display_vectors[i].text);
}

static void printed_durations_read_back_as_delays(void **state)
{
	static const uint64_t sec[] = { 1,     59,    60,      3599,   3600, 86399,
					86400, 90061, 8640000, 359999, 0,    CRANE_DELAY_MAX_SEC };

	(void)state;
	for (size_t i = 0; i < sizeof(sec) / sizeof(sec[0]); i++) {
		char buf[CRANE_DURATION_TEXT_MAX];
		uint64_t again = 0;
		size_t used = 0;

		crane_duration_format(sec[i], buf);
		assert_int_equal(crane_delay_parse(buf, 1, &again, &used, NULL), 0);
		assert_int_equal(again, sec[i]);
		assert_int_equal(used, strlen(buf));
	}
}

static void time_limit_is_read(void **state)
{
	const struct limit_row *row = *state;
	struct crane_error err;
	uint64_t sec = 1;

	assert_int_equal(crane_timelimit_parse(row->text, &sec, &err), 0);
	assert_int_equal(sec, row->sec);
}

static void time_limit_is_refused(void **state)
{
	const struct refused_limit_row *row = *state;
	struct crane_error err;
	uint64_t sec = 42;

	assert_int_equal(crane_timelimit_parse(row->value, &sec, &err), -1);
	assert_int_equal(err.class, CRANE_E_VALUE);
	assert_string_equal(err.text, row->text);
	assert_int_equal(sec, 42);
}

int main(void)
{
	static struct unit_list list;

	for (size_t i = 0; i < sizeof(delays) / sizeof(delays[0]); i++)
		unit_add(&list, delay_is_read_up_to_its_end, &delays[i],
			 "delay at '%s' is %" PRIu64 " seconds", delays[i].text, delays[i].sec);
	for (size_t i = 0; i < sizeof(refused_delays) / sizeof(refused_delays[0]); i++)
		unit_add(&list, delay_is_refused_in_the_words_of_the_spec, &refused_delays[i],
			 "delay at '%s' is refused", refused_delays[i].text);
	unit_add(&list, every_unit_has_its_length, NULL, "every unit has its length in any case");
	unit_add(&list, long_token_is_quoted_in_part, NULL, "a long token is quoted in part");
	unit_add(&list, long_compound_delay_is_read_in_linear_time, NULL,
		 "a compound delay of 64 kB is read in linear time");
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		unit_add(&list, duration_prints, &formats[i], "%" PRIu64 " seconds print as %s",
			 formats[i].sec, formats[i].days);
	unit_add(&list, display_vectors_print, NULL, "the display vectors print");
	unit_add(&list, printed_durations_read_back_as_delays, NULL,
		 "printed durations read back as delays");
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		unit_add(&list, time_limit_is_read, &limits[i], "time limit '%s' is read",
			 limits[i].text);
	for (size_t i = 0; i < sizeof(refused_limits) / sizeof(refused_limits[0]); i++)
		unit_add(&list, time_limit_is_refused, &refused_limits[i],
			 "time limit '%s' is refused", refused_limits[i].value);
	return unit_run("duration", &list);
}
