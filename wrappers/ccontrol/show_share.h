/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints resources for the files of `ccontrol show`. */
#ifndef WRAPPERS_CCONTROL_SHOW_SHARE_H
#define WRAPPERS_CCONTROL_SHOW_SHARE_H

#include "wrappers/view/cluster.h"
#include "wrappers/view/resources.h"

/* Prints "1024M", or "0". */
void crane_print_mem(double mib);

/* Prints "gpu:a100:2, nic:1", or "None". */
void crane_print_gres(const struct crane_resources *res);

/*
 * Prints three lines: "\tTotalCPU=16.00 AvailCPU=8.00 AllocCPU=8.00", and the same for memory and
 * for generic resources.
 */
void crane_print_share(const struct crane_share *share);

#endif /* WRAPPERS_CCONTROL_SHOW_SHARE_H */
