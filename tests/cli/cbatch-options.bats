#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# cbatch's translation of its command line to sbatch's arguments, and the refusals of the option engine.

# Each test runs in a subshell; texts with $ are literal; common sets bin and crane_top.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154

load common

setup()
{
	common_setup
}

@test "cbatch without options asks for one node, one task and Crane's output file" {
	run_command cbatch job.sh
	assert_submitted
	assert_argv --parsable --ignore-pbs --nodes=1 --ntasks=1 --job-name=job.sh --output=Crane-%j.out "$PWD/job.sh"
	refute_argv --mem --time --cpus --dependency --export --begin --hold --error
	[ ! -s "$STUB_DIR/stdin" ]
}

@test "cbatch prints the job id at the end of its answer" {
	[ "$("$bin/cbatch" job.sh </dev/null | grep -o '[0-9]*$')" = 4711 ]
}

@test "cbatch takes every spelling of a short and a long option" {
	local words
	for words in '-N 2' '-N2' '-N=2' '--nodes 2' '--nodes=2'; do
		# shellcheck disable=SC2086
		run_command cbatch $words job.sh
		assert_submitted
		assert_argv --nodes=2 --ntasks=2
	done
}

@test "numbers on the command line take Go's prefixes and underscores" {
	local word
	for word in 8 0x8 0b1000 0o10 010 0_1_0; do
		run_command cbatch -N "$word" job.sh
		assert_submitted
		assert_argv --nodes=8
	done
}

@test "options may follow the script, -- ends them, and the last of a repeated one counts" {
	run_command cbatch job.sh -N 2 -N 3
	assert_submitted
	assert_argv --nodes=3
	cp job.sh -- -N
	run_command cbatch -J x -- -N
	assert_submitted
	assert_argv "$PWD/-N" --job-name=x
}

@test "cbatch passes each plain option as one word" {
	run_command cbatch -p part -A acc -q high -D /tmp -J name --comment 'a "b" $(c)' -H job.sh
	assert_submitted
	assert_argv --partition=part --account=acc --qos=high --chdir=/tmp --job-name=name \
		'--comment=a "b" $(c)' --hold
}

@test "cbatch passes values that look like options or shell text unchanged" {
	run_command cbatch -J -N2 --comment '--; rm -rf $HOME `id` *' job.sh
	assert_submitted
	assert_argv --job-name=-N2 '--comment=--; rm -rf $HOME `id` *'
}

@test "an empty value counts as not given" {
	run_command cbatch -p '' -J '' -d '' --mem '' -t '' -w '' job.sh
	assert_submitted
	refute_argv --partition --dependency --mem --time --nodelist
	assert_argv --job-name=job.sh
}

@test "cbatch reads bundled booleans and booleans with a value" {
	run_command cbatch -H=true job.sh
	assert_submitted
	assert_argv --hold
	run_command cbatch --hold=false job.sh
	assert_submitted
	refute_argv --hold
}

# covers: cbatch --help
@test "cbatch --help prints usage and sorted flags on stdout and nothing on stderr" {
	run_command cbatch --help
	assert_status 0
	[ -z "$stderr" ]
	[ "${lines[0]}" = 'Submit a batch job' ]
	grep -qx 'Usage:' <<<"$output"
	grep -qx "  cbatch \\[flags\\] \\[file \\[argument...\\]\\]" <<<"$output"
	grep -qx 'Flags:' <<<"$output"
	grep -q '^  -N, --nodes uint32   * [a-z]' <<<"$output"
	grep -q '^      --ntasks-per-node uint32   [a-z]' <<<"$output"
	local names
	names=$(grep -o '^  ....--[a-z0-9-]*' <<<"$output" | sed 's/.*--//')
	[ "$names" = "$(LC_ALL=C sort <<<"$names")" ]
}

# covers: cbatch --version
@test "cbatch --version prints two lines" {
	run_command cbatch -v
	assert_status 0
	[ "${#lines[@]}" -eq 2 ]
	[[ ${lines[0]} == 'CraneSched '* ]]
	[[ ${lines[1]} == 'Source Time: '* ]]
}

