/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The option engine: reads a command line or a directive by the rows of a table, and prints the
 * rows as --help. What an option means is left to the rows' setters and to the command.
 */
#include "config.h"

#include "wrappers/options/options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wrappers/options/govalue.h"
#include "wrappers/base/memory.h"

/* Where the reading stands. */
struct cursor {
	const struct crane_opt *rows;
	int argc;
	char **argv;
	int next; /* index in argv of the next word */
	unsigned line;
	struct crane_parsed *out;
	struct crane_error *err;
};

const struct crane_opt *crane_opt_next(const struct crane_opt *row)
{
	row++;
	return !row->name && row->more ? row->more : row;
}

static bool row_is_visible(const struct crane_opt *row, unsigned line)
{
	return !(row->flags & (line ? CRANE_OPT_NOT_IN_SCRIPT : CRANE_OPT_ONLY_IN_SCRIPT));
}

static const struct crane_opt *find_name(const struct cursor *at, const char *name, size_t len)
{
	for (const struct crane_opt *row = at->rows; row->name; row = crane_opt_next(row)) {
		if (strlen(row->name) == len && memcmp(row->name, name, len) == 0 &&
		    row_is_visible(row, at->line))
			return row;
	}
	return NULL;
}

static const struct crane_opt *find_letter(const struct cursor *at, char letter)
{
	for (const struct crane_opt *row = at->rows; row->name; row = crane_opt_next(row)) {
		if (row->letter == letter && row_is_visible(row, at->line))
			return row;
	}
	return NULL;
}

static int refuse_unknown(const struct cursor *at, const char *word, const char *shorts)
{
	const char *equal = strchr(word, '=');
	int len = equal ? (int)(equal - word) : (int)strlen(word);

	if (at->line)
		return crane_error_set(at->err, CRANE_E_VALUE, 0,
				       "unrecognized '%.*s' in script (line %u)", len, word,
				       at->line);
	if (!shorts)
		return crane_error_set(at->err, CRANE_E_VALUE, 0, "unknown flag: %.*s", len, word);
	return crane_error_set(at->err, CRANE_E_VALUE, 0, "unknown shorthand flag: '%c' in -%s",
			       *shorts, shorts);
}

static int refuse_no_value(const struct cursor *at, const char *spelled, const char *shorts)
{
	if (at->line)
		return crane_error_set(at->err, CRANE_E_VALUE, 0,
				       "flag needs an argument: '%s' in script (line %u)", spelled,
				       at->line);
	if (!shorts)
		return crane_error_set(at->err, CRANE_E_VALUE, 0, "flag needs an argument: %s",
				       spelled);
	return crane_error_set(at->err, CRANE_E_VALUE, 0, "flag needs an argument: '%c' in -%s",
			       *shorts, shorts);
}

static int read_value(struct crane_opt_given *given, struct crane_error *why)
{
	switch (given->opt->kind) {
	case CRANE_OPT_BOOL:
		return crane_go_bool(given->text, &given->flag, why);
	case CRANE_OPT_UINT:
		return crane_go_uint32(given->text, given->line == 0, &given->number, why);
	case CRANE_OPT_FLOAT:
		return crane_go_float(given->text, &given->real, why);
	case CRANE_OPT_STRING:
	case CRANE_OPT_OPTIONAL:
		break;
	}
	return 0;
}

/* Note one occurrence; [spelled] and [text] move here. */
static int add_given(struct cursor *at, const struct crane_opt *row, char *spelled, char *text)
{
	struct crane_parsed *out = at->out;
	struct crane_opt_given *given;
	struct crane_error why;
	char *quoted;

	if ((out->n_given & (out->n_given + 1)) == 0)
		out->given = crane_xrealloc(out->given, 2 * (out->n_given + 1), sizeof(*given));
	given = &out->given[out->n_given++];
	*given = (struct crane_opt_given){
		.opt = row, .spelled = spelled, .text = text, .line = at->line
	};
	if (read_value(given, &why) == 0)
		return 0;
	if (at->line)
		return crane_error_set(at->err, CRANE_E_VALUE, 0,
				       "%s value '%s' in script: %s (line %u)", spelled, text,
				       why.text, at->line);
	quoted = crane_go_quote(text);
	if (row->letter)
		crane_error_set(at->err, CRANE_E_VALUE, 0,
				"invalid argument %s for \"-%c, --%s\" flag: %s", quoted,
				row->letter, row->name, why.text);
	else
		crane_error_set(at->err, CRANE_E_VALUE, 0,
				"invalid argument %s for \"--%s\" flag: %s", quoted, row->name,
				why.text);
	free(quoted);
	return -1;
}

/*
 * The value of an option that stands alone in its word: none for some kinds, else the next word.
 * NULL: none left.
 */
