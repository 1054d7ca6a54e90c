/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The option engine: the rows of one table per command give the parser and --help
 * (doc/reference/options.md#flag-syntax). The rows' setters and the command know what an option
 * means.
 *
 * Why no getopt_long: Crane's flags follow pflag, which takes "-N=2" as 2, never abbreviates, lets
 * an option's value begin with '-', and has texts of its own for each refusal. getopt_long differs
 * in all four.
 */
#ifndef WRAPPERS_OPTIONS_OPTIONS_H
#define WRAPPERS_OPTIONS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "src/error.h"
#include "src/exitstatus.h"

enum crane_opt_kind {
	CRANE_OPT_BOOL,     /* no value, or attached: --x=false; the field is a bool */
	CRANE_OPT_UINT,     /* struct crane_opt_uint */
	CRANE_OPT_FLOAT,    /* struct crane_opt_float */
	CRANE_OPT_STRING,   /* const char *, NULL: not given */
	CRANE_OPT_OPTIONAL, /* as a string, but --x alone is allowed and means "" */
};

/* How an option is treated on Slurm (doc/decisions.md#a-fate-for-every-option). */
enum crane_opt_fate {
	CRANE_OPT_PASS,  /* passed to Slurm unchanged */
	CRANE_OPT_MAP,   /* translated into other options of Slurm */
	CRANE_OPT_LOCAL, /* done by the command itself */
	CRANE_OPT_NOOP,  /* accepted without effect */
	/*
	 * Refused; the help line names an alternative. If the row has a setter, it only stores the
	 * option, and the command refuses it when all options are read.
	 */
	CRANE_OPT_REFUSE,
};

enum {
	CRANE_OPT_NOT_IN_SCRIPT = 1,  /* not allowed in directives */
	CRANE_OPT_ONLY_IN_SCRIPT = 2, /* a second name, only for directives; not in --help */
	CRANE_OPT_EMPTY_COUNTS = 4,   /* an empty value on the command line is a value */
	CRANE_OPT_GROUPS = 0x700,     /* only one option of a group may stand on a command line */
};
#define CRANE_OPT_GROUP(n) ((unsigned)(n) << 8) /* 1 to 7 */

#define CRANE_OPT_NO_FIELD SIZE_MAX

struct crane_opt_uint {
	bool given;
	uint32_t value;
};

struct crane_opt_float {
	bool given;
	double value;
};

struct crane_opt;

/* One occurrence of an option. */
struct crane_opt_given {
	const struct crane_opt *opt;
	char *spelled; /* "-N" or "--nodes", as the user wrote it */
	char *text;    /* its value as written; "true" for a bare boolean */
	unsigned line; /* of the script; 0: command line */
	bool slurm;    /* on an #SBATCH line, with Slurm's meaning */
	bool flag;     /* the value read, by kind */
	uint32_t number;
	double real;
};

/*
 * Called after the value was stored in the row's field. Returns 0, or -1 with the message in
 * err->text, to which the command adds its prefix, or CRANE_OPT_BARE for a message without the
 * prefix.
 */
#define CRANE_OPT_BARE (-2)
typedef int crane_opt_setter(void *request, const struct crane_opt_given *given,
			     struct crane_error *err);

struct crane_opt {
	char letter;       /* 0: the option has no letter */
	const char *name;  /* NULL ends the table; see more */
	const char *value; /* its placeholder in --help; NULL for a boolean */
	enum crane_opt_kind kind;
	enum crane_opt_fate fate;
	size_t field;          /* offset in the request, or CRANE_OPT_NO_FIELD */
	crane_opt_setter *set; /* NULL: storing is all */
	unsigned flags;
	const char *help;
	/* Only for the documents. */
	const char *slurm;   /* what Slurm gets; NULL: with fate PASS the same option */
	const char *differs; /* the difference for users on Slurm; NULL: none */
	/* Only in the last row: the table with more rows; NULL: there are no more. */
	const struct crane_opt *more;
};

/* One row. Rows may stand in any order; --help sorts them. */
#define CRANE_OPT(letter, name, value, kind, fate, field, set, flags, help)                        \
	CRANE_OPT_DOC(letter, name, value, kind, fate, field, set, flags, help, NULL, NULL)
/* With the texts for doc/compatibility.md. */
/* clang-format off */
#define CRANE_OPT_DOC(letter, name, value, kind, fate, field, set, flags, help, slurm, differs)    \
	{ letter, name, value, CRANE_OPT_##kind, CRANE_OPT_##fate, field, set, flags, help, slurm, \
	  differs, NULL }
/* The last row of a table: of all rows, or of those before the rows of [table]. */
#define CRANE_OPT_THEN(table)                                                                      \
	{ 0, NULL, NULL, CRANE_OPT_BOOL, CRANE_OPT_NOOP, 0, NULL, 0, NULL, NULL, NULL, table }
#define CRANE_OPT_END CRANE_OPT_THEN(NULL)
/* clang-format on */

/* Rows that every command has. [config] is the offset of a const char *. */
#define CRANE_OPT_COMMON(name, config)                                                             \
	CRANE_OPT_DOC('C', "config", "string", STRING, LOCAL, config, NULL,                        \
		      CRANE_OPT_NOT_IN_SCRIPT, "slurm.conf of the cluster to use", "SLURM_CONF",   \
		      "names a slurm.conf, not a file of Crane's"),                                \
		CRANE_OPT('h', "help", NULL, BOOL, LOCAL, CRANE_OPT_NO_FIELD, NULL,                \
			  CRANE_OPT_NOT_IN_SCRIPT, "help for " name),                              \
		CRANE_OPT('v', "version", NULL, BOOL, LOCAL, CRANE_OPT_NO_FIELD, NULL,             \
			  CRANE_OPT_NOT_IN_SCRIPT, "version for " name)

/*
 * Returns the row after [row], the ending one if there are no more: for loops while row->name is
 * set.
 */
const struct crane_opt *crane_opt_next(const struct crane_opt *row);

struct crane_command {
	const char *use;   /* "cbatch [flags] file" */
	const char *about; /* one line */
	const struct crane_opt *rows;
	/* This word, counted from 1, ends the options; 0: they may follow any word. */
	size_t stop_at_word;
	size_t max_words; /* crane_options_start() refuses more */
};

#define CRANE_ANY_WORDS SIZE_MAX /* the command counts them itself */

/* What was read from a command line or a directive. */
struct crane_parsed {
	struct crane_opt_given *given;
	size_t n_given;
	char **words; /* the rest, in order; borrowed from argv */
	size_t n_words;
};

/*
 * Reads argv[0..argc-1], which has no program name. [line] is the line of the script they come
 * from, 0 for a command line.
 * Out:   *out, which the caller clears with crane_parsed_clear(), also on failure.
 * Error: -1 with the flag library's text; for a script line the texts of
 *        doc/reference/options.md#scripts with the line.
 */
int crane_options_parse(const struct crane_command *command, int argc, char **argv, unsigned line,
			struct crane_parsed *out, struct crane_error *err);
void crane_parsed_clear(struct crane_parsed *parsed);

/*
 * Returns true if the option of that name was given and its value counts: the last value of a
 * boolean is true, or the value of another option is not empty (CRANE_OPT_EMPTY_COUNTS: or is).
 */
bool crane_parsed_has(const struct crane_parsed *parsed, const char *name);

enum crane_applied {
	CRANE_APPLIED,
	CRANE_APPLY_BAD_VALUE,   /* the command adds its prefix to err->text */
	CRANE_APPLY_UNSUPPORTED, /* err->text has no prefix; the status is also CRANE_EXIT_ARG */
};

/*
 * Stores and checks every occurrence in order; stops at the first refusal. The texts stay owned by
 * [parsed].
 */
enum crane_applied crane_options_apply(const struct crane_parsed *parsed, void *request,
				       struct crane_error *err);

#endif /* WRAPPERS_OPTIONS_OPTIONS_H */
