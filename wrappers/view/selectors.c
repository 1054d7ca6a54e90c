/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Matches the ids of users with the jobs of slurmctld. */
#include "config.h"

#include "wrappers/view/selectors.h"

#include "wrappers/base/memory.h"

int crane_selectors_parse(const char *text, struct crane_id **list, size_t *n,
			  struct crane_error *err)
{
	size_t n_ids, kept = 0;
	struct crane_id *ids;

	/* Step 0 is accepted, since it is shown. */
	if (crane_id_list_parse(text, CRANE_ID_STEP_ZERO, &ids, &n_ids, err) != 0)
		return -1;
	for (size_t i = 0; i < n_ids; i++) {
		bool known = false;

		for (size_t k = 0; k < kept && !known; k++)
			known = crane_id_is_same(&ids[k], &ids[i]);
		if (!known)
			ids[kept++] = ids[i];
	}
	*list = ids;
	*n = kept;
	return 0;
}

char *crane_id_job_text(const struct crane_id *id)
{
	struct crane_id job = *id;
	char text[CRANE_ID_TEXT_MAX];

	job.has_step = false;
	return crane_xstrdup(crane_id_format(&job, text));
}

struct crane_id crane_id_of_job(const struct crane_job *job)
{
	struct crane_id id = { .job_id = job->array_id ? job->array_id : job->job_id };

	if (job->array_id && job->task_id != CRANE_NO_ARRAY_TASK) {
		id.has_task = true;
		id.task_id = job->task_id;
	}
	return id;
}

bool crane_id_names_job(const struct crane_id *id, const struct crane_job *job)
{
	if (id->has_task)
		return job->array_id == id->job_id && job->task_id == id->task_id;
	return job->job_id == id->job_id || job->array_id == id->job_id;
}
