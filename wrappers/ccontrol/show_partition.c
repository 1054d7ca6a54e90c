/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccontrol show partition.
 */
#include "config.h"

#include "wrappers/ccontrol/show_partition.h"

#include <string.h>

#include "wrappers/base/print.h"
#include "wrappers/ccontrol/show_share.h"
#include "wrappers/ccontrol/verb.h"
#include "wrappers/options/list.h"
#include "wrappers/output/json.h"
#include "wrappers/slurm/cluster.h"
#include "wrappers/view/cluster.h"
#include "wrappers/view/jobjson.h"
#include "wrappers/base/strings.h"

static void print_partition(const struct crane_partition *partition,
			    const struct crane_share *share)
{
	crane_print("PartitionName=%s State=%s\n\tAllowedAccounts=%s DeniedAccounts=%s\n",
		    partition->name, partition->up ? "UP" : "DOWN",
		    partition->allowed_accounts[0] ? partition->allowed_accounts : "ALL",
		    partition->denied_accounts[0] ? partition->denied_accounts : "None");
	crane_print("\tTotalNodes=%u AliveNodes=%u\n", share->total.nodes, share->alive_nodes);
	crane_print_share(share);
	crane_print("\tDefaultMemPerCPU=");
	crane_print_mem((double)partition->default_mem_cpu_mib);
	crane_print(" MaxMemPerCPU=");
	crane_print_mem((double)partition->max_mem_cpu_mib);
	crane_print(" DefaultMemPerNode=");
	crane_print_mem((double)partition->default_mem_node_mib);
	crane_print(" MaxMemPerNode=");
	crane_print_mem((double)partition->max_mem_node_mib);
	crane_print("\n\tHostList=%s\n\n", partition->nodes);
}

static struct json_object *json_accounts(const char *list)
{
	struct crane_strings names = { 0 };
	struct json_object *array;

	if (list[0])
		crane_list_parse(list, &names, NULL);
	array = crane_json_list(&names);
	crane_strings_clear(&names);
	return array;
}

static struct json_object *json_partition(const struct crane_partition *partition,
					  const struct crane_share *share)
{
	struct json_object *to = crane_json_object();
	const uint64_t mib = 1024 * 1024;

	crane_json_put(to, "hostlist", crane_json_text(partition->nodes));
	crane_json_put(to, "state",
		       json_object_new_string(partition->up ? "PARTITION_UP" : "PARTITION_DOWN"));
	crane_json_put(to, "name", crane_json_text(partition->name));
	crane_json_put(to, "total_nodes", json_object_new_int64(share->total.nodes));
	crane_json_put(to, "alive_nodes", json_object_new_int64(share->alive_nodes));
	crane_json_put(to, "res_total", crane_json_resources(&share->total));
	crane_json_put(to, "res_avail", crane_json_resources(&share->avail));
	crane_json_put(to, "res_alloc", crane_json_resources(&share->alloc));
	crane_json_put(to, "allowed_accounts", json_accounts(partition->allowed_accounts));
	crane_json_put(to, "denied_accounts", json_accounts(partition->denied_accounts));
	crane_json_put(to, "default_mem_per_cpu",
		       crane_json_u64(partition->default_mem_cpu_mib * mib));
	crane_json_put(to, "max_mem_per_cpu", crane_json_u64(partition->max_mem_cpu_mib * mib));
	crane_json_put(to, "default_mem_per_node",
		       crane_json_u64(partition->default_mem_node_mib * mib));
	crane_json_put(to, "max_mem_per_node", crane_json_u64(partition->max_mem_node_mib * mib));
	return to;
}

static enum crane_exit print_partitions(const struct crane_control *line,
					const struct crane_cluster *cluster,
					const struct crane_partitions *partitions)
{
	struct json_object *reply = crane_json_object(), *list = crane_json_array();
	size_t shown = 0;

	crane_json_put(reply, "partition_info_list", list);
	for (size_t i = 0; i < partitions->n; i++) {
		const struct crane_partition *partition = &partitions->partition[i];
		struct crane_share share;

		if (line->id && strcmp(line->id, partition->name) != 0)
			continue;
		crane_share_of_nodes(cluster, partition->nodes, &share);
		if (line->json)
			crane_json_append(list, json_partition(partition, &share));
		else
			print_partition(partition, &share);
		crane_share_clear(&share);
		shown++;
	}
	return crane_control_show_end(line, "partition", shown, reply);
}

enum crane_exit crane_show_partition(const struct crane_control *line)
{
	struct crane_partitions partitions = { 0 };
	struct crane_cluster cluster = { 0 };
	struct crane_slurm_error why;
	enum crane_exit status;

	crane_slurm_begin(line->config);
	if (crane_cluster_load(&cluster, &why) != 0 ||
	    crane_slurm_load_partitions(&partitions, &why) != 0) {
		status = crane_control_call_failed(
			"show partitions failed: ", "Failed to show partitions", &why);
		goto out;
	}
	crane_slurm_load_partition_defaults(&partitions);
	status = print_partitions(line, &cluster, &partitions);
out:
	crane_partitions_free(&partitions);
	crane_cluster_free(&cluster);
	return status;
}
