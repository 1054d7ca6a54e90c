/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line of ccancel: its option table, and the request that it becomes.
 */
#ifndef WRAPPERS_CCANCEL_CCANCEL_OPTIONS_H
#define WRAPPERS_CCANCEL_CCANCEL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "src/exitstatus.h"
#include "wrappers/options/options.h"
#include "wrappers/view/jobfilter.h"
#include "wrappers/view/jobrows.h"

/* Strings are borrowed from the parsed options; NULL: not given. */
struct ccancel_request {
	const char *config, *name, *partition, *state, *account, *user;
	bool json;
	struct crane_job_filter filter;
	struct crane_id *ids;
	size_t n_ids;
	bool has_filter;
};

extern const struct crane_command ccancel_command;

/*
 * Checks the applied options and reads the ids among the words. [line] is the parsed command line.
 * Returns CRANE_EXIT_OK, or the exit status after an error message.
 */
enum crane_exit ccancel_request_read(struct ccancel_request *me, const struct crane_parsed *line);

/* Frees what a request owns. */
void ccancel_request_clear(struct ccancel_request *me);

/* Prints an error message with the usage. Returns CRANE_EXIT_ARG. */
enum crane_exit ccancel_refuse(const char *text);

#endif /* WRAPPERS_CCANCEL_CCANCEL_OPTIONS_H */
