/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds, reads, prints and replaces the record and the note in a job's admin_comment. dependency.c
 * handles the expression in them; the plugin decides when they are written.
 */
#include "src/record.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARK CRANE_RECORD_MARK
#define MARK_LEN (sizeof(MARK) - 1)
#define NOTE_MARK CRANE_NOTE_MARK
#define NOTE_MARK_LEN (sizeof(NOTE_MARK) - 1)

/*
 * The longest record: 1000 edges with the longest events, and the small fields, take less than 80
 * kB.
 */
#define RECORD_TEXT_MAX 131072

/* Longest text of one event: '@' and an int64_t. */
#define EVENT_TEXT_MAX 20

/*
 * Longest text of the other parts, with a NUL: names of fields, version, token, maker, begin time.
 */
#define FRAME_TEXT_MAX 160

static const char *const maker_names[] = {
	[CRANE_MAKER_UNKNOWN] = "unknown",
	[CRANE_MAKER_SBATCH] = "sbatch",
	[CRANE_MAKER_SALLOC] = "salloc",
	[CRANE_MAKER_SRUN] = "srun",
};

const char *crane_maker_name(enum crane_maker maker)
{
	return maker_names[maker];
}

/* Finds the maker with this name of [len] bytes. Returns false if the name is unknown. */
static bool find_maker(const char *name, size_t len, enum crane_maker *maker)
{
	for (size_t i = 0; i < sizeof(maker_names) / sizeof(maker_names[0]); i++) {
		if (strlen(maker_names[i]) == len && memcmp(maker_names[i], name, len) == 0) {
			*maker = (enum crane_maker)i;
			return true;
		}
	}
	return false;
}

enum crane_maker crane_maker_from_line(const char *submit_line)
{
	enum crane_maker maker = CRANE_MAKER_UNKNOWN;
	const char *word, *base;
	size_t len;

	if (submit_line == NULL)
		return maker;
	word = submit_line + strspn(submit_line, " \t");
	len = strcspn(word, " \t\n");
	base = word + len;
	while (base > word && base[-1] != '/')
		base--;
	find_maker(base, (size_t)(word + len - base), &maker);
	return maker;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_token(const char *token, size_t len)
{
	if (len < 1 || len > CRANE_RECORD_TOKEN_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!is_digit(token[i]) && !(token[i] >= 'a' && token[i] <= 'f'))
			return false;
	}
	return true;
}

struct crane_record *crane_record_new(const char *token, enum crane_maker maker, int64_t begin_time,
				      struct crane_dep *dep)
{
	struct crane_record *rec;

	if (token == NULL || !is_token(token, strlen(token)))
		return NULL;
	rec = malloc(sizeof(*rec));
	if (rec == NULL)
		return NULL;
	/* One more than needed, since malloc(0) may return NULL. */
	rec->events = malloc(((size_t)dep->n_edges + 1) * sizeof(rec->events[0]));
	if (rec->events == NULL) {
		free(rec);
		return NULL;
	}
	for (uint32_t i = 0; i < dep->n_edges; i++)
		rec->events[i] = CRANE_EVENT_PENDING;
	strcpy(rec->token, token);
	rec->maker = maker;
	rec->begin_time = begin_time;
	rec->dep = dep;
	rec->is_note = false;
	return rec;
}

void crane_record_free(struct crane_record *rec)
{
	if (rec == NULL)
		return;
	free(rec->dep);
	free(rec->events);
	free(rec);
}

/* --- printing --------------------------------------------------------------------------------- */

/* The form has no sign: a time before 1970 becomes 0, which has passed too. */
static int64_t printed_time(int64_t t)
{
	return t < 0 ? 0 : t;
}

