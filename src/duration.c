/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads and prints durations: the delays of a dependency, time limits, and their printed forms. */
#include "src/duration.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "src/quote.h"

#define MINUTE_SEC UINT64_C(60)
#define HOUR_SEC UINT64_C(3600)
#define DAY_SEC UINT64_C(86400)
#define WEEK_SEC UINT64_C(604800)

/* Larger than every tested limit; ten times this value and a sum of two still fit a uint64_t. */
#define TOO_MUCH (UINT64_C(1) << 60)

static const struct {
	const char *name;
	uint64_t sec;
} units[] = {
	/* clang-format off */
	{ "d", DAY_SEC },     { "day", DAY_SEC },       { "days", DAY_SEC },
	{ "h", HOUR_SEC },    { "hour", HOUR_SEC },     { "hours", HOUR_SEC },
	{ "m", MINUTE_SEC },  { "min", MINUTE_SEC },    { "minute", MINUTE_SEC },
	{ "minutes", MINUTE_SEC },
	{ "s", 1 },           { "sec", 1 },             { "second", 1 },
	{ "seconds", 1 },
	{ "w", WEEK_SEC },    { "week", WEEK_SEC },     { "weeks", WEEK_SEC },
	/* clang-format on */
};

/* Independent of the locale. */
static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t count_digits(const char *s)
{
	size_t n = 0;

	while (is_digit(s[n]))
		n++;
	return n;
}

/* Returns the value of [len] digits, at most TOO_MUCH. */
static uint64_t digits_value(const char *s, size_t len)
{
	uint64_t value = 0;

	for (size_t i = 0; i < len; i++) {
		value = value * 10 + (uint64_t)(s[i] - '0');
		if (value >= TOO_MUCH)
			return TOO_MUCH;
	}
	return value;
}

/* Returns [count] times [unit_sec], at most TOO_MUCH. */
static uint64_t times(uint64_t count, uint64_t unit_sec)
{
	return count >= TOO_MUCH / unit_sec ? TOO_MUCH : count * unit_sec;
}

/*
 * Returns true if [s] is "dd:dd:dd", followed by the end of a delay, with minutes and seconds below
 * 60. Out: *sec, its value.
 */
static bool match_clock(const char *s, uint64_t *sec)
{
	static const char pattern[] = "dd:dd:dd";
	uint64_t min, s60;

	for (size_t i = 0; pattern[i]; i++) {
		if (pattern[i] == 'd' ? !is_digit(s[i]) : s[i] != ':')
			return false;
	}
	if (s[8] != '\0' && strchr(":,?", s[8]) == NULL)
		return false;
	min = digits_value(s + 3, 2);
	s60 = digits_value(s + 6, 2);
	if (min >= 60 || s60 >= 60)
		return false;
	*sec = digits_value(s, 2) * HOUR_SEC + min * MINUTE_SEC + s60;
	return true;
}

/* Returns the seconds of the unit [s] of [len] letters, in any case; 0 if there is no such unit. */
static uint64_t unit_sec(const char *s, size_t len)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		size_t n = 0;

		while (n < len && (s[n] | 0x20) == units[i].name[n])
			n++;
		if (n == len && units[i].name[n] == '\0')
			return units[i].sec;
	}
	return 0;
}

static int refuse_format(struct crane_error *err, unsigned column, const char *s, size_t len)
{
	return crane_error_set(err, CRANE_E_DELAY, column,
			       "invalid delay format '" CRANE_QUOTE_FMT
			       "' in dependency: invalid duration format: " CRANE_QUOTE_FMT,
			       CRANE_QUOTE(s, len), CRANE_QUOTE(s, len));
}

static int refuse_too_long(struct crane_error *err, unsigned column, const char *s, size_t len,
			   const char *unit)
{
	return crane_error_set(err, CRANE_E_DELAY, column,
			       "invalid delay format '" CRANE_QUOTE_FMT
			       "' in dependency: invalid duration: " CRANE_QUOTE_FMT "%s",
			       CRANE_QUOTE(s, len), CRANE_QUOTE(s, len), unit);
}

/* The error quotes the whole token twice, so the quotation of the unit is shorter than others. */
static int refuse_unit(struct crane_error *err, unsigned column, const char *s, size_t len,
		       const char *unit, size_t unit_len)
{
	bool cut = unit_len > 32;

	return crane_error_set(
		err, CRANE_E_DELAY, column,
		"invalid delay format '" CRANE_QUOTE_FMT
		"' in dependency: invalid duration unit '%.*s%s' in: " CRANE_QUOTE_FMT,
		CRANE_QUOTE(s, len), (int)(cut ? 32 : unit_len), unit, cut ? "..." : "",
		CRANE_QUOTE(s, len));
}

/* Returns true if [s] of [len] bytes has only pairs of digits and letters. */
static bool is_unit_list(const char *s, size_t len)
{
	size_t at = 0;

	while (at < len) {
		size_t start = at;

		while (at < len && is_digit(s[at]))
			at++;
		if (at == start)
			return false;
		start = at;
		while (at < len && is_letter(s[at]))
			at++;
		if (at == start)
			return false;
	}
	return len > 0;
}

/* Rule 4: "1h30m". */
static int parse_unit_list(const char *s, size_t len, unsigned column, uint64_t *sec,
			   struct crane_error *err)
{
	uint64_t sum = 0;
	size_t at = 0;

