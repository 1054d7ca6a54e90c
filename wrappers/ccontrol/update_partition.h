/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccontrol update partitionname=NAME [accounts=A,...] [deniedaccounts=A,...]
 * (doc/reference/control.md#update-of-partitions). Slurm checks permissions.
 */
#ifndef WRAPPERS_CCONTROL_UPDATE_PARTITION_H
#define WRAPPERS_CCONTROL_UPDATE_PARTITION_H

#include "src/exitstatus.h"
#include "wrappers/ccontrol/sentence.h"

enum crane_exit crane_update_partition(const struct crane_control *line);

#endif /* WRAPPERS_CCONTROL_UPDATE_PARTITION_H */
