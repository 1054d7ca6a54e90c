/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccontrol: takes the flags out of the command line and gives the sentence (sentence.h) to its
 * verb.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"
#include "wrappers/ccontrol/hold.h"
#include "wrappers/ccontrol/reservation.h"
#include "wrappers/ccontrol/sentence.h"
#include "wrappers/ccontrol/show_dependency.h"
#include "wrappers/ccontrol/show_job.h"
#include "wrappers/ccontrol/show_license.h"
#include "wrappers/ccontrol/show_node.h"
#include "wrappers/ccontrol/show_partition.h"
#include "wrappers/ccontrol/show_reservation.h"
#include "wrappers/ccontrol/show_step.h"
#include "wrappers/ccontrol/suspend.h"
#include "wrappers/ccontrol/update_job.h"
#include "wrappers/ccontrol/update_node.h"
#include "wrappers/ccontrol/update_partition.h"
#include "wrappers/ccontrol/verb.h"
#include "wrappers/options/options.h"
#include "wrappers/options/help.h"
#include "wrappers/options/start.h"

struct request {
	const char *config;
	bool json, force, dot, all;
};

static const struct crane_opt rows[] = {
	CRANE_OPT_COMMON("ccontrol", offsetof(struct request, config)),
	CRANE_OPT('J', "json", NULL, BOOL, LOCAL, offsetof(struct request, json), NULL, 0,
		  "print JSON"),
	CRANE_OPT(0, "force", NULL, BOOL, LOCAL, offsetof(struct request, force), NULL, 0,
		  "confirm delete reservation ALL"),
	CRANE_OPT(0, "all", NULL, BOOL, LOCAL, offsetof(struct request, all), NULL, 0,
		  "show step: the steps of all running jobs, as without an id"),
	CRANE_OPT(0, "dot", NULL, BOOL, LOCAL, offsetof(struct request, dot), NULL, 0,
		  "show dependency: print a graph for Graphviz"),
	CRANE_OPT_END
};

static const struct crane_command command = {
	.use = "ccontrol [flags] VERB [ENTITY] [ID] [KEY=VALUE...]",
	.about = "Display and modify the state of jobs, steps, nodes, partitions, reservations and "
		 "licenses",
	.rows = rows,
};

typedef enum crane_exit verb_function(const struct crane_control *line);

static enum crane_exit update(const struct crane_control *line)
{
	if (crane_control_either(line, "node", "nodename"))
		return crane_update_node(line);
	if (crane_control_either(line, "job", "jobid"))
		return crane_update_job(line);
	if (crane_control_either(line, "partition", "partitionname"))
		return crane_update_partition(line);
	return crane_control_fail(CRANE_EXIT_ARG, "unknown attribute to modify");
}

/*
 * The sentences in the order of --help. A sentence without a function is refused; its help line
 * says why.
 */
