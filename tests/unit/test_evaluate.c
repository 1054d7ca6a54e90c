/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The evaluation of an expression at a moment: named cases of
 * doc/reference/dependencies.md#evaluation, and a truth table against an evaluator that knows only
 * the definition.
 */
#include "unit.h"

#include <stdbool.h>

#include "src/dependency.h"

#define PENDING CRANE_EVENT_PENDING
#define NEVER CRANE_EVENT_NEVER

static struct crane_dep *parse(const char *s)
{
	struct crane_dep *dep = NULL;
	struct crane_error err;

	if (crane_dep_parse(s, &dep, &err) != 0)
		fail_msg("'%s' is refused: %s", s, err.text);
	return dep;
}

/* --- named cases ------------------------------------------------------------------------------ */

#define WAIT_ALL CRANE_DEP_WAIT_FOR_ALL
#define WAIT_ANY CRANE_DEP_WAIT_FOR_ANY
#define READY CRANE_DEP_READY_AFTER
#define SOME CRANE_DEP_SOME_FAILED
#define ALL CRANE_DEP_ALL_FAILED

enum { MET = 1, DEAD = 2, FINAL = 4 };

static const struct named_case {
	const char *name;
	const char *input;
	int64_t events[4];
	int64_t now;
	enum crane_dep_status status;
	int flags;
	int64_t ready_time; /* with READY */
	uint32_t n_pending;
} cases[] = {
	/* clang-format off */
	{ "AND with nothing fired waits for all", "afterok:1,afterok:2", { PENDING, PENDING }, 50,
	  WAIT_ALL, 0, 0, 2 },
	{ "AND with a part fired waits for all", "afterok:1,afterok:2", { 10, PENDING }, 50,
	  WAIT_ALL, 0, 0, 1 },
	{ "AND with one failed is dead though others are pending", "afterok:1,afterok:2",
	  { NEVER, PENDING }, 50, SOME, DEAD | FINAL, 0, 1 },
	{ "AND with one failed and one fired is dead", "afterok:1,afterok:2", { 10, NEVER }, 50,
	  SOME, DEAD | FINAL, 0, 0 },
	{ "AND is ready at the latest of event and delay", "afterok:1+60s,afterok:2", { 10, 20 },
	  50, READY, FINAL, 70, 0 },
	{ "AND is met at its very second", "afterok:1+60s,afterok:2", { 10, 20 }, 70, READY,
	  MET | FINAL, 70, 0 },
	{ "AND is not met a second before", "afterok:1+60s,afterok:2", { 10, 20 }, 69, READY, FINAL,
	  70, 0 },
	{ "one term waits for all of its jobs", "afterok:1:2", { 10, PENDING }, 50, WAIT_ALL, 0, 0,
	  1 },
	{ "one job that failed is SomeFailed", "afterok:1", { NEVER }, 50, SOME, DEAD | FINAL, 0,
	  0 },
	{ "OR with nothing fired waits for any", "afterok:1?afterok:2", { PENDING, PENDING }, 50,
	  WAIT_ANY, 0, 0, 2 },
	{ "OR with one failed waits for the other", "afterok:1?afterok:2", { NEVER, PENDING }, 50,
	  WAIT_ANY, 0, 0, 1 },
	{ "OR with all failed is dead", "afterok:1?afterok:2", { NEVER, NEVER }, 50, ALL,
	  DEAD | FINAL, 0, 0 },
	{ "OR with one fired starts without the other", "afterok:1?afterok:2", { 10, PENDING }, 50,
	  READY, MET, 10, 1 },
	{ "OR with one fired and one failed is final", "afterok:1?afterok:2", { 10, NEVER }, 50,
	  READY, MET | FINAL, 10, 0 },
	{ "OR is ready at the earliest of event and delay", "afterok:1+60s?afterok:2+5s",
	  { 10, 20 }, 24, READY, FINAL, 25, 0 },
	{ "OR with a ready time ahead may still move earlier", "afterok:1+60s?afterok:2",
	  { 10, PENDING }, 50, READY, 0, 70, 1 },
	{ "a term of an OR needs all its jobs", "afterok:1:2?after:3",
	  { 10, PENDING, PENDING }, 50, WAIT_ANY, 0, 0, 2 },
	{ "a term with a failed job is dead, the other term lives", "afterok:1:2?after:3",
	  { NEVER, PENDING, PENDING }, 50, WAIT_ANY, 0, 0, 2 },
	{ "OR is dead once every term is, pending jobs or not", "afterok:1:2?after:3",
	  { NEVER, PENDING, NEVER }, 50, ALL, DEAD | FINAL, 0, 1 },
	{ "a pending job of a dead term changes nothing more", "afterok:1:2?after:3",
	  { NEVER, PENDING, 30 }, 50, READY, MET | FINAL, 30, 1 },
	{ "the manual's example: both jobs, the delay is the second's own",
	  "afterok:1:2+2h?after:3", { 10, 20, PENDING }, 50, READY, 0, 7220, 1 },
	{ "the manual's example: the other term at once", "afterok:1:2+2h?after:3", { 10, 20, 40 },
	  50, READY, MET | FINAL, 40, 0 },
	{ "an OR of two pairs takes the earlier pair", "afterok:1:2?afterok:3:4",
	  { 10, 90, 20, 80 }, 85, READY, MET | FINAL, 80, 0 },
	{ "a delay counts from the event, not from now", "after:1+10", { 100 }, 100 + 540, READY,
	  FINAL, 700, 0 },
	{ "a delay that has passed already holds nothing up", "after:1+10", { 100 }, 3700, READY,
	  MET | FINAL, 700, 0 },
	{ "an event at second 0 is an event", "after:1", { 0 }, 0, READY, MET | FINAL, 0, 0 },
	{ "an event before 1970 is an event", "after:1+5s", { -7 }, -2, READY, MET | FINAL, -2, 0 },
	/* clang-format on */
};

