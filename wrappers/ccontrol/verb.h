/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the verbs of ccontrol share: how they fail, and how they answer as JSON. What they do is
 * left to their own files.
 */
#ifndef WRAPPERS_CCONTROL_VERB_H
#define WRAPPERS_CCONTROL_VERB_H

#include "src/exitstatus.h"
#include "wrappers/ccontrol/sentence.h"
#include "wrappers/output/json.h"
#include "wrappers/slurm/api.h"
#include "wrappers/base/memory.h"

/* The verbs. Each begins with libslurm itself. */
enum crane_exit crane_show_job(const struct crane_control *line);
enum crane_exit crane_show_step(const struct crane_control *line);
enum crane_exit crane_show_node(const struct crane_control *line);
enum crane_exit crane_show_partition(const struct crane_control *line);
enum crane_exit crane_show_reservation(const struct crane_control *line);
enum crane_exit crane_show_license(const struct crane_control *line);
enum crane_exit crane_update(const struct crane_control *line);
enum crane_exit crane_update_job(const struct crane_control *line);
enum crane_exit crane_update_node(const struct crane_control *line);
enum crane_exit crane_update_partition(const struct crane_control *line);
enum crane_exit crane_hold(const struct crane_control *line);
enum crane_exit crane_release(const struct crane_control *line);
enum crane_exit crane_suspend(const struct crane_control *line);
enum crane_exit crane_resume(const struct crane_control *line);
enum crane_exit crane_requeue(const struct crane_control *line);
enum crane_exit crane_create_reservation(const struct crane_control *line);
enum crane_exit crane_delete_reservation(const struct crane_control *line);

/* A line on stderr, safe for a terminal. Returns [status]. */
enum crane_exit crane_control_fail(enum crane_exit status, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Slurm's own words, on a line of their own after ours: "slurm: Access/permission denied". [about]
 * may be NULL.
 */
void crane_control_slurm_said(const char *about, const struct crane_slurm_error *why);

/*
 * What a failed call is called: "<context>: Connection to CraneCtld is broken." or Slurm's words,
 * and Slurm's words once more on a line where the first were ours. [prefix] ("show nodes failed: ")
 * comes before it.
 */
enum crane_exit crane_control_call_failed(const char *prefix, const char *context,
					  const struct crane_slurm_error *why);

/* `unknown attribute to modify: <key>` when a key is none of [known] (NULL ends it); then true. */
bool crane_control_refuse_unknown(const struct crane_control *line, const char *const *known);

/*
 * The end of `show KIND [NAME]`, where KIND is a word as "node": print [reply] where JSON is asked
 * for, and release it; else, when nothing was shown, say so. Returns the status to end with: not 0
 * when NAME is not there, which only JSON may leave unsaid.
 */
enum crane_exit crane_control_show_end(const struct crane_control *line, const char *kind,
				       size_t n_shown, struct json_object *reply);

#endif /* WRAPPERS_CCONTROL_VERB_H */
