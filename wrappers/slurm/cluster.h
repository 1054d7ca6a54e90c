/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nodes, partitions, reservations and licenses as slurmctld has them, and requests to change them.
 *
 * Calls return 0, or -1 with *why filled. Strings of what they load are never NULL; they belong to
 * the list they came with, which the function beside the call frees.
 */
#ifndef WRAPPERS_SLURM_CLUSTER_H
#define WRAPPERS_SLURM_CLUSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "wrappers/slurm/api.h"

/* --- nodes ------------------------------------------------------------------------------------ */

enum crane_node_state { CRANE_NODE_IDLE, CRANE_NODE_MIX, CRANE_NODE_ALLOC, CRANE_NODE_DOWN };
enum crane_node_power {
	CRANE_POWER_ACTIVE,
	CRANE_POWER_OFF,
	CRANE_POWER_GOING_ON,
	CRANE_POWER_GOING_OFF,
};

struct crane_node {
	const char *name, *version, *os, *reason;
	const char *gres, *gres_used; /* "gpu:a100:2(S:0)", "gpu:a100:1(IDX:0)" */
	enum crane_node_state state;
	enum crane_node_power power;
	bool drain;
	uint32_t cpus, alloc_cpus;
	uint32_t boards, sockets, cores, threads; /* cores of a socket, threads of a core */
	uint64_t mem_mib, alloc_mem_mib;
	time_t boot_time, start_time, busy_time; /* 0: unknown */
};

struct crane_nodes {
	struct crane_node *node;
	size_t n;
	size_t *of_record; /* index of the node of each of Slurm's records; SIZE_MAX: it is of no node */
	size_t n_records;
	void *slurm;
};

/* Without [gres_used], gres_used is "", and slurmctld has less to do. */
int crane_slurm_load_nodes(bool gres_used, struct crane_nodes *nodes,
			   struct crane_slurm_error *why);
void crane_nodes_free(struct crane_nodes *nodes);

/* Their names alone. The caller clears the list. */
int crane_slurm_load_node_names(struct crane_strings *names, struct crane_slurm_error *why);

enum crane_node_change {
	CRANE_NODE_DRAIN,
	CRANE_NODE_RESUME,
	CRANE_NODE_POWER_UP,
	CRANE_NODE_POWER_DOWN,
};

/*
 * [name] is one name or a host list: all of them or, with an error, possibly some. [reason] may be
 * NULL.
 */
int crane_slurm_update_node(const char *name, enum crane_node_change change, const char *reason,
			    struct crane_slurm_error *why);

/* --- partitions ------------------------------------------------------------------------------- */

struct crane_partition {
	const char *name, *nodes;
	const char *allowed_accounts, *denied_accounts; /* "": all, none */
	const int32_t *node_records;                    /* for crane_partition_nodes() */
	bool up, is_default;
	/* 0: none */
	uint64_t default_mem_cpu_mib, default_mem_node_mib, max_mem_cpu_mib, max_mem_node_mib;
};

struct crane_partitions {
	struct crane_partition *partition;
	size_t n;
	void *slurm;
};

/* In the order of slurm.conf; hidden ones too. */
int crane_slurm_load_partitions(struct crane_partitions *partitions, struct crane_slurm_error *why);
void crane_partitions_free(struct crane_partitions *partitions);

/*
 * Loads slurm.conf's memory limits for partitions without their own limits and fills them in; on
 * failure they stay 0.
 */
void crane_slurm_load_partition_defaults(struct crane_partitions *partitions);

/* Writes the indices of the partition's nodes to [list], which has room for nodes->n. Returns how many. */
size_t crane_partition_nodes(const struct crane_partition *partition,
			     const struct crane_nodes *nodes, size_t *list);

/* Lists replace the old ones, "" clears; NULL leaves it unchanged. */
int crane_slurm_update_partition(const char *name, const char *allowed_accounts,
				 const char *denied_accounts, struct crane_slurm_error *why);

/* --- reservations ----------------------------------------------------------------------------- */

struct crane_reservation {
	const char *name, *partition, *nodes;
	const char *accounts, *users; /* "a,b", or "-a,-b" of those kept out */
	const char *tres;             /* "cpu=8" */
	time_t start_time, end_time;
};

struct crane_reservations {
	struct crane_reservation *reservation;
	size_t n;
	void *slurm;
};

int crane_slurm_load_reservations(struct crane_reservations *reservations,
				  struct crane_slurm_error *why);
void crane_reservations_free(struct crane_reservations *reservations);

struct crane_reservation_request {
	const char *name, *accounts, *users; /* users may be NULL */
	const char *partition;               /* NULL: none */
	const char *nodes;                   /* NULL: n_nodes of the partition */
	uint32_t n_nodes;                    /* 0 with nodes NULL: all nodes of the partition */
	time_t start_time, end_time;
};

int crane_slurm_create_reservation(const struct crane_reservation_request *request,
				   struct crane_slurm_error *why);
int crane_slurm_delete_reservation(const char *name, struct crane_slurm_error *why);

/* --- licenses --------------------------------------------------------------------------------- */

struct crane_license {
	const char *name;
	uint32_t total, used, reserved;
	bool remote;
	uint32_t last_consumed, last_deficit; /* remote ones, 23.02 and later */
	time_t last_update;                   /* 0: unknown */
};

struct crane_licenses {
	struct crane_license *license;
	size_t n;
	void *slurm;
};

int crane_slurm_load_licenses(struct crane_licenses *licenses, struct crane_slurm_error *why);
void crane_licenses_free(struct crane_licenses *licenses);

#endif /* WRAPPERS_SLURM_CLUSTER_H */
