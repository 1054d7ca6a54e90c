/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccontrol show job. An unknown value, such as the end of a pending job, is printed as "unknown";
 * CraneSched prints the epoch there.
 */
#include "config.h"

#include "wrappers/ccontrol/show_job.h"

#include <grp.h>
#include <inttypes.h>
#include <stdlib.h>

#include "src/duration.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"
#include "wrappers/base/strings.h"
#include "wrappers/ccontrol/show_share.h"
#include "wrappers/ccontrol/verb.h"
#include "wrappers/output/date.h"
#include "wrappers/slurm/jobcomment.h"
#include "wrappers/view/jobjson.h"
#include "wrappers/view/jobresources.h"
#include "wrappers/view/jobrows.h"
#include "wrappers/view/jobstate.h"
#include "wrappers/view/steprows.h"

#define YEAR_10000 INT64_C(253402300800)

static void print_resources(const char *label, const struct crane_resources *res)
{
	crane_print("\t%s:node=%u cpu=%.2f mem=", label, res->nodes, res->cpus);
	crane_print_mem(res->mem_mib);
	crane_print(" gres=");
	crane_print_gres(res);
	crane_print("\n");
}

static const char *or_none(const char *s)
{
	return *s ? s : "None";
}

static void print_owner(const struct crane_job *job)
{
	const struct group *group = getgrgid(job->gid);

	crane_print("\tUser=%s(%u) GroupId=", job->user_name, job->uid);
	if (group)
		crane_print("%s(%u)", group->gr_name, job->gid);
	else
		crane_print("%u(%u)", job->gid, job->gid);
	crane_print(" Account=%s\n", job->account);
}

static void print_times(const struct crane_job *job, const struct crane_job_dependency *dependency,
			time_t now)
{
	char submit[CRANE_DATE_MAX], start[CRANE_DATE_MAX], end[CRANE_DATE_MAX];
	char elapsed[CRANE_DURATION_TEXT_MAX] = "unknown", *limit = crane_limit_text(job);
	time_t start_time = crane_job_start(job, dependency, now), end_time = job->end_time;

	if (job->state == CRANE_RUNNING)
		crane_duration_format((uint64_t)job->run_sec, elapsed);
	/* An ended job ran from its start to its end. */
	else if (job->ended && job->start_time)
		crane_duration_format((uint64_t)job->run_sec, elapsed);
	/* Slurm gives a running job without a limit an end one year ahead. */
	if (job->state == CRANE_PENDING || (!job->ended && job->limit_sec == 0) ||
	    end_time < start_time || (int64_t)end_time >= YEAR_10000)
		end_time = 0;
	crane_print("\tJobState=%s RunTime=%s TimeLimit=%s SubmitTime=%s\n",
		    crane_state_name(job->state), elapsed, limit,
		    crane_date_format(job->submit_time, submit));
	crane_print("\tStartTime=%s EndTime=%s Partition=%s NodeList=%s ExecutionHost=%s\n",
		    crane_date_format(start_time, start), crane_date_format(end_time, end),
		    job->partition, or_none(job->nodes), or_none(job->batch_host));
	free(limit);
}

static void print_mail(const struct crane_job *job)
{
	char *types;

	/* slurmctld fills in an address for every job: only the types tell whether mail is sent. */
	if (!job->mail)
		return;
	types = crane_mail_types_text(job->mail);
	crane_print("\tMailUser=%s MailType=%s\n", job->mail_user, types);
	free(types);
}

