/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Crane's dependency language: parsing, printing, the rewrite for Slurm, and evaluation.
 * duration.c reads delays. Callers know whether a job exists, what happened to it, and the time.
 */
#include "src/dependency.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/duration.h"
#include "src/quote.h"

#define TYPE_WORD_SIZE 16 /* with the NUL */

/* Longest text of one edge in any form: separator, type, id, task, delay. */
#define EDGE_TEXT_MAX (1 + TYPE_WORD_SIZE + 10 + 11 + 1 + CRANE_DURATION_TEXT_MAX)

/* The properties of one type; its events are in crane_dep_event(). */
static const struct type_row {
	char word[TYPE_WORD_SIZE];
	char native[TYPE_WORD_SIZE]; /* Slurm's equal or weaker type */
	const char *json_name;
} types[] = {
	[CRANE_DEP_AFTER] = { "after", "after", "AFTER" },
	[CRANE_DEP_AFTERANY] = { "afterany", "afterany", "AFTER_ANY" },
	[CRANE_DEP_AFTEROK] = { "afterok", "afterok", "AFTER_OK" },
	[CRANE_DEP_AFTERNOTOK] = { "afternotok", "afternotok", "AFTER_NOT_OK" },
	[CRANE_DEP_AFTERCORR] = { "aftercorr", "aftercorr", "AFTER_CORR" },
};
#define TYPE_ROWS (sizeof(types) / sizeof(types[0]))

static const char singleton_word[] = "singleton";

static const char *const status_names[] = {
	/* clang-format off */
	[CRANE_DEP_WAIT_FOR_ALL] = "WaitForAll",
	[CRANE_DEP_WAIT_FOR_ANY] = "WaitForAny",
	[CRANE_DEP_READY_AFTER] = "ReadyAfter",
	[CRANE_DEP_SOME_FAILED] = "SomeFailed",
	[CRANE_DEP_ALL_FAILED] = "AllFailed",
	/* clang-format on */
};

const char *crane_dep_type_name(enum crane_dep_type type)
{
	return types[type].word;
}

const char *crane_dep_type_json_name(enum crane_dep_type type)
{
	return types[type].json_name;
}

const char *crane_dep_status_name(enum crane_dep_status status)
{
	return status_names[status];
}

/* --- parsing ---------------------------------------------------------------------------------- */

/* An id and its place, to find a duplicate and to report its column. */
struct seen_id {
	uint32_t job_id;
	uint32_t task_id;
	unsigned column;
};

struct parser {
	const char *text;      /* the expression without the white space around it */
	unsigned first_column; /* of text, in the caller's string */
	char separator;        /* ',' or '?'; NUL when there is one term */
	struct crane_dep *dep;
	struct seen_id *seen;        /* one for each edge of dep */
	struct crane_dep_edge *kept; /* the same size; part_kept() moves edges to it */
	struct crane_error *err;
};

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static unsigned column_of(const struct parser *ps, const char *at)
{
	return ps->first_column + (unsigned)(at - ps->text);
}

static int refuse_list(const struct parser *ps, const char *item, const char *list, size_t list_len)
{
	return crane_error_set(ps->err, CRANE_E_LIST, column_of(ps, item),
			       "invalid job list format in '" CRANE_QUOTE_FMT
			       "': should only contain job_id[+delay] separated by ':'",
			       CRANE_QUOTE(list, list_len));
}

/* Finds the separator of the terms; two different separators are an error. */
static int find_separator(struct parser *ps)
{
	const char *p = ps->text + strcspn(ps->text, ",?");

	if (*p == '\0')
		return 0;
	ps->separator = *p;
	ps->dep->logic = *p == '?' ? CRANE_DEP_OR : CRANE_DEP_AND;
	p = strchr(p, ps->separator == ',' ? '?' : ',');
	if (p != NULL)
		return crane_error_set(ps->err, CRANE_E_MIX, column_of(ps, p),
				       "cannot use both ',' and '?' in the dependency string");
	return 0;
}

/*
 * Refuses a byte that no list can contain before any item is read, so that the error for "100+1.5h"
 * names the dot. '-' is part of a delay (D-HH:MM:SS), '_' of an array task.
 */
