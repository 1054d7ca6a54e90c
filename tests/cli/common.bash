# SPDX-License-Identifier: GPL-2.0-or-later
#
# Shared by the tests of this folder: a folder of their own, a stub sbatch first on PATH, and assertions on the output of a
# command and on the arguments of sbatch. No Slurm daemon is needed.
#
# shellcheck shell=bash

bats_require_minimum_version 1.5.0

load ../lib/assert

crane_top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
bin=${CRANE_BUILDDIR:-$crane_top/build}/bin

common_setup()
{
	STUB_DIR=$BATS_TEST_TMPDIR/stub
	mkdir "$STUB_DIR"
	export STUB_DIR
	PATH=$crane_top/tests/cli/stubs:$PATH
	cd "$BATS_TEST_TMPDIR" || return 1
	# Variables of jobs in the caller's environment are removed.
	unset "${!SBATCH_@}" "${!CRANE_@}" "${!STUB_ST@}"
	printf '#!/bin/bash\nhostname\n' >job.sh
}

# A slurm.conf of a cluster whose slurmctld does not answer, on a machine that may not even know "localhost".
unreachable_conf()
{
	printf '%s\n' ClusterName=x 'SlurmctldHost=localhost(127.0.0.1)' SlurmctldPort=1 AuthType=auth/munge \
		MessageTimeout=1
}

# In setup: common_setup, and all commands mean a cluster whose slurmctld does not answer.
unreachable_setup()
{
	common_setup
	unreachable_conf >slurm.conf
	export SLURM_CONF=$PWD/slurm.conf
}

# run_command NAME ARG...: like run, with stdout in $output, stderr in $stderr, and no terminal.
run_command()
{
	local name=$1
	shift
	rm -f "$STUB_DIR"/*
	run --separate-stderr "$bin/$name" "$@" </dev/null
}

# The job was submitted, and stdout has only the answer.
assert_submitted()
{
	{ [ "$status" -eq 0 ] && [ "$output" = 'Job id allocated: 4711' ]; } || show
}

# A refusal of a value or an option: the text, then the hint to --help, and nothing else; sbatch was never called.
assert_usage_error()
{
	[ "$status" -eq "$1" ] || show
	[ -z "$output" ] || show
	[ "${#stderr_lines[@]}" -eq 2 ] || show
	[ "${stderr_lines[0]}" = "Error: $2" ] || show
	[[ ${stderr_lines[1]} =~ ^"Try '"(cacct|calloc|cbatch|ccancel|ccontrol|ceff|cinfo|cqueue|crun)" --help'."$ ]] || show
	[ ! -e "$STUB_DIR/argv" ] || fail "sbatch was called"
}

# Every argument is one word of sbatch's command line.
assert_argv()
{
	local word
	for word; do
		grep -Fqx -e "$word" "$STUB_DIR/argv" || { show; fail "no $word"; }
	done
}

# No word of sbatch's command line begins with any of these.
refute_argv()
{
	local word
	for word; do
		if grep -q -e "^$word" "$STUB_DIR/argv"; then
			show
			fail "found $word"
		fi
	done
}

# assert_unreachable WHAT: the command line was accepted, and the command reports that slurmctld does not answer.
assert_unreachable()
{
	assert_status 3
	[ "$(tail -n 1 <<<"$stderr")" = "$1: Connection to CraneCtld is broken." ] || show
	[ -z "$output" ] || show
}
