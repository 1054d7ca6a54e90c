#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The refusals of calloc and crun, each in its own form, and slurmctld's refusals in the words of the three commands that
# make jobs. cbatch-options.bats and cbatch-values.bats test the refusals of cbatch.

# Each test runs in a subshell; common sets bin and crane_top.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154

load common

setup()
{
	common_setup
	unset "${!SLURM_@}" "${!SALLOC_@}" "${!SRUN_@}" "${!SLURMCRANE_@}"
}

# refused_by_both STATUS WORDS CRUN CALLOC: the words (blanks separate them, ~ stands for one inside) are refused with the
# usage, or at another status than 1 and 2 without.
refused_by_both()
{
	local command words text program
	read -ra words <<<"$2"
	words=("${words[@]//\~/ }")
	for command in crun calloc; do
		text=$3 program=(true)
		[ "$command" = crun ] || text=$4 program=()
		run_command "$command" "${words[@]}" "${program[@]}"
		assert_usage_error "$1" "$text" || fail "$command ${words[*]}"
	done
}

# Lines "words|text" on standard input: both print the text after "Invalid argument: ", crun with a period.
refuse_values()
{
	local words text
	while IFS='|' read -r words text; do
		refused_by_both 2 "$words" "Invalid argument: $text." "Invalid argument: $text"
	done
}

@test "crun and calloc refuse bad counts of nodes and tasks" {
	refuse_values <<-'TABLE'
		-N 0|--nodes must be > 0
		-n 0|--ntasks must be > 0
		--ntasks-per-node 0|--ntasks-per-node must be > 0
		-N 2 -n 9 --ntasks-per-node 4|invalid argument: NtasksPerNode * NodeNum < Ntasks, unable to allocate resources
	TABLE
}

@test "crun and calloc refuse bad counts of CPUs" {
	refuse_values <<-'TABLE'
		-c 0|invalid --cpus-per-task
		-c -1|invalid --cpus-per-task
		-c 1000 -n 1001|requesting too many CPUs: 1001000.000000
	TABLE
}

@test "crun and calloc refuse a name of more than 60 bytes" {
	refuse_values <<<"-J $(printf 'x%.0s' {1..61})|name is too long (up to 60)"
}

@test "crun and calloc refuse malformed host lists" {
	refuse_values <<-'TABLE'
		-w crane[01-02]|invalid format for --nodelist
		-x a,|invalid format for --exclude
	TABLE
}

@test "crun and calloc refuse malformed time limits" {
	refuse_values <<-'TABLE'
		-t 0:0:0|--time must > 0
		-t 30|invalid --time: invalid duration format: 30; write [D-]H:M:S, 0:30:00 for minutes
		-t 4294967296:0:0|invalid --time: invalid hour format: 4294967296
	TABLE
}

@test "crun and calloc refuse malformed deadlines" {
	refuse_values <<-'TABLE'
		--deadline x|--deadline: invalid time format
		--deadline now+60x|--deadline: invalid duration '60x'
	TABLE
}

@test "crun and calloc refuse malformed memory sizes" {
	refuse_values <<<'--mem 4GB|invalid memory format'
	refused_by_both 2 '--mem-per-cpu 1T' 'Invalid argument: invalid memory format.' \
		"Invalid argument: invalid --mem-per-cpu value '1T': invalid memory format"
}

@test "crun and calloc refuse malformed generic resources" {
	refuse_values <<-'TABLE'
		--gres gpu|invalid --gres: Error parsing gres: gpu
		--gres gpu:x|invalid --gres: error parsing gres count: gpu:x
		--gres gpu:a100:x|invalid --gres: Error parsing count for gpu: strconv.ParseUint: parsing "x": invalid syntax
		--gpus-per-node 0|invalid --gpus-per-node: invalid number: "0"
		--gpus-per-node 4,2|invalid --gpus-per-node: simple number format must be the only part
		--gpus-per-node 4,a:1|invalid --gpus-per-node: cannot mix simple number format with type:count format
		--gpus-per-node a:0|invalid --gpus-per-node: invalid number for type "a": "0"
		--gpus-per-node a:b:1|invalid --gpus-per-node: invalid input: "a:b:1" (too many colons)
		--gpus-per-node :1|invalid --gpus-per-node: gpu type cannot be empty
		--gpus-per-node a:1,|invalid --gpus-per-node: invalid input: empty part in gpus-per-node string
	TABLE
}

