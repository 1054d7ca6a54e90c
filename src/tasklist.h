/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads libslurm's lists of the tasks of an array that have not started ("1-3,7%2"). */
#ifndef SRC_TASKLIST_H
#define SRC_TASKLIST_H

#include <stdint.h>

enum crane_tasklist_answer {
	CRANE_TASKLIST_NO,
	CRANE_TASKLIST_YES,
	CRANE_TASKLIST_CUT, /* the task is not in the list, which Slurm has cut: it ends in "..." */
};

/* Tasks first, first + stride, ... up to last. */
struct crane_task_range {
	uint32_t first, last, stride;
};

/*
 * Reads the first range of a list (NULL is an empty list). Returns the rest of the list, or NULL if
 * it does not begin with a range.
 * Out: *range, whose stride is at least 1.
 */
const char *crane_tasklist_next(const char *list, struct crane_task_range *range);

/*
 * Returns whether [list] (NULL is an empty list) has [task]. Ranges may have a stride ("0-9:2"); a
 * limit ("%4") may follow.
 */
enum crane_tasklist_answer crane_tasklist_has(const char *list, uint32_t task);

#endif /* SRC_TASKLIST_H */
