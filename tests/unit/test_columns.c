/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The grammar of cqueue's --format (doc/reference/queries.md#formats).
 */
#include "config.h"

#include "unit.h"

#include "wrappers/cqueue/columns.h"

/*
 * [read]: the columns, each in brackets: the header of a field or 'literal', then its width if it
 * has one, then '>' if it pads on the left.
 */
static const struct format_row {
	const char *text;
	bool of_steps;
	const char *read;
} formats[] = {
	{ "%j", false, "[JOBID]" },
	{ "%5j", false, "[JOBID 5]" },
	{ "%.5j", false, "[JOBID 5 >]" },
	{ "%.j", false, "[JOBID >]" },
	{ "%0j", false, "[JOBID 0]" },
	{ "%4294967295j", false, "[JOBID 4294967295]" },
	{ "%j %.7t", false, "[JOBID][' '][STATE 7 >]" },
	{ "%j%t", false, "[JOBID][STATE]" },
	{ "id: %j, %u!", false, "['id: '][JOBID][', '][USER]['!']" },
	{ "%%j", false, "['%'][JOBID]" },
	{ "%j%", false, "[JOBID]['%']" },
	{ "%j%5", false, "[JOBID]['%5']" },
	{ "%p %P", false, "[PRIORITY][' '][PARTITION]" },
	{ "%JobID", false, "[JOBID]" },
	{ "%10NODELIST", false, "[NODELIST(REASON) 10]" },
	{ "%deadline", false, "[DEADLINE]" },
	{ "%i", true, "[STEPID]" },
	{ "%.9i%10n", true, "[STEPID 9]['%10n']" },
	{ "%i %.n", true, "[STEPID][' %.n']" },
	{ "%i %.5NODENUM", true, "[STEPID][' '][NODENUM 5]" },
};

static const struct refused_row {
	const char *value;
	bool of_steps;
	const char *text; /* of steps: the first line */
} refused[] = {
	{ "", false, "invalid format specifier" },
	{ "%", false, "invalid format specifier" },
	{ "job", false, "invalid format specifier" },
	{ "%5", false, "invalid format specifier" },
	{ "%i", false, "invalid format specifier: i" },
	{ "%StepId", false, "invalid format specifier: StepId" },
	{ "%D", false, "invalid format specifier: D" },
	{ "%d", false, "invalid format specifier: d" },
	{ "%J", false, "invalid format specifier: J" },
	{ "%jx", false, "invalid format specifier: jx" },
	{ "a%jb", false, "invalid format specifier: jb" },
	{ "%j %reqcpupernode", false, "invalid format specifier: reqcpupernode" },
	{ "%4294967296j", false, "invalid width specifier" },
	{ "%5000000000j", false, "invalid width specifier" },
	{ "%99999999999999999999999j", false, "invalid width specifier" },
	{ "steps", true, "Invalid format specifier." },
	{ "%10n", true, "Invalid format specifier." },
	{ "%.n", true, "Invalid format specifier." },
	{ "%", true, "Invalid format specifier." },
	{ "%.5000000000i", true, "Invalid width specifier." },
	{ "%i %p", true,
	  "Invalid format specifier or string for step: p, string unfold case insensitive, "
	  "reference:" },
	{ "%i %held", true,
	  "Invalid format specifier or string for step: held, string unfold case insensitive, "
	  "reference:" },
};

static void format_is_read(void **state)
{
	const struct format_row *row = *state;
	struct crane_format columns = { 0 };
	char text[200] = "", *message = NULL;
	size_t n = 0;

	assert_int_equal(crane_format_parse(row->text, crane_cqueue_fields(row->of_steps), &columns,
					    &message),
			 0);
	for (size_t i = 0; i < columns.n; i++) {
		const struct crane_format_column *column = &columns.column[i];
		char *header = crane_format_header(column), width[24] = "";
		const char *quote = column->field ? "" : "'";

		if (column->size.fixed)
			snprintf(width, sizeof(width), " %zu", column->size.width);
		n += (size_t)snprintf(text + n, sizeof(text) - n, "[%s%s%s%s%s]", quote, header,
				      quote, width, column->size.right ? " >" : "");
		free(header);
	}
	assert_string_equal(text, row->read);
	crane_format_clear(&columns);
}

static void format_is_refused(void **state)
{
	const struct refused_row *row = *state;
	struct crane_format columns = { 0 };
	char *message = NULL;
	size_t len = strlen(row->text);

	assert_int_equal(crane_format_parse(row->value, crane_cqueue_fields(row->of_steps),
					    &columns, &message),
			 -1);
	assert_non_null(message);
	if (row->of_steps && message[len] == '\n')
		message[len] = '\0';
	assert_string_equal(message, row->text);
	free(message);
	crane_format_clear(&columns);
}

static void refusal_for_steps_lists_their_fields(void **state)
{
	struct crane_format columns = { 0 };
	char *message = NULL;

	(void)state;
	assert_int_equal(crane_format_parse("%p", crane_cqueue_fields(true), &columns, &message),
			 -1);
	assert_non_null(strstr(message, "reference:\ni/StepId, j/JobId, n/Name, "));
	assert_null(strstr(message, " Time"));
	free(message);
	crane_format_clear(&columns);
}

int main(void)
{
	static struct unit_list list;

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		unit_add(&list, format_is_read, &formats[i], "format '%s' of %s is read",
			 formats[i].text, formats[i].of_steps ? "steps" : "jobs");
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		unit_add(&list, format_is_refused, &refused[i], "format '%s' of %s is refused",
			 refused[i].value, refused[i].of_steps ? "steps" : "jobs");
	unit_add(&list, refusal_for_steps_lists_their_fields, NULL,
		 "a refusal for steps lists the fields of steps");
	return unit_run("columns", &list);
}
