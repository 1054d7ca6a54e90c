/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shared by the verbs of ccontrol: their errors and their end. A verb is a function
 * crane_VERB_ENTITY() in a file of its own; it takes the sentence and returns the exit status.
 */
#ifndef WRAPPERS_CCONTROL_VERB_H
#define WRAPPERS_CCONTROL_VERB_H

#include <stdbool.h>
#include <stddef.h>

#include "src/exitstatus.h"
#include "src/stepid.h"
#include "wrappers/ccontrol/sentence.h"
#include "wrappers/output/json.h"
#include "wrappers/slurm/api.h"

/* CraneSched's words for a caller without permission. */
#define CRANE_CONTROL_DENIED "User has insufficient privilege"

/* Says a line, as crane_say(). Returns [status]. */
enum crane_exit crane_control_fail(enum crane_exit status, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Prints Slurm's own words on stderr, if any: "slurm: Access/permission denied". */
void crane_control_slurm_said(const struct crane_slurm_error *why);

/*
 * Returns CraneSched's words for a failed call: CRANE_BROKEN, CRANE_CONTROL_DENIED, or NULL
 * for another failure.
 */
const char *crane_control_reason(const struct crane_slurm_error *why);

/*
 * Reports a failed call: "<prefix><context>: Connection to CraneCtld is broken.", then Slurm's own
 * words on a second line; or Slurm's words in place of CraneSched's. [prefix] is "" or
 * "show nodes failed: ". Returns CRANE_EXIT_GENERIC.
 */
enum crane_exit crane_control_call_failed(const char *prefix, const char *context,
					  const struct crane_slurm_error *why);

/*
 * Checks the keys of the sentence against [known], which ends with NULL. Returns true if there is
 * another one, after `unknown attribute to modify: <key>`.
 */
bool crane_control_refuse_unknown(const struct crane_control *line, const char *const *known);

/* Returns true if the sentence has an id and no key but [known]; else says what is wrong. */
bool crane_control_has_ids(const struct crane_control *line, const char *const *known);

/*
 * Reports the ids of which [found] is false, if any: "show job failed: Job 7, 8 not found." has
 * "show job failed: Job " [before] and " not found." [after] the list. Returns CRANE_EXIT_OK, or
 * CRANE_EXIT_GENERIC if there are any.
 */
enum crane_exit crane_control_tell_missing(const struct crane_id *ids, size_t n, const bool *found,
					   const char *before, const char *after);

/*
 * Ends `show KIND [NAME]`; KIND is a word such as "node". Prints [reply] if JSON is asked for;
 * else, if [n_shown] is 0, says that there is nothing. Takes [reply].
 * Returns CRANE_EXIT_OK, or CRANE_EXIT_GENERIC if NAME was not found.
 */
enum crane_exit crane_control_show_end(const struct crane_control *line, const char *kind,
				       size_t n_shown, struct json_object *reply);

#endif /* WRAPPERS_CCONTROL_VERB_H */
