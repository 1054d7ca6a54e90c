/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which jobs are meant: the filters of cqueue and ccancel, their grammars (spec/cli-query.md
 * sections 1.2, 1.3 and 2.2) and what matches. Where the jobs come from is left to the commands.
 */
#ifndef WRAPPERS_VIEW_JOBFILTER_H
#define WRAPPERS_VIEW_JOBFILTER_H

#include <stdbool.h>

#include "src/error.h"
#include "wrappers/slurm/jobs.h"
#include "wrappers/base/memory.h"

/* An empty list asks for nothing. All that is asked must hold; of a list any one. */
struct crane_job_filter {
	struct crane_strings accounts, partitions, qos, users, names, nodes, licenses;
	unsigned states;         /* 1 << enum crane_job_state, or-ed; 0: any */
	bool batch, interactive; /* types; neither: any */
	bool no_type; /* only types were asked for that Slurm does not have (container) */
};

/* Split at ','; no trimming. Error: -1, "empty value". */
int crane_list_parse(const char *text, struct crane_strings *list, struct crane_error *err);

/*
 * State names in any case: pending, running, suspended (p, r, s) and all. Several names mean any of
 * them.
 * Out:   *states, 0 for all. Error: -1, "unsupported state: X" for the state of an ended job, else
 *        "unknown state: x".
 */
int crane_states_parse(const char *text, unsigned *states, struct crane_error *err);

/*
 * Type names in any case: batch, interactive, container (b, i, c). Error: -1, "unknown job type:
 * X".
 */
int crane_types_parse(const char *text, struct crane_job_filter *filter, struct crane_error *err);

/*
 * "cn[01-03],x5"; blanks count for nothing. Error: -1, "Invalid node pattern: X."; *why_brackets is
 * then a line to print before it, or NULL.
 */
int crane_nodes_parse(const char *text, struct crane_strings *nodes, const char **why_brackets,
		      struct crane_error *err);

bool crane_job_filter_is_empty(const struct crane_job_filter *filter);
bool crane_job_filter_matches(const struct crane_job_filter *filter, const struct crane_job *job);
void crane_job_filter_clear(struct crane_job_filter *filter);

/*
 * The one user that the filter allows, so that slurmctld can do the filtering. Returns false when
 * it allows several, or a name that this machine does not know.
 */
bool crane_job_filter_one_user(const struct crane_job_filter *filter, uint32_t *uid);

#endif /* WRAPPERS_VIEW_JOBFILTER_H */
