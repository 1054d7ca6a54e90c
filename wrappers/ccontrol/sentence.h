/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sentences of ccontrol: VERB [ENTITY] [ID] [KEY=VALUE...] (spec/cli-control.md section 2.1).
 * What a verb does is left to ccontrol.c and the files of its verbs.
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

/* What was asked for, and how. */
struct crane_control {
	bool json, force, dot;
	const char *config; /* NULL: the usual slurm.conf */
	enum crane_control_verb verb;
	char *entity; /* NULL where the verb takes none */
	char *id;     /* NULL: none given */
	struct crane_control_pair *pair;
	size_t n_pairs;
};

/*
 * Read a sentence from the arguments left when the flags are taken out. An argument is never split
 * at blanks: what a shell kept together stays together. "key=value" may come as one argument, as
 * "key value", "key = value" or "key =value"; "key=" is an empty value. One pair of quotes around
 * an id or a value is taken off, so that scripts written for Crane's own lexer ('comment="a/b"')
 * mean the same.
 * Out:   verb, entity, id, pairs of *line; released with crane_control_clear(), also on failure.
 * Error: -1, `Error: command format is incorrect 1:<column>: unexpected token "<t>"`.
 */
int crane_control_parse(char *const *words, size_t n, struct crane_control *line,
			struct crane_error *err);
void crane_control_clear(struct crane_control *line);

/* The value of a key in any case, NULL when it was not given. Given twice, the last one counts. */
const char *crane_control_value(const struct crane_control *line, const char *key);

/* The first key that is none of [known], which ends with NULL; or NULL. */
const char *crane_control_unknown(const struct crane_control *line, const char *const *known);

#endif /* WRAPPERS_CCONTROL_SENTENCE_H */
