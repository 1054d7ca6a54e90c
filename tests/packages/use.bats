#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A bare Debian with a fresh Slurm of its own: slurm-crane is installed, turned on, used by a plain user, upgraded with jobs
# waiting and removed, all by the commands of doc/packages.md. The tests follow one upon the other.
#
# The user's commands are the examples of CraneSched's manual on dependencies and on steps, with stand-ins for the
# programs that they run. tests/cluster tests the commands in detail.
#
# CRANE_PACKAGES and CRANE_UPGRADE hold the packages of a version and of the next one; CRANE_PAGE is doc/packages.md.

# Other shells expand the texts with $; tests run in subshells.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
load common

setup_file()
{
	bats_require_minimum_version 1.5.0
	useradd --create-home --shell /bin/bash user
	install -d -o slurm -g slurm /var/log/slurm
	{
		cat <<-'CONF'
			ClusterName=example
			SlurmctldHost=crane-release(127.0.0.1)
			SlurmUser=slurm
			AuthType=auth/munge
			CredType=cred/munge
			StateSaveLocation=/var/lib/slurm/slurmctld
			SlurmdSpoolDir=/var/lib/slurm/slurmd/%n
			SlurmctldPidFile=/run/slurmctld/slurmctld.pid
			SlurmdPidFile=/run/slurm/%n.pid
			SlurmctldLogFile=/var/log/slurm/slurmctld.log
			SlurmdLogFile=/var/log/slurm/%n.log
			ProctrackType=proctrack/linuxproc
			TaskPlugin=task/none
			SelectType=select/cons_tres
			SelectTypeParameters=CR_Core_Memory
			DefMemPerCPU=100
			MpiDefault=none
			ReturnToService=2
			SlurmdParameters=config_overrides
			MailProg=/bin/true
			MinJobAge=900
			PartitionName=main Nodes=ALL Default=YES State=UP
		CONF
		local i
		for i in 1 2 3 4; do
			echo "NodeName=n$i NodeHostname=crane-release NodeAddr=127.0.0.1 Port=1700$i CPUs=16 RealMemory=8000"
		done
	} >/etc/slurm/slurm.conf
	# No cgroups are mounted here. Newer releases can do without; in older ones v1 does nothing as long as nobody uses it.
	case $(slurmctld -V) in
	*" 2"[0-3].*) echo CgroupPlugin=cgroup/v1 ;;
	*) echo CgroupPlugin=disabled ;;
	esac >/etc/slurm/cgroup.conf
	systemctl start munge slurmctld slurmd 3>&-
}

setup()
{
	cd "$CRANE_PACKAGES" || return 1
}

teardown()
{
	if [[ -z ${BATS_TEST_COMPLETED:-} ]]; then
		squeue -o '%i %j %T %r' >&2
		tail -n 20 /var/log/slurm/slurmctld.log >&2
	fi
}

# as_user COMMAND...: in the user's home.
as_user()
{
	(cd /home/user && exec runuser -u user -- "$@") 3>&-
}

# Lines of the manual, on stdin, as the user.
user_types()
{
	local text
	text=$(cat)
	as_user bash -c "$text" </dev/null
}

# program NAME <<TEXT: an executable in the user's home.
program()
{
	install -o user -m 755 /dev/stdin "/home/user/$1"
}

# job WORD...: cbatch as the user; prints the job's id.
job()
{
	local line
	line=$(as_user cbatch --output /dev/null "$@") || return 1
	[[ $line =~ ^'Job id allocated: '([0-9]+)$ ]] || fail "cbatch said: $line" || return 1
	echo "${BASH_REMATCH[1]}"
}

state_of()
{
	scontrol show job "$1" | grep -o ' JobState=[A-Z_]*' | cut -d= -f2
}

# time_of FIELD JOB: in seconds since 1970
time_of()
{
	SLURM_TIME_FORMAT=%s scontrol show job "$2" | grep -o "\b$1=[0-9]*" | cut -d= -f2
}

is_over()
{
	[[ $(state_of "$1") != @(PENDING|RUNNING|COMPLETING|CONFIGURING) ]]
}

# Prints the dependency that ccontrol shows.
dependency_of()
{
	ccontrol show job "$1" | sed -n 's/^[[:space:]]*Dependency=//p'
}

