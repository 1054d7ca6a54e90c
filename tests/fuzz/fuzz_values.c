/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes the readers of options' values. The first byte of an input chooses the reader; the rest is
 * the value. No value harms a reader, a refusal is complete, and what is accepted reads the same
 * once it is printed. The unit tests test what a value means.
 */
#define _POSIX_C_SOURCE 200809L
#include "fuzz.h"

#include <time.h>

#include "src/duration.h"
#include "src/memsize.h"
#include "src/printable.h"
#include "wrappers/cbatch/arrayspec.h"
#include "wrappers/cqueue/columns.h"
#include "wrappers/options/govalue.h"
#include "wrappers/options/timepoint.h"
#include "wrappers/submission/gres.h"
#include "wrappers/submission/licenses.h"
#include "wrappers/submission/outfile.h"
#include "wrappers/submission/signalspec.h"
#include "wrappers/view/nodepattern.h"

/* 2026-11-27T00:00:00 in UTC. */
#define NOW 1795737600
/* A longer text can name more nodes than the memory holds. */
#define NODES_LEN_MAX 40

static void read_array(const char *text)
{
	struct crane_error err = { .class = CRANE_E_NONE };
	char *spec = crane_array_spec(text, &err), *again;

	if (spec == NULL) {
		check_error(&err);
		return;
	}
	CHECK(strspn(spec, "0123456789-:%") == strlen(spec));
	again = crane_array_spec(spec, NULL);
	CHECK(again != NULL && strcmp(spec, again) == 0);
	free(again);
	free(spec);
}

static void check_format(const char *text, bool of_steps)
{
	struct crane_format columns = { 0 };
	char *message = NULL;

	if (crane_format_parse(text, crane_cqueue_fields(of_steps), &columns, &message) != 0) {
		CHECK(message != NULL && message[0] != '\0');
	} else {
		CHECK(message == NULL);
		CHECK(columns.n <= strlen(text) + 1);
		for (size_t i = 0; i < columns.n; i++) {
			char *header = crane_format_header(&columns.column[i]);

			CHECK(header != NULL);
			CHECK((columns.column[i].field == NULL) ==
			      (columns.column[i].literal != NULL));
			CHECK(columns.column[i].size.width <= UINT32_MAX);
			free(header);
		}
	}
	free(message);
	crane_format_clear(&columns);
}

static void read_format(const char *text)
{
	check_format(text, false);
	check_format(text, true);
}

static void read_plain(const char *text)
{
	struct crane_error err = { .class = CRANE_E_NONE };
	uint32_t number = 7, plain = 7;
	double real;
	bool flag;
	char *quoted = crane_go_quote(text);

	CHECK(quoted != NULL && strlen(quoted) >= 2 && quoted[0] == '"');
	CHECK(crane_printable_span(quoted) == strlen(quoted));
	free(quoted);
	if (crane_go_uint32(text, true, &number, &err) != 0) {
		check_error(&err);
		CHECK(number == 7);
	}
	/* Only a leading 0, as of an octal number, makes the two differ. */
	if (text[0] != '0' && crane_go_uint32(text, false, &plain, NULL) == 0)
		CHECK(plain == number);
	if (crane_go_float(text, &real, &err) != 0)
		check_error(&err);
	if (crane_go_bool(text, &flag, &err) != 0)
		check_error(&err);
}

static void check_gres(const char *text,
		       int (*read)(struct crane_gres *, const char *, struct crane_error *))
{
	struct crane_gres gres = { 0 }, again = { 0 }, none = { 0 };
	struct crane_error err = { .class = CRANE_E_NONE };
	bool fits = true;

	if (read(&gres, text, &err) != 0) {
		check_error(&err);
	} else if (gres.n > 0) {
		char *slurm = crane_gres_slurm(&gres, &none), *second;

		for (size_t i = 0; i < gres.n; i++) {
			CHECK(gres.item[i].count > 0 && gres.item[i].name[0] != '\0');
			CHECK(gres.item[i].type == NULL || gres.item[i].type[0] != '\0');
			fits = fits && gres.item[i].count <= UINT32_MAX;
		}
		if (fits) {
			CHECK(crane_gres_read(&again, slurm, NULL) == 0);
			second = crane_gres_slurm(&again, &none);
			CHECK(strcmp(slurm, second) == 0);
			free(second);
		}
		free(slurm);
	}
	crane_gres_clear(&gres);
	crane_gres_clear(&again);
}

static void read_gres(const char *text)
{
	check_gres(text, crane_gres_read);
}

static void read_gpus(const char *text)
{
	check_gres(text, crane_gres_read_gpus);
}

static void read_licenses(const char *text)
{
	struct crane_error err = { .class = CRANE_E_NONE };
	char *list = crane_licenses(text, true, &err), *again;

	if (list == NULL) {
		check_error(&err);
		return;
	}
	CHECK(strchr(list, ' ') == NULL);
	again = crane_licenses(list, true, NULL);
	CHECK(again != NULL && strcmp(list, again) == 0);
	free(again);
	free(list);
}

