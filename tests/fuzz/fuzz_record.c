/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes the record's reader with whole comments: no comment harms it, what is understood prints
 * back to the byte, and merging settles. The unit tests test what a record means.
 */
#define _POSIX_C_SOURCE 200809L
#include "fuzz.h"

#include "src/record.h"

#define RECORD "[crane:1;k=0af9;m=sbatch;b=0;d=afterok:1?after:2;e=.!]"

static char *merge(const char *comment, const char *record_text)
{
	char *text = crane_record_merge(comment, record_text);

	CHECK(text != NULL);
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *comment = fuzz_string(data, size), *once, *twice;
	struct crane_record *rec = NULL;
	struct crane_error err = { .class = CRANE_E_NONE };
	size_t start = 0, len = 0;
	enum crane_record_found found = crane_record_find(comment, &rec, &start, &len, &err);

	CHECK((found == CRANE_RECORD_OK) == (rec != NULL));
	CHECK((found == CRANE_RECORD_NONE) == (strstr(comment, "[crane:") == NULL));
	if (found != CRANE_RECORD_NONE) {
		CHECK(start + len <= strlen(comment));
		CHECK(strncmp(comment + start, "[crane:", 7) == 0);
	}
	if (found == CRANE_RECORD_BAD)
		CHECK(err.class == CRANE_E_VALUE && err.text[0] != '\0');
	if (found == CRANE_RECORD_OK) {
		char *text = crane_record_print(rec);

		CHECK(text != NULL && strlen(text) == len);
		CHECK(memcmp(text, comment + start, len) == 0);
		/* Put back in its place, alone or as the first, it changes nothing before it. */
		once = merge(text, text);
		CHECK(strcmp(once, text) == 0);
		free(once);
		free(text);
	}
	crane_record_free(rec);

	once = merge(comment, RECORD);
	CHECK(crane_record_find(once, NULL, &start, &len, NULL) == CRANE_RECORD_OK);
	CHECK(len == strlen(RECORD) && memcmp(once + start, RECORD, len) == 0);
	CHECK(strstr(once + start + 1, "[crane:") == NULL);
	twice = merge(once, RECORD);
	CHECK(strcmp(once, twice) == 0);
	free(twice);
	if (found == CRANE_RECORD_NONE) {
		twice = merge(once, NULL);
		CHECK(strcmp(comment, twice) == 0);
		free(twice);
	}
	free(once);

	once = merge(comment, NULL);
	CHECK(strstr(once, "[crane:") == NULL);
	twice = merge(once, NULL);
	CHECK(strcmp(once, twice) == 0);
	free(twice);
	free(once);
	free(comment);
	return 0;
}
