/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values of all kinds as the text of a cell of a table of jobs: malloc'd.
 */
#ifndef WRAPPERS_VIEW_CELLS_H
#define WRAPPERS_VIEW_CELLS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

char *crane_cell_text(const char *s);
char *crane_cell_number(uint32_t n);
char *crane_cell_bool(bool b);
char *crane_cell_date(time_t when);
char *crane_cell_mem(double mib);         /* in whole MiB, "12M"; "0" below half of one */
char *crane_cell_names(const char *list); /* the names of a folded list of nodes, joined by ',' */

#endif /* WRAPPERS_VIEW_CELLS_H */
