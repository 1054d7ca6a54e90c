#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: a waiting job, changed under every spelling of its id that Slurm accepts
#
# slurmctld reads the number of a job with strtol(): blanks, a sign and zeros before it are ignored, in arrays too. scontrol
# refuses some of these spellings, libslurm none. A change has the same effect with every spelling of the id.

load common

setup_file()
{
	# One test computes the next job's id, so no other process may submit.
	private_cluster --nodes 2
	build_client update-job
}

# spellings_of ARRAY TASK: different spellings of the same task.
spellings_of()
{
	printf '%s\n' "$1_$2" "+$1_$2" " $1_$2" "$1_[$2]" "+0$1_[$2]" $'\t'"00$1_$2"
}

# own_id_of ARRAY TASK: the id of a task that has a record of its own.
own_id_of()
{
	job_field "$1_$2" JobId
}

# waiting_array TASKS: an array that waits an hour from the end of a job that has ended; sets array and ready.
waiting_array()
{
	local dependee
	dependee=$(submit_held)
	array=$(submit --array "$1" -d "crane:afterok:$dependee+1h" --wrap 'sleep 3000')
	wait_until "[[ \$(events_of $array) == . ]]" 5
	scontrol release "$dependee"
	wait_for_end 20 "$dependee"
	wait_until "[[ \$(events_of $array) == @* ]]" 5
	ready=$(($(end_of "$dependee") + 3600))
}

# assert_all_wait TASK...: none has started after five seconds, and then each has its ready time.
assert_all_wait()
{
	local task
	wait_until "((EPOCHSECONDS > $EPOCHSECONDS + 5))" 8
	assert_eq "$(squeue -h -r -j "$array" -t all -o %T | sort -u)" PENDING || return 1
	for task; do
		wait_until "[[ \$(job_field ${array}_$task EligibleTime) == $ready ]]" 5 || return 1
	done
}

@test "StartTime=now in every spelling of a waiting array's tasks starts none of them" {
	local task=0 name names
	waiting_array 0-12
	mapfile -t names < <(spellings_of "$array" TASK)
	for name in "${names[@]}"; do
		as craneuser "$update_job" "${name/TASK/$task}" StartTime=1
		((++task))
	done
	as craneuser scontrol update "JobId=+${array}_$task" StartTime=now
	as craneuser "$update_job" " ${array}_[$((task + 1))-$((task + 2))]" StartTime=1
	as craneuser "$update_job" "+$(own_id_of "$array" 0)" StartTime=1
	as craneuser "$update_job" "#$(own_id_of "$array" 1)" StartTime=1
	as craneuser "$update_job" "#$array" StartTime=1
	as craneuser "$update_job" " +$array" StartTime=1
	as root "$update_job" "+${array}_3" StartTime=1
	assert_all_wait {0..12}
}

@test "the SLUID of a waiting job names it, where Slurm has one" {
	local sluid
	waiting_array 1
	sluid=$(scontrol show job "$array" | grep -o 'SLUID=s[^ ]*' | cut -d= -f2) || true
	if [[ -n $sluid ]]; then
		as craneuser "$update_job" "$sluid" StartTime=1
		as root "$update_job" "$sluid" AdminComment=seen
	fi
	assert_all_wait 1
}

@test "Dependency= in every spelling frees the tasks that it names, and only these" {
	local task=0 name names from freed
	waiting_array 0-7
	mapfile -t names < <(spellings_of "$array" TASK)
	from=$EPOCHSECONDS
	for name in "${names[@]}"; do
		as craneuser "$update_job" "${name/TASK/$task}" Dependency=
		((++task))
	done
	for ((freed = 0; freed < task; freed++)); do
		assert_starts "${array}_$freed" "$from" $((EPOCHSECONDS + 4))
		assert_eq "$(events_of "${array}_$freed")" ''
	done
	assert_eq "$(state_of "${array}_7") $(job_field "${array}_7" EligibleTime)" "PENDING $ready"
}

@test "AdminComment= by root in every spelling keeps the record" {
	local task=0 name names
	waiting_array 0-6
	mapfile -t names < <(spellings_of "$array" TASK)
	for name in "${names[@]}"; do
		as root "$update_job" "${name/TASK/$task}" "AdminComment=seen $task"
		wait_until "[[ \$(job_field ${array}_$task AdminComment) == 'seen $task '*'e=@'* ]]" 5
		((++task))
	done
	as root "$update_job" "#$array" AdminComment=all
	wait_until "[[ \$(job_field ${array}_6 AdminComment) == 'all '*'e=@'* ]]" 5
	assert_all_wait 0 3 6
}

# next_id: the id that the next submission gets.
next_id()
{
	echo $(($(submit_held) + 1))
}

@test "StartTime=now and AdminComment= right after a submission do not remove its gate" {
	local dependee job id changed round
	dependee=$(submit_held)
	for round in 1 2 3 4 5 6; do
		id=$(next_id)
		if ((round % 2)); then
			as root "$update_job" --until-accepted "$id" AdminComment=early &
		else
			as craneuser "$update_job" --until-accepted "$id" StartTime=1 2>/dev/null &
		fi
		changed=$!
		job=$(submit -d "crane:afterok:$dependee+1h" --wrap true)
		wait "$changed"
		assert_eq "$job" "$id"
		wait_until "[[ \$(events_of $job) == . ]]" 5
		((round % 2 == 0)) || assert_contains "$(job_field "$job" AdminComment)" early
		wait_until "assert_closed $job 2>/dev/null" 3
	done
}
