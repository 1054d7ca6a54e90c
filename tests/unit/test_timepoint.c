/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Points in time (doc/reference/options.md#points-in-time), seen from a Wednesday before the change
 * to summer time.
 */
#include "config.h"

#include "unit.h"

#include "wrappers/options/timepoint.h"

#define ZONE "CET-1CEST,M3.5.0,M10.5.0/3"
/* 2026-03-25T10:00:00, a Wednesday, in ZONE; summer time begins on the 29th. */
#define NOW ((time_t)1774429200)

/* [utc]: the expected point in time, in UTC. */
static const struct point_row {
	const char *text, *utc;
} points[] = {
	{ "now", "2026-03-25T09:00:00" },
	{ "now+0s", "2026-03-25T09:00:00" },
	{ "now+1h", "2026-03-25T10:00:00" },
	{ "now+1h30m", "2026-03-25T10:30:00" },
	{ "now+0-1:00:00", "2026-03-25T10:00:00" },
	{ "now+90:00:00", "2026-03-29T03:00:00" },
	{ "now+2days", "2026-03-27T09:00:00" },
	{ "now+60", "2026-03-25T09:01:00" },
	{ "now + 7200", "2026-03-25T11:00:00" },
	{ "now  +  2 hours", "2026-03-25T11:00:00" },
	{ "now + 1h 30m", "2026-03-25T10:30:00" },
	{ "now - 1 h", "2026-03-25T08:00:00" },
	{ "now ", "2026-03-25T09:00:00" },
	{ "now+1h ", "2026-03-25T10:00:00" },
	{ "02/29", "2028-02-28T23:00:00" },
	{ "0229", "2028-02-28T23:00:00" },
	{ "now-1h", "2026-03-25T08:00:00" },
	{ "16:30", "2026-03-25T15:30:00" },
	{ "10:00", "2026-03-25T09:00:00" },
	{ "10:00:01", "2026-03-25T09:00:01" },
	{ "09:59", "2026-03-26T08:59:00" },
	{ "12:00am", "2026-03-25T23:00:00" },
	{ "12:30pm", "2026-03-25T11:30:00" },
	{ "01:00PM", "2026-03-25T12:00:00" },
	{ "2026-07-20", "2026-07-19T22:00:00" },
	{ "2026-07-20T12:34", "2026-07-20T10:34:00" },
	{ "2026-01-20T12:34:56", "2026-01-20T11:34:56" },
	{ "2026-07-20T01:34pm", "2026-07-20T11:34:00" },
	{ "2028-02-29", "2028-02-28T23:00:00" },
	{ "03/25", "2026-03-24T23:00:00" },
	{ "03/24", "2027-03-23T23:00:00" },
	{ "0401", "2026-03-31T22:00:00" },
	{ "12/31/98", "2098-12-30T23:00:00" },
	{ "123198", "2098-12-30T23:00:00" },
	{ "midnight", "2026-03-24T23:00:00" },
	{ "today", "2026-03-24T23:00:00" },
	{ "elevenses", "2026-03-25T10:00:00" },
	{ "noon", "2026-03-25T11:00:00" },
	{ "fika", "2026-03-25T14:00:00" },
	{ "teatime", "2026-03-25T15:00:00" },
	{ "tomorrow", "2026-03-25T23:00:00" },
	{ "thursday", "2026-03-25T23:00:00" },
	{ "friday", "2026-03-26T23:00:00" },
	{ "saturday", "2026-03-27T23:00:00" },
	{ "sunday", "2026-03-28T23:00:00" },
	{ "monday", "2026-03-29T22:00:00" },
	{ "tuesday", "2026-03-30T22:00:00" },
	{ "wednesday", "2026-03-31T22:00:00" },
	{ "2026-07-20T12:00:00Z", "2026-07-20T12:00:00" },
	{ "2026-07-20T12:00:00.999Z", "2026-07-20T12:00:00" },
	{ "2026-01-20T12:00:00+08:00", "2026-01-20T04:00:00" },
	{ "2026-01-20T12:00:00-03:30", "2026-01-20T15:30:00" },
};

static const struct refused_row {
	const char *value, *text;
} refused[] = {
	{ "", "invalid time format" },
	{ "x", "invalid time format" },
	{ "25:00", "invalid time format" },
	{ "1:30", "invalid time format" },
	{ "09:60", "invalid time format" },
	{ "09:00:60", "invalid time format" },
	{ "13:00pm", "invalid time format" },
	{ "00:00am", "invalid time format" },
	{ "2098-02-30", "invalid time format" },
	{ "2026-02-29", "invalid time format" },
	{ "2098-13-01", "invalid time format" },
	{ "2098-00-01", "invalid time format" },
	{ "13/01", "invalid time format" },
	{ "12/3198", "invalid time format" },
	{ "friday1", "invalid time format" },
	{ "Noon", "invalid time format" },
	{ "2098-01-20T12", "invalid time format" },
	{ "2098-01-20T24:00", "invalid time format" },
	{ "2098-01-20T12:00:00+8", "invalid time format" },
	{ "2098-02-30T12:00:00Z", "invalid time format" },
	{ "2098-01-20T12:00:00.Z", "invalid time format" },
	{ "2098-01-20T12:00:00Zx", "invalid time format" },
	{ " now", "invalid time format" },
	{ "now 1h", "invalid time format" },
	{ "now + 1 2h", "invalid duration ' 1 2h'" },
	{ "04/31", "invalid time format" },
	{ "02/30", "invalid time format" },
	{ "now1h", "invalid time format" },
	{ "now+60x", "invalid duration '60x'" },
	{ "now+99999999999", "invalid duration '99999999999'" },
	{ "now+", "invalid duration ''" },
	{ "now+x", "invalid duration 'x'" },
	{ "now+36601d", "invalid duration '36601d'" },
};

static void parse_reads_a_point_in_time_as_local_time(void **state)
{
	const struct point_row *row = *state;
	struct crane_error err;
	time_t when = 1;
	struct tm tm;
	char utc[40];

	assert_int_equal(crane_timepoint_parse(row->text, NOW, &when, &err), 0);
	assert_non_null(gmtime_r(&when, &tm));
	strftime(utc, sizeof(utc), "%Y-%m-%dT%H:%M:%S", &tm);
	assert_string_equal(utc, row->utc);
}

static void parse_refuses_a_point_in_time_and_leaves_the_result_alone(void **state)
{
	const struct refused_row *row = *state;
	struct crane_error err;
	time_t when = 42;

	assert_int_equal(crane_timepoint_parse(row->value, NOW, &when, &err), -1);
	assert_int_equal(err.class, CRANE_E_VALUE);
	assert_string_equal(err.text, row->text);
	assert_int_equal(when, 42);
}

int main(void)
{
	static struct unit_list list;

	setenv("TZ", ZONE, 1);
	tzset();
	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++)
		unit_add(&list, parse_reads_a_point_in_time_as_local_time, &points[i],
			 "time '%s' is %s in UTC", points[i].text, points[i].utc);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		unit_add(&list, parse_refuses_a_point_in_time_and_leaves_the_result_alone,
			 &refused[i], "time '%s' is refused", refused[i].value);
	return unit_run("timepoint", &list);
}
