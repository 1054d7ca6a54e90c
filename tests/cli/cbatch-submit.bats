#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Dependencies, and cbatch's report of sbatch's answer.

# Each test runs in a subshell; texts with $ are literal; common sets bin and crane_top.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154

load common

setup()
{
	# slurmctld does not answer, so cbatch does not know which plugins it has loaded.
	unreachable_setup
}

@test "cbatch passes every dependency that Crane accepts as typed" {
	local number input trimmed n=0
	while IFS=$'\t' read -r number input; do
		[[ $number != '#'* ]] || continue
		run_command cbatch -d "$input" job.sh
		assert_submitted
		trimmed=${input# }
		assert_argv "--dependency=crane:${trimmed% }"
		n=$((n + 1))
	done <"$crane_top/tests/cli/dependencies-accepted.tsv"
	[ "$n" -eq 71 ]
}

@test "cbatch refuses every dependency that Crane refuses, with its text and without calling sbatch" {
	local number input text n=0
	while IFS=$'\t' read -r number input text; do
		[[ $number != '#'* ]] || continue
		run_command cbatch -d "$input" job.sh
		case $text in
		duplicate*) assert_usage_error 2 "invalid argument: invalid argument: $text" ;;
		*) assert_usage_error 2 "invalid argument: failed to set dependencies: $text" ;;
		esac
		n=$((n + 1))
	done <"$crane_top/tests/cli/dependencies-refused.tsv"
	[ "$n" -eq 44 ]
}

@test "cbatch reports a dependency on a missing job in Crane's words with the ids and status 4" {
	export STUB_STATUS=1 STUB_STDOUT=''
	export STUB_STDERR='sbatch: error: crane: One or more dependency jobs may not exist or have ended: 99999
sbatch: error: Batch job submission failed: Job dependency problem'
	run_command cbatch -d afterok:99999 job.sh
	assert_failed 4 'One or more dependency jobs may not exist or have ended: 99999
Job allocation failed: One or more dependency jobs may not exist or have ended.'
}

@test "cbatch prints the plugin's own words when the plugin refuses for another reason" {
	export STUB_STATUS=1 STUB_STDOUT=''
	export STUB_STDERR='sbatch: error: crane: the resolver is not running
sbatch: error: Batch job submission failed: Job dependency problem'
	run_command cbatch -d afterok:1 job.sh
	assert_failed 4 'the resolver is not running
Job allocation failed: the resolver is not running.'
}

@test "cbatch prints a refusal of Slurm's once and ends with status 4" {
	export STUB_STATUS=1 STUB_STDOUT=''
	export STUB_STDERR='sbatch: site says hello
sbatch: error: Batch job submission failed: Job violates accounting/QOS policy'
	run_command cbatch job.sh
	assert_failed 4 'sbatch: site says hello
Job allocation failed: Job violates accounting/QOS policy.'
}

@test "cbatch prints Slurm's words below Crane's when Crane has a text for the refusal" {
	local slurm crane
	export STUB_STATUS=1 STUB_STDOUT=''
	while IFS='|' read -r slurm crane; do
		export STUB_STDERR="sbatch: error: Batch job submission failed: $slurm"
		run_command cbatch job.sh
		assert_failed 4 "Job allocation failed: $crane."$'\n'"slurm: $slurm"
	done <<-'TABLE'
		Invalid partition name specified|The entered partition does not exist
		Invalid node name specified|Nodes num not enough for job
		Invalid qos specification|The entered qos does not exist
		Requested node configuration is not available|Resource not enough for job
		Requested time limit is invalid (missing or exceeds some limit)|Time-limit reached the user's limit
	TABLE
}

@test "cbatch ends with status 3 when slurmctld does not answer" {
	local slurm
	export STUB_STATUS=1 STUB_STDOUT=''
	for slurm in 'Unable to contact slurm controller (connect failure)' 'Connection refused'; do
		export STUB_STDERR="sbatch: error: Batch job submission failed: $slurm"
		run_command cbatch job.sh
		assert_failed 3 "Failed to submit the job: Connection to CraneCtld is broken.
slurm: $slurm"
	done
	export STUB_STDERR='sbatch: error: Batch job submission failed: Socket timed out on send/recv operation'
	run_command cbatch job.sh
	assert_failed 3 'Failed to submit the job: Request timeout, please try again or reduce the query scope.
slurm: Socket timed out on send/recv operation'
}

@test "cbatch reports an error of sbatch itself, and an sbatch that ends without a message" {
	export STUB_STATUS=1 STUB_STDOUT=''
	export STUB_STDERR='sbatch: error: Batch script is empty!'
	run_command cbatch job.sh
	assert_failed 4 'sbatch: error: Batch script is empty!
Job allocation failed: Batch script is empty!.'
	unset STUB_STDERR
	run_command cbatch job.sh
	assert_failed 4 'Job allocation failed: sbatch ended with status 1 and no job id.'
}

@test "cbatch prints Slurm's text for a dependency problem when slurmctld does not answer whether it loads the plugin" {
	export STUB_STATUS=1 STUB_STDOUT=''
	export STUB_STDERR='sbatch: error: Batch job submission failed: Job dependency problem'
	run_command cbatch -d afterok:1 job.sh
	assert_failed 4 'Job allocation failed: Job dependency problem.'
}

@test "cbatch passes on messages of a successful sbatch and prints only the id on stdout" {
	export STUB_STDERR='sbatch: the site welcomes you'
	run_command cbatch job.sh
	assert_submitted
	[ "$stderr" = "$STUB_STDERR" ]
	STUB_STDOUT=$'a talking cli_filter\n4711;clusterA' run_command cbatch job.sh
	assert_submitted
	[ "$stderr" = "a talking cli_filter"$'\n'"$STUB_STDERR" ] || [ "$stderr" = "$STUB_STDERR"$'\n'"a talking cli_filter" ] || show
}

@test "cbatch ends with status 6 when there is no sbatch on PATH" {
	run --separate-stderr env PATH=/nonexistent "$bin/cbatch" job.sh
	assert_failed 6 'cannot run sbatch: No such file or directory'
}

@test "cbatch submits without libslurm, and reports when it needs libslurm and cannot load it" {
	local name
	name=$(sed -n 's/^#define CRANE_LIBSLURM "\(.*\)"$/\1/p' "$bin/../config.h")
	[[ $name == libslurm.so* ]]
	mkdir broken
	echo 'not a library' >"broken/$name"
	export LD_LIBRARY_PATH=$PWD/broken
	run_command cbatch job.sh
	assert_submitted
	run_command cbatch -N 1 -w crane01,crane02 job.sh
	assert_failed 6 "cannot load Slurm's library: $PWD/broken/$name: file too short"
	[ ! -e "$STUB_DIR/argv" ]
}
