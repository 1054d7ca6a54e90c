/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The texts that a user stores with a job: comment, extra attributes (JSON) and mail
 * (doc/reference/options.md#attributes-and-mail). Slurm has a field for the comment and two for
 * mail, but none for attributes; the comment is the only text of a job that its owner may write. So
 * the comment of a job with attributes is
 *
 *     crane:{"project":"x","comment":"the user's comment"}
 *
 * and that of other jobs is unchanged. Only this file packs and unpacks it. Mail stays in Slurm's
 * own fields, where it can be changed.
 */
#ifndef WRAPPERS_SLURM_JOBCOMMENT_H
#define WRAPPERS_SLURM_JOBCOMMENT_H

#include <stdbool.h>

#include "src/error.h"

/* Longer comments are refused by slurmctld (22.05.8 src/slurmctld/job_mgr.c). */
#define CRANE_JOBATTR_MAX 1024

/* Owned strings, never NULL once filled; "": none. */
struct crane_jobattr {
	char *comment;
	char *extra; /* an object as JSON text, without keys "comment" and "mail" */
};

/*
 * Merges JSON objects by their top-level keys; those of [second] win; either may be NULL. Removes
 * the keys "comment" and "mail" {"type","user"} from the result.
 * Out:   *attr and the mail words (malloc'd, NULL: none). To be released also on failure.
 * Error: -1, "invalid JSON string", or that it is no object.
 */
int crane_jobattr_read(const char *first, const char *second, struct crane_jobattr *attr,
		       char **mail_type, char **mail_user, struct crane_error *err);

/* Returns 0 if [text] is a JSON object, else -1. */
int crane_jobattr_check(const char *text, struct crane_error *err);

/* Returns the text for Slurm's comment field; malloc'd; "" if there is nothing to store. */
char *crane_jobattr_pack(const struct crane_jobattr *attr);

/* Reads Slurm's comment field of a job (may be NULL). Fills *attr for any text. */
void crane_jobattr_unpack(const char *stored, struct crane_jobattr *attr);

/* Returns the user's comment in it; malloc'd. */
char *crane_jobattr_comment(const char *stored);

/* Returns [stored] with another comment and the same attributes; malloc'd. */
char *crane_jobattr_set_comment(const char *stored, const char *comment);

/*
 * All of it in one JSON text as Crane has it, mail and comment inside; "": nothing. [mail_type] and
 * [mail_user] in Crane's words, "" or NULL: none. malloc'd.
 */
char *crane_jobattr_text(const struct crane_jobattr *attr, const char *mail_type,
			 const char *mail_user);

void crane_jobattr_clear(struct crane_jobattr *attr);

#endif /* WRAPPERS_SLURM_JOBCOMMENT_H */
