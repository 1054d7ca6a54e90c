# SPDX-License-Identifier: GPL-2.0-or-later
#
# Messages to the user, on stderr.
#
# The parts share their variables.
# shellcheck shell=bash disable=SC2034,SC2154

say()
{
	printf 'minicluster: %s\n' "$*" >&2
}

die()
{
	say "$@"
	exit 1
}

usage_error()
{
	say "$@"
	say "see minicluster --help"
	exit 2
}
