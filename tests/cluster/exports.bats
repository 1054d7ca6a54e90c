#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: a slurmctld that lacks something the plugin needs
#
# A slurmctld that does not export a function that the plugin needs, as in an unknown release: a build of the plugin looks
# up a name that no slurmctld has. Users and the log get a message, and all other requests work.

load common

setup_file()
{
	local dir=$BATS_FILE_TMPDIR/plugins
	mkdir "$dir"
	build_plugin "$dir/job_submit_crane.so"
	cp -- "$CRANE_BUILDDIR/plugins/spank/.libs/spank_crane.so" "$dir"
	private_cluster --nodes 1 --cpus 8 --plugindir "$dir"
}

# A test counts the jobs that are left.
teardown()
{
	dump_on_failure
	end_all_jobs
}

# Prints the value of a variable of the Makefile.
make_var()
{
	make -s -C "$CRANE_BUILDDIR" --no-print-directory --eval "show: ; @echo '\$($1)'" show
}

# build_plugin FILE: builds the plugin, which then looks up an export that does not exist.
build_plugin()
{
	# shellcheck disable=SC2046  # flags are words
	(cd "$CRANE_BUILDDIR" && $(make_var CC) $(make_var DEFS) -I. $(make_var AM_CPPFLAGS | tr -d '\134') $(make_var AM_CFLAGS) \
		-DCRANE_TEST_MISSING_EXPORT -DCRANE_SLURM_CONFDIR='"/etc/slurm"' -fPIC -shared -pthread -Wl,-z,nodelete -o "$1" \
		"$CRANE_TOP"/plugins/job_submit/*.c src/.libs/libcrane.a)
}

readonly missing=crane_test_missing_export

@test "the log says once which export of slurmctld is missing and what follows" {
	local log
	log=$(grep 'job_submit/crane' "$MINICLUSTER_DIR/log/slurmctld.log")
	assert_contains "$log" "error: job_submit/crane: this slurmctld does not export $missing: requests with a \"crane:\" dependency will be refused, everything else is left alone"
	assert_eq "$(grep -c "$missing" <<<"$log")" 1 "lines about it"
	assert_contains "$log" 'loaded: DependencyScope=prefix'
}

@test "jobs without a Crane dependency are submitted, changed and run when an export is missing" {
	local first second
	first=$(submit --hold --wrap true)
	second=$(submit -d "afterok:$first" --wrap true)
	as craneuser scontrol update JobId="$second" Comment=x StartTime=now+1
	as craneuser scontrol release "$first"
	wait_for_state "$second" COMPLETED 30
	assert_eq "$(as craneuser srun -n 2 echo here | sort -u)" here
	assert_eq "$(as craneuser salloc -n 1 srun echo there 2>/dev/null)" there
	second=$(csubmit --wrap true)
	wait_for_state "$second" COMPLETED 30
}

@test "every way to submit a Crane dependency is refused with the reason when an export is missing" {
	local job words="crane: this slurmctld does not offer $missing, so Crane dependencies cannot be kept"
	job=$(submit_held)
	run as craneuser sbatch -d "crane:after:$job" --wrap true
	assert_eq "$status" 1
	assert_contains "$output" "$words; see the administrator"
	run as craneuser srun -d "crane:after:$job" true
	assert_eq "$status" 1
	assert_contains "$output" "$words"
	run as craneuser cbatch -d "after:$job" --wrap true
	[[ $status != 0 ]] || fail "accepted: $output"
	assert_contains "$output" "does not offer $missing"
	run as craneuser scontrol update JobId="$job" Dependency=crane:after:1
	[[ $status != 0 ]] || fail "accepted: $output"
	assert_eq "$(job_field "$job" Dependency)" '(null)'
	assert_eq "$(squeue -h -u craneuser -o %i)" "$job"
}

@test "slurmctld restarts, reconfigures and stops as without the plugin when an export is missing" {
	timeout 20 scontrol reconfigure
	# From 23.11 on this is a new slurmctld, which ignores a SIGTERM while it starts.
	wait_until 'timeout 5 squeue >/dev/null' 10
	minicluster ctld restart
	wait_until 'timeout 5 squeue >/dev/null' 10
	assert_eq "$(as craneuser srun echo again)" again
	minicluster ctld stop
	minicluster ctld start
}
