/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ccontrol show lic [NAME,...] (doc/reference/control.md#show-lic).
 */
#ifndef WRAPPERS_CCONTROL_SHOW_LICENSE_H
#define WRAPPERS_CCONTROL_SHOW_LICENSE_H

#include "src/exitstatus.h"
#include "wrappers/ccontrol/sentence.h"

enum crane_exit crane_show_license(const struct crane_control *line);

#endif /* WRAPPERS_CCONTROL_SHOW_LICENSE_H */
