/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An environment as a list that can be changed, for a program that a command starts; and the search
 * for programs on $PATH.
 */
#ifndef WRAPPERS_BASE_ENVIRONMENT_H
#define WRAPPERS_BASE_ENVIRONMENT_H

#include <stdbool.h>

#include "wrappers/base/strings.h"

/* Appends the command's own environment. The caller clears the list. */
void crane_env_copy(struct crane_strings *env);

/* A list has a variable at most once. [name] ends at '=' or NUL. */
void crane_env_set(struct crane_strings *env, const char *name, const char *value);
void crane_env_unset(struct crane_strings *env, const char *name);
bool crane_env_has(const struct crane_strings *env, const char *name);

/* Returns true if [path] is a file that we may execute. */
bool crane_is_program(const char *path);

/*
 * Searches the folders of $PATH (/usr/bin and /bin if it is not set) for a program; [name] has no
 * slash. Returns its path, malloc'd, or NULL if no folder has it.
 */
char *crane_find_program(const char *name);

#endif /* WRAPPERS_BASE_ENVIRONMENT_H */
