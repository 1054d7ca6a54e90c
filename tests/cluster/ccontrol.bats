#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: `ccontrol`: show, update, hold, requeue, reservations
#
# The effect of ccontrol's verbs on jobs, nodes, partitions and reservations, for the owner, for another user and for root,
# and the output of ccontrol show. tests/cli tests the command line.

# Each test runs in a subshell; bats sets $status, $output and $stderr.
# shellcheck disable=SC2030,SC2031,SC2154

load common

setup_file()
{
	# Licenses and nodes that only this file uses.
	private_cluster --nodes 3 --cpus 8 --conf 'Licenses=ansys:10,matlab:2'
	all_given
}

given_running_jobs()
{
	local run array
	run=$(submit -t 60 -N 2 -J 'a "b" c' --comment 'first text' --wrap 'sleep 3000')
	array=$(submit -t 60 --array=0-5%2 --wrap 'sleep 3000')
	keep running run array
	wait_for_state "$run" RUNNING 10
	wait_until "[[ \$(squeue -h -t R -j $array | wc -l) == 2 ]]" 10
}

given_hold_for_a_while()
{
	local job at
	job=$(submit --hold --comment 'kept' --wrap true)
	at=$EPOCHSECONDS
	as craneuser ccontrol hold "$job" TimeLimit=0:0:20
	keep timer job at
	assert_eq "$(reason_of "$job")" Held
	assert_contains "$(ccontrol show job "$job")" 'Comment=kept Wckey='
}

# ccontrol_as USER ARG...: with stdout in $output and stderr in $stderr.
ccontrol_as()
{
	local user=$1
	shift
	run --separate-stderr as "$user" ccontrol "$@"
}

assert_valid_json()
{
	jq -e . >/dev/null <<<"$output" || fail "no JSON: $output"
}

json()
{
	jq -c "$1" <<<"$output"
}

reason_of()
{
	as craneuser cqueue -N -j "$1" | awk '{ print $NF }'
}

# -- hold and release -------------------------------------------------------------------------------------------------

# covers: ccontrol hold release
@test "an owner holds and releases a job, and only root releases root's hold" {
	local job
	job=$(submit -b now+1hour --wrap true)
	ccontrol_as craneuser hold "$job"
	assert_answer 0 "Jobs $job modified successfully."
	assert_eq "$(reason_of "$job")" Held
	assert_eq "$(job_field "$job" Reason)" JobHeldUser
	ccontrol_as craneuser release "$job"
	assert_answer 0 "Jobs $job modified successfully."
	assert_eq "$(reason_of "$job")" BeginTime

	ccontrol_as root hold "$job"
	assert_eq "$(job_field "$job" Reason)" JobHeldAdmin
	ccontrol_as craneuser release "$job"
	assert_answer 1 '' "release jobs failed: Failed to modify job: $job. Reason: User has insufficient privilege.
slurm: $job: Access/permission denied"
	ccontrol_as root release "$job"
	assert_answer 0 "Jobs $job modified successfully."
}

@test "another user's hold and release are refused and change nothing" {
	local job
	job=$(submit -b now+1hour --wrap true)
	ccontrol_as craneother hold "$job"
	assert_answer 1 '' "hold jobs failed: Failed to modify job: $job. Reason: User has insufficient privilege.
slurm: $job: Invalid user id"
	ccontrol_as craneother release "$job"
	assert_eq "$status" 1
	ccontrol_as craneother hold "$job" timelimit=1:0:0
	assert_eq "$status" 1
	assert_eq "$(job_field "$job" Priority)$(job_field "$job" Comment)" "$(job_field "$job" Priority)"
	assert_eq "$(reason_of "$job")" BeginTime
}

