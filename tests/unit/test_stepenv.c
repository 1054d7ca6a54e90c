/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CRANE_*: every variable and format of doc/reference/environment.md, and the records that carry
 * facts. tests/cluster/environment.bats checks them on a real Slurm.
 */
#include "config.h"

#include "unit.h"

#include "src/stepenv.h"
#include "src/stepid.h"

/* --- a stand-in for an environment ------------------------------------------------------------ */

#define ENV_MAX 64

struct env {
	size_t n;
	const char *names[ENV_MAX];
	char *values[ENV_MAX]; /* NULL: unset on purpose */
	size_t fail_after;     /* 0: never */
};

static int set_env(void *arg, const char *name, const char *value)
{
	struct env *env = arg;

	if (env->fail_after > 0 && env->n == env->fail_after)
		return -1;
	for (size_t i = 0; i < env->n; i++)
		assert_string_not_equal(env->names[i], name); /* each once */
	assert_true(env->n < ENV_MAX);
	env->names[env->n] = name;
	env->values[env->n] = value != NULL ? strdup(value) : NULL;
	env->n++;
	return 0;
}

static void drop_env(struct env *env)
{
	for (size_t i = 0; i < env->n; i++)
		free(env->values[i]);
	memset(env, 0, sizeof(*env));
}

/* "(unset)": taken out; "(none)": never spoken of. */
static const char *in_env(const struct env *env, const char *name)
{
	for (size_t i = 0; i < env->n; i++) {
		if (strcmp(env->names[i], name) == 0)
			return env->values[i] != NULL ? env->values[i] : "(unset)";
	}
	return "(none)";
}

#define assert_env(env, name, value) assert_string_equal(in_env(env, name), value)

/* --- emission --------------------------------------------------------------------------------- */

static const char *const three_nodes[] = { "n1", "n2", "n3" };

static const struct crane_stepenv_job full_job = {
	.job_id = 12345,
	.maker = CRANE_MAKER_SBATCH,
	.by_crane = true,
	.has_array = true,
	.array_job_id = 1000,
	.array_task_id = 7,
	.end_time = 1699876543,
	.limit_sec = 9000,
	.n_nodes = 3,
	.n_tasks = 8,
	.tasks_per_node = 4,
	.cpus_per_task = 2,
	.node_mem_mib = 4096,
	.node_gpus = 1,
	.name = (char *)"sim; 100%\n",
	.account = (char *)"acct",
	.partition = (char *)"cpu",
	.qos = (char *)"normal",
	.nodes = (char *)"n[1-3]",
	.cpus = (char *)"8(x2),3",
	.submit_dir = (char *)"/home/u",
	.submit_host = (char *)"login1",
	.cluster = (char *)"c1",
};

static void test_every_variable(void **state)
{
	static const struct {
		const char *name, *value;
	} wanted[] = {
		/* clang-format off */
		{ "CRANE_ARRAY_JOB_ID", "1000" },
		{ "CRANE_ARRAY_TASK_ID", "7" },
		{ "CRANE_CLUSTER_NAME", "c1" },
		{ "CRANE_CPUS_ON_NODE", "3.00" },
		{ "CRANE_CPUS_PER_TASK", "2.00" },
		{ "CRANE_GPUS", "2" },
		{ "CRANE_JOB_ACCOUNT", "acct" },
		{ "CRANE_JOB_END_TIME", "1699876543000000000" },
		{ "CRANE_JOB_ID", "12345" },
		{ "CRANE_JOB_NAME", "sim; 100%\n" },
		{ "CRANE_JOB_NODELIST", "n1;n2;n3" },
		{ "CRANE_JOB_NUM_NODES", "3" },
		{ "CRANE_JOB_PARTITION", "cpu" },
		{ "CRANE_JOB_QOS", "normal" },
		{ "CRANE_MEM_PER_CPU", "1366.67" },
		{ "CRANE_MEM_PER_NODE", "4100" },
		{ "CRANE_NODEID", "2" },
		{ "CRANE_NTASKS", "8" },
		{ "CRANE_NTASKS_PER_NODE", "4" },
		{ "CRANE_PARTITION", "cpu" },
		{ "CRANE_PROCID", "5" },
		{ "CRANE_PROC_ID", "5" },
		{ "CRANE_STEP_ID", "2" },
		{ "CRANE_SUBMIT_DIR", "/home/u" },
		{ "CRANE_SUBMIT_HOST", "login1" },
		{ "CRANE_TIMELIMIT", "02:30:00" },
		/* clang-format on */
	};
	struct crane_stepenv_task task = { .step = 2,
					   .proc_id = 5,
					   .node = "n3",
					   .cpus_on_node = 1,
					   .node_mem_mib = 4100,
					   .node_gpus = 2,
					   .nodes = three_nodes,
					   .n_nodes = 3 };
	struct env env = { 0 };

	(void)state;
	assert_int_equal(crane_stepenv_emit(&full_job, &task, set_env, &env), 0);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		assert_env(&env, wanted[i].name, wanted[i].value);
	assert_int_equal(env.n, sizeof(wanted) / sizeof(wanted[0]));
	drop_env(&env);
}

