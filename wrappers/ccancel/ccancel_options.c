/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "wrappers/ccancel/ccancel_options.h"

#include <stdlib.h>
#include <string.h>

#include "src/stepid.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"
#include "wrappers/base/strings.h"
#include "wrappers/view/nodepattern.h"
#include "wrappers/options/help.h"

#define NAME_MAX_BYTES 60

#define FIELD(name) offsetof(struct ccancel_request, name)

static int add_nodes(void *request, const struct crane_opt_given *given, struct crane_error *err)
{
	struct ccancel_request *me = request;

	if (!given->text[0])
		return 0;
	return crane_nodes_parse(given->text, &me->filter.nodes, err);
}

static const struct crane_opt rows[] = {
	CRANE_OPT_COMMON("ccancel", FIELD(config)),
	CRANE_OPT('A', "account", "string", STRING, LOCAL, FIELD(account), NULL, 0,
		  "cancel jobs of this account"),
	CRANE_OPT(0, "json", NULL, BOOL, LOCAL, FIELD(json), NULL, 0, "print JSON"),
	CRANE_OPT('n', "name", "string", STRING, LOCAL, FIELD(name), NULL, 0,
		  "cancel jobs of this name"),
	CRANE_OPT('w', "nodes", "strings", STRING, LOCAL, CRANE_OPT_NO_FIELD, add_nodes, 0,
		  "cancel jobs that run on any of these nodes"),
	CRANE_OPT('p', "partition", "string", STRING, LOCAL, FIELD(partition), NULL, 0,
		  "cancel jobs of this partition"),
	CRANE_OPT('t', "state", "string", STRING, LOCAL, FIELD(state), NULL, 0,
		  "cancel jobs in these states: pending, running, suspended, all"),
	CRANE_OPT('u', "user", "string", STRING, LOCAL, FIELD(user), NULL, 0,
		  "cancel jobs of this user"),
	CRANE_OPT_END
};

const struct crane_command ccancel_command = {
	.use = "ccancel [flags] [job_id[_task_id][.step_id][,...]]...",
	.about = "Cancel pending or running jobs, or steps of running ones",
	.rows = rows,
	.max_words = CRANE_ANY_WORDS,
};

enum crane_exit ccancel_refuse(const char *text)
{
	return crane_usage_error(&ccancel_command, CRANE_EXIT_ARG, "%s", text);
}

/*
 * Refuses the step that holds the job's resources. Everything else is checked when the jobs are
 * known.
 */
static enum crane_exit refuse_daemon(const struct crane_id *id)
{
	struct crane_id job = *id;
	char text[CRANE_ID_TEXT_MAX];

	job.has_step = false;
	crane_id_format(&job, text);
	return crane_usage_error(&ccancel_command, CRANE_EXIT_ARG,
				 "job id list must follow the format "
				 "<job_id>[_<array_task_id>][.<step_id>] or comma-separated list: "
				 "step 0 holds the resources of job %s and ends with it; "
				 "to end the job use ccancel %s",
				 text, text);
}

/* A job named as a whole includes its tasks and steps, so that nothing is ended twice. */
static bool is_covered(const struct ccancel_request *me, const struct crane_id *id)
{
	for (size_t i = 0; i < me->n_ids; i++) {
		struct crane_id other = me->ids[i];

		if (!other.has_step && other.job_id == id->job_id &&
		    (!other.has_task || (id->has_task && other.task_id == id->task_id)))
			return true;
		if (crane_id_is_same(&other, id))
			return true;
	}
	return false;
}

/* 0: a job, 1: a task of an array, 2: a step. */
static int rank_of(const struct crane_id *id)
{
	return id->has_step ? 2 : id->has_task ? 1 : 0;
}

static enum crane_exit read_ids(struct ccancel_request *me, const char *text)
{
	enum crane_exit status = CRANE_EXIT_OK;
	struct crane_error err;
	struct crane_id *ids;
	size_t n;

	if (crane_id_list_parse(text, CRANE_ID_STRICT | CRANE_ID_STEP_ZERO, &ids, &n, &err) != 0) {
		if (strncmp(err.text, "invalid", 7) != 0)
			return ccancel_refuse(err.text);
		return crane_usage_error(&ccancel_command, CRANE_EXIT_ARG,
					 "Invalid job list specified: %s.", err.text);
	}
	me->ids = crane_xcalloc(n, sizeof(*me->ids));
	/*
	 * Whole jobs first, so that they cover their tasks and steps anywhere in the list; else in
	 * the given order.
	 */
	for (int rank = 0; rank <= 2; rank++) {
		for (size_t i = 0; i < n; i++) {
			if (rank_of(&ids[i]) != rank)
				continue;
			if (ids[i].has_step && ids[i].step == CRANE_STEP_DAEMON) {
				status = refuse_daemon(&ids[i]);
				goto out;
			}
			if (!is_covered(me, &ids[i]))
				me->ids[me->n_ids++] = ids[i];
		}
	}
out:
	free(ids);
	return status;
}

static void add_one(struct crane_strings *list, const char *text)
{
	if (text)
		crane_strings_addf(list, "%s", text);
}

enum crane_exit ccancel_request_read(struct ccancel_request *me, const struct crane_parsed *line)
{
	struct crane_job_filter *filter = &me->filter;
	enum crane_exit status = CRANE_EXIT_OK;
	struct crane_error err;

	me->has_filter = me->name || me->partition || me->state || me->account || me->user ||
			 filter->nodes.n > 0;
	if (line->n_words == 0 && !me->has_filter)
		return ccancel_refuse("at least one condition should be given.");
	if (me->name && strlen(me->name) > NAME_MAX_BYTES)
		return ccancel_refuse("Invalid job name: name is too long (up to 60).");
	if (me->state && crane_states_parse(me->state, &filter->states, &err) != 0)
		return ccancel_refuse(err.text);
	/* A job whose nodes are being prepared counts as running. */
	if (filter->states & 1u << CRANE_RUNNING)
		filter->states |= 1u << CRANE_CONFIGURING;
	add_one(&filter->names, me->name);
	add_one(&filter->partitions, me->partition);
	add_one(&filter->accounts, me->account);
	add_one(&filter->users, me->user);
	if (line->n_words > 0) {
		/* Several words are one list. */
		char *list = crane_strings_join(
			&(struct crane_strings){ line->words, line->n_words }, ",");

		status = read_ids(me, list);
		free(list);
	}
	return status;
}

void ccancel_request_clear(struct ccancel_request *me)
{
	crane_job_filter_clear(&me->filter);
	free(me->ids);
}
