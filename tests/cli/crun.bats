#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# crun's translation of its command line to srun's arguments and environment for a job, its refusals, and its handling of
# srun's messages and exit status. tests/cluster/steps.bats tests steps, whose request depends on the outer job.

# Each test runs in a subshell; texts with $ and % are literal; common sets bin.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154

load common

setup()
{
	common_setup
	unset "${!SLURM_@}" "${!SRUN_@}" "${!SLURMCRANE_@}"
	export SLURM_STUB_DIR=$STUB_DIR
}

# The words after --: the program for srun.
program_words()
{
	sed '1,/^--$/d' "$STUB_DIR/argv"
}

assert_program()
{
	local wanted
	wanted=$(printf '%s\n' "$@")
	[ "$(program_words)" = "$wanted" ] || { show; fail "wanted as program: $*"; }
}

assert_env()
{
	local word
	for word; do
		grep -Fqx -e "$word" "$STUB_DIR/env" || fail "not in the environment: $word"
	done
}

refute_env()
{
	local word
	[ -s "$STUB_DIR/env" ] || fail 'srun was not called'
	for word; do
		if grep -e "^$word=" "$STUB_DIR/env"; then
			fail "in the environment: $word"
		fi
	done
}

assert_ran()
{
	{ [ "$status" -eq 0 ] && [ -z "$output" ] && [ -z "$stderr" ]; } || show
}

@test "crun runs a plain program as a job of one node and one task that is named after it" {
	run_command crun /bin/hostname -f
	assert_ran
	assert_argv --nodes=1 --ntasks=1 --job-name=hostname
	assert_program /bin/hostname -f
	refute_argv --exact --mem --gres --jobid --quiet --export --cpus --dependency
	assert_env SLURMCRANE_COMMAND=crun
}

@test "crun passes the words of the program unchanged, options included" {
	run_command crun -N 2 sh -c 'echo "$1"' 'a  b' -N 3 --pty ''
	assert_ran
	assert_argv --nodes=2 --ntasks=2
	assert_program sh -c 'echo "$1"' 'a  b' -N 3 --pty ''
}

@test "-- ends the options of crun" {
	run_command crun -Q -- true -x
	assert_ran
	assert_program true -x
}

@test "crun translates the options of a job for srun" {
	run_command crun -N 2 -n 4 -c 1.5 -t 1:30:00 --mem 1.5G -p CPU -A acct -q high -D /tmp --comment 'a b' -x n1,n2 -H true
	assert_status 0
	assert_argv --nodes=2 --ntasks=4 --cpus-per-task=2 --time=01:30:00 --mem=1536M --partition=CPU --account=acct \
		--qos=high --chdir=/tmp '--comment=a b' '--exclude=n[1-2]' --hold
}

@test "crun -d becomes a dependency with Crane's prefix" {
	run_command crun -d afterok:7+10s:8,after:9 true
	assert_argv --dependency=crane:afterok:7+10s:8,after:9
}

@test "crun refuses a bad dependency before it runs srun" {
	run_command crun -d afterok: true
	assert_status 2
	[[ $stderr == 'Error: Invalid argument: '* ]] || show
	[ ! -e "$STUB_DIR/argv" ]
}

@test "crun prints a text and the usage when there is no program" {
	run_command crun -N 1
	assert_usage_error 2 'Please specify program to run'
}

@test "crun refuses unknown options and bad numbers in the words of the flag library" {
	run_command crun --nod 2 true
	assert_usage_error 1 'unknown flag: --nod'
	run_command crun -N x true
	assert_usage_error 1 'invalid argument "x" for "-N, --nodes" flag: strconv.ParseUint: parsing "x": invalid syntax'
	run_command crun -N 0 true
	assert_usage_error 2 'Invalid argument: --nodes must be > 0.'
	run_command crun -t 30 true
	assert_usage_error 2 'Invalid argument: invalid --time: invalid duration format: 30; write [D-]H:M:S, 0:30:00 for minutes.'
}

