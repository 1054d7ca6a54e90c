#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: slurmctld killed, restarted, reconfigured
#
# A waiting job survives a crash, a restart and a reconfigure of slurmctld, and the removal of the plugin. The plugin does not
# harm slurmctld. The file has a cluster of its own. Its slurmctld is a daemon, as on sites, and forgets an ended job after four
# seconds; the film has the job's end.

load common

setup_file()
{
	# One arena for all threads: with several, native slurmctld too grows by megabytes of free memory.
	export MALLOC_ARENA_MAX=1
	private_cluster --daemon --nodes 2 --cpus 16 --conf 'MinJobAge=4'
	start_film
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
# It goes on when what is next can happen, and takes longer on a slow machine. In seconds, where that is not:
#
#  0  all jobs are there; those that others wait for are released, and soon end
# 10  SIGKILL, once all that is saved; more dependees end while nobody listens, and a ready time passes
# 24  slurmctld starts again, and is told what ended
# 36  it forgets what ended at the beginning (every ten seconds it looks for such)
# 41  SIGKILL, once that is saved
# 43  slurmctld starts again
# 75  the delays that began at 0 run out. A job that starts in the last seconds before a SIGKILL would start twice, which Slurm
#     answers by draining its node.

# at_zero JOB...: to be released when the story begins; known to end soon.
at_zero()
{
	printf '%s\n' "$@" >>"$BATS_FILE_TMPDIR/at-zero"
}

# Sets known to all jobs that slurmctld knows, each between blanks.
list_known()
{
	known=$(squeue -h -r -a -t all -o '%i') && known=" ${known//$'\n'/ } "
}

# A job of Slurm's own that only the scheduler's passes start: submitted when slurmctld is there again, its start is when
# slurmctld serves again.
native_probe()
{
	submit --begin now+1 --wrap true
}

the_outages()
{
	local ids id ready native down_1 up_1 served_1 down_2 served_2 known
	mapfile -t ids <"$BATS_FILE_TMPDIR/at-zero"
	scontrol release "$(IFS=, && echo "${ids[*]}")"
	recall array
	ids+=("${array}_1")
	for id in "${ids[@]}"; do
		[[ $id == "$array" ]] || wait_until "[[ -n \$(filmed_end $id) ]]" 20
	done
	# The last before the crash, so that its time comes after it on a slow machine too.
	recall ready-unheard
	scontrol release "$ok"
	wait_until "[[ -n \$(filmed_end $ok) && \$(events_of $job) == @* ]]" 20
	ids+=("$ok")
	ready=$(($(filmed_end "$ok") + 16))
	native=$(submit --begin "$(date -d "@$ready" +%FT%T)" --wrap true)
	wait_for_save
	down_1=$EPOCHSECONDS
	minicluster ctld kill
	as craneuser touch killed
	wait_until "((EPOCHSECONDS > $ready + 1 && EPOCHSECONDS > $down_1 + 4))" 20
	minicluster ctld start
	up_1=$EPOCHSECONDS
	served_1=$(native_probe)
	# A node tries every 15 s to tell of them; what slurmctld has not saved when it is killed again is lost to it.
	recall ends-unheard
	wait_until "[[ -n \$(filmed_end $ok) && -n \$(filmed_end $bad) ]]" 40
	for id in "${ids[@]}"; do
		[[ $id == "$array" ]] || wait_until "list_known && [[ \$known != *' $id '* ]]" 40
	done
	wait_for_save
	down_2=$EPOCHSECONDS
	minicluster ctld kill
	wait_until "((EPOCHSECONDS >= $down_2 + 2))" 5
	minicluster ctld start
	list_known
	as craneuser touch back-again
	served_2=$(native_probe)
	wait_until "[[ -n \$(filmed_start $served_1) && -n \$(filmed_start $served_2) ]]" 20
	served_1=$(filmed_start "$served_1")
	served_2=$(filmed_start "$served_2")
	keep outages ready native down_1 up_1 served_1 down_2 served_2 known
}

# served_from READY: when slurmctld was there to start a job that was ready then. What it did in the last seconds before a kill
# may be undone.
served_from()
{
	recall outages
	if (($1 >= down_1 - 6 && $1 < served_1)); then
		echo "$served_1"
	elif (($1 >= down_2 - 6 && $1 < served_2)); then
		echo "$served_2"
	else
		echo "$1"
	fi
}

# assert_filmed_start JOB READY: within two seconds after its ready time, never before it.
assert_filmed_start()
{
	wait_until "[[ -n \$(filmed_end $1) ]]" $(($(later_of "$2" "$EPOCHSECONDS") - EPOCHSECONDS + 10)) || return 1
	assert_between "$2" $(($(served_from "$2") + 2)) "$(filmed_start "$1")" "start of job $1" || return 1
	assert_waited "$1" "$2"
}

given_delays()
{
	local ok ok_job bad bad_job any_job held
	ok=$(submit --hold --wrap 'sleep 1')
	bad=$(submit --hold --wrap 'sleep 1; false')
	held=$(submit_held)
	ok_job=$(submit -d "crane:afterok:$ok+75s" --wrap true)
	bad_job=$(submit -d "crane:afternotok:$bad+76s" --wrap true)
	any_job=$(submit -d "crane:after:$held?afterany:$ok+77s" --wrap true)
	at_zero "$ok" "$bad"
	keep delays ok bad ok_job bad_job any_job
}

@test "a delay survives SIGKILL of slurmctld, and another one after the dependee was purged" {
	recall outages
	recall delays
	refute_contains "$known" " $ok "
	refute_contains "$known" " $bad "
	assert_filmed_start "$ok_job" $(($(filmed_end "$ok") + 75))
	assert_filmed_start "$bad_job" $(($(filmed_end "$bad") + 76))
	assert_filmed_start "$any_job" $(($(filmed_end "$ok") + 77))
}

given_ends_unheard()
{
	local ok bad ok_job bad_job never_job
	ok=$(submit --wrap 'until [ -e killed ]; do sleep 0.2; done')
	bad=$(submit --wrap 'until [ -e killed ]; do sleep 0.2; done; exit 2')
	ok_job=$(submit -d "crane:afterok:$ok+2s" --wrap true)
	bad_job=$(submit -d "crane:afternotok:$bad+2s" --wrap true)
	never_job=$(submit -d "crane:afterok:$bad" --wrap true)
	keep ends-unheard ok bad ok_job bad_job never_job
}

@test "a dependee that ends while slurmctld is down fires when that is known" {
	recall ends-unheard
	wait_until "[[ -n \$(filmed_end $ok) && -n \$(filmed_end $bad) ]]" 20
	assert_filmed_start "$ok_job" $(($(filmed_end "$ok") + 2))
	assert_filmed_start "$bad_job" $(($(filmed_end "$bad") + 2))
	wait_until "[[ \$(events_of $never_job) == '!' ]]" 5
	assert_closed "$never_job"
}

given_ready_unheard()
{
	local ok job
	ok=$(submit --hold --wrap 'sleep 1')
	job=$(submit -d "crane:afterok:$ok+16s" --wrap true)
	keep ready-unheard ok job
}

@test "a job whose ready time comes while slurmctld is down starts when slurmctld is back" {
	recall outages
	recall ready-unheard
	assert_between "$down_1" $((up_1 - 1)) "$ready" "ready time"
	assert_filmed_start "$job" "$ready"
	# As soon as Slurm's own whose begin time was that moment.
	wait_until "[[ -n \$(filmed_end $native) ]]" 10
	assert_between "$ready" $(($(filmed_start "$native") + 1)) "$(filmed_start "$job")" "start of job $job"
}

given_start_before()
{
	local runs job
	runs=$(submit --hold --wrap 'sleep 3000')
	job=$(submit -d "crane:after:$runs+78s" --wrap true)
	scontrol release "$runs"
	keep start-before runs job
}

@test "a delay from the start of a running job survives SIGKILL and the purge" {
	recall start-before
	assert_filmed_start "$job" $(($(start_of "$runs") + 78))
}

given_begin()
{
	local ok job begin
	begin=$((EPOCHSECONDS + 85))
	ok=$(submit --hold --wrap 'sleep 1')
	job=$(submit --begin "$(date -d "@$begin" +%FT%T)" -d "crane:afterok:$ok+2s" --wrap true)
	at_zero "$ok"
	keep begin ok job begin
}

@test "the user's own --begin survives SIGKILL and the purge" {
	recall begin
	wait_until "[[ -n \$(filmed_end $ok) ]]" 20
	# On a slow machine the dependee may end later than that.
	assert_filmed_start "$job" "$(later_of "$begin" $(($(filmed_end "$ok") + 2)))"
}

given_nothing()
{
	local bad held never open partly
	bad=$(submit --hold --wrap 'sleep 1; false')
	held=$(submit_held)
	never=$(submit -d "crane:afterok:$bad" --wrap true)
	open=$(submit -d "crane:after:$held" --wrap true)
	partly=$(submit -d "crane:afternotok:$bad,after:$held" --wrap true)
	at_zero "$bad"
	keep nothing never open partly held
}

@test "an edge that never held or is still open survives SIGKILL and can fire later" {
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
	array=$(submit --hold --array 1-2 \
		--wrap '[ $SLURM_ARRAY_TASK_ID = 1 ] && exit 1; until [ -e back-again ]; do sleep 0.2; done')
	all=$(submit -d "crane:afternotok:$array+2s" --wrap true)
	at_zero "$array"
	keep array array all
}

@test "an array whose first task failed and was purged counts as failed across SIGKILL" {
	recall outages
	recall array
	refute_contains "$known" " ${array}_1 "
	wait_until "[[ -n \$(filmed_end ${array}_2) ]]" 20
	assert_filmed_start "$all" $(($(filmed_end "${array}_2") + 2))
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

@test "a stop and a start lose nothing, and the log says how many jobs wait" {
	local held job
	held=$(submit_held)
	job=$(submit -d "crane:after:$held+1s" --wrap true)
	wait_until "[[ \$(events_of $job) == . ]]" 5
	minicluster ctld restart
	wait_until "tail -n 60 '$MINICLUSTER_DIR/log/slurmctld.log' | grep -q 'crane: [1-9][0-9]* jobs wait for a dependency'" 5
	assert_eq "$(dependency_of "$job")" "PendingDependencies=after:$held+00:00:01 Status=WaitForAll"
	nodes_back
	scontrol release "$held"
	wait_until "[[ -n \$(filmed_end $job) ]]" 15
	assert_between $(($(filmed_start "$held") + 1)) $(($(filmed_start "$held") + 3)) "$(filmed_start "$job")"
}

# bats test_tags=long
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

# A slurmd of 24.11, which each reconfigure starts anew, was seen to be gone after a hundred in a row.
nodes_back()
{
	local node
	for node in crane01 crane02; do
		minicluster node stop "$node" || true
		minicluster node start "$node"
	done
	wait_until '[[ $(sinfo -h -p CPU -o %T | grep -cvE "^(idle|mixed|allocated)$") == 0 ]]' 20
}

# bats test_tags=long
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
	assert_between -100000 1000 $((late - early)) "growth in KiB over 80 reconfigures"
	assert_eq "$(dependency_of "$job")" "PendingDependencies=after:$held+00:00:01 Status=WaitForAll"
	nodes_back
	scontrol release "$held"
	wait_until "[[ -n \$(filmed_end $job) ]]" 15
	assert_between $(($(filmed_start "$held") + 1)) $(($(filmed_start "$held") + 3)) "$(filmed_start "$job")"
}

# slurmctld and slurmd lose messages of their own under reconfigures without a pause, and ask again a MessageTimeout (10 s)
# later, or on 24.11 never: the dependee's end is waited for first, and what is measured is when slurmctld started the job. Our
# part is that the begin time stands on the job before it comes. How soon the scheduler starts it then is Slurm's, which a
# native job with the same begin time shows: ours is to start with it, a second apart at most.
@test "reconfigures while a delay runs neither hasten nor lose the job" {
	local ok job ready native latest
	ok=$(submit_held)
	job=$(submit -d "crane:afterok:$ok+12s" --wrap true)
	scontrol release "$ok"
	wait_until "[[ -n \$(filmed_end $ok) && \$(events_of $job) == @* ]]" 20
	ready=$(($(filmed_end "$ok") + 12))
	native=$(submit --begin "$(date -d "@$ready" +%FT%T)" --wrap true)
	assert_eq "$(start_of "$job")" "$ready" "begin time of job $job"
	((EPOCHSECONDS < ready)) || fail "the submissions took too long: nothing was shown"
	while ((EPOCHSECONDS <= ready)); do
		timeout 20 scontrol reconfigure
		sleep 0.2
	done
	wait_until "[[ -n \$(filmed_start $job) && -n \$(filmed_start $native) ]]" 60
	latest=$(later_of $((ready + 2)) $(($(filmed_start "$native") + 1)))
	assert_between "$ready" "$latest" "$(filmed_start "$job")"
	assert_waited "$job" "$ready"
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
	held=$(submit --hold --wrap 'sleep 3000')
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

# stop_msec CLUSTER: of one stop, in milliseconds.
stop_msec()
{
	local begin=${EPOCHREALTIME/./}
	minicluster ctld stop --dir "$1"
	echo $(((${EPOCHREALTIME/./} - begin) / 1000))
	minicluster ctld start --dir "$1"
}

# In turns, so that both see the same of what else the machine does; of each the best.
@test "slurmctld stops as fast with gated jobs as a slurmctld without the plugin" {
	local native=$BATS_FILE_TMPDIR/native ours=() theirs=() i
	minicluster up --dir "$native" --native --nodes 2
	submit -d "crane:after:$(submit_held)" --wrap true
	for i in 1 2 3 4; do
		theirs+=("$(stop_msec "$native")")
		ours+=("$(stop_msec "$MINICLUSTER_DIR")")
	done
	minicluster down --dir "$native"
	mapfile -t theirs < <(printf '%s\n' "${theirs[@]}" | sort -n)
	mapfile -t ours < <(printf '%s\n' "${ours[@]}" | sort -n)
	assert_between 0 $((theirs[0] * 2 + 500)) "${ours[0]}" "milliseconds to stop (native: ${theirs[0]})"
}
