#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: dependencies that Slurm keeps exactly
#
# A dependency without a delay that means the same in Slurm has no gate: Slurm keeps it, and a note says what was asked for.
# A cluster of this file's own forgets ended jobs after two seconds.

load common

setup_file()
{
	private_cluster --nodes 1 --cpus 16 --conf 'MinJobAge=2' --crane-conf 'DependencyGate=needed'
}

note_of()
{
	local comment
	comment=$(job_field "$1" AdminComment)
	[[ $comment =~ \[crane-native:1\;k=[0-9a-f]+\;m=[a-z]+\;d=([^]]*)\] ]] && echo "${BASH_REMATCH[1]}"
	return 0
}

# assert_native JOB EXPRESSION: the job has a note with the expression, no record, and no begin time.
assert_native()
{
	assert_eq "$(note_of "$1")" "$2" "the note of job $1"
	refute_contains "$(job_field "$1" AdminComment)" '[crane:'
	assert_eq "$(job_field "$1" EligibleTime)" Unknown "job $1"
}

wait_until_forgotten()
{
	wait_until "! scontrol show job $1" 15
}

# The number of times that the resolver's thread has gone to sleep.
sleeps_of_resolver()
{
	local dir
	for dir in "/proc/$(pgrep -f "slurmctld.*$MINICLUSTER_DIR/" | head -n 1)"/task/*; do
		[[ $(<"$dir/comm") == crane_resolver ]] || continue
		sed -n 's/^voluntary_ctxt_switches:[[:space:]]*//p' "$dir/status"
	done
}

@test "an expression without a delay leaves the begin time alone and is noted" {
	local a b
	a=$(submit_held)
	b=$(submit_held)
	assert_native "$(csubmit -d "afterok:$a" --wrap true)" "afterok:$a"
	assert_native "$(submit -d "crane:after:$a,afterany:$b" --wrap true)" "after:$a,afterany:$b"
	assert_native "$(submit -d "crane:after:$a?afterok:$b" --wrap true)" "after:$a?afterok:$b"
}

@test "what Slurm does not keep exactly is gated" {
	local a b array expression job
	a=$(submit_held)
	b=$(submit_held)
	array=$(submit --hold --array 0-1 --wrap true)
	for expression in "afterok:$a+1s" "afternotok:$a" "afterok:$a:$b?after:$array" "after:$array"; do
		job=$(submit -d "crane:$expression" --wrap true)
		assert_closed "$job"
		assert_eq "$(note_of "$job")" '' "$expression"
	done
}

@test "squeue and scontrol show a job with a note as its native twin, but for AdminComment" {
	local a ours twin
	a=$(submit_held)
	ours=$(submit -d "crane:afterok:$a" --job-name twin --wrap true)
	twin=$(submit -d "afterok:$a" --job-name twin --wrap true)
	view()
	{
		scontrol show job "$1" | grep -v '^   AdminComment=' |
			sed -E "s/JobId=$1 /JobId=N /; s/(Time|Eval|Priority)=[0-9]+/\1=T/g; s/ +$//"
		squeue --start -h -j "$1" -o '%T %r %S %E %e %V' | sed -E 's/ [0-9]+$/ T/'
	}
	diff <(view "$ours") <(view "$twin")
}

@test "ccontrol show job says the words of a gated job when Slurm keeps the dependency" {
	local a b job any
	a=$(submit --hold --wrap true)
	b=$(submit_held)
	job=$(csubmit -d "afterok:$a,afterany:$b" --wrap true)
	any=$(csubmit -d "afterok:$a?afterok:$b" --wrap true)
	assert_eq "$(dependency_of "$job")" "PendingDependencies=afterok:$a,afterany:$b Status=WaitForAll"
	assert_eq "$(dependency_of "$any")" "PendingDependencies=afterok:$a?afterok:$b Status=WaitForAny"
	assert_eq "$(as craneuser cqueue -N -j "$job" -o %R | xargs)" Dependency
	scontrol release "$a"
	wait_for_dependency "$job" "PendingDependencies=afterany:$b Status=WaitForAll" 10
}

