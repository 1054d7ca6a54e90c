#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: a dependency that can never hold, and `--kill-on-invalid-dep`
#
# A job whose dependency can never hold waits for ever, unless it or the site asked Slurm to cancel such jobs.

load common

setup_file()
{
	private_cluster --nodes 1 --cpus 16
}

# never_job [OPTION...]: prints a job whose dependee is about to be cancelled while it is pending.
never_job()
{
	local id
	id=$(submit -d "crane:afternotok:$dependee" "$@" --wrap true)
	wait_until "[[ \$(events_of $id) == . ]]" 5
	echo "$id"
}

# assert_killed JOB: with Slurm's own reason.
assert_killed()
{
	wait_for_state "$1" CANCELLED 10
	assert_eq "$(job_field "$1" Reason)" DependencyNeverSatisfied "reason of job $1"
}

@test "--kill-on-invalid-dep=yes cancels a job that can never start, and no other one" {
	local kill keep none array
	dependee=$(submit_held)
	kill=$(never_job --kill-on-invalid-dep=yes)
	keep=$(never_job --kill-on-invalid-dep=no)
	none=$(never_job)
	array=$(never_job --kill-on-invalid-dep=yes --array=0-2)
	assert_eq "$(state_of "$kill")" PENDING
	scancel "$dependee"
	assert_killed "$kill"
	assert_killed "$array"
	wait_until "[[ \$(events_of $keep) == '!' && \$(events_of $none) == '!' ]]" 5
	sleep 2
	assert_closed "$keep"
	assert_closed "$none"
}

@test "kill_invalid_depend cancels jobs that can never start, also those that it found after a restart" {
	local kill keep found
	dependee=$(submit_held)
	found=$(never_job)
	scancel "$dependee"
	wait_until "[[ \$(events_of $found) == '!' ]]" 5
	echo 'DependencyParameters=kill_invalid_depend' >>"$MINICLUSTER_DIR/etc/slurm.conf"
	minicluster ctld restart
	assert_killed "$found"
	dependee=$(submit_held)
	kill=$(never_job)
	keep=$(never_job --kill-on-invalid-dep=no)
	scancel "$dependee"
	assert_killed "$kill"
	wait_until "[[ \$(events_of $keep) == '!' ]]" 5
	assert_closed "$keep"
}
