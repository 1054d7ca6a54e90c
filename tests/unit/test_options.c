/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The option engine: the forms of flags on a command line and in a script, and their refusals
 * (doc/reference/options.md#flag-syntax, doc/reference/options.md#refusals-of-the-flag-library).
 */
#include "config.h"

#include "unit.h"

#include "wrappers/options/options.h"

struct request {
	struct crane_opt_uint nodes;
	struct crane_opt_float cpus;
	const char *name, *gres, *step;
	bool hold, quiet;
};

static int set_nodes(void *request, const struct crane_opt_given *given, struct crane_error *err)
{
	(void)request;
	if (given->number > 0)
		return 0;
	return crane_error_set(err, CRANE_E_VALUE, 0, "%s must be > 0", given->spelled);
}

static int set_gres(void *request, const struct crane_opt_given *given, struct crane_error *err)
{
	(void)request;
	if (strcmp(given->text, "bare") != 0)
		return 0;
	crane_error_set(err, CRANE_E_VALUE, 0, "the bare text");
	return CRANE_OPT_BARE;
}

#define AT(field) offsetof(struct request, field)

static const struct crane_opt more_rows[] = {
	CRANE_OPT('H', "hold", NULL, BOOL, MAP, AT(hold), NULL, 0, "hold"),
	CRANE_OPT('Q', "quiet", NULL, BOOL, MAP, AT(quiet), NULL, CRANE_OPT_NOT_IN_SCRIPT, "quiet"),
	CRANE_OPT(0, "inscript", "string", STRING, MAP, AT(name), NULL, CRANE_OPT_ONLY_IN_SCRIPT,
		  "in scripts"),
	CRANE_OPT(0, "pod", "string", STRING, REFUSE, CRANE_OPT_NO_FIELD, NULL, 0,
		  "Slurm has no pods"),
	CRANE_OPT(0, "share", NULL, BOOL, REFUSE, CRANE_OPT_NO_FIELD, NULL, 0,
		  "Slurm shares nothing"),
	CRANE_OPT_END,
};

static const struct crane_opt rows[] = {
	CRANE_OPT('N', "nodes", "uint32", UINT, PASS, AT(nodes), set_nodes, 0, "nodes"),
	CRANE_OPT('c', "cpus", "float", FLOAT, MAP, AT(cpus), NULL, 0, "cpus"),
	CRANE_OPT('J', "name", "string", STRING, PASS, AT(name), NULL, 0, "name"),
	CRANE_OPT(0, "gres", "string", STRING, MAP, AT(gres), set_gres, CRANE_OPT_EMPTY_COUNTS,
		  "gres"),
	CRANE_OPT('s', "step", "string", OPTIONAL, MAP, AT(step), NULL, 0, "step"),
	CRANE_OPT_THEN(more_rows),
};

static const struct crane_command command = { "test [flags]", "A test", rows, false,
					      CRANE_ANY_WORDS };
static const struct crane_command stopping = { "test [flags] program", "A test", rows, true,
					       CRANE_ANY_WORDS };

#define WORDS_MAX 8

/* [read]: what was read, "--name=value" as the user spelled the option, then the words. */
static const struct read_row {
	const char *argv[WORDS_MAX];
	const char *read;
} reads[] = {
	{ { "-N", "2" }, "-N=2" },
	{ { "-N2" }, "-N=2" },
	{ { "-N=2" }, "-N=2" },
	{ { "--nodes", "2" }, "--nodes=2" },
	{ { "--nodes=2" }, "--nodes=2" },
	{ { "-N", "0x10" }, "-N=0x10" },
	{ { "-J", "-N2" }, "-J=-N2" },
	{ { "--name", "--" }, "--name=--" },
	{ { "--name=" }, "--name=" },
	{ { "--name", "" }, "--name=" },
	{ { "--name=a=b" }, "--name=a=b" },
	{ { "-J==b" }, "-J==b" },
	{ { "-J=" }, "-J==" },
	{ { "-H" }, "-H=true" },
	{ { "-H=false" }, "-H=false" },
	{ { "--hold=0" }, "--hold=0" },
	{ { "--hold", "false" }, "--hold=true false" },
	{ { "-QH" }, "-Q=true -H=true" },
	{ { "-QHN2" }, "-Q=true -H=true -N=2" },
	{ { "-QN", "2" }, "-Q=true -N=2" },
	{ { "-QH=false" }, "-Q=true -H=false" },
	{ { "--step" }, "--step=" },
	{ { "--step", "5" }, "--step= 5" },
	{ { "--step=5" }, "--step=5" },
	{ { "-s=5" }, "-s=5" },
	{ { "a", "-N2", "b" }, "-N=2 a b" },
	{ { "-N2", "--", "-H", "--", "x" }, "-N=2 -H -- x" },
	{ { "-", "-H" }, "-H=true -" },
	{ { "" }, "" },
	{ { "-N1", "-N2" }, "-N=1 -N=2" },
};

/* The same for a command that ends its flags at the first word. */
static const struct read_row stopping_reads[] = {
	{ { "-N2", "prog", "-H" }, "-N=2 prog -H" },
	{ { "prog", "--", "-N2" }, "prog -- -N2" },
	{ { "-H", "--", "-N2" }, "-H=true -N2" },
};

static const struct read_row script_reads[] = {
	{ { "-N", "2" }, "-N=2" },
	{ { "-N2" }, "-N=2" },
	{ { "--nodes=2" }, "--nodes=2" },
	{ { "--nodes", "010" }, "--nodes=010" },
	{ { "-H" }, "-H=true" },
	{ { "--hold", "false" }, "--hold=false" },
	{ { "--hold", "x" }, "--hold=true x" },
	{ { "--inscript", "x" }, "--inscript=x" },
};

static const struct refused_row {
	const char *argv[WORDS_MAX];
	const char *text;
} refused[] = {
	{ { "--foo" }, "unknown flag: --foo" },
	{ { "--foo=3" }, "unknown flag: --foo" },
	{ { "--nod", "2" }, "unknown flag: --nod" },
	{ { "--Nodes=2" }, "unknown flag: --Nodes" },
	{ { "--inscript=x" }, "unknown flag: --inscript" },
	{ { "-Z" }, "unknown shorthand flag: 'Z' in -Z" },
	{ { "-HZx" }, "unknown shorthand flag: 'Z' in -Zx" },
	{ { "-H=" }, "unknown shorthand flag: '=' in -=" },
	{ { "--nodes" }, "flag needs an argument: --nodes" },
	{ { "-N" }, "flag needs an argument: 'N' in -N" },
	{ { "-HN" }, "flag needs an argument: 'N' in -N" },
	{ { "---nodes" }, "bad flag syntax: ---nodes" },
	{ { "--=2" }, "bad flag syntax: --=2" },
	{ { "-N", "x" },
	  "invalid argument \"x\" for \"-N, --nodes\" flag: strconv.ParseUint: parsing \"x\": "
	  "invalid syntax" },
	{ { "-N", "-1" },
	  "invalid argument \"-1\" for \"-N, --nodes\" flag: strconv.ParseUint: parsing \"-1\": "
	  "invalid syntax" },
	{ { "--nodes=" },
	  "invalid argument \"\" for \"-N, --nodes\" flag: strconv.ParseUint: parsing \"\": "
	  "invalid syntax" },
	{ { "-N=4294967296" },
	  "invalid argument \"4294967296\" for \"-N, --nodes\" flag: strconv.ParseUint: parsing "
	  "\"4294967296\": value out of range" },
	{ { "-c", "abc" },
	  "invalid argument \"abc\" for \"-c, --cpus\" flag: strconv.ParseFloat: parsing \"abc\": "
	  "invalid syntax" },
	{ { "--share=maybe" },
	  "invalid argument \"maybe\" for \"--share\" flag: strconv.ParseBool: parsing \"maybe\": "
	  "invalid syntax" },
};

static const struct refused_row script_refused[] = {
	{ { "--foo", "3" }, "unrecognized '--foo' in script (line 7)" },
	{ { "--foo=3" }, "unrecognized '--foo' in script (line 7)" },
	{ { "-Z" }, "unrecognized '-Z' in script (line 7)" },
	{ { "--quiet" }, "unrecognized '--quiet' in script (line 7)" },
	{ { "-Q" }, "unrecognized '-Q' in script (line 7)" },
	{ { "--nodes" }, "flag needs an argument: '--nodes' in script (line 7)" },
	{ { "-N" }, "flag needs an argument: '-N' in script (line 7)" },
	{ { "-N", "x" },
	  "-N value 'x' in script: strconv.ParseUint: parsing \"x\": invalid syntax (line 7)" },
	{ { "--nodes=0x2" },
	  "--nodes value '0x2' in script: strconv.ParseUint: parsing \"0x2\": invalid syntax "
	  "(line 7)" },
};

/* What apply makes of what was read: [applied], and the text of a refusal. */
static const struct apply_row {
	const char *argv[WORDS_MAX];
	unsigned line;
	enum crane_applied applied;
	const char *text;
} applies[] = {
	{ { "-N", "0" }, 0, CRANE_APPLY_BAD_VALUE, "-N must be > 0" },
	{ { "--nodes=0" }, 0, CRANE_APPLY_BAD_VALUE, "--nodes must be > 0" },
	{ { "--gres=bare" }, 0, CRANE_APPLY_UNSUPPORTED, "the bare text" },
	{ { "--pod=x" }, 0, CRANE_APPLY_UNSUPPORTED, "--pod: Slurm has no pods" },
	{ { "--pod=x" }, 3, CRANE_APPLY_UNSUPPORTED, "--pod: Slurm has no pods (line 3)" },
	{ { "--share" }, 0, CRANE_APPLY_UNSUPPORTED, "--share: Slurm shares nothing" },
	{ { "--share=false" }, 0, CRANE_APPLIED, NULL },
	{ { "--pod=" }, 0, CRANE_APPLIED, NULL },
};

static int parse(const struct crane_command *of, const char *const *argv, unsigned line,
		 struct crane_parsed *out, struct crane_error *err)
{
	static char *copy[WORDS_MAX];
	int argc = 0;

	while (argc < WORDS_MAX && argv[argc]) {
		copy[argc] = (char *)(uintptr_t)argv[argc];
		argc++;
	}
	return crane_options_parse(of, argc, copy, line, out, err);
}

static void assert_read(const struct crane_command *of, unsigned line, const struct read_row *row)
{
	struct crane_parsed parsed;
	struct crane_error err;
	char text[200] = "";
	size_t n = 0;

	assert_int_equal(parse(of, row->argv, line, &parsed, &err), 0);
	for (size_t i = 0; i < parsed.n_given; i++) {
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s=%s", n ? " " : "",
				      parsed.given[i].spelled, parsed.given[i].text);
		assert_int_equal(parsed.given[i].line, line);
	}
	for (size_t i = 0; i < parsed.n_words; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s", n ? " " : "",
				      parsed.words[i]);
	assert_string_equal(text, row->read);
	crane_parsed_clear(&parsed);
}

