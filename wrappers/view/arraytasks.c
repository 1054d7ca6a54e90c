/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tasks of an array as a set of numbers.
 */
#include "config.h"

#include "wrappers/view/arraytasks.h"

#include <stdlib.h>
#include <string.h>

#include "src/tasklist.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/strings.h"

static void add_task(struct crane_array_tasks *tasks, uint32_t task)
{
	if ((tasks->n & (tasks->n + 1)) == 0)
		tasks->task = crane_xrealloc(tasks->task, 2 * (tasks->n + 1), sizeof(*tasks->task));
	tasks->task[tasks->n++] = task;
}

bool crane_is_whole_array(const struct crane_job *record)
{
	return record->array_id && record->task_id == CRANE_NO_ARRAY_TASK;
}

int crane_array_records_compare(const void *a, const void *b)
{
	const struct crane_job *left = *(const struct crane_job *const *)a;
	const struct crane_job *right = *(const struct crane_job *const *)b;

	if (left->array_id != right->array_id)
		return left->array_id < right->array_id ? -1 : 1;
	return left->job_id < right->job_id ? -1 : left->job_id > right->job_id;
}

void crane_array_tasks_add(struct crane_array_tasks *tasks, const struct crane_job *record)
{
	const char *rest = record->waiting_tasks;
	struct crane_task_range range;

	if (record->task_id != CRANE_NO_ARRAY_TASK) {
		add_task(tasks, record->task_id);
		return;
	}
	while ((rest = crane_tasklist_next(rest, &range)) != NULL) {
		for (uint64_t task = range.first; task <= range.last; task += range.stride)
			add_task(tasks, (uint32_t)task);
	}
}

static int by_number(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

void crane_array_tasks_sort(struct crane_array_tasks *tasks)
{
	size_t kept = 0;

	if (tasks->n)
		qsort(tasks->task, tasks->n, sizeof(*tasks->task), by_number);
	for (size_t i = 0; i < tasks->n; i++) {
		if (i == 0 || tasks->task[i] != tasks->task[i - 1])
			tasks->task[kept++] = tasks->task[i];
	}
	tasks->n = kept;
}

char *crane_array_tasks_text(const struct crane_array_tasks *tasks)
{
	struct crane_strings ranges = { 0 };
	char *text;

	for (size_t i = 0, end; i < tasks->n; i = end) {
		end = i + 1;
		while (end < tasks->n && tasks->task[end] == tasks->task[end - 1] + 1)
			end++;
		if (end - i > 1)
			crane_strings_addf(&ranges, "%u-%u", tasks->task[i], tasks->task[end - 1]);
		else
			crane_strings_addf(&ranges, "%u", tasks->task[i]);
	}
	text = crane_strings_join(&ranges, ",");
	crane_strings_clear(&ranges);
	return text;
}

uint32_t crane_array_tasks_stride(const struct crane_array_tasks *tasks)
{
	uint32_t stride = tasks->n > 1 ? tasks->task[1] - tasks->task[0] : 1;

	for (size_t i = 2; i < tasks->n; i++) {
		if (tasks->task[i] - tasks->task[i - 1] != stride)
			return 1;
	}
	return stride;
}

void crane_array_tasks_clear(struct crane_array_tasks *tasks)
{
	free(tasks->task);
	memset(tasks, 0, sizeof(*tasks));
}
