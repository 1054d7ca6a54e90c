/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared parts of the query commands. */
#include "config.h"

#include "wrappers/view/query.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "wrappers/base/print.h"
#include "wrappers/options/govalue.h"
#include "wrappers/options/help.h"
#include "wrappers/options/list.h"
#include "wrappers/options/start.h"
#include "wrappers/output/date.h"
#include "wrappers/slurm/api.h"

/* Seconds that fit in 64 bits of nanoseconds. */
#define INTERVAL_MAX_SEC UINT64_C(9223372036)

enum crane_exit crane_query_read(const struct crane_command *command,
				 const struct crane_parsed *line, void *request,
				 const char *const *config)
{
	struct crane_slurm_error why;
	struct crane_error err;

	if (crane_slurm_load(&why) != 0) {
		crane_say("%s", why.text);
		return CRANE_EXIT_SYSTEM;
	}
	if (crane_options_apply(line, request, &err) != CRANE_APPLIED)
		return crane_usage_error(command, CRANE_EXIT_ARG, "%s", err.text);
	return crane_config_is_missing(*config) ? CRANE_EXIT_ARG : CRANE_EXIT_OK;
}

enum crane_exit crane_query_lists(const struct crane_command *command,
				  const struct crane_query_list *lists, size_t n)
{
	struct crane_error err;

	for (size_t i = 0; i < n; i++) {
		if (lists[i].text && crane_list_parse(lists[i].text, lists[i].names, &err) != 0)
			return crane_usage_error(command, CRANE_EXIT_ARG,
						 "Invalid %s list specified: %s.", lists[i].what,
						 err.text);
	}
	return CRANE_EXIT_OK;
}

enum crane_exit crane_query_format(const char *text, const struct crane_fields *fields,
				   struct crane_format *format)
{
	char *message = NULL;

	if (crane_format_parse(text, fields, format, &message) == 0)
		return CRANE_EXIT_OK;
	for (char *rest = message, *line; (line = strsep(&rest, "\n"));)
		crane_say("%s", line);
	free(message);
	return CRANE_EXIT_FORMAT;
}

enum crane_exit crane_query_failed(const char *context, const struct crane_slurm_error *why)
{
	bool lost = why->failure == CRANE_SLURM_UNREACHABLE;

	crane_say("slurm: %s", why->text);
	crane_say("%s: %s", context, lost ? CRANE_BROKEN "." : "Access denied.");
	return lost ? CRANE_EXIT_NETWORK : CRANE_EXIT_BACKEND;
}

enum crane_interval crane_interval_parse(const char *text, uint64_t *sec, struct crane_error *err)
{
	struct crane_error why;
	uint32_t number;

	*sec = 0;
	if (!text)
		return CRANE_INTERVAL_READ;
	if (crane_go_uint32(text, true, &number, &why) == 0) {
		*sec = number;
		return CRANE_INTERVAL_READ;
	}
	if (*text && text[strspn(text, "0123456789")] == '\0') {
		errno = 0;
		*sec = strtoull(text, NULL, 10);
		return errno == 0 && *sec <= INTERVAL_MAX_SEC ? CRANE_INTERVAL_READ :
								CRANE_INTERVAL_TOO_LONG;
	}
	crane_error_set(err, CRANE_E_VALUE, 0,
			"invalid argument \"%s\" for \"-i, --iterate\" flag: %s", text, why.text);
	return CRANE_INTERVAL_NO_NUMBER;
}

static void wait_for(uint64_t sec)
{
	crane_print_flush();
	while (sec > 0) {
		unsigned part = sec > INT_MAX ? INT_MAX : (unsigned)sec;

		sec -= part - sleep(part);
	}
}

enum crane_exit crane_iterate(uint64_t sec, enum crane_exit (*answer)(const void *request),
			      const void *request)
{
	char date[CRANE_DATE_MAX];

	if (sec == 0)
		return answer(request);
	for (;;) {
		enum crane_exit status;

		crane_print("%s\n", crane_date_format(time(NULL), date));
		status = answer(request);
		if (status != CRANE_EXIT_OK)
			return status;
		if (ferror(stdout))
			return CRANE_EXIT_OK; /* crane_print_end() tells why */
		wait_for(sec);
		crane_print("\n");
	}
}
