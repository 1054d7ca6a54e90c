#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The command line of ceff: what it refuses and how, and its help. What it shows is tested on a cluster.

# Each test runs in a subshell; common sets bin, and run sets output and stderr.
# shellcheck disable=SC2030,SC2031,SC2154

load common

setup()
{
	unreachable_setup
}

# covers: ceff --help
@test "ceff --help names every option in the layout of the flag library" {
	local line
	run_command ceff --help
	assert_status 0
	[ -z "$stderr" ]
	[ "${lines[2]}" = '  ceff [flags] JOB[,JOB...]' ]
	while IFS= read -r line; do
		grep -q -e "^$line  " <<<"$output" || fail "no line begins with: $line"
	done <<-'TABLE'
		  -C, --config string
		  -h, --help
		      --json
		  -v, --version
	TABLE
}

@test "ceff refuses malformed ids, a missing list and several words with Crane's texts" {
	run_command ceff
	assert_usage_error 2 'Invalid job list specified: invalid selector ""'
	run_command ceff 12,x
	assert_usage_error 2 'Invalid job list specified: invalid job id "x"'
	run_command ceff 12_y.1
	assert_usage_error 2 'Invalid job list specified: invalid array task id "12_y.1"'
	run_command ceff 12 13
	assert_usage_error 1 'accepts at most 1 arg(s), received 2'
	run_command ceff --full 12
	assert_usage_error 1 'unknown flag: --full'
}

@test "ceff says that slurmctld cannot be reached when its ids are accepted, also ids of steps" {
	run_command ceff 12
	assert_unreachable 'Failed to query job info'
	run_command ceff --json '12.3, 12_4.5,12'
	assert_unreachable 'Failed to query job info'
	run_command ceff -C gone.conf 12
	assert_failed 2 'Failed to read config file gone.conf: No such file or directory'
}
