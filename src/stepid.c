/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Step numbers and the text of ids. Callers know which steps a job has and which commands accept
 * step 0; record.c reads the record of the job_submit plugin.
 */
#include "src/stepid.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/quote.h"

/* --- numbers ---------------------------------------------------------------------------------- */

/* Returns Crane's number of Slurm's step 0, which is the PRIMARY step in a job made by srun. */
static uint32_t number_of_step_zero(enum crane_maker maker)
{
	return maker == CRANE_MAKER_SRUN ? CRANE_STEP_PRIMARY : CRANE_STEP_COMMON_FIRST;
}

uint32_t crane_step_from_slurm(uint32_t slurm_step, enum crane_maker maker)
{
	switch (slurm_step) {
	case CRANE_SLURM_STEP_EXTERN:
		return CRANE_STEP_DAEMON;
	case CRANE_SLURM_STEP_BATCH:
	case CRANE_SLURM_STEP_INTERACTIVE:
		return CRANE_STEP_PRIMARY;
	default:
		if (slurm_step > CRANE_SLURM_STEP_NORMAL_MAX)
			return CRANE_STEP_NONE;
		return slurm_step + number_of_step_zero(maker);
	}
}

bool crane_step_to_slurm(uint32_t step, enum crane_maker maker, uint32_t *slurm_step)
{
	uint32_t zero = number_of_step_zero(maker);

	if (step == CRANE_STEP_DAEMON) {
		*slurm_step = CRANE_SLURM_STEP_EXTERN;
		return true;
	}
	if (step == CRANE_STEP_PRIMARY && maker != CRANE_MAKER_SRUN) {
		*slurm_step = maker == CRANE_MAKER_SALLOC ? CRANE_SLURM_STEP_INTERACTIVE :
							    CRANE_SLURM_STEP_BATCH;
		return true;
	}
	if (step - zero > CRANE_SLURM_STEP_NORMAL_MAX)
		return false;
	*slurm_step = step - zero;
	return true;
}

/*
 * Returns true if crun calls srun for a job with this line: "srun [--quiet] --nodes=N --ntasks=N
 * ... -- PROGRAM". For a step crun passes --exact, and the line begins differently if the step
 * takes no GPUs.
 */
static bool is_job_by_crun(const char *line)
{
	static const char *const begin[] = { "--nodes=", "--ntasks=" };
	const char *end, *exact;

	if (crane_maker_from_line(line) != CRANE_MAKER_SRUN || (end = strstr(line, " -- ")) == NULL)
		return false;
	line = strchr(line, ' ') + 1;
	if (strncmp(line, "--quiet ", 8) == 0)
		line += 8;
	for (size_t i = 0; i < sizeof(begin) / sizeof(begin[0]); i++) {
		if (strncmp(line, begin[i], strlen(begin[i])) != 0)
			return false;
		line = strchr(line, ' ') + 1;
	}
	exact = strstr(line - 1, " --exact ");
	return exact == NULL || exact > end;
}

enum crane_maker crane_maker_infer(const struct crane_maker_facts *facts)
{
	enum crane_maker maker = CRANE_MAKER_UNKNOWN;
	struct crane_record *rec = NULL;

	if (crane_record_find(facts->admin_comment, &rec, NULL, NULL, NULL) != CRANE_RECORD_OK)
		rec = crane_record_find_note(facts->admin_comment);
	if (rec != NULL)
		maker = rec->maker;
	crane_record_free(rec);
	if (maker != CRANE_MAKER_UNKNOWN)
		return maker;
	if (facts->is_batch)
		return CRANE_MAKER_SBATCH;
	maker = crane_maker_from_line(facts->submit_line);
	if (maker == CRANE_MAKER_UNKNOWN && is_job_by_crun(facts->first_step))
		maker = CRANE_MAKER_SRUN;
	if (maker != CRANE_MAKER_UNKNOWN || facts->salloc_has_command)
		return maker;
	return facts->command != NULL && facts->command[0] != '\0' ? CRANE_MAKER_SRUN :
								     CRANE_MAKER_SALLOC;
}

/* --- text ------------------------------------------------------------------------------------- */

/* One item of a list, and its place. */
struct item {
	const char *text; /* as typed, blanks included: what an error quotes */
	size_t length;
	unsigned column;
};

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int refuse_item(const struct item *item, const char *what, struct crane_error *err)
{
	return crane_error_set(err, CRANE_E_VALUE, item->column,
			       "invalid %s \"" CRANE_QUOTE_FMT "\"", what,
			       CRANE_QUOTE(item->text, item->length));
}

static int refuse_form(const struct item *item, struct crane_error *err)
{
	return crane_error_set(err, CRANE_E_VALUE, item->column,
			       "job id list must follow the format "
			       "<job_id>[_<array_task_id>][.<step_id>] or comma-separated list");
}

/* Returns the item that begins at [s] and ends at the next ',' or the end of the string. */
static struct item item_at(const char *list, const char *s)
{
	return (struct item){ s, strcspn(s, ","), (unsigned)(s - list) + 1 };
}

/*
 * Reads [s, end) as a decimal uint32_t. Returns false if it is empty, has another character, or is
 * too large.
 */
