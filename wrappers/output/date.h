/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Points in time as the commands print them in texts and tables.
 */
#ifndef WRAPPERS_OUTPUT_DATE_H
#define WRAPPERS_OUTPUT_DATE_H

#include <time.h>

#define CRANE_DATE_MAX 40

/*
 * Writes [when] as "YYYY-MM-DD HH:MM:SS" in local time, or "unknown" if it lies before 1980.
 * [buf] has CRANE_DATE_MAX bytes. Returns buf.
 */
char *crane_date_format(time_t when, char *buf);

#endif /* WRAPPERS_OUTPUT_DATE_H */
