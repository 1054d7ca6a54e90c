#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: a reconfigure that slurmctld rejects
#
# slurmctld as a daemon, as sites run it: since 23.11 it tests a new configuration in a new process and continues with the
# old one if that process ends. 22.05 applies the new one in place; if a plugin is missing, it refuses all submissions and
# changes, also without Crane, until it has read a valid one. Waiting jobs are released as usual.

load common
load reject

setup_file()
{
	private_cluster --daemon --nodes 2 --cpus 16
}

# assert_released [COMMAND...]: a new job waits for its dependee, also while the command runs, and for its delay, and then
# starts.
assert_released()
{
	local first second end
	first=$(submit_held)
	second=$(submit -d "crane:afterok:$first+3s" --wrap true)
	wait_until "[[ \$(events_of $second) == . ]]" 5
	"$@"
	assert_closed "$second"
	scontrol release "$first"
	wait_for_end 20 "$first"
	end=$(end_of "$first")
	assert_starts "$second" $((end + 3)) $((end + 5))
}

@test "a job that waits starts on time when slurmctld has rejected a reconfigure" {
	assert_released with_bad_plugin reject_reconfigure
}

# bats test_tags=long
@test "a submission is released on time when slurmctld has rejected ten reconfigures in a row" {
	local i
	for ((i = 0; i < 10; i++)); do
		with_bad_plugin reject_reconfigure
	done
	assert_released
}

@test "a delay that has begun ends on time when slurmctld rejects a reconfigure during it" {
	local first second end
	first=$(submit_held)
	second=$(submit -d "crane:afterok:$first+20s" --wrap true)
	scontrol release "$first"
	wait_for_end 20 "$first"
	end=$(end_of "$first")
	with_bad_plugin reject_reconfigure
	((EPOCHSECONDS < end + 20)) || fail "the reconfigure took too long: nothing was shown"
	assert_starts "$second" $((end + 20)) $((end + 22))
}

@test "the end of a dependee is seen while slurmctld rejects reconfigures" {
	local first second end
	first=$(submit --hold --wrap 'sleep 2')
	second=$(submit -d "crane:afterok:$first+6s" --wrap true)
	scontrol release "$first"
	wait_until "[[ \$(state_of $first) == RUNNING ]]" 10
	until job_is_over "$first"; do
		with_bad_plugin reject_reconfigure
	done
	end=$(end_of "$first")
	assert_starts "$second" $((end + 6)) $((end + 8))
}

# In 22.05 an invalid script refuses each change of a job, ours too, until it is corrected; the job stays gated.
reject_broken_script()
{
	local script=$MINICLUSTER_DIR/etc/job_submit.lua
	mv "$script" "$script.good"
	echo 'function slurm_job_submit(' >"$script"
	reject_reconfigure
	slurm_at_least 24 11 || mv "$script.good" "$script"
}

@test "a job that waits is released when job_submit.lua has a syntax error at a reconfigure" {
	local conf=$MINICLUSTER_DIR/etc/slurm.conf
	printf '%s\n' 'function slurm_job_submit(d, p, u) return slurm.SUCCESS end' \
		'function slurm_job_modify(d, j, p, u) return slurm.SUCCESS end' >"$MINICLUSTER_DIR/etc/job_submit.lua"
	sed -i 's/^JobSubmitPlugins=crane$/JobSubmitPlugins=lua,crane/' "$conf"
	timeout 30 scontrol reconfigure
	wait_until 'timeout 5 squeue >/dev/null 2>&1' 30
	assert_released reject_broken_script
	sed -i 's/^JobSubmitPlugins=lua,crane$/JobSubmitPlugins=crane/' "$conf"
	timeout 30 scontrol reconfigure
	wait_until 'timeout 5 squeue >/dev/null 2>&1' 30
	assert_released
}
