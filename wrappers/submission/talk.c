/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines that salloc and srun both write to stderr until a job has its nodes.
 */
#include "config.h"

#include "wrappers/submission/talk.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "wrappers/base/text.h"

/* Lines with a job id, recognised by the text around it. */
static const struct {
	const char *before, *after;
	enum crane_event event;
} lines[] = {
	{ "job ", " queued and waiting for resources", CRANE_EVENT_QUEUED },
	{ "job ", " has been allocated resources", CRANE_EVENT_ALLOCATED },
	{ "Job allocation ", " has been revoked", CRANE_EVENT_REVOKED },
};

bool crane_line_names_job(const char *line, const char *before, const char *after, uint32_t *job_id)
{
	const char *number = line + strlen(before);
	unsigned long id;
	char *end;

	if (!crane_begins_with(line, before) || !isdigit((unsigned char)*number))
		return false;
	id = strtoul(number, &end, 10);
	if (id > UINT32_MAX || !crane_begins_with(end, after))
		return false;
	*job_id = (uint32_t)id;
	return true;
}

enum crane_event crane_talk_hear(struct crane_talk *talk, const char *line,
				 const char *const *heads, uint32_t *job_id)
{
	if (crane_heard_note(&talk->heard, line, heads)) {
		crane_waitline_end(&talk->wait);
		return CRANE_EVENT_REFUSED;
	}
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		if (!crane_line_names_job(line, lines[i].before, lines[i].after, job_id))
			continue;
		if (lines[i].event == CRANE_EVENT_ALLOCATED)
			crane_waitline_end(&talk->wait);
		return lines[i].event;
	}
	return strcmp(line, "Job has been cancelled") == 0 ? CRANE_EVENT_CANCELLED :
							     CRANE_EVENT_OTHER;
}
