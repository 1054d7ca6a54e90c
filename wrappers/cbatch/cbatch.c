/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cbatch: submit a batch job with Crane's options by way of the real sbatch, so that a site's
 * cli_filter, SPANK and job_submit plugins see every job. The options are cbatch_options.c's, the
 * script's lines script.c's, sbatch's answers submit.c's.
 *
 * Precedence: directives of the script from top to bottom, then the command line. SBATCH_...
 * variables are a Slurm site's habit and stay in force for what neither of the two said, since
 * sbatch itself lets its command line outrank them.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <json-c/json.h>

#include "src/exitstatus.h"
#include "wrappers/cbatch/cbatch_options.h"
#include "wrappers/submission/jobrequest.h"
#include "wrappers/submission/jobplace.h"
#include "wrappers/output/json.h"
#include "wrappers/options/options.h"
#include "wrappers/submission/outfile.h"
#include "wrappers/cbatch/script.h"
#include "wrappers/slurm/api.h"
#include "wrappers/submission/submit.h"
#include "wrappers/base/memory.h"

#define DEFAULT_OUTPUT "Crane-%j.out"

extern char **environ;

static enum crane_exit refuse_value(const char *text)
{
	return crane_job_usage_error(&crane_cbatch_command, CRANE_CBATCH, CRANE_APPLY_BAD_VALUE,
				     text);
}

/* --- answers ---------------------------------------------------------------------------------- */

/* What became of the copies that were asked for. */
struct answers {
	bool json, single;
	struct json_object *ids, *codes; /* arrays; NULL without --json */
	size_t n_ids, n_refused;
	char *reason; /* of the last refusal; owned */
};

static void begin_answers(const struct crane_cbatch_request *me, struct answers *answers)
{
	*answers = (struct answers){ .json = me->json,
				     .single = !me->repeat.given || me->repeat.value == 1 };
	if (me->json) {
		answers->ids = crane_json_must(json_object_new_array());
		answers->codes = crane_json_must(json_object_new_array());
	}
}

/* A single one has been told already. Told as they come, so that none is lost on an interrupt. */
static void note_id(struct answers *answers, uint32_t id)
{
	if (answers->json) {
		crane_json_append(answers->ids, json_object_new_int64(id));
	} else if (!answers->single) {
		printf("%s%u", answers->n_ids ? ", " : "Job id allocated: ", id);
		fflush(stdout);
	}
	answers->n_ids++;
}

/* slurmctld's no, in one line. */
static void note_refusal(struct answers *answers, const char *text, const char *code)
{
	size_t len = strlen(text);

	answers->n_refused++;
	free(answers->reason);
	answers->reason = crane_xstrdup(text);
	if (!answers->json)
		fprintf(stderr, "Job allocation failed: %s%s\n", text,
			len && text[len - 1] == '.' ? "" : ".");
	else
		crane_json_append(answers->codes, json_object_new_string(code));
}

/* spec/cli-submit.md section 4.2 */
static void print_json(const struct answers *answers)
{
	struct json_object *object = crane_json_must(json_object_new_object());

	if (!answers->single) {
		crane_json_put(object, "job_id_list", json_object_get(answers->ids));
		crane_json_put(object, "code_list", json_object_get(answers->codes));
	} else {
		bool ok = answers->n_ids > 0;

		crane_json_put(object, "ok", json_object_new_boolean(ok));
		crane_json_put(object, ok ? "job_id" : "code",
			       json_object_get(json_object_array_get_idx(
				       ok ? answers->ids : answers->codes, 0)));
		crane_json_put(object, "reason",
			       json_object_new_string(answers->reason ? answers->reason : ""));
	}
	crane_json_print(object);
}

/* Returns the status for all of them, unless [status] is one already. */
static enum crane_exit end_answers(struct answers *answers, enum crane_exit status)
{
	if (answers->json && (answers->n_ids > 0 || answers->n_refused > 0))
		print_json(answers);
	else if (!answers->json && !answers->single && answers->n_ids > 0)
		puts(".");
	if (status == CRANE_EXIT_OK && answers->n_refused > 0)
		status = CRANE_EXIT_BACKEND;
	json_object_put(answers->ids);
	json_object_put(answers->codes);
	free(answers->reason);
	return status;
}