# The settings of slurmctld, without what changes from start to start. PrologFlags: the page says that it may stay.
settings()
{
	scontrol show config | grep -vE '^(Configuration data|BOOT_TIME|HASH_VAL|NEXT_JOB_ID|PrologFlags|Slurmctld\(|$)|is UP'
}

gated_jobs()
{
	/usr/libexec/slurm-crane/gated | awk 'NR > 1 { print $1 }'
}

# -- installing --------------------------------------------------------------------------------------------------------

@test "Slurm runs jobs without Crane before the packages are installed" {
	run -0 --separate-stderr as_user srun -N 4 hostname
	assert_eq "${#lines[@]}" 4
	settings >/root/settings.before
	find /etc -type f -newer /etc/slurm/cgroup.conf >/root/etc.before
	run ! command -v cbatch
}

@test "apt installs the packages and turns nothing on" {
	touch /root/installed
	follow Install
	run -0 dpkg-query -W -f '${Package} ${db:Status-Status}\n' 'slurm-crane-*'
	assert_eq "$output" $'slurm-crane-commands installed\nslurm-crane-doc installed\nslurm-crane-plugins installed'
	systemctl restart slurmctld 3>&-
	assert_eq "$(settings)" "$(</root/settings.before)"
	# What apt itself writes there is a cache of the linker's.
	run -0 find /etc -type f -newer /root/installed ! -name ld.so.cache
	assert_eq "$output" ''
	run -0 as_user srun -N 1 hostname
}

@test "cbatch reports that the plugin is not turned on" {
	run ! as_user cbatch -d afterok:1 --wrap true
	assert_contains "$output" 'does not load the job_submit/crane plugin'
}

@test "apt does not keep a slurmctld of another release beside the plugins" {
	local installed other dir=$BATS_TEST_TMPDIR/other
	installed=$(dpkg-query -W -f '${Version}' slurmctld)
	[[ $installed =~ ^([0-9]+\.[0-9]+)\.([0-9]+) ]]
	for other in "${BASH_REMATCH[1]}.$((BASH_REMATCH[2] + 1))-1" "${BASH_REMATCH[1]}~1-1" "${BASH_REMATCH[0]}.1-1"; do
		rm -rf "$dir"
		mkdir -p "$dir/DEBIAN"
		printf '%s\n' 'Package: slurmctld' "Version: $other" 'Architecture: all' 'Maintainer: nobody <nobody@packages.invalid>' \
			'Description: stands in for another release' >"$dir/DEBIAN/control"
		dpkg-deb --build "$dir" "$dir.deb"
		run apt-get -s install -y --allow-downgrades "$dir.deb"
		[[ $status != 0 || $output == *'Remv slurm-crane-plugins '* ]] || fail "$output"
	done
	# One of the same release is welcome.
	sed -i "s/^Version: .*/Version: ${installed%%-*}-99/" "$dir/DEBIAN/control"
	dpkg-deb --build "$dir" "$dir.deb"
	run -0 apt-get -s install -y "$dir.deb"
	[[ $output != *'Remv slurm-crane-plugins '* ]] || fail "$output"
}

@test "the plugins install without slurmctld on nodes and login nodes" {
	run -0 apt-get -s remove -y slurmctld slurmd
	[[ $output == *'Remv slurmctld '* && $output != *'Remv slurm-crane-plugins '* ]] || fail "$output"
	run -0 apt-get -s remove -y slurmctld slurm-client
	[[ $output == *'Remv slurm-client '* && $output != *'Remv slurm-crane-plugins '* ]] || fail "$output"
	# Without any of Slurm they are of no use.
	run -0 apt-get -s remove -y slurmctld slurmd slurm-client
	assert_contains "$output" 'Remv slurm-crane-plugins '
}

@test "the page's commands turn it on" {
	run -0 follow 'Turn on'
	assert_contains "${lines[-1]}" crane
	run -0 grep 'job_submit/crane: version .* loaded' /var/log/slurm/slurmctld.log
	scontrol show config | grep -q '^PrologFlags .*Contain'
}

# -- the manual on dependencies ----------------------------------------------------------------------------------------

