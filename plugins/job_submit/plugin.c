/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The symbols of job_submit_crane.so for Slurm: its name and release, init() and fini(), and the
 * two hooks.
 *
 * Slurm calls init() before slurmctld has its jobs: once in each process (24.11 and later start a
 * new process at a reconfigure), and on 22.05 again after a reconfigure that changes
 * JobSubmitPlugins, which calls fini() before.
 */
#include "config.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plugins/job_submit/ctld.h"
#include "plugins/job_submit/gate.h"
#include "plugins/job_submit/resolver.h"
#include "plugins/job_submit/site.h"
#include "plugins/job_submit/updates.h"

/* Read by Slurm's plugin loader, which accepts only a plugin for its own release. */
extern const char plugin_name[];
extern const char plugin_type[];
extern const uint32_t plugin_version;
const char plugin_name[] = "Crane dependencies";
const char plugin_type[] = "job_submit/crane";
const uint32_t plugin_version = CRANE_SLURM_NUMBER;

int init(void);
void fini(void);

/*
 * Never fails: a slurmctld that does not start because of us is worse than one without Crane
 * dependencies.
 */
int init(void)
{
	char dir[4096], behind[256];
	struct site site;
	const char *missing = ctld_bind();

	site_read(ctld_conf_dir(dir, sizeof(dir)), &site);
	ctld_plugins_behind(behind, sizeof(behind));
	updates_pause(behind[0]);
	if (missing)
		ctld_error("this slurmctld does not export %s: requests with a \"" CRANE_DEP_PREFIX
			   "\" dependency will be refused, everything else is left alone",
			   missing);
	else if (resolver_start())
		missing = "a thread for the resolver";
	gate_init(&site, missing, behind);
	if (behind[0])
		ctld_error(
			"JobSubmitPlugins names %s behind crane: \"" CRANE_DEP_PREFIX
			"\" dependencies are refused and gated jobs stay as they are until crane "
			"is the last",
			behind);
	ctld_info("version " PACKAGE_VERSION " loaded: DependencyScope=%s EndedDependency=%s%s",
		  site.scope_all ? "all" : "prefix", site.evaluate_ended ? "evaluate" : "refuse",
		  site.gate_always ? " DependencyGate=always" : "");
	return 0;
}

void fini(void)
{
	resolver_stop();
}

/* -- the hooks --------------------------------------------------------------------------------- */

/*
 * Returns what slurmctld expects of a hook. [err_msg] may be NULL: this release shows no message.
 */
static int answer(enum gate_verdict verdict, const char *why, char **err_msg)
{
	static const enum ctld_answer answers[] = {
		[GATE_PASS] = CTLD_ACCEPT,        [GATE_REFUSE] = CTLD_REFUSE,
		[GATE_BUSY] = CTLD_TRY_AGAIN,     [GATE_STALE] = CTLD_STALE_UPDATE,
		[GATE_OTHER] = CTLD_OTHER_RECORD, [GATE_NOT_ALLOWED] = CTLD_NOT_ALLOWED,
	};

	return ctld_answer(answers[verdict], why, err_msg);
}

/* Slurm's type of [desc] is job_desc_msg_t, of [job_ptr] the job record, which stays opaque. */

int job_submit(void *desc, uint32_t uid, char **err_msg);
int job_submit(void *desc, uint32_t uid, char **err_msg)
{
	char why[GATE_WHY_MAX] = "";

	(void)uid;
	return answer(gate_submit(desc, why), why, err_msg);
}

#ifdef CRANE_HAVE_MODIFY_HAS_ERR_MSG
int job_modify(void *desc, void *job_ptr, uint32_t uid, char **err_msg);
int job_modify(void *desc, void *job_ptr, uint32_t uid, char **err_msg)
{
#else
int job_modify(void *desc, void *job_ptr, uint32_t uid);
int job_modify(void *desc, void *job_ptr, uint32_t uid)
{
	char **err_msg = NULL;
#endif
	char why[GATE_WHY_MAX] = "";

	return answer(gate_modify(desc, job_ptr, uid, why), why, err_msg);
}
