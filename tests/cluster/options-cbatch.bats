#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: `cbatch`: every option arrives
#
# Each option of cbatch reaches the job: its effect is read from Slurm's record of the job or inside the job. cbatch.bats
# tests options with more effects, dependency.bats dependencies.

# Other shells expand the texts with $.
# shellcheck disable=SC2016,SC2154

load common

# A cluster of its own: it stores wckeys, requeues only jobs with --requeue, and logs requests, for options that no record
# shows.
setup_file()
{
	private_cluster --nodes 3 --cpus 8 --conf 'TrackWCKey=yes' --conf 'SlurmctldDebug=debug3' \
		--conf 'JobRequeue=0'
}

setup()
{
	own_folder
}

# A job that never starts.
held()
{
	csubmit --hold --wrap true "$@"
}

# all_ran JOB...: they have succeeded. Jobs that do not wait for each other are submitted together.
all_ran()
{
	local job
	wait_for_end 30 "$@"
	for job; do
		assert_eq "$(state_of "$job")" COMPLETED "job $job"
	done
}

# assert_fields JOB FIELD=VALUE...: the fields in `scontrol show job`.
assert_fields()
{
	local job=$1 pair
	shift
	for pair; do
		assert_eq "${pair%%=*}=$(job_field "$job" "${pair%%=*}")" "$pair" "job $job"
	done
}

# covers: cbatch --account --partition --wckey
@test "cbatch --account, --partition and --wckey reach the job" {
	local job
	job=$(held -A physics -p GPU --wckey thesis)
	assert_fields "$job" Account=physics Partition=GPU WCKey=thesis
	job=$(held --account chemistry)
	assert_fields "$job" Account=chemistry Partition=CPU
}

# covers: cbatch --qos
@test "cbatch --qos reaches Slurm without a database" {
	held -q high-of-cbatch
	wait_until "grep -q ' qos=high-of-cbatch ' $MINICLUSTER_DIR/log/slurmctld.log" 5
}

# covers: cbatch --job-name
@test "cbatch names a job as given, after its script or Wrap" {
	local job
	job=$(held -J 'a name')
	assert_eq "$(squeue -h -j "$job" -o %j)" 'a name'
	job=$(held)
	assert_eq "$(squeue -h -j "$job" -o %j)" Wrap
	printf '#!/bin/bash\n' >"$out/script.sh"
	job=$(csubmit -H script.sh)
	assert_eq "$(squeue -h -j "$job" -o %j)" script.sh
}

# covers: cbatch --nodes --ntasks --ntasks-per-node
@test "cbatch -N, -n and --ntasks-per-node reach the job" {
	local job
	job=$(held -N 2 -n 3 --ntasks-per-node 2)
	assert_fields "$job" NumNodes=2-2 NumTasks=3 NtasksPerN:B:S:C=2:0:*:*
	job=$(held -N 3)
	assert_fields "$job" NumNodes=3-3 NumTasks=3
	job=$(held -n 5)
	assert_fields "$job" NumNodes=1-1 NumTasks=5
}

# covers: cbatch --cpus-per-task --mem
@test "cbatch -c and --mem reach the job" {
	local job
	job=$(held -c 3 -n 2 --mem 1.5G)
	assert_fields "$job" CPUs/Task=3 NumCPUs=6 MinMemoryNode=1.50G
}

# covers: cbatch --mem-per-cpu
@test "cbatch --mem-per-cpu reaches the job" {
	local job
	job=$(held --mem-per-cpu 70)
	assert_fields "$job" MinMemoryCPU=70M
}

# covers: cbatch --time
@test "cbatch -t sets the time limit, and a job without it has no limit" {
	local job
	job=$(held -t 1-2:30:0)
	assert_fields "$job" TimeLimit=1-02:30:00
	job=$(held)
	assert_fields "$job" TimeLimit=UNLIMITED
}

