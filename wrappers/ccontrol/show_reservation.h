/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccontrol show reservation [NAME] (doc/reference/control.md#show-reservation).
 */
#ifndef WRAPPERS_CCONTROL_SHOW_RESERVATION_H
#define WRAPPERS_CCONTROL_SHOW_RESERVATION_H

#include "src/exitstatus.h"
#include "wrappers/ccontrol/sentence.h"

enum crane_exit crane_show_reservation(const struct crane_control *line);

#endif /* WRAPPERS_CCONTROL_SHOW_RESERVATION_H */
