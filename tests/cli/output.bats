#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Commands whose standard output cannot be written, is closed, or has no reader.

# bin comes from common.
# shellcheck disable=SC2154

load common

setup()
{
	common_setup
}

readonly lost='cannot write to standard output'
readonly full="$lost: No space left on device"

# to_full NAME ARG...: run_command, with a full disk as stdout.
to_full()
{
	local name=$1
	shift
	rm -f "$STUB_DIR"/*
	# shellcheck disable=SC2016  # the arguments are the inner shell's
	run --separate-stderr bash -c '"$@" >/dev/full' - "$bin/$name" "$@" </dev/null
}

@test "every command says that its output is lost and ends with status 6 when the disk is full" {
	local name word
	for name in $("$crane_top/contrib/commands"); do
		for word in --help --version --help=rows; do
			to_full "$name" "$word"
			[[ $status == 6 && $stderr == "$full" ]] || { show; fail "$name $word"; }
		done
	done
	for name in cacct cinfo cqueue; do
		to_full "$name" --help=fields
		[[ $status == 6 && $stderr == "$full" ]] || { show; fail "$name"; }
	done
}

@test "every command says that its output is lost when its standard output is closed" {
	local name
	for name in $("$crane_top/contrib/commands"); do
		# shellcheck disable=SC2016  # the arguments are the inner shell's
		run --separate-stderr bash -c '"$@" >&-' - "$bin/$name" --help
		[[ $status == 6 && $stderr == "$lost: Bad file descriptor" ]] || { show; fail "$name"; }
	done
}

@test "every command ends without a message when no process reads its output" {
	local name
	for name in $("$crane_top/contrib/commands"); do
		# With SIGPIPE ignored the write fails. The reader has ended before the command begins.
		# shellcheck disable=SC2016  # the arguments are the inner shell's
		run --separate-stderr bash -c 'trap "" PIPE
			exec {out}> >(exec <&-) && wait "$!" && "$@" >&"$out"' - "$bin/$name" --help
		[[ $status == 0 && -z $stderr ]] || { show; fail "$name"; }
	done
}

@test "cbatch says a submitted job's id on stderr when its output cannot be written" {
	local options
	for options in '' --parsable --json; do
		# shellcheck disable=SC2086  # no option or one
		to_full cbatch $options --wrap true
		[[ $status == 6 && $stderr == "Job id allocated: 4711"$'\n'"$full" ]] || { show; fail "$options"; }
	done
	for options in '' --parsable --json; do
		# shellcheck disable=SC2086  # no option or one
		to_full cbatch $options --repeat 2 --wrap true
		[[ $status == 6 && $stderr == $'Job id allocated: 4711\nJob id allocated: 4711\n'"$full" ]] ||
			{ show; fail "$options"; }
	done
	to_full cbatch --dry-run --wrap true
	[[ $status == 6 && $stderr == *"$full" && $stderr != *allocated* ]] || show
	# shellcheck disable=SC2016  # the arguments are the inner shell's
	run --separate-stderr bash -c '"$@" >&-' - "$bin/cbatch" --wrap true </dev/null
	[[ $status == 6 && $stderr == "Job id allocated: 4711"$'\n'"$lost: Bad file descriptor" ]] || show
}

@test "calloc says the job's id on stderr when its output cannot be written" {
	STUB_STATUS=1 STUB_STDERR='salloc: Pending job allocation 12' to_full calloc
	[[ $status == 3 && ${stderr_lines[0]} == 'Job id allocated: 12' && ${stderr_lines[-1]} == "$full" ]] || show
}
