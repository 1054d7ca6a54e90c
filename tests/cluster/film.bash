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
