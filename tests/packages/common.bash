# SPDX-License-Identifier: GPL-2.0-or-later
#
# Shared by both files of this folder: the commands in the fenced blocks of doc/packages.md.
#
# shellcheck shell=bash

load ../lib/assert
load ../lib/wait

# commands_of HEADING: the shell commands of a section of doc/packages.md.
commands_of()
{
	local text
	text=$(awk -v heading="## $1" '
		/^## / { inside = $0 == heading }
		/^```/ { fenced = inside && $0 == "```sh"; next }
		fenced' "$CRANE_PAGE")
	[[ -n $text ]] || fail "no commands in section $1 of $CRANE_PAGE" || return 1
	printf '%s\n' "$text"
}

# Runs the commands of a section in the current folder; each of them has to succeed.
follow()
{
	local text
	text=$(commands_of "$1") || return 1
	bash -euxo pipefail -c "$text" 2>&1 3>&-
}
