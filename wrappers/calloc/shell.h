/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process between salloc and the user's shell: tells the nodes, completes the environment,
 * becomes the shell, here or on the first node (spec/cli-submit.md section 7). salloc itself is run
 * by calloc.c.
 */
#ifndef WRAPPERS_CALLOC_SHELL_H
#define WRAPPERS_CALLOC_SHELL_H

#include <stdbool.h>

/*
 * First word of that process's command line; no user types it. Then follow the members of the
 * struct, the last one as quiet or all.
 */
#define CRANE_CALLOC_SHELL "--become-shell"

struct crane_calloc_shell {
	int stderr_fd; /* the user's stderr; our own is read by calloc */
	/* A socket to calloc: a byte comes once its messages are out, one goes with the shell. */
	int sync_fd;
	bool quiet;
};

/*
 * argv as main() has it, with CRANE_CALLOC_SHELL as argv[1]. Returns only when there is no shell:
 * the exit status.
 */
int crane_calloc_shell_main(int argc, char **argv);

#endif /* WRAPPERS_CALLOC_SHELL_H */
