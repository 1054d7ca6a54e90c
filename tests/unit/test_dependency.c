/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dependency language: every vector of vectors.h, refusals with text and column, printing, the
 * rewrite for Slurm, events from facts, and array sums. test_evaluate.c tests the evaluation.
 */
#include "unit.h"

#include <inttypes.h>

#include "src/dependency.h"
#include "vectors.h"

/* A string of [n] bytes, to be freed: [head], then [piece] as often as it fits. */
static char *repeat(const char *head, const char *piece, size_t n)
{
	size_t at = strlen(head), len = strlen(piece);
	char *text = malloc(n + 1);

	assert_non_null(text);
	memcpy(text, head, at);
	for (; at + len <= n; at += len)
		memcpy(text + at, piece, len);
	text[at] = '\0';
	return text;
}

static struct crane_dep *parse(const char *s)
{
	struct crane_dep *dep = NULL;
	struct crane_error err;

	if (crane_dep_parse(s, &dep, &err) != 0)
		fail_msg("'%.200s' is refused: %s", s, err.text);
	return dep;
}

static void assert_refused(const char *s, enum crane_error_class class, unsigned column,
			   const char *text)
{
	struct crane_dep untouched, *dep = &untouched;
	struct crane_error err = { .class = CRANE_E_NONE };

	assert_int_equal(crane_dep_parse(s, &dep, &err), -1);
	assert_ptr_equal(dep, &untouched);
	assert_int_equal(err.class, class);
	assert_int_equal(err.column, column);
	if (text)
		assert_string_equal(err.text, text);
	assert_int_equal(crane_dep_parse(s, &dep, NULL), -1);
}

static void assert_same(const struct crane_dep *a, const struct crane_dep *b)
{
	assert_int_equal(a->logic, b->logic);
	assert_int_equal(a->n_terms, b->n_terms);
	assert_int_equal(a->n_edges, b->n_edges);
	assert_int_equal(a->n_kept, b->n_kept);
	assert_int_equal(a->singleton, b->singleton);
	for (uint32_t i = 0; i < a->n_edges; i++) {
		assert_int_equal(a->edges[i].type, b->edges[i].type);
		assert_int_equal(a->edges[i].job_id, b->edges[i].job_id);
		assert_int_equal(a->edges[i].task_id, b->edges[i].task_id);
		assert_int_equal(a->edges[i].delay_sec, b->edges[i].delay_sec);
		assert_int_equal(a->edges[i].term, b->edges[i].term);
	}
}

/* --- the vectors ------------------------------------------------------------------------------ */

/* The vectors' own spelling of the edges. Written without crane_dep_print(). */
static void spell_edges(const struct crane_dep *dep, char *text, size_t size)
{
	static const char *const names[] = { "after", "afterany", "afterok", "afternotok" };
	size_t n = 0;

	text[0] = '\0';

	for (uint32_t i = 0; i < dep->n_edges; i++) {
		const struct crane_dep_edge *e = &dep->edges[i];

		n += (size_t)snprintf(text + n, size - n, "%s%s:%" PRIu32, i ? " " : "",
				      names[e->type], e->job_id);
		if (e->task_id != CRANE_DEP_NO_TASK)
			n += (size_t)snprintf(text + n, size - n, "_%" PRIu32, e->task_id);
		if (e->delay_sec)
			n += (size_t)snprintf(text + n, size - n, "+%" PRIu64, e->delay_sec);
	}
}

static void spell_terms(const struct crane_dep *dep, char *text, size_t size)
{
	size_t n = 0;

	text[0] = '\0';
	for (uint32_t term = 0; term < dep->n_terms; term++) {
		int count = 0;

		for (uint32_t i = 0; i < dep->n_edges; i++)
			count += dep->edges[i].term == term;
		n += (size_t)snprintf(text + n, size - n, "%s%d", term ? " " : "", count);
	}
}

static void vector_holds(void **state)
{
	const struct vector *v = *state;
	struct crane_dep *dep;
	char text[512];

	if (v->edges == NULL) {
		assert_refused(v->input, v->class, v->column, v->text);
		return;
	}
	dep = parse(v->input);
	assert_int_equal(dep->logic, v->logic);
	spell_edges(dep, text, sizeof(text));
	assert_string_equal(text, v->edges);
	spell_terms(dep, text, sizeof(text));
	assert_string_equal(text, v->terms);
	free(dep);
}

static void the_table_has_all_116_vectors(void **state)
{
	(void)state;
	assert_int_equal(N_VECTORS, 116);
	for (size_t i = 0; i < N_VECTORS; i++)
		assert_int_equal(vectors[i].number, i + 1);
}

static void accepted_vectors_print_and_parse_to_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_VECTORS; i++) {
		struct crane_dep *dep, *again;
		char *text, *text_again;

		if (vectors[i].edges == NULL)
			continue;
		dep = parse(vectors[i].input);
		text = crane_dep_print(dep);
		assert_non_null(text);
		again = parse(text);
		assert_same(dep, again);
		text_again = crane_dep_print(again);
		assert_string_equal(text_again, text);
		free(text_again);
		free(again);
		free(text);
		free(dep);
	}
}

/* --- more refusals ---------------------------------------------------------------------------- */

#define NO_LIST(jobs)                                                                              \
	"invalid job list format in '" jobs "': should only contain job_id[+delay] separated by ':'"

