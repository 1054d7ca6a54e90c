#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: dependencies: when a job starts
#
# When a job with a Crane dependency starts: submitted by sbatch, srun and salloc with "-d crane:..." and by Crane's
# commands. Other files test refusals, changes and outages.

load common

setup_file()
{
	start_film
	all_given
}

teardown_file()
{
	stop_film
	cancel_mine
}

# -- timely ------------------------------------------------------------------------------------------------------------

# pairs VIA: ten jobs of two seconds, each with one that waits for it and five seconds more.
pairs()
{
	local via=$1 prefix=$2 i a
	for i in {1..10}; do
		a=$("$via" --hold --wrap 'sleep 2')
		first+=("$a")
		second+=("$("$via" -d "${prefix}afterok:$a+5s" --wrap true)")
		scontrol release "$a"
	done
}

assert_pairs()
{
	local i end
	for i in {0..9}; do
		wait_for_end 20 "${first[i]}"
		end=$(end_of "${first[i]}")
		assert_starts "${second[i]}" $((end + 5)) $((end + 7))
		assert_waited "${second[i]}" $((end + 5))
	done
}

given_sbatch_pairs()
{
	local first=() second=()
	pairs submit crane:
	keep sbatch-pairs first second
}

@test "sbatch -d crane:afterok:A+5s starts five to seven seconds after A's end, ten times out of ten" {
	recall sbatch-pairs
	assert_pairs
}

given_cbatch_pairs()
{
	local first=() second=()
	pairs csubmit ''
	keep cbatch-pairs first second
}

@test "cbatch -d afterok:A+5s starts five to seven seconds after A's end, ten times out of ten" {
	recall cbatch-pairs
	assert_pairs
}

given_two_terms()
{
	local a b c job
	a=$(submit --hold --wrap 'sleep 1; touch two-terms')
	b=$(submit --hold --wrap 'until [ -e two-terms ]; do sleep 0.2; done; sleep 2')
	c=$(submit --wrap 'sleep 3000')
	job=$(submit -d "crane:afterok:$a:$b+4s?after:$c+60s" --wrap true)
	scontrol release "$a,$b"
	keep two-terms a b c job
}

@test "the first term of afterok:A:B+4s?after:C+60s decides when both A and B are done, after B's delay" {
	recall two-terms
	wait_for_end 20 "$a" "$b"
	(($(end_of "$a") < $(end_of "$b"))) || fail "A did not end before B"
	assert_starts "$job" $(($(end_of "$b") + 4)) $(($(end_of "$b") + 6))
	assert_waited "$job" $(($(end_of "$b") + 4))
}

given_second_term()
{
	local a b c job
	a=$(submit --hold --wrap 'sleep 1')
	b=$(submit --wrap 'sleep 3000')
	c=$(submit --hold --wrap 'sleep 3000')
	job=$(submit -d "crane:afterok:$a:$b+4s?after:$c+3s" --wrap true)
	scontrol release "$a,$c"
	keep second-term a b c job
}

@test "the second term of afterok:A:B+4s?after:C+3s decides when C has started and B still runs" {
	recall second-term
	wait_until "has_started $c" 20
	assert_starts "$job" $(($(start_of "$c") + 3)) $(($(start_of "$c") + 5))
	assert_waited "$job" $(($(start_of "$c") + 3))
	assert_eq "$(state_of "$b")" RUNNING
}

given_and()
{
	local a b c job
	a=$(submit --wrap 'sleep 3000')
	b=$(submit --hold --wrap 'sleep 2')
	c=$(submit --hold --wrap 'sleep 3; exit 7')
	job=$(submit -d "crane:after:$a+1s,afterok:$b+4s,afternotok:$c+1s" --wrap true)
	scontrol release "$b,$c"
	keep and a b c job
}

@test "with ',' the latest of all event and delay sums decides" {
	recall and
	wait_for_end 20 "$b" "$c"
	local ready
	ready=$(later_of $(($(end_of "$b") + 4)) $(($(end_of "$c") + 1)))
	ready=$(later_of "$ready" $(($(start_of "$a") + 1)))
	assert_starts "$job" "$ready" $((ready + 2))
	assert_waited "$job" "$ready"
}