char *crane_record_print(const struct crane_record *rec)
{
	char *expression = crane_dep_print(rec->dep), *text = NULL, *at;

	if (expression == NULL)
		return NULL;
	text = malloc(FRAME_TEXT_MAX + strlen(expression) +
		      (size_t)rec->dep->n_edges * EVENT_TEXT_MAX);
	if (text == NULL)
		goto out;
	if (rec->is_note) {
		sprintf(text, NOTE_MARK "%d;k=%s;m=%s;d=%s]", CRANE_RECORD_VERSION, rec->token,
			maker_names[rec->maker], expression);
		goto out;
	}
	at = text + sprintf(text, MARK "%d;k=%s;m=%s;b=%" PRId64 ";d=%s;e=", CRANE_RECORD_VERSION,
			    rec->token, maker_names[rec->maker], printed_time(rec->begin_time),
			    expression);
	for (uint32_t i = 0; i < rec->dep->n_edges; i++) {
		if (rec->events[i] == CRANE_EVENT_PENDING)
			*at++ = '.';
		else if (rec->events[i] == CRANE_EVENT_NEVER)
			*at++ = '!';
		else
			at += sprintf(at, "@%" PRId64, printed_time(rec->events[i]));
	}
	strcpy(at, "]");
out:
	free(expression);
	return text;
}

/* --- reading ---------------------------------------------------------------------------------- */

/* The state of reading one record. All pointers point into the comment. */
struct reader {
	const char *at;      /* what comes next */
	const char *end;     /* the end of the record, after its ']' */
	const char *comment; /* for columns */
	struct crane_error *err;
};

static int refuse(const struct reader *rd, const char *what)
{
	crane_error_set(rd->err, CRANE_E_VALUE, (unsigned)(rd->at - rd->comment) + 1,
			"bad crane record: %s", what);
	return -1;
}

static int refuse_nomem(const struct reader *rd)
{
	return crane_error_set(rd->err, CRANE_E_NOMEM, 0, "out of memory");
}

/* Reads the field [name], whose value ends before the character [stop]. Out: *value and *len. */
static int read_field(struct reader *rd, const char *name, char stop, const char **value,
		      size_t *len)
{
	size_t name_len = strlen(name);
	const char *end;

	if ((size_t)(rd->end - rd->at) < name_len || memcmp(rd->at, name, name_len) != 0)
		return refuse(rd, "a field is missing");
	rd->at += name_len;
	end = memchr(rd->at, stop, (size_t)(rd->end - rd->at));
	if (end == NULL)
		return refuse(rd, "a field has no end");
	*value = rd->at;
	*len = (size_t)(end - rd->at);
	return 0;
}

/*
 * Reads a time in [*at, end): digits without a leading zero, below CRANE_EVENT_NEVER. Moves *at
 * past it.
 */
static bool read_time(const char **at, const char *end, int64_t *value)
{
	const char *p = *at;
	int64_t t = 0;

	if (p == end || !is_digit(*p))
		return false;
	for (; p < end && is_digit(*p); p++) {
		int digit = *p - '0';

		if ((p > *at && t == 0) || t > (INT64_MAX - 1 - digit) / 10)
			return false;
		t = t * 10 + digit;
	}
	*at = p;
	*value = t;
	return true;
}

static int read_events(struct reader *rd, struct crane_record *rec, const char *value, size_t len)
{
	const char *p = value, *end = value + len;

	for (uint32_t i = 0; i < rec->dep->n_edges; i++) {
		if (p == end)
			return refuse(rd, "fewer events than jobs");
		switch (*p++) {
		case '.':
			rec->events[i] = CRANE_EVENT_PENDING;
			break;
		case '!':
			rec->events[i] = CRANE_EVENT_NEVER;
			break;
		case '@':
			if (!read_time(&p, end, &rec->events[i]))
				return refuse(rd, "an event's time is no number");
			break;
		default:
			return refuse(rd, "an unknown event");
		}
	}
	if (p != end)
		return refuse(rd, "more events than jobs");
	return 0;
}

/*
 * Parses the expression. Accepts only the form that crane_dep_print() writes, so that a record has
 * only one spelling.
 */
