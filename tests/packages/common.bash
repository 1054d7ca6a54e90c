# SPDX-License-Identifier: GPL-2.0-or-later
#
# For both files of this folder: what the pages say in their fenced blocks, and how a test fails with words.
#
# shellcheck shell=bash

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

fail()
{
	printf '%s\n' "$*" >&2
	return 1
}

assert_eq()
{
	[[ $1 == "$2" ]] || fail "${3:+$3: }got:
$1
wanted:
$2"
}

assert_contains()
{
	[[ $1 == *"$2"* ]] || fail "got:
$1
wanted it to contain:
$2"
}

# wait_until CONDITION SECONDS
wait_until()
{
	local limit
	limit=$((${EPOCHREALTIME/./} + $2 * 1000000))
	until eval "$1"; do
		((${EPOCHREALTIME/./} < limit)) || fail "not within $2 s: $1" || return 1
		sleep 0.1
	done
}