static int check_bytes(const struct parser *ps, const char *list, size_t len)
{
	const char *item = list;
	bool in_delay = false;

	for (const char *p = list; p < list + len; p++) {
		if (*p == ':') {
			item = p + 1;
			in_delay = false;
		} else if (*p == '+') {
			in_delay = true;
		} else if (!is_alnum(*p) && *p != (in_delay ? '-' : '_')) {
			return refuse_list(ps, item, list, len);
		}
	}
	return 0;
}

/*
 * Reads digits at *at into *value and moves *at past them; a value above [max] becomes max + 1.
 * Returns false if there is no digit.
 */
static bool read_number(const char **at, uint64_t max, uint64_t *value)
{
	const char *p = *at;

	*value = 0;
	for (; is_digit(*p); p++) {
		*value = *value * 10 + (uint64_t)(*p - '0');
		if (*value > max)
			*value = max + 1;
	}
	if (p == *at)
		return false;
	*at = p;
	return true;
}

/* Reads one "id[_task][+delay]" at *at in [list] and moves *at past it. */
static int parse_item(struct parser *ps, const char **at, enum crane_dep_type type,
		      const char *list, size_t list_len)
{
	const char *item = *at, *p = *at;
	struct crane_dep_edge *edge;
	uint64_t job_id, task_id = CRANE_DEP_NO_TASK;
	bool has_task = false;
	size_t used;

	if (ps->dep->n_edges == CRANE_DEP_EDGES_MAX)
		return crane_error_set(ps->err, CRANE_E_LIST, column_of(ps, item),
				       "more than %d jobs in one dependency", CRANE_DEP_EDGES_MAX);
	if (!read_number(&p, UINT32_MAX, &job_id))
		return refuse_list(ps, item, list, list_len);
	if (*p == '_') {
		p++;
		has_task = true;
		if (!read_number(&p, UINT32_MAX, &task_id))
			return refuse_list(ps, item, list, list_len);
	}
	if (*p != '+' && *p != ':' && p != list + list_len)
		return refuse_list(ps, item, list, list_len);
	if (job_id == 0 || job_id > UINT32_MAX || (has_task && task_id >= CRANE_DEP_NO_TASK))
		return crane_error_set(ps->err, CRANE_E_JOBID, column_of(ps, item),
				       "invalid job ID '" CRANE_QUOTE_FMT
				       "' in dependency: strconv.ParseUint: parsing "
				       "\"" CRANE_QUOTE_FMT "\": value out of range",
				       CRANE_QUOTE(item, p - item), CRANE_QUOTE(item, p - item));

	edge = &ps->dep->edges[ps->dep->n_edges];
	edge->type = type;
	edge->job_id = (uint32_t)job_id;
	edge->task_id = (uint32_t)task_id;
	edge->delay_sec = 0;
	edge->term = ps->dep->n_terms;
	if (*p == '+' && type == CRANE_DEP_AFTERCORR)
		return crane_error_set(ps->err, CRANE_E_DELAY, column_of(ps, p),
				       "'%s' takes no delay", types[type].word);
	if (*p == '+') {
		p++;
		if (crane_delay_parse(p, column_of(ps, p), &edge->delay_sec, &used, ps->err) != 0)
			return -1;
		p += used;
	}
	ps->seen[ps->dep->n_edges].job_id = edge->job_id;
	ps->seen[ps->dep->n_edges].task_id = edge->task_id;
	ps->seen[ps->dep->n_edges].column = column_of(ps, item);
	ps->dep->n_edges++;
	*at = p;
	return 0;
}

static bool find_type(const char *name, size_t len, enum crane_dep_type *type)
{
	for (size_t i = 0; i < TYPE_ROWS; i++) {
		if (strlen(types[i].word) == len && memcmp(types[i].word, name, len) == 0) {
			*type = (enum crane_dep_type)i;
			return true;
		}
	}
	return false;
}

static bool is_singleton(const char *term, size_t len)
{
	return len == strlen(singleton_word) && memcmp(term, singleton_word, len) == 0;
}

/* Refuses a term of the type [word], which only Slurm evaluates, as an alternative. */
static int refuse_alternative(struct parser *ps, const char *term, const char *word)
{
	return crane_error_set(ps->err, CRANE_E_MIX, column_of(ps, term),
			       "'%s' cannot be an alternative: join it by ','", word);
}

