/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The record in admin_comment: its form, its refusals, and that a site's own text is kept. The
 * tests of the plugin check when records are written.
 */
#include "unit.h"

#include <stdbool.h>

#include "src/record.h"
#include "vectors.h"

#define SAMPLE "[crane:1;k=0af9;m=sbatch;b=0;d=afterok:100:101+600s?after:102_3;e=.@1700000000!]"

static struct crane_dep *parse(const char *s)
{
	struct crane_dep *dep = NULL;
	struct crane_error err;

	if (crane_dep_parse(s, &dep, &err) != 0)
		fail_msg("'%s' is refused: %s", s, err.text);
	return dep;
}

static struct crane_record *new_record(const char *token, enum crane_maker maker, int64_t begin,
				       const char *expression)
{
	struct crane_record *rec = crane_record_new(token, maker, begin, parse(expression));

	assert_non_null(rec);
	return rec;
}

static void assert_prints(const struct crane_record *rec, const char *expected)
{
	char *text = crane_record_print(rec);

	assert_string_equal(text, expected);
	free(text);
}

/* [comment] holds one good record: it starts at [start] and prints as [text]. */
static void assert_found(const char *comment, size_t start, const char *text)
{
	struct crane_record *rec = NULL;
	struct crane_error err;
	size_t got_start = 0, got_len = 0;

	assert_int_equal(crane_record_find(comment, &rec, &got_start, &got_len, &err),
			 CRANE_RECORD_OK);
	assert_int_equal(got_start, start);
	assert_int_equal(got_len, strlen(text));
	assert_prints(rec, text);
	crane_record_free(rec);
}

static void assert_not_understood(const char *comment, enum crane_record_found what, size_t start,
				  size_t len)
{
	struct crane_record untouched, *rec = &untouched;
	struct crane_error err = { .class = CRANE_E_NONE };
	size_t got_start = 0, got_len = 0;

	assert_int_equal(crane_record_find(comment, &rec, &got_start, &got_len, &err), what);
	assert_ptr_equal(rec, &untouched);
	assert_int_equal(got_start, start);
	assert_int_equal(got_len, len);
	if (what == CRANE_RECORD_BAD) {
		assert_int_equal(err.class, CRANE_E_VALUE);
		assert_true(err.column > start && err.column <= start + len + 1);
		assert_memory_equal(err.text, "bad crane record: ", 18);
	}
	assert_int_equal(crane_record_find(comment, NULL, NULL, NULL, NULL), what);
}

static void assert_merged(const char *comment, const char *record_text, const char *expected)
{
	char *text = crane_record_merge(comment, record_text);

	assert_string_equal(text, expected);
	free(text);
}

/* --- form ------------------------------------------------------------------------------------- */

static void new_record_has_every_event_pending(void **state)
{
	struct crane_record *rec =
		new_record("beef", CRANE_MAKER_SALLOC, 1234, "afterok:1:2?after:3+1");

	(void)state;
	assert_prints(rec, "[crane:1;k=beef;m=salloc;b=1234;d=afterok:1:2?after:3+60s;e=...]");
	crane_record_free(rec);
}

static void events_print_in_the_order_of_the_jobs(void **state)
{
	struct crane_record *rec =
		new_record("0af9", CRANE_MAKER_SBATCH, 0, "afterok:100:101+10?after:102_3");

	(void)state;
	rec->events[1] = 1700000000;
	rec->events[2] = CRANE_EVENT_NEVER;
	assert_prints(rec, SAMPLE);
	crane_record_free(rec);
}

static void every_field_is_read_back(void **state)
{
	struct crane_record *rec = NULL;

	(void)state;
	assert_int_equal(crane_record_find("[crane:1;k=0123456789abcdef0123456789abcdef;m=srun;"
					   "b=9223372036854775806;d=after:1,afterany:2_0+7s;"
					   "e=@0@9223372036854775806]",
					   &rec, NULL, NULL, NULL),
			 CRANE_RECORD_OK);
	assert_string_equal(rec->token, "0123456789abcdef0123456789abcdef");
	assert_int_equal(rec->maker, CRANE_MAKER_SRUN);
	assert_int_equal(rec->begin_time, INT64_MAX - 1);
	assert_int_equal(rec->dep->logic, CRANE_DEP_AND);
	assert_int_equal(rec->dep->n_edges, 2);
	assert_int_equal(rec->dep->edges[1].type, CRANE_DEP_AFTERANY);
	assert_int_equal(rec->dep->edges[1].job_id, 2);
	assert_int_equal(rec->dep->edges[1].task_id, 0);
	assert_int_equal(rec->dep->edges[1].delay_sec, 7);
	assert_int_equal(rec->events[0], 0);
	assert_int_equal(rec->events[1], INT64_MAX - 1);
	crane_record_free(rec);
}

