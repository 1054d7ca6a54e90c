/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccontrol update of nodes and partitions (spec/cli-control.md sections 4.5 and 4.6). Who may is
 * Slurm's to say.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "wrappers/ccontrol/verb.h"
#include "wrappers/output/json.h"
#include "wrappers/slurm/cluster.h"
#include "wrappers/view/cluster.h"
#include "wrappers/view/nodepattern.h"

#define NODE_PREFIX "change node state failed: "

/* -- nodes ------------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	enum crane_node_change change;
} states[] = {
	/* clang-format off */
	{ "drain", CRANE_NODE_DRAIN },     { "resume", CRANE_NODE_RESUME },
	{ "on", CRANE_NODE_POWER_UP },     { "off", CRANE_NODE_POWER_DOWN },
	{ "sleep", CRANE_NODE_POWER_DOWN }, { "wake", CRANE_NODE_POWER_UP },
	/* clang-format on */
};

#define N_STATES (sizeof(states) / sizeof(*states))

struct node_change {
	enum crane_node_change change;
	const char *reason; /* NULL: none */
	struct crane_strings nodes;
	struct crane_strings done, refused, reasons, slurm;
};

static void refuse_node(struct node_change *change, const char *node, const char *reason)
{
	crane_strings_addf(&change->refused, "%s", node);
	crane_strings_addf(&change->reasons, "%s", reason);
}

/* What is known before Slurm is asked; NULL: nothing against it. */
static const char *objection(const struct crane_cluster *cluster, const struct node_change *change,
			     const char *name)
{
	size_t at = crane_cluster_find(cluster, name);
	const struct crane_node *node;

	if (at == SIZE_MAX)
		return "Invalid node name specified";
	node = &cluster->nodes.node[at];
	if (change->change == CRANE_NODE_RESUME && !node->drain && node->state != CRANE_NODE_DOWN &&
	    node->power == CRANE_POWER_ACTIVE)
		return "Node is neither drained nor down";
	/* Slurm would keep the wish until the last job has gone. */
	if (change->change == CRANE_NODE_POWER_DOWN && node->alloc_cpus > 0)
		return "Node is running, can't sleep or poweroff";
	if (change->change == CRANE_NODE_POWER_UP && node->power == CRANE_POWER_ACTIVE)
		return "Node is idle or running, don't need to wake up or poweron";
	return NULL;
}

static void take_failure(struct node_change *change, const char *node,
			 const struct crane_slurm_error *why)
{
	enum crane_slurm_cause cause = crane_slurm_cause(why);
	bool power = change->change == CRANE_NODE_POWER_UP ||
		     change->change == CRANE_NODE_POWER_DOWN;
	const char *reason = NULL;

	if (cause == CRANE_CAUSE_DENIED || cause == CRANE_CAUSE_USER)
		reason = "User has insufficient privilege";
	else if (cause == CRANE_CAUSE_NODE)
		reason = "Invalid node name specified";
	else if (cause == CRANE_CAUSE_NODE_STATE && power)
		reason = "Plugin system not available for update state";
	else if (cause == CRANE_CAUSE_UNREACHABLE)
		reason = "Connection to CraneCtld is broken";
	refuse_node(change, node, reason ? reason : why->text);
	if (reason)
		crane_strings_addf(&change->slurm, "%s: %s", node, why->text);
}

/*
 * One by one: a list that Slurm refuses for one of its nodes may have been carried out for others.
 */
static void change_nodes(const struct crane_cluster *cluster, struct node_change *change)
{
	for (size_t i = 0; i < change->nodes.n; i++) {
		const char *name = change->nodes.item[i];
		const char *reason = objection(cluster, change, name);
		struct crane_slurm_error why;

		if (reason)
			refuse_node(change, name, reason);
		else if (crane_slurm_update_node(name, change->change, change->reason, &why) != 0)
			take_failure(change, name, &why);
		else
			crane_strings_addf(&change->done, "%s", name);
	}
}

static enum crane_exit tell_nodes(const struct node_change *change, bool json)
{
	if (json) {
		struct json_object *reply = crane_json_object();

		crane_json_put(reply, "modified_nodes", crane_json_list(&change->done));
		crane_json_put(reply, "not_modified_nodes", crane_json_list(&change->refused));
		crane_json_put(reply, "not_modified_reasons", crane_json_list(&change->reasons));
		crane_json_print(reply);
	} else {
		for (size_t i = 0; i < change->done.n; i++)
			printf("%s%s", i == 0 ? "Nodes " : ", ", change->done.item[i]);
		if (change->done.n)
			puts(" modified successfully, please wait for a few minutes for the node "
			     "state to fully update.");
	}
	fflush(stdout);
	for (size_t i = 0; !json && i < change->refused.n; i++)
		crane_control_fail(CRANE_EXIT_ARG, "%sFailed to modify node: %s. Reason: %s.",
				   i == 0 ? NODE_PREFIX : "", change->refused.item[i],
				   change->reasons.item[i]);
	for (size_t i = 0; i < change->slurm.n; i++)
		crane_control_fail(CRANE_EXIT_ARG, "slurm: %s", change->slurm.item[i]);
	return change->refused.n ? CRANE_EXIT_ARG : CRANE_EXIT_OK;
}

