/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables without lines, as the query commands print them.
 */
#include "config.h"

#include "wrappers/output/table.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "src/printable.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"
#include "wrappers/base/strings.h"

#define CELL_MAX_BYTES 30

void crane_table_cell(struct crane_table *table, const char *text)
{
	char *cell = crane_printable_line(crane_xstrdup(text));
	size_t len = CELL_MAX_BYTES;

	if (!table->whole && strlen(cell) > len) {
		char *whole = cell;

		while (len > 0 && ((unsigned char)whole[len] & 0xc0) == 0x80)
			len--;
		cell = crane_xasprintf("%.*s...", (int)len, whole);
		free(whole);
	}
	crane_strings_take(&table->cells, cell);
}

/*
 * The bytes and the columns on the screen of the character at [s]; a byte that is no character
 * counts as one column.
 */
static size_t next_character(const char *s, size_t *columns)
{
	mbstate_t state = { 0 };
	wchar_t c;
	size_t n;
	int width;

	*columns = 1;
	if ((unsigned char)*s < 0x80)
		return 1;
	n = mbrtowc(&c, s, MB_CUR_MAX, &state);
	if (n == (size_t)-1 || n == (size_t)-2 || n == 0)
		return 1;
	width = wcwidth(c);
	*columns = width > 0 ? (size_t)width : 0;
	return n;
}

/*
 * Returns how many columns of the screen [s] takes, up to [room]. Out: *fitting, the bytes that
 * fit.
 */
static size_t measure(const char *s, size_t room, size_t *fitting)
{
	size_t width = 0, columns, i = 0;

	while (s[i]) {
		size_t n = next_character(s + i, &columns);

		if (width + columns > room)
			break;
		width += columns;
		i += n;
	}
	*fitting = i;
	return width;
}

static size_t display_width(const char *s)
{
	size_t bytes;

	return measure(s, SIZE_MAX - 2, &bytes);
}

static void print_cell(FILE *to, const char *cell, size_t room, bool right)
{
	size_t bytes, width = measure(cell, room, &bytes);

	if (right)
		for (size_t pad = width; pad < room; pad++)
			crane_print_bytes(to, " ", 1);
	crane_print_bytes(to, cell, bytes);
	if (!right)
		for (size_t pad = width; pad < room; pad++)
			crane_print_bytes(to, " ", 1);
}

static void print_row(FILE *to, const struct crane_table *table, char *const *cells,
		      const size_t *widths)
{
	for (size_t i = 0; i < table->n_columns; i++) {
		print_cell(to, cells[i], widths[i], table->columns && table->columns[i].right);
		if (!table->tight)
			crane_print_bytes(to, " ", 1);
	}
	crane_print_bytes(to, "\n", 1);
}

void crane_table_print(FILE *to, const struct crane_table *table)
{
	size_t n = table->n_columns;
	size_t *widths = crane_xcalloc(n, sizeof(*widths));

	if (n == 0)
		goto out;
	for (size_t i = 0; i < n && !table->no_header; i++)
		widths[i] = display_width(table->header.item[i]);
	for (size_t i = 0; i < table->cells.n; i++) {
		size_t width = display_width(table->cells.item[i]);

		if (width > widths[i % n])
			widths[i % n] = width;
	}
	for (size_t i = 0; i < n && table->columns; i++) {
		if (table->columns[i].fixed)
			widths[i] = table->columns[i].width;
	}
	if (!table->no_header)
		print_row(to, table, table->header.item, widths);
	for (size_t i = 0; i + n <= table->cells.n; i += n)
		print_row(to, table, table->cells.item + i, widths);
out:
	free(widths);
}

void crane_table_clear(struct crane_table *table)
{
	crane_strings_clear(&table->header);
	crane_strings_clear(&table->cells);
}
