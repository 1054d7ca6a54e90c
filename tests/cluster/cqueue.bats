#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: `cqueue`: jobs, steps, formats, JSON
#
# The output of cqueue for jobs and steps. This file makes all jobs of the cluster. tests/cli tests the refusals.

# The shells of jobs expand the texts with $.
# shellcheck disable=SC2016

load common

setup_file()
{
	private_cluster --nodes 4 --cpus 16 --conf 'Licenses=ansys:5,matlab:10'
	notes=$BATS_FILE_TMPDIR/notes
	install -d -m 777 "$notes"
	chmod go+x "$BATS_FILE_TMPDIR"
	keep notes notes
	all_given
	# All tests see the same queue: it is complete when all jobs that can start have started.
	recall steps
	recall makers
	wait_until "[[ -s $notes/a && -s $notes/b ]]" 15
	wait_until "[[ \$(cqueue --step=$with_steps -N -o %i) == *'.?'* ]]" 15
	waits_since=$EPOCHSECONDS
	keep waits waits_since
	recall array
	wait_until "[[ \$(cqueue --step=$by_crun,$by_calloc -N -o %i | xargs) == '$by_calloc.0 $by_calloc.1 $by_crun.0 $by_crun.1' ||
		\$(cqueue --step=$by_crun,$by_calloc -N -o %i | xargs) == '$by_crun.0 $by_crun.1 $by_calloc.0 $by_calloc.1' ]]" 15
	wait_until "[[ \$(cqueue --step=${array}_3,${array}_4 -N -o %i | wc -l) == 4 ]]" 15
	wait_until "[[ \$(squeue -h -t R -j $array -o %i | wc -l) == 2 ]]" 15
}

# The jobs are those of the whole file.
teardown()
{
	dump_on_failure
}

# Two steps that run side by side, and one that finds no room.
given_steps()
{
	local with_steps
	cat >"$notes/job.sh" <<-JOB
		#!/bin/bash
		echo "primary [\$CRANE_STEP_ID]" >$notes/primary
		crun -J first -N 1 -c 2 sh -c 'echo \$CRANE_STEP_ID >$notes/a; exec sleep 3000' &
		while [ ! -s $notes/a ]; do sleep .1; done
		crun -J second -t 1:00:00 -N 1 -c 2 sh -c 'echo \$CRANE_STEP_ID >$notes/b; exec sleep 3000' &
		while [ ! -s $notes/b ]; do sleep .1; done
		crun -N 1 -c 2 sh -c 'echo \$CRANE_STEP_ID >$notes/c; exec sleep 3000' &
		wait
	JOB
	chmod 755 "$notes/job.sh"
	with_steps=$(csubmit -N 1 -c 4 -t 2:00:00 -J 'with steps' -w crane01 "$notes/job.sh")
	keep steps with_steps
}

# launch NAME COMMAND...: runs a command that stays in the foreground; prints the job's id.
launch()
{
	local name=$1
	shift
	as craneuser "$@" >/dev/null 2>"$notes/$name.err" </dev/null &
	echo $! >"$notes/$name.pid"
	wait_until "[[ -n \$(squeue -h -n '$name' -o %i) ]]" 10
	squeue -h -n "$name" -o %i | tee -a "$(scratch)/submitted"
}

given_makers()
{
	local by_crun by_calloc
	by_crun=$(launch 'from crun' crun -J 'from crun' -N 2 -w crane02,crane03 sleep 3000)
	by_calloc=$(launch 'from calloc' bash -c "exec calloc -J 'from calloc' -w crane04 <<<'exec sleep 3000'")
	keep makers by_crun by_calloc
}

given_array()
{
	local array
	array=$(submit --array=3-8%2 -J array -w crane04 --wrap 'exec sleep 3000')
	keep array array
}

given_waiting()
{
	local held begin behind other licensed
	held=$(submit --hold -J held -p GPU --comment 'a comment' -A physics --wrap true)
	begin=$(csubmit -b now+5h -J later "$notes/job.sh")
	behind=$(csubmit -d "after:$held+1h" -J behind "$notes/job.sh")
	other=$(as craneother sbatch --parsable -o /dev/null --hold -J 'someone else' -N 2 -n 6 -c 2 --mem-per-cpu=100 \
		-x crane04 --exclusive --wrap true)
	mine "$other"
	licensed=$(submit --hold -L matlab:2,ansys -J licensed --wrap true)
	keep waiting held begin behind other licensed
}

