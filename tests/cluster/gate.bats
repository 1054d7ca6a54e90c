#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: a waiting job under `scontrol`, `scancel` and submission options
#
# The effect of scontrol, scancel and options of the submission on a job that waits for a Crane dependency, by its owner, by
# another user and by root. The rules: nothing starts the job early; with a begin time the job also waits for that; if its
# dependency is removed or replaced by one of Slurm's, it has no gate any more.

load common

# gated [OPTION...]: a job that waits for the start of $dependee and two seconds more, known to slurmctld and the plugin.
gated()
{
	local id
	id=$(submit -d "crane:after:$dependee+2s" "$@" --wrap 'sleep 3000')
	wait_until "[[ \$(events_of $id) == . ]]" 5
	echo "$id"
}

setup_file()
{
	build_client update-job
}

setup()
{
	dependee=$(submit --hold --wrap 'sleep 3000')
}

# Starts the dependee; sets fired, the ready time of the jobs of gated.
fire()
{
	scontrol release "$dependee"
	wait_until "has_started $dependee" 10
	fired=$(($(start_of "$dependee") + 2))
}

# Asserts after one or two seconds that the job has not started and has a closed gate.
assert_stays_closed()
{
	local job
	wait_until "((EPOCHSECONDS > $EPOCHSECONDS + 1))" 3
	for job; do
		assert_closed "$job" || return 1
		assert_eq "$(events_of "$job")" . "events of $job" || return 1
	done
}

# assert_fires JOB...: each starts at its ready time.
assert_fires()
{
	local job
	fire
	for job; do
		assert_starts "$job" "$fired" $((fired + 2)) || return 1
	done
}

refused()
{
	run "$@"
	[[ $status != 0 ]] || fail "accepted: $*"
}

# -- begin times -------------------------------------------------------------------------------------------------------

@test "StartTime=now and EligibleTime=now, by owner and root, do not open the gate" {
	local a b c d
	a=$(gated) b=$(gated) c=$(gated) d=$(gated)
	as craneuser scontrol update "JobId=$a" StartTime=now
	as root scontrol update "JobId=$b" StartTime=now
	as craneuser scontrol update "JobId=$c" EligibleTime=now
	as root scontrol update "JobId=$d" StartTime=2000-01-01T00:00:00
	assert_stays_closed "$a" "$b" "$c" "$d"
	assert_fires "$a" "$b" "$c" "$d"
}

@test "a later StartTime, by owner and root, delays the job further" {
	local a b c begin ready
	a=$(gated) b=$(gated) c=$(gated)
	begin=$((EPOCHSECONDS + 12))
	as craneuser scontrol update "JobId=$a" "StartTime=$(date -d "@$begin" +%FT%T)"
	as root scontrol update "JobId=$b" "StartTime=$(date -d "@$begin" +%FT%T)"
	as craneuser scontrol update "JobId=$c" "StartTime=$(date -d "@$begin" +%FT%T)"
	as craneuser scontrol update "JobId=$c" StartTime=now # taken back
	assert_stays_closed "$a" "$b" "$c"
	assert_fires "$c"
	ready=$(later_of "$begin" "$fired")
	assert_starts "$a" "$ready" $((ready + 2))
	assert_starts "$b" "$ready" $((ready + 2))
}

@test "StartTime=now while the delay runs does not shorten it" {
	local a b end
	dependee=$(submit_held)
	a=$(submit -d "crane:afterok:$dependee+12s" --wrap true)
	b=$(submit -d "crane:afterok:$dependee+12s" --wrap true)
	scontrol release "$dependee"
	wait_for_end 10 "$dependee"
	end=$(end_of "$dependee")
	wait_until "[[ \$(events_of $a) == @* && \$(events_of $b) == @* ]]" 3
	as craneuser scontrol update "JobId=$a" StartTime=now
	as root scontrol update "JobId=$b" StartTime=now
	assert_starts "$a" $((end + 12)) $((end + 14))
	assert_starts "$b" $((end + 12)) $((end + 14))
}

# -- dependencies ------------------------------------------------------------------------------------------------------

@test "Dependency= with nothing, by owner and root, frees the job" {
	local a b from to
	a=$(gated) b=$(gated)
	from=$EPOCHSECONDS
	as craneuser scontrol update "JobId=$a" Dependency=
	as root scontrol update "JobId=$b" Dependency=
	to=$((EPOCHSECONDS + 4))
	assert_starts "$a" "$from" "$to"
	assert_starts "$b" "$from" "$to"
	assert_eq "$(job_field "$a" AdminComment)" ''
	assert_eq "$(job_field "$b" AdminComment)" ''
}

