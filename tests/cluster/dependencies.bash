# SPDX-License-Identifier: GPL-2.0-or-later
#
# The visible parts of a dependency: the closed gate, the events in the record, the text of ccontrol.
#
# shellcheck shell=bash

# A begin time from this time on is a closed gate: 2100-01-01.
readonly gate_time=4102444800

# The job can never start: it waits behind a closed gate.
assert_closed()
{
	assert_eq "$(state_of "$1")" PENDING "job $1"
	assert_between "$gate_time" $((gate_time + 86400)) "$(start_of "$1")" "gate of job $1"
}

# The events in the record of a job's admin_comment, "" without a record.
events_of()
{
	read_field "$1" AdminComment
	[[ $REPLY =~ \[crane:1\;[^]]*\;e=([^]]*)\] ]] && echo "${BASH_REMATCH[1]}"
	return 0
}

# The dependency that `ccontrol show job` prints: the text after "Dependency=".
dependency_of()
{
	as craneuser ccontrol show job "$1" | sed -n 's/^[[:space:]]*Dependency=//p'
}

# wait_for_dependency JOB TEXT SECONDS
wait_for_dependency()
{
	wait_until "[[ \$(dependency_of $1) == '$2' ]]" "$3" || fail "it is: $(dependency_of "$1")"
}
