# SPDX-License-Identifier: GPL-2.0-or-later
#
# The tests' own clients, in C with libslurm, for requests that Slurm's commands do not make.
#
# shellcheck shell=bash

# build_client NAME: in setup_file; builds tests/cluster/NAME.c and exports its path as NAME, with _ for -.
build_client()
{
	local -n path=${1//-/_}
	path=$BATS_FILE_TMPDIR/$1
	"${CC:-gcc}" -o "$path" "$CRANE_TOP/tests/cluster/$1.c" -lslurm
	export "${1//-/_}"
	chmod go+x "$BATS_FILE_TMPDIR"
}
