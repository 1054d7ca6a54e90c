#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# One page of the guide on a cluster of its own; a file for each page, so that they run side by side.

load common

@test "every command of doc/use-cases.md does and prints what the page says" {
	run_guide_page doc/use-cases.md
}
