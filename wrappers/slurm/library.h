/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libslurm for the files of wrappers/slurm and no others: Slurm's headers, its calls, and a function for
 * each thing that differs between releases.
 */
#ifndef WRAPPERS_SLURM_LIBRARY_H
#define WRAPPERS_SLURM_LIBRARY_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include <slurm/slurm.h>
#include <slurm/slurm_errno.h>
#include <slurm/slurmdb.h>

#include "wrappers/slurm/error.h"

/* The calls that are the same in all releases; api.c adds the others. */
#define CRANE_LIBSLURM_CALLS(CALL)                                                                 \
	CALL(delete_reservation)                                                                   \
	CALL(free_job_array_resp)                                                                  \
	CALL(free_job_info_msg)                                                                    \
	CALL(free_license_info_msg)                                                                \
	CALL(free_node_info_msg)                                                                   \
	CALL(free_partition_info_msg)                                                              \
	CALL(free_reservation_info_msg)                                                            \
	CALL(free_resource_allocation_response_msg)                                                \
	CALL(init)                                                                                 \
	CALL(init_job_desc_msg)                                                                    \
	CALL(init_part_desc_msg)                                                                   \
	CALL(init_resv_desc_msg)                                                                   \
	CALL(init_update_node_msg)                                                                 \
	CALL(kill_job2)                                                                            \
	CALL(list_append)                                                                          \
	CALL(list_count)                                                                           \
	CALL(list_create)                                                                          \
	CALL(list_destroy)                                                                         \
	CALL(list_iterator_create)                                                                 \
	CALL(list_iterator_destroy)                                                                \
	CALL(list_next)                                                                            \
	CALL(load_ctl_conf)                                                                        \
	CALL(load_job_user)                                                                        \
	CALL(load_jobs)                                                                            \
	CALL(load_licenses)                                                                        \
	CALL(load_node)                                                                            \
	CALL(load_partitions)                                                                      \
	CALL(load_reservations)                                                                    \
	CALL(requeue2)                                                                             \
	CALL(resume2)                                                                              \
	CALL(strerror)                                                                             \
	CALL(suspend2)                                                                             \
	CALL(update_job2)                                                                          \
	CALL(update_partition)

#define CRANE_LIBSLURM_SLOT(name) __typeof__(slurm_##name) *name;
struct crane_libslurm {
	CRANE_LIBSLURM_CALLS(CRANE_LIBSLURM_SLOT)
};

/* Those that ask slurmdbd. */
#define CRANE_LIBSLURMDB_CALLS(CALL)                                                               \
	CALL(connection_get)                                                                       \
	CALL(jobs_get)                                                                             \
	CALL(qos_get)                                                                              \
	CALL(tres_get)

#define CRANE_LIBSLURMDB_SLOT(name) __typeof__(slurmdb_##name) *name;
struct crane_libslurmdb {
	CRANE_LIBSLURMDB_CALLS(CRANE_LIBSLURMDB_SLOT)
};

/*
 * libslurm is loaded by the first call, which comes before a command starts threads. Ends the
 * process where that fails.
 */
const struct crane_libslurm *crane_libslurm(void);
const struct crane_libslurmdb *crane_libslurmdb(void);

/* Fills *why for a failed call that returned [rc]. Returns -1. */
int crane_libslurm_failure(int rc, struct crane_slurm_error *why);

/* Strings of Slurm's records may be NULL, the commands' never are. */
static inline const char *crane_or_empty(const char *text)
{
	return text ? text : "";
}

/*
 * --- calls that differ between releases ---------------------------------------------------------
 *
 * They return what Slurm's own return, for crane_libslurm_failure().
 */

/*
 * Hidden partitions too. Local: without it libslurm first asks for a federation, one more call each
 * time.
 */
#define CRANE_JOBS_TO_SHOW (SHOW_ALL | SHOW_LOCAL)

int crane_libslurm_load_job(uint32_t job_id, job_info_msg_t **msg);

/* The steps of a job, or (0) of all jobs. */
int crane_libslurm_load_steps(uint32_t job_id, job_step_info_response_msg_t **msg);
void crane_libslurm_free_steps(job_step_info_response_msg_t *msg);

int crane_libslurm_load_allocation(uint32_t job_id, resource_allocation_response_msg_t **msg);

/* Frees the result of load_ctl_conf(). */
void crane_libslurm_free_conf(slurm_conf_t *conf);

int crane_libslurm_kill_step(uint32_t job_id, uint32_t step_id, uint16_t signal);

/* In the caller's name. */
int crane_libslurm_update_node(update_node_msg_t *msg);

/* With [n_nodes] of any name, unless that is 0. Returns 0 or -1. */
int crane_libslurm_create_reservation(resv_desc_msg_t *msg, uint32_t n_nodes);

/* --- fields of records that differ between releases ------------------------------------------- */

/* Returns "" if the release does not have it. */
const char *crane_libslurm_submit_line(const slurm_job_info_t *info);

/* Slurm's word for an enum job_state_reason: "PartitionConfig"; "" if the library lacks it. */
const char *crane_libslurm_reason(uint32_t reason);

/*
 * Returns true if only a job's first step tells a job of srun from one of salloc: between 22.05 and
 * 26.05 job_info does not.
 */
bool crane_libslurm_needs_first_step(void);

const char *crane_libslurm_step_tres(const job_step_info_t *info);

/*
 * Returns true if another job has exclusive use of the node's part of the topology, if the release
 * has this state.
 */
bool crane_libslurm_node_is_blocked(uint32_t node_state);

/* The CPUs and memory that jobs use on a node. */
void crane_libslurm_node_use(const node_info_t *info, uint32_t *cpus, uint64_t *mem_mib);

/* Values of a remote license, if the release has them; else nothing is written. */
void crane_libslurm_license_last(const slurm_license_info_t *info, uint32_t *consumed,
				 uint32_t *deficit, time_t *update);

#endif /* WRAPPERS_SLURM_LIBRARY_H */