# covers: ccontrol --json
@test "hold reports each id of a job that is not pending" {
	local job
	recall running
	job=$(submit_held)
	ccontrol_as craneuser hold "$run,$job,999999,${array}_77"
	assert_answer 1 "Jobs $job modified successfully." \
		"hold jobs failed: Failed to modify job: $run. Reason: Job #$run was not found in pending queue.
Failed to modify job: 999999. Reason: Job #999999 was not found in pending queue.
Failed to modify job: ${array}_77. Reason: Array task ${array}_77: Job not found."
	ccontrol_as craneuser -J hold "$run,$job"
	assert_eq "$status" 1
	assert_valid_json
	assert_eq "$(json .modified_jobs)$(json .not_modified_jobs)" "[$job][$run]"
	assert_eq "$(json .not_modified_reasons[0])" "\"Job #$run was not found in pending queue\""
}

@test "release reports a job that is not held and changes nothing" {
	local job before
	job=$(submit -b now+1hour --nice=7 --wrap true)
	before=$(job_field "$job" Priority)
	ccontrol_as root release "$job"
	assert_answer 0 "Jobs $job modified successfully." "Job $job is not held."
	assert_eq "$(job_field "$job" Priority) $(job_field "$job" Nice)" "$before 7"
	assert_eq "$(reason_of "$job")" BeginTime
}

@test "hold and release of an array affect its waiting tasks and no running task" {
	local job
	job=$(submit --array=0-9%1 --wrap 'sleep 3000')
	wait_until "[[ \$(squeue -h -t R -j $job | wc -l) == 1 ]]" 10
	ccontrol_as craneuser hold "$job"
	assert_answer 0 "Jobs $job modified successfully."
	assert_eq "$(squeue -h -j "$job" -t PD -o %r | sort -u)" JobHeldUser
	assert_eq "$(squeue -h -j "$job" -t R -o %p)" "$(squeue -h -j "$job" -t R -o %p | grep -v '^0\.0*$')"
	ccontrol_as craneuser release "${job}_4"
	assert_answer 0 "Jobs ${job}_4 modified successfully."
	ccontrol_as craneuser release "$job"
	assert_eq "$status" 0
	refute_contains "$(squeue -h -j "$job" -o %r)" Held
}

# covers: ccontrol hold.timelimit
@test "release and a hold without end restore the begin time after a hold for a time" {
	local job begin from
	job=$(submit -b now+1hour --comment 'a [b]' --wrap true)
	begin=$(job_field "$job" EligibleTime)
	from=$EPOCHSECONDS
	ccontrol_as craneuser hold "$job" timelimit=5:0:0
	assert_between $((from + 18000)) $((EPOCHSECONDS + 18001)) "$(job_field "$job" EligibleTime)"
	ccontrol_as craneuser update jobid="$job" comment='a/b "c"'
	assert_eq "$status" 0
	assert_eq "$(reason_of "$job")" Held
	assert_contains "$(ccontrol show job "$job")" 'Comment=a/b "c" Wckey='
	ccontrol_as craneuser release "$job"
	assert_answer 0 "Jobs $job modified successfully."
	assert_eq "$(job_field "$job" EligibleTime)" "$begin"
	assert_eq "$(job_field "$job" Comment)" 'a/b "c"'

	ccontrol_as craneuser hold "$job" timelimit=5:0:0
	ccontrol_as craneuser hold "$job"
	assert_eq "$(job_field "$job" EligibleTime) $(job_field "$job" Priority)" "$begin 0"
	assert_eq "$(job_field "$job" Comment)" 'a/b "c"'
}

@test "hold, hold for a time, and release leave a gate closed" {
	local a job
	a=$(submit_held)
	job=$(submit -d "crane:afterok:$a" --wrap true)
	wait_until "[[ \$(events_of $job) == . ]]" 5
	ccontrol_as craneuser hold "$job"
	ccontrol_as craneuser release "$job"
	assert_closed "$job"
	ccontrol_as craneuser hold "$job" timelimit=1:0:0
	assert_eq "$status" 0
	wait_until "[[ \$(reason_of $job) == Held ]]" 5
	assert_closed "$job"
	ccontrol_as craneuser release "$job"
	wait_until "[[ \$(reason_of $job) == Dependency ]]" 5
	assert_closed "$job"
	assert_eq "$(job_field "$job" Comment)" ''
}

# -- suspend, resume, requeue -----------------------------------------------------------------------------------------

