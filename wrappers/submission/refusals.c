/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Slurm's refusals and Crane's words for them.
 */
#include "config.h"

#include "wrappers/submission/refusals.h"

#include <stdlib.h>
#include <string.h>

#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"
#include "wrappers/base/text.h"
#include "wrappers/slurm/site.h"

#define MISSING_TEXT "One or more dependency jobs may not exist or have ended"
#define DEPENDENCY_TEXT "Job dependency problem"
#define NO_PLUGIN_TEXT                                                                             \
	"this cluster's slurmctld does not load the job_submit/crane plugin, so --dependency "     \
	"cannot be honoured; see doc/admin.md"

#define SUBMIT_FAILED "Failed to submit the job: "
#define BROKEN SUBMIT_FAILED CRANE_BROKEN "."

/*
 * The beginnings of Slurm's reasons (22.05.8 src/common/slurm_errno.c; later releases append text),
 * and Crane's words for them.
 */
static const struct {
	const char *slurm, *crane;
	const char *other_text; /* of crun and calloc; NULL: the same */
	const char *code;
} words[] = {
	/* clang-format off */
	{ "Access denied to requested reservation",
	  "Invalid Parameter",
	  "Invalid parameter", "ERR_INVALID_PARAM" },
	{ "Access/permission denied",
	  "Permission denied for this operation",
	  "Permission denied", "ERR_PERMISSION_DENIED" },
	{ "CPU count specification invalid",
	  "Resource not enough for job",
	  "Not enough resources for the job", "ERR_NO_RESOURCE" },
	{ "Duplicate generic resource (gres) specification",
	  "Invalid Parameter",
	  "Invalid parameter", "ERR_INVALID_PARAM" },
	{ "Invalid MPI type",
	  "PMIx support is not compiled in.",
	  NULL, "ERR_PMIX_ERR" },
	{ "Invalid account or account/partition combination specified",
	  "The user does not belong to this account",
	  NULL, "ERR_USER_ACCOUNT_MISMATCH" },
	{ "Invalid generic resource (gres) specification",
	  "Resource not enough for job",
	  "Not enough resources for the job", "ERR_NO_RESOURCE" },
	{ "Invalid job array specification",
	  "Invalid Parameter",
	  "Invalid parameter", "ERR_INVALID_PARAM" },
	{ "Invalid license specification",
	  "License request format is illegal or invalid",
	  NULL /* Crane's text, "Legal licenses", has the opposite meaning */,
	  "ERR_LICENSE_LEGAL_FAILED" },
	{ "Invalid node name specified",
	  "Nodes num not enough for job",
	  "Not enough nodes for the job", "ERR_NO_ENOUGH_NODE" },
	{ "Invalid partition name specified",
	  "The entered partition does not exist",
	  "The specified partition does not exist", "ERR_INVALID_PARTITION" },
	{ "Invalid qos specification",
	  "The entered qos does not exist",
	  "The specified QoS does not exist", "ERR_INVALID_QOS" },
	{ "Invalid time-min specification",
	  "Invalid deadline time(should be later than submit time)",
	  "Invalid deadline", "ERR_INVALID_DEADLINE" },
	{ "Invalid user id",
	  "The user UID being operated on does not exist in the system",
	  "Invalid UID", "ERR_INVALID_UID" },
	{ "Invalid wckey specification",
	  "The specified wckey does not exist",
	  NULL, "ERR_INVALID_WCKEY" },
	{ "Memory required by task is not available",
	  "Resource not enough for job",
	  "Not enough resources for the job", "ERR_NO_RESOURCE" },
	{ "Memory specification can not be satisfied",
	  "Resource not enough for job",
	  "Not enough resources for the job", "ERR_NO_RESOURCE" },
	{ "More processors requested than permitted",
	  "Resource not enough for job",
	  "Not enough resources for the job", "ERR_NO_RESOURCE" },
	{ "Node count specification invalid",
	  "Nodes partition not enough for job",
	  "Not enough nodes in the partition for the job", "ERR_INVALID_NODE_NUM" },
	{ "Requested GRES option unsupported by configured SelectType plugin",
	  "Invalid Parameter",
	  "Invalid parameter", "ERR_INVALID_PARAM" },
	{ "Requested more tasks than available processors",
	  "Resource not enough for job",
	  "Not enough resources for the job", "ERR_NO_RESOURCE" },
	{ "Requested node configuration is not available",
	  "Resource not enough for job",
	  "Not enough resources for the job", "ERR_NO_RESOURCE" },
	{ "Requested nodes not in this partition",
	  "Nodes num not enough for job",
	  "Not enough nodes for the job", "ERR_NO_ENOUGH_NODE" },
	{ "Requested partition configuration not available now",
	  "Nodes partition not enough for job",
	  "Not enough nodes in the partition for the job", "ERR_INVALID_NODE_NUM" },
	{ "Requested reservation is invalid",
	  "Invalid Parameter",
	  "Invalid parameter", "ERR_INVALID_PARAM" },
	{ "Requested reservation not usable now",
	  "Invalid Parameter",
	  "Invalid parameter", "ERR_INVALID_PARAM" },
	{ "Requested time limit is invalid",
	  "Time-limit reached the user's limit",
	  "Time limit reached the user's limit", "ERR_TIME_TIMIT_BEYOND" },
	{ "Task count specification invalid",
	  "Invalid Parameter",
	  "Invalid parameter", "ERR_INVALID_PARAM" },
	{ "Time limit specification required",
	  "Time-limit reached the user's limit",
	  "Time limit reached the user's limit", "ERR_TIME_TIMIT_BEYOND" },
	{ "User's group not permitted to use this partition",
	  "The entered account or user does not include this partition",
	  "The specified account or user does not include this partition",
	  "ERR_PARTITION_MISSING" },
	/* clang-format on */
};

