#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: `cacct`: jobs of any age and their steps, formats, JSON
#
# What cacct shows of jobs and of steps, on a cluster whose every job this file has made: slurmctld has forgotten those that
# have ended. The last tests stop slurmdbd. Refusals are tested without a cluster.

# Texts with $ are meant for the shells of jobs.
# shellcheck disable=SC2016

# bats file_tags=accounting

load common
load compare

setup_file()
{
	private_cluster --accounting --nodes 3 --cpus 8 --conf MinJobAge=2
	local ok bad killed array behind by_crun pending running live held
	own_folder
	program job.sh <<-'JOB'
		#!/bin/bash
		crun -J first true
		crun -J second sh -c 'exit 3'
		exit 0
	JOB
	ok=$(csubmit --hold -J ok --comment 'a comment' -N 2 -c 2 --mem 100M "$out/job.sh")
	behind=$(as root cbatch -J behind -o /dev/null -d "afterok:$ok+1s" --wrap true)
	behind=${behind##* }
	scontrol release "$ok"
	bad=$(csubmit -J bad -p GPU --wrap 'exit 7')
	killed=$(csubmit -J killed -q high --wckey w1 --wrap 'kill -9 $$')
	array=$(csubmit -J array -a 0-19 --wrap 'exit $((SLURM_ARRAY_TASK_ID % 3))')
	running=$(csubmit -J running --wrap 'exec sleep 3000')
	live=$(csubmit -J live --wrap 'crun -J inside sleep 3000')
	held=$(csubmit -J held --hold --wrap true)
	pending=$(csubmit -J pending --hold --wrap true)
	by_crun=$(as craneuser crun -J by_crun sh -c 'echo $CRANE_JOB_ID')
	mine "$by_crun"
	scancel "$pending"
	wait_for_state "$running" RUNNING 15
	scancel "$running"
	keep jobs ok bad killed array behind by_crun pending running live held
	wait_until "[[ -z \$(squeue -h -t all -o %i | grep -vwE '$live|$held') ]]" 60
	wait_until "[[ \$(sacct -nXP -o State | grep -cE 'COMPLETED|FAILED|CANCELLED') == 26 ]]" 30
	wait_until "squeue -h -s -j $live -o %j | grep -q inside" 15
}

setup()
{
	recall jobs
	# Slurm's own commands print times as cacct does.
	export SLURM_TIME_FORMAT='%Y-%m-%d %H:%M:%S'
}

# The jobs are those of the whole file.
teardown()
{
	dump_on_failure
}

ca()
{
	as craneuser cacct "$@"
}

# shown OPTION...: the ids of the jobs, oldest first, on one line; or the status, if cacct fails.
shown()
{
	local ids
	ids=$(ca -N -X -o %j "$@") || ids="status $?"
	sort -V <<<"$ids" | xargs
}

# covers: cacct --job
@test "cacct shows a forgotten job and below it its steps by Crane's numbers" {
	run ca -j "$ok"
	assert_eq "$status" 0
	assert_eq "$output" "JOBID JOBNAME PARTITION ACCOUNT ALLOCCPUS STATE     EXITCODE 
$ok     ok      CPU       lab     4.00      Completed 0:0      
$ok.0   ok                lab     4.00      Completed 0:0      
$ok.1   ok                lab     2.00      Completed 0:0      
$ok.2   first             lab     2.00      Completed 0:0      
$ok.3   second            lab     2.00      Failed    3:0      "
	assert_eq "$(ca -N -j "$by_crun" -o '%j %n %t' | sed 's/ *$//')" "$by_crun   by_crun Completed
$by_crun.0 by_crun Completed
$by_crun.1 by_crun Completed"
	assert_eq "$(ca -N -j "$ok.3,$bad.1" -o '%j %e ' | xargs)" "$bad 7:0 $bad.1 7:0 $ok 0:0 $ok.3 3:0"
}

@test "cacct shows jobs that run and wait beside those that have ended, the newest first" {
	assert_eq "$(ca -N -o '%j %t' -j "$live,$held,$pending,$bad" | grep -v '\.[01] ' | tr -s ' ' | sed 's/ $//')" "$pending Cancelled
$held Pending
$live Running
$live.2 Running
$bad Failed"
	assert_eq "$(ca -N -X -o %j -m 3 -n by_crun,pending,held,live | xargs)" "$by_crun $pending $held"
}

@test "cacct shows tasks of an array one by one, the array after them, and a task that is named alone" {
	run ca -N -X -o '%j %t %e' -j "$array"
	assert_eq "${#lines[@]}" 21
	assert_eq "$(xargs <<<"${lines[20]}")" "$array Failed 2:0"
	assert_eq "$(ca -N -o '%j %e' -j "${array}_4" | xargs)" "${array}_4 1:0 ${array}_4.0 0:0 ${array}_4.1 1:0"
	assert_eq "$(ca -N -X -o '%arrayjobid %arraytaskid|%arrayspec' -j "${array}_4")" "$array 4|"
	assert_eq "$(ca -N -X -o '%arrayspec' -j "$array" | xargs)" "0-19"
}

# covers: cacct --format --noheader --allocations
# covers: cacct %account %reqcpus %alloccpus %deadline %elapsedtime %exitcode %held %jobid %comment %nodelist %timelimit
# covers: cacct %reqmempernode %allocmempernode %nodenum %jobname %partition %qos %reason %reqnodes %jobtype %state
# covers: cacct %username %uid %exclusive %excludenodes %wckey %arrayjobid %arrayspec %arraytaskid %priority
@test "every column of cacct --format shows its value when slurmctld has forgotten the job" {
	assert_eq "$(ca -N -X -j "$ok" -o '%a|%C|%c|%deadline|%e|%h|%j|%k|%L|%l|%M|%m|%N|%n|%P|%q|%T|%t|%U|%u')" \
		"lab|4.00|4.00|unknown|0:0|false|$ok|a comment|crane[01-02]|unlimited|100M|100M|2|ok|CPU|normal|Batch|Completed|craneuser|$(id -u craneuser)"
	assert_eq "$(ca --noheader --allocations -j "$killed" -o '%q|%K|%e|%X|%R|%r|%x|%arrayjobid|%arrayspec|%arraytaskid|')" \
		"high|w1|0:9|false| ||||||"
	[[ $(ca -N -X -j "$ok" -o %p) =~ ^[0-9]+\ *$ ]] || fail "$(ca -N -X -j "$ok" -o %p)"
	[[ $(ca -N -X -j "$ok" -o %D) =~ ^00:00:[0-9]{2}$ ]] || fail "$(ca -N -X -j "$ok" -o %D)"
	assert_eq "$(ca -N -X -j "$held" -o '%R|%h|%c|%S')" "Held|true||unknown"
	assert_eq "$(ca -N -j "$bad.1" -o '%T|%U|%q|%L' | tail -n 1 | tr -d ' ')" "Batch|||crane03"
	assert_eq "$(ca -j "$bad" -X -o '%6j:%.4j.')" "JOBID :JOBI.
$(printf '%-6s:%4s.' "$bad" "$bad")"
}

# covers: cacct %dependency
@test "cacct shows the expression of a dependency with the moment of its event when the job is over" {
	local end
	end=$(sacct -nXP -j "$ok" -o End)
	run cacct -N -X -j "$behind" -o %dependency
	assert_eq "$output" "afterok:$ok+00:00:01($end)"
	assert_eq "$(ca -N -X -j "$ok" -o '%dependency|')" "|"
}

# covers: cacct --account --name --nodelist --partition --qos --state --type --user --max-lines
@test "every filter of cacct selects the right jobs" {
	assert_eq "$(shown -A root)" "$behind"
	assert_eq "$(shown -u root)" "$behind"
	assert_eq "$(shown -n ok,bad)" "$ok $bad"
	assert_eq "$(shown -w crane02 -n ok,bad)" "$ok"
	assert_eq "$(shown -p GPU)" "$bad"
	assert_eq "$(shown -q high)" "$killed"
	assert_eq "$(shown -t x)" "$running $pending"
	assert_eq "$(shown -t pending,running)" "$live $held"
	assert_eq "$(shown -t failed -n bad,killed,ok)" "$bad $killed"
	assert_eq "$(shown --type interactive)" "$by_crun"
	assert_eq "$(shown -n ok -t failed)" ""
	assert_eq "$(shown -m 1 -n ok,bad)" "$bad"
}

# covers: cacct --start-time --end-time --submit-time --deadline %starttime %endtime %submittime
@test "cacct selects by spans of start, end and submission, and adds their columns" {
	local all
	all=$(shown)
	assert_eq "$(shown -s 'now-1h~')" "$all"
	assert_eq "$(shown -s '~now-1h')" ""
	assert_eq "$(shown -S 'now-1h~now' -n live,held,ok,pending)" "$ok $live"
	assert_eq "$(shown -E 'now-1h~now' -n live,held,ok,pending)" "$ok $pending"
	assert_eq "$(shown -S 'now-2h~now-1h')" ""
	run -0 ca -X -j "$ok" -E '~now' -S 'now-1h~' -s '~' --deadline
	[[ ${lines[0]} == *"EXITCODE STARTTIME           ENDTIME             SUBMITTIME          DEADLINE "* ]] || fail "$output"
	assert_eq "$(ca -N -X -j "$ok" -o '%S|%E|%s')" "$(sacct -nXP -j "$ok" -o Start,End,Submit)"
}

# covers: cacct --full
@test "cacct --full prints all columns, and a step with what its job has" {
	run -0 ca -F -j "$ok"
	assert_eq "$(xargs <<<"${lines[0]}")" "JOBID JOBNAME USERNAME PARTITION NODENUM ACCOUNT REQCPUS REQMEMPERNODE ALLOCCPUS$(
		) ALLOCMEMPERNODE STATE TIMELIMIT STARTTIME ENDTIME SUBMITTIME QOS EXCLUSIVE HELD PRIORITY CRANEDLIST EXITCODE WCKEY DEADLINE"
	[[ ${lines[2]} == "$ok.0"*" craneuser CPU "*" normal "*"crane[01-02]"* ]] || fail "$output"
}