# covers: ccontrol suspend resume
@test "suspend and resume need an administrator (26.05: or the owner) and name the state that forbids them" {
	local job who
	recall running
	job=$(submit --wrap 'sleep 3000')
	wait_for_state "$job" RUNNING 10
	who=root
	if differs_since 26 5 'owners may suspend and resume their jobs, not administrators alone'; then
		who=craneuser
	else
		ccontrol_as craneuser suspend "$job"
		assert_answer 1 '' "suspend jobs failed: Failed to modify job: $job. Reason: User has insufficient privilege.
slurm: $job: Access/permission denied"
	fi
	ccontrol_as craneother suspend "$job"
	assert_answer 1 '' "suspend jobs failed: Failed to modify job: $job. Reason: User has insufficient privilege.
slurm: $job: Access/permission denied"
	ccontrol_as $who suspend "$job"
	assert_answer 0 "Jobs $job modified successfully."
	assert_eq "$(state_of "$job")" SUSPENDED
	ccontrol_as root suspend "$job,999999"
	assert_answer 1 '' "suspend jobs failed: Failed to modify job: $job. Reason: Job #$job is not in a suspendable state.
Failed to modify job: 999999. Reason: Job #999999 does not exist."
	ccontrol_as root -J resume "$job,$run"
	assert_eq "$status" 4
	assert_eq "$output" "{\"modified_jobs\":[$job],\"not_modified_jobs\":[$run],\"not_modified_reasons\":[\"Job #$run is not suspended\"]}"
	assert_eq "$(state_of "$job")" RUNNING
}

# covers: ccontrol requeue
@test "requeue takes the owner's running batch jobs and single tasks and nothing else" {
	local job alloc
	recall running
	job=$(submit --wrap 'sleep 3000')
	wait_for_state "$job" RUNNING 10
	ccontrol_as craneother requeue "$job"
	assert_answer 4 "Job $job failed to requeue: Permission denied" "slurm: $job: Access/permission denied"
	ccontrol_as craneuser requeue "$job,$array,999999"
	assert_answer 4 "Job $job requeued successfully.
Job $array failed to requeue: Requeue array parent is not supported
Job 999999 failed to requeue: Job not found or not running"
	assert_eq "$(job_field "$job" Restarts)" 1
	ccontrol_as craneuser requeue "${array}_77"
	assert_answer 2 '' "Invalid job list specified: job ${array}_77 is not running."
	ccontrol_as craneuser -J requeue "$job"
	assert_answer 4 "{\"requeued_jobs\":[],\"not_requeued_jobs\":{\"$job\":\"Job not found or not running\"}}"

	alloc=$(submit --no-requeue --wrap 'sleep 3000')
	wait_for_state "$alloc" RUNNING 10
	ccontrol_as craneuser requeue "$alloc"
	assert_eq "$status" 4
	assert_eq "$output" "Job $alloc failed to requeue: Job requested no requeue"
	scancel "$alloc"
	wait_for_end 20 "$alloc"
	ccontrol_as craneuser requeue "$alloc"
	assert_answer 4 "Job $alloc failed to requeue: Job not found or not running"
}

# -- update jobid -----------------------------------------------------------------------------------------------------

# covers: ccontrol update.jobid update.jobid.comment update.jobid.mailtype update.jobid.mailuser
# covers: ccontrol update.jobid.timelimit
@test "an owner changes comment, mail and a lower time limit of a running job" {
	local job
	job=$(submit -t 60 --wrap 'sleep 3000')
	wait_for_state "$job" RUNNING 10
	ccontrol_as craneuser update JobID="$job" Comment="it's \$(x) a=b" mailtype='END, OOM' mailuser=me@here timelimit=0:10:30
	assert_answer 0 "Jobs $job modified successfully.
Jobs $job modified successfully." 'Note: the time limit is rounded up to 00:11:00, Slurm counts minutes.'
	assert_eq "$(job_field "$job" Comment)" "it's \$(x) a=b"
	assert_eq "$(job_field "$job" MailType) $(job_field "$job" MailUser)" 'END,FAIL me@here'
	assert_eq "$(job_field "$job" TimeLimit)" 00:11:00
	ccontrol_as craneuser update job "$job" timelimit = 1-0:0:0
	assert_answer 1 '' "change job time limit failed: Failed to modify job: $job. Reason: User has insufficient privilege.
slurm: $job: Access/permission denied"
	ccontrol_as root update job "$job" timelimit =1-0:0:0
	assert_answer 0 "Jobs $job modified successfully."
	ccontrol_as root update jobid="$job" timelimit=0:0:5
	assert_answer 1 '' "change job time limit failed: Failed to modify job: $job. Reason: Invalid time limit value."
	assert_eq "$(job_field "$job" TimeLimit)" 1-00:00:00
}

