/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Task lists as libslurm writes them (src/tasklist.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/tasklist.h"

static void tasks_ranges_and_strides_are_found(void **state)
{
	(void)state;
	assert_int_equal(crane_tasklist_has("3", 3), CRANE_TASKLIST_YES);
	assert_int_equal(crane_tasklist_has("1-3,7", 2), CRANE_TASKLIST_YES);
	assert_int_equal(crane_tasklist_has("1-3,7", 7), CRANE_TASKLIST_YES);
	assert_int_equal(crane_tasklist_has("1-3,7%2", 7), CRANE_TASKLIST_YES);
	assert_int_equal(crane_tasklist_has("0-9:3", 6), CRANE_TASKLIST_YES);
}

static void what_is_not_named_is_not_held(void **state)
{
	(void)state;
	assert_int_equal(crane_tasklist_has("1-3,7", 4), CRANE_TASKLIST_NO);
	assert_int_equal(crane_tasklist_has("0-9:3", 5), CRANE_TASKLIST_NO);
	assert_int_equal(crane_tasklist_has("1-3%2", 2000), CRANE_TASKLIST_NO);
	assert_int_equal(crane_tasklist_has("", 0), CRANE_TASKLIST_NO);
	assert_int_equal(crane_tasklist_has(NULL, 0), CRANE_TASKLIST_NO);
	assert_int_equal(crane_tasklist_has("N/A", 0), CRANE_TASKLIST_NO);
}

static void a_list_that_slurm_cut_may_hold_more(void **state)
{
	(void)state;
	assert_int_equal(crane_tasklist_has("1,3,5,...", 3), CRANE_TASKLIST_YES);
	assert_int_equal(crane_tasklist_has("1,3,5,...", 9), CRANE_TASKLIST_CUT);
	assert_int_equal(crane_tasklist_has("1,3,5...", 9), CRANE_TASKLIST_CUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* clang-format off */
		cmocka_unit_test(tasks_ranges_and_strides_are_found),
		cmocka_unit_test(what_is_not_named_is_not_held),
		cmocka_unit_test(a_list_that_slurm_cut_may_hold_more),
		/* clang-format on */
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
