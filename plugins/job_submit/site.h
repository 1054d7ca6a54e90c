/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The site's choices: crane.conf, in slurm.conf's folder, read each time the plugin is loaded. */
#ifndef PLUGINS_JOB_SUBMIT_SITE_H
#define PLUGINS_JOB_SUBMIT_SITE_H

#include <stdbool.h>

struct site {
	/*
	 * DependencyScope=all: strings without "crane:" are Crane's too if its grammar accepts
	 * them.
	 */
	bool scope_all;
	/*
	 * EndedDependency=evaluate: an ended job counts by its outcome, instead of being refused.
	 */
	bool evaluate_ended;
	/*
	 * DependencyGate=always: for tests; a dependency that Slurm could keep exactly is gated
	 * too.
	 */
	bool gate_always;
};

/*
 * Reads DIR/crane.conf into [site]. Without a file all choices have their defaults. A key, a value
 * or a line that is not understood is logged with its line number and ignored; the function never
 * fails.
 */
void site_read(const char *dir, struct site *site);

#endif /* PLUGINS_JOB_SUBMIT_SITE_H */
