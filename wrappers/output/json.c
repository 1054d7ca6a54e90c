/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON as the commands write it on standard output. The commands decide which members there are.
 */
#include "config.h"

#include "wrappers/output/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/exitstatus.h"
#include "wrappers/base/memory.h"

struct json_object *crane_json_must(struct json_object *value)
{
	return crane_must(value);
}

struct json_object *crane_json_object(void)
{
	return crane_json_must(json_object_new_object());
}

struct json_object *crane_json_array(void)
{
	return crane_json_must(json_object_new_array());
}

/*
 * Bytes of the UTF-8 character at [s], 0 when there is none (overlong forms and surrogates are
 * none).
 */
static size_t utf8_length(const unsigned char *s)
{
	size_t n = 0;

	if (s[0] < 0x80)
		n = 1;
	else if (s[0] >= 0xc2 && s[0] < 0xe0)
		n = 2;
	else if (s[0] >= 0xe0 && s[0] < 0xf0)
		n = 3;
	else if (s[0] >= 0xf0 && s[0] < 0xf5)
		n = 4;
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	}
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

struct json_object *crane_json_text(const char *s)
{
	static const char replacement[] = "\xef\xbf\xbd";
	char *clean = crane_xcalloc(3 * strlen(s) + 1, 1), *to = clean;
	struct json_object *value;

	while (*s) {
		size_t n = utf8_length((const unsigned char *)s);

		memcpy(to, n ? s : replacement, n ? n : 3);
		to += n ? n : 3;
		s += n ? n : 1;
	}
	value = crane_json_must(json_object_new_string(clean));
	free(clean);
	return value;
}

struct json_object *crane_json_u64(uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	return crane_json_must(json_object_new_string(text));
}

struct json_object *crane_json_time(time_t when)
{
	char text[40] = "1970-01-01T00:00:00Z";
	struct tm tm;

	if (when > 0 && gmtime_r(&when, &tm))
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return crane_json_must(json_object_new_string(text));
}

struct json_object *crane_json_duration(int64_t sec)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64 "s", sec);
	return crane_json_must(json_object_new_string(text));
}

struct json_object *crane_json_list(const struct crane_strings *list)
{
	struct json_object *array = crane_json_array();

	for (size_t i = 0; i < list->n; i++)
		crane_json_append(array, crane_json_text(list->item[i]));
	return array;
}

void crane_json_put(struct json_object *object, const char *key, struct json_object *value)
{
	if (json_object_object_add(object, key, crane_json_must(value)) != 0)
		crane_json_must(NULL);
}

void crane_json_append(struct json_object *array, struct json_object *value)
{
	if (json_object_array_add(array, crane_json_must(value)) != 0)
		crane_json_must(NULL);
}

void crane_json_write(struct json_object *value)
{
	fputs(json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN |
							    JSON_C_TO_STRING_NOSLASHESCAPE),
	      stdout);
	json_object_put(value);
}

void crane_json_print(struct json_object *value)
{
	crane_json_write(value);
	putchar('\n');
}
