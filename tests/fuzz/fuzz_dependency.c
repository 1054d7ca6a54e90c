/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes the parser of the dependency language: no input harms it, a refusal is complete, and what
 * is accepted survives printing. The unit tests test what an expression means.
 */
#define _POSIX_C_SOURCE 200809L
#include "fuzz.h"

#include "src/dependency.h"
#include "src/duration.h"

static void check_refusal(const char *text, const struct crane_error *err)
{
	CHECK(err->class > CRANE_E_NONE && err->class < CRANE_E_VALUE);
	CHECK(err->column >= 1 && err->column <= strlen(text) + 1);
	check_error(err);
}

static void check_shape(const struct crane_dep *dep)
{
	CHECK(dep->n_edges + dep->n_kept <= CRANE_DEP_EDGES_MAX);
	CHECK(dep->n_terms <= dep->n_edges && (dep->n_terms > 0) == (dep->n_edges > 0));
	CHECK(dep->n_terms > 0 || crane_dep_has_kept(dep));
	CHECK(dep->n_terms > 1 || dep->logic == CRANE_DEP_AND);
	CHECK(dep->logic == CRANE_DEP_AND || !crane_dep_has_kept(dep));
	CHECK(dep->n_edges == 0 || dep->edges[0].term == 0);
	CHECK(dep->n_edges == 0 || dep->edges[dep->n_edges - 1].term == dep->n_terms - 1);
	for (uint32_t i = 0; i < dep->n_edges; i++) {
		CHECK(dep->edges[i].job_id != 0);
		CHECK(dep->edges[i].delay_sec <= CRANE_DELAY_MAX_SEC);
		if (i == 0)
			continue;
		CHECK(dep->edges[i].term - dep->edges[i - 1].term <= 1);
		CHECK(dep->edges[i].term != dep->edges[i - 1].term ||
		      dep->edges[i].type == dep->edges[i - 1].type);
	}
}

static void check_same(const struct crane_dep *a, const struct crane_dep *b, int terms_too)
{
	CHECK(a->logic == b->logic && a->n_edges == b->n_edges);
	for (uint32_t i = 0; i < a->n_edges; i++) {
		CHECK(a->edges[i].type == b->edges[i].type);
		CHECK(a->edges[i].job_id == b->edges[i].job_id);
		CHECK(a->edges[i].task_id == b->edges[i].task_id);
		CHECK(a->edges[i].delay_sec == b->edges[i].delay_sec);
		CHECK(!terms_too || a->edges[i].term == b->edges[i].term);
	}
}

static struct crane_dep *parse_printed(char *text)
{
	struct crane_dep *dep = NULL;

	CHECK(text != NULL);
	CHECK(crane_dep_parse(text, &dep, NULL) == 0);
	free(text);
	return dep;
}

/* Events of every kind, from the input's own numbers; what comes out must fit together. */
static void check_state(const struct crane_dep *dep, int64_t *events)
{
	struct crane_dep_state before, after;
	uint32_t n_pending = 0;

	for (uint32_t i = 0; i < dep->n_edges; i++) {
		uint32_t kind = (dep->edges[i].job_id + i) % 4;

		events[i] = kind == 0 ? CRANE_EVENT_PENDING :
			    kind == 1 ? CRANE_EVENT_NEVER :
					dep->edges[i].job_id;
		n_pending += kind == 0;
	}
	crane_dep_eval(dep, events, 1000, &before);
	CHECK(before.n_pending == n_pending);
	CHECK(before.never ==
	      (before.status == CRANE_DEP_SOME_FAILED || before.status == CRANE_DEP_ALL_FAILED));
	CHECK(!before.met || before.status == CRANE_DEP_READY_AFTER);
	CHECK(!before.never || before.final);
	for (uint32_t i = 0; i < dep->n_edges; i++) {
		if (events[i] == CRANE_EVENT_PENDING)
			events[i] = dep->edges[i].job_id % 2 ? 500 : CRANE_EVENT_NEVER;
	}
	crane_dep_eval(dep, events, 1000, &after);
	CHECK(after.final && after.n_pending == 0);
	CHECK(!before.met || after.met);
	CHECK(!before.never || after.never);
	if (before.final) {
		CHECK(before.status == after.status);
		CHECK(before.ready_time == after.ready_time);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size), *native;
	struct crane_dep *dep = NULL, *again;
	struct crane_error err = { .class = CRANE_E_NONE };
	int64_t *events;

	if (crane_dep_parse(text, &dep, &err) != 0) {
		CHECK(dep == NULL);
		check_refusal(text, &err);
		free(text);
		return 0;
	}
	check_shape(dep);

	again = parse_printed(crane_dep_print(dep));
	CHECK(again->n_terms == dep->n_terms);
	CHECK(again->n_kept == dep->n_kept && again->singleton == dep->singleton);
	check_same(dep, again, 1);
	free(again);

	events = malloc((dep->n_edges + 1) * sizeof(*events));
	CHECK(events != NULL);
	for (uint32_t i = 0; i < dep->n_edges; i++)
		events[i] = CRANE_EVENT_PENDING;
	if (dep->n_edges > 0) {
		again = parse_printed(crane_dep_print_pending(dep, events));
		check_same(dep, again, dep->logic == CRANE_DEP_OR);
		free(again);
	}

	/* Slurm's form is in our grammar too: one edge a term and no delay. */
	native = crane_dep_native(dep);
	CHECK(native != NULL && strchr(native, '+') == NULL);
	again = parse_printed(native);
	CHECK(again->n_edges == dep->n_edges && again->n_terms == dep->n_edges);
	CHECK(again->n_kept == dep->n_kept && again->singleton == dep->singleton);
	free(again);

	check_state(dep, events);
	free(events);
	free(dep);
	free(text);
	return 0;
}
