/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tasks of an array as a set of numbers, gathered from its records.
 */
#ifndef WRAPPERS_VIEW_ARRAYTASKS_H
#define WRAPPERS_VIEW_ARRAYTASKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wrappers/slurm/jobs.h"

struct crane_array_tasks {
	uint32_t *task;
	size_t n;
};

/* Returns true if the record stands for an array, or for all its tasks that wait. */
bool crane_is_whole_array(const struct crane_job *record);

/* For qsort() of pointers to records: those of one array become neighbours, by job id. */
int crane_array_records_compare(const void *a, const void *b);

/* Adds the tasks that a record stands for: one, or all that wait together. */
void crane_array_tasks_add(struct crane_array_tasks *tasks, const struct crane_job *record);

/* Sorts the tasks; each remains once. */
void crane_array_tasks_sort(struct crane_array_tasks *tasks);

/* Returns "1-3,7", of sorted tasks; malloc'd. */
char *crane_array_tasks_text(const struct crane_array_tasks *tasks);

/* Returns the distance between sorted tasks if it is the same everywhere, else 1. */
uint32_t crane_array_tasks_stride(const struct crane_array_tasks *tasks);

void crane_array_tasks_clear(struct crane_array_tasks *tasks);

#endif /* WRAPPERS_VIEW_ARRAYTASKS_H */