static void test_nothing_known(void **state)
{
	struct crane_stepenv_job job = { .job_id = 7 };
	struct crane_stepenv_task task = { .step = CRANE_STEP_PRIMARY };
	struct env env = { 0 };

	(void)state;
	assert_int_equal(crane_stepenv_emit(&job, &task, set_env, &env), 0);
	/*
	 * Variables that are always set are set, so that scripts with `set -u` work; no variable of
	 * an outer job stays.
	 */
	assert_env(&env, "CRANE_JOB_ID", "7");
	assert_env(&env, "CRANE_JOB_QOS", "");
	assert_env(&env, "CRANE_JOB_ACCOUNT", "");
	assert_env(&env, "CRANE_JOB_NODELIST", "");
	assert_env(&env, "CRANE_NODEID", "-1");
	assert_env(&env, "CRANE_NTASKS", "1");
	assert_env(&env, "CRANE_CPUS_PER_TASK", "1.00");
	assert_env(&env, "CRANE_MEM_PER_CPU", "0.00");
	assert_env(&env, "CRANE_GPUS", "0");
	assert_env(&env, "CRANE_JOB_END_TIME", "(unset)");
	assert_env(&env, "CRANE_TIMELIMIT", "(unset)");
	assert_env(&env, "CRANE_ARRAY_JOB_ID", "(unset)");
	assert_env(&env, "CRANE_ARRAY_TASK_ID", "(unset)");
	assert_env(&env, "CRANE_STEP_ID", "(unset)");
	drop_env(&env);
}

static const struct step_row {
	uint32_t step;
	const char *value;
} steps[] = {
	/* clang-format off */
	{ CRANE_STEP_DAEMON, "(unset)" },
	{ CRANE_STEP_PRIMARY, "(unset)" },
	{ CRANE_STEP_NONE, "(unset)" },
	{ 2, "2" },
	{ 4000000000, "4000000000" },
	/* clang-format on */
};

static void test_step_id(void **state)
{
	const struct step_row *row = *state;
	struct crane_stepenv_task task = { .step = row->step };
	struct env env = { 0 };

	assert_int_equal(crane_stepenv_emit(&full_job, &task, set_env, &env), 0);
	assert_env(&env, "CRANE_STEP_ID", row->value);
	drop_env(&env);
}

static const struct time_row {
	uint64_t job_limit_sec, step_limit_sec;
	int64_t end_time;
	const char *limit, *end;
} times[] = {
	{ 9000, 0, 100, "02:30:00", "100000000000" },
	{ 129600, 0, 100, "36:00:00", "100000000000" }, /* hours do not fold into days */
	{ 360000, 0, 100, "100:00:00", "100000000000" },
	{ 9000, 60, 100, "00:01:00", "100000000000" }, /* the step's own */
	{ CRANE_STEPENV_UNLIMITED, 0, 1731412543, "87660000:00:00", "9223372036854775807" },
	{ CRANE_STEPENV_UNLIMITED, 300, 1731412543, "00:05:00", "9223372036854775807" },
	{ 9000, CRANE_STEPENV_UNLIMITED, 100, "87660000:00:00", "100000000000" },
	{ 9000, 0, 0, "02:30:00", "(unset)" },
	{ 0, 0, 100, "(unset)", "100000000000" },
	{ 9000, 0, 9223372036, "02:30:00", "9223372036000000000" },
	{ 9000, 0, 9223372037, "02:30:00", "9223372036854775807" },
	{ 9000, 0, INT64_MAX, "02:30:00", "9223372036854775807" },
};

