#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The command lines of ccontrol: its grammar and its own refusals. tests/cluster tests its verbs.

# Each test runs in a subshell; common sets bin and crane_top.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154

load common

setup()
{
	unreachable_setup
}

# From a table STATUS|WORDS|TEXT on stdin: each line of words is refused with that status and exactly that text. Words are split
# at blanks; '~' stands for one inside a word. An argument is a second line of all texts.
assert_table()
{
	local want words text
	local -a args
	while IFS='|' read -r want words text; do
		read -ra args <<<"$words"
		run_command ccontrol "${args[@]//\~/ }"
		assert_failed "$want" "$text${1:+$'\n'$1}" || { echo "in: $words" >&2; return 1; }
	done
}

# The last lines of stderr: ours, then Slurm's words.
assert_unreachable()
{
	assert_status "$1"
	[ -z "$output" ] || show
	[ "$(sed '/^slurm_/d; /^ccontrol: error/d' <<<"$stderr" | head -n 1)" = "$2" ] || show
	[[ $(tail -n 1 <<<"$stderr") == 'slurm: '?* ]] || show
}

# covers: ccontrol --help --version
@test "ccontrol without arguments and with --help prints help on stdout" {
	run_command ccontrol
	assert_status 0
	[[ $output == *'Usage:'* ]]
	run_command ccontrol show job --help
	assert_status 0
	[[ $output == *'Usage:'* ]]
	[[ $output == *'create reservation NAME starttime=TIME'* ]]
	run_command ccontrol -J -v
	[[ ${lines[0]} == 'CraneSched '* ]]
}

@test "ccontrol names the column and the word of a syntax error" {
	assert_table "Try 'ccontrol --help'." <<-'TABLE'
		2|SHOW job|Error: command format is incorrect 1:1: unexpected token "SHOW"
		2|shw|Error: command format is incorrect 1:1: unexpected token "shw"
		2|show|Error: command format is incorrect 1:5: unexpected token "<EOF>"
		2|show job 1 2|Error: command format is incorrect 1:12: unexpected token "2"
		2|show job jobid=5|Error: command format is incorrect 1:15: unexpected token "="
		2|show job id=5 id=6|Error: command format is incorrect 1:12: unexpected token "="
		2|hold jobid=5|Error: command format is incorrect 1:11: unexpected token "="
		2|hold 5 timelimit|Error: command format is incorrect 1:17: unexpected token "<EOF>"
		2|hold 5 timelimit =|Error: command format is incorrect 1:19: unexpected token "<EOF>"
		2|hold 5 =1:0:0|Error: command format is incorrect 1:8: unexpected token "=1:0:0"
		2|hold 5 -x 3|Error: command format is incorrect 1:8: unexpected token "-x"
		2|release 5 6|Error: command format is incorrect 1:12: unexpected token "<EOF>"
		2|delete reservation a b|Error: command format is incorrect 1:22: unexpected token "b"
		2|update job~id=5|Error: command format is incorrect 1:8: unexpected token "job id=5"
		2|-Z|Error: command format is incorrect 1:1: unexpected token "-Z"
		2|--jso show job|Error: command format is incorrect 1:1: unexpected token "--jso"
		2|show job -C|Error: command format is incorrect: flag needs an argument: 'C' in -C
	TABLE
}

@test "ccontrol refuses unknown entities" {
	assert_table "Try 'ccontrol --help'." <<-'TABLE'
		2|show jobs|unknown entity type: jobs
		2|show Job|unknown entity type: Job
		2|show job-history|unknown entity type: job-history
		2|create job x a=b|unknown entity type: job
		2|delete job 5|unknown entity type: job
		2|reset job|unknown entity type for reset: job
	TABLE
}

@test "ccontrol reset is refused with an alternative on Slurm" {
	assert_table <<-'TABLE'
		2|reset next-job-id 5|reset next-job-id is not possible on Slurm: FirstJobId in slurm.conf sets the first job id
		2|reset next-job-db-id|reset next-job-db-id is not possible on Slurm: slurmdbd numbers its records itself
		2|reset next-step-db-id|reset next-step-db-id is not possible on Slurm: slurmdbd numbers its records itself
		2|reset partition-acl|reset partition-acl is not possible on Slurm: slurm.conf has the accounts of partitions; to read it again, run scontrol reconfigure
		2|reset job-history|reset job-history is not possible on Slurm: Purge...After in slurmdbd.conf sets when slurmdbd deletes records
	TABLE
}

@test "ccontrol takes flags anywhere and refuses a config file that does not exist" {
	run_command ccontrol show -C gone.conf job
	assert_failed 2 'Failed to read config file gone.conf: No such file or directory'
	run_command ccontrol --config=gone.conf show job
	assert_failed 2 'Failed to read config file gone.conf: No such file or directory'
	run_command ccontrol show job -J 5 -C "$SLURM_CONF"
	assert_unreachable 1 'show job failed: Failed to show jobs: Connection to CraneCtld is broken.'
}

