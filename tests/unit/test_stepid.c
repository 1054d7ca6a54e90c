/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Step numbers both ways, what made a job, and the text of ids (doc/reference/steps.md).
 */
#include "unit.h"

#include "src/stepid.h"

/* --- numbers ---------------------------------------------------------------------------------- */

#define U CRANE_MAKER_UNKNOWN
#define B CRANE_MAKER_SBATCH
#define A CRANE_MAKER_SALLOC
#define S CRANE_MAKER_SRUN

static const struct number_row {
	enum crane_maker maker;
	uint32_t slurm;
	uint32_t crane;
} numbers[] = {
	/* clang-format off */
	{ B, 0xfffffffc, 0 }, { A, 0xfffffffc, 0 }, { S, 0xfffffffc, 0 }, { U, 0xfffffffc, 0 },
	{ B, 0xfffffffb, 1 }, { U, 0xfffffffb, 1 }, { A, 0xfffffffa, 1 }, { S, 0, 1 },
	{ B, 0, 2 },          { A, 0, 2 },          { U, 0, 2 },          { S, 1, 2 },
	{ B, 1, 3 },          { A, 7, 9 },          { U, 1, 3 },          { S, 2, 3 },
	{ B, 0xfffffff0, 0xfffffff2 },              { S, 0xfffffff0, 0xfffffff1 },
	/* clang-format on */
};

static void test_number(void **state)
{
	const struct number_row *row = *state;
	uint32_t slurm = 12345;

	assert_int_equal(crane_step_from_slurm(row->slurm, row->maker), row->crane);
	assert_true(crane_step_to_slurm(row->crane, row->maker, &slurm));
	assert_int_equal(slurm, row->slurm);
}

static void test_one_way(void **state)
{
	uint32_t slurm = 12345;

	(void)state;
	/* A waiting step has no number, whoever made the job; nor have ids Slurm never gives. */
	assert_int_equal(crane_step_from_slurm(0xfffffffd, B), CRANE_STEP_NONE);
	assert_int_equal(crane_step_from_slurm(0xfffffffd, S), CRANE_STEP_NONE);
	assert_int_equal(crane_step_from_slurm(0xfffffff1, B), CRANE_STEP_NONE);
	assert_int_equal(crane_step_from_slurm(0xfffffffe, U), CRANE_STEP_NONE);
	assert_int_equal(crane_step_from_slurm(0xffffffff, U), CRANE_STEP_NONE);
	/* An interactive step may also turn up where the maker is not known. */
	assert_int_equal(crane_step_from_slurm(0xfffffffa, U), 1);
	assert_false(crane_step_to_slurm(CRANE_STEP_NONE, B, &slurm));
	assert_false(crane_step_to_slurm(0xfffffff3, B, &slurm));
	assert_false(crane_step_to_slurm(0xfffffff2, S, &slurm));
	assert_int_equal(slurm, 12345);
}

/* --- what made a job -------------------------------------------------------------------------- */

