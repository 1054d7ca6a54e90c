/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables without lines, as the query commands print them (doc/reference/queries.md#tables).
 */
#ifndef WRAPPERS_OUTPUT_TABLE_H
#define WRAPPERS_OUTPUT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "wrappers/base/memory.h"

/*
 * A column with a width of its own: shorter cells are padded, longer ones cut, both in columns of
 * the screen.
 */
struct crane_column {
	bool fixed; /* else as wide as its widest cell */
	size_t width;
	bool right; /* pad on the left */
};

struct crane_table {
	size_t n_columns; /* set by the user of the table, before the first cell */
	const struct crane_column *columns; /* n_columns; NULL: none has a width of its own */
	bool whole;                         /* long cells are not cut at 30 bytes */
	bool no_header;                     /* then widths come from the cells alone */
	bool tight;                         /* no blank after each cell */
	struct crane_strings header;        /* n_columns cells */
	struct crane_strings cells;         /* row by row */
};

/*
 * Append a cell, cut to 30 bytes and "..." when longer; never inside a character. Control
 * characters become '?'.
 */
void crane_table_cell(struct crane_table *table, const char *text);

/*
 * Print: every cell is padded to its column's width on the screen and followed by one blank, the
 * last one too. Widths follow LC_CTYPE.
 */
void crane_table_print(FILE *to, const struct crane_table *table);
void crane_table_clear(struct crane_table *table);

#endif /* WRAPPERS_OUTPUT_TABLE_H */