@test "crun and calloc refuse GPUs in both --gres and --gpus-per-node" {
	refused_by_both 2 '--gres gpu:1 --gpus-per-node 2' \
		'Cannot specify both --gres gpus and --gpus-per-node flags simultaneously' \
		'Cannot specify both --gres gpus and --gpus-per-node flags simultaneously'
}

@test "crun and calloc refuse malformed licenses" {
	refuse_values <<-'TABLE'
		-L a=1|invalid licenses string format
		-L a:0|license count must > 0
		-L a:1,b:1\|c:1|cannot mix AND (,) and OR (\|) in licenses string
	TABLE
}

@test "crun and calloc refuse unknown mail types, and a type or a user alone" {
	refuse_values <<-'TABLE'
		--mail-type begin --mail-user me|invalid --mail-type
		--mail-type END|incomplete mail arguments
		--mail-user me|incomplete mail arguments
	TABLE
}

@test "crun and calloc refuse attributes that are not JSON" {
	refuse_values <<<'--extra-attr {|invalid --extra-attr: invalid JSON string'
}

@test "crun and calloc refuse malformed dependencies" {
	refuse_values <<-'TABLE'
		-d afterok:|unrecognized dependency string: afterok:
		-d afterok:5:5|invalid argument: duplicate job 5 in dependencies
		-d afterok:0|invalid job ID '0' in dependency: strconv.ParseUint: parsing "0": value out of range
	TABLE
}

@test "crun and calloc refuse malformed signals" {
	local text value
	while IFS='|' read -r value text; do
		refused_by_both 2 "-s $value" "invalid argument: $text" "invalid argument: $text"
	done <<-'TABLE'
		X:TERM|invalid signal format: X:TERM
		TERM@x|invalid signal format: TERM@x
		FOO|invalid signal number: FOO
	TABLE
}

@test "crun and calloc refuse a signal for a batch shell" {
	refused_by_both 2 '-s B:USR1' 'Invalid --signal specification' 'Invalid --signal specification'
}

@test "crun and calloc refuse bad flags in the words of the flag library" {
	local text
	for text in 'unknown flag: --repeat|--repeat=2' 'unknown flag: --begin|--begin=now' "unknown shorthand flag: 'a' in -a|-a" \
		'invalid argument "x" for "-n, --ntasks" flag: strconv.ParseUint: parsing "x": invalid syntax|-n x' \
		'invalid argument "x" for "-c, --cpus-per-task" flag: strconv.ParseFloat: parsing "x": invalid syntax|-c x' \
		'invalid argument "x" for "--exclusive" flag: strconv.ParseBool: parsing "x": invalid syntax|--exclusive=x' \
		'if any flags in the group [mem mem-per-cpu] are set none of the others can be; [mem mem-per-cpu] were all set|--mem 1 --mem-per-cpu 1'; do
		refused_by_both 1 "${text#*|}" "${text%|*}" "${text%|*}"
	done
}

@test "crun and calloc -C refuse a file that does not exist" {
	run_command crun -C gone.conf true
	assert_failed 2 'Failed to read config file gone.conf: No such file or directory'
	run_command calloc -C gone.conf
	assert_failed 2 'Failed to read config file gone.conf: No such file or directory'
}

@test "crun and calloc refuse requests that Crane's controller refuses, without a request to slurmctld" {
	local words text
	while IFS='|' read -r words text; do
		# shellcheck disable=SC2086
		run_command crun $words true
		assert_failed 4 "Failed to allocate job id: $text"
		# shellcheck disable=SC2086
		run_command calloc $words
		assert_failed 3 "Failed to allocate job id: $text."
		[ ! -e "$STUB_DIR/argv" ]
	done <<-'TABLE'
		--mem 0|Invalid parameter
		--mem-per-cpu 0|Invalid parameter
		-t 0:0:10|Time limit reached the user's limit
		--deadline now-1h|Invalid deadline
		-w crane03 -N 2|Not enough nodes for the job
		-w crane03 -x crane03|Not enough nodes for the job
	TABLE
}

# -- what slurmctld refuses --------------------------------------------------------------------------------------------

