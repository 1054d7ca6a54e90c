# SPDX-License-Identifier: GPL-2.0-or-later
#
# Shared by the files of this folder: jobs of craneuser, and the files of doc/workflow-engines.md.
#
# shellcheck shell=bash

bats_require_minimum_version 1.5.0

# Slurm prints times as seconds since 1970.
export SLURM_TIME_FORMAT='%s'

load ../lib/assert
load ../lib/wait
load ../cluster/submit
load ../cluster/jobs
load ../cluster/own-cluster

# page_file NAME: writes a file of the page to the folder of craneuser, as an executable.
page_file()
{
	local text
	text=$(awk -v mark="<!-- file: $1 -->" '
		$0 == mark { wanted = 1; next }
		wanted && /^```/ { if (inside) exit; inside = 1; next }
		inside' "$CRANE_TOP/doc/workflow-engines.md")
	[[ -n $text ]] || fail "doc/workflow-engines.md has no file $1" || return 1
	program "$1" <<<"$text"
}

# at_home COMMAND...: as craneuser, with this folder as home, since engines write caches there. SIGINT is not ignored, as in
# a terminal.
at_home()
{
	as craneuser env --default-signal=INT HOME="$out" "$@" </dev/null
}

# in_group COMMAND...: starts it in a process group of its own; Ctrl-C of a terminal goes to a group. Sets group. Output: $out/said.
in_group()
{
	at_home setsid "$@" >"$out/said" 2>&1 &
	wait_until "[[ -n \$(pgrep -u craneuser -f '$1 .*$mark') ]]" 20
	group=$(pgrep -u craneuser -o -f "$1 .*$mark")
	group=$(ps -o pgid= -p "$group" | tr -d ' ')
}

jobs_left()
{
	squeue -h -u craneuser -o '%i %j %T'
}

no_job_left()
{
	wait_until '[[ -z $(jobs_left) ]]' 20 || fail "$(jobs_left)"
}

# ended_well NUMBER: this number of jobs have ended since the test began, and each is COMPLETED.
ended_well()
{
	local found
	found=$(squeue -h -t all -u craneuser -o '%A %T' | awk -v from="$first_job" '$1 >= from { print $2 }' | sort | uniq -c | xargs)
	assert_eq "$found" "$1 COMPLETED"
}

# A cluster for each file: the tests count its jobs.
setup_file()
{
	private_cluster --nodes 3 --cpus 8
}

teardown_file()
{
	end_private_cluster
}

setup()
{
	unset "${!CRANE_JOB@}" "${!SLURM_JOB@}" "${!SBATCH_@}"
	own_folder
	first_job=$(($(scontrol show config | sed -n 's/^NEXT_JOB_ID *= //p')))
}

teardown()
{
	if [[ -z ${BATS_TEST_COMPLETED:-} ]]; then
		jobs_left
		[[ ! -f $out/said ]] || tail -n 40 "$out/said"
		tail -n 20 "$MINICLUSTER_DIR/log/slurmctld.log"
	fi
	end_all_jobs
}