static void parse_reads_the_forms_of_a_command_line(void **state)
{
	assert_read(&command, 0, *state);
}

static void parse_ends_the_flags_at_the_first_word(void **state)
{
	assert_read(&stopping, 0, *state);
}

static void parse_reads_the_forms_of_a_directive(void **state)
{
	assert_read(&command, 7, *state);
}

static void assert_refused(unsigned line, const struct refused_row *row)
{
	struct crane_parsed parsed;
	struct crane_error err;

	assert_int_equal(parse(&command, row->argv, line, &parsed, &err), -1);
	assert_int_equal(err.class, CRANE_E_VALUE);
	assert_string_equal(err.text, row->text);
	crane_parsed_clear(&parsed);
}

static void parse_refuses_in_the_words_of_the_flag_library(void **state)
{
	assert_refused(0, *state);
}

static void parse_refuses_a_directive_and_names_its_line(void **state)
{
	assert_refused(7, *state);
}

static void apply_refuses_or_passes_an_option(void **state)
{
	const struct apply_row *row = *state;
	struct request request = { 0 };
	struct crane_parsed parsed;
	struct crane_error err;

	assert_int_equal(parse(&command, row->argv, row->line, &parsed, &err), 0);
	assert_int_equal(crane_options_apply(&parsed, &request, &err), row->applied);
	if (row->text)
		assert_string_equal(err.text, row->text);
	crane_parsed_clear(&parsed);
}

