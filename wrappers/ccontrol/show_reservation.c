/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccontrol show reservation.
 */
#include "config.h"

#include "wrappers/ccontrol/show_reservation.h"

#include <inttypes.h>
#include <string.h>

#include "wrappers/base/print.h"
#include "wrappers/base/strings.h"
#include "wrappers/ccontrol/show_share.h"
#include "wrappers/ccontrol/verb.h"
#include "wrappers/options/list.h"
#include "wrappers/output/date.h"
#include "wrappers/output/json.h"
#include "wrappers/slurm/cluster.h"
#include "wrappers/slurm/jobs.h"
#include "wrappers/view/cluster.h"
#include "wrappers/view/jobresources.h"
#include "wrappers/view/jobjson.h"

/* Out: *share, what a reservation sets aside and what its jobs use of that. */
static void share_of(const struct crane_reservation *reservation,
		     const struct crane_cluster *cluster, const struct crane_jobs *jobs,
		     struct crane_share *share)
{
	struct crane_resources set_aside;

	crane_share_of_nodes(cluster, reservation->nodes, share);
	/* A reservation may set aside some cores of its nodes. */
	crane_tres_read(reservation->tres, &set_aside);
	if (set_aside.cpus > 0)
		share->total.cpus = set_aside.cpus;
	crane_resources_clear(&set_aside);
	crane_resources_clear(&share->alloc);
	crane_resources_clear(&share->avail);
	for (size_t i = 0; i < jobs->n; i++) {
		struct crane_resources got;

		if (jobs->job[i].ended || jobs->job[i].state == CRANE_PENDING ||
		    strcmp(jobs->job[i].reservation, reservation->name) != 0)
			continue;
		crane_job_got(&jobs->job[i], &got);
		crane_resources_add(&share->alloc, &got);
		crane_resources_clear(&got);
	}
	crane_resources_add(&share->avail, &share->total);
	crane_resources_subtract(&share->avail, &share->alloc);
}

/* Prints "26h3m4s", "45m0s" or "30s". */
static void print_duration(int64_t sec)
{
	if (sec >= 3600)
		crane_print("%" PRId64 "h%" PRId64 "m%" PRId64 "s", sec / 3600, sec / 60 % 60,
			    sec % 60);
	else if (sec >= 60)
		crane_print("%" PRId64 "m%" PRId64 "s", sec / 60, sec % 60);
	else
		crane_print("%" PRId64 "s", sec);
}

/* Splits a list in which Slurm marks denied names with '-'. */
static void split_list(const char *text, struct crane_strings *allowed,
		       struct crane_strings *denied)
{
	struct crane_strings names = { 0 };

	if (text[0])
		crane_list_parse(text, &names, NULL);
	for (size_t i = 0; i < names.n; i++) {
		bool minus = names.item[i][0] == '-';

		crane_strings_addf(minus ? denied : allowed, "%s", names.item[i] + minus);
	}
	crane_strings_clear(&names);
}

static void print_list(const char *label, const struct crane_strings *list)
{
	if (list->n)
		crane_print("\t%s=", label);
	for (size_t i = 0; i < list->n; i++)
		crane_print("%s%s", i == 0 ? "" : ",", list->item[i]);
	if (list->n)
		crane_print("\n");
}

struct access {
	struct crane_strings allowed_accounts, denied_accounts, allowed_users, denied_users;
};

static void read_access(const struct crane_reservation *reservation, struct access *access)
{
	memset(access, 0, sizeof(*access));
	split_list(reservation->accounts, &access->allowed_accounts, &access->denied_accounts);
	split_list(reservation->users, &access->allowed_users, &access->denied_users);
}

static void clear_access(struct access *access)
{
	crane_strings_clear(&access->allowed_accounts);
	crane_strings_clear(&access->denied_accounts);
	crane_strings_clear(&access->allowed_users);
	crane_strings_clear(&access->denied_users);
}

