/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Seconds on a monotonic clock, which neither an administrator nor NTP sets: for durations. Times
 * that users see or slurmctld stores are wall-clock times.
 */
#ifndef PLUGINS_JOB_SUBMIT_MONOTONIC_H
#define PLUGINS_JOB_SUBMIT_MONOTONIC_H

#include <stdint.h>
#include <time.h>

static inline int64_t monotonic_sec(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

#endif /* PLUGINS_JOB_SUBMIT_MONOTONIC_H */
