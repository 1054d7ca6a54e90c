# SPDX-License-Identifier: GPL-2.0-or-later
#
# Variables that setup_file passes to the tests. In setup_file a file starts the jobs of all its slow tests together, by
# functions named given_...; each test then waits only for its own jobs. So a file takes about as long as its slowest test.
#
# shellcheck shell=bash

# The folder of the variables: keep NAME VARIABLE... writes them, recall NAME reads them.
keep()
{
	local name=$1 var
	shift
	for var; do
		[[ -n ${!var} ]] || fail "$name: no $var"
	done
	declare -p "$@" >"$BATS_FILE_TMPDIR/kept-$name"
}

recall()
{
	local text
	text=$(<"$BATS_FILE_TMPDIR/kept-$1") || fail "nothing was kept as $1"
	eval "${text//declare -/declare -g -}"
}

# Runs every given_... function of the file, one after the other.
all_given()
{
	local name
	for name in $(compgen -A function given_); do
		"$name"
	done
}
