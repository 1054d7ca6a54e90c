/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Seconds on a clock that no administrator and no NTP sets: for the span between two moments. What
 * a user sees, and what slurmctld keeps, is wall-clock time.
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
