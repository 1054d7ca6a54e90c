/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON as the commands write it on standard output. What stands in it is left to the commands.
 */
#ifndef WRAPPERS_OUTPUT_JSON_H
#define WRAPPERS_OUTPUT_JSON_H

#include <json-c/json.h>

/* Returns [value]; where it is NULL memory has run out, which ends the command with 6. */
struct json_object *crane_json_must(struct json_object *value);

/* [object] takes [value] over, under [key]; out of memory as above. */
void crane_json_put(struct json_object *object, const char *key, struct json_object *value);

/* The same for the end of an array. */
void crane_json_append(struct json_object *array, struct json_object *value);

/* Print [value] and a newline on stdout, and release it. */
void crane_json_print(struct json_object *value);

#endif /* WRAPPERS_OUTPUT_JSON_H */