@test "cbatch refuses a bad flag with a message, the hint to --help and status 1" {
	run_command cbatch --foo job.sh
	assert_usage_error 1 'unknown flag: --foo'
	run_command cbatch --nod 2 job.sh
	assert_usage_error 1 'unknown flag: --nod'
	run_command cbatch -Z job.sh
	assert_usage_error 1 "unknown shorthand flag: 'Z' in -Z"
	run_command cbatch -HZx job.sh
	assert_usage_error 1 "unknown shorthand flag: 'Z' in -Zx"
	run_command cbatch job.sh --nodes
	assert_usage_error 1 'flag needs an argument: --nodes'
	run_command cbatch job.sh -N
	assert_usage_error 1 "flag needs an argument: 'N' in -N"
	run_command cbatch -N x job.sh
	assert_usage_error 1 'invalid argument "x" for "-N, --nodes" flag: strconv.ParseUint: parsing "x": invalid syntax'
	run_command cbatch -N 2-4 job.sh
	assert_usage_error 1 'invalid argument "2-4" for "-N, --nodes" flag: strconv.ParseUint: parsing "2-4": invalid syntax'
	run_command cbatch -N -1 job.sh
	assert_usage_error 1 'invalid argument "-1" for "-N, --nodes" flag: strconv.ParseUint: parsing "-1": invalid syntax'
	run_command cbatch -N 4294967296 job.sh
	assert_usage_error 1 'invalid argument "4294967296" for "-N, --nodes" flag: strconv.ParseUint: parsing "4294967296": value out of range'
	run_command cbatch --ntasks-per-node 08 job.sh
	assert_usage_error 1 'invalid argument "08" for "--ntasks-per-node" flag: strconv.ParseUint: parsing "08": invalid syntax'
	run_command cbatch -c abc job.sh
	assert_usage_error 1 'invalid argument "abc" for "-c, --cpus-per-task" flag: strconv.ParseFloat: parsing "abc": invalid syntax'
	run_command cbatch --exclusive=maybe job.sh
	assert_usage_error 1 'invalid argument "maybe" for "--exclusive" flag: strconv.ParseBool: parsing "maybe": invalid syntax'
}

