/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a job may run: Crane's -w is a set of candidates that leaves the node count alone, Slurm's
 * is a set of nodes that the job gets (spec/cli-submit.md section 3.5). Choosing among the
 * candidates is left to Slurm.
 */
#ifndef WRAPPERS_SUBMISSION_JOBPLACE_H
#define WRAPPERS_SUBMISSION_JOBPLACE_H

#include "wrappers/submission/jobrequest.h"
#include "wrappers/slurm/api.h"

enum crane_place {
	CRANE_PLACED,
	CRANE_PLACE_TOO_FEW, /* unknown names, or fewer usable candidates than nodes wanted */
	CRANE_PLACE_FAILED,  /* slurmctld did not tell the node names: *why says more */
};

/*
 * Append --nodelist or --exclude for a request that crane_job_check() has passed. Asks slurmctld
 * only when there are more candidates than nodes wanted.
 */
enum crane_place crane_job_place(const struct crane_job_request *job, struct crane_strings *argv,
				 struct crane_slurm_error *why);

#endif /* WRAPPERS_SUBMISSION_JOBPLACE_H */