# covers: cbatch --begin
@test "cbatch -b delays the job" {
	local job from=$EPOCHSECONDS
	job=$(csubmit -b now+3h --wrap true)
	assert_between $((from + 10800)) $((EPOCHSECONDS + 10801)) "$(job_field "$job" EligibleTime)"
	assert_fields "$job" JobState=PENDING Reason=BeginTime
	job=$(csubmit --begin 2098-01-20T12:34 --wrap true)
	assert_fields "$job" EligibleTime="$(date -d 2098-01-20T12:34 +%s)"
}

# covers: cbatch --hold
@test "cbatch -H holds the job until it is released" {
	local job
	job=$(csubmit -H --wrap true)
	assert_fields "$job" JobState=PENDING Reason=JobHeldUser Priority=0
	as craneuser ccontrol release "$job"
	wait_for_end 20 "$job"
	assert_fields "$job" JobState=COMPLETED
}

# covers: cbatch --requeue
@test "cbatch --requeue allows a requeue where the site's default forbids it" {
	local job
	job=$(held --requeue)
	assert_fields "$job" Requeue=1
	job=$(held)
	assert_fields "$job" Requeue=0
	job=$(held --no-requeue)
	assert_fields "$job" Requeue=0
}

# covers: cbatch --dependency
@test "cbatch -d makes the job wait" {
	local first second
	first=$(csubmit -H --wrap true)
	second=$(csubmit -d "afterok:$first" --wrap true)
	assert_closed "$second"
	assert_eq "$(dependency_of "$second")" "PendingDependencies=afterok:$first Status=WaitForAll"
	as craneuser ccontrol release "$first"
	wait_for_end 60 "$first" "$second"
	assert_fields "$second" JobState=COMPLETED
	assert_between "$(end_of "$first")" "$EPOCHSECONDS" "$(start_of "$second")" 'its start'
}

