#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: what is not Crane's stays as Slurm has it
#
# Requests without "crane:" have the same results with the plugin and without it. Two clusters of this file, one of them
# native, get the same commands in the same order, so that even the job ids are equal.

load common

setup_file()
{
	private_cluster --nodes 1 --cpus 8
	native=$BATS_FILE_TMPDIR/native
	minicluster up --dir "$native" --native --nodes 1 --cpus 8 --conf 'DefMemPerCPU=50' --conf 'MinJobAge=900'
	export native ours=$MINICLUSTER_DIR
	on_both given_dependees
	local ids
	ids=$(sort -u "$BATS_FILE_TMPDIR/ids")
	assert_eq "$(wc -l <<<"$ids")" 1 "the ids of both clusters: $ids"
	read -r running ended failed held cancelled array <<<"$ids"
	export running ended failed held cancelled array
}

teardown_file()
{
	minicluster down --dir "$native"
	end_private_cluster
}

# Both have the same jobs; a test leaves nothing that another test could see.
cancel_mine()
{
	return 0
}

# on CLUSTER COMMAND...
on()
{
	SLURM_CONF=$1/etc/slurm.conf "${@:2}"
}

# on_both COMMAND...: output and exit status of the two, without what differs from minute to minute.
on_both()
{
	local status=0
	on "$native" "$@" >"$(scratch)/native.out" 2>&1 || status=$?
	echo "status $status" >>"$(scratch)/native.out"
	status=0
	on "$ours" "$@" >"$(scratch)/ours.out" 2>&1 || status=$?
	echo "status $status" >>"$(scratch)/ours.out"
	# salloc may or may not report the end of its job before it ends.
	sed -i -E -e '/has been revoked|Waiting for resource configuration|are ready for job/d' -e 's/=(1[0-9]{9})\b/=TIME/g' -e 's/(Sid=[^:]*):[0-9]+/\1/' -e 's/RunTime=[0-9:]+/RunTime=X/' \
		-e 's/(AccrueTime|LastSchedEval|Scheduler)=[^ ]*/\1=X/g' \
		"$(scratch)/native.out" "$(scratch)/ours.out"
}

# assert_same_on_both REGEX COMMAND...: no difference, and a line of it matches. Twice a minute each slurmctld looks at the
# dependencies of all pending jobs (Slurm 22.05.8 src/slurmctld/job_mgr.c, job_time_limit), between the submission and the look at the job on one of the
# two perhaps: what differs must differ again. What the plugin did differently would differ each time; three looks, so that the
# moment is not met in all of them on a machine where each takes long.
assert_same_on_both()
{
	local regex=$1 tries=3
	shift
	on_both "$@"
	until diff -u "$(scratch)/native.out" "$(scratch)/ours.out"; do
		((--tries)) || fail "different with the plugin: $*" || return 1
		on_both "$@"
	done
	grep -qE "$regex" "$(scratch)/ours.out" || fail "no $regex in: $(cat "$(scratch)/ours.out")"
}

given_dependees()
{
	local running ended failed held cancelled array
	running=$(submit --wrap 'sleep 3000')
	ended=$(submit --wrap true)
	failed=$(submit --wrap false)
	held=$(submit_held)
	cancelled=$(submit_held)
	array=$(submit --hold --array 1-2 --wrap true)
	scancel "$cancelled"
	wait_for_state "$running" RUNNING 10
	wait_for_end 10 "$ended" "$failed"
	echo "$running $ended $failed $held $cancelled $array" >>"$BATS_FILE_TMPDIR/ids"
}

# Submits a held job, which stays as it was submitted, and shows it.
show_submitted()
{
	local id
	as craneuser sbatch --hold --output /dev/null "$@" >"$(scratch)/out" || {
		local status=$?
		cat "$(scratch)/out"
		return "$status"
	}
	cat "$(scratch)/out"
	id=$(grep -o '[0-9]*$' "$(scratch)/out")
	scontrol show job "$id"
	scancel "$id"
}

# Submits a job, and prints its state once Slurm has evaluated it.
show_outcome()
{
	local id
	id=$(submit "$@") || return
	wait_until "[[ \$(state_of $id) != PENDING || \$(job_field $id Reason) == Dependency* ]]" 15
	if [[ $(state_of "$id") == PENDING ]]; then
		echo PENDING "$(job_field "$id" Reason)" "$(job_field "$id" Dependency)"
	else
		wait_for_end 15 "$id"
		state_of "$id"
	fi
	scancel "$id"
}

