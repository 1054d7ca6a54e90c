/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds out what happened to dependees: asks slurmctld, loads those that started or ended, and
 * fires the edges that wait for them. src/dependency.c knows what an event means to an edge;
 * updates.c writes to slurmctld what fired.
 *
 * For the resolver's thread, which holds no lock when it calls.
 */
#ifndef PLUGINS_JOB_SUBMIT_DEPENDEES_H
#define PLUGINS_JOB_SUBMIT_DEPENDEES_H

#include <stdint.h>

/*
 * Asks slurmctld's predicates, under a short read lock of jobs, and marks the dependees that have
 * to be loaded. Asks about a part of the gated jobs too, and looks at those that are no longer
 * pending.
 */
void dependees_probe(int64_t now);

/*
 * Loads the marked dependees; one that slurmctld does not answer for stays marked. Frees those that
 * no edge waits for.
 */
void dependees_load_changed(int64_t now);

#endif /* PLUGINS_JOB_SUBMIT_DEPENDEES_H */
