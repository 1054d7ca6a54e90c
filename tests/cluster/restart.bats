#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A waiting job outlives its slurmctld: crash, restart, reconfigure, the plugin taken out and put in again. And slurmctld
# is none the worse for the plugin. A cluster of its own, whose slurmctld forgets ended jobs after two seconds: when they
# ended is read off the film.

load common

setup_file()
{
	private_cluster --nodes 2 --cpus 16 --conf 'MinJobAge=2'
	start_film
	zero=$EPOCHSECONDS
	all_given
	the_outages
}

teardown_file()
{
	stop_film
	cancel_mine
	end_private_cluster
}

# -- one story: slurmctld dies twice while jobs wait -------------------------------------------------------------------
#
# slurmctld saves what changed at most every five seconds (state_save.c), and what it has not saved a crash undoes, with or
# without the plugin; the story leaves it that time.
#
# second  0  all jobs are submitted; the dependees of one second end within four (batch_sched_delay is three)
#        10  SIGKILL; the dependees of eleven seconds end while nobody listens
#        17  slurmctld starts again
#       ~27  it forgets what ended at the beginning (every ten seconds it looks for such)
#        33  SIGKILL
#        35  slurmctld starts again

the_outages()
{
	local up_again known
	wait_until "((EPOCHSECONDS >= $zero + 10))" 15
	minicluster ctld kill
	wait_until "((EPOCHSECONDS >= $zero + 17))" 10
	minicluster ctld start
	up_again=$EPOCHSECONDS
	wait_until "((EPOCHSECONDS >= $zero + 29))" 20
	submit_held # something to save, and with it what was forgotten
	wait_until "((EPOCHSECONDS >= $zero + 33))" 20
	minicluster ctld kill
	wait_until "((EPOCHSECONDS >= $zero + 35))" 10
	minicluster ctld start
	known=$(squeue -h -r -a -t all -o '%i:%T' | tr '\n' ' ')
	keep outages zero up_again known
}

# starts_after JOB EVENT-TIME DELAY: within two seconds after its ready time, never before it.
starts_after()
{
	local ready=$(($2 + $3))
	wait_until "[[ -n \$(filmed_end $1) ]]" $((ready - EPOCHSECONDS + 10))
	assert_between "$ready" $((ready + 2)) "$(filmed_start "$1")" "start of job $1"
	assert_waited "$1" "$zero" "$ready"
}

given_delays()
{
	local ok ok_job bad bad_job any_job held
	ok=$(submit --wrap 'sleep 1')
	bad=$(submit --wrap 'sleep 1; false')
	held=$(submit_held)
	ok_job=$(submit -d "crane:afterok:$ok+36s" --wrap true)
	bad_job=$(submit -d "crane:afternotok:$bad+37s" --wrap true)
	any_job=$(submit -d "crane:after:$held?afterany:$ok+38s" --wrap true)
	keep delays ok bad ok_job bad_job any_job
}

@test "a delay survives SIGKILL of slurmctld, and another one after the dependee was purged" {
	recall outages
	recall delays
	refute_contains " $known" " $ok:"
	refute_contains " $known" " $bad:"
	starts_after "$ok_job" "$(filmed_end "$ok")" 36
	starts_after "$bad_job" "$(filmed_end "$bad")" 37
	starts_after "$any_job" "$(filmed_end "$ok")" 38
}

given_ends_unheard()
{
	local ok bad ok_job bad_job never_job
	ok=$(submit --wrap 'sleep 11')
	bad=$(submit --wrap 'sleep 11; exit 2')
	ok_job=$(submit -d "crane:afterok:$ok+2s" --wrap true)
	bad_job=$(submit -d "crane:afternotok:$bad+2s" --wrap true)
	never_job=$(submit -d "crane:afterok:$bad" --wrap true)
	keep ends-unheard ok bad ok_job bad_job never_job
}

@test "a dependee that ends while slurmctld is down fires when that is known" {
	recall ends-unheard
	starts_after "$ok_job" "$(filmed_end "$ok")" 2
	starts_after "$bad_job" "$(filmed_end "$bad")" 2
	wait_until "[[ \$(events_of $never_job) == '!' ]]" 5
	assert_closed "$never_job"
}

given_ready_unheard()
{
	local ok job
	ok=$(submit --wrap 'sleep 1')
	job=$(submit -d "crane:afterok:$ok+11s" --wrap true)
	keep ready-unheard ok job
}

@test "a job whose ready time comes while slurmctld is down starts when slurmctld is back" {
	recall outages
	recall ready-unheard
	assert_between $((zero + 11)) $((up_again - 1)) $(($(filmed_end "$ok") + 11)) "ready time"
	assert_between "$(($(filmed_end "$ok") + 11))" $((up_again + 2)) "$(filmed_start "$job")" "start of job $job"
}

given_start_before()
{
	local runs job
	runs=$(submit --wrap 'sleep 300')
	job=$(submit -d "crane:after:$runs+38s" --wrap true)
	keep start-before runs job
}

