/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A batch script: its directives (#CBATCH, #SBATCH, #BSUB), and the text that sbatch reads. Its
 * forms: doc/reference/options.md#scripts.
 */
#ifndef WRAPPERS_CBATCH_SCRIPT_H
#define WRAPPERS_CBATCH_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "src/error.h"
#include "wrappers/options/options.h"

struct crane_script {
	const char *name; /* for messages: the path, or "standard input"; borrowed */
	char *text;
	size_t len;
	bool is_file;         /* [name] is a file that sbatch can open, and read once more */
	bool has_shebang;     /* line 1 begins with #! */
	bool has_slurm_lines; /* it has lines that sbatch takes for options of its own */
};

/*
 * Reads the script, once, to its end: a file, a FIFO, or with NULL or "-" the standard input.
 * Errors: -1, with a text as Go words it: "open x.sh: no such file or directory"; or a sentence if
 *         Slurm does not accept the text (crane_script_check()), or if standard input or a pipe is
 *         empty.
 * Frees:  crane_script_clear(), also on failure.
 */
int crane_script_read(const char *path, struct crane_script *script, struct crane_error *err);
void crane_script_clear(struct crane_script *script);

/*
 * Checks that slurmctld accepts the text, which a NUL follows: no NUL in it, and no line that ends
 * with CR LF. [name] names it. Returns 0, or -1 with a sentence that names the line.
 */
int crane_script_check(const char *text, size_t len, const char *name, struct crane_error *err);

/*
 * Applies the script's directives to [request], from top to bottom, by the rows of [command]. Quotes,
 * several options on a line and short options joined with their value are read as by a shell;
 * CraneSched refuses them. Options that CraneSched drops with a notice are refused if Slurm does
 * not know them.
 * Out:    all parsed options are appended to *parsed, an array of *n_parsed, malloc'd, which must
 *         live as long as the request borrows their texts.
 * Errors: as crane_options_apply(); the texts name the line.
 */
enum crane_applied crane_script_apply(const struct crane_script *script,
				      const struct crane_command *command, void *request,
				      struct crane_parsed **parsed, size_t *n_parsed,
				      struct crane_error *err);

/*
 * Returns the first line of a script for --interpreter, with its newline, malloc'd; NULL with err
 * set if the kernel would not read it whole.
 */
char *crane_script_shebang(const char *interpreter, struct crane_error *err);

/*
 * Returns the text for sbatch's standard input, malloc'd, of *len bytes. Directives are blanked, so
 * that line numbers stay. [shebang] replaces the script's first line; NULL: a script without one
 * gets #!/bin/bash.
 */
char *crane_script_for_stdin(const struct crane_script *script, const char *shebang, size_t *len);

/* Returns a script for the text of --wrap, malloc'd; [shebang] NULL: it begins with #!/bin/bash. */
char *crane_script_wrap(const char *text, const char *shebang);

#endif /* WRAPPERS_CBATCH_SCRIPT_H */
