/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cbatch: submits a batch job with Crane's options. The real sbatch submits it, so that a site's
 * cli_filter, SPANK and job_submit plugins see every job.
 *
 * Precedence: the command line, then the directives of the script, of which the last counts, then
 * SBATCH_... variables, which sbatch applies.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "src/exitstatus.h"
#include "src/printable.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"
#include "wrappers/base/strings.h"
#include "wrappers/cbatch/answers.h"
#include "wrappers/cbatch/cbatch_options.h"
#include "wrappers/cbatch/sbatch.h"
#include "wrappers/cbatch/sbatch_argv.h"
#include "wrappers/cbatch/script.h"
#include "wrappers/options/options.h"
#include "wrappers/slurm/api.h"
#include "wrappers/submission/cleanstart.h"
#include "wrappers/submission/jobcheck.h"
#include "wrappers/submission/jobplace.h"
#include "wrappers/submission/jobrequest.h"
#include "wrappers/submission/refusals.h"
#include "wrappers/options/help.h"
#include "wrappers/options/start.h"

/* The script, its directives, and the command line. */
struct input {
	bool has_wrap;    /* the script is the text of --wrap */
	const char *path; /* as given; NULL: standard input, or --wrap */
	struct crane_script script;
	char **args; /* for the script; borrowed */
	size_t n_args;
	struct crane_parsed line;
	struct crane_parsed *directives; /* owned */
	size_t n_directives;
};

static enum crane_exit refuse_value(const char *text)
{
	return crane_job_usage_error(&crane_cbatch_command, CRANE_CBATCH, CRANE_APPLY_BAD_VALUE,
				     text);
}

static enum crane_exit refuse_usage(enum crane_exit status, const char *text)
{
	return crane_usage_error(&crane_cbatch_command, status, "%s", text);
}

static void begin_answers(const struct crane_cbatch_request *me, struct crane_answers *answers)
{
	crane_answers_begin(answers,
			    me->json     ? CRANE_ANSWER_JSON :
			    me->parsable ? CRANE_ANSWER_IDS :
					   CRANE_ANSWER_TEXT,
			    !me->repeat.given || me->repeat.value == 1);
}

/* Refuses a job before sbatch runs. */
static int refuse_job(const struct crane_cbatch_request *me, const char *text)
{
	struct crane_answers answers;

	begin_answers(me, &answers);
	crane_answers_add_refusal(&answers, text, crane_refusal_code(text));
	return crane_answers_end(&answers, CRANE_EXIT_OK);
}

/* --- running sbatch --------------------------------------------------------------------------- */

/*
 * Returns CRANE_EXIT_OK if slurmctld refused the job and the refusal is stored, else the exit
 * status.
 */
static int report_refusal(const struct crane_cbatch_request *me, const struct crane_heard *heard,
			  struct crane_answers *answers)
{
	struct crane_refusal refusal;
	int status = CRANE_EXIT_OK;

	crane_refusal_explain(heard, me->job.dependency_text != NULL, &refusal);
	if (refusal.status == CRANE_EXIT_NETWORK) {
		crane_say("%s", refusal.text);
		status = refusal.status;
	} else {
		crane_answers_add_refusal(answers, refusal.text, refusal.code);
	}
	/* Crane's words first, then Slurm's, if no line has shown them. */
	if (!refusal.says_why && heard->is_final)
		crane_say("slurm: %s", heard->failure);
	free(refusal.text);
	return status;
}

/* Submits one copy of the job. Returns the exit status, or CRANE_EXIT_OK to continue. */
static int submit_one(const struct crane_cbatch_request *me, const struct crane_sbatch *sbatch,
		      struct crane_answers *answers)
{
	struct crane_sbatch_answer answer = { 0 };
	int status = crane_sbatch_run(sbatch, &answer);

	if (status == CRANE_EXIT_OK && !answer.has_id) {
		status = report_refusal(me, &answer.heard, answers);
	} else if (status == CRANE_EXIT_OK) {
		crane_answers_add_id(answers, answer.job_id);
		status = answer.status;
	}
	crane_heard_clear(&answer.heard);
	return status;
}

static int submit_all(const struct crane_cbatch_request *me, struct crane_sbatch *sbatch)
{
	uint32_t n = me->repeat.given ? me->repeat.value : 1;
	struct crane_answers answers;
	int status = CRANE_EXIT_OK;

	begin_answers(me, &answers);
	if (answers.form == CRANE_ANSWER_IDS)
		sbatch->id_head = "";
	else if (answers.form == CRANE_ANSWER_TEXT && answers.single)
		sbatch->id_head = "Job id allocated: ";
	for (uint32_t i = 0; i < n && status == CRANE_EXIT_OK; i++)
		status = submit_one(me, sbatch, &answers);
	return crane_answers_end(&answers, status);
}

/* --- --dry-run -------------------------------------------------------------------------------- */

