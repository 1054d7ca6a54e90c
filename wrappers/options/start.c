/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "wrappers/options/start.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"
#include "wrappers/base/strings.h"
#include "wrappers/options/help.h"

/* Returns "mem mem-per-cpu"; malloc'd. */
static char *joined(const char *const *names, size_t n)
{
	struct crane_strings list = { 0 };
	char *text;

	for (size_t i = 0; i < n; i++)
		crane_strings_addf(&list, "%s", names[i]);
	text = crane_strings_join(&list, " ");
	crane_strings_clear(&list);
	return text;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_mentioned(const struct crane_parsed *parsed, const char *name)
{
	for (size_t i = 0; i < parsed->n_given; i++) {
		if (strcmp(parsed->given[i].opt->name, name) == 0)
			return true;
	}
	return false;
}

/* The names in one group of rows: all of them, and the given ones. */
static int check_group(const struct crane_command *command, const struct crane_parsed *parsed,
		       unsigned group, struct crane_error *err)
{
	const char *all[8], *given[8];
	size_t n_all = 0, n_given = 0;
	char *all_text, *given_text;

	for (const struct crane_opt *row = command->rows; row->name && n_all < 8;
	     row = crane_opt_next(row)) {
		if ((row->flags & CRANE_OPT_GROUPS) != group)
			continue;
		all[n_all++] = row->name;
		if (is_mentioned(parsed, row->name))
			given[n_given++] = row->name;
	}
	if (n_given < 2)
		return 0;
	qsort(given, n_given, sizeof(*given), by_text);
	all_text = joined(all, n_all);
	given_text = joined(given, n_given);
	crane_error_set(
		err, CRANE_E_VALUE, 0,
		"if any flags in the group [%s] are set none of the others can be; [%s] were "
		"all set",
		all_text, given_text);
	free(all_text);
	free(given_text);
	return -1;
}

static int check_groups(const struct crane_command *command, const struct crane_parsed *parsed,
			struct crane_error *err)
{
	for (unsigned n = 1; n <= 7; n++) {
		if (check_group(command, parsed, CRANE_OPT_GROUP(n), err) != 0)
			return -1;
	}
	return 0;
}

/*
 * Returns a hint for a word that may be meant as an optional value, which needs '='; "" if no such
 * option was given; malloc'd.
 */
static char *hint_at_value(const struct crane_parsed *parsed)
{
	for (size_t i = 0; i < parsed->n_given; i++) {
		const struct crane_opt_given *given = &parsed->given[i];

		if (given->opt->kind == CRANE_OPT_OPTIONAL && !*given->text)
			return crane_xasprintf("; %s takes its value after a =: %s=%s",
					       given->spelled, given->spelled, parsed->words[0]);
	}
	return crane_xstrdup("");
}

bool crane_options_start(const struct crane_command *command, int argc, char **argv,
			 struct crane_parsed *out, enum crane_exit *status)
{
	struct crane_error err;

	if (argc == 2 && strcmp(argv[1], "--help=rows") == 0) {
		memset(out, 0, sizeof(*out));
		crane_options_rows(stdout, command);
		*status = CRANE_EXIT_OK;
		return false;
	}
	if (crane_options_parse(command, argc - 1, argv + 1, 0, out, &err) != 0) {
		*status = crane_usage_error(command, CRANE_EXIT_GENERIC, "%s", err.text);
		return false;
	}
	*status = CRANE_EXIT_OK;
	if (crane_parsed_has(out, "help")) {
		crane_options_help(stdout, command);
		return false;
	}
	if (crane_parsed_has(out, "version")) {
		crane_options_version(stdout);
		return false;
	}
	if (check_groups(command, out, &err) != 0) {
		*status = crane_usage_error(command, CRANE_EXIT_GENERIC, "%s", err.text);
		return false;
	}
	if (out->n_words > command->max_words) {
		char *hint = hint_at_value(out);

		*status = crane_usage_error(command, CRANE_EXIT_GENERIC,
					    "accepts %s%zu arg(s), received %zu%s",
					    command->max_words ? "at most " : "",
					    command->max_words, out->n_words, hint);
		free(hint);
		return false;
	}
	return true;
}

bool crane_config_is_missing(const char *path)
{
	if (!path || access(path, R_OK) == 0)
		return false;
	crane_say("Failed to read config file %s: %s", path, strerror(errno));
	return true;
}