static bool read_number(const char *s, const char *end, uint32_t *number)
{
	uint64_t value = 0;

	if (s == end)
		return false;
	for (; s < end; s++) {
		if (!is_digit(*s))
			return false;
		value = value * 10 + (uint64_t)(*s - '0');
		if (value > UINT32_MAX)
			return false;
	}
	*number = (uint32_t)value;
	return true;
}

/* Returns the end of a number in ccancel's form, or NULL if there is none. */
static const char *skip_strict_number(const char *s, const char *end, bool may_be_any)
{
	const char *start = s;

	while (s < end && is_digit(*s))
		s++;
	if (s == start || (!may_be_any && *start == '0'))
		return NULL;
	return s;
}

/* Returns true if the item has ccancel's form. Does not check ranges. */
static bool is_strict_form(const struct item *item, unsigned flags)
{
	const char *end = item->text + item->length;
	const char *s = skip_strict_number(item->text, end, false);

	if (s != NULL && s < end && *s == '_')
		s = skip_strict_number(s + 1, end, true);
	if (s != NULL && s < end && *s == '.') {
		bool is_zero = end - s == 2 && s[1] == '0';

		s = skip_strict_number(s + 1, end, is_zero && (flags & CRANE_ID_STEP_ZERO));
	}
	return s == end;
}

static int parse_item(const struct item *item, unsigned flags, struct crane_id *id,
		      struct crane_error *err)
{
	const char *s = item->text, *end = item->text + item->length;
	const char *dot, *bar, *job_end;
	struct crane_id found = { 0 };

	if (flags & CRANE_ID_STRICT) {
		if (!is_strict_form(item, flags))
			return refuse_form(item, err);
	} else {
		while (s < end && is_blank(*s))
			s++;
		while (s < end && is_blank(end[-1]))
			end--;
	}

	dot = memchr(s, '.', (size_t)(end - s));
	job_end = dot != NULL ? dot : end;
	bar = memchr(s, '_', (size_t)(job_end - s));
	if ((dot != NULL && memchr(dot + 1, '.', (size_t)(end - dot - 1)) != NULL) ||
	    (bar != NULL && memchr(bar + 1, '_', (size_t)(job_end - bar - 1)) != NULL) ||
	    s == job_end || s == bar)
		return refuse_item(item, "selector", err);

	if (!read_number(s, bar != NULL ? bar : job_end, &found.job_id) || found.job_id == 0)
		return refuse_item(item, "job id", err);
	found.has_task = bar != NULL;
	if (bar != NULL && !read_number(bar + 1, job_end, &found.task_id))
		return refuse_item(item, "array task id", err);
	found.has_step = dot != NULL;
	/* The largest number means "no number"; no step has it. */
	if (dot != NULL &&
	    (!read_number(dot + 1, end, &found.step) || found.step == CRANE_STEP_NONE ||
	     (found.step == 0 && !(flags & CRANE_ID_STEP_ZERO))))
		return refuse_item(item, "step id", err);
	*id = found;
	return 0;
}

int crane_id_parse(const char *s, unsigned flags, struct crane_id *id, struct crane_error *err)
{
	struct item item = { s, strlen(s), 1 };

	return parse_item(&item, flags, id, err);
}

int crane_id_list_parse(const char *s, unsigned flags, struct crane_id **ids, size_t *n_ids,
			struct crane_error *err)
{
	struct crane_id *list;
	struct item item;
	const char *p;
	size_t n = 1, i;
	int rc = -1;

	for (p = s; *p != '\0'; p++)
		n += *p == ',';
	list = calloc(n, sizeof(*list));
	if (list == NULL)
		return crane_error_set(err, CRANE_E_NOMEM, 0, "out of memory");

	/*
	 * The form is checked before the range: "1,99999999999,x" is an invalid list, not an
	 * invalid number.
	 */
	p = s;
	for (i = 0; (flags & CRANE_ID_STRICT) && i < n; i++) {
		item = item_at(s, p);
		if (!is_strict_form(&item, flags)) {
			refuse_form(&item, err);
			goto out;
		}
		p += item.length + 1;
	}
	p = s;
	for (i = 0; i < n; i++) {
		item = item_at(s, p);
		if (parse_item(&item, flags, &list[i], err) < 0)
			goto out;
		p += item.length + 1;
	}
	*ids = list;
	*n_ids = n;
	list = NULL;
	rc = 0;
out:
	free(list);
	return rc;
}

bool crane_id_is_same(const struct crane_id *a, const struct crane_id *b)
{
	return a->job_id == b->job_id && a->has_task == b->has_task && a->has_step == b->has_step &&
	       (!a->has_task || a->task_id == b->task_id) && (!a->has_step || a->step == b->step);
}

char *crane_id_format(const struct crane_id *id, char *buf)
{
	int n = snprintf(buf, CRANE_ID_TEXT_MAX, "%" PRIu32, id->job_id);

	if (id->has_task)
		n += snprintf(buf + n, CRANE_ID_TEXT_MAX - (size_t)n, "_%" PRIu32, id->task_id);
	if (id->has_step && id->step == CRANE_STEP_NONE)
		snprintf(buf + n, CRANE_ID_TEXT_MAX - (size_t)n, ".?");
	else if (id->has_step)
		snprintf(buf + n, CRANE_ID_TEXT_MAX - (size_t)n, ".%" PRIu32, id->step);
	return buf;
}
