/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "wrappers/slurm/site.h"

#include <stdlib.h>
#include <string.h>

#include "wrappers/base/memory.h"
#include "wrappers/base/text.h"
#include "wrappers/slurm/library.h"

int crane_slurm_has_plugin(struct crane_slurm_error *why)
{
	slurm_conf_t *conf = NULL;
	char *list, *rest, *name;
	int rc = crane_libslurm()->load_ctl_conf(0, &conf), has = 0;

	if (rc != SLURM_SUCCESS)
		return crane_libslurm_failure(rc, why);
	list = crane_xstrdup(crane_or_empty(conf->job_submit_plugins));
	for (name = strtok_r(list, ", ", &rest); name; name = strtok_r(NULL, ", ", &rest)) {
		if (strncmp(name, "job_submit/", 11) == 0)
			name += 11;
		has |= strcmp(name, "crane") == 0;
	}
	free(list);
	crane_libslurm_free_conf(conf);
	return has;
}

int crane_slurm_interactive_step(char **options, struct crane_slurm_error *why)
{
	slurm_conf_t *conf = NULL;
	int rc = crane_libslurm()->load_ctl_conf(0, &conf), has;

	if (rc != SLURM_SUCCESS)
		return crane_libslurm_failure(rc, why);
	has = strstr(crane_or_empty(conf->launch_params), "use_interactive_step") != NULL;
	if (has)
		*options = crane_xstrdup(crane_or_empty(conf->interactive_step_opts));
	crane_libslurm_free_conf(conf);
	return has;
}

int crane_slurm_is_superuser(uint32_t uid, struct crane_slurm_error *why)
{
	slurm_conf_t *conf = NULL;
	int rc, is;

	if (uid == 0)
		return 1;
	rc = crane_libslurm()->load_ctl_conf(0, &conf);
	if (rc != SLURM_SUCCESS)
		return crane_libslurm_failure(rc, why);
	is = conf->slurm_user_id == uid;
	crane_libslurm_free_conf(conf);
	return is;
}

int crane_slurm_measures_jobs(struct crane_slurm_error *why)
{
	slurm_conf_t *conf = NULL;
	int rc = crane_libslurm()->load_ctl_conf(0, &conf);
	const char *type;
	bool does;

	if (rc != SLURM_SUCCESS)
		return crane_libslurm_failure(rc, why);
	type = crane_or_empty(conf->job_acct_gather_type);
	does = *type && !strstr(type, "none");
	crane_libslurm_free_conf(conf);
	return does;
}
