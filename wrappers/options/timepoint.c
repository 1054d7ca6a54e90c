/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Points in time as Crane's users write them, tried in the order of
 * doc/reference/options.md#points-in-time.
 */
#include "config.h"

#include "wrappers/options/timepoint.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "src/duration.h"
#include "src/quote.h"
#include "wrappers/options/govalue.h"

/* Exactly [n] digits at *p. Moves *p on success. */
static bool take_digits(const char **p, int n, int *out)
{
	int value = 0;

	for (int i = 0; i < n; i++) {
		if (!isdigit((unsigned char)(*p)[i]))
			return false;
		value = value * 10 + ((*p)[i] - '0');
	}
	*p += n;
	*out = value;
	return true;
}

static bool take_char(const char **p, char c)
{
	if (**p != c)
		return false;
	(*p)++;
	return true;
}

/* HH:MM[:SS][am|pm], two digits each. */
static bool take_clock(const char **p, struct tm *tm)
{
	int hour, min, sec = 0;
	bool am, pm;

	if (!take_digits(p, 2, &hour) || !take_char(p, ':') || !take_digits(p, 2, &min))
		return false;
	if (**p == ':' && (!take_char(p, ':') || !take_digits(p, 2, &sec)))
		return false;
	am = strncasecmp(*p, "am", 2) == 0;
	pm = strncasecmp(*p, "pm", 2) == 0;
	if (am || pm) {
		if (hour < 1 || hour > 12)
			return false;
		hour = hour % 12 + (pm ? 12 : 0);
		*p += 2;
	}
	if (hour > 23 || min > 59 || sec > 59)
		return false;
	tm->tm_hour = hour;
	tm->tm_min = min;
	tm->tm_sec = sec;
	return true;
}

/* Local time of [tm], refusing a day that the calendar lacks (31 April). */
static bool local_time(struct tm tm, time_t *when)
{
	int day = tm.tm_mday, month = tm.tm_mon;
	time_t t;

	tm.tm_isdst = -1;
	t = mktime(&tm);
	if (t == (time_t)-1 || tm.tm_mday != day || tm.tm_mon != month)
		return false;
	*when = t;
	return true;
}

/* As local_time(), but the day may lie outside of the month (yesterday, tomorrow). */
static time_t local_time_normal(struct tm tm)
{
	tm.tm_isdst = -1;
	return mktime(&tm);
}

static struct tm midnight_of(time_t now)
{
	struct tm tm;

	localtime_r(&now, &tm);
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	return tm;
}

/*
 * Copies [s] without its blanks, "2 hours" as "2hours". Returns false if it is too long for [buf] or a blank
 * separates two digits, which do not become one number.
 */
static bool drop_blanks(const char *s, char *buf, size_t size)
{
	size_t n = 0;

	for (; *s; s++) {
		const char *next = s + strspn(s, " ");

		if (next > s && n > 0 && isdigit((unsigned char)buf[n - 1]) &&
		    isdigit((unsigned char)*next))
			return false;
		s = next;
		if (*s == '\0')
			break;
		if (n + 1 >= size)
			return false;
		buf[n++] = *s;
	}
	buf[n] = '\0';
	return true;
}

/* A number of seconds, a time limit, or numbers with units. */
static bool parse_span(const char *text, uint64_t *sec)
{
	struct crane_error err;
	uint32_t number;
	size_t used;

	if (*text && text[strspn(text, "0123456789")] == '\0') {
		if (crane_go_uint32(text, false, &number, &err) != 0)
			return false;
		*sec = number;
		return true;
	}
	return crane_timelimit_parse(text, sec, NULL) == 0 ||
	       (crane_delay_parse(text, 0, sec, &used, NULL) == 0 && text[used] == '\0');
}

/*
 * Reads the text after "now": nothing, or + or - a duration. CraneSched's manual allows blanks
 * there and a number of seconds ("now + 7200"); its commands refuse both.
 */
static int parse_now(const char *s, time_t now, time_t *when, struct crane_error *err)
{
	char span[128];
	const char *text;
	uint64_t sec;

	s += strspn(s, " ");
	if (*s == '\0') {
		*when = now;
		return 0;
	}
	if (*s != '+' && *s != '-')
		return crane_error_set(err, CRANE_E_VALUE, 0, "invalid time format");
	text = s + 1;
	if (!drop_blanks(text, span, sizeof(span)) || !parse_span(span, &sec) ||
	    sec > CRANE_DELAY_MAX_SEC)
		return crane_error_set(err, CRANE_E_VALUE, 0,
				       "invalid duration '" CRANE_QUOTE_FMT "'",
				       CRANE_QUOTE(text, strlen(text)));
	*when = *s == '+' ? now + (time_t)sec : now - (time_t)sec;
	return 0;
}

static bool parse_clock(const char *s, time_t now, time_t *when)
{
	struct tm tm = midnight_of(now);

	if (!take_clock(&s, &tm) || *s)
		return false;
	*when = local_time_normal(tm);
	if (*when < now) {
		tm.tm_mday++;
		*when = local_time_normal(tm);
	}
	return true;
}

