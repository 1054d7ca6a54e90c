#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: `CRANE_*` variables and step numbers
#
# The environment of a job's processes: CRANE_* in every job, CRANE_STEP_ID only in steps, no variables of other jobs, and
# Slurm's own variables unchanged. The unit tests of src/stepenv test how values are printed.

load common

# A cluster of its own: the tests change plugstack.conf, which every srun and slurmstepd reads anew.
setup_file()
{
	# shellcheck disable=SC2016  # Slurm expands $SHELL
	private_cluster --nodes 2 --conf 'LaunchParameters=use_interactive_step' \
		--conf 'InteractiveStepOptions="--interactive --preserve-env $SHELL"' \
		--conf 'PartitionName=BARE Nodes=crane[01-02] MaxTime=INFINITE State=UP'
	spank_line=$(grep spank_crane "$MINICLUSTER_DIR/etc/plugstack.conf")
	keep plugstack spank_line
}

setup()
{
	out=$BATS_TEST_TMPDIR/out
	install -d -o craneuser "$out"
	# dump LABEL: the environment of this process, in a file of its own.
	cat >"$out/dump" <<-DUMP
		#!/bin/sh
		env -0 >"$out/\$1.\${SLURM_PROCID:-shell}"
	DUMP
	# The script of the manual's example 4, as written there.
	cp "$BATS_TEST_DIRNAME/manual/script.sh" "$out"
	printf '#!/bin/sh\n' >"$out/my_program"
	chmod 755 "$out"/*
	plugstack
}

# The layout of tasks depends on the resources of earlier jobs: none are left.
teardown()
{
	dump_on_failure
	end_all_jobs
}

# plugstack [ARGUMENT of the plugin...]; plugstack off: Slurm as it is without us.
plugstack()
{
	recall plugstack
	if [[ ${1:-} == off ]]; then
		: >"$MINICLUSTER_DIR/etc/plugstack.conf"
	else
		echo "$spank_line $*" >"$MINICLUSTER_DIR/etc/plugstack.conf"
	fi
}

# -- reading what was dumped -------------------------------------------------------------------------------------------

# look_up DUMP NAME: succeeds if the variable is set there, and sets value.
look_up()
{
	local entry entries
	[[ -f $out/$1 ]] || fail "no dump $1: $(ls "$out")" || return 2
	mapfile -d '' -t entries <"$out/$1"
	for entry in "${entries[@]}"; do
		[[ $entry != "$2="* ]] || { value=${entry#*=}; return 0; }
	done
	return 1
}

# assert_var DUMP NAME VALUE
assert_var()
{
	local value
	look_up "$1" "$2" || fail "$1: $2 is not set, wanted '$3'" || return 1
	assert_eq "$value" "$3" "$1: $2"
}

# assert_unset DUMP NAME...
assert_unset()
{
	local name value
	for name in "${@:2}"; do
		if look_up "$1" "$name"; then
			fail "$1: $name is set: $value" || return 1
		elif (($? != 1)); then
			return 1
		fi
	done
}

# var DUMP NAME: prints its value, "" if it is not set.
var()
{
	local value=
	look_up "$1" "$2" || (($? == 1)) || return 1
	echo "$value"
}

# Dumps must not hold anything of ours; CRANE_TOP and the like are the test suite's.
assert_no_crane()
{
	local dump entry entries
	for dump; do
		[[ -f $out/$dump ]] || fail "no dump $dump: $(ls "$out")" || return 1
		mapfile -d '' -t entries <"$out/$dump"
		for entry in "${entries[@]}"; do
			[[ $entry != @(CRANE|SLURMCRANE)_* || $entry == CRANE_@(BUILDDIR|SUITE_DIR|TOP|USERS_MADE)=* ]] ||
				fail "$dump: $entry" || return 1
		done
	done
}

# batch SBATCH-OPTION... -- LINE...: runs the lines as a script and waits for its end; prints the job's id.
batch()
{
	local options=()
	while [[ $1 != -- ]]; do
		options+=("$1")
		shift
	done
	shift
	printf '%s\n' '#!/bin/bash' "cd '$out'" "$@" >"$out/batch.sh"
	as craneuser sbatch --parsable --wait -o "$out/batch.out" "${options[@]}" "$out/batch.sh" ||
		fail "$(cat "$out/batch.out")"
}

# The fields of `scontrol show job` as the script wrote them into the file named job.
seen_field()
{
	[[ " $(<"$out/job")" =~ [[:space:]]"$1"=([^[:space:]]*) ]] && echo "${BASH_REMATCH[1]}"
}

# shellcheck disable=SC2016  # the job expands it
show_job='SLURM_TIME_FORMAT=%s scontrol show job -o $SLURM_JOB_ID >job'

# -- every variable ----------------------------------------------------------------------------------------------------

# assert_job DUMP ID: the variables of a job with this command line, the same in all its processes.
job_options=(-N 2 -n 4 --ntasks-per-node=2 --mem=400 -t 36:00:00 -J 'sim; 1' -p CPU)
assert_job()
{
	assert_var "$1" CRANE_JOB_ID "$2"
	assert_var "$1" CRANE_JOB_NAME 'sim; 1'
	assert_var "$1" CRANE_JOB_ACCOUNT ''
	assert_var "$1" CRANE_JOB_PARTITION CPU
	assert_var "$1" CRANE_PARTITION CPU
	assert_var "$1" CRANE_JOB_QOS ''
	assert_var "$1" CRANE_JOB_NODELIST 'crane01;crane02'
	assert_var "$1" CRANE_JOB_NUM_NODES 2
	assert_var "$1" CRANE_JOB_END_TIME "$(seen_field EndTime)000000000"
	assert_var "$1" CRANE_NTASKS 4
	assert_var "$1" CRANE_NTASKS_PER_NODE 2
	assert_var "$1" CRANE_CPUS_PER_TASK 1.00
	assert_var "$1" CRANE_CPUS_ON_NODE 2.00
	assert_var "$1" CRANE_MEM_PER_NODE 400
	assert_var "$1" CRANE_MEM_PER_CPU 200.00
	assert_var "$1" CRANE_GPUS 0
	assert_var "$1" CRANE_SUBMIT_DIR "$BATS_TEST_TMPDIR/craneuser"
	assert_var "$1" CRANE_SUBMIT_HOST "$(hostname)"
	assert_var "$1" CRANE_CLUSTER_NAME crane
	assert_unset "$1" CRANE_ARRAY_JOB_ID CRANE_ARRAY_TASK_ID SLURMCRANE_COMMAND SLURMCRANE_STEP
}

# assert_tasks LABEL ID STEP LIMIT: four tasks, two a node; STEP - for the PRIMARY one.
assert_tasks()
{
	local i
	for i in 0 1 2 3; do
		assert_job "$1.$i" "$2"
		assert_var "$1.$i" CRANE_PROCID $i
		assert_var "$1.$i" CRANE_PROC_ID $i
		assert_var "$1.$i" CRANE_NODEID $((i / 2))
		assert_var "$1.$i" CRANE_TIMELIMIT "$4"
		if [[ $3 == - ]]; then
			assert_unset "$1.$i" CRANE_STEP_ID
		else
			assert_var "$1.$i" CRANE_STEP_ID "$3"
		fi
	done
}

@test "a batch script and the tasks of its steps see every variable" {
	id=$(batch "${job_options[@]}" -- "$show_job" './dump batch' \
		'srun ./dump step' \
		'srun -J other --mem=100 -t 5 ./dump limited' \
		'srun -N 1 -n 1 -r 1 ./dump second' \
		'srun --export=NONE ./dump none' \
		'srun --export=PATH ./dump one')
	assert_job batch.0 "$id"
	assert_unset batch.0 CRANE_STEP_ID
	assert_var batch.0 CRANE_PROCID 0
	assert_var batch.0 CRANE_PROC_ID 0
	assert_var batch.0 CRANE_NODEID 0
	assert_var batch.0 CRANE_TIMELIMIT 36:00:00
	assert_tasks step "$id" 2 36:00:00
	assert_tasks limited "$id" 3 00:05:00
	# One task on the second node: the variables of the job are the same, those of the node differ.
	assert_job second.0 "$id"
	assert_var second.0 CRANE_NODEID 1
	assert_var second.0 CRANE_PROCID 0
	assert_var second.0 CRANE_STEP_ID 4
	assert_tasks none "$id" 5 36:00:00
	assert_tasks one "$id" 6 36:00:00
}

@test "the tasks of srun as a job are the PRIMARY step and see every variable" {
	as craneuser srun "${job_options[@]}" sh -c "
		cd '$out'; ./dump srun
		[ \$SLURM_PROCID != 0 ] || $show_job"
	assert_tasks srun "$(var srun.0 SLURM_JOB_ID)" - 36:00:00
}

@test "the local shell of salloc and its steps see every variable" {
	as craneuser salloc --quiet "${job_options[@]}" sh -c "
		cd '$out'; ./dump shell; $show_job; srun ./dump step; srun ./dump again; srun -t 7 ./dump limited"
	id=$(var shell.shell SLURM_JOB_ID)
	assert_job shell.shell "$id"
	assert_unset shell.shell CRANE_STEP_ID
	assert_var shell.shell CRANE_PROCID 0
	assert_var shell.shell CRANE_NODEID 0
	assert_var shell.shell CRANE_TIMELIMIT 36:00:00
	assert_tasks step "$id" 2 36:00:00
	assert_tasks again "$id" 3 36:00:00
	assert_tasks limited "$id" 4 00:07:00
}

@test "the interactive step of salloc is the PRIMARY step and sees every variable" {
	echo "cd '$out'; ./dump shell; $show_job; srun ./dump step" |
		SHELL=/bin/sh as craneuser salloc --quiet "${job_options[@]}"
	id=$(var shell.0 SLURM_JOB_ID)
	local step_id=4294967290
	! slurm_at_least 26 5 || step_id=-6 # as Slurm writes it since 26.05
	assert_var shell.0 SLURM_STEP_ID "$step_id"
	assert_job shell.0 "$id"
	assert_unset shell.0 CRANE_STEP_ID
	assert_var shell.0 CRANE_TIMELIMIT 36:00:00
	assert_tasks step "$id" 2 36:00:00
}

@test "array tasks know their array, in the script and in its steps" {
	# shellcheck disable=SC2016
	batch --array=3,7 -- './dump batch-$SLURM_ARRAY_TASK_ID' 'srun ./dump step-$SLURM_ARRAY_TASK_ID'
	local task
	for task in 3 7; do
		assert_var batch-$task.0 CRANE_ARRAY_TASK_ID $task
		assert_var batch-$task.0 CRANE_ARRAY_JOB_ID "$(var batch-$task.0 SLURM_ARRAY_JOB_ID)"
		assert_var batch-$task.0 CRANE_JOB_ID "$(var batch-$task.0 SLURM_JOB_ID)"
		assert_unset batch-$task.0 CRANE_STEP_ID
		assert_var step-$task.0 CRANE_ARRAY_TASK_ID $task
		assert_var step-$task.0 CRANE_ARRAY_JOB_ID "$(var batch-$task.0 SLURM_ARRAY_JOB_ID)"
		assert_var step-$task.0 CRANE_STEP_ID 2
	done
}

@test "gpus of the node are counted, in a local shell too" {
	as craneuser salloc --quiet -p GPU --gres=gpu:2 sh -c "cd '$out'; ./dump shell; srun ./dump step"
	assert_var shell.shell CRANE_GPUS 2
	assert_var step.0 CRANE_GPUS 2
	as craneuser srun -p GPU --gres=gpu:1 "$out/dump" one
	assert_var one.0 CRANE_GPUS 1
}

@test "crun and cbatch number a process's GPUs under Crane's other names, and native jobs keep Slurm's alone" {
	as craneuser srun -p GPU --gres=gpu:2 "$out/dump" native
	assert_unset native.0 NVIDIA_VISIBLE_DEVICES
	assert_unset native.0 HIP_VISIBLE_DEVICES
	program gpus <<-SCRIPT
		#!/bin/sh
		cd '$out'
		./dump script
		crun -n 1 --gres gpu:1 ./dump one
		crun -n 1 --gres none ./dump none
		srun -n 1 --gres=gpu:2 ./dump srun
	SCRIPT
	run as craneuser cbatch -p GPU --gres gpu:2 -o /dev/null ./gpus
	wait_for_end 20 "${output##* }"
	assert_var script.0 NVIDIA_VISIBLE_DEVICES 0,1
	assert_var script.0 HIP_VISIBLE_DEVICES 0,1
	assert_var script.0 CUDA_VISIBLE_DEVICES "$(var native.0 CUDA_VISIBLE_DEVICES)"
	assert_var one.0 NVIDIA_VISIBLE_DEVICES "$(var one.0 CUDA_VISIBLE_DEVICES)"
	assert_var one.0 HIP_VISIBLE_DEVICES 0
	assert_var srun.0 NVIDIA_VISIBLE_DEVICES 0,1
	assert_unset none.0 NVIDIA_VISIBLE_DEVICES
	assert_unset none.0 HIP_VISIBLE_DEVICES
	assert_unset none.0 CUDA_VISIBLE_DEVICES
	# Without GPUs such a name is the user's own.
	NVIDIA_VISIBLE_DEVICES=all as craneuser crun -N 1 "$out/dump" own
	assert_var own.0 NVIDIA_VISIBLE_DEVICES all
}

@test "a job without a time limit has Crane's value for no limit" {
	batch -- './dump batch' 'srun ./dump step' 'srun -t 2 ./dump limited'
	assert_var batch.0 CRANE_TIMELIMIT 87660000:00:00
	assert_var batch.0 CRANE_JOB_END_TIME 9223372036854775807
	assert_var step.0 CRANE_TIMELIMIT 87660000:00:00
	assert_var limited.0 CRANE_TIMELIMIT 00:02:00
}

# Without a DefaultTime of the partition, jobs that backfill starts have a limit of a year, and the others none.
@test "CRANE_TIMELIMIT is the limit that Slurm chose" {
	local limit
	batch -p BARE -- "$show_job" './dump batch'
	limit=$(seen_field TimeLimit)
	case $limit in
	UNLIMITED) assert_var batch.0 CRANE_TIMELIMIT 87660000:00:00 ;;
	365-00:00:00) assert_var batch.0 CRANE_TIMELIMIT 8760:00:00 ;;
	*) fail "neither none nor a year: $limit" ;;
	esac
}

# -- CRANE_STEP_ID -----------------------------------------------------------------------------------------------------

@test "the step-aware script of the manual tells steps from jobs" {
	id=$(batch -- ./script.sh 'srun ./script.sh' 'srun ./script.sh' 'srun ./script.sh')
	for step in 2 3 4; do
		assert_contains "$(<"$out/batch.out")" "Running as step $step of job $id
Resources allocated to this step"
	done
	assert_eq "$(head -n 2 "$out/batch.out")" "Running as standalone job $id
Primary job execution"

	cd "$out"
	run -0 --separate-stderr runuser -u craneuser -- srun ./script.sh 3>&-
	[[ $output =~ ^"Running as standalone job "[0-9]+$'\n'"Primary job execution"$ ]] || fail "$output"
	run -0 --separate-stderr runuser -u craneuser -- salloc --quiet sh -c './script.sh; srun ./script.sh' 3>&-
	[[ ${lines[0]} =~ ^"Running as standalone job "([0-9]+)$ ]] || fail "$output"
	assert_eq "${lines[2]}" "Running as step 2 of job ${BASH_REMATCH[1]}"
}

@test "steps of a job made by srun count from 2, its own tasks have no number" {
	as craneuser srun -n 1 sh -c "cd '$out'; ./dump primary; srun --overlap ./dump nested; srun --overlap ./dump again"
	assert_unset primary.0 CRANE_STEP_ID
	assert_var nested.0 CRANE_STEP_ID 2
	assert_var again.0 CRANE_STEP_ID 3
	assert_var nested.0 CRANE_JOB_ID "$(var primary.0 SLURM_JOB_ID)"
}

@test "a step inside a step has its own number" {
	batch -n 2 -- 'srun -n 1 sh -c "./dump outer; srun --overlap --mem=0 -n 1 ./dump inner; ./dump after"'
	assert_var outer.0 CRANE_STEP_ID 2
	assert_var inner.0 CRANE_STEP_ID 3
	assert_var after.0 CRANE_STEP_ID 2
}

@test "a job submitted from inside a step starts without the step's variables" {
	inner="srun -n 1 ./dump"
	batch -n 1 -t 9 --array=5 -- "srun -n 1 sh -c '
		./dump outer
		sbatch --wait -t 3 -o /dev/null --wrap \"./dump batch; $inner batchstep\"
		sbatch --wait -t 3 --export=NONE -o /dev/null --wrap \"./dump clean\"
		salloc --quiet -t 4 sh -c \"./dump shell; $inner shellstep\"
		env -u SLURM_JOB_ID -u SLURM_JOBID srun -n 1 -t 2 ./dump srun'"
	assert_var outer.0 CRANE_STEP_ID 2
	for dump in batch.0 clean.0 shell.0 srun.0; do
		assert_unset "$dump" CRANE_STEP_ID CRANE_ARRAY_JOB_ID CRANE_ARRAY_TASK_ID
		assert_var "$dump" CRANE_JOB_ID "$(var "$dump" SLURM_JOB_ID)"
		[[ $(var "$dump" CRANE_JOB_ID) != "$(var outer.0 CRANE_JOB_ID)" ]] || fail "$dump is in the outer job"
	done
	assert_var batch.0 CRANE_TIMELIMIT 00:03:00
	assert_var clean.0 CRANE_TIMELIMIT 00:03:00
	assert_var shell.0 CRANE_TIMELIMIT 00:04:00
	assert_var srun.0 CRANE_TIMELIMIT 00:02:00
	for dump in batchstep.0 shellstep.0; do
		assert_var "$dump" CRANE_STEP_ID 2
		assert_unset "$dump" CRANE_ARRAY_TASK_ID
	done
}

@test "srun --jobid from outside, and from inside another job, is a step of the job it names" {
	local batch_id srun_pid maker joined
	batch_id=$(submit -n 2 -t 50 -J target --wrap 'sleep 3000')
	wait_for_state "$batch_id" RUNNING 10
	as craneuser srun --jobid="$batch_id" --overlap -n 1 "$out/dump" outside
	batch -- "srun --jobid=$batch_id --overlap -n 1 ./dump inside" './dump own'
	local dump
	for dump in outside inside; do
		assert_var $dump.0 CRANE_JOB_ID "$batch_id"
		assert_var $dump.0 CRANE_JOB_NAME target
		assert_var $dump.0 CRANE_TIMELIMIT 00:50:00
		assert_var $dump.0 CRANE_NTASKS 2
		assert_var $dump.0 CRANE_JOB_NODELIST crane01
	done
	assert_var outside.0 CRANE_STEP_ID 2
	assert_var inside.0 CRANE_STEP_ID 3

	# A job made by crun or srun: its step 0 is the PRIMARY one, so the next is 2, unless Slurm cannot tell that srun made it.
	for maker in crun srun; do
		joined=2
		if [[ $maker == srun ]] && slurm_at_least 22 6 && ! slurm_at_least 26 5; then
			difference "a job that srun made looks from outside like one of salloc's, unless it has a Crane dependency:
				its steps are numbered one higher there"
			joined=3
		fi
		rm -f "$out"/{up,direct.0,joined.0}
		as craneuser $maker -n 1 -J direct sh -c "cd '$out'; ./dump direct; touch up; while [ -e up ]; do sleep 0.1; done" &
		srun_pid=$!
		wait_until "[[ -e $out/up ]]" 10
		as craneuser srun --jobid="$(var direct.0 SLURM_JOB_ID)" --overlap -n 1 "$out/dump" joined
		rm "$out/up"
		wait $srun_pid
		assert_var joined.0 CRANE_STEP_ID $joined
		assert_var joined.0 CRANE_JOB_NAME direct
	done
}

@test "the user's own CRANE_ variables have no effect" {
	CRANE_STEP_ID=9 CRANE_JOB_ID=8 CRANE_ARRAY_TASK_ID=7 CRANE_PROCID=6 SLURMCRANE_JOB='1;id=1;m=srun' \
		SLURMCRANE_STEP=1.0:5 batch -t 5 -- './dump batch' 'SLURMCRANE_JOB=junk srun ./dump step'
	for dump in batch.0 step.0; do
		assert_var $dump CRANE_JOB_ID "$(var $dump SLURM_JOB_ID)"
		assert_var $dump CRANE_PROCID 0
		assert_var $dump CRANE_TIMELIMIT 00:05:00
		assert_unset $dump CRANE_ARRAY_TASK_ID
	done
	assert_unset batch.0 CRANE_STEP_ID
	assert_var step.0 CRANE_STEP_ID 2
}

# -- whom it concerns, and what it costs -------------------------------------------------------------------------------

@test "env=none sets nothing and removes nothing" {
	plugstack env=none
	batch -- './dump batch' 'srun ./dump step'
	as craneuser srun "$out/dump" srun
	as craneuser salloc --quiet "$out/dump" shell
	assert_no_crane batch.0 step.0 srun.0 shell.shell
	CRANE_STEP_ID=9 batch -- './dump inherited'
	assert_var inherited.0 CRANE_STEP_ID 9
}

@test "env=crane sets variables only in jobs and steps of Crane's commands" {
	plugstack env=crane
	batch -- './dump batch' 'srun ./dump step' 'SLURMCRANE_COMMAND=crun srun ./dump crun'
	as craneuser srun "$out/dump" srun
	as craneuser salloc --quiet sh -c "cd '$out'; ./dump shell; srun ./dump shellstep"
	assert_no_crane batch.0 step.0 srun.0 shell.shell shellstep.0
	assert_var crun.0 CRANE_STEP_ID 3
	assert_unset crun.0 SLURMCRANE_COMMAND

	SLURMCRANE_COMMAND=cbatch batch -- './dump batch' 'srun ./dump step' \
		'sbatch --wait -o /dev/null --wrap "./dump native"'
	assert_var batch.0 CRANE_JOB_ID "$(var batch.0 SLURM_JOB_ID)"
	assert_var step.0 CRANE_STEP_ID 2
	# A native job submitted from there stays native, and has no variables of the outer job.
	assert_no_crane native.0
	SLURMCRANE_COMMAND=calloc as craneuser salloc --quiet sh -c "cd '$out'; ./dump shell; srun ./dump shellstep"
	assert_var shell.shell CRANE_JOB_ID "$(var shell.shell SLURM_JOB_ID)"
	assert_unset shell.shell SLURMCRANE_COMMAND
	assert_var shellstep.0 CRANE_STEP_ID 2
	SLURMCRANE_COMMAND=crun as craneuser srun "$out/dump" srun
	assert_var srun.0 CRANE_JOB_ID "$(var srun.0 SLURM_JOB_ID)"
	assert_unset srun.0 CRANE_STEP_ID SLURMCRANE_COMMAND
}

@test "env=crane sets variables in a job that cbatch itself submits, whatever its --export says" {
	local what job
	plugstack env=crane
	cd "$out"
	for what in ALL NONE NIL HOME; do
		job=$(as craneuser cbatch --parsable --export "$what" -o /dev/null --wrap "cd '$out'; ./dump $what")
		wait_for_end 20 "$job"
		assert_var "$what.0" CRANE_JOB_ID "$(var "$what.0" SLURM_JOB_ID)"
		assert_unset "$what.0" SLURMCRANE_COMMAND
	done
}

@test "an unknown argument in plugstack.conf logs one line in slurmd's log and keeps the default" {
	plugstack env=sometimes
	minicluster node stop crane01
	minicluster node start crane01
	# shellcheck disable=SC2016
	wait_until '[[ $(sinfo -h -n crane01 -o %t) == idle ]]' 15
	run -0 --separate-stderr as craneuser srun -w crane01 "$out/dump" srun
	# shellcheck disable=SC2154  # bats sets it
	assert_eq "$output$stderr" ''
	assert_var srun.0 CRANE_JOB_NUM_NODES 1
	assert_eq "$(grep -c 'spank/crane: env=sometimes: unknown option' "$MINICLUSTER_DIR/log/crane01.log")" 1
}

# Names and values of a dump that do not differ from one run to the next.
steady()
{
	tr '\0' '\n' <"$out/$1" | grep -aE '^[A-Za-z_]+=' | grep -avE '^(CRANE_|SLURMCRANE_)' |
		sed -E 's/^(SLURM_(JOB_?ID|TASK_PID|.*PORT|SRUN_COMM_.*|SCRIPT_CONTEXT|JOB_(START|END)_TIME|JOB_SLUID)|TMPDIR|XDG_.*|_)=.*/\1/' |
		sort
}

