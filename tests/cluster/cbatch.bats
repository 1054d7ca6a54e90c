#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: `cbatch`: submission, scripts, arrays, files
#
# The effect of cbatch's options on real jobs of a plain user. tests/cli tests the translation of the command line,
# dependency.bats the dependencies.

# Other shells expand the texts with $; setup_file, tests and given_... run in subshells.
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154

load common

# A cluster of its own, which has licenses and refuses a job that can never run at submission, as Crane does. All jobs are
# submitted here; each test checks its own jobs.
setup_file()
{
	local login_shell=()
	# On a busy machine a login shell takes longer than the 2 s that slurmd allows; 26.05 allows more.
	slurm_at_least 26 5 || login_shell=(--conf 'GetEnvTimeout=30')
	private_cluster --nodes 2 --cpus 16 --conf 'Licenses=ansys:2' \
		--conf 'EnforcePartLimits=ALL' "${login_shell[@]}"
	own_folder
	all_given
}

setup()
{
	out=$BATS_FILE_TMPDIR/craneuser
}

teardown()
{
	dump_on_failure
}

# ids CBATCH-OPTION...: prints what follows "Job id allocated: "
ids()
{
	local line
	line=$(as craneuser cbatch "$@") || return 1
	[[ $line =~ ^'Job id allocated: '([0-9]+(, [0-9]+)*)$ ]] || return 1
	mine "${BASH_REMATCH[1]//, /$'\n'}"
	echo "${BASH_REMATCH[1]}"
}

# script NAME <<TEXT: a file of craneuser's
script()
{
	cat >"$BATS_FILE_TMPDIR/craneuser/$1"
}

given_signal()
{
	script signal.sh <<-'SCRIPT'
		#!/bin/bash
		#CBATCH -t 0:1:0 --signal B:USR1@55
		#CBATCH -o signal.out
		trap 'echo "got USR1"; exit 3' USR1
		while :; do sleep 0.2; done
	SCRIPT
	job=$(ids signal.sh)
	keep signal job
}

given_array()
{
	job=$(ids -a 2-8:2%2 -o 'array-%a.out' -e array.err --wrap 'echo $SLURM_ARRAY_TASK_ID; sleep 2')
	keep array job
}

given_repeat()
{
	jobs=$(ids --repeat 3 -o 'repeat-%j.out' --wrap 'echo $SLURM_JOB_ID')
	keep repeat jobs
}

given_gpus()
{
	one=$(ids -p GPU --gres gpu:1 -o gpu1.out --wrap 'echo "gpus $CUDA_VISIBLE_DEVICES."')
	two=$(ids -p GPU --gpus-per-node 2 -o gpu2.out --wrap 'echo "gpus $CUDA_VISIBLE_DEVICES."')
	keep gpus one two
}

given_licenses()
{
	first=$(ids -L ansys:2 --wrap 'sleep 3000' -o /dev/null)
	wait_for_state "$first" RUNNING 10
	second=$(ids -L ansys:1 --wrap 'true' -o /dev/null)
	keep licenses first second
}

given_deadline()
{
	job=$(ids --deadline now+150s -t 1:00:00 -o /dev/null --wrap 'sleep 1')
	keep deadline job
}

given_files()
{
	printf 'one\ntwo\n' >"$BATS_FILE_TMPDIR/craneuser/data"
	script files.sh <<-'SCRIPT'
		#!/bin/bash
		#CBATCH --input data
		#CBATCH --output "a file-%x.%s"
		#CBATCH --open-mode append
		cat
	SCRIPT
	# Held, so that it does not end before the others name it.
	first=$(ids -H files.sh)
	second=$(ids -d "afterok:$first" files.sh)
	third=$(ids -d "afterok:$first" -o truncated files.sh)
	fourth=$(ids -d "afterok:$third" -o truncated --open-mode truncate files.sh)
	scontrol release "$first"
	keep files first second third fourth
}

given_interpreter()
{
	script program <<-'SCRIPT'
		import os, sys
		print(sys.flags.optimize, os.environ["SLURM_JOB_NAME"])
	SCRIPT
	job=$(ids --interpreter 'python3 -u -O' -o interpreter.out program)
	wrapped=$(ids --interpreter python3 -o wrapped.out --wrap 'print(6 * 7)')
	keep interpreter job wrapped
}

given_login()
{
	echo 'export FROM_LOGIN=yes' >"$(getent passwd craneuser | cut -d: -f6)/.bash_profile"
	with=$(FROM_CALLER=yes ids --get-user-env -o with.out --wrap 'echo "$FROM_LOGIN $FROM_CALLER"')
	without=$(FROM_CALLER=yes ids -o without.out --wrap 'echo "$FROM_LOGIN $FROM_CALLER"')
	keep login with without
}