static int read_expression(struct reader *rd, const char *value, size_t len, struct crane_dep **out)
{
	char *expression = malloc(len + 1), *canonical = NULL;
	struct crane_dep *dep = NULL;
	struct crane_error err;
	int rc = -1;

	if (expression == NULL) {
		refuse_nomem(rd);
		goto out;
	}
	memcpy(expression, value, len);
	expression[len] = '\0';
	if (crane_dep_parse(expression, &dep, &err) != 0) {
		if (err.class == CRANE_E_NOMEM)
			refuse_nomem(rd);
		else
			crane_error_set(rd->err, CRANE_E_VALUE,
					(unsigned)(rd->at - rd->comment) + err.column,
					"bad crane record: %s", err.text);
		goto out;
	}
	canonical = crane_dep_print(dep);
	if (canonical == NULL) {
		refuse_nomem(rd);
		goto out;
	}
	if (strcmp(canonical, expression) != 0) {
		refuse(rd, "the expression is not in its printed form");
		goto out;
	}
	*out = dep;
	dep = NULL;
	rc = 0;
out:
	free(canonical);
	free(expression);
	free(dep);
	return rc;
}

/* Reads the part of a record or note after its version. */
static int read_version_1(struct reader *rd, bool is_note, struct crane_record **out)
{
	struct crane_record *rec = NULL;
	struct crane_dep *dep = NULL;
	char token[CRANE_RECORD_TOKEN_MAX + 1];
	enum crane_maker maker;
	int64_t begin_time = 0;
	const char *value, *p;
	size_t len;
	int rc = -1;

	if (read_field(rd, "k=", ';', &value, &len) != 0)
		goto out;
	if (!is_token(value, len)) {
		refuse(rd, "the token is no token");
		goto out;
	}
	memcpy(token, value, len);
	token[len] = '\0';
	rd->at = value + len + 1;

	if (read_field(rd, "m=", ';', &value, &len) != 0)
		goto out;
	if (!find_maker(value, len, &maker)) {
		refuse(rd, "an unknown maker");
		goto out;
	}
	rd->at = value + len + 1;

	if (!is_note) {
		if (read_field(rd, "b=", ';', &value, &len) != 0)
			goto out;
		p = value;
		if (!read_time(&p, value + len, &begin_time) || p != value + len) {
			refuse(rd, "the begin time is no number");
			goto out;
		}
		rd->at = value + len + 1;
	}

	if (read_field(rd, "d=", is_note ? ']' : ';', &value, &len) != 0)
		goto out;
	if (read_expression(rd, value, len, &dep) != 0)
		goto out;
	rd->at = value + len + 1;

	rec = crane_record_new(token, maker, begin_time, dep);
	if (rec == NULL) {
		refuse_nomem(rd);
		goto out;
	}
	dep = NULL;
	rec->is_note = is_note;
	if (!is_note &&
	    (read_field(rd, "e=", ']', &value, &len) != 0 || read_events(rd, rec, value, len) != 0))
		goto out;
	*out = rec;
	rec = NULL;
	rc = 0;
out:
	crane_record_free(rec);
	free(dep);
	return rc;
}

/* Reads the record [start, end) of [comment]. */
static enum crane_record_found read_record(const char *comment, const char *start, const char *end,
					   struct crane_record **rec, struct crane_error *err)
{
	struct reader rd = { start + MARK_LEN, end, comment, err };
	const char *version = rd.at, *p = rd.at;

	while (p < end && is_digit(*p))
		p++;
	if (p == version || *version == '0' || p == end || *p != ';') {
		refuse(&rd, "no version");
		return CRANE_RECORD_BAD;
	}
	if (p - version != 1 || *version - '0' > CRANE_RECORD_VERSION)
		return CRANE_RECORD_NEWER;
	rd.at = p + 1;
	if (end - start > RECORD_TEXT_MAX) {
		refuse(&rd, "it is too long");
		return CRANE_RECORD_BAD;
	}
	return read_version_1(&rd, false, rec) == 0 ? CRANE_RECORD_OK : CRANE_RECORD_BAD;
}

/*
 * Returns the end of the record whose text after the mark is [body]: after its ']', before the next
 * mark, or at the end of the text.
 */
