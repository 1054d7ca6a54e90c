/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program that crun runs, as the last words of srun's command line.
 */
#include "config.h"

#include "wrappers/crun/program.h"

#include <stdlib.h>
#include <string.h>

#include "wrappers/base/environment.h"
#include "wrappers/crun/program_env.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/strings.h"

/*
 * Returns true if the program can be found on this machine, whose files are mostly those of the
 * nodes.
 */
static bool is_here(const char *name, const char *chdir)
{
	bool is_relative = name[0] != '/' && chdir;
	char *path = strchr(name, '/') ? crane_xasprintf("%s%s%s", is_relative ? chdir : "",
							 is_relative ? "/" : "", name) :
					 crane_find_program(name);
	bool found = path && crane_is_program(path);

	free(path);
	return found;
}

/*
 * slurmstepd ends a task whose program is missing with status 2, which the program itself might
 * return. A shell in between ends with 127, as users expect; it is added only if the program cannot
 * be found here.
 */
void crane_crun_program(const struct crane_crun_request *me, const struct crane_parsed *line,
			struct crane_strings *argv)
{
	/*
	 * bash, since dash takes an unreadable folder on PATH for a program that may not be
	 * executed.
	 */
	static const char *const login[] = { "/bin/bash", "--login", "-c", "exec \"$@\"", "crun" };
	static const char *const plain[] = { "/bin/bash", "-c", "exec \"$@\"", "crun" };

	crane_strings_addf(argv, "--");
	if (me->job.get_user_env || crane_crun_env_is_login(me->export_env)) {
		for (size_t i = 0; i < sizeof(login) / sizeof(*login); i++)
			crane_strings_addf(argv, "%s", login[i]);
	} else if (!is_here(line->words[0], me->job.chdir)) {
		for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
			crane_strings_addf(argv, "%s", plain[i]);
	}
	for (size_t i = 0; i < line->n_words; i++)
		crane_strings_addf(argv, "%s", line->words[i]);
}
