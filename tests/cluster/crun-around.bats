#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: `crun`: programs before and after, X11, MPI
#
# Programs before and after the one that crun runs, on this machine and on the nodes; X11; MPI. tests/cli tests the
# translation of the options.

# Other shells expand the texts with $; setup_file, tests and functions of given clusters run in subshells.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154

load common
load session

# X11 has to be turned on, and needs another ProctrackType than the test clusters have.
setup_file()
{
	private_cluster --nodes 2 --cpus 4 --conf 'PrologFlags=X11' --conf 'ProctrackType=proctrack/pgid' \
		--conf 'SrunProlog=/tmp/crane-no-such-prolog' --conf 'SrunEpilog=/tmp/crane-no-such-epilog'
}

teardown()
{
	[[ ! -v server_pid ]] || kill "$server_pid" 2>/dev/null || true
	dump_on_failure
	end_all_jobs
}

last_job()
{
	scontrol show job -o | grep -o '^JobId=[0-9]*' | cut -d= -f2 | sort -n | tail -n 1
}

# covers: crun --prolog --epilog
@test "--prolog runs before the job is submitted and --epilog after its end, with the caller's environment" {
	program before <<<$'#!/bin/sh\necho "before $WORD [$CRANE_JOB_ID] $(squeue -h -n around | wc -l)"'
	program after <<<$'#!/bin/sh\necho "after $WORD [$CRANE_JOB_ID] $(squeue -h -t R -n around | wc -l)"'
	run --separate-stderr as craneuser env WORD=mine crun -J around --prolog ./before --epilog "$out/after" \
		sh -c 'echo "program on $SLURMD_NODENAME"; exit 3'
	[[ $status == 3 ]] || show
	assert_eq "$output" 'before mine [] 0
program on crane01
after mine [] 0'
	# Around a step they have the variables of its job.
	run --separate-stderr as craneuser salloc -Q bash -c 'CRANE_JOB_ID=$SLURM_JOB_ID crun --prolog ./before --epilog ./after true'
	[[ $status == 0 && $output =~ ^"before  ["[0-9]+"] 0"$'\n'"after  ["[0-9]+"] 0"$ ]] || show
}

# covers: crun --prolog
@test "a failing --prolog prevents the job" {
	local last
	last=$(last_job)
	run --separate-stderr as craneuser crun --prolog /bin/false true
	[[ $status == 4 && -z $output && $stderr == "Prolog '/bin/false' failed (exit code 1)." ]] || show
	assert_eq "$(last_job)" "$last"
}

# covers: crun --epilog --prolog
@test "the site's prolog and epilog run when crun names no program" {
	local conf=$MINICLUSTER_DIR/etc/slurm.conf
	cp "$conf" "$BATS_TEST_TMPDIR/slurm.conf"
	program site <<<$'#!/bin/sh\necho site'
	sed -i "s|/tmp/crane-no-such-[a-z]*|$out/site|" "$conf"
	run --separate-stderr as craneuser crun echo program
	assert_eq "$status $output" $'0 site\nprogram\nsite'
	run --separate-stderr as craneuser crun --prolog /bin/true --epilog /bin/true echo program
	cat "$BATS_TEST_TMPDIR/slurm.conf" >"$conf"
	assert_eq "$status $output" '0 program'
}

# covers: crun --task-prolog --task-epilog
@test "a task prolog sets, unsets and prints on each node, a task epilog runs after each task, in jobs and in steps" {
	install -d -o craneuser "$out/tasks"
	program tasks/before <<-'PROLOG'
		#!/bin/sh
		echo export SET=by-prolog
		echo unset GONE
		echo print prolog on $SLURMD_NODENAME
	PROLOG
	program tasks/after <<-'EPILOG'
		#!/bin/sh
		echo "$SLURMD_NODENAME" >>after.log
	EPILOG
	local program='echo "$SET [$GONE] on $SLURMD_NODENAME"'
	run --separate-stderr as craneuser env GONE=1 crun -N 2 --task-prolog tasks/before --task-epilog "$out/tasks/after" \
		sh -c "$program"
	[[ $status == 0 ]] || show
	assert_eq "$(sort <<<"$output")" 'by-prolog [] on crane01
by-prolog [] on crane02
prolog on crane01
prolog on crane02'
	wait_until "[[ \$(sort $out/after.log | xargs) == 'crane01 crane02' ]]" 10
	rm "$out/after.log"
	run --separate-stderr as craneuser env PROGRAM="$program" salloc -Q -w crane01 bash -c \
		'GONE=1 crun --task-prolog tasks/before --task-epilog tasks/after sh -c "$PROGRAM"'
	assert_eq "$status $output" '0 prolog on crane01
by-prolog [] on crane01'
	wait_until "[[ \$(<$out/after.log) == crane01 ]]" 10
}

