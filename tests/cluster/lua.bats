#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: a waiting job beside a site's job_submit.lua
#
# JobSubmitPlugins=lua,crane, the documented order: a job_submit.lua before crane that writes what crane needs in every change of
# a job, crane's own updates included. Then crane,lua, which has to be refused.

load common

setup_file()
{
	export file_began=$EPOCHSECONDS
	private_cluster --nodes 1 --cpus 8
	lua_does submit ''
	sed -i 's/^JobSubmitPlugins=.*/JobSubmitPlugins=lua,crane/' "$SLURM_CONF"
	minicluster ctld restart
	wait_until '(($(grep -c "jobs wait for a dependency" "$MINICLUSTER_DIR/log/slurmctld.log") > 1))' 10
}

# A test counts the lines of the log, and changes what lua does.
teardown()
{
	dump_on_failure
	end_all_jobs
	lua_does submit ''
}

# lua_does submit|modify STATEMENT: in the function of that name; the other does nothing. slurmctld reads the file again only
# when it is newer than the last one, by whole seconds.
lua_does()
{
	local submit='' modify='' count
	count=$(cat "$BATS_FILE_TMPDIR/lua-count" 2>/dev/null || echo 0)
	echo $((count + 1)) >"$BATS_FILE_TMPDIR/lua-count"
	local -n which=$1
	# shellcheck disable=SC2034  # it is submit or modify
	which=$2
	cat >"$MINICLUSTER_DIR/etc/job_submit.lua" <<-LUA
		function slurm_job_submit(request, partitions, uid)
			$submit
			return slurm.SUCCESS
		end
		function slurm_job_modify(request, job, partitions, uid)
			$modify
			return slurm.SUCCESS
		end
		return slurm.SUCCESS
	LUA
	touch -d "@$((file_began + count))" "$MINICLUSTER_DIR/etc/job_submit.lua"
}

# updates_of JOB: how often its record was written.
updates_of()
{
	grep -c "setting admin_comment to .* for JobId=$1\$" "$MINICLUSTER_DIR/log/slurmctld.log" || true
}

# assert_waits_its_delay STATEMENT: a job that waits until five seconds after the end of another starts at that time, with
# few updates.
assert_waits_its_delay()
{
	local dependee job end
	dependee=$(submit_held)
	lua_does modify "$1"
	job=$(submit -d "crane:afterok:$dependee+5s" --wrap 'sleep 3000')
	wait_until "[[ \$(events_of $job) == . ]]" 5
	lua_does modify '' # lua sees the release too
	scontrol release "$dependee"
	lua_does modify "$1"
	wait_for_end 20 "$dependee"
	end=$(end_of "$dependee")
	assert_starts "$job" $((end + 5)) $((end + 7)) || return 1
	assert_between 0 8 "$(updates_of "$job")" "updates of job $job"
}

@test "a lua before crane that writes admin_comment in job_modify neither loops nor delays a job" {
	assert_waits_its_delay 'request.admin_comment = "by the site"'
	assert_contains "$(job_field "$(squeue -h -t running -o %i)" AdminComment)" 'by the site'
}

@test "a lua before crane that writes begin_time in job_modify does not start a job early" {
	assert_waits_its_delay 'request.begin_time = os.time()'
}

@test "a lua before crane that writes a later begin_time in job_modify does not hold crane's update back" {
	assert_waits_its_delay 'request.begin_time = os.time() + 3600'
}

@test "a lua before crane that writes dependency in job_modify does not hold crane's update back" {
	local other
	other=$(submit --hold --wrap true)
	assert_waits_its_delay "request.dependency = \"afterok:$other\""
}

@test "a lua before crane that writes admin_comment and begin_time in job_submit keeps the delay" {
	local dependee job end
	dependee=$(submit_held)
	lua_does submit 'request.admin_comment = "billed"; request.begin_time = os.time()'
	job=$(submit -d "crane:afterok:$dependee+5s" --wrap 'sleep 3000')
	wait_until "[[ \$(events_of $job) == . ]]" 5
	assert_closed "$job"
	scontrol release "$dependee"
	wait_for_end 20 "$dependee"
	end=$(end_of "$dependee")
	assert_starts "$job" $((end + 5)) $((end + 7))
	assert_contains "$(job_field "$job" AdminComment)" 'billed [crane:1;'
}

@test "a change by the owner beside a lua that writes begin_time in job_modify does not start a job early" {
	local dependee job end
	dependee=$(submit_held)
	job=$(submit --array 0-2 -d "crane:afterok:$dependee+6s" --wrap 'sleep 3000')
	wait_until "[[ \$(events_of $job) == . ]]" 5
	scontrol release "$dependee"
	wait_for_end 20 "$dependee"
	end=$(end_of "$dependee")
	wait_until "[[ \$(events_of $job) == @* ]]" 3
	lua_does modify 'request.begin_time = os.time()'
	as craneuser scontrol update "JobId=${job}_1" Comment=seen
	as craneuser scontrol update "JobId=$job" "Dependency=crane:after:$dependee+6s:$dependee+5s" 2>/dev/null || true
	assert_starts "${job}_1" $((end + 6)) $((end + 8))
}

# order_of_plugins LIST
order_of_plugins()
{
	sed -i "s/^JobSubmitPlugins=.*/JobSubmitPlugins=$1/" "$SLURM_CONF"
	: >"$MINICLUSTER_DIR/log/slurmctld.log"
	minicluster ctld restart
	wait_for_first_look
}

@test "a lua behind crane cannot open a gate: submissions are refused and gated jobs stay until crane is last" {
	local dependee late now plain
	dependee=$(submit_held)
	late=$(submit -d "crane:afterok:$dependee+1h" --wrap 'sleep 3000')
	now=$(submit -d "crane:afterok:$dependee" --wrap 'sleep 3000')
	wait_until "[[ \$(events_of $now) == . && \$(events_of $late) == . ]]" 5
	lua_does modify 'request.begin_time = os.time()'
	order_of_plugins crane,lua
	run as craneuser sbatch -d "crane:afterok:$dependee+1h" --wrap true
	assert_eq "$status" 1
	assert_contains "$output" 'names lua behind crane, which could let the job start early'
	run as craneuser scontrol update "JobId=$late" Comment=seen
	assert_eq "$status" 1
	run as craneuser scontrol update "JobId=$dependee" Comment=seen
	assert_eq "$output" ''
	as craneuser scontrol release "$dependee"
	wait_for_end 20 "$dependee"
	plain=$(submit --wrap true)
	wait_for_end 20 "$plain"
	assert_closed "$late"
	assert_closed "$now"
	grep -q 'JobSubmitPlugins names lua behind crane' "$MINICLUSTER_DIR/log/slurmctld.log"
	order_of_plugins lua,crane
	wait_for_state "$now" RUNNING 10
	wait_until "[[ \$(events_of $late) == @* ]]" 5
	assert_eq "$(state_of "$late")" PENDING
}