static char *take_value(struct cursor *at, const struct crane_opt *row)
{
	bool value;

	/* In a script a boolean may have its value in a word of its own, where none else may be. */
	if (row->kind == CRANE_OPT_BOOL && at->line && at->next < at->argc &&
	    crane_go_bool(at->argv[at->next], &value, NULL) == 0)
		return crane_xstrdup(at->argv[at->next++]);
	if (row->kind == CRANE_OPT_BOOL)
		return crane_xstrdup("true");
	if (row->kind == CRANE_OPT_OPTIONAL)
		return crane_xstrdup("");
	if (at->next >= at->argc)
		return NULL;
	return crane_xstrdup(at->argv[at->next++]);
}

static int read_long(struct cursor *at, const char *word)
{
	const char *name = word + 2;
	size_t len = strcspn(name, "=");
	const struct crane_opt *row;
	char *spelled, *text;

	if (name[0] == '-' || name[0] == '=')
		return crane_error_set(at->err, CRANE_E_VALUE, 0, "bad flag syntax: %s", word);
	row = find_name(at, name, len);
	if (!row)
		return refuse_unknown(at, word, NULL);
	text = name[len] == '=' ? crane_xstrdup(name + len + 1) : take_value(at, row);
	if (!text)
		return refuse_no_value(at, word, NULL);
	spelled = crane_xasprintf("--%s", row->name);
	return add_given(at, row, spelled, text);
}

static int read_shorts(struct cursor *at, const char *word)
{
	for (const char *shorts = word + 1; *shorts; shorts++) {
		const struct crane_opt *row = find_letter(at, *shorts);
		char *spelled, *text;
		bool rest_used = false;

		if (!row)
			return refuse_unknown(at, word, shorts);
		spelled = crane_xasprintf("-%c", *shorts);
		if (shorts[1] == '=' && shorts[2] != '\0') {
			text = crane_xstrdup(shorts + 2);
			rest_used = true;
		} else if (row->kind == CRANE_OPT_BOOL || row->kind == CRANE_OPT_OPTIONAL ||
			   shorts[1] == '\0') {
			text = take_value(at, row);
		} else {
			text = crane_xstrdup(shorts + 1);
			rest_used = true;
		}
		if (!text) {
			refuse_no_value(at, spelled, shorts);
			free(spelled);
			return -1;
		}
		if (add_given(at, row, spelled, text) != 0)
			return -1;
		if (rest_used)
			break;
	}
	return 0;
}

int crane_options_parse(const struct crane_command *command, int argc, char **argv, unsigned line,
			struct crane_parsed *out, struct crane_error *err)
{
	struct cursor at = { .rows = command->rows,
			     .argc = argc,
			     .argv = argv,
			     .line = line,
			     .out = out,
			     .err = err };
	bool words_only = false;

	memset(out, 0, sizeof(*out));
	out->words = crane_xcalloc((size_t)argc + 1, sizeof(*out->words));
	while (at.next < argc) {
		char *word = argv[at.next++];

		if (words_only || word[0] != '-' || word[1] == '\0') {
			out->words[out->n_words++] = word;
			words_only |= command->stop_at_word && line == 0;
		} else if (strcmp(word, "--") == 0) {
			words_only = true;
		} else if ((word[1] == '-' ? read_long(&at, word) : read_shorts(&at, word)) != 0) {
			return -1;
		}
	}
	return 0;
}

void crane_parsed_clear(struct crane_parsed *parsed)
{
	for (size_t i = 0; i < parsed->n_given; i++) {
		free(parsed->given[i].spelled);
		free(parsed->given[i].text);
	}
	free(parsed->given);
	free(parsed->words);
	memset(parsed, 0, sizeof(*parsed));
}

static bool is_empty(const struct crane_opt_given *given)
{
	return given->opt->kind == CRANE_OPT_STRING && given->text[0] == '\0' &&
	       !(given->opt->flags & CRANE_OPT_EMPTY_COUNTS);
}

bool crane_parsed_has(const struct crane_parsed *parsed, const char *name)
{
	bool has = false;

	for (size_t i = 0; i < parsed->n_given; i++) {
		const struct crane_opt_given *given = &parsed->given[i];

		if (strcmp(given->opt->name, name) != 0)
			continue;
		if (given->opt->kind == CRANE_OPT_BOOL)
			has = given->flag;
		else
			has |= !is_empty(given);
	}
	return has;
}

static void store_value(void *request, const struct crane_opt_given *given)
{
	void *field = (char *)request + given->opt->field;

	switch (given->opt->kind) {
	case CRANE_OPT_BOOL:
		*(bool *)field = given->flag;
		break;
	case CRANE_OPT_UINT:
		*(struct crane_opt_uint *)field = (struct crane_opt_uint){ true, given->number };
		break;
	case CRANE_OPT_FLOAT:
		*(struct crane_opt_float *)field = (struct crane_opt_float){ true, given->real };
		break;
	case CRANE_OPT_STRING:
	case CRANE_OPT_OPTIONAL:
		*(const char **)field = given->text;
		break;
	}
}

