#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: `ccontrol show dependency`
#
# ccontrol show dependency: the tree around a job in both directions, and the same for Graphviz. All jobs are held, and the
# tests write events into their records, so no test depends on times. The plugin accepts a record that root writes as the
# job's own and then protects it, so each job gets only one.

# Each test runs in a subshell; bats sets $status, $output and $stderr.
# shellcheck disable=SC2030,SC2031,SC2154

load common

# show ARG...: with stdout in $output and stderr in $stderr.
show()
{
	run --separate-stderr as craneuser ccontrol show dependency "$@"
}

# held NAME [OPTION...]: a job that never starts.
held()
{
	submit --hold --wrap true -J "$@"
}

# record JOB EXPRESSION EVENTS: writes a record with this expression and these events.
record()
{
	scontrol update JobId="$1" AdminComment="[crane:1;k=0123;m=sbatch;b=0;d=$2;e=$3]"
}

at()
{
	date -d "@$1" '+%F %T'
}

# Every line is one that Graphviz reads, and every edge joins nodes that are declared.
assert_valid_dot()
{
	local string='"([^"\\]|\\.)*"' line declared='' rest=()
	mapfile -t rest <<<"$output"
	assert_eq "${rest[0]}" 'digraph dependency {'
	assert_eq "${rest[-1]}" '}'
	for line in "${rest[@]:1:${#rest[@]}-2}"; do
		if [[ $line =~ ^$'\t'($string)' -> '($string)(' [label='$string(', color='[a-z]+)?(', style='[a-z]+)?']')?';'$ ]]; then
			[[ $declared == *"${BASH_REMATCH[1]}"* && $declared == *"${BASH_REMATCH[3]}"* ]] ||
				fail "not declared: $line"
		elif [[ $line =~ ^$'\t'($string)' [label='$string(', shape=diamond'|', style=dashed')?'];'$ ]]; then
			declared+="${BASH_REMATCH[1]} "
		else
			[[ $line == $'\t''rankdir=LR;' || $line == $'\t''node [shape=box];' ]] || fail "no DOT: $line"
		fi
	done
	if command -v dot >/dev/null; then
		dot -Tplain <<<"$output" >/dev/null
	fi
}

