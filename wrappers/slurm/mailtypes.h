/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The events of a job that Slurm sends mail for, in the words of CraneSched and of Slurm.
 */
#ifndef WRAPPERS_SLURM_MAILTYPES_H
#define WRAPPERS_SLURM_MAILTYPES_H

#include <stdbool.h>

enum { CRANE_MAIL_BEGIN = 1, CRANE_MAIL_END = 2, CRANE_MAIL_FAIL = 4, CRANE_MAIL_TIMELIMIT = 8 };

/*
 * Reads a list of CraneSched's words, in capitals: NONE, BEGIN, END, FAIL, TIMELIMIT, OOM, ALL;
 * blanks around a word are skipped. Returns true, or false if a word is unknown.
 * Out: *mail, CRANE_MAIL_* or-ed; *coarse, true if OOM adds FAIL, since Slurm has no event for out
 * of memory alone; may be NULL.
 */
bool crane_mail_types_read(const char *list, unsigned *mail, bool *coarse);

/*
 * Returns the same list in Slurm's words, "NONE" if it is empty, or NULL if a word is unknown;
 * malloc'd.
 */
char *crane_mail_types_slurm(const char *list, bool *coarse);

/* Returns [mail] in CraneSched's words, "BEGIN,END", or ""; malloc'd. */
char *crane_mail_types_text(unsigned mail);

#endif /* WRAPPERS_SLURM_MAILTYPES_H */
