#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: `ccancel`: jobs, steps, filters
#
# The jobs and steps that ccancel ends, and those that it does not. This file makes all jobs of the cluster. tests/cli tests
# the refusals.

# The shells of jobs expand the texts with $; run sets stderr.
# shellcheck disable=SC2016,SC2154

load common

setup_file()
{
	notes=$BATS_FILE_TMPDIR/notes
	install -d -m 777 "$notes"
	chmod go+x "$BATS_FILE_TMPDIR"
	# Ended jobs stay completing as long as a test needs it.
	printf '#!/bin/bash\nwhile [[ -e %q ]]; do sleep .1; done\n' "$notes/epilog-waits" >"$notes/epilog"
	chmod 755 "$notes/epilog"
	private_cluster --nodes 4 --cpus 16 --conf "Epilog=$notes/epilog"
	keep notes notes
	all_given
}

# Jobs of the file stay after a test; those of a test do not.
teardown()
{
	dump_on_failure
	cancel_mine
}

# steps_script NAME: a job of four steps; each leaves its number in a file, the fourth finds no room. The job goes on after
# all of them.
steps_script()
{
	cat >"$notes/$1.sh" <<-JOB
		#!/bin/bash
		for i in 1 2 3 4; do
			crun -N 1 -c 2 sh -c 'echo \$CRANE_STEP_ID >>$notes/$1; exec sleep 3000' &
			if [ \$i -lt 4 ]; then
				while [ "\$(wc -l <$notes/$1)" -lt \$i ]; do sleep .05; done
			fi
		done
		wait
		exec sleep 3000
	JOB
	: >"$notes/$1"
	chmod 777 "$notes/$1" "$notes/$1.sh"
}

given_steps()
{
	local with_steps doomed
	steps_script steps
	steps_script doomed
	with_steps=$(csubmit -N 1 -c 6 -w crane01 "$notes/steps.sh")
	doomed=$(csubmit -N 1 -c 6 -w crane02 "$notes/doomed.sh")
	keep steps with_steps doomed
}

# wait_for_notes FILE COUNT: waits until this number of steps have written their numbers.
wait_for_notes()
{
	wait_until "[[ \$(wc -l <$notes/$1) == $2 ]]" 20
}

# cancel ARG...: as craneuser, with stdout and stderr apart.
cancel()
{
	cancel_as craneuser "$@"
}

cancel_as()
{
	run --separate-stderr as "$1" ccancel "${@:2}"
}

# assert_told STATUS STDOUT
assert_told()
{
	local errors=''
	[[ $1 != 4 ]] || errors='some jobs were not cancelled'
	assert_answer "$1" "$2" "$errors"
}

held()
{
	submit --hold "$@" --wrap true
}

# -- steps ------------------------------------------------------------------------------------------------------------

@test "ccancel ends one step, which makes room for a waiting step, and all numbers agree" {
	recall notes
	recall steps
	local id=$with_steps
	wait_for_notes steps 3
	assert_eq "$(xargs <"$notes/steps")" '2 3 4'
	wait_for_steps "$id" "$id.0 $id.1 $id.2 $id.3 $id.4 $id.?" 10
	cancel "$id.2"
	assert_told 0 "Step $id.2 cancelled successfully."
	wait_for_notes steps 4
	assert_eq "$(tail -n 1 "$notes/steps")" 5
	wait_for_steps "$id" "$id.0 $id.1 $id.3 $id.4 $id.5" 10
	cancel "$id.3,$id.5"
	assert_told 0 "Step $id.3,$id.5 cancelled successfully."
	wait_for_steps "$id" "$id.0 $id.1 $id.4" 10
	assert_eq "$(state_of "$id")" RUNNING
	cancel "$id.0"
	assert_eq "$status" 2
	cancel "$id.3"
	assert_told 4 "Failed to cancel step: $id-3. Reason: Step not found."
	cancel "$id.77,$id.4"
	assert_told 4 "Step $id.4 cancelled successfully.
Failed to cancel step: $id-77. Reason: Step not found."
	wait_for_steps "$id" "$id.0 $id.1" 10
	assert_eq "$(state_of "$id")" RUNNING
}

@test "ccancel of step 1 ends the job, and ccancel of a job ends its steps" {
	recall notes
	recall steps
	local id=$doomed by_crun
	wait_for_notes doomed 3
	cancel "$id.2,$id.1"
	assert_told 0 "Step $id.2,$id.1 cancelled successfully."
	assert_cancelled "$id"
	wait_for_steps "$id" '' 10
	# Its only program is step 1 of a job by crun.
	as craneuser crun -J lonely sleep 3000 >/dev/null 2>&1 </dev/null &
	wait_until '[[ -n $(squeue -h -t R -n lonely -o %i) ]]' 10
	by_crun=$(squeue -h -n lonely -o %i)
	mine "$by_crun"
	wait_for_steps "$by_crun" "$by_crun.0 $by_crun.1" 10
	cancel "$by_crun.2"
	assert_told 4 "Failed to cancel step: $by_crun-2. Reason: Step not found."
	assert_eq "$(state_of "$by_crun")" RUNNING
	cancel "$by_crun.1"
	assert_told 0 "Step $by_crun.1 cancelled successfully."
	assert_cancelled "$by_crun"
}

