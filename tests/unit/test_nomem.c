/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Out of memory: if any allocation fails, the core reports it, leaks nothing and leaves the
 * caller's data unchanged. The linker puts our malloc() in place (see Makemodule.am).
 */
#include "unit.h"

#include <stdbool.h>

#include "src/dependency.h"
#include "src/record.h"

#define EXPRESSION "afterok:100:101+600s?after:102_3"
#define RECORD "[crane:1;k=0af9;m=sbatch;b=0;d=" EXPRESSION ";e=.@1700000000!]"

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);

static unsigned mallocs_left = UINT32_MAX;
static bool failed;

void *__wrap_malloc(size_t size)
{
	if (mallocs_left == 0) {
		failed = true;
		return NULL;
	}
	mallocs_left--;
	return __real_malloc(size);
}

/* Run [statement] with the first, the second, ... allocation failing, until none is needed. */
#define FOR_EACH_FAILURE(statement)                                                                \
	for (unsigned nth = 0;; nth++) {                                                           \
		assert_true(nth < 100);                                                            \
		failed = false;                                                                    \
		mallocs_left = nth;                                                                \
		statement;                                                                         \
		mallocs_left = UINT32_MAX;                                                         \
		if (!failed) {                                                                     \
			assert_true(nth > 0);                                                      \
			break;                                                                     \
		}

#define END_FOR_EACH_FAILURE }

static void parse_says_out_of_memory(void **state)
{
	struct crane_dep untouched, *dep = &untouched;
	struct crane_error err;
	int rc;

	(void)state;
	FOR_EACH_FAILURE(rc = crane_dep_parse(EXPRESSION, &dep, &err))
	assert_int_equal(rc, -1);
	assert_int_equal(err.class, CRANE_E_NOMEM);
	assert_string_equal(err.text, "out of memory");
	assert_ptr_equal(dep, &untouched);
	END_FOR_EACH_FAILURE
	assert_int_equal(rc, 0);
	free(dep);
}

static void prints_answer_null(void **state)
{
	struct crane_dep *dep = NULL;
	struct crane_record *rec = NULL;
	char *text;

	(void)state;
	assert_int_equal(crane_record_find(RECORD, &rec, NULL, NULL, NULL), CRANE_RECORD_OK);
	dep = rec->dep;
	FOR_EACH_FAILURE(text = crane_dep_print(dep))
	assert_null(text);
	END_FOR_EACH_FAILURE
	free(text);
	FOR_EACH_FAILURE(text = crane_dep_print_pending(dep, rec->events))
	assert_null(text);
	END_FOR_EACH_FAILURE
	free(text);
	FOR_EACH_FAILURE(text = crane_dep_native(dep))
	assert_null(text);
	END_FOR_EACH_FAILURE
	free(text);
	FOR_EACH_FAILURE(text = crane_record_print(rec))
	assert_null(text);
	END_FOR_EACH_FAILURE
	assert_string_equal(text, RECORD);
	free(text);
	FOR_EACH_FAILURE(text = crane_record_merge("note " RECORD, RECORD))
	assert_null(text);
	END_FOR_EACH_FAILURE
	free(text);
	crane_record_free(rec);
}

static void new_record_leaves_the_expression_to_the_caller(void **state)
{
	struct crane_dep *dep = NULL;
	struct crane_record *rec;

	(void)state;
	assert_int_equal(crane_dep_parse(EXPRESSION, &dep, NULL), 0);
	FOR_EACH_FAILURE(rec = crane_record_new("1", CRANE_MAKER_SRUN, 0, dep))
	assert_null(rec);
	assert_int_equal(dep->n_edges, 3);
	END_FOR_EACH_FAILURE
	crane_record_free(rec);
}

static void find_says_out_of_memory(void **state)
{
	struct crane_record untouched, *rec = &untouched;
	enum crane_record_found found;
	struct crane_error err;

	(void)state;
	FOR_EACH_FAILURE(found = crane_record_find(RECORD, &rec, NULL, NULL, &err))
	assert_int_equal(found, CRANE_RECORD_BAD);
	assert_int_equal(err.class, CRANE_E_NOMEM);
	assert_ptr_equal(rec, &untouched);
	END_FOR_EACH_FAILURE
	assert_int_equal(found, CRANE_RECORD_OK);
	crane_record_free(rec);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* clang-format off */
		cmocka_unit_test(parse_says_out_of_memory),
		cmocka_unit_test(prints_answer_null),
		cmocka_unit_test(new_record_leaves_the_expression_to_the_caller),
		cmocka_unit_test(find_says_out_of_memory),
		/* clang-format on */
	};

	return cmocka_run_group_tests_name("nomem", tests, NULL, NULL);
}
