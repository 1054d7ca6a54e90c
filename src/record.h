/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The record of a job, which is stored in its admin_comment: the expression, and which edges have
 * fired (doc/decisions.md#the-gate-is-a-begin-time). This file defines the form; the plugin decides
 * when it is written.
 *
 * Form, version 1, one line, no blank:
 *   [crane:1;k=TOKEN;m=MAKER;b=BEGIN;d=EXPRESSION;e=EVENTS]
 *   TOKEN       1..32 of [0-9a-f]; identifies the job of a submission
 *   MAKER       sbatch, salloc, srun or unknown: the command that made the job
 *   BEGIN       the user's own begin time, seconds since 1970; 0: none
 *   EXPRESSION  crane_dep_print()
 *   EVENTS      one per edge, in order: '.' pending, '!' never, '@SECONDS' fired at that time
 * All text before and after it belongs to the site and is kept unchanged.
 *
 * The note of a job that has no gate, because Slurm keeps its dependency (doc/decisions.md#d10-what-slurm-keeps-exactly):
 *   [crane-native:1;k=TOKEN;m=MAKER;d=EXPRESSION]
 * The note has its own mark, so that older plugins and commands, which know only the record, treat
 * the job as one of Slurm's.
 */
#ifndef SRC_RECORD_H
#define SRC_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/dependency.h"
#include "src/error.h"

/* The beginning of a record. */
#define CRANE_RECORD_MARK "[crane:"
/* The beginning of a note. */
#define CRANE_NOTE_MARK "[crane-native:"
#define CRANE_RECORD_VERSION 1
#define CRANE_RECORD_TOKEN_MAX 32

enum crane_maker { CRANE_MAKER_UNKNOWN, CRANE_MAKER_SBATCH, CRANE_MAKER_SALLOC, CRANE_MAKER_SRUN };

struct crane_record {
	char token[CRANE_RECORD_TOKEN_MAX + 1];
	enum crane_maker maker;
	int64_t begin_time;    /* seconds since 1970; 0: none */
	struct crane_dep *dep; /* owned */
	int64_t *events;       /* owned; dep->n_edges of them */
	bool is_note;          /* a note: it is printed without begin time and events */
};

enum crane_record_found {
	CRANE_RECORD_NONE,  /* no record in the text */
	CRANE_RECORD_OK,    /* a valid record was found */
	CRANE_RECORD_NEWER, /* a record of a newer version: do not change it */
	CRANE_RECORD_BAD,   /* a malformed record: err says why */
};

/*
 * Makes a record for [dep], which it owns on success; all events are pending. Returns NULL if out
 * of memory or if the token is malformed; the caller then still owns dep.
 */
struct crane_record *crane_record_new(const char *token, enum crane_maker maker, int64_t begin_time,
				      struct crane_dep *dep);
void crane_record_free(struct crane_record *rec); /* rec may be NULL */

/*
 * Finds the record in [comment] (NULL is an empty text). Of several the first valid one counts,
 * else the first newer one, else the first malformed one.
 * Out: *rec (crane_record_free) only with CRANE_RECORD_OK and rec not NULL; *start and *len (may be
 *      NULL) are its place, except for CRANE_RECORD_NONE. A malformed record ends at its ']',
 *      before the next "[crane:" or at the end of the text.
 */
enum crane_record_found crane_record_find(const char *comment, struct crane_record **rec,
					  size_t *start, size_t *len, struct crane_error *err);

/*
 * Finds the first valid note in [comment], which may be NULL. An invalid note is the site's text.
 * Returns the note, which the caller frees with crane_record_free(): is_note is set and all events
 * are pending. Returns NULL if there is no note, or if out of memory. A job with a record and a
 * note has a gate: look for the record first.
 */
struct crane_record *crane_record_find_note(const char *comment);

/* Returns the text of the record or note. malloc'd; NULL if out of memory. */
char *crane_record_print(const struct crane_record *rec);

/*
 * Returns a copy of [comment] in which [record_text] replaces all records and notes: at the place
 * of the first, else at the end after one blank. If record_text is NULL, they are removed, with one
 * blank before them. malloc'd; "" for an empty text; NULL if out of memory.
 */
char *crane_record_merge(const char *comment, const char *record_text);

const char *crane_maker_name(enum crane_maker maker);
/*
 * Returns the maker that the first word of a submit line ("/usr/bin/sbatch -N 2 x.sh") names by its
 * base name; CRANE_MAKER_UNKNOWN for NULL.
 */
enum crane_maker crane_maker_from_line(const char *submit_line);

#endif /* SRC_RECORD_H */
