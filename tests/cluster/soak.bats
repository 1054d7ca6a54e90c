#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: a random graph of jobs, slurmctld killed, a node lost
#
# The short form of soak: a random graph of jobs, slurmctld killed twice, one node lost. The long form is run by hand:
# tests/cluster/soak.

# bats file_tags=long

load common

# soak has a cluster and a user of its own.
teardown()
{
	return 0
}

@test "60 jobs with dependencies start neither early, late, twice nor never while slurmctld is killed twice and a node is lost" {
	run "$BATS_TEST_DIRNAME/soak" --short --seed 1 3>&-
	printf '%s\n' "$output" >&2
	assert_eq "$status" 0
	local what
	for what in 'started early' 'never started though ready' 'started though it can never start' 'lost' \
		'ran twice' 'not over when time was up' 'errors of the run itself'; do
		[[ $output =~ (^|$'\n')"$what"' '+0($|$'\n') ]] || fail "not 0: $what"
	done
	[[ ${lines[-1]} == passed ]] || fail "last line: ${lines[-1]}"
}
