/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints a command's option table: help, version, errors of usage, and the rows for the documents.
 */
#ifndef WRAPPERS_OPTIONS_HELP_H
#define WRAPPERS_OPTIONS_HELP_H

#include <stdio.h>

#include "src/exitstatus.h"
#include "wrappers/options/options.h"

/*
 * crane_options_help() prints the one-line description and the "Usage:" block,
 * crane_options_version() the release and its date.
 */
void crane_options_help(FILE *to, const struct crane_command *command);
void crane_options_version(FILE *to);

/* Prints an error of usage: "Error: <text>" and the hint, two lines on stderr. Returns [status]. */
enum crane_exit crane_usage_error(const struct crane_command *command, enum crane_exit status,
				  const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* "Try 'cbatch --help'.", on stderr. */
void crane_usage_hint(const struct crane_command *command);

/*
 * Prints the rows for contrib/regenerate, one a line, tab-separated: letter, name, value, kind,
 * fate, flags, Slurm's option, difference, help. "--help=rows", alone on a command line, prints
 * them, so that the documents come from the tables that the commands use.
 */
void crane_options_rows(FILE *to, const struct crane_command *command);

#endif /* WRAPPERS_OPTIONS_HELP_H */
