/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The resolver: one thread in slurmctld that watches the dependees of gated jobs, keeps the jobs'
 * records up to date and opens their gates. It reads the hooks' messages in the inbox and in the
 * table.
 *
 * The thread calls slurmctld's API only while it holds none of slurmctld's locks, and waits for
 * slurmctld's locks and answers only while it holds no mutex of ours.
 */
#ifndef PLUGINS_JOB_SUBMIT_RESOLVER_H
#define PLUGINS_JOB_SUBMIT_RESOLVER_H

/*
 * The plugin is loaded: starts the thread, or lets the thread of an earlier load go on. In both
 * cases the thread looks at all jobs once and logs how many wait. Returns -1 (logged) if the thread
 * cannot be created.
 */
int resolver_start(void);

/*
 * The plugin is unloaded: asks the thread to end. Never waits for it, because Slurm 22.05 deadlocks
 * when fini() joins a thread that wants slurmctld's locks.
 */
void resolver_stop(void);

#endif /* PLUGINS_JOB_SUBMIT_RESOLVER_H */
