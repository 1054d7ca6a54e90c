/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads libslurm for the commands, and is the only file of theirs that handles differences between
 * releases; configure checks the headers. jobs.c, steps.c and cluster.c query jobs, steps and the
 * cluster.
 */
#include "config.h"

#include "wrappers/slurm/api.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wrappers/slurm/library.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/strings.h"

#ifdef CRANE_HAVE_HOSTLIST_STRUCT
typedef hostlist_t *hostlist_handle;
#else
typedef hostlist_t hostlist_handle;
#endif

/* The differences between releases. */
#define RELEASE_CALLS(CALL)                                                                        \
	CALL(allocation_lookup)                                                                    \
	CALL(create_reservation)                                                                   \
	CALL(free_job_step_info_response_msg)                                                      \
	CALL(get_job_steps)                                                                        \
	CALL(hostlist_create)                                                                      \
	CALL(hostlist_destroy)                                                                     \
	CALL(hostlist_push_host)                                                                   \
	CALL(hostlist_ranged_string)                                                               \
	CALL(hostlist_shift)                                                                       \
	CALL(hostlist_uniq)                                                                        \
	CALL(kill_job_step)                                                                        \
	CALL(load_job)                                                                             \
	CALL(update_node)                                                                          \
	RELEASE_CONF_CALLS(CALL)                                                                   \
	RELEASE_NODE_CALLS(CALL)                                                                   \
	RELEASE_FREE_CALLS(CALL)

#ifdef CRANE_HAVE_FREE_CTL_CONF
#define RELEASE_CONF_CALLS(CALL) CALL(free_ctl_conf)
#else
#define RELEASE_CONF_CALLS(CALL)
#endif
#ifdef CRANE_HAVE_NODE_SELECT_INFO
#define RELEASE_NODE_CALLS(CALL) CALL(get_select_nodeinfo)
#else
#define RELEASE_NODE_CALLS(CALL)
#endif

/* Exported by libslurm, in no header of its; what for stands at free_forgotten(), free_name(). */
#if !defined(CRANE_HAVE_STEPS_FREED) || defined(CRANE_HAVE_RESERVATION_NAME_XMALLOC)
#define RELEASE_FREE_CALLS(CALL) CALL(xfree)
void slurm_xfree(void **item);
#else
#define RELEASE_FREE_CALLS(CALL)
#endif

struct release_calls {
	RELEASE_CALLS(CRANE_LIBSLURM_SLOT)
};

/*
 * The function for Slurm's word for a reason. It is in no header, and was renamed between 22.05 and
 * 24.11. Without it there is no word.
 */
static const char *const reason_functions[] = { "slurm_job_reason_string",
						"slurm_job_state_reason_string" };
static char *(*reason_string)(uint32_t reason);

struct library {
	struct crane_libslurm common;
	struct crane_libslurmdb database;
	struct release_calls release;
};

static struct library calls;
static bool is_loaded;

/* Writes the address of a function to [slot]. Returns false, with *why, if the library lacks it. */
static bool find_call(void *library, const char *name, void *slot, struct crane_slurm_error *why)
{
	void *symbol = dlsym(library, name);

	if (!symbol)
		snprintf(why->text, sizeof(why->text), "%s lacks %s", CRANE_LIBSLURM, name);
	memcpy(slot, &symbol, sizeof(symbol));
	return symbol != NULL;
}

/*
 * libslurm is loaded at its first use, not when the command starts: cbatch and crun mostly need
 * only sbatch and srun, and loading libslurm takes as long as the rest of their work. Its symbols
 * are global, as in a program that is linked with it, since Slurm's own plugins need them.
 */
