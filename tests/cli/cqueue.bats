#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The command line of cqueue: its refusals and its help. tests/cluster tests its output.

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
	assert_unreachable 'Failed to query job queue'
}

# covers: cqueue --help
@test "cqueue --help names every option of Crane's cqueue in the layout of the flag library" {
	local line
	run_command cqueue --help
	assert_status 0
	[ -z "$stderr" ]
	[ "${lines[0]}" = 'Display the job information and queue status' ]
	[ "${lines[1]}" = 'Usage:' ]
	[ "${lines[2]}" = '  cqueue [flags]' ]
	[ "${lines[3]}" = 'Flags:' ]
	while IFS= read -r line; do
		grep -q -e "^$line  " <<<"$output" || fail "no line begins with: $line"
	done <<-'TABLE'
		  -A, --account string
		  -C, --config string
		      --deadline
		  -o, --format string
		  -F, --full
		  -h, --help
		  -i, --iterate uint
		  -j, --job string
		      --json
		  -L, --licenses string
		  -m, --max-lines uint32
		  -n, --name string
		  -w, --nodelist string
		  -N, --noheader
		  -p, --partition string
		  -q, --qos string
		      --self
		  -S, --start
		  -t, --state string
		  -s, --step string\[=""]
		      --type string
		  -u, --user string
		  -v, --version
	TABLE
	[[ $output != *'not supported yet'* ]] || show
}

@test "cqueue ends with status 1 for words and unknown flags" {
	run_command cqueue x
	assert_usage_error 1 'accepts 0 arg(s), received 1'
	run_command cqueue --foo
	assert_usage_error 1 'unknown flag: --foo'
	run_command cqueue --acc=x
	assert_usage_error 1 'unknown flag: --acc'
	run_command cqueue -j
	assert_usage_error 1 "flag needs an argument: 'j' in -j"
	run_command cqueue -m x
	assert_usage_error 1 'invalid argument "x" for "-m, --max-lines" flag: strconv.ParseUint: parsing "x": invalid syntax'
	run_command cqueue -i x
	assert_usage_error 1 'invalid argument "x" for "-i, --iterate" flag: strconv.ParseUint: parsing "x": invalid syntax'
	run_command cqueue -i -5
	assert_usage_error 1 'invalid argument "-5" for "-i, --iterate" flag: strconv.ParseUint: parsing "-5": invalid syntax'
}

@test "cqueue --step takes its value behind = only" {
	run_command cqueue -s 12.2
	assert_usage_error 1 'accepts 0 arg(s), received 1; -s takes its value after a =: -s=12.2'
	run_command cqueue --step 12.2
	assert_usage_error 1 'accepts 0 arg(s), received 1; --step takes its value after a =: --step=12.2'
	run_command cqueue -s12.2
	assert_usage_error 1 "unknown shorthand flag: '1' in -12.2"
	local value
	for value in --step --step= --step=ALL --step=12 --step=12.2 -s=12.2 --step=12.0 --step=10_3.1,7 --step=' 5 , 6.1'; do
		run_command cqueue "$value"
		assert_accepted
	done
}

@test "cqueue ends with status 2 for malformed lists and selectors" {
	local option value text
	while IFS='|' read -r option value text; do
		run_command cqueue "$option$value"
		assert_usage_error 2 "$text"
	done <<-'TABLE'
		-j=|5,x|Invalid job list specified: invalid job id "x".
		-j=|0|Invalid job list specified: invalid job id "0".
		-j=|5,|Invalid job list specified: invalid selector "".
		-j=|4294967296|Invalid job list specified: invalid job id "4294967296".
		-j=|5_x|Invalid job list specified: invalid array task id "5_x".
		-j=|5.x|Invalid job list specified: invalid step id "5.x".
		-j=|5.1|Step selector is unsupported in cqueue --job, use --step for step queries.
		--step=|x|Invalid step list specified: invalid job id "x".
		--step=|5.x|Invalid step list specified: invalid step id "5.x".
		-A=|a,|Invalid account list specified: empty value.
		-L=|,a|Invalid licenses list specified: empty value.
		-n=|a,,b|Invalid job name list specified: empty value.
		-p=|,|Invalid partition list specified: empty value.
		-q=|a,|Invalid Qos list specified: empty value.
		-u=|,b|Invalid user list specified: empty value.
		-t=|Done|unknown state: done
		-t=|pending,Failed|unsupported state: Failed
		-t=|x|unsupported state: x
		--type=|pod|Invalid job type list specified: unknown job type: pod.
		-m=|0|Output line number limit must be greater than 0.
		-i=|9223372037|Invalid time interval.
		-i=|99999999999999999999|Invalid time interval.
	TABLE
}

