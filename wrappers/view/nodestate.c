/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The states of a node in Crane's words, and filters on them.
 */
#include "config.h"

#include "wrappers/view/nodestate.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "wrappers/base/memory.h"

static const char *const resource_names[] = {
	[CRANE_NODE_IDLE] = "CRANE_IDLE",
	[CRANE_NODE_MIX] = "CRANE_MIX",
	[CRANE_NODE_ALLOC] = "CRANE_ALLOC",
	[CRANE_NODE_DOWN] = "CRANE_DOWN",
};

static const char *const power_names[] = {
	[CRANE_POWER_ACTIVE] = "CRANE_POWER_ACTIVE",
	[CRANE_POWER_OFF] = "CRANE_POWER_POWEREDOFF",
	[CRANE_POWER_GOING_ON] = "CRANE_POWER_POWERING_ON",
	[CRANE_POWER_GOING_OFF] = "CRANE_POWER_POWERING_OFF",
};

const char *crane_node_resource_name(const struct crane_node *node)
{
	return resource_names[node->state];
}

const char *crane_node_control_name(const struct crane_node *node)
{
	return node->drain ? "CRANE_DRAIN" : "CRANE_NONE";
}

const char *crane_node_power_name(const struct crane_node *node)
{
	return power_names[node->power];
}

char *crane_node_state_text(const struct crane_node *node, bool says_failed)
{
	bool failed = says_failed && node->state == CRANE_NODE_DOWN &&
		      node->power == CRANE_POWER_ACTIVE;
	const size_t prefix = strlen("CRANE_");
	char *text = crane_xasprintf("%s%s[%s]", resource_names[node->state] + prefix,
				     node->drain ? "(drain)" : "",
				     failed ? "failed" : power_names[node->power] + prefix);

	for (char *p = text; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return text;
}

/* -- filters ----------------------------------------------------------------------------------- */

#define OF_RESOURCE(state) offsetof(struct crane_node_filter, resource), 1u << CRANE_NODE_##state
#define OF_CONTROL(drain) offsetof(struct crane_node_filter, control), 1u << (drain)
#define OF_POWER(state) offsetof(struct crane_node_filter, power), 1u << CRANE_POWER_##state
/* A bit that no node has, for states that Slurm does not have. */
#define OF_POWER_UNKNOWN offsetof(struct crane_node_filter, power), 1u << 31

static const struct {
	const char *word;
	size_t kind;
	unsigned bit;
} words[] = {
	{ "idle", OF_RESOURCE(IDLE) },     { "mix", OF_RESOURCE(MIX) },
	{ "alloc", OF_RESOURCE(ALLOC) },   { "down", OF_RESOURCE(DOWN) },
	{ "none", OF_CONTROL(false) },     { "drain", OF_CONTROL(true) },
	{ "active", OF_POWER(ACTIVE) },    { "power-idle", OF_POWER_UNKNOWN },
	{ "sleeping", OF_POWER_UNKNOWN },  { "poweredoff", OF_POWER(OFF) },
	{ "off", OF_POWER(OFF) },          { "to-sleep", OF_POWER_UNKNOWN },
	{ "waking", OF_POWER_UNKNOWN },    { "oning", OF_POWER(GOING_ON) },
	{ "offing", OF_POWER(GOING_OFF) },
};

bool crane_node_filter_add(struct crane_node_filter *filter, const char *word)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strcasecmp(words[i].word, word) == 0) {
			*(unsigned *)(void *)((char *)filter + words[i].kind) |= words[i].bit;
			return true;
		}
	}
	return false;
}

static bool has(unsigned states, unsigned state)
{
	return states == 0 || (states & 1u << state) != 0;
}

bool crane_node_filter_matches(const struct crane_node_filter *filter,
			       const struct crane_node *node)
{
	return has(filter->resource, node->state) && has(filter->control, node->drain) &&
	       has(filter->power, node->power);
}