static const struct maker_row {
	const char *what;
	struct crane_maker_facts facts;
	enum crane_maker maker;
} makers[] = {
	/* clang-format off */
	{ "a script", { .is_batch = true, .command = "/home/u/x.sh" }, B },
	{ "a script, --wrap", { .is_batch = true }, B },
	{ "a command on 22.05", { .command = "sleep" }, S },
	{ "no command on 22.05", { 0 }, A },
	{ "an empty command on 22.05", { .command = "" }, A },
	{ "a command on 24.11", { .command = "sleep", .salloc_has_command = true }, U },
	{ "no command on 24.11", { .salloc_has_command = true }, U },
	{ "submit line of srun",
	  { .submit_line = "srun -n2 x", .command = "x", .salloc_has_command = true }, S },
	{ "submit line of salloc",
	  { .submit_line = "/usr/bin/salloc x", .command = "x", .salloc_has_command = true }, A },
	{ "a first step by crun, with the job",
	  { .first_step = "srun --nodes=1 --ntasks=2 --job-name=x -- x --exact --", .command = "x",
	    .salloc_has_command = true }, S },
	{ "a quiet one",
	  { .first_step = "/usr/bin/srun --quiet --nodes=1 --ntasks=1 -- x", .command = "x",
	    .salloc_has_command = true }, S },
	{ "a first step by crun, in a job of salloc's",
	  { .first_step = "srun --nodes=1 --ntasks=1 --gres=gpu:1 --exact --mem=0 -- x", .command = "x",
	    .salloc_has_command = true }, U },
	{ "that without GPUs",
	  { .first_step = "srun --gres=none --nodes=1 --ntasks=1 --exact -- x", .command = "x",
	    .salloc_has_command = true }, U },
	{ "a first step by hand",
	  { .first_step = "srun --nodes=1 --ntasks=1 x", .command = "x", .salloc_has_command = true }, U },
	{ "cut lines",
	  { .first_step = "srun -- ", .salloc_has_command = true }, U },
	{ "and another",
	  { .first_step = "srun --nodes=1 -- ", .salloc_has_command = true }, U },
	{ "a step that was not made by srun",
	  { .first_step = "x --nodes=1 --ntasks=1 -- x", .salloc_has_command = true }, U },
	{ "a first step cannot outdo a script",
	  { .first_step = "srun --nodes=1 --ntasks=2 -- x", .is_batch = true, .salloc_has_command = true }, B },
	{ "the record before a command",
	  { .admin_comment = "[crane:1;k=ab;m=salloc;b=0;d=afterok:7;e=.]", .command = "bash",
	    .salloc_has_command = true }, A },
	{ "the record among a site's words",
	  { .admin_comment = "x [crane:1;k=ab;m=srun;b=0;d=afterok:7;e=.] y",
	    .salloc_has_command = true }, S },
	{ "the note of a job without a gate",
	  { .admin_comment = "x [crane-native:1;k=ab;m=salloc;d=afterok:7] y", .command = "bash",
	    .submit_line = "srun bash" },
	  A },
	{ "a record that does not know",
	  { .admin_comment = "[crane:1;k=ab;m=unknown;b=0;d=afterok:7;e=.]", .command = "x" }, S },
	{ "a damaged record", { .admin_comment = "[crane:1;k=", .command = "x" }, S },
	/* clang-format on */
};

static void test_maker(void **state)
{
	const struct maker_row *row = *state;

	assert_int_equal(crane_maker_infer(&row->facts), row->maker);
}

/* --- text ------------------------------------------------------------------------------------- */

#define Z CRANE_ID_STEP_ZERO
#define STRICT CRANE_ID_STRICT
#define FORM                                                                                       \
	"job id list must follow the format <job_id>[_<array_task_id>][.<step_id>] or "            \
	"comma-separated list"

/* [text] parses to what prints as [printed]. */
static const struct good_row {
	const char *text;
	unsigned flags;
	const char *printed;
} good[] = {
	{ "12", 0, "12" },
	{ "12.2", 0, "12.2" },
	{ "12.1", STRICT, "12.1" },
	{ "10_3", 0, "10_3" },
	{ "10_0", STRICT, "10_0" },
	{ "10_003.4", STRICT, "10_3.4" },
	{ "10_3.2", 0, "10_3.2" },
	{ "4294967295_4294967295.4294967294", 0, "4294967295_4294967295.4294967294" },
	{ " 12.2 ", 0, "12.2" },
	{ "012.02", 0, "12.2" },
	{ "12.0", Z, "12.0" },
	{ "12.0", Z | STRICT, "12.0" },
	{ "10_3.0", Z | STRICT, "10_3.0" },
};

static void test_good(void **state)
{
	const struct good_row *row = *state;
	struct crane_error err = { 0 };
	struct crane_id id;
	char buf[CRANE_ID_TEXT_MAX];

	assert_int_equal(crane_id_parse(row->text, row->flags, &id, &err), 0);
	assert_string_equal(crane_id_format(&id, buf), row->printed);
}