cq()
{
	as craneuser cqueue "$@"
}

# Takes the list of tasks from the ids of arrays.
without_tasks()
{
	sed 's/_\[[0-9,-]*\]//g'
}

# shown OPTION...: the ids in the order of display, on one line.
shown()
{
	cq -N -o %j "$@" | without_tasks | xargs
}

# sorted_shown OPTION...: where priorities decide the order.
sorted_shown()
{
	cq -N -o %j "$@" | without_tasks | sort -n | xargs
}

numbers()
{
	printf '%s\n' "$@" | sort -n | xargs
}

# -- steps ------------------------------------------------------------------------------------------------------------

# covers: cqueue step:%stepid step:%name step:%state step:%nodelist step:%timelimit step:%steptype
@test "a step has the same number in its environment and in cqueue --step" {
	recall notes
	recall steps
	assert_eq "$(<"$notes/primary")" 'primary []'
	assert_eq "$(cat "$notes/a" "$notes/b")" $'2\n3'
	run as craneuser cqueue --step -j "$with_steps" --format '%i|%n|%t|%L|%l|%steptype'
	assert_eq "$status" 0
	assert_eq "$(tr -d ' ' <<<"$output")" "STEPID|NAME|STATE|NODELIST|TIMELIMIT|STEPTYPE
$with_steps.0|withsteps|Running|crane01|02:00:00|DAEMON
$with_steps.1|withsteps|Running|crane01|02:00:00|PRIMARY
$with_steps.2|first|Running|crane01|unlimited|COMMON
$with_steps.3|second|Running|crane01|01:00:00|COMMON
$with_steps.?||Pending||unlimited|COMMON"
	[[ ! -e $notes/c ]]
}

# covers: cqueue --step --noheader step:%jobid step:%partition step:%user step:%uid step:%nodenum step:%command
# covers: cqueue step:%cpus step:%tasks
@test "cqueue --step prints columns, header, elapsed time and the command" {
	recall steps
	run as craneuser cqueue --step -j "$with_steps"
	[[ ${lines[0]} =~ ^'STEPID NAME       PARTITION USER      TIME     NODELIST '$ ]] || fail "$output"
	[[ ${lines[2]} =~ ^$with_steps\.1\ +with\ steps\ CPU\ +craneuser\ 00:0[0-9]:[0-9][0-9]\ crane01\ +$ ]] || fail "$output"
	[[ ${lines[5]} =~ ^$with_steps\.\?\ +CPU\ +craneuser\ -\ +$ ]] || fail "$output"
	assert_eq "${#lines[@]}" 6
	run as craneuser cqueue --step="$with_steps.2" -N --format '%o'
	assert_contains "$output" 'sh -c echo $CRANE_STEP_ID'
	refute_contains "$output" 'srun'
	assert_eq "$(cq --step="$with_steps.2" -N --format '%j %P %u %U %N %cpus %tasks')" \
		"$with_steps CPU craneuser $(id -u craneuser) 1 2 1"
}

# covers: cqueue step:%elapsedtime
@test "the manual's cqueue commands work as written" {
	run --separate-stderr as craneuser cqueue --step -j 12345
	assert_eq "$status|$output|$stderr" \
		'0|STEPID NAME PARTITION USER TIME NODELIST |Job 12345 is not in the queue.'
	run as craneuser cqueue --step --format "%i %n %t %e %L"
	assert_eq "$status" 0
	[[ ${lines[0]} =~ ^STEPID\ +NAME\ +STATE\ +ELAPSEDTIME\ NODELIST\ *$ ]] || fail "$output"
	recall steps
	[[ $output =~ $with_steps\.2\ +first\ +Running\ 00:0[0-9]:[0-9]+\ +crane01 ]] || fail "$output"
}

@test "the program of crun and the shell of calloc are step 1" {
	recall makers
	assert_eq "$(cq --step="$by_crun,$by_calloc" -N --format '%i %steptype %tasks|%L')" \
		"$by_calloc.0 DAEMON  1|crane04     
$by_calloc.1 PRIMARY 1|crane04     
$by_crun.0 DAEMON  2|crane[02-03]
$by_crun.1 PRIMARY 2|crane[02-03]"
}

