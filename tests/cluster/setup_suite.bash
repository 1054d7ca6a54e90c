# SPDX-License-Identifier: GPL-2.0-or-later
#
# Before the first and after the last file of this folder: two plain users and one mini cluster that all files may use.
# own-cluster.bash makes a cluster for one file.
#
# shellcheck shell=bash

setup_suite()
{
	local top user made=''
	top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
	export CRANE_TOP=$top
	export CRANE_BUILDDIR=${CRANE_BUILDDIR:-$top/build}
	# Several clusters start at the same time.
	export MINICLUSTER_TIMEOUT=${MINICLUSTER_TIMEOUT:-60}

	# bats keeps its folders from other users; the tests' plain users work below them.
	umask 022
	chmod go+x "$BATS_RUN_TMPDIR" "$BATS_SUITE_TMPDIR"

	for user in craneuser craneother; do
		id "$user" >/dev/null 2>&1 && continue
		useradd --create-home --shell /bin/bash "$user"
		made+=" $user"
	done
	export CRANE_USERS_MADE=$made

	# Ended jobs stay as long as the longest file may want to look at them. Without a default a job takes all memory
	# of its nodes, so that one node would run one job.
	MINICLUSTER_DIR=$(mktemp -d "${TMPDIR:-/tmp}/crane-suite.XXXXXX")
	export MINICLUSTER_DIR CRANE_SUITE_DIR=$MINICLUSTER_DIR
	"$top/contrib/minicluster/minicluster" up --nodes 4 --cpus 16 \
		--conf 'MinJobAge=900' --conf 'DefMemPerCPU=50' --crane-conf 'DependencyGate=always' 3>&-
	eval "$("$top/contrib/minicluster/minicluster" env)"
	# shellcheck source=tests/lib/assert.bash source=tests/lib/wait.bash source=tests/cluster/own-cluster.bash
	(source "$top/tests/lib/assert.bash" && source "$top/tests/lib/wait.bash" &&
		source "$top/tests/cluster/own-cluster.bash" && wait_for_first_look)
}

teardown_suite()
{
	local user
	"$CRANE_TOP/contrib/minicluster/minicluster" down --dir "$CRANE_SUITE_DIR" 3>&- || rmdir "$CRANE_SUITE_DIR"
	for user in $CRANE_USERS_MADE; do
		userdel --remove "$user" 2>/dev/null
	done
	return 0
}
