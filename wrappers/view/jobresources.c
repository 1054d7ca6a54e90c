/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The resources of a job.
 */
#include "config.h"

#include "wrappers/view/jobresources.h"

#include "wrappers/base/strings.h"

void crane_job_asked(const struct crane_job *job, struct crane_resources *res)
{
	crane_tres_read(job->tres_req, res);
	if (res->nodes == 0)
		res->nodes = job->num_nodes;
	if (res->cpus == 0)
		res->cpus = job->num_cpus;
	crane_tres_read_gres(job->gres_per_node, res->nodes, res);
}

void crane_job_got(const struct crane_job *job, struct crane_resources *res)
{
	struct crane_strings names = { 0 };

	crane_tres_read(job->tres_alloc, res);
	/* Tasks of an array may share nodes: the folded list has each node once. */
	if (job->array_id && job->nodes[0] && crane_hostlist_expand(job->nodes, &names) > 0)
		res->nodes = (unsigned)names.n;
	crane_strings_clear(&names);
	crane_tres_read_gres(job->gres_alloc, 1, res);
}

uint32_t crane_job_node_count(const struct crane_job *job)
{
	unsigned asked;

	if ((job->state == CRANE_PENDING || !job->nodes[0]) &&
	    crane_tres_nodes(job->tres_req, &asked))
		return asked;
	return job->num_nodes;
}