@test "update removes quotes once, clears by an empty value and takes the last of a key" {
	local job
	job=$(submit_held)
	ccontrol_as craneuser update jobid="$job" comment='"a/b ~ c"'
	assert_eq "$(job_field "$job" Comment)" 'a/b ~ c'
	ccontrol_as craneuser update jobid="$job" comment=first COMMENT='second one'
	assert_eq "$(job_field "$job" Comment)" 'second one'
	ccontrol_as craneuser update jobid="$job" comment=
	assert_eq "$(job_field "$job" Comment)" ''
}

@test "update reports the jobs that are gone and changes the others" {
	local job
	job=$(submit_held)
	ccontrol_as craneuser update jobid="$job,999999" comment=x
	assert_answer 1 "Jobs $job modified successfully." 'Job 999999 is completed or does not exist.'
	ccontrol_as craneuser update jobid=999999,999998 comment=x
	assert_answer 1 '' 'change job ExtraAttrs failed: 999999, 999998 is completed or does not exist'
	ccontrol_as craneuser update jobid=999999 timelimit=1:0:0
	assert_answer 1 '' 'change job time limit failed: Failed to modify job: 999999. Reason: Job #999999 was not found in running or pending queue.'
}

# covers: ccontrol update.jobid.priority
@test "update priority takes whole numbers for waiting jobs and never releases a job" {
	local job held
	recall running
	job=$(submit -b now+1hour --wrap true)
	ccontrol_as root update jobid="$job" priority=500.6
	assert_answer 0 "Jobs $job modified successfully." 'Priority will be rounded to 501'
	assert_eq "$(job_field "$job" Priority)" 501
	ccontrol_as craneuser update jobid="$job" priority=900
	assert_eq "$status" 1
	assert_contains "$stderr" "Failed to modify job: $job. Reason: User has insufficient privilege."
	ccontrol_as craneuser update jobid="$job" priority=300
	assert_answer 0 "Jobs $job modified successfully." \
		"slurm: $job: Changes to job priority are not persistent, change nice instead"
	assert_eq "$(job_field "$job" Priority)" 300
	ccontrol_as root update jobid="$job" priority=0
	assert_answer 0 "Jobs $job modified successfully." \
		'Mandated priority equals 0 means the scheduling priority will be calculated.'
	# The priority that Slurm computes for a single job depends on the release: above 4294900000, later 1.
	assert_between 1 4294967295 "$(job_field "$job" Priority)"
	[[ $(job_field "$job" Priority) != 300 ]] || fail "the priority that was set before is still there"
	ccontrol_as root update jobid="$run" priority=5
	assert_answer 1 '' "change job priority failed: Failed to modify job: $run. Reason: Job #$run was not found in pending queue."
	held=$(submit_held)
	ccontrol_as root update jobid="$held" priority=0
	assert_eq "$status" 1
	assert_contains "$stderr" "Failed to modify job: $held. Reason: Job #$held is held, release it first."
	assert_eq "$(job_field "$held" Priority)" 0
}