static void case_holds(void **state)
{
	const struct named_case *c = *state;
	struct crane_dep *dep = parse(c->input);
	struct crane_dep_state got;

	memset(&got, 0x5a, sizeof(got));
	crane_dep_eval(dep, c->events, c->now, &got);
	assert_int_equal(got.status, c->status);
	assert_int_equal(got.met, (c->flags & MET) != 0);
	assert_int_equal(got.never, (c->flags & DEAD) != 0);
	assert_int_equal(got.final, (c->flags & FINAL) != 0);
	if (c->status == READY)
		assert_int_equal(got.ready_time, c->ready_time);
	assert_int_equal(got.n_pending, c->n_pending);
	free(dep);
}

static void sum_of_event_and_delay_stops_at_the_end_of_time(void **state)
{
	static const struct {
		int64_t event;
		uint64_t delay_sec;
		int64_t ready_time;
	} rows[] = {
		/* clang-format off */
		{ INT64_MAX - 1, 0, INT64_MAX - 1 },
		{ INT64_MAX - 1, 1, INT64_MAX },
		{ INT64_MAX - 1, 2, INT64_MAX },
		{ INT64_MAX - 1, UINT64_MAX, INT64_MAX },
		{ 0, INT64_MAX, INT64_MAX },
		{ 0, UINT64_MAX, INT64_MAX },
		{ 5, INT64_MAX, INT64_MAX },
		{ -5, INT64_MAX, INT64_MAX - 5 },
		{ -5, (uint64_t)INT64_MAX + 4, INT64_MAX - 1 },
		{ -5, (uint64_t)INT64_MAX + 5, INT64_MAX },
		{ INT64_MIN + 1, 3, INT64_MIN + 4 },
		{ INT64_MIN + 1, UINT64_MAX, INT64_MAX },
		/* clang-format on */
	};
	struct crane_dep *dep = parse("after:1");
	struct crane_dep_state got;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		dep->edges[0].delay_sec = rows[i].delay_sec;
		crane_dep_eval(dep, &rows[i].event, 0, &got);
		assert_int_equal(got.status, READY);
		assert_true(got.ready_time == rows[i].ready_time);
	}
	free(dep);
}

/* --- the definition --------------------------------------------------------------------------- */

/*
 * An expression here is a set of words with one bit for each edge: an OR holds if all edges of one
 * word have fired, an AND if those of all words have. The rest follows from all possible futures:
 * each pending edge never fires, or fires before, between or after all known events.
 */
#define EDGES_MAX 4
#define HORIZON 60 /* every event and delay of the table lies below */

struct model {
	bool is_or;
	unsigned n_edges;
	unsigned n_words;
	unsigned words[EDGES_MAX];
	int delay[EDGES_MAX];
};

/* Moments at which an edge can fire, in the table and in every future. */
enum { AT_NEVER = -1, AT_PENDING = -2, AT_DAWN = 1, AT_EARLY = 10, AT_LATE = 30, AT_DUSK = 50 };

static bool holds_at(const struct model *m, const int *fired_at, int moment)
{
	unsigned true_edges = 0;

	for (unsigned i = 0; i < m->n_edges; i++) {
		if (fired_at[i] >= 0 && fired_at[i] + m->delay[i] <= moment)
			true_edges |= 1u << i;
	}
	for (unsigned w = 0; w < m->n_words; w++) {
		bool word_holds = (m->words[w] & ~true_edges) == 0;

		if (word_holds == m->is_or)
			return m->is_or;
	}
	return !m->is_or;
}

