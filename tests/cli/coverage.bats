#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every row of every option table has a test of its effect or of its refusal; and the report on this is reliable.

# Each test runs in a subshell; common sets bin and crane_top.
# shellcheck disable=SC2030,SC2031,SC2154

# bats file_tags=source

load common

setup()
{
	common_setup
}

# report DIR: the report on the tests of another folder
report()
{
	run "$1/tests/coverage-of-options" "${bin%/bin}"
}

@test "every row of every table has a test" {
	report "$crane_top"
	[ "$status" -eq 0 ] || fail "$output"
	[[ ${lines[-1]} =~ ^[1-9][0-9]+' rows, 0 of them without a test'$ ]] || fail "$output"
	[ "${#lines[@]}" -eq 1 ]
}

@test "coverage-of-options --list names the tests of a row" {
	run "$crane_top/tests/coverage-of-options" --list "${bin%/bin}"
	[ "$status" -eq 0 ]
	grep -qFx 'cbatch --reservation' <<<"$output"
	grep -qFx '    tests/cluster/options-cbatch.bats: cbatch -r runs the job on the nodes of its reservation' <<<"$output"
}

@test "coverage-of-options refuses an unknown option" {
	run "$crane_top/tests/coverage-of-options" --nonsense
	[ "$status" -eq 2 ]
}

# reported_after [all]: each line of standard input has a file of the tests, an edit by sed, and the text that the report then
# has. Without "all" that is the only file of tests then: the report on all of them takes some seconds.
reported_after()
{
	local file edit text
	while IFS='|' read -r file edit text; do
		rm -rf tree
		mkdir -p tree/tests/{cli,cluster} tree/contrib tree/wrappers
		cp "$crane_top/contrib/commands" tree/contrib
		cp "$crane_top/wrappers/Makemodule.am" tree/wrappers
		cp -R "$crane_top"/tests/{lib,coverage-of-options} tree/tests
		cp "$crane_top"/tests/cli/*.bash tree/tests/cli
		cp "$crane_top"/tests/cluster/*.bash tree/tests/cluster
		touch tree/tests/{cli,cluster}/empty.bats
		cp "$crane_top/tests/$file" "tree/tests/$file"
		[[ ${1:-} != all ]] || cp -R "$crane_top"/tests/{cli,cluster} tree/tests
		sed -i "$edit" "tree/tests/$file"
		! cmp -s "tree/tests/$file" "$crane_top/tests/$file" || fail "changes nothing: $edit"
		report tree
		[ "$status" -eq 1 ] || fail "believed: $edit"
		grep -qE "$text" <<<"$output" || fail "$edit: $output"
	done
}

@test "coverage-of-options names a row without a test" {
	reported_after all <<-'TABLE'
		cluster/options-cbatch.bats|/^# covers: cbatch --reservation/d|^cbatch --reservation: no test
	TABLE
}

@test "coverage-of-options reports a test that does not use the row which it names" {
	reported_after <<-'TABLE'
		cluster/options-cbatch.bats|s/-r ours/ours/|:[0-9]+: the test never says --reservation
		cluster/options-cbatch.bats|s/^# covers: cbatch --qos/# covers: cbatch --qos --pod-name/|:[0-9]+: the test never says --pod-name
		cluster/options-cbatch.bats|s/^# covers: cbatch --qos/# covers: cqueue --qos/|:[0-9]+: the test never says cqueue
		cluster/cqueue.bats|s/^		%K.*//;s/^		%x.*//|:[0-9]+: the test never says %excludenodes
		cluster/ccontrol.bats|s/nodename=/node=/|:[0-9]+: the test never says nodename
	TABLE
}

@test "coverage-of-options reports a row that does not exist and a line without a test" {
	reported_after <<-'TABLE'
		cluster/options-cbatch.bats|s/^# covers: cbatch --qos/# covers: cbatch --quality/|:[0-9]+: there is no row cbatch --quality
		cluster/options-cbatch.bats|s/^# covers: cbatch --qos/&\n\nload common/|:[0-9]+: no test follows
	TABLE
}

@test "coverage-of-options reports a test that may be skipped" {
	reported_after <<-'TABLE'
		cluster/options-cbatch.bats|s/^	held -q high-of-cbatch/	skip "no database"\n&/|:[0-9]+: a test that may be skipped covers nothing
	TABLE
}

@test "coverage-of-options reports a test of an option that does not run on a real Slurm" {
	reported_after <<-'TABLE'
		cli/cbatch-options.bats|s/^# covers: cbatch --help/& --nodes/|:[0-9]+: cbatch --nodes must be shown on a real Slurm
	TABLE
}
