#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: `ceff`: how well jobs used their CPUs and memory
#
# What ceff says of jobs that have ended, run and wait, beside what sacct has of them. Refusals are tested without a cluster.

# The shells of jobs expand the texts with $.
# shellcheck disable=SC2016

# bats file_tags=accounting

load common

setup_file()
{
	private_cluster --accounting --nodes 1
	local ended array running held
	ended=$(csubmit -c 2 --mem 100M --wrap 'x=$(head -c 30000000 /dev/zero | tr "\0" x)
		timeout 3 sh -c "while :; do :; done"; exit 3')
	array=$(csubmit -a 1-2 --wrap true)
	held=$(csubmit --hold --wrap true)
	running=$(csubmit -c 2 --wrap 'exec nice sh -c "while :; do :; done"')
	keep jobs ended array running held
	wait_until "[[ \$(sacct -nXP -j $ended,$array -o State | sort | xargs) == 'COMPLETED COMPLETED FAILED' ]]" 40
	wait_until "! sacct -nP -j $ended,$array -o End | grep -q Unknown" 20
	wait_until "sstat -nPa -j $running -o TRESUsageInTot | grep -q cpu=00:00:0[2-9]" 30
}

setup()
{
	recall jobs
}

# The jobs are those of the whole file.
teardown()
{
	dump_on_failure
}

# sum_of JOB: prints what sacct has: CPU seconds, seconds, and bytes of the largest step.
sum_of()
{
	sacct -nP --noconvert -j "$1" -o JobID,TotalCPU,ElapsedRaw,TRESUsageInTot | awk -F '|' '
		function sec(clock,    part, n, i, sum) {
			n = split(clock, part, ":")
			for (i = 1; i <= n; i++)
				sum = sum * 60 + part[i]
			return sum
		}
		$1 !~ /\./ { cpu = sec($2); elapsed = $3 }
		match($4, /mem=[0-9]+/) && substr($4, RSTART + 4, RLENGTH - 4) + 0 > bytes { bytes = substr($4, RSTART + 4, RLENGTH - 4) + 0 }
		END { printf "%.3f %d %.0f\n", cpu, elapsed, bytes }'
}

@test "ceff compares CPU time with wall-clock time and megabytes with megabytes when a job has ended" {
	local cpu wall bytes percent
	read -r cpu wall bytes < <(sum_of "$ended")
	((bytes > 30000000 && bytes < 104857600)) || fail "bytes: $bytes"
	run -0 as craneuser ceff "$ended"
	# sacct cuts CPU time to whole milliseconds.
	percent=$(sed -n 's/^CPU Efficiency: \([0-9.]*\)% .*/\1/p' <<<"$output")
	awk -v p="$percent" -v cpu="$cpu" -v wall="$wall" \
		'BEGIN { exit p < 50 * cpu / wall - 0.006 || p > 50 * (cpu + 0.001) / wall + 0.006 }' ||
		fail "CPU efficiency: $percent of $cpu s of CPU time in $wall s"
	assert_eq "$output" "$(awk -v percent="$percent" -v cpu="$cpu" -v wall="$wall" -v bytes="$bytes" -v id="$ended" \
		-v user="craneuser($(id -u craneuser))/$(id -gn craneuser)($(id -g craneuser))" 'BEGIN {
		mib = bytes / 1048576
		print "JobId: " id "\nQos: normal\nUser/Group: " user "\nAccount: lab\nJobState: Failed (exit code 3)"
		print "Nodes: 1\nCores per node: 2.00"
		printf "CPU Utilized: 00:00:%02d\n", cpu
		printf "CPU Efficiency: %s%% of 00:00:%02d core-walltime\n", percent, 2 * wall
		printf "Job Wall-clock time: 00:00:%02d\n", wall
		printf "Memory Utilized: %.2f MB (estimated maximum)\n", mib
		printf "Memory Efficiency: %.2f%% of 100.00 MB (100.00 MB/node)\n", mib }')"
}

@test "ceff asks the nodes when a job runs, and says so of one that waits or does not exist" {
	run -0 as craneuser ceff "$running,$held,12345"
	assert_contains "$output" $'JobState: Running\nNodes: 1\nCores per node: 2.00\nCPU Utilized: 00:00:'
	[[ $output =~ 'CPU Efficiency: '([0-9]+)\.[0-9][0-9]'% of ' ]] || fail "$output"
	assert_between 1 60 "${BASH_REMATCH[1]}"
	[[ $output =~ 'Memory Efficiency: '[0-9.]+'% of 100.00 MB (100.00 MB/node)' ]] || fail "$output"
	assert_contains "$output" $'JobState: Pending\nCores: 1.00\nEfficiency not available for jobs in the PENDING state.\n\n'"JobId: $running"$'\n'
	assert_eq "${lines[-2]}" 'WARNING: Efficiency statistics may be misleading for RUNNING jobs.'
	assert_eq "${lines[-1]}" 'Job 12345 does not exist.'
}

