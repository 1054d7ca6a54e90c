/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The request of a step: defaults, checks against the job's allocation, srun's options. */
#include "config.h"

#include "wrappers/crun/step_request.h"

#include <stdlib.h>
#include <string.h>

#include "wrappers/base/print.h"
#include "wrappers/options/govalue.h"
#include "wrappers/submission/jobargv.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/strings.h"

#define MIB 1048576

static uint32_t env_count(const char *name)
{
	const char *text = getenv(name);
	uint32_t value;

	return text && crane_go_uint32(text, false, &value, NULL) == 0 ? value : 0;
}

struct crane_step_defaults crane_step_defaults_from_env(void)
{
	return (struct crane_step_defaults){
		.nodes = env_count("CRANE_JOB_NUM_NODES"),
		.tasks = env_count("CRANE_NTASKS"),
		.tasks_per_node = env_count("CRANE_NTASKS_PER_NODE"),
	};
}

void crane_step_prepare(struct crane_job_request *job)
{
	if (job->nodes.given && job->ntasks.given && job->ntasks_per_node.given &&
	    (uint64_t)job->ntasks_per_node.value * job->nodes.value < job->ntasks.value) {
		crane_say("Warning: NtasksPerNode * NodeNum < Ntasks, ignoring NtasksPerNode.");
		job->ntasks_per_node.given = false;
	}
	if (job->mem && job->mem_bytes == 0)
		job->mem = NULL;
	if (job->mem_per_cpu && job->mem_per_cpu_bytes == 0)
		job->mem_per_cpu = NULL;
}

static bool contains(const struct crane_strings *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++) {
		if (strcmp(list->item[i], name) == 0)
			return true;
	}
	return false;
}

/* Every refusal begins with it. */
#define EXCEEDS "Step resource request exceeds the job's resources: "

/* Sorts the job's nodes into those that may be used and the others. */
static int choose_nodes(struct crane_step *step, const struct crane_allocation *allocation,
			struct crane_error *err)
{
	const struct crane_job_request *job = step->job;

	for (size_t i = 0; i < job->candidates.n; i++) {
		if (!contains(&allocation->names, job->candidates.item[i]))
			return crane_error_set(err, CRANE_E_VALUE, 0,
					       EXCEEDS "asked node %s, job %u has %s",
					       job->candidates.item[i], allocation->job_id,
					       allocation->nodes);
	}
	for (size_t i = 0; i < allocation->names.n; i++) {
		const char *name = allocation->names.item[i];
		bool use = (job->candidates.n == 0 || contains(&job->candidates, name)) &&
			   !contains(&job->excluded, name);

		crane_strings_addf(use ? &step->usable : &step->others, "%s", name);
	}
	return 0;
}

/* Without -N and -n the step is as large as the job, on the nodes that it may use. */
static void settle_counts(struct crane_step *step, const struct crane_allocation *allocation,
			  const struct crane_step_defaults *defaults, bool single)
{
	struct crane_job_request *job = step->job;
	uint32_t nodes = defaults->nodes, tasks = defaults->tasks;
	uint32_t per_node = job->ntasks_per_node.given ? job->ntasks_per_node.value : 0;
	bool all_nodes = true;

	step->tasks_per_node = per_node;
	if (job->nodes.given)
		return; /* crane_job_check() has set both */
	if (nodes == 0 || nodes > allocation->names.n)
		nodes = (uint32_t)allocation->names.n;
	if (nodes > step->usable.n) {
		nodes = step->usable.n ? (uint32_t)step->usable.n : 1;
		all_nodes = false;
	}
	if (job->ntasks.given) {
		/* The number of tasks per node determines the number of nodes. */
		if (!per_node)
			job->want_nodes = job->want_tasks < nodes ? job->want_tasks : nodes;
		return;
	}
	if (single && !per_node)
		return; /* one node and one task */
	job->want_nodes = nodes;
	if (per_node) {
		uint64_t total = (uint64_t)nodes * per_node;

		job->want_tasks = total > UINT32_MAX ? UINT32_MAX : (uint32_t)total;
		return;
	}
	job->want_tasks = all_nodes && tasks > nodes ? tasks : nodes;
	if (all_nodes && (uint64_t)defaults->tasks_per_node * nodes >= job->want_tasks)
		step->tasks_per_node = defaults->tasks_per_node;
}

static uint32_t cpus_per_task(const struct crane_job_request *job)
{
	return job->want_cpus_per_task ? job->want_cpus_per_task : 1;
}

static int check_nodes(const struct crane_step *step, const struct crane_allocation *allocation,
		       struct crane_error *err)
{
	uint32_t wanted = step->job->want_nodes;

	if (wanted > allocation->names.n)
		return crane_error_set(err, CRANE_E_VALUE, 0,
				       EXCEEDS "asked %u nodes, job %u has %zu", wanted,
				       allocation->job_id, allocation->names.n);
	if (wanted > step->usable.n)
		return crane_error_set(err, CRANE_E_VALUE, 0,
				       EXCEEDS "asked %u nodes, --nodelist and --exclude leave "
					       "%zu of job %u",
				       wanted, step->usable.n, allocation->job_id);
	return 0;
}

/*
 * slurmctld has the job's memory as one sum, which was given by node or by CPU. The larger result
 * counts; slurmctld refuses a step that needs more than the job has.
 */
static uint64_t node_mem_mib(const struct crane_allocation *allocation, size_t node,
			     uint64_t job_mem_mib)
{
	uint64_t by_node = job_mem_mib / allocation->names.n, by_cpu, n_cpus = 0;

	for (size_t i = 0; i < allocation->names.n; i++)
		n_cpus += allocation->cpus[i];
	by_cpu = n_cpus ? job_mem_mib / n_cpus * allocation->cpus[node] : 0;
	return by_node > by_cpu ? by_node : by_cpu;
}

