# SPDX-License-Identifier: GPL-2.0-or-later
#
# Before the first and after the last file of this folder: the plain user of the guide. Each page has its own cluster.
#
# shellcheck shell=bash

setup_suite()
{
	local top
	top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
	export CRANE_TOP=$top
	export CRANE_BUILDDIR=${CRANE_BUILDDIR:-$top/build}
	export CRANE_USER_MADE=
	# Several clusters start at the same time.
	export MINICLUSTER_TIMEOUT=${MINICLUSTER_TIMEOUT:-60}

	# bats keeps its folders from other users; the plain user works below them.
	umask 022
	chmod go+x "$BATS_RUN_TMPDIR" "$BATS_SUITE_TMPDIR"
	if ! id craneuser >/dev/null 2>&1; then
		useradd --create-home --shell /bin/bash craneuser
		CRANE_USER_MADE=1
	fi
}

teardown_suite()
{
	[[ -z $CRANE_USER_MADE ]] || userdel --remove craneuser 2>/dev/null
	return 0
}
