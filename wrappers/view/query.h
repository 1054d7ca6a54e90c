/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared parts of the query commands: their beginning, failed queries, --format and --iterate. */
#ifndef WRAPPERS_VIEW_QUERY_H
#define WRAPPERS_VIEW_QUERY_H

#include <stddef.h>
#include <stdint.h>

#include "src/error.h"
#include "src/exitstatus.h"
#include "wrappers/base/strings.h"
#include "wrappers/options/options.h"
#include "wrappers/output/format.h"
#include "wrappers/slurm/error.h"

/*
 * Loads libslurm, stores the options of [line] in [request], and looks whether the file of --config,
 * which is [*config] from then on, can be read. Says on stderr what fails.
 * Returns the status with which the command ends, CRANE_EXIT_OK if it goes on.
 */
enum crane_exit crane_query_read(const struct crane_command *command,
				 const struct crane_parsed *line, void *request,
				 const char *const *config);

/* The value of an option that is a list of names; [what] is said of a malformed one. */
struct crane_query_list {
	const char *text; /* NULL: not given */
	const char *what;
	struct crane_strings *names;
};

/* Reads such values; says on stderr what is wrong with the first bad one. Returns the status as above. */
enum crane_exit crane_query_lists(const struct crane_command *command,
				  const struct crane_query_list *lists, size_t n);

/* Reads the value of --format; says on stderr what is wrong with it. Returns the status as above. */
enum crane_exit crane_query_format(const char *text, const struct crane_fields *fields,
				   struct crane_format *format);

/*
 * Says on stderr that "Failed to query job queue" (what [context] is), in Slurm's words and in
 * Crane's. Returns the status with which the command ends.
 */
enum crane_exit crane_query_failed(const char *context, const struct crane_slurm_error *why);

enum crane_interval {
	CRANE_INTERVAL_READ,
	CRANE_INTERVAL_NO_NUMBER, /* the whole text of the flag library is in err->text */
	CRANE_INTERVAL_TOO_LONG,
};

/* Reads the value of --iterate: seconds, 0 for NULL. */
enum crane_interval crane_interval_parse(const char *text, uint64_t *sec, struct crane_error *err);

/*
 * Calls [answer] every [sec] seconds, below a line with the time, until it fails or its output
 * cannot be written; if [sec] is 0, once and without that line. Returns the last status.
 */
enum crane_exit crane_iterate(uint64_t sec, enum crane_exit (*answer)(const void *request),
			      const void *request);

#endif /* WRAPPERS_VIEW_QUERY_H */
