# SPDX-License-Identifier: GPL-2.0-or-later
#
# Shared by the files of this folder: a page of the guide, its cluster, and its user. console.bash reads, runs and compares
# a page.
#
# shellcheck shell=bash

bats_require_minimum_version 1.5.0

load console

# console FUNCTION ARGUMENT...: a function of console.bash in a bash of its own: bats traces every command, which makes
# loops over lines slow.
console()
{
	# shellcheck disable=SC2016
	bash -c 'set -u; . "$0"; "$@"' "$CRANE_TOP/tests/doc/console.bash" "$@"
}

# guide_pages: all pages that may hold commands, relative to the top.
guide_pages()
{
	local page
	for page in "$CRANE_TOP"/README.md "$CRANE_TOP"/doc/*.md; do
		echo "${page#"$CRANE_TOP/"}"
	done
}

# guide_cluster [OPTION of minicluster up...]: a new one, for this test; its first job is job 1.
guide_cluster()
{
	MINICLUSTER_DIR=$(mktemp -d "${TMPDIR:-/tmp}/crane-doc.XXXXXX")
	export MINICLUSTER_DIR
	chmod 755 "$MINICLUSTER_DIR"
	"$CRANE_TOP/contrib/minicluster/minicluster" up --conf MinJobAge=900 --conf DefMemPerCPU=50 "$@" 3>&-
	eval "$("$CRANE_TOP/contrib/minicluster/minicluster" env)"
	install -d -o craneuser "$BATS_TEST_TMPDIR/craneuser"
}

# run_guide_page PAGE: on a cluster of its own, as craneuser.
run_guide_page()
{
	local page=$CRANE_TOP/$1 options=() said
	read -ra options < <(console page_cluster_options "$page") || true
	guide_cluster "${options[@]}"
	said=$(console run_page "$page" craneuser "$BATS_TEST_TMPDIR/craneuser" "$CRANE_TOP" 3>&-)
	echo "# $1: $said" >&3
}

setup()
{
	unset "${!CRANE_JOB@}" "${!SLURM_@}" "${!SBATCH_@}"
}

# A page may leave jobs behind: they end with their cluster.
teardown()
{
	[[ -n ${MINICLUSTER_DIR:-} ]] || return 0
	if [[ -z ${BATS_TEST_COMPLETED:-} ]]; then
		tail -n 30 -- "$MINICLUSTER_DIR/log/slurmctld.log" || true
	fi
	scancel --quiet --user craneuser 2>/dev/null || true
	"$CRANE_TOP/contrib/minicluster/minicluster" down --dir "$MINICLUSTER_DIR" 3>&- || rmdir "$MINICLUSTER_DIR"
}
