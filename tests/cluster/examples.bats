#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: the man pages' examples
#
# Every example of the man pages, read from the pages, runs for a plain user and has its documented effect, and every exit
# status of the pages occurs. A new example in a page fails here until a function checks its effect. The examples of the
# guide to dependencies stand at the end; those of the guide to steps are steps.bats's and cqueue.bats's.

# The ids 100 to 102 in the pages mean jobs that this file makes for each example, the nodes cn01 to cn04 mean crane01 to
# crane04.

load common
load session

setup_file()
{
	private_cluster --nodes 4 --cpus 16 --mem 8000
}

setup()
{
	own_folder
	stand_ins
	declare -gA id=()
}

# The programs that the examples run; each has a visible effect.
stand_ins()
{
	program job.sh <<<$'#!/bin/sh\necho "job $SLURM_JOB_NAME of $SLURM_NNODES"'
	program job.py <<<$'import sys\nprint("python", sys.version_info[0])'
	# Two parts have to run at the same time: one after the other they never end.
	program compute.sh <<-'PROGRAM'
		#!/bin/bash
		began=$EPOCHSECONDS
		: >"met-$1"
		for ((i = 0; i < 300; i++)); do
			[[ $1 == part[12] && ! (-e met-part1 && -e met-part2) ]] || break
			sleep .1
		done
		((i < 300)) || exit 1
		echo "$1 $began" >>log
		echo "computed $1"
	PROGRAM
	program postprocess.sh <<<$'#!/bin/sh\necho "post $*" >>log'
}

# -- the pages ---------------------------------------------------------------------------------------------------------

# section PAGE TITLE: its source.
section()
{
	sed -n "/^\.SH $2\$/,/^\.SH/p" "$CRANE_TOP/doc/man/$1.1"
}

