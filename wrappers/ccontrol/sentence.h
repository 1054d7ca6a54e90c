/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sentences of ccontrol: VERB [ENTITY] [ID] [KEY=VALUE...]
 * (doc/reference/control.md#sentences-of-ccontrol).
 */
#ifndef WRAPPERS_CCONTROL_SENTENCE_H
#define WRAPPERS_CCONTROL_SENTENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "src/error.h"

enum crane_control_verb {
	CRANE_CONTROL_SHOW,
	CRANE_CONTROL_UPDATE,
	CRANE_CONTROL_HOLD,
	CRANE_CONTROL_RELEASE,
	CRANE_CONTROL_SUSPEND,
	CRANE_CONTROL_RESUME,
	CRANE_CONTROL_REQUEUE,
	CRANE_CONTROL_CREATE,
	CRANE_CONTROL_DELETE,
	CRANE_CONTROL_RESET,
};

struct crane_control_pair {
	char *key; /* as typed */
	char *value;
};

/* The command line: its flags, and the sentence. */
struct crane_control {
	bool json, force, dot, all;
	const char *config; /* NULL is the usual slurm.conf */
	enum crane_control_verb verb;
	char *entity; /* NULL if the verb takes none */
	char *id;     /* NULL if there is none */
	struct crane_control_pair *pair;
	size_t n_pairs;
};

/*
 * Reads a sentence from [words], the arguments without flags; n > 0. An argument is never split at
 * blanks. "key=value" may come as one argument, as "key value", "key = value" or "key =value";
 * "key=" is an empty value. One pair of quotes around an id or a value is taken off, so that
 * scripts with quotes for CraneSched's own parser ('comment="a/b"') mean the same here.
 * Out:    verb, entity, id and pairs of *line; released with crane_control_clear(), also on
 *         failure.
 * Errors: -1 with `Error: command format is incorrect 1:<column>: unexpected token "<t>"`.
 */
int crane_control_parse(char *const *words, size_t n, struct crane_control *line,
			struct crane_error *err);
void crane_control_clear(struct crane_control *line);

/* Returns the last value of a key, in any case; NULL if the sentence lacks the key. */
const char *crane_control_value(const struct crane_control *line, const char *key);

/* The same for a key that has two names. */
const char *crane_control_either(const struct crane_control *line, const char *key,
				 const char *other);

/* Returns the first key that is not in [known], which ends with NULL; NULL if all are. */
const char *crane_control_unknown(const struct crane_control *line, const char *const *known);

#endif /* WRAPPERS_CCONTROL_SENTENCE_H */