static void vector_survives_a_record(void **state)
{
	static const int64_t fates[] = { CRANE_EVENT_PENDING, CRANE_EVENT_NEVER, 0, 1,
					 1700000000,          INT64_MAX - 1 };
	const struct vector *v = *state;
	static const enum crane_maker makers[] = { CRANE_MAKER_UNKNOWN, CRANE_MAKER_SBATCH,
						   CRANE_MAKER_SALLOC, CRANE_MAKER_SRUN };

	for (size_t shift = 0; shift < 6; shift++) {
		struct crane_record *rec =
			new_record("1a2b", makers[shift % 4], (int64_t)shift * 1000, v->input);
		struct crane_record *again = NULL;
		char *text, *expression, *expression_again;

		for (uint32_t i = 0; i < rec->dep->n_edges; i++)
			rec->events[i] = fates[(i + shift) % 6];
		text = crane_record_print(rec);
		assert_non_null(text);
		assert_int_equal(crane_record_find(text, &again, NULL, NULL, NULL),
				 CRANE_RECORD_OK);
		assert_string_equal(again->token, rec->token);
		assert_int_equal(again->maker, rec->maker);
		assert_int_equal(again->begin_time, rec->begin_time);
		assert_int_equal(again->dep->n_edges, rec->dep->n_edges);
		assert_memory_equal(again->events, rec->events,
				    rec->dep->n_edges * sizeof(rec->events[0]));
		expression = crane_dep_print(rec->dep);
		expression_again = crane_dep_print(again->dep);
		assert_string_equal(expression_again, expression);
		free(expression_again);
		free(expression);
		free(text);
		crane_record_free(again);
		crane_record_free(rec);
	}
}

static void record_is_one_line_without_a_blank(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_VECTORS; i++) {
		struct crane_record *rec;
		char *text;

		if (vectors[i].edges == NULL)
			continue;
		rec = new_record("1", CRANE_MAKER_UNKNOWN, 0, vectors[i].input);
		text = crane_record_print(rec);
		for (const char *p = text; *p; p++)
			assert_true(*p > ' ' && *p < 0x7f);
		free(text);
		crane_record_free(rec);
	}
}

static void time_before_1970_prints_as_the_beginning(void **state)
{
	struct crane_record *rec = new_record("1", CRANE_MAKER_UNKNOWN, -5, "after:1");

	(void)state;
	rec->events[0] = -1;
	assert_prints(rec, "[crane:1;k=1;m=unknown;b=0;d=after:1;e=@0]");
	crane_record_free(rec);
}

static void token_must_be_one(void **state)
{
	static const char *const tokens[] = {
		"", "g", "ABC", "12 ", "a]", "a;b", "a\n", "0123456789abcdef0123456789abcdef0"
	};
	struct crane_dep *dep = parse("after:1");

	(void)state;
	for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++)
		assert_null(crane_record_new(tokens[i], CRANE_MAKER_SRUN, 0, dep));
	assert_null(crane_record_new(NULL, CRANE_MAKER_SRUN, 0, dep));
	/* It is still ours. */
	free(dep);
}

static void free_accepts_null(void **state)
{
	(void)state;
	crane_record_free(NULL);
}

/* --- finding ---------------------------------------------------------------------------------- */