@test "an error in the options is two lines and shows no usage" {
	"$bin/cbatch" --foo 2>err </dev/null || true
	[ "$(<err)" = "Error: unknown flag: --foo
Try 'cbatch --help'." ] || fail "$(<err)"
}

@test "cbatch takes --wrap and no file" {
	run_command cbatch --wrap true job.sh
	assert_usage_error 1 '--wrap is exclusive with file name argument'
}

@test "cbatch refuses a script that does not exist" {
	run_command cbatch gone.sh
	assert_usage_error 2 'invalid argument: failed to parse script: open gone.sh: no such file or directory'
	run_command cbatch /
	assert_usage_error 2 'invalid argument: failed to parse script: read /: is a directory'
}

@test "cbatch derives nodes and tasks from every mix of -N, -n and --ntasks-per-node" {
	local given nodes tasks
	while read -r nodes tasks given; do
		# shellcheck disable=SC2086
		run_command cbatch $given job.sh
		assert_submitted
		assert_argv "--nodes=$nodes" "--ntasks=$tasks"
	done <<-'TABLE'
		1 5 -n 5
		1 3 --ntasks-per-node 3
		3 5 -n 5 --ntasks-per-node 2
		4 4 -N 4
		2 6 -N 2 --ntasks-per-node 3
		2 5 -N 2 -n 5
		2 5 -N 2 -n 5 --ntasks-per-node 3
	TABLE
	assert_argv --ntasks-per-node=3
}

@test "cbatch lowers the nodes and warns when there are more nodes than tasks" {
	run_command cbatch -N 4 -n 2 job.sh
	assert_submitted
	assert_argv --nodes=2 --ntasks=2
	[ "$stderr" = "Warning: can't run 2 tasks on 4 nodes, setting NodeNum to ntasks." ]
}

@test "cbatch refuses counts that are zero or contradict each other" {
	run_command cbatch -N 0 job.sh
	assert_usage_error 2 'invalid argument: --nodes must be > 0'
	run_command cbatch -n 0 job.sh
	assert_usage_error 2 'invalid argument: --ntasks must be > 0'
	run_command cbatch --ntasks-per-node 0 job.sh
	assert_usage_error 2 'invalid argument: --ntasks-per-node must be > 0'
	run_command cbatch -N 2 -n 9 --ntasks-per-node 4 job.sh
	assert_usage_error 2 'invalid argument: invalid argument: NtasksPerNode * NodeNum < Ntasks, unable to allocate resources'
}

@test "--cpus-per-task passes whole CPUs and rounds fractions up with a note" {
	run_command cbatch -c 3 job.sh
	assert_submitted
	[ -z "$stderr" ]
	assert_argv --cpus-per-task=3
	run_command cbatch -c 1e1 job.sh
	assert_argv --cpus-per-task=10
	run_command cbatch -c 1.25 job.sh
	assert_submitted
	assert_argv --cpus-per-task=2
	[ "$stderr" = 'Note: --cpus-per-task 1.25 is rounded up to 2, Slurm has whole CPUs.' ]
	run_command cbatch -c 0 job.sh
	assert_usage_error 2 'invalid argument: invalid --cpus-per-task'
	run_command cbatch -c -1 job.sh
	assert_usage_error 2 'invalid argument: invalid --cpus-per-task'
	run_command cbatch -c nan job.sh
	assert_usage_error 2 'invalid argument: invalid --cpus-per-task'
	run_command cbatch -c inf job.sh
	assert_usage_error 2 'invalid argument: requesting too many CPUs: +Inf'
	run_command cbatch -c 1000 -n 1001 job.sh
	assert_usage_error 2 'invalid argument: requesting too many CPUs: 1001000.000000'
}

@test "--mem takes every unit and rounds up to megabytes" {
	local given megabytes
	while read -r given megabytes; do
		run_command cbatch --mem "$given" job.sh
		assert_submitted
		assert_argv "--mem=${megabytes}M"
	done <<-'TABLE'
		100 100
		4G 4096
		4g 4096
		4.5G 4608
		1.5 2
		1. 1
		512k 1
		100B 1
	TABLE
}

@test "--mem refuses malformed sizes" {
	local given
	for given in 4GB 1T 100b .5G -1 ' 4G' x; do
		run_command cbatch --mem "$given" job.sh
		assert_usage_error 2 "invalid argument: invalid --mem value '$given': invalid memory format"
	done
	run_command cbatch --mem 0 job.sh
	assert_failed 4 'Job allocation failed: Invalid Parameter.'
	[ ! -e "$STUB_DIR/argv" ]
}

@test "--mem takes precedence over a site's variable for --mem-per-cpu" {
	SBATCH_MEM_PER_CPU=1 SBATCH_MEM_PER_GPU=1 run_command cbatch --mem 5 job.sh
	assert_submitted
	if grep SBATCH_MEM "$STUB_DIR/env"; then false; fi
	SBATCH_MEM_PER_CPU=1 run_command cbatch job.sh
	grep -qx SBATCH_MEM_PER_CPU=1 "$STUB_DIR/env"
}

@test "--time takes [D-]HH:MM:SS" {
	local given limit
	while read -r given limit; do
		run_command cbatch -t "$given" job.sh
		assert_submitted
		assert_argv "--time=$limit"
	done <<-'TABLE'
		1:2:3 01:02:03
		1-2:3:4 1-02:03:04
		00:90:00 01:30:00
		100:00:00 4-04:00:00
		5-0:0:1 5-00:00:01
		0:0:11 00:00:11
		100000-0:0:0 UNLIMITED
	TABLE
}

@test "--time refuses every other form, and limits below 11 seconds" {
	local given
	run_command cbatch -t 30 job.sh
	assert_usage_error 2 "invalid argument: invalid --time value '30': invalid duration format: 30; write [D-]H:M:S, 0:30:00 for minutes"
	for given in 10:30 1-0 1-2:3 1- UNLIMITED infinite 1:2:3.5 -1:0:0; do
		run_command cbatch -t "$given" job.sh
		assert_usage_error 2 "invalid argument: invalid --time value '$given': invalid duration format: $given; write [D-]H:M:S, such as 0:10:00 for ten minutes"
	done
	run_command cbatch -t 4294967296:0:0 job.sh
	assert_usage_error 2 "invalid argument: invalid --time value '4294967296:0:0': invalid hour format: 4294967296"
	run_command cbatch -t 0:0:0 job.sh
	assert_usage_error 2 'invalid argument: --time must > 0'
	run_command cbatch -t 0:0:10 job.sh
	assert_failed 4 "Job allocation failed: Time-limit reached the user's limit."
}

@test "a job without --job-name is named after its script, or Wrap" {
	mkdir dir
	cp job.sh dir/run.sh
	run_command cbatch dir/run.sh
	assert_argv --job-name=run.sh
	run_command cbatch --wrap true
	assert_argv --job-name=Wrap
}

@test "the name of a job has at most 60 bytes" {
	local name60 name61
	name60=$(printf 'x%.0s' {1..60})
	name61=x$name60
	run_command cbatch -J "$name60" job.sh
	assert_submitted
	run_command cbatch -J "$name61" job.sh
	assert_usage_error 2 'invalid argument: name is too long (up to 60)'
	cp job.sh "$name61"
	run_command cbatch "$name61"
	assert_usage_error 2 'invalid argument: name is too long (up to 60)'
}

@test "SBATCH_JOB_NAME names a job without --job-name" {
	SBATCH_JOB_NAME=site run_command cbatch job.sh
	assert_submitted
	refute_argv --job-name
}

@test "--output and --error translate Crane's patterns" {
	local given slurm
	while read -r given slurm; do
		run_command cbatch -o "$given" job.sh
		assert_submitted
		assert_argv "--output=$slurm"
	done <<-'TABLE'
		out-%j.txt out-%j.txt
		%A_%a.%N.%n.%t.%u.%x %A_%a.%N.%n.%t.%u.%x
		%5j-%% %5j-%%
		%J %j.1
		%s-%3s 1-001
		%U%b%5z %%U%%b%%5z
		end% end%%
		17 ./17
		none ./none
		a\%j a\%j
	TABLE
	run_command cbatch -e err-%j job.sh
	assert_argv --output=Crane-%j.out --error=err-%j
	SBATCH_OUTPUT=site run_command cbatch job.sh
	refute_argv --output
}

@test "cbatch refuses file names that are too long" {
	local long deep
	long=$(printf 'x%.0s' {1..128})
	deep=$(printf 'dir/%.0s' {1..1000})
	run_command cbatch -o "$long" job.sh
	assert_usage_error 2 'invalid argument: invalid output file path: file name length exceeds 127 characters'
	run_command cbatch -e "dir/$long" job.sh
	assert_usage_error 2 'invalid argument: invalid error file path: file name length exceeds 127 characters'
	run_command cbatch -o "$deep" job.sh
	assert_usage_error 2 'invalid argument: invalid output file path: file path length exceeds 3969 characters'
}

@test "-x passes a list of host names" {
	run_command cbatch -x 'crane01, crane02' job.sh
	assert_submitted
	assert_argv '--exclude=crane[01-02]'
}

@test "-x and -w refuse malformed lists of host names" {
	local bad
	for bad in 'crane[01-02]' a_b 'a,' ',a' 'a,,b' 'a;b'; do
		run_command cbatch -x "$bad" job.sh
		assert_usage_error 2 'invalid argument: invalid format for --exclude'
		run_command cbatch -w "$bad" job.sh
		assert_usage_error 2 'invalid argument: invalid format for --nodelist'
	done
}

@test "-w names the candidates when they are as many as the nodes" {
	run_command cbatch -w crane03,crane01 -N 2 job.sh
	assert_submitted
	assert_argv '--nodelist=crane[01,03]' --nodes=2
	run_command cbatch -w crane03,crane01,crane03 -x crane01 job.sh
	assert_submitted
	assert_argv --nodelist=crane03 --nodes=1
	refute_argv --exclude
}

@test "-w refuses fewer candidates than nodes" {
	run_command cbatch -w crane03 -N 2 job.sh
	assert_failed 4 'Job allocation failed: Nodes num not enough for job.'
	[ ! -e "$STUB_DIR/argv" ]
	run_command cbatch -w crane03 -x crane03 job.sh
	assert_failed 4 'Job allocation failed: Nodes num not enough for job.'
}

@test "-w with more candidates than nodes ends with status 3 when slurmctld does not answer" {
	unreachable_conf >slurm.conf
	run_command cbatch -C slurm.conf -w crane01,crane02 job.sh
	assert_status 3
	[ -z "$output" ]
	[ "${stderr_lines[-2]}" = 'Failed to submit the job: Connection to CraneCtld is broken.' ] || show
	[[ ${stderr_lines[-1]} == 'slurm: '* ]] || show
	[ ! -e "$STUB_DIR/argv" ]
}

@test "--export takes ALL, NONE, NIL and lists, and keeps the caller's CRANE_ variables" {
	run_command cbatch --export ALL job.sh
	assert_argv --export=ALL
	run_command cbatch --export NONE job.sh
	assert_argv --export=NONE
	run_command cbatch --export A=1,B,ALL job.sh
	assert_argv --export=A=1,B,ALL,SLURMCRANE_COMMAND
	CRANE_X=5 run_command cbatch --export NONE job.sh
	assert_argv --export=CRANE_X,SLURMCRANE_COMMAND
	CRANE_X=5 run_command cbatch --export A=1 job.sh
	assert_argv --export=A=1,CRANE_X,SLURMCRANE_COMMAND
	CRANE_X=5 run_command cbatch --export NIL -J n job.sh
	assert_submitted
	assert_argv --export=ALL
	[ "$(cat "$STUB_DIR/export")" = $'SLURM_JOB_NAME=n\nSLURMCRANE_COMMAND=cbatch\nCRANE_X=5' ]
	CRANE_EXPORT_ENV=ALL run_command cbatch --export NONE job.sh
	assert_argv --export=ALL
}

@test "-C names the slurm.conf for sbatch and refuses a missing file" {
	: >my.conf
	run_command cbatch -C my.conf job.sh
	assert_submitted
	grep -qx SLURM_CONF=my.conf "$STUB_DIR/env"
	run_command cbatch -C gone.conf job.sh
	assert_failed 2 'Failed to read config file gone.conf: No such file or directory'
}

@test "--wrap gives sbatch a bash script without directives on standard input" {
	run_command cbatch --wrap 'echo "a b" $HOME'
	assert_submitted
	[ "$(cat "$STUB_DIR/stdin")" = $'#!/bin/bash\necho "a b" $HOME' ]
	run_command cbatch --wrap $'#SBATCH -N 5\ntrue'
	[ "$(cat "$STUB_DIR/stdin")" = $'#!/bin/bash\n #SBATCH -N 5\ntrue' ]
	run_command cbatch --wrap $'cat <<E\n#SBATCH -N 5\nE'
	[ "$(cat "$STUB_DIR/stdin")" = $'#!/bin/bash\ncat <<E\n#SBATCH -N 5\nE' ]
}

@test "-b becomes an absolute local time, and a past time is omitted" {
	export TZ=Europe/Berlin
	local given time
	while read -r given time; do
		run_command cbatch -b "$given" job.sh
		assert_submitted
		assert_argv "--begin=$time"
	done <<-'TABLE'
		2098-01-20 2098-01-20T00:00:00
		2098-01-20T12:34 2098-01-20T12:34:00
		2098-07-20T12:34:56 2098-07-20T12:34:56
		2098-07-20T01:34pm 2098-07-20T13:34:00
		2098-07-20T12:00:00Z 2098-07-20T14:00:00
		2098-01-20T12:00:00+08:00 2098-01-20T05:00:00
		12/31/98 2098-12-31T00:00:00
		123198 2098-12-31T00:00:00
	TABLE
	for given in now now-1h 2001-01-01 midnight today now+0s; do
		run_command cbatch -b "$given" job.sh
		assert_submitted
		refute_argv --begin
	done
}

@test "-b reads times relative to now and Slurm's words" {
	export TZ=UTC0
	local begin delta given
	while read -r given delta; do
		run_command cbatch -b "$given" job.sh
		assert_submitted
		begin=$(sed -n 's/^--begin=//p' "$STUB_DIR/argv")
		delta=$(($(date -d "$begin" +%s) - $(date +%s) - delta))
		((delta >= -5 && delta <= 1)) || show
	done <<-'TABLE'
		now+1h 3600
		now+1h30m 5400
		now+0-1:00:00 3600
		now+90:00:00 324000
		now+2days 172800
	TABLE
	run_command cbatch -b tomorrow job.sh
	assert_argv "--begin=$(date -d tomorrow +%F)T00:00:00"
	run_command cbatch -b "$(LC_ALL=C date +%A | tr '[:upper:]' '[:lower:]')" job.sh
	assert_argv "--begin=$(date -d '7 days' +%F)T00:00:00"
	run_command cbatch -b "$(LC_ALL=C date -d yesterday +%A | tr '[:upper:]' '[:lower:]')" job.sh
	assert_argv "--begin=$(date -d '6 days' +%F)T00:00:00"
	run_command cbatch -b "$(date -d '-2 minutes' +%H:%M)" job.sh
	begin=$(sed -n 's/^--begin=//p' "$STUB_DIR/argv")
	[ "$begin" = "$(date -d "$begin" +%FT%H:%M:00)" ]
	(($(date -d "$begin" +%s) > $(date +%s)))
}

@test "-b refuses malformed times" {
	local given
	for given in x 25:00 1:30 09:60 13:00pm 2098-02-30 2098-13-01 13/01 friday1 Noon 2098-01-20T12 2098-01-20T12:00:00+8; do
		run_command cbatch -b "$given" job.sh
		assert_usage_error 2 "invalid argument: invalid --begin value '$given': invalid time format"
	done
	run_command cbatch -b now+60x job.sh
	assert_usage_error 2 "invalid argument: invalid --begin value 'now+60x': invalid duration '60x'"
	run_command cbatch -b 'now 1h' job.sh
	assert_usage_error 2 "invalid argument: invalid --begin value 'now 1h': invalid time format"
}
