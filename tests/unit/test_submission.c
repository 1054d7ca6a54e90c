/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values of submission options in Slurm's words: generic resources, licenses, signals, file names
 * (doc/reference/options.md).
 */
#include "config.h"

#include "unit.h"

#include "wrappers/submission/gres.h"
#include "wrappers/submission/licenses.h"
#include "wrappers/submission/outfile.h"
#include "wrappers/submission/signalspec.h"

struct row {
	const char *value, *result;
};

static const struct row gres[] = {
	{ "gpu:1", "gpu:1" },
	{ "gpu:a100:1,gpu:v100:2", "gpu:a100:1,gpu:v100:2" },
	{ "gpu:1,npu:2", "gpu:1,npu:2" },
	{ "gpu:1,gpu:2", "gpu:3" },
	{ "gpu:a100:1,gpu:a100:2", "gpu:a100:3" },
	{ "gpu:4294967295,gpu:4294967295", "gpu:8589934590" },
	{ "gpu:a100:0,npu:2", "npu:2" },
	{ "gpu:0", "" },
	{ "gpu:0,gpu:a100:1", "gpu:a100:1" },
};

static const struct row refused_gres[] = {
	{ "", "Error parsing gres: " },
	{ "gpu", "Error parsing gres: gpu" },
	{ "gpu:a:b:1", "Error parsing gres: gpu:a:b:1" },
	{ ":1", "Error parsing gres: :1" },
	{ "gpu::1", "Error parsing gres: gpu::1" },
	{ "gpu:1,", "Error parsing gres: " },
	{ "gpu:", "error parsing gres count: gpu:" },
	{ "gpu:x", "error parsing gres count: gpu:x" },
	{ "gpu:-1", "error parsing gres count: gpu:-1" },
	{ "gpu:0x1", "error parsing gres count: gpu:0x1" },
	{ "gpu:4294967296", "error parsing gres count: gpu:4294967296" },
	{ "gpu:a100:x",
	  "Error parsing count for gpu: strconv.ParseUint: parsing \"x\": invalid syntax" },
	{ "gpu:2,gpu:a100:1", "Slurm counts gpu by type or without types, not both in one job; "
			      "give each of them a type, or none" },
	{ "gpu:a100:1,gpu:2", "Slurm counts gpu by type or without types, not both in one job; "
			      "give each of them a type, or none" },
};

static const struct row gpus[] = {
	{ "4", "gpu:4" },
	{ "a100:1,volta:1", "gpu:a100:1,gpu:volta:1" },
	{ "a100:1,a100:2", "gpu:a100:3" },
};

static const struct row refused_gpus[] = {
	{ "", "invalid number: \"\"" },
	{ "0", "invalid number: \"0\"" },
	{ "x", "invalid number: \"x\"" },
	{ "4,2", "simple number format must be the only part" },
	{ "4,a:1", "cannot mix simple number format with type:count format" },
	{ "a:1,4", "cannot mix simple number format with type:count format" },
	{ "a:0", "invalid number for type \"a\": \"0\"" },
	{ "a:", "invalid number for type \"a\": \"\"" },
	{ "a:b:1", "invalid input: \"a:b:1\" (too many colons)" },
	{ ":1", "gpu type cannot be empty" },
	{ "a:1,", "invalid input: empty part in gpus-per-node string" },
};

static const struct row licenses[] = {
	{ "ansys:2", "ansys:2" },
	{ "ansys:1, matlab:3", "ansys:1,matlab:3" },
	{ "ansys@srv_1:2", "ansys@srv_1:2" },
	{ "matlab2024:1,a1-b_c.d:2", "matlab2024:1,a1-b_c.d:2" },
	{ "7z:1", "7z:1" },
	{ "a@srv-1.site:1", "a@srv-1.site:1" },
	{ "a:1|b:2", "a:1|b:2" },
};