# covers: cbatch --chdir --output --error
@test "cbatch -D sets the folder that files are relative to" {
	mkdir "$out/sub" "$out/own"
	chown craneuser "$out"/*
	all_ran "$(csubmit -D "$out/sub" -o out.%j -e err.%j --wrap 'pwd; echo oops >&2')"
	assert_eq "$(cat "$out"/sub/out.*)" "$out/sub"
	assert_eq "$(cat "$out"/sub/err.*)" oops
}

# covers: cbatch --output --error
@test "cbatch writes one file of Crane's name without -o, and -e separates the errors" {
	local one two
	one=$(as craneuser cbatch --wrap 'echo out; echo err >&2')
	two=$(as craneuser cbatch -e errors --wrap 'echo out; echo err >&2')
	all_ran "${one##* }" "${two##* }"
	assert_eq "$(<"$out/Crane-${one##* }.out")" $'out\nerr'
	assert_eq "$(<"$out/Crane-${two##* }.out") $(<"$out/errors")" 'out err'
}

# covers: cbatch --exclude --nodelist
@test "cbatch -w and -x choose among nodes" {
	local left_out any both
	left_out=$(csubmit -x crane01,crane02 --wrap true)
	any=$(csubmit -w crane02,crane03 --wrap true)
	both=$(csubmit -w crane02,crane03 -N 2 --wrap true)
	all_ran "$left_out" "$any" "$both"
	assert_fields "$left_out" NodeList=crane03 'ExcNodeList=crane[01-02]'
	# A set of candidates, not the nodes of the job.
	assert_fields "$any" NumNodes=1
	[[ $(job_field "$any" NodeList) == crane0[23] ]]
	assert_fields "$both" NumNodes=2 'NodeList=crane[02-03]'
}

# covers: cbatch --exclusive
@test "cbatch --exclusive keeps other jobs from the node" {
	local job second
	job=$(csubmit --exclusive -w crane02 --wrap 'sleep 3000')
	wait_for_state "$job" RUNNING 10
	assert_fields "$job" NumCPUs=8 NumTasks=1
	second=$(csubmit -w crane02 --wrap true)
	wait_until "[[ \$(job_field $second Reason) == Resources ]]" 10
}

# covers: cbatch --export
@test "cbatch --export passes all, parts or nothing of the environment, and always Crane's variables" {
	local show='echo "[$FOO] [$BAR] [$NEW] [$CRANE_OWN]"'
	export FOO=1 BAR='two words' CRANE_OWN=mine
	all_ran "$(csubmit -o all --wrap "$show")" "$(csubmit --export FOO,NEW=x=y -o list --wrap "$show")" \
		"$(csubmit --export NONE -o none --wrap "$show")" "$(csubmit --export NIL -o nil --wrap "$show")"
	assert_eq "$(cat "$out"/{all,list,none,nil})" '[1] [two words] [] [mine]
[1] [] [x=y] [mine]
[] [] [] [mine]
[] [] [] [mine]'
}

# covers: cbatch --reservation
@test "cbatch -r runs the job on the nodes of its reservation" {
	local job
	scontrol create reservation ReservationName=ours Users=craneuser StartTime=now Duration=10 Nodes=crane03
	job=$(csubmit -r ours --wrap true)
	all_ran "$job"
	assert_fields "$job" Reservation=ours NodeList=crane03
	job=$(csubmit -w crane03 --wrap true)
	wait_until "[[ \$(job_field $job Reason) == *ReqNodeNotAvail* ]]" 10
	scancel "$job"
	scontrol delete ReservationName=ours
}

# covers: cbatch --json --wrap
@test "cbatch --json prints the job id" {
	local id
	id=$(as craneuser cbatch --json -H -o /dev/null --wrap true | jq -r 'select(.ok) | .job_id')
	mine "$id"
	assert_fields "$id" JobState=PENDING
}

# covers: cbatch --config
@test "cbatch -C names the cluster and takes precedence over SLURM_CONF" {
	local line
	line=$(SLURM_CONF=/nonexistent as craneuser cbatch -C "$MINICLUSTER_DIR/etc/slurm.conf" -H -o /dev/null --wrap true)
	mine "${line##* }"
	assert_fields "${line##* }" JobState=PENDING UserId="craneuser($(id -u craneuser))"
	run as craneuser cbatch -C "$BATS_TEST_TMPDIR/gone.conf" --wrap true
	assert_eq "$status" 2
}

# -- what users write --------------------------------------------------------------------------------------------------

@test "names, comments, files and shell text of any kind reach the job unchanged" {
	local text job n=0
	local -A id_of=()
	for text in 'a b' "it's" '"q"' '$(id)' '`id`' '-x' '--hold' $'two\nlines' $'tab\there' 'ü€計' '*' 'a;b|c&d' "$(printf 'x%.0s' {1..60})"; do
		id_of[$text]=$(csubmit -J "$text" --comment "$text" -o "$text" --wrap "cat <<'END'"$'\n'"$text"$'\n'END)
	done
	for text in "${!id_of[@]}"; do
		job=${id_of[$text]}
		wait_for_end 30 "$job"
		assert_eq "$(squeue -h -t all -j "$job" -o %j)" "$text" 'its name'
		assert_eq "$(squeue -h -t all -j "$job" -o %k)" "$text" 'its comment'
		assert_eq "$(cat "$out/$text")" "$text" 'what it wrote'
		n=$((n + 1))
	done
	assert_eq "$n" 13
	# No other file was made, and no other command was run.
	assert_eq "$(find "$out" -mindepth 1 -maxdepth 1 -printf x | wc -c)" 13
}

@test "a comment and shell text hold 300 characters, and a name and a file are refused" {
	local text job
	text=$(printf 'x%.0s' {1..300})
	job=$(csubmit --comment "$text" -o long --wrap "echo $text")
	all_ran "$job"
	assert_eq "$(squeue -h -t all -j "$job" -o %k)" "$text"
	assert_eq "$(<"$out/long")" "$text"
	run as craneuser cbatch -J "$text" --wrap true
	assert_eq "$status ${lines[0]}" '2 Error: invalid argument: name is too long (up to 60)'
	run as craneuser cbatch -o "$text" --wrap true
	assert_eq "$status ${lines[0]}" '2 Error: invalid argument: invalid output file path: file name length exceeds 127 characters'
	assert_eq "$(ls "$out")" long
}
