/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fields of cqueue: what each letter and long name of --format shows of a job or of a step, and
 * the grammar of --format (doc/reference/queries.md#formats). cqueue.c chooses the rows.
 */
#ifndef WRAPPERS_CQUEUE_COLUMNS_H
#define WRAPPERS_CQUEUE_COLUMNS_H

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "src/error.h"
#include "wrappers/view/jobrows.h"
#include "wrappers/view/jobstate.h"
#include "wrappers/view/steprows.h"
#include "wrappers/output/table.h"

/* A row to show: a job, or a step. */
struct crane_cqueue_item {
	const struct crane_row *job;            /* NULL: a step */
	const struct crane_step_row *step;      /* NULL: a job */
	struct crane_job_dependency dependency; /* of a job */
	time_t now;
};

struct crane_cqueue_field;

/* A column of the table: a field, or a literal text. */
struct crane_cqueue_column {
	const struct crane_cqueue_field *field; /* NULL: literal */
	char *literal;                          /* owned */
	struct crane_column size;
};

struct crane_cqueue_columns {
	struct crane_cqueue_column *column;
	size_t n;
};

/*
 * Print every field that --format knows, one a line, its parts separated by tabs: jobs or steps,
 * letter or '-', name. That is what "cqueue --help=fields" prints, for tests and documents.
 */
void crane_cqueue_fields(FILE *to);

/* By the long name; [name] must exist. */
void crane_cqueue_add_column(struct crane_cqueue_columns *columns, bool of_steps, const char *name);

/*
 * Read --format. Out: *columns, to be cleared also on failure.
 * Error: -1 with the whole message, several lines for an unknown field of steps.
 */
int crane_cqueue_format_parse(const char *text, bool of_steps, struct crane_cqueue_columns *columns,
			      char **message);
void crane_cqueue_columns_clear(struct crane_cqueue_columns *columns);

/* One cell of one row; malloc'd. */
char *crane_cqueue_cell(const struct crane_cqueue_column *column,
			const struct crane_cqueue_item *item);

/* The header of a column, in upper case where it is a field's; malloc'd. */
char *crane_cqueue_header(const struct crane_cqueue_column *column);

#endif /* WRAPPERS_CQUEUE_COLUMNS_H */
