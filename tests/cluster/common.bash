# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the tests of this folder share: submit as a plain user, wait with a deadline, read a job's fields, compare times,
# a cluster of a file's own.
#
# A file starts the jobs of all its slow tests together, in setup_file, by functions named given_...; each test then waits
# for its own jobs only, and looks at what became of them. So a file takes about as long as its slowest test.
#
# shellcheck shell=bash

bats_require_minimum_version 1.5.0

# Slurm prints times as seconds since 1970.
export SLURM_TIME_FORMAT='%s'

# As after a login, also where none was: salloc's interactive step and script(1) run what it names.
export SHELL=/bin/bash

# A begin time from here on is a closed gate: 2100-01-01.
readonly gate_time=4102444800

# Deadlines say what a machine at leisure needs; a slow or busy one gets so many times that. No promise is measured by a
# deadline: promises are compared with the times that Slurm recorded.
readonly patience=${CRANE_TEST_PATIENCE:-4}

minicluster()
{
	"$CRANE_TOP/contrib/minicluster/minicluster" "$@" 3>&-
}

# -- the release ------------------------------------------------------------------------------------------------------

# Where Slurm itself does a thing in another way on some releases, a test says which and how. The words go to the table of
# releases in doc/compatibility.md (tests/releases/table), so they are written for a reader who has only them.