static void text_without_a_record_has_none(void **state)
{
	static const char *const texts[] = { NULL,      "",           "a site's note",
					     "[crane]", "[Crane:1;]", "crane:1;",
					     "[",       "[crane" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(crane_record_find(texts[i], NULL, NULL, NULL, NULL),
				 CRANE_RECORD_NONE);
}

static void record_is_found_among_its_neighbours(void **state)
{
	(void)state;
	assert_found(SAMPLE, 0, SAMPLE);
	assert_found("note " SAMPLE, 5, SAMPLE);
	assert_found(SAMPLE " note", 0, SAMPLE);
	assert_found("a]b[c " SAMPLE ";e=!] [x]", 6, SAMPLE);
	assert_found("[crane" SAMPLE "\n\ttail", 6, SAMPLE);
	assert_found("\xff\xfe\x01" SAMPLE "\xff", 3, SAMPLE);
}

static void newer_version_is_left_alone(void **state)
{
	(void)state;
	assert_not_understood("[crane:2;k=1;q=new;x]", CRANE_RECORD_NEWER, 0, 21);
	assert_not_understood("a [crane:2;] b", CRANE_RECORD_NEWER, 2, 10);
	assert_not_understood("[crane:10;x", CRANE_RECORD_NEWER, 0, 11);
	assert_not_understood("[crane:99999999999999999999999;]", CRANE_RECORD_NEWER, 0, 32);
}

static void understood_wins_over_newer_over_bad(void **state)
{
	(void)state;
	assert_found("[crane:x] [crane:2;] " SAMPLE, 21, SAMPLE);
	assert_found(SAMPLE " [crane:2;] [crane:x]", 0, SAMPLE);
	assert_found("[crane:oops " SAMPLE, 12, SAMPLE);
	assert_found("[crane:2;oops " SAMPLE, 14, SAMPLE);
	assert_not_understood("[crane:x] [crane:2;] [crane:3;]", CRANE_RECORD_NEWER, 10, 10);
	assert_not_understood("[crane:2;] [crane:x]", CRANE_RECORD_NEWER, 0, 10);
	assert_not_understood("[crane:x] [crane:yy]", CRANE_RECORD_BAD, 0, 9);
}

static void first_of_several_good_records_wins(void **state)
{
	(void)state;
	assert_found("x " SAMPLE " [crane:1;k=1;m=srun;b=0;d=after:9;e=.]", 2, SAMPLE);
}

/* Each differs from a valid record in one place. */
static const char *const bad_records[] = {
	"[crane:]",
	"[crane:1]",
	"[crane:;k=1;m=srun;b=0;d=after:1;e=.]",
	"[crane:0;k=1;m=srun;b=0;d=after:1;e=.]",
	"[crane:01;k=1;m=srun;b=0;d=after:1;e=.]",
	"[crane:-1;k=1;m=srun;b=0;d=after:1;e=.]",
	"[crane: 1;k=1;m=srun;b=0;d=after:1;e=.]",
	"[crane:1 ;k=1;m=srun;b=0;d=after:1;e=.]",
	"[crane:1;]",
	"[crane:1;k=1;m=srun;b=0;d=after:1;e=.",
	"[crane:1;k=1;m=srun;b=0;d=after:1;e=",
	"[crane:1;k=1;m=srun;b=0;d=after:1;e",
	"[crane:1;k=1;m=srun;b=0;d=after:1]",
	"[crane:1;k=1;m=srun;b=0;e=.]",
	"[crane:1;k=1;m=srun;d=after:1;e=.]",
	"[crane:1;k=1;b=0;d=after:1;e=.]",
	"[crane:1;m=srun;b=0;d=after:1;e=.]",
	"[crane:1;m=srun;k=1;b=0;d=after:1;e=.]",
	"[crane:1;k=;m=srun;b=0;d=after:1;e=.]",
	"[crane:1;k=G;m=srun;b=0;d=after:1;e=.]",
	"[crane:1;k=A;m=srun;b=0;d=after:1;e=.]",
	"[crane:1;k=0123456789abcdef0123456789abcdef0;m=srun;b=0;d=after:1;e=.]",
	"[crane:1;k=1;m=;b=0;d=after:1;e=.]",
	"[crane:1;k=1;m=cbatch;b=0;d=after:1;e=.]",
	"[crane:1;k=1;m=sru;b=0;d=after:1;e=.]",
	"[crane:1;k=1;m=srunx;b=0;d=after:1;e=.]",
	"[crane:1;k=1;m=srun;b=;d=after:1;e=.]",
	"[crane:1;k=1;m=srun;b=-1;d=after:1;e=.]",
	"[crane:1;k=1;m=srun;b=00;d=after:1;e=.]",
	"[crane:1;k=1;m=srun;b=07;d=after:1;e=.]",
	"[crane:1;k=1;m=srun;b=1x;d=after:1;e=.]",
	"[crane:1;k=1;m=srun;b=9223372036854775807;d=after:1;e=.]",
	"[crane:1;k=1;m=srun;b=99999999999999999999;d=after:1;e=.]",
	"[crane:1;k=1;m=srun;b=0;d=;e=.]",
	"[crane:1;k=1;m=srun;b=0;d=singleton;e=.]",
	"[crane:1;k=1;m=srun;b=0;d=after:1:1;e=..]",
	"[crane:1;k=1;m=srun;b=0;d=after:01;e=.]",
	"[crane:1;k=1;m=srun;b=0;d=after:1+0s;e=.]",
	"[crane:1;k=1;m=srun;b=0;d=after:1+1m;e=.]",
	"[crane:1;k=1;m=srun;b=0;d=after:1 ;e=.]",
	"[crane:1;k=1;m=srun;b=0;d= after:1;e=.]",
	"[crane:1;k=1;m=srun;b=0;d=after:1;e=]",
	"[crane:1;k=1;m=srun;b=0;d=after:1;e=..]",
	"[crane:1;k=1;m=srun;b=0;d=after:1:2;e=.]",
	"[crane:1;k=1;m=srun;b=0;d=after:1;e=@]",
	"[crane:1;k=1;m=srun;b=0;d=after:1;e=@-1]",
	"[crane:1;k=1;m=srun;b=0;d=after:1;e=@01]",
	"[crane:1;k=1;m=srun;b=0;d=after:1;e=@1;]",
	"[crane:1;k=1;m=srun;b=0;d=after:1;e=@9223372036854775807]",
	"[crane:1;k=1;m=srun;b=0;d=after:1;e=?]",
	"[crane:1;k=1;m=srun;b=0;d=after:1;e=. ]",
	"[crane:1;k=1;m=srun;b=0;d=after:1;e=.;x=1]",
};

static void slip_makes_a_record_bad(void **state)
{
	const char *text = *state;
	char comment[256];

	assert_not_understood(text, CRANE_RECORD_BAD, 0, strlen(text));
	snprintf(comment, sizeof(comment), "note %s", text);
	assert_not_understood(comment, CRANE_RECORD_BAD, 5, strlen(text));
}

static void bad_record_says_why_and_where(void **state)
{
	struct crane_error err;

	(void)state;
	assert_int_equal(crane_record_find("x [crane:1;k=1;m=srun;b=0;d=after:1,y;e=.]", NULL, NULL,
					   NULL, &err),
			 CRANE_RECORD_BAD);
	assert_string_equal(err.text, "bad crane record: unrecognized dependency string: y");
	assert_int_equal(err.column, 37);
	assert_int_equal(crane_record_find("[crane:1;k=1;m=make;b=0;d=after:1;e=.]", NULL, NULL,
					   NULL, &err),
			 CRANE_RECORD_BAD);
	assert_string_equal(err.text, "bad crane record: an unknown maker");
	assert_int_equal(err.column, 16);
	assert_int_equal(crane_record_find("[crane:1;k=1;m=srun;b=0;d=after:1:2;e=.]", NULL, NULL,
					   NULL, &err),
			 CRANE_RECORD_BAD);
	assert_string_equal(err.text, "bad crane record: fewer events than jobs");
}

static void every_prefix_of_a_record_is_bad(void **state)
{
	size_t full = strlen(SAMPLE);

	(void)state;
	for (size_t len = strlen("[crane:"); len < full; len++) {
		/*
		 * An allocation of exactly this size, so that a sanitizer detects a read beyond the
		 * end.
		 */
		char *text = malloc(len + 1);

		assert_non_null(text);
		memcpy(text, SAMPLE, len);
		text[len] = '\0';
		assert_not_understood(text, CRANE_RECORD_BAD, 0, len);
		free(text);
	}
}

/*
 * Any one byte replaced, dropped or doubled: a record that is still valid prints as it was read, so
 * no typing error makes a record that is rewritten as another one.
 */
static void mutated_record_is_refused_or_prints_back(void **state)
{
	static const char bytes[] = "0129afgk;:=,?+_@!.[] \n\177\xff-sS";
	static const char sample[] = SAMPLE;
	size_t n_refused = 0, n_understood = 0;

	(void)state;
	for (size_t at = 0; at + 1 < sizeof(sample); at++) {
		for (size_t b = 0; b + 1 < sizeof(bytes) + 2; b++) {
			char text[sizeof(sample) + 2];
			struct crane_record *rec = NULL;
			size_t start, len;
			char *printed;

			memcpy(text, sample, sizeof(sample));
			if (b + 1 < sizeof(bytes)) {
				text[at] = bytes[b];
			} else if (b + 1 == sizeof(bytes)) {
				memmove(text + at, text + at + 1, sizeof(sample) - at - 1);
			} else {
				memmove(text + at + 1, text + at, sizeof(sample) - at);
			}
			if (crane_record_find(text, &rec, &start, &len, NULL) != CRANE_RECORD_OK) {
				assert_null(rec);
				n_refused++;
				continue;
			}
			printed = crane_record_print(rec);
			assert_int_equal(strlen(printed), len);
			assert_memory_equal(printed, text + start, len);
			free(printed);
			crane_record_free(rec);
			n_understood++;
		}
	}
	assert_true(n_refused > 1000);
	assert_true(n_understood > 100);
}

/* --- merging ---------------------------------------------------------------------------------- */

static void record_joins_a_sites_text_after_one_blank(void **state)
{
	(void)state;
	assert_merged(NULL, SAMPLE, SAMPLE);
	assert_merged("", SAMPLE, SAMPLE);
	assert_merged("note", SAMPLE, "note " SAMPLE);
	assert_merged("note ", SAMPLE, "note  " SAMPLE);
	assert_merged("a [b] \xff\n", SAMPLE, "a [b] \xff\n " SAMPLE);
}

static void record_takes_the_place_of_the_old_one(void **state)
{
	(void)state;
	assert_merged("[crane:1;old]", SAMPLE, SAMPLE);
	assert_merged(" a  [crane:1;old]  b ", SAMPLE, " a  " SAMPLE "  b ");
	assert_merged("a[crane:2;newer]b", SAMPLE, "a" SAMPLE "b");
	assert_merged("a [crane:bad", SAMPLE, "a " SAMPLE);
}

static void several_records_become_one_at_the_first_place(void **state)
{
	(void)state;
	assert_merged("a [crane:1;x] b [crane:2;y] c [crane:z] d", SAMPLE, "a " SAMPLE " b c d");
	assert_merged("[crane:1;x][crane:2;y] c", SAMPLE, SAMPLE " c");
	assert_merged("[crane:1;x [crane:2;y] c", SAMPLE, SAMPLE " c");
}

static void record_is_taken_out_with_the_blank_that_joined_it(void **state)
{
	(void)state;
	assert_merged(NULL, NULL, "");
	assert_merged("", NULL, "");
	assert_merged("note", NULL, "note");
	assert_merged(SAMPLE, NULL, "");
	assert_merged("note " SAMPLE, NULL, "note");
	assert_merged("note  " SAMPLE, NULL, "note ");
	assert_merged("note" SAMPLE "tail", NULL, "notetail");
	assert_merged("note " SAMPLE " tail", NULL, "note tail");
	assert_merged(SAMPLE " tail", NULL, "tail");
	assert_merged("a " SAMPLE " b [crane:2;] c", NULL, "a b c");
}

static void merging_and_taking_out_gives_the_sites_text_back(void **state)
{
	static const char *const texts[] = { "",     " ", "  ",     "note",     "note ", " note",
					     "a [b", "]", "[crane", "\xff\xfe", "tab\t", "line\n" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char *with = crane_record_merge(texts[i], SAMPLE);

		assert_found(with, strlen(texts[i]) + (texts[i][0] != '\0'), SAMPLE);
		assert_merged(with, NULL, texts[i]);
		free(with);
	}
}

static void merging_twice_is_merging_once(void **state)
{
	static const char *const texts[] = { "",
					     "note",
					     "a " SAMPLE " b",
					     "[crane:bad [crane:2;]x",
					     "[cra[crane:1;x]ne:y] tail",
					     "[crane:[crane:[crane:" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char *once = crane_record_merge(texts[i], SAMPLE);

		assert_merged(once, SAMPLE, once);
		free(once);
	}
}

static void taking_out_leaves_no_mark_behind(void **state)
{
	(void)state;
	assert_merged("[cra[crane:1;x]ne:y] tail", NULL, "tail");
	assert_merged("a [cra [crane:1;x]ne:y] tail", NULL, "a tail");
	assert_merged("[cra[cra[crane:1]ne:2]ne:3]", NULL, "");
}

/* --- CPU time --------------------------------------------------------------------------------- */

static char *repeat(const char *piece, size_t n)
{
	size_t len = strlen(piece), at = 0;
	char *text = malloc(n + 1);

	assert_non_null(text);
	for (; at + len <= n; at += len)
		memcpy(text + at, piece, len);
	text[at] = '\0';
	return text;
}

static void bulk_comment_takes_linear_time(void **state)
{
	char *text = repeat(*state, 65536), *merged = NULL;
	struct crane_record *rec = NULL;

	assert_quick(crane_record_find(text, &rec, NULL, NULL, NULL));
	assert_quick(merged = crane_record_merge(text, SAMPLE));
	assert_non_null(merged);
	free(merged);
	assert_quick(merged = crane_record_merge(text, NULL));
	assert_non_null(merged);
	free(merged);
	crane_record_free(rec);
	free(text);
}

static void record_of_1000_jobs_is_found_and_printed_in_linear_time(void **state)
{
	char *expression = malloc(50000), *at = expression, *text = NULL, *again = NULL;
	struct crane_record *rec, *found = NULL;

	(void)state;
	assert_non_null(expression);
	for (unsigned i = 0; i < CRANE_DEP_EDGES_MAX; i++)
		at += sprintf(at, "%safternotok:%u_4294967294+52704000", i ? "," : "",
			      UINT32_MAX - i);
	rec = new_record("0123456789abcdef0123456789abcdef", CRANE_MAKER_UNKNOWN, INT64_MAX - 1,
			 expression);
	for (unsigned i = 0; i < CRANE_DEP_EDGES_MAX; i++)
		rec->events[i] = INT64_MAX - 1;
	assert_quick(text = crane_record_print(rec));
	assert_quick(crane_record_find(text, &found, NULL, NULL, NULL));
	assert_non_null(found);
	again = crane_record_print(found);
	assert_string_equal(again, text);
	free(again);
	crane_record_free(found);
	free(text);
	crane_record_free(rec);
	free(expression);
}

static void record_beyond_any_of_ours_is_bad(void **state)
{
	char *zeros = repeat("0", 200000), *text = malloc(200100);
	struct crane_error err;

	(void)state;
	assert_non_null(text);
	sprintf(text, "[crane:1;k=1;m=srun;b=0;d=after:%s1;e=.]", zeros);
	assert_int_equal(crane_record_find(text, NULL, NULL, NULL, &err), CRANE_RECORD_BAD);
	assert_string_equal(err.text, "bad crane record: it is too long");
	free(text);
	free(zeros);
}

/* --- makers ----------------------------------------------------------------------------------- */

static const struct maker_row {
	const char *line;
	enum crane_maker maker;
} maker_rows[] = {
	{ "/usr/bin/sbatch -N 2 x.sh", CRANE_MAKER_SBATCH },
	{ "sbatch", CRANE_MAKER_SBATCH },
	{ "  sbatch\t--wrap=salloc", CRANE_MAKER_SBATCH },
	{ "./salloc -n1", CRANE_MAKER_SALLOC },
	{ "/opt/sl urm/srun x", CRANE_MAKER_UNKNOWN },
	{ "/opt/slurm-22.05/bin/srun hostname", CRANE_MAKER_SRUN },
	{ "srun\nsbatch", CRANE_MAKER_SRUN },
	{ "unknown", CRANE_MAKER_UNKNOWN },
	{ "sbatch.real x", CRANE_MAKER_UNKNOWN },
	{ "xsbatch", CRANE_MAKER_UNKNOWN },
	{ "SBATCH", CRANE_MAKER_UNKNOWN },
	{ "python3 /usr/bin/sbatch", CRANE_MAKER_UNKNOWN },
	{ "/usr/bin/sbatch/", CRANE_MAKER_UNKNOWN },
	{ "sbatch/x", CRANE_MAKER_UNKNOWN },
	{ "/", CRANE_MAKER_UNKNOWN },
	{ " ", CRANE_MAKER_UNKNOWN },
	{ "", CRANE_MAKER_UNKNOWN },
	{ NULL, CRANE_MAKER_UNKNOWN },
};

static void maker_is_the_first_words_base_name(void **state)
{
	const struct maker_row *row = *state;

	assert_int_equal(crane_maker_from_line(row->line), row->maker);
}

static void makers_have_the_names_of_slurms_commands(void **state)
{
	(void)state;
	assert_string_equal(crane_maker_name(CRANE_MAKER_UNKNOWN), "unknown");
	assert_string_equal(crane_maker_name(CRANE_MAKER_SBATCH), "sbatch");
	assert_string_equal(crane_maker_name(CRANE_MAKER_SALLOC), "salloc");
	assert_string_equal(crane_maker_name(CRANE_MAKER_SRUN), "srun");
}

/* --- the note of a job without a gate --------------------------------------------------------- */

#define NOTE "[crane-native:1;k=0af9;m=salloc;d=afterok:100:101,after:102_3]"

static void note_has_neither_begin_time_nor_events(void **state)
{
	struct crane_record *rec =
		new_record("0af9", CRANE_MAKER_SALLOC, 1234, "afterok:100:101,after:102_3");

	(void)state;
	rec->is_note = true;
	rec->events[0] = 1700000000;
	assert_prints(rec, NOTE);
	crane_record_free(rec);
}

static void note_is_read_back(void **state)
{
	struct crane_record *rec = crane_record_find_note("site " NOTE " site");

	(void)state;
	assert_non_null(rec);
	assert_true(rec->is_note);
	assert_string_equal(rec->token, "0af9");
	assert_int_equal(rec->maker, CRANE_MAKER_SALLOC);
	assert_int_equal(rec->begin_time, 0);
	assert_int_equal(rec->dep->n_edges, 3);
	for (int i = 0; i < 3; i++)
		assert_int_equal(rec->events[i], CRANE_EVENT_PENDING);
	assert_prints(rec, NOTE);
	crane_record_free(rec);
}

/* A reader of records only, as every earlier version is, treats a note as the site's text. */
static void note_is_no_record(void **state)
{
	(void)state;
	assert_int_equal(crane_record_find(NOTE, NULL, NULL, NULL, NULL), CRANE_RECORD_NONE);
	assert_null(crane_record_find_note(SAMPLE));
	assert_null(crane_record_find_note(""));
	assert_null(crane_record_find_note(NULL));
}

static void malformed_note_is_ignored(void **state)
{
	static const char *const notes[] = {
		"[crane-native:",
		"[crane-native:1;k=a;m=sbatch;d=after:1",
		"[crane-native:2;k=a;m=sbatch;d=after:1]",
		"[crane-native:1;k=a;m=make;d=after:1]",
		"[crane-native:1;k=a;m=sbatch;d=after:1;e=.]",
		"[crane-native:1;k=;m=sbatch;d=after:1]",
		"[crane-native:1;k=a;m=sbatch;b=0;d=after:1]",
		"[crane-native:1;k=a;m=sbatch;d=]",
	};
	char comment[256];

	(void)state;
	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++) {
		struct crane_record *rec;

		assert_null(crane_record_find_note(notes[i]));
		snprintf(comment, sizeof(comment), "%s " NOTE, notes[i]);
		rec = crane_record_find_note(comment);
		assert_prints(rec, NOTE);
		crane_record_free(rec);
	}
}

