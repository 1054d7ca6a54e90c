/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cinfo: partitions and the states of their nodes (doc/reference/queries.md#rows-of-nodes). rows.c
 * makes the rows.
 */
#include "config.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/exitstatus.h"
#include "src/stepid.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"
#include "wrappers/base/strings.h"
#include "wrappers/cinfo/rows.h"
#include "wrappers/options/help.h"
#include "wrappers/options/options.h"
#include "wrappers/options/start.h"
#include "wrappers/output/format.h"
#include "wrappers/output/json.h"
#include "wrappers/output/table.h"
#include "wrappers/slurm/api.h"
#include "wrappers/slurm/cluster.h"
#include "wrappers/slurm/jobs.h"
#include "wrappers/view/cluster.h"
#include "wrappers/view/nodepattern.h"
#include "wrappers/view/nodestate.h"
#include "wrappers/view/query.h"
#include "wrappers/view/selectors.h"

#define CONTEXT "Failed to query cluster information"

struct request {
	const char *config, *format, *iterate, *jobs;
	bool dead, json, no_header, reasons, responding;

	/* What they amount to. */
	struct crane_node_filter states;
	struct crane_strings partitions, nodes; /* none: all */
	struct crane_id *selectors;
	size_t n_selectors;
	struct crane_format columns;
	uint64_t interval_sec; /* 0: once */
};

/* -- options that may be repeated -------------------------------------------------------------- */

/*
 * Returns the next item of a list "a,b", malloc'd, or NULL at its end. A ',' in brackets does not
 * end an item. *rest: where the list goes on, NULL behind its last item.
 */
static char *next_item(const char **rest)
{
	const char *begin = *rest, *end = begin;
	bool inside = false;

	if (!begin)
		return NULL;
	for (; *end && (*end != ',' || inside); end++)
		inside = *end == '[' || (inside && *end != ']');
	*rest = *end ? end + 1 : NULL;
	return crane_xstrndup(begin, (size_t)(end - begin));
}

static int add_states(void *request, const struct crane_opt_given *given, struct crane_error *err)
{
	struct request *me = request;
	const char *rest = given->text;
	char *word;
	int rc = 0;

	while (rc == 0 && (word = next_item(&rest))) {
		if (!crane_node_filter_add(&me->states, word))
			rc = crane_error_set(err, CRANE_E_VALUE, 0,
					     "Invalid resource state given: %s", word);
		free(word);
	}
	return rc;
}

static int add_partitions(void *request, const struct crane_opt_given *given,
			  struct crane_error *err)
{
	struct request *me = request;
	const char *rest = given->text;
	char *name;

	(void)err;
	while ((name = next_item(&rest))) {
		if (*name) {
			crane_strings_take(&me->partitions, name);
		} else {
			crane_say("Empty partition name is ignored.");
			free(name);
		}
	}
	return 0;
}

static int add_nodes(void *request, const struct crane_opt_given *given, struct crane_error *err)
{
	struct request *me = request;
	const char *rest = given->text;
	char *item;
	int rc = 0;

	while (rc == 0 && (item = next_item(&rest))) {
		if (item[strspn(item, " \t")])
			rc = crane_nodes_parse(item, &me->nodes, err);
		else
			crane_say("Empty node name is ignored.");
		free(item);
	}
	return rc;
}

#define FIELD(name) offsetof(struct request, name)
#define TEXT(letter, name, field, help)                                                            \
	CRANE_OPT(letter, name, "string", STRING, LOCAL, FIELD(field), NULL, 0, help)
#define FLAG(letter, name, field, flags, help)                                                     \
	CRANE_OPT(letter, name, NULL, BOOL, LOCAL, FIELD(field), NULL, flags, help)
#define LIST(letter, name, add, help)                                                              \
	CRANE_OPT(letter, name, "strings", STRING, LOCAL, CRANE_OPT_NO_FIELD, add,                 \
		  CRANE_OPT_EMPTY_COUNTS, help)

enum { ONE_OF_STATES = CRANE_OPT_GROUP(1) };

static const struct crane_opt rows[] = {
	CRANE_OPT_COMMON("cinfo", FIELD(config)),
	CRANE_OPT_DOC('t', "states", "strings", STRING, LOCAL, CRANE_OPT_NO_FIELD, add_states,
		      CRANE_OPT_EMPTY_COUNTS | ONE_OF_STATES,
		      "show nodes in these states: idle, mix, alloc, down; none, drain; active, "
		      "poweredoff, off, oning, offing",
		      NULL,
		      "power-idle, sleeping, to-sleep and waking are accepted, and match no node"),
	FLAG('r', "responding", responding, ONE_OF_STATES, "show nodes that are not down"),
	FLAG('d', "dead", dead, ONE_OF_STATES, "show nodes that are down"),
	TEXT('o', "format", format,
	     "columns to print, each %[.size]letter or %[.size]name, with any text between"),
	CRANE_OPT('i', "iterate", "uint", STRING, LOCAL, FIELD(iterate), NULL,
		  CRANE_OPT_EMPTY_COUNTS, "repeat every so many seconds"),
	TEXT('j', "job", jobs,
	     "show the nodes of these jobs, in their partitions: ids or JOB_TASK, joined by commas"),
	FLAG(0, "json", json, 0, "print JSON"),
	FLAG('R', "list-reasons", reasons, 0,
	     "show nodes that are drained or down, and add the column Reason"),
	LIST('n', "nodes", add_nodes, "show these nodes, such as cn[01-03],cn07"),
	FLAG('N', "noheader", no_header, 0, "print no header"),
	LIST('p', "partition", add_partitions, "show these partitions"),
	CRANE_OPT_END
};

static const struct crane_command command = {
	.use = "cinfo [flags]",
	.about = "Display the state of partitions and nodes",
	.rows = rows,
};

/* -- what the options mean --------------------------------------------------------------------- */

static enum crane_exit refuse(const char *text)
{
	return crane_usage_error(&command, CRANE_EXIT_ARG, "%s", text);
}

static enum crane_exit read_selectors(struct request *me)
{
	struct crane_error err;

	if (!me->jobs)
		return CRANE_EXIT_OK;
	if (crane_selectors_parse(me->jobs, &me->selectors, &me->n_selectors, &err) != 0)
		return crane_usage_error(&command, CRANE_EXIT_ARG,
					 "Invalid job list specified: %s.", err.text);
	for (size_t i = 0; i < me->n_selectors; i++) {
		if (me->selectors[i].has_step)
			return refuse("Step selector is unsupported in cinfo --job, use "
				      "cqueue --step for step queries.");
	}
	return CRANE_EXIT_OK;
}

static enum crane_exit read_interval(struct request *me)
{
	struct crane_error err;

	switch (crane_interval_parse(me->iterate, &me->interval_sec, &err)) {
	case CRANE_INTERVAL_NO_NUMBER:
		return crane_usage_error(&command, CRANE_EXIT_GENERIC, "%s", err.text);
	case CRANE_INTERVAL_TOO_LONG:
		return crane_usage_error(&command, CRANE_EXIT_ARG, "time: invalid duration \"%ss\"",
					 me->iterate);
	case CRANE_INTERVAL_READ:
		break;
	}
	return CRANE_EXIT_OK;
}

/* -- columns ----------------------------------------------------------------------------------- */

/* One line of the table. */
struct row {
	const struct crane_cinfo_partition *partition;
	const struct crane_cinfo_group *group; /* NULL: no node of the partition is shown */
};

struct field {
	struct crane_field is;
	char *(*cell)(const struct row *row);
};

static char *partition_cell(const struct row *row)
{
	return crane_xasprintf("%s%s", row->partition->name, row->partition->is_default ? "*" : "");
}

static char *avail_cell(const struct row *row)
{
	return crane_xstrdup(row->partition->up ? "up" : "down");
}

static char *nodes_cell(const struct row *row)
{
	return crane_xasprintf("%zu", row->group ? row->group->count : 0);
}

static char *state_cell(const struct row *row)
{
	return row->group ? crane_node_state_text(row->group->like, true) : crane_xstrdup("n/a");
}

static char *list_cell(const struct row *row)
{
	return crane_xstrdup(row->group ? row->group->nodes : "");
}

static char *reason_cell(const struct row *row)
{
	return crane_xstrdup(row->group ? row->group->like->reason : "");
}

static const struct field table_of_fields[] = {
	{ { 'p', "partition", "Partition" }, partition_cell },
	{ { 'a', "avail", "Avail" }, avail_cell },
	{ { 'n', "nodes", "Nodes" }, nodes_cell },
	{ { 's', "state", "State" }, state_cell },
	{ { 'l', "nodelist", "NodeList" }, list_cell },
	/* A column of the table only; --format cannot name a column with a blank. */
	{ { 0, " reason", "Reason" }, reason_cell },
	{ { 0, NULL, NULL }, NULL },
};

static const struct crane_fields fields = {
	.of = "nodes",
	CRANE_FIELDS_ROWS(table_of_fields),
	.dot_before_width = true,
	.nothing = "Invalid format specifier.",
	.unknown = "Invalid format specifier or string: ",
	.bad_width = "Invalid width specifier.",
	.unknown_lists_fields = true,
};

static enum crane_exit read_columns(struct request *me)
{
	static const char *const usual[] = { "partition", "avail", "nodes", "state", "nodelist" };

	if (me->format)
		return crane_query_format(me->format, &fields, &me->columns);
	for (size_t i = 0; i < sizeof(usual) / sizeof(*usual); i++)
		crane_format_add(&me->columns, &fields, usual[i]);
	if (me->reasons)
		crane_format_add(&me->columns, &fields, " reason");
	return CRANE_EXIT_OK;
}

static enum crane_exit read_request(struct request *me)
{
	enum crane_exit status = read_selectors(me);

	if (me->dead)
		crane_node_filter_add(&me->states, "down");
	if (me->responding) {
		crane_node_filter_add(&me->states, "idle");
		crane_node_filter_add(&me->states, "mix");
		crane_node_filter_add(&me->states, "alloc");
	}
	if (status == CRANE_EXIT_OK)
		status = read_interval(me);
	if (status == CRANE_EXIT_OK && !me->json)
		status = read_columns(me);
	return status;
}

static void clear_request(struct request *me)
{
	crane_strings_clear(&me->partitions);
	crane_strings_clear(&me->nodes);
	crane_format_clear(&me->columns);
	free(me->selectors);
}

/* -- jobs -------------------------------------------------------------------------------------- */

/* What the jobs of --job have, and a line on stderr for each that has nothing. */
static void note_job(const struct crane_id *id, const struct crane_jobs *jobs,
		     struct crane_strings *partitions, struct crane_strings *nodes)
{
	bool found = false, has_nodes = false;
	char text[CRANE_ID_TEXT_MAX];

	for (size_t i = 0; i < jobs->n; i++) {
		const struct crane_job *job = &jobs->job[i];

		if (!crane_id_names_job(id, job))
			continue;
		found = true;
		if (!job->nodes[0] || crane_hostlist_expand(job->nodes, nodes) <= 0)
			continue;
		has_nodes = true;
		crane_strings_addf(partitions, "%s", job->partition);
	}
	if (!found)
		crane_say("Job %s is not in the queue.", crane_id_format(id, text));
	else if (!has_nodes)
		crane_say("Job %s has no nodes.", crane_id_format(id, text));
}

static int load_jobs(const struct request *me, struct crane_strings *partitions,
		     struct crane_strings *nodes, struct crane_slurm_error *why)
{
	struct crane_jobs jobs = { 0 };
	int rc = me->n_selectors == 1 ?
			 crane_slurm_load_job(me->selectors[0].job_id, false, &jobs, why) :
			 crane_slurm_load_jobs(false, &jobs, why);

	if (rc != 0 && why->failure != CRANE_SLURM_NO_JOB)
		return -1;
	for (size_t i = 0; i < me->n_selectors; i++)
		note_job(&me->selectors[i], &jobs, partitions, nodes);
	crane_jobs_free(&jobs);
	return 0;
}

/* -- answering --------------------------------------------------------------------------------- */

static void add_row(const struct request *me, struct crane_table *table, const struct row *row)
{
	for (size_t i = 0; i < me->columns.n; i++) {
		const struct crane_format_column *column = &me->columns.column[i];
		/* The fields are those of the table above. */
		const struct field *field = (const struct field *)(const void *)column->field;
		char *cell = field ? field->cell(row) : crane_xstrdup(column->literal);

		crane_table_cell(table, cell);
		free(cell);
	}
}

/* Returns false if no row is left to print. */
static bool print_table(const struct request *me, const struct crane_cinfo_rows *shown)
{
	struct crane_column *sizes = crane_xcalloc(me->columns.n, sizeof(*sizes));
	struct crane_table table = { .whole = true,
				     .no_header = me->no_header,
				     .tight = me->format != NULL };
	bool reasons = me->reasons && !me->format, any;

	crane_format_begin_table(&me->columns, &table, sizes);
	for (size_t i = 0; i < shown->n; i++) {
		struct row row = { .partition = &shown->partition[i] };

		for (size_t k = 0; k < row.partition->n_groups; k++) {
			row.group = &row.partition->group[k];
			if (!reasons || row.group->like->drain ||
			    row.group->like->state == CRANE_NODE_DOWN)
				add_row(me, &table, &row);
		}
	}
	/* Partitions without such nodes come last. */
	for (size_t i = 0; !reasons && i < shown->n; i++) {
		struct row row = { .partition = &shown->partition[i] };

		if (row.partition->n_groups == 0)
			add_row(me, &table, &row);
	}
	any = table.cells.n > 0;
	if (any)
		crane_table_print(stdout, &table);
	crane_table_clear(&table);
	free(sizes);
	return any;
}

static struct json_object *json_group(const struct crane_cinfo_group *group)
{
	struct json_object *to = crane_json_object();

	crane_json_put(to, "resource_state",
		       json_object_new_string(crane_node_resource_name(group->like)));
	crane_json_put(to, "control_state",
		       json_object_new_string(crane_node_control_name(group->like)));
	crane_json_put(to, "power_state",
		       json_object_new_string(crane_node_power_name(group->like)));
	crane_json_put(to, "count", json_object_new_int64((int64_t)group->count));
	crane_json_put(to, "craned_list_regex", crane_json_text(group->nodes));
	crane_json_put(to, "reason", crane_json_text(group->like->reason));
	return to;
}

static void print_json(const struct crane_cinfo_rows *shown)
{
	struct json_object *reply = crane_json_object(), *list = crane_json_array();

	crane_json_put(reply, "ok", json_object_new_boolean(true));
	crane_json_put(reply, "partitions", list);
	for (size_t i = 0; i < shown->n; i++) {
		const struct row row = { .partition = &shown->partition[i] };
		struct json_object *to = crane_json_object(), *groups = crane_json_array();
		char *name = partition_cell(&row);

		crane_json_put(to, "name", crane_json_text(name));
		crane_json_put(to, "state",
			       json_object_new_string(row.partition->up ? "PARTITION_UP" :
									  "PARTITION_DOWN"));
		crane_json_put(to, "craned_lists", groups);
		for (size_t k = 0; k < row.partition->n_groups; k++)
			crane_json_append(groups, json_group(&row.partition->group[k]));
		crane_json_append(list, to);
		free(name);
	}
	crane_json_print(reply);
}

static void tell_missing(const struct crane_strings *missing)
{
	char *list;

	if (missing->n == 0)
		return;
	list = crane_hostlist_fold(missing);
	crane_say("Requested nodes do not exist or do not meet the given filter condition: %s.",
		  list);
	free(list);
}

static enum crane_exit answer(const void *request)
{
	const struct request *me = request;
	struct crane_strings job_partitions = { 0 }, job_nodes = { 0 };
	struct crane_cinfo_filter filter = {
		.states = me->states,
		.partitions = me->partitions.n ? &me->partitions : NULL,
		.nodes = me->nodes.n ? &me->nodes : NULL,
		.job_partitions = me->n_selectors ? &job_partitions : NULL,
		.job_nodes = me->n_selectors ? &job_nodes : NULL,
	};
	struct crane_partitions partitions = { 0 };
	struct crane_cluster cluster = { 0 };
	struct crane_cinfo_rows shown = { 0 };
	enum crane_exit status = CRANE_EXIT_OK;
	struct crane_slurm_error why;

	if ((me->n_selectors && load_jobs(me, &job_partitions, &job_nodes, &why) != 0) ||
	    crane_slurm_load_nodes(false, &cluster.nodes, &why) != 0 ||
	    crane_slurm_load_partitions(&partitions, &why) != 0) {
		status = crane_query_failed(CONTEXT, &why);
		goto out;
	}
	if (filter.nodes || filter.job_nodes)
		crane_cluster_index(&cluster);
	crane_cinfo_rows_collect(&cluster, &partitions, &filter, &shown);
	if (me->json)
		print_json(&shown);
	/* Why there is nothing of a job is said already. */
	else if (!print_table(me, &shown) && (!filter.job_nodes || job_nodes.n > 0))
		crane_say("No matching partitions were found for the given filter.");
	tell_missing(&shown.missing);
out:
	crane_strings_clear(&job_partitions);
	crane_strings_clear(&job_nodes);
	crane_cinfo_rows_clear(&shown);
	crane_partitions_free(&partitions);
	crane_cluster_free(&cluster);
	return status;
}

int main(int argc, char **argv)
{
	struct request request = { 0 };
	struct crane_parsed line = { 0 };
	enum crane_exit status;

	crane_print_begin();
	setlocale(LC_CTYPE, "");
	if (argc == 2 && strcmp(argv[1], "--help=fields") == 0) {
		crane_fields_print(stdout, &fields);
		status = CRANE_EXIT_OK;
		goto out;
	}
	if (!crane_options_start(&command, argc, argv, &line, &status))
		goto out;
	status = crane_query_read(&command, &line, &request, &request.config);
	if (status == CRANE_EXIT_OK)
		status = read_request(&request);
	if (status == CRANE_EXIT_OK) {
		crane_slurm_begin(request.config);
		status = crane_iterate(request.interval_sec, answer, &request);
	}
out:
	clear_request(&request);
	crane_parsed_clear(&line);
	return crane_print_end((int)status);
}
