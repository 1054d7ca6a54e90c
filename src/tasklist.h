/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the task lists that libslurm gives for the part of an array that has not started ("1-3,7%2").
 */
#ifndef SRC_TASKLIST_H
#define SRC_TASKLIST_H

#include <stdint.h>

enum crane_tasklist_answer {
	CRANE_TASKLIST_NO,
	CRANE_TASKLIST_YES,
	CRANE_TASKLIST_CUT, /* not among those named, and the list ends in "...": Slurm cuts long ones */
};

/* Tasks first, first + stride, ... up to last. */
struct crane_task_range {
	uint32_t first, last, stride;
};

/*
 * Walks a list (NULL is empty). Returns what follows the first range of [list], or NULL if it does not begin with one.
 * Out: *range, whose stride is at least 1.
 */
const char *crane_tasklist_next(const char *list, struct crane_task_range *range);

/* Does [list] (NULL is empty) hold [task]? Ranges may have a stride ("0-9:2"), a limit ("%4") may follow. */
enum crane_tasklist_answer crane_tasklist_has(const char *list, uint32_t task);

#endif /* SRC_TASKLIST_H */