@test "ccontrol show refuses malformed ids" {
	assert_table <<-'TABLE'
		1|show job abc|show job failed: Invalid job list specified: invalid job id "abc".
		1|show job 0|show job failed: Invalid job list specified: invalid job id "0".
		1|show job 4294967296|show job failed: Invalid job list specified: invalid job id "4294967296".
		1|show job 5,,6|show job failed: Invalid job list specified: invalid selector "".
		1|show job 5_x|show job failed: Invalid job list specified: invalid array task id "5_x".
		1|show job 5.x|show job failed: Invalid job list specified: invalid step id "5.x".
		1|show job 5.2_1|show job failed: Invalid job list specified: invalid step id "5.2_1".
		1|show job 5.2|show job failed: Step selector is unsupported in show job, use show step for step queries.
		1|show step 5.x|show steps failed: Invalid step list specified: invalid step id "5.x".
		1|show step x|show steps failed: Invalid step list specified: invalid job id "x".
		1|show lic a,,b|show licenses failed: empty value
	TABLE
}

@test "ccontrol hold, release, suspend, resume and requeue refuse bad command lines" {
	assert_table <<-'TABLE'
		2|hold|no job id specified
		2|release|no job id specified
		2|suspend|no job id specified
		2|resume|no job id specified
		2|requeue|no job id specified
		2|hold 5 until=3|unknown attribute to modify: until
		2|release 5 timelimit=1:0:0|unknown attribute to modify: timelimit
		1|hold 5 timelimit=5m|hold jobs failed: invalid duration format: 5m; write [D-]H:M:S, such as 0:10:00 for ten minutes
		1|hold 5 TimeLimit 0:0:0|hold jobs failed: Hold time must be greater than 0.
		1|hold x|hold jobs failed: Invalid job list specified: invalid job id "x".
		1|hold 5.2|hold jobs failed: Invalid job list specified: step selector is not supported for hold: 5.
		1|release 0|release jobs failed: Invalid job list specified: invalid job id "0".
		1|suspend x|suspend jobs failed: invalid job list: invalid job id "x"
		1|resume x|resume jobs failed: invalid job list: invalid job id "x"
		2|requeue x|Invalid job list specified: invalid job id "x".
		2|requeue 12.2|Invalid job list specified: step selector is not supported for requeue: 12.
	TABLE
}

@test "ccontrol update refuses bad command lines for a job and changes nothing" {
	assert_table <<-'TABLE'
		2|update|unknown attribute to modify
		2|update priority=3|unknown attribute to modify
		2|update jobid=5|no attributes to modify
		2|update jobid= priority=3|no job id specified
		2|update jobid=5 dependency=afterok:3|unknown attribute to modify: dependency
		2|update jobid=5 comment=x Partition=CPU|unknown attribute to modify: Partition
		2|update jobid=5 mailtype=SOME|Invalid mailtype value to modify: SOME
		2|update jobid=5 mailtype=END,|Invalid mailtype value to modify: END,
		2|update jobid=5 mailtype=end|Invalid mailtype value to modify: end
		2|update jobid=5 priority=high|Invalid priority value to modify: high
		2|update jobid=5 priority=nan|Invalid priority value to modify: nan
		1|update jobid=5 priority=-1|change job priority failed: Priority must be greater than or equal to 0.
		1|update jobid=5 priority -1|change job priority failed: Priority must be greater than or equal to 0.
		1|update jobid=5 priority=4294967295|change job priority failed: Priority must be less than 4294967294.
		1|update jobid=5 timelimit=60|change job time limit failed: invalid duration format: 60; write [D-]H:M:S, 0:60:00 for minutes
		1|update jobid=5 deadline=soon|change task deadline failed: invalid time format
		1|update jobid=x comment=y|change job ExtraAttrs failed: Invalid job list specified: invalid job id "x".
		1|update jobid=5.1 comment=y|change job ExtraAttrs failed: Invalid job list specified: step selector is not supported for update: 5.
	TABLE
}

@test "ccontrol update refuses bad command lines for a node" {
	assert_table <<-'TABLE'
		2|update nodename=cn01|missing required fields: state
		2|update nodename=cn01 reason=x|missing required fields: state
		2|update nodename= state=resume|node name not specified
		2|update nodename=cn01 state=drain|missing required fields: reason
		2|update NODE=cn01 State=Drain Reason=|change node state failed: You must specify a reason when draining a node.
		2|update nodename=cn01 state=sleepy reason=x|change node state failed: Invalid state given: sleepy. Valid states are: drain, resume, on, off, sleep, wake.
		2|update nodename=cn01 state=resume weight=3|unknown attribute to modify: weight
		2|update nodename=cn[a] state=resume|change node state failed: Invalid node pattern: cn[a].
	TABLE
}