@test "each of the four dependency types starts its job when it should (manual, dependencies 1)" {
	local started ok bad id after afterok afternotok afterany
	program my_script.sh <<<$'#!/bin/bash\necho "ran $CRANE_JOB_ID"'
	ok=$(job --wrap 'sleep 6')
	bad=$(job --wrap 'sleep 6; exit 3')
	after=$(as_user cbatch --dependency "after:$ok" my_script.sh)
	afterok=$(as_user cbatch --dependency "afterok:$ok" my_script.sh)
	afternotok=$(as_user cbatch --dependency "afternotok:$bad" my_script.sh)
	afterany=$(as_user cbatch --dependency "afterany:$bad" my_script.sh)
	never=$(as_user cbatch --dependency "afterok:$bad" my_script.sh)
	assert_eq "$(dependency_of "${afterok##* }")" "PendingDependencies=afterok:$ok Status=WaitForAll"
	for id in "${after##* }" "${afterok##* }" "${afternotok##* }" "${afterany##* }"; do
		wait_until "[[ \$(state_of $id) == COMPLETED ]]" 30
	done
	started=$(time_of StartTime "${after##* }")
	((started >= $(time_of StartTime "$ok") && started <= $(time_of EndTime "$ok")))
	(($(time_of StartTime "${afterok##* }") >= $(time_of EndTime "$ok")))
	(($(time_of StartTime "${afternotok##* }") >= $(time_of EndTime "$bad")))
	(($(time_of StartTime "${afterany##* }") >= $(time_of EndTime "$bad")))
	assert_eq "$(dependency_of "${never##* }")" 'Status=SomeFailed'
	assert_eq "$(state_of "${never##* }")" PENDING
	ccancel "${never##* }"
	assert_contains "$(cat /home/user/*.out)" "ran ${afterok##* }"
}

@test "delays of 30 minutes, 10 seconds and one and a half hours are kept (manual, dependencies 2)" {
	local first minutes seconds hours end
	first=$(job --wrap 'sleep 2')
	minutes=$(job --dependency "afterok:$first+30" my_script.sh)
	seconds=$(job --dependency "afterok:$first+10s" my_script.sh)
	hours=$(job --dependency "afterok:$first+01:30:00" my_script.sh)
	assert_eq "$(dependency_of "$hours")" "PendingDependencies=afterok:$first+01:30:00 Status=WaitForAll"
	wait_until "is_over $first" 20
	end=$(time_of EndTime "$first")
	wait_until "[[ \$(dependency_of $minutes) == Status=ReadyAfter* ]]" 10
	wait_until "[[ \$(dependency_of $hours) == Status=ReadyAfter* ]]" 10
	assert_eq "$(dependency_of "$minutes")" "Status=ReadyAfter $(date -d "@$((end + 1800))" '+%F %T')"
	assert_eq "$(dependency_of "$hours")" "Status=ReadyAfter $(date -d "@$((end + 5400))" '+%F %T')"
	wait_until "is_over $seconds" 25
	assert_eq "$(state_of "$seconds")" COMPLETED
	(($(time_of StartTime "$seconds") >= end + 10 && $(time_of StartTime "$seconds") <= end + 14))
	ccancel "$minutes,$hours"
}

@test "dependencies on several jobs work with AND and with OR (manual, dependencies 3)" {
	local j0 j1 j2 and delayed or grouped end1
	rm -f /home/user/begun
	j0=$(job --wrap 'until [ -e /home/user/begun ]; do sleep 0.2; done')
	j1=$(job --wrap 'until [ -e /home/user/begun ]; do sleep 0.2; done')
	j2=$(job --wrap 'until [ -e /home/user/begun ]; do sleep 0.2; done; sleep 10')
	and=$(job --dependency "after:$j0,afterok:$j1:$j2" my_script.sh)
	delayed=$(job --dependency "after:$j0+10m,afterok:$j1+30m" my_script.sh)
	or=$(job --dependency "afterok:$j0?afternotok:$j1" my_script.sh)
	grouped=$(job --dependency "afterok:$j0:$j1+2h?after:$j2" my_script.sh)
	wait_until "is_over $grouped" 40
	assert_eq "$(state_of "$j0")" RUNNING
	touch /home/user/begun
	wait_until "is_over $or && is_over $and" 60
	(($(time_of StartTime "$or") >= $(time_of EndTime "$j0") && $(time_of StartTime "$or") < $(time_of EndTime "$j2")))
	(($(time_of StartTime "$and") >= $(time_of EndTime "$j2")))
	end1=$(time_of EndTime "$j1")
	wait_until "[[ \$(dependency_of $delayed) == Status=ReadyAfter* ]]" 10
	assert_eq "$(dependency_of "$delayed")" "Status=ReadyAfter $(date -d "@$((end1 + 1800))" '+%F %T')"
	ccancel "$delayed"
}

@test "a script's #CBATCH lines hold a dependency (manual, dependencies 4)" {
	local first id
	first=$(job --wrap 'sleep 3')
	program directives.sh <<-SCRIPT
		#!/bin/bash
		#CBATCH --dependency afterok:$first
		#CBATCH --nodes 2
		#CBATCH --time 1:00:00
		#CBATCH --output job-%j.out

		echo "This job starts after job $first completes successfully"
		# Your job code
	SCRIPT
	id=$(as_user cbatch directives.sh)
	id=${id##* }
	assert_eq "$(dependency_of "$id")" "PendingDependencies=afterok:$first Status=WaitForAll"
	wait_until "is_over $id" 30
	(($(time_of StartTime "$id") >= $(time_of EndTime "$first")))
	assert_eq "$(cat "/home/user/job-$id.out")" "This job starts after job $first completes successfully"
}

@test "calloc and crun wait for a dependency (manual, dependencies 5)" {
	local first
	first=$(job --wrap 'sleep 4')
	run -0 --separate-stderr as_user calloc --dependency "afterok:$first" -n 4 -N 2 <<<'crun hostname </dev/null | wc -l; date +%s >ran'
	(($(</home/user/ran) >= $(time_of EndTime "$first")))
	assert_contains "$output" '
4'
	first=$(job --wrap 'sleep 4')
	run -0 --separate-stderr as_user crun --dependency "after:$first" -n 1 hostname
	assert_eq "$output" crane-release
}

@test "wrong dependencies are refused with the reason" {
	local first
	first=$(job --wrap 'sleep 1')
	for wrong in "afterok:$first,afterok:$first?afterok:$first" "afterok:$first+invalid" "afterok:$first,afternotok:$first" \
		"afterok:$first:$first" 'afterok:' "after$first" 'afterok:99999'; do
		run ! --separate-stderr as_user cbatch --dependency "$wrong" my_script.sh
		assert_eq "$output" '' "$wrong"
		[[ -n $stderr ]]
	done
	assert_contains "$stderr" 'One or more dependency jobs may not exist or have ended: 99999'
}

# -- the manual on steps -----------------------------------------------------------------------------------------------

# A program that notes when it began and ended: timed NAME SECONDS.
timed()
{
	program "$1" <<-PROGRAM
		#!/bin/bash
		from=\$EPOCHREALTIME
		sleep $2
		echo "$1 \$* \$from \$EPOCHREALTIME" >>steps.log
	PROGRAM
}

# Did all lines of the log that begin with $1 run at the same time for a while?
assert_overlap()
{
	grep "^$1" /home/user/steps.log | awk '{ b = $(NF-1); e = $NF; if (NR == 1 || b > from) from = b; if (NR == 1 || e < to) to = e }
		END { exit !(NR > 1 && to > from) }' || fail "$(</home/user/steps.log)"
}

@test "a workflow in one allocation runs and is watched from outside (manual, steps 1 and 2)" {
	local id shell
	rm -f /home/user/steps.log
	program preprocess.sh <<<$'#!/bin/sh\necho "pre $1 $CRANE_STEP_ID" >>steps.log'
	program postprocess.sh <<<$'#!/bin/sh\necho "post $1" >>steps.log'
	timed compute.sh 8
	program example <<-'MANUAL'
		# Now CRANE_JOB_ID is set, and crun will create steps
		# Run preprocessing step
		crun -N 1 -c 4 ./preprocess.sh input.dat

		# Run multiple computation steps in parallel
		crun -N 1 -c 8 ./compute.sh part1 &
		crun -N 1 -c 8 ./compute.sh part2 &
		wait

		# Run postprocessing step
		crun -N 2 -c 4 ./postprocess.sh results
	MANUAL
	as_user calloc -N 2 -c 8 --mem 4G -t 2:00:00 <<<'. ./example </dev/null' >/home/user/calloc.out 2>&1 &
	shell=$!
	wait_until 'grep -q "^Job id allocated" /home/user/calloc.out' 20
	id=$(sed -n 's/^Job id allocated: //p' /home/user/calloc.out)
	wait_until "[[ \$(cqueue --step -j $id | grep -c compute.sh) == 2 ]]" 20 || fail "$(cqueue --step -j "$id")"
	run -0 as_user ccontrol show step "$id.3"
	assert_contains "$output" "$id.3"
	run -0 as_user cqueue --step --format '%i %n %t %e %L'
	assert_contains "$output" "$id.3"
	wait "$shell"
	assert_eq "$(sed 's/ [0-9.]* [0-9.]*$//' /home/user/steps.log | sort)" \
		$'compute.sh part1\ncompute.sh part2\npost results\npost results\npre input.dat 2'
	assert_overlap compute.sh
}

@test "ccancel ends one step, several steps and the whole job (manual, steps 3)" {
	local id
	program long.sh <<-'PROGRAM'
		#!/bin/bash
		for i in 1 2 3 4; do
			crun -N 1 -c 1 sleep 300 &
		done
		wait
	PROGRAM
	id=$(job -c 8 long.sh)
	wait_until "[[ \$(cqueue --step -j $id --noheader | grep -c -E '$id\.[2-5] ') == 4 ]]" 30 || fail "$(cqueue --step -j "$id")"
	as_user ccancel "$id.2"
	wait_until "! cqueue --step -j $id | grep -q '$id\.2 '" 20
	assert_eq "$(state_of "$id")" RUNNING
	as_user ccancel "$id.3,$id.4"
	wait_until "! cqueue --step -j $id | grep -q -E '$id\.[34] '" 20
	run -0 cqueue --step -j "$id"
	assert_contains "$output" "$id.5"
	as_user ccancel "$id"
	wait_until "is_over $id" 20
	assert_eq "$(state_of "$id")" CANCELLED
}

@test "a script knows whether it is a step (manual, steps 4)" {
	local id
	program my_program <<<'#!/bin/sh'
	program script.sh <<-'MANUAL'
		#!/bin/bash
		# script.sh - Detects if running as a step

		if [ -n "$CRANE_STEP_ID" ]; then
		    echo "Running as step $CRANE_STEP_ID of job $CRANE_JOB_ID"
		    echo "Resources allocated to this step"
		else
		    echo "Running as standalone job $CRANE_JOB_ID"
		    echo "Primary job execution"
		fi

		# Run computation
		./my_program
	MANUAL
	id=$(as_user cbatch -o script.out script.sh)
	id=${id##* }
	wait_until "is_over $id" 20
	assert_eq "$(</home/user/script.out)" $'Running as standalone job '"$id"$'\nPrimary job execution'
	run -0 --separate-stderr as_user calloc <<<'crun ./script.sh </dev/null; crun ./script.sh </dev/null'
	id=$(sed -n 's/^Job id allocated: //p' <<<"$output")
	assert_contains "$output" "Running as step 2 of job $id
Resources allocated to this step
Running as step 3 of job $id
Resources allocated to this step"
}

@test "a sweep of parameters runs all of them at the same time (manual, steps 5)" {
	rm -f /home/user/steps.log
	timed simulate 4
	program collect_results.sh <<<$'#!/bin/sh\necho collected >>steps.log'
	program example <<-'MANUAL'
		# Run parameter sweep as parallel steps
		for param in 0.1 0.5 1.0 2.0 5.0; do
		    crun -N 1 -c 4 ./simulate --param=$param &
		done
		wait

		# Collect results
		crun -N 1 ./collect_results.sh
	MANUAL
	run -0 --separate-stderr as_user calloc -N 4 -c 16 -t 4:00:00 <<<'. ./example </dev/null'
	assert_eq "$(sed 's/ [0-9.]* [0-9.]*$//' /home/user/steps.log | sort)" \
		$'collected\nsimulate --param=0.1\nsimulate --param=0.5\nsimulate --param=1.0\nsimulate --param=2.0\nsimulate --param=5.0'
	assert_overlap simulate
	assert_eq "$(tail -n 1 /home/user/steps.log)" collected
}

# -- upgrading ---------------------------------------------------------------------------------------------------------

@test "an upgrade with gated jobs loses none and starts none too early" {
	local old new first waits longer array end loaded
	old=$(dpkg-query -W -f '${Version}' slurm-crane-plugins)
	first=$(job --wrap 'while ! [ -e /home/user/go ]; do sleep 0.2; done')
	wait_until "[[ \$(state_of $first) == RUNNING ]]" 20
	waits=$(job --dependency "afterok:$first+5s" my_script.sh)
	longer=$(job --dependency "afterok:$first+1h" my_script.sh)
	array=$(job --array 1-3 --dependency "afterany:$first" my_script.sh)
	cd "$CRANE_UPGRADE"
	run -0 follow Upgrade
	new=$(dpkg-query -W -f '${Version}' slurm-crane-plugins)
	dpkg --compare-versions "$new" gt "$old"
	loaded=$(grep -o 'job_submit/crane: version [^ ]* loaded' /var/log/slurm/slurmctld.log | tail -n 1)
	assert_eq "$loaded" "job_submit/crane: version ${new%-*} loaded"
	# The page's two lists, before and after.
	[ "$(grep -c -E "^$waits +user " <<<"$output")" = 2 ]
	[ "$(grep -c -E "^$longer +user " <<<"$output")" = 2 ]
	assert_eq "$(state_of "$waits")" PENDING
	assert_eq "$(dependency_of "$waits")" "PendingDependencies=afterok:$first+00:00:05 Status=WaitForAll"
	as_user touch go
	wait_until "is_over $first" 20
	end=$(time_of EndTime "$first")
	wait_until "is_over $waits" 30
	(($(time_of StartTime "$waits") >= end + 5 && $(time_of StartTime "$waits") <= end + 9))
	wait_until "[[ -z \$(squeue -h -j $array) ]]" 30
	assert_eq "$(state_of "$longer")" PENDING
	assert_eq "$(dependency_of "$longer")" "Status=ReadyAfter $(date -d "@$((end + 3600))" '+%F %T')"
	ccancel "$longer"
}

# -- removing ----------------------------------------------------------------------------------------------------------

@test "removing the plugins while slurm.conf names them warns, and installing them again heals" {
	local first waits
	rm -f /home/user/go
	first=$(job --wrap 'while ! [ -e /home/user/go ]; do sleep 0.2; done')
	waits=$(job --dependency "afterok:$first" my_script.sh)
	run -0 apt-get remove -y slurm-crane-plugins
	assert_contains "$output" '/etc/slurm/slurm.conf still names crane in JobSubmitPlugins: slurmctld will not start again'
	assert_contains "$output" '/etc/slurm/plugstack.conf.d/slurm-crane.conf still names spank_crane.so: '
	assert_contains "$output" 'jobs that wait behind the gate: 1;'
	run ! systemctl restart slurmctld 3>&-
	cd "$CRANE_UPGRADE"
	follow Install
	systemctl restart slurmctld 3>&-
	assert_eq "$(gated_jobs)" "$waits"
	as_user touch go
	wait_until "is_over $waits" 30
	assert_eq "$(state_of "$waits")" COMPLETED
}

@test "the page's commands remove the packages and free the waiting jobs" {
	local first waits
	rm -f /home/user/go
	first=$(job --wrap 'while ! [ -e /home/user/go ]; do sleep 0.2; done')
	wait_until "[[ \$(state_of $first) == RUNNING ]]" 20
	waits=$(job --dependency "afterok:$first" my_script.sh)
	run -0 follow Remove
	[[ $output != *'slurm-crane: warning:'* ]] || fail "$output"
	assert_contains "$output" "
freed $waits
"
	wait_until "is_over $waits" 30
	assert_eq "$(state_of "$waits")" COMPLETED
	assert_eq "$(state_of "$first")" RUNNING
	run ! grep -F '[crane:' <<<"$(scontrol show job "$waits")"
	as_user touch go
	wait_until "is_over $first" 20
}

@test "after the removal slurmctld starts with its former settings and nothing of ours is left" {
	assert_eq "$(settings)" "$(</root/settings.before)"
	run -0 --separate-stderr as_user srun -N 4 hostname
	assert_eq "$output" "$(printf 'crane-release\n%.0s' 1 2 3 4)"
	assert_eq "$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' 'slurm-crane-*' | grep -v ' not-installed$')" ''
	run -0 find / -xdev -path /crane -prune -o -path /proc -prune -o -path /var/cache -prune -o -path /var/lib/apt -prune -o \
		\( -iname '*slurm-crane*' -o -name '*_crane.so' -o -name cbatch \) -print
	assert_eq "$output" ''
}