@test "ceff shows a job of another user without its efficiency when Slurm does not let the user ask its nodes" {
	run -0 as nobody ceff "$running"
	assert_eq "${lines[-1]}" 'Efficiency not available for jobs whose steps are not measured yet, or whose nodes you may not ask.'
	run -0 as nobody ceff "$ended"
	assert_contains "$output" 'Job Wall-clock time: '
}

@test "ceff shows each task of an array in order, and a step in an id means its job" {
	run -0 as craneuser ceff "$array"
	assert_eq "$(grep -E 'JobId|JobState|Cores' <<<"$output" | xargs)" "JobId: ${array}_1 JobState: Completed (exit code 0) Cores: 1.00 $(
		)JobId: ${array}_2 JobState: Completed (exit code 0) Cores: 1.00"
	run -0 as craneuser ceff "${array}_2.1,${array}_2,${array}_3"
	assert_eq "$(grep -E '^Job(Id| )' <<<"$output" | grep -v clock | xargs)" "JobId: ${array}_2 Job ${array}_3 does not exist."
}

# covers: ceff --json --config
@test "ceff --json prints an array of objects with the numbers of the text, and the rest on stderr" {
	local text
	text=$(as craneuser ceff "$ended")
	run --separate-stderr as craneuser ceff --json -C "$SLURM_CONF" "$ended,${array}_2,$held,12345"
	assert_eq "$status|${stderr_lines[-1]}" '0|Job 12345 does not exist.'
	assert_contains "$stderr" "Job $held: efficiency not available for jobs in the PENDING state."
	assert_eq "$(jq -c '[.[] | [.job_id, .display_job_id, .array_job_id, .array_task_id, .job_state, .nodes,
		(.cores_per_node, .total_malloc_mem_mb, .malloc_mem_mb_per_node | floor)]]' <<<"$output")" \
		"[[$ended,null,null,null,3,1,2,100,100],[$(jq '.[1].job_id' <<<"$output"),\"${array}_2\",$array,2,2,1,1,50,50],[$held,null,null,null,0,1,1,50,50]]"
	assert_eq "$(jq -r '.[2] | "\(.cpu_utilized_str)|\(.cpu_efficiency | floor)|\(.mem_efficiency | floor)"' <<<"$output")" '|0|0'
	assert_eq "$(jq -r '.[0] | "\(.qos) \(.user_name) \(.account) \(.cpu_utilized_str) \(.run_time_str)"' <<<"$output")" \
		"normal craneuser lab $(sed -n 's/^CPU Utilized: //p' <<<"$text") $(sed -n 's/^Job Wall-clock time: //p' <<<"$text")"
	assert_eq "$(jq -r '.[0] | "\(.cpu_efficiency * 100 | round) \(.mem_efficiency * 100 | round)"' <<<"$output")" \
		"$(awk '/ Efficiency: / { printf "%d ", $3 * 100 + 0.5 }' <<<"$text" | xargs)"
}

@test "ceff says that nothing is measured when the site has neither slurmdbd nor JobAcctGatherType" {
	local id conf=$CRANE_SUITE_DIR/etc/slurm.conf
	id=$(SLURM_CONF=$conf sbatch --parsable -o /dev/null --wrap 'exit 4')
	wait_until "SLURM_CONF=$conf squeue -h -t F -j $id -o %T | grep -q FAILED" 20
	run --separate-stderr ceff -C "$conf" "$id"
	assert_eq "$status|${lines[-1]}|$stderr" "0|Efficiency not available for jobs that Slurm does not measure (JobAcctGatherType is none).|$(
		)Slurm accounting is disabled (no slurmdbd): only steps that run now are measured."
}

# fails_in_time TEXT: ceff fails with status 3 and this text within ten seconds.
fails_in_time()
{
	local start=$EPOCHREALTIME
	run --separate-stderr timeout 20 ceff "$ended"
	assert_eq "$status|$output|${stderr_lines[-1]}" "3||Failed to query job info: $1"
	assert_between 0 10 "$(awk "BEGIN { print int($EPOCHREALTIME - $start) }")"
}

@test "ceff ends with status 3 within ten seconds when slurmdbd is frozen or killed" {
	minicluster dbd freeze
	fails_in_time 'Request timeout, please try again or reduce the query scope.'
	minicluster dbd thaw
	minicluster dbd kill
	fails_in_time 'Connection to CraneCtld is broken.'
}
