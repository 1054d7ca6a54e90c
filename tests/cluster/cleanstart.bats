#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: jobs from inside jobs: a clean start
#
# A job that cbatch, calloc or crun submits from inside a job, on a cluster that binds tasks to CPUs.

# Other shells expand the texts with $.
# shellcheck disable=SC2016,SC2154

load common

setup_file()
{
	private_cluster --nodes 1 --cpus 2 --conf 'TaskPlugin=task/affinity'
}

setup()
{
	own_folder
}

teardown()
{
	dump_on_failure
	end_all_jobs
}

# Variables of the caller's step, binding or launcher that a new job's script does not set itself.
caller='^(SLURM_STEP_ID|SLURM_STEPID|SLURM_STEP_NODELIST|SLURM_STEP_LAUNCHER_PORT|SLURM_LAUNCH_NODE_IPADDR|SLURM_SRUN_COMM_HOST|SLURM_CPU_BIND[A-Z_]*|PMI_[A-Z]*|CRANE_STEP_ID|CUDA_VISIBLE_DEVICES|SLURM_HINT)='

# inside WORD...: runs them in a step that is bound to a core, of a job with both.
inside()
{
	# shellcheck disable=SC2016
	as craneuser env PMIX_MCA_x=mine salloc -Q -n 2 srun -n 1 --exact --cpu-bind=cores env PMI_RANK=7 CRANE_OWN=mine bash -c "$*"
}

@test "a job that cbatch submits from a bound step has no variables of the step, and is not bound to its cores" {
	local job
	job=$(inside 'env >outer; cbatch --parsable -n 2 -o inner.out --wrap "env >inner; srun -n 2 sh -c \"taskset -cp \\\$\\\$\""')
	grep -Eq '^SLURM_CPU_BIND=.*mask_cpu' "$out/outer" || fail "the caller is not bound: $(cat "$out/outer")"
	wait_for_end 30 "$job"
	! grep -E "$caller" "$out/inner" || fail 'the variables above came from the caller'
	assert_eq "$(grep -c '^CRANE_OWN=mine$\|^PMIX_MCA_x=mine$' "$out/inner")" 2
	assert_eq "$(grep '^SLURM_JOB_ID=' "$out/inner")" "SLURM_JOB_ID=$job"
	# One core each: with the caller's mask both would be on one.
	assert_eq "$(sed 's/.*: //' "$out/inner.out" | sort -u | xargs)" '0 1'
}

@test "jobs of crun and calloc from a bound step have no variables of the step" {
	local name
	install -d -o craneuser "$out/bin"
	for name in srun salloc; do
		printf '#!/bin/sh\nenv >%s.env\n' "$name" >"$out/bin/$name"
		chmod 755 "$out/bin/$name"
	done
	inside 'PATH=$PWD/bin:$PATH; calloc -Q; unset SLURM_JOB_ID SLURM_JOBID CRANE_JOB_ID; crun -Q true' </dev/null || true
	for name in srun salloc; do
		! grep -E "$caller|^SLURM_JOB_ID=|^SLURM_NTASKS=" "$out/$name.env" || fail "$name: the variables above came from the caller"
		assert_eq "$(grep -c '^CRANE_OWN=mine$\|^PMIX_MCA_x=mine$\|^SLURM_CONF=' "$out/$name.env")" 3
	done
}
