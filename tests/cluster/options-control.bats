#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Options, keys and columns of cqueue, ccancel and ccontrol that no other file of this folder has a reason to use.

# stderr comes from run.
# shellcheck disable=SC2154

load common

# A cluster of its own: it keeps wckeys, and its nodes are reserved here.
setup_file()
{
	private_cluster --nodes 3 --cpus 8 --conf 'TrackWCKey=yes'
}

teardown_file()
{
	end_private_cluster
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
@test "-C names the cluster, and outranks SLURM_CONF" {
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
@test "columns: wckey, submission, priority, account" {
	local job
	job=$(csubmit -b now+1h -A physics --wckey thesis --wrap true)
	assert_eq "$(cq -j "$job" -o '%K|%a|%p|%s')" \
		"thesis | physics | $(job_field "$job" Priority) | $(date -d "@$(job_field "$job" SubmitTime)" '+%F %T') "
	assert_between 1 4294967294 "$(job_field "$job" Priority)"
}

# Without a database no job has a QoS, whatever it asked for.
# covers: cqueue --qos %qos step:%qos
@test "the QoS: a column, and a filter that lets nothing pass when no job has one" {
	local job
	job=$(csubmit -q high --wrap 'sleep 60')
	wait_for_state "$job" RUNNING 10
	assert_eq "$(squeue -h -j "$job" -o %q)" '(null)'
	assert_eq "$(as craneuser cqueue -j "$job" -o '%q')" $'QOS \n    '
	assert_eq "$(as craneuser cqueue "--step=$job.1" --format '%q|')" $'QOS|\n   |'
	assert_eq "$(cq -j "$job" -o %j)" "$job "
	assert_eq "$(cq -j "$job" -q high -o %j)" ''
	assert_eq "$(as craneuser cqueue -q high | xargs -n 1 | tail -n 1)" QOS
}

# covers: cqueue --step step:%account step:%starttime step:%tres
@test "columns of steps: account, start, what it has" {
	local job
	job=$(csubmit -A physics -c 2 --mem 300 --wrap 'crun -c 1 --mem 100 sleep 60')
	wait_until "[[ \$(cq --step=$job.2 -o %i) == $job.2 ]]" 15
	assert_eq "$(cq "--step=$job.2" --format '%a|%starttime|%tres')" \
		"physics|$(squeue -h -s -o '%i %S' | sed -n "s/^$job\.0 //p" | xargs -I{} date -d @{} '+%F %T')|cpu=1,mem=100M,node=1"
	assert_eq "$(cq "--step=$job.1" --format '%tres')" cpu=2,mem=300M,node=1,billing=2
}

# covers: ccontrol create.reservation.nodecnt create.reservation.partition create.reservation.account
# covers: ccontrol create.reservation.starttime create.reservation.duration
@test "a reservation of so many nodes of a partition" {
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