@test "cqueue --nodelist refuses brackets and says what to write" {
	local list text
	while IFS='|' read -r list text; do
		run_command cqueue -w "$list"
		assert_usage_error 2 "$text"
	done <<-'TABLE'
		cn[1[2]]|Invalid node pattern: cn[1[2]]: duplicate brackets.
		cn1]|Invalid node pattern: cn1]: isolated bracket.
		cn[1-2|Invalid node pattern: cn[1-2: isolated bracket.
		cn[a-b]|Invalid node pattern: cn[a-b].
	TABLE
	run_command cqueue -w 'cn[01-03], x5,a[1-2]b[3-4],cn[1-2]x'
	assert_accepted
}

@test "cqueue --format ends with status 5 for an unknown field of jobs" {
	local format text
	while IFS='|' read -r format text; do
		run_command cqueue -o "$format"
		assert_failed 5 "$text"
	done <<-'TABLE'
		%|invalid format specifier
		job|invalid format specifier
		%5|invalid format specifier
		%i|invalid format specifier: i
		%StepId|invalid format specifier: StepId
		%D|invalid format specifier: D
		%d|invalid format specifier: d
		%J|invalid format specifier: J
		%jx|invalid format specifier: jx
		%j %reqcpupernode|invalid format specifier: reqcpupernode
		%5000000000j|invalid width specifier
	TABLE
	local letter name
	for letter in a c C e h j K k l L m M n N o p P q Q r R s S t T u U x X; do
		run_command cqueue -o "a%.7$letter%%"
		assert_accepted
	done
	for name in JobID deadline ACCOUNT alloccpus reqcpus elapsedtime held wckey comment timelimit nodelist \
		allocmempernode reqmempernode name nodenum command priority partition qos reqcpupertask reqnodes \
		reason submittime starttime state jobtype user uid excludenodes exclusive; do
		run_command cqueue -o "%10$name"
		assert_accepted
	done
}

@test "cqueue --format of steps has a grammar of its own" {
	local format letter
	for format in 'steps' '%10n' '%.n' '%'; do
		run_command cqueue --step -o "$format"
		assert_failed 5 'Invalid format specifier.'
	done
	for letter in p s S T k K h c C; do
		run_command cqueue --step -o "%i %$letter"
		assert_status 5
		[ -z "$output" ]
		[ "${stderr_lines[0]}" = "Invalid format specifier or string for step: $letter, string unfold case insensitive, reference:" ] || show
		[[ ${stderr_lines[1]} == 'i/StepId, j/JobId, '* ]] || show
	done
	run_command cqueue --step -o '%.5000000000i'
	assert_failed 5 'Invalid width specifier.'
	for letter in i j n P u U e L t l N a q o StepId NODENUM; do
		run_command cqueue --step --format "%.9$letter%10n"
		assert_accepted
	done
	run_command cqueue --step --format '%i %n %t %e %L'
	assert_accepted
}

@test "cqueue takes every filter and ignores an empty value" {
	run_command cqueue -j '' -u '' -t '' -o '' -p= -w ''
	assert_accepted
	run_command cqueue -A a,b -p CPU,GPU -q q -u u,v -n 'a name' -t Pending,R,suspend,S -L x --type b,Interactive,CONTAINER \
		--self -S --deadline -F -N -m 5 --json
	assert_accepted
	run_command cqueue -t all,p
	assert_accepted
	run_command cqueue -i 2
	assert_status 3
	[[ $output =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}\ [0-9]{2}:[0-9]{2}:[0-9]{2}$ ]] || show
}

@test "cqueue -C ends with status 2 for a file that does not exist" {
	run_command cqueue -C gone.conf
	assert_failed 2 'Failed to read config file gone.conf: No such file or directory'
}
