/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Points in time as the commands print them in texts and tables.
 */
#include "config.h"

#include "wrappers/output/date.h"

#include <stdio.h>

/* Ten years of 365 days after 1970: CraneSched shows what lies before as unknown. */
#define SHOWN_FROM ((time_t)10 * 365 * 86400)

char *crane_date_format(time_t when, char *buf)
{
	struct tm tm;

	if (when < SHOWN_FROM || !localtime_r(&when, &tm) ||
	    !strftime(buf, CRANE_DATE_MAX, "%Y-%m-%d %H:%M:%S", &tm))
		snprintf(buf, CRANE_DATE_MAX, "unknown");
	return buf;
}