static int check_memory(const struct crane_step *step, const struct crane_allocation *allocation,
			uint64_t job_mem_mib, struct crane_error *err)
{
	uint64_t asked = step->job->mem_bytes / MIB + (step->job->mem_bytes % MIB != 0);
	uint64_t most = 0;
	uint32_t n_fit = 0;

	if (!step->job->mem || job_mem_mib == 0)
		return 0;
	for (size_t i = 0; i < allocation->names.n; i++) {
		uint64_t has = node_mem_mib(allocation, i, job_mem_mib);

		if (!contains(&step->usable, allocation->names.item[i]))
			continue;
		n_fit += has >= asked;
		most = has > most ? has : most;
	}
	if (n_fit >= step->job->want_nodes)
		return 0;
	if (n_fit == 0)
		return crane_error_set(err, CRANE_E_VALUE, 0,
				       EXCEEDS "asked %llu MB on a node, job %u has %llu",
				       (unsigned long long)asked, allocation->job_id,
				       (unsigned long long)most);
	return crane_error_set(err, CRANE_E_VALUE, 0,
			       EXCEEDS "asked %llu MB on each of %u nodes, job %u has that on %u",
			       (unsigned long long)asked, step->job->want_nodes, allocation->job_id,
			       n_fit);
}

static int by_size_down(const void *a, const void *b)
{
	const uint32_t *left = a, *right = b;

	return (*left < *right) - (*left > *right);
}

/* Checks that the tasks fit on the nodes with the most room. */
static int check_cpus(const struct crane_step *step, const struct crane_allocation *allocation,
		      struct crane_error *err)
{
	const struct crane_job_request *job = step->job;
	uint32_t each = cpus_per_task(job), most = 0, n_fit = 0, n = 0;
	uint32_t *room = crane_xcalloc(step->usable.n, sizeof(*room));
	uint64_t total = 0;
	int rc = 0;

	for (size_t i = 0; i < allocation->names.n; i++) {
		uint32_t fit = allocation->cpus[i] / each;

		if (!contains(&step->usable, allocation->names.item[i]) || n == step->usable.n)
			continue;
		if (step->tasks_per_node && fit > step->tasks_per_node)
			fit = step->tasks_per_node;
		most = allocation->cpus[i] > most ? allocation->cpus[i] : most;
		n_fit += fit > 0;
		room[n++] = fit;
	}
	qsort(room, n, sizeof(*room), by_size_down);
	for (uint32_t i = 0; i < n && i < job->want_nodes; i++)
		total += room[i];
	if (n_fit == 0 ||
	    (n_fit >= job->want_nodes && job->want_nodes == 1 && total < job->want_tasks))
		rc = crane_error_set(
			err, CRANE_E_VALUE, 0, EXCEEDS "asked %llu CPUs on a node, job %u has %u",
			(unsigned long long)each * (job->want_nodes == 1 ? job->want_tasks : 1),
			allocation->job_id, most);
	else if (n_fit < job->want_nodes)
		rc = crane_error_set(err, CRANE_E_VALUE, 0,
				     EXCEEDS "asked %u CPUs on each of %u nodes, job %u has that "
					     "on %u",
				     each, job->want_nodes, allocation->job_id, n_fit);
	else if (total < job->want_tasks)
		rc = crane_error_set(err, CRANE_E_VALUE, 0,
				     EXCEEDS "asked %u tasks of %u CPUs on %u nodes, job %u has "
					     "room for %llu",
				     job->want_tasks, each, job->want_nodes, allocation->job_id,
				     (unsigned long long)total);
	free(room);
	return rc;
}

int crane_step_settle(struct crane_job_request *job, const struct crane_allocation *allocation,
		      uint64_t job_mem_mib, const struct crane_step_defaults *defaults, bool single,
		      struct crane_step *step, struct crane_error *err)
{
	*step = (struct crane_step){ .job = job };
	if (choose_nodes(step, allocation, err) != 0)
		return -1;
	settle_counts(step, allocation, defaults, single);
	if (check_nodes(step, allocation, err) != 0 ||
	    check_memory(step, allocation, job_mem_mib, err) != 0 ||
	    check_cpus(step, allocation, err) != 0)
		return -1;
	return 0;
}

void crane_step_argv(const struct crane_step *step, struct crane_strings *argv)
{
	const struct crane_job_request *job = step->job;

	crane_job_argv(job, argv);
	if (!job->ntasks_per_node.given && step->tasks_per_node)
		crane_strings_addf(argv, "--ntasks-per-node=%u", step->tasks_per_node);
	if (!job->want_cpus_per_task)
		crane_strings_addf(argv, "--cpus-per-task=1");
	/*
	 * So that steps run side by side: --exact takes just the CPUs of the step, and --mem=0
	 * gives it all of the job's memory without counting it. Without --mem=0 every step asks for
	 * all the memory and waits for the others (22.05 to 26.05).
	 */
	crane_strings_addf(argv, "--exact");
	if (!job->mem && !job->mem_per_cpu)
		crane_strings_addf(argv, "--mem=0");
	if (step->others.n == 0)
		return;
	if (step->usable.n == job->want_nodes)
		crane_argv_add_hosts(argv, "nodelist", &step->usable);
	else
		crane_argv_add_hosts(argv, "exclude", &step->others);
}

void crane_step_clear(struct crane_step *step)
{
	crane_strings_clear(&step->usable);
	crane_strings_clear(&step->others);
}