static void read_memory(const char *text)
{
	struct crane_error err = { .class = CRANE_E_NONE };
	uint64_t bytes = 7, again = 0;
	char printed[32];

	if (crane_memsize_parse(text, &bytes, &err) != 0) {
		check_error(&err);
		CHECK(bytes == 7);
		return;
	}
	snprintf(printed, sizeof(printed), "%lluB", (unsigned long long)bytes);
	CHECK(crane_memsize_parse(printed, &again, NULL) == 0 && again == bytes);
}

static void read_nodes(const char *text)
{
	struct crane_strings nodes = { 0 }, again = { 0 };
	struct crane_error err = { .class = CRANE_E_NONE };
	int rc;

	if (strlen(text) > NODES_LEN_MAX)
		return;
	rc = crane_nodes_parse(text, &nodes, &err);
	CHECK(crane_nodes_parse(text, &again, NULL) == rc);
	CHECK(nodes.n == again.n);
	if (rc != 0)
		check_error(&err);
	for (size_t i = 0; i < nodes.n; i++)
		CHECK(nodes.item[i][0] != '\0' && strcmp(nodes.item[i], again.item[i]) == 0);
	crane_strings_clear(&nodes);
	crane_strings_clear(&again);
}

static void read_output(const char *text)
{
	struct crane_error err = { .class = CRANE_E_NONE };
	char *path = crane_outfile_for_batch("output", text, &err);

	if (path == NULL)
		check_error(&err);
	else
		CHECK(strlen(path) <= 2 + 12 * strlen(text));
	free(path);
}

static void read_signals(const char *text)
{
	struct crane_signals list = { 0 }, again = { 0 };
	struct crane_error err = { .class = CRANE_E_NONE };

	if (crane_signals_add(&list, text, &err) != 0)
		check_error(&err);
	for (size_t i = 0; i < list.n; i++) {
		char *slurm = crane_signal_slurm(&list.signal[i]);

		CHECK(list.signal[i].number >= 1 && list.signal[i].number <= 64);
		CHECK(crane_signals_add(&again, slurm, NULL) == 0);
		CHECK(again.n == i + 1);
		CHECK(again.signal[i].number == list.signal[i].number);
		CHECK(again.signal[i].lead_sec == list.signal[i].lead_sec);
		CHECK(again.signal[i].flag == list.signal[i].flag);
		free(slurm);
	}
	crane_signals_clear(&list);
	crane_signals_clear(&again);
}

static void read_timelimit(const char *text)
{
	struct crane_error err = { .class = CRANE_E_NONE };
	uint64_t sec = 7, again = 0;
	char printed[CRANE_DURATION_TEXT_MAX];

	if (crane_timelimit_parse(text, &sec, &err) != 0) {
		check_error(&err);
		CHECK(sec == 7);
		return;
	}
	/* Days, hours, minutes and seconds are each a uint32_t at most. */
	CHECK(sec / (86400 + 3600 + 60 + 1) <= UINT32_MAX);
	if (sec / 86400 > UINT32_MAX)
		return;
	CHECK(crane_timelimit_parse(crane_duration_format(sec, printed), &again, NULL) == 0);
	CHECK(again == sec);
}

static void read_timepoint(const char *text)
{
	struct crane_error err = { .class = CRANE_E_NONE };
	time_t when = 7, again = 8;
	char printed[64];
	struct tm tm;

	if (crane_timepoint_parse(text, NOW, &when, &err) != 0) {
		check_error(&err);
		CHECK(when == 7);
		return;
	}
	CHECK(crane_timepoint_parse(text, NOW, &again, NULL) == 0 && again == when);
	CHECK(gmtime_r(&when, &tm) != NULL);
	if (tm.tm_year < 70 || tm.tm_year > 9999 - 1900)
		return;
	CHECK(strftime(printed, sizeof(printed), "%Y-%m-%dT%H:%M:%SZ", &tm) > 0);
	CHECK(crane_timepoint_parse(printed, NOW, &again, NULL) == 0 && again == when);
}

/* make-corpus.c writes seeds with these letters. */
static const struct reader {
	char letter;
	void (*read)(const char *text);
} readers[] = {
	{ 'G', read_gpus },   { 'a', read_array },    { 'b', read_timepoint }, { 'f', read_format },
	{ 'g', read_gres },   { 'l', read_licenses }, { 'm', read_memory },    { 'n', read_nodes },
	{ 'o', read_output }, { 's', read_signals },  { 't', read_timelimit }, { 'v', read_plain },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	if (size == 0)
		return 0;
	text = fuzz_string(data + 1, size - 1);
	for (size_t i = 0; i < sizeof(readers) / sizeof(*readers); i++) {
		if (readers[i].letter == (char)data[0])
			readers[i].read(text);
	}
	free(text);
	return 0;
}

/* Local time is UTC, so that every moment has one name. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	CHECK(setenv("TZ", "UTC0", 1) == 0);
	tzset();
	return 0;
}
