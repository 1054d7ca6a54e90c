#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: requests and waiting jobs that are meant to cost slurmctld much
#
# What a guest in slurmctld may cost there: the work of one request, however many tasks of an array it names and wherever
# their ids lie; what refused requests leave behind; how often a waiting job's record is written.

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

# The next job gets an id greater by so many than the last one.
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

@test "1,000 edges on tasks of a split array cost a refused request about what Slurm's own cost" {
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
