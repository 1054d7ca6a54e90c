/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fields of cqueue: what each letter and long name of --format shows of a job or of a step.
 * cqueue.c chooses the rows.
 */
#ifndef WRAPPERS_CQUEUE_COLUMNS_H
#define WRAPPERS_CQUEUE_COLUMNS_H

#include <stdbool.h>
#include <time.h>

#include "wrappers/view/jobrows.h"
#include "wrappers/view/jobstate.h"
#include "wrappers/view/steprows.h"
#include "wrappers/output/format.h"

/* A row to show: a job, or a step. */
struct crane_cqueue_item {
	const struct crane_row *job;            /* NULL: a step */
	const struct crane_step_row *step;      /* NULL: a job */
	struct crane_job_dependency dependency; /* of a job */
	time_t now;
};

/* What --format can name, of jobs or of steps. */
const struct crane_fields *crane_cqueue_fields(bool of_steps);

/* One cell of one row; malloc'd. */
char *crane_cqueue_cell(const struct crane_format_column *column,
			const struct crane_cqueue_item *item);

#endif /* WRAPPERS_CQUEUE_COLUMNS_H */
