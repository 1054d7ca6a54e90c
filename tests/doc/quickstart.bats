#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The tour of contrib/quickstart, which looks at its own output. It runs in a tree that holds the built commands already.

load common

# A tree with the scripts of this one, whose build is this one's and needs no bootstrap.
tree_of_its_own()
{
	tree=$BATS_TEST_TMPDIR/tree
	mkdir -p "$tree/contrib"
	cp -R "$CRANE_TOP"/contrib/{quickstart,minicluster,install-deps} "$tree/contrib"
	printf '#!/bin/sh\n' >"$tree/contrib/bootstrap"
	chmod 755 "$tree/contrib/bootstrap"
	ln -s "$CRANE_TOP/configure.ac" "$tree"
	ln -s "$CRANE_BUILDDIR" "$tree/build"
	MINICLUSTER_DIR=$(mktemp -d "${TMPDIR:-/tmp}/crane-tour.XXXXXX")
	export MINICLUSTER_DIR
	chmod 755 "$MINICLUSTER_DIR"
	unset SUDO_USER
}

@test "quickstart --accounting ends with status 0 after a tour that ends with cacct and ceff" {
	tree_of_its_own
	run "$tree/contrib/quickstart" --accounting
	[[ $status == 0 && $output != *WRONG* ]] || { echo "$output"; false; }
	[[ $output == *$'\n$ cacct -j 1,2\n'*$'\n$ ceff 1\nJobId: 1\n'*'CPU Efficiency: '*'The cluster is still up.'* ]] || { echo "$output"; false; }
}