/* Prints a word that is not printable with the escapes of bash: $'\\x1b'. */
static void print_escaped(const char *word)
{
	crane_print("$'");
	for (struct crane_character c; (c = crane_character_at(word)).bytes > 0; word += c.bytes) {
		for (size_t i = 0; i < c.bytes && !c.printable; i++)
			crane_print("\\x%02x", (unsigned char)word[i]);
		if (c.printable)
			crane_print("%s%.*s", strchr("'\\", *word) ? "\\" : "", (int)c.bytes, word);
	}
	crane_print("'");
}

/* Prints one word as a shell reads it. */
static void print_quoted(const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "-_=./:,%+@[]";

	if (*word && word[strspn(word, plain)] == '\0') {
		crane_print("%s", word);
		return;
	}
	if (word[crane_printable_span(word)] != '\0') {
		print_escaped(word);
		return;
	}
	crane_print("'");
	while (*word) {
		size_t len = strcspn(word, "'");

		crane_print("%.*s", (int)len, word);
		word += len;
		if (*word) {
			crane_print("'\\''");
			word++;
		}
	}
	crane_print("'");
}

static void print_command(const struct crane_strings *argv, size_t script_len)
{
	for (size_t i = 0; i < argv->n; i++) {
		if (i > 0)
			crane_print(" ");
		print_quoted(argv->item[i]);
	}
	crane_print("\n");
	if (script_len > 0)
		crane_say("The script, %zu bytes, goes to its standard input.", script_len);
}

/* --- the script ------------------------------------------------------------------------------- */

/*
 * If sbatch reads the same options in the script as cbatch, it gets the path of the script, so that
 * Slurm knows the job's command; else it gets the script by standard input. Returns CRANE_EXIT_OK
 * or the status to end with.
 * Out: *text, malloc'd, of *len bytes; NULL: the path was appended to [argv].
 */
static enum crane_exit prepare_script(const struct crane_cbatch_request *me,
				      const struct input *input, struct crane_strings *argv,
				      char **text, size_t *len)
{
	const struct crane_script *script = &input->script;
	struct crane_error err;
	char *shebang = NULL;
	enum crane_exit status = CRANE_EXIT_OK;

	*text = NULL;
	*len = 0;
	if (me->interpreter) {
		shebang = crane_script_shebang(me->interpreter, &err);
		if (!shebang)
			return refuse_value(err.text);
	}
	if (input->has_wrap) {
		*text = crane_script_wrap(me->wrap, shebang);
		*len = strlen(*text);
	} else if (shebang || !script->has_shebang || script->has_slurm_lines || !script->is_file) {
		*text = crane_script_for_stdin(script, shebang, len);
		/* sbatch accepts arguments only after a path. */
		if (input->n_args > 0)
			crane_strings_addf(argv, "/dev/stdin");
	} else if (crane_sbatch_script(input->path, argv) != 0) {
		crane_say("cannot get the current directory: %s", strerror(errno));
		status = CRANE_EXIT_SYSTEM;
	}
	for (size_t i = 0; i < input->n_args; i++)
		crane_strings_addf(argv, "%s", input->args[i]);
	free(shebang);
	return status;
}

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

static int run_sbatch(const struct crane_cbatch_request *me, const struct input *input,
		      struct crane_strings *argv)
{
	struct crane_sbatch sbatch = { .argv = argv, .script_fd = -1, .export_fd = -1 };
	char *text = NULL;
	size_t len;
	int status = CRANE_EXIT_SYSTEM;

	if (crane_sbatch_export(me, argv, &sbatch.export_fd) != 0) {
		crane_say("cannot keep the environment in memory: %s", strerror(errno));
		goto out;
	}
	status = prepare_script(me, input, argv, &text, &len);
	if (status != CRANE_EXIT_OK)
		goto out;
	if (me->dry_run) {
		print_command(argv, len);
		goto out;
	}
	if (text) {
		sbatch.script_fd = crane_sbatch_file(text, len);
		if (sbatch.script_fd < 0) {
			crane_say("cannot keep the script in memory: %s", strerror(errno));
			status = CRANE_EXIT_SYSTEM;
			goto out;
		}
	}
	status = submit_all(me, &sbatch);
out:
	close_fd(sbatch.script_fd);
	close_fd(sbatch.export_fd);
	free(text);
	return status;
}

/* --- the request ------------------------------------------------------------------------------ */

/* Chooses the nodes and submits the job. */
static int submit(const struct crane_cbatch_request *me, const struct input *input)
{
	struct crane_strings argv = { 0 };
	struct crane_slurm_error why = { 0 };
	struct crane_error err;
	const char *refusal;
	int status;

	if (crane_sbatch_argv(me, &argv, &err) != 0) {
		status = refuse_value(err.text);
		goto out;
	}
	refusal = crane_job_backend_refusal(&me->job);
	if (refusal) {
		status = refuse_job(me, refusal);
		goto out;
	}
	switch (crane_job_place(&me->job, &argv, &why)) {
	case CRANE_PLACED:
		status = run_sbatch(me, input, &argv);
		break;
	case CRANE_PLACE_TOO_FEW:
		status = refuse_job(me, "Nodes num not enough for job");
		break;
	default:
		status = why.failure != CRANE_SLURM_REFUSED ? (int)crane_refusal_unreachable(&why) :
							      refuse_job(me, why.text);
	}
out:
	crane_strings_clear(&argv);
	return status;
}