enum crane_applied crane_options_apply(const struct crane_parsed *parsed, void *request,
				       struct crane_error *err)
{
	for (size_t i = 0; i < parsed->n_given; i++) {
		const struct crane_opt_given *given = &parsed->given[i];
		const struct crane_opt *row = given->opt;
		char where[32] = "";
		bool empty;
		int rc;

		if (given->line)
			snprintf(where, sizeof(where), " (line %u)", given->line);
		/*
		 * An empty string on the command line counts as not given. One in a script goes to
		 * the setter, which may refuse it.
		 */
		empty = is_empty(given);
		if (empty && !given->line)
			continue;
		if (row->fate == CRANE_OPT_REFUSE && row->kind == CRANE_OPT_BOOL && !given->flag)
			continue;
		if (row->fate == CRANE_OPT_REFUSE && !row->set) {
			crane_error_set(err, CRANE_E_VALUE, 0, "--%s: %s%s", row->name, row->help,
					where);
			return CRANE_APPLY_UNSUPPORTED;
		}
		if (row->field != CRANE_OPT_NO_FIELD && !empty)
			store_value(request, given);
		rc = row->set ? row->set(request, given, err) : 0;
		if (rc != 0)
			return rc == CRANE_OPT_BARE ? CRANE_APPLY_UNSUPPORTED :
						      CRANE_APPLY_BAD_VALUE;
	}
	return CRANE_APPLIED;
}

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

void crane_options_usage(FILE *to, const struct crane_command *command)
{
	const struct crane_opt **sorted;
	size_t n = sort_rows(command, &sorted);
	int width = 0;
	char column[160];

	for (size_t i = 0; i < n; i++) {
		int len = flag_column(column, sizeof(column), sorted[i]);

		width = len > width ? len : width;
	}
	fprintf(to, "Usage:\n  %s\n\nFlags:\n", command->use);
	for (size_t i = 0; i < n; i++) {
		flag_column(column, sizeof(column), sorted[i]);
		fprintf(to, "%-*s   %s\n", width, column, sorted[i]->help);
	}
	free(sorted);
}

void crane_options_help(FILE *to, const struct crane_command *command)
{
	fprintf(to, "%s\n\n", command->about);
	crane_options_usage(to, command);
}

void crane_options_version(FILE *to)
{
	fputs("CraneSched " PACKAGE_VERSION " (" PACKAGE_NAME ")\nSource Time: Unknown\n", to);
}

enum crane_exit crane_usage_error(const struct crane_command *command, enum crane_exit status,
				  const char *fmt, ...)
{
	va_list ap;
	char *text = NULL;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	fprintf(stderr, "Error: %s\n", text ? crane_scrub(text) : "out of memory");
	crane_options_usage(stderr, command);
	fputc('\n', stderr);
	free(text);
	return status;
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

		fprintf(to, "%c\t%s\t%s\t%s\t%s\t%s\t", row->letter ? row->letter : '-', row->name,
			*value ? value : "-", kind_names[row->kind], fate_names[row->fate],
			row->flags & CRANE_OPT_NOT_IN_SCRIPT ? "not-in-script" : "-");
		if (row->slurm)
			fprintf(to, "%s", row->slurm);
		else
			fprintf(to, "%s%s", row->fate == CRANE_OPT_PASS ? "--" : "-",
				row->fate == CRANE_OPT_PASS ? row->name : "");
		fprintf(to, "\t%s\t%s\n", row->differs ? row->differs : "-", row->help);
	}
	free(sorted);
}

/* "[mem mem-per-cpu]": the names joined by blanks. malloc'd. */
static char *bracketed(const char *const *names, size_t n)
{
	char *text = crane_xstrdup("[");

	for (size_t i = 0; i < n; i++) {
		char *longer = crane_xasprintf("%s%s%s", text, i ? " " : "", names[i]);

		free(text);
		text = longer;
	}
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

/* Of the rows of one group: all names, and those that were given. */
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
	all_text = bracketed(all, n_all);
	given_text = bracketed(given, n_given);
	crane_error_set(err, CRANE_E_VALUE, 0,
			"if any flags in the group %s] are set none of the others can be; %s] were "
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
		*status = crane_usage_error(command, CRANE_EXIT_GENERIC,
					    "accepts %s%zu arg(s), received %zu",
					    command->max_words ? "at most " : "",
					    command->max_words, out->n_words);
		return false;
	}
	return true;
}

bool crane_config_is_missing(const char *path)
{
	char *text;

	if (!path || access(path, R_OK) == 0)
		return false;
	text = crane_xasprintf("Failed to read config file %s: %s", path, strerror(errno));
	fprintf(stderr, "%s\n", crane_scrub(text));
	free(text);
	return true;
}
