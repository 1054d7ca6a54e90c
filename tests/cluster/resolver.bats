#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: the resolver while slurmctld's API fails, and at each load of the plugin
#
# A cluster of its own with a munged of its own, which the tests stop and start, and with a library in slurmctld that lets
# the calls of the resolver's thread fail at once while the file $failing exists. (Without munged each call takes two seconds,
# because Slurm's own retries come before its error.)

load common

setup_file()
{
	export munge_dir=$BATS_FILE_TMPDIR/munge failing=$BATS_FILE_TMPDIR/failing
	build_failing_munge "$BATS_FILE_TMPDIR/failing.so"
	chmod go+x "$BATS_FILE_TMPDIR"
	install -d -o munge -g munge -m 755 "$munge_dir"
	start_own_munged
	export MINICLUSTER_CTLD_WRAPPER="env LD_PRELOAD=$BATS_FILE_TMPDIR/failing.so CRANE_TEST_FAILING=$failing"
	private_cluster --nodes 1 --cpus 16 --conf "AuthInfo=socket=$munge_dir/socket" --conf SlurmctldDebug=debug
}

teardown_file()
{
	rm -f "$failing"
	munge_works || start_own_munged
	cancel_mine
	end_private_cluster
	stop_own_munged
}

# build_failing_munge FILE: munge_encode() fails at once in the resolver's thread while the file $CRANE_TEST_FAILING exists,
# after the number of calls in the file, and adds a byte to the file.
build_failing_munge()
{
	cc -shared -fPIC -x c -o "$1" - -ldl <<-'END'
		#define _GNU_SOURCE
		#include <dlfcn.h>
		#include <stdio.h>
		#include <stdlib.h>
		#include <string.h>
		#include <sys/prctl.h>

		int munge_encode(char **cred, void *ctx, const void *buf, int len)
		{
			int (*real)(char **, void *, const void *, int);
			static int passed;
			int pass = 0;
			char thread[16] = "";
			FILE *file;

			prctl(PR_GET_NAME, thread);
			if (strcmp(thread, "crane_resolver") != 0) {
				/* another thread's call */
			} else if ((file = fopen(getenv("CRANE_TEST_FAILING"), "r+"))) {
				fscanf(file, "%d", &pass);
				if (passed++ >= pass) {
					fseek(file, 0, SEEK_END);
					fputc('x', file);
					fclose(file);
					return 1;
				}
				fclose(file);
			} else {
				passed = 0;
			}
			real = dlsym(dlopen("libmunge.so.2", RTLD_LAZY), "munge_encode");
			return real(cred, ctx, buf, len);
		}
	END
}

munge_works()
{
	munge --socket "$munge_dir/socket" -n 2>/dev/null | unmunge --socket "$munge_dir/socket" >/dev/null 2>&1
}

start_own_munged()
{
	(cd / && exec runuser -u munge -- munged --socket "$munge_dir/socket" --pid-file "$munge_dir/pid" \
		--log-file "$munge_dir/log" --seed-file "$munge_dir/seed") >/dev/null 2>&1 3>&-
	wait_until munge_works 5
}

stop_own_munged()
{
	munged --socket "$munge_dir/socket" --stop >/dev/null 2>&1 3>&-
	wait_until '! munge_works' 5
}

teardown()
{
	rm -f "$failing"
	munge_works || start_own_munged
	dump_on_failure
	cancel_mine
}

# Waits until the resolver has all gated jobs of slurmctld in its table: at level debug each of its passes logs how many it has.
wait_until_found()
{
	local jobs
	jobs=$(scontrol show job -o | grep -c ' JobState=PENDING .*\[crane:1;')
	wait_until "grep 'job_submit/crane: pass: ' '$MINICLUSTER_DIR/log/slurmctld.log' | tail -n 1 | grep -q ', $jobs jobs,'" 10
}