# covers: ccontrol show.dependency
@test "show dependency prints the dependees and the dependents of a job as a tree" {
	local first second third
	first=$(held first)
	second=$(csubmit --hold -J second -d "afterok:$first+1h30m" --wrap true)
	third=$(csubmit --hold -J third -d "after:$second,afterany:$first+10s" --wrap true)
	show "$second"
	assert_answer 0 "Job $second (second) Pending (Held), WaitForAll, waits for:
\`-- afterok:$first+01:30:00, pending: job $first (first) Pending (Held)
It is waited for by:
\`-- after:$second, pending: job $third (third) Pending (Held), WaitForAll"
	show "$first"
	assert_answer 0 "Job $first (first) Pending (Held), waits for nothing.
It is waited for by:
|-- afterok:$first+01:30:00, pending: job $second (second) Pending (Held), WaitForAll, waited for by:
|   \`-- after:$second, pending: job $third (third) Pending (Held), WaitForAll
\`-- afterany:$first+00:00:10, pending: job $third, see above"
	show "$third"
	assert_answer 0 "Job $third (third) Pending (Held), WaitForAll, waits for all of:
|-- after:$second, pending: job $second (second) Pending (Held), WaitForAll, waits for:
|   \`-- afterok:$first+01:30:00, pending: job $first (first) Pending (Held)
\`-- afterany:$first+00:00:10, pending: job $first, see above
Nothing waits for it."
}

# covers: ccontrol --dot
@test "show dependency groups terms and gives each edge its fate and ready time" {
	local a b c job now=$EPOCHSECONDS
	a=$(held a)
	b=$(held b)
	c=$(held c)
	job=$(held grouped)
	record "$job" "afterok:$a:$b+7200s?after:$c" "@$now@$now!"
	show "$job"
	assert_answer 0 "Job $job (grouped) Pending (Held), ReadyAfter $(at $((now + 7200))), waits for any of:
|-- all of, ready at $(at $((now + 7200))):
|   |-- afterok:$a, fired at $(at "$now"): job $a (a) Pending (Held)
|   \`-- afterok:$b+02:00:00, fired at $(at "$now"), ready at $(at $((now + 7200))): job $b (b) Pending (Held)
\`-- after:$c, never: job $c (c) Pending (Held)
Nothing waits for it."

	job=$(held grouped)
	record "$job" "afterok:$a:$b?after:$c" "@$now.."
	show "$job"
	assert_contains "$output" 'WaitForAny, waits for any of:'
	assert_contains "$output" '|-- all of, pending:'
	job=$(held grouped)
	record "$job" "afterok:$a:$b?after:$c" '!..'
	show "$job"
	assert_contains "$output" '|-- all of, never:'

	show "$job" --dot
	assert_eq "$status" 0
	assert_valid_dot
	assert_contains "$output" "\"$job term 1\" [label=\"all of\", shape=diamond];"
	assert_contains "$output" "\"$a\" -> \"$job term 1\" [label=\"afterok:$a\\nnever\", color=red, style=dashed];"
	assert_contains "$output" "\"$job term 1\" -> \"$job\";"
	assert_contains "$output" "\"$c\" -> \"$job\" [label=\"after:$c\\npending\"];"
}

@test "show dependency shows edges that never fire and a job that slurmctld forgot" {
	local job
	job=$(held lost)
	record "$job" 'afterok:4000000' '!'
	show "$job"
	assert_answer 0 "Job $job (lost) Pending (Held), SomeFailed, waits for:
\`-- afterok:4000000, never: job 4000000, not known to slurmctld any more
Nothing waits for it."
	show 4000000
	assert_answer 0 "Job 4000000, not known to slurmctld any more, waits for nothing.
It is waited for by:
\`-- afterok:4000000, never: job $job (lost) Pending (Held), SomeFailed"
	show --dot "$job"
	assert_valid_dot
	assert_contains "$output" '"4000000" [label="4000000\nnot known to slurmctld any more", style=dashed];'
}

@test "show dependency joins an array and its tasks" {
	local array task whole
	array=$(held array --array=0-3)
	task=$(csubmit --hold -J task -d "afterok:${array}_2" --wrap true)
	whole=$(csubmit --hold -J whole -d "afterany:$array" --wrap true)
	show "${array}_2"
	assert_answer 0 "Job ${array}_2 (array) Pending (Held), waits for nothing.
It is waited for by:
|-- afterok:${array}_2, pending: job $task (task) Pending (Held), WaitForAll
\`-- afterany:$array, pending: job $whole (whole) Pending (Held), WaitForAll"
	show "${array}_1"
	assert_contains "$output" "job $whole "
	refute_contains "$output" "job $task "
	show "$array"
	assert_contains "$output" "job $task "
	show "$task"
	assert_contains "$output" "\`-- afterok:${array}_2, pending: job ${array}_2 (array) Pending (Held)"
}

@test "show dependency ends a circle, and cuts a long chain with a hint to the rest" {
	local a b jobs=() i
	a=$(held a)
	b=$(held b)
	record "$a" "afterok:$b" .
	record "$b" "afterok:$a" .
	show "$a"
	assert_answer 0 "Job $a (a) Pending (Held), WaitForAll, waits for:
\`-- afterok:$b, pending: job $b (b) Pending (Held), WaitForAll, waits for:
    \`-- afterok:$a, pending: job $a, see above
It is waited for by:
\`-- afterok:$a, pending: job $b (b) Pending (Held), WaitForAll, waited for by:
    \`-- afterok:$b, pending: job $a, see above"
	show --dot "$a"
	assert_valid_dot

	for ((i = 0; i < 30; i++)); do
		jobs[i]=$(held chain)
		((i == 0)) || record "${jobs[i]}" "afterok:${jobs[i - 1]}" .
	done
	show "${jobs[29]}"
	assert_eq "${#lines[@]}" 26
	assert_contains "${lines[24]}" "job ${jobs[5]} (chain) Pending (Held), WaitForAll, continued by: ccontrol show dependency ${jobs[5]}"
	# Without a job nothing is cut: the rest is a tree of its own.
	show
	for ((i = 0; i < 30; i++)); do
		assert_contains "$output" "ob ${jobs[i]} (chain)"
	done
	show --dot "${jobs[29]}"
	assert_valid_dot
	assert_eq "$(grep -c -- '->' <<<"$output")" 29
}

@test "show dependency prints Slurm's own dependencies in Slurm's words in both directions" {
	local first native
	first=$(held first)
	native=$(submit -J native -d "afterok:$first" --wrap true)
	show "$native"
	assert_answer 0 "Job $native (native) Pending (Dependency), Slurm: afterok:$first(unfulfilled), waits for:
\`-- afterok:$first(unfulfilled): job $first (first) Pending (Held)
Nothing waits for it."
	show "$first"
	assert_contains "$output" "\`-- afterok:$first(unfulfilled): job $native (native)"
	show
	assert_contains "$output" "Job $native (native) Pending (Dependency), Slurm: afterok:$first(unfulfilled), waits for:"
}

@test "names of any kind leave the tree in one piece and the graph valid" {
	local name=$'a"b\\c \u00e4<x>' first job
	first=$(held "$name")
	job=$(csubmit --hold -J $'\xff{}' -d "after:$first" --wrap true)
	show "$job"
	assert_eq "${#lines[@]}" 3
	assert_contains "$output" "job $first ($name) "
	show --dot "$job"
	assert_valid_dot
	assert_contains "$output" "\"$first\" [label=\"$first a\\\"b\\\\c "$'\u00e4<x>\\n'
	iconv -f UTF-8 -t UTF-8 <<<"$output" >/dev/null
}

@test "show dependency refuses bad command lines" {
	local job
	job=$(held lone)
	show "$job"
	assert_answer 0 "Job $job (lone) Pending (Held), waits for nothing.
Nothing waits for it."
	show 4000001
	assert_answer 1 '' 'show dependency failed: Job 4000001 is not known.'
	show abc
	assert_answer 1 '' 'show dependency failed: Invalid job specified: invalid job id "abc".'
	show "$job.2"
	assert_answer 1 '' 'show dependency failed: it takes one JOB or JOB_TASK.'
	run --separate-stderr as craneuser ccontrol show job "$job" --dot
	assert_answer 2 '' '--dot is only for show dependency'
	run --separate-stderr as craneuser ccontrol -J show dependency --dot
	assert_answer 2 '' '--dot and --json exclude each other'
	run --separate-stderr as craneuser ccontrol -J show dependency 4000001
	assert_answer 1 '' 'show dependency failed: Job 4000001 is not known.'
}

# covers: ccontrol --json
@test "show dependency prints nodes and edges as JSON: what fired and when, and what waits" {
	local first second third fired=1767322800 nodes
	first=$(held first)
	second=$(held second)
	third=$(held third)
	record "$second" "after:$first+3600s" "@$fired"
	record "$third" "afterok:$second,afterany:$first" '.!'
	show "$second" --json
	[[ $status == 0 && -z $stderr ]] || fail "$status $stderr"
	nodes=$(jq -c '.nodes | sort_by(.job_id) | map([.job_id, .name, .status, .dependency_status, .ready_time, .infinite_future])' <<<"$output")
	assert_eq "$nodes" "[[$first,\"first\",\"Pending\",null,null,null],\
[$second,\"second\",\"Pending\",\"ReadyAfter\",\"2026-01-02T04:00:00Z\",null],\
[$third,\"third\",\"Pending\",\"SomeFailed\",null,true]]"
	assert_eq "$(jq -c '.edges | sort_by(.job_id, .waits_for_job_id) | map([.job_id, .waits_for_job_id, .type, .state, .delay_seconds, .fired_at])' <<<"$output")" \
		"[[$second,$first,\"AFTER\",\"fired\",\"3600\",\"2026-01-02T03:00:00Z\"],\
[$third,$first,\"AFTER_ANY\",\"never\",\"0\",null],\
[$third,$second,\"AFTER_OK\",\"pending\",\"0\",null]]"
	show --json
	assert_eq "$(jq -c --argjson id "$third" '[.edges[] | select(.job_id == $id)] | length' <<<"$output")" 2
}
