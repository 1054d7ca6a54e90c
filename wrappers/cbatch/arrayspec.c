/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The value of --array.
 */
#include "config.h"

#include "wrappers/cbatch/arrayspec.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wrappers/base/memory.h"
#include "wrappers/options/govalue.h"

#define TASKS_MAX 10000

/* The parsed value. */
struct array {
	uint32_t start, end, stride, limit;
	bool is_range, has_stride, has_limit;
};

/* Returns false if the [len] bytes at [s] are not one number. */
static bool read_number(const char *s, size_t len, uint32_t *out)
{
	char *text = crane_xstrndup(s, len);
	bool good = crane_go_uint32(text, false, out, NULL) == 0;

	free(text);
	return good;
}

static bool all_digits(const char *s, size_t len)
{
	return len > 0 && strspn(s, "0123456789") >= len;
}

static int read_index(const char *s, size_t len, const char *whole, uint32_t *out,
		      struct crane_error *err)
{
	if (!all_digits(s, len))
		return crane_error_set(err, CRANE_E_VALUE, 0, "invalid --array value '%s'", whole);
	if (!read_number(s, len, out))
		return crane_error_set(err, CRANE_E_VALUE, 0, "invalid --array index '%.*s'",
				       (int)len, s);
	return 0;
}

static int read_limit(const char *s, const char *whole, struct array *array,
		      struct crane_error *err)
{
	if (*s == '\0')
		return crane_error_set(err, CRANE_E_VALUE, 0,
				       "invalid --array value '%s': missing number after '%%'",
				       whole);
	if (!all_digits(s, strlen(s)) || !read_number(s, strlen(s), &array->limit) ||
	    array->limit == 0)
		return crane_error_set(err, CRANE_E_VALUE, 0,
				       "invalid --array value '%s': concurrency limit must be a "
				       "positive integer",
				       whole);
	array->has_limit = true;
	return 0;
}

static int read_stride(const char *s, size_t len, const char *whole, struct array *array,
		       struct crane_error *err)
{
	if (!array->is_range)
		return crane_error_set(err, CRANE_E_VALUE, 0,
				       "invalid --array value '%s': stride without range", whole);
	if (!all_digits(s, len) || !read_number(s, len, &array->stride) || array->stride == 0)
		return crane_error_set(err, CRANE_E_VALUE, 0, "invalid --array stride '%.*s'",
				       (int)len, s);
	array->has_stride = true;
	return 0;
}

/* [whole] has no blanks around it. */
static int read_array(const char *whole, struct array *array, struct crane_error *err)
{
	size_t len = strcspn(whole, "%"), range_len, start_len;
	const char *colon = memchr(whole, ':', len), *dash;
	uint64_t count;

	if (*whole == '\0')
		return crane_error_set(err, CRANE_E_VALUE, 0,
				       "invalid --array value '': empty specification");
	range_len = colon ? (size_t)(colon - whole) : len;
	dash = memchr(whole, '-', range_len);
	start_len = dash ? (size_t)(dash - whole) : range_len;
	array->is_range = dash != NULL;
	if (read_index(whole, start_len, whole, &array->start, err) != 0)
		return -1;
	array->end = array->start;
	if (dash && read_index(dash + 1, range_len - start_len - 1, whole, &array->end, err) != 0)
		return -1;
	if (colon && read_stride(colon + 1, len - range_len - 1, whole, array, err) != 0)
		return -1;
	if (array->start > array->end)
		return crane_error_set(err, CRANE_E_VALUE, 0,
				       "invalid --array value '%s': start > end", whole);
	if (whole[len] == '%' && read_limit(whole + len + 1, whole, array, err) != 0)
		return -1;
	count = ((uint64_t)array->end - array->start) / array->stride + 1;
	if (count > TASKS_MAX)
		return crane_error_set(err, CRANE_E_VALUE, 0,
				       "invalid --array value '%s': task count %" PRIu64
				       " exceeds limit %d",
				       whole, count, TASKS_MAX);
	return 0;
}

char *crane_array_spec(const char *text, struct crane_error *err)
{
	struct array array = { .stride = 1 };
	size_t len;
	char *whole, *spec = NULL;

	while (isspace((unsigned char)*text))
		text++;
	for (len = strlen(text); len > 0 && isspace((unsigned char)text[len - 1]);)
		len--;
	whole = crane_xstrndup(text, len);
	if (read_array(whole, &array, err) == 0) {
		char range[24], stride[12] = "", limit[12] = "";

		snprintf(range, sizeof(range), "%" PRIu32 "-%" PRIu32, array.start, array.end);
		if (!array.is_range)
			snprintf(range, sizeof(range), "%" PRIu32, array.start);
		if (array.has_stride)
			snprintf(stride, sizeof(stride), ":%" PRIu32, array.stride);
		if (array.has_limit)
			snprintf(limit, sizeof(limit), "%%%" PRIu32, array.limit);
		spec = crane_xasprintf("%s%s%s", range, stride, limit);
	}
	free(whole);
	return spec;
}
