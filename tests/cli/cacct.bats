#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The command line of cacct: what it refuses and how, and its help. What it shows is tested on a cluster.

# Each test is a subshell of its own; bin, output and stderr come from elsewhere.
# shellcheck disable=SC2030,SC2031,SC2154

load common

setup()
{
	unreachable_setup
}

# covers: cacct --help
@test "cacct --help names every option of Crane's cacct in the layout of the flag library" {
	local line
	run_command cacct --help
	assert_status 0
	[ -z "$stderr" ]
	[ "${lines[2]}" = '  cacct [flags]' ]
	while IFS= read -r line; do
		grep -q -e "^$line  " <<<"$output" || fail "no line begins with: $line"
	done <<-'TABLE'
		  -A, --account string
		  -C, --config string
		      --deadline
		  -E, --end-time string
		  -o, --format string
		  -F, --full
		  -h, --help
		  -j, --job string
		      --json
		  -m, --max-lines uint32
		  -n, --name string
		  -w, --nodelist string
		  -N, --noheader
		  -p, --partition string
		  -q, --qos string
		  -S, --start-time string
		  -t, --state string
		  -s, --submit-time string
		      --type string
		  -u, --user string
		  -v, --version
	TABLE
}

# refused STATUS TEXT WORD...: cacct with these words fails so, before it asks slurmctld.
refused()
{
	local code=$1 text=$2
	shift 2
	run_command cacct "$@"
	[ "$status|${stderr_lines[0]}" = "$code|$text" ] || show
}

@test "cacct refuses values that it cannot read with Crane's texts" {
	refused 2 'Error: Invalid account list specified: empty value.' -A a,
	refused 2 'Error: Invalid job list specified: invalid job id "x".' -j x
	refused 2 'Error: Failed to parse the state filter: unknown state: foo.' -t FOO
	refused 2 'Error: Invalid job type list specified: unknown job type: x.' --type x
	refused 2 'Error: Output line number limit must be greater than 0.' -m 0
	refused 1 'Error: accepts 0 arg(s), received 1' 12
	refused 5 'Invalid format specifier.' -o nothing
	refused 5 'Invalid format specifier or string: zz, string unfold case insensitive, reference:' -o %zz
	[[ ${stderr_lines[1]} == *'a/Account, ArrayJobId, '*'D/ElapsedTime'*'U/UserName, u/Uid'* ]] || show
}

@test "cacct refuses spans of time that it cannot read with the name of the column" {
	refused 2 "Error: Failed to parse the StartTime filter: '~' cannot be omitted." -S now
	refused 2 "Error: Failed to parse the EndTime filter: too many '~' found." -E 'now~now~'
	refused 2 'Error: Failed to parse the SubmitTime filter: 2026-01-01 is earlier than 2026-01-02.' -s 2026-01-02~2026-01-01
	refused 2 'Error: Failed to parse the StartTime filter: invalid time format.' -S 'soon~'
}

@test "cacct says that slurmctld cannot be reached when all its options are accepted" {
	local option
	for option in '-t all' '-t c,F,tle' '-S ~now' '-E now-1h~' '-s 2026-01-01~' '-X' '--json' '-j 1_2.3' '-o %D%E'; do
		# shellcheck disable=SC2086
		run_command cacct $option
		assert_unreachable 'Failed to show jobs'
	done
}