@test "Dependency= with Slurm's own, by owner and root, leaves the job to Slurm" {
	local a b other
	other=$(submit --hold --wrap 'sleep 3000')
	a=$(gated) b=$(gated)
	as craneuser scontrol update "JobId=$a" "Dependency=after:$other"
	as root scontrol update "JobId=$b" "Dependency=after:$other"
	wait_until "[[ -z \$(events_of $a) && -z \$(events_of $b) ]]" 5
	fire
	wait_until "((EPOCHSECONDS > $fired + 1))" 6
	assert_eq "$(state_of "$a") $(state_of "$b")" "PENDING PENDING"
	assert_eq "$(job_field "$a" Dependency)" "after:$other(unfulfilled)"
	scontrol release "$other"
	wait_until "has_started $other" 10
	submit --wrap true # Slurm looks at its own dependencies when it has something to schedule
	wait_until "has_started $a && has_started $b" 10
}

@test "Dependency=crane:..., by owner and root, takes the old one's place" {
	local a b other ready
	other=$(submit --hold --wrap 'sleep 3000')
	a=$(gated) b=$(gated)
	as craneuser scontrol update "JobId=$a" "Dependency=crane:after:$other+1s"
	as root scontrol update "JobId=$b" "Dependency=crane:after:$other+1s"
	wait_until "[[ \$(dependency_of $a) == *after:$other+00:00:01* && \$(dependency_of $b) == *after:$other+00:00:01* ]]" 5
	fire
	wait_until "((EPOCHSECONDS > $fired + 1))" 6
	assert_closed "$a"
	assert_closed "$b"
	scontrol release "$other"
	wait_until "has_started $other" 10
	ready=$(($(start_of "$other") + 1))
	assert_starts "$a" "$ready" $((ready + 2))
	assert_starts "$b" "$ready" $((ready + 2))
}

# scontrol update of a job without a dependency so far, which the plugin has to load first: 22.05's slurmctld repeats the
# update by itself.
try_change()
{
	local actor=$1
	shift
	if ! differs_since 23 2 'scontrol update Dependency=crane:... of a job that had none may answer once that the job is being looked
		up and the change is to be tried again'; then
		as "$actor" scontrol update "$@"
		return
	fi
	run as "$actor" scontrol update "$@"
	((status)) || return 0
	assert_contains "$output" "crane: the job is being looked up; try again"
	wait_until "as $actor scontrol update $* 2>/dev/null" 5
}

@test "a job without a dependency can be given a Crane one, and one whose gate is open again another" {
	local plain job ready released actor jobs=()
	for actor in craneuser root; do
		plain=$(submit --begin now+1hour --wrap true)
		try_change "$actor" "JobId=$plain" "Dependency=crane:after:$dependee" StartTime=now
		wait_until "[[ \$(events_of $plain) == . ]]" 5
		assert_contains "$(job_field "$plain" AdminComment)" ';m=sbatch;'
		jobs+=("$plain")
	done
	job=$(submit --hold -d "crane:after:$dependee" --wrap true)
	fire
	assert_starts "${jobs[0]}" $((fired - 2)) "$fired"
	assert_starts "${jobs[1]}" $((fired - 2)) "$fired"
	wait_until "[[ \$(events_of $job) == @* ]]" 5
	as craneuser scontrol update "JobId=$job" "Dependency=crane:after:$dependee+10s"
	scontrol release "$job"
	released=$EPOCHSECONDS
	ready=$((fired + 8))
	assert_starts "$job" "$ready" $(($(later_of "$ready" "$released") + 2))
}

@test "a bad, unknown or circular dependency in an update is refused and changes nothing" {
	local a b actor bad before
	a=$(gated)
	b=$(submit -d "crane:afterok:$a" --wrap true)
	before=$(job_field "$a" AdminComment)
	for actor in craneuser root; do
		for bad in crane:afterok: "crane:after:$dependee:$dependee" crane:after:99999 "crane:after:$a" "crane:afterok:$b+1s" \
			"afterok:$b" foo:1; do
			refused as "$actor" scontrol update "JobId=$a" "Dependency=$bad"
			refused as "$actor" scontrol update "JobId=$a" "Dependency=$bad" StartTime=now
		done
	done
	assert_stays_closed "$a"
	assert_eq "$(job_field "$a" AdminComment)" "$before"
	assert_eq "$(job_field "$a" Dependency)" "after:$dependee(unfulfilled)"
	assert_fires "$a"
}

