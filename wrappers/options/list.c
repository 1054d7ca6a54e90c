/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values that are lists of names.
 */
#include "config.h"

#include "wrappers/options/list.h"

#include <string.h>

#include "wrappers/base/memory.h"
#include "wrappers/base/strings.h"

int crane_list_parse(const char *text, struct crane_strings *list, struct crane_error *err)
{
	for (;;) {
		size_t len = strcspn(text, ",");

		if (len == 0)
			return crane_error_set(err, CRANE_E_VALUE, 0, "empty value");
		crane_strings_take(list, crane_xstrndup(text, len));
		if (text[len] == '\0')
			return 0;
		text += len + 1;
	}
}