static const struct sentence {
	enum crane_control_verb verb;
	const char *entity; /* NULL if the verb takes none */
	verb_function *run;
	const char *form;
	const char *help;
} sentences[] = {
	{ CRANE_CONTROL_SHOW, "job", crane_show_job, "show job [IDS]",
	  "jobs that wait or run, and named jobs that have ended" },
	{ CRANE_CONTROL_SHOW, "dependency", crane_show_dependency, "show dependency [JOB]",
	  "what JOB waits for and what waits for it; without JOB, what all jobs wait for" },
	{ CRANE_CONTROL_SHOW, "step", crane_show_step, "show step [IDS|--all]",
	  "steps of running jobs" },
	{ CRANE_CONTROL_SHOW, "node", crane_show_node, "show node [NAME]", "nodes" },
	{ CRANE_CONTROL_SHOW, "partition", crane_show_partition, "show partition [NAME]",
	  "partitions" },
	{ CRANE_CONTROL_SHOW, "reservation", crane_show_reservation, "show reservation [NAME]",
	  "reservations" },
	{ CRANE_CONTROL_SHOW, "lic", crane_show_license, "show lic [NAME,...]", "licenses" },
	{ CRANE_CONTROL_UPDATE, NULL, update,
	  "update jobid=IDS [priority=N] [timelimit=D] [comment=TEXT] [mailuser=ADDRESS] "
	  "[mailtype=TYPES] [deadline=TIME]",
	  "change jobs" },
	{ CRANE_CONTROL_UPDATE, NULL, update,
	  "update nodename=NODES state=drain|resume|on|off|sleep|wake [reason=TEXT]",
	  "change nodes; draining needs a reason" },
	{ CRANE_CONTROL_UPDATE, NULL, update,
	  "update partitionname=NAME [accounts=A,...] [deniedaccounts=A,...]",
	  "change who may use a partition" },
	{ CRANE_CONTROL_HOLD, NULL, crane_hold, "hold IDS [timelimit=D]",
	  "keep waiting jobs from starting, for the time D if given" },
	{ CRANE_CONTROL_RELEASE, NULL, crane_release, "release IDS", "let held jobs start" },
	{ CRANE_CONTROL_SUSPEND, NULL, crane_suspend, "suspend IDS", "freeze running jobs" },
	{ CRANE_CONTROL_RESUME, NULL, crane_resume, "resume IDS", "let suspended jobs go on" },
	{ CRANE_CONTROL_REQUEUE, NULL, crane_requeue, "requeue IDS",
	  "stop running jobs and let them wait again" },
	{ CRANE_CONTROL_CREATE, "reservation", crane_create_reservation,
	  "create reservation NAME starttime=TIME duration=D account=[-]A,... [user=[-]U,...] "
	  "[partition=P] [nodes=NODES] [nodecnt=N]",
	  "set nodes aside for accounts and users" },
	{ CRANE_CONTROL_DELETE, "reservation", crane_delete_reservation,
	  "delete reservation NAME|ALL", "delete a reservation" },
	{ CRANE_CONTROL_RESET, "next-job-id", NULL, NULL,
	  "FirstJobId in slurm.conf sets the first job id" },
	{ CRANE_CONTROL_RESET, "next-job-db-id", NULL, NULL,
	  "slurmdbd numbers its records itself" },
	{ CRANE_CONTROL_RESET, "next-step-db-id", NULL, NULL,
	  "slurmdbd numbers its records itself" },
	{ CRANE_CONTROL_RESET, "partition-acl", NULL, NULL,
	  "slurm.conf has the accounts of partitions; to read it again, run scontrol reconfigure" },
	{ CRANE_CONTROL_RESET, "job-history", NULL, NULL,
	  "Purge...After in slurmdbd.conf sets when slurmdbd deletes records" },
};

#define N_SENTENCES (sizeof(sentences) / sizeof(*sentences))

static void print_help(void)
{
	crane_options_help(stdout, &command);
	crane_print("\nCommands:\n");
	for (size_t i = 0; i < N_SENTENCES; i++) {
		if (sentences[i].form)
			crane_print("  %s\n        %s\n", sentences[i].form, sentences[i].help);
	}
	crane_print("\n"
		    "IDS is a list of JOB, JOB_TASK or, for show step, JOB.STEP, joined by ','.\n"
		    "D is [DAYS-]HOURS:MINUTES:SECONDS. Keys may be in any case.\n");
}

/* -- flags ------------------------------------------------------------------------------------- */

static const struct crane_opt *find_row(const char *arg)
{
	for (const struct crane_opt *row = rows; row->name; row++) {
		size_t len = strlen(row->name);

		if (arg[1] != '-' && row->letter == arg[1] &&
		    (row->kind != CRANE_OPT_BOOL || arg[2] == '\0' || arg[2] == '='))
			return row;
		if (arg[1] == '-' && strncmp(arg + 2, row->name, len) == 0 &&
		    (arg[2 + len] == '\0' || arg[2 + len] == '='))
			return row;
	}
	return NULL;
}

/*
 * Splits flags, which may stand anywhere, from words. Other arguments that begin with '-' are
 * words, such as a value ("user -ann"). Out: flags and words, each with room for argc + 1;
 * *n_words.
 * Returns the number of flags and their values.
 */
static int split_flags(int argc, char **argv, char **flags, char **words, size_t *n_words)
{
	int n_flags = 0;

	*n_words = 0;
	for (int i = 1; i < argc; i++) {
		const struct crane_opt *row = argv[i][0] == '-' && argv[i][1] ? find_row(argv[i]) :
										NULL;
		bool attached = row && (argv[i][1] == '-' ? strchr(argv[i], '=') != NULL :
							    argv[i][2] != '\0');

		if (!row) {
			words[(*n_words)++] = argv[i];
			continue;
		}
		flags[n_flags++] = argv[i];
		if (row->kind != CRANE_OPT_BOOL && !attached && i + 1 < argc)
			flags[n_flags++] = argv[++i];
	}
	return n_flags;
}

