#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: `cqueue`, `ccancel`, `ccontrol`: every option, key and column
#
# Options, keys and columns of cqueue, ccancel and ccontrol that no other file of this folder tests.

# Each test runs in a subshell; bats sets $status, $output and $stderr; wait_until reads its text as a command.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154

load common

# A cluster of its own: it stores wckeys, and this file reserves its nodes.
setup_file()
{
	private_cluster --nodes 3 --cpus 8 --conf 'TrackWCKey=yes'
}

cq()
{
	as craneuser cqueue -N "$@"
}

# elsewhere COMMAND...: as craneuser, where SLURM_CONF names nothing.
elsewhere()
{
	SLURM_CONF=/nonexistent run --separate-stderr as craneuser "$@"
}

# covers: cqueue --config; ccancel --config; ccontrol --config
@test "cqueue, ccancel and ccontrol -C name the cluster and take precedence over SLURM_CONF" {
	local job conf=$MINICLUSTER_DIR/etc/slurm.conf
	job=$(submit_held)
	elsewhere cqueue -C "$conf" -N -o %j
	assert_eq "$status ${output%% *}" "0 $job"
	elsewhere ccontrol -C "$conf" show job "$job"
	assert_eq "$status" 0
	assert_contains "$output" "JobId=$job "
	elsewhere ccancel -C "$conf" "$job"
	assert_eq "$status $output" "0 Job $job cancelled successfully."
	wait_for_state "$job" CANCELLED 10
}

# covers: cqueue --format %wckey %submittime %priority %account
@test "cqueue prints wckey, submission, priority and account" {
	local job
	job=$(csubmit -b now+1h -A physics --wckey thesis --wrap true)
	assert_eq "$(cq -j "$job" -o '%K|%a|%p|%s')" \
		"thesis | physics | $(job_field "$job" Priority) | $(date -d "@$(job_field "$job" SubmitTime)" '+%F %T') "
	assert_between 1 4294967294 "$(job_field "$job" Priority)"
}

# Without a database no job has a QoS, whatever it asked for.
# covers: cqueue --qos %qos step:%qos
@test "cqueue prints the QoS, and its filter passes nothing when no job has one" {
	local job
	job=$(csubmit -q high --wrap 'sleep 3000')
	wait_for_state "$job" RUNNING 10
	assert_eq "$(squeue -h -j "$job" -o %q)" '(null)'
	assert_eq "$(as craneuser cqueue -j "$job" -o '%q')" $'QOS \n    '
	assert_eq "$(as craneuser cqueue "--step=$job.1" --format '%q|')" $'QOS|\n   |'
	assert_eq "$(cq -j "$job" -o %j)" "$job "
	assert_eq "$(cq -j "$job" -q high -o %j)" ''
	assert_eq "$(as craneuser cqueue -q high | xargs -n 1 | tail -n 1)" QOS
}

# covers: cqueue --step step:%account step:%starttime step:%tres
@test "cqueue --step prints account, start and resources of steps" {
	local job
	job=$(csubmit -A physics -c 2 --mem 300 --wrap 'crun -c 1 --mem 100 sleep 3000')
	wait_until "[[ \$(cq --step=$job.2 -o %i) == $job.2 ]]" 15
	assert_eq "$(cq "--step=$job.2" --format '%a|%starttime|%tres')" \
		"physics|$(squeue -h -s -o '%i %S' | sed -n "s/^$job\.0 //p" | xargs -I{} date -d @{} '+%F %T')|cpu=1,mem=100M,node=1"
	assert_eq "$(cq "--step=$job.1" --format '%tres')" cpu=2,mem=300M,node=1,billing=2
}

# covers: ccontrol create.reservation.nodecnt create.reservation.partition create.reservation.account
# covers: ccontrol create.reservation.starttime create.reservation.duration
@test "ccontrol creates a reservation of a number of nodes of a partition" {
	local text
	run --separate-stderr as root ccontrol create reservation two partition=CPU nodecnt=2 starttime=now+1h \
		duration=2:0:0 account=physics
	assert_eq "$status $output$stderr" '0 Reservation two created successfully.'
	text=$(scontrol show reservation two -o)
	assert_contains "$text" ' NodeCnt=2 '
	assert_contains "$text" ' PartitionName=CPU '
	assert_contains "$text" ' Duration=02:00:00 '
	assert_contains "$text" ' Accounts=physics '
	scontrol delete ReservationName=two
}