static const struct refusal {
	const char *input;
	enum crane_error_class class;
	unsigned column;
	const char *text;
} refusals[] = {
	/* Columns count in the string that was given, white space in front included. */
	{ "  afterok:100 ,after:1", CRANE_E_LIST, 11, NO_LIST("100 ") },
	{ "\t\nafterok:100:100\n", CRANE_E_DUP, 15, "duplicate job 100 in dependencies" },
	{ "   ", CRANE_E_TERM, 4, "unrecognized dependency string: " },
	{ ",", CRANE_E_TERM, 1, "unrecognized dependency string: " },
	{ "?", CRANE_E_TERM, 1, "unrecognized dependency string: " },
	{ ":", CRANE_E_TERM, 1, "unrecognized dependency string: :" },
	{ ":100", CRANE_E_TERM, 1, "unrecognized dependency string: :100" },
	{ "after:1,100", CRANE_E_TERM, 9, "unrecognized dependency string: 100" },
	{ "afterok :100", CRANE_E_TERM, 1, "unrecognized dependency string: afterok :100" },
	{ "afterok\t:100", CRANE_E_TERM, 1, "unrecognized dependency string: afterok?:100" },
	{ "\033[2Jafterok:1", CRANE_E_TERM, 1, "unrecognized dependency string: ?[2Jafterok:1" },
	{ "crane:afterok:1", CRANE_E_TERM, 1, "unrecognized dependency string: crane:afterok:1" },
	/* A term that Slurm evaluates stands in an AND, without a delay, and once. */
	{ "after:1?singleton", CRANE_E_MIX, 9,
	  "'singleton' cannot be an alternative: join it by ','" },
	{ "aftercorr:7?after:1", CRANE_E_MIX, 1,
	  "'aftercorr' cannot be an alternative: join it by ','" },
	{ "after:1,aftercorr:7+10s", CRANE_E_DELAY, 20, "'aftercorr' takes no delay" },
	{ "singleton,after:1,singleton", CRANE_E_DUP, 19, "duplicate singleton in dependencies" },
	{ "afterok:7,aftercorr:7", CRANE_E_DUP, 21, "duplicate job 7 in dependencies" },
	{ "singleton:7", CRANE_E_TERM, 1, "unrecognized dependency string: singleton:7" },
	{ "aftercorr:", CRANE_E_TERM, 1, "unrecognized dependency string: aftercorr:" },
	/* Two kinds of separators are reported first, before other errors. */
	{ "?,", CRANE_E_MIX, 2, "cannot use both ',' and '?' in the dependency string" },
	{ " nonsense,x?", CRANE_E_MIX, 12, "cannot use both ',' and '?' in the dependency string" },
	/* A byte that no list can contain is reported before an error in an item. */
	{ "afterok:0:1.5", CRANE_E_LIST, 11, NO_LIST("0:1.5") },
	{ "afterok:1\033:2", CRANE_E_LIST, 9, NO_LIST("1?:2") },
	{ "afterok:1\xff", CRANE_E_LIST, 9, NO_LIST("1?") },
	{ "afterok:1+5:-6", CRANE_E_LIST, 13, NO_LIST("1+5:-6") },
	{ "afterok:+5", CRANE_E_LIST, 9, NO_LIST("+5") },
	{ "afterok:1+5:+5", CRANE_E_LIST, 13, NO_LIST("1+5:+5") },
	/* Array tasks. */
	{ "afterok:100_", CRANE_E_LIST, 9, NO_LIST("100_") },
	{ "afterok:_3", CRANE_E_LIST, 9, NO_LIST("_3") },
	{ "afterok:100_3_4", CRANE_E_LIST, 9, NO_LIST("100_3_4") },
	{ "afterok:100_x", CRANE_E_LIST, 9, NO_LIST("100_x") },
	{ "afterok:100+1_0", CRANE_E_LIST, 9, NO_LIST("100+1_0") },
	{ "afterok:100_[1-2]", CRANE_E_LIST, 9, NO_LIST("100_[1-2]") },
	{ "afterok:1,after:100_4294967295", CRANE_E_JOBID, 17,
	  "invalid job ID '100_4294967295' in dependency: strconv.ParseUint: parsing "
	  "\"100_4294967295\": value out of range" },
	{ "afterok:0_3", CRANE_E_JOBID, 9,
	  "invalid job ID '0_3' in dependency: strconv.ParseUint: parsing \"0_3\": value out of "
	  "range" },
	{ "afterok:18446744073709551617", CRANE_E_JOBID, 9,
	  "invalid job ID '18446744073709551617' in dependency: strconv.ParseUint: parsing "
	  "\"18446744073709551617\": value out of range" },
	{ "afterok:100_3:101,after:100_03", CRANE_E_DUP, 25,
	  "duplicate job 100_3 in dependencies" },
	/* The leftmost repetition is reported. */
	{ "afterok:9:8:7:8:9", CRANE_E_DUP, 15, "duplicate job 8 in dependencies" },
	{ "afterok:5:5:5", CRANE_E_DUP, 11, "duplicate job 5 in dependencies" },
	{ "afterok:7:0007", CRANE_E_DUP, 11, "duplicate job 7 in dependencies" },
	/* An error of the grammar is reported before a repetition. */
	{ "afterok:5:5,after", CRANE_E_TERM, 13, "unrecognized dependency string: after" },
	/* Delays too long for any clock. */
	{ "afterok:1+99999999999999999999", CRANE_E_DELAY, 11,
	  "invalid delay format '99999999999999999999' in dependency: invalid duration: "
	  "99999999999999999999m" },
	{ "after:1,afterok:2+01:30:00:3+5x", CRANE_E_DELAY, 30,
	  "invalid delay format '5x' in dependency: invalid duration unit 'x' in: 5x" },
};

static void refusal_names_class_column_and_text(void **state)
{
	const struct refusal *r = *state;

	assert_refused(r->input, r->class, r->column, r->text);
}

