#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: records of other versions, waiting jobs without the plugin
#
# Records of other versions of the plugin, gated jobs without the plugin, and contrib/gated, which handles both.
# records/v1.txt has a record of the first version, which every later version has to read.
#
# Each test continues the one before. Job 1 of the cluster is the dependee that the fixtures name.

load common

gated()
{
	"$CRANE_TOP/contrib/gated" "$@" 3>&-
}

# given_record JOB TEXT: gives the job the fields of a job gated by the version that wrote TEXT.
given_record()
{
	scontrol update JobId="$1" AdminComment="$2" StartTime="$(date -d "@$gate_time" +%FT%T)"
	as craneuser scontrol release "$1"
}

log_has()
{
	grep -q "$@" "$MINICLUSTER_DIR/log/slurmctld.log"
}

setup_file()
{
	local dependee old newer bad
	private_cluster --nodes 2 --cpus 16 --conf 'SlurmctldParameters=enable_user_top'
	dependee=$(submit_held)
	[[ $dependee == 1 ]]
	old=$(submit_held)
	newer=$(submit_held)
	bad=$(submit_held)
	given_record "$old" "site A $(<"$BATS_TEST_DIRNAME/records/v1.txt") site B"
	given_record "$newer" "site A $(<"$BATS_TEST_DIRNAME/records/v2.txt")"
	given_record "$bad" '[crane:1;k=no token;d=afterok:1;e=.]'
	: >"$MINICLUSTER_DIR/log/slurmctld.log"
	minicluster ctld restart
	wait_for_first_look
	keep story dependee old newer bad
}

teardown()
{
	dump_on_failure
}

@test "gated lists each gated job with its owner, its dependency and what fired of it" {
	recall story
	run gated
	assert_eq "$status" 0
	assert_contains "${lines[0]}" 'JOBID '
	[[ $output =~ (^|$'\n')$old\ +craneuser\ +gated\ +@1600000000\.\ +afterany:9999\+10s,afterok:1\+6s($|$'\n') ]] ||
		fail "$output"
	[[ $output =~ (^|$'\n')$newer\ +craneuser\ +gated\ +-\ +'[crane:2;made;by=a version to come;e=.]' ]] ||
		fail "$output"
	[[ $output =~ (^|$'\n')$bad\ +craneuser\ +gated\  ]] || fail "$output"
	assert_eq "${#lines[@]}" 4
}

@test "a record of the first version keeps its fired edges and waits for the others" {
	local end
	recall story
	assert_closed "$old"
	as craneuser scontrol release "$dependee"
	wait_for_end 20 "$dependee"
	end=$(end_of "$dependee")
	assert_starts "$old" $((end + 6)) $((end + 9))
}

@test "a record of a later version stays unchanged, and the log says how to free the job" {
	recall story
	assert_closed "$newer"
	assert_contains "$(job_field "$newer" AdminComment)" "$(<"$BATS_TEST_DIRNAME/records/v2.txt")"
	log_has "JobId=$newer: its record was written by a newer version.*left as it is.*frees it" ||
		fail "$(grep "JobId=$newer:" "$MINICLUSTER_DIR/log/slurmctld.log")"
}

@test "the command that the log names frees a job with a record of a later version" {
	local command
	recall story
	command=$(sed -n "s/.*JobId=$newer: its record was written by a newer.*\"\\(scontrol update [^\"]*\\)\".*/\\1/p" \
		"$MINICLUSTER_DIR/log/slurmctld.log" | tail -n 1)
	[[ -n $command ]] || fail "no command in the log"
	eval "$command"
	wait_for_end 20 "$newer"
	assert_eq "$(state_of "$newer")" COMPLETED
}

@test "a job with an unreadable record stays gated, and gated --free frees it" {
	recall story
	assert_closed "$bad"
	log_has "JobId=$bad: its record cannot be read"
	run gated --free "$bad"
	assert_eq "$output" "freed $bad"
	assert_eq "$status" 0
	wait_for_end 20 "$bad"
	assert_eq "$(state_of "$bad")" COMPLETED
}