@test "ccontrol show job says SomeFailed or AllFailed when Slurm says never" {
	local a b some all
	a=$(submit --hold --wrap false)
	b=$(submit --hold --wrap false)
	some=$(csubmit -d "afterok:$a,afterany:$b" --wrap true)
	all=$(csubmit -d "afterok:$a?afterok:$b" --wrap true)
	scontrol release "$a"
	wait_for_dependency "$some" "PendingDependencies=afterany:$b Status=SomeFailed" 10
	assert_eq "$(dependency_of "$all")" "PendingDependencies=afterok:$b Status=WaitForAny"
	scontrol release "$b"
	wait_for_dependency "$all" 'Status=AllFailed' 10
}

@test "Slurm keeps the event of a dependee that is purged while the job is held" {
	local a b good bad
	a=$(submit --hold --wrap true)
	good=$(submit --hold -d "crane:afterok:$a" --wrap 'sleep 30')
	b=$(submit --hold --wrap false)
	bad=$(submit --hold -d "crane:afterok:$b" --wrap 'sleep 30')
	scontrol release "$a" "$b"
	wait_until_forgotten "$a"
	wait_until_forgotten "$b"
	wait_for_save
	minicluster ctld kill
	minicluster ctld start
	scontrol release "$good" "$bad"
	wait_for_state "$good" RUNNING 10
	assert_eq "$(job_field "$bad" Reason)" DependencyNeverSatisfied
}

@test "Slurm keeps the dependency when a job without a gate has a begin time of its own" {
	local a begin job
	a=$(submit --hold --wrap true)
	begin=$((EPOCHSECONDS + 20))
	job=$(csubmit -d "afterok:$a" --begin "$(date -d "@$begin" +%FT%T)" --wrap true)
	assert_eq "$(note_of "$job")" "afterok:$a"
	assert_eq "$(job_field "$job" EligibleTime)" "$begin"
	scontrol release "$a"
	wait_for_dependency "$job" "Status=ReadyAfter $(date -d "@$begin" '+%F %T')" 5
	wait_for_end 80 "$job"
	assert_between "$begin" $((begin + 60)) "$(start_of "$job")"
}

@test "Slurm waits for the last run when a dependee is requeued" {
	local a ended job
	a=$(submit --requeue --wrap '[ "${SLURM_RESTART_COUNT:-0}" = 1 ] || sleep 60')
	job=$(csubmit -d "afterok:$a" --wrap 'sleep 30')
	wait_for_state "$a" RUNNING 10
	scontrol requeue "$a"
	wait_for_state "$a" PENDING 10
	assert_eq "$(dependency_of "$job")" "PendingDependencies=afterok:$a Status=WaitForAll"
	# Slurm lets a requeued job start two minutes later.
	scontrol update "JobId=$a" StartTime=now
	wait_for_end 20 "$a"
	ended=$(end_of "$a")
	wait_for_state "$job" RUNNING 10
	assert_between "$ended" $((ended + 3)) "$(start_of "$job")"
}

@test "Slurm waits for all tasks of an array and for one task alone" {
	local array all one
	array=$(submit --hold --array 0-1 --wrap '[ "$SLURM_ARRAY_TASK_ID" = 0 ] || until [ -e go ]; do sleep 0.2; done')
	all=$(csubmit -d "afterok:$array" --wrap 'sleep 30')
	one=$(csubmit -d "afterany:${array}_0" --wrap 'sleep 30')
	assert_eq "$(dependency_of "$all")" "PendingDependencies=afterok:$array Status=WaitForAll"
	assert_eq "$(dependency_of "$one")" "PendingDependencies=afterany:${array}_0 Status=WaitForAll"
	scontrol release "$array"
	wait_for_state "$one" RUNNING 10
	assert_eq "$(state_of "$all")" PENDING
	as craneuser touch go
	wait_for_state "$all" RUNNING 10
	assert_between "$(last_end_of "$array")" "$EPOCHSECONDS" "$(start_of "$all")"
}

