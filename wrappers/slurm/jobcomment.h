/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a user keeps with a job: comment, extra attributes (JSON) and mail
 * (doc/reference/options.md#attributes-and-mail). Slurm has a field for the comment and two for mail, and none for attributes; the
 * comment is the one text of a job that its owner may write. So a job with attributes carries
 *
 *     crane:{"project":"x","comment":"the user's comment"}
 *
 * there, and a job without them its comment as it is. This file is the one that packs and unpacks;
 * mail stays in Slurm's own fields, which it may be changed in.
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
 * Merge JSON objects by their top-level keys, those of [second] win; either may be NULL. Takes keys
 * "comment" and "mail" {"type","user"} out of the result.
 * Out:   *attr and the mail words (malloc'd, NULL: none). To be released also on failure.
 * Error: -1, "invalid JSON string", or that it is no object.
 */
int crane_jobattr_read(const char *first, const char *second, struct crane_jobattr *attr,
		       char **mail_type, char **mail_user, struct crane_error *err);

/* Is [text] an object in JSON? */
int crane_jobattr_check(const char *text, struct crane_error *err);

/* The text for Slurm's comment field; malloc'd; "" when there is nothing to keep. */
char *crane_jobattr_pack(const struct crane_jobattr *attr);

/* Read Slurm's comment field of a job (may be NULL). Whatever is there, *attr is filled. */
void crane_jobattr_unpack(const char *stored, struct crane_jobattr *attr);

/* The user's comment in it; malloc'd. */
char *crane_jobattr_comment(const char *stored);

/* [stored] with another comment, its attributes kept; malloc'd. */
char *crane_jobattr_set_comment(const char *stored, const char *comment);

/*
 * All of it in one JSON text as Crane has it, mail and comment inside; "": nothing. [mail_type] and
 * [mail_user] in Crane's words, "" or NULL: none. malloc'd.
 */
char *crane_jobattr_text(const struct crane_jobattr *attr, const char *mail_type,
			 const char *mail_user);

void crane_jobattr_clear(struct crane_jobattr *attr);

#endif /* WRAPPERS_SLURM_JOBCOMMENT_H */