# covers: cacct --json --config
@test "cacct --json is the reply of cqueue for a live job, and has steps and exit codes of ended ones" {
	local volatile='walk(if type == "object" then del(.elapsed_time) else . end)'
	assert_eq "$(ca --json -j "$live" | jq -S "$volatile")" "$(as craneuser cqueue --json -j "$live" | jq -S "$volatile")"
	assert_eq "$(ca --json -C "$SLURM_CONF" -j "$ok" |
		jq -c '.job_info_list[] | [.status, .qos, .exit_code, .craned_list, [.step_info_list[] | [.step_id, .step_type, .name, .status, .exit_code]]]')" \
		'["Completed","normal",0,"crane[01-02]",[[0,"DAEMON","ok","Completed",0],[1,"PRIMARY","ok","Completed",0],[2,"COMMON","first","Completed",0],[3,"COMMON","second","Failed",3]]]'
	assert_eq "$(ca --json -j "$killed" | jq '.job_info_list[].exit_code')" 265
}

@test "cacct agrees with sacct in every field that both have, of all jobs and steps" {
	local ids=$ok,$bad,$killed,$array,$behind,$by_crun,$pending,$running,$live,$held
	cd "$BATS_TEST_TMPDIR" || return
	cacct_jobs >jobs.ours
	sacct_jobs -j "$ids" >jobs.theirs
	cacct_steps >steps.ours
	sacct_steps "$by_crun" -j "$ids" >steps.theirs
	agree jobs.ours jobs.theirs 29
	agree steps.ours steps.theirs 50
}

