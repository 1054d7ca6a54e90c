#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: `cacct`: three hundred jobs of all kinds, beside `sacct` and `cqueue`
#
# Three hundred jobs of all kinds: cacct beside sacct, and cqueue beside cacct. Every field that both have agrees, while
# slurmctld remembers the jobs and when it has forgotten them.

# The texts are meant for the shells of jobs.
# shellcheck disable=SC2016

# bats file_tags=accounting,long

load common
load compare

# Can Slurm confine the memory of jobs here? It needs a hierarchy of cgroup v1 in which it may write, and a release that the
# mini cluster gives this plugin.
can_confine()
{
	local own=/sys/fs/cgroup/memory/crane-test.$$
	! slurm_at_least 23 0 && mkdir "$own" 2>/dev/null && rmdir "$own"
}

setup_file()
{
	local confined=()
	if can_confine; then
		confined=(--conf TaskPlugin=task/cgroup)
	else
		echo "# no job runs out of memory: this machine lets Slurm write no memory cgroup" >&3
	fi
	# Few of the short jobs run at a time, so that their nodes can start them; those that stay have a partition without that
	# limit. The node whose jobs have little memory is for them alone: others would read their programs anew all the time.
	private_cluster --accounting --nodes 5 --cpus 64 --mem 16000 --conf DefMemPerCPU=20 "${confined[@]}" \
		--conf 'PartitionName=CPU Nodes=crane0[3-5] Default=YES MaxCPUsPerNode=6 DefaultTime=UNLIMITED MaxTime=INFINITE State=UP' \
		--conf 'PartitionName=GPU Nodes=crane0[3-5] MaxCPUsPerNode=3 DefaultTime=UNLIMITED MaxTime=INFINITE State=UP' \
		--conf 'PartitionName=stay Nodes=crane0[2-5] DefaultTime=UNLIMITED MaxTime=INFINITE State=UP' \
		--conf 'PartitionName=small Nodes=crane01 DefaultTime=UNLIMITED MaxTime=INFINITE State=UP'
	if ((${#confined[@]})); then
		echo ConstrainRAMSpace=yes >>"$MINICLUSTER_DIR/etc/cgroup.conf"
		minicluster node stop crane01
		minicluster node start crane01
	fi
	own_folder
	program steps.sh <<-'JOB'
		#!/bin/bash
		crun -J first true
		crun -J second -n 2 sh -c 'exit 3'
		crun -J third sh -c 'kill -TERM $$'
		exit "$1"
	JOB
	program many.sh <<-'JOB'
		#!/bin/bash
		# Submits the jobs. Prints KIND ID of each.
		made() { sed -E "s/.* //; s/^/$1 /"; }
		each() { local i n=$1; shift; for ((i = 0; i < n; i++)); do "$@" "$i"; done; }
		batch() { cbatch -o /dev/null "$@"; }
		ok() { batch -J "ok$1" -c $((1 + $1 % 4)) -N $((1 + $1 % 3)) --mem $((50 + $1))M -t 0:$((1 + $1)):0 --comment "job $1" --wrap true; }
		failed() { batch -J "failed $1" -q high -p GPU --wrap "exit $((1 + 6 * $1))"; }
		signalled() { batch -J signalled --wckey w1 -n $((1 + $1 % 5)) --wrap "kill -$((1 + $1 % 15)) \$\$; exit 9"; }
		waiting() { batch -H -J "waiting $1" -c 2 --wrap true; }
		running() { batch -p stay -w crane02 -t 1:0:0 -J "running $1" --wrap 'exec sleep 3000'; }
		array() { batch -J "array$1" -a "0-14" --wrap 'exit $((SLURM_ARRAY_TASK_ID % 4))'; }
		# dd asks for all memory in one call. A program that takes it in steps first loses its own pages, and runs for minutes.
		large() { batch -p small --mem 100M -J large --wrap 'dd if=/dev/zero of=/dev/null bs=400M count=1; exit 4'; }
		large_step() { batch -p small --mem 250M -J large_step --wrap 'crun --mem 100M dd if=/dev/zero of=/dev/null bs=400M count=1'; }
		again() { sbatch -o /dev/null -p stay -w crane04 -J again --requeue --wrap '[ -n "$SLURM_RESTART_COUNT" ] || exec sleep 3000; exit 2'; }
		steps() { batch -J "steps$1" -n 2 -N $((1 + $1 % 2)) steps.sh $(($1 % 3)); }
		live() { batch -p stay -w crane03 -n 2 -J live --wrap 'crun -J inside -n 2 sleep 3000'; }
		by_crun() { crun -J by_crun sh -c "echo \$CRANE_JOB_ID; exit $(($1 % 2))" 2>/dev/null; }
		by_calloc() { calloc -J by_calloc sh -c "echo \$CRANE_JOB_ID; crun true; exit $1" 2>/dev/null | tail -n 1; }
		lost() { sbatch -o /dev/null --no-requeue -p stay -w crane05 -J lost --wrap 'exec sleep 3000'; }
		[[ -n ${1-} ]] && large=8 || large=0
		while read -r number command kind; do each "$number" "$command" | made "${kind:-$command}"; done <<-KINDS
			4 lost
			10 running timed_out
			14 running cancelled
			10 running
			6 running suspended
			10 again
			6 live
			60 ok
			36 failed
			20 signalled
			14 waiting withdrawn
			10 waiting
			$large large
			$((large / 4)) large_step large
			24 steps
			4 array
			6 by_crun
			4 by_calloc
		KINDS
	JOB
	as craneuser ./many.sh ${confined[0]:+confined} >"$out/../made"
	sed 's/.* //' "$out/../made" >"$(scratch)/submitted"
	# shellcheck disable=SC2046  # several ids
	scancel $(made withdrawn)
	wait_until '! squeue -h -t PD -j "$(listed running cancelled timed_out suspended again live lost)" -o %i | grep -q .' 60
	end_by_force
}

teardown_file()
{
	cancel_mine
	end_private_cluster
	# Slurm leaves the folders of its memory cgroups behind.
	find /sys/fs/cgroup/memory/slurm_crane01 -depth -type d -exec rmdir {} + 2>/dev/null || true
}

# made KIND...: the ids of the jobs, on one line.
made()
{
	local kinds=$*
	grep -E "^(${kinds// /|}) " "$BATS_FILE_TMPDIR/made" | sed 's/.* //' | xargs
}

listed()
{
	made "$@" | tr ' ' ,
}

# Cancels, suspends and requeues the jobs that are there for it, brings others to the end of their time, and takes a node away.
end_by_force()
{
	local id since
	scontrol suspend "$(listed suspended)"
	scontrol requeue "$(listed again)"
	for id in $(made timed_out); do
		scontrol update "jobid=$id" EndTime=now+2
	done
	# shellcheck disable=SC2046  # several ids
	scancel $(made cancelled)
	wait_until '[[ $(squeue -h -t PD -j "$(listed again)" -o %i | wc -l) == 10 ]]' 20
	# A node takes no job anew in the second of the order to end it.
	since=$EPOCHSECONDS
	wait_until "((EPOCHSECONDS > $since))" 3
	for id in $(made again); do
		scontrol update "jobid=$id" StartTime=now
	done
	# Others have been on this node, and would be requeued.
	wait_for_none_of timed_out cancelled again "${by_themselves[@]}"
	minicluster node kill --hard crane05
	scontrol update nodename=crane05 state=down reason=lost
	wait_for_none_of lost
	wait_until '! sacct -nXP -j "$(listed lost timed_out cancelled again withdrawn "${by_themselves[@]}")" -o State |
		grep -qE "PENDING|RUNNING|REQUEUED"' 30
}

# The kinds of jobs that end without help.
readonly by_themselves=(ok failed signalled large steps array by_crun by_calloc)

# wait_for_none_of KIND...: until all jobs of these kinds are over.
wait_for_none_of()
{
	local queue
	queue="squeue -h -j $(listed "$@")"
	wait_until "[[ -z \$($queue) ]]" 60 || fail "$($queue -o '%i %j %T %r')"
}

setup()
{
	# Slurm's own commands print times as cacct does.
	export SLURM_TIME_FORMAT='%Y-%m-%d %H:%M:%S'
}

# The jobs are those of the whole file.
teardown()
{
	dump_on_failure
}

compare_with_sacct()
{
	cd "$BATS_TEST_TMPDIR" || return
	cacct_jobs >jobs.ours
	sacct_jobs -j "$(listed .*)" >jobs.theirs
	cacct_steps >steps.ours
	sacct_steps "$(made by_crun)" -j "$(listed .*)" >steps.theirs
	agree jobs.ours jobs.theirs 300
	agree steps.ours steps.theirs 600
}

@test "cacct agrees with sacct in every field of three hundred jobs and their steps that slurmctld remembers" {
	compare_with_sacct
}

# fields_of COMMAND: the long names of the columns of jobs.
fields_of()
{
	"$@" --help=fields | awk '$1 == "jobs" { print $3 }' | sort
}

@test "cqueue agrees with cacct in every field of jobs and steps that wait and run" {
	local fields format
	cd "$BATS_TEST_TMPDIR" || return
	mapfile -t fields < <(comm -12 <(fields_of cqueue) <(fields_of cacct) | grep -v elapsedtime)
	((${#fields[@]} > 20)) || fail "only ${#fields[@]} fields: ${fields[*]}"
	format=%jobid$(printf '|%%%s' "${fields[@]}")
	# cqueue puts a blank before a column, and 0.00 where cacct leaves the CPUs of a job that waits empty.
	cqueue -N -m 1000 -o "$format" | trimmed | sed 's/| */|/g; s/|0\.00|/||/' | sort -V >queue
	cacct -N -X -m 100000 -t pending,running,suspended -o "$format" | trimmed | sort -V >past
	agree past queue 20
	format='%stepid|%name|%state|%nodelist|%nodenum|%account|%starttime|%uid'
	cqueue --step -N -o "$format" | sed -E 's/^%step//' | trimmed | sort -V >queue.steps
	cacct -N -t running,suspended -o '%jobid|%jobname|%state|%nodelist|%nodenum|%account|%starttime|%uid' |
		trimmed | grep -E '^[0-9_]+\.' | sort -V >past.steps
	agree past.steps queue.steps 40
}

# slurmctld answers, and knows only jobs that are not over.
only_lasting()
{
	local states
	states=$(squeue -h -t all -o %T | sort -u | xargs)
	[[ $states == 'PENDING RUNNING SUSPENDED' ]]
}

# The last test: it changes the cluster.
@test "cacct agrees with sacct in every field of three hundred jobs and their steps that slurmctld has forgotten" {
	sed -i 's/^MinJobAge=.*/MinJobAge=2/' "$SLURM_CONF"
	scontrol reconfigure
	wait_until only_lasting 60 || fail "$(squeue -h -t all -o '%i %j %T')"
	compare_with_sacct
}
