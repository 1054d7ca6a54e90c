#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The command line of cinfo: what it refuses and how, and its help. What it shows is tested on a cluster.

# Each test is a subshell of its own; bin, output and stderr come from elsewhere.
# shellcheck disable=SC2030,SC2031,SC2154

load common

setup()
{
	unreachable_setup
}

# What passes the command line comes as far as asking slurmctld, which is not there.
assert_accepted()
{
	assert_unreachable 'Failed to query cluster information'
}

# covers: cinfo --help
@test "cinfo --help names every option in the layout of the flag library" {
	local line
	run_command cinfo --help
	assert_status 0
	[ -z "$stderr" ]
	[ "${lines[0]}" = 'Display the state of partitions and nodes' ]
	[ "${lines[1]}" = 'Usage:' ]
	[ "${lines[2]}" = '  cinfo [flags]' ]
	[ "${lines[3]}" = 'Flags:' ]
	while IFS= read -r line; do
		grep -q -e "^$line  " <<<"$output" || fail "no line begins with: $line"
	done <<-'TABLE'
		  -C, --config string
		  -d, --dead
		  -o, --format string
		  -h, --help
		  -i, --iterate uint
		  -j, --job string
		      --json
		  -R, --list-reasons
		  -n, --nodes strings
		  -N, --noheader
		  -p, --partition strings
		  -r, --responding
		  -t, --states strings
		  -v, --version
	TABLE
}

@test "cinfo ends with status 1 for words, unknown flags and flags that exclude each other" {
	local options text
	while IFS='|' read -r options text; do
		# shellcheck disable=SC2086  # several words
		run_command cinfo $options
		assert_usage_error 1 "$text"
	done <<-'TABLE'
		x|accepts 0 arg(s), received 1
		--foo|unknown flag: --foo
		--node=x|unknown flag: --node
		-p|flag needs an argument: 'p' in -p
		-i x|invalid argument "x" for "-i, --iterate" flag: strconv.ParseUint: parsing "x": invalid syntax
		-r -d|if any flags in the group [states responding dead] are set none of the others can be; [dead responding] were all set
		-t idle --dead|if any flags in the group [states responding dead] are set none of the others can be; [dead states] were all set
		-drt down|if any flags in the group [states responding dead] are set none of the others can be; [dead responding states] were all set
	TABLE
}

@test "cinfo ends with status 2 for malformed states, nodes, jobs and spans" {
	local option value text
	while IFS='|' read -r option value text; do
		run_command cinfo "$option$value"
		assert_usage_error 2 "$text"
	done <<-'TABLE'
		-t=|busy|Invalid resource state given: busy
		-t=|idle,Busy|Invalid resource state given: Busy
		-t=|idle,|Invalid resource state given: 
		--states=||Invalid resource state given: 
		-n=|cn[1[2]]|Invalid node pattern: cn[1[2]]: duplicate brackets.
		-n=|cn01,cn1]|Invalid node pattern: cn1]: isolated bracket.
		-n=|cn[a-b]|Invalid node pattern: cn[a-b].
		-j=|5,x|Invalid job list specified: invalid job id "x".
		-j=|5.1|Step selector is unsupported in cinfo --job, use cqueue --step for step queries.
		-i=|9223372037|time: invalid duration "9223372037s"
		-i=|99999999999999999999|time: invalid duration "99999999999999999999s"
	TABLE
}

@test "cinfo takes every state of Crane's in any case, as a list or repeated" {
	run_command cinfo -t idle,mix,ALLOC,down,none,Drain,active,power-idle,sleeping,poweredoff,off,to-sleep,waking,oning,offing
	assert_accepted
	run_command cinfo -t Idle -t down --states drain
	assert_accepted
	run_command cinfo -t idle -t bad
	assert_usage_error 2 'Invalid resource state given: bad'
}

@test "cinfo says that empty names of partitions and nodes are ignored" {
	run_command cinfo -p CPU,,GPU -n 'cn[01-03,07], ,x5'
	assert_accepted
	[ "${stderr_lines[0]}" = 'Empty partition name is ignored.' ] || show
	[ "${stderr_lines[1]}" = 'Empty node name is ignored.' ] || show
	run_command cinfo -p '' -n ''
	assert_accepted
	[ "${stderr_lines[0]}" = 'Empty partition name is ignored.' ] || show
	[ "${stderr_lines[1]}" = 'Empty node name is ignored.' ] || show
}

@test "cinfo --format ends with status 5 and lists the fields for an unknown one" {
	local format list=p/Partition,\ a/Avail,\ n/Nodes,\ s/State,\ l/NodeList
	for format in x % %10n nodes; do
		run_command cinfo -o "$format"
		assert_failed 5 'Invalid format specifier.'
	done
	for format in P N x reason timelimit; do
		run_command cinfo -o "%p %$format"
		assert_failed 5 "Invalid format specifier or string: $format, string unfold case insensitive, reference:"$'\n'"$list"
	done
	run_command cinfo -o '%.5000000000p'
	assert_failed 5 'Invalid width specifier.'
	run_command cinfo -o '%p|%.5a|%.10NODES|%State|%l'
	assert_accepted
}

@test "cinfo -C ends with status 2 for a file that does not exist" {
	run_command cinfo -C gone.conf
	assert_failed 2 'Failed to read config file gone.conf: No such file or directory'
}

@test "cinfo ends with status 3 when slurmctld does not answer, also with --json, --job and --iterate" {
	local option
	for option in --json -j=5 -i=1 -R; do
		run_command cinfo "$option"
		assert_status 3
		[ "$(tail -n 1 <<<"$stderr")" = 'Failed to query cluster information: Connection to CraneCtld is broken.' ] || show
	done
}
