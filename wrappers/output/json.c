/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON as the commands write it on standard output. What stands in it is left to the commands.
 */
#include "config.h"

#include "wrappers/output/json.h"

#include <stdio.h>
#include <stdlib.h>

#include "src/exitstatus.h"

struct json_object *crane_json_must(struct json_object *value)
{
	if (!value) {
		fputs("out of memory\n", stderr);
		exit(CRANE_EXIT_SYSTEM);
	}
	return value;
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

void crane_json_print(struct json_object *value)
{
	puts(json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN |
							   JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(value);
}