static int parse_singleton(struct parser *ps, const char *term)
{
	if (ps->separator == '?')
		return refuse_alternative(ps, term, singleton_word);
	if (ps->dep->singleton)
		return crane_error_set(ps->err, CRANE_E_DUP, column_of(ps, term),
				       "duplicate %s in dependencies", singleton_word);
	ps->dep->singleton = true;
	return 0;
}

/* Reads "type:item{:item}" or "singleton", the [len] bytes at [term]. */
static int parse_term(struct parser *ps, const char *term, size_t len)
{
	const char *end = term + len;
	const char *list = memchr(term, ':', len);
	enum crane_dep_type type;
	const char *p;

	if (is_singleton(term, len))
		return parse_singleton(ps, term);
	if (list == NULL || list + 1 == end || !find_type(term, (size_t)(list - term), &type))
		return crane_error_set(ps->err, CRANE_E_TERM, column_of(ps, term),
				       "unrecognized dependency string: " CRANE_QUOTE_FMT,
				       CRANE_QUOTE(term, len));
	if (type == CRANE_DEP_AFTERCORR && ps->separator == '?')
		return refuse_alternative(ps, term, types[type].word);
	list++;
	if (check_bytes(ps, list, (size_t)(end - list)) != 0)
		return -1;
	p = list;
	for (;;) {
		if (parse_item(ps, &p, type, list, (size_t)(end - list)) != 0)
			return -1;
		if (p == end)
			break;
		p++; /* an item ends at ':' or at the term's end */
	}
	if (type != CRANE_DEP_AFTERCORR)
		ps->dep->n_terms++;
	return 0;
}

static int parse_terms(struct parser *ps)
{
	const char *term = ps->text;

	for (;;) {
		const char *end = ps->separator ? strchr(term, ps->separator) : NULL;

		if (end == NULL)
			return parse_term(ps, term, strlen(term));
		if (parse_term(ps, term, (size_t)(end - term)) != 0)
			return -1;
		term = end + 1;
	}
}

static int compare_seen(const void *left, const void *right)
{
	const struct seen_id *a = left, *b = right;

	if (a->job_id != b->job_id)
		return a->job_id < b->job_id ? -1 : 1;
	if (a->task_id != b->task_id)
		return a->task_id < b->task_id ? -1 : 1;
	return a->column < b->column ? -1 : a->column > b->column;
}

/* Refuses the leftmost id that repeats an earlier one. Sorts ps->seen. */
static int check_duplicates(struct parser *ps)
{
	const struct seen_id *dup = NULL;

	qsort(ps->seen, ps->dep->n_edges, sizeof(*ps->seen), compare_seen);
	for (uint32_t i = 1; i < ps->dep->n_edges; i++) {
		const struct seen_id *a = &ps->seen[i - 1], *b = &ps->seen[i];

		if (a->job_id == b->job_id && a->task_id == b->task_id &&
		    (dup == NULL || b->column < dup->column))
			dup = b;
	}
	if (dup == NULL)
		return 0;
	if (dup->task_id == CRANE_DEP_NO_TASK)
		return crane_error_set(ps->err, CRANE_E_DUP, dup->column,
				       "duplicate job %" PRIu32 " in dependencies", dup->job_id);
	return crane_error_set(ps->err, CRANE_E_DUP, dup->column,
			       "duplicate job %" PRIu32 "_%" PRIu32 " in dependencies", dup->job_id,
			       dup->task_id);
}

/* Moves the kept edges to the end. */
static void part_kept(struct parser *ps)
{
	struct crane_dep *dep = ps->dep;
	uint32_t n = 0, n_kept = 0;

	for (uint32_t i = 0; i < dep->n_edges; i++) {
		if (dep->edges[i].type == CRANE_DEP_AFTERCORR)
			ps->kept[n_kept++] = dep->edges[i];
		else
			dep->edges[n++] = dep->edges[i];
	}
	memcpy(&dep->edges[n], ps->kept, n_kept * sizeof(ps->kept[0]));
	dep->n_edges = n;
	dep->n_kept = n_kept;
}

/* Every edge follows a ':', so their number bounds the size of the expression. */
static uint32_t bound_edges(const char *text)
{
	uint32_t n = 0;

	for (; *text && n < CRANE_DEP_EDGES_MAX; text++)
		n += *text == ':';
	return n;
}