static void test_times(void **state)
{
	const struct time_row *row = *state;
	struct crane_stepenv_job job = full_job;
	struct crane_stepenv_task task = { .step = 2, .limit_sec = row->step_limit_sec };
	struct env env = { 0 };

	job.limit_sec = row->job_limit_sec;
	job.end_time = row->end_time;
	assert_int_equal(crane_stepenv_emit(&job, &task, set_env, &env), 0);
	assert_env(&env, "CRANE_TIMELIMIT", row->limit);
	assert_env(&env, "CRANE_JOB_END_TIME", row->end);
	drop_env(&env);
}

static void test_node_of_the_task(void **state)
{
	struct crane_stepenv_task task = {
		.step = 2, .node = "n1", .cpus_on_node = 5, .nodes = three_nodes, .n_nodes = 3
	};
	struct env env = { 0 };

	(void)state;
	assert_int_equal(crane_stepenv_emit(&full_job, &task, set_env, &env), 0);
	assert_env(&env, "CRANE_NODEID", "0");
	assert_env(&env, "CRANE_CPUS_ON_NODE", "8.00");
	assert_env(&env, "CRANE_MEM_PER_NODE",
		   "4096"); /* of the job, where the node's own is not known */
	assert_env(&env, "CRANE_GPUS", "1");
	drop_env(&env);

	task.node = "elsewhere";
	assert_int_equal(crane_stepenv_emit(&full_job, &task, set_env, &env), 0);
	assert_env(&env, "CRANE_NODEID", "-1");
	assert_env(&env, "CRANE_CPUS_ON_NODE", "5.00"); /* what Slurm told the task */
	drop_env(&env);

	task.node = NULL; /* a shell on the submit host counts as on the first node */
	assert_int_equal(crane_stepenv_emit(&full_job, &task, set_env, &env), 0);
	assert_env(&env, "CRANE_NODEID", "0");
	assert_env(&env, "CRANE_CPUS_ON_NODE", "8.00");
	drop_env(&env);
}

static void test_forget(void **state)
{
	struct crane_stepenv_task task = { .step = 2 };
	struct env emitted = { 0 }, forgotten = { 0 };

	(void)state;
	assert_int_equal(crane_stepenv_emit(&full_job, &task, set_env, &emitted), 0);
	assert_int_equal(crane_stepenv_forget(set_env, &forgotten), 0);
	assert_int_equal(forgotten.n, emitted.n);
	for (size_t i = 0; i < emitted.n; i++)
		assert_env(&forgotten, emitted.names[i], "(unset)");
	drop_env(&emitted);
	drop_env(&forgotten);
}