@test "afterok never holds, after and afterany do, when the dependee is cancelled while pending" {
	local a after any ok
	a=$(submit_held)
	after=$(csubmit -d "after:$a" --wrap 'sleep 30')
	any=$(csubmit -d "afterany:$a" --wrap 'sleep 30')
	ok=$(csubmit -d "afterok:$a" --wrap 'sleep 30')
	scancel "$a"
	wait_for_state "$after" RUNNING 10
	wait_for_state "$any" RUNNING 10
	wait_for_dependency "$ok" Status=SomeFailed 5
	assert_eq "$(as craneuser cqueue -N -j "$ok" -o %R | xargs)" DependencyNeverSatisfied
}

@test "crun says what it waits for when Slurm keeps the dependency" {
	local a log=$BATS_TEST_TMPDIR/said
	a=$(submit --hold --wrap true)
	as craneuser crun -d "afterok:$a" echo started >"$log" 2>&1 &
	wait_until "grep -q 'waiting resources: dependency afterok:$a' '$log'" 10
	scontrol release "$a"
	wait $!
	grep -qx started "$log"
}

@test "Slurm cancels a job without a gate that can never run when it was asked to" {
	local a job
	a=$(submit --hold --wrap false)
	# A job that started would still run when the wait ends.
	job=$(submit --kill-on-invalid-dep=yes -d "crane:afterok:$a" --wrap 'sleep 300')
	scontrol release "$a"
	wait_until "! scontrol show job $job || [[ \$(state_of $job) == CANCELLED ]]" 10
}

@test "Slurm keeps the dependency when the plugin is taken away" {
	local a b good bad
	a=$(submit --hold --wrap true)
	b=$(submit --hold --wrap false)
	good=$(submit -d "crane:afterok:$a" --wrap 'sleep 30')
	bad=$(submit -d "crane:afterok:$b" --wrap 'sleep 30')
	sed -i.with '/^JobSubmitPlugins/d' "$MINICLUSTER_DIR/etc/slurm.conf"
	minicluster ctld restart
	assert_eq "$(state_of "$good")" PENDING
	scontrol release "$a" "$b"
	wait_for_state "$good" RUNNING 10
	wait_until "[[ \$(job_field $bad Reason) == DependencyNeverSatisfied ]]" 10
	mv "$MINICLUSTER_DIR/etc/slurm.conf.with" "$MINICLUSTER_DIR/etc/slurm.conf"
	minicluster ctld restart
}

@test "Slurm keeps singleton and aftercorr alone without a gate" {
	local first array job corr
	first=$(submit --job-name lone --wrap 'sleep 60')
	array=$(submit --hold --array 0-1 --wrap true)
	job=$(csubmit -d singleton --job-name lone --wrap 'sleep 30')
	corr=$(csubmit -d "aftercorr:$array" --array 0-1 --wrap 'sleep 30')
	assert_eq "$(note_of "$job") $(note_of "$corr")" "singleton aftercorr:$array"
	assert_eq "$(dependency_of "$job")" 'PendingDependencies=singleton Status=WaitForAll'
	assert_eq "$(dependency_of "$corr" | sort -u)" "PendingDependencies=aftercorr:$array Status=WaitForAll"
	scancel "$first"
	wait_for_state "$job" RUNNING 15
	scontrol release "${array}_1"
	wait_for_state "${corr}_1" RUNNING 15
	assert_eq "$(state_of "${corr}_0")" PENDING
}

@test "singleton holds a job whose gate has opened" {
	local first a ended job
	first=$(submit --job-name alone --wrap 'sleep 60')
	a=$(submit --hold --wrap true)
	job=$(csubmit -d "afterok:$a+2s,singleton" --job-name alone --wrap 'sleep 30')
	assert_closed "$job"
	assert_eq "$(dependency_of "$job")" "PendingDependencies=afterok:$a+00:00:02,singleton Status=WaitForAll"
	scontrol release "$a"
	wait_for_end 10 "$a"
	ended=$(end_of "$a")
	wait_for_dependency "$job" 'PendingDependencies=singleton Status=WaitForAll' 10
	wait_until "[[ \$(job_field $job Dependency) == singleton\\(unfulfilled\\) ]]" 10
	as craneuser ccontrol show dependency "$job" | grep -q 'WaitForAll singleton'
	[[ $(as craneuser ccontrol --json show job "$job") == *'"type":"SINGLETON"'* ]]
	assert_eq "$(state_of "$job")" PENDING
	scancel "$first"
	wait_for_state "$job" RUNNING 15
	assert_between $((ended + 2)) "$EPOCHSECONDS" "$(start_of "$job")"
}

