#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# calloc's translation of its command line to salloc's arguments, its refusals, and its handling of salloc's messages.
# tests/cluster/steps.bats tests its shell.

# Each test runs in a subshell; common sets bin.
# shellcheck disable=SC2030,SC2031,SC2154

load common

setup()
{
	common_setup
	unset "${!SLURM_@}" "${!SALLOC_@}" "${!SLURMCRANE_@}"
}

@test "calloc without options asks salloc for one node, and for a shell that ends with the job" {
	run_command calloc
	assert_argv --nodes=1 --ntasks=1 --job-name=Interactive --kill-command=SIGHUP
	refute_argv --mem --dependency --cpus --no-shell
	grep -qx 'SLURMCRANE_COMMAND=calloc' "$STUB_DIR/env"
}

@test "calloc translates the options of a job for salloc" {
	run_command calloc -N 2 -c 8 --mem 4G -t 2:00:00 -p CPU -J name -d afterany:5+1m -x n3
	assert_argv --nodes=2 --ntasks=2 --cpus-per-task=8 --mem=4096M --time=02:00:00 --partition=CPU --job-name=name \
		--dependency=crane:afterany:5+1m --exclude=n3
}

@test "calloc refuses words after the options" {
	run_command calloc -N 1 bash x
	assert_usage_error 1 'accepts 0 arg(s), received 2'
}

@test "calloc refuses bad values in its own form" {
	run_command calloc -N 0
	assert_usage_error 2 'Invalid argument: --nodes must be > 0'
	run_command calloc -t 30
	assert_usage_error 2 'Invalid argument: invalid --time: invalid duration format: 30; write [D-]H:M:S, 0:30:00 for minutes'
	run_command calloc --mem 4GB
	assert_usage_error 2 'Invalid argument: invalid memory format'
	local text
	while IFS='|' read -r words text; do
		# shellcheck disable=SC2086
		run_command calloc $words
		assert_usage_error 2 "$text"
	done <<-'REFUSALS'
		-n 0|Invalid argument: --ntasks must be > 0
		--ntasks-per-node 0|Invalid argument: --ntasks-per-node must be > 0
		-c 0|Invalid argument: invalid --cpus-per-task
		-N 2 -n 5 --ntasks-per-node 2|Invalid argument: invalid argument: NtasksPerNode * NodeNum < Ntasks, unable to allocate resources
		-t 0:0:0|Invalid argument: --time must > 0
		--mem-per-cpu 1T|Invalid argument: invalid --mem-per-cpu value '1T': invalid memory format
		-w crane[01-02]|Invalid argument: invalid format for --nodelist
		-x a_b|Invalid argument: invalid format for --exclude
		-n 1000000 -c 2|Invalid argument: requesting too many CPUs: 2000000.000000
		--gres gpu|Invalid argument: invalid --gres: Error parsing gres: gpu
		--gpus-per-node x|Invalid argument: invalid --gpus-per-node: invalid number: "x"
		--gres gpu:1 --gpus-per-node 1|Cannot specify both --gres gpus and --gpus-per-node flags simultaneously
		-L a=1|Invalid argument: invalid licenses string format
		--deadline x|Invalid argument: --deadline: invalid time format
		-s FOO|invalid argument: invalid signal number: FOO
		-s B:INT|Invalid --signal specification
		--mail-type END|Invalid argument: incomplete mail arguments
		--extra-attr {|Invalid argument: invalid --extra-attr: invalid JSON string
		--debug-level x|Invalid argument: invalid --debug-level 'x': use trace, debug or info
		--export=NONE|Invalid argument: --export: the shell has the environment that calloc was called in; use ALL, or env(1) inside the shell
		--get-user-env|Invalid argument: --get-user-env: the shell has the environment that calloc was called in; run bash --login inside it
	REFUSALS
}

@test "calloc passes options that Slurm has under the same name" {
	run_command calloc -A acct -r resv -q q --wckey w --exclusive -H --mail-type END --mail-user me -D /tmp --comment 'a b' \
		--export ALL --debug-level trace
	assert_argv --account=acct --reservation=resv --qos=q --wckey=w --exclusive --hold --mail-type=END --mail-user=me --chdir=/tmp \
		'--comment=a b'
	refute_argv --debug --export
}

@test "calloc refuses options that only crun has" {
	local word
	for word in --x11 --pty --mpi --prolog --task-prolog --begin --array --output; do
		run_command calloc "$word"
		assert_usage_error 1 "unknown flag: $word"
	done
}

@test "calloc ends with status 3 after every refusal" {
	STUB_STATUS=1 STUB_STDERR='salloc: error: Job submit/allocate failed: Invalid partition name specified' run_command calloc
	assert_failed 3 'Failed to allocate job id: The specified partition does not exist.
slurm: Invalid partition name specified'
	STUB_STATUS=1 STUB_STDERR='salloc: error: crane: One or more dependency jobs may not exist or have ended: 9
salloc: error: Job submit/allocate failed: Job dependency problem' run_command calloc -d afterok:9
	assert_failed 3 'One or more dependency jobs may not exist or have ended: 9
Failed to allocate job id: One or more dependency jobs may not exist or have ended.'
	STUB_STATUS=1 STUB_STDERR='salloc: error: something about options' run_command calloc
	assert_failed 3 'salloc: error: something about options'
}

@test "calloc refuses zero memory and a limit that is too short" {
	run_command calloc --mem 0
	assert_failed 3 'Failed to allocate job id: Invalid parameter.'
	run_command calloc -t 0:0:5
	assert_failed 3 "Failed to allocate job id: Time limit reached the user's limit."
}

@test "calloc prints the id of a waiting job on stdout, and the end of the job on stderr" {
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

@test "calloc says what the job waits for when slurmctld knows it" {
	STUB_STATUS=1 STUB_STDERR='salloc: job 12 queued and waiting for resources' run_command calloc -d afterany:5+1m
	[[ $stderr == 'calloc: job 12 waits for its dependency afterany:5+1m'* ]] || show
	STUB_STATUS=1 STUB_STDERR='salloc: job 12 queued and waiting for resources' run_command calloc -H
	[[ $stderr == 'calloc: job 12 is held and waits for its release'* ]] || show
}

@test "calloc -Q leaves stdout empty" {
	STUB_STATUS=1 STUB_STDERR='salloc: Pending job allocation 12
salloc: job 12 queued and waiting for resources' run_command calloc -Q
	assert_failed 3 'Failed to allocate job resource. Exiting...'
}

# covers: calloc --help
@test "calloc --help names every option once" {
	run_command calloc --help
	assert_status 0
	[ -z "$(sed -nE 's/^ {2,6}(-., )?--([a-z0-9-]+).*/\2/p' <<<"$output" | sort | uniq -d)" ] || show
}
