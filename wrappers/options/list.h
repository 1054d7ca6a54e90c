/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values that are lists of names: "a,b".
 */
#ifndef WRAPPERS_OPTIONS_LIST_H
#define WRAPPERS_OPTIONS_LIST_H

#include "src/error.h"
#include "wrappers/base/strings.h"

/*
 * Splits [text] at each ',' and adds the names to [list]; blanks belong to the names.
 * Errors: -1 with "empty value" for an empty name. [err] may be NULL.
 */
int crane_list_parse(const char *text, struct crane_strings *list, struct crane_error *err);

#endif /* WRAPPERS_OPTIONS_LIST_H */
