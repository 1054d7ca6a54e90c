/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The exit statuses of all commands (doc/reference/errors.md#exit-statuses).
 */
#ifndef SRC_EXITSTATUS_H
#define SRC_EXITSTATUS_H

enum crane_exit {
	CRANE_EXIT_OK = 0,
	CRANE_EXIT_GENERIC = 1, /* an unknown option, a malformed number, a wrong number of words */
	CRANE_EXIT_ARG = 2,     /* the command itself refuses a value */
	CRANE_EXIT_NETWORK = 3, /* slurmctld cannot be reached; every refused or failed calloc */
	CRANE_EXIT_BACKEND = 4, /* slurmctld refused the request */
	CRANE_EXIT_FORMAT = 5,  /* an invalid output format */
	CRANE_EXIT_SYSTEM = 6,  /* the local system failed; an invalid CRANE_JOB_ID */
};

#endif /* SRC_EXITSTATUS_H */
