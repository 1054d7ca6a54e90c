/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccontrol show node. Slurm's reason for a drained or down node stands on a line of its own, which
 * CraneSched does not have.
 */
#include "config.h"

#include "wrappers/ccontrol/show_node.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"
#include "wrappers/base/strings.h"
#include "wrappers/ccontrol/show_share.h"
#include "wrappers/ccontrol/verb.h"
#include "wrappers/output/date.h"
#include "wrappers/output/json.h"
#include "wrappers/slurm/cluster.h"
#include "wrappers/slurm/jobs.h"
#include "wrappers/view/cluster.h"
#include "wrappers/view/nodestate.h"

/* Facts about each node from the records of partitions and jobs, by its index in the cluster. */
struct about_nodes {
	struct crane_strings *partitions;
	unsigned *jobs; /* how many run there */
};

static void note_partitions(const struct crane_cluster *cluster,
			    const struct crane_partitions *partitions, struct about_nodes *about)
{
	size_t *list = crane_xcalloc(cluster->nodes.n, sizeof(*list));

	about->partitions = crane_xcalloc(cluster->nodes.n, sizeof(*about->partitions));
	for (size_t i = 0; i < partitions->n; i++) {
		const struct crane_partition *partition = &partitions->partition[i];
		size_t n = crane_partition_nodes(partition, &cluster->nodes, list);

		for (size_t k = 0; k < n; k++)
			crane_strings_addf(&about->partitions[list[k]], "%s", partition->name);
	}
	free(list);
}

static void note_jobs(const struct crane_cluster *cluster, const struct crane_jobs *jobs,
		      struct about_nodes *about)
{
	about->jobs = crane_xcalloc(cluster->nodes.n, sizeof(*about->jobs));
	for (size_t i = 0; i < jobs->n; i++) {
		struct crane_strings names = { 0 };

		if (jobs->job[i].ended || jobs->job[i].state == CRANE_PENDING)
			continue;
		crane_hostlist_expand(jobs->job[i].nodes, &names);
		for (size_t k = 0; k < names.n; k++) {
			size_t at = crane_cluster_find(cluster, names.item[k]);

			if (at != SIZE_MAX)
				about->jobs[at]++;
		}
		crane_strings_clear(&names);
	}
}

static void forget_about(const struct crane_cluster *cluster, struct about_nodes *about)
{
	for (size_t i = 0; about->partitions && i < cluster->nodes.n; i++)
		crane_strings_clear(&about->partitions[i]);
	free(about->partitions);
	free(about->jobs);
}

static void print_node(const struct crane_node *node, const struct crane_strings *partitions,
		       unsigned jobs)
{
	char boot[CRANE_DATE_MAX], start[CRANE_DATE_MAX], busy[CRANE_DATE_MAX];
	char *state = crane_node_state_text(node, false);
	char *list = crane_strings_join(partitions, ",");
	struct crane_share share;

	crane_share_of_node(node, &share);
	crane_print("NodeName=%s State=%s CPU=%.2f AllocCPU=%.2f FreeCPU=%.2f\n\tRealMemory=",
		    node->name, state, share.total.cpus, share.alloc.cpus, share.avail.cpus);
	crane_print_mem(share.total.mem_mib);
	crane_print(" AllocMem=");
	crane_print_mem(share.alloc.mem_mib);
	crane_print(" FreeMem=");
	crane_print_mem(share.avail.mem_mib);
	crane_print("\n\tGres=");
	crane_print_gres(&share.total);
	crane_print(" AllocGres=");
	crane_print_gres(&share.alloc);
	crane_print(" FreeGres=");
	crane_print_gres(&share.avail);
	crane_print("\n\tSockets=%u\n\tPartition=%s RunningJob=%u Version=%s\n\tOs=%s\n",
		    node->sockets, list, jobs, node->version[0] ? node->version : "unknown",
		    node->os[0] ? node->os : "unknown");
	crane_print("\tBootTime=%s CranedStartTime=%s\n\tLastBusyTime=%s\n",
		    crane_date_format(node->boot_time, boot),
		    crane_date_format(node->start_time, start),
		    crane_date_format(node->busy_time, busy));
	if (node->reason[0])
		crane_print("\tReason=%s\n", node->reason);
	crane_share_clear(&share);
	free(list);
	free(state);
}