@test "crun refuses bad values of shared options in its own form" {
	local text
	while IFS='|' read -r words text; do
		# shellcheck disable=SC2086
		run_command crun $words true
		assert_usage_error 2 "$text"
	done <<-'REFUSALS'
		-n 0|Invalid argument: --ntasks must be > 0.
		--ntasks-per-node 0|Invalid argument: --ntasks-per-node must be > 0.
		-c 0|Invalid argument: invalid --cpus-per-task.
		-N 2 -n 5 --ntasks-per-node 2|Invalid argument: invalid argument: NtasksPerNode * NodeNum < Ntasks, unable to allocate resources.
		-t 0:0:0|Invalid argument: --time must > 0.
		--mem 4GB|Invalid argument: invalid memory format.
		--mem-per-cpu 1T|Invalid argument: invalid memory format.
		-w crane[01-02]|Invalid argument: invalid format for --nodelist.
		-x a_b|Invalid argument: invalid format for --exclude.
		-n 1000000 -c 2|Invalid argument: requesting too many CPUs: 2000000.000000.
		--gpus-per-node x|Invalid argument: invalid --gpus-per-node: invalid number: "x".
		--gres gpu:1 --gpus-per-node 1|Cannot specify both --gres gpus and --gpus-per-node flags simultaneously
		-L a=1|Invalid argument: invalid licenses string format.
		--deadline x|Invalid argument: --deadline: invalid time format.
		-s FOO|invalid argument: invalid signal number: FOO
		-s B:INT|Invalid --signal specification
		--mail-type END|Invalid argument: incomplete mail arguments.
		--mail-type end --mail-user u|Invalid argument: invalid --mail-type.
		--extra-attr {|Invalid argument: invalid --extra-attr: invalid JSON string.
		--debug-level x|Invalid argument: invalid --debug-level 'x': use trace, debug or info.
		--mpi pmi2|Invalid argument: unsupported MPI type pmi2.
	REFUSALS
	run_command crun --mem 1G --mem-per-cpu 1G true
	assert_usage_error 1 \
		'if any flags in the group [mem mem-per-cpu] are set none of the others can be; [mem mem-per-cpu] were all set'
	run_command crun -J "$(printf 'x%.0s' {1..61})" true
	assert_usage_error 2 'Invalid argument: name is too long (up to 60).'
}

@test "crun passes options that Slurm has under the same name" {
	run_command crun --mpi pmix --debug-level trace -r resv -q q --wckey w --exclusive -Q --mail-type END --mail-user me true
	assert_ran
	assert_argv --mpi=pmix --reservation=resv --qos=q --wckey=w --exclusive --quiet --mail-type=END --mail-user=me
	refute_argv --debug
}

# -- X11 and programs around the program -------------------------------------------------------------------------------

@test "crun --x11 and --x11-forwarding ask for Slurm's X11 and let srun find the display" {
	local word
	for word in --x11 --x11-forwarding; do
		DISPLAY=localhost:10.0 XAUTHORITY=/x/auth run_command crun "$word" --export=NIL true
		assert_ran
		assert_argv --x11
		assert_env DISPLAY=localhost:10.0 XAUTHORITY=/x/auth "HOME=$HOME"
		DISPLAY=localhost:10.0 run_command crun "$word=false" true
		refute_argv --x11
	done
}

@test "crun --x11 ends with status 6 before it asks for anything when there is no display" {
	unset DISPLAY
	run_command crun --x11 true
	assert_failed 6 'Error in reading X11 $DISPLAY: it is not set.'
	DISPLAY=nowhere run_command crun --x11 true
	assert_failed 6 "Error in reading X11 \$DISPLAY: 'nowhere' has no display number."
	DISPLAY=a:1x run_command crun --x11 true
	assert_failed 6 "Error in reading X11 \$DISPLAY: 'a:1x' has no display number."
	DISPLAY=:7654.0 run_command crun --x11 true
	assert_failed 6 'Error in reading X11 $DISPLAY: /tmp/.X11-unix/X7654: No such file or directory.'
	[ ! -e "$STUB_DIR/argv" ]
}

@test "crun --x11 ends with status 6 when there is no cookie" {
	DISPLAY=localhost:10 STUB_STATUS=255 \
		STUB_STDERR='srun: error: x11_get_xauth: Could not retrieve magic cookie. Cannot use X11 forwarding.' \
		run_command crun --x11 true
	assert_failed 6 'Error in reading X11 xauth cookies: x11_get_xauth: Could not retrieve magic cookie. Cannot use X11 forwarding.'
}

@test "crun --mpi=pmix says in Crane's words that Slurm has no PMIx" {
	STUB_STATUS=1 STUB_STDERR="srun: error: Invalid MPI type 'pmix', --mpi=list for acceptable types" \
		run_command crun --mpi=pmix true
	assert_failed 4 "Failed to allocate job id: PMIx support is not compiled in.
slurm: Invalid MPI type 'pmix', --mpi=list for acceptable types"
}

# hook NAME STATUS: a program that records that it ran, what it read, and whether srun ran before it.
hook()
{
	printf '#!/bin/sh\necho "%s:$(cat):$(ls "$STUB_DIR")"\nexit %s\n' "$1" "$2" >"$1"
	chmod 755 "$1"
}

@test "crun runs --prolog before srun and --epilog after it, in place of the site's programs" {
	hook before 0
	hook after 0
	run_command crun --prolog before --epilog "$PWD/after" true
	assert_status 0
	[ "$output" = $'before::\nafter::argv\nenv' ] || show
	assert_argv --prolog=none --epilog=none
	run_command crun true
	refute_argv --prolog --epilog
}

@test "crun starts no job when --prolog fails" {
	hook bad 3
	run_command crun --prolog ./bad --epilog ./bad true
	assert_status 4
	[ "$stderr" = "Prolog './bad' failed (exit code 3)." ] || show
	[ ! -e "$STUB_DIR/argv" ]
	run_command crun --prolog ./not-there true
	assert_failed 4 "cannot run ./not-there: No such file or directory
Prolog './not-there' failed (exit code 127)."
	: >plain
	run_command crun --prolog plain true
	assert_failed 4 "cannot run plain: Permission denied
Prolog 'plain' failed (exit code 126)."
	[ ! -e "$STUB_DIR/argv" ]
}

@test "crun runs --epilog after a failed program and keeps the program's status" {
	hook bad 3
	run_command crun --epilog ./bad true
	assert_status 4
	[ "$stderr" = "Epilog './bad' failed (exit code 3)." ] || show
	STUB_STATUS=7 run_command crun --epilog ./bad true
	assert_status 7
	STUB_STATUS=1 STUB_STDERR='srun: error: Unable to allocate resources: Invalid qos specification' \
		run_command crun --epilog ./bad true
	assert_status 4
	[ "$stderr" = "Failed to allocate job id: The specified QoS does not exist
slurm: Invalid qos specification
Epilog './bad' failed (exit code 3)." ] || show
}

@test "crun passes --task-prolog and --task-epilog with absolute paths" {
	run_command crun --task-prolog a/b --task-epilog /c/d true
	assert_argv "--task-prolog=$PWD/a/b" --task-epilog=/c/d
}

# covers: crun --help
@test "crun --help names every option once" {
	run_command crun --help
	assert_status 0
	[ -z "$(sed -nE 's/^ {2,6}(-., )?--([a-z0-9-]+).*/\2/p' <<<"$output" | sort | uniq -d)" ] || show
	grep -q -e '-e, --err string' <<<"$output"
}

@test "crun --gres passes counts, and a count of 0 asks for nothing" {
	run_command crun --gres gpu:a100:1,gpu:v100:2,npu:0 true
	assert_argv --gres=gpu:a100:1,gpu:v100:2
	run_command crun --gres gpu:0 true
	assert_ran
	refute_argv --gres
	run_command crun --gres gpu true
	assert_usage_error 2 'Invalid argument: invalid --gres: Error parsing gres: gpu.'
	run_command crun --gres gpu:x true
	assert_usage_error 2 'Invalid argument: invalid --gres: error parsing gres count: gpu:x.'
	run_command crun --gres gpu:a:b:1 true
	assert_usage_error 2 'Invalid argument: invalid --gres: Error parsing gres: gpu:a:b:1.'
}

# -- streams -----------------------------------------------------------------------------------------------------------

@test "crun --input, --output and --error take all, none, one task or a file" {
	run_command crun -n 2 -i none -o 1 -e all true
	assert_argv --input=none --output=1 --error=all
	run_command crun -n 2 -i in.txt -o out/deep/%j.txt -e err.txt true
	assert_argv --input=in.txt --output=out/deep/%j.txt --error=err.txt --open-mode=truncate
	[ -d out/deep ]
}

@test "crun reads a number that no task has as a file" {
	run_command crun -n 2 -o 2 true
	assert_argv --output=./2
}

@test "crun --output names a file whose name has a special meaning to srun" {
	local name
	for name in all.txt ALL allout None -x 1.txt; do
		run_command crun -o "$name" true
		assert_argv "--output=./$name"
	done
}

@test "file name patterns of crun print step 1 for the program of a job" {
	run_command crun -o %J.%s.%j.%% true
	assert_argv --output=%j.1.1.%j.%%
}

@test "crun --pty refuses redirected streams" {
	run_command crun --pty bash
	assert_argv --pty
	run_command crun --pty -o x bash
	assert_usage_error 2 '--input/--output/--err are incompatible with --pty.'
}

# -- environment -------------------------------------------------------------------------------------------------------

@test "crun gives the program the caller's environment, or the part that --export names" {
	export FOO=1 BAR=2 CRANE_OWN=3
	run_command crun true
	assert_env FOO=1 BAR=2 CRANE_OWN=3
	run_command crun --export=NIL true
	assert_env CRANE_OWN=3
	refute_env FOO BAR
	assert_program true
	run_command crun --export=FOO,NEW=x=y true
	assert_env FOO=1 NEW=x=y CRANE_OWN=3
	refute_env BAR
	run_command crun --export=NEW=x,ALL true
	assert_env FOO=1 BAR=2 NEW=x
}

@test "CRANE_EXPORT_ENV overrides crun --export" {
	export FOO=1 CRANE_EXPORT_ENV=NIL
	run_command crun --export=ALL true
	refute_env FOO
}

@test "crun --export=NONE and a list run the program from a login shell" {
	local words
	for words in --export=NONE --export=FOO=1 --get-user-env; do
		run_command crun "$words" printf '%s' 'a b'
		assert_program /bin/bash --login -c 'exec "$@"' crun printf '%s' 'a b'
	done
	run_command crun --export=NONE true
	grep -q '^HOME=/' "$STUB_DIR/env"
}

@test "crun ends with 127 when the program is found neither here nor on the node" {
	export STUB_PROGRAM=1
	run -127 "$bin/crun" no-such-program-anywhere x </dev/null
	run -127 "$bin/crun" ./no-such-program-anywhere </dev/null
	printf '#!/bin/sh\nexit 2\n' >two
	chmod 755 two
	run_command crun ./two
	assert_status 2
	assert_program ./two
}

@test "crun's defaults take precedence over Slurm's variables for streams and folders" {
	SLURM_STDOUTMODE=none SLURM_STDINMODE=none SLURM_WORKING_DIR=/ SLURM_EXPORT_ENV=NONE run_command crun true
	refute_env SLURM_STDOUTMODE SLURM_STDINMODE SLURM_WORKING_DIR SLURM_EXPORT_ENV
}

# -- mode --------------------------------------------------------------------------------------------------------------

@test "crun ends with status 6 when CRANE_JOB_ID is not a number" {
	CRANE_JOB_ID=x run_command crun true
	assert_failed 6 "Failed to parse env: invalid CRANE_JOB_ID 'x': strconv.ParseUint: parsing \"x\": invalid syntax."
	CRANE_JOB_ID='' run_command crun true
	assert_failed 6 "Failed to parse env: invalid CRANE_JOB_ID '': strconv.ParseUint: parsing \"\": invalid syntax."
	SLURM_JOB_ID=1x run_command crun true
	assert_failed 6 "Failed to parse env: invalid SLURM_JOB_ID '1x': strconv.ParseUint: parsing \"1x\": invalid syntax."
}

@test "crun refuses options of the job in a step, with CRANE_JOB_ID and with SLURM_JOB_ID" {
	local word
	for word in --partition=p --account=a --qos=q --reservation=r --exclusive --hold --licenses=a:1 --deadline=x --signal=INT \
		--wckey=; do
		CRANE_JOB_ID=1 run_command crun "$word" true
		word=${word%%=*}
		assert_usage_error 2 "Invalid argument: $word is not supported in step."
	done
	SLURM_JOB_ID=1 run_command crun -p p true
	assert_usage_error 2 'Invalid argument: --partition is not supported in step.'
}

@test "crun refuses a dependency in a step and says why" {
	CRANE_JOB_ID=1 run_command crun -d afterok:1 true
	assert_usage_error 2 \
		'Invalid argument: --dependency is not supported in step: a step has no dependency, the job it belongs to has begun.'
}

@test "crun refuses --x11 in a step and names an alternative" {
	DISPLAY=:0 CRANE_JOB_ID=1 run_command crun --x11 true
	assert_usage_error 2 'Invalid argument: --x11 is not supported in step: Slurm sets X11 up with the job; use crun --x11 outside of a job, or salloc --x11, whose steps have it.'
}

@test "crun notes options that have no effect in a step" {
	export CRANE_JOB_ID=1 SLURM_JOB_ID=1 SLURM_JOB_NODELIST=n1 SLURM_JOB_CPUS_PER_NODE=4
	run_command crun --comment x --extra-attr '{}' --mail-type END --mail-user me true
	assert_failed 0 "Note: Slurm sends mail for jobs, not for steps: --mail-type has no effect.
Note: Slurm keeps comments and attributes of jobs, not of steps: --comment and --extra-attr have no effect."
	run_command crun -Q --comment x true
	assert_failed 0 ''
	run_command crun --prolog /bin/true --task-prolog /t --mpi pmix -o NONE true
	assert_argv --prolog=none --task-prolog=/t --mpi=pmix --output=./NONE
}

# -- what srun says ----------------------------------------------------------------------------------------------------

@test "crun ends with the status of the program, or 128 and the signal" {
	local code
	for code in 0 1 3 126 137 255; do
		STUB_STATUS=$code run_command crun true
		assert_status "$code"
	done
	STUB_SIGNAL=KILL run_command crun true
	assert_status 137
}

@test "crun prints a refusal in Crane's words and ends with status 4" {
	STUB_STATUS=1 STUB_STDERR='srun: error: Unable to allocate resources: Invalid partition name specified' run_command crun true
	assert_failed 4 'Failed to allocate job id: The specified partition does not exist
slurm: Invalid partition name specified'
	STUB_STATUS=1 STUB_STDERR='srun: error: Unable to allocate resources: Something new' run_command crun true
	assert_failed 4 'Failed to allocate job id: Something new'
}

@test "crun prints messages of the job_submit plugin without their prefix" {
	STUB_STATUS=1 STUB_STDERR='srun: error: crane: One or more dependency jobs may not exist or have ended: 9
srun: error: Unable to allocate resources: Job dependency problem' run_command crun -d afterok:9 true
	assert_failed 4 'One or more dependency jobs may not exist or have ended: 9
Failed to allocate job id: One or more dependency jobs may not exist or have ended'
}

@test "crun ends with status 3 when slurmctld does not answer" {
	STUB_STATUS=1 \
		STUB_STDERR='srun: error: Unable to allocate resources: Unable to contact slurm controller (connect failure)' \
		run_command crun true
	assert_failed 3 'Failed to submit the job: Connection to CraneCtld is broken.
slurm: Unable to contact slurm controller (connect failure)'
}

@test "crun says once on stderr that the job waits" {
	STUB_STDERR='srun: job 12 queued and waiting for resources' run_command crun true
	assert_status 0
	[ -z "$output" ]
	[ "$stderr" = 'Job id allocated: 12, waiting resources.' ] || show
}

@test "crun says what the job waits for when slurmctld knows it" {
	STUB_STDERR='srun: job 12 queued and waiting for resources' run_command crun -d afterok:7+10s true
	[ "$stderr" = 'Job id allocated: 12, waiting resources: dependency afterok:7+10s.' ] || show
	STUB_STDERR='srun: job 12 queued and waiting for resources' run_command crun -H true
	[ "$stderr" = 'Job id allocated: 12, waiting resources: held.' ] || show
}

@test "crun ends with status 0 when the job is cancelled while it waits" {
	STUB_STATUS=1 STUB_STDERR='srun: job 12 queued and waiting for resources
srun: Job has been cancelled
srun: error: Unable to allocate resources: Job/step already completing or completed' run_command crun true
	assert_failed 0 'Job id allocated: 12, waiting resources.
The waiting job has been cancelled.'
	# In the order of 26.05.
	STUB_STATUS=1 STUB_STDERR='srun: job 12 queued and waiting for resources
srun: Force Terminated JobId=12
srun: Job has been cancelled
srun: error: Unable to allocate resources: Job/step already completing or completed' run_command crun true
	assert_failed 0 'Job id allocated: 12, waiting resources.
The waiting job has been cancelled.'
}

@test "crun prints srun's messages when the job is cancelled while it runs" {
	unreachable_conf >slurm.conf
	STUB_STATUS=137 STUB_STDERR='srun: job 12 queued and waiting for resources
srun: job 12 has been allocated resources
srun: Force Terminated JobId=12' SLURM_CONF=$PWD/slurm.conf run_command crun true
	assert_status 137
	[[ $stderr == *'srun: Force Terminated JobId=12' ]] || show
}

@test "crun -Q makes srun quiet" {
	run_command crun -Q true
	assert_argv --quiet
}

@test "crun passes the stderr of the program unchanged once the program has written" {
	STUB_STATUS=3 STUB_STDERR='hello
srun: job 5 queued and waiting for resources
srun: error: Unable to allocate resources: Something new' run_command crun true
	assert_failed 3 'hello
srun: job 5 queued and waiting for resources
srun: error: Unable to allocate resources: Something new'
}

@test "crun writes Crane's number of a step in lines of srun and slurmstepd, and nowhere else" {
	STUB_STATUS=1 STUB_STDERR='slurmstepd: error: *** STEP 311.0 ON n CANCELLED AT x ***
a slurmstepd: STEP 311.0
srun: error: StepId=311.4 aborted' run_command crun true
	assert_failed 1 'slurmstepd: error: *** STEP 311.1 ON n CANCELLED AT x ***
a slurmstepd: STEP 311.0
srun: error: StepId=311.5 aborted'
	# A step of a job of cbatch counts from 2; other jobs' steps, and those of a job of unknown make, stay.
	export SLURM_JOB_ID=311 CRANE_JOB_ID=311 SLURM_JOB_NODELIST=n1 SLURM_JOB_CPUS_PER_NODE=4
	SLURMCRANE_JOB='1;id=311;m=sbatch' STUB_STATUS=1 STUB_STDERR='hello
slurmstepd: error: *** STEP 311.4 ON n CANCELLED AT x ***
srun: error: StepId=312.4 aborted' run_command crun true
	assert_failed 1 'hello
slurmstepd: error: *** STEP 311.6 ON n CANCELLED AT x ***
srun: error: StepId=312.4 aborted'
	STUB_STATUS=1 STUB_STDERR='slurmstepd: error: STEP 311.4' run_command crun true
	assert_failed 1 'slurmstepd: error: STEP 311.4'
}

@test "crun passes on a prompt without a newline at once" {
	printf '#!/bin/sh\nprintf "Name? " >&2\ntouch "$STUB_DIR/asked"\nexec sleep 20\n' >ask
	chmod 755 ask
	export STUB_PROGRAM=1
	"$bin/crun" ./ask </dev/null >out 2>err 3>&- &
	local pid=$! limit=$((SECONDS + 10))
	until [ "$(cat err)" = 'Name? ' ]; do
		((SECONDS < limit)) || break
		sleep 0.05
	done
	local seen
	seen=$(cat err)
	kill -KILL "$pid"
	[ "$seen" = 'Name? ' ]
}

@test "crun passes bytes that are not text" {
	printf '#!/bin/sh\nprintf "\\000\\001x\\377" >&2\nhead -c 300000 /dev/zero >&2\n' >bytes
	chmod 755 bytes
	STUB_PROGRAM=1 "$bin/crun" ./bytes </dev/null 2>err
	[ "$(stat -c %s err)" -eq 300004 ]
	[ "$(head -c 4 err | od -An -tx1)" = ' 00 01 78 ff' ]
}

@test "crun passes a signal on to srun" {
	printf '#!/bin/sh\ntrap "echo got >sig; exit 5" USR1\ntouch "$STUB_DIR/up"\nwhile :; do sleep 0.1; done\n' >catcher
	chmod 755 catcher
	cat >srun <<-'STUB'
		#!/bin/sh
		while [ "$1" != -- ]; do shift; done
		shift
		exec "$@"
	STUB
	chmod 755 srun
	PATH=$PWD:$PATH "$bin/crun" ./catcher </dev/null 3>&- &
	local pid=$! limit=$((SECONDS + 10)) status=0
	until [ -e "$STUB_DIR/up" ] || ((SECONDS >= limit)); do
		sleep 0.05
	done
	kill -USR1 "$pid"
	wait "$pid" || status=$?
	[ "$status" -eq 5 ]
	[ "$(cat sig)" = got ]
}

@test "crun ends with status 6 when there is no srun on PATH" {
	run --separate-stderr env PATH=/nonexistent "$bin/crun" /bin/true </dev/null
	assert_failed 6 'cannot run srun: No such file or directory'
}