@test "after of an array beside singleton holds with the first task that starts" {
	local array job
	array=$(submit --array 0-1%1 --wrap 'sleep 60')
	job=$(csubmit -d "after:$array+1s,singleton" --job-name single --wrap 'sleep 30')
	wait_for_state "$job" RUNNING 15
	assert_eq "$(state_of "${array}_1")" PENDING
}

@test "each task waits for its partner and for the gate when aftercorr stands beside a delay" {
	local a array ended job
	a=$(submit --hold --wrap true)
	array=$(submit --hold --array 0-1 --wrap '[ "$SLURM_ARRAY_TASK_ID" = 0 ]')
	job=$(submit -d "crane:afterok:$a+2s,aftercorr:$array" --array 0-1 --wrap 'sleep 30')
	assert_closed "$job"
	scontrol release "$array"
	wait_for_end 15 "$array"
	assert_eq "$(state_of "${job}_0") $(state_of "${job}_1")" 'PENDING PENDING'
	scontrol release "$a"
	wait_for_end 10 "$a"
	ended=$(end_of "$a")
	wait_for_state "${job}_0" RUNNING 20
	assert_between $((ended + 2)) "$EPOCHSECONDS" "$(start_of "${job}_0")"
	wait_for_dependency "${job}_1" "PendingDependencies=aftercorr:$array Status=SomeFailed" 10
	assert_eq "$(state_of "${job}_1")" PENDING
}

@test "a change to an expression with a delay gates the job, and a change back frees it" {
	local a job
	a=$(submit_held)
	job=$(csubmit -d "afterok:$a" --wrap true)
	wait_until "as craneuser scontrol update JobId=$job Dependency=crane:afterok:$a+5s" 10
	wait_until "[[ \$(events_of $job) == . ]]" 5
	assert_closed "$job"
	assert_eq "$(note_of "$job")" ''
	as craneuser scontrol update "JobId=$job" "Dependency=crane:afterany:$a"
	wait_until "[[ \$(note_of $job) == afterany:$a ]]" 5
	assert_eq "$(events_of "$job")" ''
	# Slurm forgets the begin time once it has looked at the dependency.
	wait_until "[[ \$(job_field $job EligibleTime) == Unknown ]]" 5
	assert_eq "$(dependency_of "$job")" "PendingDependencies=afterany:$a Status=WaitForAll"
}

@test "the note is removed when its job gets a dependency of Slurm's, or none" {
	local a b job dependency
	a=$(submit_held)
	b=$(submit_held)
	for dependency in "afterok:$b" ''; do
		job=$(csubmit -d "afterok:$a" --wrap 'sleep 30')
		assert_native "$job" "afterok:$a"
		as craneuser scontrol update "JobId=$job" "Dependency=$dependency"
		wait_until "[[ -z \$(note_of $job) ]]" 5
	done
}

@test "the resolver sleeps while only jobs without a gate wait" {
	local a before
	end_all_jobs
	a=$(submit_held)
	csubmit -d "afterok:$a" --wrap true
	csubmit -d "afterany:$a" --wrap true
	# A job that somebody has changed stays in the table for a minute: a new slurmctld has none.
	minicluster ctld restart
	wait_for_first_look
	# Its last pass is over when the count stays the same.
	wait_until 'before=$(sleeps_of_resolver); sleep 0.5; [[ $before == "$(sleeps_of_resolver)" ]]' 5
	before=$(sleeps_of_resolver)
	sleep 3
	assert_eq "$(sleeps_of_resolver)" "$before"
}