given_or()
{
	local a b c job
	a=$(submit --hold --wrap 'sleep 1; false')
	b=$(submit --hold --wrap 'sleep 2')
	c=$(submit_held)
	job=$(submit -d "crane:afterok:$a?afterany:$b+2s?after:$c" --wrap true)
	scontrol release "$a,$b"
	keep or a b c job
}

@test "with '?' the earliest event that happens decides, whatever failed before or is still open" {
	recall or
	wait_for_end 20 "$a" "$b"
	assert_starts "$job" $(($(end_of "$b") + 2)) $(($(end_of "$b") + 4))
	assert_eq "$(state_of "$c")" PENDING
}

given_earlier_or()
{
	local a b job
	a=$(submit --hold --wrap 'sleep 1; touch earlier-or')
	b=$(submit --hold --wrap 'until [ -e earlier-or ]; do sleep 0.2; done; sleep 2')
	job=$(submit -d "crane:afterok:$a+1h?afterok:$b+1s" --wrap true)
	scontrol release "$a,$b"
	keep earlier-or a b job
}

@test "with '?' an earlier ready time replaces a known one" {
	recall earlier-or
	wait_for_end 20 "$a" "$b"
	(($(end_of "$a") < $(end_of "$b"))) || fail "A did not end before B"
	assert_starts "$job" $(($(end_of "$b") + 1)) $(($(end_of "$b") + 3))
}

# -- types and outcomes ------------------------------------------------------------------------------------------------

# four_on JOB: one job of each type, two seconds after it.
four_on()
{
	after=$(submit -d "crane:after:$1+2s" --wrap true)
	afterany=$(submit -d "crane:afterany:$1+2s" --wrap true)
	afterok=$(submit -d "crane:afterok:$1+2s" --wrap true)
	afternotok=$(submit -d "crane:afternotok:$1+2s" --wrap true)
}

# assert_four JOB, then for after, afterany, afterok, afternotok: start, end or never.
assert_four()
{
	local dependee=$1 type event ready
	shift
	wait_for_end 120 "$dependee"
	for type in after afterany afterok afternotok; do
		case $1 in
		start) event=$(start_of "$dependee") ;;
		end) event=$(end_of "$dependee") ;;
		never) event= ;;
		esac
		if [[ -n $event ]]; then
			# A job that waits for a start may have been submitted some time after it.
			ready=$(later_of $((event + 2)) "$(job_field "${!type}" SubmitTime)")
			assert_starts "${!type}" $((event + 2)) $((ready + 2))
		else
			wait_until "[[ \$(events_of ${!type}) == '!' ]]" 5
			assert_closed "${!type}"
			assert_eq "$(dependency_of "${!type}")" "Status=SomeFailed"
		fi
		shift
	done
}

given_ok()
{
	local a after afterany afterok afternotok
	a=$(submit --hold --wrap 'sleep 6')
	four_on "$a"
	scontrol release "$a"
	keep ok a after afterany afterok afternotok
}

@test "a job that ends with exit code 0 fires after, afterany and afterok, and never afternotok" {
	recall ok
	assert_four "$a" start end end never
	assert_between 0 $(($(end_of "$a") - 1)) "$(start_of "$after")" "after: while the other still runs"
}

given_failed()
{
	local a after afterany afterok afternotok
	a=$(submit --hold --wrap 'sleep 1; exit 3')
	four_on "$a"
	scontrol release "$a"
	keep failed a after afterany afterok afternotok
}

@test "a job that ends with exit code 3 fires after, afterany and afternotok, and never afterok" {
	recall failed
	assert_four "$a" start end never end
}

given_cancelled_running()
{
	local a after afterany afterok afternotok
	a=$(submit --wrap 'sleep 3000')
	four_on "$a"
	wait_for_state "$a" RUNNING 10
	scancel "$a"
	keep cancelled-running a after afterany afterok afternotok
}

@test "a job that is cancelled while it runs counts as failed" {
	recall cancelled-running
	assert_four "$a" start end never end
	assert_eq "$(state_of "$a")" CANCELLED
}

