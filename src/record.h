/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The record of a job that travels in its admin_comment: what was asked for, and what has fired so far
 * (doc/decisions.md#the-gate-is-a-begin-time). This file knows the form; the plugin decides who writes it and when.
 *
 * Form, version 1, one line, no blank:
 *   [crane:1;k=TOKEN;m=MAKER;b=BEGIN;d=EXPRESSION;e=EVENTS]
 *   TOKEN       1..32 of [0-9a-f]; ties a submission to the job that came of it
 *   MAKER       sbatch, salloc, srun or unknown: what made the job
 *   BEGIN       the user's own begin time, seconds since 1970; 0: none
 *   EXPRESSION  crane_dep_print()
 *   EVENTS      one per edge, in order: '.' pending, '!' never, '@SECONDS' fired at that moment
 * Whatever stands before and after it belongs to the site and is kept to the byte.
 *
 * The note of a job that has no gate, because Slurm keeps its dependency (doc/decisions.md#d10-what-slurm-keeps-exactly):
 *   [crane-native:1;k=TOKEN;m=MAKER;d=EXPRESSION]
 * It has a mark of its own, so that plugins and commands of older versions, which know only the record, do not read it
 * and take the job for one of Slurm's.
 */
#ifndef SRC_RECORD_H
#define SRC_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/dependency.h"
#include "src/error.h"

/* A record begins so. */
#define CRANE_RECORD_MARK "[crane:"
/* A note begins so. */
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
	bool is_note;          /* printed as a note: begin time and events are not part of it */
};

enum crane_record_found {
	CRANE_RECORD_NONE,  /* no record in the text */
	CRANE_RECORD_OK,    /* found and understood */
	CRANE_RECORD_NEWER, /* a record of a version above ours: leave it alone */
	CRANE_RECORD_BAD,   /* a malformed record: err says why */
};

/*
 * Take a record for [dep] (ownership moves here on success), all events pending.
 * Returns NULL when out of memory, or when token is malformed; dep is then still the caller's.
 */
struct crane_record *crane_record_new(const char *token, enum crane_maker maker, int64_t begin_time,
				      struct crane_dep *dep);
void crane_record_free(struct crane_record *rec); /* NULL is fine */

/*
 * Find the first record in [comment] (NULL is an empty text). With several "[crane:" the first that is understood wins,
 * else the first that is newer, else the first bad one.
 * Out: *rec (crane_record_free) only with CRANE_RECORD_OK and rec not NULL; *start and *len (may be NULL) say where it
 *      stands, for all but CRANE_RECORD_NONE. A bad record's extent ends at its ']', before
 *      the next "[crane:" or at the end of the text.
 */
enum crane_record_found crane_record_find(const char *comment, struct crane_record **rec,
					  size_t *start, size_t *len, struct crane_error *err);

/*
 * Finds the first valid note in [comment] (NULL: none). An invalid note is the site's text. Returns
 * the note, to be freed with crane_record_free(): is_note is set and all events are pending. Returns
 * NULL if there is none, or if out of memory. A job with a record and a note has a gate: look for
 * the record first.
 */
struct crane_record *crane_record_find_note(const char *comment);

/* The text of the record, or of the note. malloc'd; NULL when out of memory. */
char *crane_record_print(const struct crane_record *rec);

/*
 * [comment] with its records and notes (all extents from either mark that crane_record_find would name, in turn) taken
 * out and [record_text] put in: at the place of the first, else at the end after one blank. record_text NULL: taken out only (and one blank
 * that joined it). malloc'd, "" rather than NULL for an empty text; NULL when out of memory.
 */
char *crane_record_merge(const char *comment, const char *record_text);

const char *crane_maker_name(enum crane_maker maker);
/* The maker by the first word of a submit line ("/usr/bin/sbatch -N 2 x.sh"): its base name. NULL is unknown. */
enum crane_maker crane_maker_from_line(const char *submit_line);

#endif /* SRC_RECORD_H */
