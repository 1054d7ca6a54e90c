/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The beginning of every command: reads the command line, prints --help and --version, refuses
 * invalid usage.
 */
#ifndef WRAPPERS_OPTIONS_START_H
#define WRAPPERS_OPTIONS_START_H

#include <stdbool.h>

#include "src/exitstatus.h"
#include "wrappers/options/options.h"

/*
 * Reads the command line, prints --help and --version, and refuses two options of one group and
 * more words than the command takes. Returns true if the command continues; false if it ends with
 * *status.
 */
bool crane_options_start(const struct crane_command *command, int argc, char **argv,
			 struct crane_parsed *out, enum crane_exit *status);

/*
 * Returns true if [path], the value of --config, cannot be read, and reports it on stderr; the
 * command then ends with CRANE_EXIT_ARG. Returns false for NULL, which means no --config.
 */
bool crane_config_is_missing(const char *path);

#endif /* WRAPPERS_OPTIONS_START_H */
