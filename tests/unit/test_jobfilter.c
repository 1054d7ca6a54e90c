/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The filters of the query commands (doc/reference/queries.md#states).
 */
#include "config.h"

#include "unit.h"

#include "wrappers/options/list.h"
#include "wrappers/view/jobfilter.h"

#define PENDING (1u << CRANE_PENDING)
#define RUNNING (1u << CRANE_RUNNING)
#define SUSPENDED (1u << CRANE_SUSPENDED)

static const struct states_row {
	const char *text;
	unsigned states;
} states[] = {
	{ "pending", PENDING },
	{ "p", PENDING },
	{ "Running", RUNNING },
	{ "R", RUNNING },
	{ "SUSPENDED", SUSPENDED },
	{ "suspend", SUSPENDED },
	{ "s", SUSPENDED },
	{ "Pending,R,suspend,S", PENDING | RUNNING | SUSPENDED },
	{ "p,p", PENDING },
	{ "all", 0 },
	{ "ALL", 0 },
	{ "all,p", 0 },
	{ "p,all", 0 },
};

static const struct refused_row {
	const char *value, *text;
} refused_states[] = {
	{ "", "empty value" },
	{ "p,", "empty value" },
	{ ",p", "empty value" },
	{ "Done", "unknown state: done" },
	{ "pend", "unknown state: pend" },
	{ " p", "unknown state:  p" },
	{ "pending,Failed", "unsupported state: Failed" },
	{ "x", "unsupported state: x" },
	{ "COMPLETED", "unsupported state: COMPLETED" },
	{ "all,oom", "unsupported state: oom" },
};

static const struct types_row {
	const char *text;
	bool batch, interactive, no_type;
} types[] = {
	{ "batch", true, false, false }, { "b,Interactive,CONTAINER", true, true, false },
	{ "I", false, true, false },     { "container", false, false, true },
	{ "c", false, false, true },
};

/* One filter and whether the job below matches. */
enum list_of { ACCOUNTS, PARTITIONS, QOS, USERS, NAMES, LICENSES };
static const char *const list_names[] = { "accounts", "partitions", "qos",
					  "users",    "names",      "licenses" };

static const struct match_row {
	enum list_of list;
	const char *names;
	bool matches;
} matches[] = {
	{ ACCOUNTS, "acc", true },      { ACCOUNTS, "other,acc", true },
	{ ACCOUNTS, "ac", false },      { ACCOUNTS, "account", false },
	{ ACCOUNTS, "ACC", false },     { QOS, "high", true },
	{ QOS, "low", false },          { USERS, "ann", true },
	{ USERS, "bob", false },        { NAMES, "a name", true },
	{ NAMES, "name", false },       { PARTITIONS, "cpu", true },
	{ PARTITIONS, "gpu", true },    { PARTITIONS, "cpu,gpu", true },
	{ PARTITIONS, "pu", false },    { LICENSES, "ansys", true },
	{ LICENSES, "matlab", true },   { LICENSES, "abaqus", true },
	{ LICENSES, "ansys:2", false }, { LICENSES, "srv", false },
};

/* A job that waits for one of two partitions. */
static struct crane_job a_job(void)
{
	return (struct crane_job){ .user_name = "ann",
				   .account = "acc",
				   .qos = "high",
				   .name = "a name",
				   .partition = "cpu,gpu",
				   .licenses = "ansys:2,matlab|abaqus@srv:1",
				   .nodes = "",
				   .batch = true,
				   .state = CRANE_PENDING };
}

static void states_are_read_in_any_case(void **state)
{
	const struct states_row *row = *state;
	struct crane_error err;
	unsigned value = 42;

	assert_int_equal(crane_states_parse(row->text, &value, &err), 0);
	assert_int_equal(value, row->states);
}

static void states_are_refused(void **state)
{
	const struct refused_row *row = *state;
	struct crane_error err;
	unsigned value;

	assert_int_equal(crane_states_parse(row->value, &value, &err), -1);
	assert_int_equal(err.class, CRANE_E_VALUE);
	assert_string_equal(err.text, row->text);
}

static void types_are_read_in_any_case(void **state)
{
	const struct types_row *row = *state;
	struct crane_job_filter filter = { 0 };
	struct crane_error err;

	assert_int_equal(crane_types_parse(row->text, &filter, &err), 0);
	assert_int_equal(filter.batch, row->batch);
	assert_int_equal(filter.interactive, row->interactive);
	assert_int_equal(filter.no_type, row->no_type);
}

static void types_refuse_an_unknown_word(void **state)
{
	struct crane_job_filter filter = { 0 };
	struct crane_error err;

	(void)state;
	assert_int_equal(crane_types_parse("batch,Pod", &filter, &err), -1);
	assert_string_equal(err.text, "unknown job type: Pod");
	assert_int_equal(crane_types_parse("batch,", &filter, &err), -1);
	assert_string_equal(err.text, "empty value");
}

static void list_filter_matches_whole_names(void **state)
{
	const struct match_row *row = *state;
	struct crane_job_filter filter = { 0 };
	struct crane_strings *const lists[] = { &filter.accounts, &filter.partitions,
						&filter.qos,      &filter.users,
						&filter.names,    &filter.licenses };
	struct crane_job job = a_job();

	assert_int_equal(crane_list_parse(row->names, lists[row->list], NULL), 0);
	assert_int_equal(crane_job_filter_matches(&filter, &job), row->matches);
	crane_job_filter_clear(&filter);
}

static void job_must_meet_every_filter(void **state)
{
	struct crane_job_filter filter = { 0 };
	struct crane_job job = a_job();

	(void)state;
	assert_true(crane_job_filter_matches(&filter, &job));
	crane_list_parse("ann", &filter.users, NULL);
	filter.states = PENDING | SUSPENDED;
	filter.batch = true;
	assert_true(crane_job_filter_matches(&filter, &job));
	crane_list_parse("low", &filter.qos, NULL);
	assert_false(crane_job_filter_matches(&filter, &job));
	crane_job_filter_clear(&filter);
}

static void state_filter_matches_its_states_alone(void **state)
{
	struct crane_job_filter filter = { .states = RUNNING | SUSPENDED };
	struct crane_job job = a_job();

	(void)state;
	assert_false(crane_job_filter_matches(&filter, &job));
	job.state = CRANE_SUSPENDED;
	assert_true(crane_job_filter_matches(&filter, &job));
}

static void type_filter_matches_its_types_alone(void **state)
{
	struct crane_job_filter interactive = { .interactive = true };
	struct crane_job_filter both = { .batch = true, .interactive = true };
	struct crane_job_filter none = { .no_type = true };
	struct crane_job job = a_job();

	(void)state;
	assert_false(crane_job_filter_matches(&interactive, &job));
	assert_true(crane_job_filter_matches(&both, &job));
	assert_false(crane_job_filter_matches(&none, &job));
	job.batch = false;
	assert_true(crane_job_filter_matches(&interactive, &job));
	assert_true(crane_job_filter_matches(&both, &job));
	assert_false(crane_job_filter_matches(&none, &job));
}

static void node_filter_matches_no_job_that_waits(void **state)
{
	struct crane_job_filter filter = { 0 };
	struct crane_job job = a_job();

	(void)state;
	crane_list_parse("cn1", &filter.nodes, NULL);
	job.nodes = "cn1";
	assert_false(crane_job_filter_matches(&filter, &job));
	crane_job_filter_clear(&filter);
}

int main(void)
{
	static struct unit_list list;

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		unit_add(&list, states_are_read_in_any_case, &states[i], "state '%s' is read",
			 states[i].text);
	for (size_t i = 0; i < sizeof(refused_states) / sizeof(refused_states[0]); i++)
		unit_add(&list, states_are_refused, &refused_states[i], "state '%s' is refused",
			 refused_states[i].value);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		unit_add(&list, types_are_read_in_any_case, &types[i], "type '%s' is read",
			 types[i].text);
	unit_add(&list, types_refuse_an_unknown_word, NULL, "an unknown type is refused");
	for (size_t i = 0; i < sizeof(matches) / sizeof(matches[0]); i++)
		unit_add(&list, list_filter_matches_whole_names, &matches[i], "filter %s '%s' %s",
			 list_names[matches[i].list], matches[i].names,
			 matches[i].matches ? "matches" : "does not match");
	unit_add(&list, job_must_meet_every_filter, NULL, "a job must meet every filter");
	unit_add(&list, state_filter_matches_its_states_alone, NULL,
		 "a filter of states matches its states alone");
	unit_add(&list, type_filter_matches_its_types_alone, NULL,
		 "a filter of types matches its types alone");
	unit_add(&list, node_filter_matches_no_job_that_waits, NULL,
		 "a filter of nodes matches no job that waits");
	return unit_run("jobfilter", &list);
}
