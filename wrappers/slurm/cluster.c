/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nodes, partitions, reservations and licenses: asks libslurm for them, and for changes of them.
 */
#include "config.h"

#include "wrappers/slurm/cluster.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "wrappers/slurm/library.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/strings.h"

/* --- nodes ------------------------------------------------------------------------------------ */

/* libslurm itself tells mixed from allocated, with SHOW_MIXED (Slurm 22.05.8 src/api/node_info.c, _set_node_mixed). */
static enum crane_node_state node_state_of(uint32_t state)
{
	bool off = state &
		   (NODE_STATE_POWERED_DOWN | NODE_STATE_POWERING_DOWN | NODE_STATE_POWERING_UP);

	/* Silent, and for no known reason. */
	if ((state & NODE_STATE_NO_RESPOND) && !off)
		return CRANE_NODE_DOWN;
	switch (state & NODE_STATE_BASE) {
	case NODE_STATE_IDLE:
		return CRANE_NODE_IDLE;
	case NODE_STATE_MIXED:
		return CRANE_NODE_MIX;
	case NODE_STATE_ALLOCATED:
		return CRANE_NODE_ALLOC;
	default:
		return CRANE_NODE_DOWN;
	}
}

/* Slurm starts no further job on such a node. */
static bool is_drained(uint32_t state)
{
	return (state & (NODE_STATE_DRAIN | NODE_STATE_FAIL | NODE_STATE_INVALID_REG)) != 0 ||
	       crane_libslurm_node_is_blocked(state);
}

static enum crane_node_power node_power_of(uint32_t state)
{
	if (state & (NODE_STATE_POWERING_UP | NODE_STATE_POWER_UP))
		return CRANE_POWER_GOING_ON;
	if (state & (NODE_STATE_POWERING_DOWN | NODE_STATE_POWER_DOWN))
		return CRANE_POWER_GOING_OFF;
	return state & NODE_STATE_POWERED_DOWN ? CRANE_POWER_OFF : CRANE_POWER_ACTIVE;
}

/* Slots of removed nodes have no name; slots of future nodes are not listed. */
static bool is_node(const node_info_t *info)
{
	return info->name && info->name[0] &&
	       (info->node_state & NODE_STATE_BASE) != NODE_STATE_FUTURE;
}

int crane_slurm_load_nodes(bool gres_used, struct crane_nodes *nodes, struct crane_slurm_error *why)
{
	node_info_msg_t *msg = NULL;
	int rc = crane_libslurm()->load_node(0, &msg,
					     SHOW_ALL | SHOW_MIXED | (gres_used ? SHOW_DETAIL : 0));

	memset(nodes, 0, sizeof(*nodes));
	if (rc != SLURM_SUCCESS)
		return crane_libslurm_failure(rc, why);
	nodes->slurm = msg;
	nodes->node = crane_xcalloc(msg->record_count, sizeof(*nodes->node));
	nodes->of_record = crane_xcalloc(msg->record_count, sizeof(*nodes->of_record));
	nodes->n_records = msg->record_count;
	for (uint32_t i = 0; i < msg->record_count; i++) {
		const node_info_t *info = &msg->node_array[i];
		struct crane_node *node = &nodes->node[nodes->n];

		nodes->of_record[i] = SIZE_MAX;
		if (!is_node(info))
			continue;
		nodes->of_record[i] = nodes->n;
		*node = (struct crane_node){
			.name = info->name,
			.version = crane_or_empty(info->version),
			.os = crane_or_empty(info->os),
			.reason = crane_or_empty(info->reason),
			.gres = crane_or_empty(info->gres),
			.gres_used = crane_or_empty(info->gres_used),
			.state = node_state_of(info->node_state),
			.power = node_power_of(info->node_state),
			.drain = is_drained(info->node_state),
			.cpus = info->cpus_efctv ? info->cpus_efctv : info->cpus,
			.boards = info->boards,
			.sockets = info->sockets,
			.cores = info->cores,
			.threads = info->threads,
			.mem_mib = info->real_memory,
			.boot_time = info->boot_time,
			.start_time = info->slurmd_start_time,
			.busy_time = info->last_busy,
		};
		crane_libslurm_node_use(info, &node->alloc_cpus, &node->alloc_mem_mib);
		nodes->n++;
	}
	return 0;
}

void crane_nodes_free(struct crane_nodes *nodes)
{
	free(nodes->node);
	free(nodes->of_record);
	if (nodes->slurm)
		crane_libslurm()->free_node_info_msg(nodes->slurm);
	memset(nodes, 0, sizeof(*nodes));
}

int crane_slurm_load_node_names(struct crane_strings *names, struct crane_slurm_error *why)
{
	node_info_msg_t *msg = NULL;
	int rc = crane_libslurm()->load_node(0, &msg, SHOW_ALL);

	if (rc != SLURM_SUCCESS)
		return crane_libslurm_failure(rc, why);
	for (uint32_t i = 0; i < msg->record_count; i++) {
		if (is_node(&msg->node_array[i]))
			crane_strings_addf(names, "%s", msg->node_array[i].name);
	}
	crane_libslurm()->free_node_info_msg(msg);
	return 0;
}

