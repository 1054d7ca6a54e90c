#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What calloc makes of its command line: salloc's argument vector, the refusals, and what comes of salloc's words. The shell
# it gives is left to tests/cluster/steps.bats.

# Each test is a subshell of its own; bin comes from common.
# shellcheck disable=SC2030,SC2031,SC2154

load common

setup()
{
	common_setup
	unset "${!SLURM_@}" "${!SALLOC_@}" "${!SLURMCRANE_@}"
}

@test "a plain call asks salloc for one node, and for an end of the shell with the job" {
	run_command calloc
	assert_argv --nodes=1 --ntasks=1 --job-name=Interactive --kill-command=SIGHUP
	refute_argv --mem --dependency --cpus --no-shell
	grep -qx 'SLURMCRANE_COMMAND=calloc' "$STUB_DIR/env"
}

@test "options of a job go to salloc in its words" {
	run_command calloc -N 2 -c 8 --mem 4G -t 2:00:00 -p CPU -J name -d afterany:5+1m -x n3
	assert_argv --nodes=2 --ntasks=2 --cpus-per-task=8 --mem=4096M --time=02:00:00 --partition=CPU --job-name=name \
		--dependency=crane:afterany:5+1m --exclude=n3
}

@test "words are refused" {
	run_command calloc -N 1 bash x
	assert_usage_error 1 'accepts 0 arg(s), received 2'
}

@test "bad values are refused in calloc's own form" {
	run_command calloc -N 0
	assert_usage_error 2 'Invalid argument: --nodes must be > 0'
	run_command calloc -t 30
	assert_usage_error 2 'Invalid argument: invalid --time: invalid duration format: 30'
	run_command calloc --mem 4GB
	assert_usage_error 2 'Invalid argument: invalid memory format'
	run_command calloc --export=NONE
	assert_status 2
}

@test "every refusal is status 3" {
	STUB_STATUS=1 STUB_STDERR='salloc: error: Job submit/allocate failed: Invalid partition name specified' run_command calloc
	assert_failed 3 'slurm: Invalid partition name specified
Failed to allocate job id: The entered partition does not exist.'
	STUB_STATUS=1 STUB_STDERR='salloc: error: crane: One or more dependency jobs may not exist or have ended: 9
salloc: error: Job submit/allocate failed: Job dependency problem' run_command calloc -d afterok:9
	assert_failed 3 'One or more dependency jobs may not exist or have ended: 9
Failed to allocate job id: One or more dependency jobs may not exist or have ended.'
	STUB_STATUS=1 STUB_STDERR='salloc: error: something about options' run_command calloc
	assert_failed 3 'salloc: error: something about options'
}

@test "zero memory and too short a limit are refused" {
	run_command calloc --mem 0
	assert_failed 3 'Failed to allocate job id: Invalid parameter.'
	run_command calloc -t 0:0:5
	assert_failed 3 "Failed to allocate job id: Time limit reached the user's limit."
}

@test "the id is told on stdout while the job waits, and its end on stderr" {
	STUB_STATUS=1 STUB_STDERR='salloc: Pending job allocation 12
salloc: job 12 queued and waiting for resources
salloc: Job allocation 12 has been revoked.
salloc: Job aborted due to signal' run_command calloc
	assert_status 3
	[ "$output" = 'Job id allocated: 12' ] || show
	[ "$stderr" = 'calloc: job 12 waits for resources
Job 12 has been cancelled.
Failed to allocate job resource. Exiting...' ] || show
}

@test "-Q leaves stdout empty" {
	STUB_STATUS=1 STUB_STDERR='salloc: Pending job allocation 12
salloc: job 12 queued and waiting for resources' run_command calloc -Q
	assert_failed 3 'Failed to allocate job resource. Exiting...'
}

# covers: calloc --help
@test "--help names every option once" {
	run_command calloc --help
	assert_status 0
	[ -z "$(sed -nE 's/^ {2,6}(-., )?--([a-z0-9-]+).*/\2/p' <<<"$output" | sort | uniq -d)" ] || show
}