# covers: crun --task-prolog
@test "a task prolog that is missing or fails prevents the task, with a message" {
	run --separate-stderr as craneuser crun --task-prolog not-there echo ran
	[[ $status != 0 && -z $output ]] || show
	assert_contains "$stderr" "($out/not-there) No such file or directory"
	run --separate-stderr as craneuser crun --task-prolog /bin/false echo ran
	[[ $status == 1 && -z $output ]] || show
}

# covers: crun --mpi
@test "--mpi=pmix gives the tasks PMIx, or is refused in Crane's words where Slurm has none" {
	local head=
	if srun --mpi=pmix true 2>/dev/null; then
		run --separate-stderr as craneuser crun -n 2 --mpi pmix sh -c 'echo "rank $PMIX_RANK"'
		assert_eq "$status $(sort <<<"$output")" $'0 rank 0\nrank 1'
		return
	fi
	run --separate-stderr as craneuser crun --mpi pmix true
	[[ $status == 4 && -z $output ]] || show
	assert_contains "$stderr" 'Failed to allocate job id: PMIx support is not compiled in.'
	assert_contains "$stderr" "slurm: Invalid MPI type 'pmix'"
	run --separate-stderr as craneuser salloc -Q crun --mpi pmix true
	[[ $status == 4 ]] || show
	head='Failed to allocate step id: '
	assert_contains "$stderr" "${head}PMIx support is not compiled in."
}

# -- X11 ---------------------------------------------------------------------------------------------------------------

# Listens in place of an X server and sends a line; sets display, and a cookie for it in the file xauth.
start_display()
{
	cat >"$out/server" <<-'PERL'
		use IO::Socket::INET;
		for ($n = 100; $n < 2000 && !$s; $n++) {
			$s = IO::Socket::INET->new(Listen => 5, LocalAddr => "127.0.0.1", LocalPort => 6000 + $n);
		}
		open(my $file, ">", "display.new"); print $file $n - 1; close($file); rename("display.new", "display");
		while ($c = $s->accept) { print $c "greetings from the display\n"; close $c }
	PERL
	as craneuser timeout 120 perl server &
	server_pid=$!
	wait_until "[[ -s $out/display ]]" 10
	display=localhost:$(<"$out/display")
	as craneuser xauth -q -f xauth add "$display" . 0123456789abcdef0123456789abcdef
}

# The line that a program on a node reads from its display.
readonly hear_display='echo "DISPLAY=${DISPLAY:-none}"; n=${DISPLAY#*:}; n=${n%%.*}
	exec 3<>/dev/tcp/localhost/$((6000 + n)) && read -r -t 10 line <&3; echo "$line"'

assert_heard()
{
	[[ $status == 0 && $output =~ ^DISPLAY=localhost:[0-9]+(\.0)?$'\n''greetings from the display'$ ]] || show
	# On the node it is the end of a tunnel.
	refute_contains "$output" "DISPLAY=$display"
}

# covers: crun --x11 --x11-forwarding
@test "a program on a node reaches the display from which crun was called" {
	start_display
	run --separate-stderr as craneuser env DISPLAY="$display" XAUTHORITY="$out/xauth" crun --x11 /bin/bash -c "$hear_display"
	assert_heard
	run --separate-stderr as craneuser env DISPLAY="$display" XAUTHORITY="$out/xauth" crun --x11-forwarding --export=NIL \
		/bin/bash -c "$hear_display"
	assert_heard
}

# covers: crun --x11
@test "crun refuses --x11 in a step, and the alternative that it names works" {
	start_display
	run --separate-stderr as craneuser salloc -Q crun --x11 true
	[[ $status == 2 && -z $output ]] || show
	assert_contains "$stderr" 'Error: Invalid argument: --x11 is not supported in step: '
	run --separate-stderr as craneuser env DISPLAY="$display" XAUTHORITY="$out/xauth" HEAR="$hear_display" \
		salloc -Q --x11 bash -c 'crun /bin/bash -c "$HEAR"'
	assert_heard
}

# covers: crun --x11
@test "crun --x11 ends with status 6 without a display or a cookie" {
	run --separate-stderr as craneuser env -u DISPLAY crun --x11 true
	[[ $status == 6 && -z $output && $stderr == 'Error in reading X11 $DISPLAY: it is not set.' ]] || show
	run --separate-stderr as craneuser env DISPLAY=localhost:99 XAUTHORITY="$out/none" crun --x11 true
	[[ $status == 6 && -z $output ]] || show
	assert_contains "$stderr" 'Error in reading X11 xauth cookies: '
}
