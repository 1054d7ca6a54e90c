#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: `crun` and `calloc`: jobs, steps side by side, waiting steps
#
# crun and calloc on a real Slurm: the manual's examples, steps side by side, steps that wait and steps that never fit,
# terminals, signals and exit statuses. tests/cli tests the translation of crun's options for a job, environment.bats the
# environment in detail.

# Other shells expand the texts with $; setup_file, tests and given_... run in subshells.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154

load common
load session

# A cluster of its own: the manual's first example asks for more memory than the suite's nodes have.
setup_file()
{
	private_cluster --nodes 4 --cpus 16 --mem 8000
}

# in_calloc CALLOC-OPTION... -- LINE...: the lines typed into the shell of calloc. Sets status, output and stderr.
# The lines are in a file, since a step would read the rest of the shell's stdin.
in_calloc()
{
	local options=()
	while [[ $1 != -- ]]; do
		options+=("$1")
		shift
	done
	shift
	printf '%s\n' "$@" >"$out/typed"
	run --separate-stderr as craneuser calloc "${options[@]}" <<<". ./typed </dev/null"
}

# The lines of stdout except those of calloc.
said()
{
	grep -vE '^(Job id allocated: [0-9]+|Allocated craned nodes: .*\.)$' <<<"$output" || true
}

assert_said()
{
	[[ $(said) == "$1" ]] || { printf 'wanted: %s\n' "$1" >&2; show; }
}

