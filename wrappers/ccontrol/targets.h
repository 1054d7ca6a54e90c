/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A change of several jobs: which records of Slurm each id means, what came of each, and how that
 * is told (spec/cli-control.md sections 4.1 to 4.4). What is changed is left to the verbs.
 */
#ifndef WRAPPERS_CCONTROL_TARGETS_H
#define WRAPPERS_CCONTROL_TARGETS_H

#include <stdbool.h>
#include <stddef.h>

#include "src/error.h"
#include "wrappers/ccontrol/verb.h"
#include "wrappers/view/jobrows.h"

/* One id as typed, and the records that it means: all of an array, one of them, or a job. */
struct crane_target {
	struct crane_selector selector;
	char *id; /* "12", "10", "10_3" */
	const struct crane_job **record;
	size_t n_records; /* 0: slurmctld does not know it */
	bool array;       /* an array as a whole */
};

struct crane_targets {
	struct crane_target *target;
	size_t n;
	struct crane_jobs jobs;
};

/*
 * Read a list of ids for [verb] ("hold"). Error: -1, `invalid job id "abc"`, `step selector is not
 * supported for hold: 12` and the like. Nothing is loaded yet.
 */
int crane_targets_parse(const char *ids, const char *verb, struct crane_targets *targets,
			struct crane_error *err);
/*
 * Ask slurmctld for them, in one call. crane_slurm_begin() was called. Returns 0, or -1 with *why.
 */
int crane_targets_load(struct crane_targets *targets, struct crane_slurm_error *why);
void crane_targets_clear(struct crane_targets *targets);

/*
 * Whether any record of the target is in one of these states (1 << enum crane_job_state, or-ed),
 * and not over.
 */
bool crane_target_is(const struct crane_target *target, unsigned states);

/* How Slurm is asked for one record of a target alone: "12", "10_3", "10_4-9,12". */
char *crane_target_record_id(const struct crane_target *target, const struct crane_job *record);

/* What came of a change. All zero to begin with. */
struct crane_outcome {
	struct crane_strings done;    /* ids */
	struct crane_strings refused; /* ids, one a refusal */
	struct crane_strings reasons; /* without full stop */
	struct crane_strings slurm;   /* Slurm's words for some: "12: Access/permission denied" */
	struct crane_strings notes;   /* for stderr, and no failure */
	struct json_object *done_numbers, *refused_numbers;
};

void crane_outcome_done(struct crane_outcome *outcome, const struct crane_target *target);
void crane_outcome_refused(struct crane_outcome *outcome, const struct crane_target *target,
			   const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/*
 * Take the answer of one call: [rc] of it, [answers] and [why]. [absent] is the reason to give for
 * a job that is gone or in another state. Of an array as a whole, tasks for which the change has no
 * meaning are passed over as long as one took it.
 * Returns true when something was done; the outcome gets what was not.
 */
bool crane_outcome_take(struct crane_outcome *outcome, const struct crane_target *target, int rc,
			const struct crane_task_answers *answers,
			const struct crane_slurm_error *why, const char *absent);

/*
 * Tell it: "Jobs 12, 13 modified successfully.", and after [prefix] a line for each refusal. As
 * JSON: one object.
 * Returns 0 or [failed].
 */
enum crane_exit crane_outcome_tell(struct crane_outcome *outcome, const char *prefix, bool json,
				   enum crane_exit failed);
void crane_outcome_clear(struct crane_outcome *outcome);

#endif /* WRAPPERS_CCONTROL_TARGETS_H */