@test "cqueue --step=LIST picks steps, -j adds to them, and a waiting job has no step" {
	recall steps
	recall makers
	recall waiting
	local of="$with_steps"
	assert_eq "$(cq -N --step="$of.2,$of.0,$of.9" -o %i | xargs)" "$of.0 $of.2"
	assert_eq "$(cq -N --step="$of" -o %i | xargs)" "$of.0 $of.1 $of.2 $of.3 $of.?"
	assert_eq "$(cq -N -j "$of" --step="$of.2" -o %i | xargs)" "$of.0 $of.1 $of.2 $of.3 $of.?"
	assert_eq "$(cq -N -j "$by_crun" --step="$of.2" -o %i | xargs)" "$of.2 $by_crun.0 $by_crun.1"
	assert_eq "$(cq -N --step="$held" -o %i)" ''
	# Filters apply to the job.
	assert_eq "$(cq -N --step -n 'with steps' -o %i | xargs)" "$of.0 $of.1 $of.2 $of.3 $of.?"
	assert_eq "$(cq -N --step -t pending -o %i)" ''
	assert_eq "$(cq -N --step -u craneother -o %i)" ''
	[[ $(cq -N --step -p CPU -o %i | xargs) == *"$of.0 $of.1"* ]]
}

@test "cqueue --step finds steps of array tasks by name and by the task's own number" {
	recall array
	local own
	own=$(job_field "${array}_3" JobId)
	assert_eq "$(cq -N --step="${array}_3" -o %i | xargs)" "${array}_3.0 ${array}_3.1"
	assert_eq "$(cq -N --step="${array}_4.1" -o '%i %j' | xargs)" "${array}_4.1 ${array}_4"
	assert_eq "$(cq -N --step="$own.1" -o %i)" "${array}_3.1"
	assert_eq "$(cq -N --step="${array}_8" -o %i)" ''
}

@test "cqueue --step lists the steps of an array's running tasks" {
	recall array
	local of=("${array}_4.0" "${array}_4.1" "${array}_3.0" "${array}_3.1")
	assert_eq "$(cq -N --step -o %i -n array | sort | xargs)" "$(printf '%s\n' "${of[@]}" | sort | xargs)"
	assert_eq "$(cq -N --step="$array" -o %i | sort | xargs)" "$(printf '%s\n' "${of[@]}" | sort | xargs)"
	assert_eq "$(cq -N --step="$array.1" -o %i | sort | xargs)" "${array}_3.1 ${array}_4.1"
	assert_eq "$(cq --array --json -n array | jq -c '[.job_info_list[] | select(.step_info_list != []) | .array_task.task_id] | sort')" '[3,4]'
}

# covers: cqueue --array
@test "cqueue names the tasks of an array in its row, and --array lists each task" {
	recall array
	assert_eq "$(cq -N -j "$array" -o '%j|%t')" "${array}_[3-8] | Running "
	assert_eq "$(cq -N -j "$array" | wc -l)" 1
	[[ $(cq -N -j "$array") == "${array}_[3-8] "* ]]
	assert_eq "$(cq -N -r -j "$array" -o %j | xargs)" \
		"${array}_5 ${array}_6 ${array}_7 ${array}_8 ${array}_3 ${array}_4"
	assert_eq "$(cq -N --array -n array -t running -o %j | xargs)" "${array}_3 ${array}_4"
	assert_eq "$(cq --json --array -j "$array" | jq -c '[.job_info_list[].array_task.task_id]')" '[5,6,7,8,3,4]'
}

@test "cqueue --json prints the submitted array_spec while tasks run and after one has ended" {
	local spec id
	id=$(submit --array=2-6:2%3 -w crane04 --wrap 'exec sleep 3000')
	wait_until "[[ \$(squeue -h -r -t R -j $id | wc -l) == 3 ]]" 15
	spec="{\"start\":2,\"end\":6,\"stride\":2,\"max_concurrent\":3}"
	assert_eq "$(cq --json -j "$id" | jq -c '.job_info_list[].array_spec')" "$spec"
	assert_eq "$(cq -N -j "$id" -o %j)" "${id}_[2,4,6] "
	scancel "${id}_2"
	wait_for_end 15 "${id}_2"
	wait_until "[[ \$(as craneuser cqueue -N -j $id -o %j) == '${id}_[4,6] ' ]]" 15
	assert_eq "$(cq --json -j "$id" | jq -c '.job_info_list[].array_spec')" "$spec"
	scancel "$id"
}

