/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happened to the dependees: ask slurmctld, load those that started or ended, and let the edges that wait for them fire.
 * What an event is to an edge is left to src/dependency.c, telling slurmctld of what fired to updates.c.
 *
 * For the resolver's thread, which holds no lock when it calls.
 */
#ifndef PLUGINS_JOB_SUBMIT_DEPENDEES_H
#define PLUGINS_JOB_SUBMIT_DEPENDEES_H

#include <stdint.h>

/*
 * Ask slurmctld's predicates, under a short read lock of jobs, and mark the dependees that are to be loaded. A share of the
 * gated jobs is asked for as well: those no longer pending are looked at.
 */
void dependees_probe(int64_t now);

/* Load what is marked. What slurmctld did not tell stays marked. Drops dependees that nothing waits for any longer. */
void dependees_load_changed(int64_t now);

#endif /* PLUGINS_JOB_SUBMIT_DEPENDEES_H */
