/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables (doc/reference/queries.md#tables).
 */
#include "config.h"

#include "unit.h"

#include <locale.h>

#include "wrappers/output/table.h"

static const struct cell_row {
	const char *text;
	bool whole;
	const char *cell;
} cells[] = {
	{ "", false, "" },
	{ "123456789012345678901234567890", false, "123456789012345678901234567890" },
	{ "1234567890123456789012345678901", false, "123456789012345678901234567890..." },
	{ "1234567890123456789012345678901", true, "1234567890123456789012345678901" },
	/* The 30th byte is the first of a character of two. */
	{ "12345678901234567890123456789\xc3\xa9x", false, "12345678901234567890123456789..." },
	{ "1234567890123456789012345678\xc3\xa9x", false,
	  "1234567890123456789012345678\xc3\xa9..." },
	{ "a\tb\nc\033d", false, "a?b?c?d" },
};

static char *printed(const struct crane_table *table)
{
	char *text = NULL;
	size_t len;
	FILE *to = open_memstream(&text, &len);

	assert_non_null(to);
	crane_table_print(to, table);
	fclose(to);
	return text;
}

/* Fills a table of two columns with a header and two rows, prints it, and compares. */
static void assert_prints(struct crane_table *table, const char *wanted)
{
	static const char *const texts[] = { "5", "train", "1234", "b" };
	char *text;

	table->n_columns = 2;
	crane_strings_addf(&table->header, "ID");
	crane_strings_addf(&table->header, "NAME");
	for (size_t i = 0; i < 4; i++)
		crane_table_cell(table, texts[i]);
	text = printed(table);
	assert_string_equal(text, wanted);
	free(text);
	crane_table_clear(table);
}

static void cell_is_cut_after_30_bytes(void **state)
{
	const struct cell_row *row = *state;
	struct crane_table table = { .n_columns = 1, .whole = row->whole };

	crane_table_cell(&table, row->text);
	assert_int_equal(table.cells.n, 1);
	assert_string_equal(table.cells.item[0], row->cell);
	crane_table_clear(&table);
}

static void table_pads_each_cell_and_adds_a_blank(void **state)
{
	struct crane_table table = { 0 };

	(void)state;
	assert_prints(&table, "ID   NAME  \n5    train \n1234 b     \n");
}

static void table_without_header_takes_widths_from_its_cells(void **state)
{
	struct crane_table table = { .no_header = true };

	(void)state;
	assert_prints(&table, "5    train \n1234 b     \n");
}

static void tight_table_adds_no_blank(void **state)
{
	struct crane_table table = { .tight = true };

	(void)state;
	assert_prints(&table, "ID  NAME \n5   train\n1234b    \n");
}

static void fixed_width_pads_and_cuts_on_the_side_it_says(void **state)
{
	static const struct crane_column columns[] = { { true, 3, true }, { true, 6, false } };
	struct crane_table table = { .columns = columns };

	(void)state;
	assert_prints(&table, " ID NAME   \n  5 train  \n123 b      \n");
}

static void fixed_width_of_nothing_leaves_the_blank(void **state)
{
	static const struct crane_column columns[] = { { true, 0, false }, { 0 } };
	struct crane_table table = { .columns = columns };

	(void)state;
	assert_prints(&table, " NAME  \n train \n b     \n");
}

static void table_of_no_rows_prints_its_header(void **state)
{
	struct crane_table table = { .n_columns = 1 };
	char *text;

	(void)state;
	crane_strings_addf(&table.header, "ID");
	text = printed(&table);
	assert_string_equal(text, "ID \n");
	free(text);
	crane_table_clear(&table);
}

static void width_is_counted_in_columns_of_the_screen(void **state)
{
	static const struct crane_column columns[] = { { true, 3, false } };
	struct crane_table table = { .n_columns = 1, .no_header = true };
	char *text;

	(void)state;
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		skip();
	crane_table_cell(&table, "\xe4\xbd\x9c\xe4\xb8\x9a"); /* two characters, two columns each */
	crane_table_cell(&table, "caf\xc3\xa9!");
	crane_table_cell(&table, "x");
	text = printed(&table);
	assert_string_equal(text, "\xe4\xbd\x9c\xe4\xb8\x9a  \ncaf\xc3\xa9! \nx     \n");
	free(text);
	/* Half of a wide character does not fit. */
	table.columns = columns;
	text = printed(&table);
	assert_string_equal(text, "\xe4\xbd\x9c  \ncaf \nx   \n");
	free(text);
	setlocale(LC_CTYPE, "C");
	crane_table_clear(&table);
}

int main(void)
{
	static struct unit_list list;

	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++)
		unit_add(&list, cell_is_cut_after_30_bytes, &cells[i], "%s cell '%s'",
			 cells[i].whole ? "a whole" : "a", cells[i].text);
	unit_add(&list, table_pads_each_cell_and_adds_a_blank, NULL,
		 "a table pads each cell and adds a blank");
	unit_add(&list, table_without_header_takes_widths_from_its_cells, NULL,
		 "a table without header takes its widths from its cells");
	unit_add(&list, tight_table_adds_no_blank, NULL, "a tight table adds no blank");
	unit_add(&list, fixed_width_pads_and_cuts_on_the_side_it_says, NULL,
		 "a fixed width pads and cuts on the side it says");
	unit_add(&list, fixed_width_of_nothing_leaves_the_blank, NULL,
		 "a fixed width of nothing leaves the blank");
	unit_add(&list, table_of_no_rows_prints_its_header, NULL,
		 "a table of no rows prints its header");
	unit_add(&list, width_is_counted_in_columns_of_the_screen, NULL,
		 "a width is counted in columns of the screen");
	return unit_run("table", &list);
}
