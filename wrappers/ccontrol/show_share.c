/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the files of `ccontrol show` print resources.
 */
#include "config.h"

#include "wrappers/ccontrol/show_share.h"

#include <stdlib.h>
#include <string.h>

#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"
#include "wrappers/output/json.h"

void crane_print_mem(double mib)
{
	if (mib > 0)
		crane_print("%.0fM", mib);
	else
		crane_print("0");
}

void crane_print_gres(const struct crane_resources *res)
{
	const char *separator = "";

	for (size_t i = 0; i < res->n_gres; i++) {
		if (res->gres[i].count == 0 || crane_tres_has_typed(res, res->gres[i].name))
			continue;
		crane_print("%s%s:%llu", separator, res->gres[i].name, res->gres[i].count);
		separator = ", ";
	}
	if (!*separator)
		crane_print("None");
}

void crane_print_share(const struct crane_share *share)
{
	crane_print("\tTotalCPU=%.2f AvailCPU=%.2f AllocCPU=%.2f\n\tTotalMem=", share->total.cpus,
		    share->avail.cpus, share->alloc.cpus);
	crane_print_mem(share->total.mem_mib);
	crane_print(" AvailMem=");
	crane_print_mem(share->avail.mem_mib);
	crane_print(" AllocMem=");
	crane_print_mem(share->alloc.mem_mib);
	crane_print("\n\tTotalGres=");
	crane_print_gres(&share->total);
	crane_print(" AvailGres=");
	crane_print_gres(&share->avail);
	crane_print(" AllocGres=");
	crane_print_gres(&share->alloc);
	crane_print("\n");
}

/* {"gpu":{"total":"2","specified":{"a100":"2"}}} */
static struct json_object *gres_map(const struct crane_resources *res)
{
	struct json_object *map = crane_json_object();

	for (size_t i = 0; i < res->n_gres; i++) {
		const char *full = res->gres[i].name, *colon = strchr(full, ':');
		size_t len = colon ? (size_t)(colon - full) : strlen(full);
		char *name = crane_xstrndup(full, len);
		struct json_object *kind, *types, *total;
		unsigned long long sum = res->gres[i].count;

		if (!json_object_object_get_ex(map, name, &kind)) {
			kind = crane_json_object();
			crane_json_put(kind, "total", crane_json_u64(0));
			crane_json_put(kind, "specified", crane_json_object());
			crane_json_put(map, name, kind);
		}
		if (colon) {
			json_object_object_get_ex(kind, "specified", &types);
			crane_json_put(types, colon + 1, crane_json_u64(res->gres[i].count));
			json_object_object_get_ex(kind, "total", &total);
			sum += strtoull(json_object_get_string(total), NULL, 10);
		}
		if (colon || !crane_tres_has_typed(res, name))
			crane_json_put(kind, "total", crane_json_u64(sum));
		free(name);
	}
	return map;
}

struct json_object *crane_json_resources(const struct crane_resources *res)
{
	struct json_object *view = crane_json_object(), *gres = crane_json_object();

	crane_resources_put(view, res);
	crane_json_put(gres, "name_gres_map", gres_map(res));
	crane_json_put(view, "gres_map", gres);
	return view;
}