@test "each command has Crane's words for every refusal of slurmctld that Crane knows" {
	local slurm text_a text_b code n=0
	export STUB_STATUS=1 STUB_STDOUT=''
	while IFS='|' read -r slurm text_a text_b code; do
		[[ $slurm != '#'* ]] || continue
		export STUB_STDERR="sbatch: error: Batch job submission failed: $slurm"
		run_command cbatch job.sh
		assert_failed 4 "Job allocation failed: $text_a."$'\n'"slurm: $slurm"
		run_command cbatch --json job.sh
		assert_status 4
		[ "$output" = "{\"ok\":false,\"code\":\"$code\",\"reason\":\"$text_a\"}" ] || show
		STUB_STDERR="srun: error: Unable to allocate resources: $slurm" run_command crun true
		assert_failed 4 "Failed to allocate job id: $text_b"$'\n'"slurm: $slurm"
		STUB_STDERR="salloc: error: Job submit/allocate failed: $slurm" run_command calloc
		assert_failed 3 "Failed to allocate job id: $text_b."$'\n'"slurm: $slurm"
		n=$((n + 1))
	done <"$crane_top/tests/cli/slurm-refusals.txt"
	[ "$n" -eq 29 ]
}

@test "each command ends with status 3 for every error of Slurm that means no answer" {
	local slurm text
	export STUB_STATUS=1 STUB_STDOUT=''
	while IFS='|' read -r slurm text; do
		export STUB_STDERR="sbatch: error: Batch job submission failed: $slurm"
		run_command cbatch job.sh
		assert_failed 3 "Failed to submit the job: $text"$'\n'"slurm: $slurm"
		STUB_STDERR="srun: error: Unable to allocate resources: $slurm" run_command crun true
		assert_failed 3 "Failed to submit the job: $text"$'\n'"slurm: $slurm"
		STUB_STDERR="salloc: error: Job submit/allocate failed: $slurm" run_command calloc
		assert_failed 3 "Failed to submit the job: $text"$'\n'"slurm: $slurm"
	done <<-'TABLE'
		Unable to contact slurm controller (connect failure)|Connection to CraneCtld is broken.
		Could not establish a configuration source|Connection to CraneCtld is broken.
		Connection refused|Connection to CraneCtld is broken.
		Connection reset by peer|Connection to CraneCtld is broken.
		Transport endpoint is not connected|Connection to CraneCtld is broken.
		Zero Bytes were transmitted or received|Connection to CraneCtld is broken.
		Slurm backup controller in standby mode|Connection to CraneCtld is broken.
		Socket timed out on send/recv operation|Request timeout, please try again or reduce the query scope.
	TABLE
}

@test "cbatch reports an sbatch that is killed" {
	mkdir dying
	printf '#!/bin/sh\nkill -KILL $$\n' >dying/sbatch
	chmod 755 dying/sbatch
	PATH=$PWD/dying:$PATH run_command cbatch job.sh
	assert_failed 4 'Job allocation failed: sbatch was killed by signal 9.'
}

# -- corners of the command line ---------------------------------------------------------------------------------------

@test "cbatch and cqueue refuse malformed flags" {
	local word
	for word in ---nodes=2 --=2; do
		run_command cbatch "$word" job.sh
		assert_usage_error 1 "bad flag syntax: $word"
		run_command cqueue "$word"
		assert_usage_error 1 "bad flag syntax: $word"
	done
}

@test "cbatch refuses a number out of range in the words of the flag library" {
	run_command cbatch -c 1e999 job.sh
	assert_usage_error 1 'invalid argument "1e999" for "-c, --cpus-per-task" flag: strconv.ParseFloat: parsing "1e999": value out of range'
}

@test "cbatch quotes control characters of a malformed number as the flag library does" {
	run_command cbatch -N $'\x01"é\t\n\\\x7f' job.sh
	assert_usage_error 1 'invalid argument "\x01\"é\t\n\\\x7f" for "-N, --nodes" flag: strconv.ParseUint: parsing "\x01\"é\t\n\\\x7f": invalid syntax'
}

@test "cbatch refuses more tasks than a job can have" {
	run_command cbatch -N 4294967295 --ntasks-per-node 2 job.sh
	assert_usage_error 2 'invalid argument: requesting too many tasks: 8589934590'
}