# -- answers that no other file comes to ---------------------------------------------------------------------------------

# answered COMMAND WORD...: as craneuser
answered()
{
	run --separate-stderr as craneuser "$@"
}

@test "ccontrol show reports that there are no jobs, steps, licenses or dependencies" {
	scancel --user craneuser
	wait_until '[[ -z $(squeue -h) ]]' 20
	answered ccontrol show job
	assert_answer 0 'No job is running.'
	answered ccontrol show step
	assert_answer 0 'No step is running.'
	answered ccontrol show dependency
	assert_answer 0 'No job waits for a dependency.'
	answered ccontrol show lic
	assert_answer 0 'No license is available.'
	answered cqueue --json
	assert_eq "$(jq -c . <<<"$output")" '{"ok":true,"job_info_list":[]}'
}

# covers: cqueue --state; ccancel --state; ccontrol suspend
@test "a suspended job is shown, found and cancelled by its state" {
	local job
	job=$(submit --wrap 'sleep 3000')
	wait_for_state "$job" RUNNING 10
	run --separate-stderr as root ccontrol suspend "$job"
	assert_answer 0 "Jobs $job modified successfully."
	assert_eq "$(cq -o '%j %t' -t suspended)" "$job   Suspended "
	assert_eq "$(cq -o %j -t running)" ''
	assert_contains "$(as craneuser ccontrol show job "$job")" $'\n\tJobState=Suspended '
	answered ccancel -t pending,running
	assert_answer 0 ''
	answered ccancel --state s
	assert_answer 0 "Job $job cancelled successfully."
	wait_for_state "$job" CANCELLED 15
}

# covers: ccontrol requeue
@test "ccontrol requeue refuses a job of crun" {
	local job
	as craneuser crun -J interactive sleep 3000 >/dev/null 2>&1 </dev/null &
	wait_until '[[ -n $(squeue -h -t R -n interactive -o %i) ]]' 10
	job=$(squeue -h -n interactive -o %i)
	mine "$job"
	answered ccontrol requeue "$job"
	assert_eq "$status $output" "4 Job $job failed to requeue: Interactive jobs cannot be requeued"
	assert_eq "$(state_of "$job")" RUNNING
}

@test "every verb of ccontrol reports array tasks that do not exist" {
	local array verb
	array=$(submit --hold --array=1-3 --wrap true)
	for verb in hold suspend resume; do
		answered ccontrol "$verb" "${array}_7"
		assert_eq "$status" 1 "$verb"
		assert_contains "$stderr" "$verb jobs failed: Failed to modify job: ${array}_7. Reason: Array task ${array}_7: Job not found."
	done
	answered ccontrol update jobid="${array}_7" timelimit=1:0:0
	assert_answer 1 '' "change job time limit failed: Failed to modify job: ${array}_7. Reason: Array task ${array}_7: Job not found."
	answered ccancel "${array}_7.2"
	assert_answer 4 "Failed to cancel job: ${array}_7. Reason: Job not found." 'some jobs were not cancelled'
}

@test "ccontrol shows a reservation of less than an hour and refuses malformed nodes" {
	run --separate-stderr as root ccontrol create reservation short nodes=crane01 starttime=now+1h duration=0:45:0 account=a
	assert_answer 0 'Reservation short created successfully.'
	assert_contains "$(as craneuser ccontrol show reservation short)" ' Duration=45m0s'
	scontrol delete ReservationName=short
	run --separate-stderr as root ccontrol create reservation bad 'nodes=crane[' starttime=now+1h duration=1:0:0 account=a
	assert_eq "$status ${stderr_lines[0]}" '1 Failed to create reservation: Invalid craned_regex.'
}

# Objects that Slurm does not show to the user.
@test "ccontrol show reports that an object is private" {
	local conf=$MINICLUSTER_DIR/etc/slurm.conf
	echo 'PrivateData=reservations,nodes' >>"$conf"
	scontrol reconfigure
	answered ccontrol show reservation
	assert_eq "$status" 1
	assert_contains "$stderr" 'show reservations failed: Failed to retrieve reservation info: User has insufficient privilege'
	answered ccontrol show node
	assert_eq "$status" 1
	assert_contains "$stderr" 'show nodes failed: Failed to show nodes: User has insufficient privilege'
	sed -i '/^PrivateData=/d' "$conf"
	scontrol reconfigure
	answered ccontrol show reservation
	assert_answer 0 'No reservation is available.'
}
