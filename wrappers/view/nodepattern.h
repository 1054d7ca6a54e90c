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
 * Errors: -1 with "Invalid node pattern: X." or "Invalid node pattern: X: isolated bracket."
 */
int crane_nodes_parse(const char *text, struct crane_strings *nodes, struct crane_error *err);

#endif /* WRAPPERS_VIEW_NODEPATTERN_H */
