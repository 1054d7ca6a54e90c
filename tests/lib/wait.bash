# SPDX-License-Identifier: GPL-2.0-or-later
#
# Waiting for a state with a deadline.
#
# shellcheck shell=bash

# A deadline is the time that an idle machine needs, multiplied by patience for a slow or busy machine. Tests do not measure
# times by deadlines: they compare the times that Slurm recorded.
readonly patience=${CRANE_TEST_PATIENCE:-4}

# wait_until 'COMMAND' SECONDS: runs the command until it succeeds, for at most patience times as many seconds. The pauses
# become longer: several test files wait side by side, and most of their CPU time is these commands.
wait_until()
{
	local sec=$(($2 * patience)) limit pause_msec=100
	limit=$((${EPOCHREALTIME/./} + sec * 1000000))
	until eval "$1"; do
		((${EPOCHREALTIME/./} < limit)) || fail "not within $sec s: $1" || return 1
		sleep "0.$pause_msec"
		((pause_msec >= 800)) || pause_msec=$((pause_msec + 100))
	done
}
