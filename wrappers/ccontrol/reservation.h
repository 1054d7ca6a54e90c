/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccontrol create reservation NAME KEY=VALUE... and delete reservation NAME|ALL
 * (doc/reference/control.md#reservations). Slurm checks permissions.
 */
#ifndef WRAPPERS_CCONTROL_RESERVATION_H
#define WRAPPERS_CCONTROL_RESERVATION_H

#include "src/exitstatus.h"
#include "wrappers/ccontrol/sentence.h"

enum crane_exit crane_create_reservation(const struct crane_control *line);
enum crane_exit crane_delete_reservation(const struct crane_control *line);

#endif /* WRAPPERS_CCONTROL_RESERVATION_H */