# Processor time of the resolver's thread so far, in milliseconds.
resolver_msec()
{
	local pid comm stat
	pid=$(minicluster status | awk '$1 == "slurmctld" { print $4 }')
	comm=$(grep -lsx crane_resolver /proc/"$pid"/task/*/comm)
	stat=$(<"${comm%comm}stat")
	read -ra stat <<<"${stat##*) }"
	echo $(((stat[11] + stat[12]) * 1000 / $(getconf CLK_TCK)))
}

# fail_after CALLS: of the resolver's thread.
fail_after()
{
	echo "$1" >"$failing.new"
	mv "$failing.new" "$failing"
}

calls_failed()
{
	tr -cd x <"$failing" | wc -c
}

@test "the resolver's thread sleeps between its attempts while slurmctld's API fails at once" {
	local dependee job msec calls
	dependee=$(submit --hold --wrap 'sleep 3000')
	job=$(submit -d "crane:after:$dependee+1s" --wrap true)
	wait_until_found
	fail_after 0
	as root scontrol update JobId="$job" AdminComment='a note'
	wait_until '(($(calls_failed) > 0))' 5
	msec=$(resolver_msec) calls=$(calls_failed)
	# The span of the measurement.
	sleep 20
	msec=$(($(resolver_msec) - msec)) calls=$(($(calls_failed) - calls))
	echo "# in 20 s: $msec ms of processor time, $calls calls" >&3
	assert_between 0 500 "$msec" "milliseconds of processor time in 20 s"
	assert_between 5 60 "$calls" "calls in 20 s"
	scontrol release "$dependee"
	wait_for_state "$dependee" RUNNING 10
	wait_until "((EPOCHSECONDS > $(start_of "$dependee") + 3))" 5
	assert_closed "$job"
	rm "$failing"
	assert_starts "$job" "$EPOCHSECONDS" $((EPOCHSECONDS + 3))
	assert_contains "$(job_field "$job" AdminComment)" 'a note'
}

# The number of jobs whose record in slurmctld has the event of their dependee.
fired()
{
	scontrol show job -o | grep -c '\[crane:1;.*;e=@' || true
}

@test "updates that fail when slurmctld's API fails are repeated as soon as it works again" {
	local dependee before _
	dependee=$(submit --hold --wrap 'sleep 3000')
	for _ in {1..60}; do
		submit -d "crane:after:$dependee+1h" --wrap true >/dev/null
	done
	wait_until_found
	before=$(fired)
	# One call loads the dependee, each of the others writes a record.
	fail_after 6
	scontrol release "$dependee"
	# Two passes more have written nothing.
	wait_until '(($(calls_failed) > 2))' 5
	assert_between $((before + 1)) $((before + 59)) "$(fired)" "records written before the API failed"
	rm "$failing"
	wait_until "((\$(fired) == $before + 60))" 3
}

@test "jobs wait and then start by themselves when munged stops and comes back" {
	local dependee job msec
	dependee=$(submit --wrap 'touch runs; until [ -e go ]; do sleep 0.2; done')
	job=$(submit -d "crane:afterok:$dependee+1s" --wrap true)
	own_folder
	wait_until "[[ -e $out/runs ]]" 20
	wait_until_found
	as root scontrol update JobId="$job" AdminComment='a note'
	msec=$(resolver_msec)
	stop_own_munged
	# The span of the measurement: some calls, each of which takes two seconds.
	sleep 12
	msec=$(($(resolver_msec) - msec))
	start_own_munged
	assert_between 0 500 "$msec" "milliseconds of processor time without munged"
	assert_closed "$job"
	as craneuser touch go
	wait_for_end 20 "$dependee"
	assert_starts "$job" $(($(end_of "$dependee") + 1)) $(($(end_of "$dependee") + 3))
}

count_of()
{
	grep -c "job_submit/crane: .*$1" "$MINICLUSTER_DIR/log/slurmctld.log" || true
}

# every_load_looked LOADS: the plugin was loaded this many times, and has logged as often how many jobs wait.
every_load_looked()
{
	(($(count_of ' loaded: ') == $1 && $(count_of 'jobs wait for a dependency') == $1))
}

# reconfigure PLUGINS: with these in JobSubmitPlugins. From 23.11 on this starts a new process, which has to run before the
# next reconfigure.
reconfigure()
{
	local log=$MINICLUSTER_DIR/log/slurmctld.log before
	before=$(grep -c 'Running as primary controller' "$log")
	sed -i "s/^JobSubmitPlugins=.*/JobSubmitPlugins=$1/" "$MINICLUSTER_DIR/etc/slurm.conf"
	timeout 20 scontrol reconfigure
	! slurm_at_least 23 11 ||
		wait_until "((\$(grep -c 'Running as primary controller' '$log') > $before))" 10
}

@test "each load of the plugin logs once how many jobs wait when JobSubmitPlugins changes" {
	local dependee job loads passes _
	dependee=$(submit_held)
	job=$(submit -d "crane:after:$dependee+1s" --wrap true)
	wait_until_found
	loads=$(count_of ' loaded: ')
	for _ in {1..10}; do
		# Another plugin before ours, and away again; ours away, and back again.
		reconfigure all_partitions,crane
		((++loads))
		# A new process that is replaced at once has not looked at its jobs.
		! slurm_at_least 23 11 || wait_until "every_load_looked $loads" 10
		reconfigure crane
		((++loads))
		! slurm_at_least 23 11 || wait_until "every_load_looked $loads" 10
		reconfigure all_partitions
		reconfigure crane
		((++loads))
		! slurm_at_least 23 11 || wait_until "every_load_looked $loads" 10
	done
	wait_until "every_load_looked $loads" 5 ||
		fail "$loads loads, $(count_of ' loaded: ') lines about them, $(count_of 'jobs wait') about jobs that wait"
	# No pass after that logs it again.
	passes=$(count_of 'pass: ')
	wait_until "((\$(count_of 'pass: ') > $passes + 1))" 5
	every_load_looked "$loads"
	assert_closed "$job"
	scontrol release "$dependee"
	wait_for_end 10 "$dependee"
	assert_starts "$job" $(($(start_of "$dependee") + 1)) $(($(start_of "$dependee") + 3))
}