/* The first moment at which it holds; AT_NEVER if it never holds. Once true, it stays true. */
static int first_moment(const struct model *m, const int *fired_at)
{
	int low = 0, high = HORIZON;

	if (!holds_at(m, fired_at, HORIZON))
		return AT_NEVER;
	while (low < high) {
		int middle = (low + high) / 2;

		if (holds_at(m, fired_at, middle))
			high = middle;
		else
			low = middle + 1;
	}
	return high;
}

/* Which words come true at last. */
static unsigned words_that_hold(const struct model *m, const int *fired_at)
{
	unsigned result = 0;

	for (unsigned w = 0; w < m->n_words; w++) {
		bool all = true;

		for (unsigned i = 0; i < m->n_edges; i++)
			all = all && (!(m->words[w] >> i & 1) || fired_at[i] >= 0);
		result |= (unsigned)all << w;
	}
	return result;
}

/* What is true of all futures of [known]. */
struct verdict {
	bool can_start;     /* in some future it starts */
	bool must_start;    /* in every future it starts */
	int latest_start;   /* over all futures, when must_start */
	bool words_settled; /* the words that come true are the same in every future */
};

static struct verdict look_at_all_futures(const struct model *m, const int *known)
{
	static const int moments[] = { AT_NEVER, AT_DAWN, AT_DUSK };
	struct verdict v = { false, true, AT_NEVER, true };
	unsigned n_futures = 1, words = 0;

	for (unsigned i = 0; i < m->n_edges; i++)
		n_futures *= known[i] == AT_PENDING ? 3 : 1;
	for (unsigned f = 0; f < n_futures; f++) {
		int fired_at[EDGES_MAX], start;
		unsigned digits = f;

		for (unsigned i = 0; i < m->n_edges; i++) {
			fired_at[i] = known[i];
			if (known[i] == AT_PENDING) {
				fired_at[i] = moments[digits % 3];
				digits /= 3;
			}
		}
		start = first_moment(m, fired_at);
		v.can_start = v.can_start || start != AT_NEVER;
		v.must_start = v.must_start && start != AT_NEVER;
		if (start > v.latest_start)
			v.latest_start = start;
		if (f == 0)
			words = words_that_hold(m, fired_at);
		else if (words_that_hold(m, fired_at) != words)
			v.words_settled = false;
	}
	return v;
}

/* The same expression for the code under test; [splits] bit i: a new term begins at edge i + 1. */
static void build(struct crane_dep *dep, struct model *m, bool is_or, unsigned n_edges,
		  unsigned splits, unsigned delays)
{
	memset(m, 0, sizeof(*m));
	m->is_or = is_or;
	m->n_edges = n_edges;
	dep->logic = is_or ? CRANE_DEP_OR : CRANE_DEP_AND;
	dep->n_edges = n_edges;
	for (unsigned i = 0; i < n_edges; i++) {
		if (i > 0 && (splits >> (i - 1) & 1))
			m->n_words++;
		m->words[m->n_words] |= 1u << i;
		m->delay[i] = delays >> i & 1 ? 5 : 0;
		dep->edges[i] = (struct crane_dep_edge){
			.type = CRANE_DEP_AFTEROK,
			.job_id = i + 1,
			.task_id = CRANE_DEP_NO_TASK,
			.delay_sec = (uint64_t)m->delay[i],
			.term = m->n_words,
		};
	}
	m->n_words++;
	dep->n_terms = m->n_words;
}

static void compare(const struct crane_dep *dep, const struct model *m, const int *known)
{
	static const int nows[] = { 0, 9, 10, 14, 15, 29, 30, 34, 35, HORIZON };
	struct verdict v = look_at_all_futures(m, known);
	int64_t events[EDGES_MAX];
	unsigned n_pending = 0;

	for (unsigned i = 0; i < m->n_edges; i++) {
		events[i] = known[i] == AT_PENDING ? PENDING :
			    known[i] == AT_NEVER   ? NEVER :
						     known[i];
		n_pending += known[i] == AT_PENDING;
	}
	for (size_t k = 0; k < sizeof(nows) / sizeof(nows[0]); k++) {
		struct crane_dep_state got;

		crane_dep_eval(dep, events, nows[k], &got);
		assert_int_equal(got.never, !v.can_start);
		assert_int_equal(got.status == READY, v.must_start);
		if (!v.can_start)
			assert_int_equal(got.status, m->is_or ? ALL : SOME);
		else if (!v.must_start)
			assert_int_equal(got.status, m->is_or ? WAIT_ANY : WAIT_ALL);
		else
			assert_int_equal(got.ready_time, v.latest_start);
		assert_int_equal(got.met, v.must_start && v.latest_start <= nows[k]);
		/* A term that may yet come true is taken as able to move the ready time. */
		assert_int_equal(got.final, !v.can_start || (v.must_start && v.words_settled));
		assert_int_equal(got.n_pending, n_pending);
	}
}