static const struct bad_row {
	const char *text;
	unsigned flags;
	unsigned column;
	const char *error;
} bad[] = {
	{ "", 0, 1, "invalid selector \"\"" },
	{ " ", 0, 1, "invalid selector \" \"" },
	{ ".2", 0, 1, "invalid selector \".2\"" },
	{ "_3", 0, 1, "invalid selector \"_3\"" },
	{ "1.2.3", 0, 1, "invalid selector \"1.2.3\"" },
	{ "1_2_3", 0, 1, "invalid selector \"1_2_3\"" },
	{ "7,", 0, 3, "invalid selector \"\"" },
	{ "7,,8", 0, 3, "invalid selector \"\"" },
	{ "abc", 0, 1, "invalid job id \"abc\"" },
	{ "0", 0, 1, "invalid job id \"0\"" },
	{ "-1", 0, 1, "invalid job id \"-1\"" },
	{ "+1", 0, 1, "invalid job id \"+1\"" },
	{ "1 2", 0, 1, "invalid job id \"1 2\"" },
	{ "4294967296", 0, 1, "invalid job id \"4294967296\"" },
	{ "99999999999999999999999", 0, 1, "invalid job id \"99999999999999999999999\"" },
	{ "7, x.2", 0, 3, "invalid job id \" x.2\"" },
	{ "7_", 0, 1, "invalid array task id \"7_\"" },
	{ "7_x", 0, 1, "invalid array task id \"7_x\"" },
	{ "7_4294967296", 0, 1, "invalid array task id \"7_4294967296\"" },
	{ "7.", 0, 1, "invalid step id \"7.\"" },
	{ "7.x", 0, 1, "invalid step id \"7.x\"" },
	{ "7.?", Z, 1, "invalid step id \"7.?\"" },
	{ "12.0", 0, 1, "invalid step id \"12.0\"" },
	{ "12.00", 0, 1, "invalid step id \"12.00\"" },
	{ "12.4294967295", Z, 1, "invalid step id \"12.4294967295\"" },
	{ "12.1_2", 0, 1, "invalid step id \"12.1_2\"" },
	{ "0", STRICT, 1, FORM },
	{ "", STRICT, 1, FORM },
	{ "1.0", STRICT, 1, FORM },
	{ "1.00", STRICT | Z, 1, FORM },
	{ "01", STRICT, 1, FORM },
	{ "1.02", STRICT | Z, 1, FORM },
	{ "2.", STRICT, 1, FORM },
	{ "2_", STRICT, 1, FORM },
	{ "1, 2", STRICT, 3, FORM },
	{ "1,", STRICT, 3, FORM },
	{ "99999999999,x", STRICT, 13, FORM }, /* the form of the whole list first */
	{ "99999999999", STRICT, 1, "invalid job id \"99999999999\"" },
	{ "5,7.99999999999", STRICT, 3, "invalid step id \"7.99999999999\"" },
	{ "7_99999999999", STRICT, 1, "invalid array task id \"7_99999999999\"" },
};

static void test_bad(void **state)
{
	const struct bad_row *row = *state;
	struct crane_error err = { 0 };
	struct crane_id *ids = (void *)&err;
	struct crane_id id = { .job_id = 77 };
	size_t n = 77;

	assert_int_equal(crane_id_list_parse(row->text, row->flags, &ids, &n, &err), -1);
	assert_int_equal(err.class, CRANE_E_VALUE);
	assert_int_equal(err.column, row->column);
	assert_string_equal(err.text, row->error);
	assert_ptr_equal(ids, &err);
	assert_int_equal(n, 77);
	assert_int_equal(crane_id_list_parse(row->text, row->flags, &ids, &n, NULL), -1);
	if (strchr(row->text, ',') == NULL) {
		assert_int_equal(crane_id_parse(row->text, row->flags, &id, &err), -1);
		assert_string_equal(err.text, row->error);
		assert_int_equal(id.job_id, 77);
	}
}

