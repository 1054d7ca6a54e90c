/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccontrol show step. The first lines have CraneSched's layout; further lines have the values that
 * its documentation describes and its code does not print.
 */
#include "config.h"

#include "wrappers/ccontrol/show_step.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "src/duration.h"
#include "src/stepid.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"
#include "wrappers/base/strings.h"
#include "wrappers/ccontrol/show_share.h"
#include "wrappers/ccontrol/verb.h"
#include "wrappers/view/jobjson.h"
#include "wrappers/view/jobrows.h"
#include "wrappers/view/jobstate.h"
#include "wrappers/view/steprows.h"

/* Prints "2026-01-02T03:05:06", or "Unknown". */
static void print_start(time_t when)
{
	char text[40] = "Unknown";
	struct tm tm;

	if (when > 0 && localtime_r(&when, &tm))
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	crane_print(" StartTime=%s", text);
}

static void print_text(const char *before, const char *text)
{
	crane_print("%s%s", before, *text ? text : "(null)");
}

static void print_state(enum crane_job_state state)
{
	crane_print("   State=");
	for (const char *s = crane_state_name(state); *s; s++)
		crane_print("%c", toupper((unsigned char)*s));
}

static void print_resources(const struct crane_resources *res)
{
	const char *separator = "   GRES=";

	if (res->cpus > 0) {
		crane_print("%scpu=%.0f", separator, res->cpus);
		separator = ",";
	}
	if (res->mem_mib > 0) {
		crane_print("%smem=%.0fM", separator, res->mem_mib);
		separator = ",";
	}
	if (res->nodes > 0) {
		crane_print("%snode=%u", separator, res->nodes);
		separator = ",";
	}
	if (*separator == ',')
		crane_print("\n");
}

static void print_step(const struct crane_step_row *step)
{
	const struct crane_job *job = step->job;
	char limit[CRANE_DURATION_TEXT_MAX] = "UNLIMITED", elapsed[CRANE_DURATION_TEXT_MAX];
	struct crane_resources res;

	if (step->limit_sec)
		crane_duration_format(step->limit_sec, limit);
	crane_duration_format(step->run_sec > 0 ? (uint64_t)step->run_sec : 0, elapsed);
	crane_tres_read(step->tres, &res);
	crane_print("StepId=%s UserId=%u", step->id, step->uid);
	print_start(step->start_time);
	crane_print(" TimeLimit=%s\n", limit);
	print_state(step->state);
	print_text(" Partition=", job->partition);
	print_text(" NodeList=", step->nodes);
	crane_print("\n");
	crane_print("   Nodes=%u CPUs=%u Tasks=%u", step->num_nodes, step->num_cpus,
		    step->num_tasks);
	print_text(" Name=", step->name);
	crane_print("\n");
	print_resources(&res);
	crane_print("   StepType=%s", crane_step_type_name(step->type));
	print_text(" User=", job->user_name);
	print_text(" Account=", job->account);
	print_text(" QoS=", job->qos);
	crane_print(" ElapsedTime=%s\n   GenericRes=", elapsed);
	crane_print_gres(&res);
	crane_print(" CmdLine=\"%s\"\n\n", step->command);
	crane_resources_clear(&res);
}

static enum crane_exit show(const struct crane_control *line, const struct crane_id *selectors,
			    size_t n)
{
	struct crane_step_rows steps = { 0 };
	struct crane_rows rows = { 0 };
	struct crane_jobs jobs = { 0 };
	bool *found = crane_xcalloc(n, sizeof(*found));
	enum crane_exit status = CRANE_EXIT_OK;
	struct crane_slurm_error why;
	int rc;

	rc = n == 1 ? crane_slurm_load_job(selectors[0].job_id, false, &jobs, &why) :
		      crane_slurm_load_jobs(false, &jobs, &why);
	if (rc != 0 && why.failure != CRANE_SLURM_NO_JOB)
		goto failed;
	crane_rows_collect(&jobs, selectors, n, CRANE_ARRAY_RECORDS, false, NULL, &rows);
	if (rows.n > 0 && crane_step_rows_load(&rows, selectors, n, found, &steps, &why) != 0)
		goto failed;
	if (line->json)
		crane_jobs_print_json(&rows, &steps, jobs.loaded);
	for (size_t i = 0; !line->json && i < steps.n; i++)
		print_step(&steps.row[i]);
	if (!line->json && n == 0 && steps.n == 0)
		crane_print("No step is running.\n");
	status = crane_control_tell_missing(selectors, n, found, "show steps failed: Step ",
					    " is not running.");
	goto out;
failed:
	status = crane_control_call_failed("show steps failed: ", "Failed to show steps", &why);
out:
	crane_step_rows_clear(&steps);
	crane_rows_clear(&rows);
	crane_jobs_free(&jobs);
	free(found);
	return status;
}

enum crane_exit crane_show_step(const struct crane_control *line)
{
	struct crane_id *selectors = NULL;
	struct crane_error err;
	enum crane_exit status;
	size_t n = 0;

	if (line->all && line->id)
		return crane_control_fail(CRANE_EXIT_ARG,
					  "show steps failed: --all shows the steps of all jobs; "
					  "leave out --all or %s.",
					  line->id);
	if (line->id && crane_selectors_parse(line->id, &selectors, &n, &err) != 0)
		return crane_control_fail(CRANE_EXIT_GENERIC,
					  "show steps failed: Invalid step list specified: %s.",
					  err.text);
	crane_slurm_begin(line->config);
	status = show(line, selectors, n);
	free(selectors);
	return status;
}
