/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes the CRANE_* variables from the facts of a job and a task, and reads and prints the record
 * of a job's facts. Callers collect the facts from Slurm and change environments.
 */
#include "src/stepenv.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/duration.h"
#include "src/stepid.h"

/* Room for any number below with its final NUL. */
#define NUMBER_TEXT_MAX 32
/* The largest time whose nanoseconds fit 64 bits. */
#define END_TIME_MAX (INT64_MAX / INT64_C(1000000000))

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* --- the record of a job ---------------------------------------------------------------------- */

#define RECORD_VERSION "1"

enum field_type { FIELD_BOOL, FIELD_I64, FIELD_MAKER, FIELD_TEXT, FIELD_U32, FIELD_U64 };

struct field {
	const char *name;
	enum field_type type;
	size_t offset;
};

/* clang-format off */
#define FIELD(name, type, member) { name, type, offsetof(struct crane_stepenv_job, member) }
/* clang-format on */

static const struct field fields[] = {
	/* clang-format off */
	FIELD("id", FIELD_U32, job_id),
	FIELD("m", FIELD_MAKER, maker),
	FIELD("c", FIELD_BOOL, by_crane),
	FIELD("a", FIELD_BOOL, has_array),
	FIELD("aj", FIELD_U32, array_job_id),
	FIELD("at", FIELD_U32, array_task_id),
	FIELD("end", FIELD_I64, end_time),
	FIELD("limit", FIELD_U64, limit_sec),
	FIELD("nn", FIELD_U32, n_nodes),
	FIELD("nt", FIELD_U32, n_tasks),
	FIELD("tpn", FIELD_U32, tasks_per_node),
	FIELD("cpt", FIELD_U32, cpus_per_task),
	FIELD("mem", FIELD_U64, node_mem_mib),
	FIELD("gpu", FIELD_U32, node_gpus),
	FIELD("name", FIELD_TEXT, name),
	FIELD("acct", FIELD_TEXT, account),
	FIELD("part", FIELD_TEXT, partition),
	FIELD("qos", FIELD_TEXT, qos),
	FIELD("nodes", FIELD_TEXT, nodes),
	FIELD("cpus", FIELD_TEXT, cpus),
	FIELD("dir", FIELD_TEXT, submit_dir),
	FIELD("host", FIELD_TEXT, submit_host),
	FIELD("clu", FIELD_TEXT, cluster),
	/* clang-format on */
};

static void *member_of(struct crane_stepenv_job *job, const struct field *field)
{
	return (char *)job + field->offset;
}

static const void *const_member_of(const struct crane_stepenv_job *job, const struct field *field)
{
	return (const char *)job + field->offset;
}

void crane_stepenv_job_clear(struct crane_stepenv_job *job)
{
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		if (fields[i].type == FIELD_TEXT)
			free(*(char **)member_of(job, &fields[i]));
	}
	memset(job, 0, sizeof(*job));
}

static bool must_escape(unsigned char c)
{
	return c < 0x20 || c == 0x7f || c == ';' || c == '%';
}

/*
 * Writes [value], escaped, to [out]; if out is NULL, only counts. Returns the length without a NUL.
 */
static size_t put_escaped(char *out, const char *value)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = 0;

	for (; *value != '\0'; value++) {
		unsigned char c = (unsigned char)*value;

		if (!must_escape(c)) {
			if (out != NULL)
				out[n] = (char)c;
			n++;
			continue;
		}
		if (out != NULL) {
			out[n] = '%';
			out[n + 1] = hex[c >> 4];
			out[n + 2] = hex[c & 15];
		}
		n += 3;
	}
	return n;
}

/*
 * Returns the field's value as text, in [number] or owned by the struct. NULL if it is unknown: the
 * field is not written.
 */
