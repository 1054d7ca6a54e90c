#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: requests and waiting jobs that are meant to cost slurmctld much
#
# Limits of the plugin's work in slurmctld: the work of one request, for any number of array tasks and any ids; data left by
# refused requests; how often a waiting job's record is written.

load common

setup_file()
{
	private_cluster --nodes 1 --cpus 64
}

setup()
{
	log=$MINICLUSTER_DIR/log/slurmctld.log
	log_start=$(wc -l <"$log")
}

new_log()
{
	tail -n +$((log_start + 1)) "$log"
}

# The processor time that slurmctld has used, in ticks of 10 ms.
ctld_ticks()
{
	local stat
	read -ra stat <<<"$(sed 's/.*) //' "/proc/$(<"$MINICLUSTER_DIR/pid/slurmctld")/stat")"
	echo $((stat[11] + stat[12]))
}

# Makes the id of the next job greater than the last one by this number.
skip_ids()
{
	local last
	last=$(submit_held)
	scancel "$last"
	sed -i '/^FirstJobId=/d' "$MINICLUSTER_DIR/etc/slurm.conf"
	echo "FirstJobId=$((last + $1))" >>"$MINICLUSTER_DIR/etc/slurm.conf"
	minicluster ctld restart
}

# -- the work of one request -------------------------------------------------------------------------------------------

# bats test_tags=long
@test "an ended array task is refused when its id lies 50,000 behind its array's" {
	local array job
	array=$(submit --hold --array=0-3 --wrap true)
	skip_ids 50000
	scontrol release "${array}_1"
	wait_until "[[ \$(state_of ${array}_1) == COMPLETED ]]" 20
	assert_between $((array + 50000)) $((array + 60000)) "$(job_field "${array}_1" JobId)" 'id of the task'

	run as craneuser sbatch --wrap true -d "crane:afterok:${array}_1+1h"
	assert_contains "$output" "One or more dependency jobs may not exist or have ended: ${array}_1"
	[[ $status == 1 ]]

	# One that has not ended, far behind it and in its array's record, may be named.
	scontrol update "JobId=${array}_2" Comment=split
	assert_between $((array + 50000)) $((array + 60000)) "$(job_field "${array}_2" JobId)" 'id of the task'
	job=$(submit -d "crane:afterok:${array}_2+1h,afterok:${array}_3+1h" --wrap true)
	wait_until "[[ \$(events_of $job) == .. ]]" 5
}

# refused_cost TIMES DEPENDENCY: slurmctld's processor time for so many refused submissions, in ticks.
refused_cost()
{
	local before i
	before=$(ctld_ticks)
	for ((i = 0; i < $1; i++)); do
		as craneuser sbatch --wrap true -d "$2" >/dev/null 2>&1 && fail "accepted: ${2:0:40}..."
	done
	echo $(($(ctld_ticks) - before))
}

# bats test_tags=long
@test "1,000 edges on tasks of a split array cost a refused request about as much as in Slurm" {
	local array edges native ours
	array=$(submit --hold --array=0-999 --wrap true)
	skip_ids 15000
	scontrol update "JobId=${array}_[0-499]" Comment=split
	scontrol update "JobId=${array}_[500-998]" Comment=split
	edges=$(seq -f "${array}_%.0f" -s : 0 998)
	# Both are looked at to the end and refused there.
	native=$(refused_cost 60 "afterok:$edges,foo:1")
	ours=$(refused_cost 60 "crane:afterok:$edges:4294967295")
	echo "# slurmctld: $native ticks natively, $ours with crane:" >&3
	assert_between 0 $((2 * native + 15)) "$ours" 'ticks of slurmctld'
}

# -- writes ------------------------------------------------------------------------------------------------------------

# The number of written records in the new part of slurmctld's log.
records_written()
{
	new_log | grep -c 'setting admin_comment to \[crane:' || true
}

# bats test_tags=long
@test "events that decide nothing are written rarely, and a deciding event at once" {
	local ids=() jobs=() edges i
	for ((i = 0; i < 40; i++)); do
		ids+=("$(submit_held)")
	done
	edges=$(printf ':%s+1s' "${ids[@]}")
	for ((i = 0; i < 10; i++)); do
		jobs+=("$(submit -d "crane:afterany$edges" --wrap true)")
	done
	wait_until "[[ \$(events_of ${jobs[9]}) == *. ]]" 5
	log_start=$(wc -l <"$log")
	for ((i = 0; i < 39; i++)); do
		scancel "${ids[i]}"
		sleep 0.3
	done
	# At most one in 15 s for each job, however long that took.
	assert_between 10 $((10 * (2 + SECONDS / 15))) "$(records_written)" 'records written'
	scancel "${ids[39]}"
	for i in "${jobs[@]}"; do
		wait_until "(($(end_of "${ids[39]}") < \$(start_of $i) && \$(start_of $i) < $gate_time))" 5
	done
	assert_starts "${jobs[9]}" $(($(end_of "${ids[39]}") + 1)) $(($(end_of "${ids[39]}") + 3))
}

