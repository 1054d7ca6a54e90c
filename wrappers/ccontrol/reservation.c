/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccontrol create reservation and delete reservation.
 */
#include "config.h"

#include "wrappers/ccontrol/reservation.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "src/duration.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"
#include "wrappers/base/strings.h"
#include "wrappers/ccontrol/verb.h"
#include "wrappers/options/list.h"
#include "wrappers/options/timepoint.h"
#include "wrappers/output/json.h"
#include "wrappers/slurm/cluster.h"

/* -- create ------------------------------------------------------------------------------------ */

struct creation {
	struct crane_reservation_request request;
	char *accounts, *users; /* in Slurm's form: "a,b" or "-a,-b" */
};

static enum crane_exit tell(const struct crane_control *line, const char *what, const char *done,
			    const char *name, const char *reason)
{
	if (line->json) {
		struct json_object *reply = crane_json_object();

		crane_json_put(reply, "ok", json_object_new_boolean(!reason));
		crane_json_put(reply, "reason", crane_json_text(reason ? reason : ""));
		crane_json_print(reply);
	} else if (!reason) {
		crane_print("Reservation %s %s successfully.\n", name, done);
	} else {
		crane_control_fail(CRANE_EXIT_GENERIC, "Failed to %s reservation: %s.", what,
				   reason);
	}
	crane_print_flush();
	return reason ? CRANE_EXIT_GENERIC : CRANE_EXIT_OK;
}

/*
 * Reads "+a,b" or "-a,-b"; one list cannot have both kinds. Out: *out, the list in Slurm's form,
 * "a,b" or "-a,-b"; malloc'd.
 */
static enum crane_exit read_members(const char *text, const char *what, char **out)
{
	struct crane_strings names = { 0 }, list = { 0 };
	enum crane_exit status = CRANE_EXIT_GENERIC;
	bool minus = false, plus = false;
	struct crane_error err;

	if (crane_list_parse(text, &names, &err) != 0) {
		crane_control_fail(status, "%s", err.text);
		goto out;
	}
	for (size_t i = 0; i < names.n; i++) {
		const char *name = names.item[i];
		bool denied = name[0] == '-';

		name += denied || name[0] == '+';
		minus |= denied;
		plus |= !denied;
		if (!*name) {
			crane_control_fail(status, "empty value");
			goto out;
		}
		crane_strings_addf(&list, "%s%s", denied ? "-" : "", name);
	}
	if (minus && plus) {
		crane_control_fail(status, "You can only specify either allowed or disallowed %s.",
				   what);
		goto out;
	}
	*out = crane_strings_join(&list, ",");
	status = CRANE_EXIT_OK;
out:
	crane_strings_clear(&list);
	crane_strings_clear(&names);
	return status;
}

static enum crane_exit refuse_missing(const struct crane_control *line)
{
	static const char *const required[] = { "starttime", "duration", "account" };
	struct crane_strings missing = { 0 };
	enum crane_exit status = CRANE_EXIT_OK;
	char *list;

	for (size_t i = 0; i < sizeof(required) / sizeof(*required); i++) {
		if (!crane_control_value(line, required[i]))
			crane_strings_addf(&missing, "%s", required[i]);
	}
	list = crane_strings_join(&missing, ", ");
	if (line->n_pairs == 0)
		status = crane_control_fail(CRANE_EXIT_ARG, "no attributes to modify");
	else if (missing.n > 0)
		status = crane_control_fail(CRANE_EXIT_ARG, "missing required fields: %s", list);
	free(list);
	crane_strings_clear(&missing);
	return status;
}

static enum crane_exit read_node_count(const char *text, uint32_t *count)
{
	char *end;
	unsigned long long value = strtoull(text, &end, 10);

	if (!*text || text[strspn(text, "0123456789")] || *end || value > UINT32_MAX - 2)
		return crane_control_fail(CRANE_EXIT_ARG, "invalid nodenum value: %s", text);
	*count = (uint32_t)value;
	return CRANE_EXIT_OK;
}

/* Returns the value of a key, or NULL if it is empty or not given. */
static const char *given(const struct crane_control *line, const char *key)
{
	const char *value = crane_control_value(line, key);

	return value && value[0] ? value : NULL;
}

static enum crane_exit read_creation(const struct crane_control *line, struct creation *creation)
{
	static const char *const known[] = { "starttime", "duration", "account", "partition",
					     "nodes",     "nodecnt",  "user",    NULL };
	struct crane_reservation_request *request = &creation->request;
	const char *users = given(line, "user"), *count = crane_control_value(line, "nodecnt");
	const char *accounts;
	enum crane_exit status;
	struct crane_error err;
	uint64_t sec;

