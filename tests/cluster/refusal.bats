#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: what is refused, and in which words
#
# Which Crane dependencies are refused at submission, with which messages; a refused request leaves nothing behind. The
# messages are those of src/dependency.c, as a user reads them on the terminal.

load common

setup_file()
{
	# A job with a record, to check that refused requests do not change it.
	local a neighbour
	# A cluster of its own: here the whole queue is compared.
	private_cluster --nodes 1 --cpus 16
	a=$(submit_held)
	neighbour=$(submit -d "crane:afterok:$a+1h" --wrap true)
	wait_until "[[ \$(events_of $neighbour) == . ]]" 5
	keep neighbour a neighbour
}

setup()
{
	recall neighbour
	wait_until '[[ -z $(squeue -h -t R,CG -o %i) ]]' 20 # what the test before has left
	queue_before=$(the_queue)
	last_id=$(submit_held)
	scancel "$last_id"
}

# The state that has to be the same afterwards: which jobs wait or run, and every field of a neighbour except those that the
# scheduler changes (AccrueTime since 24.11, for a job with a begin time).
the_queue()
{
	squeue -h -o '%i %T %E' | sort
	scontrol show job "$neighbour" | grep -vE 'LastSchedEval=|AccrueTime='
}

# No job was made for a refused request (the next id is unchanged), and no neighbour has changed.
assert_nothing_left()
{
	assert_eq "$(the_queue)" "$queue_before"
	local next
	next=$(submit_held)
	scancel "$next"
	assert_eq "$next" $((last_id + 1)) "the next job's id"
}

# column|dependency|text|, for every class of errors of the language. Columns count from the start of "afterok".
refused_vectors()
{
	cat <<'END'
18|afterok:100+1:30:00|invalid job ID '00' in dependency: strconv.ParseUint: parsing "00": value out of range|
19|afterok:100+01:75:00|invalid job ID '00' in dependency: strconv.ParseUint: parsing "00": value out of range|
13|afterok:100+1-01:30|invalid delay format '1-01' in dependency: invalid duration format: 1-01|
13|afterok:100+1-1:30:00|invalid delay format '1-1' in dependency: invalid duration format: 1-1|
13|afterok:100+1-01:60:00|invalid delay format '1-01' in dependency: invalid duration format: 1-01|
24|afterok:100+1-01:30:00:00|invalid job ID '00' in dependency: strconv.ParseUint: parsing "00": value out of range|
24|afterok:100,afterok:101?afterok:102|cannot use both ',' and '?' in the dependency string|
16|after:1?after:2,after:3|cannot use both ',' and '?' in the dependency string|
1||unrecognized dependency string: |
1|afterok:|unrecognized dependency string: afterok:|
1|after100|unrecognized dependency string: after100|
1|afterok|unrecognized dependency string: afterok|
1|afterok=100|unrecognized dependency string: afterok=100|
1|AFTEROK:100|unrecognized dependency string: AFTEROK:100|
1|AfterOk:100|unrecognized dependency string: AfterOk:100|
9|after:1?singleton|'singleton' cannot be an alternative: join it by ','|
14|aftercorr:100+5|'aftercorr' takes no delay|
13|afterok:100,|unrecognized dependency string: |
1|,afterok:100|unrecognized dependency string: |
13|afterok:100?|unrecognized dependency string: |
13|afterok:100,,afterok:101|unrecognized dependency string: |
13|afterok:100, afterok:101|unrecognized dependency string:  afterok:101|
9|afterok:100 101|invalid job list format in '100 101': should only contain job_id[+delay] separated by ':'|
9|afterok:100.1|invalid job list format in '100.1': should only contain job_id[+delay] separated by ':'|
9|afterok:-1|invalid job list format in '-1': should only contain job_id[+delay] separated by ':'|
9|afterok:abc|invalid job list format in 'abc': should only contain job_id[+delay] separated by ':'|
9|afterok:100abc|invalid job list format in '100abc': should only contain job_id[+delay] separated by ':'|
9|afterok:abc100|invalid job list format in 'abc100': should only contain job_id[+delay] separated by ':'|
13|afterok:100:abc|invalid job list format in '100:abc': should only contain job_id[+delay] separated by ':'|
9|afterok::100|invalid job list format in ':100': should only contain job_id[+delay] separated by ':'|
13|afterok:100:|invalid job list format in '100:': should only contain job_id[+delay] separated by ':'|
13|afterok:100::101|invalid job list format in '100::101': should only contain job_id[+delay] separated by ':'|
9|afterok:0|invalid job ID '0' in dependency: strconv.ParseUint: parsing "0": value out of range|
9|afterok:4294967296|invalid job ID '4294967296' in dependency: strconv.ParseUint: parsing "4294967296": value out of range|
13|afterok:100+|invalid delay format '' in dependency: invalid duration format: |
13|afterok:100+:101|invalid delay format '' in dependency: invalid duration format: |
13|afterok:100+invalid|invalid delay format 'invalid' in dependency: invalid duration format: invalid|
13|afterok:100+10ms|invalid delay format '10ms' in dependency: invalid duration unit 'ms' in: 10ms|
13|afterok:100+1h30|invalid delay format '1h30' in dependency: invalid duration format: 1h30|
9|afterok:100+1.5h|invalid job list format in '100+1.5h': should only contain job_id[+delay] separated by ':'|
13|afterok:100+-5|invalid delay format '-5' in dependency: invalid duration format: -5|
13|afterok:100+10+20|invalid delay format '10+20' in dependency: invalid duration format: 10+20|
9|afterok:100+5 m|invalid job list format in '100+5 m': should only contain job_id[+delay] separated by ':'|
13|afterok:100:100|duplicate job 100 in dependencies|
24|afterok:100,afternotok:100|duplicate job 100 in dependencies|
22|afterok:100?afterany:100|duplicate job 100 in dependencies|
16|afterok:100+10:100+20|duplicate job 100 in dependencies|
END
}

