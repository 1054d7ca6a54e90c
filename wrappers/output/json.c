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

#include "src/printable.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"

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

struct json_object *crane_json_text(const char *s)
{
	static const char replacement[] = "\xef\xbf\xbd";
	char *clean = crane_xcalloc(3 * strlen(s) + 1, 1), *to = clean;
	struct json_object *value;
	struct crane_character c;

	for (; (c = crane_character_at(s)).bytes > 0; s += c.bytes)
		to = mempcpy(to, c.valid ? s : replacement, c.valid ? c.bytes : 3);
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

/*
 * json-c escapes only C0. Other characters that are not printable are inside strings and are
 * escaped as "\u009b", so that a terminal shows the JSON safely and a program reads the same text.
 */
void crane_json_write(struct json_object *value)
{
	const char *text = json_object_to_json_string_ext(
		value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);

	while (*text) {
		size_t span = crane_printable_span(text);
		struct crane_character c = crane_character_at(text + span);

		crane_print_bytes(stdout, text, span);
		if (c.bytes > 0)
			crane_print("\\u%04x", c.valid ? c.code : 0xfffdu);
		text += span + c.bytes;
	}
	json_object_put(value);
}

void crane_json_print(struct json_object *value)
{
	crane_json_write(value);
	crane_print("\n");
}
