/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The value of --array (doc/reference/options.md#arrays).
 */
#include "config.h"

#include "unit.h"

#include "wrappers/cbatch/arrayspec.h"

struct row {
	const char *value, *result;
};

static const struct row specs[] = {
	{ "0-9", "0-9" },
	{ "5", "5" },
	{ "5-5", "5-5" },
	{ "0-9:2", "0-9:2" },
	{ "0-9%3", "0-9%3" },
	{ "0-9:2%4", "0-9:2%4" },
	{ "3%2", "3%2" },
	{ " 1-3 ", "1-3" },
	{ "0-9999", "0-9999" },
	{ "0-19998:2", "0-19998:2" },
	{ "0-9999%4294967295", "0-9999%4294967295" },
	{ "4294967295", "4294967295" },
	{ "0-4294967295:4294967295", "0-4294967295:4294967295" },
	{ "00-09", "0-9" },
};

static const struct row refused[] = {
	{ "", "invalid --array value '': empty specification" },
	{ "  ", "invalid --array value '': empty specification" },
	{ "1,3,5", "invalid --array value '1,3,5'" },
	{ "1-2-3", "invalid --array value '1-2-3'" },
	{ "-3", "invalid --array value '-3'" },
	{ "x", "invalid --array value 'x'" },
	{ "1-", "invalid --array value '1-'" },
	{ "1 - 2", "invalid --array value '1 - 2'" },
	{ "9-0", "invalid --array value '9-0': start > end" },
	{ "5:2", "invalid --array value '5:2': stride without range" },
	{ "0-9:0", "invalid --array stride '0'" },
	{ "0-9:x", "invalid --array stride 'x'" },
	{ "0-9%0", "invalid --array value '0-9%0': concurrency limit must be a positive integer" },
	{ "0-9%x", "invalid --array value '0-9%x': concurrency limit must be a positive integer" },
	{ "0-9%", "invalid --array value '0-9%': missing number after '%'" },
	{ "0-10000", "invalid --array value '0-10000': task count 10001 exceeds limit 10000" },
	{ "0-4294967295",
	  "invalid --array value '0-4294967295': task count 4294967296 exceeds limit 10000" },
	{ "4294967296", "invalid --array index '4294967296'" },
};

static void array_spec_takes_one_range_with_stride_and_limit(void **state)
{
	const struct row *row = *state;
	struct crane_error err;
	char *spec = crane_array_spec(row->value, &err);

	assert_non_null(spec);
	assert_string_equal(spec, row->result);
	free(spec);
}

static void array_spec_refuses_a_malformed_range(void **state)
{
	const struct row *row = *state;
	struct crane_error err;

	assert_null(crane_array_spec(row->value, &err));
	assert_int_equal(err.class, CRANE_E_VALUE);
	assert_string_equal(err.text, row->result);
}

int main(void)
{
	static struct unit_list list;

	for (size_t i = 0; i < sizeof(specs) / sizeof(specs[0]); i++)
		unit_add(&list, array_spec_takes_one_range_with_stride_and_limit, &specs[i],
			 "array '%s' is read", specs[i].value);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		unit_add(&list, array_spec_refuses_a_malformed_range, &refused[i],
			 "array '%s' is refused", refused[i].value);
	return unit_run("arrayspec", &list);
}
