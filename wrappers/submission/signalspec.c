/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The value of --signal.
 */
#include "config.h"

#include "wrappers/submission/signalspec.h"

#include <ctype.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "wrappers/base/memory.h"
#include "wrappers/options/govalue.h"

#define DEFAULT_LEAD_SEC 60
#define SIGNAL_MAX 64

static const struct {
	const char *name;
	int number;
} names[] = {
	{ "ABRT", SIGABRT }, { "ALRM", SIGALRM }, { "FPE", SIGFPE },   { "HUP", SIGHUP },
	{ "ILL", SIGILL },   { "INT", SIGINT },   { "KILL", SIGKILL }, { "PIPE", SIGPIPE },
	{ "QUIT", SIGQUIT }, { "SEGV", SIGSEGV }, { "TERM", SIGTERM }, { "USR1", SIGUSR1 },
	{ "USR2", SIGUSR2 },
};

/* Returns the number of a signal, or 0 if there is no such signal. */
static int signal_number(const char *name)
{
	const char *bare = strncasecmp(name, "SIG", 3) == 0 && name[3] ? name + 3 : name;
	uint32_t number;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcasecmp(bare, names[i].name) == 0)
			return names[i].number;
	}
	if (crane_go_uint32(name, false, &number, NULL) == 0 && number <= SIGNAL_MAX)
		return (int)number;
	return 0;
}

/*
 * [item] has no blanks around it. Returns 0, -1 with err set, or 1 if the item does not have the
 * form.
 */
static int read_item(const char *item, struct crane_signal *out, struct crane_error *err)
{
	size_t len;
	char *name;

	*out = (struct crane_signal){ .lead_sec = DEFAULT_LEAD_SEC };
	if ((item[0] == 'R' || item[0] == 'B') && item[1] == ':') {
		out->flag = item[0];
		item += 2;
	}
	for (len = 0; isalnum((unsigned char)item[len]);)
		len++;
	if (len == 0 || (item[len] != '\0' && item[len] != '@'))
		return 1;
	if (item[len] == '@') {
		const char *lead = item + len + 1;

		if (*lead == '\0' || lead[strspn(lead, "0123456789")] != '\0')
			return 1;
		/* A number that is too large is longer than any time limit. */
		if (crane_go_uint32(lead, false, &out->lead_sec, NULL) != 0)
			out->lead_sec = UINT32_MAX;
	}
	name = crane_xstrndup(item, len);
	out->number = signal_number(name);
	if (out->number == 0)
		crane_error_set(err, CRANE_E_VALUE, 0, "invalid signal number: %s", name);
	free(name);
	return out->number ? 0 : -1;
}

static void add(struct crane_signals *list, const struct crane_signal *signal)
{
	for (size_t i = 0; i < list->n; i++) {
		if (list->signal[i].flag == signal->flag &&
		    list->signal[i].number == signal->number &&
		    list->signal[i].lead_sec == signal->lead_sec)
			return;
	}
	list->signal = crane_xrealloc(list->signal, list->n + 1, sizeof(*list->signal));
	list->signal[list->n++] = *signal;
}

int crane_signals_add(struct crane_signals *list, const char *text, struct crane_error *err)
{
	char *copy = crane_xstrdup(text), *item, *rest;
	int rc = 0;

	for (item = strtok_r(copy, ",", &rest); item && rc == 0;
	     item = strtok_r(NULL, ",", &rest)) {
		struct crane_signal signal;
		size_t len;

		while (isspace((unsigned char)*item))
			item++;
		for (len = strlen(item); len > 0 && isspace((unsigned char)item[len - 1]);)
			item[--len] = '\0';
		if (len == 0)
			continue;
		rc = read_item(item, &signal, err);
		if (rc == 0)
			add(list, &signal);
	}
	free(copy);
	if (rc > 0)
		return crane_error_set(err, CRANE_E_VALUE, 0, "invalid signal format: %s", text);
	return rc;
}

void crane_signals_clear(struct crane_signals *list)
{
	free(list->signal);
	memset(list, 0, sizeof(*list));
}

char *crane_signal_slurm(const struct crane_signal *signal)
{
	char flag[3] = { signal->flag, ':', '\0' };

	/* By number: Slurm lacks some of the names (22.05.8 src/common/proc_args.c). */
	return crane_xasprintf("%s%d@%u", signal->flag ? flag : "", signal->number,
			       signal->lead_sec);
}
