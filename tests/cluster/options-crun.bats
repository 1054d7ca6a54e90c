#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: `crun` and `calloc`: every option arrives
#
# Each option of crun and of calloc reaches the job: its effect is read inside the job. steps.bats tests steps, terminals,
# streams and exit statuses.

# Other shells expand the texts with $.
# shellcheck disable=SC2016,SC2154

load common

# A cluster of its own: it stores wckeys, and logs requests, for options that no record shows. All jobs that can run at the
# same time are started here; each test checks their files.
started=() # the processes of both

setup_file()
{
	private_cluster --nodes 4 --cpus 32 --conf 'TrackWCKey=yes' --conf 'SlurmctldDebug=debug3' \
		--conf 'Licenses=ansys:9'
	own_folder
	all_given
	wait
}

setup()
{
	out=$BATS_FILE_TMPDIR/craneuser
}

teardown()
{
	dump_on_failure
	scancel --quiet --user craneuser 2>/dev/null || true
}

# in_job COMMAND OPTION... -- TEXT: the output of the shell text inside the job that COMMAND makes.
in_job()
{
	local words=()
	while [[ $1 != -- ]]; do
		words+=("$1")
		shift
	done
	case ${words[0]} in
	crun) as craneuser "${words[@]}" bash -c "$2" ;;
	calloc) as craneuser "${words[@]}" -Q <<<"$2" ;;
	esac
}

# both NAME OPTION...: a job by crun and one by calloc, in the background. What they see of themselves goes to NAME.crun and
# NAME.calloc, what the commands say to NAME.crun.said and NAME.calloc.said.
both()
{
	local name=$1 command
	shift
	for command in crun calloc; do
		in_job $command "$@" -- 'scontrol show job $SLURM_JOB_ID; env' \
			>"$out/$name.$command" 2>"$out/$name.$command.said" 3>&- &
		started+=($!)
	done
}

# assert_both NAME TEXT...: all of these stand in what both have seen, as whole words.
assert_both()
{
	local name=$1 command text
	shift
	for command in crun calloc; do
		for text; do
			[[ " $(tr '\n' ' ' <"$out/$name.$command") " == *" $text "* ]] ||
				fail "$command: wanted: $text"$'\n'"$(cat "$out/$name.$command.said" "$out/$name.$command")"
		done
	done
}

# of_both NAME FIELD: one field of the two records.
of_both()
{
	grep -ho " $2=[^ ]*" "$out/$1.crun" "$out/$1.calloc" | cut -d= -f2- | xargs
}

# asked_for TEXT: in a request that slurmctld got.
asked_for()
{
	wait_until "grep -q -e ' $1 ' $MINICLUSTER_DIR/log/slurmctld.log" 5
}

given_nothing()
{
	both nothing
}

given_names()
{
	both names -A physics -p GPU --wckey thesis -J 'a name' --comment 'it'\''s a "comment"'
}

# covers: crun --account --job-name --partition --wckey --comment; calloc --account --job-name --partition --wckey --comment
@test "crun and calloc --account, --partition and -J reach the job" {
	assert_both names Account=physics Partition=GPU WCKey=thesis 'JobName=a name' 'Comment=it'\''s a "comment"'
	assert_both nothing 'Account=(null)' Partition=CPU 'WCKey=*'
	assert_eq "$(of_both nothing JobName)" 'bash Interactive'
}

given_qos()
{
	in_job crun -q high-of-crun -- true &
	in_job calloc -q high-of-calloc -- true &
}

# covers: crun --qos; calloc --qos
@test "crun and calloc --qos reach Slurm without a database" {
	asked_for qos=high-of-crun
	asked_for qos=high-of-calloc
}

given_counts()
{
	both counts -n 4 --ntasks-per-node 2 -t 1-2:30:0
	both counts-tasks -n 3
	both counts-nodes -N 3
}

# covers: crun --nodes --ntasks --ntasks-per-node --time; calloc --nodes --ntasks --ntasks-per-node --time
@test "crun and calloc -N, -n and -t reach the job" {
	assert_both counts NumNodes=2 NumTasks=4 CRANE_NTASKS=4 NtasksPerN:B:S:C=2:0:*:* TimeLimit=1-02:30:00
	assert_both counts-tasks NumNodes=1 NumTasks=3 CRANE_NTASKS=3
	assert_both counts-nodes NumNodes=3 NumTasks=3 TimeLimit=UNLIMITED
	assert_eq "$(grep -c ^JobId= "$out/counts.crun") $(grep -c ^JobId= "$out/counts-nodes.crun")" '4 3'
	assert_both nothing NumNodes=1 NumTasks=1
}

