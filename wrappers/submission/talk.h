/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines that both salloc and srun write to stderr until a job has its nodes (22.05.8 to 26.05).
 * calloc and crun decide how to report them.
 */
#ifndef WRAPPERS_SUBMISSION_TALK_H
#define WRAPPERS_SUBMISSION_TALK_H

#include <stdbool.h>
#include <stdint.h>

#include "wrappers/submission/refusals.h"
#include "wrappers/submission/waitline.h"

enum crane_event {
	CRANE_EVENT_OTHER, /* a line of only one of the two */
	CRANE_EVENT_REFUSED,
	CRANE_EVENT_QUEUED,
	CRANE_EVENT_ALLOCATED,
	CRANE_EVENT_CANCELLED,
	CRANE_EVENT_REVOKED, /* the allocation was taken back */
};

struct crane_talk {
	struct crane_heard heard;
	struct crane_waitline wait; /* ends when the job is refused or has its nodes */
};

/*
 * [line] is without prefix and newline; [heads] announce refusals, as for crane_heard_note().
 * Out: *job_id, if the event is about a job.
 */
enum crane_event crane_talk_hear(struct crane_talk *talk, const char *line,
				 const char *const *heads, uint32_t *job_id);

/* Returns true if [line] begins with <before><job id><after>. */
bool crane_line_names_job(const char *line, const char *before, const char *after,
			  uint32_t *job_id);

#endif /* WRAPPERS_SUBMISSION_TALK_H */