@test "gated --free starts one job while the plugin works and keeps the site's part of its comment" {
	local first freed other
	first=$(submit_held)
	freed=$(submit -d "crane:afterok:$first+1h" --wrap true)
	other=$(submit -d "crane:afterok:$first+1h" --wrap true)
	wait_until "[[ -n \$(events_of $freed) && -n \$(events_of $other) ]]" 10
	scontrol update JobId="$freed" AdminComment='a note of the site'
	run gated --free "$freed"
	assert_eq "$output" "freed $freed"
	wait_for_end 20 "$freed"
	assert_eq "$(job_field "$freed" AdminComment)" 'a note of the site'
	assert_closed "$other"
	run gated
	assert_eq "${#lines[@]}" 2
	assert_contains "${lines[1]}" "$other "
	scancel "$other" "$first"
}

@test "gated refuses a job that is not gated and an unknown job" {
	local plain
	plain=$(submit_held)
	run gated --free "$plain"
	assert_eq "$status" 1
	assert_contains "$output" "$plain: not a gated job"
	assert_eq "$(state_of "$plain")" PENDING
	run gated --free 'x y'
	assert_eq "$status" 2
	run gated --wrong
	assert_eq "$status" 2
	scancel "$plain"
	wait_until "job_is_over $plain" 10
	run gated
	assert_eq "$status" 0
	assert_eq "$output" ''
}

@test "gated jobs stay pending without the plugin, gated frees them, and the reloaded plugin continues with the rest" {
	local first freed kept array native conf=$MINICLUSTER_DIR/etc/slurm.conf end
	first=$(submit_held)
	freed=$(submit -d "crane:afterok:$first+3s" --wrap true)
	kept=$(submit -d "crane:afterany:$first+3s" --wrap true)
	array=$(submit -d "crane:afterany:$first+1h" --array=1-3 --wrap true)
	wait_until "[[ -n \$(events_of $kept) && -n \$(events_of $array) ]]" 10
	sed -i.with '/^JobSubmitPlugins/d' "$conf"
	minicluster ctld restart
	as craneuser scontrol release "$first"
	wait_for_end 20 "$first"
	end=$(end_of "$first")
	native=$(submit --wrap true)
	wait_for_end 20 "$native"
	wait_until "((EPOCHSECONDS > $end + 5))" 10
	assert_eq "$(state_of "$freed") $(state_of "$kept") $(state_of "$array")" 'PENDING PENDING PENDING'
	# slurmctld evaluates its dependency in the next scheduling pass, at most half a minute after the dependee's end.
	wait_until "[[ \$(job_field $kept Reason) == BeginTime ]]" 35
	assert_eq "$(state_of "$kept")" PENDING

	run gated
	assert_eq "${#lines[@]}" 4 "$output"
	assert_contains "$output" "${array}_[1-3] "
	run gated --free "$freed"
	assert_eq "$output" "freed $freed"
	wait_for_end 20 "$freed"
	run gated --free "$array"
	assert_eq "$output" "freed ${array}_[1-3]"
	wait_for_end 20 "$array"
	assert_closed "$kept"

	mv "$conf.with" "$conf"
	minicluster ctld restart
	wait_for_end 20 "$kept"
	assert_eq "$(state_of "$kept")" COMPLETED
}

@test "a user's own begin time of 2100-01-01 is not a gate: it is not logged, not listed, and freed only by id" {
	local own
	own=$(submit --begin "$(date -d "@$gate_time" +%FT%T)" --wrap true)
	: >"$MINICLUSTER_DIR/log/slurmctld.log"
	minicluster ctld restart
	wait_for_first_look
	! log_has "job_submit/crane: JobId=$own:" || fail "$(grep crane "$MINICLUSTER_DIR/log/slurmctld.log")"
	run gated
	assert_eq "$output" ''
	run gated --free
	assert_eq "$output" ''
	assert_closed "$own"
	run gated --free "$own"
	assert_eq "$output" "freed $own"
	wait_for_end 20 "$own"
}