@test "cacct says on stderr which ids do not exist, and prints the header alone when it finds nothing" {
	run --separate-stderr ca -j "12345,$ok.2" -o %j
	assert_eq "$status|$(xargs <<<"$output")|$stderr" "0|JOBID $ok $ok.2|Job 12345 does not exist."
	run --separate-stderr ca -n nobody
	assert_eq "$status|$output|$stderr" '0|JOBID JOBNAME PARTITION ACCOUNT ALLOCCPUS STATE EXITCODE |'
}

@test "cacct shows what slurmctld remembers and says so when the site has no slurmdbd" {
	local id
	id=$(SLURM_CONF=$CRANE_SUITE_DIR/etc/slurm.conf sbatch --parsable -o /dev/null --wrap 'exit 4')
	wait_until "SLURM_CONF=$CRANE_SUITE_DIR/etc/slurm.conf squeue -h -t F -j $id -o %T | grep -q FAILED" 20
	run --separate-stderr cacct -C "$CRANE_SUITE_DIR/etc/slurm.conf" -N -X -j "$id" -o '%j %t %e'
	assert_eq "$status|$output|$stderr" "0|$id Failed 4:0|Slurm accounting is disabled (no slurmdbd): $(
		)only jobs that slurmctld still remembers are shown."
}

