/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An environment as a list that can be changed, and the search for programs on $PATH.
 */
#include "config.h"

#include "wrappers/base/environment.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wrappers/base/memory.h"
#include "wrappers/base/strings.h"

extern char **environ;

void crane_env_copy(struct crane_strings *env)
{
	for (char **var = environ; *var; var++)
		crane_strings_addf(env, "%s", *var);
}

/* Index of the variable, or env->n. */
static size_t find_name(const struct crane_strings *env, const char *name)
{
	size_t len = strcspn(name, "=");
	size_t i = 0;

	while (i < env->n && (strncmp(env->item[i], name, len) != 0 || env->item[i][len] != '='))
		i++;
	return i;
}

bool crane_env_has(const struct crane_strings *env, const char *name)
{
	return find_name(env, name) < env->n;
}

void crane_env_unset(struct crane_strings *env, const char *name)
{
	size_t i = find_name(env, name);

	if (i == env->n)
		return;
	free(env->item[i]);
	memmove(&env->item[i], &env->item[i + 1], (env->n - i) * sizeof(*env->item));
	env->n--;
}

void crane_env_set(struct crane_strings *env, const char *name, const char *value)
{
	size_t i = find_name(env, name);
	char *text = crane_xasprintf("%.*s=%s", (int)strcspn(name, "="), name, value);

	if (i == env->n) {
		crane_strings_take(env, text);
		return;
	}
	free(env->item[i]);
	env->item[i] = text;
}

bool crane_is_program(const char *path)
{
	struct stat st;

	return access(path, X_OK) == 0 && stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

char *crane_find_program(const char *name)
{
	const char *dir = getenv("PATH");

	if (!dir)
		dir = "/usr/bin:/bin";
	while (*dir) {
		size_t len = strcspn(dir, ":");
		/* An empty folder is the current one, as in a shell. */
		char *path = crane_xasprintf("%.*s/%s", len ? (int)len : 1, len ? dir : ".", name);

		if (crane_is_program(path))
			return path;
		free(path);
		dir += len + (dir[len] == ':');
	}
	return NULL;
}