@test "ccontrol update refuses bad command lines for a partition" {
	assert_table <<-'TABLE'
		2|update partitionname=CPU|no attributes to modify
		2|update partition= accounts=a|partition name not specified
		2|update partition=CPU state=down|unknown attribute to modify: state
	TABLE
}

@test "ccontrol create and delete refuse bad command lines for a reservation" {
	assert_table <<-'TABLE'
		2|create reservation|no reservation name specified
		2|create reservation r|no attributes to modify
		2|create reservation r nodes=cn01|missing required fields: starttime, duration, account
		2|create reservation r starttime=now account=a|missing required fields: duration
		2|create reservation r starttime=now duration=1:0:0 account=a flags=x|unknown attribute to modify: flags
		2|create reservation r starttime=now duration=1:0:0 account=a nodecnt=x|invalid nodenum value: x
		2|create reservation r starttime=now duration=1:0:0 account=a nodes=cn01 nodecnt=1|nodecnt cannot be combined with nodes: use one of them.
		1|create reservation r starttime=then duration=1:0:0 account=a nodes=cn01|invalid time format
		1|create reservation r starttime=now duration=1h account=a nodes=cn01|Invalid duration specified.
		1|create reservation r starttime=now duration=0:0:0 account=a nodes=cn01|Invalid duration specified.
		1|create reservation r starttime=now duration=1:0:0 account=a|Partition name must be specified when no node regex is given.
		1|create reservation r starttime=now duration=1:0:0 account= nodes=cn01|Account can not be empty.
		1|create reservation r starttime=now duration=1:0:0 account=a,-b nodes=cn01|You can only specify either allowed or disallowed accounts.
		1|create reservation r starttime=now duration=1:0:0 account=a user=-u,+v nodes=cn01|You can only specify either allowed or disallowed users.
		2|delete reservation|no reservation name specified
		1|delete reservation All|To delete all reservations, you must set --force.
	TABLE
}

@test "ccontrol says that slurmctld does not answer after the context of the verb" {
	local status_wanted words text
	while IFS='|' read -r status_wanted words text; do
		# shellcheck disable=SC2086
		run_command ccontrol $words
		assert_unreachable "$status_wanted" "$text" || { echo "in: $words" >&2; return 1; }
	done <<-'TABLE'
		1|show job 5|show job failed: Failed to show jobs: Connection to CraneCtld is broken.
		1|show step|show steps failed: Failed to show steps: Connection to CraneCtld is broken.
		1|show node|show nodes failed: Failed to show nodes: Connection to CraneCtld is broken.
		1|show partition|show partitions failed: Failed to show partitions: Connection to CraneCtld is broken.
		1|show reservation|show reservations failed: Failed to retrieve reservation info: Connection to CraneCtld is broken.
		1|show lic|show licenses failed: Failed to show license: Connection to CraneCtld is broken.
		1|hold 5|hold jobs failed: Failed to modify the job: Connection to CraneCtld is broken.
		1|suspend 5|suspend jobs failed: Failed to suspend jobs: Connection to CraneCtld is broken.
		1|update jobid=5 comment=x|change job ExtraAttrs failed: Failed to query job information: Connection to CraneCtld is broken.
		2|update node=cn01 state=resume|change node state failed: Failed to modify node state: Connection to CraneCtld is broken.
		1|update partition=CPU accounts=a|Modify partition CPU failed: Connection to CraneCtld is broken.
		1|delete reservation r|Failed to delete reservation: Connection to CraneCtld is broken.
		3|requeue 5|Failed to requeue the job: Connection to CraneCtld is broken.
	TABLE
}

@test "ccontrol prints control characters of its arguments as question marks" {
	run_command ccontrol show $'job\e[31m'
	assert_failed 2 $'unknown entity type: job?[31m\nTry \'ccontrol --help\'.'
	run_command ccontrol $'x\ny'
	assert_failed 2 $'Error: command format is incorrect 1:1: unexpected token "x?y"\nTry \'ccontrol --help\'.'
	run_command ccontrol hold $'5\a'
	assert_failed 1 'hold jobs failed: Invalid job list specified: invalid job id "5?".'
}

@test "no command needs a terminal or prints colours or warnings about proxies" {
	local name
	for name in $("$crane_top/contrib/commands"); do
		http_proxy=x https_proxy=x run_command "$name" --help
		assert_status 0
		[ -z "$stderr" ]
		[[ $output != *$'\e'* ]]
	done
}