@test "cqueue says on stderr which ids are not in the queue" {
	recall waiting
	recall steps
	run --separate-stderr as craneuser cqueue -N -o %j -j "$held,999999,999998_3"
	assert_eq "$status|$output|$stderr" "0|$held |Job 999999, 999998_3 is not in the queue."
	run --separate-stderr as craneuser cqueue --json -j 999999
	assert_eq "$status|$(jq -c . <<<"$output")|$stderr" \
		'0|{"ok":true,"job_info_list":[]}|Job 999999 is not in the queue.'
	run --separate-stderr as craneuser cqueue -N -o %i --step="$with_steps.77,999999.1"
	assert_eq "$status|$output|$stderr" "0||Job 999999.1 is not in the queue.
Step $with_steps.77 is not running."
	# A filter leaves out what is in the queue.
	run --separate-stderr as craneuser cqueue -N -o %j -j "$held" -u craneother
	assert_eq "$status|$output|$stderr" '0||'
}

# -- which jobs -------------------------------------------------------------------------------------------------------

# covers: cqueue --max-lines --job
@test "cqueue sorts pending before running, higher priority first, with one row for an array" {
	recall steps
	recall makers
	recall array
	recall waiting
	local ids
	ids=$(shown)
	assert_eq "$(xargs -n 1 <<<"$ids" | sort -n | xargs)" \
		"$(numbers "$with_steps" "$by_crun" "$by_calloc" "$array" "$held" "$begin" "$behind" "$other" "$licensed")"
	assert_eq "$(cq -N -o %t | sort -s -k 1,1 | xargs)" "$(cq -N -o %t | xargs)"
	assert_eq "$(shown -m 3)" "$(cut -d' ' -f 1-3 <<<"$ids")"
	assert_eq "$(cq -N -o '%j %t' -j "${array}_3,${array}_8")" "${array}_8   Pending 
${array}_3   Running "
}

# covers: cqueue --account --job --licenses --name --nodelist --partition --self --state --type --user
@test "every filter of cqueue selects the right jobs" {
	recall steps
	recall makers
	recall array
	recall waiting
	local running waiting
	running="$with_steps $by_crun $by_calloc $array"
	waiting="$held $begin $behind $other $licensed"
	# shellcheck disable=SC2086
	assert_eq "$(sorted_shown -t running)" "$(numbers $running)"
	# shellcheck disable=SC2086
	assert_eq "$(sorted_shown -t Pending)" "$(numbers $waiting)"
	# shellcheck disable=SC2086
	assert_eq "$(sorted_shown -t p,suspended,R)" "$(numbers $running $waiting)"
	assert_eq "$(sorted_shown -t s,suspend)" ''
	assert_eq "$(sorted_shown -u craneother)" "$other"
	assert_eq "$(sorted_shown -u craneother,nobody-at-all)" "$other"
	assert_eq "$(sorted_shown -u nobody-at-all)" ''
	refute_contains " $(sorted_shown --self) " " $other "
	assert_eq "$(sorted_shown --self -u craneother)" "$other"
	assert_eq "$(as craneother cqueue --self -N -o %j | xargs)" "$other"
	assert_eq "$(sorted_shown -p GPU)" "$held"
	assert_eq "$(sorted_shown -p GPU,CPU -A physics,chemistry)" "$held"
	assert_eq "$(sorted_shown -p GPU -t r)" ''
	assert_eq "$(sorted_shown -n 'someone else,held')" "$(numbers "$held" "$other")"
	assert_eq "$(sorted_shown -n hel)" ''
	assert_eq "$(sorted_shown --type interactive)" "$(numbers "$by_crun" "$by_calloc")"
	assert_eq "$(sorted_shown --type B -t r)" "$(numbers "$with_steps" "$array")"
	assert_eq "$(sorted_shown --type container)" ''
	assert_eq "$(sorted_shown -w crane02)" "$by_crun"
	assert_eq "$(sorted_shown -w 'crane[03-04], x')" "$(numbers "$by_crun" "$by_calloc" "$array")"
	assert_eq "$(sorted_shown -L matlab,nastran)" "$licensed"
	assert_eq "$(sorted_shown -L ans)" ''
	assert_eq "$(sorted_shown -j "$held,$other,999999")" "$(numbers "$held" "$other")"
	assert_eq "$(sorted_shown -j "$held,$other" -u craneother)" "$other"
	assert_eq "$(sorted_shown -j "${array}_3" -t p)" ''
}