@test "ccancel of a step of a pending job fails and leaves the job waiting" {
	local id
	id=$(held)
	cancel "$id.2"
	assert_told 4 "Failed to cancel step: $id-2. Reason: The job is pending and has no steps yet."
	cancel "$id.1"
	assert_told 4 "Failed to cancel step: $id-1. Reason: The job is pending and has no steps yet."
	assert_eq "$(state_of "$id")" PENDING
}

# -- jobs -------------------------------------------------------------------------------------------------------------

@test "ccancel of a list ends what exists and reports the rest" {
	local a b c
	a=$(held)
	b=$(held)
	c=$(held)
	cancel "$a,999999,$b"
	assert_told 4 "Job $a,$b cancelled successfully.
Failed to cancel job: 999999. Reason: Job not found."
	assert_cancelled "$a" "$b"
	cancel "$a"
	assert_told 0 "Job $a already over."
	# A job that is named twice, or as a whole beside its steps, is reported once.
	cancel "$c,$c.2,$c"
	assert_told 0 "Job $c cancelled successfully."
	cancel "999998.2,999999_1"
	assert_told 4 "Failed to cancel job: 999999_1. Reason: Job not found.
Failed to cancel job: 999998. Reason: Job not found."
}

@test "ccancel ends one waiting task, all waiting tasks, a running task, a step of one, and the rest of an array" {
	local id
	id=$(submit --array=1-9%3 --wrap 'exec sleep 3000')
	wait_until "[[ \$(squeue -h -t R -j $id -o %i | xargs -n 1 | sort | xargs) == '${id}_1 ${id}_2 ${id}_3' ]]" 15
	cancel "${id}_7"
	assert_told 0 "Job ${id}_7 cancelled successfully."
	cancel "${id}_7"
	assert_told 4 "Failed to cancel job: ${id}_7. Reason: Job not found."
	cancel "$id.1"
	assert_told 4 "Failed to cancel step: $id-1. Reason: Array parent has no steps."
	cancel "${id}_9.1"
	assert_told 4 "Failed to cancel step: ${id}_9-1. Reason: The job is pending and has no steps yet."
	# Only those tasks that pass the filter.
	cancel -t pending "$id"
	assert_told 0 "Job ${id}_[4-6,8-9] cancelled successfully."
	cancel "${id}_1"
	assert_told 0 "Job ${id}_1 cancelled successfully."
	cancel "${id}_2.1"
	assert_told 0 "Step ${id}_2.1 cancelled successfully."
	wait_for_state "${id}_2" CANCELLED 15
	wait_until "[[ \$(squeue -h -j $id -o '%i %T') == '${id}_3 RUNNING' ]]" 15
	cancel "$id"
	assert_told 0 "Job $id cancelled successfully."
	wait_until "[[ -z \$(squeue -h -j $id) ]]" 15
	assert_eq "$(states_of_tasks "$id")" CANCELLED
}

# Prints the id of a job that is completing until the file epilog-waits is gone.
completing()
{
	local id
	id=$(submit -J slow -w crane03 --wrap 'exec sleep 3000')
	wait_for_state "$id" RUNNING 15
	touch "$notes/epilog-waits"
	scancel "$id"
	wait_until "[[ \$(squeue -h -t CG -j $id -o %T) == COMPLETING ]]" 15
	echo "$id"
}

@test "ccancel by filters skips completing jobs, and by id reports them as over" {
	recall notes
	local done_ waits
	done_=$(completing)
	waits=$(held -J slow)
	cancel -n slow -t running
	assert_told 0 ''
	cancel -n slow
	assert_told 0 "Job $waits cancelled successfully."
	cancel -u craneuser -n slow
	assert_told 0 ''
	cancel "$done_"
	assert_told 0 "Job $done_ already over."
	cancel -n slow "$done_"
	assert_told 0 "Job $done_ already over."
	cancel "$done_.2"
	assert_told 0 "Step $done_.2 already over."
	cancel --json "$done_"
	assert_told 0 "{\"already_over\":{\"$done_\":{\"steps\":[]}},\"cancelled_steps\":{},\"not_cancelled_job_steps\":{}}"
	rm "$notes/epilog-waits"
	wait_until "[[ -z \$(squeue -h -j $done_) ]]" 30
	cancel "$done_" "$done_.3"
	assert_told 0 "Job $done_ already over."
}

@test "ccancel takes several words as several ids, beside lists, tasks and steps" {
	recall steps
	local a b c array
	a=$(held)
	b=$(held)
	c=$(held)
	array=$(submit --hold --array=1-4 --wrap true)
	cancel "$a" "$b,${array}_2" "$c"
	assert_told 0 "Job $a,$b,$c,${array}_2 cancelled successfully."
	assert_cancelled "$a" "$b" "$c"
	assert_eq "$(squeue -h -r -j "$array" -o %i | sort | xargs)" "${array}_1 ${array}_3 ${array}_4"
	cancel "$array" "$with_steps.77"
	assert_told 4 "Job $array cancelled successfully.
Failed to cancel step: $with_steps-77. Reason: Step not found."
	assert_cancelled "${array}_1"
}