/* -- JSON -------------------------------------------------------------------------------------- */

/* Out: used[i] for each of [n] slots that "gpu:a100:2(IDX:0,2-3)" lists for [kind], "gpu:a100". */
static void mark_used(const char *list, const char *kind, bool *used, unsigned long long n)
{
	size_t len = strlen(kind);
	const char *at = list;

	for (; (at = strstr(at, kind)); at += len) {
		const char *index = strchr(at, '(');

		if ((at != list && at[-1] != ',') || at[len] != ':' || !index ||
		    strncmp(index, "(IDX:", 5) != 0)
			continue;
		index += 5;
		while (isdigit((unsigned char)*index)) {
			char *end;
			unsigned long first = strtoul(index, &end, 10), last = first;

			if (*end == '-')
				last = strtoul(end + 1, &end, 10);
			for (unsigned long i = first; i <= last && i < n; i++)
				used[i] = true;
			index = *end == ',' ? end + 1 : end;
		}
		return;
	}
}

enum slots { SLOTS_NONE, SLOTS_ALL, SLOTS_USED, SLOTS_FREE };

/*
 * Returns {"name_type_map":{"gpu":{"type_slots_map":{"a100":{"slots":["0","1"]}}}}}. Slots have
 * Slurm's numbers.
 */
static struct json_object *json_gres(const struct crane_node *node,
				     const struct crane_resources *total, enum slots which)
{
	struct json_object *gres = crane_json_object(), *map = crane_json_object();

	for (size_t i = 0; i < total->n_gres; i++) {
		const char *full = total->gres[i].name, *colon = strchr(full, ':');
		char *name = crane_xstrndup(full, colon ? (size_t)(colon - full) : strlen(full));
		unsigned long long n = total->gres[i].count;
		bool *used = crane_xcalloc(n, sizeof(*used));
		struct json_object *kind, *types, *list = crane_json_array();
		struct json_object *slots = crane_json_object();

		mark_used(node->gres_used, full, used, n);
		for (unsigned long long k = 0; k < n; k++) {
			if (which == SLOTS_ALL || (which == SLOTS_USED && used[k]) ||
			    (which == SLOTS_FREE && !used[k]))
				crane_json_append(list, crane_json_u64(k));
		}
		if (!json_object_object_get_ex(map, name, &kind)) {
			kind = crane_json_object();
			crane_json_put(kind, "type_slots_map", crane_json_object());
			crane_json_put(map, name, kind);
		}
		json_object_object_get_ex(kind, "type_slots_map", &types);
		crane_json_put(slots, "slots", list);
		crane_json_put(types, colon ? colon + 1 : "", slots);
		free(used);
		free(name);
	}
	crane_json_put(gres, "name_type_map", map);
	return gres;
}

static struct json_object *json_in_node(const struct crane_node *node,
					const struct crane_share *share,
					const struct crane_resources *res, enum slots which)
{
	struct json_object *to = crane_json_object();

	crane_json_put(to, "cpu_ids", crane_json_array());
	crane_resources_put(to, res);
	crane_json_put(to, "gres", json_gres(node, &share->total, which));
	return to;
}

static struct json_object *json_topology(const struct crane_node *node)
{
	struct json_object *to = crane_json_object();

	crane_json_put(to, "boards", json_object_new_int64(node->boards));
	crane_json_put(to, "sockets", json_object_new_int64(node->sockets));
	crane_json_put(to, "cores_per_socket", json_object_new_int64(node->cores));
	crane_json_put(to, "threads_per_core", json_object_new_int64(node->threads));
	crane_json_put(to, "total_cpus", json_object_new_int64(node->cpus));
	return to;
}

