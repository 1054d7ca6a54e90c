/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of texts for all rooms. */
#ifndef WRAPPERS_BASE_TEXT_H
#define WRAPPERS_BASE_TEXT_H

#include <stdbool.h>

bool crane_begins_with(const char *text, const char *with);
bool crane_ends_with(const char *text, const char *with);

#endif /* WRAPPERS_BASE_TEXT_H */