# The states that slurmctld remembers of an array's tasks.
states_of_tasks()
{
	scontrol show job -o "$1" | grep -o ' JobState=[A-Z]*' | cut -d= -f2 | sort -u | xargs
}

# covers: ccancel --account --name --nodes --partition --state
@test "ccancel ends a job only if all filters and the ids match it" {
	local a b c d running
	a=$(held -J alpha -p GPU)
	b=$(held -J alpha)
	c=$(held -J beta -A physics)
	d=$(held -J gamma)
	running=$(submit -J alpha -w crane04 --wrap 'exec sleep 3000')
	wait_for_state "$running" RUNNING 15
	cancel -n alp
	assert_told 0 ''
	cancel -n alpha -p GPU -A physics
	assert_told 0 ''
	cancel -w crane03
	assert_told 0 ''
	cancel -t suspended
	assert_told 0 ''
	cancel -t running "$a,$b"
	assert_told 0 ''
	cancel -n alpha -p GPU
	assert_told 0 "Job $a cancelled successfully."
	cancel -A physics "$b,$c"
	assert_told 0 "Job $c cancelled successfully."
	cancel -n alpha -t p,r
	assert_told 0 "Job $b,$running cancelled successfully."
	assert_cancelled "$a" "$b" "$c" "$running"
	assert_eq "$(state_of "$d")" PENDING
	running=$(submit -w crane03 --wrap 'exec sleep 3000')
	wait_for_state "$running" RUNNING 15
	cancel -w 'x,crane[03-04]'
	assert_told 0 "Job $running cancelled successfully."
	assert_eq "$(state_of "$d")" PENDING
}

# covers: ccancel --user
@test "ccancel refuses other users' jobs by id and skips them with filters" {
	recall steps
	local mine_ theirs
	mine_=$(held -J common)
	theirs=$(as craneother sbatch --parsable -o /dev/null --hold -J common --wrap true)
	mine "$theirs"
	cancel "$theirs,$mine_"
	assert_told 4 "Job $mine_ cancelled successfully.
Failed to cancel job: $theirs. Reason: Permission Denied."
	mine_=$(held -J common)
	cancel -n common
	assert_told 0 "Job $mine_ cancelled successfully."
	cancel -n common -u craneother
	assert_told 4 "Failed to cancel job: $theirs. Reason: Permission Denied."
	cancel_as craneother "$with_steps.1"
	assert_told 4 "Failed to cancel step: $with_steps-1. Reason: Permission Denied."
	assert_eq "$(state_of "$with_steps")" RUNNING
	assert_eq "$(state_of "$theirs")" PENDING
	cancel_as root -n common
	assert_told 0 "Job $theirs cancelled successfully."
	cancel -u nobody-at-all
	assert_told 0 ''
}

# covers: ccancel --json
@test "ccancel --json sorts its keys and keeps the exit statuses" {
	local a b
	a=$(held -J json)
	b=$(held -J json)
	cancel --json "999999,$b,$a.2,999998.1"
	assert_eq "$status" 4
	assert_eq "$stderr" 'some jobs were not cancelled'
	assert_eq "$output" "{\"cancelled_steps\":{\"$b\":{\"steps\":[]}},\"not_cancelled_job_steps\":{\"$a\":{\"reason\":\"\",\"step_ids\":[2],\"step_reasons\":[\"The job is pending and has no steps yet\"]},\"999998\":{\"reason\":\"Job not found\",\"step_ids\":[],\"step_reasons\":[]},\"999999\":{\"reason\":\"Job not found\",\"step_ids\":[],\"step_reasons\":[]}}}"
	cancel --json -n json
	assert_told 0 "{\"cancelled_steps\":{\"$a\":{\"steps\":[]}},\"not_cancelled_job_steps\":{}}"
	cancel --json -n json
	assert_told 0 '{"cancelled_steps":{},"not_cancelled_job_steps":{}}'
}

@test "the shell of calloc ends with its job" {
	local id log=$BATS_TEST_TMPDIR/calloc.log
	as craneuser bash -c "calloc -J shell <<<'sleep 3000; echo survived'; echo status=\$?" >"$log" 2>&1 &
	wait_until '[[ -n $(squeue -h -t R -n shell -o %i) ]]' 15
	id=$(squeue -h -n shell -o %i)
	wait_for_steps "$id" "$id.0 $id.1" 10
	cancel "$id"
	assert_told 0 "Job $id cancelled successfully."
	wait_until "grep -q ^status= $log" 20
	refute_contains "$(<"$log")" survived
	assert_cancelled "$id"
}

@test "ccancel ends sixty jobs of one list and names them in its order" {
	local ids='' i
	for ((i = 0; i < 60; i++)); do
		ids+=,$(held)
	done
	ids=${ids#,}
	cancel "$ids"
	assert_told 0 "Job $ids cancelled successfully."
	assert_eq "$(squeue -h -t PD -j "$ids" -o %i 2>/dev/null)" ''
}
