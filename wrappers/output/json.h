/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON as the commands write it on standard output, with protobuf's mapping: 64-bit numbers and
 * durations are strings. The commands decide which members there are.
 *
 * A function that returns a value gives it to the caller, who releases it with json_object_put() or
 * hands it on to crane_json_put(), crane_json_append() or crane_json_print(). Errors: out of memory
 * ends the command with CRANE_EXIT_SYSTEM.
 */
#ifndef WRAPPERS_OUTPUT_JSON_H
#define WRAPPERS_OUTPUT_JSON_H

#include <json-c/json.h>
#include <stdint.h>
#include <time.h>

#include "wrappers/base/strings.h"

/* Returns [value]. NULL means that json-c found no memory. */
struct json_object *crane_json_must(struct json_object *value);

struct json_object *crane_json_object(void);
struct json_object *crane_json_array(void);

/* A string of any bytes: each character that is not UTF-8 becomes U+FFFD. */
struct json_object *crane_json_text(const char *s);

/* "18446744073709551615" */
struct json_object *crane_json_u64(uint64_t value);

/* "2026-01-02T03:04:05Z"; the epoch if [when] is 0 or less. */
struct json_object *crane_json_time(time_t when);

/* "3600s" */
struct json_object *crane_json_duration(int64_t sec);

/* An array of crane_json_text(). */
struct json_object *crane_json_list(const struct crane_strings *list);

/* Adds [value] to [object] under [key], in place of an older value. Takes [value]. */
void crane_json_put(struct json_object *object, const char *key, struct json_object *value);

/* Adds [value] to the end of [array]. Takes [value]. */
void crane_json_append(struct json_object *array, struct json_object *value);

/* Writes [value] on stdout. Takes [value]. */
void crane_json_write(struct json_object *value);

/* The same, and ends the line. */
void crane_json_print(struct json_object *value);

#endif /* WRAPPERS_OUTPUT_JSON_H */
