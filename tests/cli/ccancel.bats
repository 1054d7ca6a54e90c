#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The command line of ccancel: its refusals and its help. tests/cluster tests its effect.

# Each test runs in a subshell; common sets bin, and run sets output and stderr.
# shellcheck disable=SC2030,SC2031,SC2154

load common

setup()
{
	unreachable_setup
}

# An accepted command line ends with the error that slurmctld does not answer.
assert_accepted()
{
	assert_unreachable 'Failed to cancel jobs'
}

readonly form='job id list must follow the format <job_id>[_<array_task_id>][.<step_id>] or comma-separated list'

# covers: ccancel --help
@test "ccancel --help names every option of Crane's ccancel" {
	local line
	run_command ccancel --help
	assert_status 0
	[ -z "$stderr" ]
	[ "${lines[1]}" = 'Usage:' ]
	while IFS= read -r line; do
		grep -q -e "^$line  " <<<"$output" || fail "no line begins with: $line"
	done <<-'TABLE'
		  -A, --account string
		  -C, --config string
		  -h, --help
		      --json
		  -n, --name string
		  -w, --nodes strings
		  -p, --partition string
		  -t, --state string
		  -u, --user string
		  -v, --version
	TABLE
}

@test "ccancel refuses to run without an id or a filter" {
	run_command ccancel
	assert_usage_error 2 'at least one condition should be given.'
	run_command ccancel --json
	assert_usage_error 2 'at least one condition should be given.'
	run_command ccancel -u '' -t ''
	assert_usage_error 2 'at least one condition should be given.'
	run_command ccancel --signal 9 5
	assert_usage_error 1 'unknown flag: --signal'
}

@test "ccancel refuses malformed id lists" {
	local list
	for list in 0 01 '' ' ' '1, 2' '1,' ',1' 2. 2.01 x 1_ 1_x 1.2.3 1.2_3 -; do
		run_command ccancel -- "$list"
		assert_usage_error 2 "$form"
	done
	for list in 4294967296 5,99999999999 4294967296_1; do
		run_command ccancel "$list"
		assert_usage_error 2 "Invalid job list specified: invalid job id \"${list#5,}\"."
	done
}

@test "ccancel takes several words and refuses each that is not an id" {
	local words
	for words in '5 6' '5,6 7_1 8.2' '-u root 5 6'; do
		# shellcheck disable=SC2086  # words
		run_command ccancel $words
		assert_accepted
	done
	for words in '5 x' '5, 6' '5 0' '5 6 1.2.3'; do
		# shellcheck disable=SC2086  # words
		run_command ccancel $words
		assert_usage_error 2 "$form"
	done
}

@test "ccancel refuses step 0 and says why" {
	local list
	for list in 12.0 5,12.0 12.0,12.2 12.0,12; do
		run_command ccancel "$list"
		assert_usage_error 2 "$form: step 0 holds the resources of job 12 and ends with it; to end the job use ccancel 12"
	done
	run_command ccancel 10_3.0
	assert_usage_error 2 "$form: step 0 holds the resources of job 10_3 and ends with it; to end the job use ccancel 10_3"
}

@test "ccancel refuses malformed filters" {
	run_command ccancel -t Done
	assert_usage_error 2 'unknown state: done'
	run_command ccancel -t pending,Failed
	assert_usage_error 2 'unsupported state: Failed'
	run_command ccancel -n "$(printf 'x%.0s' {1..61})"
	assert_usage_error 2 'Invalid job name: name is too long (up to 60).'
	run_command ccancel -n "$(printf 'x%.0s' {1..60})"
	assert_accepted
	run_command ccancel -w 'cn[1'
	assert_usage_error 2 'Invalid node pattern: cn[1: isolated bracket.'
}

@test "ccancel ends with status 3 when slurmctld does not answer" {
	local args
	for args in 5 5,6_7 5.1 5.2,6.3 '-t p' '-t p,r,S' '-u root' '-w cn[1-2] -w x' '--json 5' '-A a -p b 7'; do
		# shellcheck disable=SC2086  # words
		run_command ccancel $args
		assert_accepted
	done
	run_command ccancel -C gone.conf 5
	assert_failed 2 'Failed to read config file gone.conf: No such file or directory'
}
