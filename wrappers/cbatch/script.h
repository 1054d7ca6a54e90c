/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A batch script: its directives (#CBATCH, #SBATCH, #BSUB; spec/cli-submit.md section 4.1) and what
 * of it sbatch is to read. What the options mean is left to the command's table.
 */
#ifndef WRAPPERS_CBATCH_SCRIPT_H
#define WRAPPERS_CBATCH_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "src/error.h"
#include "wrappers/options/options.h"

struct crane_script {
	char *text;
	size_t len;
	bool has_shebang;     /* line 1 begins with #! */
	bool has_slurm_lines; /* lines that sbatch would take for options of its own */
	bool has_pbs_lines;   /* likewise for those of other batch systems */
};

/*
 * Read the file.
 * Error: -1, text as the flag library's language says it: "open x.sh: no such file or directory".
 */
int crane_script_read(const char *path, struct crane_script *script, struct crane_error *err);
void crane_script_clear(struct crane_script *script);

/*
 * Apply the script's directives to [request], top to bottom, by the rows of [command]. All parsed
 * options are appended to *parsed, an array of *n_parsed that must live as long as the request
 * borrows their texts. Where the specification refuses quotes, several options on a line or short
 * options joined with their value, they are taken here as a shell would; what it drops with a
 * notice is refused.
 * Error: as crane_options_apply, the texts carry the line.
 */
enum crane_applied crane_script_apply(const struct crane_script *script,
				      const struct crane_command *command, void *request,
				      struct crane_parsed **parsed, size_t *n_parsed,
				      struct crane_error *err);

/*
 * The first line of a script for --interpreter, with its newline; malloc'd. NULL with err set when
 * the kernel would not read it.
 */
char *crane_script_shebang(const char *interpreter, struct crane_error *err);

/*
 * The text for sbatch's standard input: directives blanked, so that line numbers stay. [shebang]
 * takes the place of the script's own; NULL: #!/bin/bash where there is none. malloc'd; *len is its
 * length.
 */
char *crane_script_for_stdin(const struct crane_script *script, const char *shebang, size_t *len);

/* A script of one --wrap text; [shebang] NULL: bash. malloc'd. */
char *crane_script_wrap(const char *text, const char *shebang);

#endif /* WRAPPERS_CBATCH_SCRIPT_H */
