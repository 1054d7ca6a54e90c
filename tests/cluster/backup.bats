#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: a second slurmctld that takes over
#
# Two controllers: gated jobs when the first one ends for good, when the second is in control, and when the first is back.
# soak.bats kills and restarts a single slurmctld.
#
# Each test continues the one before.

load common

passes_of_backup()
{
	grep -c 'job_submit/crane: pass:' "$MINICLUSTER_DIR/log/slurmctld-backup.log" || true
}

# Something changes once a second, until teardown_file.
keep_busy()
{
	local i=0
	while sleep 1; do
		timeout 5 scontrol update JobId="$1" Comment=$((i++))
	done >/dev/null 2>&1 3>&- &
	echo $! >"$BATS_FILE_TMPDIR/busy.pid"
}

# How long a ready job may wait for a scheduler of the second slurmctld: backfill runs every three seconds, and skips one
# run after a change.
readonly backfill_sec=8

setup_file()
{
	local begun later within long after_long took_over
	# 22.05.8 starts the main scheduler's thread of a successor while it still counts as shutting down, so that it ends
	# at once (src/slurmctld/read_config.c and backup.c of Slurm): until the next restart backfill alone starts jobs, Crane's and others, and it
	# looks only when something has changed. On a cluster at work something always does.
	private_cluster --backup --nodes 2 --cpus 16 --conf 'SlurmctldTimeout=6' \
		--conf 'SlurmctldDebug=debug' --conf 'SchedulerParameters=bf_interval=3'
	begun=$(submit_held)
	later=$(submit -d "crane:afterok:$begun+35s" --wrap true)
	within=$(submit -d "crane:afterok:$begun+8s" --wrap true)
	long=$(submit --wrap 'until [ -e killed ]; do sleep 0.2; done; sleep 2')
	after_long=$(submit -d "crane:afterany:$long+2s" --wrap true)
	scontrol release "$begun"
	wait_until "[[ \$(events_of $later) == @* && \$(events_of $within) == @* && \$(state_of $long) == RUNNING ]]" 10
	wait_for_save
	passes_of_backup >"$BATS_FILE_TMPDIR/passes-standing-by"
	wait_until "((EPOCHSECONDS >= $(end_of "$begun") + 5))" 6
	minicluster ctld kill
	as craneuser touch killed
	wait_until 'timeout 5 squeue >/dev/null 2>&1' 40
	took_over=$EPOCHSECONDS
	keep story begun later within long after_long took_over
	keep_busy "$(submit_held)"
}

teardown_file()
{
	[[ ! -s $BATS_FILE_TMPDIR/busy.pid ]] || kill "$(<"$BATS_FILE_TMPDIR/busy.pid")"
	end_private_cluster
}

# Each test continues the one before: nothing is cancelled in between.
teardown()
{
	dump_on_failure
}

@test "the resolver sleeps in a second slurmctld that stands by" {
	assert_eq "$(<"$BATS_FILE_TMPDIR/passes-standing-by")" 0
}

@test "a job whose delay ended while no slurmctld ran starts as soon as the second slurmctld has taken over" {
	recall story
	((took_over > $(end_of "$begun") + 8)) || fail "the second slurmctld took over before the delay ran out"
	# It may have taken over some time before it answered.
	assert_starts "$within" $(($(end_of "$begun") + 8)) $((took_over + backfill_sec))
}

@test "the dead slurmctld's successor takes submissions and keeps their delays" {
	local first second end
	first=$(submit_held)
	second=$(submit -d "crane:afterok:$first+4s" --wrap true)
	scontrol release "$first"
	wait_for_end 20 "$first"
	end=$(end_of "$first")
	# Not on the second: of a successor's schedulers backfill alone works (see setup_file).
	assert_starts "$second" $((end + 4)) $((end + 4 + backfill_sec))
}

@test "a job starts after its delay when its dependee ended while no slurmctld ran" {
	local end ready
	recall story
	wait_for_end 60 "$long"
	end=$(end_of "$long")
	ready=$((end + 2 > took_over ? end + 2 : took_over))
	assert_starts "$after_long" $((end + 2)) $((ready + backfill_sec))
}

@test "a delay that began under the dead slurmctld ends under its successor" {
	local ready
	recall story
	ready=$(($(end_of "$begun") + 35))
	assert_starts "$later" "$ready" $(($(later_of "$ready" "$took_over") + backfill_sec))
}

@test "the first slurmctld keeps the second's ready times when it is back, and the second's resolver sleeps" {
	local first delayed waiting end passes back
	first=$(submit_held)
	delayed=$(submit -d "crane:afterok:$first+20s" --wrap true)
	waiting=$(submit -d "crane:after:$(submit_held)" --wrap true)
	scontrol release "$first"
	wait_until "[[ \$(events_of $delayed) == @* ]]" 10
	end=$(end_of "$first")
	if differs_since 24 11 'a second slurmctld that rules is stopped before the first is started: slurmctld needs 29 s to give
		control back and may do so while the other reads its state, at which both can end'; then
		minicluster ctld stop --backup
		minicluster ctld start
		minicluster ctld start --backup
	else
		minicluster ctld start
	fi
	wait_until 'grep -q "jobs wait for a dependency" "$MINICLUSTER_DIR/log/slurmctld.log" &&
		timeout 5 squeue >/dev/null' 30
	back=$EPOCHSECONDS
	slurm_at_least 24 11 ||
		wait_until 'tail -n 50 "$MINICLUSTER_DIR/log/slurmctld-backup.log" | grep -q "standing by"' 15
	passes=$(passes_of_backup)
	# The first scheduling pass comes up to five seconds after the start.
	assert_starts "$delayed" $((end + 20)) $(($(later_of $((end + 20)) $((back + 5))) + 3))
	assert_eq "$(state_of "$waiting")" PENDING
	assert_eq "$(passes_of_backup)" "$passes" "passes of the second slurmctld's resolver"
	((passes > 0)) || fail "the second slurmctld never logged a pass: nothing was shown"
}

@test "the first slurmctld, back again, takes submissions and keeps their delays" {
	local first second end
	first=$(submit_held)
	second=$(submit -d "crane:afterok:$first+3s" --wrap true)
	scontrol release "$first"
	wait_for_end 20 "$first"
	end=$(end_of "$first")
	assert_starts "$second" $((end + 3)) $((end + 6))
}