static void every_prefix_of_every_vector_is_refused_or_parsed(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_VECTORS; i++) {
		for (size_t len = 0; len <= strlen(vectors[i].input); len++) {
			/*
			 * Of exactly this size, so that a sanitizer detects a read beyond the end.
			 */
			char *s = malloc(len + 1);
			struct crane_dep *dep = NULL;
			struct crane_error err = { .class = CRANE_E_NONE };

			assert_non_null(s);
			memcpy(s, vectors[i].input, len);
			s[len] = '\0';
			if (crane_dep_parse(s, &dep, &err) == 0) {
				assert_true(dep->n_edges > 0 || crane_dep_has_kept(dep));
			} else {
				assert_int_not_equal(err.class, CRANE_E_NONE);
				assert_true(err.column >= 1 && err.column <= len + 1);
				assert_true(err.text[0] != '\0');
			}
			free(dep);
			free(s);
		}
	}
}

static void long_piece_is_quoted_in_part_and_the_reason_stays_readable(void **state)
{
	static const char *const heads[] = { "", "afterok:", "afterok:", "afterok:1+",
					     "afterok:1+" };
	static const char *const pieces[] = { "x", "x", "9", "9", "x" };
	static const char *const ends[] = {
		/* clang-format off */
		"xxx...", "xxx...': should only contain job_id[+delay] separated by ':'",
		"999...\": value out of range", "999...m", "invalid duration format: xxx",
		/* clang-format on */
	};

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		char *text = repeat(heads[i], pieces[i], 65536);
		struct crane_dep *dep = NULL;
		struct crane_error err = { .class = CRANE_E_NONE };

		assert_int_equal(crane_dep_parse(text, &dep, &err), -1);
		assert_true(strlen(err.text) < CRANE_ERROR_TEXT_MAX);
		assert_non_null(strstr(err.text, ends[i]));
		free(text);
	}
}

/* --- array tasks ------------------------------------------------------------------------------ */

static void task_may_follow_a_delay(void **state)
{
	struct crane_dep *dep = parse("afterok:100+5s:101_3+1-00:00:00:102_4");

	(void)state;
	assert_int_equal(dep->n_edges, 3);
	assert_int_equal(dep->edges[1].job_id, 101);
	assert_int_equal(dep->edges[1].task_id, 3);
	assert_int_equal(dep->edges[1].delay_sec, 86400);
	assert_int_equal(dep->edges[2].task_id, 4);
	free(dep);
}

static void array_and_its_task_are_different_things(void **state)
{
	struct crane_dep *dep = parse("afterok:100:100_0:100_4294967294+5s");

	(void)state;
	assert_int_equal(dep->n_edges, 3);
	assert_int_equal(dep->edges[0].task_id, CRANE_DEP_NO_TASK);
	assert_int_equal(dep->edges[1].task_id, 0);
	assert_int_equal(dep->edges[2].task_id, 4294967294);
	assert_int_equal(dep->edges[2].delay_sec, 5);
	free(dep);
}

/* --- the limit -------------------------------------------------------------------------------- */

/* [n] edges, one per term when sep is not ':'. */
static char *many_edges(unsigned n, char sep, const char *delay)
{
	char *text = malloc(n * (size_t)40 + 1), *at = text;

	assert_non_null(text);
	for (unsigned i = 0; i < n; i++) {
		if (i > 0)
			*at++ = sep;
		if (i == 0 || sep != ':')
			at += sprintf(at, "afterok:");
		at += sprintf(at, "%u%s", n - i, delay);
	}
	return text;
}

static void thousand_jobs_are_accepted(void **state)
{
	static const char seps[] = ":,?";

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char *text = many_edges(CRANE_DEP_EDGES_MAX, seps[i], "+10:20:30");
		struct crane_dep *dep = parse(text);

		assert_int_equal(dep->n_edges, CRANE_DEP_EDGES_MAX);
		assert_int_equal(dep->n_terms, seps[i] == ':' ? 1 : CRANE_DEP_EDGES_MAX);
		free(dep);
		free(text);
	}
}

static void one_job_more_is_refused_at_its_column(void **state)
{
	char *text = many_edges(CRANE_DEP_EDGES_MAX + 1, ',', "");

	(void)state;
	/* The last edge is "afterok:1"; its id is the last character. */
	assert_refused(text, CRANE_E_LIST, (unsigned)strlen(text),
		       "more than 1000 jobs in one dependency");
	free(text);
}

/* --- CPU time --------------------------------------------------------------------------------- */

static const struct bulk {
	const char *name, *head, *piece;
	bool parses;
} bulks[] = {
	{ "colons", "afterok:1", ":", false },
	{ "commas", "", ",", false },
	{ "question marks", "", "?", false },
	{ "both separators", "", ",?", false },
	{ "terms without a type", "", "x,", false },
	{ "plus signs", "afterok:1", "+", false },
	{ "minus signs", "afterok:1+1", "-", false },
	{ "ids", "afterok:1", ":22", false },
	{ "zeros before an id", "afterok:", "0", false },
	{ "digits of an id", "afterok:", "9", false },
	{ "digits of a delay", "afterok:1+", "9", false },
	{ "unit pairs of a delay", "afterok:1+", "1s", true },
	{ "clock times", "afterok:1+01:30:00", ":01:30:00", false },
	{ "white space", "afterok:1", " ", true },
	{ "white space in front", " ", " ", false },
	{ "control characters", "afterok:1", "\001", false },
};

static void bulk_input_takes_linear_time(void **state)
{
	const struct bulk *b = *state;
	char *text = repeat(b->head, b->piece, 65536);
	struct crane_dep *dep = NULL;
	struct crane_error err;
	int rc = 0;

	assert_quick(rc = crane_dep_parse(text, &dep, &err));
	assert_int_equal(rc, b->parses ? 0 : -1);
	free(dep);
	free(text);
}

