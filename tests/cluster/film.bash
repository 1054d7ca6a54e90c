# SPDX-License-Identifier: GPL-2.0-or-later
#
# The film: the queue as squeue shows it, recorded twice a second.
#
# shellcheck shell=bash

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

# of_film JOB PROGRAM: the output of an awk program for the film's frames of that job: time, job, state, start and end are
# frame[1] to frame[5]. The last line is omitted, since it may not be complete.
of_film()
{
	awk -v job="$1" '
		{ n = split(before, frame); before = $0 }
		n && frame[2] == job { look() }
		'"$2" "$BATS_FILE_TMPDIR/film"
}

# assert_waited JOB UNTIL: the film shows it before UNTIL, and always pending. The time of a frame is the time at which the
# frame was complete.
assert_waited()
{
	local states
	states=$(of_film "$1" 'function look() { if (frame[1] < '"$2"') print frame[3] }' | sort | uniq -c)
	[[ $states =~ ^\ *[0-9]+\ PENDING$ ]] || fail "job $1 before $2 was seen as: ${states:-nothing}"
}

# filmed_end JOB: when it ended, also if slurmctld has forgotten it.
filmed_end()
{
	of_film "$1" '
		function look() { if (frame[3] !~ /^(PENDING|RUNNING|COMPLETING)$/) end = frame[5] }
		END { print end }'
}

# filmed_start JOB
filmed_start()
{
	of_film "$1" '
		function look() { if (frame[3] != "PENDING") start = frame[4] }
		END { print start }'
}