	if (!is_unit_list(s, len))
		return refuse_format(err, column, s, len);
	while (at < len) {
		size_t n_digits = count_digits(s + at), n_letters = 0;
		uint64_t unit;

		while (at + n_digits + n_letters < len && is_letter(s[at + n_digits + n_letters]))
			n_letters++;
		unit = unit_sec(s + at + n_digits, n_letters);
		if (unit == 0)
			return refuse_unit(err, column, s, len, s + at + n_digits, n_letters);
		sum += times(digits_value(s + at, n_digits), unit);
		if (sum > CRANE_DELAY_MAX_SEC)
			return refuse_too_long(err, column, s, len, "");
		at += n_digits + n_letters;
	}
	*sec = sum;
	return 0;
}

int crane_delay_parse(const char *s, unsigned column, uint64_t *sec, size_t *used,
		      struct crane_error *err)
{
	size_t n_digits = count_digits(s);
	size_t len = strcspn(s, ":,?");
	const char *unit = "";
	uint64_t value = 0, clock_sec;

	if (n_digits > 0 && s[n_digits] == '-' && match_clock(s + n_digits + 1, &clock_sec)) {
		len = n_digits + 1 + strlen("dd:dd:dd");
		value = times(digits_value(s, n_digits), DAY_SEC) + clock_sec;
	} else if (memchr(s, '-', len) != NULL) {
		return refuse_format(err, column, s, len);
	} else if (match_clock(s, &clock_sec)) {
		len = strlen("dd:dd:dd");
		value = clock_sec;
	} else if (n_digits > 0 && n_digits == len) {
		value = times(digits_value(s, n_digits), MINUTE_SEC);
		unit = "m";
	} else if (parse_unit_list(s, len, column, &value, err) != 0) {
		return -1;
	}
	if (value > CRANE_DELAY_MAX_SEC)
		return refuse_too_long(err, column, s, len, unit);
	*sec = value;
	*used = len;
	return 0;
}

char *crane_duration_format(uint64_t sec, char *buf)
{
	if (sec < DAY_SEC)
		return crane_duration_format_hours(sec, buf);
	snprintf(buf, CRANE_DURATION_TEXT_MAX, "%" PRIu64 "-%02u:%02u:%02u", sec / DAY_SEC,
		 (unsigned)(sec % DAY_SEC / HOUR_SEC), (unsigned)(sec % HOUR_SEC / MINUTE_SEC),
		 (unsigned)(sec % MINUTE_SEC));
	return buf;
}

char *crane_duration_format_hours(uint64_t sec, char *buf)
{
	snprintf(buf, CRANE_DURATION_TEXT_MAX, "%02" PRIu64 ":%02u:%02u", sec / HOUR_SEC,
		 (unsigned)(sec % HOUR_SEC / MINUTE_SEC), (unsigned)(sec % MINUTE_SEC));
	return buf;
}

/* Names the right form for [s]: a number alone is minutes in Slurm. */
static int refuse_limit(struct crane_error *err, const char *s)
{
	size_t len = strlen(s), digits = count_digits(s);

	if (digits > 0 && digits < 8 && digits == len)
		return crane_error_set(err, CRANE_E_VALUE, 0,
				       "invalid duration format: %s; write [D-]H:M:S, 0:%s:00 for "
				       "minutes",
				       s, s);
	return crane_error_set(err, CRANE_E_VALUE, 0,
			       "invalid duration format: " CRANE_QUOTE_FMT
			       "; write [D-]H:M:S, such as 0:10:00 for ten minutes",
			       CRANE_QUOTE(s, len));
}

int crane_timelimit_parse(const char *s, uint64_t *sec, struct crane_error *err)
{
	static const struct {
		const char *name;
		uint64_t sec;
	} fields[] = {
		/* clang-format off */
		{ "day", DAY_SEC }, { "hour", HOUR_SEC }, { "minute", MINUTE_SEC }, { "second", 1 },
		/* clang-format on */
	};
	const char *at[4];
	size_t len[4], first = 0;
	uint64_t sum = 0;

	at[0] = s;
	len[0] = count_digits(s);
	if (len[0] == 0 || s[len[0]] != '-') {
		/* No days: the first number is hours. */
		first = 1;
		at[1] = s;
		len[1] = len[0];
	} else {
		at[1] = s + len[0] + 1;
		len[1] = count_digits(at[1]);
	}
	for (size_t i = 1; i < 4; i++) {
		if (i > 1) {
			at[i] = at[i - 1] + len[i - 1] + 1;
			len[i] = count_digits(at[i]);
		}
		if (len[i] == 0 || at[i][len[i]] != (i < 3 ? ':' : '\0'))
			return refuse_limit(err, s);
	}
	for (size_t i = first; i < 4; i++) {
		uint64_t value = digits_value(at[i], len[i]);

		if (value > UINT32_MAX)
			return crane_error_set(err, CRANE_E_VALUE, (unsigned)(at[i] - s) + 1,
					       "invalid %s format: " CRANE_QUOTE_FMT,
					       fields[i].name, CRANE_QUOTE(at[i], len[i]));
		sum += value * fields[i].sec;
	}
	*sec = sum;
	return 0;
}