# slurm_at_least 24 11: this Slurm is of that release or of a later one.
slurm_at_least()
{
	local release
	release=$(sbatch --version) && [[ $release =~ ([0-9]+)\.([0-9]+) ]] || return 2
	((10#${BASH_REMATCH[1]} * 100 + 10#${BASH_REMATCH[2]} >= 10#$1 * 100 + 10#$2))
}

# difference WORDS: this release works in another way than 22.05, and how.
difference()
{
	local words
	read -rd '' -a words <<<"$*" || true
	echo "# difference: ${words[*]}" >&3
}

# differs_since 24 11 WORDS: true, and the words are noted, when this Slurm is of that release or of a later one.
differs_since()
{
	slurm_at_least "$1" "$2" || return
	difference "${@:3}"
}

# -- failures ---------------------------------------------------------------------------------------------------------

fail()
{
	printf '%s\n' "$*" >&2
	return 1
}

assert_eq()
{
	[[ $1 == "$2" ]] || fail "wanted: $2"$'\n'"found:  $1${3:+$'\n'($3)}"
}

assert_contains()
{
	[[ $1 == *"$2"* ]] || fail "wanted in it: $2"$'\n'"found:        $1"
}

refute_contains()
{
	[[ $1 != *"$2"* ]] || fail "not wanted in it: $2"$'\n'"found: $1"
}

# assert_between LOW HIGH VALUE [WHAT]
assert_between()
{
	if [[ ! $3 =~ ^-?[0-9]+$ ]] || (($3 < $1 || $3 > $2)); then
		fail "${4:+$4: }wanted $1..$2, found $3"
	fi
}

# What helps to see why a test failed: the queue and the end of the controller's log.
dump_on_failure()
{
	[[ -z ${BATS_TEST_COMPLETED:-} ]] || return 0
	local file
	date '+-- failed at %s (%F %T)'
	squeue -r -a -t all -o '%i %u %T %r begin %S dep %E' 2>&1 | tail -n 60
	for file in "$MINICLUSTER_DIR"/log/slurmctld*.log; do
		echo "-- ${file##*/}"
		tail -n 40 -- "$file"
	done
}

teardown()
{
	dump_on_failure
	cancel_mine
}

# -- users and submissions --------------------------------------------------------------------------------------------

# The folder of the running test, or of the file while setup_file runs.
scratch()
{
	echo "${BATS_TEST_TMPDIR:-$BATS_FILE_TMPDIR}"
}

# as USER COMMAND...: in a clean folder of that user's. root stays root.
as()
{
	local user=$1 dir
	shift
	dir=$(scratch)/$user
	[[ -d $dir ]] || install -d -o "$user" "$dir"
	if [[ $user == root ]]; then
		(cd "$dir" && exec "$@") 3>&-
	else
		(cd "$dir" && exec runuser -u "$user" -- "$@") 3>&-
	fi
}

# submit SBATCH-OPTION...: as craneuser; prints the job's id. The job is cancelled when the test (the file) is over.
submit()
{
	local id
	id=$(as craneuser sbatch --parsable --output /dev/null "$@") || return 1
	echo "$id" | tee -a "$(scratch)/submitted"
}

# The same by cbatch, which says "Job id allocated: N".
csubmit()
{
	local line
	line=$(as craneuser cbatch --output /dev/null "$@") || return 1
	[[ $line =~ ^'Job id allocated: '([0-9]+)$ ]] || return 1
	echo "${BASH_REMATCH[1]}" | tee -a "$(scratch)/submitted"
}

# A job that only waits to be named by others: it never starts. (A short job that others are to wait for is submitted with
# --hold too, and released when the others are there: one that has ended by then can no longer be named.)
submit_held()
{
	submit --hold --wrap true
}

# Notes a job that was made without submit, so that it is cancelled too.
mine()
{
	printf '%s\n' "$@" >>"$(scratch)/submitted"
}

cancel_mine()
{
	local file
	file=$(scratch)/submitted
	[[ -s $file ]] || return 0
	xargs scancel --quiet <"$file" 3>&- 2>/dev/null || true
}

# In teardown, where the cluster is the file's own: no job is left when the next test begins, nor ending.
end_all_jobs()
{
	scancel --quiet --user craneuser 3>&- 2>/dev/null || true
	wait_until '[[ -z $(squeue -h) ]]' 20
}

# own_folder: the folder of craneuser where as() puts him, also for what a test itself lays there; sets out.
own_folder()
{
	out=$(scratch)/craneuser
	install -d -o craneuser "$out"
}

# program NAME <<TEXT: an executable of craneuser's in that folder.
program()
{
	local file
	file=$(scratch)/craneuser/$1
	cat >"$file"
	chmod 755 "$file"
}

# Where setup_file and the tests leave notes for each other: keep NAME VARIABLE..., then recall NAME.
keep()
{
	local name=$1 var
	shift
	for var; do
		[[ -n ${!var} ]] || fail "$name: no $var"
	done
	declare -p "$@" >"$BATS_FILE_TMPDIR/kept-$name"
}

recall()
{
	local text
	text=$(<"$BATS_FILE_TMPDIR/kept-$1") || fail "nothing was kept as $1"
	eval "${text//declare -/declare -g -}"
}

# Runs every given_... function of the file, one after the other.
all_given()
{
	local name
	for name in $(compgen -A function given_); do
		"$name"
	done
}

# -- jobs -------------------------------------------------------------------------------------------------------------

# job_field JOB FIELD: one of `scontrol show job`; times are seconds since 1970. Empty without that field.
job_field()
{
	local text
	text=$(scontrol show job -o "$1" 2>/dev/null) || return 0
	text=${text%%$'\n'*}
	case $2 in
	AdminComment|Comment)
		text=$(scontrol show job "$1" | sed -n "s/^   $2=//p;/^ *StdErr=/q")
		echo "${text%"${text##*[![:space:]]}"}"
		return ;;
	esac
	[[ " $text" =~ [[:space:]]"$2"=([^[:space:]]*) ]] && echo "${BASH_REMATCH[1]}"
	return 0
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

# wait_until 'COMMAND' SECONDS: polls until it is true, up to patience times as long.
wait_until()
{
	local sec=$(($2 * patience)) limit
	limit=$((${EPOCHREALTIME/./} + sec * 1000000))
	until eval "$1"; do
		((${EPOCHREALTIME/./} < limit)) || fail "not within $sec s: $1" || return 1
		sleep 0.1
	done
}

# wait_for_state JOB STATE SECONDS
wait_for_state()
{
	wait_until "[[ \$(state_of $1) == $2 ]]" "$3" ||
		fail "job $1 is $(state_of "$1") ($(job_field "$1" Reason)), not $2"
}

# assert_cancelled JOB...: each has come to that, or soon will.
assert_cancelled()
{
	local job
	for job; do
		wait_for_state "$job" CANCELLED 15 || return 1
	done
}

# Has the job (every task of it) come to its end? One that slurmctld does not know has not.
job_is_over()
{
	local states
	states=$(scontrol show job -o "$1" 2>/dev/null | grep -o ' JobState=[A-Z_]*') || return 1
	! grep -qE '=(PENDING|RUNNING|SUSPENDED|COMPLETING|CONFIGURING|REQUEUED|REQUEUE_HOLD)$' <<<"$states"
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

# wait_for_steps JOB STEPS SECONDS: until these and no others are shown of it, in that order.
wait_for_steps()
{
	wait_until "[[ \$(as craneuser cqueue --step=$1 -N -o %i | xargs) == '$2' ]]" "$3" ||
		fail "they are: $(as craneuser cqueue "--step=$1" -N -o %i | xargs)"
}

# The job has started: it runs or has run.
has_started()
{
	[[ $(state_of "$1") == @(RUNNING|COMPLETING|COMPLETED|FAILED) ]]
}

# assert_starts JOB LOW HIGH: waits for its start, which is to lie between the two moments.
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

# requeue_and_start USER JOB: of a job that runs, batch script and all. Slurm itself waits two minutes before such a job's
# second start; one that comes in the same second as the requeue fails, since a node takes no credential that is not
# younger, by whole seconds, than the order to end the job (Slurm 22.05.8 src/common/slurm_cred.c).
requeue_and_start()
{
	local pending
	as "$1" scontrol requeue "$2"
	wait_for_state "$2" PENDING 20
	pending=$EPOCHSECONDS
	wait_until "((EPOCHSECONDS > $pending))" 3
	as "$1" scontrol update "JobId=$2" StartTime=now
}

# All that slurmctld knows now is saved: the file holds a job that came after it. It saves at most every five seconds
# (Slurm 22.05.8 src/slurmctld/state_save.c), and a crash undoes what it has not saved, with or without the plugin.
wait_for_save()
{
	local name=saved-$RANDOM
	submit --hold --job-name "$name" --wrap true
	wait_until "grep -q $name '$MINICLUSTER_DIR/state/job_state'" 10
}

# The job can never start: it waits behind a closed gate.
assert_closed()
{
	assert_eq "$(state_of "$1")" PENDING "job $1"
	assert_between "$gate_time" $((gate_time + 86400)) "$(start_of "$1")" "gate of job $1"
}

# What is left of a record of ours in a job's admin_comment: the events of its edges, "" without a record.
events_of()
{
	local comment
	comment=$(job_field "$1" AdminComment)
	[[ $comment =~ \[crane:1\;[^]]*\;e=([^]]*)\] ]] && echo "${BASH_REMATCH[1]}"
	return 0
}

# What `ccontrol show job` says of a job's dependency: all behind "Dependency=".
dependency_of()
{
	as craneuser ccontrol show job "$1" | sed -n 's/^[[:space:]]*Dependency=//p'
}

# wait_for_dependency JOB TEXT SECONDS
wait_for_dependency()
{
	wait_until "[[ \$(dependency_of $1) == '$2' ]]" "$3" || fail "it is: $(dependency_of "$1")"
}

# -- the film: what the queue looked like, twice a second -------------------------------------------------------------

start_film()
{
	(
		while :; do
			squeue -h -r -a -t all -o '%i %T %S %e' >"$BATS_FILE_TMPDIR/frame" 2>/dev/null &&
				sed "s/^/$EPOCHSECONDS /" "$BATS_FILE_TMPDIR/frame"
			sleep 0.5
		done
	) >"$BATS_FILE_TMPDIR/film" 2>/dev/null 3>&- &
	echo $! >"$BATS_FILE_TMPDIR/film.pid"
}

stop_film()
{
	local pid
	pid=$(<"$BATS_FILE_TMPDIR/film.pid") && kill "$pid"
}

# The film so far. Its last line may still be in the writing.
film()
{
	sed '$d' "$BATS_FILE_TMPDIR/film"
}

# assert_waited JOB UNTIL: seen before UNTIL, and each time it was pending. A frame carries the time at which it was
# complete, so what it shows was true before.
assert_waited()
{
	local states
	states=$(film | awk -v job="$1" -v until="$2" '$2 == job && $1 < until { print $3 }' | sort | uniq -c)
	[[ $states =~ ^\ *[0-9]+\ PENDING$ ]] || fail "job $1 before $2 was seen as: ${states:-nothing}"
}

# filmed_end JOB: when it ended, also when slurmctld has forgotten it since.
filmed_end()
{
	film | awk -v job="$1" '$2 == job && $3 !~ /^(PENDING|RUNNING|COMPLETING)$/ { end = $5 } END { print end }'
}

# filmed_start JOB
filmed_start()
{
	film | awk -v job="$1" '$2 == job && $3 != "PENDING" { start = $4 } END { print start }'
}

# -- a cluster of a file's own ----------------------------------------------------------------------------------------

# private_cluster [OPTION of minicluster up...]: in setup_file; from then on all commands mean that cluster. Ended jobs stay as
# long as a file may want to look at them. A job that the tests themselves may run in does not count there.
private_cluster()
{
	unset "${!CRANE_JOB@}" "${!SLURM_JOB@}" "${!SBATCH_@}" "${!SRUN_@}" "${!SALLOC_@}"
	MINICLUSTER_DIR=$(mktemp -d "${TMPDIR:-/tmp}/crane-own.XXXXXX")
	export MINICLUSTER_DIR
	chmod 755 "$MINICLUSTER_DIR"
	minicluster up --conf 'DefMemPerCPU=50' --conf 'MinJobAge=900' "$@"
	eval "$(minicluster env)"
	# Another plugin may have no look to take.
	[[ " $* " == *' --plugindir '* ]] || wait_for_first_look
}

# Until the plugin has looked at all jobs once, which it says, changes of a job's begin time are refused: "try again".
wait_for_first_look()
{
	wait_until 'grep -q "jobs wait for a dependency" "$MINICLUSTER_DIR/log/slurmctld.log"' 10
}

# The suite's cluster stays.
end_private_cluster()
{
	[[ $MINICLUSTER_DIR != "$CRANE_SUITE_DIR" ]] || return 0
	minicluster down
}

teardown_file()
{
	cancel_mine
	end_private_cluster
}
