/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Batch scripts: directives of the three kinds, and the text that sbatch reads
 * (doc/reference/options.md#scripts).
 */
#include "config.h"

#include "unit.h"

#include <unistd.h>

#include "wrappers/cbatch/script.h"

struct request {
	struct crane_opt_uint nodes, per_node;
	const char *name, *time;
	bool hold;
};

#define AT(field) offsetof(struct request, field)

static const struct crane_opt rows[] = {
	CRANE_OPT('N', "nodes", "uint32", UINT, PASS, AT(nodes), NULL, 0, "nodes"),
	CRANE_OPT(0, "ntasks-per-node", "uint32", UINT, PASS, AT(per_node), NULL, 0, "tasks"),
	CRANE_OPT('J', "job-name", "string", STRING, PASS, AT(name), NULL, 0, "name"),
	CRANE_OPT('t', "time", "string", STRING, PASS, AT(time), NULL, 0, "time"),
	CRANE_OPT('H', "hold", NULL, BOOL, PASS, AT(hold), NULL, 0, "hold"),
	CRANE_OPT(0, "wrap", "string", STRING, PASS, CRANE_OPT_NO_FIELD, NULL,
		  CRANE_OPT_NOT_IN_SCRIPT, "wrap"),
	CRANE_OPT(0, "requeue", NULL, BOOL, REFUSE, CRANE_OPT_NO_FIELD, NULL, 0, "not here"),
	CRANE_OPT_END,
};

static const struct crane_command command = { "test", "A test", rows, false, CRANE_ANY_WORDS };

/* What is read of a directive: "line:--option=value" of each option, the lines of one script. */
static const struct read_row {
	const char *text, *read;
} reads[] = {
	{ "#CBATCH --nodes 2\n", "1:--nodes=2" },
	{ "#!/bin/bash\n#CBATCH -N=3\n", "2:-N=3" },
	{ "#CBATCH -N2 -H", "1:-N=2 1:-H=true" },
	{ "#CBATCH -J \"my job\"\n", "1:-J=my job" },
	{ "#CBATCH -J 'a \"b\" \\c'\n", "1:-J=a \"b\" \\c" },
	{ "#CBATCH -J \"a\\\"b\\c\"\n", "1:-J=a\"b\\c" },
	{ "#CBATCH -J a\\ b\n", "1:-J=a b" },
	{ "#CBATCH -N 2 # why\n", "1:-N=2" },
	{ "#CBATCH -J a#b\n", "1:-J=a#b" },
	{ "#CBATCH --hold false\n", "1:--hold=false" },
	{ "#CBATCH\n", "" },
	{ "#CBATCH # nothing\n", "" },
	{ " #CBATCH -N 9\nx=#CBATCH\n##CBATCH -N 9\ntrue\n#CBATCH -N 2\n", "5:-N=2" },
	{ "#CBATCH -N 2\n#SBATCH -N 3\n#CBATCH -N 4\n", "1:-N=2 2:-N=3 3:-N=4" },
	{ "#SBATCH --nodes=2 -t 1:00:00\n", "1:--nodes=2 1:-t=1:00:00" },
	{ "#SLURM -N 2\n#PBS -N x\n", "" },
	{ "#BSUB -J name\n#BSUB -nnode 3\n#BSUB -n 2\n",
	  "1:--job-name=name 2:--nodes=3 3:--ntasks-per-node=2" },
	{ "#BSUB -W 1:30\n#BSUB -W 90\n", "1:--time=1:30:0 2:--time=0:90:0" },
	{ "", "" },
};

static const struct refused_row {
	const char *directive;
	enum crane_applied applied;
	const char *text;
} refused[] = {
	{ "#CBATCH --foo 3", CRANE_APPLY_BAD_VALUE, "unrecognized '--foo' in script (line 3)" },
	{ "#CBATCH -Z", CRANE_APPLY_BAD_VALUE, "unrecognized '-Z' in script (line 3)" },
	{ "#CBATCH --wrap x", CRANE_APPLY_BAD_VALUE, "unrecognized '--wrap' in script (line 3)" },
	{ "#CBATCH --nodes", CRANE_APPLY_BAD_VALUE,
	  "flag needs an argument: '--nodes' in script (line 3)" },
	{ "#CBATCH -N x", CRANE_APPLY_BAD_VALUE,
	  "-N value 'x' in script: strconv.ParseUint: parsing \"x\": invalid syntax (line 3)" },
	{ "#CBATCH -N 2 extra", CRANE_APPLY_BAD_VALUE,
	  "failed to parse script: Parsing error at line 3: fields out of bound" },
	{ "#CBATCH -J \"open", CRANE_APPLY_BAD_VALUE,
	  "failed to parse script: Parsing error at line 3: quotation is not closed" },
	{ "#CBATCH --requeue", CRANE_APPLY_UNSUPPORTED, "--requeue: not here (line 3)" },
	{ "#SBATCH --switches=1", CRANE_APPLY_BAD_VALUE,
	  "Slurm option --switches is not supported (line 3)" },
	{ "#SBATCH -B 1", CRANE_APPLY_BAD_VALUE, "Slurm option -B is not supported (line 3)" },
	{ "#SBATCH --hold", CRANE_APPLY_BAD_VALUE,
	  "Slurm option --hold is not supported (line 3)" },
	{ "#SBATCH -N 2-4", CRANE_APPLY_BAD_VALUE,
	  "-N value '2-4' in script: strconv.ParseUint: parsing \"2-4\": invalid syntax (line 3)" },
	{ "#SBATCH --wrap=x", CRANE_APPLY_BAD_VALUE, "unrecognized '--wrap' in script (line 3)" },
	{ "#BSUB -x", CRANE_APPLY_BAD_VALUE, "LSF option -x is not supported (line 3)" },
	{ "#BSUB -n", CRANE_APPLY_BAD_VALUE,
	  "failed to parse script: Parsing error at line 3: fields out of bound" },
	{ "#BSUB -n 2 3", CRANE_APPLY_BAD_VALUE,
	  "failed to parse script: Parsing error at line 3: fields out of bound" },
};

/* [shebang] NULL: the script keeps its own first line, or gets bash's. */
static const struct stdin_row {
	const char *text, *shebang, *read;
} stdins[] = {
	{ "#!/bin/sh\n#SBATCH -N 2\n#SLURM -N 3\necho hi\n#CBATCH -J x\n#BSUB -n 2\necho ho\n",
	  NULL, "#!/bin/sh\n\n\necho hi\n\n\necho ho\n" },
	{ "echo hi\necho ho\n", NULL, "#!/bin/bash\necho hi\necho ho\n" },
	{ "#CBATCH -N 2\necho hi\n", NULL, "#!/bin/bash\necho hi\n" },
	{ "\necho hi\n", NULL, "#!/bin/bash\necho hi\n" },
	{ "echo hi", NULL, "#!/bin/bash\necho hi" },
	{ "", NULL, "#!/bin/bash\n" },
	{ "#!/bin/sh\n#CBATCH -N 2", NULL, "#!/bin/sh\n" },
	{ " #CBATCH -N 2\n##SBATCH\n", NULL, "#!/bin/bash\n #CBATCH -N 2\n##SBATCH\n" },
	{ "#!/bin/sh\necho hi\n", "#!/bin/zsh\n", "#!/bin/zsh\necho hi\n" },
	{ "echo hi\n", "#!/bin/zsh\n", "#!/bin/zsh\necho hi\n" },
	{ "", "#!/bin/zsh\n", "#!/bin/zsh\n" },
};

static const struct wrap_row {
	const char *text, *script;
} wraps[] = {
	{ "hostname", "#!/bin/bash\nhostname\n" },
	{ "#SBATCH -N 5\ntrue", "#!/bin/bash\n #SBATCH -N 5\ntrue\n" },
	{ "# why\n\n#SLURM -N 5\ntrue", "#!/bin/bash\n# why\n\n #SLURM -N 5\ntrue\n" },
	{ "cat <<E\n#SBATCH -N 5\nE", "#!/bin/bash\ncat <<E\n#SBATCH -N 5\nE\n" },
};

/* [line]: NULL, it is refused with [text]. */
static const struct shebang_row {
	const char *interpreter, *line, *text;
} shebangs[] = {
	{ "/bin/sh", "#!/bin/sh\n", NULL },
	{ "/bin/sh -e", "#!/bin/sh -e\n", NULL },
	{ "/bin/sh -e -u", "#!/usr/bin/env -S /bin/sh -e -u\n", NULL },
	{ "python3 -u", "#!/usr/bin/env -S python3 -u\n", NULL },
	{ "/bin/sh '-e'", "#!/usr/bin/env -S /bin/sh '-e'\n", NULL },
	{ "a\nb", NULL, "--interpreter must be one line" },
};

static struct crane_script script_of(const char *text)
{
	struct crane_script script = { .text = strdup(text), .len = strlen(text) };

	assert_non_null(script.text);
	script.has_shebang = strncmp(text, "#!", 2) == 0;
	return script;
}

static void clear_all(struct crane_parsed *parsed, size_t n)
{
	for (size_t i = 0; i < n; i++)
		crane_parsed_clear(&parsed[i]);
	free(parsed);
}

static void script_reads_its_directives(void **state)
{
	const struct read_row *row = *state;
	struct crane_script script = script_of(row->text);
	struct crane_parsed *parsed = NULL;
	struct request request = { 0 };
	struct crane_error err;
	size_t n_parsed = 0, n = 0;
	char text[200] = "";

	assert_int_equal(crane_script_apply(&script, &command, &request, &parsed, &n_parsed, &err),
			 CRANE_APPLIED);
	for (size_t i = 0; i < n_parsed; i++) {
		for (size_t k = 0; k < parsed[i].n_given; k++) {
			const struct crane_opt_given *given = &parsed[i].given[k];

			n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%u:%s=%s",
					      n ? " " : "", given->line, given->spelled,
					      given->text);
		}
	}
	assert_string_equal(text, row->read);
	clear_all(parsed, n_parsed);
	crane_script_clear(&script);
}