static const struct row refused_licenses[] = {
	{ "", "invalid licenses string format" },
	{ "a", "invalid licenses string format" },
	{ "a:", "invalid licenses string format" },
	{ ":1", "invalid licenses string format" },
	{ "a=1", "invalid licenses string format" },
	{ "a/b:1", "invalid licenses string format" },
	{ "a@:1", "invalid licenses string format" },
	{ "a:1,", "invalid licenses string format" },
	{ "a:1||b:1", "invalid licenses string format" },
	{ "a:x", "invalid licenses string format" },
	{ "a:0", "license count must > 0" },
	{ "a:1,b:1|c:1", "cannot mix AND (,) and OR (|) in licenses string" },
};

static const struct row signals[] = {
	{ "TERM", "15@60" },
	{ "sigusr1", "10@60" },
	{ "USR2@120", "12@120" },
	{ "B:HUP@5", "B:1@5" },
	{ "R:10@0", "R:10@0" },
	{ " INT ", "2@60" },
	{ "ILL,ILL", "4@60" },
	{ "64", "64@60" },
	{ "KILL,,", "9@60" },
	{ "TERM,INT", "15@60 2@60" },
	{ "TERM,B:TERM", "15@60 B:15@60" },
	{ "TERM@5,TERM", "15@5 15@60" },
	{ "TERM@4294967296", "15@4294967295" },
};

static const struct row refused_signals[] = {
	{ "X:TERM", "invalid signal format: X:TERM" },
	{ "b:TERM", "invalid signal format: b:TERM" },
	{ "TERM@", "invalid signal format: TERM@" },
	{ "TERM@x", "invalid signal format: TERM@x" },
	{ "TERM@-1", "invalid signal format: TERM@-1" },
	{ "-1", "invalid signal format: -1" },
	{ "INT,TERM@", "invalid signal format: INT,TERM@" },
	{ "FOO", "invalid signal number: FOO" },
	{ "SIG", "invalid signal number: SIG" },
	{ "0", "invalid signal number: 0" },
	{ "65", "invalid signal number: 65" },
	{ "USR1,B:BAR@3", "invalid signal number: BAR" },
};

static const struct row files[] = {
	{ "out-%j.txt", "out-%j.txt" },
	{ "%A_%a.%N.%n.%t.%u.%x", "%A_%a.%N.%n.%t.%u.%x" },
	{ "%5j-%%", "%5j-%%" },
	{ "%J", "%j.1" },
	{ "%5J", "%5j.1" },
	{ "%s-%3s", "1-001" },
	{ "%99s", "0000000001" },
	{ "%U%b%5z", "%%U%%b%%5z" },
	{ "end%", "end%%" },
	{ "end%5", "end%%5" },
	{ "17", "./17" },
	{ "none", "./none" },
	{ "None", "./None" },
	{ "17.txt", "17.txt" },
	{ "a\\%j", "a\\%j" },
	{ "a\\%s%J", "a\\%s%J" },
	{ "dir/%x/o", "dir/%x/o" },
};

static void gres_becomes_slurms_list(void **state)
{
	const struct row *row = *state;
	struct crane_gres list = { 0 };
	const struct crane_gres none = { 0 };
	struct crane_error err;
	char *text;

	assert_int_equal(crane_gres_read(&list, row->value, &err), 0);
	text = crane_gres_slurm(&list, &none);
	assert_string_equal(text, row->result);
	free(text);
	crane_gres_clear(&list);
}

static void gres_refuses_a_malformed_list(void **state)
{
	const struct row *row = *state;
	struct crane_gres list = { 0 };
	struct crane_error err;

	assert_int_equal(crane_gres_read(&list, row->value, &err), -1);
	assert_int_equal(err.class, CRANE_E_VALUE);
	assert_string_equal(err.text, row->result);
	crane_gres_clear(&list);
}

