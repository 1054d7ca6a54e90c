/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The grammar of --format (doc/reference/queries.md#formats): which columns a format asks for. Each
 * command has tables of its fields, and prints their cells.
 */
#ifndef WRAPPERS_OUTPUT_FORMAT_H
#define WRAPPERS_OUTPUT_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "wrappers/output/table.h"

/*
 * What --format can name. It is the first member of each row of a command's table; the last row has
 * no name.
 */
struct crane_field {
	char letter;      /* in its own case; 0: the field has a long name only */
	const char *name; /* in lower case; with a leading blank it is internal */
	const char *header;
};

/* A table of fields, and its grammar and messages. */
struct crane_fields {
	const char *of; /* what the rows show: "jobs" */
	const void *rows;
	size_t row_size;
	/*
	 * true: only "%.10n" has a width, padded on the right. false: "%10n" is padded on the right,
	 * "%.10n" on the left.
	 */
	bool dot_before_width;
	/* Texts of refusals; [unknown] is followed by the user's name and a list of all fields. */
	const char *nothing, *unknown, *bad_width;
	bool unknown_lists_fields;
};

#define CRANE_FIELDS_ROWS(table) .rows = (table), .row_size = sizeof((table)[0])

/* A column of the table: a field, or a literal text. */
struct crane_format_column {
	const struct crane_field *field; /* NULL: literal */
	char *literal;                   /* owned */
	struct crane_column size;
};

struct crane_format {
	struct crane_format_column *column;
	size_t n;
};

/*
 * Reads the value of --format.
 * Out:    *format, to be cleared also on failure.
 * Errors: -1 with the whole message, which may have two lines; malloc'd.
 */
int crane_format_parse(const char *text, const struct crane_fields *fields,
		       struct crane_format *format, char **message);

/* Adds the field of that long name, which exists. */
void crane_format_add(struct crane_format *format, const struct crane_fields *fields,
		      const char *name);
void crane_format_clear(struct crane_format *format);

/* The header of a column, in upper case where it is a field's; malloc'd. */
char *crane_format_header(const struct crane_format_column *column);

/* Appends the headers of all columns to table->header, and their widths to [sizes], format->n of them. */
void crane_format_begin_table(const struct crane_format *format, struct crane_table *table,
			      struct crane_column *sizes);

/*
 * Prints every field that --format knows, one a line, its parts separated by tabs: of what it is,
 * letter or '-', name. "cqueue --help=fields" prints that for tests and documents.
 */
void crane_fields_print(FILE *to, const struct crane_fields *fields);

#endif /* WRAPPERS_OUTPUT_FORMAT_H */