# -- what is shown ----------------------------------------------------------------------------------------------------

@test "cqueue shows Slurm's own reason where Crane has no correct word" {
	local large down
	scontrol create PartitionName=SHUT Nodes=crane01 State=DOWN
	scontrol create PartitionName=SMALL Nodes=crane01 State=UP
	down=$(submit -p SHUT --wrap true)
	large=$(submit -p SMALL -N 2 --wrap true)
	wait_until "[[ \$(as craneuser cqueue -N -j $down -o %R) == 'PartitionDown ' ]]" 15
	# Slurm calls it PartitionConfig first and PartitionNodeLimit later.
	wait_until "[[ \$(squeue -h -j $large -o %r) == PartitionNodeLimit ]]" 15
	assert_eq "$(cq -N -j "$large" -o %R)" 'PartitionNodeLimit '
	assert_eq "$(cq --json -j "$large" | jq -r '.job_info_list[].pending_reason')" PartitionNodeLimit
	scancel "$down" "$large"
	wait_for_end 15 "$down" "$large"
	scontrol delete PartitionName=SHUT
	scontrol delete PartitionName=SMALL
}

@test "cqueue prints the table with header, padding and reasons" {
	recall waiting
	recall makers
	run as craneuser cqueue -j "$held,$by_crun"
	assert_eq "${#lines[@]}" 3
	assert_eq "${lines[0]}" 'JOBID PARTITION NAME      USER      ACCOUNT STATUS  TYPE        TIME     TIMELIMIT NODES NODELIST/REASON '
	assert_eq "${lines[1]}" "$(printf '%-5s GPU       held      craneuser physics Pending Batch       -        unlimited 1     Held            ' "$held")"
	[[ ${lines[2]} =~ ^$by_crun\ +CPU\ +from\ crun\ craneuser\ +Running\ Interactive\ 00:0[0-9]:[0-9]+\ unlimited\ 2\ +crane\[02-03\]\ +$ ]] ||
		fail "$output"
	assert_eq "$(cq -N -j "$begin" -o %R)" 'BeginTime '
	assert_eq "$(cq -N -j "$behind" -o %R)" 'Dependency '
	assert_eq "$(cq -N -j "$by_crun" -o '%R|')" '  | '
	run --separate-stderr as craneuser cqueue -j 999999
	assert_eq "$output" 'JOBID PARTITION NAME USER ACCOUNT STATUS TYPE TIME TIMELIMIT NODES NODELIST/REASON '
	assert_eq "$(cq -N -j 999999)" ''
}

# covers: cqueue --start --deadline
@test "cqueue -S, -q, --deadline and -L add columns" {
	recall waiting
	recall makers
	local head='JOBID PARTITION NAME USER ACCOUNT STATUS TYPE TIME TIMELIMIT NODES NODELIST/REASON'
	assert_eq "$(cq -j 999999 -S -q x --deadline -L y | xargs)" "$head STARTTIME QOS DEADLINE LICENSES"
	[[ $(cq -N -L matlab --deadline) =~ ' unknown matlab:2,ansys:1 '$ ]]
	[[ $(cq -N -S -j "$held") =~ 'Held '\ *$ ]]
	[[ $(cq -N -S -j "$by_crun") =~ \ crane\[02-03\]\ 20[0-9]{2}-[0-9-]{5}\ [0-9:]{8}\ $ ]]
	# The gate of a dependency is not a start.
	[[ $(cq -N -S -j "$behind") =~ 'Dependency '\ *$ ]]
}

# covers: cqueue --full
@test "cqueue -F prints more columns and cuts no cell" {
	recall waiting
	run as craneuser cqueue -F -j "$other"
	assert_eq "$(xargs <<<"${lines[0]}")" 'JOBID JOBNAME USERNAME PARTITION ACCOUNT NODENUM REQCPUS REQMEMPERNODE ALLOCCPUS ALLOCMEMPERNODE STATUS TIME TIMELIMIT STARTTIME SUBMITTIME TYPE QOS EXCLUSIVE HELD PRIORITY NODELIST/REASON DEADLINE'
	[[ $(xargs <<<"${lines[1]}") =~ ^"$other someone else craneother CPU 2 12.00 600M 0.00 0 Pending - unlimited unknown "20.*" Batch true true 0 Held unknown"$ ]] ||
		fail "$output"
}

