/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packs and unpacks the values that a user keeps in the comment field of a job. ccontrol changes
 * the field.
 */
#include "config.h"

#include "wrappers/slurm/jobcomment.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "src/exitstatus.h"
#include "wrappers/output/json.h"
#include "wrappers/slurm/jobs.h"
#include "wrappers/base/memory.h"

#define MARK "crane:"

/* [object] takes [value] over, NULL for JSON's null. */
static void put(struct json_object *object, const char *key, struct json_object *value)
{
	if (json_object_object_add(object, key, value) != 0)
		crane_json_must(NULL);
}

/*
 * json-c (also 0.18) accepts keys between ' and the words NaN and Infinity, also in strict mode.
 * JSON has these characters only inside strings.
 */
static bool has_strange_words(const char *text)
{
	bool in_string = false;

	for (; *text; text++) {
		if (in_string && *text == '\\' && text[1])
			text++;
		else if (*text == '"')
			in_string = !in_string;
		else if (!in_string && strchr("'NI", *text))
			return true;
	}
	return false;
}

/* The whole of [text] as an object that the caller owns, or NULL with err set. */
static struct json_object *read_object(const char *text, struct crane_error *err)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *object = NULL;
	size_t len = strlen(text), used;
	bool good;

	if (!tokener)
		crane_json_must(NULL);
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	/* With its end, so that a number at the end of the text is known to be complete. */
	object = json_tokener_parse_ex(tokener, text, (int)len + 1);
	used = json_tokener_get_parse_end(tokener);
	good = json_tokener_get_error(tokener) == json_tokener_success &&
	       !has_strange_words(text) &&
	       used + strspn(text + (used < len ? used : len), " \t\r\n") >= len;
	json_tokener_free(tokener);
	if (good && json_object_is_type(object, json_type_object))
		return object;
	json_object_put(object);
	crane_error_set(err, CRANE_E_VALUE, 0,
			good ? "a JSON object is needed, such as {\"key\":\"value\"}" :
			       "invalid JSON string");
	return NULL;
}

static char *print_object(struct json_object *object)
{
	const char *text = json_object_to_json_string_ext(
		object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);

	if (!text)
		crane_json_must(NULL);
	return crane_xstrdup(text);
}

/*
 * Removes a string from [object] and returns it; values of other types stay. malloc'd; NULL: none.
 */
static char *take_string(struct json_object *object, const char *key)
{
	struct json_object *value;
	char *text;

	if (!json_object_object_get_ex(object, key, &value) ||
	    !json_object_is_type(value, json_type_string))
		return NULL;
	text = crane_xstrdup(json_object_get_string(value));
	json_object_object_del(object, key);
	return text;
}

/* Removes "comment" from [object]; the rest of it becomes attr->extra. */
static void fill(struct json_object *object, struct crane_jobattr *attr)
{
	attr->comment = take_string(object, "comment");
	if (!attr->comment)
		attr->comment = crane_xstrdup("");
	attr->extra = json_object_object_length(object) > 0 ? print_object(object) :
							      crane_xstrdup("");
}

int crane_jobattr_check(const char *text, struct crane_error *err)
{
	struct json_object *object = read_object(text, err);

	json_object_put(object);
	return object ? 0 : -1;
}

int crane_jobattr_read(const char *first, const char *second, struct crane_jobattr *attr,
		       char **mail_type, char **mail_user, struct crane_error *err)
{
	const char *const texts[2] = { first, second };
	struct json_object *whole, *mail;
	int rc = -1;

	*mail_type = *mail_user = NULL;
	if (!first && !second) {
		crane_jobattr_unpack(NULL, attr);
		return 0;
	}
	memset(attr, 0, sizeof(*attr));
	whole = crane_json_must(json_object_new_object());
	for (size_t i = 0; i < 2; i++) {
		struct json_object *object;

		if (!texts[i])
			continue;
		object = read_object(texts[i], err);
		if (!object)
			goto out;
		json_object_object_foreach(object, key, value)
			put(whole, key, json_object_get(value));
		json_object_put(object);
	}
	if (json_object_object_get_ex(whole, "mail", &mail) &&
	    json_object_is_type(mail, json_type_object)) {
		*mail_type = take_string(mail, "type");
		*mail_user = take_string(mail, "user");
		if (json_object_object_length(mail) == 0)
			json_object_object_del(whole, "mail");
	}
	fill(whole, attr);
	rc = 0;
out:
	json_object_put(whole);
	return rc;
}

/* Returns the packed attributes of a comment, or NULL if it has none. */
static struct json_object *packed_object(const char *stored)
{
	return strncmp(stored, MARK, strlen(MARK)) == 0 ? read_object(stored + strlen(MARK), NULL) :
							  NULL;
}

char *crane_jobattr_pack(const struct crane_jobattr *attr)
{
	struct json_object *object = packed_object(attr->comment);
	char *json, *text;

	json_object_put(object);
	if (!*attr->extra && !object)
		return crane_xstrdup(attr->comment);
	object = *attr->extra ? read_object(attr->extra, NULL) : json_object_new_object();
	crane_json_must(object);
	if (*attr->comment)
		put(object, "comment", crane_json_must(json_object_new_string(attr->comment)));
	json = print_object(object);
	text = crane_xasprintf(MARK "%s", json);
	free(json);
	json_object_put(object);
	return text;
}

void crane_jobattr_unpack(const char *stored, struct crane_jobattr *attr)
{
	struct json_object *object = stored ? packed_object(stored) : NULL;

	if (object) {
		fill(object, attr);
		json_object_put(object);
		return;
	}
	attr->comment = crane_xstrdup(stored ? stored : "");
	attr->extra = crane_xstrdup("");
}

char *crane_jobattr_comment(const char *stored)
{
	struct crane_jobattr attr;
	char *comment;

	crane_jobattr_unpack(stored, &attr);
	comment = attr.comment;
	free(attr.extra);
	return comment;
}

char *crane_jobattr_set_comment(const char *stored, const char *comment)
{
	struct crane_jobattr attr;
	char *text;

	crane_jobattr_unpack(stored, &attr);
	free(attr.comment);
	attr.comment = crane_xstrdup(comment);
	text = crane_jobattr_pack(&attr);
	crane_jobattr_clear(&attr);
	return text;
}

char *crane_jobattr_text(const struct crane_jobattr *attr, const char *mail_type,
			 const char *mail_user)
{
	struct json_object *object = *attr->extra ? read_object(attr->extra, NULL) :
						    json_object_new_object();
	char *text;

	crane_json_must(object);
	if (mail_type && *mail_type) {
		struct json_object *mail = crane_json_must(json_object_new_object());

		put(mail, "type", crane_json_must(json_object_new_string(mail_type)));
		put(mail, "user",
		    crane_json_must(json_object_new_string(mail_user ? mail_user : "")));
		put(object, "mail", mail);
	}
	if (*attr->comment)
		put(object, "comment", crane_json_must(json_object_new_string(attr->comment)));
	text = json_object_object_length(object) > 0 ? print_object(object) : crane_xstrdup("");
	json_object_put(object);
	return text;
}

void crane_jobattr_clear(struct crane_jobattr *attr)
{
	free(attr->comment);
	free(attr->extra);
	memset(attr, 0, sizeof(*attr));
}