/* YYYY-MM-DD[THH:MM[:SS][am|pm]] */
static bool parse_full_date(const char *s, time_t *when)
{
	struct tm tm = { 0 };
	int year, month;

	if (!take_digits(&s, 4, &year) || !take_char(&s, '-') || !take_digits(&s, 2, &month) ||
	    !take_char(&s, '-') || !take_digits(&s, 2, &tm.tm_mday))
		return false;
	tm.tm_year = year - 1900;
	tm.tm_mon = month - 1;
	if (*s && (!take_char(&s, 'T') || !take_clock(&s, &tm) || *s))
		return false;
	return local_time(tm, when);
}

/* MM/DD, MMDD, MM/DD/YY, MMDDYY. Without a year: the next such day, today included. */
static bool parse_short_date(const char *s, time_t now, time_t *when)
{
	struct tm today = midnight_of(now), tm = { 0 };
	int month, year;
	bool slash;

	if (!take_digits(&s, 2, &month))
		return false;
	slash = take_char(&s, '/');
	if (!take_digits(&s, 2, &tm.tm_mday))
		return false;
	tm.tm_mon = month - 1;
	tm.tm_year = today.tm_year;
	if (*s) {
		if ((slash && !take_char(&s, '/')) || !take_digits(&s, 2, &year) || *s)
			return false;
		tm.tm_year = 100 + year;
		return local_time(tm, when);
	}
	if (tm.tm_mon < today.tm_mon || (tm.tm_mon == today.tm_mon && tm.tm_mday < today.tm_mday))
		tm.tm_year++;
	/* 29 February is in one of the next eight years; other days are in the first year. */
	for (int i = 0; i < 8; i++, tm.tm_year++) {
		if (local_time(tm, when))
			return true;
	}
	return false;
}

static bool parse_word(const char *s, time_t now, time_t *when)
{
	static const struct {
		const char *word;
		int hour;
	} hours[] = { { "midnight", 0 }, { "today", 0 }, { "elevenses", 11 },
		      { "noon", 12 },    { "fika", 15 }, { "teatime", 16 } };
	static const char *const days[] = { "sunday",   "monday", "tuesday", "wednesday",
					    "thursday", "friday", "saturday" };
	struct tm tm = midnight_of(now);

	for (size_t i = 0; i < sizeof(hours) / sizeof(*hours); i++) {
		if (strcmp(s, hours[i].word) == 0) {
			tm.tm_hour = hours[i].hour;
			*when = local_time_normal(tm);
			return true;
		}
	}
	if (strcmp(s, "tomorrow") == 0) {
		tm.tm_mday++;
		*when = local_time_normal(tm);
		return true;
	}
	for (int day = 0; day < 7; day++) {
		if (strcmp(s, days[day]) == 0) {
			tm.tm_mday += (day + 6 - tm.tm_wday) % 7 + 1;
			*when = local_time_normal(tm);
			return true;
		}
	}
	return false;
}

/* YYYY-MM-DDTHH:MM:SS[.fraction](Z|+HH:MM|-HH:MM); a fraction of a second is cut off. */
static bool parse_rfc3339(const char *s, time_t *when)
{
	struct tm tm = { 0 };
	int year, month, hour = 0, min = 0, day;
	char sign;
	time_t utc;

	if (!take_digits(&s, 4, &year) || !take_char(&s, '-') || !take_digits(&s, 2, &month) ||
	    !take_char(&s, '-') || !take_digits(&s, 2, &tm.tm_mday) || !take_char(&s, 'T') ||
	    !take_digits(&s, 2, &tm.tm_hour) || !take_char(&s, ':') ||
	    !take_digits(&s, 2, &tm.tm_min) || !take_char(&s, ':') ||
	    !take_digits(&s, 2, &tm.tm_sec))
		return false;
	if (*s == '.') {
		size_t n = strspn(s + 1, "0123456789");

		if (n == 0)
			return false;
		s += 1 + n;
	}
	sign = *s;
	if (sign == 'Z')
		s++;
	else if ((sign != '+' && sign != '-') || (s++, !take_digits(&s, 2, &hour)) ||
		 !take_char(&s, ':') || !take_digits(&s, 2, &min))
		return false;
	if (*s || tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 59 || hour > 23 || min > 59)
		return false;
	tm.tm_year = year - 1900;
	tm.tm_mon = month - 1;
	day = tm.tm_mday;
	utc = timegm(&tm);
	if (tm.tm_mday != day || tm.tm_mon != month - 1)
		return false;
	*when = utc + (sign == '-' ? 1 : -1) * (hour * 3600 + min * 60);
	return true;
}

int crane_timepoint_parse(const char *s, time_t now, time_t *when, struct crane_error *err)
{
	if (strncmp(s, "now", 3) == 0)
		return parse_now(s + 3, now, when, err);
	if (parse_clock(s, now, when) || parse_full_date(s, when) ||
	    parse_short_date(s, now, when) || parse_word(s, now, when) || parse_rfc3339(s, when))
		return 0;
	return crane_error_set(err, CRANE_E_VALUE, 0, "invalid time format");
}