given_requeue()
{
	yes=$(ids --requeue -H --wrap 'true')
	no=$(ids --no-requeue -o /dev/null --wrap 'sleep 3000')
	keep requeue yes no
}

given_held()
{
	job=$(ids -H --mem-per-cpu 100 -c 1.5 --exclusive --mail-type 'BEGIN, TIMELIMIT' --mail-user me@example.org \
		--comment 'it'\''s "mine"' --extra-attr '{"project":"x","n":[1,2]}' --wrap true)
	plain=$(ids -H --comment 'it'\''s "mine"' --wrap true)
	keep held job plain
}

# covers: cbatch --array --wrap
@test "an array runs each of its tasks and never more at once than its limit" {
	recall array
	wait_for_end 30 "$job"
	[[ $(cat "$out"/array-*.out) == $'2\n4\n6\n8' ]]
	[[ ! -s $out/array.err ]]
	# The number of other tasks that were running at each start.
	scontrol show job -o "$job" | sed -n 's/.* StartTime=\([0-9]*\) EndTime=\([0-9]*\) .*/\1 \2/p' >"$BATS_TEST_TMPDIR/times"
	assert_eq "$(wc -l <"$BATS_TEST_TMPDIR/times")" 4
	assert_between 1 2 "$(awk '{ s[NR] = $1; e[NR] = $2 } END { for (i in s) { n = 0
		for (j in s) n += s[j] <= s[i] && e[j] > s[i]; if (n > max) max = n } print max }' "$BATS_TEST_TMPDIR/times")"
}

@test "an array beyond the largest index of the cluster is refused in Crane's words" {
	run --separate-stderr as craneuser cbatch -a 4294967290 --wrap true
	assert_eq "$status" 4
	assert_eq "${stderr_lines[-2]}" 'Job allocation failed: Invalid Parameter.'
}