# fails_in_time SECONDS TEXT: cacct fails with status 3 and this text within that time.
fails_in_time()
{
	local start=$EPOCHREALTIME
	run --separate-stderr timeout 20 cacct -j "$ok"
	assert_eq "$status|$output|${stderr_lines[-1]}" "3||Failed to show jobs: $2"
	assert_between 0 "$1" "$(awk "BEGIN { print int($EPOCHREALTIME - $start) }")"
}

@test "cacct ends with status 3 within ten seconds when slurmdbd is killed or frozen, and jobs go on" {
	minicluster dbd freeze
	fails_in_time 10 'Request timeout, please try again or reduce the query scope.'
	minicluster dbd thaw
	run -0 ca -N -X -j "$ok" -o %t
	minicluster dbd kill
	fails_in_time 5 'Connection to CraneCtld is broken.'
	assert_eq "$(state_of "$live")" RUNNING
	minicluster dbd start
	run -0 ca -N -X -j "$ok" -o %t
}

@test "cacct ends with status 3 when MariaDB is killed or frozen" {
	minicluster db freeze
	fails_in_time 10 'Request timeout, please try again or reduce the query scope.'
	minicluster db thaw
	minicluster db kill
	fails_in_time 10 'Connection to CraneCtld is broken.'
	minicluster db start
	run -0 ca -N -X -j "$ok" -o %t
}

# seen_by USER: the jobs of the file that this user sees, each of $ok $behind $live $held.
seen_by()
{
	local ids
	ids=$(as "$1" cacct -N -X -o %j -n ok,behind,live,held) || ids="status $?"
	sort -V <<<"$ids" | xargs
}

# The last test: the cluster is another one afterwards.
@test "cacct shows others nothing of a user's jobs when PrivateData=jobs stands in slurmdbd.conf and slurm.conf" {
	assert_eq "$(seen_by nobody)" "$ok $behind $live $held"
	echo 'PrivateData=jobs' >>"$MINICLUSTER_DIR/etc/slurmdbd.conf"
	minicluster dbd stop
	minicluster dbd start
	# Those that slurmctld has.
	assert_eq "$(seen_by nobody)" "$live $held"
	assert_eq "$(seen_by craneuser)" "$ok $live $held"
	echo 'PrivateData=jobs' >>"$SLURM_CONF"
	scontrol reconfigure
	wait_until "! as nobody squeue -h -o %i | grep -q ." 10
	assert_eq "$(seen_by nobody)" ""
	assert_eq "$(seen_by craneuser)" "$ok $live $held"
	assert_eq "$(seen_by root)" "$ok $behind $live $held"
	run --separate-stderr as nobody cacct -N -j "$ok,$live.2"
	assert_eq "$status|$output|$stderr" "0||Job $ok, $live.2 does not exist."
}