static const char *field_text(const struct crane_stepenv_job *job, const struct field *field,
			      char *number)
{
	const void *at = const_member_of(job, field);

	switch (field->type) {
	case FIELD_TEXT:
		return *(char *const *)at;
	case FIELD_MAKER:
		return crane_maker_name(*(const enum crane_maker *)at);
	case FIELD_BOOL:
		return *(const bool *)at ? "1" : NULL;
	case FIELD_I64:
		snprintf(number, NUMBER_TEXT_MAX, "%" PRIi64, *(const int64_t *)at);
		break;
	case FIELD_U32:
		snprintf(number, NUMBER_TEXT_MAX, "%" PRIu32, *(const uint32_t *)at);
		break;
	case FIELD_U64:
		snprintf(number, NUMBER_TEXT_MAX, "%" PRIu64, *(const uint64_t *)at);
		break;
	}
	return strcmp(number, "0") == 0 ? NULL : number;
}

/* Writes the record to [out]; if out is NULL, only counts. Returns the length without a NUL. */
static size_t put_record(char *out, const struct crane_stepenv_job *job)
{
	size_t n = strlen(RECORD_VERSION);

	if (out != NULL)
		memcpy(out, RECORD_VERSION, n);
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		char number[NUMBER_TEXT_MAX];
		const char *value = field_text(job, &fields[i], number);
		size_t name_length = strlen(fields[i].name);

		if (value == NULL)
			continue;
		if (out != NULL) {
			out[n] = ';';
			memcpy(out + n + 1, fields[i].name, name_length);
			out[n + 1 + name_length] = '=';
		}
		n += name_length + 2;
		n += put_escaped(out != NULL ? out + n : NULL, value);
	}
	return n;
}

