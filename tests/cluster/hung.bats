#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: a batch job that starts while slurmctld hangs
#
# A prolog, which slurmd runs on the way to the batch script, stops slurmctld.

load common

setup_file()
{
	export armed=$BATS_FILE_TMPDIR/armed stopped=$BATS_FILE_TMPDIR/stopped
	chmod go+x "$BATS_FILE_TMPDIR"
	cat >"$BATS_FILE_TMPDIR/prolog" <<-END
		#!/bin/bash
		[[ -e $armed ]] || exit 0
		kill -STOP "\$(<$armed)"
		date +%s%3N >$stopped
	END
	chmod 755 "$BATS_FILE_TMPDIR/prolog"
	private_cluster --nodes 1 --conf PrologFlags= --conf "Prolog=$BATS_FILE_TMPDIR/prolog"
}

# slurmctld continues, also if the test fails.
teardown()
{
	[[ ! -e $armed ]] || kill -CONT "$(<"$armed")"
	rm -f "$armed"
	dump_on_failure
	cancel_mine
}

@test "a batch job's first command starts within three seconds when slurmctld hangs" {
	local pid job
	pid=$(minicluster status | awk '$1 == "slurmctld" { print $4 }')
	job=$(submit --hold --wrap 'date +%s%3N >started; env | grep ^CRANE_JOB_ID= >crane-id; true')
	echo "$pid" >"$armed.new"
	mv "$armed.new" "$armed"
	scontrol release "$job"
	wait_until "as craneuser test -s started" 20
	echo "# first command $(($(as craneuser cat started) - $(<"$stopped"))) ms after the stop" >&3
	assert_between 0 3000 $(($(as craneuser cat started) - $(<"$stopped"))) "milliseconds to the first command"
	wait_until "as craneuser test -s crane-id" 5
	assert_eq "$(as craneuser cat crane-id)" "CRANE_JOB_ID=$job"
	kill -CONT "$pid"
	rm "$armed"
	wait_for_end 30 "$job"
}