# covers: cqueue --format %account %alloccpus %reqcpus %deadline %elapsedtime %held %jobid %comment %timelimit %nodelist
# covers: cqueue %allocmempernode %reqmempernode %name %nodenum %command %priority %partition %reqcpupertask %reqnodes
# covers: cqueue %reason %starttime %state %jobtype %user %uid %excludenodes %exclusive
@test "every letter of cqueue --format prints Slurm's value" {
	recall waiting
	recall makers
	local letter want command
	while IFS='|' read -r letter want; do
		assert_eq "$(cq -N -j "$other" -o "$letter")" "$want " "$letter"
	done <<-TABLE
		%c|0.00
		%C|12.00
		%deadline|unknown
		%e|-
		%h|true
		%j|$other
		%k|
		%l|unlimited
		%L|
		%m|0
		%M|600M
		%n|someone else
		%N|2
		%p|0
		%P|CPU
		%Q|2.00
		%r|
		%R|Held
		%S|unknown
		%t|Pending
		%T|Batch
		%u|craneother
		%U|$(id -u craneother)
		%x|crane04
		%X|true
	TABLE
	command='sleep'
	if differs_since 26 5 "a job's command is the whole line that Slurm was given, not the program alone"; then
		command='srun --nodes=2 --ntasks=2 --job-name=from crun --nodelist=crane[02-03] -- sleep 3000'
	fi
	while IFS='|' read -r letter want; do
		assert_eq "$(cq -N -j "$by_crun" -o "$letter")" "$want " "$letter"
	done <<-TABLE
		%c|2.00
		%m|50M
		%h|false
		%L|crane[02-03]
		%o|$command
		%r|crane02,crane03
		%T|Interactive
	TABLE
	assert_eq "$(cq -N -j "$held" -o '%a|%k')" 'physics | a comment '
	assert_eq "$(cq -N -j "$by_crun" -o %S)" "$(date -d "@$(start_of "$by_crun")" '+%F %T') "
}

@test "cqueue --format keeps exact sizes, literals and one blank after every column" {
	recall waiting
	assert_eq "$(cq -j "$held" -o '%j %n')" "$(printf '%-5s   %-4s \n%-5s   %-4s ' JOBID NAME "$held" held)"
	assert_eq "$(cq -j "$held" -o '%j%n')" "$(printf '%-5s %-4s \n%-5s %-4s ' JOBID NAME "$held" held)"
	assert_eq "$(cq -j "$held" -o '%2n|%.8n|%8n|%0n|%%')" $'NA |     NAME | NAME     |  |%% \nhe |     held | held     |  |%% '
	assert_eq "$(cq -N -j "$held" -o '<%NAME>\n')" '< held >\n '
	assert_eq "$(cq --step=999999 -o '%.9i|%i')" 'STEPID   |STEPID'
}

@test "names of all kinds are cut, aligned and safe, and JSON stays valid" {
	local a b c json
	a=$(submit --hold -J $'tab\there' --wrap true)
	b=$(submit --hold -J 'quote " back \ slash and fifty characters of name' --wrap true)
	c=$(submit --hold -J '計算計算計算計算計算計算' --wrap true)
	run as craneuser env LC_ALL=C.UTF-8 cqueue -o '%n|' -j "$a,$c"
	assert_eq "$output" $'NAME                     | \ntab?here                 | \n計算計算計算計算計算計算 | '
	[[ $(cq -N -j "$b") == *' quote " back \ slash and fifty... '* ]]
	[[ $(cq -N -F -j "$b") == *' quote " back \ slash and fifty characters of name '* ]]
	# 36 bytes: cut at the last whole character before 30.
	[[ $(cq -N -j "$c") == *' 計算計算計算計算計算... '* ]]
	json=$(cq --json -j "$a,$b,$c")
	assert_eq "$(jq -r '[.job_info_list[].name] | sort | .[]' <<<"$json")" "$(printf '%s\n' 'quote " back \ slash and fifty characters of name' $'tab\there' '計算計算計算計算計算計算')"
	scancel "$a" "$b" "$c"
}

