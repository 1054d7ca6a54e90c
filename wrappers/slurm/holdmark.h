/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hold with an end. Slurm has none, so ccontrol sets the job's begin time, and writes a mark at
 * the end of its comment: "[crane-hold:UNTIL:BEGIN]", both seconds since 1970; BEGIN is the begin
 * time that the job had, 0 for none. The comment is the only text of a job that its owner may write
 * and that slurmctld stores.
 */
#ifndef WRAPPERS_SLURM_HOLDMARK_H
#define WRAPPERS_SLURM_HOLDMARK_H

#include <stdbool.h>
#include <time.h>

struct crane_hold_mark {
	time_t until; /* 0: no mark */
	time_t begin;
};

/* Reads the mark at the end of [comment] (may be NULL) and removes it, with the blank before it. */
struct crane_hold_mark crane_hold_mark_take(char *comment);

/* [comment], which has no mark, with [mark] at its end; malloc'd. */
char *crane_hold_mark_put(const char *comment, const struct crane_hold_mark *mark);

#endif /* WRAPPERS_SLURM_HOLDMARK_H */
