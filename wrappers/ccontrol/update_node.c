/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccontrol update nodename=NODES state=STATE [reason=TEXT].
 */
#include "config.h"

#include "wrappers/ccontrol/update_node.h"

#include <strings.h>

#include "wrappers/ccontrol/outcome.h"
#include "wrappers/ccontrol/verb.h"
#include "wrappers/slurm/cluster.h"
#include "wrappers/view/cluster.h"
#include "wrappers/view/nodepattern.h"
#include "wrappers/base/strings.h"

#define NODE_PREFIX "change node state failed: "

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
	const char *reason; /* NULL if there is none */
	struct crane_strings nodes;
};

/* Returns why a node cannot be changed, as far as its record tells, or NULL. */
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
	/* Slurm would power the node off as soon as its last job ends. */
	if (change->change == CRANE_NODE_POWER_DOWN && node->alloc_cpus > 0)
		return "Node is running, can't sleep or poweroff";
	if (change->change == CRANE_NODE_POWER_UP && node->power == CRANE_POWER_ACTIVE)
		return "Node is idle or running, don't need to wake up or poweron";
	return NULL;
}

static const char *failure_reason(const struct node_change *change,
				  const struct crane_slurm_error *why)
{
	enum crane_slurm_cause cause = crane_slurm_cause(why);
	bool power = change->change == CRANE_NODE_POWER_UP ||
		     change->change == CRANE_NODE_POWER_DOWN;

	if (cause == CRANE_CAUSE_NODE)
		return "Invalid node name specified";
	if (cause == CRANE_CAUSE_NODE_STATE && power)
		return "Plugin system not available for update state";
	return crane_control_reason(why);
}

/* Changes one node. */
static void change_node(const struct crane_cluster *cluster, const struct node_change *change,
			const char *name, struct crane_outcome *outcome)
{
	const char *reason = objection(cluster, change, name);
	struct crane_slurm_error why = { 0 };

	if (!reason && crane_slurm_update_node(name, change->change, change->reason, &why) == 0) {
		crane_outcome_add_done(outcome, name, crane_json_text(name));
		return;
	}
	if (!reason) {
		reason = failure_reason(change, &why);
		if (reason)
			crane_strings_addf(&outcome->slurm, "%s: %s", name, why.text);
	}
	crane_outcome_add_refused(outcome, name, crane_json_text(name), reason ? reason : why.text);
}

static enum crane_exit read_node_change(const struct crane_control *line,
					struct node_change *change)
{
	static const char *const known[] = { "node", "nodename", "state", "reason", NULL };
	const char *nodes = crane_control_either(line, "node", "nodename");
	const char *state = crane_control_value(line, "state");
	const char *reason = crane_control_value(line, "reason");
	struct crane_error err;
	size_t i = 0;

	if (!state)
		return crane_control_fail(CRANE_EXIT_ARG, "missing required fields: state");
	if (!nodes || !nodes[0])
		return crane_control_fail(CRANE_EXIT_ARG, "node name not specified");
	if (crane_control_refuse_unknown(line, known))
		return CRANE_EXIT_ARG;
	if (crane_nodes_parse(nodes, &change->nodes, &err) != 0)
		return crane_control_fail(CRANE_EXIT_ARG, NODE_PREFIX "%s", err.text);
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
	struct crane_outcome outcome = { .kind = CRANE_OUTCOME_NODES };
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
	/*
	 * One call for each node: if Slurm refuses a list for one node, it may have changed others.
	 */
	for (size_t i = 0; i < change.nodes.n; i++)
		change_node(&cluster, &change, change.nodes.item[i], &outcome);
	status = crane_outcome_tell(&outcome, NODE_PREFIX, line->json, CRANE_EXIT_ARG);
out:
	crane_outcome_clear(&outcome);
	crane_cluster_free(&cluster);
	crane_strings_clear(&change.nodes);
	return status;
}