given_resources()
{
	both resources -c 2.5 --mem 1.5G
	both resources-percpu --mem-per-cpu 70
}

# covers: crun --cpus-per-task --mem --mem-per-cpu; calloc --cpus-per-task --mem --mem-per-cpu
@test "crun and calloc -c, --mem and --mem-per-cpu reach the job" {
	local command
	assert_both resources CPUs/Task=3 NumCPUs=3 MinMemoryNode=1.50G
	assert_both resources-percpu MinMemoryCPU=70M
	for command in crun calloc; do
		assert_eq "$(head -n 1 "$out/resources.$command.said")" \
			'Note: --cpus-per-task 2.5 is rounded up to 3, Slurm has whole CPUs.'
	done
}

given_gpus()
{
	both gpus-gres -p GPU --gres gpu:1
	both gpus-pernode -p GPU --gpus-per-node 1
}

# covers: crun --gres --gpus-per-node; calloc --gres --gpus-per-node
@test "crun and calloc --gres and --gpus-per-node give GPUs" {
	assert_both gpus-gres CRANE_GPUS=1
	assert_both gpus-pernode CRANE_GPUS=1
	assert_both names CRANE_GPUS=0
}

given_limits()
{
	both limits -L ansys:3 -t 1:0:0 --deadline 2098-01-20T12:34 # newer releases refuse one that no limit can keep
}

# covers: crun --licenses --deadline; calloc --licenses --deadline
@test "crun and calloc --licenses and --deadline reach the job" {
	assert_both limits Licenses=ansys:3 "Deadline=$(date -d 2098-01-20T12:34 +%s)"
}

given_mail()
{
	both mail --mail-type BEGIN,TIMELIMIT --mail-user me@example.org --extra-attr '{"project":"x"}'
}

# covers: crun --mail-type --mail-user --extra-attr; calloc --mail-type --mail-user --extra-attr
@test "crun and calloc --mail-type and --extra-attr reach the job" {
	assert_both mail MailType=BEGIN,TIME_LIMIT MailUser=me@example.org 'Comment=crane:{"project":"x"}'
}

given_signal()
{
	in_job crun -t 1:0:0 --signal USR2@31 -- true &
	in_job calloc -t 1:0:0 --signal USR2@32 -- true &
}

# covers: crun --signal; calloc --signal
@test "crun and calloc --signal reach the job" {
	asked_for signal=12@31
	asked_for signal=12@32
}

given_places()
{
	both places-without -x crane01,crane02,crane04
	both places-one -w crane02,crane03
	both places-all -w crane03,crane04 -N 2
}

# covers: crun --nodelist --exclude; calloc --nodelist --exclude
@test "crun and calloc -w and -x choose among nodes" {
	assert_both places-without NodeList=crane03 'ExcNodeList=crane[01-02,04]'
	assert_both places-one NumNodes=1
	[[ $(of_both places-one NodeList) =~ ^crane0[23]\ crane0[23]$ ]]
	assert_both places-all NumNodes=2 'NodeList=crane[03-04]'
}

given_folder()
{
	both folder -D /usr
}

# covers: crun --chdir; calloc --chdir
@test "crun and calloc -D set the folder" {
	assert_both folder PWD=/usr
	assert_both nothing "PWD=$out"
}

given_login()
{
	echo 'export FROM_LOGIN=yes' >"$(getent passwd craneuser | cut -d: -f6)/.bash_profile"
	FOO=1 both environment
	FOO=1 in_job crun --get-user-env -- env >"$out/login" &
}

# covers: crun --get-user-env; calloc --get-user-env
@test "--get-user-env gives crun's program the login environment, and calloc refuses it" {
	grep -qx FROM_LOGIN=yes "$out/login"
	grep -qx FOO=1 "$out/login"
	assert_both environment FOO=1
	refute_contains "$(<"$out/environment.crun")" FROM_LOGIN=
	run --separate-stderr as craneuser calloc --get-user-env </dev/null
	assert_eq "$status $output" '2 '
	assert_contains "${stderr_lines[0]}" --get-user-env
}

given_environment()
{
	local -x FOO='two words' CRANE_OWN=mine
	both exported --export ALL
	in_job crun --export FOO,NEW=x=y -- 'echo "[$FOO] [$NEW] [$CRANE_OWN]"' >"$out/parts" &
	in_job crun --export NONE -- 'echo "[$FOO] [$NEW] [$CRANE_OWN]"' >"$out/none" &
}

