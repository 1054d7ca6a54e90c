/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccontrol update partitionname=NAME [accounts=A,...] [deniedaccounts=A,...].
 */
#include "config.h"

#include "wrappers/ccontrol/update_partition.h"

#include <stdio.h>

#include "wrappers/base/print.h"
#include "wrappers/ccontrol/verb.h"
#include "wrappers/output/json.h"
#include "wrappers/slurm/cluster.h"

static const char *partition_reason(const struct crane_slurm_error *why)
{
	switch (crane_slurm_cause(why)) {
	case CRANE_CAUSE_PARTITION:
		return "The entered partition does not exist";
	case CRANE_CAUSE_DENIED:
	case CRANE_CAUSE_USER:
		return "Your permission is insufficient";
	case CRANE_CAUSE_ACCOUNT:
		return "The entered account does not exist";
	default:
		return crane_control_reason(why);
	}
}

static enum crane_exit tell_partition(const struct crane_control *line, const char *name,
				      const struct crane_slurm_error *why)
{
	const char *reason = why ? partition_reason(why) : NULL;

	if (line->json) {
		struct json_object *reply = crane_json_object();

		crane_json_put(reply, "ok", json_object_new_boolean(!why));
		if (why)
			crane_json_put(reply, "reason",
				       crane_json_text(reason ? reason : why->text));
		crane_json_print(reply);
	} else if (!why) {
		crane_print("Modify partition %s succeeded.\n", name);
	} else {
		crane_control_fail(CRANE_EXIT_GENERIC, "Modify partition %s failed: %s.", name,
				   reason ? reason : why->text);
	}
	crane_print_flush();
	if (reason)
		crane_control_slurm_said(why);
	return why ? CRANE_EXIT_GENERIC : CRANE_EXIT_OK;
}

enum crane_exit crane_update_partition(const struct crane_control *line)
{
	static const char *const known[] = { "partition",       "partitionname",  "accounts",
					     "allowedaccounts", "deniedaccounts", NULL };
	const char *name = crane_control_either(line, "partition", "partitionname");
	const char *allowed = crane_control_either(line, "accounts", "allowedaccounts");
	const char *denied = crane_control_value(line, "deniedaccounts");
	struct crane_slurm_error why;
	enum crane_exit status;

	if (crane_control_refuse_unknown(line, known))
		return CRANE_EXIT_ARG;
	if (!name || !name[0])
		return crane_control_fail(CRANE_EXIT_ARG, "partition name not specified");
	if (!allowed && !denied)
		return crane_control_fail(CRANE_EXIT_ARG, "no attributes to modify");
	crane_slurm_begin(line->config);
	/* Slurm changes both lists, or neither. */
	if (crane_slurm_update_partition(name, allowed, denied, &why) != 0)
		status = tell_partition(line, name, &why);
	else
		status = tell_partition(line, name, NULL);
	if (denied && status == CRANE_EXIT_OK)
		crane_control_fail(CRANE_EXIT_OK, "Hint: When using AllowedAccounts, "
						  "DeniedAccounts will not take effect.");
	return status;
}