static void thousand_jobs_parse_print_and_evaluate_in_linear_time(void **state)
{
	char *text = many_edges(CRANE_DEP_EDGES_MAX, '?', "+1w1d1h1m1s");
	struct crane_dep *dep = NULL;
	struct crane_dep_state result;
	static int64_t events[CRANE_DEP_EDGES_MAX];
	char *printed = NULL, *pending = NULL, *native = NULL;

	(void)state;
	for (size_t i = 0; i < CRANE_DEP_EDGES_MAX; i++)
		events[i] = CRANE_EVENT_PENDING;
	assert_quick(dep = parse(text));
	assert_quick(printed = crane_dep_print(dep));
	assert_quick(pending = crane_dep_print_pending(dep, events));
	assert_quick(native = crane_dep_native(dep));
	assert_quick(crane_dep_eval(dep, events, 0, &result));
	assert_int_equal(result.n_pending, CRANE_DEP_EDGES_MAX);
	assert_non_null(strstr(printed, "?afterok:1+694861s"));
	assert_non_null(strstr(pending, "?afterok:1+8-01:01:01"));
	assert_non_null(strstr(native, "?afterok:1"));
	free(native);
	free(pending);
	free(printed);
	free(dep);
	free(text);
}

/* --- printing --------------------------------------------------------------------------------- */

static void assert_prints(const char *input, const char *expected)
{
	struct crane_dep *dep = parse(input);
	char *text = crane_dep_print(dep);

	assert_string_equal(text, expected);
	free(text);
	free(dep);
}

static void canonical_print_keeps_terms_and_counts_seconds(void **state)
{
	(void)state;
	assert_prints(" afterok:0100 ", "afterok:100");
	assert_prints("afterok:100+0", "afterok:100");
	assert_prints("afterok:100:101+10m?after:102_03", "afterok:100:101+600s?after:102_3");
	assert_prints("after:1,after:2", "after:1,after:2");
	assert_prints("after:1:2", "after:1:2");
	assert_prints("afterany:7+1-01:30:00,afternotok:8", "afterany:7+91800s,afternotok:8");
	assert_prints("afternotok:4294967295_4294967294+52704000",
		      "afternotok:4294967295_4294967294+3162240000s");
}

/* events: one character an edge, as in a record: '.' pending, '!' never, '@' fired. */
static void assert_pending(const char *input, const char *events, const char *expected)
{
	struct crane_dep *dep = parse(input);
	int64_t event[8];
	char *text;

	assert_int_equal(dep->n_edges, strlen(events));
	for (size_t i = 0; i < dep->n_edges; i++)
		event[i] = events[i] == '.' ? CRANE_EVENT_PENDING :
			   events[i] == '!' ? CRANE_EVENT_NEVER :
					      1000;
	text = crane_dep_print_pending(dep, event);
	assert_string_equal(text, expected);
	free(text);
	free(dep);
}

static void pending_edges_of_an_and_stand_each_on_its_own(void **state)
{
	(void)state;
	assert_pending("afterok:100+60,after:101", "..", "afterok:100+01:00:00,after:101");
	assert_pending("after:100,afterok:101:102", "...", "after:100,afterok:101,afterok:102");
	assert_pending("after:100,afterok:101:102", "@..", "afterok:101,afterok:102");
	assert_pending("after:100,afterok:101:102", ".@.", "after:100,afterok:102");
	assert_pending("after:100,afterok:101:102", ".!@", "after:100");
	assert_pending("afterok:100:101+10s", "..", "afterok:100,afterok:101+00:00:10");
}

static void pending_edges_of_an_or_stay_in_their_terms(void **state)
{
	(void)state;
	assert_pending("afterok:100:101+2h?after:102", "...", "afterok:100:101+02:00:00?after:102");
	assert_pending("afterok:100:101+2h?after:102", "@..", "afterok:101+02:00:00?after:102");
	assert_pending("afterok:100:101+2h?after:102", "..@", "afterok:100:101+02:00:00");
	assert_pending("afterok:1:2:3?after:4", ".@..", "afterok:1:3?after:4");
	assert_pending("afterok:1?afterok:2", "..", "afterok:1?afterok:2");
	assert_pending("afterok:1?afterok:2_7", "@.", "afterok:2_7");
}

static void nothing_pending_prints_an_empty_text(void **state)
{
	(void)state;
	assert_pending("afterok:100", "@", "");
	assert_pending("afterok:100", "!", "");
	assert_pending("afterok:100?after:3", "@!", "");
}

static void pending_delay_shows_as_the_display_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_DISPLAY_VECTORS; i++) {
		char input[64], expected[64];

		snprintf(input, sizeof(input), "afterany:9+%" PRIu64 "s", display_vectors[i].sec);
		snprintf(expected, sizeof(expected), "afterany:9+%s", display_vectors[i].text);
		assert_pending(input, ".", expected);
	}
	assert_pending("afterany:9+0s", ".", "afterany:9");
}

static void pending_text_of_everything_parses_to_the_same_edges(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_VECTORS; i++) {
		struct crane_dep *dep, *again;
		int64_t events[8];
		char *text, want[512], got[512];

		if (vectors[i].edges == NULL || vectors[i].edges[0] == '\0')
			continue;
		dep = parse(vectors[i].input);
		for (size_t k = 0; k < 8; k++)
			events[k] = CRANE_EVENT_PENDING;
		text = crane_dep_print_pending(dep, events);
		again = parse(text);
		spell_edges(dep, want, sizeof(want));
		spell_edges(again, got, sizeof(got));
		assert_string_equal(got, want);
		assert_int_equal(again->logic, dep->logic);
		free(again);
		free(text);
		free(dep);
	}
}

