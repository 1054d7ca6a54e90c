/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See tasklist.h.
 */
#include "src/tasklist.h"

#include <stddef.h>
#include <stdlib.h>

enum crane_tasklist_answer crane_tasklist_has(const char *list, uint32_t task)
{
	while (list != NULL && *list >= '0' && *list <= '9') {
		char *end;
		unsigned long first = strtoul(list, &end, 10), last = first, stride = 1;

		if (*end == '-')
			last = strtoul(end + 1, &end, 10);
		if (*end == ':')
			stride = strtoul(end + 1, &end, 10);
		if (task >= first && task <= last && (stride == 0 || (task - first) % stride == 0))
			return CRANE_TASKLIST_YES;
		list = *end == ',' ? end + 1 : end;
	}
	return list != NULL && *list == '.' ? CRANE_TASKLIST_CUT : CRANE_TASKLIST_NO;
}