static void script_refuses_a_directive_and_names_its_line(void **state)
{
	const struct refused_row *row = *state;
	char text[200];
	struct crane_script script;
	struct crane_parsed *parsed = NULL;
	struct request request = { 0 };
	struct crane_error err;
	size_t n_parsed = 0;

	snprintf(text, sizeof(text), "#!/bin/bash\n\n%s\necho hi\n", row->directive);
	script = script_of(text);
	assert_int_equal(crane_script_apply(&script, &command, &request, &parsed, &n_parsed, &err),
			 row->applied);
	assert_string_equal(err.text, row->text);
	clear_all(parsed, n_parsed);
	crane_script_clear(&script);
}

static void later_directive_replaces_an_earlier_one(void **state)
{
	struct crane_script script = script_of("#CBATCH -N 2 -J a\n#SBATCH -N 3\n#BSUB -nnode 4\n");
	struct crane_parsed *parsed = NULL;
	struct request request = { 0 };
	size_t n_parsed = 0;

	(void)state;
	assert_int_equal(crane_script_apply(&script, &command, &request, &parsed, &n_parsed, NULL),
			 CRANE_APPLIED);
	assert_int_equal(n_parsed, 3);
	assert_true(request.nodes.given);
	assert_int_equal(request.nodes.value, 4);
	assert_string_equal(request.name, "a");
	clear_all(parsed, n_parsed);
	crane_script_clear(&script);
}

