/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hash table of the job_submit plugin and its walks (plugins/job_submit/idmap.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "plugins/job_submit/idmap.h"

#define N 1000

/* An entry's value: how often a walk has returned it. */
static unsigned visits[N];

/* Keys as the plugin has them: job ids, and array tasks. */
static uint64_t key_of(size_t i)
{
	return i % 2 ? i : (uint64_t)(7 * i) << 32 | i;
}

static void fill(struct idmap *map)
{
	memset(map, 0, sizeof(*map));
	memset(visits, 0, sizeof(visits));
	for (size_t i = 0; i < N; i++)
		assert_int_equal(idmap_put(map, key_of(i), &visits[i]), 0);
}

static void an_entry_is_found_until_it_is_removed(void **state)
{
	struct idmap map;

	(void)state;
	fill(&map);
	for (size_t i = 0; i < N; i++)
		assert_ptr_equal(idmap_get(&map, key_of(i)), &visits[i]);
	for (size_t i = 0; i < N; i += 3)
		idmap_remove(&map, key_of(i));
	for (size_t i = 0; i < N; i++)
		assert_ptr_equal(idmap_get(&map, key_of(i)), i % 3 ? &visits[i] : NULL);
	assert_int_equal(map.count, N - (N + 2) / 3);
	free(map.slots);
}

static void a_walk_visits_each_entry_once(void **state)
{
	struct idmap_walk walk = { 0 };
	struct idmap map;
	unsigned *value;

	(void)state;
	fill(&map);
	while ((value = idmap_next(&map, &walk)))
		++*value;
	for (size_t i = 0; i < N; i++)
		assert_int_equal(visits[i], 1);
	free(map.slots);
}

static void a_walk_of_an_empty_table_ends_at_once(void **state)
{
	struct idmap_walk walk = { 0 };
	struct idmap map = { 0 };

	(void)state;
	assert_null(idmap_next(&map, &walk));
	assert_null(idmap_next(&map, &walk));
}

static void the_parts_of_a_walk_visit_each_entry_once(void **state)
{
	struct idmap map;
	unsigned *value;

	(void)state;
	fill(&map);
	for (size_t part = 0; part < 8; part++) {
		struct idmap_walk walk = idmap_walk_part(part, 8);

		while ((value = idmap_next(&map, &walk)))
			++*value;
	}
	for (size_t i = 0; i < N; i++)
		assert_int_equal(visits[i], 1);
	free(map.slots);
}

static void a_walk_that_removes_entries_leaves_none_out(void **state)
{
	(void)state;
	for (size_t step = 1; step < 5; step++) {
		struct idmap_walk walk = { 0 };
		struct idmap map;
		unsigned *value;

		fill(&map);
		while ((value = idmap_next(&map, &walk))) {
			size_t i = (size_t)(value - visits);

			++*value;
			if (i % step == 0)
				idmap_remove(&map, key_of(i));
		}
		for (size_t i = 0; i < N; i++) {
			assert_true(visits[i] > 0);
			assert_ptr_equal(idmap_get(&map, key_of(i)), i % step ? &visits[i] : NULL);
		}
		free(map.slots);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* clang-format off */
		cmocka_unit_test(an_entry_is_found_until_it_is_removed),
		cmocka_unit_test(a_walk_visits_each_entry_once),
		cmocka_unit_test(a_walk_of_an_empty_table_ends_at_once),
		cmocka_unit_test(the_parts_of_a_walk_visit_each_entry_once),
		cmocka_unit_test(a_walk_that_removes_entries_leaves_none_out),
		/* clang-format on */
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