/* A refusal before sbatch was asked. */
static enum crane_exit refuse_job(const struct crane_cbatch_request *me, const char *text)
{
	struct answers answers;

	begin_answers(me, &answers);
	note_refusal(&answers, text, crane_submit_code(text));
	return end_answers(&answers, CRANE_EXIT_OK);
}

/* --- sbatch's command line -------------------------------------------------------------------- */

/*
 * --export as sbatch understands it (section 3.12). Every CRANE_... variable of the caller is
 * always sent.
 */
static char *export_list(const char *what)
{
	char *list = crane_xstrdup(strcmp(what, "NONE") == 0 ? "" : what);

	for (char **var = environ; *var; var++) {
		char *longer;

		if (strncmp(*var, "CRANE_", 6) != 0)
			continue;
		longer = crane_xasprintf("%s%s%.*s", list, *list ? "," : "",
					 (int)strcspn(*var, "="), *var);
		free(list);
		list = longer;
	}
	if (*list)
		return list;
	free(list);
	return crane_xstrdup(what);
}

/*
 * NIL: CRANE_... variables alone and no login shell. sbatch before 23.02 takes the word for a
 * variable's name, and a list makes it start a login shell; a file of variables does neither.
 */
static int export_file(const struct crane_cbatch_request *me)
{
	const char *name = me->job.job_name ? me->job.job_name : getenv("SBATCH_JOB_NAME");
	FILE *file;
	int fd = memfd_create("environment", MFD_CLOEXEC), copy = fd >= 0 ? dup(fd) : -1;
	bool failed;

	file = copy >= 0 ? fdopen(copy, "w") : NULL;
	if (!file) {
		if (copy >= 0)
			close(copy);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	/* sbatch forgets the one variable it made for the job before it reads the file. */
	if (name)
		fprintf(file, "SLURM_JOB_NAME=%s%c", name, '\0');
	for (char **var = environ; *var; var++) {
		if (strncmp(*var, "CRANE_", 6) == 0)
			fprintf(file, "%s%c", *var, '\0');
	}
	failed = fclose(file) != 0 || lseek(fd, 0, SEEK_SET) != 0;
	if (failed)
		close(fd);
	return failed ? -1 : fd;
}

static int add_export(const struct crane_cbatch_request *me, struct crane_strings *argv, int *fd)
{
	const char *forced = getenv("CRANE_EXPORT_ENV");
	const char *what = forced && *forced ? forced : me->job.export_env;
	char *list;

	if (!what)
		return 0;
	if (strcmp(what, "ALL") == 0) {
		crane_strings_addf(argv, "--export=ALL");
		return 0;
	}
	if (strcmp(what, "NIL") == 0) {
		*fd = export_file(me);
		if (*fd < 0)
			return -1;
		/* By then sbatch has an empty environment. 26.05 forgets the file unless all of it goes along. */
		crane_strings_addf(argv, "--export=ALL");
		crane_strings_addf(argv, "--export-file=%d", *fd);
		return 0;
	}
	list = export_list(what);
	crane_strings_addf(argv, "--export=%s", list);
	free(list);
	return 0;
}

/* Local time as sbatch reads it. A moment that has passed is no begin time at all. */
static void add_begin(const struct crane_cbatch_request *me, struct crane_strings *argv)
{
	char text[32];
	struct tm tm;

	if (!me->begin || me->begin_time <= me->now || !localtime_r(&me->begin_time, &tm) ||
	    !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm))
		return;
	crane_strings_addf(argv, "--begin=%s", text);
}

static int add_file(const char *option, const char *name, struct crane_strings *argv,
		    struct crane_error *err)
{
	char *slurm;

	if (!name)
		return 0;
	slurm = crane_outfile_for_batch(option, name, err);
	if (!slurm)
		return -1;
	crane_strings_addf(argv, "--%s=%s", option, slurm);
	free(slurm);
	return 0;
}

static int add_files(const struct crane_cbatch_request *me, struct crane_strings *argv,
		     struct crane_error *err)
{
	const char *output = me->output;

