#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: what `crun` and `calloc` tell while they wait
#
# The messages of crun and calloc while they wait: one message that stays, and on a terminal one line with the reason and
# the expected start, which is erased when the job starts. steps.bats tests the waiting itself.

# Other shells expand the texts with $; tests run in subshells.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154

load common
load session

setup_file()
{
	private_cluster --nodes 2 --cpus 4
}

# A job on all CPUs; sets blocker.
fill_cluster()
{
	blocker=$(submit --exclusive -N 2 -t 10 --wrap 'sleep 3000')
	wait_for_state "$blocker" RUNNING 10
}

# The rows of the screen, without those of bash itself.
assert_rows()
{
	local found
	found=$(rows "${2:-80}" | sed 's/nodes: crane0[12]$/nodes: crane01/')
	[[ $found == "$1" ]] || fail "wanted: $1"$'\n'"rows: $found"$'\n'"written: $(cat -v "$out/screen")"
}

the_job()
{
	squeue -h -t PD -o %i
}

@test "crun on a terminal shows a line with reason and expected start until the job starts" {
	fill_cluster
	terminal 'stty cols 80; crun echo ran; echo status=$?'
	see 'crun: job [0-9]* waits: \(Resource\|Priority\), expected start 20[0-9][0-9]-[0-9-]* [0-9:]*$' 60
	local job
	job=$(the_job)
	scancel "$blocker"
	see '^status=0'
	end_terminal
	assert_rows "Job id allocated: $job, waiting resources.
Allocated craned nodes: crane01
ran
status=0"
}

@test "calloc on a terminal shows the line, then the shell, and leaves the terminal unchanged" {
	fill_cluster
	terminal 'stty cols 80; before=$(stty -g); calloc; [ "$before" = "$(stty -g)" ] && echo same; echo status=$?'
	see 'calloc: job [0-9]* waits: '
	local job
	job=$(the_job)
	scancel "$blocker"
	see 'Allocated craned nodes'
	type_keys 'exec true\n'
	see '^status=0'
	end_terminal
	refute_contains "$(rows)" 'waits: '
	assert_contains "$(rows)" "Job id allocated: $job
calloc: job $job waits for resources
Allocated craned nodes: crane01."
	assert_contains "$(rows)" $'Job completed.\nsame\nstatus=0'
}

@test "the line names the dependency that a job waits for" {
	local first job
	first=$(submit --hold --wrap true)
	terminal "stty cols 120; crun -d afterok:$first echo ran; echo status=\$?"
	see "crun: job [0-9]* waits: Dependency, expected start not known (afterok:$first Status=WaitForAll)"
	job=$(squeue -h -t PD -n echo -o %i)
	scontrol release "$first"
	see '^status=0' 30
	end_terminal
	assert_rows "Job id allocated: $job, waiting resources: dependency afterok:$first.
Allocated craned nodes: crane01
ran
status=0" 120
}

