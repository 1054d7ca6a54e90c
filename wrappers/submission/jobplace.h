/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a job may run. CraneSched's --nodelist is a set of candidates and does not change the
 * number of nodes; Slurm's is a set of nodes that the job gets. Slurm chooses among the candidates.
 */
#ifndef WRAPPERS_SUBMISSION_JOBPLACE_H
#define WRAPPERS_SUBMISSION_JOBPLACE_H

#include "wrappers/slurm/api.h"
#include "wrappers/submission/jobrequest.h"

enum crane_place {
	CRANE_PLACED,
	CRANE_PLACE_TOO_FEW, /* a name is unknown, or too few candidates may be used */
	CRANE_PLACE_FAILED,  /* slurmctld did not return the names of its nodes; *why is filled */
};

/*
 * Appends --nodelist or --exclude for a request that crane_job_check() has passed. Calls slurmctld
 * only if there are more candidates than requested nodes.
 */
enum crane_place crane_job_place(const struct crane_job_request *job, struct crane_strings *argv,
				 struct crane_slurm_error *why);

#endif /* WRAPPERS_SUBMISSION_JOBPLACE_H */
