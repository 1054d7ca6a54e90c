/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of texts for all rooms. */
#include "config.h"

#include "wrappers/base/text.h"

#include <string.h>

bool crane_begins_with(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

bool crane_ends_with(const char *text, const char *with)
{
	size_t len = strlen(text), with_len = strlen(with);

	return len >= with_len && strcmp(text + len - with_len, with) == 0;
}
