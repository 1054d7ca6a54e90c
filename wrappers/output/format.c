/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The grammar of --format. The commands have the fields.
 */
#include "config.h"

#include "wrappers/output/format.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"
#include "wrappers/base/strings.h"

/* The field after [field], the first if it is NULL; NULL if there are no more. */
static const struct crane_field *next_field(const struct crane_fields *fields,
					    const struct crane_field *field)
{
	const char *at = field ? (const char *)field + fields->row_size : fields->rows;

	field = (const struct crane_field *)(const void *)at;
	return field->name ? field : NULL;
}

static const struct crane_field *find_field(const struct crane_fields *fields, const char *name,
					    size_t len)
{
	for (const struct crane_field *field = NULL; (field = next_field(fields, field));) {
		if (len == 1 && field->letter == *name)
			return field;
		/* No long name is a single letter. */
		if (strlen(field->name) == len && strncasecmp(field->name, name, len) == 0)
			return field;
	}
	return NULL;
}

static struct crane_format_column *add_column(struct crane_format *format)
{
	if ((format->n & (format->n + 1)) == 0)
		format->column = crane_xrealloc(format->column, 2 * (format->n + 1),
						sizeof(*format->column));
	format->column[format->n] = (struct crane_format_column){ 0 };
	return &format->column[format->n++];
}

void crane_format_add(struct crane_format *format, const struct crane_fields *fields,
		      const char *name)
{
	add_column(format)->field = find_field(fields, name, strlen(name));
}

void crane_format_clear(struct crane_format *format)
{
	for (size_t i = 0; i < format->n; i++)
		free(format->column[i].literal);
	free(format->column);
	format->column = NULL;
	format->n = 0;
}

/* Letters of the C locale: a name in another script is literal text. */
static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* One "%[.][size]name". */
struct spec {
	const char *digits, *name;
	size_t n_digits, name_len;
	bool dot;
};

/*
 * '%', optional '.', optional digits, letters; where a dot has to stand before a width: '%',
 * optional ".digits", letters. Returns the length, 0 when there is no field at [s].
 */
static size_t read_spec(const char *s, bool dot_before_width, struct spec *spec)
{
	const char *p = s + 1;

	if (*s != '%')
		return 0;
	spec->dot = *p == '.';
	p += spec->dot;
	spec->digits = p;
	while (*p >= '0' && *p <= '9')
		p++;
	spec->n_digits = (size_t)(p - spec->digits);
	if (dot_before_width && spec->dot != (spec->n_digits > 0))
		return 0;
	spec->name = p;
	while (is_letter(*p))
		p++;
	spec->name_len = (size_t)(p - spec->name);
	return spec->name_len ? (size_t)(p - s) : 0;
}

static bool read_size(const struct spec *spec, bool dot_before_width, struct crane_column *size)
{
	uint64_t width = 0;

	for (size_t i = 0; i < spec->n_digits; i++) {
		width = width * 10 + (uint64_t)(spec->digits[i] - '0');
		if (width > UINT32_MAX)
			return false;
	}
	*size = (struct crane_column){ .fixed = spec->n_digits > 0,
				       .width = (size_t)width,
				       .right = spec->dot && !dot_before_width };
	return true;
}

void crane_fields_print(FILE *to, const struct crane_fields *fields)
{
	for (const struct crane_field *field = NULL; (field = next_field(fields, field));) {
		/* Not for users to name. */
		if (field->name[0] == ' ')
			continue;
		crane_print_to(to, "%s\t%c\t%s\n", fields->of, field->letter ? field->letter : '-',
			       field->name);
	}
}

/* "a/Account, ..." */
static char *list_fields(const struct crane_fields *fields)
{
	struct crane_strings names = { 0 };
	char *text;

	for (const struct crane_field *field = NULL; (field = next_field(fields, field));) {
		char letter[3] = { field->letter, '/', '\0' };

		if (field->name[0] == ' ')
			continue;
		crane_strings_addf(&names, "%s%s", field->letter ? letter : "", field->header);
	}
	text = crane_strings_join(&names, ", ");
	crane_strings_clear(&names);
	return text;
}

static char *refuse_field(const struct spec *spec, const struct crane_fields *fields)
{
	char *list, *text;

	if (!fields->unknown_lists_fields)
		return crane_xasprintf("%s%.*s", fields->unknown, (int)spec->name_len, spec->name);
	list = list_fields(fields);
	text = crane_xasprintf("%s%.*s, string unfold case insensitive, reference:\n%s",
			       fields->unknown, (int)spec->name_len, spec->name, list);
	free(list);
	return text;
}

int crane_format_parse(const char *text, const struct crane_fields *fields,
		       struct crane_format *format, char **message)
{
	bool dot_before_width = fields->dot_before_width;
	size_t n_fields = 0;

	while (*text) {
		struct crane_format_column *column;
		const struct crane_field *field;
		struct crane_column size;
		struct spec spec;
		size_t len = read_spec(text, dot_before_width, &spec);

		if (len == 0) {
			/* Literal up to the next field. */
			do
				len++;
			while (text[len] && !read_spec(text + len, dot_before_width, &spec));
			add_column(format)->literal = crane_xstrndup(text, len);
			text += len;
			continue;
		}
		field = find_field(fields, spec.name, spec.name_len);
		if (!field) {
			*message = refuse_field(&spec, fields);
			return -1;
		}
		if (!read_size(&spec, dot_before_width, &size)) {
			*message = crane_xstrdup(fields->bad_width);
			return -1;
		}
		column = add_column(format);
		column->field = field;
		column->size = size;
		n_fields++;
		text += len;
	}
	if (n_fields > 0)
		return 0;
	*message = crane_xstrdup(fields->nothing);
	return -1;
}

char *crane_format_header(const struct crane_format_column *column)
{
	char *text;

	if (!column->field)
		return crane_xstrdup(column->literal);
	text = crane_xstrdup(column->field->header);
	for (char *p = text; *p; p++)
		*p = (char)toupper((unsigned char)*p);
	return text;
}

void crane_format_begin_table(const struct crane_format *format, struct crane_table *table,
			      struct crane_column *sizes)
{
	table->n_columns = format->n;
	table->columns = sizes;
	for (size_t i = 0; i < format->n; i++) {
		sizes[i] = format->column[i].size;
		crane_strings_take(&table->header, crane_format_header(&format->column[i]));
	}
}