int crane_slurm_load(struct crane_slurm_error *why)
{
	void *library;

	if (is_loaded)
		return 0;
	why->failure = CRANE_SLURM_NO_LIBRARY;
	why->code = 0;
	library = dlopen(CRANE_LIBSLURM, RTLD_LAZY | RTLD_GLOBAL);
	if (!library) {
		snprintf(why->text, sizeof(why->text), "cannot load Slurm's library: %s",
			 dlerror());
		return -1;
	}
#define FIND_COMMON(name)                                                                          \
	if (!find_call(library, "slurm_" #name, &calls.common.name, why))                          \
		return -1;
#define FIND_DATABASE(name)                                                                        \
	if (!find_call(library, "slurmdb_" #name, &calls.database.name, why))                      \
		return -1;
#define FIND_RELEASE(name)                                                                         \
	if (!find_call(library, "slurm_" #name, &calls.release.name, why))                         \
		return -1;
	CRANE_LIBSLURM_CALLS(FIND_COMMON)
	CRANE_LIBSLURMDB_CALLS(FIND_DATABASE)
	RELEASE_CALLS(FIND_RELEASE)
	for (size_t i = 0; i < sizeof(reason_functions) / sizeof(*reason_functions); i++) {
		void *symbol = dlsym(library, reason_functions[i]);

		if (symbol)
			memcpy(&reason_string, &symbol, sizeof(symbol));
	}
	why->failure = CRANE_SLURM_OK;
	is_loaded = true;
	return 0;
}

const struct crane_libslurm *crane_libslurm(void)
{
	return &calls.common;
}

const struct crane_libslurmdb *crane_libslurmdb(void)
{
	return &calls.database;
}

static const struct release_calls *release(void)
{
	return &calls.release;
}

void crane_slurm_begin(const char *config)
{
	/*
	 * libslurm opens its connections from this variable alone; slurm_init's argument does not
	 * reach them in 22.05.
	 */
	if (config)
		setenv("SLURM_CONF", config, 1);
	crane_libslurm()->init(NULL);
}

int crane_libslurm_failure(int rc, struct crane_slurm_error *why)
{
	/* Some calls return Slurm's number, others return -1 and leave it in errno. */
	int code = rc > 0 ? rc : errno;

	why->code = code;
	if (code == ESLURM_INVALID_JOB_ID)
		why->failure = CRANE_SLURM_NO_JOB;
	else if ((code >= SLURM_COMMUNICATIONS_CONNECTION_ERROR && code < 2000) ||
		 (code >= 5000 && code < 6000) || /* SLURM_PROTOCOL_...; renamed in 26.05 */
		 code == ECONNREFUSED || code == ETIMEDOUT || code == EHOSTUNREACH ||
		 code == ESLURM_IN_STANDBY_MODE)
		why->failure = CRANE_SLURM_UNREACHABLE;
	else
		why->failure = CRANE_SLURM_REFUSED;
	snprintf(why->text, sizeof(why->text), "%s", crane_libslurm()->strerror(code));
	return -1;
}

static const struct {
	int code;
	enum crane_slurm_cause cause;
} causes[] = {
	{ ESLURM_ACCESS_DENIED, CRANE_CAUSE_DENIED },
	{ ESLURM_ALREADY_DONE, CRANE_CAUSE_STATE },
	{ ESLURM_BATCH_ONLY, CRANE_CAUSE_BATCH_ONLY },
	{ ESLURM_DISABLED, CRANE_CAUSE_NO_REQUEUE },
	{ ESLURM_INVALID_ACCOUNT, CRANE_CAUSE_ACCOUNT },
	{ ESLURM_INVALID_JOB_ID, CRANE_CAUSE_NO_JOB },
	{ ESLURM_INVALID_NODE_NAME, CRANE_CAUSE_NODE },
	{ ESLURM_INVALID_NODE_STATE, CRANE_CAUSE_NODE_STATE },
	{ ESLURM_INVALID_PARTITION_NAME, CRANE_CAUSE_PARTITION },
#ifdef CRANE_HAVE_INVALID_POWER_ACTION
	/* Before, a node whose power Slurm does not manage was in the wrong state for it. */
	{ ESLURM_INVALID_POWER_ACTION, CRANE_CAUSE_NODE_STATE },
#endif
	{ ESLURM_INVALID_TIME_LIMIT, CRANE_CAUSE_LIMIT },
	{ ESLURM_INVALID_TIME_MIN_LIMIT, CRANE_CAUSE_LIMIT },
	{ ESLURM_INVALID_TIME_VALUE, CRANE_CAUSE_TIME },
	{ ESLURM_JOB_FINISHED, CRANE_CAUSE_STATE },
	{ ESLURM_JOB_HELD, CRANE_CAUSE_HELD },
	{ ESLURM_JOB_NOT_PENDING, CRANE_CAUSE_STATE },
	{ ESLURM_JOB_NOT_RUNNING, CRANE_CAUSE_STATE },
	{ ESLURM_JOB_NOT_SUSPENDED, CRANE_CAUSE_STATE },
	{ ESLURM_JOB_PENDING, CRANE_CAUSE_STATE },
	{ ESLURM_JOB_SUSPENDED, CRANE_CAUSE_STATE },
	{ ESLURM_NODES_BUSY, CRANE_CAUSE_NODES_BUSY },
	{ ESLURM_PRIO_RESET_FAIL, CRANE_CAUSE_PRIORITY_FADES },
	{ ESLURM_REQUESTED_NODE_CONFIG_UNAVAILABLE, CRANE_CAUSE_NODES_FEW },
	{ ESLURM_RESERVATION_ACCESS, CRANE_CAUSE_DENIED },
	{ ESLURM_RESERVATION_INVALID, CRANE_CAUSE_NO_RESERVATION },
	{ ESLURM_RESERVATION_NAME_DUP, CRANE_CAUSE_NAME_TAKEN },
	{ ESLURM_RESERVATION_OVERLAP, CRANE_CAUSE_NODES_BUSY },
	{ ESLURM_USER_ID_MISSING, CRANE_CAUSE_USER },
};

enum crane_slurm_cause crane_slurm_cause(const struct crane_slurm_error *why)
{
	if (why->failure == CRANE_SLURM_UNREACHABLE)
		return CRANE_CAUSE_UNREACHABLE;
	for (size_t i = 0; i < sizeof(causes) / sizeof(*causes); i++) {
		if (causes[i].code == why->code)
			return causes[i].cause;
	}
	return CRANE_CAUSE_OTHER;
}

/* --- calls that differ between releases ------------------------------------------------------- */

#if defined(CRANE_HAVE_LOAD_JOB_BY_ID) || defined(CRANE_HAVE_ALLOCATION_LOOKUP_BY_ID) ||           \
	defined(CRANE_HAVE_KILL_STEP_BY_ID)
static slurm_step_id_t id_of_job(uint32_t job_id)
{
	slurm_step_id_t id = SLURM_STEP_ID_INITIALIZER;

	id.job_id = job_id;
	return id;
}
#endif

int crane_libslurm_load_job(uint32_t job_id, job_info_msg_t **msg)
{
#ifdef CRANE_HAVE_LOAD_JOB_BY_ID
	return release()->load_job(msg, id_of_job(job_id), CRANE_JOBS_TO_SHOW);
#else
	return release()->load_job(msg, job_id, CRANE_JOBS_TO_SHOW);
#endif
}

int crane_libslurm_load_steps(uint32_t job_id, job_step_info_response_msg_t **msg)
{
#ifdef CRANE_HAVE_GET_STEPS_BY_ID
	slurm_step_id_t id = SLURM_STEP_ID_INITIALIZER;

	if (job_id)
		id.job_id = job_id;
	return release()->get_job_steps(&id, msg, SHOW_ALL);
#else
	return release()->get_job_steps(0, job_id ? job_id : NO_VAL, NO_VAL, msg, SHOW_ALL);
#endif
}

/*
 * 22.05 does not free these strings; in a command that repeats its query they would add up. Freed
 * strings become NULL.
 */
static void free_forgotten(job_step_info_response_msg_t *msg)
{
#ifndef CRANE_HAVE_STEPS_FREED
	for (uint32_t i = 0; i < msg->job_step_count; i++) {
		release()->xfree((void **)&msg->job_steps[i].submit_line);
		release()->xfree((void **)&msg->job_steps[i].cpus_per_tres);
	}
#else
	(void)msg;
#endif
}

void crane_libslurm_free_steps(job_step_info_response_msg_t *msg)
{
	free_forgotten(msg);
	release()->free_job_step_info_response_msg(msg);
}

int crane_libslurm_load_allocation(uint32_t job_id, resource_allocation_response_msg_t **msg)
{
#ifdef CRANE_HAVE_ALLOCATION_LOOKUP_BY_ID
	return release()->allocation_lookup(id_of_job(job_id), msg);
#else
	return release()->allocation_lookup(job_id, msg);
#endif
}

void crane_libslurm_free_conf(slurm_conf_t *conf)
{
#ifdef CRANE_HAVE_FREE_CTL_CONF
	release()->free_ctl_conf(conf);
#else
	(void)conf; /* this release exports no function to free it */
#endif
}

int crane_libslurm_kill_step(uint32_t job_id, uint32_t step_id, uint16_t signal)
{
#if defined(CRANE_HAVE_KILL_STEP_BY_ID)
	slurm_step_id_t id = id_of_job(job_id);

	id.step_id = step_id;
	return release()->kill_job_step(&id, signal, 0);
#elif defined(CRANE_HAVE_KILL_STEP_WITH_FLAGS)
	return release()->kill_job_step(job_id, step_id, signal, 0);
#else
	return release()->kill_job_step(job_id, step_id, signal);
#endif
}

int crane_libslurm_update_node(update_node_msg_t *msg)
{
#ifdef CRANE_HAVE_NODE_REASON_UID
	msg->reason_uid = getuid(); /* later releases set it in slurmctld */
#endif
	return release()->update_node(msg);
}

/* The name in the answer is malloc'd up to 25.11, and memory of Slurm's kind from 26.05 on. */
static void free_name(char *name)
{
#ifdef CRANE_HAVE_RESERVATION_NAME_XMALLOC
	release()->xfree((void **)&name);
#else
	free(name);
#endif
}

int crane_libslurm_create_reservation(resv_desc_msg_t *msg, uint32_t n_nodes)
{
	char *name;

#ifdef CRANE_HAVE_RESERVATION_NODE_COUNT
	if (n_nodes)
		msg->node_cnt = n_nodes;
#else
	uint32_t counts[2] = { n_nodes, 0 };

	if (n_nodes)
		msg->node_cnt = counts;
#endif
	name = release()->create_reservation(msg);
	if (!name)
		return -1;
	free_name(name);
	return 0;
}

/* --- fields that differ between releases ------------------------------------------------------ */

const char *crane_libslurm_submit_line(const slurm_job_info_t *info)
{
#ifdef CRANE_HAVE_JOB_SUBMIT_LINE
	return crane_or_empty(info->submit_line);
#else
	(void)info;
	return "";
#endif
}

const char *crane_libslurm_reason(uint32_t reason)
{
	return crane_or_empty(reason_string ? reason_string(reason) : NULL);
}

bool crane_libslurm_needs_first_step(void)
{
#ifdef CRANE_HAVE_JOB_SUBMIT_LINE
	return false;
#else
	return crane_slurm_salloc_has_command();
#endif
}

const char *crane_libslurm_step_tres(const job_step_info_t *info)
{
#ifdef CRANE_HAVE_STEP_TRES_FMT
	return crane_or_empty(info->tres_fmt_alloc_str);
#else
	return crane_or_empty(info->tres_alloc_str);
#endif
}

bool crane_libslurm_node_is_blocked(uint32_t node_state)
{
#ifdef CRANE_HAVE_NODE_BLOCKED
	return (node_state & NODE_STATE_BLOCKED) != 0;
#else
	(void)node_state;
	return false;
#endif
}

void crane_libslurm_node_use(const node_info_t *info, uint32_t *cpus, uint64_t *mem_mib)
{
#ifdef CRANE_HAVE_NODE_ALLOC
	*cpus = info->alloc_cpus;
	*mem_mib = info->alloc_memory;
#else
	uint16_t some_cpus = 0;
	uint64_t some_mem_mib = 0;

	release()->get_select_nodeinfo(info->select_nodeinfo, SELECT_NODEDATA_SUBCNT,
				       NODE_STATE_ALLOCATED, &some_cpus);
	release()->get_select_nodeinfo(info->select_nodeinfo, SELECT_NODEDATA_MEM_ALLOC,
				       NODE_STATE_ALLOCATED, &some_mem_mib);
	*cpus = some_cpus;
	*mem_mib = some_mem_mib;
#endif
}

void crane_libslurm_license_last(const slurm_license_info_t *info, uint32_t *consumed,
				 uint32_t *deficit, time_t *update)
{
#ifdef CRANE_HAVE_LICENSE_CONSUMED
	*consumed = info->last_consumed;
	*deficit = info->last_deficit;
	*update = info->last_update;
#else
	(void)info;
	(void)consumed;
	(void)deficit;
	(void)update;
#endif
}

/* --- what the commands may ask ---------------------------------------------------------------- */

bool crane_slurm_has_license_or(void)
{
#ifdef CRANE_HAVE_LICENSE_OR
	return true;
#else
	return false;
#endif
}

bool crane_slurm_salloc_has_command(void)
{
#ifdef CRANE_HAVE_SALLOC_COMMAND
	return true;
#else
	return false;
#endif
}

char *crane_hostlist_fold(const struct crane_strings *names)
{
	struct crane_slurm_error why;
	hostlist_handle list;
	size_t size = 256;
	char *text = NULL;
	ssize_t len = -1;

	if (crane_slurm_load(&why) != 0)
		return crane_strings_join(names, ",");
	list = release()->hostlist_create(NULL);
	for (size_t i = 0; list && i < names->n; i++)
		release()->hostlist_push_host(list, names->item[i]);
	if (list)
		release()->hostlist_uniq(list);
	/* The variants that allocate differ between releases. */
	while (list && len < 0) {
		size *= 2;
		text = crane_xrealloc(text, size, 1);
		len = release()->hostlist_ranged_string(list, size, text);
	}
	if (list)
		release()->hostlist_destroy(list);
	return text ? text : crane_xstrdup("");
}

int crane_hostlist_expand(const char *text, struct crane_strings *names)
{
	struct crane_slurm_error why;
	hostlist_handle list;
	char *name;
	int n = 0;

	if (crane_slurm_load(&why) != 0)
		return -1;
	list = release()->hostlist_create(text);
	if (!list)
		return -1;
	for (; (name = release()->hostlist_shift(list)) != NULL; n++)
		crane_strings_take(names, name);
	release()->hostlist_destroy(list);
	return n;
}
