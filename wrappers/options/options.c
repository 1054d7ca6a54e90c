/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The option engine: reads a command line or a directive by the rows of a table, and applies what it
 * read to a request.
 */
#include "config.h"

#include "wrappers/options/options.h"

#include <stdlib.h>
#include <string.h>

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

/* Adds one occurrence, which takes over [spelled] and [text]. */
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

	/* In a script the value of a boolean may follow as a separate word. */
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
			words_only |= line == 0 && out->n_words == command->stop_at_word;
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
