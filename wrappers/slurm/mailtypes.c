/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The events of a job that Slurm sends mail for.
 */
#include "config.h"

#include "wrappers/slurm/mailtypes.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "wrappers/base/memory.h"
#include "wrappers/base/strings.h"

static const struct {
	const char *crane, *slurm; /* [slurm] is NULL if Slurm lacks the word */
	unsigned mail;
} words[] = {
	{ "BEGIN", "BEGIN", CRANE_MAIL_BEGIN },
	{ "END", "END", CRANE_MAIL_END },
	{ "FAIL", "FAIL", CRANE_MAIL_FAIL },
	{ "TIMELIMIT", "TIME_LIMIT", CRANE_MAIL_TIMELIMIT },
	{ "NONE", NULL, 0 },
	{ "OOM", NULL, CRANE_MAIL_FAIL },
	/* Slurm's own ALL has still other events. */
	{ "ALL", NULL, CRANE_MAIL_BEGIN | CRANE_MAIL_END | CRANE_MAIL_FAIL | CRANE_MAIL_TIMELIMIT },
};

#define N_WORDS (sizeof(words) / sizeof(*words))

/* Returns the index of the word of [len] bytes, or N_WORDS. */
static size_t find_word(const char *word, size_t len)
{
	size_t i = 0;

	while (i < N_WORDS &&
	       (strlen(words[i].crane) != len || memcmp(words[i].crane, word, len) != 0))
		i++;
	return i;
}

bool crane_mail_types_read(const char *list, unsigned *mail, bool *coarse)
{
	unsigned types = 0, exact = 0;

	for (;;) {
		size_t end = strcspn(list, ","), len = end, i;
		const char *word = list;

		for (; len > 0 && isspace((unsigned char)*word); len--)
			word++;
		while (len > 0 && isspace((unsigned char)word[len - 1]))
			len--;
		i = find_word(word, len);
		if (i == N_WORDS)
			return false;
		types |= words[i].mail;
		if (strcmp(words[i].crane, "OOM") != 0)
			exact |= words[i].mail;
		if (list[end] == '\0')
			break;
		list += end + 1;
	}
	*mail = types;
	if (coarse)
		*coarse = exact != types;
	return true;
}

static char *print_words(unsigned mail, bool slurm)
{
	struct crane_strings list = { 0 };
	char *text;

	for (size_t i = 0; i < N_WORDS && words[i].slurm; i++) {
		if (mail & words[i].mail)
			crane_strings_addf(&list, "%s", slurm ? words[i].slurm : words[i].crane);
	}
	text = crane_strings_join(&list, ",");
	crane_strings_clear(&list);
	return text;
}

char *crane_mail_types_slurm(const char *list, bool *coarse)
{
	unsigned mail;

	if (!crane_mail_types_read(list, &mail, coarse))
		return NULL;
	return mail ? print_words(mail, true) : crane_xstrdup("NONE");
}

char *crane_mail_types_text(unsigned mail)
{
	return print_words(mail, false);
}
