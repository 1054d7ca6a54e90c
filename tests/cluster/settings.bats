#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: crane.conf
#
# The settings of a site: crane.conf beside slurm.conf, and Slurm's own kill_invalid_depend. This file has its own clusters.

load common

setup_file()
{
	private_cluster --nodes 2 --cpus 8 --conf 'DependencyParameters=kill_invalid_depend' \
		--crane-conf 'DependencyScope=all' --crane-conf 'EndedDependency=evaluate'
}

log_of()
{
	grep -F 'job_submit/crane' "$1/log/slurmctld.log"
}

@test "the log has the settings of crane.conf" {
	log_of "$MINICLUSTER_DIR" | grep -qF 'loaded: DependencyScope=all EndedDependency=evaluate'
}

@test "slurmctld starts with defaults and logs the line when crane.conf is malformed" {
	local dir=$BATS_FILE_TMPDIR/odd log
	mkdir -p "$dir/etc"
	cat >"$dir/etc/crane.conf" <<-'END'
		# a comment

		dependencyscope = ALL   # any case
		EndedDependency=perhaps
		Colour=blue
		nonsense
	END
	minicluster up --dir "$dir" --nodes 1
	log=$(log_of "$dir")
	minicluster down --dir "$dir"
	assert_contains "$log" 'loaded: DependencyScope=all EndedDependency=refuse'
	assert_contains "$log" 'crane.conf line 4: EndedDependency=perhaps: use refuse or evaluate; ignored'
	assert_contains "$log" 'crane.conf line 5: unknown key Colour; ignored'
	assert_contains "$log" 'crane.conf line 6: "nonsense" is not Key=Value; ignored'
	refute_contains "$log" 'line 3'
}

@test "the defaults hold without a message when there is no crane.conf" {
	local log
	log=$(log_of "$CRANE_SUITE_DIR")
	assert_contains "$log" 'loaded: DependencyScope=prefix EndedDependency=refuse'
	refute_contains "$log" 'crane.conf'
}

@test "DependencyScope=all applies Crane's language to every string that it accepts" {
	local a plain prefixed
	a=$(submit_held)
	plain=$(submit -d "afterok:$a+3s" --wrap true)
	prefixed=$(submit -d "crane:afterok:$a+3s" --wrap true)
	scontrol release "$a"
	wait_for_end 10 "$a"
	assert_starts "$plain" $(($(end_of "$a") + 3)) $(($(end_of "$a") + 5))
	assert_starts "$prefixed" $(($(end_of "$a") + 3)) $(($(end_of "$a") + 5))
}

@test "DependencyScope=all leaves singleton and other words of Slurm's to Slurm" {
	local a single corr
	a=$(submit --hold --array 1-2 --job-name one --wrap true)
	single=$(submit -d singleton --job-name one --wrap true)
	corr=$(submit -d "aftercorr:$a" --array 1-2 --wrap true)
	assert_contains "$(job_field "$single" Dependency)" singleton
	assert_contains "$(job_field "$corr" Dependency)" aftercorr
	assert_eq "$(events_of "$single")" ''
	assert_eq "$(events_of "$corr")" ''
	run as craneuser sbatch -d 'afterok:1:1?bad' --wrap true
	assert_eq "$status" 1
	refute_contains "$output" 'crane:'
}

@test "DependencyScope=all refuses an unknown id where Slurm starts the job" {
	run as craneuser sbatch -d afterok:99999 --wrap true
	assert_eq "$status" 1
	assert_contains "$output" 'One or more dependency jobs may not exist or have ended: 99999'
}

@test "EndedDependency=evaluate counts an ended job by its outcome and its own times" {
	local ok bad now ready never late known
	ok=$(submit --wrap true)
	bad=$(submit --wrap false)
	wait_for_end 10 "$ok" "$bad"
	now=$EPOCHSECONDS
	ready=$(submit -d "crane:afterok:$ok,afternotok:$bad+1s" --wrap true)
	late=$(submit -d "crane:afterany:$ok+6s" --wrap true)
	known=$(job_field "$ready" SubmitTime)
	assert_starts "$ready" "$now" $(($(later_of "$known" $(($(end_of "$bad") + 1))) + 2))
	known=$(job_field "$late" SubmitTime)
	assert_starts "$late" $(($(end_of "$ok") + 6)) $(($(later_of "$known" $(($(end_of "$ok") + 6))) + 2))
	never=$(submit --kill-on-invalid-dep=no -d "crane:afterok:$bad" --wrap true)
	wait_for_dependency "$never" 'Status=SomeFailed' 5
	assert_closed "$never"
	run as craneuser sbatch -d crane:afterok:99999 --wrap true
	assert_eq "$status" 1 "an id that slurmctld does not know is refused all the same"
}

@test "kill_invalid_depend cancels a job whose dependency can never hold and no other" {
	local a killed waits
	a=$(submit --hold --wrap false)
	killed=$(submit -d "crane:afterok:$a" --wrap true)
	waits=$(submit -d "crane:afternotok:$a+1h" --wrap true)
	scontrol release "$a"
	wait_for_end 10 "$a"
	wait_for_state "$killed" CANCELLED 65
	assert_eq "$(state_of "$waits")" PENDING
}