static void print_job(const struct crane_row *row, time_t now)
{
	const struct crane_job *job = &row->job;
	struct crane_job_dependency dependency;
	struct crane_resources asked, got;
	struct crane_jobattr attr;
	char *text;

	crane_job_dependency_read(job, now, &dependency);
	crane_job_asked(job, &asked);
	crane_job_got(job, &got);
	crane_print("JobId=%s JobName=%s\n", row->id, job->name);
	print_owner(job);
	print_times(job, &dependency, now);
	crane_print("\tCmdLine=\"%s\" Workdir=%s\n",
		    job->submit_line[0] ? job->submit_line : job->command, job->work_dir);
	crane_print("\tPriority=%u Qos=%s CpusPerTask=%u MemPerNode=", job->priority, job->qos,
		    job->cpus_per_task ? job->cpus_per_task : 1);
	crane_print_mem(asked.nodes ? asked.mem_mib / asked.nodes : asked.mem_mib);
	crane_print("\n");
	print_resources("ReqRes", &asked);
	if (job->state == CRANE_RUNNING)
		print_resources("AllocRes", &got);
	crane_print("\tReqNodeList=%s ExcludeNodeList=%s\n", or_none(job->req_nodes),
		    or_none(job->exc_nodes));
	crane_print("\tExclusive=%s", job->exclusive ? "true" : "false");
	crane_jobattr_unpack(job->comment, &attr);
	crane_print(" Comment=%s Wckey=%s\n", attr.comment, job->wckey);
	if (*attr.extra)
		crane_print("\tExtraAttr=%s\n", attr.extra);
	crane_jobattr_clear(&attr);
	print_mail(job);
	text = crane_job_dependency_text(job, &dependency);
	if (text)
		crane_print("\tDependency=%s\n", text);
	crane_print("\tSubmitNode=%s\n", job->submit_host);
	free(text);
	crane_resources_clear(&asked);
	crane_resources_clear(&got);
	crane_job_dependency_clear(&dependency);
}

/* Loads one job alone, or all jobs in one call. */
static int load(const struct crane_id *selectors, size_t n, struct crane_jobs *jobs,
		struct crane_slurm_error *why)
{
	bool tasks = false;

	for (size_t i = 0; i < n; i++)
		tasks |= selectors[i].has_task;
	if (n == 1)
		return crane_slurm_load_job(selectors[0].job_id, tasks, jobs, why);
	return crane_slurm_load_jobs(tasks, jobs, why);
}

static int print_json(const struct crane_rows *rows, time_t now, struct crane_slurm_error *why)
{
	struct crane_step_rows steps = { 0 };

	if (rows->n > 0 && crane_step_rows_load(rows, NULL, 0, NULL, &steps, why) != 0)
		return -1;
	crane_jobs_print_json(rows, &steps, now);
	crane_step_rows_clear(&steps);
	return 0;
}

static enum crane_exit show(const struct crane_control *line, const struct crane_id *selectors,
			    size_t n)
{
	struct crane_slurm_error why;
	struct crane_jobs jobs = { 0 };
	struct crane_rows rows = { 0 };
	bool *found = crane_xcalloc(n, sizeof(*found));
	enum crane_exit status = CRANE_EXIT_OK;

	crane_slurm_begin(line->config);
	if (load(selectors, n, &jobs, &why) != 0 && why.failure != CRANE_SLURM_NO_JOB) {
		status =
			crane_control_call_failed("show job failed: ", "Failed to show jobs", &why);
		goto out;
	}
	crane_rows_collect(&jobs, selectors, n, CRANE_ARRAY_WHOLE, n > 0, found, &rows);
	if (line->json) {
		if (print_json(&rows, jobs.loaded, &why) != 0) {
			status = crane_control_call_failed(
				"show job failed: ", "Failed to show jobs", &why);
			goto out;
		}
	}
	for (size_t i = 0; !line->json && i < rows.n; i++)
		print_job(&rows.row[i], jobs.loaded);
	status = crane_control_tell_missing(selectors, n, found, "show job failed: Job ",
					    " not found.");
	if (!line->json && n == 0 && rows.n == 0)
		crane_print("No job is running.\n");
out:
	crane_rows_clear(&rows);
	crane_jobs_free(&jobs);
	free(found);
	return status;
}

enum crane_exit crane_show_job(const struct crane_control *line)
{
	struct crane_id *selectors = NULL;
	enum crane_exit status = CRANE_EXIT_OK;
	struct crane_error err;
	size_t n = 0;

	if (line->id && crane_selectors_parse(line->id, &selectors, &n, &err) != 0)
		return crane_control_fail(CRANE_EXIT_GENERIC,
					  "show job failed: Invalid job list specified: %s.",
					  err.text);
	for (size_t i = 0; i < n && status == CRANE_EXIT_OK; i++) {
		if (selectors[i].has_step)
			status = crane_control_fail(CRANE_EXIT_GENERIC,
						    "show job failed: Step selector is unsupported "
						    "in show job, use show step for step queries.");
	}
	if (status == CRANE_EXIT_OK)
		status = show(line, selectors, n);
	free(selectors);
	return status;
}
