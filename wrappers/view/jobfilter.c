/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The filters of jobs. */
#include "config.h"

#include "wrappers/view/jobfilter.h"

#include <ctype.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "wrappers/options/list.h"
#include "wrappers/base/strings.h"

/* -- grammars ---------------------------------------------------------------------------------- */

struct state_name {
	const char *name;
	int state;    /* ALL is any state */
	bool is_live; /* slurmctld lists jobs in it */
};

#define ALL (-1)

static const struct state_name state_names[] = {
	/* clang-format off */
	{ "pending", CRANE_PENDING, true },      { "p", CRANE_PENDING, true },
	{ "running", CRANE_RUNNING, true },      { "r", CRANE_RUNNING, true },
	{ "suspended", CRANE_SUSPENDED, true },  { "suspend", CRANE_SUSPENDED, true },
	{ "s", CRANE_SUSPENDED, true },          { "all", ALL, true },
	{ "completed", CRANE_COMPLETED, false }, { "c", CRANE_COMPLETED, false },
	{ "failed", CRANE_FAILED, false },       { "f", CRANE_FAILED, false },
	{ "tle", CRANE_EXCEED_TIME_LIMIT, false },
	{ "time-limit-exceeded", CRANE_EXCEED_TIME_LIMIT, false },
	{ "timelimitexceeded", CRANE_EXCEED_TIME_LIMIT, false },
	{ "t", CRANE_EXCEED_TIME_LIMIT, false },
	{ "canceled", CRANE_CANCELLED, false },  { "cancelled", CRANE_CANCELLED, false },
	{ "x", CRANE_CANCELLED, false },         { "oom", CRANE_OUT_OF_MEMORY, false },
	{ "out-of-memory", CRANE_OUT_OF_MEMORY, false },
	{ "outofmemory", CRANE_OUT_OF_MEMORY, false },
	{ "o", CRANE_OUT_OF_MEMORY, false },
	/* clang-format on */
};

static int read_state(const char *name, bool only_live, int *state, struct crane_error *err)
{
	for (size_t i = 0; i < sizeof(state_names) / sizeof(*state_names); i++) {
		if (strcasecmp(name, state_names[i].name) != 0)
			continue;
		*state = state_names[i].state;
		if (only_live && !state_names[i].is_live)
			return crane_error_set(err, CRANE_E_VALUE, 0, "unsupported state: %s",
					       name);
		return 0;
	}
	crane_error_set(err, CRANE_E_VALUE, 0, "unknown state: %s", name);
	for (char *p = err->text + strlen("unknown state: "); *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return -1;
}

static int read_states(const char *text, bool only_live, unsigned *states, struct crane_error *err)
{
	struct crane_strings list = { 0 };
	int rc = crane_list_parse(text, &list, err), state;
	bool all = false;

	*states = 0;
	for (size_t i = 0; rc == 0 && i < list.n; i++) {
		rc = read_state(list.item[i], only_live, &state, err);
		if (rc == 0 && state != ALL)
			*states |= 1u << state;
		all |= rc == 0 && state == ALL;
	}
	if (all)
		*states = 0;
	crane_strings_clear(&list);
	return rc;
}

int crane_states_parse(const char *text, unsigned *states, struct crane_error *err)
{
	return read_states(text, true, states, err);
}

int crane_past_states_parse(const char *text, unsigned *states, struct crane_error *err)
{
	return read_states(text, false, states, err);
}

int crane_types_parse(const char *text, struct crane_job_filter *filter, struct crane_error *err)
{
	struct crane_strings list = { 0 };
	int rc = crane_list_parse(text, &list, err);

	for (size_t i = 0; rc == 0 && i < list.n; i++) {
		const char *name = list.item[i];

		if (strcasecmp(name, "batch") == 0 || strcasecmp(name, "b") == 0)
			filter->batch = true;
		else if (strcasecmp(name, "interactive") == 0 || strcasecmp(name, "i") == 0)
			filter->interactive = true;
		else if (strcasecmp(name, "container") != 0 && strcasecmp(name, "c") != 0)
			rc = crane_error_set(err, CRANE_E_VALUE, 0, "unknown job type: %s", name);
	}
	filter->no_type = !filter->batch && !filter->interactive;
	crane_strings_clear(&list);
	return rc;
}

/* -- matching ---------------------------------------------------------------------------------- */

static bool contains(const struct crane_strings *list, const char *s, size_t len)
{
	for (size_t i = 0; i < list->n; i++) {
		if (strncmp(list->item[i], s, len) == 0 && list->item[i][len] == '\0')
			return true;
	}
	return false;
}

static bool allows(const struct crane_strings *list, const char *s)
{
	return list->n == 0 || contains(list, s, strlen(s));
}

/*
 * Returns true if [list] has one of the names in "a,b:2,c". A name ends at the first byte that is
 * in [after].
 */
static bool allows_any(const struct crane_strings *list, const char *names, const char *after)
{
	if (list->n == 0)
		return true;
	while (*names) {
		size_t len = strcspn(names, ",|"), name = strcspn(names, after);

		if (contains(list, names, name < len ? name : len))
			return true;
		names += len + (names[len] != '\0');
	}
	return false;
}

static bool allows_nodes(const struct crane_strings *list, const struct crane_job *job)
{
	struct crane_strings names = { 0 };
	bool found = false;

	if (list->n == 0)
		return true;
	if (job->state == CRANE_PENDING || !job->nodes[0])
		return false;
	crane_hostlist_expand(job->nodes, &names);
	for (size_t i = 0; i < names.n && !found; i++)
		found = contains(list, names.item[i], strlen(names.item[i]));
	crane_strings_clear(&names);
	return found;
}

bool crane_job_filter_matches(const struct crane_job_filter *filter, const struct crane_job *job)
{
	if (filter->states && !(filter->states & 1u << job->state))
		return false;
	if (filter->no_type)
		return false;
	if ((filter->batch || filter->interactive) &&
	    !(job->batch ? filter->batch : filter->interactive))
		return false;
	/* A pending job may name several partitions and licenses. */
	return allows(&filter->users, job->user_name) && allows(&filter->accounts, job->account) &&
	       allows(&filter->qos, job->qos) && allows(&filter->names, job->name) &&
	       allows_any(&filter->partitions, job->partition, ",") &&
	       allows_any(&filter->licenses, job->licenses, ",|:@") &&
	       allows_nodes(&filter->nodes, job);
}

void crane_job_filter_clear(struct crane_job_filter *filter)
{
	crane_strings_clear(&filter->accounts);
	crane_strings_clear(&filter->partitions);
	crane_strings_clear(&filter->qos);
	crane_strings_clear(&filter->users);
	crane_strings_clear(&filter->names);
	crane_strings_clear(&filter->nodes);
	crane_strings_clear(&filter->licenses);
}

bool crane_job_filter_one_user(const struct crane_job_filter *filter, uint32_t *uid)
{
	const struct passwd *pw = filter->users.n == 1 ? getpwnam(filter->users.item[0]) : NULL;

	if (!pw)
		return false;
	*uid = pw->pw_uid;
	return true;
}
