# SPDX-License-Identifier: GPL-2.0-or-later
#
# The mini cluster: the one of the suite, or one of a file's own.
#
# shellcheck shell=bash

minicluster()
{
	"$CRANE_TOP/contrib/minicluster/minicluster" "$@" 3>&-
}

# private_cluster [OPTION of minicluster up...]: in setup_file; from then on all commands mean that cluster. Ended jobs stay as
# long as a file may want to look at them. All dependencies are gated, unless a later --crane-conf says DependencyGate=needed.
# A job that the tests themselves may run in does not count there.
private_cluster()
{
	unset "${!CRANE_JOB@}" "${!SLURM_JOB@}" "${!SBATCH_@}" "${!SRUN_@}" "${!SALLOC_@}"
	MINICLUSTER_DIR=$(mktemp -d "${TMPDIR:-/tmp}/crane-own.XXXXXX")
	export MINICLUSTER_DIR
	chmod 755 "$MINICLUSTER_DIR"
	minicluster up --conf 'DefMemPerCPU=50' --conf 'MinJobAge=900' \
		--crane-conf 'DependencyGate=always' "$@"
	eval "$(minicluster env)"
	# Another plugin may not look at jobs.
	[[ " $* " == *' --plugindir '* ]] || wait_for_first_look
}

# Until the plugin has looked at all jobs once, which it logs, changes of a job's begin time are refused with "try again".
wait_for_first_look()
{
	wait_until 'grep -q "jobs wait for a dependency" "$MINICLUSTER_DIR/log/slurmctld.log"' 10
}

# Waits until slurmctld has saved its present state: the file has a job that was submitted after it. It saves at most every
# five seconds (Slurm 22.05.8 src/slurmctld/state_save.c), and a crash undoes what it has not saved, with or without the
# plugin.
wait_for_save()
{
	local name=saved-$RANDOM
	submit --hold --job-name "$name" --wrap true
	wait_until "grep -q $name '$MINICLUSTER_DIR/state/job_state'" 10
}

# The suite's cluster stays.
end_private_cluster()
{
	[[ $MINICLUSTER_DIR != "$CRANE_SUITE_DIR" ]] || return 0
	minicluster down
}

# Prints the queue and the end of slurmctld's log, which help to find why a test failed.
dump_on_failure()
{
	[[ -z ${BATS_TEST_COMPLETED:-} ]] || return 0
	local file
	date '+-- failed at %s (%F %T)'
	squeue -r -a -t all -o '%i %u %T %r begin %S dep %E' 2>&1 | tail -n 60
	for file in "$MINICLUSTER_DIR"/log/slurmctld*.log; do
		echo "-- ${file##*/}"
		tail -n 40 -- "$file"
	done
}
