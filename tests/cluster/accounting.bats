#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: a mini cluster with slurmdbd and MariaDB
#
# What they do when they are stopped, killed and frozen, and that nothing is left of them.

# bats file_tags=accounting

load common

# Succeeds if a line of $output is this text.
has_line()
{
	grep -qxF -- "$1" <<<"$output" || fail "no line: $1"$'\n'"in: $output"
}

setup_file()
{
	private_cluster --accounting --nodes 1
}

# The process ids of this cluster's slurmdbd and mariadbd, by their command lines.
accounting_pids()
{
	pgrep -f -- "-f $MINICLUSTER_DIR/etc/slurm.conf" -x slurmdbd
	pgrep -f -- "--datadir=$MINICLUSTER_DIR/db/data"
}

has_state()
{
	[[ $(minicluster status | awk -v name="$1" '$1 == name { print $2 }') == "$2" ]]
}

# recorded JOB: prints the state that accounting has of the job.
recorded()
{
	sacct -nXP -j "$1" -o State
}

@test "up --accounting makes the accounts crane and lab, QoS high, wckey w1 and a user of lab" {
	run -0 sacctmgr -nP list assoc format=Account,ParentName,User
	has_line "crane|root|"
	has_line "lab|crane|"
	has_line "lab||craneuser"
	run -0 sacctmgr -nP list qos format=Name
	has_line "high"
	run -0 sacctmgr -nP list wckey format=User,WCKey
	has_line "craneuser|w1"
	run -0 minicluster status
	[ "$(awk '$2 == "running" { print $1 }' <<<"$output" | tr '\n' ' ')" = "mariadbd slurmdbd slurmctld crane01 " ]
}

@test "MariaDB has no port when it runs for a mini cluster" {
	local pid
	pid=$(pgrep -f -- "--datadir=$MINICLUSTER_DIR/db/data")
	run -0 ss -Hltnp
	refute_contains "$output" "pid=$pid,"
}

@test "a job that ends while slurmdbd is killed is recorded when slurmdbd is back" {
	local id
	minicluster dbd kill
	has_state slurmdbd stopped
	id=$(sbatch --parsable --wrap true --output /dev/null)
	wait_until "[[ \$(squeue -h -t all -j $id -o %T) == COMPLETED ]]" 20
	minicluster dbd start
	has_state slurmdbd running
	wait_until "[[ \$(recorded $id) == COMPLETED ]]" 30
}

@test "slurmdbd answers again when it or MariaDB was frozen and is thawed" {
	local verb
	for verb in dbd db; do
		minicluster "$verb" freeze
		run -124 timeout 1 sacct -nX
		minicluster "$verb" thaw
		run -0 timeout 20 sacct -nX
	done
}

@test "MariaDB starts with the records that it had when it is killed" {
	local before
	before=$(sacct -nXP -o JobID)
	minicluster db kill
	has_state mariadbd stopped
	minicluster db start
	wait_until "[[ \$(sacct -nXP -o JobID) == '$before' ]]" 20
}

@test "dbd and db refuse words that they do not know, and a cluster without accounting" {
	run -2 minicluster dbd restart
	assert_eq "$output" "minicluster: dbd start|stop|kill|freeze|thaw
minicluster: see minicluster --help"
	run -1 minicluster db stop --dir "$CRANE_SUITE_DIR"
	assert_eq "$output" "minicluster: this cluster has no accounting: up --accounting starts slurmdbd and MariaDB"
}

@test "down leaves no process, socket or file of accounting when slurmdbd is frozen" {
	minicluster dbd freeze
	run -0 minicluster down
	[ -z "$(accounting_pids)" ]
	[ ! -e "$MINICLUSTER_DIR" ]
}
