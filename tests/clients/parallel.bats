#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# GNU parallel starts many crun at a time: outside of a job each is a job, in a job each is a step.

load common

@test "GNU parallel runs each crun as a job of its own outside of a job" {
	at_home parallel --will-cite -k -j 4 crun -Q -n 1 sh -c '"echo \$CRANE_JOB_ID"' '#' ::: 1 2 3 4 5 6 >"$out/ids" 2>"$out/said"
	assert_eq "$(sort -u "$out/ids" | wc -l)" 6 "$(<"$out/said")"
	no_job_left
	ended_well 6
}

@test "GNU parallel runs each crun as a step in a job of cbatch" {
	local job
	program many.sh <<-'JOB'
		#!/bin/bash
		parallel --will-cite -k -j 4 crun -Q -n 1 sh -c '"echo \$CRANE_JOB_ID.\$CRANE_STEP_ID"' '#' ::: 1 2 3 4 5 6 >steps
	JOB
	job=$(csubmit -n 4 --export ALL many.sh)
	wait_for_state "$job" COMPLETED 60
	assert_eq "$(sort -t . -k 2n "$out/steps" | xargs)" "$job.2 $job.3 $job.4 $job.5 $job.6 $job.7"
	no_job_left
}

@test "GNU parallel runs each crun as a step in calloc" {
	as craneuser env HOME="$out" calloc -Q -n 4 >"$out/steps" 2>"$out/said" <<-'SHELL'
		parallel --will-cite -k -j 4 crun -Q -n 1 sh -c '"echo \$CRANE_STEP_ID"' '#' ::: 1 2 3 4 5 6 </dev/null
	SHELL
	assert_eq "$(sort -n "$out/steps" | xargs)" '2 3 4 5 6 7'
	no_job_left
	ended_well 1
}

@test "GNU parallel leaves no job behind when Ctrl-C ends it" {
	local mark=$((100000 + RANDOM)) group
	in_group parallel --will-cite -j 4 crun -n 1 sleep ::: "$mark" "$mark" "$mark" "$mark"
	# srun 22.05 loses a signal that comes between the allocation and the start of the program.
	wait_until "((\$(pgrep -u craneuser -cfx '([a-z/]*/)?sleep $mark') == 4))" 60
	kill -INT -- "-$group"
	no_job_left
}
