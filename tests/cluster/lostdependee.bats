#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: dependees that Slurm ends: preempted, out of memory, lost with their node
#
# Dependees that Slurm itself ends early: by preemption, for using too much memory, or with their node. A cluster of this
# file's own, with two partitions on one node of which one gives way to the other, and a node to lose.

load common

setup_file()
{
	private_cluster --nodes 2 --cpus 4 --conf 'PreemptType=preempt/partition_prio' --conf 'PreemptMode=CANCEL' \
		--conf 'PartitionName=LOW Nodes=crane01 PriorityTier=1 PreemptMode=CANCEL MaxTime=INFINITE State=UP' \
		--conf 'PartitionName=HIGH Nodes=crane01 PriorityTier=10 PreemptMode=OFF MaxTime=INFINITE State=UP' \
		--conf 'JobAcctGatherType=jobacct_gather/linux' --conf 'JobAcctGatherFrequency=1' \
		--conf 'JobAcctGatherParams=OverMemoryKill'
}

# three_of JOB: submits jobs that wait for its success, its failure and its end. Prints their ids.
three_of()
{
	submit -p HIGH -d "crane:afterok:$1+1s" --wrap true
	submit -p HIGH -d "crane:afternotok:$1+1s" --wrap true
	submit -p HIGH -d "crane:afterany:$1+1s" --wrap true
}

# assert_counts_as_failed JOB OK NOTOK ANY [FROM]: when there has been room for the others only FROM that moment.
assert_counts_as_failed()
{
	local end room
	end=$(end_of "$1")
	room=$(later_of $((end + 1)) "${5:-0}")
	assert_starts "$3" $((end + 1)) $((room + 5))
	assert_starts "$4" $((end + 1)) $((room + 5))
	wait_until "[[ \$(events_of $2) == ! ]]" 5
	assert_closed "$2"
}

@test "a preempted dependee counts as failed, so that afternotok and afterany hold and afterok never does" {
	local low high waiting
	low=$(submit -p LOW -n 4 --wrap 'sleep 3000')
	wait_for_state "$low" RUNNING 15
	mapfile -t waiting < <(three_of "$low")
	# It needs one of the four CPUs and leaves the others to those that wait; it starts when the node has let go of the other.
	high=$(submit -p HIGH -n 1 --wrap 'sleep 3000')
	wait_for_state "$low" PREEMPTED 45
	wait_for_state "$high" RUNNING 45
	assert_counts_as_failed "$low" "${waiting[@]}" "$(start_of "$high")"
}

@test "a dependee that is ended for its memory has failed" {
	local greedy waiting
	greedy=$(submit --hold -p HIGH -n 1 --mem 30 --wrap 'exec perl -e "\$x = q(x) x 300000000; sleep 3000"')
	mapfile -t waiting < <(three_of "$greedy")
	scontrol release "$greedy"
	wait_for_end 60 "$greedy"
	[[ $(state_of "$greedy") != COMPLETED ]] || fail "it was not ended"
	assert_counts_as_failed "$greedy" "${waiting[@]}"
}

@test "a dependee that loses its node counts as failed" {
	local a ok notok
	a=$(submit --no-requeue --nodelist crane02 --wrap 'sleep 3000')
	ok=$(submit --exclude crane02 -d "crane:afterok:$a" --wrap true)
	notok=$(submit --exclude crane02 -d "crane:afternotok:$a+1s" --wrap true)
	wait_for_state "$a" RUNNING 10
	minicluster node kill --hard crane02
	scontrol update NodeName=crane02 State=DOWN Reason=test
	wait_until "job_is_over $a" 20
	minicluster node start crane02
	wait_until "sinfo -h -n crane02 -o %t | grep -q '^down' && scontrol update NodeName=crane02 State=RESUME ||
		sinfo -h -n crane02 -o %t | grep -qE '^(idle|mix|alloc)$'" 15
	assert_eq "$(state_of "$a")" NODE_FAIL
	assert_starts "$notok" $(($(end_of "$a") + 1)) $(($(end_of "$a") + 3))
	wait_until "[[ \$(events_of $ok) == '!' ]]" 3
	assert_closed "$ok"
}
