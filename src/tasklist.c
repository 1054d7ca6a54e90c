/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See tasklist.h.
 */
#include "src/tasklist.h"

#include <stddef.h>
#include <stdlib.h>

const char *crane_tasklist_next(const char *list, struct crane_task_range *range)
{
	unsigned long first, last, stride = 1;
	char *end;

	if (list == NULL || *list < '0' || *list > '9')
		return NULL;
	first = last = strtoul(list, &end, 10);
	if (*end == '-')
		last = strtoul(end + 1, &end, 10);
	if (*end == ':')
		stride = strtoul(end + 1, &end, 10);
	range->first = (uint32_t)first;
	range->last = (uint32_t)last;
	range->stride = stride > 0 ? (uint32_t)stride : 1;
	return *end == ',' ? end + 1 : end;
}

enum crane_tasklist_answer crane_tasklist_has(const char *list, uint32_t task)
{
	struct crane_task_range range;
	const char *rest;

	while ((rest = crane_tasklist_next(list, &range)) != NULL) {
		if (task >= range.first && task <= range.last &&
		    (task - range.first) % range.stride == 0)
			return CRANE_TASKLIST_YES;
		list = rest;
	}
	return list != NULL && *list == '.' ? CRANE_TASKLIST_CUT : CRANE_TASKLIST_NO;
}
