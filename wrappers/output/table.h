/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables without lines, as the query commands print them (doc/reference/queries.md#tables).
 */
#ifndef WRAPPERS_OUTPUT_TABLE_H
#define WRAPPERS_OUTPUT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "wrappers/base/strings.h"

/*
 * A column may have a width of its own, in columns of the screen: shorter cells are padded, longer
 * cells are cut.
 */
struct crane_column {
	bool fixed; /* false: as wide as its widest cell */
	size_t width;
	bool right; /* pad on the left */
};

struct crane_table {
	size_t n_columns;                   /* set before the first cell */
	const struct crane_column *columns; /* n_columns of them; NULL if no column has a width */
	bool whole;                         /* long cells are not cut at 30 bytes */
	bool no_header;                     /* widths then come from the cells alone */
	bool tight;                         /* no blank after a cell */
	struct crane_strings header;        /* n_columns cells */
	struct crane_strings cells;         /* row by row */
};

/*
 * Appends a cell. What is not printable becomes '?' (src/printable.h); a text of more than 30 bytes
 * is then cut there, never inside a character, and gets "...".
 */
void crane_table_cell(struct crane_table *table, const char *text);

/*
 * Prints the table: each cell is padded to the width of its column and followed by one blank, also
 * the last one. LC_CTYPE determines the width of characters.
 */
void crane_table_print(FILE *to, const struct crane_table *table);
void crane_table_clear(struct crane_table *table);

#endif /* WRAPPERS_OUTPUT_TABLE_H */