char *crane_stepenv_job_print(const struct crane_stepenv_job *job)
{
	size_t n = put_record(NULL, job);
	char *text = malloc(n + 1);

	if (text == NULL)
		return NULL;
	put_record(text, job);
	text[n] = '\0';
	return text;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/*
 * Reverses put_escaped() on [s, s + n). malloc'd. NULL if out of memory, or if the text is
 * malformed (sets *damaged).
 */
static char *take_escaped(const char *s, size_t n, bool *damaged)
{
	char *out = malloc(n + 1), *p = out;

	*damaged = false;
	for (size_t i = 0; out != NULL && i < n; i++) {
		int high, low;

		if (s[i] != '%') {
			*p++ = s[i];
			continue;
		}
		high = i + 2 < n ? hex_value(s[i + 1]) : -1;
		low = i + 2 < n ? hex_value(s[i + 2]) : -1;
		if (high < 0 || low < 0 || high + low == 0) {
			*damaged = true;
			free(out);
			return NULL;
		}
		*p++ = (char)(high * 16 + low);
		i += 2;
	}
	if (out != NULL)
		*p = '\0';
	return out;
}

/* Reads the whole of [s] as a decimal number up to [max]. Returns false, *number untouched, if it is malformed. */
static bool read_number(const char *s, uint64_t max, uint64_t *number)
{
	uint64_t value = 0;

	if (s == NULL || *s == '\0')
		return false;
	for (; *s != '\0'; s++) {
		unsigned digit = (unsigned)(*s - '0');

		if (*s < '0' || *s > '9' || digit > max || value > (max - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*number = value;
	return true;
}

static bool read_maker(const char *s, enum crane_maker *maker)
{
	static const enum crane_maker makers[] = { CRANE_MAKER_UNKNOWN, CRANE_MAKER_SBATCH,
						   CRANE_MAKER_SALLOC, CRANE_MAKER_SRUN };

	for (size_t i = 0; i < ARRAY_SIZE(makers); i++) {
		if (strcmp(s, crane_maker_name(makers[i])) == 0) {
			*maker = makers[i];
			return true;
		}
	}
	return false;
}

/*
 * Stores [*value] in its member, which takes over a text (*value becomes NULL). Returns false if
 * the value does not fit.
 */
static bool take_field(struct crane_stepenv_job *job, const struct field *field, char **value)
{
	void *at = member_of(job, field);
	uint64_t number = 0;

	switch (field->type) {
	case FIELD_TEXT:
		free(*(char **)at);
		*(char **)at = *value;
		*value = NULL;
		return true;
	case FIELD_MAKER:
		return read_maker(*value, at);
	case FIELD_BOOL:
		if (!read_number(*value, 1, &number))
			return false;
		*(bool *)at = number == 1;
		return true;
	case FIELD_I64:
		if (!read_number(*value, INT64_MAX, &number))
			return false;
		*(int64_t *)at = (int64_t)number;
		return true;
	case FIELD_U32:
		if (!read_number(*value, UINT32_MAX, &number))
			return false;
		*(uint32_t *)at = (uint32_t)number;
		return true;
	case FIELD_U64:
		return read_number(*value, UINT64_MAX, at);
	}
	return false;
}

static const struct field *find_field(const char *name, size_t length)
{
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		if (strlen(fields[i].name) == length && memcmp(fields[i].name, name, length) == 0)
			return &fields[i];
	}
	return NULL;
}

/* Reads "name=value" at [s, s + n). */
static int parse_field(const char *s, size_t n, struct crane_stepenv_job *job,
		       struct crane_error *err)
{
	const char *equal = memchr(s, '=', n);
	const struct field *field;
	bool damaged = equal == NULL, fits;
	char *value;

	if (damaged)
		return crane_error_set(err, CRANE_E_VALUE, 0, "damaged record of the job");
	field = find_field(s, (size_t)(equal - s));
	if (field == NULL)
		return 0;
	value = take_escaped(equal + 1, n - (size_t)(equal + 1 - s), &damaged);
	if (value == NULL && !damaged)
		return crane_error_set(err, CRANE_E_NOMEM, 0, "out of memory");
	fits = value != NULL && take_field(job, field, &value);
	free(value);
	if (!fits)
		return crane_error_set(err, CRANE_E_VALUE, 0, "damaged record of the job: %s",
				       field->name);
	return 0;
}

int crane_stepenv_job_parse(const char *text, uint32_t job_id, struct crane_stepenv_job *job,
			    struct crane_error *err)
{
	const size_t version_length = strlen(RECORD_VERSION);

	memset(job, 0, sizeof(*job));
	if (text == NULL || strncmp(text, RECORD_VERSION, version_length) != 0 ||
	    text[version_length] != ';')
		return crane_error_set(err, CRANE_E_VALUE, 0, "no record of the job");
	text += version_length;
	while (*text == ';') {
		size_t n = strcspn(text + 1, ";");

		if (parse_field(text + 1, n, job, err) < 0)
			goto fail;
		text += 1 + n;
	}
	if (job->job_id != job_id || job_id == 0) {
		crane_error_set(err, CRANE_E_VALUE, 0, "record of another job");
		goto fail;
	}
	return 0;
fail:
	crane_stepenv_job_clear(job);
	return -1;
}

/* --- the record of a step --------------------------------------------------------------------- */

char *crane_stepenv_step_print(uint32_t job_id, uint32_t slurm_step, uint64_t limit_sec, char *buf)
{
	snprintf(buf, CRANE_STEPENV_STEP_MAX, "%" PRIu32 ".%" PRIu32 ":%" PRIu64, job_id,
		 slurm_step, limit_sec);
	return buf;
}

uint64_t crane_stepenv_step_parse(const char *text, uint32_t job_id, uint32_t slurm_step)
{
	char head[CRANE_STEPENV_STEP_MAX];
	size_t n = (size_t)snprintf(head, sizeof(head), "%" PRIu32 ".%" PRIu32 ":", job_id,
				    slurm_step);

	if (text == NULL || strncmp(text, head, n) != 0)
		return 0;
	return crane_stepenv_number(text + n, UINT64_MAX, 0);
}

/* --- derivations ------------------------------------------------------------------------------ */

uint64_t crane_stepenv_number(const char *s, uint64_t max, uint64_t otherwise)
{
	uint64_t number = otherwise;

	read_number(s, max, &number);
	return number;
}

/* Reads a number up to UINT32_MAX at *s and moves *s past it. Returns false if *s has no number. */
static bool skip_number(const char **s, uint32_t *number)
{
	uint64_t value = 0;
	const char *start = *s;

	for (; **s >= '0' && **s <= '9'; (*s)++) {
		value = value * 10 + (uint64_t)(**s - '0');
		if (value > UINT32_MAX)
			return false;
	}
	*number = (uint32_t)value;
	return *s != start;
}

uint32_t crane_stepenv_cpus_of_node(const char *cpus, uint32_t index)
{
	uint64_t first = 0; /* number of the node that the group at [cpus] begins with */

	while (cpus != NULL) {
		uint32_t count, repeat = 1;

		if (!skip_number(&cpus, &count))
			return 0;
		if (strncmp(cpus, "(x", 2) == 0) {
			cpus += 2;
			if (!skip_number(&cpus, &repeat) || *cpus++ != ')')
				return 0;
		}
		first += repeat;
		if (index < first)
			return count;
		if (*cpus++ != ',')
			return 0;
	}
	return 0;
}

uint32_t crane_stepenv_tasks_per_node(uint32_t n_tasks, uint32_t n_nodes, uint32_t bound)
{
	uint32_t others = n_nodes > 0 ? n_nodes - 1 : 0; /* each other node has at least one task */
	uint32_t most = n_tasks > others ? n_tasks - others : 1;

	return bound > 0 && bound < most ? bound : most;
}

/*
 * Reads a size in Slurm's form: a number, optionally a fraction and a unit. Returns MiB; 0 if it is
 * malformed.
 */
static uint64_t mem_of_text(const char *s)
{
	static const char units[] = "MGTP";
	char *end;
	double value = strtod(s, &end);
	const char *unit;

	if (end == s || !(value > 0) || value > 1e15)
		return 0;
	if (*end == 'K')
		return (uint64_t)(value / 1024);
	unit = *end != '\0' ? strchr(units, *end) : NULL;
	for (; unit != NULL && unit > units; unit--)
		value *= 1024;
	return value < 1e18 ? (uint64_t)value : 0;
}

uint64_t crane_stepenv_mem_of_tres(const char *tres, uint32_t n_nodes)
{
	while (tres != NULL && n_nodes > 0) {
		if (strncmp(tres, "mem=", 4) == 0)
			return mem_of_text(tres + 4) / n_nodes;
		tres = strchr(tres, ',');
		if (tres != NULL)
			tres++;
	}
	return 0;
}

uint32_t crane_stepenv_gpus_of_gres(const char *gres, uint32_t n_nodes)
{
	uint64_t n_gpus = 0;

	while (gres != NULL && n_nodes > 0) {
		size_t length = strcspn(gres, ",");
		const char *end = gres + length, *number = end;
		uint32_t count = 1; /* "gpu" alone */

		while (number > gres && number[-1] >= '0' && number[-1] <= '9')
			number--;
		if (number == end || number[-1] != ':' || !skip_number(&number, &count))
			count = 1;
		if (strncmp(gres, "gpu", 3) == 0 && (length == 3 || gres[3] == ':'))
			n_gpus += count;
		gres = *end == ',' ? end + 1 : NULL;
	}
	return n_gpus / (n_nodes > 0 ? n_nodes : 1) <= UINT32_MAX ?
		       (uint32_t)(n_gpus / (n_nodes > 0 ? n_nodes : 1)) :
		       0;
}

/* "--t", "--ti", ... "--time", with or without "=value", or a bundle of short options with a t. */
bool crane_stepenv_may_limit(const char *word)
{
	if (word[0] != '-')
		return false;
	return word[1] == '-' ? word[2] == 't' : strchr(word, 't') != NULL;
}

/* --- the environment -------------------------------------------------------------------------- */

/* The input of the rows below. */
struct source {
	const struct crane_stepenv_job *job;
	const struct crane_stepenv_task *task;
	size_t node_index; /* of the task's node in the job's order; n_nodes: unknown node */
	uint32_t cpus;     /* of the job on the task's node */
	uint64_t mem_mib;  /* likewise */
	char *node_list;   /* joined by ';'; NULL: unknown */
	char number[NUMBER_TEXT_MAX]; /* room for one value */
};

typedef const char *value_fn(struct source *src);

static const char *or_empty(const char *text)
{
	return text != NULL ? text : "";
}

static const char *print_number(struct source *src, uint64_t number)
{
	snprintf(src->number, sizeof(src->number), "%" PRIu64, number);
	return src->number;
}

static const char *print_decimals(struct source *src, double number)
{
	snprintf(src->number, sizeof(src->number), "%.2f", number);
	return src->number;
}

static const char *array_job_id(struct source *src)
{
	return src->job->has_array ? print_number(src, src->job->array_job_id) : NULL;
}

static const char *array_task_id(struct source *src)
{
	return src->job->has_array ? print_number(src, src->job->array_task_id) : NULL;
}

static const char *cluster_name(struct source *src)
{
	return or_empty(src->job->cluster);
}

static const char *cpus_on_node(struct source *src)
{
	return print_decimals(src, src->cpus);
}

static const char *cpus_per_task(struct source *src)
{
	return print_decimals(src, src->job->cpus_per_task > 0 ? src->job->cpus_per_task : 1);
}

static const char *gpus(struct source *src)
{
	return print_number(src,
			    src->task->node_gpus > 0 ? src->task->node_gpus : src->job->node_gpus);
}

static const char *job_account(struct source *src)
{
	return or_empty(src->job->account);
}

/* In nanoseconds; the end of the job, which is the same in all its steps. */
static const char *job_end_time(struct source *src)
{
	const struct crane_stepenv_job *job = src->job;

	if (job->limit_sec == CRANE_STEPENV_UNLIMITED || job->end_time > END_TIME_MAX)
		return print_number(src, INT64_MAX);
	if (job->end_time <= 0)
		return NULL;
	return print_number(src, (uint64_t)job->end_time * UINT64_C(1000000000));
}

static const char *job_id(struct source *src)
{
	return print_number(src, src->job->job_id);
}

static const char *job_name(struct source *src)
{
	return or_empty(src->job->name);
}

static const char *job_nodelist(struct source *src)
{
	return or_empty(src->node_list);
}

static const char *job_num_nodes(struct source *src)
{
	return print_number(src, src->job->n_nodes);
}

static const char *job_partition(struct source *src)
{
	return or_empty(src->job->partition);
}

static const char *job_qos(struct source *src)
{
	return or_empty(src->job->qos);
}

static const char *mem_per_cpu(struct source *src)
{
	return print_decimals(src, src->cpus > 0 ? (double)src->mem_mib / src->cpus : 0);
}

static const char *mem_per_node(struct source *src)
{
	return print_number(src, src->mem_mib);
}

static const char *node_id(struct source *src)
{
	if (src->node_index >= src->task->n_nodes)
		return "-1";
	return print_number(src, src->node_index);
}

static const char *n_tasks(struct source *src)
{
	return print_number(src, src->job->n_tasks > 0 ? src->job->n_tasks : 1);
}

static const char *n_tasks_per_node(struct source *src)
{
	const struct crane_stepenv_job *job = src->job;

	return print_number(src, crane_stepenv_tasks_per_node(job->n_tasks, job->n_nodes,
							      job->tasks_per_node));
}

static const char *proc_id(struct source *src)
{
	return print_number(src, src->task->proc_id);
}

/* Only COMMON steps see their number: scripts tell a step from the job by it. */
static const char *step_id(struct source *src)
{
	uint32_t step = src->task->step;

	if (step < CRANE_STEP_COMMON_FIRST || step == CRANE_STEP_NONE)
		return NULL;
	return print_number(src, step);
}

static const char *submit_dir(struct source *src)
{
	return or_empty(src->job->submit_dir);
}

static const char *submit_host(struct source *src)
{
	return or_empty(src->job->submit_host);
}

static const char *time_limit(struct source *src)
{
	uint64_t sec = src->task->limit_sec > 0 ? src->task->limit_sec : src->job->limit_sec;

	if (sec == 0)
		return NULL;
	_Static_assert(sizeof(src->number) >= CRANE_DURATION_TEXT_MAX, "room for a duration");
	return crane_duration_format_hours(sec < CRANE_LIMIT_MAX_SEC ? sec : CRANE_LIMIT_MAX_SEC,
					   src->number);
}

/* All variables, sorted; Crane's manual uses the name CRANE_PARTITION. */
static const struct {
	const char *name;
	value_fn *value;
} rows[] = {
	{ "CRANE_ARRAY_JOB_ID", array_job_id },
	{ "CRANE_ARRAY_TASK_ID", array_task_id },
	{ "CRANE_CLUSTER_NAME", cluster_name },
	{ "CRANE_CPUS_ON_NODE", cpus_on_node },
	{ "CRANE_CPUS_PER_TASK", cpus_per_task },
	{ "CRANE_GPUS", gpus },
	{ "CRANE_JOB_ACCOUNT", job_account },
	{ "CRANE_JOB_END_TIME", job_end_time },
	{ "CRANE_JOB_ID", job_id },
	{ "CRANE_JOB_NAME", job_name },
	{ "CRANE_JOB_NODELIST", job_nodelist },
	{ "CRANE_JOB_NUM_NODES", job_num_nodes },
	{ "CRANE_JOB_PARTITION", job_partition },
	{ "CRANE_JOB_QOS", job_qos },
	{ "CRANE_MEM_PER_CPU", mem_per_cpu },
	{ "CRANE_MEM_PER_NODE", mem_per_node },
	{ "CRANE_NODEID", node_id },
	{ "CRANE_NTASKS", n_tasks },
	{ "CRANE_NTASKS_PER_NODE", n_tasks_per_node },
	{ "CRANE_PARTITION", job_partition },
	{ "CRANE_PROCID", proc_id },
	{ "CRANE_PROC_ID", proc_id },
	{ "CRANE_STEP_ID", step_id },
	{ "CRANE_SUBMIT_DIR", submit_dir },
	{ "CRANE_SUBMIT_HOST", submit_host },
	{ "CRANE_TIMELIMIT", time_limit },
};

/* Returns the job's nodes joined by ';'. malloc'd; NULL if out of memory. */
static char *join_nodes(const char *const *nodes, size_t n_nodes)
{
	size_t size = 1, at = 0;
	char *joined;

	for (size_t i = 0; i < n_nodes; i++)
		size += strlen(nodes[i]) + 1;
	joined = malloc(size);
	if (joined == NULL)
		return NULL;
	for (size_t i = 0; i < n_nodes; i++) {
		size_t length = strlen(nodes[i]);

		if (i > 0)
			joined[at++] = ';';
		memcpy(joined + at, nodes[i], length);
		at += length;
	}
	joined[at] = '\0';
	return joined;
}

static size_t find_node(const struct crane_stepenv_task *task)
{
	size_t i = 0;

	while (task->node != NULL && i < task->n_nodes && strcmp(task->nodes[i], task->node) != 0)
		i++;
	return i;
}

int crane_stepenv_emit(const struct crane_stepenv_job *job, const struct crane_stepenv_task *task,
		       crane_stepenv_set_fn *set, void *arg)
{
	struct source src = { .job = job, .task = task };
	int rc = -1;

	if (task->nodes != NULL) {
		src.node_list = join_nodes(task->nodes, task->n_nodes);
		if (src.node_list == NULL)
			return -1;
		src.node_index = find_node(task);
	}
	src.cpus = crane_stepenv_cpus_of_node(job->cpus, (uint32_t)src.node_index);
	if (src.cpus == 0)
		src.cpus = task->cpus_on_node;
	src.mem_mib = task->node_mem_mib > 0 ? task->node_mem_mib : job->node_mem_mib;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (set(arg, rows[i].name, rows[i].value(&src)) < 0)
			goto out;
	}
	rc = 0;
out:
	free(src.node_list);
	return rc;
}

/* More devices than any node has; bounds the length of the text. */
#define DEVICES_MAX 64

int crane_stepenv_devices(const char *cuda, const char *rocr, crane_stepenv_set_fn *set, void *arg)
{
	char hip[4 * DEVICES_MAX] = "";
	size_t at = 0;

	if (set(arg, "NVIDIA_VISIBLE_DEVICES", cuda) < 0)
		return -1;
	if (rocr == NULL || *rocr == '\0')
		return set(arg, "HIP_VISIBLE_DEVICES", NULL);
	for (unsigned n = 0; n < DEVICES_MAX && rocr != NULL; n++) {
		at += (size_t)snprintf(hip + at, sizeof(hip) - at, "%s%u", n > 0 ? "," : "", n);
		rocr = strchr(rocr, ',');
		rocr = rocr != NULL ? rocr + 1 : NULL;
	}
	return set(arg, "HIP_VISIBLE_DEVICES", hip);
}

int crane_stepenv_forget(crane_stepenv_set_fn *set, void *arg)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (set(arg, rows[i].name, NULL) < 0)
			return -1;
	}
	return 0;
}