int crane_slurm_update_node(const char *name, enum crane_node_change change, const char *reason,
			    struct crane_slurm_error *why)
{
	static const uint32_t states[] = {
		/* clang-format off */
		[CRANE_NODE_DRAIN] = NODE_STATE_DRAIN,
		[CRANE_NODE_RESUME] = NODE_RESUME,
		[CRANE_NODE_POWER_UP] = NODE_STATE_POWER_UP,
		[CRANE_NODE_POWER_DOWN] = NODE_STATE_POWER_DOWN,
		/* clang-format on */
	};
	char *names = crane_xstrdup(name), *why_text = reason ? crane_xstrdup(reason) : NULL;
	update_node_msg_t msg;
	int rc;

	crane_libslurm()->init_update_node_msg(&msg);
	msg.node_names = names;
	msg.node_state = states[change];
	msg.reason = why_text;
	rc = crane_libslurm_update_node(&msg);
	free(names);
	free(why_text);
	return rc == SLURM_SUCCESS ? 0 : crane_libslurm_failure(rc, why);
}

/* --- partitions ------------------------------------------------------------------------------- */

/* One number of Slurm's for a node or, with a bit set, for a CPU. 0 and no value: no limit. */
static void read_partition_mem(uint64_t value, uint64_t *per_cpu_mib, uint64_t *per_node_mib)
{
	if (value == NO_VAL64 || value == INFINITE64)
		return;
	if (value & MEM_PER_CPU)
		*per_cpu_mib = value & ~MEM_PER_CPU;
	else
		*per_node_mib = value;
}

void crane_slurm_load_partition_defaults(struct crane_partitions *partitions)
{
	slurm_conf_t *conf = NULL;

	if (crane_libslurm()->load_ctl_conf(0, &conf) != SLURM_SUCCESS)
		return;
	for (size_t i = 0; i < partitions->n; i++) {
		struct crane_partition *partition = &partitions->partition[i];

		if (!partition->default_mem_cpu_mib && !partition->default_mem_node_mib)
			read_partition_mem(conf->def_mem_per_cpu, &partition->default_mem_cpu_mib,
					   &partition->default_mem_node_mib);
		if (!partition->max_mem_cpu_mib && !partition->max_mem_node_mib)
			read_partition_mem(conf->max_mem_per_cpu, &partition->max_mem_cpu_mib,
					   &partition->max_mem_node_mib);
	}
	crane_libslurm_free_conf(conf);
}

/* AllowAccounts=ALL means the same as no AllowAccounts. */
static const char *account_list(const char *list)
{
	return !list || strcasecmp(list, "ALL") == 0 ? "" : list;
}

int crane_slurm_load_partitions(struct crane_partitions *partitions, struct crane_slurm_error *why)
{
	partition_info_msg_t *msg = NULL;
	int rc = crane_libslurm()->load_partitions(0, &msg, SHOW_ALL);

	memset(partitions, 0, sizeof(*partitions));
	if (rc != SLURM_SUCCESS)
		return crane_libslurm_failure(rc, why);
	partitions->slurm = msg;
	partitions->n = msg->record_count;
	partitions->partition = crane_xcalloc(partitions->n, sizeof(*partitions->partition));
	for (size_t i = 0; i < partitions->n; i++) {
		const partition_info_t *info = &msg->partition_array[i];
		struct crane_partition *partition = &partitions->partition[i];

		*partition = (struct crane_partition){
			.name = crane_or_empty(info->name),
			.nodes = crane_or_empty(info->nodes),
			.allowed_accounts = account_list(info->allow_accounts),
			.denied_accounts = crane_or_empty(info->deny_accounts),
			.node_records = info->node_inx,
			.up = info->state_up == PARTITION_UP,
			.is_default = (info->flags & PART_FLAG_DEFAULT) != 0,
		};
		read_partition_mem(info->def_mem_per_cpu, &partition->default_mem_cpu_mib,
				   &partition->default_mem_node_mib);
		read_partition_mem(info->max_mem_per_cpu, &partition->max_mem_cpu_mib,
				   &partition->max_mem_node_mib);
	}
	return 0;
}

size_t crane_partition_nodes(const struct crane_partition *partition,
			     const struct crane_nodes *nodes, size_t *list)
{
	size_t n = 0;

	/* Pairs of a first and a last record, ended by -1. */
	for (const int32_t *range = partition->node_records; range && range[0] >= 0; range += 2) {
		for (size_t i = (size_t)range[0];
		     range[1] >= 0 && i <= (size_t)range[1] && i < nodes->n_records; i++) {
			if (nodes->of_record[i] != SIZE_MAX && n < nodes->n)
				list[n++] = nodes->of_record[i];
		}
	}
	return n;
}

void crane_partitions_free(struct crane_partitions *partitions)
{
	free(partitions->partition);
	if (partitions->slurm)
		crane_libslurm()->free_partition_info_msg(partitions->slurm);
	memset(partitions, 0, sizeof(*partitions));
}

