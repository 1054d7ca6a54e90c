# SPDX-License-Identifier: GPL-2.0-or-later
#
# Read a job's fields and wait for its state, its steps, its start and its end.
#
# shellcheck shell=bash

# read_field JOB FIELD: sets REPLY to one of `scontrol show job`; times are seconds since 1970. Empty without that field.
read_field()
{
	local text=
	REPLY=
	case $2 in
	AdminComment|Comment)
		text=$(scontrol show job "$1" 2>/dev/null | sed -n "s/^   $2=//p;/^ *StdErr=/q")
		REPLY=${text%"${text##*[![:space:]]}"}
		return ;;
	esac
	text=$(scontrol show job -o "$1" 2>/dev/null) || return 0
	text=${text%%$'\n'*}
	[[ ! " $text" =~ [[:space:]]"$2"=([^[:space:]]*) ]] || REPLY=${BASH_REMATCH[1]}
}

# job_field JOB FIELD: prints the same.
job_field()
{
	read_field "$@"
	echo "$REPLY"
}

state_of()
{
	job_field "$1" JobState
}

start_of()
{
	job_field "$1" StartTime
}

end_of()
{
	job_field "$1" EndTime
}

# The last event of a whole array.
last_end_of()
{
	scontrol show job -o "$1" | grep -o ' EndTime=[0-9]*' | cut -d= -f2 | sort -n | tail -n 1
}

# wait_for_state JOB STATE SECONDS
wait_for_state()
{
	wait_until "read_field $1 JobState && [[ \$REPLY == $2 ]]" "$3" ||
		fail "job $1 is $(state_of "$1") ($(job_field "$1" Reason)), not $2"
}

# assert_cancelled JOB...: waits until each is cancelled.
assert_cancelled()
{
	local job
	for job; do
		wait_for_state "$job" CANCELLED 15 || return 1
	done
}

# Succeeds if the job, or every task of it, has ended. Fails for a job that slurmctld does not know.
job_is_over()
{
	local text
	text=$(scontrol show job -o "$1" 2>/dev/null) || return 1
	[[ $text == *' JobState='* &&
		! $text =~ \ JobState=(PENDING|RUNNING|SUSPENDED|COMPLETING|CONFIGURING|REQUEUED|REQUEUE_HOLD)\  ]]
}

# wait_for_end SECONDS JOB...
wait_for_end()
{
	local limit=$1 job
	shift
	for job; do
		wait_until "job_is_over $job" "$limit" || return 1
	done
}

# wait_for_steps JOB STEPS SECONDS: until the job shows these steps and no others, in that order.
wait_for_steps()
{
	wait_until "[[ \$(as craneuser cqueue --step=$1 -N -o %i | xargs) == '$2' ]]" "$3" ||
		fail "they are: $(as craneuser cqueue "--step=$1" -N -o %i | xargs)"
}

# The job has started: it runs or has run.
has_started()
{
	read_field "$1" JobState
	[[ $REPLY == @(RUNNING|COMPLETING|COMPLETED|FAILED) ]]
}

# assert_starts JOB LOW HIGH: waits for its start, and fails if it is not between the two times.
assert_starts()
{
	local limit=$(($3 - EPOCHSECONDS + 3))
	wait_until "has_started $1" "$((limit > 3 ? limit : 3))" || return 1
	assert_between "$2" "$3" "$(start_of "$1")" "start of job $1"
}

# later_of TIME TIME
later_of()
{
	echo $(($1 > $2 ? $1 : $2))
}

# requeue_and_start USER JOB: for a running batch job. Slurm itself waits two minutes before such a job's second start. A
# start in the same second as the requeue fails, since a node accepts only a credential that is younger, by whole seconds,
# than the request to end the job (Slurm 22.05.8 src/common/slurm_cred.c).
requeue_and_start()
{
	local pending
	as "$1" scontrol requeue "$2"
	wait_for_state "$2" PENDING 20
	pending=$EPOCHSECONDS
	wait_until "((EPOCHSECONDS > $pending))" 3
	as "$1" scontrol update "JobId=$2" StartTime=now
}