@test "a mail type inside --extra-attr is checked like --mail-type" {
	run_command cbatch --extra-attr '{"mail":{"type":"SOME","user":"me"}}' job.sh
	assert_usage_error 2 'invalid argument: invalid --mail-type'
}

@test "directives read quotes and backslashes as a shell does" {
	printf '%s\n' '#!/bin/bash' '#CBATCH -J "a \"b\" \$c \d" --comment '\''a\b'\'' -A one\ word' >job.sh
	run_command cbatch job.sh
	assert_submitted
	assert_argv '--job-name=a "b" $c \d' '--comment=a\b' '--account=one word'
}

@test "-b takes a begin time with fractions of a second" {
	TZ=UTC0 run_command cbatch -b 2098-01-20T12:00:00.25Z job.sh
	assert_submitted
	assert_argv --begin=2098-01-20T12:00:00
	run_command cbatch -b 2098-01-20T12:00:00.Z job.sh
	assert_status 2
}

@test "--dry-run says when the script goes to standard input" {
	run_command cbatch --dry-run --wrap true
	assert_status 0
	[[ $output == 'sbatch '* ]] || show
	[ "$stderr" = 'The script, 17 bytes, goes to its standard input.' ] || show
	[ ! -e "$STUB_DIR/argv" ]
}

@test "-w and -x refuse malformed node patterns" {
	local pattern
	for pattern in 'cn[[1]]' 'cn[1]]'; do
		run_command cqueue -w "$pattern"
		assert_status 2
		grep -qE ': (duplicate brackets|isolated bracket)\.$' <<<"${stderr_lines[0]}" || show
	done
	run_command cqueue -w 'cn[a]'
	assert_usage_error 2 'Invalid node pattern: cn[a].'
}

@test "crun and calloc end with status 3 when candidates need a slurmctld that does not answer" {
	unreachable_conf >slurm.conf
	run_command crun -C slurm.conf -w crane01,crane02 true
	assert_status 3
	[ "${stderr_lines[-2]}" = 'Failed to submit the job: Connection to CraneCtld is broken.' ] || show
	[[ ${stderr_lines[-1]} == 'slurm: '* ]] || show
	run_command calloc -C slurm.conf -w crane01,crane02
	assert_status 3
	[ -z "$output" ]
	[ "${stderr_lines[-2]}" = 'Failed to submit the job: Connection to CraneCtld is broken.' ] || show
	[[ ${stderr_lines[-1]} == 'slurm: '* ]] || show
	[ ! -e "$STUB_DIR/argv" ]
}

@test "ccontrol --dot is refused without show dependency" {
	run_command ccontrol show job --dot
	assert_failed 2 '--dot is only for show dependency'
}

@test "ccontrol show dependency refuses anything but one job or array task" {
	run_command ccontrol show dependency 5,6
	assert_failed 1 'show dependency failed: it takes one JOB or JOB_TASK.'
	run_command ccontrol show dependency 5.2
	assert_failed 1 'show dependency failed: it takes one JOB or JOB_TASK.'
	run_command ccontrol show dependency x
	assert_failed 1 'show dependency failed: Invalid job specified: invalid job id "x".'
}

@test "ccontrol show dependency fails when slurmctld does not answer" {
	unreachable_conf >slurm.conf
	SLURM_CONF=$PWD/slurm.conf run_command ccontrol show dependency 5
	assert_status 1
	grep -qFx 'show dependency failed: Failed to show dependency: Connection to CraneCtld is broken.' <<<"$stderr" || show
}

@test "ccontrol create reservation refuses an account without a name" {
	run_command ccontrol create reservation r nodes=cn01 starttime=now+1h duration=1:0:0 account=a,,b
	assert_failed 1 'empty value'
	run_command ccontrol create reservation r nodes=cn01 starttime=now+1h duration=1:0:0 account=-
	assert_failed 1 'empty value'
}

@test "crun in a job ends with status 6 when libslurm cannot be loaded" {
	local name
	name=$(sed -n 's/^#define CRANE_LIBSLURM "\(.*\)"$/\1/p' "$bin/../config.h")
	mkdir broken
	: >"broken/$name"
	SLURM_JOB_ID=5 LD_LIBRARY_PATH=$PWD/broken run_command crun true
	assert_failed 6 "cannot load Slurm's library: $PWD/broken/$name: file too short"
}