static void gpus_become_slurms_list(void **state)
{
	const struct row *row = *state;
	struct crane_gres list = { 0 };
	const struct crane_gres none = { 0 };
	struct crane_error err;
	char *text;

	assert_int_equal(crane_gres_read_gpus(&list, row->value, &err), 0);
	text = crane_gres_slurm(&none, &list);
	assert_string_equal(text, row->result);
	free(text);
	crane_gres_clear(&list);
}

static void gpus_refuse_a_malformed_list(void **state)
{
	const struct row *row = *state;
	struct crane_gres list = { 0 };
	struct crane_error err;

	assert_int_equal(crane_gres_read_gpus(&list, row->value, &err), -1);
	assert_int_equal(err.class, CRANE_E_VALUE);
	assert_string_equal(err.text, row->result);
	crane_gres_clear(&list);
}

static void both_lists_of_resources_become_one(void **state)
{
	struct crane_gres list = { 0 }, gpu_list = { 0 };
	char *text;

	(void)state;
	/* The second reading replaces the first. */
	assert_int_equal(crane_gres_read(&list, "gpu:7", NULL), 0);
	assert_true(crane_gres_has(&list, "gpu"));
	assert_int_equal(crane_gres_read(&list, "npu:1", NULL), 0);
	assert_false(crane_gres_has(&list, "gpu"));
	assert_int_equal(crane_gres_read_gpus(&gpu_list, "2", NULL), 0);
	text = crane_gres_slurm(&list, &gpu_list);
	assert_string_equal(text, "npu:1,gpu:2");
	free(text);
	crane_gres_clear(&list);
	crane_gres_clear(&gpu_list);
}

static void licenses_lose_their_blanks(void **state)
{
	const struct row *row = *state;
	struct crane_error err;
	char *text = crane_licenses(row->value, true, &err);

	assert_non_null(text);
	assert_string_equal(text, row->result);
	free(text);
}

static void licenses_refuse_a_malformed_list(void **state)
{
	const struct row *row = *state;
	struct crane_error err;

	assert_null(crane_licenses(row->value, true, &err));
	assert_int_equal(err.class, CRANE_E_VALUE);
	assert_string_equal(err.text, row->result);
}

static void licenses_refuse_a_choice_where_slurm_has_none(void **state)
{
	struct crane_error err;

	(void)state;
	assert_null(crane_licenses("a:1|b:2", false, &err));
	assert_string_equal(err.text, "this release of Slurm cannot choose among licenses (|), "
				      "25.05 and later can; name one, or several joined by , to "
				      "get all");
}

static void signals_become_slurms_words(void **state)
{
	const struct row *row = *state;
	struct crane_signals list = { 0 };
	struct crane_error err;
	char text[100] = "";
	size_t n = 0;

	assert_int_equal(crane_signals_add(&list, row->value, &err), 0);
	for (size_t i = 0; i < list.n; i++) {
		char *one = crane_signal_slurm(&list.signal[i]);

		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s", i ? " " : "", one);
		free(one);
	}
	assert_string_equal(text, row->result);
	crane_signals_clear(&list);
}

static void signals_refuse_a_malformed_list(void **state)
{
	const struct row *row = *state;
	struct crane_signals list = { 0 };
	struct crane_error err;

	assert_int_equal(crane_signals_add(&list, row->value, &err), -1);
	assert_int_equal(err.class, CRANE_E_VALUE);
	assert_string_equal(err.text, row->result);
	crane_signals_clear(&list);
}

static void signals_of_two_lists_stand_once(void **state)
{
	struct crane_signals list = { 0 };

	(void)state;
	assert_int_equal(crane_signals_add(&list, "USR1@30", NULL), 0);
	assert_int_equal(crane_signals_add(&list, "10@30", NULL), 0);
	assert_int_equal(list.n, 1);
	assert_int_equal(crane_signals_add(&list, "TERM", NULL), 0);
	assert_int_equal(list.n, 2);
	crane_signals_clear(&list);
}