@test "an event that was not written when slurmctld crashed is evaluated again" {
	local a b c job
	a=$(submit_held) b=$(submit_held) c=$(submit_held)
	job=$(submit -d "crane:afterany:$a+1s:$b+1s:$c+1s" --wrap true)
	wait_until "[[ \$(events_of $job) == ... ]]" 5
	scancel "$a"
	wait_until "[[ \$(events_of $job) == @*.. ]]" 5
	scancel "$b"
	wait_for_save
	[[ $(events_of "$job") == @*.. ]] || fail "written: $(events_of "$job")"
	minicluster ctld kill
	minicluster ctld restart
	scancel "$c"
	# Its node may need some time to be back.
	wait_until "[[ \$(events_of $job) == @*@*@* ]]" 5
	assert_between $(($(end_of "$c") + 1)) $((EPOCHSECONDS + 2)) "$(job_field "$job" EligibleTime)" 'ready time'
}

# -- what refused requests leave behind --------------------------------------------------------------------------------

# The processor time that the resolver has used, in ticks of 10 ms.
resolver_ticks()
{
	local task stat
	for task in "/proc/$(<"$MINICLUSTER_DIR/pid/slurmctld")/task"/*; do
		[[ $(<"$task/comm") == crane_resolver ]] || continue
		read -ra stat <<<"$(sed 's/.*) //' "$task/stat")"
		echo $((stat[11] + stat[12]))
	done
}

# bats test_tags=long
@test "a flood of submissions that slurmctld refuses neither loads the resolver nor delays a release" {
	local held a job before used start flood
	held=$(submit_held)
	a=$(submit --hold --wrap true)
	job=$(submit -d "crane:afterany:$a+5s" --wrap true)
	wait_until "[[ \$(events_of $job) == . ]]" 5
	gcc -O2 -o "$BATS_TEST_TMPDIR/submit-many" "$CRANE_TOP/tests/bench/submit-many.c" -lslurm
	SUBMIT_MANY_REFUSED=1 SUBMIT_MANY_PARTITION=nosuch "$BATS_TEST_TMPDIR/submit-many" 1000000 "crane:afterok:$held+1h" \
		>"$BATS_TEST_TMPDIR/refused" 2>&1 3>&- &
	flood=$!
	sleep 10
	before=$(resolver_ticks) start=$EPOCHSECONDS
	scancel "$a"
	sleep 10
	used=$(($(resolver_ticks) - before))
	kill "$flood"
	echo "# resolver: $used ticks in $((EPOCHSECONDS - start)) s, $(wc -l <"$BATS_TEST_TMPDIR/refused") refused" >&3
	assert_between 0 $((5 * (EPOCHSECONDS - start))) "$used" 'ticks of the resolver (a twentieth of a core)'
	assert_starts "$job" $(($(end_of "$a") + 5)) $(($(end_of "$a") + 7))
}

@test "--test-only creates no job and prints Slurm's start time without the gate" {
	local running native
	running=$(submit --wrap 'sleep 3000')
	wait_for_state "$running" RUNNING 20
	run as craneuser sbatch --test-only -d "afterok:$running" --wrap true
	native=$output
	[[ $native =~ start\ at\ ([0-9]+)\ .*using ]] || fail "$native"
	native=${BASH_REMATCH[1]}
	run as craneuser sbatch --test-only -d "crane:afterok:$running+1h" --wrap true
	[[ $status == 0 && $output =~ start\ at\ ([0-9]+)\ .*using ]] || fail "$output"
	assert_between "$native" $((native + 60)) "${BASH_REMATCH[1]}" 'start as sbatch says it'
	# An invalid one is refused as usual.
	run as craneuser sbatch --test-only -d 'crane:afterok:4294967295+1h' --wrap true
	assert_contains "$output" 'may not exist or have ended: 4294967295'
	run as craneuser srun --test-only -d "crane:afterok:$running+1h" true
	[[ $status == 0 && $output =~ start\ at\ ([0-9]+)\ .*using ]] || fail "$output"
	assert_between "$native" $((native + 60)) "${BASH_REMATCH[1]}" 'start as srun says it'
}
