/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The output of commands: strings among the arguments become one printable line, other conversions
 * are those of printf.
 */
#include "config.h"

#include "unit.h"

#include <inttypes.h>
#include <limits.h>

#include "wrappers/base/print.h"

/* Compares what crane_print_to() and snprintf() make of the same arguments. */
#define ASSERT_AS_PRINTF(...)                                                                      \
	do {                                                                                       \
		char expected[256], *printed = NULL;                                               \
		size_t size;                                                                       \
		FILE *to = open_memstream(&printed, &size);                                        \
		assert_non_null(to);                                                               \
		crane_print_to(to, __VA_ARGS__);                                                   \
		assert_int_equal(fclose(to), 0);                                                   \
		snprintf(expected, sizeof(expected), __VA_ARGS__);                                 \
		assert_string_equal(printed, expected);                                            \
		free(printed);                                                                     \
	} while (0)

#define ASSERT_PRINTS(expected, ...)                                                               \
	do {                                                                                       \
		char *printed = NULL;                                                              \
		size_t size;                                                                       \
		FILE *to = open_memstream(&printed, &size);                                        \
		assert_non_null(to);                                                               \
		crane_print_to(to, __VA_ARGS__);                                                   \
		assert_int_equal(fclose(to), 0);                                                   \
		assert_string_equal(printed, expected);                                            \
		free(printed);                                                                     \
	} while (0)

static void numbers_are_printed_as_printf_does(void **state)
{
	(void)state;
	ASSERT_AS_PRINTF("plain\n\ttext 100%%\n");
	ASSERT_AS_PRINTF("%d %i %u %x %X %o", -1, INT_MIN, UINT_MAX, 0xbeefu, 0xbeefu, 8u);
	ASSERT_AS_PRINTF("%ld %lu %lld %llu", LONG_MIN, ULONG_MAX, LLONG_MIN, ULLONG_MAX);
	ASSERT_AS_PRINTF("%" PRIu32 " %" PRId64 " %" PRIu64 " %zu", UINT32_MAX, INT64_MIN,
			 UINT64_MAX, SIZE_MAX);
	ASSERT_AS_PRINTF("%jd %ju %td", INTMAX_MIN, UINTMAX_MAX, (ptrdiff_t)-3);
	ASSERT_AS_PRINTF("[%5d] [%-5d] [%05d] [%+d] [%*d] [%.3d] [%04x]", 42, 42, 42, 42, 7, 42, 42,
			 0x9bu);
	ASSERT_AS_PRINTF("%f %.2f %8.1f %-8.0f| %e %g", 1.5, 2.345, 3.25, 4.0, 5e10, 0.1);
	ASSERT_AS_PRINTF("%c%c", 'a', 'z');
}

static void strings_keep_width_and_precision(void **state)
{
	(void)state;
	ASSERT_AS_PRINTF("[%s] [%8s] [%-8s] [%.2s] [%-*s] [%.*s]", "abc", "abc", "abc", "abc", 6,
			 "abc", 1, "abc");
	ASSERT_AS_PRINTF("[%s]", "");
}

static void string_of_several_lines_becomes_one(void **state)
{
	(void)state;
	ASSERT_PRINTS("JobName=a?Priority=1\n", "JobName=%s\n", "a\nPriority=1");
	ASSERT_PRINTS("\ta?b\n", "\t%s\n", "a\tb");
}

static void unprintable_characters_become_question_marks(void **state)
{
	(void)state;
	ASSERT_PRINTS("[a?[2Jb]", "[%s]", "a\033[2Jb");
	ASSERT_PRINTS("[?????]", "[%s]", "\xc2\x9b\x9b\xff\xe2\x80\xae\177");
	ASSERT_PRINTS("[?]", "[%c]", '\033');
	ASSERT_PRINTS("[\xc3\xa9 \xe4\xbe\x9d]", "[%s]", "\xc3\xa9 \xe4\xbe\x9d");
	/* A precision does not cut inside a character. */
	ASSERT_PRINTS("[a?]", "[%.2s]", "a\xc3\xa9");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* clang-format off */
		cmocka_unit_test(numbers_are_printed_as_printf_does),
		cmocka_unit_test(strings_keep_width_and_precision),
		cmocka_unit_test(string_of_several_lines_becomes_one),
		cmocka_unit_test(unprintable_characters_become_question_marks),
		/* clang-format on */
	};

	return cmocka_run_group_tests_name("print", tests, NULL, NULL);
}
