# SPDX-License-Identifier: GPL-2.0-or-later
#
# Assertions of all bats tests. Each prints the wanted and the found value on stderr, and fails.
#
# shellcheck shell=bash

fail()
{
	printf '%s\n' "$*" >&2
	return 1
}

assert_eq()
{
	[[ $1 == "$2" ]] || fail "wanted: $2"$'\n'"found:  $1${3:+$'\n'($3)}"
}

assert_contains()
{
	[[ $1 == *"$2"* ]] || fail "wanted in it: $2"$'\n'"found:        $1"
}

refute_contains()
{
	[[ $1 != *"$2"* ]] || fail "not wanted in it: $2"$'\n'"found: $1"
}

# assert_between LOW HIGH VALUE [WHAT]
assert_between()
{
	if [[ ! $3 =~ ^-?[0-9]+$ ]] || (($3 < $1 || $3 > $2)); then
		fail "${4:+$4: }wanted $1..$2, found $3"
	fi
}

# what_came: what `run --separate-stderr` has set, and the words that a stub command (tests/cli/stubs) was called with.
what_came()
{
	printf 'status: %s\nstdout: %s\nstderr: %s\n' "$status" "$output" "${stderr:-}"
	[[ ! -f ${STUB_DIR:-}/argv ]] || printf 'argv: %s\n' "$(tr '\n' ' ' <"$STUB_DIR/argv")"
}

show()
{
	fail "$(what_came)"
}

assert_status()
{
	[[ $status == "$1" ]] || show
}

# assert_failed STATUS TEXT: no stdout, this status, and exactly this text on stderr.
assert_failed()
{
	[[ $status == "$1" && -z $output && $stderr == "$2" ]] || show
}

# assert_answer STATUS STDOUT [STDERR]: this status, and exactly these texts.
assert_answer()
{
	[[ $status == "$1" && $output == "$2" && $stderr == "${3:-}" ]] || fail "wanted: status $1, $2"$'\n'"$(what_came)"
}