# -- other users, other fields -----------------------------------------------------------------------------------------

@test "another user cannot change a gated job" {
	local a change before
	a=$(gated)
	before=$(scontrol show job "$a" | grep -vE 'AccrueTime|LastSchedEval')
	for change in StartTime=now EligibleTime=now Dependency= "Dependency=crane:after:$a" "Dependency=after:$dependee" \
		AdminComment=x Comment=x Priority=1 Nice=-5; do
		refused as craneother scontrol update "JobId=$a" "$change"
	done
	refused as craneother scontrol release "$a"
	refused as craneother scontrol hold "$a"
	refused as craneother scancel --verbose "$a"
	assert_stays_closed "$a"
	assert_eq "$(scontrol show job "$a" | grep -vE 'AccrueTime|LastSchedEval')" "$before"
}

# flood USER JOB FIELD=VALUE: sends refused updates for 30 seconds at full speed. Prints their number.
flood()
{
	if as "$1" "$update_job" --for 30 "${@:2}" 2>/dev/null; then
		fail "the last one was accepted"
	fi
}

# bats test_tags=long
@test "refused changes by others at full speed and by the owner at full speed do not delay a job" {
	local a b clients=() pid
	a=$(gated) b=$(gated)
	flood craneother "$a" Dependency= >/dev/null &
	clients+=($!)
	flood craneother "$a" "Dependency=crane:after:$dependee+1h" StartTime=1 >/dev/null &
	clients+=($!)
	flood craneuser "$b" "Dependency=crane:after:$b" >/dev/null & # a circle, which Slurm refuses
	clients+=($!)
	wait_until '(($(grep -c "uid=[0-9]*: Invalid user id" "$MINICLUSTER_DIR/log/slurmctld.log") > 200))' 10
	fire
	assert_starts "$a" "$fired" $((fired + 2))
	assert_starts "$b" "$fired" $((fired + 2))
	for pid in "${clients[@]}"; do
		wait "$pid"
	done
}

@test "AdminComment= by root keeps the site's text and the record, and the owner may not set it" {
	local a b
	a=$(gated) b=$(gated)
	refused as craneuser scontrol update "JobId=$a" 'AdminComment=mine'
	as root scontrol update "JobId=$a" 'AdminComment=seen by the site'
	as root scontrol update "JobId=$b" 'AdminComment='
	as root scontrol update "JobId=$b" 'AdminComment=[crane:1;k=0;m=sbatch;b=0;d=after:1;e=@1]'
	assert_contains "$(job_field "$a" AdminComment)" 'seen by the site'
	assert_stays_closed "$a" "$b"
	assert_fires "$a" "$b"
	assert_contains "$(job_field "$a" AdminComment)" 'seen by the site'
}

@test "Comment=, Priority=, Nice= and a time limit leave the gate alone" {
	local a b
	a=$(gated) b=$(gated)
	as craneuser scontrol update "JobId=$a" 'Comment=[crane:1;k=0;m=sbatch;b=0;d=after:1;e=@1]'
	as craneuser scontrol update "JobId=$a" Nice=10
	as craneuser scontrol update "JobId=$a" TimeLimit=10
	refused as craneuser scontrol update "JobId=$a" Priority=4294901000
	as root scontrol update "JobId=$b" Priority=4294901000
	as root scontrol update "JobId=$b" Comment=x Nice=-10
	assert_stays_closed "$a" "$b"
	assert_fires "$a" "$b"
}

# -- hold, release, requeue --------------------------------------------------------------------------------------------

@test "release, uhold and top do not open the gate, and hold holds beyond it" {
	local a b c
	a=$(gated) b=$(gated) c=$(gated)
	as craneuser scontrol release "$a"
	as root scontrol release "$b"
	as craneuser scontrol uhold "$a"
	as root scontrol uhold "$b"
	as craneuser scontrol release "$a"
	as root scontrol release "$b"
	as root scontrol top "$b" || true
	as craneuser scontrol hold "$c"
	assert_stays_closed "$a" "$b"
	assert_fires "$a" "$b"
	wait_until "((EPOCHSECONDS > $fired + 2))" 6
	assert_eq "$(state_of "$c") $(job_field "$c" Reason)" "PENDING JobHeldUser"
	as craneuser scontrol release "$c"
	wait_until "has_started $c" 5
}