	status = refuse_missing(line);
	if (status != CRANE_EXIT_OK)
		return status;
	if (crane_control_refuse_unknown(line, known))
		return CRANE_EXIT_ARG;
	if (count && read_node_count(count, &request->n_nodes) != CRANE_EXIT_OK)
		return CRANE_EXIT_ARG;
	request->name = line->id;
	request->partition = given(line, "partition");
	request->nodes = given(line, "nodes");
	if (crane_timepoint_parse(crane_control_value(line, "starttime"), time(NULL),
				  &request->start_time, &err) != 0)
		return crane_control_fail(CRANE_EXIT_GENERIC, "%s", err.text);
	if (crane_timelimit_parse(crane_control_value(line, "duration"), &sec, NULL) != 0 ||
	    sec == 0 || sec > CRANE_DELAY_MAX_SEC)
		return crane_control_fail(CRANE_EXIT_GENERIC, "Invalid duration specified.");
	request->end_time = request->start_time + (time_t)sec;
	if (!request->nodes && !request->partition)
		return crane_control_fail(CRANE_EXIT_GENERIC,
					  "Partition name must be specified when no node regex is "
					  "given.");
	if (request->nodes && request->n_nodes)
		return crane_control_fail(CRANE_EXIT_ARG,
					  "nodecnt cannot be combined with nodes: use one of "
					  "them.");
	accounts = crane_control_value(line, "account");
	if (!accounts[0])
		return crane_control_fail(CRANE_EXIT_GENERIC, "Account can not be empty.");
	status = read_members(accounts, "accounts", &creation->accounts);
	if (status == CRANE_EXIT_OK && users)
		status = read_members(users, "users", &creation->users);
	request->accounts = creation->accounts;
	request->users = creation->users;
	return status;
}

/*
 * Returns the nodes of a list that the partition lacks, folded, or NULL if it has them all;
 * malloc'd. Slurm does not check.
 */
static char *nodes_outside(const char *nodes, const char *partition)
{
	struct crane_strings wanted = { 0 }, has = { 0 }, outside = { 0 };
	char *text = NULL;

	crane_hostlist_expand(nodes, &wanted);
	crane_hostlist_expand(partition, &has);
	for (size_t i = 0; i < wanted.n; i++) {
		size_t k = 0;

		while (k < has.n && strcmp(has.item[k], wanted.item[i]) != 0)
			k++;
		if (k == has.n)
			crane_strings_addf(&outside, "%s", wanted.item[i]);
	}
	if (outside.n)
		text = crane_hostlist_fold(&outside);
	crane_strings_clear(&wanted);
	crane_strings_clear(&has);
	crane_strings_clear(&outside);
	return text;
}

/*
 * Checks what Slurm does not check, or refuses without a name. Returns 0, or -1 with *why if
 * slurmctld cannot be asked. Out: *reason, malloc'd, or NULL if there is no objection.
 */
static int object(const struct crane_reservation_request *request, char **reason,
		  struct crane_slurm_error *why)
{
	struct crane_partitions partitions;
	const struct crane_partition *partition = NULL;
	struct crane_strings names = { 0 };
	char *outside;

	*reason = NULL;
	if (request->end_time <= time(NULL)) {
		*reason = crane_xstrdup("Reservation end time is in the past");
		return 0;
	}
	if (request->nodes && crane_hostlist_expand(request->nodes, &names) <= 0)
		*reason = crane_xstrdup("Invalid craned_regex");
	crane_strings_clear(&names);
	if (!request->partition || *reason)
		return 0;
	if (crane_slurm_load_partitions(&partitions, why) != 0)
		return -1;
	for (size_t i = 0; i < partitions.n; i++) {
		if (strcmp(partitions.partition[i].name, request->partition) == 0)
			partition = &partitions.partition[i];
	}
	if (!partition) {
		*reason = crane_xasprintf("Partition %s not found", request->partition);
	} else if (request->nodes) {
		outside = nodes_outside(request->nodes, partition->nodes);
		if (outside)
			*reason = crane_xasprintf("Nodes not in partition %s: %s",
						  request->partition, outside);
		free(outside);
	} else {
		int available = crane_hostlist_expand(partition->nodes, &names);

		if (available >= 0 && request->n_nodes > (uint32_t)available)
			*reason = crane_xasprintf("Not enough nodes in partition %s. Requested: "
						  "%u, Available: %d",
						  request->partition, request->n_nodes, available);
		crane_strings_clear(&names);
	}
	crane_partitions_free(&partitions);
	return 0;
}

/*
 * Returns the users of a list that this machine does not know: "a,b", or "" if it knows all;
 * malloc'd. Slurm answers an unknown user as it answers a caller without permission, and 26.05 only
 * that the call failed.
 */
static char *unknown_users(const char *users)
{
	struct crane_strings names = { 0 }, unknown = { 0 };
	char *list;

	if (users)
		crane_list_parse(users, &names, NULL);
	for (size_t i = 0; i < names.n; i++) {
		const char *name = names.item[i] + (names.item[i][0] == '-');

		if (!getpwnam(name))
			crane_strings_addf(&unknown, "%s", name);
	}
	list = crane_strings_join(&unknown, ",");
	crane_strings_clear(&unknown);
	crane_strings_clear(&names);
	return list;
}

/*
 * Returns why Slurm refused a list of users; [known] is the reason if all users are known, and may
 * be NULL. malloc'd.
 */