static void sbatch_reads_blank_lines_for_directives(void **state)
{
	const struct stdin_row *row = *state;
	struct crane_script script = script_of(row->text);
	size_t len = 0;
	char *text = crane_script_for_stdin(&script, row->shebang, &len);

	assert_int_equal(len, strlen(row->read));
	assert_memory_equal(text, row->read, len);
	free(text);
	crane_script_clear(&script);
}

static void wrap_hides_option_lines_from_sbatch(void **state)
{
	const struct wrap_row *row = *state;
	char *script = crane_script_wrap(row->text, NULL);

	assert_string_equal(script, row->script);
	free(script);
}

static void shebang_runs_the_interpreter_as_a_shell_would(void **state)
{
	const struct shebang_row *row = *state;
	struct crane_error err;
	char *line = crane_script_shebang(row->interpreter, &err);

	if (row->line) {
		assert_non_null(line);
		assert_string_equal(line, row->line);
	} else {
		assert_null(line);
		assert_string_equal(err.text, row->text);
	}
	free(line);
}

static void shebang_refuses_an_interpreter_of_more_than_236_bytes(void **state)
{
	char text[238];
	struct crane_error err;
	char *line;

	(void)state;
	memset(text, 'x', 237);
	text[237] = '\0';
	assert_null(crane_script_shebang(text, &err));
	assert_string_equal(err.text,
			    "--interpreter is too long (up to 236 bytes); put it in a script");
	text[236] = '\0';
	line = crane_script_shebang(text, &err);
	assert_non_null(line);
	free(line);
}