@test "the line of a step is erased before the program writes" {
	terminal "stty cols 80; calloc -Q -c 4"
	type_keys 'PS1=; bind "set enable-bracketed-paste off"; stty -echo\n'
	type_keys '(crun -c 4 sh -c "touch holds; until [ -e over ]; do sleep .1; done" &); until [ -e holds ]; do sleep .1; done; crun -c 4 sh -c "echo out; echo err >&2"; echo end; exec true\n'
	see 'crun: a step waits for resources of job [0-9]*; in use: [0-9]*\.2 (4 CPUs)'
	as craneuser touch over
	see '^Job completed'
	end_terminal
	# All that is left, from the message on.
	local found
	found=$(rows | sed -n '/waiting for resources of job/,/^end/p' | sed 's/of job [0-9]*; in use: [0-9]*\.2 (4 CPUs)$/of job/')
	[[ $found == 'crun: waiting for resources of job
out
err
end' || $found == 'crun: waiting for resources of job
err
out
end' ]] || fail "rows: $(rows)"$'\n'"written: $(cat -v "$out/screen")"
}

@test "Ctrl-C during the line of crun cancels the job and removes the line" {
	fill_cluster
	terminal 'stty cols 80; crun echo ran; echo status=$?'
	see 'crun: job [0-9]* waits: '
	local job
	job=$(the_job)
	type_keys '\003'
	see '^status=0'
	end_terminal
	assert_rows "Job id allocated: $job, waiting resources.
The waiting job has been cancelled.
status=0"
	wait_until '[[ -z $(squeue -h -t PD) ]]' 10
}

@test "Ctrl-C during the line of calloc cancels the job and removes the line" {
	fill_cluster
	terminal 'stty cols 80; calloc; echo status=$?'
	see 'calloc: job [0-9]* waits: '
	type_keys '\003'
	see '^status=3'
	end_terminal
	refute_contains "$(rows)" 'waits: '
	wait_until '[[ -z $(squeue -h -t PD) ]]' 10
}

@test "Ctrl-Z erases the line, and fg shows it again" {
	fill_cluster
	terminal 'stty cols 80; bash --norc --noediting -i'
	type_keys 'PS1=; stty -echo\n'
	type_keys 'crun echo ran; echo stopped=$?\n'
	see 'crun: job [0-9]* waits: '
	type_keys '\032'
	see '^stopped=148'
	refute_contains "$(rows)" 'waits: '
	local n
	n=$(screen | grep -o 'waits: ' | wc -l)
	type_keys 'fg\n'
	wait_until "(( \$(screen | grep -o 'waits: ' | wc -l) > $n ))" 15 || fail "written: $(cat -v "$out/screen")"
	# An srun of 22.05 that was stopped cannot start its job any more, with crun or without it; while it requests
	# another job it ignores Ctrl-C.
	wait_until 'type_keys "\003"; sleep 1; screen | grep -q "The waiting job has been cancelled"' 20
	type_keys 'exit\n'
	end_terminal
	refute_contains "$(rows)" 'waits: '
}

@test "crun shows no line in the background, with -Q and without a terminal" {
	fill_cluster
	terminal 'stty cols 80; set -m; (crun true; echo one) & (crun -Q true; echo two); wait; echo end'
	as craneuser crun true 2>"$out/err" 3>&- &
	local plain=$!
	wait_until '(($(squeue -h -t PD | wc -l) == 3))' 10
	# Long enough for several updates of the line, if there were one.
	sleep 5
	refute_contains "$(screen)" 'waits: '
	scancel "$blocker"
	see '^end'
	end_terminal
	wait "$plain"
	refute_contains "$(<"$out/err")" 'waits: '
	assert_eq "$(grep -c 'waiting resources' "$out/err")" 1
}

@test "the line fits a narrow terminal" {
	fill_cluster
	terminal 'stty cols 30; crun echo ran'
	see 'crun: job [0-9]* waits: '
	scancel "$blocker"
	see '^ran'
	end_terminal
	refute_contains "$(rows 30)" 'waits: '
	# The text between two carriage returns is the line, or blanks that erase it.
	assert_eq "$(tr '\r' '\n' <"$out/screen" | grep 'waits: \|^ *$' | awk 'length > 29' | wc -l)" 0
}

@test "crun --pty has a normal terminal after the line" {
	fill_cluster
	terminal 'stty rows 33 cols 80; crun --pty bash --norc; echo status=$?'
	see 'crun: job [0-9]* waits: '
	scancel "$blocker"
	see '^bash-[0-9.]*[$#]'
	type_keys 'test -t 2 && stty size | sed s/^/size=/; exit 3\n'
	see '^size=33 80'
	see '^status=3'
	end_terminal
	refute_contains "$(rows)" 'waits: '
}

@test "the line sends slurmctld at most one request every two seconds" {
	asked()
	{
		sdiag | awk '/REQUEST_JOB_INFO_SINGLE/ { sub(/.*count:/, ""); print $1; found = 1 } END { if (!found) print 0 }'
	}
	fill_cluster
	local before from asked
	terminal 'stty cols 80; crun true'
	see 'crun: job [0-9]* waits: '
	from=$EPOCHSECONDS
	before=$(asked)
	sleep 6
	asked=$(($(asked) - before))
	assert_between 1 $(((EPOCHSECONDS - from) / 2 + 1)) "$asked" 'questions in 6 s or more'
}
