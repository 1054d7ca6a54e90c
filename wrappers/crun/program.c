/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program that crun runs, as the last words of srun's command line.
 */
#include "config.h"

#include "wrappers/crun/program.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

bool crane_crun_is_shell_text(const struct crane_parsed *line, const char *chdir)
{
	const char *word = line->words[0];
	bool is_relative = word[0] != '/' && chdir;
	char *path;
	bool is_file;

	if (line->n_words != 1 || word[strcspn(word, " \t\n")] == '\0')
		return false;
	path = crane_xasprintf("%s%s%s", is_relative ? chdir : "", is_relative ? "/" : "", word);
	is_file = access(path, F_OK) == 0;
	free(path);
	return !is_file;
}

char *crane_crun_program_name(const struct crane_parsed *line, const char *chdir)
{
	const char *word = line->words[0];

	if (!crane_crun_is_shell_text(line, chdir))
		return crane_xstrdup(word);
	word += strspn(word, " \t\n");
	return crane_xstrndup(word, strcspn(word, " \t\n"));
}

/* Returns true if a shell takes the word for nothing but the name of a program. */
static bool is_plain(const char *word)
{
	return *word && word[strcspn(word, "|&;<>()$`\\\"'*?[]#~={}!%^")] == '\0';
}

/* Prints why a program cannot run, without the "line 1" of bash, and ends as a shell does. */
#define FIND(files_alone)                                                                          \
	"no() { echo \"crun: $2: $3\" >&2; exit $1; }; "                                           \
	"case $1 in "                                                                              \
	"*/*) [[ -e $1 ]] || no 127 \"$1\" 'No such file or directory'; "                          \
	"[[ ! -d $1 ]] || no 126 \"$1\" 'Is a directory'; "                                        \
	"[[ -x $1 ]] || no 126 \"$1\" 'Permission denied';; "                                      \
	"*) type " files_alone                                                                     \
	" -- \"$1\" >/dev/null 2>&1 || no 127 \"$1\" 'command not found';; "                       \
	"esac; unset -f no; "

/*
 * slurmstepd ends a task without a program with status 2, which the program itself might return. A
 * shell in between ends with 127, as users expect; it is added only if the program cannot be found
 * on this machine.
 */
void crane_crun_program(const struct crane_crun_request *me, const struct crane_parsed *line,
			struct crane_strings *argv)
{
	/* bash, since dash reports an unreadable folder on PATH as a program without permission. */
	bool is_login = me->job.get_user_env || crane_crun_env_is_login(me->export_env);
	bool is_text = crane_crun_is_shell_text(line, me->job.chdir);
	char *name = crane_crun_program_name(line, me->job.chdir);
	bool found = is_here(name, me->job.chdir) || (is_text && !is_plain(name));

	crane_strings_addf(argv, "--");
	if (is_login || is_text || !found) {
		crane_strings_addf(argv, "/bin/bash");
		if (is_login)
			crane_strings_addf(argv, "--login");
		crane_strings_addf(argv, "-c");
	}
	if (is_text && !found) {
		crane_strings_addf(argv, FIND("") "eval \"$2\"");
		crane_strings_addf(argv, "crun");
		crane_strings_addf(argv, "%s", name);
	} else if (!is_text && (is_login || !found)) {
		crane_strings_addf(argv, "%s", found ? "exec \"$@\"" : FIND("-P") "exec \"$@\"");
		crane_strings_addf(argv, "crun");
	}
	free(name);
	for (size_t i = 0; i < line->n_words; i++)
		crane_strings_addf(argv, "%s", line->words[i]);
}
