/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nodes as users write them: "cn[01-03],x5".
 */
#ifndef WRAPPERS_VIEW_NODEPATTERN_H
#define WRAPPERS_VIEW_NODEPATTERN_H

#include "src/error.h"
#include "wrappers/base/strings.h"

/*
 * Adds the nodes of [text] to [nodes]; blanks are skipped. An item that is not a host list, such as
 * "cn[1-2]x", is added as it is and names no node.
 * Errors: -1 with "Invalid node pattern: X."; *why_brackets is then a line to print before that
 * one, or NULL if there is no more to say.
 */
int crane_nodes_parse(const char *text, struct crane_strings *nodes, const char **why_brackets,
		      struct crane_error *err);

#endif /* WRAPPERS_VIEW_NODEPATTERN_H */