# examples_of PAGE: the examples as a user would type them, each ended by a NUL.
examples_of()
{
	section "$1" EXAMPLES | awk '
		/^\.EX/ { inside = 1; text = ""; next }
		/^\.EE/ { inside = 0; printf "%s%c", text, 0; next }
		inside {
			gsub(/\\-/, "-"); gsub(/\\\(aq/, "\047"); gsub(/\\\(ti/, "~"); gsub(/\\\(ha/, "^"); gsub(/\\e/, "\\")
			text = text (text == "" ? "" : "\n") $0
		}'
}

# The first lines of the examples of a page, and the functions that run and check them.
declare -gA shown_by=()

# every_example PAGE: runs each of them by its function; each example has a function, and each function an example.
every_example()
{
	local page=$1 first seen=0
	while IFS= read -r -d '' example <&4; do
		first=${example%%$'\n'*}
		printf '%s\n' "-- $example" >&2
		[[ -n ${shown_by[$first]:-} ]] || fail "nothing shows what this example does: $first"
		has_run=
		id=()
		rm -rf "${out:?}"/*
		stand_ins
		"${shown_by[$first]}"
		[[ -n $has_run ]] || fail "${shown_by[$first]} has not run it"
		end_all_jobs
		seen=$((seen + 1))
	done 4< <(examples_of "$page")
	((seen >= 4)) || fail "$page(1) has $seen examples"
	assert_eq "$seen" "${#shown_by[@]}" 'examples, and functions for them'
}

# The example with the numbers of this test's jobs, nodes of this cluster.
with_our_names()
{
	local text=$1 name
	for name in "${!id[@]}"; do
		text=${text//$name/${id[$name]}}
	done
	text=${text//cn0/crane0}
	printf '%s\n' "${text//cn[/crane[}"
}

# try [WORD...]: the example in a shell, as $user or craneuser, behind the given words. Sets status, output and stderr.
# The lines after a line with calloc are typed into calloc's shell.
try()
{
	local typed=${example#*$'\n'}
	has_run=1
	if [[ $example == calloc* && $example == *$'\n'* ]]; then
		with_our_names "${example%%$'\n'*}" >"$out/example"
		with_our_names "$typed" >"$out/typed"
		run --separate-stderr as craneuser "$@" bash ./example <<<'. ./typed </dev/null'
	else
		with_our_names "$example" >"$out/example"
		run --separate-stderr as "${user:-craneuser}" "$@" bash "$out/example"
	fi
}

# assert_tried STATUS [STDOUT [STDERR]]
assert_tried()
{
	[[ $status == "$1" && $output == "${2-$output}" && $stderr == "${3-$stderr}" ]] ||
		fail "wanted: ${*@Q}"$'\n'"$(what_came)"
}

# The id of the last job that cbatch printed; it is cancelled with the test.
allocated()
{
	[[ $status == 0 && ${lines[-1]} =~ ^'Job id allocated: '([0-9]+)$ ]] || show || return 1
	mine "${BASH_REMATCH[1]}"
	echo "${BASH_REMATCH[1]}"
}

# The first words of what came, or of a file, sorted, on one line.
first_words()
{
	if (($#)); then cat "$1"; else printf '%s\n' "$output"; fi | awk '{ print $1 }' | sort | xargs
}

# It has succeeded, and its last line is that of calloc.
assert_calloc_ended()
{
	[[ $status == 0 && $stderr == *'Job completed.' ]] || show
}

# ccontrol has reported two changes of job 100, and nothing else.
assert_modified_twice()
{
	local line="Jobs ${id[100]} modified successfully."
	assert_tried 0 "$line"$'\n'"$line"
}

# assert_fields JOB NAME=VALUE...: in scontrol show job.
assert_fields()
{
	local job=$1 field
	shift
	for field; do
		assert_eq "$(job_field "$job" "${field%%=*}")" "${field#*=}" "$field"
	done
}

# The job has succeeded, and this is its output.
assert_wrote()
{
	wait_for_state "$1" COMPLETED 20
	wait_until "[[ -e '$out/$2' && \$(<'$out/$2') == '$3' ]]" 5 || fail "$2: $(cat "$out/$2")"
}

# given KIND...: jobs for the numbers 100, 101 and 102 of the example, each held, running or with_steps.
given()
{
	local number=100 kind
	for kind; do
		case $kind in
		held) id[$number]=$(submit_held) ;;
		running) id[$number]=$(running) ;;
		with_steps) id[$number]=$(running_with_steps) ;;
		esac
		[[ -n ${id[$number]} ]] || fail "no job that is $kind" || return 1
		number=$((number + 1))
	done
}

running()
{
	local job
	job=$(submit "$@" --wrap 'exec sleep 3000')
	wait_until "[[ \$(squeue -h -t R -j $job -o %i) ]]" 20
	echo "$job"
}

# A job with the steps 2 and 3.
running_with_steps()
{
	local job
	program steps.sh <<<$'#!/bin/bash\ncrun -c 1 -J sleep sh -c "touch begun.$SLURM_JOB_ID; exec sleep 3000" &\nuntil [ -e begun.$SLURM_JOB_ID ]; do sleep .1; done\ncrun -c 1 sleep 3000 &\nwait'
	job=$(csubmit -c 2 -J steps "$out/steps.sh")
	wait_for_steps "$job" "$job.0 $job.1 $job.2 $job.3" 20
	echo "$job"
}

# -- calloc ------------------------------------------------------------------------------------------------------------

two_nodes()
{
	try <<<$'crun sh -c \'echo $SLURMD_NODENAME\' </dev/null | sort\nscontrol show job $CRANE_JOB_ID | grep -o "TimeLimit=[^ ]*"'
	assert_calloc_ended
	assert_eq "$(tail -n 3 <<<"$output")" $'crane01\ncrane02\nTimeLimit=01:00:00'
}

side_by_side()
{
	id[100]=$(submit --hold --wrap 'sleep 1; false')
	{
		wait_until '[[ -n $(squeue -h -t PD -o %E | grep "after.*:${id[100]}") ]]' 20
		scontrol release "${id[100]}"
	} 3>&- &
	try
	assert_calloc_ended
	assert_eq "$(first_words "$out/log")" 'part1 part2'
	assert_between "$(end_of "${id[100]}")" "$EPOCHSECONDS" "$(head -n 1 "$out/log" | cut -d ' ' -f 2)" 'start'
}

one_gpu()
{
	try <<<'scontrol show job $CRANE_JOB_ID; echo gpus $CRANE_GPUS'
	assert_tried 0
	assert_contains "$output" 'NodeList=crane04'
	assert_contains "$output" 'NumCPUs=4 '
	assert_contains "$output" 'gpus 1'
}

lines_from_stdin()
{
	try
	assert_tried 0 "$(hostname)"$'\n'"$(hostname)"
}

@test "every example of calloc(1) works" {
	shown_by=(
		['calloc -N 2 -t 1:00:00']=two_nodes
		['calloc -c 4 -d afterany:100']=side_by_side
		['calloc -p GPU --gres gpu:1 -c 4']=one_gpu
		["echo 'crun hostname' | calloc -Q -N 2"]=lines_from_stdin
	)
	every_example calloc
}

# -- cbatch ------------------------------------------------------------------------------------------------------------

once_it_has_ended_well()
{
	local job
	given held
	try
	job=$(allocated)
	assert_fields "$job" JobState=PENDING NumNodes=2-2 NumTasks=4 TimeLimit=01:00:00
	assert_eq "$(dependency_of "$job")" "PendingDependencies=afterok:${id[100]} Status=WaitForAll"
	scontrol release "${id[100]}"
	assert_wrote "$job" "Crane-$job.out" 'job job.sh of 2'
	assert_between "$(end_of "${id[100]}")" "$EPOCHSECONDS" "$(start_of "$job")"
}

either_term()
{
	local job
	given held held held
	try
	job=$(allocated)
	assert_eq "$(dependency_of "$job")" \
		"PendingDependencies=afterok:${id[100]}:${id[101]}+00:30:00?after:${id[102]} Status=WaitForAny"
	scontrol release "${id[102]}"
	assert_wrote "$job" "Crane-$job.out" 'job job.sh of 1'
}

when_the_first_fails()
{
	local job
	# Not before the other job waits for it, since an ended job can no longer be named.
	program job.sh <<<$'#!/bin/sh\nuntil squeue -h -t PD -o %i | grep -q .; do sleep .2; done; exit 3'
	try
	job=$(allocated)
	mine $((job - 1))
	assert_wrote "$job" "Crane-$job.out" 'it failed'
	wait_for_state $((job - 1)) FAILED 10
}

an_array()
{
	local job
	try
	job=$(allocated)
	assert_contains "$(scontrol show job "$job")" 'ArrayTaskThrottle=3'
	# 22.05 writes gres:gpu, 24.11 gres/gpu.
	assert_contains "$(scontrol show job "$job" | tr / :)" 'TresPerNode=gres:gpu:1'
	wait_until "[[ \$(cat '$out'/out-*.txt 2>/dev/null | grep -c '^job') == 10 ]]" 60
	assert_eq "$(cd "$out" && printf '%s\n' out-* | xargs)" "$(printf "out-${job}_%d.txt " {0..9} | sed 's/ $//')"
}

# 90 seconds before the end of a limit that is a minute now is at once; slurmctld looks at limits twice a minute.
warned()
{
	local job
	program job.sh <<<$'#!/bin/bash\ntrap "echo warned; exit" USR1\necho ready; sleep 3000 & wait'
	try
	job=$(allocated)
	assert_fields "$job" TimeLimit=00:30:00
	wait_until "grep -q ready '$out/Crane-$job.out'" 20
	as craneuser ccontrol update jobid="$job" timelimit=0:01:00
	wait_until "grep -q warned '$out/Crane-$job.out'" 60
}

ten_minutes_from_now()
{
	local job from=$EPOCHSECONDS
	try
	job=$(allocated)
	assert_between $((from + 600)) $((EPOCHSECONDS + 600)) "$(start_of "$job")"
	as craneuser scontrol update JobId="$job" StartTime=now
	wait_for_state "$job" COMPLETED 20
	[[ -s $out/when ]]
}

three_of_them()
{
	local ids=() job
	try
	assert_tried 0
	mapfile -t ids < <(jq '.. | numbers' <<<"$output" | sort -n | tail -n 3)
	mine "${ids[@]}"
	assert_eq "${#ids[@]}" 3
	for job in "${ids[@]}"; do
		assert_wrote "$job" "Crane-$job.out" 'job job.sh of 1'
	done
}

python_with_a_note()
{
	local job
	try
	job=$(allocated)
	assert_wrote "$job" "Crane-$job.out" 'python 3'
	assert_eq "$(job_field "$job" Comment)" 'crane:{"project":"x"}'
}

from_a_pipe()
{
	local job
	printf '%s\n' '#!/bin/sh' '#CBATCH -J piped' 'echo "$# COUNT $1 $2"' >"$out/template.sh"
	try
	job=$(allocated)
	assert_wrote "$job" "Crane-$job.out" '2 10 first second'
	assert_fields "$job" JobName=piped
}

what_sbatch_is_asked()
{
	local before
	before=$(squeue -h -t all -o %i --sort=i)
	try
	assert_tried 0
	[[ $output == 'sbatch '*' --cpus-per-task=2 '*/job.sh ]] || show
	assert_eq "$(squeue -h -t all -o %i --sort=i)" "$before"
}

@test "every example of cbatch(1) works" {
	shown_by=(
		['cbatch -N 2 -n 4 -t 1:00:00 -d afterok:100 job.sh']=once_it_has_ended_well
		["cbatch -d 'afterok:100:101+30m?after:102' job.sh"]=either_term
		['id=$(cbatch --parsable job.sh)']=when_the_first_fails
		["cbatch -a 0-9%3 -p GPU --gres gpu:1 -o 'out-%A_%a.txt' job.sh"]=an_array
		['cbatch -t 0:30:00 --signal B:USR1@90 job.sh']=warned
		["cbatch -b now+10m --wrap 'date >when'"]=ten_minutes_from_now
		['cbatch --repeat 3 --json job.sh']=three_of_them
		["cbatch --interpreter 'python3 -u' --extra-attr '{\"project\":\"x\"}' job.py"]=python_with_a_note
		['sed s/COUNT/10/ template.sh | cbatch - first second']=from_a_pipe
		['cbatch --dry-run -c 1.5 job.sh']=what_sbatch_is_asked
	)
	every_example cbatch
}

# -- ccancel -----------------------------------------------------------------------------------------------------------

job_task_and_step()
{
	given running
	id[101]=$(submit --array=1-3 --wrap 'exec sleep 3000')
	id[102]=$(running_with_steps)
	wait_for_state "${id[101]}_3" RUNNING 20
	try
	assert_tried 0 "Job ${id[100]},${id[101]}_3 Step ${id[102]}.2 cancelled successfully."
	assert_cancelled "${id[100]}" "${id[101]}_3"
	assert_eq "$(state_of "${id[101]}_2")" RUNNING
	wait_for_steps "${id[102]}" "${id[102]}.0 ${id[102]}.1 ${id[102]}.3" 10
}

waiting_in_a_partition()
{
	local waits runs elsewhere
	waits=$(submit_held)
	elsewhere=$(submit --hold -p GPU --wrap true)
	runs=$(running)
	try
	assert_tried 0 "Job $waits cancelled successfully."
	assert_fields "$waits" JobState=CANCELLED
	assert_fields "$elsewhere" JobState=PENDING
	assert_fields "$runs" JobState=RUNNING
}

running_of_three()
{
	given running held running
	try
	assert_tried 0 "Job ${id[100]},${id[102]} cancelled successfully."
	assert_cancelled "${id[100]}" "${id[102]}"
	assert_fields "${id[101]}" JobState=PENDING
}

by_name_and_node()
{
	local here there other
	here=$(running -J assembly -w crane01)
	there=$(running -J assembly -w crane02)
	other=$(running -J other -w crane01)
	try
	assert_tried 0 "Job $here cancelled successfully."
	assert_cancelled "$here"
	assert_fields "$there" JobState=RUNNING
	assert_fields "$other" JobState=RUNNING
}

array_as_json()
{
	id[100]=$(submit --array=1-3%1 --wrap 'exec sleep 3000')
	wait_for_state "${id[100]}_1" RUNNING 20
	try
	assert_tried 0 "{\"cancelled_steps\":{\"${id[100]}\":{\"steps\":[]}},\"not_cancelled_job_steps\":{}}"
	wait_for_end 10 "${id[100]}"
}

@test "every example of ccancel(1) works" {
	shown_by=(
		['ccancel 100,101_3,102.2']=job_task_and_step
		['ccancel -t pending -p CPU']=waiting_in_a_partition
		['ccancel -t running 100,101,102']=running_of_three
		['ccancel -n assembly -w cn01']=by_name_and_node
		['ccancel --json 100']=array_as_json
	)
	every_example ccancel
}

# -- ccontrol ----------------------------------------------------------------------------------------------------------

all_of_a_job()
{
	id[100]=$(running -J assembly)
	try
	assert_tried 0
	assert_contains "$output" "JobId=${id[100]} JobName=assembly"
	assert_contains "$output" 'JobState=Running'
}

as_a_tree()
{
	local first third
	first=$(submit_held)
	id[100]=$(csubmit --hold -J second -d "afterok:$first+1h" --wrap true)
	third=$(csubmit --hold -J third -d "after:${id[100]}" --wrap true)
	try
	assert_tried 0
	assert_contains "$output" "\`-- afterok:$first+01:00:00, pending: job $first"
	assert_contains "$output" "\`-- after:${id[100]}, pending: job $third (third)"
	assert_eq "$(head -n 1 "$out/graph.dot")" 'digraph dependency {'
	assert_eq "$(grep -c ' -> ' "$out/graph.dot")" 2
}

hold_and_release()
{
	local begin
	id[100]=$(submit -b now+5minutes --wrap true)
	begin=$(start_of "${id[100]}")
	try
	assert_modified_twice
	assert_fields "${id[100]}" JobState=PENDING StartTime="$begin"
}

less_time()
{
	id[100]=$(running --time 60)
	try
	assert_modified_twice
	assert_fields "${id[100]}" TimeLimit=00:30:00 Comment='for the paper'
}

wait_again()
{
	id[100]=$(running --time 60)
	try
	assert_tried 0 "Job ${id[100]} requeued successfully."
	wait_until "[[ \$(job_field ${id[100]} Restarts) == 1 ]]" 10
}

step_and_partitions()
{
	given with_steps
	try
	assert_tried 0
	assert_contains "$output" "StepId=${id[100]}.2 UserId=$(id -u craneuser)"
	assert_contains "$output" 'PartitionName=CPU State=UP'
	assert_contains "$output" 'PartitionName=GPU State=UP'
}

by_the_administrator()
{
	local user=root
	try
	assert_tried 0
	scontrol update nodename='crane[01-02]' state=resume
	scontrol delete reservation=course
	assert_contains "$output" 'Nodes crane01, crane02 modified successfully'
	assert_contains "$output" 'Reservation course created successfully.'
}

@test "every example of ccontrol(1) works" {
	shown_by=(
		['ccontrol show job 100']=all_of_a_job
		['ccontrol show dependency 100']=as_a_tree
		['ccontrol hold 100 timelimit=1:00:00']=hold_and_release
		['ccontrol update jobid=100 timelimit=0:30:00 comment="for the paper"']=less_time
		['ccontrol requeue 100']=wait_again
		['ccontrol show step 100.2']=step_and_partitions
		['ccontrol update nodename=cn[01-02] state=drain reason="new disks"']=by_the_administrator
	)
	every_example ccontrol
}

# -- cqueue ------------------------------------------------------------------------------------------------------------

when_they_may_start()
{
	local later
	later=$(submit -b now+1hour --wrap true)
	running
	try
	assert_tried 0
	[[ ${lines[0]} == JOBID*' STARTTIME'* ]] || show
	[[ ${lines[1]} == "$later "*' Pending '*" $(date -d "@$(start_of "$later")" '+%F %H:%M')"* && ${#lines[@]} == 2 ]] || show
}

of_two_partitions()
{
	local cpu gpu
	cpu=$(running -p CPU)
	gpu=$(running -p GPU)
	submit_held
	try
	assert_tried 0
	assert_eq "$(first_words)" "$cpu $gpu JOBID"
}

steps_of_a_job()
{
	given with_steps
	try
	assert_tried 0
	assert_eq "$(awk '{ print $1 }' <<<"$output" | xargs)" "STEPID ${id[100]}.0 ${id[100]}.1 ${id[100]}.2 ${id[100]}.3"
}

one_step()
{
	given with_steps
	try
	assert_tried 0
	[[ ${lines[0]} =~ ^STEPID\ +NAME\ +STATE\ +ELAPSEDTIME\ NODELIST\ *$ ]] || show
	[[ ${lines[1]} =~ ^"${id[100]}.2"\ +sleep\ +Running\ +00:00:[0-9]+\ +crane01\ *$ && ${#lines[@]} == 2 ]] || show
}

fixed_width()
{
	local job
	job=$(running -J assembly)
	try
	assert_tried 0
	assert_eq "$(printf '%s\n' "$output" | sed 's/ *$//')" "$(printf '%8s %-20s %s\n%8s %-20s %s' JOBID NAME STATE "$job" assembly Running)"
}

ids_for_a_program()
{
	local first second
	first=$(submit_held)
	second=$(running)
	try
	assert_tried 0
	assert_eq "$(sort -n <<<"$output" | xargs)" "$first $second"
}

again_and_again()
{
	given running
	try timeout --signal INT 9
	assert_eq "$status" 124
	assert_between 2 5 "$(grep -c "^${id[100]} " <<<"$output")" 'tables'
}

@test "every example of cqueue(1) works" {
	shown_by=(
		['cqueue --self -t pending -S']=when_they_may_start
		['cqueue -p CPU,GPU -t running -m 20']=of_two_partitions
		['cqueue --step=100']=steps_of_a_job
		["cqueue --step=100.2 -o '%i %n %t %e %L'"]=one_step
		["cqueue -o '%.8j%20n%10t'"]=fixed_width
		["cqueue --json | jq '.job_info_list[].job_id'"]=ids_for_a_program
		['cqueue -j 100 -i 2']=again_and_again
	)
	every_example cqueue
}

# -- crun --------------------------------------------------------------------------------------------------------------

on_two_nodes()
{
	try
	assert_tried 0 "$(hostname)"$'\n'"$(hostname)" ''
}

after_a_start()
{
	local from
	given running
	from=$(start_of "${id[100]}")
	try
	assert_tried 0 "$(hostname)"
	assert_between $((from + 10)) $((from + 10 + 5 * patience)) "$EPOCHSECONDS" 'end'
}

a_file_each()
{
	try
	assert_tried 0 ''
	assert_eq "$(cd "$out" && cat part-0.txt part-1.txt part-2.txt part-3.txt | sort | uniq -c | xargs)" '4 computed input.dat'
}

at_a_terminal()
{
	has_run=1
	as craneuser script --quiet --return --command "$example" screen >/dev/null \
		<<<$'[ -t 0 ] && echo "on $SLURMD_NODENAME"; exit 5' || status=$?
	assert_eq "$status" 5
	tr -d '\r' <"$out/screen" | grep -q 'on crane0[1-4]$' || fail "$(cat -v "$out/screen")"
}

steps_side_by_side()
{
	has_run=1
	with_our_names "$example" >"$out/example"
	run --separate-stderr as craneuser calloc -Q -c 4 <<<'. ./example </dev/null'
	assert_tried 0
	assert_eq "$(first_words "$out/log")" 'part1 part2 post'
	assert_eq "$(tail -n 1 "$out/log")" 'post results'
}

step_from_elsewhere()
{
	given running
	try
	assert_tried 0 "$(hostname)"
	wait_until "[[ \$(scontrol show job ${id[100]} | grep -c 'JobState=RUNNING') == 1 ]]" 5
}

@test "every example of crun(1) works" {
	shown_by=(
		['crun -N 2 hostname']=on_two_nodes
		['crun -d after:100+10s -n 1 hostname']=after_a_start
		["crun -n 4 -o 'part-%t.txt' ./compute.sh input.dat"]=a_file_each
		['crun --pty bash']=at_a_terminal
		['crun -c 2 ./compute.sh part1 &']=steps_side_by_side
		['CRANE_JOB_ID=100 crun hostname']=step_from_elsewhere
	)
	every_example crun
}

# -- exit statuses -----------------------------------------------------------------------------------------------------

# statuses_of PAGE: those that its section names, on one line.
statuses_of()
{
	section "$1" 'EXIT STATUS' | awk '/^\.TP/ { getline; if ($1 == ".B" && $2 ~ /^[0-9]+$/) print $2 }' | sort -n | xargs
}

# ends_with STATUS COMMAND-LINE: in a shell of craneuser's.
ends_with()
{
	run --separate-stderr as craneuser timeout 60 bash -c "$2" </dev/null
	assert_eq "$status" "$1" "$2"$'\n'"$(what_came)"
	had+=" $1"
}

# conf_with_port NAME PORT: a slurm.conf by which slurmctld is looked for at that port.
conf_with_port()
{
	sed "s|^SlurmctldPort=.*|SlurmctldPort=$2|; /^MessageTimeout/d; \$a MessageTimeout=2" "$SLURM_CONF" >"$out/$1.conf"
}

# unreachable.conf: no process listens there. refusing.conf: the port of crane01's slurmd, which refuses messages for
# slurmctld. (slurmctld refuses no request of cqueue.)
confs_of_no_slurmctld()
{
	conf_with_port unreachable 1
	conf_with_port refusing $(($(sed -n 's/^SlurmctldPort=//p' "$SLURM_CONF") + 1))
	grep -q "^NodeName=crane\[01-03\] .* Port=\[$(sed -n 's/^SlurmctldPort=//p' "$out/refusing.conf")-" "$SLURM_CONF"
}

all_were_had()
{
	assert_eq "$(xargs -n 1 <<<"$had" | sort -nu | xargs)" "$(statuses_of "$1")" "$1(1)"
}

@test "every exit status of the man pages occurs" {
	local had job bin
	bin=$(dirname "$(command -v cbatch)")
	confs_of_no_slurmctld

	had=
	ends_with 0 'cbatch job.sh'
	ends_with 1 'cbatch --no-such-option job.sh'
	ends_with 1 'cbatch -N two job.sh'
	ends_with 1 'cbatch --wrap true job.sh'
	ends_with 2 'cbatch -t 30 job.sh'
	ends_with 3 'cbatch -C unreachable.conf job.sh'
	ends_with 4 'cbatch -d afterok:99999 job.sh'
	ends_with 4 'cbatch -p nowhere job.sh'
	ends_with 6 "PATH=/nowhere '$bin/cbatch' job.sh"
	all_were_had cbatch
	ends_with 7 'SBATCH_WAIT=1 cbatch --wrap "exit 7"'

	had=
	ends_with 0 'echo "exit 3" | calloc'
	ends_with 1 'calloc --no-such-option'
	ends_with 1 'calloc word'
	ends_with 2 'calloc -t 30'
	ends_with 3 'calloc -C unreachable.conf'
	ends_with 3 'calloc -d afterok:99999'
	ends_with 3 'calloc -H -J waits & until cqueue -N -n waits | grep -q .; do sleep .1; done; ccancel -n waits; wait $!'
	ends_with 3 "PATH=/nowhere '$bin/calloc'"
	ends_with 6 'ulimit -n 16; calloc'
	all_were_had calloc

	had=
	ends_with 0 'crun -H -J waits true & until cqueue -N -n waits | grep -q .; do sleep .1; done; ccancel -n waits; wait $!'
	ends_with 1 'crun --no-such-option true'
	ends_with 2 'crun -t 30 true'
	ends_with 2 'crun'
	ends_with 3 'crun -C unreachable.conf true'
	ends_with 4 'crun -d afterok:99999 true'
	ends_with 6 'CRANE_JOB_ID=x crun true'
	ends_with 6 "PATH=/nowhere '$bin/crun' /bin/true"
	all_were_had crun
	ends_with 3 'crun sh -c "exit 3"'
	ends_with 143 'crun sh -c "kill -TERM \$\$"'
	job=$(running)
	ends_with 2 "CRANE_JOB_ID=$job crun -p CPU true"
	ends_with 4 "CRANE_JOB_ID=$job crun -n 99 true"

	had=
	ends_with 0 'cqueue'
	ends_with 0 'cqueue -j 99999'
	ends_with 1 'cqueue --no-such-option'
	ends_with 1 'cqueue word'
	ends_with 2 'cqueue -t nonsense'
	ends_with 3 'cqueue -C unreachable.conf'
	ends_with 4 'cqueue -C refusing.conf'
	assert_contains "$stderr" 'Failed to query job queue: Access denied.'
	ends_with 4 'cqueue -C refusing.conf --step -j 1'
	ends_with 5 'cqueue -o %'
	ends_with 6 'cqueue >/dev/full'
	all_were_had cqueue

	had=
	ends_with 0 'ccancel -n nobody'
	ends_with 1 'ccancel --no-such-option'
	ends_with 2 'ccancel'
	ends_with 2 'ccancel 0'
	ends_with 3 'ccancel -C unreachable.conf 1'
	ends_with 4 'ccancel 99999'
	ends_with 6 'ccancel --help >/dev/full'
	all_were_had ccancel

	had=
	ends_with 0 'ccontrol show node crane01'
	ends_with 1 'ccontrol show job 99999'
	ends_with 1 'ccontrol show step 99999'
	ends_with 1 'ccontrol show lic none'
	ends_with 1 'ccontrol show node none'
	ends_with 1 'ccontrol hold 99999'
	ends_with 1 'ccontrol -C unreachable.conf show job'
	ends_with 2 'ccontrol show nonsense'
	ends_with 2 'ccontrol update jobid=1 colour=red'
	ends_with 2 'ccontrol update nodename=crane01 state=drain reason=mine'
	ends_with 3 'ccontrol -C unreachable.conf requeue 1'
	ends_with 4 'ccontrol requeue 99999'
	ends_with 4 'ccontrol --json suspend 99999'
	ends_with 6 'ccontrol show partition >/dev/full'
	all_were_had ccontrol
}

# -- the guide to dependencies -----------------------------------------------------------------------------------------

# after_guide LINE: as the guide writes it, with this test's jobs; prints the number of the job.
after_guide()
{
	local line
	line=$(with_our_names "$1")
	line=$(as craneuser bash -c "$line") || return 1
	[[ $line =~ ^'Job id allocated: '([0-9]+)$ ]] || return 1
	echo "${BASH_REMATCH[1]}"
}

ready_after()
{
	echo "Status=ReadyAfter $(date -d "@$1" '+%F %T')"
}

@test "every command of Crane's guide to dependencies works" {
	local a b c start_a end_a end_b job crun_pid calloc_pid
	local -A jobs=()
	# The dependency of the command's job before any event.
	local -A waits=(
		['cbatch --dependency after:100 my_script.sh']='after:100 Status=WaitForAll'
		['cbatch --dependency afterok:100 my_script.sh']='afterok:100 Status=WaitForAll'
		['cbatch --dependency afternotok:100 my_script.sh']='afternotok:100 Status=WaitForAll'
		['cbatch --dependency afterany:100 my_script.sh']='afterany:100 Status=WaitForAll'
		['cbatch --dependency afterok:100+30 my_script.sh']='afterok:100+00:30:00 Status=WaitForAll'
		['cbatch --dependency afterok:100+10s my_script.sh']='afterok:100+00:00:10 Status=WaitForAll'
		['cbatch --dependency afterok:100+01:30:00 my_script.sh']='afterok:100+01:30:00 Status=WaitForAll'
		['cbatch --dependency after:100,afterok:101:102 my_script.sh']='after:100,afterok:101,afterok:102 Status=WaitForAll'
		['cbatch --dependency after:100+10m,afterok:101+30m my_script.sh']='after:100+00:10:00,afterok:101+00:30:00 Status=WaitForAll'
		['cbatch --dependency afterok:100?afternotok:101 my_script.sh']='afterok:100?afternotok:101 Status=WaitForAny'
		['cbatch --dependency afterok:100:101+2h?after:102 my_script.sh']='afterok:100:101+02:00:00?after:102 Status=WaitForAny'
		['cbatch in_a_script.sh']='afterok:100 Status=WaitForAll'
	)
	program my_script.sh <<<$'#!/bin/sh\ntrue'
	a=$(submit --hold --wrap 'sleep 3')
	b=$(submit --hold --wrap 'sleep 1')
	c=$(submit_held)
	id=([100]=$a [101]=$b [102]=$c)
	with_our_names "$(printf '%s\n' '#!/bin/bash' '#CBATCH --dependency afterok:100' '#CBATCH --nodes 2' \
		'#CBATCH --time 1:00:00' '#CBATCH --output job-%j.out' '' \
		'echo "This job starts after job 100 completes successfully"' '# Your job code')" | program in_a_script.sh
	for line in "${!waits[@]}"; do
		job=$(after_guide "$line") || fail "refused: $line"
		jobs[$line]=$job
		assert_eq "$(dependency_of "$job")" "PendingDependencies=$(with_our_names "${waits[$line]}")" "$line"
	done
	as craneuser bash -c "calloc --dependency afterok:$a -n 4 -N 2" <<<'crun hostname' >"$out/calloc.out" 2>&1 &
	calloc_pid=$!
	as craneuser bash -c "crun --dependency after:$a -n 1 hostname" >"$out/crun.out" 2>"$out/crun.err" &
	crun_pid=$!
	wait_until "(( \$(squeue -h -u craneuser -t PD -o %i | wc -l) == ${#waits[@]} + 5 ))" 10
	assert_contains "$(as craneuser ccontrol show job "${jobs['cbatch --dependency afterok:100+01:30:00 my_script.sh']}")" \
		"Dependency=PendingDependencies=afterok:$a+01:30:00 Status=WaitForAll"

	scontrol release "$a" "$b"
	wait_for_end 20 "$a" "$b"
	start_a=$(start_of "$a")
	end_a=$(end_of "$a")
	end_b=$(end_of "$b")
	wait "$crun_pid" "$calloc_pid"
	assert_eq "$(<"$out/crun.out")" "$(hostname)"
	assert_eq "$(grep -c "^$(hostname)\$" "$out/calloc.out")" 4

	# guide COMMAND: its job.
	guide() { echo "${jobs[$1]}"; }
	assert_starts "$(guide 'cbatch --dependency after:100 my_script.sh')" "$start_a" $((start_a + 3))
	for line in 'afterok:100' 'afterany:100' 'afterok:100?afternotok:101'; do
		assert_starts "$(guide "cbatch --dependency $line my_script.sh")" "$end_a" $((end_a + 3))
	done
	assert_starts "$(guide 'cbatch --dependency afterok:100+10s my_script.sh')" $((end_a + 10)) $((end_a + 13))
	job=$(guide 'cbatch in_a_script.sh')
	assert_starts "$job" "$end_a" $((end_a + 3))
	assert_fields "$job" NumNodes=2 TimeLimit=01:00:00
	assert_wrote "$job" "job-$job.out" 'This job starts after job '"$a"' completes successfully'
	assert_eq "$(dependency_of "$(guide 'cbatch --dependency afternotok:100 my_script.sh')")" Status=SomeFailed
	assert_eq "$(dependency_of "$(guide 'cbatch --dependency afterok:100+30 my_script.sh')")" "$(ready_after $((end_a + 1800)))"
	assert_eq "$(dependency_of "$(guide 'cbatch --dependency afterok:100+01:30:00 my_script.sh')")" "$(ready_after $((end_a + 5400)))"
	assert_eq "$(dependency_of "$(guide 'cbatch --dependency after:100+10m,afterok:101+30m my_script.sh')")" \
		"$(ready_after $((end_b + 1800)))"
	assert_eq "$(dependency_of "$(guide 'cbatch --dependency afterok:100:101+2h?after:102 my_script.sh')")" \
		"PendingDependencies=after:$c $(ready_after $((end_b + 7200)))"
	assert_eq "$(dependency_of "$(guide 'cbatch --dependency after:100,afterok:101:102 my_script.sh')")" \
		"PendingDependencies=afterok:$c Status=WaitForAll"

	scontrol release "$c"
	wait_for_end 20 "$c"
	assert_starts "$(guide 'cbatch --dependency afterok:100:101+2h?after:102 my_script.sh')" "$(start_of "$c")" $(($(start_of "$c") + 3))
	assert_starts "$(guide 'cbatch --dependency after:100,afterok:101:102 my_script.sh')" "$(end_of "$c")" $(($(end_of "$c") + 3))
}

@test "every error of Crane's guide to dependencies is answered" {
	local list line before
	given held held held
	before=$(squeue -h -u craneuser -o %i | sort)
	# Both separators, form, delay, a job twice; slurmctld refuses the last one.
	for line in 'afterok:100,afterok:101?afterok:102' 'afterok:' 'after100' 'afterok:100+invalid' 'afterok:100:100' \
		'afterok:100,afternotok:100' 'afterok:99999'; do
		list=$(with_our_names "$line")
		run --separate-stderr as craneuser bash -c "cbatch --dependency $list job.sh"
		case $line in
		*99999)
			assert_tried 4 '' ;;
		*)
			assert_tried 2 '' ;;
		esac
		case $line in
		*,*\?*) assert_contains "$stderr" "cannot use both ',' and '?' in the dependency string" ;;
		*invalid) assert_contains "$stderr" 'invalid' ;;
		afterok:|after100) assert_contains "$stderr" "unrecognized dependency string: $list" ;;
		*99999) assert_contains "$stderr" 'One or more dependency jobs may not exist or have ended' ;;
		*) assert_contains "$stderr" "duplicate job ${id[100]} in dependencies" ;;
		esac
	done
	assert_eq "$(squeue -h -u craneuser -o %i | sort)" "$before"
}
