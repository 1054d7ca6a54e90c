/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process between salloc and the user's shell: prints the nodes, completes the environment, and
 * becomes the shell, here or on the first node.
 */
#ifndef WRAPPERS_CALLOC_SHELL_H
#define WRAPPERS_CALLOC_SHELL_H

#include <stdbool.h>

/*
 * The first word of that process's command line; users do not write it. The members of the struct
 * follow, the last one as quiet or all.
 */
#define CRANE_CALLOC_SHELL "--become-shell"

struct crane_calloc_shell {
	int stderr_fd; /* the user's stderr; calloc reads our own */
	/*
	 * A socket. calloc writes a byte when it has printed its messages. This process writes a
	 * byte when the shell begins: the errno for which its message was lost, or 0.
	 */
	int sync_fd;
	bool quiet;
};

/*
 * [argc] and [argv] are those of main(), with CRANE_CALLOC_SHELL as argv[1]. Returns the exit
 * status, and only if no shell can be run.
 */
int crane_calloc_shell_main(int argc, char **argv);

#endif /* WRAPPERS_CALLOC_SHELL_H */