int crane_dep_parse(const char *s, struct crane_dep **out, struct crane_error *err)
{
	struct parser ps = { .err = err };
	const char *start = s;
	size_t len, capacity;
	char *text;
	int rc = -1;

	while (is_space(*start))
		start++;
	len = strlen(start);
	while (len > 0 && is_space(start[len - 1]))
		len--;
	ps.first_column = (unsigned)(start - s) + 1;
	text = malloc(len + 1);
	if (text == NULL)
		goto nomem;
	memcpy(text, start, len);
	text[len] = '\0';
	ps.text = text;

	capacity = bound_edges(ps.text);
	ps.dep = malloc(sizeof(*ps.dep) + capacity * sizeof(ps.dep->edges[0]));
	/* One more than needed, since malloc(0) may return NULL. */
	ps.seen = malloc((capacity + 1) * sizeof(*ps.seen));
	ps.kept = malloc((capacity + 1) * sizeof(*ps.kept));
	if (ps.dep == NULL || ps.seen == NULL || ps.kept == NULL)
		goto nomem;
	ps.dep->logic = CRANE_DEP_AND;
	ps.dep->n_terms = 0;
	ps.dep->n_edges = 0;
	ps.dep->n_kept = 0;
	ps.dep->singleton = false;

	if (find_separator(&ps) != 0 || parse_terms(&ps) != 0 || check_duplicates(&ps) != 0)
		goto out;
	part_kept(&ps);
	*out = ps.dep;
	ps.dep = NULL;
	rc = 0;
	goto out;
nomem:
	crane_error_set(err, CRANE_E_NOMEM, 0, "out of memory");
out:
	free(ps.kept);
	free(ps.seen);
	free(ps.dep);
	free(text);
	return rc;
}

/* --- facts, events, evaluation ---------------------------------------------------------------- */

void crane_job_facts_none(struct crane_job_facts *sum)
{
	*sum = (struct crane_job_facts){ .ended = true, .ok = true };
}

void crane_job_facts_add(struct crane_job_facts *sum, const struct crane_job_facts *task)
{
	if (task->started && (!sum->started || task->start_time < sum->start_time))
		sum->start_time = task->start_time;
	/* The latest end of the tasks so far; sum->ended is true when all have ended. */
	if (task->ended && task->end_time > sum->end_time)
		sum->end_time = task->end_time;
	sum->pending = sum->pending || task->pending;
	sum->started = sum->started || task->started;
	sum->ended = sum->ended && task->ended;
	sum->ran = sum->ran || task->ran;
	sum->ok = sum->ok && task->ok;
}

int64_t crane_dep_event(enum crane_dep_type type, const struct crane_job_facts *facts)
{
	bool holds = false;

	if (type == CRANE_DEP_AFTER && facts->started)
		return facts->start_time;
	if (!facts->ended)
		return CRANE_EVENT_PENDING;
	/*
	 * A job that never ran neither succeeded nor failed
	 * (doc/decisions.md#d5-cancelled-while-pending).
	 */
	switch (type) {
	case CRANE_DEP_AFTER:
	case CRANE_DEP_AFTERANY:
		holds = true;
		break;
	case CRANE_DEP_AFTEROK:
		holds = facts->ran && facts->ok;
		break;
	case CRANE_DEP_AFTERNOTOK:
		holds = facts->ran && !facts->ok;
		break;
	case CRANE_DEP_AFTERCORR: /* Slurm evaluates it: an edge with events never has it */
		break;
	}
	return holds ? facts->end_time : CRANE_EVENT_NEVER;
}

/* Returns [event] + [delay_sec], at most the latest time. */
static int64_t add_delay(int64_t event, uint64_t delay_sec)
{
	/*
	 * Unsigned, so that no step overflows; exact, since the difference of two int64_t fits a
	 * uint64_t.
	 */
	uint64_t room = (uint64_t)INT64_MAX - (uint64_t)event;

	return delay_sec >= room ? INT64_MAX : (int64_t)((uint64_t)event + delay_sec);
}

/* The sum of the edges of one term. */
struct term_state {
	uint32_t n_pending;
	bool dead;          /* an edge can never fire */
	int64_t ready_time; /* latest of its edges; valid when none is pending and not dead */
};

