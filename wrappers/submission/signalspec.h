/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The value of --signal, [R:|B:]<signal>[@<seconds>]. With B: the batch script alone gets the
 * signal, else the steps, in CraneSched and in Slurm.
 */
#ifndef WRAPPERS_SUBMISSION_SIGNALSPEC_H
#define WRAPPERS_SUBMISSION_SIGNALSPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/error.h"

struct crane_signal {
	char flag; /* 'R', 'B' or 0 */
	int number;
	uint32_t lead_sec; /* before the time limit */
};

struct crane_signals {
	struct crane_signal *signal; /* owned */
	size_t n;
};

/*
 * Adds the items of a comma list; one that the list has already is not added again.
 * Errors: -1, "invalid signal format: <text>" or "invalid signal number: <item>".
 */
int crane_signals_add(struct crane_signals *list, const char *text, struct crane_error *err);
void crane_signals_clear(struct crane_signals *list);

/* Returns the signal in Slurm's words; malloc'd. */
char *crane_signal_slurm(const struct crane_signal *signal);

#endif /* WRAPPERS_SUBMISSION_SIGNALSPEC_H */