given_cancelled_pending()
{
	local a after afterany afterok afternotok
	a=$(submit_held)
	four_on "$a"
	scancel "$a"
	keep cancelled-pending a after afterany afterok afternotok
}

@test "a job that is cancelled while pending fires after and afterany at that moment, and never the others" {
	recall cancelled-pending
	assert_four "$a" end end never never
	assert_eq "$(state_of "$a")" CANCELLED
}

given_bad_signal()
{
	local a after afterany afterok afternotok
	a=$(submit --hold --wrap 'sleep 1; kill -SEGV $$')
	four_on "$a"
	scontrol release "$a"
	keep bad-signal a after afterany afterok afternotok
}

@test "a job that dies of a signal counts as failed" {
	recall bad-signal
	assert_four "$a" start end never end
}

given_salloc()
{
	local a after afterany afterok afternotok
	as craneuser salloc --job-name salloc-ok sh -c 'until [ -e salloc-go ]; do sleep 0.2; done; sleep 3' &
	wait_until "[[ -n \$(squeue -h -n salloc-ok -o %i) ]]" 10
	a=$(squeue -h -n salloc-ok -o %i)
	four_on "$a"
	as craneuser touch salloc-go
	keep salloc a after afterany afterok afternotok
}

@test "a job of salloc that ends normally counts as exit code 0" {
	recall salloc
	assert_four "$a" start end end never
}

given_srun()
{
	local a after afterany afterok afternotok
	as craneuser srun --job-name srun-bad sh -c 'until [ -e srun-go ]; do sleep 0.2; done; sleep 3; exit 5' &
	wait_until "[[ -n \$(squeue -h -n srun-bad -o %i) ]]" 10
	a=$(squeue -h -n srun-bad -o %i)
	four_on "$a"
	as craneuser touch srun-go
	keep srun a after afterany afterok afternotok
}

@test "a job of srun that ends with exit code 5 counts as failed" {
	recall srun
	assert_four "$a" start end never end
}

# -- arrays ------------------------------------------------------------------------------------------------------------

given_array()
{
	local a ok
	a=$(submit --hold --array 1-3 --wrap 'sleep $SLURM_ARRAY_TASK_ID')
	ok=$(submit -d "crane:afterok:$a+2s" --wrap true)
	scontrol release "$a"
	keep array a ok
}

@test "an array ends with its last task, and is ok when every task is" {
	recall array
	wait_for_end 20 "$a"
	assert_starts "$ok" $(($(last_end_of "$a") + 2)) $(($(last_end_of "$a") + 4))
}

given_bad_array()
{
	local a ok notok
	a=$(submit --hold --array 1-3 --wrap '[ $SLURM_ARRAY_TASK_ID != 1 ] || exit 4; sleep 3')
	ok=$(submit -d "crane:afterok:$a" --wrap true)
	notok=$(submit -d "crane:afternotok:$a+2s" --wrap true)
	scontrol release "$a"
	keep bad-array a ok notok
}

@test "an array whose first task failed is not ok when its last task succeeds" {
	recall bad-array
	wait_for_end 20 "$a"
	assert_starts "$notok" $(($(last_end_of "$a") + 2)) $(($(last_end_of "$a") + 4))
	assert_closed "$ok"
	assert_eq "$(dependency_of "$ok")" "Status=SomeFailed"
}

given_serial_array()
{
	local a first_task second_task third_failed
	a=$(submit --hold --array 1-3%1 --wrap 'sleep 3; [ $SLURM_ARRAY_TASK_ID != 3 ]')
	first_task=$(submit -d "crane:after:$a+1s" --wrap true)
	second_task=$(submit -d "crane:afterok:${a}_2+1s" --wrap true)
	third_failed=$(submit -d "crane:afternotok:${a}_3+1s" --wrap true)
	scontrol release "$a"
	keep serial-array a first_task second_task third_failed
}