/* -- the sentence ------------------------------------------------------------------------------ */

static enum crane_exit run(const struct crane_control *line)
{
	for (size_t i = 0; i < N_SENTENCES; i++) {
		const struct sentence *sentence = &sentences[i];

		if (sentence->verb != line->verb ||
		    (sentence->entity && strcmp(sentence->entity, line->entity) != 0))
			continue;
		if (sentence->run)
			return sentence->run(line);
		return crane_control_fail(CRANE_EXIT_ARG, "reset %s is not possible on Slurm: %s",
					  line->entity, sentence->help);
	}
	if (line->verb == CRANE_CONTROL_RESET)
		crane_control_fail(CRANE_EXIT_ARG, "unknown entity type for reset: %s",
				   line->entity);
	else
		crane_control_fail(CRANE_EXIT_ARG, "unknown entity type: %s", line->entity);
	crane_usage_hint(&command);
	return CRANE_EXIT_ARG;
}

int main(int argc, char **argv)
{
	char **flags = crane_xcalloc((size_t)argc + 1, sizeof(*flags));
	char **words = crane_xcalloc((size_t)argc + 1, sizeof(*words));
	struct request request = { 0 };
	struct crane_parsed parsed = { 0 };
	struct crane_control line = { 0 };
	enum crane_exit status = CRANE_EXIT_OK;
	struct crane_slurm_error why;
	struct crane_error err;
	size_t n_words;
	int n_flags = split_flags(argc, argv, flags, words, &n_words);

	crane_print_begin();
	if (argc == 2 && strcmp(argv[1], "--help=rows") == 0) {
		crane_options_rows(stdout, &command);
		goto out;
	}
	/* A bad flag is a syntax error of the sentence. */
	if (crane_options_parse(&command, n_flags, flags, 0, &parsed, &err) != 0) {
		status = crane_usage_error(&command, CRANE_EXIT_ARG,
					   "command format is incorrect: %s", err.text);
		goto out;
	}
	if (crane_parsed_has(&parsed, "version")) {
		crane_options_version(stdout);
		goto out;
	}
	if (crane_parsed_has(&parsed, "help") || n_words == 0) {
		print_help();
		goto out;
	}
	if (crane_options_apply(&parsed, &request, &err) != CRANE_APPLIED) {
		status = crane_control_fail(CRANE_EXIT_ARG, "%s", err.text);
		crane_usage_hint(&command);
		goto out;
	}
	if (crane_control_parse(words, n_words, &line, &err) != 0) {
		status = crane_control_fail(CRANE_EXIT_ARG, "%s", err.text);
		crane_usage_hint(&command);
		goto out;
	}
	if (crane_config_is_missing(request.config)) {
		status = CRANE_EXIT_ARG;
		goto out;
	}
	line.config = request.config;
	line.json = request.json;
	line.force = request.force;
	line.dot = request.dot;
	line.all = request.all;
	if (line.dot &&
	    (line.verb != CRANE_CONTROL_SHOW || strcmp(line.entity, "dependency") != 0)) {
		status = crane_control_fail(CRANE_EXIT_ARG, "--dot is only for show dependency");
		goto out;
	}
	if (line.all && (line.verb != CRANE_CONTROL_SHOW || strcmp(line.entity, "step") != 0)) {
		status = crane_control_fail(CRANE_EXIT_ARG, "--all is only for show step");
		goto out;
	}
	if (line.dot && line.json) {
		status = crane_control_fail(CRANE_EXIT_ARG, "--dot and --json exclude each other");
		goto out;
	}
	if (crane_slurm_load(&why) != 0) {
		status = crane_control_fail(CRANE_EXIT_SYSTEM, "%s", why.text);
		goto out;
	}
	status = run(&line);
out:
	crane_control_clear(&line);
	crane_parsed_clear(&parsed);
	free(flags);
	free(words);
	return crane_print_end((int)status);
}