static const char *record_end(const char *body)
{
	const char *p = body;

	for (;;) {
		p += strcspn(p, "[]");
		if (*p == '\0')
			return p;
		if (*p == ']')
			return p + 1;
		if (strncmp(p, MARK, MARK_LEN) == 0 || strncmp(p, NOTE_MARK, NOTE_MARK_LEN) == 0)
			return p;
		p++;
	}
}

enum crane_record_found crane_record_find(const char *comment, struct crane_record **rec,
					  size_t *start, size_t *len, struct crane_error *err)
{
	enum crane_record_found found = CRANE_RECORD_NONE;
	const char *at = comment ? strstr(comment, MARK) : NULL;

	while (at != NULL && found != CRANE_RECORD_OK) {
		const char *end = record_end(at + MARK_LEN);
		struct crane_record *one = NULL;
		struct crane_error one_err;
		enum crane_record_found what = read_record(comment, at, end, &one, &one_err);
		bool better = found == CRANE_RECORD_NONE || what == CRANE_RECORD_OK ||
			      (found == CRANE_RECORD_BAD && what == CRANE_RECORD_NEWER);

		if (better) {
			found = what;
			if (start)
				*start = (size_t)(at - comment);
			if (len)
				*len = (size_t)(end - at);
			if (what == CRANE_RECORD_BAD && err)
				*err = one_err;
		}
		if (what == CRANE_RECORD_OK && rec)
			*rec = one;
		else
			crane_record_free(one);
		at = strstr(end, MARK);
	}
	return found;
}

struct crane_record *crane_record_find_note(const char *comment)
{
	const char *at = comment ? strstr(comment, NOTE_MARK) : NULL;
	struct crane_record *note = NULL;
	struct crane_error err;

	while (at != NULL && note == NULL) {
		const char *body = at + NOTE_MARK_LEN, *end = record_end(body);
		struct reader rd = { body + 2, end, comment, &err };

		if (end - at <= RECORD_TEXT_MAX && strncmp(body, "1;", 2) == 0)
			read_version_1(&rd, true, &note);
		at = strstr(end, NOTE_MARK);
	}
	return note;
}

/* --- replacing -------------------------------------------------------------------------------- */

/* Returns the length of the mark that the [n] bytes at [text] end with, or 0. */
static size_t mark_at_end(const char *text, size_t n)
{
	if (n >= MARK_LEN && memcmp(text + n - MARK_LEN, MARK, MARK_LEN) == 0)
		return MARK_LEN;
	if (n >= NOTE_MARK_LEN && memcmp(text + n - NOTE_MARK_LEN, NOTE_MARK, NOTE_MARK_LEN) == 0)
		return NOTE_MARK_LEN;
	return 0;
}

/*
 * The text is copied byte by byte. When the copy ends with a mark, the mark is removed from it and
 * the rest of the record is skipped. So a mark that forms only by the removal of a record
 * ("[cra[crane:1]ne:") is found in the same pass. No mark can form across the new record, since it
 * ends with ']'.
 */
char *crane_record_merge(const char *comment, const char *record_text)
{
	const char *in = comment ? comment : "";
	size_t record_len = record_text ? strlen(record_text) : 0;
	char *text = malloc(strlen(in) + 1 + record_len + 1);
	size_t n = 0; /* bytes in text */
	size_t mark_len;
	bool placed = record_text == NULL;

	if (text == NULL)
		return NULL;
	while (*in) {
		text[n++] = *in++;
		mark_len = mark_at_end(text, n);
		if (mark_len == 0)
			continue;
		n -= mark_len;
		in = record_end(in);
		if (!placed) {
			memcpy(text + n, record_text, record_len);
			n += record_len;
			placed = true;
		} else if (n > 0 && text[n - 1] == ' ') {
			n--;
		} else if (n == 0 && *in == ' ') {
			in++;
		}
	}
	if (!placed) {
		if (n > 0)
			text[n++] = ' ';
		memcpy(text + n, record_text, record_len);
		n += record_len;
	}
	text[n] = '\0';
	return text;
}