@test "after on an array holds when its first task starts" {
	recall serial-array
	wait_until "has_started ${a}_1" 10
	assert_starts "$first_task" $(($(start_of "${a}_1") + 1)) $(($(start_of "${a}_1") + 3))
	wait_for_end 30 "${a}_1"
	assert_between 0 "$(end_of "${a}_1")" "$(start_of "$first_task")" "before the second task"
}

@test "a dependency on one array task waits for that task, also before it is split off" {
	recall serial-array
	wait_for_end 30 "${a}_2"
	assert_starts "$second_task" $(($(end_of "${a}_2") + 1)) $(($(end_of "${a}_2") + 3))
	wait_for_end 30 "${a}_3"
	assert_starts "$third_failed" $(($(end_of "${a}_3") + 1)) $(($(end_of "${a}_3") + 3))
}

# -- delays and begin times --------------------------------------------------------------------------------------------

given_long_running()
{
	local a
	a=$(submit --wrap 'sleep 3000')
	keep long-running a
}

@test "a delay counts from the dependee's own start, not from the submission" {
	recall long-running
	wait_until "has_started $a" 10
	local start now late past asked
	start=$(start_of "$a")
	wait_until "((EPOCHSECONDS >= $start + 3))" 10
	now=$EPOCHSECONDS
	past=$(submit -d "crane:after:$a+2s" --wrap true)
	late=$(submit -d "crane:after:$a+$((now - start + 3))s" --wrap true)
	assert_starts "$past" "$now" $(($(job_field "$past" SubmitTime) + 2))
	asked=$(job_field "$late" SubmitTime)
	assert_starts "$late" $((now + 3)) $(($(later_of $((now + 3)) "$asked") + 2))
}

given_delay_forms()
{
	local a seconds clock days compound
	a=$(submit_held)
	seconds=$(submit -d "crane:afterok:$a+3sec" --wrap true)
	clock=$(submit -d "crane:afterok:$a+00:00:04" --wrap true)
	days=$(submit -d "crane:afterok:$a+0-00:00:05" --wrap true)
	compound=$(submit -d "crane:afterok:$a+0m6s" --wrap true)
	scontrol release "$a"
	keep delay-forms a seconds clock days compound
}

@test "a delay may be written as 3sec, 00:00:04, 0-00:00:05 and 0m6s" {
	recall delay-forms
	wait_for_end 10 "$a"
	local end
	end=$(end_of "$a")
	assert_starts "$seconds" $((end + 3)) $((end + 5))
	assert_starts "$clock" $((end + 4)) $((end + 6))
	assert_starts "$days" $((end + 5)) $((end + 7))
	assert_starts "$compound" $((end + 6)) $((end + 8))
}

given_begin()
{
	local a later earlier begin
	begin=$((EPOCHSECONDS + 20))
	a=$(submit_held)
	later=$(submit --begin "$(date -d "@$begin" +%FT%T)" -d "crane:afterok:$a+2s" --wrap true)
	earlier=$(submit --begin now+1 -d "crane:afterok:$a+8s" --wrap true)
	scontrol release "$a"
	keep begin a later earlier begin
}

@test "the later of --begin and the dependency's ready time counts" {
	recall begin
	wait_for_end 10 "$a"
	assert_starts "$earlier" $(($(end_of "$a") + 8)) $(($(end_of "$a") + 10))
	(($(end_of "$a") + 2 < begin)) || fail "the begin time is not the later one"
	assert_starts "$later" "$begin" $((begin + 2))
	assert_waited "$later" "$begin"
}

# -- other commands ----------------------------------------------------------------------------------------------------

given_waiting_commands()
{
	local a
	a=$(submit_held)
	as craneuser srun -d "crane:afterok:$a+2s" --job-name srun-waits echo 'done' >"$BATS_FILE_TMPDIR/srun.out" 2>&1 &
	as craneuser salloc -d "crane:afterok:$a+2s" --job-name salloc-waits echo 'done' \
		>"$BATS_FILE_TMPDIR/salloc.out" 2>&1 &
	wait_until "(( \$(squeue -h -n srun-waits,salloc-waits -o %i | wc -l) == 2))" 10
	local srun_job salloc_job
	srun_job=$(squeue -h -n srun-waits -o %i)
	salloc_job=$(squeue -h -n salloc-waits -o %i)
	scontrol release "$a"
	keep waiting-commands a srun_job salloc_job
}