/* Evaluates the term that begins at edge [first]. Returns the index after its last edge. */
static uint32_t eval_term(const struct crane_dep *dep, const int64_t *events, uint32_t first,
			  struct term_state *term)
{
	uint32_t i;

	*term = (struct term_state){ .ready_time = INT64_MIN };
	for (i = first; i < dep->n_edges && dep->edges[i].term == dep->edges[first].term; i++) {
		if (events[i] == CRANE_EVENT_PENDING) {
			term->n_pending++;
		} else if (events[i] == CRANE_EVENT_NEVER) {
			term->dead = true;
		} else {
			int64_t ready = add_delay(events[i], dep->edges[i].delay_sec);

			if (ready > term->ready_time)
				term->ready_time = ready;
		}
	}
	return i;
}

void crane_dep_eval(const struct crane_dep *dep, const int64_t *events, int64_t now,
		    struct crane_dep_state *state)
{
	uint32_t n_dead = 0, n_open = 0, n_complete = 0;
	int64_t earliest = INT64_MAX, latest = INT64_MIN;
	bool is_or = dep->logic == CRANE_DEP_OR;

	*state = (struct crane_dep_state){ 0 };
	for (uint32_t i = 0; i < dep->n_edges;) {
		struct term_state term;

		i = eval_term(dep, events, i, &term);
		state->n_pending += term.n_pending;
		if (term.dead) {
			n_dead++;
		} else if (term.n_pending > 0) {
			n_open++;
		} else {
			n_complete++;
			if (term.ready_time < earliest)
				earliest = term.ready_time;
			if (term.ready_time > latest)
				latest = term.ready_time;
		}
	}

	if (is_or ? n_complete > 0 : n_dead == 0 && n_open == 0) {
		state->status = CRANE_DEP_READY_AFTER;
		state->ready_time = is_or ? earliest : latest;
		state->met = state->ready_time <= now;
		/*
		 * A pending term of an OR may still become ready earlier than the ready time known
		 * now.
		 */
		state->final = n_open == 0;
	} else if (is_or ? n_open == 0 : n_dead > 0) {
		state->status = is_or ? CRANE_DEP_ALL_FAILED : CRANE_DEP_SOME_FAILED;
		state->never = true;
		state->final = true;
	} else {
		state->status = is_or ? CRANE_DEP_WAIT_FOR_ANY : CRANE_DEP_WAIT_FOR_ALL;
	}
}

bool crane_dep_has_kept(const struct crane_dep *dep)
{
	return dep->singleton || dep->n_kept > 0;
}

void crane_dep_eval_kept(struct crane_dep_state *state, enum crane_dep_kept kept)
{
	if (kept == CRANE_DEP_KEPT_DONE || state->never)
		return;
	state->met = false;
	if (kept == CRANE_DEP_KEPT_FAILED) {
		state->status = CRANE_DEP_SOME_FAILED;
		state->never = true;
		state->final = true;
	} else {
		state->status = CRANE_DEP_WAIT_FOR_ALL;
		state->final = false;
	}
}

/* --- printing --------------------------------------------------------------------------------- */

/* Slurm's word without a delay, or Crane's word with the delay as "+90s" or "+00:01:30". */
enum edge_form { EDGE_NATIVE, EDGE_SECONDS, EDGE_CLOCK };

static char separator_of(const struct crane_dep *dep)
{
	return dep->logic == CRANE_DEP_OR ? '?' : ',';
}

/*
 * Appends one edge at [at], which has room for EDGE_TEXT_MAX bytes: [separator] unless it is NUL,
 * the type and ':' unless the separator is ':', the id, the delay. Returns the end of the text.
 */
static char *append_edge(char *at, char separator, const struct crane_dep_edge *edge,
			 enum edge_form form)
{
	char delay[CRANE_DURATION_TEXT_MAX];