# covers: ccontrol update.jobid.deadline
@test "update deadline takes a future time for waiting jobs from the administrator" {
	local job from
	recall running
	job=$(submit -t 1 -b now+1hour --wrap true)
	from=$EPOCHSECONDS
	ccontrol_as root update jobid="$job" deadline=now+5h
	assert_answer 0 "Jobs $job modified successfully."
	assert_between $((from + 18000)) $((EPOCHSECONDS + 18001)) "$(job_field "$job" Deadline)"
	ccontrol_as craneuser update jobid="$job" deadline=now+6h
	assert_eq "$status" 1
	assert_contains "$stderr" "change task deadline failed: Failed to modify job: $job. Reason: User has insufficient privilege."
	ccontrol_as root update jobid="$job" deadline=now-1h
	assert_answer 1 '' "change task deadline failed: Failed to modify job: $job. Reason: Invalid deadline_time value."
	ccontrol_as root update jobid="$run" deadline=now+5h
	assert_answer 1 '' "change task deadline failed: Failed to modify job: $run. Reason: Job #$run has started, Slurm cannot change its deadline."
}

# -- show job and step ------------------------------------------------------------------------------------------------

# covers: ccontrol show.job
@test "show job prints a running job, an ended one and a task, and reports missing ids" {
	local ended text
	recall running
	text=$(as craneother ccontrol show job "$run")
	assert_contains "$text" "JobId=$run JobName=a \"b\" c"$'\n'
	assert_contains "$text" $'\n\tReqRes:node=2 cpu=2.00 mem=100M gres=None\n\tAllocRes:node=2 cpu=2.00 mem=100M gres=None\n'
	assert_contains "$text" 'Comment=first text Wckey='
	ended=$(submit --wrap 'exit 3')
	wait_for_end 20 "$ended"
	[[ $(ccontrol show job "$ended") == *$'\n\tJobState=Failed RunTime=00:00:0'[0-9]' TimeLimit='* ]] ||
		fail "$(ccontrol show job "$ended")"
	refute_contains "$(ccontrol show job)" "JobId=$ended "
	ccontrol_as craneuser show job "${array}_1,${array}_5,${array}_99,999999"
	assert_eq "$(grep -c '^JobId=' <<<"$output")" 2
	assert_eq "$stderr" "show job failed: Job ${array}_99, 999999 not found."
	assert_eq "$status" 1
	ccontrol_as craneuser -J show job "$run"
	assert_valid_json
	assert_eq "$(json '.job_info_list[0].name')" '"a \"b\" c"'
	ccontrol_as craneuser -J show job 999999
	assert_answer 1 '{"ok":true,"job_info_list":[]}' 'show job failed: Job 999999 not found.'
}

# covers: ccontrol show.step
@test "show step prints Crane's layout with true values" {
	local out
	recall running
	out=$(as craneuser ccontrol show step "$run.1")
	[[ $out =~ ^"StepId=$run.1 UserId="[0-9]+" StartTime="[0-9-]+T[0-9:]+" TimeLimit=01:00:00"$'\n' ]] || fail "$out"
	assert_contains "$out" $'\n   State=RUNNING Partition=CPU NodeList=crane[01-02]\n   Nodes=2 CPUs=2 Tasks=1 Name=a "b" c\n   GRES=cpu=2,mem=100M,node=2\n'
	assert_contains "$out" $'\n   StepType=PRIMARY User=craneuser Account=(null) QoS=(null) ElapsedTime=00:'
	assert_eq "$(as craneuser ccontrol show step "$run" | grep -o 'StepId=[^ ]*' | paste -sd ' ')" "StepId=$run.0 StepId=$run.1"
	assert_eq "$(as craneuser ccontrol show step "$array" | grep -c "^StepId=${array}_[01].[01] ")" 4
	assert_contains "$(as craneuser ccontrol show step)" "StepId=${array}_1.1 "
	ccontrol_as craneuser show step "$run.1,$run.7,999999,${array}_5.1"
	assert_eq "$status" 1
	assert_contains "$output" "StepId=$run.1 "
	assert_eq "$stderr" "show steps failed: Step $run.7, 999999, ${array}_5.1 is not running."
	ccontrol_as craneuser show step 999998,999999
	assert_answer 1 '' 'show steps failed: Step 999998, 999999 is not running.'
	ccontrol_as craneuser -J show step 999999.1
	assert_answer 1 '{"ok":true,"job_info_list":[]}' 'show steps failed: Step 999999.1 is not running.'
	ccontrol_as craneuser -J show step "$run.0"
	assert_eq "$(json '.job_info_list[0].step_info_list[].step_type')" '"DAEMON"'
}