@test "Slurm's own variables are the same with and without the plugin" {
	local kind
	for kind in with without; do
		[[ $kind == with ]] || plugstack off
		# The nodes are as empty for the one as for the other.
		wait_until '[[ -z $(squeue -h) ]]' 20
		batch -N 2 -n 4 -- "./dump batch-$kind" "srun ./dump step-$kind"
		as craneuser srun -w crane01 -n 1 "$out/dump" srun-$kind
		as craneuser salloc --quiet -w crane01 -n 1 "$out/dump" shell-$kind
	done
	assert_no_crane batch-without.0
	local dump
	for dump in batch-%.0 step-%.3 srun-%.0 shell-%.shell; do
		assert_contains "$(steady "${dump/\%/with}")" SLURM_JOB_NODELIST=
		assert_eq "$(steady "${dump/\%/with}")" "$(steady "${dump/\%/without}")" "$dump"
	done
}

# The number of requests to slurmctld for a single job.
n_queries()
{
	local n
	n=$(sdiag | sed -n 's/^[[:space:]]*REQUEST_JOB_INFO_SINGLE .*count:\([0-9]*\).*/\1/p')
	echo "${n:-0}"
}

@test "the SPANK plugin asks slurmctld at most once a job, however many steps, tasks and nodes it has" {
	local before after wanted=0
	before=$(n_queries)
	# Waiting by sbatch or scontrol would send requests too.
	submit -N 2 -n 4 --wrap "cd '$out'; srun true; srun true; srun -n 1 true; touch over" >/dev/null
	wait_until "[[ -e $out/over ]]" 20
	after=$(n_queries)
	# 22.05 does not set the end time in a batch script; 24.11 does, so that the plugin sends no request.
	slurm_at_least 24 11 || wanted=1
	assert_eq $((after - before)) "$wanted" 'batch job with three steps'
	before=$after
	as craneuser srun -N 2 -n 4 true
	after=$(n_queries)
	assert_eq $((after - before)) 1 'srun as a job'
	before=$after
	as craneuser salloc --quiet -N 2 sh -c 'srun true; srun true; srun true'
	after=$(n_queries)
	assert_eq $((after - before)) 1 'salloc with three steps'
}
