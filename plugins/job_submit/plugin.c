/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Life and death of job_submit_crane.so in slurmctld. The hooks themselves are in ctld.c, which knows Slurm's types.
 *
 * Slurm calls init before the job table exists, once in each process (again after a reconfigure on 24.11 and later, which
 * starts a new process) and fini only when a reconfigure on 22.05 takes the plugin out of JobSubmitPlugins.
 */
#include "config.h"

#include <stddef.h>

#include "plugins/job_submit/ctld.h"
#include "plugins/job_submit/gate.h"
#include "plugins/job_submit/resolver.h"
#include "plugins/job_submit/site.h"

int init(void);
void fini(void);

/* Never fails: a slurmctld that does not start because of us is worse than one without Crane dependencies. */
int init(void)
{
	char dir[4096];
	struct site site;
	const char *missing = ctld_bind();

	site_read(ctld_conf_dir(dir, sizeof(dir)), &site);
	if (missing)
		ctld_error("this slurmctld does not export %s: requests with a \"" CRANE_DEP_PREFIX
			   "\" dependency will be refused, everything else is left alone",
			   missing);
	else if (resolver_start())
		missing = "a thread for the resolver";
	gate_init(&site, missing);
	ctld_info("version " PACKAGE_VERSION " loaded: DependencyScope=%s EndedDependency=%s",
		  site.scope_all ? "all" : "prefix", site.evaluate_ended ? "evaluate" : "refuse");
	return 0;
}

void fini(void)
{
	resolver_stop();
}