static void apply_stores_the_last_value_of_each_option(void **state)
{
	static const char *const argv[WORDS_MAX] = { "-N1",   "-c=1.5",  "-Ja",    "-H",
						     "-N010", "--name=", "--step", NULL };
	struct request request = { 0 };
	struct crane_parsed parsed;
	struct crane_error err;

	(void)state;
	assert_int_equal(parse(&command, argv, 0, &parsed, &err), 0);
	assert_int_equal(crane_options_apply(&parsed, &request, &err), CRANE_APPLIED);
	assert_true(request.nodes.given);
	assert_int_equal(request.nodes.value, 8);
	assert_true(request.cpus.given);
	assert_true(request.cpus.value == 1.5);
	assert_string_equal(request.name, "a");
	assert_string_equal(request.step, "");
	assert_true(request.hold);
	assert_false(request.quiet);
	assert_null(request.gres);
	crane_parsed_clear(&parsed);
}

static void empty_value_counts_only_for_an_option_that_says_so(void **state)
{
	static const char *const argv[WORDS_MAX] = { "--name=", "--gres=", "--step" };
	struct request request = { 0 };
	struct crane_parsed parsed;
	struct crane_error err;

	(void)state;
	assert_int_equal(parse(&command, argv, 0, &parsed, &err), 0);
	assert_false(crane_parsed_has(&parsed, "name"));
	assert_true(crane_parsed_has(&parsed, "gres"));
	assert_true(crane_parsed_has(&parsed, "step"));
	assert_false(crane_parsed_has(&parsed, "nodes"));
	assert_int_equal(crane_options_apply(&parsed, &request, &err), CRANE_APPLIED);
	assert_null(request.name);
	assert_string_equal(request.gres, "");
	crane_parsed_clear(&parsed);
}

