/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The results of a change of several jobs or nodes, and their report.
 */
#ifndef WRAPPERS_CCONTROL_OUTCOME_H
#define WRAPPERS_CCONTROL_OUTCOME_H

#include <stdbool.h>

#include "src/exitstatus.h"
#include "wrappers/base/strings.h"
#include "wrappers/ccontrol/targets.h"
#include "wrappers/output/json.h"
#include "wrappers/slurm/jobchange.h"

enum crane_outcome_kind { CRANE_OUTCOME_JOBS, CRANE_OUTCOME_NODES };

/* All zero to begin with, but for the kind. */
struct crane_outcome {
	enum crane_outcome_kind kind;
	struct crane_strings done;    /* ids */
	struct crane_strings refused; /* ids, one for each refusal */
	struct crane_strings reasons; /* of the refusals, without full stop */
	struct crane_strings slurm;   /* Slurm's words for some: "12: Access/permission denied" */
	struct crane_strings notes;   /* lines for stderr that report no failure */
	struct json_object *done_json, *refused_json; /* the ids as JSON has them, or NULL */
};

/* Adds a change that succeeded. Takes [json], the id as JSON has it. */
void crane_outcome_add_done(struct crane_outcome *outcome, const char *id,
			    struct json_object *json);

/* Adds a refusal. Takes [json]. */
void crane_outcome_add_refused(struct crane_outcome *outcome, const char *id,
			       struct json_object *json, const char *reason);

/* The same for a target. */
void crane_outcome_done(struct crane_outcome *outcome, const struct crane_target *target);
void crane_outcome_refused(struct crane_outcome *outcome, const struct crane_target *target,
			   const char *reason);

/*
 * Takes the answer of one call: its [rc], [answers] and [why]. [absent] is the reason for a job
 * that is gone or in another state. Tasks of an array for which the change has no meaning are
 * passed over if any task took it.
 * Returns true if something was done; adds refusals, but not what was done.
 */
bool crane_outcome_take(struct crane_outcome *outcome, const struct crane_target *target, int rc,
			const struct crane_task_answers *answers,
			const struct crane_slurm_error *why, const char *absent);

/*
 * Prints the outcome: "Jobs 12, 13 modified successfully.", and on stderr a line for each refusal,
 * the first one after [prefix]; or one JSON object.
 * Returns CRANE_EXIT_OK, or [failed] if anything was refused.
 */
enum crane_exit crane_outcome_tell(struct crane_outcome *outcome, const char *prefix, bool json,
				   enum crane_exit failed);
void crane_outcome_clear(struct crane_outcome *outcome);

#endif /* WRAPPERS_CCONTROL_OUTCOME_H */