@test "srun and salloc wait for a Crane dependency too" {
	recall waiting-commands
	wait_for_end 20 "$a" "$srun_job" "$salloc_job"
	local ready=$(($(end_of "$a") + 2))
	assert_starts "$srun_job" "$ready" $((ready + 2))
	assert_starts "$salloc_job" "$ready" $((ready + 2))
	wait_until "grep -qx done '$BATS_FILE_TMPDIR/srun.out' && grep -qx done '$BATS_FILE_TMPDIR/salloc.out'" 5
}

given_directives()
{
	local a slurm crane script
	a=$(submit_held)
	script=$BATS_FILE_TMPDIR/directive
	printf '#!/bin/sh\n#SBATCH -d crane:afterok:%s+2s\ntrue\n' "$a" >"$script.slurm"
	printf '#!/bin/sh\n#CBATCH --dependency afterok:%s+2s\ntrue\n' "$a" >"$script.crane"
	slurm=$(submit "$script.slurm")
	crane=$(csubmit "$script.crane")
	scontrol release "$a"
	keep directives a slurm crane
}

@test "a dependency may stand in the script: #SBATCH -d crane:... and #CBATCH --dependency ..." {
	recall directives
	wait_for_end 20 "$a"
	assert_starts "$slurm" $(($(end_of "$a") + 2)) $(($(end_of "$a") + 4))
	assert_starts "$crane" $(($(end_of "$a") + 2)) $(($(end_of "$a") + 4))
}

# -- what the user sees ------------------------------------------------------------------------------------------------

# The time as ccontrol prints it.
clock_time()
{
	date -d "@$1" '+%F %T'
}

@test "ccontrol show job prints WaitForAll and the edges that are still pending" {
	local a b c job
	a=$(submit_held)
	b=$(submit_held)
	c=$(submit_held)
	job=$(submit -d "crane:afterok:$a,afterok:$b+1h:$c+90061s" --wrap true)
	scontrol release "$a"
	wait_for_end 10 "$a"
	wait_for_dependency "$job" "PendingDependencies=afterok:$b+01:00:00,afterok:$c+1-01:01:01 Status=WaitForAll" 3
	as craneuser cqueue -j "$job" | tee /dev/stderr | grep -qw Dependency
}

@test "ccontrol show job prints WaitForAny and keeps the ids of one term together" {
	local a b c job
	a=$(submit_held)
	b=$(submit_held)
	c=$(submit_held)
	job=$(submit -d "crane:afterok:$a:$b+10m?after:$c" --wrap true)
	assert_eq "$(dependency_of "$job")" \
		"PendingDependencies=afterok:$a:$b+00:10:00?after:$c Status=WaitForAny"
	as craneuser cqueue -j "$job" | tee /dev/stderr | grep -qw Dependency
}

@test "ccontrol show job prints ReadyAfter with the ready time, also when that has passed" {
	local a b passed waits part
	a=$(submit_held)
	b=$(submit_held)
	waits=$(submit -d "crane:afterok:$a+10m" --wrap true)
	part=$(submit -d "crane:afterany:$a+1h?afterok:$b" --wrap true)
	passed=$(submit -d "crane:afterany:$a+1s" --wrap 'sleep 3000')
	scontrol release "$a"
	wait_for_end 10 "$a"
	local end
	end=$(end_of "$a")
	wait_for_dependency "$waits" "Status=ReadyAfter $(clock_time $((end + 600)))" 3
	wait_for_dependency "$part" \
		"PendingDependencies=afterok:$b Status=ReadyAfter $(clock_time $((end + 3600)))" 3
	wait_for_state "$passed" RUNNING 5
	assert_eq "$(dependency_of "$passed")" "Status=ReadyAfter $(clock_time $((end + 1)))"
	as craneuser cqueue -j "$waits" | tee /dev/stderr | grep -qw Dependency
}