# covers: ccontrol --all
@test "show step --all shows the steps of all running jobs and takes no id" {
	local all
	recall running
	all=$(as craneuser ccontrol show step --all | grep -o '^StepId=[^ ]*')
	assert_eq "$all" "$(as craneuser ccontrol show step | grep -o '^StepId=[^ ]*')"
	assert_contains "$all" "StepId=$run.1"
	assert_contains "$all" "StepId=${array}_1.1"
	ccontrol_as craneuser show step "$run" --all
	assert_answer 2 '' "show steps failed: --all shows the steps of all jobs; leave out --all or $run."
	ccontrol_as craneuser show job --all
	assert_answer 2 '' '--all is only for show step'
}

# -- nodes and partitions ---------------------------------------------------------------------------------------------

# covers: ccontrol show.node show.partition
@test "show node and show partition print all, used and free resources" {
	local out
	recall running
	out=$(as craneuser ccontrol show node crane01)
	[[ $out =~ ^"NodeName=crane01 State=mix[power_active] CPU=8.00 AllocCPU="[0-9]+.00" FreeCPU="[0-9]+.00" "*$'\n\t'"RealMemory=4000M AllocMem="[0-9]+"M FreeMem="[0-9]+M ]] || fail "$out"
	assert_contains "$out" $'\n\tGres=None AllocGres=None FreeGres=None\n\tSockets=1\n\tPartition=CPU RunningJob='
	assert_contains "$(ccontrol show node crane03)" $'\n\tGres=gpu:2 AllocGres=None FreeGres=gpu:2\n\tSockets=1\n\tPartition=CPU,GPU '
	ccontrol_as craneuser show node 'crane[01-02]'
	assert_answer 1 '' 'show nodes failed: Node crane[01-02] not found.'
	out=$(as craneuser ccontrol show partition CPU)
	assert_contains "$out" $'PartitionName=CPU State=UP\n\tAllowedAccounts=ALL DeniedAccounts=None\n\tTotalNodes=3 AliveNodes=3\n\tTotalCPU=24.00 AvailCPU='
	assert_contains "$out" $'\n\tDefaultMemPerCPU=50M MaxMemPerCPU=0 DefaultMemPerNode=0 MaxMemPerNode=0\n\tHostList=crane[01-03]'
	ccontrol_as craneuser show partition NONE
	assert_answer 1 '' 'show partitions failed: Partition NONE not found.'
	ccontrol_as craneuser -J show partition NONE
	assert_answer 1 '{"partition_info_list":[]}' 'show partitions failed: Partition NONE not found.'
	ccontrol_as craneuser show node -J
	assert_eq "$(json '[.craned_info_list[].hostname]')" '["crane01","crane02","crane03"]'
	assert_eq "$(json '.craned_info_list[0].res_total.memory_bytes')" '"4194304000"'
	ccontrol_as craneuser -J show partition
	assert_eq "$(json '.partition_info_list[] | select(.name == "GPU") | .res_total.gres_map.name_gres_map.gpu.total')" '"2"'
}

# covers: ccontrol update.nodename update.nodename.state update.nodename.reason
@test "update node drains and resumes each node for the administrator" {
	ccontrol_as craneuser update nodename=crane03 state=drain reason=x
	assert_answer 2 '' 'change node state failed: Failed to modify node: crane03. Reason: User has insufficient privilege.
slurm: crane03: Invalid user id'
	ccontrol_as root update nodename='crane[02-03],nix' state=DRAIN reason='bad "fan" (left)'
	assert_answer 2 'Nodes crane02, crane03 modified successfully, please wait for a few minutes for the node state to fully update.' \
		'change node state failed: Failed to modify node: nix. Reason: Invalid node name specified.'
	assert_contains "$(ccontrol show node crane03)" 'State=idle(drain)[power_active] CPU=8.00 AllocCPU=0.00 FreeCPU=0.00'
	assert_contains "$(ccontrol show node crane03)" $'\n\tReason=bad "fan" (left)'
	ccontrol_as root update node='crane[01-03]' state=resume
	assert_answer 2 'Nodes crane02, crane03 modified successfully, please wait for a few minutes for the node state to fully update.' \
		'change node state failed: Failed to modify node: crane01. Reason: Node is neither drained nor down.'
	ccontrol_as root -J update node=crane03 state=drain reason=y
	assert_answer 0 '{"modified_nodes":["crane03"],"not_modified_nodes":[],"not_modified_reasons":[]}'
	ccontrol_as root update node=crane03 state=resume reason=z
	assert_answer 0 'Nodes crane03 modified successfully, please wait for a few minutes for the node state to fully update.' \
		'Note: the reason is kept only when draining a node.'
}

