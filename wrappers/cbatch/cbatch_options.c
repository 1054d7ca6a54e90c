/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The option table of cbatch.
 */
#include "config.h"

#include "wrappers/cbatch/cbatch_options.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "wrappers/cbatch/arrayspec.h"
#include "wrappers/options/timepoint.h"
#include "wrappers/base/strings.h"

#define FIELD(name) offsetof(struct crane_cbatch_request, name)
#define NONE CRANE_OPT_NO_FIELD

static int set_begin(void *request, const struct crane_opt_given *given, struct crane_error *err)
{
	struct crane_cbatch_request *me = request;
	struct crane_error why;

	if (crane_timepoint_parse(given->text, me->now, &me->begin_time, &why) != 0)
		return crane_job_refuse_value(&me->job, given, why.text, err);
	return 0;
}

static int set_array(void *request, const struct crane_opt_given *given, struct crane_error *err)
{
	struct crane_cbatch_request *me = request;
	struct crane_error why;

	free(me->array);
	me->array = crane_array_spec(given->text, &why);
	if (me->array)
		return 0;
	if (given->line)
		return crane_job_refuse_value(&me->job, given, why.text, err);
	crane_error_set(err, CRANE_E_VALUE, 0, "%s", why.text);
	return CRANE_OPT_BARE;
}

static int set_repeat(void *request, const struct crane_opt_given *given, struct crane_error *err)
{
	(void)request;
	if (given->number > 0)
		return 0;
	crane_error_set(err, CRANE_E_VALUE, 0, "--repeat should be greater than 0");
	return CRANE_OPT_BARE;
}

static int set_open_mode(void *request, const struct crane_opt_given *given,
			 struct crane_error *err)
{
	(void)request;
	if (strcmp(given->text, "append") == 0 || strcmp(given->text, "truncate") == 0)
		return 0;
	return crane_error_set(err, CRANE_E_VALUE, 0,
			       "--open-mode must be either 'append' or 'truncate'");
}

static int set_requeue(void *request, const struct crane_opt_given *given, struct crane_error *err)
{
	struct crane_cbatch_request *me = request;

	(void)err;
	if (given->flag)
		me->requeue = given->opt->name[0] == 'n' ? CRANE_REQUEUE_NO : CRANE_REQUEUE_YES;
	return 0;
}

/* Stores the option. cbatch.c refuses it after all options, since the text depends on --pod. */
static int note_pod(void *request, const struct crane_opt_given *given, struct crane_error *err)
{
	struct crane_cbatch_request *me = request;
	bool asked = given->opt->kind != CRANE_OPT_BOOL || given->flag;

	(void)err;
	*(strcmp(given->opt->name, "pod") == 0 ? &me->pod : &me->pod_related) |= asked;
	return 0;
}

static int add_plain(void *request, const struct crane_opt_given *given, struct crane_error *err)
{
	struct crane_cbatch_request *me = request;

	(void)err;
	crane_strings_addf(&me->plain, "--%s=%s", given->opt->name, given->text);
	return 0;
}

/* Directives that CraneSched drops with a notice and Slurm honours. */
#define PLAIN(letter, name)                                                                        \
	CRANE_OPT(letter, name, "string", STRING, PASS, NONE, add_plain, CRANE_OPT_ONLY_IN_SCRIPT, \
		  "")

#define POD(name, value, kind)                                                                     \
	CRANE_OPT(0, name, value, kind, REFUSE, NONE, note_pod, 0, "refused, as --pod is")