dependencies()
{
	printf '%s\n' afterok:99999 afterany:99999 after:99999 afternotok:99999 "afterok:1+30" "afterok:$running+30" \
		"afterok:$running+10s" "after:$running+1" "after:$running" singleton "aftercorr:$array" aftercorr:99999 \
		"afterany:$ended" "afterok:$ended" "afternotok:$ended" "afterok:$failed" "afternotok:$failed" \
		"afterany:$cancelled" "afterok:$held,afterany:$running" "afterok:$held?afterany:$running" \
		"afterok:$held,afterok:$running?afterok:$array" "afterok:$held:$held" "afterok:$held,afterany:$held" \
		"AFTEROK:$held" "$held" "afterok:${array}_1" "expand:99999" "foo:$held" afterok afterok: afterok:abc \
		afterok:0 "afterok:$held," "afterok:$held, afterok:$running" "singleton,afterok:$held" \
		crane "Crane:afterok:$held" "craneafterok:$held" "afterok:$held,crane:after:$held" ' ' ',' 'after'
}

@test "sbatch without -d has the same output and the same fields of scontrol show job with the plugin" {
	assert_same_on_both '^status 0' show_submitted --wrap true
	assert_same_on_both '^status 0' show_submitted -n1 : -n1 --wrap true
	assert_same_on_both '^status 0' show_submitted --comment 'c' --begin now+1hour --array 1-3 --wrap true
}

@test "sbatch -d with Slurm's own dependencies has the same output and the same fields with the plugin" {
	local dependency
	while IFS= read -r dependency; do
		assert_same_on_both '^status [01]' show_submitted -d "$dependency" --wrap true
	done < <(dependencies)
}

@test "an unknown job, a native delay, singleton and aftercorr act the same with the plugin" {
	local dependency unknown='^COMPLETED'
	if differs_since 23 2 "Slurm's own afterok and afternotok on a job that it does not know are refused"; then
		unknown='Job dependency problem'
	fi
	assert_same_on_both "$unknown" show_outcome --job-name native -d afterok:99999 --wrap true
	assert_same_on_both '^COMPLETED' show_outcome --job-name native -d afterany:99999 --wrap true
	for dependency in "afterok:$running+30" "afterok:1+30" singleton "aftercorr:$array" "afterany:$ended" \
		"afternotok:$failed" "afterok:$failed" "afternotok:$cancelled"; do
		assert_same_on_both '^(COMPLETED|PENDING)' show_outcome --job-name native -d "$dependency" --wrap true
	done
}

@test "srun and salloc are the same with and without a native dependency" {
	assert_same_on_both '^hello$' as craneuser srun echo hello
	assert_same_on_both '^hello$' as craneuser srun -d "afterany:$ended" echo hello
	assert_same_on_both '^status 1' as craneuser srun -d "foo:$held" echo hello
	assert_same_on_both '^hello$' as craneuser salloc -d "afterok:$ended" echo hello
	assert_same_on_both '^status 1' as craneuser salloc -d 'afterok:' echo hello
}

# show_when_looked_at JOB OPTION: every change takes the reason away until the scheduler comes by, and that of a job with a begin
# time is then always the same; a held one keeps its own.
show_when_looked_at()
{
	[[ $2 != --begin=* ]] || wait_until "[[ \$(job_field $1 Reason) == BeginTime ]]" 35
	scontrol show job "$1"
}

# change_and_show ASSIGNMENT...: on a fresh job of craneuser's, by its owner.
change_and_show()
{
	local id status=0 wait=--hold
	# These two release a held job, whose reason and state then change with the next scheduling pass.
	[[ $1 != @(Nice|Priority)=* ]] || wait=--begin=now+1hour
	id=$(submit "$wait" --comment mine --wrap true)
	as craneuser scontrol update "JobId=$id" "$@" || status=$?
	show_when_looked_at "$id" "$wait"
	scancel "$id"
	return "$status"
}

@test "scontrol update of a job without a record is the same" {
	local change
	for change in Dependency= "Dependency=afterok:$running" "Dependency=afterok:99999" Dependency=foo \
		"Dependency=afterok:$running+5" StartTime=now+1hour StartTime=now EligibleTime=now+2hours Comment=x \
		AdminComment=x Priority=5 Nice=7; do
		assert_same_on_both '^status [01]' change_and_show "$change"
	done
}

update_as_root()
{
	local id wait=--hold
	[[ $1 != Nice=* ]] || wait=--begin=now+1hour # see change_and_show
	id=$(submit "$wait" --wrap true)
	scontrol update "JobId=$id" "$@"
	show_when_looked_at "$id" "$wait"
	scancel "$id"
}

@test "scontrol update by root of a job without a record is the same" {
	assert_same_on_both 'AdminComment=site text' update_as_root 'AdminComment=site text'
	assert_same_on_both 'AdminComment=\[crane:' update_as_root 'AdminComment=[crane:'
	assert_same_on_both 'Nice=77' update_as_root Nice=77
	assert_same_on_both "Dependency=afterany:$running" update_as_root "Dependency=afterany:$running" StartTime=now+1hour
}

@test "cbatch -d without the plugin says that it is missing, and names the page" {
	run --separate-stderr on "$native" as craneuser cbatch -d "afterok:$running" --wrap true
	[[ $status != 0 ]] || fail "accepted: $output"
	assert_contains "$stderr" "job_submit"
	assert_contains "$stderr" "doc/"
}
