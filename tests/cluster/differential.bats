#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: dependencies that Slurm keeps exactly
#
# Random expressions that mean the same to Slurm, each for two jobs: one without and one with a gate. Both are free at the
# same time, or never. Slurm frees its job in a pass of its scheduler, which on a busy machine comes seconds later. The jobs
# are in a partition that is down: the test sees when they may start, and no job runs.

load common

setup_file()
{
	private_cluster --nodes 1 --cpus 16 --crane-conf 'DependencyGate=needed' \
		--conf 'PartitionName=parked Nodes=ALL State=DOWN'
}

# expressions NUMBER SEED ARRAY ID...: one a line. Of the array, tasks 0 to 2 may be named.
expressions()
{
	awk -v number="$1" -v seed="$2" -v array="$3" -v ids="${*:4}" '
	function pick(n) { return int(rand() * n) }
	BEGIN {
		srand(seed)
		n = split(ids, id, " ")
		split("after afterok afterany", type, " ")
		id[++n] = array; id[++n] = array "_0"; id[++n] = array "_1"; id[++n] = array "_2"
		while (made < number) {
			split("", used)
			text = ""
			separator = pick(2) ? "," : "?"
			for (edges = 1 + pick(4); edges > 0; edges--) {
				k = 1 + pick(n)
				if (k in used)
					continue
				used[k] = 1
				# For Slurm after of a whole array has another meaning than for Crane.
				t = id[k] == array ? 2 + pick(2) : 1 + pick(3)
				text = text (text == "" ? "" : separator) type[t] ":" id[k]
			}
			print text
			made++
		}
	}'
}

# submit_all NAME: a job for each line of standard input, the ids into NAME.
submit_all()
{
	# shellcheck disable=SC2016
	as craneuser bash -ec 'while read -r expression; do
		sbatch --parsable --partition parked --output /dev/null -d "crane:$expression" --wrap true
	done' >"$1"
	cat -- "$1" >>"$(scratch)/submitted"
}

set_gate()
{
	sed -i "s/^DependencyGate=.*/DependencyGate=$1/" "$MINICLUSTER_DIR/etc/crane.conf"
	minicluster ctld restart
	wait_for_first_look
}

# decisions: lines JOB TIME; TIME is "never" for a job whose dependency or gate is still there.
decisions()
{
	scontrol show job -o | grep ' Partition=parked ' | sed -nE 's/^JobId=([0-9]+) .* Dependency=([^ ]*) .* EligibleTime=([^ ]+) .*/\1 \2 \3/p' |
		awk -v gate="$gate_time" '{ print $1, $2 == "(null)" && $3 < gate ? $3 : "never" }' | sort -n
}

# compare_ways NUMBER SEED: of so many expressions.
compare_ways()
{
	local number=$1 seed=$2 array job jobs=() work
	for work in true true false 'exit 3' true 'sleep 60' true false true true; do
		jobs+=("$(submit --hold --wrap "$work")")
	done
	array=$(submit --hold --array 0-2 --wrap '[ "$SLURM_ARRAY_TASK_ID" != 1 ]')
	cd "$BATS_TEST_TMPDIR" || return
	expressions "$number" "$seed" "$array" "${jobs[@]}" >terms
	submit_all kept <terms
	set_gate always
	submit_all gated <terms
	set_gate needed
	assert_eq "$(wc -l <kept) $(wc -l <gated)" "$number $number"
	assert_eq "$(decisions | grep -vc never)" 0 'free before anything has happened'

	for job in $(printf '%s\n' "${jobs[@]}" "$array" | shuf --random-source <(yes "$seed")); do
		if [[ $job == "${jobs[4]}" ]]; then
			scancel "$job" # while it is pending
		elif [[ $job == "${jobs[5]}" ]]; then
			scontrol release "$job"
			wait_for_state "$job" RUNNING 20
			scancel "$job"
		else
			scontrol release "$job"
		fi
		wait_for_end 20 "$job"
		sleep 0.4 # else all is free in the same second
	done

	same()
	{
		decisions >decided
		paste -d ' ' kept gated terms | awk '
			NR == FNR { decided[$1] = $2; next }
			{ a = decided[$1]; b = decided[$2]; n++ }
			a == b || (a != "never" && b != "never" && a - b <= 10 && b - a <= 2) { next }
			{ printf "%s: kept %s, gated %s\n", $3, a, b; bad = 1 }
			END { exit bad || n == 0 }' decided - >differences
	}
	wait_until same 15 || fail "$(cat differences)"
	# Both outcomes occur, and more than one time.
	assert_eq "$(grep -c never decided | awk '{ print ($1 > 0) }')" 1
	(( $(awk '$2 != "never" { print $2 }' decided | sort -u | wc -l) > 3 ))
}

@test "random expressions have the same outcome when Slurm keeps them and behind a gate" {
	compare_ways 40 1
}

# bats test_tags=long
@test "two hundred random expressions have the same outcome when Slurm keeps them and behind a gate" {
	compare_ways 200 2
}