int crane_slurm_update_partition(const char *name, const char *allowed_accounts,
				 const char *denied_accounts, struct crane_slurm_error *why)
{
	char *name_text = crane_xstrdup(name);
	char *allowed = allowed_accounts ? crane_xstrdup(allowed_accounts) : NULL;
	char *denied = denied_accounts ? crane_xstrdup(denied_accounts) : NULL;
	update_part_msg_t msg;
	int rc;

	crane_libslurm()->init_part_desc_msg(&msg);
	msg.name = name_text;
	msg.allow_accounts = allowed;
	msg.deny_accounts = denied;
	rc = crane_libslurm()->update_partition(&msg);
	free(name_text);
	free(allowed);
	free(denied);
	return rc == SLURM_SUCCESS ? 0 : crane_libslurm_failure(rc, why);
}

/* --- reservations ----------------------------------------------------------------------------- */

int crane_slurm_load_reservations(struct crane_reservations *reservations,
				  struct crane_slurm_error *why)
{
	reserve_info_msg_t *msg = NULL;
	int rc = crane_libslurm()->load_reservations(0, &msg);

	memset(reservations, 0, sizeof(*reservations));
	if (rc != SLURM_SUCCESS)
		return crane_libslurm_failure(rc, why);
	reservations->slurm = msg;
	reservations->n = msg->record_count;
	reservations->reservation =
		crane_xcalloc(reservations->n, sizeof(*reservations->reservation));
	for (size_t i = 0; i < reservations->n; i++) {
		const reserve_info_t *info = &msg->reservation_array[i];

		reservations->reservation[i] = (struct crane_reservation){
			.name = crane_or_empty(info->name),
			.partition = crane_or_empty(info->partition),
			.nodes = crane_or_empty(info->node_list),
			.accounts = crane_or_empty(info->accounts),
			.users = crane_or_empty(info->users),
			.tres = crane_or_empty(info->tres_str),
			.start_time = info->start_time,
			.end_time = info->end_time,
		};
	}
	return 0;
}

void crane_reservations_free(struct crane_reservations *reservations)
{
	free(reservations->reservation);
	if (reservations->slurm)
		crane_libslurm()->free_reservation_info_msg(reservations->slurm);
	memset(reservations, 0, sizeof(*reservations));
}

int crane_slurm_create_reservation(const struct crane_reservation_request *request,
				   struct crane_slurm_error *why)
{
	bool whole_partition = !request->nodes && request->n_nodes == 0;
	char *name = crane_xstrdup(request->name), *accounts = crane_xstrdup(request->accounts);
	char *users = request->users ? crane_xstrdup(request->users) : NULL;
	char *partition = request->partition ? crane_xstrdup(request->partition) : NULL;
	char *nodes = request->nodes  ? crane_xstrdup(request->nodes) :
		      whole_partition ? crane_xstrdup("ALL") :
					NULL;
	resv_desc_msg_t msg;
	int rc;

	crane_libslurm()->init_resv_desc_msg(&msg);
	msg.name = name;
	msg.accounts = accounts;
	msg.users = users;
	msg.partition = partition;
	msg.node_list = nodes;
	msg.start_time = request->start_time;
	msg.end_time = request->end_time;
	if (whole_partition)
		msg.flags = RESERVE_FLAG_PART_NODES;
	rc = crane_libslurm_create_reservation(&msg, request->n_nodes);
	if (rc != 0)
		crane_libslurm_failure(0, why);
	free(name);
	free(accounts);
	free(users);
	free(partition);
	free(nodes);
	return rc;
}

int crane_slurm_delete_reservation(const char *name, struct crane_slurm_error *why)
{
	reservation_name_msg_t msg = { .name = crane_xstrdup(name) };
	int rc = crane_libslurm()->delete_reservation(&msg);

	free(msg.name);
	return rc == SLURM_SUCCESS ? 0 : crane_libslurm_failure(rc, why);
}

/* --- licenses --------------------------------------------------------------------------------- */

int crane_slurm_load_licenses(struct crane_licenses *licenses, struct crane_slurm_error *why)
{
	license_info_msg_t *msg = NULL;
	int rc = crane_libslurm()->load_licenses(0, &msg, SHOW_ALL);

	memset(licenses, 0, sizeof(*licenses));
	if (rc != SLURM_SUCCESS)
		return crane_libslurm_failure(rc, why);
	licenses->slurm = msg;
	licenses->n = msg->num_lic;
	licenses->license = crane_xcalloc(licenses->n, sizeof(*licenses->license));
	for (size_t i = 0; i < licenses->n; i++) {
		const slurm_license_info_t *info = &msg->lic_array[i];
		struct crane_license *license = &licenses->license[i];

		*license = (struct crane_license){
			.name = crane_or_empty(info->name),
			.total = info->total,
			.used = info->in_use,
			.reserved = info->reserved,
			.remote = info->remote != 0,
		};
		crane_libslurm_license_last(info, &license->last_consumed, &license->last_deficit,
					    &license->last_update);
	}
	return 0;
}

void crane_licenses_free(struct crane_licenses *licenses)
{
	free(licenses->license);
	if (licenses->slurm)
		crane_libslurm()->free_license_info_msg(licenses->slurm);
	memset(licenses, 0, sizeof(*licenses));
}