# meeting_program NAME COUNT: a program that succeeds, with a line in the log, when COUNT of them run at the same time. One
# after the other they would never end.
meeting_program()
{
	program "$1" <<-PROGRAM
		#!/bin/bash
		mktemp "met-$1.XXXXXX" >/dev/null
		for ((i = 0; i < 400; i++)); do
			met=(met-$1.*)
			if ((\${#met[@]} >= $2)); then
				echo "$1 \$*" >>log
				exit 0
			fi
			sleep .1
		done
		echo "$1 \$* was alone" >>log
		exit 1
	PROGRAM
}

# -- the manual's examples ---------------------------------------------------------------------------------------------

@test "steps run in order and side by side on both nodes (manual, example 1)" {
	program preprocess.sh <<<$'#!/bin/sh\necho "pre $1 $CRANE_STEP_ID" >>log'
	program postprocess.sh <<<$'#!/bin/sh\necho "post $1 $SLURMD_NODENAME" >>log'
	meeting_program compute.sh 2
	cat >"$out/example" <<-'SEED'
		# Now CRANE_JOB_ID is set, and crun will create steps
		# Run preprocessing step
		crun -N 1 -c 4 ./preprocess.sh input.dat

		# Run multiple computation steps in parallel
		crun -N 1 -c 8 ./compute.sh part1 &
		crun -N 1 -c 8 ./compute.sh part2 &
		wait

		# Run postprocessing step
		crun -N 2 -c 4 ./postprocess.sh results
	SEED
	run --separate-stderr as craneuser calloc -N 2 -c 8 --mem 4G -t 2:00:00 <<<'. ./example </dev/null'
	[[ $status == 0 && $stderr == 'Job completed.' ]] || show
	assert_eq "$(sed 's/ crane/ /' "$out/log" | sort)" \
		$'compute.sh part1\ncompute.sh part2\npost results 01\npost results 02\npre input.dat 2'
	[[ $(head -n 1 "$out/log") == pre* && $(tail -n 1 "$out/log") == post* ]]
}

# Two running steps in a job of calloc; sets job. The shell runs until its file "go" exists.
two_steps()
{
	as craneuser calloc -N 2 -c 2 -t 2:00:00 >"$out/calloc" 2>&1 <<-'SHELL' 3>&- &
		crun -N 1 -c 2 sleep 300 </dev/null 2>two & two=$!
		until cqueue --step=$CRANE_JOB_ID.2 -N -o %i </dev/null | grep -q .; do sleep .1; done
		crun -N 1 -c 2 sleep 300 </dev/null 2>three & three=$!
		wait $two; echo "two $?"
		wait $three; echo "three $?"
		until [ -e go ]; do sleep .1; done
	SHELL
	wait_until "grep -q '^Job id allocated: ' $out/calloc" 10
	job=$(grep -o '^Job id allocated: [0-9]*' "$out/calloc")
	job=${job##* }
	wait_until "[[ \$(cqueue --step=$job.2,$job.3 -N -t r -o %i | xargs) == '$job.2 $job.3' ]]" 15
}

# as_written FILE: the seed's words, with the number of this job in the place of 12345, typed by craneuser.
as_written()
{
	sed "s/12345/$job/g" "$out/$1" >"$out/$1.sh"
	run --separate-stderr as craneuser bash "./$1.sh"
}

@test "cqueue and ccontrol show steps from another terminal (manual, example 2)" {
	two_steps
	cat >"$out/queue" <<-'SEED'
		# In another terminal, monitor the steps
		cqueue --step -j 12345
	SEED
	cat >"$out/show" <<-'SEED'
		# View detailed information about a specific step
		ccontrol show step 12345.2
	SEED
	cat >"$out/format" <<-'SEED'
		# Check step status with custom format
		cqueue --step --format "%i %n %t %e %L"
	SEED
	as_written queue
	[[ $status == 0 && -z $stderr ]] || show
	assert_eq "$(sed -E 's/00:0[0-9]:[0-9]{2}/ELAPSED/; s/ +/ /g; s/ $//' <<<"$output")" "STEPID NAME PARTITION USER TIME NODELIST
$job.0 Interactive CPU craneuser ELAPSED crane[01-02]
$job.1 Interactive CPU craneuser ELAPSED crane[01-02]
$job.2 sleep CPU craneuser ELAPSED crane01
$job.3 sleep CPU craneuser ELAPSED crane02"
	as_written show
	[[ $status == 0 && -z $stderr ]] || show
	assert_contains "$output" "StepId=$job.2 "
	assert_contains "$output" 'State=RUNNING Partition=CPU NodeList=crane01'
	assert_contains "$output" 'Nodes=1 CPUs=2 Tasks=1 Name=sleep'
	assert_contains "$output" 'StepType=COMMON User=craneuser'
	assert_contains "$output" 'CmdLine="sleep 300"'
	refute_contains "$output" "StepId=$job.3"
	as_written format
	[[ $status == 0 && -z $stderr ]] || show
	assert_eq "$(sed -E 's/00:0[0-9]:[0-9]{2}/ELAPSED/; s/ +/ /g; s/ $//' <<<"$output")" "STEPID NAME STATE ELAPSEDTIME NODELIST
$job.0 Interactive Running ELAPSED crane[01-02]
$job.1 Interactive Running ELAPSED crane[01-02]
$job.2 sleep Running ELAPSED crane01
$job.3 sleep Running ELAPSED crane02"
}

@test "ccancel ends a step, several steps and the job while others go on (manual, example 3)" {
	two_steps
	cat >"$out/one" <<-'SEED'
		# Cancel a specific step (others continue running)
		ccancel 12345.2
	SEED
	cat >"$out/several" <<-'SEED'
		# Cancel multiple steps
		ccancel 12345.2,12345.3
	SEED
	cat >"$out/all" <<-'SEED'
		# Cancel all steps (entire job)
		ccancel 12345
	SEED
	as_written one
	[[ $status == 0 && -z $stderr && $output == "Step $job.2 cancelled successfully." ]] || show
	wait_until "grep -q '^two ' $out/calloc" 15
	# srun may have ended before slurmctld has the step's end.
	wait_for_steps "$job" "$job.0 $job.1 $job.3" 10
	refute_contains "$(<"$out/calloc")" three
	# Slurm's messages about the step, which crun passes on, have the same number.
	refute_contains "$(cat "$out"/calloc*)" "STEP $job.0 "
	# The shell and the other job's steps stay; both steps of a second job end at once.
	local first=$job
	mv "$out/calloc" "$out/calloc.first"
	two_steps
	as_written several
	[[ $status == 0 && -z $stderr && $output == "Step $job.2,$job.3 cancelled successfully." ]] || show
	wait_until "grep -q '^two ' $out/calloc && grep -q '^three ' $out/calloc" 15
	assert_eq "$(state_of "$job")" RUNNING
	wait_for_steps "$job" "$job.0 $job.1" 10
	job=$first
	as_written all
	[[ $status == 0 && -z $stderr && $output == "Job $job cancelled successfully." ]] || show
	wait_for_end 15 "$job"
	assert_eq "$(state_of "$job")" CANCELLED
	wait_until "[[ -z \$(cqueue --step=$job -N -o %i) ]]" 10
}

@test "a script finds out whether it is a step (manual, example 4)" {
	program my_program <<<$'#!/bin/sh'
	program script.sh <"$BATS_TEST_DIRNAME/manual/script.sh"
	local line id
	line=$(as craneuser cbatch -o batch.out script.sh)
	id=${line##* }
	wait_for_end 20 "$id"
	assert_eq "$(<"$out/batch.out")" $'Running as standalone job '"$id"$'\nPrimary job execution'
	in_calloc -- './script.sh' 'crun ./script.sh' 'crun ./script.sh'
	id=$(told_job)
	assert_said "Running as standalone job $id
Primary job execution
Running as step 2 of job $id
Resources allocated to this step
Running as step 3 of job $id
Resources allocated to this step"
	run --separate-stderr as craneuser crun ./script.sh
	[[ $output == 'Running as standalone job '*$'\nPrimary job execution' ]] || show
}

@test "a sweep of parameters runs in parallel steps (manual, example 5)" {
	meeting_program simulate 5
	program collect_results.sh <<<$'#!/bin/sh\necho collected >>log'
	cat >"$out/example" <<-'SEED'
		# Run parameter sweep as parallel steps
		for param in 0.1 0.5 1.0 2.0 5.0; do
		    crun -N 1 -c 4 ./simulate --param=$param &
		done
		wait

		# Collect results
		crun -N 1 ./collect_results.sh
	SEED
	run --separate-stderr as craneuser calloc -N 4 -c 16 -t 4:00:00 <<<'. ./example </dev/null'
	[[ $status == 0 && $stderr == 'Job completed.' ]] || show
	assert_eq "$(sort "$out/log")" \
		$'collected\nsimulate --param=0.1\nsimulate --param=0.5\nsimulate --param=1.0\nsimulate --param=2.0\nsimulate --param=5.0'
	assert_eq "$(tail -n 1 "$out/log")" collected
}

@test "crun hostname in calloc -N 2 prints one line a node" {
	in_calloc -N 2 -- 'crun sh -c "echo \$SLURMD_NODENAME" | sort'
	assert_said $'crane01\ncrane02'
}

# -- side by side ------------------------------------------------------------------------------------------------------

@test "four steps of all CPUs of a node each, and four of one CPU on one node, run at once" {
	local memory
	meeting_program wide 4
	meeting_program narrow 4
	for memory in '' '--mem 2000'; do
		rm -f "$out/log" "$out"/met-*
		# shellcheck disable=SC2086
		as craneuser calloc -Q -N 4 -c 4 $memory \
			<<<'for i in 1 2 3 4; do crun -N 1 -c 4 ./wide $i </dev/null & done; wait' 2>/dev/null &
		# shellcheck disable=SC2086
		as craneuser calloc -Q -n 4 $memory <<<'for i in 1 2 3 4; do crun -n 1 ./narrow $i </dev/null & done; wait'
		wait "$!"
		assert_eq "$(sort "$out/log" | xargs)" 'narrow 1 narrow 2 narrow 3 narrow 4 wide 1 wide 2 wide 3 wide 4' "$memory"
	done
}

@test "a step that asks for memory leaves the rest for other steps" {
	meeting_program half 2
	in_calloc -n 4 --mem 400 -- 'crun -n 1 --mem 200 ./half a & crun -n 1 --mem 200 ./half b & wait'
	assert_eq "$(sort "$out/log" | xargs)" 'half a half b'
}

# A step of all CPUs that runs until the file "over" exists, or for half a minute; and the wait for its start.
readonly holder='crun -c 4 sh -c "touch holds; for i in \$(seq 300); do [ ! -e over ] || exit 0; sleep .1; done" &
	until [ -e holds ]; do sleep .1; done'

@test "a step that does not fit yet reports once that it waits, and runs when there is room" {
	in_calloc -c 4 -- "$holder" 'crun -c 4 echo ran 2>waited & until [ -s waited ]; do sleep .1; done; touch over; wait'
	assert_said ran
	assert_eq "$(<"$out/waited")" "crun: waiting for resources of job $(told_job); in use: $(told_job).2 (4 CPUs)"
}

@test "crun ends with status 0 when a waiting step is interrupted" {
	in_calloc -c 4 -- "$holder" 'crun -c 4 echo ran 2>waited & p=$!; until [ -s waited ]; do sleep .1; done' \
		'kill -TERM $p; wait $p; echo $?; touch over; wait'
	assert_said 0
	assert_contains "$(<"$out/waited")" 'The waiting step has been cancelled.'
}

@test "a step that can never fit is refused at once, with what the job has" {
	local head="Failed to allocate step id: Step resource request exceeds the job's resources: "
	in_calloc -N 2 -c 4 --mem 400 -- 'try() { local t=$EPOCHREALTIME; crun "$@" true 2>&1; s=$?
		d=$(((${EPOCHREALTIME/./} - ${t/./}) / 1000)); ((d < 10000)) || echo slow: $d; echo $s; }' \
		'try -c 8' 'try -c 99' 'try -N 3' 'try -n 9' 'try -N 1 -n 5' 'try --mem 401' 'try -w crane04' 'try -x crane01 -N 2' \
		'try --ntasks-per-node 5' 'try -t 0:0:10' 'try -N 2 -n 8'
	local job
	job=$(told_job)
	assert_said "${head}asked 8 CPUs on a node, job $job has 4
4
${head}asked 99 CPUs on a node, job $job has 4
4
${head}asked 3 nodes, job $job has 2
4
${head}asked 9 tasks of 1 CPUs on 2 nodes, job $job has room for 8
4
${head}asked 5 CPUs on a node, job $job has 4
4
${head}asked 401 MB on a node, job $job has 400
4
${head}asked node crane04, job $job has crane[01-02]
4
${head}asked 2 nodes, --nodelist and --exclude leave 1 of job $job
4
${head}asked 10 tasks of 1 CPUs on 2 nodes, job $job has room for 8
4
Failed to allocate step id: Time limit reached the user's limit
4
0"
}

@test "a step of no job, of an ended job and of another user's job is refused" {
	local id
	id=$(submit --wrap 'sleep 3000')
	wait_for_state "$id" RUNNING 10
	run --separate-stderr as craneuser env CRANE_JOB_ID=99999 crun true
	[[ $status == 4 && $stderr == 'Failed to allocate step id: Invalid job id' ]] || show
	run --separate-stderr as craneother env CRANE_JOB_ID="$id" crun true
	[[ $status == 4 && -z $output ]] || show
	assert_contains "$stderr" 'Failed to allocate step id: Permission denied'
	# The same job from outside, by its id alone.
	run --separate-stderr as craneuser env CRANE_JOB_ID="$id" crun sh -c 'echo $SLURM_JOB_ID $CRANE_JOB_ID $CRANE_STEP_ID'
	[[ $status == 0 && $output == "$id $id 2" ]] || show
	scancel "$id"
	wait_for_end 20 "$id"
	run --separate-stderr as craneuser env CRANE_JOB_ID="$id" crun true
	[[ $status == 4 && $stderr == 'Failed to allocate step id: Invalid job id' ]] || show
	# With all variables of its own environment.
	run --separate-stderr as craneuser env CRANE_JOB_ID="$id" SLURM_JOB_ID="$id" SLURM_JOB_NODELIST=crane01 \
		SLURM_JOB_CPUS_PER_NODE=1 crun true
	[[ $status == 4 && $stderr == 'Failed to allocate step id: Invalid job id' ]] || show
}

# -- what a step is asked for ------------------------------------------------------------------------------------------

@test "crun names every count of a step, so that SLURM_... variables of the job have no effect" {
	install -d -o craneuser "$out/bin"
	program bin/srun <<-'STUB'
		#!/bin/bash
		words=
		for word; do
			case $word in
			--job-name=* | --quit-on-interrupt | --) ;;
			true) break ;;
			*) words+=" $word" ;;
			esac
		done
		echo "${words# }"
	STUB
	cat >"$out/batch" <<-'BATCH'
		#!/bin/bash
		try() { PATH=$PWD/bin:$PATH crun "$@" true; }
		try
		try -n 3
		try -N 1
		try -N 1 -n 2 -c 2
		try -c 2 -n 1 --mem 10
		try -w crane02
		try --ntasks-per-node 2 -n 4
		try -N 2 -n 1 2>/dev/null
		try --pty
		env | grep -c ^SLURM_MEM_PER
		SLURM_CPUS_PER_TASK=7 SLURM_MEM_PER_CPU=5 SLURM_OVERLAP=1 crun -N 1 env | grep -E '^SLURM_(MEM_PER_CPU|OVERLAP|CPUS_PER_TASK)='
		exit 0
	BATCH
	local line
	line=$(as craneuser cbatch -N 2 -n 4 --ntasks-per-node 2 -c 2 --mem 500 -w crane01,crane02 -o batch.out batch)
	wait_for_end 30 "${line##* }"
	assert_eq "$(<"$out/batch.out")" '--nodes=2 --ntasks=4 --ntasks-per-node=2 --cpus-per-task=1 --exact --mem=0
--nodes=2 --ntasks=3 --cpus-per-task=1 --exact --mem=0
--nodes=1 --ntasks=1 --cpus-per-task=1 --exact --mem=0
--nodes=1 --ntasks=2 --cpus-per-task=2 --exact --mem=0
--nodes=1 --ntasks=1 --cpus-per-task=2 --mem=10M --exact
--nodes=1 --ntasks=1 --cpus-per-task=1 --exact --mem=0 --nodelist=crane02
--nodes=2 --ntasks=4 --ntasks-per-node=2 --cpus-per-task=1 --exact --mem=0
--nodes=1 --ntasks=1 --cpus-per-task=1 --exact --mem=0
--nodes=1 --ntasks=1 --cpus-per-task=1 --exact --mem=0 --pty
1
SLURM_CPUS_PER_TASK=1'
}

# covers: crun --job-name --chdir --time --nodelist --exclude
@test "-J names the step, -D moves it, -t limits it, -w and -x choose among the job's nodes" {
	in_calloc -N 3 -- 'crun -N 1 -J my-name sh -c "squeue -h -s -o %j -j \$SLURM_JOB_ID" | grep my' \
		'crun -N 1 -D /usr pwd' 'crun -N 1 -t 0:20:00 sh -c "echo \$CRANE_TIMELIMIT"' \
		'crun -w crane03 sh -c "echo w \$SLURMD_NODENAME"' \
		'crun -N 1 -w crane02,crane03 -x crane03 sh -c "echo x \$SLURMD_NODENAME"' \
		'crun -x crane01 sh -c "echo both \$SLURMD_NODENAME" | sort'
	assert_said 'my-name
/usr
00:20:00
w crane03
x crane02
both crane02
both crane03'
}

# covers: crun --gres
@test "a step has the job's GPUs, a share that --gres names, or none with --gres none" {
	in_calloc -p GPU -- 'crun --gres gpu:1 true; echo $?'
	assert_contains "$stderr" 'Failed to allocate step id: '
	assert_said 4
	run --separate-stderr as craneuser crun -p GPU --gres gpu:1 sh -c 'echo $CRANE_GPUS'
	[[ $status == 0 && $output == 1 ]] || show
	as craneuser salloc -Q -n 2 -p GPU --gres gpu:2 bash -c '
		show="scontrol show step \$SLURM_JOB_ID.\$SLURM_STEP_ID; echo own \$SLURM_GPUS_ON_NODE"
		crun -n 1 sh -c "$show" >all; crun -n 1 --gres none sh -c "$show" >none; crun -n 1 --gres "" sh -c "$show" >empty
		crun -n 1 --gres gpu:1 sleep 3 & crun -n 1 --gres gpu:1 sh -c "$show" >one; wait' </dev/null
	# 22.05 writes gres:gpu, 24.11 gres/gpu.
	assert_eq "$(grep -cE 'gres[:/]gpu:2' "$out/all")" 1 "$(<"$out/all")"
	assert_eq "$(grep -c 'gpu[:=]' "$out/none")" 0
	assert_eq "$(grep -c 'gpu[:=]' "$out/empty")" 0
	assert_eq "$(grep -cE 'gres[:/]gpu:1' "$out/one")" 1 "$(<"$out/one")"
}

@test "crun lists the steps that hold the GPU which a step waits for" {
	in_calloc -p GPU -n 3 --gres gpu:2 -- \
		'crun -n 1 --gres gpu:1 sh -c "touch holds; until [ -e over ]; do sleep .1; done" &' \
		'crun -n 1 --gres gpu:1 sh -c "touch holds2; until [ -e over ]; do sleep .1; done" &' \
		'until [ -e holds ] && [ -e holds2 ]; do sleep .1; done' \
		'crun -n 1 --gres gpu:2 true 2>waited & until [ -s waited ]; do sleep .1; done; touch over; wait'
	local job
	job=$(told_job)
	assert_eq "$(<"$out/waited")" "crun: waiting for resources of job $job; in use: $job.2 (1 CPU, 1 GPU), $job.3 (1 CPU, 1 GPU)"
}

@test "crun runs one quoted word in a shell, and names a missing program and the reason without a line number" {
	in_calloc -- 'crun "echo a; cd /usr && pwd"' 'crun "./gone --arg"; echo $?' 'crun gone-too x; echo $?' 'crun "gone-too x"; echo $?' \
		'printf "#!/bin/sh\necho blank \$1\n" >"with blank"; chmod 755 "with blank"; crun "./with blank"; crun "./with blank" 1'
	assert_said 'a
/usr
127
127
127
blank
blank 1'
	assert_contains "$stderr" 'crun: ./gone: No such file or directory'
	assert_eq "$(grep -c 'crun: gone-too: command not found' <<<"$stderr")" 2
	[[ $stderr != *'line 1'* ]] || show
}

# In a shell with job control a signal would end writers of a file that is too long; with the signal ignored writing fails.
@test "calloc ends with status 6 when the line about the nodes cannot be written" {
	printf '%1000s\n' '' >"$out/full"
	chmod a+w "$out/full"
	# 1001 bytes and "Job id allocated: N" are less than 1024, the line about the nodes is not.
	run --separate-stderr as craneuser bash -c 'trap "" XFSZ; ulimit -f 1; echo "echo ran >&2" | calloc >>full'
	[[ $status == 6 && $stderr == *$'Allocated craned nodes: crane01.\n'*$'ran\n'* ]] || show
	[[ ${stderr_lines[-1]} == 'cannot write to standard output: File too large' ]] || show
	assert_contains "$(<"$out/full")" $'\nJob id allocated: '
	run --separate-stderr as craneuser bash -c 'echo "echo ran >&2" | calloc >/dev/full'
	[[ $status == 6 && ${stderr_lines[0]} == 'Job id allocated: '* && $stderr == *$'Allocated craned nodes: crane01.\n'* ]] || show
	assert_eq "$(grep -c '^cannot write to standard output: No space left on device$' <<<"$stderr")" 1
}

@test "step numbers count from 2, are absent in the shell and in a job submitted from a step" {
	in_calloc -- 'for i in 1 2 3; do crun sh -c "echo \$CRANE_STEP_ID"; done' 'echo "shell:$CRANE_STEP_ID"' \
		'crun cbatch --wrap "echo inner:\$CRANE_STEP_ID" -o inner.out' 'crun calloc -Q <<<"echo again:\$CRANE_STEP_ID"'
	assert_said "$(printf '%s\n' 2 3 4 shell: again:)"
	wait_until "[[ -s $out/inner.out ]]" 20
	assert_eq "$(<"$out/inner.out")" inner:
}

@test "the shell of calloc has the variables of its job" {
	in_calloc -N 2 -t 1:00:00 -J shelly -- 'echo "$CRANE_JOB_ID $CRANE_JOB_NAME $CRANE_JOB_NODELIST $CRANE_JOB_NUM_NODES $CRANE_TIMELIMIT"' \
		'env | grep -c SLURMCRANE_COMMAND'
	assert_said "$(told_job) shelly crane01;crane02 2 01:00:00
0"
}

@test "the shell of calloc has the variables of its job without the SPANK plugin" {
	local plugstack=$MINICLUSTER_DIR/etc/plugstack.conf
	cp "$plugstack" "$BATS_TEST_TMPDIR/plugstack"
	: >"$plugstack"
	in_calloc -N 2 -c 2 -t 1:00:00 -J shelly -- \
		'echo "$CRANE_JOB_ID $CRANE_JOB_NAME $CRANE_JOB_NODELIST $CRANE_JOB_NUM_NODES $CRANE_TIMELIMIT $CRANE_CPUS_ON_NODE [$CRANE_STEP_ID]"' \
		'crun hostname | wc -l'
	cp "$BATS_TEST_TMPDIR/plugstack" "$plugstack"
	assert_said "$(told_job) shelly crane01;crane02 2 01:00:00 2.00 []
2"
}

# covers: crun --input --output --err
@test "crun writes output files of steps by its patterns" {
	in_calloc -N 2 -- 'crun -N 1 -o new/out.%j -e err.txt sh -c "echo out; echo err >&2"' \
		'cat new/out.$CRANE_JOB_ID err.txt' 'crun -o none hostname' 'crun -o 1 sh -c "echo task \$CRANE_PROCID"' \
		'echo data >in; crun -i in cat' 'echo piped | crun -i 0 cat' 'crun -N 1 -o %s.txt true'
	assert_said $'out\nerr\ntask 1\ndata\ndata\npiped'
	assert_contains "$stderr" "Note: in --output %s and %J give Slurm's number of the step, which is not Crane's."
}

# -- jobs --------------------------------------------------------------------------------------------------------------

# covers: crun --nodes --ntasks
@test "crun as a job gives the program stdout, stdin and the exit status" {
	local code
	for code in 0 3 255; do
		run --separate-stderr as craneuser crun sh -c "cat; exit $code" <<<'a line'
		[[ $status == "$code" && $output == 'a line' ]] || show
	done
	run --separate-stderr as craneuser crun sh -c 'kill -TERM $$'
	[[ $status == 143 && -z $output ]] || show
	run --separate-stderr as craneuser crun sh -c 'kill -KILL $$'
	[[ $status == 137 && -z $output ]] || show
	run -127 --separate-stderr as craneuser crun no-such-program-anywhere
	run --separate-stderr as craneuser crun -N 2 -n 4 sh -c 'echo $CRANE_PROCID'
	[[ $status == 0 && $(sort <<<"$output") == $'0\n1\n2\n3' && -z $stderr ]] || show
}

@test "the exit status of a step is the program's" {
	in_calloc -- 'crun true; echo $?' 'crun sh -c "exit 3"; echo $?' 'crun sh -c "kill -KILL \$\$"; echo $?' \
		'echo in | crun cat' 'exit 7'
	[[ $status == 0 ]] || show
	assert_said $'0\n3\n137\nin'
	[[ $(tail -n 1 <<<"$stderr") == 'Job completed.' ]] || show
}

@test "crun passes a large output unchanged" {
	in_calloc -- 'crun head -c 5000000 /dev/zero | wc -c' 'crun sh -c "head -c 5000000 /dev/zero >&2" 2>&1 | wc -c'
	assert_said $'5000000\n5000000'
}

# covers: crun --dependency
@test "crun as a job waits for its dependency, says so once, and runs" {
	local first job ready
	first=$(submit --hold --wrap 'sleep 2')
	as craneuser crun -J waits -d "afterok:$first+2s" date +%s >"$out/date" 2>"$out/err" &
	wait_until '[[ -n $(squeue -h -n waits -o %i) ]]' 10
	job=$(squeue -h -n waits -o %i)
	scontrol release "$first"
	wait "$!"
	ready=$(($(end_of "$first") + 2))
	assert_starts "$job" "$ready" $((ready + 2))
	(($(<"$out/date") >= ready)) || fail "it ran too early: $(<"$out/date")"
	assert_eq "$(grep -c 'waiting resources' "$out/err")" 1
	assert_contains "$(<"$out/err")" 'Allocated craned nodes: crane0'
}

# covers: calloc --dependency
@test "calloc waits for its dependency" {
	local first ready
	first=$(submit --hold --wrap 'sleep 2')
	{
		wait_until '[[ -n $(squeue -h -n waits -o %i) ]]' 10
		scontrol release "$first"
	} 3>&- &
	in_calloc -J waits -d "afterany:$first+2s" -- 'date +%s'
	ready=$(($(end_of "$first") + 2))
	assert_starts "$(told_job)" "$ready" $((ready + 2))
	(($(said) >= ready)) || fail "it ran too early: $(said)"
}

@test "a dependency on an ended or unknown job ends crun with 4 and calloc with 3" {
	local text='One or more dependency jobs may not exist or have ended'
	run --separate-stderr as craneuser crun -d afterok:99999 true
	[[ $status == 4 && -z $output ]] || show
	assert_contains "$stderr" "Failed to allocate job id: $text"
	run --separate-stderr as craneuser calloc -d afterok:99999 </dev/null
	[[ $status == 3 && -z $output ]] || show
	assert_contains "$stderr" "Failed to allocate job id: $text."
}

@test "a job that is cancelled while it waits ends crun with 0 and calloc with 3" {
	as craneuser crun -H true >"$out/crun" 2>&1 &
	local crun=$! status=0
	as craneuser calloc -H </dev/null >"$out/calloc" 2>&1 &
	local calloc=$!
	wait_until '(($(squeue -h -t PD | wc -l) == 2))' 10
	wait_until "grep -q 'waiting resources' $out/crun && grep -q 'Job id allocated' $out/calloc" 10
	scancel --user craneuser
	wait "$crun" || status=$?
	assert_eq "$status" 0 "$(<"$out/crun")"
	wait "$calloc" || status=$?
	assert_eq "$status" 3 "$(<"$out/calloc")"
	assert_contains "$(<"$out/calloc")" 'Failed to allocate job resource. Exiting...'
}

@test "the job of a crun that is killed ends" {
	local span=32$RANDOM
	as craneuser crun sleep "$span" >"$out/said" 2>&1 &
	# The job starts before srun has its id; an srun that is killed in between leaves the job behind.
	wait_until "pgrep -u craneuser -fx '([a-z/]*/)?sleep $span' >/dev/null" 10
	kill -KILL "$(pgrep -u craneuser -fx "crun sleep $span")"
	wait_until '[[ -z $(squeue -h) ]]' 20
}

@test "SIGTERM for crun ends the program" {
	local span=33$RANDOM pid status=0
	as craneuser crun sleep "$span" >"$out/said" 2>&1 &
	pid=$!
	wait_until "pgrep -u craneuser -fx '([a-z/]*/)?sleep $span' >/dev/null" 10
	kill -TERM "$(pgrep -u craneuser -fx "crun sleep $span")"
	wait "$pid" || status=$?
	# srun ends its tasks by SIGKILL then (srun_job.c, _srun_signal_mgr).
	assert_eq "$status" 137 "$(<"$out/said")"
}

# Without -Q srun says "interrupt (one more within 1 sec to abort)", and more.
# covers: crun --quiet
@test "SIGINT for crun -Q ends the program without a message" {
	local span=34$RANDOM pid crun status=0
	# A background process of a shell ignores SIGINT.
	as craneuser env --default-signal=INT crun -Q sleep "$span" >"$out/said" 2>&1 &
	pid=$!
	wait_until "pgrep -u craneuser -fx '([a-z/]*/)?sleep $span' >/dev/null" 10
	crun=$(pgrep -u craneuser -fx "crun -Q sleep $span")
	wait_until "! kill -INT $crun 2>/dev/null" 10
	wait "$pid" || status=$?
	assert_eq "$status $(<"$out/said")" '130 '
}

# -- terminals ---------------------------------------------------------------------------------------------------------

@test "Ctrl-C twice ends the program of crun" {
	terminal 'crun sh -c "echo runs; exec sleep 300"'
	see '^runs'
	interrupt_until "! kill -0 $terminal_pid 2>/dev/null"
	end_terminal
	assert_eq "$status" 130
}

# covers: crun --pty
@test "crun --pty gives the program a terminal with its size, Ctrl-C and the exit status" {
	terminal "stty rows 33 cols 111; crun --pty bash --norc"
	see 'bash.*[$#]'
	type_keys 'test -t 0 && test -t 2 && stty size | sed s/^/size=/\n'
	see '^size=33 111'
	local span=31$RANDOM
	type_keys "sleep $span\\n"
	wait_until "pgrep -u craneuser -fx 'sleep $span'" 10
	type_keys '\003'
	wait_until "! pgrep -u craneuser -fx 'sleep $span'" 10
	type_keys 'exit 3\n'
	end_terminal
	assert_eq "$status" 3
}

@test "calloc in a terminal gives a shell with steps and Ctrl-C in them" {
	terminal 'calloc -N 2; echo after=$?; read -r line; echo "read=$line"'
	see 'Allocated craned nodes: crane\[01-02\]\.$'
	# A running step reads the typed text.
	type_keys 'crun sh -c '"'"'echo step-on-$SLURMD_NODENAME'"'"'; echo shown\n'
	see '^shown'
	see '^step-on-crane01'
	see '^step-on-crane02'
	type_keys 'crun sh -c '"'"'echo runs-on-$SLURMD_NODENAME; exec sleep 300'"'"'; echo ended=$?\n'
	see '^runs-on-crane01'
	see '^runs-on-crane02'
	interrupt_until "screen | grep -q '^ended='"
	see '^ended=130'
	type_keys 'exit 9\n'
	see '^Job completed\.'
	see '^after=0'
	# The shell has the terminal again.
	type_keys 'hello\n'
	see '^read=hello'
	end_terminal
	wait_until '[[ -z $(squeue -h) ]]' 10
}

@test "Ctrl-C while calloc waits cancels the job" {
	terminal 'calloc -H; echo after=$?'
	see '^Job id allocated: '
	type_keys '\003'
	see '^after=3'
	end_terminal
	wait_until '[[ -z $(squeue -h) ]]' 10
}

@test "the shell of calloc ends when its job is cancelled" {
	in_calloc -- 'scancel $CRANE_JOB_ID; sleep 30; echo survived'
	[[ $status == 0 ]] || show
	assert_said ''
	assert_contains "$stderr" 'has been cancelled.'
	[[ $(tail -n 1 <<<"$stderr") == 'Job completed.' ]] || show
}

# covers: crun --quiet
# covers: calloc --quiet
@test "crun and calloc -Q print only what the user's programs say" {
	in_calloc -Q -c 4 -- "${holder/crun/crun -Q}" 'crun -Q -c 4 echo hello & until cqueue --step=$CRANE_JOB_ID -N -o %i | grep -q "[?]"; do sleep .1; done
		touch over; wait'
	[[ $output == hello && $stderr == 'Job completed.' ]] || show
}

@test "the shell of calloc runs on the first node where the site says so" {
	local conf=$MINICLUSTER_DIR/etc/slurm.conf
	cp "$conf" "$BATS_TEST_TMPDIR/slurm.conf"
	echo 'LaunchParameters=use_interactive_step' >>"$conf"
	scontrol reconfigure
	in_calloc -w crane02,crane03 -N 2 -- 'echo "$SLURMD_NODENAME $CRANE_JOB_NODELIST [$CRANE_STEP_ID]"' \
		'crun sh -c "echo \$SLURMD_NODENAME \$CRANE_STEP_ID" | sort' 'exit 4'
	# Slurm starts $SHELL there, which a container or cron does not set.
	local bare
	bare=$(as craneuser env -u SHELL calloc -Q -w crane02 2>&1 <<<'echo "$SHELL on $SLURMD_NODENAME"')
	cat "$BATS_TEST_TMPDIR/slurm.conf" >"$conf"
	scontrol reconfigure
	[[ $status == 0 ]] || show
	assert_said 'crane02 crane02;crane03 []
crane02 2
crane03 2'
	[[ $(tail -n 1 <<<"$stderr") == 'Job completed.' ]] || show
	assert_eq "$bare" "$(getent passwd craneuser | cut -d: -f7) on crane02"$'\nJob completed.'
}