static void test_devices(void **state)
{
	static const struct {
		const char *cuda, *rocr, *nvidia, *hip;
	} rows[] = {
		{ "0,1", NULL, "0,1", "(unset)" },     { "2", "2", "2", "0" },
		{ NULL, "1,3,5", "(unset)", "0,1,2" }, { "MIG-1/2/3", "", "MIG-1/2/3", "(unset)" },
		{ NULL, NULL, "(unset)", "(unset)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct env env = { 0 };

		assert_int_equal(crane_stepenv_devices(rows[i].cuda, rows[i].rocr, set_env, &env),
				 0);
		assert_env(&env, "NVIDIA_VISIBLE_DEVICES", rows[i].nvidia);
		assert_env(&env, "HIP_VISIBLE_DEVICES", rows[i].hip);
		assert_int_equal(env.n, 2);
		drop_env(&env);
	}
}

static void test_stops(void **state)
{
	struct crane_stepenv_task task = { .step = 2, .nodes = three_nodes, .n_nodes = 3 };
	struct env env = { .fail_after = 3 };

	(void)state;
	assert_int_equal(crane_stepenv_emit(&full_job, &task, set_env, &env), -1);
	assert_int_equal(env.n, 3);
	drop_env(&env);
	env.fail_after = 3;
	assert_int_equal(crane_stepenv_forget(set_env, &env), -1);
	drop_env(&env);
}

/* --- records ---------------------------------------------------------------------------------- */

static void test_record_round_trip(void **state)
{
	struct crane_stepenv_job job;
	struct crane_error err;
	char *text = crane_stepenv_job_print(&full_job), *again;

	(void)state;
	assert_string_equal(text, "1;id=12345;m=sbatch;c=1;a=1;aj=1000;at=7;end=1699876543;"
				  "limit=9000;nn=3;nt=8;tpn=4;cpt=2;mem=4096;gpu=1;"
				  "name=sim%3b 100%25%0a;acct=acct;part=cpu;qos=normal;"
				  "nodes=n[1-3];cpus=8(x2),3;dir=/home/u;host=login1;clu=c1");
	assert_int_equal(crane_stepenv_job_parse(text, 12345, &job, &err), 0);
	assert_int_equal(job.maker, CRANE_MAKER_SBATCH);
	assert_true(job.by_crane);
	assert_true(job.has_array);
	assert_int_equal(job.array_task_id, 7);
	assert_string_equal(job.name, full_job.name);
	again = crane_stepenv_job_print(&job);
	assert_string_equal(again, text);
	free(again);
	free(text);
	crane_stepenv_job_clear(&job);
	assert_null(job.name);
}

static void test_record_of_little(void **state)
{
	struct crane_stepenv_job job = { .job_id = 7,
					 .limit_sec = CRANE_STEPENV_UNLIMITED,
					 .name = (char *)"" };
	struct crane_error err;
	char *text = crane_stepenv_job_print(&job);

	(void)state;
	assert_string_equal(text, "1;id=7;m=unknown;limit=18446744073709551615;name=");
	assert_int_equal(crane_stepenv_job_parse(text, 7, &job, &err), 0);
	assert_true(job.limit_sec == CRANE_STEPENV_UNLIMITED);
	assert_false(job.by_crane);
	assert_string_equal(job.name, "");
	assert_null(job.qos);
	free(text);
	crane_stepenv_job_clear(&job);
}

static void test_record_of_a_newer_writer(void **state)
{
	struct crane_stepenv_job job;
	struct crane_error err;

	(void)state;
	assert_int_equal(
		crane_stepenv_job_parse("1;new=%zz;id=7;m=srun;name=a;name=b", 7, &job, &err), 0);
	assert_int_equal(job.maker, CRANE_MAKER_SRUN);
	assert_string_equal(job.name, "b"); /* and the first one is not leaked */
	crane_stepenv_job_clear(&job);
}

static const struct bad_record {
	const char *text, *error;
} bad_records[] = {
	{ NULL, "no record of the job" },
	{ "", "no record of the job" },
	{ "1", "no record of the job" },
	{ "2;id=7", "no record of the job" },
	{ "11;id=7", "no record of the job" },
	{ "id=7", "no record of the job" },
	{ "1;id=8;m=srun", "record of another job" },
	{ "1;m=srun", "record of another job" },
	{ "1;id=0", "record of another job" },
	{ "1;id=7;", "damaged record of the job" },
	{ "1;id=7;;m=srun", "damaged record of the job" },
	{ "1;id=7;nn", "damaged record of the job" },
	{ "1;id=7;name=x;nn=", "damaged record of the job: nn" },
	{ "1;id=7;nn=-1", "damaged record of the job: nn" },
	{ "1;id=7;nn=4294967296", "damaged record of the job: nn" },
	{ "1;id=7;c=2", "damaged record of the job: c" },
	{ "1;id=7;c=18446744073709551615", "damaged record of the job: c" },
	{ "1;id=7;limit=18446744073709551616", "damaged record of the job: limit" },
	{ "1;id=7;end=9223372036854775808", "damaged record of the job: end" },
	{ "1;id=7;m=cron", "damaged record of the job: m" },
	{ "1;id=7;name=%", "damaged record of the job: name" },
	{ "1;id=7;name=%3", "damaged record of the job: name" },
	{ "1;id=7;name=%3;qos=b", "damaged record of the job: name" },
	{ "1;id=7;name=%3B", "damaged record of the job: name" },
	{ "1;id=7;name=%00x", "damaged record of the job: name" },
};

static void test_bad_record(void **state)
{
	const struct bad_record *row = *state;
	struct crane_stepenv_job job, zero;
	struct crane_error err;

	memset(&zero, 0, sizeof(zero));
	assert_int_equal(crane_stepenv_job_parse(row->text, 7, &job, &err), -1);
	assert_string_equal(err.text, row->error);
	assert_memory_equal(&job, &zero, sizeof(job));
}

static void test_step_record(void **state)
{
	char text[CRANE_STEPENV_STEP_MAX];

	(void)state;
	assert_string_equal(crane_stepenv_step_print(12, 3, 300, text), "12.3:300");
	assert_int_equal(crane_stepenv_step_parse(text, 12, 3), 300);
	assert_int_equal(crane_stepenv_step_parse(text, 12, 4), 0);
	assert_int_equal(crane_stepenv_step_parse(text, 1, 3), 0);
	assert_int_equal(crane_stepenv_step_parse(text, 12, 33), 0);
	assert_int_equal(crane_stepenv_step_parse("12.3:", 12, 3), 0);
	assert_int_equal(crane_stepenv_step_parse("12.3:5x", 12, 3), 0);
	assert_int_equal(crane_stepenv_step_parse(NULL, 12, 3), 0);
	crane_stepenv_step_print(UINT32_MAX, UINT32_MAX, UINT64_MAX, text);
	assert_true(crane_stepenv_step_parse(text, UINT32_MAX, UINT32_MAX) == UINT64_MAX);
}

/* --- derivations ------------------------------------------------------------------------------ */

static const struct cpus_row {
	const char *text;
	uint32_t index, cpus;
} cpus[] = {
	/* clang-format off */
	{ "4", 0, 4 },            { "4", 1, 0 },         { "4(x2),3", 0, 4 },
	{ "4(x2),3", 1, 4 },
	{ "4(x2),3", 2, 3 },      { "4(x2),3", 3, 0 },   { "1,2,3", 2, 3 },        { NULL, 0, 0 },
	{ "", 0, 0 },             { "x", 0, 0 },         { "4(x2", 0, 0 },         { "4(x)", 0, 0 },
	{ "4,", 1, 0 },           { "4;3", 1, 0 },       { "99999999999", 0, 0 },
	{ "4(x4294967295),7", 3000000000, 4 },
	{ "4(x4294967295),7", UINT32_MAX, 7 },
	/* clang-format on */
};

static void test_cpus_of_node(void **state)
{
	const struct cpus_row *row = *state;

	assert_int_equal(crane_stepenv_cpus_of_node(row->text, row->index), row->cpus);
}

static const struct tasks_row {
	uint32_t n_tasks, n_nodes, bound, tasks;
} tasks[] = {
	/* clang-format off */
	{ 8, 3, 4, 4 }, { 8, 3, 0, 6 }, { 8, 3, 7, 6 }, { 4, 2, 2, 2 }, { 1, 1, 0, 1 },
	{ 2, 4, 0, 1 }, { 0, 0, 0, 1 }, { 4, 1, 0, 4 }, { UINT32_MAX, 1, 0, UINT32_MAX },
	/* clang-format on */
};

static void test_tasks_per_node(void **state)
{
	const struct tasks_row *row = *state;

	assert_int_equal(crane_stepenv_tasks_per_node(row->n_tasks, row->n_nodes, row->bound),
			 row->tasks);
}

static const struct list_row {
	const char *text;
	uint32_t n_nodes;
	uint64_t value;
} memory[] = {
	{ "cpu=4,mem=8000M,node=2,billing=4", 2, 4000 }, { "cpu=1,mem=4G", 1, 4096 },
	{ "mem=1.50G,cpu=1", 1, 1536 },                  { "mem=512", 1, 512 },
	{ "mem=2048K", 1, 2 },                           { "mem=1T", 1, 1048576 },
	{ "cpu=4", 1, 0 },                               { NULL, 1, 0 },
	{ "mem=8000M", 0, 0 },                           { "mem=x", 1, 0 },
	{ "mem=-1M", 1, 0 },                             { "mem=inf", 1, 0 },
	{ "mem=nan", 1, 0 },                             { "mem=999999999999999P", 1, 0 },
	{ "gres/gpumem=7M,mem=1M", 1, 1 },
}, gres[] = {
	{ "gpu:2", 1, 2 },          { "gpu:4", 2, 2 },     { "gpu:a100:4,gpu:2", 1, 6 },
	{ "gpu", 1, 1 },
	{ "gpu:a100", 1, 1 },       { "gpus:4", 1, 0 },    { "shard:8,gpu:1", 1, 1 },
	{ NULL, 1, 0 },
	{ "", 1, 0 },               { "gpu:2", 0, 0 },     { "craynetwork:3", 1, 0 },
	{ "gpu:2,", 1, 2 },
};

static void test_memory(void **state)
{
	const struct list_row *row = *state;

	assert_int_equal(crane_stepenv_mem_of_tres(row->text, row->n_nodes), row->value);
}

static void test_gres(void **state)
{
	const struct list_row *row = *state;

	assert_int_equal(crane_stepenv_gpus_of_gres(row->text, row->n_nodes), row->value);
}

static const struct word_row {
	const char *text;
	bool may;
} words[] = {
	/* clang-format off */
	{ "-t", true },       { "-t5", true },        { "-lt5", true },  { "--time=5", true },
	{ "--ti", true },     { "--t=1", true },      { "true", false }, { "-n1", false },
	{ "--ntasks=2", false }, { "--", false },     { "-", false },    { "", false },
	{ "--mem=1", false }, { "t", false },
	/* clang-format on */
};

static void test_word(void **state)
{
	const struct word_row *row = *state;

	assert_int_equal(crane_stepenv_may_limit(row->text), row->may);
}

#define ADD_ROWS(function, rows, ...)                                                              \
	do {                                                                                       \
		for (size_t i = 0; i < sizeof(rows) / sizeof((rows)[0]); i++)                      \
			unit_add(&list, function, &(rows)[i], __VA_ARGS__);                        \
	} while (0)

int main(void)
{
	static struct unit_list list;

	unit_add(&list, test_every_variable, NULL, "every variable, in its format");
	unit_add(&list, test_nothing_known, NULL,
		 "nothing known: always-there names are set, others taken out");
	ADD_ROWS(test_step_id, steps, "CRANE_STEP_ID of step %u is %s", steps[i].step,
		 steps[i].value);
	ADD_ROWS(test_times, times, "CRANE_TIMELIMIT %s, CRANE_JOB_END_TIME %s", times[i].limit,
		 times[i].end);
	unit_add(&list, test_node_of_the_task, NULL,
		 "values of a node are those of the task's node");
	unit_add(&list, test_devices, NULL, "devices have their other names, HIP's counted from 0");
	unit_add(&list, test_forget, NULL, "forgetting covers every name");
	unit_add(&list, test_stops, NULL, "a failing setter stops it");
	unit_add(&list, test_record_round_trip, NULL, "a record keeps everything");
	unit_add(&list, test_record_of_little, NULL, "a record leaves out what is not known");
	unit_add(&list, test_record_of_a_newer_writer, NULL,
		 "unknown names in a record are passed over");
	ADD_ROWS(test_bad_record, bad_records, "no record: %s",
		 bad_records[i].text != NULL ? bad_records[i].text : "(null)");
	unit_add(&list, test_step_record, NULL, "a step's record counts in that step only");
	ADD_ROWS(test_cpus_of_node, cpus, "CPUs of node %u in %s", cpus[i].index,
		 cpus[i].text != NULL ? cpus[i].text : "(null)");
	ADD_ROWS(test_tasks_per_node, tasks, "tasks a node: %u on %u, bound %u", tasks[i].n_tasks,
		 tasks[i].n_nodes, tasks[i].bound);
	ADD_ROWS(test_memory, memory, "memory a node: %s on %u",
		 memory[i].text != NULL ? memory[i].text : "(null)", memory[i].n_nodes);
	ADD_ROWS(test_gres, gres, "GPUs a node: %s on %u",
		 gres[i].text != NULL ? gres[i].text : "(null)", gres[i].n_nodes);
	ADD_ROWS(test_word, words, "may '%s' be a time limit", words[i].text);
	return unit_run("stepenv", &list);
}
