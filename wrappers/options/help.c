/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "wrappers/options/help.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"
#include "wrappers/base/strings.h"

static int by_name(const void *a, const void *b)
{
	const struct crane_opt *const *left = a, *const *right = b;

	return strcmp((*left)->name, (*right)->name);
}

/* "  -N, --nodes uint32", without what pads it. */
static int flag_column(char *buf, size_t size, const struct crane_opt *row)
{
	const char *value = row->kind == CRANE_OPT_BOOL ? NULL : row->value;
	char letter[8] = "    ";

	if (row->letter)
		snprintf(letter, sizeof(letter), "-%c, ", row->letter);
	if (row->kind == CRANE_OPT_OPTIONAL)
		return snprintf(buf, size, "  %s--%s %s[=\"\"]", letter, row->name, row->value);
	return snprintf(buf, size, "  %s--%s%s%s", letter, row->name, value ? " " : "",
			value ? value : "");
}

/* The rows that a user may type, by name. Returns their number; *sorted is malloc'd. */
static size_t sort_rows(const struct crane_command *command, const struct crane_opt ***sorted)
{
	size_t n = 0;

	for (const struct crane_opt *row = command->rows; row->name; row = crane_opt_next(row))
		n++;
	*sorted = crane_xcalloc(n, sizeof(**sorted));
	n = 0;
	for (const struct crane_opt *row = command->rows; row->name; row = crane_opt_next(row)) {
		if (!(row->flags & CRANE_OPT_ONLY_IN_SCRIPT))
			(*sorted)[n++] = row;
	}
	qsort(*sorted, n, sizeof(**sorted), by_name);
	return n;
}

static void print_usage(FILE *to, const struct crane_command *command)
{
	const struct crane_opt **sorted;
	size_t n = sort_rows(command, &sorted);
	int width = 0;
	char column[160];

	for (size_t i = 0; i < n; i++) {
		int len = flag_column(column, sizeof(column), sorted[i]);

		width = len > width ? len : width;
	}
	crane_print_to(to, "Usage:\n  %s\n\nFlags:\n", command->use);
	for (size_t i = 0; i < n; i++) {
		flag_column(column, sizeof(column), sorted[i]);
		crane_print_to(to, "%-*s   %s\n", width, column, sorted[i]->help);
	}
	free(sorted);
}

void crane_options_help(FILE *to, const struct crane_command *command)
{
	crane_print_to(to, "%s\n\n", command->about);
	print_usage(to, command);
}

void crane_options_version(FILE *to)
{
	crane_print_to(to,
		       "CraneSched " PACKAGE_VERSION " (" PACKAGE_NAME ")\nSource Time: Unknown\n");
}

enum crane_exit crane_usage_error(const struct crane_command *command, enum crane_exit status,
				  const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = crane_xvasprintf(fmt, ap);
	va_end(ap);
	crane_say("Error: %s", text);
	crane_usage_hint(command);
	free(text);
	return status;
}

void crane_usage_hint(const struct crane_command *command)
{
	crane_say("Try '%.*s --help'.", (int)strcspn(command->use, " "), command->use);
}

static const char *const kind_names[] = { "bool", "uint", "float", "string", "optional" };
static const char *const fate_names[] = { "pass", "map", "local", "noop", "refuse" };

void crane_options_rows(FILE *to, const struct crane_command *command)
{
	const struct crane_opt **sorted;
	size_t n = sort_rows(command, &sorted);

	for (size_t i = 0; i < n; i++) {
		const struct crane_opt *row = sorted[i];
		const char *value = row->kind == CRANE_OPT_BOOL || !row->value ? "" : row->value;

		crane_print_to(to, "%c\t%s\t%s\t%s\t%s\t%s\t", row->letter ? row->letter : '-',
			       row->name, *value ? value : "-", kind_names[row->kind],
			       fate_names[row->fate],
			       row->flags & CRANE_OPT_NOT_IN_SCRIPT ? "not-in-script" : "-");
		if (row->slurm)
			crane_print_to(to, "%s", row->slurm);
		else
			crane_print_to(to, "%s%s", row->fate == CRANE_OPT_PASS ? "--" : "-",
				       row->fate == CRANE_OPT_PASS ? row->name : "");
		crane_print_to(to, "\t%s\t%s\n", row->differs ? row->differs : "-", row->help);
	}
	free(sorted);
}