/* The beginnings of Slurm's reasons if slurmctld did not answer, and Crane's words for them. */
static const struct {
	const char *slurm, *crane;
} unreachable[] = {
	{ "Connection refused", BROKEN },
	{ "Connection reset", BROKEN },
	{ "Could not establish a configuration source", BROKEN },
	{ "Slurm backup controller in standby mode", BROKEN },
	{ "Socket timed out", SUBMIT_FAILED CRANE_TIMEOUT },
	{ "Transport endpoint is not connected", BROKEN },
	{ "Unable to contact slurm controller", BROKEN },
	{ "Zero Bytes were transmitted", BROKEN },
};

bool crane_heard_note(struct crane_heard *heard, const char *line, const char *const *heads)
{
	static const char crane[] = "error: crane: ";

	if (crane_begins_with(line, crane)) {
		line += strlen(crane);
		if (!heard->crane_text)
			heard->crane_text = crane_xstrdup(line);
		crane_say("%s", line);
		return true;
	}
	for (; *heads; heads++) {
		const char *reason = line + strlen(*heads), *colon;

		if (!crane_begins_with(line, *heads))
			continue;
		/* "Unable to create step for job 12: why" */
		if (!crane_ends_with(*heads, ": ")) {
			colon = strstr(reason, ": ");
			reason = colon ? colon + 2 : reason;
		}
		free(heard->failure);
		heard->failure = crane_xstrdup(reason);
		heard->is_final = true;
		return true;
	}
	return false;
}

void crane_heard_clear(struct crane_heard *heard)
{
	free(heard->crane_text);
	free(heard->failure);
	memset(heard, 0, sizeof(*heard));
}

/* Slurm's own words, unless a table has Crane's. */
static void explain_failure(const char *failure, struct crane_refusal *refusal)
{
	for (size_t i = 0; i < sizeof(unreachable) / sizeof(*unreachable); i++) {
		if (crane_begins_with(failure, unreachable[i].slurm)) {
			refusal->status = CRANE_EXIT_NETWORK;
			refusal->says_why = false;
			refusal->text = crane_xstrdup(unreachable[i].crane);
			return;
		}
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (crane_begins_with(failure, words[i].slurm)) {
			refusal->says_why = false;
			refusal->text = crane_xstrdup(words[i].crane);
			refusal->other_text = words[i].other_text;
			refusal->code = words[i].code;
			return;
		}
	}
	refusal->text = crane_xstrdup(failure);
}

static bool lacks_plugin(void)
{
	struct crane_slurm_error why;

	if (crane_slurm_load(&why) != 0)
		return false;
	crane_slurm_begin(NULL);
	return crane_slurm_has_plugin(&why) == 0;
}

void crane_refusal_explain(const struct crane_heard *heard, bool has_dependency,
			   struct crane_refusal *refusal)
{
	*refusal = (struct crane_refusal){ .status = CRANE_EXIT_BACKEND,
					   .says_why = true,
					   .code = CRANE_GENERIC_CODE };
	if (heard->crane_text) {
		bool is_missing = crane_begins_with(heard->crane_text, MISSING_TEXT);

		refusal->code = is_missing ? "ERR_MISSING_DEPENDENCY" : "ERR_INVALID_PARAM";
		refusal->text = crane_xstrdup(is_missing ? MISSING_TEXT : heard->crane_text);
	} else if (has_dependency && crane_begins_with(heard->failure, DEPENDENCY_TEXT) &&
		   lacks_plugin()) {
		refusal->text = crane_xstrdup(NO_PLUGIN_TEXT);
	} else {
		explain_failure(heard->failure, refusal);
	}
}

enum crane_exit crane_refusal_report(const struct crane_heard *heard, const char *head,
				     const char *end, bool has_dependency)
{
	struct crane_refusal refusal;
	const char *text;

	crane_refusal_explain(heard, has_dependency, &refusal);
	text = refusal.other_text ? refusal.other_text : refusal.text;
	crane_say("%s%s%s", refusal.status == CRANE_EXIT_NETWORK ? "" : head, text,
		  crane_ends_with(text, ".") ? "" : end);
	if (!refusal.says_why)
		crane_say("slurm: %s", heard->failure);
	free(refusal.text);
	return refusal.status;
}

enum crane_exit crane_refusal_unreachable(const struct crane_slurm_error *why)
{
	if (why->failure == CRANE_SLURM_NO_LIBRARY) {
		crane_say("%s", why->text);
		return CRANE_EXIT_SYSTEM;
	}
	crane_say("%s", BROKEN);
	crane_say("slurm: %s", why->text);
	return CRANE_EXIT_NETWORK;
}

const char *crane_refusal_code(const char *text)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strcmp(text, words[i].crane) == 0)
			return words[i].code;
	}
	return CRANE_GENERIC_CODE;
}
