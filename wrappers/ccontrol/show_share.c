/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints resources for the files of `ccontrol show`. */
#include "config.h"

#include "wrappers/ccontrol/show_share.h"

#include "wrappers/base/print.h"

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