static void test_list(void **state)
{
	static const char *const printed[] = { "12.2", "10_3", "12", "12.2" };
	struct crane_error err;
	struct crane_id *ids;
	char buf[CRANE_ID_TEXT_MAX];
	size_t n;

	(void)state;
	assert_int_equal(crane_id_list_parse("12.2, 10_3 ,12,12.2", 0, &ids, &n, &err), 0);
	assert_int_equal(n, 4);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(crane_id_format(&ids[i], buf), printed[i]);
	free(ids);
	assert_int_equal(crane_id_list_parse("12.2,12.3", STRICT, &ids, &n, &err), 0);
	assert_int_equal(n, 2);
	assert_int_equal(ids[1].step, 3);
	free(ids);
}

static void test_waiting_step(void **state)
{
	struct crane_id id = { .job_id = UINT32_MAX,
			       .task_id = UINT32_MAX,
			       .has_task = true,
			       .has_step = true,
			       .step = CRANE_STEP_NONE };
	char buf[CRANE_ID_TEXT_MAX];

	(void)state;
	assert_string_equal(crane_id_format(&id, buf), "4294967295_4294967295.?");
	id.has_task = false;
	id.job_id = 12;
	assert_string_equal(crane_id_format(&id, buf), "12.?");
}

static void test_long_list(void **state)
{
	enum { N = 200000 };
	struct crane_id *ids = NULL;
	struct crane_error err;
	char *text = malloc(N * 4 + 1);
	size_t n = 0;

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < N; i++)
		memcpy(text + i * 4, "7.2,", 4);
	text[N * 4 - 1] = '\0';
	assert_quick(assert_int_equal(crane_id_list_parse(text, STRICT, &ids, &n, &err), 0));
	assert_int_equal(n, N);
	free(ids);
	text[N * 4 - 2] = 'x';
	assert_int_equal(crane_id_list_parse(text, STRICT, &ids, &n, &err), -1);
	free(text);
}

static void test_same(void **state)
{
	struct crane_id job = { .job_id = 12 };
	struct crane_id task = { .job_id = 12, .has_task = true };
	struct crane_id step = { .job_id = 12, .has_step = true };
	struct crane_id stale = { .job_id = 12, .task_id = 3, .step = 2 };

	(void)state;
	assert_true(crane_id_is_same(&job, &job));
	/* Numbers that are not valid do not count. */
	assert_true(crane_id_is_same(&job, &stale));
	assert_false(crane_id_is_same(&job, &task));
	assert_false(crane_id_is_same(&job, &step));
	assert_false(crane_id_is_same(&task, &step));
	stale.has_task = true;
	assert_false(crane_id_is_same(&task, &stale));
}

int main(void)
{
	static struct unit_list list;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		unit_add(&list, test_number, &numbers[i],
			 "Slurm's step %u in a job by %s is step %u, and back", numbers[i].slurm,
			 crane_maker_name(numbers[i].maker), numbers[i].crane);
	unit_add(&list, test_one_way, NULL, "ids that only one side has");
	for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++)
		unit_add(&list, test_maker, &makers[i], "maker: %s", makers[i].what);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		unit_add(&list, test_good, &good[i], "id \"%s\", flags %u", good[i].text,
			 good[i].flags);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		unit_add(&list, test_bad, &bad[i], "no id: \"%s\", flags %u", bad[i].text,
			 bad[i].flags);
	unit_add(&list, test_list, NULL, "a list keeps order and repetition");
	unit_add(&list, test_waiting_step, NULL, "a waiting step prints as ?");
	unit_add(&list, test_same, NULL, "ids are the same if job, task and step are");
	unit_add(&list, test_long_list, NULL, "200000 ids are read in linear time");
	return unit_run("stepid", &list);
}