# covers: cqueue --json
@test "cqueue --json prints jobs with their steps" {
	recall steps
	recall waiting
	recall array
	local json
	json=$(cq --json --step -o nonsense -j "$with_steps,$behind,$array,${array}_3,$licensed")
	assert_eq "$(wc -l <<<"$json")" 1
	assert_eq "$(jq -c '[.ok, (.job_info_list | length)]' <<<"$json")" '[true,5]'
	assert_eq "$(jq -c --argjson id "$with_steps" '.job_info_list[] | select(.job_id == $id) |
		[.type, .name, .status, .time_limit, .craned_list, .held, .uid, .username, .node_num, .req_total_res_view.cpu_count * 1,
		.req_total_res_view.memory_bytes, (.step_info_list | map([.step_type, .step_id, .status]))]' <<<"$json")" \
		"[\"Batch\",\"with steps\",\"Running\",\"7200s\",\"crane01\",false,$(id -u craneuser),\"craneuser\",1,4,\"209715200\",[[\"DAEMON\",0,\"Running\"],[\"PRIMARY\",1,\"Running\"],[\"COMMON\",2,\"Running\"],[\"COMMON\",3,\"Running\"],[\"COMMON\",null,\"Pending\"]]]"
	assert_eq "$(jq -c --argjson id "$behind" '.job_info_list[] | select(.job_id == $id) |
		[.status, .pending_reason, .craned_list, .start_time, .dependency_status]' <<<"$json")" \
		"[\"Pending\",\"Dependency\",null,\"1970-01-01T00:00:00Z\",{\"pending\":[{\"job_id\":$held,\"type\":\"AFTER\",\"delay_seconds\":\"3600\"}],\"is_or\":false}]"
	assert_eq "$(jq -c '.job_info_list[] | select(.array_spec) | [.job_id, .array_spec, .step_info_list]' <<<"$json")" \
		"[$array,{\"start\":3,\"end\":8,\"max_concurrent\":2},[]]"
	assert_eq "$(jq -c '.job_info_list[] | select(.array_task) | [.array_task, (.step_info_list | length)]' <<<"$json")" \
		"[{\"array_job_id\":$array,\"task_id\":3},2]"
	assert_eq "$(jq -c --argjson id "$licensed" '.job_info_list[] | select(.job_id == $id) | .licenses_count' <<<"$json")" \
		'{"matlab":2,"ansys":1}'
}

# covers: cqueue --iterate
@test "cqueue -i repeats with the time before and an empty line between" {
	recall waiting
	local log=$BATS_TEST_TMPDIR/repeated lines pid i at before=0
	as craneuser cqueue -i 1 -N -o %j -j "$held" >"$log" &
	pid=$!
	wait_until "((\$(grep -c '^$held \$' $log) >= 3))" 10
	kill "$(pgrep -P "$pid" -x cqueue || echo "$pid")"
	wait "$pid" || true
	mapfile -t lines < <(head -n 8 "$log")
	for i in 0 3 6; do
		[[ ${lines[i]} =~ ^20[0-9]{2}-[0-9]{2}-[0-9]{2}\ [0-9]{2}:[0-9]{2}:[0-9]{2}$ ]] || fail "$(<"$log")"
		at=$(date -d "${lines[i]}" +%s)
		((at > before)) || fail "not a second between them: $(<"$log")"
		before=$at
		assert_eq "${lines[i + 1]}" "$held "
		((i == 6)) || assert_eq "${lines[i + 2]}" ''
	done
}

# srun repeats its request after 60 to 69 seconds.
@test "a step that has waited for more than a minute is shown once" {
	recall steps
	recall waits
	wait_until "((EPOCHSECONDS > $waits_since + 71))" 75
	assert_eq "$(cq -N --step="$with_steps" -o %i | xargs)" \
		"$with_steps.0 $with_steps.1 $with_steps.2 $with_steps.3 $with_steps.?"
	assert_eq "$(as craneuser ccontrol -J show step "$with_steps" |
		jq -c '[.job_info_list[].step_info_list[].status] | map(select(. == "Pending")) | length')" 1
}

# Last: it ends steps.
@test "a step that waited gets its number when there is room" {
	recall notes
	recall steps
	# scancel signals more than once: a later one may find nothing to end.
	scancel "$with_steps.0" 2>/dev/null || true
	wait_until "[[ -s $notes/c ]]" 20
	assert_eq "$(<"$notes/c")" 4
	assert_eq "$(cq -N --step="$with_steps" --format '%i' | xargs)" \
		"$with_steps.0 $with_steps.1 $with_steps.3 $with_steps.4"
}