static void last_boolean_counts(void **state)
{
	static const char *const argv[WORDS_MAX] = { "-H", "--hold=false", "-Q=false", "-Q" };
	struct crane_parsed parsed;
	struct crane_error err;

	(void)state;
	assert_int_equal(parse(&command, argv, 0, &parsed, &err), 0);
	assert_false(crane_parsed_has(&parsed, "hold"));
	assert_true(crane_parsed_has(&parsed, "quiet"));
	crane_parsed_clear(&parsed);
}

/* The words of [argv] in one text. */
static const char *joined(const char *const *argv)
{
	static char text[200];
	size_t n = 0;

	text[0] = '\0';
	for (size_t i = 0; i < WORDS_MAX && argv[i]; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s", i ? " " : "", argv[i]);
	return text;
}

int main(void)
{
	static struct unit_list list;

	for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++)
		unit_add(&list, parse_reads_the_forms_of_a_command_line, &reads[i],
			 "a command line reads '%s'", joined(reads[i].argv));
	for (size_t i = 0; i < sizeof(stopping_reads) / sizeof(stopping_reads[0]); i++)
		unit_add(&list, parse_ends_the_flags_at_the_first_word, &stopping_reads[i],
			 "the first word ends the flags in '%s'", joined(stopping_reads[i].argv));
	for (size_t i = 0; i < sizeof(script_reads) / sizeof(script_reads[0]); i++)
		unit_add(&list, parse_reads_the_forms_of_a_directive, &script_reads[i],
			 "a directive reads '%s'", joined(script_reads[i].argv));
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		unit_add(&list, parse_refuses_in_the_words_of_the_flag_library, &refused[i],
			 "a command line refuses '%s'", joined(refused[i].argv));
	for (size_t i = 0; i < sizeof(script_refused) / sizeof(script_refused[0]); i++)
		unit_add(&list, parse_refuses_a_directive_and_names_its_line, &script_refused[i],
			 "a directive refuses '%s'", joined(script_refused[i].argv));
	for (size_t i = 0; i < sizeof(applies) / sizeof(applies[0]); i++)
		unit_add(&list, apply_refuses_or_passes_an_option, &applies[i],
			 "apply %s '%s' of line %u", applies[i].text ? "refuses" : "passes",
			 joined(applies[i].argv), applies[i].line);
	unit_add(&list, apply_stores_the_last_value_of_each_option, NULL,
		 "apply stores the last value of each option");
	unit_add(&list, empty_value_counts_only_for_an_option_that_says_so, NULL,
		 "an empty value counts only for an option that says so");
	unit_add(&list, last_boolean_counts, NULL, "the last value of a boolean counts");
	return unit_run("options", &list);
}