static void read_finds_the_shebang_and_the_lines_of_sbatch(void **state)
{
	char path[] = "test_script.XXXXXX";
	static const char text[] = "#!/bin/sh\n#SLURM -N 3";
	struct crane_script script;
	struct crane_error err;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	assert_int_equal(crane_script_read(path, &script, &err), 0);
	unlink(path);
	assert_int_equal(script.len, strlen(text));
	assert_string_equal(script.text, text);
	assert_true(script.has_shebang);
	assert_true(script.has_slurm_lines);
	crane_script_clear(&script);
}

static void read_refuses_what_is_no_file(void **state)
{
	struct crane_script script;
	struct crane_error err;

	(void)state;
	assert_int_equal(crane_script_read("no-such-dir/gone.sh", &script, &err), -1);
	assert_string_equal(err.text, "open no-such-dir/gone.sh: no such file or directory");
	crane_script_clear(&script);
	assert_int_equal(crane_script_read("/", &script, &err), -1);
	assert_string_equal(err.text, "read /: is a directory");
	crane_script_clear(&script);
}

int main(void)
{
	static struct unit_list list;

	for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++)
		unit_add(&list, script_reads_its_directives, &reads[i], "a script reads '%s'",
			 reads[i].text);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		unit_add(&list, script_refuses_a_directive_and_names_its_line, &refused[i],
			 "a script refuses '%s'", refused[i].directive);
	unit_add(&list, later_directive_replaces_an_earlier_one, NULL,
		 "a later directive replaces an earlier one of another kind");
	for (size_t i = 0; i < sizeof(stdins) / sizeof(stdins[0]); i++)
		unit_add(&list, sbatch_reads_blank_lines_for_directives, &stdins[i],
			 "sbatch reads '%s' with %s", stdins[i].text,
			 stdins[i].shebang ? "another interpreter" : "its own interpreter");
	for (size_t i = 0; i < sizeof(wraps) / sizeof(wraps[0]); i++)
		unit_add(&list, wrap_hides_option_lines_from_sbatch, &wraps[i],
			 "wrap makes a script of '%s'", wraps[i].text);
	for (size_t i = 0; i < sizeof(shebangs) / sizeof(shebangs[0]); i++)
		unit_add(&list, shebang_runs_the_interpreter_as_a_shell_would, &shebangs[i],
			 "interpreter '%s' is %s", shebangs[i].interpreter,
			 shebangs[i].line ? "run" : "refused");
	unit_add(&list, shebang_refuses_an_interpreter_of_more_than_236_bytes, NULL,
		 "an interpreter of 237 bytes is refused");
	unit_add(&list, read_finds_the_shebang_and_the_lines_of_sbatch, NULL,
		 "read finds the shebang and the lines of sbatch");
	unit_add(&list, read_refuses_what_is_no_file, NULL, "read refuses what is no file");
	return unit_run("script", &list);
}