static void print_reservation(const struct crane_reservation *reservation,
			      const struct access *access, const struct crane_share *share)
{
	char start[CRANE_DATE_MAX];

	crane_print("ReservationName=%s\n\tStartTime=%s Duration=", reservation->name,
		    crane_date_format(reservation->start_time, start));
	print_duration((int64_t)(reservation->end_time - reservation->start_time));
	crane_print("\n");
	if (reservation->partition[0])
		crane_print("\tPartition=%s", reservation->partition);
	if (reservation->nodes[0])
		crane_print(reservation->partition[0] ? " CranedRegex=%s" : "\tCranedRegex=%s",
			    reservation->nodes);
	if (reservation->partition[0] || reservation->nodes[0])
		crane_print("\n");
	print_list("AllowedAccounts", &access->allowed_accounts);
	print_list("DeniedAccounts", &access->denied_accounts);
	print_list("AllowedUsers", &access->allowed_users);
	print_list("DeniedUsers", &access->denied_users);
	crane_print_share(share);
	crane_print("\n");
}

static struct json_object *json_reservation(const struct crane_reservation *reservation,
					    const struct access *access,
					    const struct crane_share *share)
{
	struct json_object *to = crane_json_object();
	int64_t sec = (int64_t)(reservation->end_time - reservation->start_time);

	crane_json_put(to, "reservation_name", crane_json_text(reservation->name));
	crane_json_put(to, "start_time", crane_json_time(reservation->start_time));
	crane_json_put(to, "duration", crane_json_duration(sec));
	crane_json_put(to, "partition", crane_json_text(reservation->partition));
	crane_json_put(to, "craned_regex", crane_json_text(reservation->nodes));
	crane_json_put(to, "res_total", crane_json_resources(&share->total));
	crane_json_put(to, "res_avail", crane_json_resources(&share->avail));
	crane_json_put(to, "res_alloc", crane_json_resources(&share->alloc));
	crane_json_put(to, "allowed_accounts", crane_json_list(&access->allowed_accounts));
	crane_json_put(to, "denied_accounts", crane_json_list(&access->denied_accounts));
	crane_json_put(to, "allowed_users", crane_json_list(&access->allowed_users));
	crane_json_put(to, "denied_users", crane_json_list(&access->denied_users));
	return to;
}

static enum crane_exit print_reservations(const struct crane_control *line,
					  const struct crane_reservations *reservations,
					  const struct crane_cluster *cluster,
					  const struct crane_jobs *jobs)
{
	struct json_object *reply = crane_json_object(), *list = crane_json_array();
	size_t shown = 0;

	crane_json_put(reply, "ok", json_object_new_boolean(true));
	crane_json_put(reply, "reason", json_object_new_string(""));
	crane_json_put(reply, "reservation_info_list", list);
	for (size_t i = 0; i < reservations->n; i++) {
		const struct crane_reservation *reservation = &reservations->reservation[i];
		struct crane_share share;
		struct access access;

		if (line->id && strcmp(line->id, reservation->name) != 0)
			continue;
		share_of(reservation, cluster, jobs, &share);
		read_access(reservation, &access);
		if (line->json)
			crane_json_append(list, json_reservation(reservation, &access, &share));
		else
			print_reservation(reservation, &access, &share);
		clear_access(&access);
		crane_share_clear(&share);
		shown++;
	}
	return crane_control_show_end(line, "reservation", shown, reply);
}

enum crane_exit crane_show_reservation(const struct crane_control *line)
{
	struct crane_reservations reservations = { 0 };
	struct crane_cluster cluster = { 0 };
	struct crane_jobs jobs = { 0 };
	struct crane_slurm_error why;
	enum crane_exit status;

	crane_slurm_begin(line->config);
	if (crane_slurm_load_reservations(&reservations, &why) != 0 ||
	    crane_cluster_load(&cluster, &why) != 0 ||
	    crane_slurm_load_jobs(false, &jobs, &why) != 0)
		status = crane_control_call_failed(
			"show reservations failed: ", "Failed to retrieve reservation info", &why);
	else
		status = print_reservations(line, &reservations, &cluster, &jobs);
	crane_jobs_free(&jobs);
	crane_cluster_free(&cluster);
	crane_reservations_free(&reservations);
	return status;
}