	if (!output && !getenv("SBATCH_OUTPUT"))
		output = DEFAULT_OUTPUT;
	if (add_file("input", me->input, argv, err) != 0 ||
	    add_file("output", output, argv, err) != 0)
		return -1;
	return add_file("error", me->error, argv, err);
}

/*
 * sbatch adds up what one variable and one option say, or takes the two for a contradiction, where
 * here the option replaces the variable.
 */
static void drop_variables(const struct crane_job_request *job)
{
	if (job->mem || job->mem_per_cpu) {
		unsetenv(job->mem ? "SBATCH_MEM_PER_CPU" : "SBATCH_MEM_PER_NODE");
		unsetenv("SBATCH_MEM_PER_GPU");
	}
	if (job->gres_text) {
		unsetenv("SBATCH_GPUS_PER_NODE");
		if (!*job->gres_text)
			unsetenv("SBATCH_GRES");
	}
}

/*
 * The command line of sbatch, without the script's path. Every option is one word --name=value, so
 * that no value can be taken for an option.
 */
static int build_argv(const struct crane_cbatch_request *me, struct crane_strings *argv,
		      struct crane_error *err)
{
	crane_strings_addf(argv, "sbatch");
	crane_strings_addf(argv, "--parsable");
	/*
	 * Lines for other batch systems mean nothing in a Crane script, or were read here (#BSUB).
	 */
	crane_strings_addf(argv, "--ignore-pbs");
	crane_job_argv(&me->job, argv);
	add_begin(me, argv);
	if (me->array)
		crane_strings_addf(argv, "--array=%s", me->array);
	if (me->open_mode)
		crane_strings_addf(argv, "--open-mode=%s", me->open_mode);
	if (me->requeue != CRANE_REQUEUE_DEFAULT)
		crane_strings_addf(argv,
				   me->requeue == CRANE_REQUEUE_YES ? "--requeue" : "--no-requeue");
	if (me->wait)
		crane_strings_addf(argv, "--wait");
	for (size_t i = 0; i < me->plain.n; i++)
		crane_strings_addf(argv, "%s", me->plain.item[i]);
	drop_variables(&me->job);
	return add_files(me, argv, err);
}

/* Absolute, since with --chdir sbatch looks for it there. NULL: no current directory. */
static char *script_path(const char *path)
{
	char *cwd, *whole;

	if (path[0] == '/')
		return crane_xstrdup(path);
	cwd = getcwd(NULL, 0);
	if (!cwd)
		return NULL;
	whole = crane_xasprintf("%s/%s", cwd, path);
	free(cwd);
	return whole;
}

/* --- asking sbatch ---------------------------------------------------------------------------- */

/* What sbatch's no means. Returns CRANE_EXIT_OK when it was slurmctld's and is noted. */
static enum crane_exit report_refusal(const struct crane_cbatch_request *me,
				      const struct crane_submitted *submitted,
				      struct answers *answers)
{
	struct crane_slurm_error why;
	struct crane_refusal refusal;
	enum crane_exit status = CRANE_EXIT_OK;

	crane_submit_refusal(submitted, &refusal);
	if (refusal.status == CRANE_EXIT_NETWORK) {
		fprintf(stderr, "%s\n", refusal.text);
		status = refusal.status;
	} else if (refusal.of_dependency && me->job.dependency_text && !submitted->crane_text &&
		   (crane_slurm_begin(me->job.config), crane_slurm_has_plugin(&why) == 0)) {
		note_refusal(answers,
			     "this cluster's slurmctld does not load the job_submit/crane plugin, "
			     "so --dependency cannot be honoured; see doc/admin.md",
			     refusal.code);
	} else {
		note_refusal(answers, refusal.text, refusal.code);
	}
	/* Crane's words first, Slurm's after them. */
	if (!refusal.says_why && submitted->failure_line)
		fprintf(stderr, "slurm: %s\n", submitted->failure);
	free(refusal.text);
	return status;
}

/* One copy of the job. Returns the status to end with, CRANE_EXIT_OK to go on. */
static enum crane_exit submit_one(const struct crane_cbatch_request *me,
				  const struct crane_submission *submission,
				  struct answers *answers)
{
	struct crane_submitted submitted = { 0 };
	enum crane_exit status;

