#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: a reconfigure that slurmctld rejects, with a second slurmctld
#
# Two controllers as daemons. Each test continues the one before: the first is in control and rejects a reconfigure; then
# the second is in control and rejects one.

load common
load reject

setup_file()
{
	private_cluster --daemon --backup --nodes 2 --cpus 16 --conf 'SlurmctldTimeout=6' \
		--conf 'SchedulerParameters=bf_interval=3'
}

# assert_opened JOB LOW HIGH: its begin time is between the two times. Its start depends on Slurm's scheduler, which in a
# successor may be only backfill (backup.bats).
assert_opened()
{
	wait_until "[[ \$(events_of $1) == @* ]] && ((\$(start_of $1) < gate_time))" 10 ||
		fail "job $1 is not released: $(job_field "$1" AdminComment)"
	assert_between "$2" "$3" "$(start_of "$1")" "begin of job $1"
}

@test "a job that waits is released when the first of two slurmctlds has rejected a reconfigure" {
	local first second end
	first=$(submit_held)
	second=$(submit -d "crane:afterok:$first+4s" --wrap true)
	wait_until "[[ \$(events_of $second) == . ]]" 5
	with_bad_plugin reject_reconfigure slurmctld
	scontrol release "$first"
	wait_for_end 20 "$first"
	end=$(end_of "$first")
	assert_starts "$second" $((end + 4)) $((end + 6))
}

@test "a job that waits is released when the second slurmctld has taken over and rejected a reconfigure" {
	local first second end
	first=$(submit_held)
	second=$(submit -d "crane:afterok:$first+30s" --wrap true)
	wait_until "[[ \$(events_of $second) == . ]]" 5
	wait_for_save
	minicluster ctld kill
	wait_until 'timeout 5 squeue >/dev/null 2>&1' 60
	# 24.11: a backup that has taken over and rejects its first reconfigure stands by, and no slurmctld is in control,
	# with or without Crane (Slurm 24.11.5 src/slurmctld/controller.c: backup_has_control is set in a slurmctld started
	# by a reconfigure only).
	timeout 30 scontrol reconfigure
	wait_until 'timeout 5 squeue >/dev/null 2>&1' 30
	with_bad_plugin reject_reconfigure slurmctld-backup
	assert_closed "$second"
	scontrol update JobId="$first" Comment=changed
	scontrol release "$first"
	wait_for_end 60 "$first"
	end=$(end_of "$first")
	assert_opened "$second" $((end + 30)) $((end + 30))
}