	if (separator)
		*at++ = separator;
	if (separator != ':')
		at += sprintf(at, "%s:",
			      form == EDGE_NATIVE ? types[edge->type].native :
						    types[edge->type].word);
	at += sprintf(at, "%" PRIu32, edge->job_id);
	if (edge->task_id != CRANE_DEP_NO_TASK)
		at += sprintf(at, "_%" PRIu32, edge->task_id);
	if (form == EDGE_NATIVE || edge->delay_sec == 0)
		return at;
	if (form == EDGE_SECONDS)
		at += sprintf(at, "+%" PRIu64 "s", edge->delay_sec);
	else
		at += sprintf(at, "+%s", crane_duration_format(edge->delay_sec, delay));
	return at;
}

static char *new_text(const struct crane_dep *dep)
{
	char *text = malloc(((size_t)dep->n_edges + dep->n_kept) * EDGE_TEXT_MAX +
			    sizeof(singleton_word) + 1);

	if (text)
		*text = '\0';
	return text;
}

/* Appends the kept terms to [text], which ends at [at]. */
static void append_kept(const char *text, char *at, const struct crane_dep *dep)
{
	for (uint32_t i = dep->n_edges; i < dep->n_edges + dep->n_kept; i++)
		at = append_edge(at, at > text ? ',' : '\0', &dep->edges[i], EDGE_NATIVE);
	if (dep->singleton)
		sprintf(at, "%s%s", at > text ? "," : "", singleton_word);
}

char *crane_dep_print(const struct crane_dep *dep)
{
	char *text = new_text(dep), *at = text;

	if (text == NULL)
		return NULL;
	for (uint32_t i = 0; i < dep->n_edges; i++) {
		char separator = '\0';

		if (i > 0 && dep->edges[i].term == dep->edges[i - 1].term)
			separator = ':';
		else if (i > 0)
			separator = separator_of(dep);
		at = append_edge(at, separator, &dep->edges[i], EDGE_SECONDS);
	}
	append_kept(text, at, dep);
	return text;
}

char *crane_dep_print_pending(const struct crane_dep *dep, const int64_t *events)
{
	char *text = new_text(dep), *at = text;
	const struct crane_dep_edge *last = NULL;

	if (text == NULL)
		return NULL;
	for (uint32_t i = 0; i < dep->n_edges; i++) {
		const struct crane_dep_edge *edge = &dep->edges[i];
		char separator = '\0';

		if (events[i] != CRANE_EVENT_PENDING)
			continue;
		if (last && dep->logic == CRANE_DEP_OR && last->term == edge->term)
			separator = ':';
		else if (last)
			separator = separator_of(dep);
		at = append_edge(at, separator, edge, EDGE_CLOCK);
		last = edge;
	}
	return text;
}

/*
 * Slurm has no terms, so an OR of terms becomes the OR of all edges: weaker, never stricter. Each
 * edge is one "type:id", so that it does not matter how a release reads "type:id:id" beside '?'.
 * There is no delay: Slurm's are minutes, and in 22.05.8 the delay of an id also counts for the ids
 * after it (_parse_dependency_jobid_new).
 */
char *crane_dep_native(const struct crane_dep *dep)
{
	char *text = new_text(dep), *at = text;

	if (text == NULL)
		return NULL;
	for (uint32_t i = 0; i < dep->n_edges; i++)
		at = append_edge(at, i > 0 ? separator_of(dep) : '\0', &dep->edges[i], EDGE_NATIVE);
	append_kept(text, at, dep);
	return text;
}

/*
 * To Slurm a job that was cancelled while pending has failed (afternotok holds), and an array has
 * started when all of its tasks have started. Source: Slurm 22.05.8 src/slurmctld/job_scheduler.c,
 * _test_job_dependency_common.
 */
static bool edge_is_native(const struct crane_dep_edge *edge, bool (*is_array)(uint32_t job_id))
{
	if (edge->delay_sec > 0)
		return false;
	switch (edge->type) {
	case CRANE_DEP_AFTERANY:
	case CRANE_DEP_AFTEROK:
		return true;
	case CRANE_DEP_AFTER:
		return edge->task_id != CRANE_DEP_NO_TASK || !is_array || !is_array(edge->job_id);
	case CRANE_DEP_AFTERNOTOK:
	case CRANE_DEP_AFTERCORR:
		break;
	}
	return false;
}

bool crane_dep_is_native(const struct crane_dep *dep, bool (*is_array)(uint32_t job_id))
{
	if (dep->logic == CRANE_DEP_OR && dep->n_edges != dep->n_terms)
		return false;
	for (uint32_t i = 0; i < dep->n_edges; i++)
		if (!edge_is_native(&dep->edges[i], is_array))
			return false;
	return true;
}