	if (submission->keep_fd >= 0)
		lseek(submission->keep_fd, 0, SEEK_SET);
	status = (enum crane_exit)crane_submit_run(submission, &submitted);
	if (status == CRANE_EXIT_OK && !submitted.has_id) {
		status = report_refusal(me, &submitted, answers);
	} else if (status == CRANE_EXIT_OK) {
		note_id(answers, submitted.job_id);
		/* It waited for the job. */
		if (WIFEXITED(submitted.wait_status))
			status = (enum crane_exit)WEXITSTATUS(submitted.wait_status);
	}
	crane_submitted_clear(&submitted);
	return status;
}

/* One word as a shell would need it. */
static void print_quoted(const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "-_=./:,%+@[]";

	if (*word && word[strspn(word, plain)] == '\0') {
		fputs(word, stdout);
		return;
	}
	putchar('\'');
	for (; *word; word++) {
		if (*word == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*word);
	}
	putchar('\'');
}

static enum crane_exit print_command(const struct crane_submission *submission)
{
	for (size_t i = 0; i < submission->argv->n; i++) {
		if (i > 0)
			putchar(' ');
		print_quoted(submission->argv->item[i]);
	}
	putchar('\n');
	if (submission->stdin_text)
		fprintf(stderr, "The script, %zu bytes, goes to its standard input.\n",
			submission->stdin_len);
	return CRANE_EXIT_OK;
}

static enum crane_exit submit_all(const struct crane_cbatch_request *me,
				  struct crane_submission *submission)
{
	uint32_t n = me->repeat.given ? me->repeat.value : 1;
	enum crane_exit status = CRANE_EXIT_OK;
	struct answers answers;

	if (me->dry_run)
		return print_command(submission);
	begin_answers(me, &answers);
	submission->tells_id = !me->json && answers.single;
	for (uint32_t i = 0; i < n && status == CRANE_EXIT_OK; i++)
		status = submit_one(me, submission, &answers);
	return end_answers(&answers, status);
}

/*
 * How the script gets to sbatch: by its path, so that Slurm knows the job's command, when sbatch
 * would read nothing else in it than is meant; else as a text. NULL in *text: by its path.
 */
static enum crane_exit prepare_script(const struct crane_cbatch_request *me, const char *path,
				      const struct crane_script *script, struct crane_strings *argv,
				      char **text, size_t *len)
{
	struct crane_error err;
	char *shebang = NULL, *whole;
	enum crane_exit status = CRANE_EXIT_OK;

	if (me->interpreter) {
		shebang = crane_script_shebang(me->interpreter, &err);
		if (!shebang)
			return refuse_value(err.text);
	}
	if (!script) {
		*text = crane_script_wrap(me->wrap, shebang);
		*len = strlen(*text);
	} else if (script->has_shebang && !script->has_slurm_lines && !shebang) {
		whole = script_path(path);
		if (whole) {
			crane_strings_take(argv, whole);
		} else {
			fprintf(stderr, "cannot get the current directory: %s\n", strerror(errno));
			status = CRANE_EXIT_SYSTEM;
		}
	} else {
		*text = crane_script_for_stdin(script, shebang, len);
	}
	free(shebang);
	return status;
}

/* Everything is checked: ask sbatch. [script] is NULL with --wrap. */
static enum crane_exit submit(const struct crane_cbatch_request *me, const char *path,
			      const struct crane_script *script, struct crane_strings *argv)
{
	struct crane_submission submission = { .argv = argv, .keep_fd = -1 };
	char *text = NULL;
	enum crane_exit status = CRANE_EXIT_SYSTEM;

	if (add_export(me, argv, &submission.keep_fd) != 0) {
		fprintf(stderr, "cannot keep the environment in memory: %s\n", strerror(errno));
		goto out;
	}
	status = prepare_script(me, path, script, argv, &text, &submission.stdin_len);
	submission.stdin_text = text;
	if (status == CRANE_EXIT_OK)
		status = submit_all(me, &submission);
out:
	if (submission.keep_fd >= 0)
		close(submission.keep_fd);
	free(text);
	return status;
}

