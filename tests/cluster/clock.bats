#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: a clock that is set
#
# slurmctld alone runs by a clock that the tests set forward and back by an hour; its monotonic clock runs on. A node
# refuses a job whose credential is from another hour, so the tests check the time from which Slurm may start a job, and end
# a dependee by scancel.

load common

setup_file()
{
	local library
	library=$(find /usr/lib /usr/lib64 -name libfaketimeMT.so.1 2>/dev/null | head -n 1)
	[[ -n $library ]] || fail "libfaketimeMT.so.1 not found: contrib/install-deps installs it"
	export clock=$BATS_FILE_TMPDIR/clock
	chmod go+x "$BATS_FILE_TMPDIR"
	set_clock 3600
	export MINICLUSTER_CTLD_WRAPPER="env LD_PRELOAD=$library FAKETIME_TIMESTAMP_FILE=$clock FAKETIME_NO_CACHE=1 DONT_FAKE_MONOTONIC=1"
	private_cluster --nodes 1 --cpus 16 --conf SlurmdTimeout=0
}

# set_clock SECONDS: sets slurmctld's clock this far ahead of the machine's.
set_clock()
{
	echo "+$1" >"$clock.new"
	chmod 644 "$clock.new"
	mv "$clock.new" "$clock"
	offset=$1
}

# Each test begins an hour ahead.
setup()
{
	set_clock 3600
}

# slurmctld's time
ctld_now()
{
	echo $((EPOCHSECONDS + offset))
}

# assert_ready JOB LOW HIGH: within five seconds its begin time is known and between the two times.
assert_ready()
{
	wait_until "[[ \$(events_of $1) == @* ]] && ((\$(start_of $1) < gate_time))" 5 ||
		fail "job $1 is not released: $(job_field "$1" AdminComment)"
	assert_between "$2" "$3" "$(start_of "$1")" "begin of job $1"
}

# assert_counts DELAY: the resolver finds a submission, sees its dependee's end and counts the delay from it. Sets $job and
# its $ready time.
assert_counts()
{
	local dependee before
	dependee=$(submit_held)
	job=$(submit -d "crane:afterany:$dependee+${1}s" --wrap true)
	wait_until "[[ \$(events_of $job) == . ]]" 5
	before=$(ctld_now)
	scancel "$dependee"
	assert_ready "$job" $((before + $1 - 1)) $((before + $1 + 3))
	ready=$(start_of "$job")
}

@test "a submission is found and its delay counted when slurmctld has run an hour ahead and its clock is set back" {
	local job ready
	assert_counts 30
	set_clock 0
	assert_counts 30
	assert_counts 30
}

@test "a submission is found and its delay counted when slurmctld's clock is set forward by an hour" {
	local job ready
	set_clock 0
	assert_counts 30
	set_clock 3600
	assert_counts 30
	assert_counts 30
}

@test "a submission that waits is released when its dependee ends after the clock was set back, and after it was set forward" {
	local first second back forward before
	first=$(submit_held)
	second=$(submit_held)
	back=$(submit -d "crane:afterany:$first+30s" --wrap true)
	forward=$(submit -d "crane:afterany:$second+30s" --wrap true)
	set_clock 0
	before=$(ctld_now)
	scancel "$first"
	assert_ready "$back" $((before + 29)) $((before + 33))
	assert_closed "$forward"
	set_clock 3600
	before=$(ctld_now)
	scancel "$second"
	assert_ready "$forward" $((before + 29)) $((before + 33))
}

@test "a delay that has begun ends at the ready time that slurmctld's clock had when it is set back, and at once when it is set forward" {
	local job ready
	set_clock 0
	assert_counts 1800
	set_clock 3600
	wait_until "[[ \$(state_of $job) != PENDING ]]" 15
	assert_counts 4
	set_clock 0
	# The ready time passes on the clock that was an hour ahead.
	wait_until "((EPOCHSECONDS + 3600 > $ready + 2))" 10
	assert_eq "$(state_of "$job")" PENDING
	assert_eq "$(start_of "$job")" "$ready"
}