@test "ccontrol show job prints SomeFailed as soon as one of all edges can never hold" {
	local a b job
	a=$(submit --hold --wrap false)
	b=$(submit_held)
	job=$(submit -d "crane:afterok:$a,afterok:$b" --wrap true)
	scontrol release "$a"
	wait_for_end 10 "$a"
	wait_for_dependency "$job" "PendingDependencies=afterok:$b Status=SomeFailed" 3
	as craneuser cqueue -j "$job" | tee /dev/stderr | grep -qw DependencyNeverSatisfied
	assert_closed "$job"
}

@test "ccontrol show job prints AllFailed when no term can hold any more" {
	local a b c job
	a=$(submit --hold --wrap false)
	b=$(submit_held)
	c=$(submit_held)
	job=$(submit -d "crane:afterok:$a:$b?afternotok:$c" --wrap true)
	scontrol release "$a,$c"
	wait_for_end 10 "$a" "$c"
	wait_for_dependency "$job" "PendingDependencies=afterok:$b Status=AllFailed" 3
	scancel "$b"
	wait_for_dependency "$job" "Status=AllFailed" 3
	as craneuser cqueue -j "$job" | tee /dev/stderr | grep -qw DependencyNeverSatisfied
	assert_closed "$job"
}

@test "a job waits for the other term when a grouped term has a failed id" {
	local a b c job
	a=$(submit --hold --wrap false)
	b=$(submit_held)
	c=$(submit --hold --wrap 'sleep 3000')
	job=$(submit -d "crane:afterok:$a:$b?after:$c" --wrap 'sleep 3000')
	scontrol release "$a"
	wait_for_end 10 "$a"
	wait_for_dependency "$job" "PendingDependencies=afterok:$b?after:$c Status=WaitForAny" 3
	scontrol release "$c"
	wait_until "has_started $c" 10
	assert_starts "$job" "$(start_of "$c")" $(($(start_of "$c") + 2))
}

@test "a native dependency beside Crane's on the same job does not disturb it" {
	local a native crane
	a=$(submit_held)
	native=$(submit -d "afterok:$a" --wrap true)
	crane=$(submit -d "crane:afterok:$a+2s" --wrap true)
	scontrol release "$a"
	wait_for_end 10 "$a"
	assert_starts "$crane" $(($(end_of "$a") + 2)) $(($(end_of "$a") + 4))
	wait_for_end 60 "$native" # how soon is Slurm's affair
	assert_eq "$(state_of "$native")" COMPLETED
	assert_between "$(end_of "$a")" "$EPOCHSECONDS" "$(start_of "$native")"
}

# -- never -------------------------------------------------------------------------------------------------------------

@test "a job whose dependency can never hold stays pending until it is cancelled" {
	local a job
	a=$(submit --hold --wrap false)
	job=$(submit -d "crane:afterok:$a" --wrap true)
	scontrol release "$a"
	wait_for_end 10 "$a"
	wait_until "[[ \$(events_of $job) == '!' ]]" 5
	wait_until "[[ \$(squeue -h -j $job -o %r) == DependencyNeverSatisfied ]]" 35
	assert_closed "$job"
	as craneuser scancel "$job"
	wait_for_state "$job" CANCELLED 5
}

@test "--kill-on-invalid-dep=yes cancels a job whose dependency can never hold" {
	local a job
	a=$(submit --hold --wrap false)
	job=$(submit --kill-on-invalid-dep=yes -d "crane:afterok:$a+1s" --wrap true)
	scontrol release "$a"
	wait_for_end 10 "$a"
	wait_for_state "$job" CANCELLED 65
}

# Last, since Slurm has no time limit below a minute.
given_a_timeout()
{
	# shellcheck disable=SC2034  # keep reads them
	local a after afterany afterok afternotok
	a=$(submit --time 1 --wrap 'sleep 3000')
	four_on "$a"
	keep timeout a after afterany afterok afternotok
}

@test "a job that runs into its time limit counts as failed" {
	recall timeout
	wait_until "job_is_over $a" 110
	assert_eq "$(state_of "$a")" TIMEOUT
	assert_four "$a" start end never end
}