@test "requeue, requeuehold and suspend of a waiting job are refused and change nothing" {
	local a actor
	a=$(gated)
	for actor in craneuser root; do
		refused as "$actor" scontrol requeue "$a"
		refused as "$actor" scontrol requeuehold "$a"
		refused as "$actor" scontrol suspend "$a"
	done
	assert_stays_closed "$a"
	assert_fires "$a"
}

@test "a job that was started and is requeued does not wait for the dependency again" {
	local a
	a=$(submit -d "crane:after:$dependee+2s" --wrap 'touch runs; sleep 3000')
	wait_until "[[ \$(events_of $a) == . ]]" 5
	assert_fires "$a"
	wait_until "[[ -e $(scratch)/craneuser/runs ]]" 10
	requeue_and_start craneuser "$a"
	wait_for_state "$a" RUNNING 15
}

@test "a dependee that is requeued fires after once and afterok at its final end" {
	local a ok after start
	a=$(submit --wrap '[ "$SLURM_RESTART_COUNT" ] && exec sleep 1; touch runs; sleep 3000')
	ok=$(submit -d "crane:afterok:$a+1s" --wrap true)
	after=$(submit -d "crane:after:$a+8s" --wrap true)
	wait_for_state "$a" RUNNING 10
	start=$(start_of "$a")
	wait_until "[[ \$(events_of $after) == @* && -e $(scratch)/craneuser/runs ]]" 5
	requeue_and_start root "$a"
	assert_closed "$ok"
	wait_for_state "$a" COMPLETED 20
	assert_starts "$ok" $(($(end_of "$a") + 1)) $(($(end_of "$a") + 3))
	assert_starts "$after" $((start + 8)) $((start + 10))
}

# -- options of the submission -----------------------------------------------------------------------------------------

@test "a deadline that leaves room is accepted, and the job starts in time" {
	local a
	a=$(gated --deadline now+2hours --time 1)
	assert_eq "$(state_of "$a")" PENDING
	assert_fires "$a"
}

@test "srun -I and salloc -I with a dependency that is not met fail at once and leave no job" {
	refused timeout 60 runuser -u craneuser -- srun -I -J immediate -d "crane:after:$dependee" true
	[[ $status != 124 ]] || fail "srun -I waits"
	refused timeout 60 runuser -u craneuser -- salloc -I -J immediate -d "crane:after:$dependee" true
	[[ $status != 124 ]] || fail "salloc -I waits"
	wait_until "[[ -z \$(squeue -h -n immediate -o %i) ]]" 10
}

@test "srun that waits for a dependency and is interrupted takes its job away" {
	local pid job name=interrupted$RANDOM
	(cd /tmp && exec setsid --wait runuser -u craneuser -- \
		env --default-signal=INT srun -d "crane:after:$dependee" --job-name "$name" true) >/dev/null 2>&1 3>&- &
	wait_until "[[ -n \$(squeue -h -n $name -o %i) ]]" 10
	job=$(squeue -h -n $name -o %i)
	wait_until "[[ \$(events_of $job) == . ]]" 5
	pid=$(pgrep -u craneuser -f "srun .*--job-name $name" | head -n 1)
	kill -INT "$pid"
	wait_for_state "$job" CANCELLED 10
}

@test "a waiting job can be cancelled by its owner, and others that wait for it learn of it" {
	local a b
	a=$(gated)
	b=$(submit -d "crane:afterany:$a+1s" --wrap true)
	as craneuser scancel "$a"
	wait_for_state "$a" CANCELLED 5
	assert_starts "$b" $(($(end_of "$a") + 1)) $(($(end_of "$a") + 3))
}

# -- arrays ------------------------------------------------------------------------------------------------------------

@test "an array that waits is gated as a whole, and tasks split off by an update keep the record" {
	local a actor
	a=$(submit --array 1-4 -d "crane:after:$dependee+2s" --wrap 'sleep 3000')
	wait_until "[[ \$(events_of $a) == . ]]" 5
	as craneuser scontrol update "JobId=${a}_2" StartTime=now
	as root scontrol update "JobId=${a}_3" StartTime=now
	assert_stays_closed "${a}_1" "${a}_2" "${a}_3" "${a}_4"
	assert_fires "${a}_1" "${a}_2" "${a}_3" "${a}_4"
}