@test "update node refuses power states where Slurm saves no power or the state makes no sense" {
	local slurm='Invalid node state specified'
	if slurm_at_least 26 5; then slurm='Invalid power action'; fi
	ccontrol_as root update node=crane03 state=off
	assert_answer 2 '' "change node state failed: Failed to modify node: crane03. Reason: Plugin system not available for update state.
slurm: crane03: $slurm"
	ccontrol_as root update node=crane01 state=sleep
	assert_answer 2 '' "change node state failed: Failed to modify node: crane01. Reason: Node is running, can't sleep or poweroff."
	ccontrol_as root update node=crane03 state=wake
	assert_answer 2 '' "change node state failed: Failed to modify node: crane03. Reason: Node is idle or running, don't need to wake up or poweron."
}

# covers: ccontrol update.partitionname update.partitionname.accounts update.partitionname.deniedaccounts
@test "update partition replaces lists and clears them by an empty value" {
	ccontrol_as craneuser update partitionname=GPU accounts=hpc
	assert_answer 1 '' 'Modify partition GPU failed: Your permission is insufficient.
slurm: Invalid user id'
	ccontrol_as root update partitionname=GPU accounts=hpc,chem
	assert_answer 0 'Modify partition GPU succeeded.'
	assert_contains "$(ccontrol show partition GPU)" 'AllowedAccounts=hpc,chem DeniedAccounts=None'
	ccontrol_as root update Partition=GPU allowedaccounts= deniedaccounts=bad
	assert_answer 0 'Modify partition GPU succeeded.' 'Hint: When using AllowedAccounts, DeniedAccounts will not take effect.'
	assert_contains "$(ccontrol show partition GPU)" 'AllowedAccounts=ALL DeniedAccounts=bad'
	ccontrol_as root -J update Partition=GPU deniedaccounts=
	assert_eq "$output" '{"ok":true}'
	assert_contains "$(ccontrol show partition GPU)" 'AllowedAccounts=ALL DeniedAccounts=None'
	ccontrol_as root update Partition=NONE accounts=a
	assert_answer 1 '' 'Modify partition NONE failed: The entered partition does not exist.
slurm: Invalid partition name specified'
}

# -- reservations and licenses ----------------------------------------------------------------------------------------

