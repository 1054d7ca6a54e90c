/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the site decided: crane.conf, beside slurm.conf, read once when the plugin is loaded.
 */
#ifndef PLUGINS_JOB_SUBMIT_SITE_H
#define PLUGINS_JOB_SUBMIT_SITE_H

#include <stdbool.h>

struct site {
	bool scope_all; /* DependencyScope=all: strings without "crane:" too (DESIGN D3); default prefix */
	bool evaluate_ended; /* EndedDependency=evaluate: an ended job counts by its outcome (D4); default refuse */
};

/*
 * Read DIR/crane.conf into [site]. No file: defaults, no word. What is not understood (a key, a value, a line) is told in
 * slurmctld's log with its line number and left at its default; nothing here ever fails.
 */
void site_read(const char *dir, struct site *site);

#endif /* PLUGINS_JOB_SUBMIT_SITE_H */