# refused_by_sbatch DEPENDENCY TEXT
refused_by_sbatch()
{
	run --separate-stderr as craneuser sbatch --wrap true -d "$1"
	assert_eq "$status" 1 "exit status of sbatch -d '$1'"
	assert_eq "$output" ''
	assert_eq "$stderr" "sbatch: error: crane: $2
sbatch: error: Batch job submission failed: Job dependency problem"
}

# refused_by_cbatch DEPENDENCY EXIT-STATUS FIRST-LINE
refused_by_cbatch()
{
	run --separate-stderr as craneuser cbatch --wrap true -d "$1"
	assert_eq "$status" "$2" "exit status of cbatch -d '$1': $stderr"
	assert_eq "$output" ''
	assert_eq "${stderr_lines[0]}" "$3"
}

# -- the language ------------------------------------------------------------------------------------------------------

@test "sbatch -d crane:... refuses every invalid dependency with text and column" {
	local column dependency text n=0
	while IFS='|' read -r column dependency text; do
		refused_by_sbatch "crane:$dependency" "$text (column $((column + 6)) of --dependency)"
		n=$((n + 1))
	done < <(refused_vectors)
	assert_between 40 200 "$n" "dependencies tried"
	assert_nothing_left
}

@test "cbatch -d refuses every invalid dependency with exit status 2" {
	local column dependency text n=0
	while IFS='|' read -r column dependency text; do
		[[ -n $dependency ]] || continue # means "not given" to cbatch
		case $text in
		'duplicate job'*) text="invalid argument: $text" ;;
		*) text="failed to set dependencies: $text" ;;
		esac
		refused_by_cbatch "$dependency" 2 "Error: invalid argument: $text"
		n=$((n + 1))
	done < <(refused_vectors)
	assert_between 40 200 "$n" "dependencies tried"
	assert_nothing_left
}

@test "an empty dependency in a script is refused by cbatch with exit status 2" {
	printf '#!/bin/sh\n#CBATCH --dependency ""\ntrue\n' >"$BATS_TEST_TMPDIR/script"
	run --separate-stderr as craneuser cbatch "$BATS_TEST_TMPDIR/script"
	assert_eq "$status" 2 "$stderr"
	assert_contains "$stderr" "unrecognized dependency string: "
	assert_nothing_left
}

@test "srun and salloc refuse a bad Crane dependency in the same words" {
	run --separate-stderr as craneuser srun -d crane:afterok:1:1 true
	assert_eq "$status" 1
	assert_eq "$stderr" "srun: error: crane: duplicate job 1 in dependencies (column 17 of --dependency)
srun: error: Unable to allocate resources: Job dependency problem"
	run --separate-stderr as craneuser salloc -d crane:afterok:1:1 true
	assert_eq "$status" 1
	assert_eq "$stderr" "salloc: error: crane: duplicate job 1 in dependencies (column 17 of --dependency)
salloc: error: Job submit/allocate failed: Job dependency problem"
	assert_nothing_left
}

@test "an array task is named ID_TASK, and similar forms are refused" {
	local bad
	for bad in 100_ 100_x _3 100_3_4 100_-1 '100_[1-3]' '100_*' 100_3.0 100_99999999999; do
		run as craneuser sbatch --wrap true -d "crane:afterok:$bad"
		assert_eq "$status" 1 "$bad: $output"
		assert_contains "$output" "sbatch: error: crane: invalid "
	done
	assert_nothing_left
}

@test "more than a thousand jobs in one dependency are refused" {
	local list
	list=$(printf ':%d' {1..1001})
	refused_by_sbatch "crane:afterok$list" \
		"more than 1000 jobs in one dependency (column $((15 + $(printf ':%d' {1..1000} | wc -c))) of --dependency)"
	assert_nothing_left
}

