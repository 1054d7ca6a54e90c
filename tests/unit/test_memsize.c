/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory sizes: every form of doc/reference/options.md#memory, and the edges of the range.
 */
#include "unit.h"

#include "src/memsize.h"

static const struct row {
	const char *text;
	uint64_t bytes;
} accepted[] = {
	/* clang-format off */
	{ "100", 104857600 },
	{ "4G", 4294967296 },
	{ "4g", 4294967296 },
	{ "4.5G", 4831838208 },
	{ "1.5", 1572864 },
	{ "1.", 1048576 },
	{ "1.M", 1048576 },
	{ "512k", 524288 },
	{ "512K", 524288 },
	{ "3m", 3145728 },
	{ "3M", 3145728 },
	{ "100B", 100 },
	{ "0", 0 },
	{ "0.0G", 0 },
	{ "1.9B", 1 },                             /* a fraction of a byte is cut off */
	{ "0.1G", 107374182 },                     /* of 107374182.4 */
	{ "0.99999999999999999999999999999G", 1073741823 }, /* never rounded up */
	{ "0.0009765625M", 1024 },                 /* exact to the last digit */
	{ "0.00097656249999999999999M", 1023 },
	{ "007", 7340032 },
	{ "17179869183G", UINT64_C(17179869183) << 30 },
	{ "18446744073709551615B", UINT64_MAX },
	/* clang-format on */
};

static const char *const refused[] = {
	/* clang-format off */
	"4GB", "1T", "100b", ".5G", "-1", " 4G", "4G ", "", ".", "G", "1..5", "1.5.5", "+1", "0x10",
	"1e3", "1,5", "4\n",
	"18446744073709551616B",  /* one byte too many */
	"17179869184G",           /* 2^64 */
	"99999999999999999999999999999999999999",
	/* clang-format on */
};

static void size_is_read(void **state)
{
	const struct row *row = *state;
	struct crane_error err;
	uint64_t bytes = 1;

	assert_int_equal(crane_memsize_parse(row->text, &bytes, &err), 0);
	assert_int_equal(bytes, row->bytes);
}

static void size_is_refused(void **state)
{
	struct crane_error err;
	uint64_t bytes = 42;

	assert_int_equal(crane_memsize_parse(*state, &bytes, &err), -1);
	assert_int_equal(err.class, CRANE_E_VALUE);
	assert_string_equal(err.text, "invalid memory format");
	assert_int_equal(bytes, 42);
}

int main(void)
{
	static struct unit_list list;

	for (size_t i = 0; i < sizeof(accepted) / sizeof(accepted[0]); i++)
		unit_add(&list, size_is_read, &accepted[i], "memory size '%s' is read",
			 accepted[i].text);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		unit_add(&list, size_is_refused, refused[i], "memory size '%s' is refused",
			 refused[i]);
	return unit_run("memsize", &list);
}