/* Returns the name of a job without --job-name; NULL: a site's SBATCH_JOB_NAME names it. */
static const char *default_name(const struct input *input)
{
	const char *slash = input->path ? strrchr(input->path, '/') : NULL;

	if (getenv("SBATCH_JOB_NAME"))
		return NULL;
	if (input->has_wrap)
		return "Wrap";
	/* The name of a pipe ("63" of /dev/fd/63) is not used. */
	if (!input->path || !input->script.is_file)
		return "stdin";
	return slash ? slash + 1 : input->path;
}

/* Reads the script, or checks the text of --wrap. Returns CRANE_EXIT_OK or the exit status. */
static enum crane_exit read_script(struct input *input, const char *wrap)
{
	struct crane_error err;
	enum crane_exit status;
	char *text;

	if ((input->has_wrap ? crane_script_check(wrap, strlen(wrap), "the text of --wrap", &err) :
			       crane_script_read(input->path, &input->script, &err)) == 0)
		return CRANE_EXIT_OK;
	text = crane_xasprintf("failed to parse script: %s", err.text);
	status = refuse_value(text);
	free(text);
	return status;
}

/* Fills the request from script and command line. Returns CRANE_EXIT_OK or the exit status. */
static enum crane_exit read_options(struct crane_cbatch_request *me, struct input *input)
{
	enum crane_applied applied = CRANE_APPLIED;
	enum crane_exit status;
	struct crane_error err;

	if (!input->has_wrap) {
		status = read_script(input, NULL);
		if (status != CRANE_EXIT_OK)
			return status;
		applied = crane_script_apply(&input->script, &crane_cbatch_command, me,
					     &input->directives, &input->n_directives, &err);
	}
	if (applied == CRANE_APPLIED)
		applied = crane_options_apply(&input->line, me, &err);
	if (applied == CRANE_APPLIED)
		return input->has_wrap ? read_script(input, me->wrap) : CRANE_EXIT_OK;
	return crane_job_usage_error(&crane_cbatch_command, CRANE_CBATCH, applied, err.text);
}

/* Checks the options together. Returns CRANE_EXIT_OK or the exit status. */
static enum crane_exit check(struct crane_cbatch_request *me, const struct input *input)
{
	struct crane_error err;

	if (me->pod)
		return refuse_usage(CRANE_EXIT_ARG, CRANE_CBATCH_NO_PODS);
	if (me->pod_related)
		return refuse_usage(CRANE_EXIT_ARG,
				    "--pod must be set when using pod-related flags");
	if (me->array && me->repeat.given && me->repeat.value != 1)
		return refuse_usage(CRANE_EXIT_ARG, "--repeat is incompatible with --array");
	if (!crane_job_use_config(&me->job))
		return CRANE_EXIT_ARG;
	if (!me->job.job_name)
		me->job.job_name = default_name(input);
	if (crane_job_check(&me->job, &err) != 0)
		return refuse_value(err.text);
	return CRANE_EXIT_OK;
}

static int run(struct crane_cbatch_request *me, struct input *input)
{
	enum crane_exit status;

	crane_clean_start();
	input->has_wrap = crane_parsed_has(&input->line, "wrap");
	if (input->has_wrap && input->line.n_words > 0)
		return refuse_usage(CRANE_EXIT_GENERIC,
				    "--wrap is exclusive with file name argument");
	if (!input->has_wrap && input->line.n_words == 0 && isatty(STDIN_FILENO))
		return refuse_usage(CRANE_EXIT_GENERIC,
				    "invalid number of arguments: name a script, or give it on "
				    "standard input");
	if (input->line.n_words > 0) {
		if (strcmp(input->line.words[0], "-") != 0)
			input->path = input->line.words[0];
		input->args = input->line.words + 1;
		input->n_args = input->line.n_words - 1;
	}
	status = read_options(me, input);
	if (status == CRANE_EXIT_OK)
		status = check(me, input);
	return status == CRANE_EXIT_OK ? submit(me, input) : (int)status;
}

int main(int argc, char **argv)
{
	struct crane_cbatch_request me = { .job.dialect = CRANE_CBATCH, .now = time(NULL) };
	struct input input = { 0 };
	enum crane_exit answered;
	int status;

	crane_print_begin();
	status = crane_options_start(&crane_cbatch_command, argc, argv, &input.line, &answered) ?
			 run(&me, &input) :
			 (int)answered;
	for (size_t i = 0; i < input.n_directives; i++)
		crane_parsed_clear(&input.directives[i]);
	free(input.directives);
	crane_script_clear(&input.script);
	crane_parsed_clear(&input.line);
	crane_cbatch_clear(&me);
	return crane_print_end(status);
}