static void assert_native(const char *input, const char *expected)
{
	struct crane_dep *dep = parse(input);
	char *text = crane_dep_native(dep);

	assert_string_equal(text, expected);
	free(text);
	free(dep);
}

static void native_form_has_one_type_and_id_an_edge_and_no_delay(void **state)
{
	(void)state;
	assert_native("afterok:100", "afterok:100");
	assert_native("after:100+10", "after:100");
	assert_native("afterok:100+1-01:30:00:101,after:7", "afterok:100,afterok:101,after:7");
	assert_native("afterany:1?afternotok:2+5s", "afterany:1?afternotok:2");
	assert_native("afterok:100:101+2h?after:102", "afterok:100?afterok:101?after:102");
	assert_native("afterok:100_3:100_4,after:100", "afterok:100_3,afterok:100_4,after:100");
	assert_native("afterok:4294967295_4294967294", "afterok:4294967295_4294967294");
}

static void type_has_a_vector_and_a_json_name(void **state)
{
	(void)state;
	for (int type = 0; type < CRANE_DEP_TYPES; type++) {
		char first[24];
		bool found = false;

		snprintf(first, sizeof(first), "%s:", crane_dep_type_name(type));
		for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
			found |= vectors[i].edges &&
				 strncmp(vectors[i].edges, first, strlen(first)) == 0;
		assert_true(found);
		assert_non_null(crane_dep_type_json_name(type));
	}
}

static void words_for_types_and_statuses_are_those_of_the_seed(void **state)
{
	(void)state;
	assert_string_equal(crane_dep_type_name(CRANE_DEP_AFTER), "after");
	assert_string_equal(crane_dep_type_name(CRANE_DEP_AFTERANY), "afterany");
	assert_string_equal(crane_dep_type_name(CRANE_DEP_AFTEROK), "afterok");
	assert_string_equal(crane_dep_type_name(CRANE_DEP_AFTERNOTOK), "afternotok");
	assert_string_equal(crane_dep_status_name(CRANE_DEP_WAIT_FOR_ALL), "WaitForAll");
	assert_string_equal(crane_dep_status_name(CRANE_DEP_WAIT_FOR_ANY), "WaitForAny");
	assert_string_equal(crane_dep_status_name(CRANE_DEP_READY_AFTER), "ReadyAfter");
	assert_string_equal(crane_dep_status_name(CRANE_DEP_SOME_FAILED), "SomeFailed");
	assert_string_equal(crane_dep_status_name(CRANE_DEP_ALL_FAILED), "AllFailed");
}

/* --- events ----------------------------------------------------------------------------------- */

#define P CRANE_EVENT_PENDING
#define N CRANE_EVENT_NEVER

/* What happened to a dependee, and the event of an edge of each type on it. */
static const struct event_row {
	const char *name;
	struct crane_job_facts facts;
	int64_t events[CRANE_DEP_TYPES]; /* in the order of enum crane_dep_type */
} event_rows[] = {
	/* clang-format off */
	{ "a job that waits", { .pending = true }, { P, P, P, P } },
	{ "a job that runs", { .started = true, .start_time = 100 }, { 100, P, P, P } },
	{ "a job that ended with exit code 0",
	  { .started = true, .ended = true, .ran = true, .ok = true, .start_time = 100,
	    .end_time = 200 },
	  { 100, 200, 200, N } },
	{ "a job that failed, timed out or was cancelled while running",
	  { .started = true, .ended = true, .ran = true, .start_time = 100, .end_time = 200 },
	  { 100, 200, N, 200 } },
	{ "a job cancelled while pending", { .ended = true, .end_time = 200 },
	  { 200, 200, N, N } },
	{ "a job cancelled while pending whose exit code is 0",
	  { .ended = true, .ok = true, .end_time = 200 }, { 200, 200, N, N } },
	{ "a job that failed, was requeued and waits again",
	  { .pending = true, .started = true, .start_time = 100, .end_time = 200 },
	  { 100, P, P, P } },
	{ "a job that was requeued and then cancelled while pending",
	  { .started = true, .ended = true, .start_time = 100, .end_time = 300 },
	  { 100, 300, N, N } },
	{ "a job that ended and whose start is not known",
	  { .ended = true, .ran = true, .ok = true, .end_time = 200 }, { 200, 200, 200, N } },
	{ "an array of which a part runs and a part waits",
	  { .pending = true, .started = true, .start_time = 100 }, { 100, P, P, P } },
	/* clang-format on */
};

#undef P
#undef N

static void events_of_all_types_follow_from_the_facts(void **state)
{
	const struct event_row *row = *state;

	for (int type = 0; type < CRANE_DEP_TYPES; type++)
		assert_int_equal(crane_dep_event(type, &row->facts), row->events[type]);
}

/* --- arrays summed up ------------------------------------------------------------------------- */

static const struct crane_job_facts task_waits = { .pending = true };
static const struct crane_job_facts task_runs = { .started = true, .start_time = 150 };
static const struct crane_job_facts task_ok = {
	.started = true, .ended = true, .ran = true, .ok = true, .start_time = 100, .end_time = 400
};
static const struct crane_job_facts task_failed = {
	.started = true, .ended = true, .ran = true, .start_time = 120, .end_time = 300
};
static const struct crane_job_facts task_cancelled = { .ended = true, .end_time = 500 };

static struct crane_job_facts sum_up(const struct crane_job_facts *a,
				     const struct crane_job_facts *b,
				     const struct crane_job_facts *c)
{
	struct crane_job_facts sum;

	crane_job_facts_none(&sum);
	crane_job_facts_add(&sum, a);
	crane_job_facts_add(&sum, b);
	crane_job_facts_add(&sum, c);
	return sum;
}