static const struct crane_opt rows[] = {
	CRANE_OPT_COMMON("cbatch", CRANE_JOB_FIELD(config)),
	/* In directives the letter of the QoS is Q as well. */
	CRANE_OPT('Q', "qos", "string", STRING, PASS, CRANE_JOB_FIELD(qos), NULL,
		  CRANE_OPT_ONLY_IN_SCRIPT, ""),
	CRANE_OPT_DOC('b', "begin", "string", STRING, MAP, FIELD(begin), set_begin, 0,
		      "earliest start: now+1h, 16:30, 2030-01-20T12:34, noon, friday", "--begin",
		      "a number after now+ needs its unit"),
	CRANE_OPT(0, "repeat", "uint32", UINT, LOCAL, FIELD(repeat), set_repeat,
		  CRANE_OPT_GROUP(CRANE_GROUP_REPEAT), "submit this many times"),
	CRANE_OPT_DOC('a', "array", "string", STRING, MAP, NONE, set_array,
		      CRANE_OPT_EMPTY_COUNTS | CRANE_OPT_GROUP(CRANE_GROUP_REPEAT),
		      "array of tasks: start[-end[:stride]][%limit]", "--array",
		      "one range; Slurm's MaxArraySize bounds its indices"),
	CRANE_OPT(0, "wrap", "string", STRING, LOCAL, FIELD(wrap), NULL, CRANE_OPT_NOT_IN_SCRIPT,
		  "run this shell text instead of a script"),
	CRANE_OPT_DOC(0, "interpreter", "string", STRING, MAP, FIELD(interpreter), NULL, 0,
		      "command that runs the script, instead of its #! line",
		      "the script's first line",
		      "env -S splits the words, not a shell; "
		      "Slurm then does not know the job's command"),
	CRANE_OPT_DOC('i', "input", "string", STRING, MAP, FIELD(input), NULL, 0,
		      "file for standard input", "--input", NULL),
	CRANE_OPT_DOC('o', "output", "string", STRING, MAP, FIELD(output), NULL, 0,
		      "file for standard output; %j is the job id", "--output",
		      "Crane-%j.out if not given; the patterns are Crane's"),
	CRANE_OPT_DOC('e', "error", "string", STRING, MAP, FIELD(error), NULL, 0,
		      "file for standard error, if not that of standard output", "--error",
		      "the patterns are Crane's"),
	CRANE_OPT(0, "open-mode", "string", STRING, PASS, FIELD(open_mode), set_open_mode, 0,
		  "open output files to append or to truncate"),
	CRANE_OPT(0, "requeue", NULL, BOOL, PASS, NONE, set_requeue,
		  CRANE_OPT_GROUP(CRANE_GROUP_REQUEUE), "requeue the job after a failure"),
	CRANE_OPT(0, "no-requeue", NULL, BOOL, PASS, NONE, set_requeue,
		  CRANE_OPT_GROUP(CRANE_GROUP_REQUEUE), "never requeue the job"),
	CRANE_OPT_DOC(0, "json", NULL, BOOL, LOCAL, FIELD(json), NULL,
		      CRANE_OPT_NOT_IN_SCRIPT | CRANE_OPT_GROUP(CRANE_GROUP_ANSWER),
		      "answer as JSON", NULL, "reason holds slurmctld's words when it refuses"),
	CRANE_OPT_DOC(0, "parsable", NULL, BOOL, LOCAL, FIELD(parsable), NULL,
		      CRANE_OPT_GROUP(CRANE_GROUP_ANSWER),
		      "answer with the id alone; with --repeat one a line", NULL,
		      "no name of a cluster follows the id"),
	CRANE_OPT(0, "dry-run", NULL, BOOL, LOCAL, FIELD(dry_run), NULL, CRANE_OPT_NOT_IN_SCRIPT,
		  "print the command line of sbatch, submit nothing"),
	CRANE_OPT(0, "pod", NULL, BOOL, REFUSE, NONE, note_pod, 0, CRANE_CBATCH_POD_HELP),
	POD("pod-name", "string", STRING),
	POD("pod-port", "strings", STRING),
	POD("pod-user", "string", STRING),
	POD("pod-userns", NULL, BOOL),
	POD("pod-host-network", NULL, BOOL),
	POD("pod-dns", "strings", STRING),
	PLAIN(0, "cores-per-socket"),
	PLAIN(0, "cpu-freq"),
	PLAIN('m', "distribution"),
	PLAIN(0, "ntasks-per-socket"),
	PLAIN(0, "priority"),
	PLAIN(0, "sockets-per-node"),
	PLAIN(0, "threads-per-core"),
	CRANE_OPT('W', "wait", NULL, BOOL, PASS, FIELD(wait), NULL, CRANE_OPT_ONLY_IN_SCRIPT, ""),
	CRANE_OPT_THEN(crane_job_rows),
};

const struct crane_command crane_cbatch_command = {
	.use = "cbatch [flags] [file [argument...]]",
	.about = "Submit a batch job",
	.rows = rows,
	.stop_at_word = 2, /* the first argument of the script */
	.max_words = CRANE_ANY_WORDS,
};

void crane_cbatch_clear(struct crane_cbatch_request *request)
{
	crane_job_clear(&request->job);
	crane_strings_clear(&request->plain);
	free(request->array);
	request->array = NULL;
}
