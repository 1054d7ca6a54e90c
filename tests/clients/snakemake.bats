#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A workflow of 12 rules by Snakemake: cbatch with a status and a cancel command, cbatch with all jobs submitted ahead, and crun.

load common

# Four of a first kind, four of a second that need one each, two that need two each, one that needs these, and the target.
snakefile()
{
	local i
	{
		printf 'rule all:\n    input: "last"\n'
		for i in 1 2 3 4; do
			printf 'rule a%s:\n    output: "a%s"\n    shell: "echo a%s >{output}"\n' $i $i $i
			printf 'rule b%s:\n    input: "a%s"\n    output: "b%s"\n    shell: "cat {input} >{output}"\n' $i $i $i
		done
		printf 'rule c1:\n    input: "b1", "b2"\n    output: "c1"\n    shell: "cat {input} >{output}"\n'
		printf 'rule c2:\n    input: "b3", "b4"\n    output: "c2"\n    shell: "cat {input} >{output}"\n'
		printf 'rule last:\n    input: "c1", "c2"\n    output: "last"\n    shell: "cat {input} >{output}"\n'
	} >"$out/Snakefile"
}

# engine OPTION...: Snakemake, without network file systems to wait for.
engine()
{
	at_home snakemake --jobs 12 --latency-wait 20 --nolock "$@" >"$out/said" 2>&1
}

@test "Snakemake runs 12 rules by cbatch and asks for their states" {
	snakefile
	page_file status.sh
	engine --cluster 'cbatch --parsable -n 1 -o /dev/null' --cluster-status ./status.sh --cluster-cancel ccancel \
		--max-status-checks-per-second 4
	assert_eq "$(xargs <"$out/last")" 'a1 a2 a3 a4'
	no_job_left
	ended_well 11
}

@test "the status command prints running, success or failed for a job" {
	local good bad waiting
	page_file status.sh
	waiting=$(csubmit --hold --wrap true)
	good=$(csubmit --wrap true)
	bad=$(csubmit --wrap false)
	wait_for_end 20 "$good" "$bad"
	assert_eq "$(at_home ./status.sh "$waiting")" running
	assert_eq "$(at_home ./status.sh "$good")" success
	assert_eq "$(at_home ./status.sh "$bad")" failed
}

@test "Snakemake submits 12 rules ahead with the dependencies of cbatch" {
	snakefile
	page_file ahead.sh
	engine --immediate-submit --notemp --cluster './ahead.sh {dependencies}'
	assert_eq "$(squeue -h -u craneuser -t pending | wc -l)" 12
	at_home sh -c 'ccontrol release "$(paste -sd, held)"'
	no_job_left
	ended_well 12
	assert_eq "$(xargs <"$out/last")" 'a1 a2 a3 a4'
}

@test "Snakemake runs 12 rules by crun that waits for each" {
	snakefile
	engine --cluster-sync 'crun -Q -n 1'
	assert_eq "$(xargs <"$out/last")" 'a1 a2 a3 a4'
	no_job_left
	ended_well 11
}

@test "Snakemake leaves no job behind when Ctrl-C ends it" {
	local mark=$((100000 + RANDOM)) group
	printf 'rule all:\n    input: "x1", "x2", "x3"\nrule x:\n    output: "x{n}"\n    shell: "sleep %s; touch {output}"\n' "$mark" >"$out/Snakefile"
	page_file status.sh
	in_group snakemake --jobs 3 --nolock --cluster 'cbatch --parsable -n 1 -o /dev/null' --cluster-status ./status.sh --cluster-cancel ccancel --config "mark=$mark"
	wait_until '(($(squeue -h -u craneuser -t running | wc -l) == 3))' 60
	kill -INT -- "-$group"
	no_job_left
}