static void record_and_note_take_each_others_place(void **state)
{
	(void)state;
	assert_merged("a " NOTE " b", SAMPLE, "a " SAMPLE " b");
	assert_merged("a " SAMPLE " b", NOTE, "a " NOTE " b");
	assert_merged("a " NOTE " b", NULL, "a b");
	assert_merged("a", NOTE, "a " NOTE);
	assert_merged(NOTE " " SAMPLE, NOTE, NOTE);
	assert_merged("[crane" NOTE "-native:1;k=a;m=srun;d=after:1] x", NULL, "x");
	assert_merged("[crane-native:1;k=" SAMPLE, NULL, "");
}

#define ADD(function, name) unit_add(&list, function, NULL, "%s", name)

int main(void)
{
	static const char *const bulks[] = { "[crane:",
					     "[crane:1;",
					     "[crane:2;]",
					     "[cra",
					     "[",
					     "]",
					     " [crane:1;k=1;m=srun;b=0;d=after:1;e=.",
					     SAMPLE,
					     "[cra[crane:]ne:" };
	static struct unit_list list;

	ADD(new_record_has_every_event_pending, "a new record has every event pending");
	ADD(events_print_in_the_order_of_the_jobs, "events print in the order of the jobs");
	ADD(every_field_is_read_back, "every field is read back");
	for (size_t i = 0; i < N_VECTORS; i++) {
		if (vectors[i].edges)
			unit_add(&list, vector_survives_a_record, &vectors[i],
				 "vector %d survives a record: %s", vectors[i].number,
				 vectors[i].input);
	}
	ADD(record_is_one_line_without_a_blank, "a record is one line without a blank");
	ADD(time_before_1970_prints_as_the_beginning, "a time before 1970 prints as the beginning");
	ADD(token_must_be_one, "a malformed token makes no record");
	ADD(free_accepts_null, "crane_record_free accepts NULL");
	ADD(text_without_a_record_has_none, "a text without a record has none");
	ADD(record_is_found_among_its_neighbours, "a record is found among its neighbours");
	ADD(newer_version_is_left_alone, "a record of a newer version is left alone");
	ADD(understood_wins_over_newer_over_bad, "understood wins over newer wins over bad");
	ADD(first_of_several_good_records_wins, "the first of several good records wins");
	for (size_t i = 0; i < sizeof(bad_records) / sizeof(bad_records[0]); i++)
		unit_add(&list, slip_makes_a_record_bad, bad_records[i], "bad record: %s",
			 bad_records[i]);
	ADD(bad_record_says_why_and_where, "a bad record says why and where");
	ADD(every_prefix_of_a_record_is_bad, "every prefix of a record is bad");
	ADD(mutated_record_is_refused_or_prints_back,
	    "a mutated record is refused or prints back as it was read");
	ADD(record_joins_a_sites_text_after_one_blank,
	    "a record joins a site's text after one blank");
	ADD(record_takes_the_place_of_the_old_one, "a record takes the place of the old one");
	ADD(several_records_become_one_at_the_first_place,
	    "several records become one at the first place");
	ADD(record_is_taken_out_with_the_blank_that_joined_it,
	    "a record is taken out with the blank that joined it");
	ADD(merging_and_taking_out_gives_the_sites_text_back,
	    "merging and taking out gives the site's text back");
	ADD(merging_twice_is_merging_once, "merging twice is merging once");
	ADD(taking_out_leaves_no_mark_behind, "taking out leaves no mark behind");
	for (size_t i = 0; i < sizeof(bulks) / sizeof(bulks[0]); i++)
		unit_add(&list, bulk_comment_takes_linear_time, bulks[i],
			 "64 kB of '%s' take linear time", bulks[i]);
	ADD(record_of_1000_jobs_is_found_and_printed_in_linear_time,
	    "a record of 1000 jobs is found and printed in linear time");
	ADD(note_has_neither_begin_time_nor_events, "a note has neither begin time nor events");
	ADD(note_is_read_back, "a note is read back");
	ADD(note_is_no_record, "a note is no record");
	ADD(malformed_note_is_ignored, "a malformed note is ignored");
	ADD(record_and_note_take_each_others_place, "record and note take each other's place");
	ADD(record_beyond_any_of_ours_is_bad, "a record longer than any of ours is bad");
	for (size_t i = 0; i < sizeof(maker_rows) / sizeof(maker_rows[0]); i++)
		unit_add(&list, maker_is_the_first_words_base_name, &maker_rows[i],
			 "submit line '%s' was made by %s",
			 maker_rows[i].line ? maker_rows[i].line : "(none)",
			 crane_maker_name(maker_rows[i].maker));
	ADD(makers_have_the_names_of_slurms_commands, "makers have the names of Slurm's commands");
	return unit_run("record", &list);
}