static void add_time(struct json_object *to, const char *key, time_t when)
{
	if (when > 0)
		crane_json_put(to, key, crane_json_time(when));
}

static struct json_object *json_node(const struct crane_node *node,
				     const struct crane_strings *partitions, unsigned jobs)
{
	struct json_object *to = crane_json_object();
	struct crane_share share;
	bool free_to_use = node->state != CRANE_NODE_DOWN && !node->drain;

	crane_share_of_node(node, &share);
	crane_json_put(to, "hostname", crane_json_text(node->name));
	crane_json_put(to, "resource_state",
		       json_object_new_string(crane_node_resource_name(node)));
	crane_json_put(to, "control_state", json_object_new_string(crane_node_control_name(node)));
	crane_json_put(to, "power_state", json_object_new_string(crane_node_power_name(node)));
	crane_json_put(to, "res_total", json_in_node(node, &share, &share.total, SLOTS_ALL));
	crane_json_put(to, "res_avail",
		       json_in_node(node, &share, &share.avail,
				    free_to_use ? SLOTS_FREE : SLOTS_NONE));
	crane_json_put(to, "res_alloc", json_in_node(node, &share, &share.alloc, SLOTS_USED));
	crane_json_put(to, "partition_names", crane_json_list(partitions));
	crane_json_put(to, "running_job_num", json_object_new_int64(jobs));
	crane_json_put(to, "craned_version", crane_json_text(node->version));
	crane_json_put(to, "system_desc", crane_json_text(node->os));
	add_time(to, "craned_start_time", node->start_time);
	add_time(to, "system_boot_time", node->boot_time);
	add_time(to, "last_busy_time", node->busy_time);
	crane_json_put(to, "node_topo_info", json_topology(node));
	crane_share_clear(&share);
	return to;
}

/* -- the command ------------------------------------------------------------------------------- */

static enum crane_exit print_nodes(const struct crane_control *line,
				   const struct crane_cluster *cluster,
				   const struct about_nodes *about)
{
	struct json_object *reply, *list;
	size_t shown = 0;

	reply = crane_json_object();
	list = crane_json_array();
	crane_json_put(reply, "craned_info_list", list);
	for (size_t i = 0; i < cluster->nodes.n; i++) {
		const struct crane_node *node = &cluster->nodes.node[i];

		if (line->id && strcmp(line->id, node->name) != 0)
			continue;
		if (line->json)
			crane_json_append(list,
					  json_node(node, &about->partitions[i], about->jobs[i]));
		else
			print_node(node, &about->partitions[i], about->jobs[i]);
		shown++;
	}
	return crane_control_show_end(line, "node", shown, reply);
}

enum crane_exit crane_show_node(const struct crane_control *line)
{
	struct crane_partitions partitions = { 0 };
	struct crane_cluster cluster = { 0 };
	struct about_nodes about = { 0 };
	struct crane_jobs jobs = { 0 };
	struct crane_slurm_error why;
	enum crane_exit status;

	crane_slurm_begin(line->config);
	if (crane_cluster_load(&cluster, &why) != 0 ||
	    crane_slurm_load_partitions(&partitions, &why) != 0 ||
	    crane_slurm_load_jobs(false, &jobs, &why) != 0) {
		status = crane_control_call_failed("show nodes failed: ", "Failed to show nodes",
						   &why);
		goto out;
	}
	note_partitions(&cluster, &partitions, &about);
	note_jobs(&cluster, &jobs, &about);
	status = print_nodes(line, &cluster, &about);
out:
	forget_about(&cluster, &about);
	crane_jobs_free(&jobs);
	crane_partitions_free(&partitions);
	crane_cluster_free(&cluster);
	return status;
}