# covers: cbatch --repeat
@test "cbatch --repeat makes separate jobs" {
	recall repeat
	local job
	for job in ${jobs//,/}; do
		wait_for_end 20 "$job"
		assert_eq "$(cat "$out/repeat-$job.out")" "$job"
	done
	assert_eq "$(wc -w <<<"$jobs")" 3
}

# covers: cbatch --parsable
@test "a script from a pipe, a FIFO or standard input runs with its arguments" {
	local job way
	script piped.sh <<<$'#!/bin/sh\n#CBATCH -o piped-%j.out\necho "$# $1 $2"'
	for way in 'cat piped.sh | cbatch --parsable - "a b" -n' 'cbatch --parsable <(cat piped.sh) "a b" -n' \
		'cbatch --parsable /dev/stdin "a b" -n <piped.sh' 'mkfifo f$$; (cat piped.sh >f$$ &); cbatch --parsable f$$ "a b" -n' \
		'cbatch --parsable piped.sh "a b" -n'; do
		job=$(as craneuser bash -c "cd $out && $way")
		[[ $job =~ ^[0-9]+$ ]] || fail "$way: $job"
		wait_for_end 20 "$job"
		assert_eq "$(cat "$out/piped-$job.out")" '2 a b -n' "$way"
	done
}

# covers: cbatch --gres --gpus-per-node --json
@test "--gres and --gpus-per-node give GPUs and refuse more than there are" {
	recall gpus
	wait_for_end 20 "$one" "$two"
	[[ $(cat "$out/gpu1.out") == 'gpus '[01]. ]]
	assert_eq "$(cat "$out/gpu2.out")" 'gpus 0,1.'
	run --separate-stderr as craneuser cbatch -p GPU --gres gpu:3 --wrap true
	assert_eq "$status" 4
	assert_eq "${stderr_lines[-2]}" 'Job allocation failed: Resource not enough for job.'
	run --separate-stderr as craneuser cbatch --json -p GPU --gres npu:1 --wrap true
	assert_eq "$status" 4
	assert_contains "$output" '"ok":false,"code":"ERR_'
}

# covers: cbatch --licenses
@test "licenses are counted, and an unknown one is refused" {
	recall licenses
	wait_until "[[ \$(job_field $second Reason) == Licenses ]]" 20
	scancel "$first"
	wait_for_end 20 "$second"
	assert_eq "$(state_of "$second")" COMPLETED
	run --separate-stderr as craneuser cbatch -L matlab:1 --wrap true
	assert_eq "$status" 4
	assert_eq "${stderr_lines[-2]}" 'Job allocation failed: License request format is illegal or invalid.'
}

# covers: cbatch --deadline
@test "a deadline before the end of the limit shortens the limit" {
	recall deadline
	wait_for_end 40 "$job"
	assert_eq "$(state_of "$job")" COMPLETED
	[[ $(job_field "$job" TimeLimit) == 00:0[12]:00 ]]
	run --separate-stderr as craneuser cbatch --deadline now-1h --wrap true
	assert_eq "$status" 4
	assert_eq "$stderr" 'Job allocation failed: Invalid deadline time(should be later than submit time).'
}

# covers: cbatch --input --output --open-mode
@test "--input, --output and --open-mode work with Crane's patterns" {
	recall files
	wait_for_end 30 "$second" "$fourth"
	assert_eq "$(cat "$out/a file-files.sh.1")" $'one\ntwo\none\ntwo'
	assert_eq "$(cat "$out/truncated")" $'one\ntwo'
}

# covers: cbatch --interpreter
@test "--interpreter runs a script and the text of --wrap" {
	recall interpreter
	wait_for_end 20 "$job" "$wrapped"
	assert_eq "$(cat "$out/interpreter.out")" '1 program'
	assert_eq "$(cat "$out/wrapped.out")" 42
}

# covers: cbatch --get-user-env
@test "--get-user-env adds the caller's environment to the login environment" {
	recall login
	wait_for_end 30 "$with" "$without"
	assert_eq "$(cat "$out/with.out")" 'yes yes'
	assert_eq "$(cat "$out/without.out")" ' yes'
}

# covers: cbatch --no-requeue
@test "--requeue and --no-requeue decide whether a job may be requeued" {
	recall requeue
	assert_eq "$(job_field "$yes" Requeue)" 1
	assert_eq "$(job_field "$no" Requeue)" 0
	wait_for_state "$no" RUNNING 20
	run as craneuser scontrol requeue "$no"
	[[ $status -ne 0 ]]
	scancel "$no"
}

# covers: cbatch --mem-per-cpu --cpus-per-task
@test "--mem-per-cpu keeps the memory of a task whose CPUs are rounded up" {
	recall held
	assert_eq "$(job_field "$job" MinMemoryCPU)" 75M
	assert_eq "$(job_field "$job" CPUs/Task)" 2
}

@test "--exclusive reaches the job" {
	recall held
	assert_eq "$(job_field "$job" OverSubscribe)" NO
}

# covers: cbatch --mail-type --mail-user
@test "--mail-type and --mail-user reach the job" {
	recall held
	assert_eq "$(job_field "$job" MailUser)" me@example.org
	assert_eq "$(job_field "$job" MailType)" BEGIN,TIME_LIMIT
}

# covers: cbatch --comment --extra-attr
# covers: ccontrol update.jobid.comment
# covers: cqueue %comment --json
@test "comment and extra attributes stay with the job" {
	recall held
	assert_eq "$(squeue -h -j "$job" -o %k)" 'crane:{"project":"x","n":[1,2],"comment":"it'\''s \"mine\""}'
	assert_eq "$(squeue -h -j "$plain" -o %k)" 'it'\''s "mine"'
	assert_contains "$(as craneuser ccontrol show job "$job")" ' Comment=it'\''s "mine" Wckey='
	assert_contains "$(as craneuser ccontrol show job "$job")" $'\tExtraAttr={"project":"x","n":[1,2]}\n'
	refute_contains "$(as craneuser ccontrol show job "$plain")" ExtraAttr
	assert_contains "$(as craneuser cqueue -j "$job" -N -o '%.40comment')" 'it'\''s "mine"'
	as craneuser ccontrol update jobid="$job" comment=new
	assert_eq "$(squeue -h -j "$job" -o %k)" 'crane:{"project":"x","n":[1,2],"comment":"new"}'
	as craneuser cqueue --json -j "$job" >"$BATS_TEST_TMPDIR/json"
	jq -e '[.. | .extra_attr? // empty][0] | fromjson ==
		{project: "x", n: [1, 2], comment: "new", mail: {type: "BEGIN,TIMELIMIT", user: "me@example.org"}}' \
		"$BATS_TEST_TMPDIR/json"
}

@test "refusals by slurmctld come in Crane's words, with Slurm's after them" {
	local option text
	while IFS='|' read -r option text; do
		# shellcheck disable=SC2086
		run --separate-stderr as craneuser cbatch $option --wrap true
		assert_eq "$status" 4 "$option"
		assert_eq "$output" '' "$option"
		# Messages of sbatch before the refusal come before both.
		assert_eq "${stderr_lines[-2]}" "Job allocation failed: $text." "$option"
		[[ ${stderr_lines[-1]} == 'slurm: '?* ]] || fail "$option: ${stderr_lines[-1]}"
	done <<-'TABLE'
		-p nowhere|The entered partition does not exist
		-r nowhere|Invalid Parameter
		-N 9|Nodes partition not enough for job
		-c 99|Resource not enough for job
		--mem 900G|Resource not enough for job
		-x crane01,crane02|Resource not enough for job
	TABLE
}

# covers: cbatch --signal
@test "a signal before the limit reaches the script" {
	recall signal
	wait_for_state "$job" FAILED 50
	assert_eq "$(cat "$out/signal.out")" 'got USR1'
	assert_eq "$(job_field "$job" ExitCode)" 3:0
}