/*
 * Reads one "type:id(word)" of Slurm's text. Returns its end, or NULL if the text has another form.
 */
static const char *read_native_edge(const char *p, struct crane_dep_edge *edge, bool *failed)
{
	size_t word = strcspn(p, ":,?(");
	uint64_t number;

	if (p[word] != ':' || !find_type(p, word, &edge->type))
		return NULL;
	p += word + 1;
	if (!read_number(&p, UINT32_MAX, &number) || number > UINT32_MAX)
		return NULL;
	edge->job_id = (uint32_t)number;
	edge->task_id = CRANE_DEP_NO_TASK;
	if (strncmp(p, "_*", 2) == 0) {
		p += 2;
	} else if (*p == '_') {
		p++;
		if (!read_number(&p, UINT32_MAX, &number) || number >= CRANE_DEP_NO_TASK)
			return NULL;
		edge->task_id = (uint32_t)number;
	}
	word = strcspn(p, ",?");
	*failed = word == strlen("(failed)") && strncmp(p, "(failed)", word) == 0;
	if (!*failed && word > 0 &&
	    (word != strlen("(unfulfilled)") || strncmp(p, "(unfulfilled)", word) != 0))
		return NULL;
	return p + word;
}

/*
 * Returns the index of that edge, or the number of all edges if no edge is equal. The search begins
 * at [from]: Slurm keeps the order, so reading a whole text takes linear time.
 */
static uint32_t find_edge(const struct crane_dep *dep, const struct crane_dep_edge *wanted,
			  uint32_t from)
{
	uint32_t n = dep->n_edges + dep->n_kept;

	for (uint32_t k = 0; k < n; k++) {
		uint32_t i = (from + k) % n;
		const struct crane_dep_edge *edge = &dep->edges[i];

		if (edge->type == wanted->type && edge->job_id == wanted->job_id &&
		    edge->task_id == wanted->task_id)
			return i;
	}
	return n;
}

static bool is_native_singleton(const char *term)
{
	return is_singleton(term, strcspn(term, ",?("));
}

char *crane_dep_kept_left(const char *native, enum crane_dep_kept *kept)
{
	static const char corr[] = "aftercorr:", failed[] = "(failed)";
	char *text = malloc(strlen(native) + 1), *at = text;

	*kept = CRANE_DEP_KEPT_DONE;
	if (text == NULL)
		return NULL;
	for (size_t len; *native; native += len + (native[len] != '\0')) {
		size_t bare = strcspn(native, ",?(_");

		len = strcspn(native, ",?");
		if (!is_native_singleton(native) && strncmp(native, corr, strlen(corr)) != 0)
			continue;
		if (native[bare] == '_' && is_digit(native[bare + 1]))
			bare += 1 + strspn(native + bare + 1, "0123456789");
		if (at > text)
			*at++ = ',';
		memcpy(at, native, bare);
		at += bare;
		if (len > strlen(failed) &&
		    memcmp(native + len - strlen(failed), failed, strlen(failed)) == 0)
			*kept = CRANE_DEP_KEPT_FAILED;
		else if (*kept == CRANE_DEP_KEPT_DONE)
			*kept = CRANE_DEP_KEPT_OPEN;
	}
	*at = '\0';
	return text;
}

bool crane_dep_read_native(const struct crane_dep *dep, const char *native, int64_t fired,
			   int64_t *events)
{
	uint32_t at = 0;

	for (uint32_t i = 0; i < dep->n_edges; i++)
		events[i] = fired;
	while (*native) {
		struct crane_dep_edge edge;
		bool failed;

		if (dep->singleton && is_native_singleton(native)) {
			native += strcspn(native, ",?");
		} else {
			native = read_native_edge(native, &edge, &failed);
			if (!native)
				return false;
			at = find_edge(dep, &edge, at);
			if (at == dep->n_edges + dep->n_kept)
				return false;
			if (at < dep->n_edges)
				events[at] = failed ? CRANE_EVENT_NEVER : CRANE_EVENT_PENDING;
		}
		if (*native && *++native == '\0')
			return false;
	}
	return true;
}