# covers: ccontrol --force show.reservation create.reservation create.reservation.starttime
# covers: ccontrol create.reservation.duration
# covers: ccontrol create.reservation.account create.reservation.user create.reservation.partition
# covers: ccontrol create.reservation.nodes delete.reservation
@test "create, show and delete handle a reservation" {
	local out
	ccontrol_as root create reservation r1 StartTime=now+10h duration=26:03:04 account=-bad,-worse user=+craneuser partition=CPU nodes='crane[01-02]'
	assert_answer 0 'Reservation r1 created successfully.'
	out=$(as craneuser ccontrol show reservation r1)
	assert_eq "$(sed -n '1p;3,$p' <<<"$out")" $'ReservationName=r1\n\tPartition=CPU CranedRegex=crane[01-02]\n\tDeniedAccounts=bad,worse\n\tAllowedUsers=craneuser\n\tTotalCPU=16.00 AvailCPU=16.00 AllocCPU=0.00\n\tTotalMem=8000M AvailMem=8000M AllocMem=0\n\tTotalGres=None AvailGres=None AllocGres=None'
	assert_contains "$out" ' Duration=26h3m4s'
	ccontrol_as root -J show reservation
	assert_eq "$(json '.reservation_info_list[0] | [.duration, .denied_accounts, .allowed_users]')" '["93784s",["bad","worse"],["craneuser"]]'
	ccontrol_as root create reservation r1 starttime=now+90h duration=1:0:0 account=a nodes=crane01
	assert_answer 1 '' 'Failed to create reservation: Reservation name already exists.
slurm: Duplicate reservation name'
	ccontrol_as root create reservation r2 starttime=now+11h duration=1:0:0 account=a nodes=crane02
	assert_answer 1 '' 'Failed to create reservation: Not enough nodes available for reservation.
slurm: Requested reservation overlaps with another reservation'
	ccontrol_as root create reservation r2 starttime=now+11h duration=1:0:0 account=a partition=GPU
	assert_answer 0 'Reservation r2 created successfully.'
	assert_contains "$(ccontrol show reservation r2)" 'Partition=GPU CranedRegex=crane03'
	ccontrol_as craneuser delete reservation r2
	assert_answer 1 '' 'Failed to delete reservation: User has insufficient privilege.
slurm: Invalid user id'
	ccontrol_as root delete reservation r2
	assert_answer 0 'Reservation r2 deleted successfully.'
	ccontrol_as root delete reservation r2
	assert_answer 1 '' 'Failed to delete reservation: Reservation r2 not found.
slurm: Requested reservation is invalid'
	ccontrol_as root delete reservation ALL --force
	assert_answer 0 'Reservation ALL deleted successfully.'
	ccontrol_as craneuser show reservation
	assert_answer 0 'No reservation is available.'
	ccontrol_as craneuser show reservation r1
	assert_answer 1 '' 'show reservations failed: Reservation r1 not found.'
}

@test "create reservation refuses impossible requests and names the cause" {
	local words text
	while IFS='|' read -r words text; do
		# shellcheck disable=SC2086
		ccontrol_as root create reservation rx starttime=now+1h duration=1:0:0 account=a $words
		assert_eq "$status" 1 "$words"
		assert_eq "${stderr_lines[0]}" "Failed to create reservation: $text." "$words"
	done <<-'TABLE'
		partition=NONE|Partition NONE not found
		partition=GPU nodes=crane[02-03]|Nodes not in partition GPU: crane02
		partition=CPU nodecnt=9|Not enough nodes in partition CPU. Requested: 9, Available: 3
		nodes=nix01|Invalid craned_regex
		nodes=crane03 user=nix,root|Invalid Users: nix
		nodes=crane03 starttime=now-2h|Reservation end time is in the past
	TABLE
	ccontrol_as craneuser create reservation rx starttime=now+1h duration=1:0:0 account=a nodes=crane03
	assert_answer 1 '' 'Failed to create reservation: User has insufficient privilege.
slurm: Invalid user id'
	ccontrol_as craneuser -J create reservation rx starttime=now+1h duration=1:0:0 account=a nodes=crane03
	assert_eq "$output" '{"ok":false,"reason":"User has insufficient privilege"}'
	assert_eq "$(ccontrol show reservation)" 'No reservation is available.'
}

# covers: ccontrol show.lic
@test "show lic prints all or the named licenses, and reports unknown ones" {
	local job
	job=$(submit -L ansys:3 --wrap 'sleep 3000')
	wait_for_state "$job" RUNNING 10
	ccontrol_as craneuser show lic nix,ansys
	assert_answer 1 $'LicenseName=ansys \n\tTotal=10 Used=3 Free=7 Reserved=0 Remote=no' 'license nix not found.'
	assert_eq "$(ccontrol show lic | grep -c '^LicenseName=')" 2
	ccontrol_as craneuser -J show lic ansys
	assert_eq "$(json '.license_info_list[0] | [.name, .total, .used, .free, .remote]')" '["ansys",10,3,7,false]'
}

# Slurm evaluates jobs whose begin time has passed only in its next scheduling pass: up to half a minute later.
# covers: ccontrol hold.timelimit
@test "a job that is held for a time starts after it, and not before" {
	recall timer
	wait_until "has_started $job" 65
	assert_between $((at + 20)) $((at + 90)) "$(start_of "$job")" 'its start'
}
