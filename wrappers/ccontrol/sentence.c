/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sentences of ccontrol.
 */
#include "config.h"

#include "wrappers/ccontrol/sentence.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "src/quote.h"
#include "wrappers/base/memory.h"

enum { HAS_ENTITY = 1, HAS_ID = 2, HAS_PAIRS = 4 };

static const struct {
	const char *name;
	unsigned takes;
} verbs[] = {
	[CRANE_CONTROL_SHOW] = { "show", HAS_ENTITY | HAS_ID },
	[CRANE_CONTROL_UPDATE] = { "update", HAS_PAIRS },
	[CRANE_CONTROL_HOLD] = { "hold", HAS_ID | HAS_PAIRS },
	[CRANE_CONTROL_RELEASE] = { "release", HAS_ID | HAS_PAIRS },
	[CRANE_CONTROL_SUSPEND] = { "suspend", HAS_ID | HAS_PAIRS },
	[CRANE_CONTROL_RESUME] = { "resume", HAS_ID | HAS_PAIRS },
	[CRANE_CONTROL_REQUEUE] = { "requeue", HAS_ID | HAS_PAIRS },
	[CRANE_CONTROL_CREATE] = { "create", HAS_ENTITY | HAS_ID | HAS_PAIRS },
	[CRANE_CONTROL_DELETE] = { "delete", HAS_ENTITY | HAS_ID },
	[CRANE_CONTROL_RESET] = { "reset", HAS_ENTITY | HAS_ID },
};

#define N_VERBS (sizeof(verbs) / sizeof(*verbs))

/* The arguments, and how many of them were read. */
struct reader {
	char *const *words;
	size_t n, at;
};

static int unexpected(size_t column, const char *token, size_t len, struct crane_error *err)
{
	return crane_error_set(err, CRANE_E_VALUE, (unsigned)column,
			       "Error: command format is incorrect 1:%zu: unexpected token "
			       "\"" CRANE_QUOTE_FMT "\"",
			       column, CRANE_QUOTE(token, len));
}

/* Returns the column of a word in the line that the user typed; the first is 1. */
static size_t column_of(const struct reader *in, size_t at)
{
	size_t column = 1;

	for (size_t i = 0; i < at; i++)
		column += strlen(in->words[i]) + 1;
	return column;
}

static int unexpected_word(const struct reader *in, struct crane_error *err)
{
	size_t column = column_of(in, in->at);

	if (in->at >= in->n)
		return unexpected(column > 1 ? column - 1 : column, "<EOF>", 5, err);
	return unexpected(column, in->words[in->at], strlen(in->words[in->at]), err);
}

static char *unquote(const char *text)
{
	size_t len = strlen(text);

	if (len >= 2 && (text[0] == '"' || text[0] == '\'') && text[len - 1] == text[0])
		return crane_xstrndup(text + 1, len - 2);
	return crane_xstrdup(text);
}

static int read_id(struct reader *in, char **id, struct crane_error *err)
{
	const char *word, *equals;

	if (in->at >= in->n)
		return 0;
	word = in->words[in->at];
	equals = strchr(word, '=');
	/* In "hold jobid=5" the id has a key, which it must not have. */
	if (equals && word[0] != '"' && word[0] != '\'')
		return unexpected(column_of(in, in->at) + (size_t)(equals - word), "=", 1, err);
	*id = unquote(word);
	in->at++;
	return 0;
}

/* Returns the length of the key that [word] is, or begins with before a '='; 0 if there is none. */
static size_t key_length(const char *word)
{
	size_t len = 0;

	while (isalnum((unsigned char)word[len]) ||
	       (len > 0 && (word[len] == '_' || word[len] == '-')))
		len++;
	return word[len] == '\0' || word[len] == '=' ? len : 0;
}

static int read_pair(struct reader *in, struct crane_control *line, struct crane_error *err)
{
	const char *word = in->words[in->at], *value;
	size_t len = key_length(word);

	if (len == 0)
		return unexpected_word(in, err);
	in->at++;
	value = word[len] == '=' ? word + len + 1 : NULL;
	if (!value && in->at < in->n && in->words[in->at][0] == '=') {
		value = in->words[in->at++] + 1;
		if (!*value)
			value = NULL;
	}
	if (!value) {
		if (in->at >= in->n)
			return unexpected_word(in, err);
		value = in->words[in->at++];
	}
	line->pair = crane_xrealloc(line->pair, line->n_pairs + 1, sizeof(*line->pair));
	line->pair[line->n_pairs++] =
		(struct crane_control_pair){ crane_xstrndup(word, len), unquote(value) };
	return 0;
}

int crane_control_parse(char *const *words, size_t n, struct crane_control *line,
			struct crane_error *err)
{
	struct reader in = { words, n, 0 };
	size_t verb = 0;

	while (verb < N_VERBS && strcmp(words[0], verbs[verb].name) != 0)
		verb++;
	if (verb == N_VERBS)
		return unexpected_word(&in, err);
	line->verb = (enum crane_control_verb)verb;
	in.at++;
	if (verbs[verb].takes & HAS_ENTITY) {
		if (in.at >= n)
			return unexpected_word(&in, err);
		line->entity = crane_xstrdup(words[in.at++]);
	}
	if ((verbs[verb].takes & HAS_ID) && read_id(&in, &line->id, err) != 0)
		return -1;
	while ((verbs[verb].takes & HAS_PAIRS) && in.at < n) {
		if (read_pair(&in, line, err) != 0)
			return -1;
	}
	if (in.at < n)
		return unexpected_word(&in, err);
	return 0;
}

void crane_control_clear(struct crane_control *line)
{
	for (size_t i = 0; i < line->n_pairs; i++) {
		free(line->pair[i].key);
		free(line->pair[i].value);
	}
	free(line->pair);
	free(line->entity);
	free(line->id);
	memset(line, 0, sizeof(*line));
}

const char *crane_control_either(const struct crane_control *line, const char *key,
				 const char *other)
{
	const char *value = NULL;

	for (size_t i = 0; i < line->n_pairs; i++) {
		if (strcasecmp(line->pair[i].key, key) == 0 ||
		    strcasecmp(line->pair[i].key, other) == 0)
			value = line->pair[i].value;
	}
	return value;
}

const char *crane_control_value(const struct crane_control *line, const char *key)
{
	return crane_control_either(line, key, key);
}

const char *crane_control_unknown(const struct crane_control *line, const char *const *known)
{
	for (size_t i = 0; i < line->n_pairs; i++) {
		size_t k = 0;

		while (known[k] && strcasecmp(known[k], line->pair[i].key) != 0)
			k++;
		if (!known[k])
			return line->pair[i].key;
	}
	return NULL;
}