static enum crane_exit place_and_submit(struct crane_cbatch_request *me, const char *path,
					const struct crane_script *script)
{
	struct crane_strings argv = { 0 };
	struct crane_slurm_error why = { 0 };
	struct crane_error err;
	const char *no;
	enum crane_exit status;

	if (me->job.config)
		setenv("SLURM_CONF", me->job.config, 1);
	if (build_argv(me, &argv, &err) != 0) {
		status = refuse_value(err.text);
		goto out;
	}
	no = crane_job_backend_refusal(&me->job);
	if (no) {
		status = refuse_job(me, no);
		goto out;
	}
	switch (crane_job_place(&me->job, &argv, &why)) {
	case CRANE_PLACED:
		status = submit(me, path, script, &argv);
		break;
	case CRANE_PLACE_TOO_FEW:
		status = refuse_job(me, "Nodes num not enough for job");
		break;
	default:
		fprintf(stderr, "slurm: %s\n", why.text);
		if (why.failure == CRANE_SLURM_UNREACHABLE) {
			fputs("Failed to submit the job: Connection to CraneCtld is broken.\n",
			      stderr);
			status = CRANE_EXIT_NETWORK;
		} else {
			status = refuse_job(me, why.text);
		}
	}
out:
	crane_strings_clear(&argv);
	return status;
}

/* A name nobody chose. A site's SBATCH_JOB_NAME comes before it. */
static const char *default_name(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	if (getenv("SBATCH_JOB_NAME"))
		return NULL;
	return slash ? slash + 1 : path ? path : "Wrap";
}

int main(int argc, char **argv)
{
	struct crane_cbatch_request me = { .job.dialect = CRANE_CBATCH, .now = time(NULL) };
	struct crane_parsed line = { 0 }, *directives = NULL;
	size_t n_directives = 0;
	struct crane_script script = { 0 };
	struct crane_error err;
	enum crane_applied applied = CRANE_APPLIED;
	enum crane_exit status;
	const char *path = NULL;
	bool has_wrap;

	if (!crane_options_start(&crane_cbatch_command, argc, argv, &line, &status))
		goto out;
	has_wrap = crane_parsed_has(&line, "wrap");
	if (has_wrap ? line.n_words > 0 : line.n_words != 1) {
		status = crane_usage_error(&crane_cbatch_command, CRANE_EXIT_GENERIC, "%s",
					   has_wrap ?
						   "--wrap is exclusive with file name argument" :
						   "invalid number of arguments");
		goto out;
	}
	if (!has_wrap) {
		path = line.words[0];
		if (crane_script_read(path, &script, &err) != 0) {
			char *text = crane_xasprintf("failed to parse script: %s", err.text);

			status = refuse_value(text);
			free(text);
			goto out;
		}
		applied = crane_script_apply(&script, &crane_cbatch_command, &me, &directives,
					     &n_directives, &err);
	}
	if (applied == CRANE_APPLIED)
		applied = crane_options_apply(&line, &me, &err);
	if (applied != CRANE_APPLIED) {
		status = crane_job_usage_error(&crane_cbatch_command, CRANE_CBATCH, applied,
					       err.text);
		goto out;
	}
	/* The texts of what belongs together, in whatever order it stands (section 2, notes). */
	if (me.pod || me.pod_related) {
		status = crane_usage_error(&crane_cbatch_command, CRANE_EXIT_ARG, "%s",
					   me.pod ? CRANE_CBATCH_NO_PODS :
						    "--pod must be set when using pod-related "
						    "flags");
		goto out;
	}
	if (me.array && me.repeat.given && me.repeat.value != 1) {
		status = crane_usage_error(&crane_cbatch_command, CRANE_EXIT_ARG,
					   "--repeat is incompatible with --array");
		goto out;
	}
	if (crane_config_is_missing(me.job.config)) {
		status = CRANE_EXIT_ARG;
		goto out;
	}
	if (!me.job.job_name)
		me.job.job_name = default_name(path);
	if (crane_job_check(&me.job, &err) != 0) {
		status = refuse_value(err.text);
		goto out;
	}
	status = place_and_submit(&me, path, path ? &script : NULL);
out:
	for (size_t i = 0; i < n_directives; i++)
		crane_parsed_clear(&directives[i]);
	free(directives);
	crane_script_clear(&script);
	crane_parsed_clear(&line);
	crane_cbatch_clear(&me);
	return status;
}