@test "a delay from the start of a job that still runs survives both" {
	recall start-before
	local ready
	ready=$(($(start_of "$runs") + 38))
	wait_until "[[ -n \$(filmed_end $job) ]]" $((ready - EPOCHSECONDS + 10))
	assert_between "$ready" $((ready + 2)) "$(filmed_start "$job")"
	assert_waited "$job" "$zero" "$ready"
}

given_begin()
{
	local ok job begin
	begin=$((zero + 40))
	ok=$(submit --wrap 'sleep 1')
	job=$(submit --begin "$(date -d "@$begin" +%FT%T)" -d "crane:afterok:$ok+2s" --wrap true)
	keep begin ok job begin
}

@test "the user's own --begin survives both" {
	recall begin
	wait_until "[[ -n \$(filmed_end $job) ]]" $((begin - EPOCHSECONDS + 10))
	assert_between "$begin" $((begin + 2)) "$(filmed_start "$job")"
	assert_waited "$job" "$zero" "$begin"
}

given_nothing()
{
	local bad held never open partly
	bad=$(submit --wrap 'sleep 1; false')
	held=$(submit_held)
	never=$(submit -d "crane:afterok:$bad" --wrap true)
	open=$(submit -d "crane:after:$held" --wrap true)
	partly=$(submit -d "crane:afternotok:$bad,after:$held" --wrap true)
	keep nothing never open partly held
}

@test "what never held or is still open stays so, and can be fired later" {
	recall nothing
	assert_eq "$(events_of "$never")" '!'
	assert_closed "$never"
	assert_eq "$(dependency_of "$open")" "PendingDependencies=after:$held Status=WaitForAll"
	assert_eq "$(dependency_of "$partly")" "PendingDependencies=after:$held Status=WaitForAll"
	scontrol release "$held"
	wait_until "[[ -n \$(filmed_end $open) && -n \$(filmed_end $partly) ]]" 15
	assert_between "$(filmed_start "$held")" $(($(filmed_start "$held") + 2)) "$(filmed_start "$open")"
	assert_between "$(filmed_start "$held")" $(($(filmed_start "$held") + 2)) "$(filmed_start "$partly")"
}

given_array()
{
	local array all
	array=$(submit --array 1-2 --wrap '[ $SLURM_ARRAY_TASK_ID = 1 ] && exit 1; sleep 38')
	all=$(submit -d "crane:afternotok:$array+2s" --wrap true)
	keep array array all
}

@test "an array of which the first task failed and was purged ends as a failure, across both" {
	recall outages
	recall array
	refute_contains " $known" " ${array}_1:"
	wait_until "[[ -n \$(filmed_end ${array}_2) ]]" 20
	starts_after "$all" "$(filmed_end "${array}_2")" 2
}

# -- slurmctld's health ------------------------------------------------------------------------------------------------

ctld_pid()
{
	minicluster status | awk '$1 == "slurmctld" { print $4 }'
}

