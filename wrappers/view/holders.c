/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists the running steps for the message about a waiting step. */
#include "config.h"

#include "wrappers/view/holders.h"

#include <stdlib.h>
#include <string.h>

#include "src/stepenv.h"
#include "src/stepid.h"
#include "wrappers/base/memory.h"

/* The number of steps that fit in a line. */
#define HOLDERS_MAX 4

/* GPUs of a step on each of its nodes. */
static uint32_t count_gpus(const struct crane_slurm_step *step)
{
	static const size_t prefix_len = sizeof("gres:") - 1;
	bool has_prefix = strncmp(step->gres, "gres:", prefix_len) == 0 ||
			  strncmp(step->gres, "gres/", prefix_len) == 0;

	return crane_stepenv_gpus_of_gres(step->gres + (has_prefix ? prefix_len : 0), 1);
}

static bool holds(const struct crane_slurm_step *step, uint32_t job_id, enum crane_maker maker,
		  uint32_t *number)
{
	if (step->job_id != job_id || step->state == CRANE_PENDING)
		return false;
	*number = crane_step_from_slurm(step->step_id, maker);
	if (*number == CRANE_STEP_NONE || *number == CRANE_STEP_DAEMON)
		return false;
	return *number != CRANE_STEP_PRIMARY || maker == CRANE_MAKER_SRUN;
}

char *crane_step_holders(const struct crane_slurm_steps *steps, uint32_t job_id,
			 enum crane_maker maker)
{
	char *text = NULL, *longer;
	size_t n = 0;

	for (size_t i = 0; i < steps->n; i++) {
		const struct crane_slurm_step *step = &steps->step[i];
		uint32_t number, gpus;

		if (!holds(step, job_id, maker, &number) || n++ >= HOLDERS_MAX)
			continue;
		gpus = count_gpus(step);
		longer = crane_xasprintf("%s%s%u.%u (%u CPU%s", text ? text : "", text ? ", " : "",
					 job_id, number, step->num_cpus,
					 step->num_cpus == 1 ? "" : "s");
		free(text);
		text = gpus > 0 ? crane_xasprintf("%s, %u GPU%s)", longer, gpus,
						  gpus == 1 ? "" : "s") :
				  crane_xasprintf("%s)", longer);
		free(longer);
	}
	if (n > HOLDERS_MAX) {
		longer = crane_xasprintf("%s and %zu more", text, n - HOLDERS_MAX);
		free(text);
		text = longer;
	}
	return text;
}