@test "one task of a waiting array can be freed, changed, held and cancelled alone" {
	local a other from to
	other=$(submit_held)
	a=$(submit --array 1-5 -d "crane:after:$dependee+2s" --wrap 'sleep 3000')
	wait_until "[[ \$(events_of $a) == . ]]" 5
	from=$EPOCHSECONDS
	as craneuser scontrol update "JobId=${a}_2" Dependency=
	to=$((EPOCHSECONDS + 4))
	as craneuser scontrol update "JobId=${a}_3" "Dependency=crane:after:$other"
	as craneuser scontrol hold "${a}_4"
	as craneuser scancel "${a}_5"
	assert_starts "${a}_2" "$from" "$to"
	assert_stays_closed "${a}_1" "${a}_3"
	assert_fires "${a}_1"
	wait_until "((EPOCHSECONDS > $fired + 2))" 5
	assert_closed "${a}_3"
	assert_eq "$(state_of "${a}_4")" PENDING
	refute_contains "$(squeue -h -r -t running -o %i)" "${a}_5"
	as craneuser scontrol release "${a}_4"
	wait_until "has_started ${a}_4" 5
}

# -- heterogeneous jobs ------------------------------------------------------------------------------------------------

@test "a heterogeneous job is refused a Crane dependency by an update, with the words of the submission" {
	local het id
	het=$(submit --hold --ntasks 1 : --ntasks 1 --wrap true)
	for id in "$het" "$het+1"; do
		run as craneuser scontrol update "JobId=$id" "Dependency=crane:after:$dependee"
		((status)) || fail "accepted"
		refute_contains "$output" "Unknown error"
		slurm_at_least 23 2 || continue # 22.05 shows no words of a plugin in answer to an update
		assert_contains "$output" "crane: a heterogeneous job cannot have a Crane dependency; use Slurm's own, without \"crane:\""
	done
	assert_eq "$(job_field "$het" Dependency)" '(null)'
	refute_contains "$(tail -n 20 "$MINICLUSTER_DIR/log/slurmctld.log")" "Unknown error"
	as craneuser scontrol update "JobId=$het" "Dependency=after:$dependee" # Slurm's own is
}

# -- large and forged --------------------------------------------------------------------------------------------------

# msec_of COMMAND...: how long it takes.
msec_of()
{
	local began=${EPOCHREALTIME/./}
	"$@" >/dev/null
	echo $(((${EPOCHREALTIME/./} - began) / 1000))
}

# assert_brisk MSEC FROM: at most MSEC since FROM, in proportion to the time of a plain submission on this machine now.
assert_brisk()
{
	local msec=$(((${EPOCHREALTIME/./} - $2) / 1000)) plain
	plain=$(msec_of submit_held)
	assert_between 0 $(($1 + 5 * plain)) "$msec" "milliseconds (a plain submission: $plain)"
}

@test "500 jobs in one expression are accepted, waited for and shown" {
	local array list job began
	array=$(submit --array 0-498 --hold --wrap true)
	printf -v list ":${array}_%d" {0..498}
	began=${EPOCHREALTIME/./}
	job=$(submit -d "crane:after$list:$dependee+2s" --wrap true)
	assert_brisk 2000 "$began"
	wait_until "[[ \$(events_of $job) == $(printf '.%.0s' {1..500}) ]]" 5
	scancel "$array"
	fire
	assert_starts "$job" "$fired" $((fired + 4))
}

@test "an expression of 64 kB is answered within a second, accepted or not" {
	local long job began
	printf -v long '1s%.0s' {1..32000}
	began=${EPOCHREALTIME/./}
	job=$(submit -d "crane:after:$dependee+$long" --wrap true)
	assert_brisk 1000 "$began"
	assert_eq "$(dependency_of "$job")" "PendingDependencies=after:$dependee+08:53:20 Status=WaitForAll"
	printf -v long ':%d' {1..12000}
	began=${EPOCHREALTIME/./}
	refused as craneuser sbatch -d "crane:after$long" --wrap true
	assert_brisk 1000 "$began"
}

forged='[crane:1;k=0123456789abcdef;m=sbatch;b=0;d=after:1;e=@1]'

@test "no user can bring a record of his own into the queue" {
	local commented opened
	refused as craneuser sbatch -d "crane:after:$dependee$forged" --wrap true
	refused as craneuser sbatch -d "$forged" --wrap true
	commented=$(gated --comment "$forged")
	opened=$(gated --job-name "$forged")
	assert_stays_closed "$commented" "$opened"
	assert_fires "$commented" "$opened"
}