@test "control characters of a bad dependency come back as question marks" {
	run --separate-stderr as craneuser sbatch --wrap true -d $'crane:after\e[31mok:1\a'
	assert_eq "$status" 1
	assert_contains "$stderr" 'unrecognized dependency string: after?[31mok:1?'
	refute_contains "$(tail -n 20 "$MINICLUSTER_DIR/log/slurmctld.log")" $'\e'
	assert_nothing_left
}

# -- jobs that are not there -------------------------------------------------------------------------------------------

missing='One or more dependency jobs may not exist or have ended'

# An ended job that slurmctld still remembers.
ended_job()
{
	local id
	id=$(submit --wrap true)
	wait_for_end 10 "$id"
	echo "$id"
}

@test "a job id that was never used is refused and named" {
	refused_by_sbatch crane:afterok:99999 "$missing: 99999"
	refused_by_sbatch "crane:afterany:99999+10s:$a?after:4294967295" "$missing: 99999, 4294967295"
	assert_nothing_left
}

@test "a job that has ended is refused, whatever its outcome and the type" {
	local ended cancelled type
	ended=$(ended_job)
	cancelled=$(submit_held)
	scancel "$cancelled"
	for type in after afterany afterok afternotok; do
		refused_by_sbatch "crane:$type:$ended" "$missing: $ended"
	done
	refused_by_sbatch "crane:afterok:$ended?afterok:$neighbour" "$missing: $ended"
	refused_by_sbatch "crane:after:$cancelled" "$missing: $cancelled"
}

@test "a task that has ended is refused while its array still runs" {
	local array
	array=$(submit --array 1-2 --wrap 'sleep $(( (SLURM_ARRAY_TASK_ID - 1) * 3000 ))')
	wait_until "job_is_over ${array}_1" 10
	refused_by_sbatch "crane:afterok:${array}_1" "$missing: ${array}_1"
}

@test "an array that has ended is refused, and a task that no array has" {
	local array
	array=$(submit --array 1-2 --wrap 'sleep $(( (SLURM_ARRAY_TASK_ID - 1) * 3000 ))')
	wait_until "job_is_over ${array}_1" 10
	refused_by_sbatch "crane:afterok:${array}_3" "$missing: ${array}_3"
	scancel "$array"
	wait_until "job_is_over $array" 15
	refused_by_sbatch "crane:afterok:$array" "$missing: $array"
	refused_by_sbatch "crane:afterok:${neighbour}_1" "$missing: ${neighbour}_1"
}

@test "no more than eight of the missing jobs are named" {
	refused_by_sbatch crane:afterok:90001:90002:90003:90004:90005:90006:90007:90008:90009 \
		"$missing: 90001, 90002, 90003, 90004, 90005, 90006, 90007, 90008, ..."
	assert_nothing_left
}

@test "cbatch reports missing jobs in Crane's words with exit status 4" {
	local ended
	ended=$(ended_job)
	last_id=$ended
	run --separate-stderr as craneuser cbatch --wrap true -d afterok:99999
	assert_eq "$status" 4 "$stderr"
	assert_eq "$output" ''
	assert_contains "$stderr" "Job allocation failed: $missing"
	assert_contains "$stderr" 99999
	run --separate-stderr as craneuser cbatch --wrap true -d "afterany:$ended?after:$neighbour"
	assert_eq "$status" 4 "$stderr"
	assert_contains "$stderr" "Job allocation failed: $missing"
	assert_nothing_left
}

# -- what cannot be combined -------------------------------------------------------------------------------------------

@test "a heterogeneous job with a Crane dependency is refused" {
	run --separate-stderr as craneuser sbatch -d "crane:after:$neighbour" -n1 : -n1 --wrap true
	assert_eq "$status" 1
	assert_contains "$stderr" "heterogeneous job cannot have a Crane dependency"
	run --separate-stderr as craneuser srun -n1 : -d "crane:after:$neighbour" -n1 true
	assert_eq "$status" 1
	assert_contains "$stderr" "heterogeneous job cannot have a Crane dependency"
	run --separate-stderr as craneuser salloc -n1 -d "crane:after:$neighbour" : -n1 true
	assert_eq "$status" 1
	assert_contains "$stderr" "heterogeneous job cannot have a Crane dependency"
	assert_eq "$(the_queue)" "$queue_before"
}

@test "a deadline that leaves no time to wait is refused" {
	run --separate-stderr as craneuser sbatch --deadline now+65seconds --time 1 -d "crane:after:$neighbour" --wrap true
	assert_eq "$status" 1
	assert_contains "$stderr" "sbatch: error: crane: --deadline leaves no time to wait for a dependency"
	assert_eq "$(the_queue)" "$queue_before"
}