# covers: crun --export; calloc --export
@test "crun --export passes all, parts or nothing of the environment, and calloc's shell has the caller's" {
	assert_both exported 'FOO=two words' CRANE_OWN=mine
	assert_eq "$(cat "$out/parts" "$out/none")" $'[two words] [x=y] [mine]\n[] [] [mine]'
	run --separate-stderr as craneuser calloc --export NONE </dev/null
	assert_eq "$status $output" '2 '
	assert_contains "${stderr_lines[0]}" 'Error: Invalid argument: '
}

given_config()
{
	SLURM_CONF=/nonexistent both config -C "$MINICLUSTER_DIR/etc/slurm.conf"
}

# covers: crun --config; calloc --config
@test "crun and calloc -C name the cluster and take precedence over SLURM_CONF" {
	assert_both config CRANE_CLUSTER_NAME=crane "SLURM_CONF=$MINICLUSTER_DIR/etc/slurm.conf"
}

given_debug()
{
	both debug --debug-level trace
}

# covers: crun --debug-level; calloc --debug-level
@test "crun and calloc take a debug level and refuse an unknown one" {
	assert_both debug NumNodes=1 JobState=RUNNING
	run --separate-stderr as craneuser crun --debug-level loud true
	assert_eq "$status $output" '2 '
	run --separate-stderr as craneuser calloc --debug-level loud </dev/null
	assert_eq "$status $output" '2 '
}

# -- what takes a cluster for itself -----------------------------------------------------------------------------------

# covers: crun --exclusive --reservation; calloc --exclusive --reservation
@test "crun and calloc --exclusive and -r reach the job" {
	scontrol create reservation ReservationName=ours Users=craneuser StartTime=now Duration=10 Nodes=crane03
	both reserved -r ours
	both whole --exclusive
	wait "${started[@]}" || true # not for all: bats itself sleeps in the background until its time limit
	scontrol delete ReservationName=ours
	assert_both reserved Reservation=ours NodeList=crane03
	assert_both whole NumCPUs=32 NumTasks=1 OverSubscribe=NO
	assert_both nothing NumCPUs=1
}

# covers: crun --hold --dependency; calloc --hold --dependency
@test "crun and calloc wait for a release and for a dependency, then run" {
	local command job
	both held -H -J held
	wait_until '(($(squeue -h -n held -o %i | wc -l) == 2))' 10
	for job in $(squeue -h -n held -o %i); do
		assert_eq "$(job_field "$job" Reason)" JobHeldUser
	done
	both behind -d "after:$(squeue -h -n held -o %i | paste -sd :)" -J behind
	wait_until '(($(squeue -h -n behind -o %i | wc -l) == 2))' 10
	for job in $(squeue -h -n behind -o %i); do
		assert_closed "$job"
	done
	for job in $(squeue -h -n held -o %i); do
		as craneuser ccontrol release "$job"
	done
	wait "${started[@]}" || true # not for all: bats itself sleeps in the background until its time limit
	assert_both held JobName=held JobState=RUNNING
	assert_both behind JobName=behind JobState=RUNNING
}

# covers: crun --quiet --pty --input --output --err
@test "crun streams go to a terminal, files or nowhere, and -Q is silent" {
	local out=$BATS_TEST_TMPDIR/craneuser
	assert_eq "$(in_job crun -i none -- 'wc -c; test -t 0 || echo no terminal' <<<text)" $'0\nno terminal'
	in_job crun -o out.%j -e errors -- 'echo out; echo err >&2'
	assert_eq "$(cat "$out"/out.*) $(<"$out/errors")" 'out err'
	run --separate-stderr in_job crun -Q -- 'echo only this'
	assert_eq "$status $output $stderr" '0 only this '
	as craneuser script -qec "crun --pty sh -c 'test -t 0 && echo a terminal'" /dev/null </dev/null >"$out/screen"
	assert_contains "$(<"$out/screen")" 'a terminal'
}

# -- steps --------------------------------------------------------------------------------------------------------------

@test "crun lists the options that a step cannot have" {
	local out=$BATS_TEST_TMPDIR/craneuser
	run --separate-stderr in_job calloc -n 4 -- '{
		crun -N 1 -n 3 --ntasks-per-node 2 echo ran
		crun -n 1 --mail-type END --mail-user me echo ran
		crun -Q -n 1 --mail-type END --mail-user me true
		CRANE_JOB_ID=0 crun true; echo "$?"; } </dev/null'
	assert_eq "$status" 0
	assert_eq "$output" $'ran\nran\nran\nran\n6'
	assert_eq "$(head -n 3 <<<"$stderr")" "Warning: NtasksPerNode * NodeNum < Ntasks, ignoring NtasksPerNode.
Note: Slurm sends mail for jobs, not for steps: --mail-type has no effect.
Failed to parse env: invalid CRANE_JOB_ID '0': no job has that number."
}