static void sum_of_no_task_is_ended_ok_and_never_started(void **state)
{
	struct crane_job_facts sum;

	(void)state;
	memset(&sum, 0xff, sizeof(sum));
	crane_job_facts_none(&sum);
	assert_true(sum.ended && sum.ok);
	assert_false(sum.pending || sum.started || sum.ran);
}

static void sum_of_one_task_is_that_task(void **state)
{
	static const struct crane_job_facts *const tasks[] = { &task_waits, &task_runs, &task_ok,
							       &task_failed, &task_cancelled };

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct crane_job_facts sum;

		crane_job_facts_none(&sum);
		crane_job_facts_add(&sum, tasks[i]);
		for (int type = 0; type < CRANE_DEP_TYPES; type++)
			assert_int_equal(crane_dep_event(type, &sum),
					 crane_dep_event(type, tasks[i]));
		assert_int_equal(sum.pending, tasks[i]->pending);
	}
}

static void array_starts_with_its_earliest_task(void **state)
{
	struct crane_job_facts sum = sum_up(&task_waits, &task_runs, &task_ok);

	(void)state;
	assert_true(sum.started && sum.pending && !sum.ended);
	assert_int_equal(sum.start_time, 100);
	assert_int_equal(crane_dep_event(CRANE_DEP_AFTER, &sum), 100);
	assert_int_equal(crane_dep_event(CRANE_DEP_AFTERANY, &sum), CRANE_EVENT_PENDING);
}

static void array_ends_with_its_last_task(void **state)
{
	struct crane_job_facts sum = sum_up(&task_ok, &task_failed, &task_ok);

	(void)state;
	assert_true(sum.ended && sum.ran && !sum.ok && !sum.pending);
	assert_int_equal(sum.end_time, 400);
	assert_int_equal(crane_dep_event(CRANE_DEP_AFTERANY, &sum), 400);
}

static void array_is_ok_when_every_task_is(void **state)
{
	struct crane_job_facts ok = sum_up(&task_ok, &task_ok, &task_ok);
	struct crane_job_facts failed = sum_up(&task_ok, &task_failed, &task_ok);

	(void)state;
	assert_int_equal(crane_dep_event(CRANE_DEP_AFTEROK, &ok), 400);
	assert_int_equal(crane_dep_event(CRANE_DEP_AFTERNOTOK, &ok), CRANE_EVENT_NEVER);
	assert_int_equal(crane_dep_event(CRANE_DEP_AFTEROK, &failed), CRANE_EVENT_NEVER);
	assert_int_equal(crane_dep_event(CRANE_DEP_AFTERNOTOK, &failed), 400);
}

static void array_with_a_failed_task_is_undecided_until_the_last_has_ended(void **state)
{
	struct crane_job_facts sum = sum_up(&task_failed, &task_runs, &task_ok);

	(void)state;
	assert_int_equal(crane_dep_event(CRANE_DEP_AFTEROK, &sum), CRANE_EVENT_PENDING);
	assert_int_equal(crane_dep_event(CRANE_DEP_AFTERNOTOK, &sum), CRANE_EVENT_PENDING);
}

static void array_with_a_task_cancelled_while_pending_is_not_ok(void **state)
{
	struct crane_job_facts sum = sum_up(&task_ok, &task_cancelled, &task_ok);

	(void)state;
	assert_int_equal(crane_dep_event(CRANE_DEP_AFTER, &sum), 100);
	assert_int_equal(crane_dep_event(CRANE_DEP_AFTERANY, &sum), 500);
	assert_int_equal(crane_dep_event(CRANE_DEP_AFTEROK, &sum), CRANE_EVENT_NEVER);
	assert_int_equal(crane_dep_event(CRANE_DEP_AFTERNOTOK, &sum), 500);
}

static void array_cancelled_as_a_whole_while_pending_is_like_one_such_job(void **state)
{
	struct crane_job_facts sum = sum_up(&task_cancelled, &task_cancelled, &task_cancelled);

	(void)state;
	assert_int_equal(crane_dep_event(CRANE_DEP_AFTER, &sum), 500);
	assert_int_equal(crane_dep_event(CRANE_DEP_AFTERANY, &sum), 500);
	assert_int_equal(crane_dep_event(CRANE_DEP_AFTEROK, &sum), CRANE_EVENT_NEVER);
	assert_int_equal(crane_dep_event(CRANE_DEP_AFTERNOTOK, &sum), CRANE_EVENT_NEVER);
}

static void order_of_the_tasks_does_not_matter(void **state)
{
	static const struct crane_job_facts *const tasks[] = { &task_waits, &task_runs, &task_ok,
							       &task_failed, &task_cancelled };

	(void)state;
	for (size_t i = 0; i < 125; i++) {
		const struct crane_job_facts *a = tasks[i % 5], *b = tasks[i / 5 % 5],
					     *c = tasks[i / 25];
		struct crane_job_facts forth = sum_up(a, b, c), back = sum_up(c, b, a);

		for (int type = 0; type < CRANE_DEP_TYPES; type++)
			assert_int_equal(crane_dep_event(type, &forth),
					 crane_dep_event(type, &back));
	}
}

/* --- what Slurm keeps exactly ----------------------------------------------------------------- */

static bool is_job_12(uint32_t job_id)
{
	return job_id == 12;
}

