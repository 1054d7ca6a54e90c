/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ceff: how well jobs used their CPUs and their memory (doc/reference/queries.md#ceff).
 */
#include "config.h"

#include <grp.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "src/duration.h"
#include "src/exitstatus.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"
#include "wrappers/ceff/usage.h"
#include "wrappers/options/help.h"
#include "wrappers/options/options.h"
#include "wrappers/options/start.h"
#include "wrappers/output/json.h"
#include "wrappers/slurm/api.h"
#include "wrappers/slurm/site.h"
#include "wrappers/view/arraytasks.h"
#include "wrappers/view/history.h"
#include "wrappers/view/jobresources.h"
#include "wrappers/view/jobstate.h"
#include "wrappers/view/query.h"
#include "wrappers/view/selectors.h"

#define FAILED "Failed to query job info"

struct request {
	const char *config;
	bool json;
	struct crane_id *ids;
	size_t n_ids;
};

static const struct crane_opt rows[] = { CRANE_OPT_COMMON("ceff", offsetof(struct request, config)),
					 CRANE_OPT(0, "json", NULL, BOOL, LOCAL,
						   offsetof(struct request, json), NULL, 0,
						   "print JSON"),
					 CRANE_OPT_END };

static const struct crane_command command = {
	.use = "ceff [flags] JOB[,JOB...]",
	.about = "Display how well jobs used their CPUs and memory",
	.rows = rows,
	.max_words = 1,
};

/* -- one job ---------------------------------------------------------------------------------- */

struct report {
	const struct crane_row *row;
	char *group;
	uint32_t nodes;
	double cpus, asked_mib;
	double wall_sec, cpu_percent, mem_percent;
	struct crane_usage usage;
	const char *unknown; /* why there is no efficiency; NULL: there is one */
};

static void begin_report(const struct crane_history *history, const struct crane_row *row,
			 struct report *report)
{
	const struct crane_job *job = &row->job;
	const struct group *group = getgrgid(job->gid);
	struct crane_resources got, asked;
	const struct crane_past_step *step = NULL;
	size_t n = 0;

	crane_job_got(job, &got);
	crane_job_asked(job, &asked);
	*report = (struct report){
		.row = row,
		.group = group ? crane_xstrdup(group->gr_name) : crane_xasprintf("%u", job->gid),
		.nodes = got.nodes   ? got.nodes :
			 asked.nodes ? asked.nodes :
				       1,
		.cpus = got.cpus > 0 ? got.cpus : asked.cpus,
		.asked_mib = got.mem_mib > 0 ? got.mem_mib : asked.mem_mib,
		.usage.job_id = job->job_id,
	};
	crane_resources_clear(&got);
	crane_resources_clear(&asked);
	if (!crane_is_whole_array(job))
		step = crane_history_steps(history, job->job_id, &n);
	crane_usage_add_past(&report->usage, step, n);
}

static const char *why_unknown(const struct crane_job *job, bool is_short, bool measures)
{
	if (job->state == CRANE_PENDING)
		return "in the PENDING state";
	if (!job->start_time)
		return "that never started";
	if (!measures)
		return "that Slurm does not measure (JobAcctGatherType is none)";
	if (!job->ended)
		return "whose steps are not measured yet, or whose nodes you may not ask";
	return is_short ? "that have ended, since there is no slurmdbd to keep what they used" :
			  "of which accounting has no measurement";
}

static double percent(double part, double of)
{
	return of > 0 ? 100 * part / of : 0;
}

static void end_report(struct report *report, bool is_short, bool measures)
{
	if (!report->usage.is_known) {
		report->unknown = why_unknown(&report->row->job, is_short, measures);
		return;
	}
	report->wall_sec = (double)report->row->job.run_sec;
	report->cpu_percent = percent(report->usage.cpu_sec, report->wall_sec * report->cpus);
	report->mem_percent = percent(report->usage.mem_mib, report->asked_mib);
}

/* -- output ----------------------------------------------------------------------------------- */

static const char *span(double sec, char *buf)
{
	return crane_duration_format((uint64_t)sec, buf);
}

static void print_head(const struct report *report)
{
	const struct crane_job *job = &report->row->job;

	crane_print("JobId: %s\n", report->row->id);
	crane_print("Qos: %s\n", job->qos);
	crane_print("User/Group: %s(%u)/%s(%u)\n", job->user_name, job->uid, report->group,
		    job->gid);
	crane_print("Account: %s\n", job->account);
	crane_print("JobState: %s", crane_state_name(job->state));
	if (job->ended)
		crane_print(" (exit code %u)", job->exit_code);
	crane_print("\n");
	if (report->cpus == 1) {
		crane_print("Cores: %.2f\n", report->cpus);
	} else {
		crane_print("Nodes: %u\n", report->nodes);
		crane_print("Cores per node: %.2f\n", report->cpus / report->nodes);
	}
}

static void print_text(const struct report *report)
{
	const struct crane_job *job = &report->row->job;
	char buf[CRANE_DURATION_TEXT_MAX];

	print_head(report);
	if (report->unknown) {
		crane_print("Efficiency not available for jobs %s.\n", report->unknown);
		return;
	}
	crane_print("CPU Utilized: %s\n", span(report->usage.cpu_sec, buf));
	crane_print("CPU Efficiency: %.2f%% of %s core-walltime\n", report->cpu_percent,
		    span(report->wall_sec * report->cpus, buf));
	crane_print("Job Wall-clock time: %s\n", span(report->wall_sec, buf));
	crane_print("Memory Utilized: %.2f MB (estimated maximum)\n", report->usage.mem_mib);
	crane_print("Memory Efficiency: %.2f%% of %.2f MB (%.2f MB/node)\n", report->mem_percent,
		    report->asked_mib, report->asked_mib / report->nodes);
	if (job->state == CRANE_RUNNING)
		crane_print("WARNING: Efficiency statistics may be misleading for RUNNING jobs.\n");
}

static struct json_object *json_of(const struct report *report)
{
	const struct crane_job *job = &report->row->job;
	struct json_object *to = crane_json_object();
	char buf[CRANE_DURATION_TEXT_MAX];
	bool known = !report->unknown;

	crane_json_put(to, "job_id", json_object_new_int64(job->job_id));
	if (job->array_id) {
		crane_json_put(to, "display_job_id", crane_json_text(report->row->id));
		crane_json_put(to, "array_job_id", json_object_new_int64(job->array_id));
		if (job->task_id != CRANE_NO_ARRAY_TASK)
			crane_json_put(to, "array_task_id", json_object_new_int64(job->task_id));
	}
	crane_json_put(to, "qos", crane_json_text(job->qos));
	crane_json_put(to, "uid", json_object_new_int64(job->uid));
	crane_json_put(to, "user_name", crane_json_text(job->user_name));
	crane_json_put(to, "gid", json_object_new_int64(job->gid));
	crane_json_put(to, "group_name", crane_json_text(report->group));
	crane_json_put(to, "account", crane_json_text(job->account));
	crane_json_put(to, "job_state", json_object_new_int64(job->state));
	crane_json_put(to, "nodes", json_object_new_int64(report->nodes));
	crane_json_put(to, "cores_per_node", json_object_new_double(report->cpus / report->nodes));
	crane_json_put(to, "cpu_utilized_str",
		       json_object_new_string(known ? span(report->usage.cpu_sec, buf) : ""));
	crane_json_put(to, "cpu_efficiency", json_object_new_double(report->cpu_percent));
	crane_json_put(to, "run_time_str",
		       json_object_new_string(known ? span(report->wall_sec, buf) : ""));
	crane_json_put(to, "total_mem_mb", json_object_new_double(report->usage.mem_mib));
	crane_json_put(to, "mem_efficiency", json_object_new_double(report->mem_percent));
	crane_json_put(to, "total_malloc_mem_mb", json_object_new_double(report->asked_mib));
	crane_json_put(to, "malloc_mem_mb_per_node",
		       json_object_new_double(report->asked_mib / report->nodes));
	return to;
}

static void print_json(const struct report *report, size_t n)
{
	struct json_object *all = crane_json_array();

	for (size_t i = 0; i < n; i++) {
		crane_json_append(all, json_of(&report[i]));
		if (report[i].unknown)
			crane_say("Job %s: efficiency not available for jobs %s.",
				  report[i].row->id, report[i].unknown);
	}
	crane_json_print(all);
}

/* -- all jobs --------------------------------------------------------------------------------- */

/* Jobs by number; tasks of an array by their own. */
static int oldest_first(const void *a, const void *b)
{
	const struct crane_job *left = &((const struct report *)a)->row->job;
	const struct crane_job *right = &((const struct report *)b)->row->job;
	uint32_t left_id = left->array_id ? left->array_id : left->job_id;
	uint32_t right_id = right->array_id ? right->array_id : right->job_id;

	if (left_id != right_id)
		return left_id < right_id ? -1 : 1;
	return left->task_id < right->task_id ? -1 : left->task_id > right->task_id;
}

/* Once an array has started, its tasks are reported and not the whole. */
static bool is_reported(const struct crane_job *job)
{
	return !crane_is_whole_array(job) || job->state == CRANE_PENDING;
}

static size_t make_reports(const struct crane_history *history, struct report *report)
{
	struct crane_usage **live = crane_xcalloc(history->rows.n, sizeof(struct crane_usage *));
	struct crane_slurm_error why;
	size_t n = 0, n_live = 0;
	bool measures = true;

	for (size_t i = 0; i < history->rows.n; i++) {
		const struct crane_row *row = &history->rows.row[i];

		if (!is_reported(&row->job))
			continue;
		begin_report(history, row, &report[n]);
		if (!row->job.ended && row->job.state != CRANE_PENDING)
			live[n_live++] = &report[n].usage;
		n++;
	}
	if (n_live > 0)
		crane_usage_add_live(live, n_live);
	free(live);
	for (size_t i = 0; i < n && measures; i++) {
		/* In doubt, the job itself is the reason. */
		if (!report[i].usage.is_known && report[i].row->job.start_time)
			measures = crane_slurm_measures_jobs(&why) != 0;
	}
	for (size_t i = 0; i < n; i++)
		end_report(&report[i], history->is_short, measures);
	if (n > 0)
		qsort(report, n, sizeof(*report), oldest_first);
	return n;
}

static void print_all(const struct request *me, const struct crane_history *history, char *missing)
{
	struct report *report = crane_xcalloc(history->rows.n, sizeof(*report));
	size_t n = make_reports(history, report);

	if (me->json)
		print_json(report, n);
	for (size_t i = 0; i < n; i++) {
		if (!me->json) {
			if (i > 0)
				crane_print("\n");
			print_text(&report[i]);
		}
		free(report[i].group);
	}
	free(report);
	if (missing && me->json)
		crane_say("Job %s does not exist.", missing);
	else if (missing)
		crane_print("Job %s does not exist.\n", missing);
}

static enum crane_exit answer(const struct request *me)
{
	const struct crane_job_filter everything = { 0 };
	struct crane_history_query query = {
		.ids = me->ids,
		.n_ids = me->n_ids,
		.filter = &everything,
		.steps = true,
		.qos = true,
		.most = SIZE_MAX,
		.silence = FAILED ": " CRANE_TIMEOUT,
	};
	struct crane_history history;
	struct crane_slurm_error why;
	enum crane_exit status = CRANE_EXIT_OK;
	char *missing;

	if (crane_history_load(&query, &history, &why) != 0) {
		status = crane_query_failed(FAILED, &why);
	} else {
		missing = crane_history_missing(&history, &query);
		if (history.is_short)
			crane_say("Slurm accounting is disabled (no slurmdbd): only steps that run "
				  "now are measured.");
		print_all(me, &history, missing);
		free(missing);
	}
	crane_history_clear(&history);
	return status;
}

static enum crane_exit read_ids(const char *text, struct request *me)
{
	struct crane_error err;
	struct crane_id *ids;
	size_t n, kept = 0;

	if (crane_selectors_parse(text, &ids, &n, &err) != 0)
		return crane_usage_error(&command, CRANE_EXIT_ARG, "Invalid job list specified: %s",
					 err.text);
	/* A step is accepted and means its job. */
	for (size_t i = 0; i < n; i++) {
		bool known = false;

		ids[i].has_step = false;
		ids[i].step = 0;
		for (size_t k = 0; k < kept && !known; k++)
			known = crane_id_is_same(&ids[k], &ids[i]);
		if (!known)
			ids[kept++] = ids[i];
	}
	me->ids = ids;
	me->n_ids = kept;
	return CRANE_EXIT_OK;
}

int main(int argc, char **argv)
{
	struct request request = { 0 };
	struct crane_parsed line = { 0 };
	enum crane_exit status;

	crane_print_begin();
	setlocale(LC_CTYPE, "");
	if (!crane_options_start(&command, argc, argv, &line, &status))
		goto out;
	status = crane_query_read(&command, &line, &request, &request.config);
	if (status == CRANE_EXIT_OK)
		status = read_ids(line.n_words ? line.words[0] : "", &request);
	if (status == CRANE_EXIT_OK) {
		crane_slurm_begin(request.config);
		status = answer(&request);
	}
out:
	free(request.ids);
	crane_parsed_clear(&line);
	return crane_print_end((int)status);
}