/* The value of a key that has two names: the last one given. */
static const char *value_of_either(const struct crane_control *line, const char *key,
				   const char *other)
{
	const char *value = NULL;

	for (size_t i = 0; i < line->n_pairs; i++) {
		if (strcasecmp(line->pair[i].key, key) == 0 ||
		    strcasecmp(line->pair[i].key, other) == 0)
			value = line->pair[i].value;
	}
	return value;
}

static enum crane_exit read_node_change(const struct crane_control *line,
					struct node_change *change)
{
	static const char *const known[] = { "node", "nodename", "state", "reason", NULL };
	const char *nodes = value_of_either(line, "node", "nodename");
	const char *state = crane_control_value(line, "state");
	const char *reason = crane_control_value(line, "reason"), *brackets = NULL;
	struct crane_error err;
	size_t i = 0;

	if (!state)
		return crane_control_fail(CRANE_EXIT_ARG, "missing required fields: state");
	if (!nodes || !nodes[0])
		return crane_control_fail(CRANE_EXIT_ARG, "node name not specified");
	if (crane_control_refuse_unknown(line, known))
		return CRANE_EXIT_ARG;
	if (crane_nodes_parse(nodes, &change->nodes, &brackets, &err) != 0) {
		if (brackets)
			crane_control_fail(CRANE_EXIT_ARG, "%s", brackets);
		return crane_control_fail(CRANE_EXIT_ARG, NODE_PREFIX "%s", err.text);
	}
	while (i < N_STATES && strcasecmp(states[i].name, state) != 0)
		i++;
	if (i == N_STATES)
		return crane_control_fail(CRANE_EXIT_ARG,
					  NODE_PREFIX "Invalid state given: %s. Valid states are: "
						      "drain, resume, on, off, sleep, wake.",
					  state);
	change->change = states[i].change;
	if (change->change == CRANE_NODE_DRAIN) {
		if (!reason)
			return crane_control_fail(CRANE_EXIT_ARG,
						  "missing required fields: reason");
		if (!reason[0])
			return crane_control_fail(CRANE_EXIT_ARG,
						  NODE_PREFIX "You must specify a reason when "
							      "draining a node.");
		change->reason = reason;
	} else if (reason && reason[0]) {
		crane_control_fail(CRANE_EXIT_OK,
				   "Note: the reason is kept only when draining a node.");
	}
	return CRANE_EXIT_OK;
}

enum crane_exit crane_update_node(const struct crane_control *line)
{
	struct node_change change = { 0 };
	struct crane_cluster cluster = { 0 };
	struct crane_slurm_error why;
	enum crane_exit status = read_node_change(line, &change);

	if (status != CRANE_EXIT_OK)
		goto out;
	crane_slurm_begin(line->config);
	if (crane_cluster_load(&cluster, &why) != 0) {
		crane_control_call_failed(NODE_PREFIX, "Failed to modify node state", &why);
		status = CRANE_EXIT_ARG;
		goto out;
	}
	change_nodes(&cluster, &change);
	status = tell_nodes(&change, line->json);
out:
	crane_cluster_free(&cluster);
	crane_strings_clear(&change.nodes);
	crane_strings_clear(&change.done);
	crane_strings_clear(&change.refused);
	crane_strings_clear(&change.reasons);
	crane_strings_clear(&change.slurm);
	return status;
}

/* -- partitions -------------------------------------------------------------------------------- */

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
	case CRANE_CAUSE_UNREACHABLE:
		return "Connection to CraneCtld is broken";
	default:
		return NULL;
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
		char *safe = crane_scrub(crane_xstrdup(name));

		printf("Modify partition %s succeeded.\n", safe);
		free(safe);
	} else {
		crane_control_fail(CRANE_EXIT_GENERIC, "Modify partition %s failed: %s.", name,
				   reason ? reason : why->text);
	}
	fflush(stdout);
	if (reason)
		crane_control_slurm_said(NULL, why);
	return why ? CRANE_EXIT_GENERIC : CRANE_EXIT_OK;
}

enum crane_exit crane_update_partition(const struct crane_control *line)
{
	static const char *const known[] = { "partition",       "partitionname",  "accounts",
					     "allowedaccounts", "deniedaccounts", NULL };
	const char *name = value_of_either(line, "partition", "partitionname");
	const char *allowed = value_of_either(line, "accounts", "allowedaccounts");
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
	/* Both at once or neither. */
	if (crane_slurm_update_partition(name, allowed, denied, &why) != 0)
		status = tell_partition(line, name, &why);
	else
		status = tell_partition(line, name, NULL);
	if (denied && status == CRANE_EXIT_OK)
		crane_control_fail(CRANE_EXIT_OK, "Hint: When using AllowedAccounts, "
						  "DeniedAccounts will not take effect.");
	return status;
}
