/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * File name patterns of a job's input and output in Slurm's words.
 */
#include "config.h"

#include "wrappers/submission/outfile.h"

#include <stdlib.h>
#include <string.h>

#include "wrappers/base/memory.h"

#define NAME_MAX_BYTES 127
#define PATH_MAX_BYTES 3969

/*
 * Copies one specification "%[width]c" from *in to [out]. Returns the end of the copy. Slurm 22.05.8
 * (src/slurmd/common/fname.c) differs in a batch job: its %J and %s have no step number, where
 * Crane's step is 1. Slurm also has letters that Crane does not have and does not replace (%b).
 */
static char *copy_spec(const char **in, char *out)
{
	const char *start = *in, *p = start + 1;
	size_t width = strspn(p, "0123456789");
	char letter = p[width];
	size_t len = letter ? 1 + width + 1 : 1 + width;

	*in = start + len;
	if (letter == 's') {
		size_t n = (size_t)strtoul(p, NULL, 10);

		for (n = n > 10 ? 10 : n; n > 1; n--)
			*out++ = '0';
		*out++ = '1';
		return out;
	}
	if (letter == 'J') {
		memcpy(out, start, len - 1);
		memcpy(out + len - 1, "j.1", 3);
		return out + len + 2;
	}
	if (letter == '\0' || !strchr("%AajNntux", letter))
		*out++ = '%'; /* "%%" stands for "%" */
	memcpy(out, start, len);
	return out + len;
}

char *crane_outfile_for_batch(const char *what, const char *path, struct crane_error *err)
{
	const char *slash = strrchr(path, '/');
	char *text, *out;

	if (strlen(slash ? slash + 1 : path) > NAME_MAX_BYTES) {
		crane_error_set(err, CRANE_E_VALUE, 0,
				"invalid %s file path: file name length exceeds %d characters",
				what, NAME_MAX_BYTES);
		return NULL;
	}
	if (strlen(path) > PATH_MAX_BYTES) {
		crane_error_set(err, CRANE_E_VALUE, 0,
				"invalid %s file path: file path length exceeds %d characters",
				what, PATH_MAX_BYTES);
		return NULL;
	}
	/*
	 * A specification of two bytes grows to at most twelve ("%9s"); two bytes may come before
	 * the name.
	 */
	text = out = crane_xcalloc(strlen(path) + 1, 12);
	/* To Slurm a number means a task, and "none" means no file. */
	if (path[strspn(path, "0123456789")] == '\0' || strcasecmp(path, "none") == 0)
		out = stpcpy(out, "./");
	/*
	 * A backslash switches patterns off, in CraneSched and in Slurm, which removes the
	 * backslashes.
	 */
	if (strchr(path, '\\')) {
		strcpy(out, path);
		return text;
	}
	while (*path) {
		if (*path == '%')
			out = copy_spec(&path, out);
		else
			*out++ = *path++;
	}
	*out = '\0';
	return text;
}