struct table {
	bool is_or;
	unsigned n_edges;
	unsigned splits;
};

static void table_agrees_with_the_definition(void **state)
{
	static const int fates[] = { AT_PENDING, AT_EARLY, AT_LATE, AT_NEVER };
	const struct table *t = *state;
	struct crane_dep *dep = malloc(sizeof(*dep) + EDGES_MAX * sizeof(dep->edges[0]));
	struct model m;

	assert_non_null(dep);
	for (unsigned delays = 0; delays < 1u << t->n_edges; delays++) {
		build(dep, &m, t->is_or, t->n_edges, t->splits, delays);
		for (unsigned fate = 0; fate < 1u << (2 * t->n_edges); fate++) {
			int known[EDGES_MAX];

			for (unsigned i = 0; i < t->n_edges; i++)
				known[i] = fates[fate >> (2 * i) & 3];
			compare(dep, &m, known);
		}
	}
	free(dep);
}

/*
 * One more event is added to every state of the table: a met expression stays met, a dead one stays
 * dead, a ready time only becomes earlier, and a final state does not change.
 */
static void an_event_never_takes_back_what_was_said(void **state)
{
	static const int fates[] = { AT_PENDING, AT_EARLY, AT_LATE, AT_NEVER };
	const struct table *t = *state;
	struct crane_dep *dep = malloc(sizeof(*dep) + EDGES_MAX * sizeof(dep->edges[0]));
	struct model m;

	assert_non_null(dep);
	build(dep, &m, t->is_or, t->n_edges, t->splits, 5);
	for (unsigned fate = 0; fate < 1u << (2 * t->n_edges); fate++) {
		for (unsigned i = 0; i < t->n_edges; i++) {
			int64_t events[EDGES_MAX];

			for (unsigned e = 0; e < t->n_edges; e++) {
				int at = fates[fate >> (2 * e) & 3];

				events[e] = at == AT_PENDING ? PENDING :
					    at == AT_NEVER   ? NEVER :
							       at;
			}
			if (events[i] != PENDING)
				continue;
			for (unsigned next = 1; next < 4; next++) {
				struct crane_dep_state before, after;

				events[i] = PENDING;
				crane_dep_eval(dep, events, 32, &before);
				events[i] = fates[next] == AT_NEVER ? NEVER : fates[next];
				crane_dep_eval(dep, events, 32, &after);
				if (before.met)
					assert_true(after.met);
				if (before.never)
					assert_true(after.never);
				if (before.status == READY) {
					assert_int_equal(after.status, READY);
					assert_true(after.ready_time <= before.ready_time);
				}
				if (before.final) {
					assert_true(after.final);
					assert_int_equal(after.status, before.status);
					assert_int_equal(after.ready_time, before.ready_time);
				}
			}
		}
	}
	free(dep);
}

int main(void)
{
	static struct unit_list list;
	static struct table tables[2 * (1 + 2 + 4 + 8)];
	size_t n_tables = 0;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		unit_add(&list, case_holds, &cases[i], "%s", cases[i].name);
	unit_add(&list, sum_of_event_and_delay_stops_at_the_end_of_time, NULL,
		 "the sum of event and delay stops at the end of time");
	for (int is_or = 0; is_or < 2; is_or++) {
		for (unsigned n = 1; n <= EDGES_MAX; n++) {
			for (unsigned splits = 0; splits < 1u << (n - 1); splits++) {
				struct table *t = &tables[n_tables++];
				char shape[2 * EDGES_MAX] = "a", *p = shape + 1;

				*t = (struct table){ is_or, n, splits };
				for (unsigned i = 1; i < n; i++) {
					if (splits >> (i - 1) & 1)
						*p++ = is_or ? '?' : ',';
					*p++ = (char)('a' + i);
				}
				*p = '\0';
				unit_add(&list, table_agrees_with_the_definition, t,
					 "truth table of %s %s agrees with the definition",
					 is_or ? "OR" : "AND", shape);
				unit_add(&list, an_event_never_takes_back_what_was_said, t,
					 "an event never takes back what was said of %s %s",
					 is_or ? "OR" : "AND", shape);
			}
		}
	}
	return unit_run("evaluate", &list);
}
