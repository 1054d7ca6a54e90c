/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fields of cacct: what each letter and long name of --format shows of a job, and of a step below
 * it. cacct.c chooses the rows.
 */
#ifndef WRAPPERS_CACCT_COLUMNS_H
#define WRAPPERS_CACCT_COLUMNS_H

#include <stdbool.h>
#include <time.h>

#include "wrappers/output/format.h"
#include "wrappers/view/jobrows.h"
#include "wrappers/view/jobstate.h"
#include "wrappers/view/steprows.h"

/* A row to show: a job, or a step of it. */
struct crane_cacct_item {
	const struct crane_row *job;
	const struct crane_step_row *step;      /* NULL: the job */
	struct crane_job_dependency dependency; /* of a pending job */
	time_t now;
};

/* What --format can name. */
const struct crane_fields *crane_cacct_fields(void);

/* Returns true if steps have a value of their own in a column, other than their id. */
bool crane_cacct_column_of_steps(const struct crane_format_column *column);

/* Returns true if the column shows the QoS. */
bool crane_cacct_column_of_qos(const struct crane_format_column *column);

/* One cell of one row; malloc'd. */
char *crane_cacct_cell(const struct crane_format_column *column,
		       const struct crane_cacct_item *item);

#endif /* WRAPPERS_CACCT_COLUMNS_H */