static char *user_reason(const char *users, const char *known)
{
	char *unknown = unknown_users(users), *reason = NULL;

	if (*unknown)
		reason = crane_xasprintf("Invalid Users: %s", unknown);
	else if (known)
		reason = crane_xstrdup(known);
	free(unknown);
	return reason;
}

/* Returns why Slurm refused a creation, malloc'd, or NULL to print Slurm's own words. */
static char *creation_reason(const struct creation *creation, const struct crane_slurm_error *why)
{
	const char *reason;

	switch (crane_slurm_cause(why)) {
	case CRANE_CAUSE_ACCOUNT:
		return crane_xasprintf("Invalid Accounts: %s", creation->accounts);
	case CRANE_CAUSE_USER:
		return user_reason(creation->users, CRANE_CONTROL_DENIED);
	case CRANE_CAUSE_OTHER:
		return user_reason(creation->users, NULL);
	case CRANE_CAUSE_NODE:
		return crane_xstrdup("Invalid craned_regex");
	case CRANE_CAUSE_PARTITION:
		return crane_xasprintf("Partition %s not found", creation->request.partition);
	case CRANE_CAUSE_NAME_TAKEN:
		return crane_xstrdup("Reservation name already exists");
	case CRANE_CAUSE_NODES_BUSY:
	case CRANE_CAUSE_NODES_FEW:
		return crane_xstrdup("Not enough nodes available for reservation");
	default:
		reason = crane_control_reason(why);
		return reason ? crane_xstrdup(reason) : NULL;
	}
}

static enum crane_exit create(const struct crane_control *line, const struct creation *creation)
{
	struct crane_slurm_error why = { 0 };
	enum crane_exit status;
	char *reason = NULL;
	int rc;

	crane_slurm_begin(line->config);
	rc = object(&creation->request, &reason, &why);
	if (rc == 0 && !reason)
		rc = crane_slurm_create_reservation(&creation->request, &why);
	if (rc != 0)
		reason = creation_reason(creation, &why);
	status = tell(line, "create", "created", line->id, rc != 0 && !reason ? why.text : reason);
	if (rc != 0 && reason)
		crane_control_slurm_said(&why);
	free(reason);
	return status;
}

enum crane_exit crane_create_reservation(const struct crane_control *line)
{
	struct creation creation = { 0 };
	enum crane_exit status;

	if (!line->id || !line->id[0])
		return crane_control_fail(CRANE_EXIT_ARG, "no reservation name specified");
	status = read_creation(line, &creation);
	if (status == CRANE_EXIT_OK)
		status = create(line, &creation);
	free(creation.accounts);
	free(creation.users);
	return status;
}

/* -- delete ------------------------------------------------------------------------------------ */

/* Deletes one. Returns NULL, or the reason why it was not deleted, malloc'd, and *why. */
static char *delete_one(const char *name, struct crane_slurm_error *why)
{
	const char *reason;

	memset(why, 0, sizeof(*why));
	if (crane_slurm_delete_reservation(name, why) == 0)
		return NULL;
	if (crane_slurm_cause(why) == CRANE_CAUSE_NO_RESERVATION)
		return crane_xasprintf("Reservation %s not found", name);
	reason = crane_control_reason(why);
	if (reason)
		return crane_xstrdup(reason);
	return crane_xasprintf("Reservation %s: %s", name, why->text);
}

/* Deletes all, also after a failure. Returns NULL, or the reason of the last failure. */
static char *delete_all(struct crane_slurm_error *why)
{
	struct crane_reservations reservations;
	char *reason = NULL;

	memset(why, 0, sizeof(*why));
	if (crane_slurm_load_reservations(&reservations, why) != 0)
		return crane_xstrdup(crane_slurm_cause(why) == CRANE_CAUSE_UNREACHABLE ?
					     CRANE_BROKEN :
					     why->text);
	for (size_t i = 0; i < reservations.n; i++) {
		struct crane_slurm_error this_why;
		char *this_reason = delete_one(reservations.reservation[i].name, &this_why);

		if (!this_reason)
			continue;
		free(reason);
		reason = this_reason;
		*why = this_why;
	}
	crane_reservations_free(&reservations);
	return reason;
}

enum crane_exit crane_delete_reservation(const struct crane_control *line)
{
	struct crane_slurm_error why;
	enum crane_exit status;
	bool all;
	char *reason;

	if (!line->id || !line->id[0])
		return crane_control_fail(CRANE_EXIT_ARG, "no reservation name specified");
	all = strcasecmp(line->id, "ALL") == 0;
	if (all && !line->force)
		return crane_control_fail(CRANE_EXIT_GENERIC,
					  "To delete all reservations, you must set --force.");
	crane_slurm_begin(line->config);
	reason = all ? delete_all(&why) : delete_one(line->id, &why);
	status = tell(line, "delete", "deleted", line->id, reason);
	if (reason && !strstr(reason, why.text))
		crane_control_slurm_said(&why);
	free(reason);
	return status;
}