static void vector_takes_the_way_of_d10(void **state)
{
	const struct vector *v = *state;
	struct crane_dep *dep = parse(v->input);
	bool listed = false;

	for (size_t i = 0; i < N_NATIVE_VECTORS; i++)
		listed |= native_vectors[i] == v->number;
	assert_int_equal(crane_dep_is_native(dep, NULL), listed);
	assert_int_equal(crane_dep_is_native(dep, is_job_12), listed);
	free(dep);
}

static void native_rule_holds(void **state)
{
	const struct native_rule *rule = *state;
	struct crane_dep *dep = parse(rule->input);

	assert_int_equal(crane_dep_is_native(dep, is_job_12), rule->native);
	free(dep);
}

static void assert_native_events(const char *input, const char *native, const char *expected)
{
	struct crane_dep *dep = parse(input);
	int64_t events[8];
	char got[9] = "";

	if (!crane_dep_read_native(dep, native, 1700000000, events)) {
		assert_null(expected);
		free(dep);
		return;
	}
	for (uint32_t i = 0; i < dep->n_edges; i++)
		got[i] = events[i] == CRANE_EVENT_PENDING ? '.' :
			 events[i] == CRANE_EVENT_NEVER   ? '!' :
			 events[i] == 1700000000          ? '@' :
							    'x';
	assert_non_null(expected);
	assert_string_equal(got, expected);
	free(dep);
}

static void text_of_slurm_gives_the_events_of_the_edges(void **state)
{
	(void)state;
	assert_native_events("afterok:1:2,after:3", "", "@@@");
	assert_native_events("afterok:1:2,after:3", "afterok:2(unfulfilled)", "@.@");
	assert_native_events("afterok:1:2,after:3", "after:3(unfulfilled),afterok:1(unfulfilled)",
			     ".@.");
	assert_native_events("afterok:1:2", "afterok:1(failed),afterok:2(unfulfilled)", "!.");
	assert_native_events("afterok:1?afterany:2", "afterok:1(failed)?afterany:2(unfulfilled)",
			     "!.");
	assert_native_events("afterok:12,after:12_3", "afterok:12_*(unfulfilled)", ".@");
	assert_native_events("afterok:12,after:12_3", "after:12_3(unfulfilled)", "@.");
	assert_native_events("afterok:1", "afterok:1", ".");
	assert_native_events("afterok:1,aftercorr:7,singleton",
			     "aftercorr:7_*(unfulfilled),singleton(unfulfilled)", "@");
	assert_native_events("afterok:1,singleton", "afterok:1(unfulfilled)", ".");
	assert_native_events("afterok:1,singleton", "aftercorr:7(unfulfilled)", NULL);
	assert_native_events("singleton", "", "");
}

