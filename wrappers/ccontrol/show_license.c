/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccontrol show lic.
 */
#include "config.h"

#include "wrappers/ccontrol/show_license.h"

#include <string.h>

#include "wrappers/base/print.h"
#include "wrappers/ccontrol/verb.h"
#include "wrappers/options/list.h"
#include "wrappers/output/date.h"
#include "wrappers/output/json.h"
#include "wrappers/slurm/cluster.h"
#include "wrappers/base/strings.h"

static uint32_t free_of(const struct crane_license *license)
{
	uint64_t taken = (uint64_t)license->used + license->reserved + license->last_deficit;

	return taken < license->total ? license->total - (uint32_t)taken : 0;
}

static void print_license(const struct crane_license *license)
{
	char updated[CRANE_DATE_MAX];

	crane_print("LicenseName=%s \n\tTotal=%u Used=%u Free=%u Reserved=%u Remote=%s\n",
		    license->name, license->total, license->used, free_of(license),
		    license->reserved, license->remote ? "yes" : "no");
	if (license->remote)
		crane_print("\tLastConsumed=%u LastDeficit=%u LastUpdated=%s\n",
			    license->last_consumed, license->last_deficit,
			    crane_date_format(license->last_update, updated));
}

static struct json_object *json_license(const struct crane_license *license)
{
	struct json_object *to = crane_json_object();

	crane_json_put(to, "name", crane_json_text(license->name));
	crane_json_put(to, "total", json_object_new_int64(license->total));
	crane_json_put(to, "used", json_object_new_int64(license->used));
	crane_json_put(to, "free", json_object_new_int64(free_of(license)));
	crane_json_put(to, "reserved", json_object_new_int64(license->reserved));
	crane_json_put(to, "remote", json_object_new_boolean(license->remote));
	crane_json_put(to, "last_consumed", json_object_new_int64(license->last_consumed));
	crane_json_put(to, "last_deficit", json_object_new_int64(license->last_deficit));
	crane_json_put(to, "last_update", crane_json_u64((uint64_t)license->last_update));
	return to;
}

static const struct crane_license *find(const struct crane_licenses *licenses, const char *name)
{
	for (size_t i = 0; i < licenses->n; i++) {
		if (strcmp(licenses->license[i].name, name) == 0)
			return &licenses->license[i];
	}
	return NULL;
}

static void show_one(const struct crane_license *license, struct json_object *list)
{
	if (list)
		crane_json_append(list, json_license(license));
	else
		print_license(license);
}

static void print_json(struct json_object *list)
{
	struct json_object *reply = crane_json_object();

	crane_json_put(reply, "ok", json_object_new_boolean(true));
	crane_json_put(reply, "license_info_list", list);
	crane_json_print(reply);
}

/* Shows all licenses, or those of [names]; reports each name that is unknown. Returns the status. */
static enum crane_exit print_licenses(const struct crane_control *line,
				      const struct crane_strings *names,
				      const struct crane_licenses *licenses)
{
	struct json_object *list = line->json ? crane_json_array() : NULL;
	enum crane_exit status = CRANE_EXIT_OK;

	for (size_t i = 0; names->n == 0 && i < licenses->n; i++)
		show_one(&licenses->license[i], list);
	for (size_t i = 0; i < names->n; i++) {
		const struct crane_license *license = find(licenses, names->item[i]);

		if (license)
			show_one(license, list);
	}
	if (list)
		print_json(list);
	else if (names->n == 0 && licenses->n == 0)
		crane_print("No license is available.\n");
	for (size_t i = 0; i < names->n; i++) {
		if (!find(licenses, names->item[i]))
			status = crane_control_fail(CRANE_EXIT_GENERIC, "license %s not found.",
						    names->item[i]);
	}
	return status;
}

enum crane_exit crane_show_license(const struct crane_control *line)
{
	struct crane_licenses licenses = { 0 };
	struct crane_strings names = { 0 };
	enum crane_exit status = CRANE_EXIT_OK;
	struct crane_slurm_error why;
	struct crane_error err;

	if (line->id && line->id[0] && crane_list_parse(line->id, &names, &err) != 0) {
		status = crane_control_fail(CRANE_EXIT_GENERIC, "show licenses failed: %s",
					    err.text);
		goto out;
	}
	crane_slurm_begin(line->config);
	if (crane_slurm_load_licenses(&licenses, &why) != 0)
		status = crane_control_call_failed(
			"show licenses failed: ", "Failed to show license", &why);
	else
		status = print_licenses(line, &names, &licenses);
out:
	crane_licenses_free(&licenses);
	crane_strings_clear(&names);
	return status;
}