static void outfile_translates_patterns(void **state)
{
	const struct row *row = *state;
	struct crane_error err;
	char *text = crane_outfile_for_batch("output", row->value, &err);

	assert_non_null(text);
	assert_string_equal(text, row->result);
	free(text);
}

static void outfile_refuses_a_base_name_of_128_bytes(void **state)
{
	char path[4 + 128 + 1] = "dir/";
	struct crane_error err;
	char *text;

	(void)state;
	memset(path + 4, 'x', 128);
	assert_null(crane_outfile_for_batch("error", path, &err));
	assert_int_equal(err.class, CRANE_E_VALUE);
	assert_string_equal(err.text, "invalid error file path: file name length exceeds 127 "
				      "characters");
	path[4 + 127] = '\0';
	text = crane_outfile_for_batch("error", path, &err);
	assert_non_null(text);
	assert_string_equal(text, path);
	free(text);
}

static void outfile_refuses_a_path_of_3970_bytes(void **state)
{
	char path[3970 + 1];
	struct crane_error err;
	char *text;

	(void)state;
	for (size_t i = 0; i < 3970; i++)
		path[i] = i % 4 == 0 ? '/' : 'd';
	path[3970] = '\0';
	assert_null(crane_outfile_for_batch("input", path, &err));
	assert_string_equal(err.text, "invalid input file path: file path length exceeds 3969 "
				      "characters");
	path[3969] = '\0';
	text = crane_outfile_for_batch("input", path, &err);
	assert_non_null(text);
	assert_string_equal(text, path);
	free(text);
}

static void outfile_holds_the_longest_translation(void **state)
{
	char path[126 + 1], wanted[42 * 10 + 1];
	char *text;

	(void)state;
	for (size_t i = 0; i < 42; i++) {
		memcpy(path + 3 * i, "%9s", 4);
		memcpy(wanted + 9 * i, "000000001", 10);
	}
	text = crane_outfile_for_batch("output", path, NULL);
	assert_non_null(text);
	assert_string_equal(text, wanted);
	free(text);
}

static void add_rows(struct unit_list *list, CMUnitTestFunction function, const char *what,
		     const struct row *row, size_t n)
{
	for (size_t i = 0; i < n; i++)
		unit_add(list, function, &row[i], "%s '%s'", what, row[i].value);
}

#define ADD(function, what, rows)                                                                  \
	add_rows(&list, function, what, rows, sizeof(rows) / sizeof((rows)[0]))

int main(void)
{
	static struct unit_list list;

	ADD(gres_becomes_slurms_list, "gres translates", gres);
	ADD(gres_refuses_a_malformed_list, "gres refuses", refused_gres);
	ADD(gpus_become_slurms_list, "gpus-per-node translates", gpus);
	ADD(gpus_refuse_a_malformed_list, "gpus-per-node refuses", refused_gpus);
	unit_add(&list, both_lists_of_resources_become_one, NULL,
		 "both lists of resources become one");
	ADD(licenses_lose_their_blanks, "licenses passes", licenses);
	ADD(licenses_refuse_a_malformed_list, "licenses refuses", refused_licenses);
	unit_add(&list, licenses_refuse_a_choice_where_slurm_has_none, NULL,
		 "licenses refuses a choice where Slurm has none");
	ADD(signals_become_slurms_words, "signal translates", signals);
	ADD(signals_refuse_a_malformed_list, "signal refuses", refused_signals);
	unit_add(&list, signals_of_two_lists_stand_once, NULL, "signals of two lists stand once");
	ADD(outfile_translates_patterns, "a file name translates", files);
	unit_add(&list, outfile_refuses_a_base_name_of_128_bytes, NULL,
		 "a base name of 128 bytes is refused");
	unit_add(&list, outfile_refuses_a_path_of_3970_bytes, NULL,
		 "a path of 3970 bytes is refused");
	unit_add(&list, outfile_holds_the_longest_translation, NULL,
		 "the longest translation of a file name fits");
	return unit_run("submission", &list);
}