resolver_threads()
{
	grep -lsx crane_resolver /proc/"$(ctld_pid)"/task/*/comm | wc -l
}

resident_kib()
{
	awk '$1 == "VmRSS:" { print $2 }' "/proc/$(ctld_pid)/status"
}

@test "a stop and a start lose nothing, and the log tells how many jobs wait" {
	local held job
	held=$(submit_held)
	job=$(submit -d "crane:after:$held+1s" --wrap true)
	wait_until "[[ \$(events_of $job) == . ]]" 5
	minicluster ctld restart
	wait_until "tail -n 60 '$MINICLUSTER_DIR/log/slurmctld.log' | grep -q 'crane: [1-9][0-9]* jobs wait for a dependency'" 5
	assert_eq "$(dependency_of "$job")" "PendingDependencies=after:$held+00:00:01 Status=WaitForAll"
	scontrol release "$held"
	wait_until "[[ -n \$(filmed_end $job) ]]" 15
	assert_between $(($(filmed_start "$held") + 1)) $(($(filmed_start "$held") + 3)) "$(filmed_start "$job")"
}

@test "twenty restarts leave one resolver thread each, and no job is lost or hastened" {
	local held jobs=() i job
	held=$(submit_held)
	for i in {1..10}; do
		jobs+=("$(submit -d "crane:after:$held+${i}s" --wrap true)")
	done
	wait_until "[[ \$(events_of ${jobs[9]}) == . ]]" 5
	for i in {1..20}; do
		if ((i % 4)); then
			minicluster ctld stop
		else
			minicluster ctld kill
		fi
		minicluster ctld start
		wait_until '(($(resolver_threads) == 1))' 5
	done
	for job in "${jobs[@]}"; do
		assert_eq "$(state_of "$job")" PENDING
	done
	scontrol release "$held"
	for i in {1..10}; do
		job=${jobs[i - 1]}
		wait_until "[[ -n \$(filmed_end $job) ]]" 20
		assert_between $(($(filmed_start "$held") + i)) $(($(filmed_start "$held") + i + 2)) "$(filmed_start "$job")"
	done
}

@test "a hundred reconfigures leave one resolver thread and no growth, and gated jobs as they were" {
	local held job i early late
	held=$(submit_held)
	job=$(submit -d "crane:after:$held+1s" --wrap true)
	for i in {1..100}; do
		timeout 20 scontrol reconfigure
		((i != 20)) || early=$(resident_kib)
	done
	late=$(resident_kib)
	assert_eq "$(resolver_threads)" 1
	assert_between -100000 6000 $((late - early)) "growth in KiB over 80 reconfigures"
	assert_eq "$(dependency_of "$job")" "PendingDependencies=after:$held+00:00:01 Status=WaitForAll"
	scontrol release "$held"
	wait_until "[[ -n \$(filmed_end $job) ]]" 15
	assert_between $(($(filmed_start "$held") + 1)) $(($(filmed_start "$held") + 3)) "$(filmed_start "$job")"
}

# slurmctld and slurmd lose messages of their own under reconfigures without a pause, and ask again a MessageTimeout (10 s)
# later: the dependee's end is waited for first, and what is measured is when slurmctld started the job.
@test "reconfigures while a delay runs neither hasten nor lose the job" {
	local ok job ready
	ok=$(submit --wrap 'sleep 1')
	job=$(submit -d "crane:afterok:$ok+6s" --wrap true)
	wait_until "[[ -n \$(filmed_end $ok) && \$(events_of $job) == @* ]]" 20
	ready=$(($(filmed_end "$ok") + 6))
	while ((EPOCHSECONDS <= ready)); do
		timeout 20 scontrol reconfigure
		sleep 0.2
	done
	wait_until "[[ -n \$(filmed_end $job) ]]" 60
	assert_between "$ready" $((ready + 2)) "$(filmed_start "$job")"
	assert_waited "$job" $((ready - 4)) "$ready"
}

@test "the plugin can be taken out of slurm.conf and put in again by reconfigure" {
	local conf=$MINICLUSTER_DIR/etc/slurm.conf held job i
	held=$(submit_held)
	job=$(submit -d "crane:after:$held" --wrap true)
	wait_until "[[ \$(events_of $job) == . ]]" 5
	for i in 1 2 3; do
		sed -i 's/^JobSubmitPlugins=crane/#&/' "$conf"
		timeout 20 scontrol reconfigure
		wait_until '(($(resolver_threads) == 0))' 5
		run as craneuser sbatch -d "crane:after:$held" --wrap true
		assert_eq "$status" 1
		refute_contains "$output" crane:
		assert_closed "$job"
		sed -i 's/^#\(JobSubmitPlugins=crane\)/\1/' "$conf"
		timeout 20 scontrol reconfigure
		wait_until '(($(resolver_threads) == 1))' 5
	done
	scontrol release "$held"
	wait_until "[[ -n \$(filmed_end $job) ]]" 15
	assert_between "$(filmed_start "$held")" $(($(filmed_start "$held") + 2)) "$(filmed_start "$job")"
}

@test "an event that happens while the plugin is out is seen when it is back" {
	local conf=$MINICLUSTER_DIR/etc/slurm.conf held job
	held=$(submit --hold --wrap 'sleep 300')
	job=$(submit -d "crane:after:$held+1s" --wrap true)
	wait_until "[[ \$(events_of $job) == . ]]" 5
	sed -i 's/^JobSubmitPlugins=crane/#&/' "$conf"
	scontrol reconfigure
	wait_until '(($(resolver_threads) == 0))' 5
	scontrol release "$held"
	wait_until "has_started $held" 10
	wait_until "((EPOCHSECONDS > $(start_of "$held") + 2))" 5
	assert_closed "$job"
	sed -i 's/^#\(JobSubmitPlugins=crane\)/\1/' "$conf"
	scontrol reconfigure
	wait_until "[[ -n \$(filmed_end $job) ]]" 5
}

# Median of three stops, in milliseconds.
stop_msec()
{
	local i begin
	for i in 1 2 3; do
		begin=${EPOCHREALTIME/./}
		minicluster ctld stop --dir "$1"
		echo $(((${EPOCHREALTIME/./} - begin) / 1000))
		minicluster ctld start --dir "$1"
	done | sort -n | sed -n 2p
}

@test "slurmctld stops as fast with gated jobs as a slurmctld without the plugin" {
	local native=$BATS_FILE_TMPDIR/native ours theirs
	minicluster up --dir "$native" --native --nodes 2
	theirs=$(stop_msec "$native")
	minicluster down --dir "$native"
	submit -d "crane:after:$(submit_held)" --wrap true
	ours=$(stop_msec "$MINICLUSTER_DIR")
	assert_between 0 $((theirs * 2 + 500)) "$ours" "milliseconds to stop (native: $theirs)"
}
