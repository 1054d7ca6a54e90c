# SPDX-License-Identifier: GPL-2.0-or-later
#
# Waiting for a state with a deadline.
#
# shellcheck shell=bash

# A deadline is what an idle machine needs, multiplied by patience for a slow or busy one. No test measures a promise by a
# deadline: it compares the times that Slurm recorded.
readonly patience=${CRANE_TEST_PATIENCE:-4}

# wait_until 'COMMAND' SECONDS: runs the command until it succeeds, for at most patience times as many seconds. It asks
# less and less often: several files of tests wait side by side, and most of what they cost is their questions.
wait_until()
{
	local sec=$(($2 * patience)) limit pause_msec=100
	limit=$((${EPOCHREALTIME/./} + sec * 1000000))
	until eval "$1"; do
		((${EPOCHREALTIME/./} < limit)) || fail "not within $sec s: $1" || return 1
		sleep "0.$pause_msec"
		((pause_msec >= 500)) || pause_msec=$((pause_msec + 50))
	done
}
