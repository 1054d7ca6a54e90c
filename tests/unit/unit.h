/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every unit test program shares: cmocka's includes, a list of tests that may be filled at run
 * time (one test a table row), and a bound on CPU time.
 */
#ifndef TESTS_UNIT_UNIT_H
#define TESTS_UNIT_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define UNIT_TESTS_MAX 512
#define UNIT_NAME_MAX 160

/* The table of one program. [state] reaches the test function as *state. */
struct unit_list {
	size_t n;
	struct CMUnitTest tests[UNIT_TESTS_MAX];
	char names[UNIT_TESTS_MAX][UNIT_NAME_MAX];
};

__attribute__((format(printf, 4, 5))) static inline void unit_add(struct unit_list *list,
								  CMUnitTestFunction function,
								  const void *state,
								  const char *fmt, ...)
{
	char *name = list->names[list->n];
	va_list ap;

	if (list->n == UNIT_TESTS_MAX) {
		fprintf(stderr, "raise UNIT_TESTS_MAX\n");
		abort();
	}
	va_start(ap, fmt);
	vsnprintf(name, UNIT_NAME_MAX, fmt, ap);
	va_end(ap);
	/* TAP reads a '#' in a test's name as a directive. */
	for (char *p = name; *p; p++) {
		if (*p == '#' || *p == '\n')
			*p = '?';
	}
	list->tests[list->n++] = (struct CMUnitTest){
		.name = name,
		.test_func = function,
		.initial_state = (void *)(uintptr_t)state,
	};
}

/* cmocka_run_group_tests() takes its count from the array's type; ours is known at run time. */
static inline int unit_run(const char *group, const struct unit_list *list)
{
	return _cmocka_run_group_tests(group, list->tests, list->n, NULL, NULL);
}

/*
 * Generous: what is bounded takes well under 5 ms on a small machine. Quadratic code on the same
 * input takes seconds, so the bound still tells them apart under sanitizers and valgrind
 * (CRANE_TEST_SLOW in the environment), which get ten times as much.
 */
static inline double unit_bound_ms(void)
{
#if defined(__SANITIZE_ADDRESS__)
	return 500;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
	return 500;
#endif
#endif
	return getenv("CRANE_TEST_SLOW") ? 500 : 50;
}

static inline double unit_cpu_ms(void)
{
	return (double)clock() * 1000 / CLOCKS_PER_SEC;
}

#define assert_quick(statement)                                                                    \
	do {                                                                                       \
		double before_ms = unit_cpu_ms();                                                  \
		statement;                                                                         \
		assert_true(unit_cpu_ms() - before_ms < unit_bound_ms());                          \
	} while (0)

#endif /* TESTS_UNIT_UNIT_H */