static void text_of_another_dependency_is_told_apart(void **state)
{
	static const char *const others[] = {
		"afterok:8(unfulfilled)",           "afterany:7(unfulfilled)",
		"afterok:7_1(unfulfilled)",         "afterok:7(unfulfilled),afterok:8(unfulfilled)",
		"singleton(unfulfilled)",           "aftercorr:7(unfulfilled)",
		"afterok:7(unfulfilled),",          "afterok:7(maybe)",
		"afterok:7+5(unfulfilled)",         "afterok:",
		"afterok:99999999999(unfulfilled)", "7",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_native_events("afterok:7", others[i], NULL);
}

static void what_slurm_keeps_is_printed_last(void **state)
{
	struct crane_dep *dep = parse("singleton,aftercorr:7_2:8,after:1+1s:2,afterok:3");
	char *text = crane_dep_print(dep), *native = crane_dep_native(dep);

	(void)state;
	assert_string_equal(text, "after:1+1s:2,afterok:3,aftercorr:7_2,aftercorr:8,singleton");
	assert_string_equal(native,
			    "after:1,after:2,afterok:3,aftercorr:7_2,aftercorr:8,singleton");
	assert_int_equal(dep->n_edges, 3);
	assert_int_equal(dep->n_kept, 2);
	assert_int_equal(dep->n_terms, 2);
	free(text);
	free(native);
	free(dep);
}

static void text_of_slurm_tells_what_it_still_keeps(void **state)
{
	static const struct {
		const char *native, *left;
		enum crane_dep_kept kept;
	} rows[] = {
		{ "", "", CRANE_DEP_KEPT_DONE },
		{ "afterok:7(failed)", "", CRANE_DEP_KEPT_DONE },
		{ "singleton(unfulfilled)", "singleton", CRANE_DEP_KEPT_OPEN },
		{ "afterok:7(failed),singleton", "singleton", CRANE_DEP_KEPT_OPEN },
		{ "aftercorr:7_*(unfulfilled),singleton(unfulfilled)", "aftercorr:7,singleton",
		  CRANE_DEP_KEPT_OPEN },
		{ "aftercorr:7_31(failed),afterok:8", "aftercorr:7_31", CRANE_DEP_KEPT_FAILED },
		{ "aftercorr:7(failed),aftercorr:8(unfulfilled)", "aftercorr:7,aftercorr:8",
		  CRANE_DEP_KEPT_FAILED },
		{ "singletonx,xaftercorr:7", "", CRANE_DEP_KEPT_DONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum crane_dep_kept kept;
		char *left = crane_dep_kept_left(rows[i].native, &kept);

		assert_string_equal(left, rows[i].left);
		assert_int_equal(kept, rows[i].kept);
		free(left);
	}
}

static void what_slurm_keeps_delays_or_ends_an_expression(void **state)
{
	struct crane_dep *dep = parse("afterok:1,singleton");
	struct crane_dep_state ready;
	int64_t event = 100;

	(void)state;
	crane_dep_eval(dep, &event, 200, &ready);
	crane_dep_eval_kept(&ready, CRANE_DEP_KEPT_DONE);
	assert_int_equal(ready.status, CRANE_DEP_READY_AFTER);
	assert_true(ready.met);
	crane_dep_eval_kept(&ready, CRANE_DEP_KEPT_OPEN);
	assert_int_equal(ready.status, CRANE_DEP_WAIT_FOR_ALL);
	assert_false(ready.met || ready.never || ready.final);
	crane_dep_eval_kept(&ready, CRANE_DEP_KEPT_FAILED);
	assert_int_equal(ready.status, CRANE_DEP_SOME_FAILED);
	assert_true(ready.never && ready.final);
	free(dep);
}

#define ADD(function, name) unit_add(&list, function, NULL, "%s", name)

int main(void)
{
	static struct unit_list list;

	for (size_t i = 0; i < N_VECTORS; i++)
		unit_add(&list, vector_holds, &vectors[i], "vector %d: %s%s%s%s", vectors[i].number,
			 vectors[i].input, vectors[i].note ? " (" : "",
			 vectors[i].note ? vectors[i].note : "", vectors[i].note ? ")" : "");
	ADD(the_table_has_all_116_vectors, "the table has all 116 vectors");
	ADD(accepted_vectors_print_and_parse_to_the_same,
	    "accepted vectors print and parse to the same");
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		unit_add(&list, refusal_names_class_column_and_text, &refusals[i],
			 "refused at column %u: %s", refusals[i].column, refusals[i].text);
	ADD(every_prefix_of_every_vector_is_refused_or_parsed,
	    "every prefix of every vector is refused or parsed");
	ADD(long_piece_is_quoted_in_part_and_the_reason_stays_readable,
	    "a long piece is quoted in part and the reason stays readable");
	ADD(task_may_follow_a_delay, "an array task may follow a delay");
	ADD(array_and_its_task_are_different_things, "an array and its task are different things");
	ADD(thousand_jobs_are_accepted, "1000 jobs in one dependency are accepted");
	ADD(one_job_more_is_refused_at_its_column, "job 1001 is refused at its column");
	for (size_t i = 0; i < sizeof(bulks) / sizeof(bulks[0]); i++)
		unit_add(&list, bulk_input_takes_linear_time, &bulks[i],
			 "64 kB of %s take linear time", bulks[i].name);
	ADD(thousand_jobs_parse_print_and_evaluate_in_linear_time,
	    "1000 jobs parse, print and evaluate in linear time");
	ADD(canonical_print_keeps_terms_and_counts_seconds,
	    "the canonical print keeps terms and counts seconds");
	ADD(pending_edges_of_an_and_stand_each_on_its_own,
	    "pending edges of an AND stand each on its own");
	ADD(pending_edges_of_an_or_stay_in_their_terms,
	    "pending edges of an OR stay in their terms");
	ADD(nothing_pending_prints_an_empty_text, "nothing pending prints an empty text");
	ADD(pending_delay_shows_as_the_display_vectors,
	    "a pending delay shows as the display vectors say");
	ADD(pending_text_of_everything_parses_to_the_same_edges,
	    "the pending text of everything parses to the same edges");
	ADD(native_form_has_one_type_and_id_an_edge_and_no_delay,
	    "the native form has one type and id an edge and no delay");
	for (size_t i = 0; i < N_VECTORS; i++)
		if (vectors[i].edges)
			unit_add(&list, vector_takes_the_way_of_d10, &vectors[i],
				 "vector %d takes the way of D10: %s", vectors[i].number,
				 vectors[i].input);
	for (size_t i = 0; i < N_NATIVE_RULES; i++)
		unit_add(&list, native_rule_holds, &native_rules[i], "%s is %s: %s",
			 native_rules[i].input, native_rules[i].native ? "native" : "gated",
			 native_rules[i].note);
	ADD(text_of_slurm_gives_the_events_of_the_edges,
	    "the text of Slurm gives the events of the edges");
	ADD(text_of_another_dependency_is_told_apart,
	    "the text of another dependency is told apart");
	ADD(what_slurm_keeps_is_printed_last, "what Slurm keeps is printed last");
	ADD(text_of_slurm_tells_what_it_still_keeps, "the text of Slurm tells what it still keeps");
	ADD(what_slurm_keeps_delays_or_ends_an_expression,
	    "what Slurm keeps delays or ends an expression");
	ADD(type_has_a_vector_and_a_json_name, "every type has a vector and a name in JSON");
	ADD(words_for_types_and_statuses_are_those_of_the_seed,
	    "the words for types and statuses are those of the manual");
	for (size_t i = 0; i < sizeof(event_rows) / sizeof(event_rows[0]); i++)
		unit_add(&list, events_of_all_types_follow_from_the_facts, &event_rows[i],
			 "events of %s", event_rows[i].name);
	ADD(sum_of_no_task_is_ended_ok_and_never_started,
	    "the sum of no task is ended, ok and never started");
	ADD(sum_of_one_task_is_that_task, "the sum of one task is that task");
	ADD(array_starts_with_its_earliest_task, "an array starts with its earliest task");
	ADD(array_ends_with_its_last_task, "an array ends with its last task");
	ADD(array_is_ok_when_every_task_is, "an array is ok when every task is");
	ADD(array_with_a_failed_task_is_undecided_until_the_last_has_ended,
	    "an array with a failed task is undecided until the last has ended");
	ADD(array_with_a_task_cancelled_while_pending_is_not_ok,
	    "an array with a task cancelled while pending is not ok");
	ADD(array_cancelled_as_a_whole_while_pending_is_like_one_such_job,
	    "an array cancelled as a whole while pending is like one such job");
	ADD(order_of_the_tasks_does_not_matter, "the order of the tasks does not matter");
	return unit_run("dependency", &list);
}
