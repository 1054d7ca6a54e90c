#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The options of cbatch whose values have a grammar of their own, and its answers: each accepted form in Slurm's words, each
# refusal with its text.

# Each test runs in a subshell; texts with $ are literal; common sets bin and crane_top.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154

load common

setup()
{
	common_setup
}

# accepted OPTION: lines "value|word of sbatch" on standard input; several words are separated by blanks
accepted()
{
	local given words
	while IFS='|' read -r given words; do
		run_command cbatch "$1=$given" job.sh
		assert_submitted
		# shellcheck disable=SC2086
		assert_argv $words
	done
}

# refused OPTION PREFIX: lines "value|text"
refused()
{
	local given text
	while IFS='|' read -r given text; do
		run_command cbatch "$1=$given" job.sh
		assert_usage_error 2 "${2//%v/$given}$text"
	done
}

script()
{
	printf '%s\n' '#!/bin/bash' "$@" >job.sh
}

@test "--array takes one range with stride and limit" {
	accepted --array <<-'TABLE'
		0-9|--array=0-9
		5|--array=5
		5-5|--array=5-5
		0-9:2|--array=0-9:2
		0-9%3|--array=0-9%3
		0-9:2%4|--array=0-9:2%4
		3%2|--array=3%2
		 1-3 |--array=1-3
		0-9999|--array=0-9999
		0-19998:2|--array=0-19998:2
		00-09|--array=0-9
	TABLE
	run_command cbatch -a 1-2 job.sh
	assert_argv --array=1-2
	script '#CBATCH -a 1-3%2'
	run_command cbatch job.sh
	assert_argv --array=1-3%2
}

@test "--array refuses malformed ranges" {
	refused --array '' <<-'TABLE'
		1,3,5|invalid --array value '1,3,5'
		1-2-3|invalid --array value '1-2-3'
		-3|invalid --array value '-3'
		x|invalid --array value 'x'
		1-|invalid --array value '1-'
		9-0|invalid --array value '9-0': start > end
		5:2|invalid --array value '5:2': stride without range
		0-9:0|invalid --array stride '0'
		0-9:x|invalid --array stride 'x'
		0-9%0|invalid --array value '0-9%0': concurrency limit must be a positive integer
		0-9%x|invalid --array value '0-9%x': concurrency limit must be a positive integer
		0-9%|invalid --array value '0-9%': missing number after '%'
		0-10000|invalid --array value '0-10000': task count 10001 exceeds limit 10000
		|invalid --array value '': empty specification
		4294967296|invalid --array index '4294967296'
	TABLE
	script '#CBATCH --array 9-0'
	run_command cbatch job.sh
	assert_usage_error 2 "invalid argument: --array value '9-0' in script: invalid --array value '9-0': start > end (line 2)"
}

@test "--repeat prints the ids of all copies in one line" {
	STUB_SEQUENCE='11 12 13' run_command cbatch --repeat 3 job.sh
	assert_status 0
	[ "$output" = 'Job id allocated: 11, 12, 13' ] || show
	[ "$(wc -l <"$STUB_DIR/calls")" -eq 3 ]
	run_command cbatch --repeat 1 job.sh
	assert_submitted
}

@test "--repeat reports each refused copy and counts the others" {
	export STUB_STDERR='sbatch: error: Batch job submission failed: Invalid qos specification'
	STUB_SEQUENCE='11 0 13' run_command cbatch --repeat 3 job.sh
	assert_status 4
	[ "$output" = 'Job id allocated: 11, 13' ] || show
	[ "$stderr" = $'Job allocation failed: The entered qos does not exist.\nslurm: Invalid qos specification' ] || show
	STUB_SEQUENCE='0 0' run_command cbatch --repeat 2 job.sh
	assert_status 4
	[ -z "$output" ]
	[ "$(grep -c '^Job allocation failed' <<<"$stderr")" -eq 2 ] || show
}

@test "--repeat stops when slurmctld does not answer" {
	export STUB_STDERR='sbatch: error: Batch job submission failed: Connection refused'
	STUB_SEQUENCE='11 0 13' run_command cbatch --repeat 3 job.sh
	assert_status 3
	[ "$output" = 'Job id allocated: 11' ] || show
	[ "$(wc -l <"$STUB_DIR/calls")" -eq 2 ]
}

@test "--repeat refuses bad counts and options that exclude it" {
	run_command cbatch --repeat 0 job.sh
	assert_usage_error 2 '--repeat should be greater than 0'
	run_command cbatch --array 1-2 --repeat 2 job.sh
	assert_usage_error 1 'if any flags in the group [repeat array] are set none of the others can be; [array repeat] were all set'
	script '#CBATCH --array 1-2'
	run_command cbatch --repeat 2 job.sh
	assert_usage_error 2 '--repeat is incompatible with --array'
	run_command cbatch --repeat 1 job.sh
	assert_argv --array=1-2
}

@test "--repeat gives every copy the same environment" {
	CRANE_X=5 STUB_SEQUENCE='11 12' run_command cbatch --repeat 2 --export NIL -J n job.sh
	assert_status 0
	[ "$(cat "$STUB_DIR/export")" = $'SLURM_JOB_NAME=n\nSLURMCRANE_COMMAND=cbatch\nCRANE_X=5' ] || show
}

@test "--repeat of the command line replaces that of the script" {
	script '#CBATCH --repeat 3'
	STUB_SEQUENCE='11 12 13' run_command cbatch job.sh
	[ "$output" = 'Job id allocated: 11, 12, 13' ] || show
	STUB_SEQUENCE='11 12 13' run_command cbatch --repeat 2 job.sh
	[ "$output" = 'Job id allocated: 11, 12' ] || show
}

@test "--repeat in a script excludes --array" {
	script '#CBATCH --repeat 3'
	run_command cbatch --array 1-2 job.sh
	assert_usage_error 2 '--repeat is incompatible with --array'
}

@test "--repeat 0 in a script is refused" {
	script '#CBATCH --repeat 0'
	run_command cbatch job.sh
	assert_usage_error 2 '--repeat should be greater than 0'
}

@test "--parsable prints the id alone, and with --repeat one id a line" {
	run_command cbatch --parsable job.sh
	assert_status 0
	[ "$output" = 4711 ] || show
	STUB_STDOUT='4711;other' run_command cbatch --parsable job.sh
	[ "$output" = 4711 ] || show
	export STUB_STDERR='sbatch: error: Batch job submission failed: Invalid qos specification'
	STUB_SEQUENCE='11 0 13' run_command cbatch --parsable --repeat 3 job.sh
	assert_status 4
	[ "$output" = $'11\n13' ] || show
	STUB_SEQUENCE='0' run_command cbatch --parsable job.sh
	assert_status 4
	[ -z "$output" ] || show
	script '#SBATCH --parsable'
	STUB_STDERR='' run_command cbatch job.sh
	[ "$output" = 4711 ] || show
	run_command cbatch --parsable --json job.sh
	assert_usage_error 1 'if any flags in the group [json parsable] are set none of the others can be; [json parsable] were all set'
}

@test "--json prints one object" {
	run_command cbatch --json job.sh
	assert_status 0
	[ "$output" = '{"ok":true,"job_id":4711,"reason":""}' ] || show
	STUB_SEQUENCE='11 12' run_command cbatch --json --repeat 2 job.sh
	[ "$output" = '{"job_id_list":[11,12],"code_list":[]}' ] || show
}

@test "--json reports refusals by their codes, with slurmctld's words" {
	export STUB_STDERR='sbatch: error: Batch job submission failed: Invalid partition name specified'
	STUB_STATUS=1 STUB_STDOUT='' run_command cbatch --json job.sh
	assert_status 4
	[ "$output" = '{"ok":false,"code":"ERR_INVALID_PARTITION","reason":"The entered partition does not exist"}' ] || show
	[ "$stderr" = 'slurm: Invalid partition name specified' ] || show
	STUB_SEQUENCE='11 0' run_command cbatch --json --repeat 2 job.sh
	assert_status 4
	[ "$output" = '{"job_id_list":[11],"code_list":["ERR_INVALID_PARTITION"]}' ] || show
	run_command cbatch --json --mem 0 job.sh
	assert_status 4
	[ "$output" = '{"ok":false,"code":"ERR_INVALID_PARAM","reason":"Invalid Parameter"}' ] || show
	export STUB_STDERR='sbatch: error: "quoted" \ and '$'\t''tab'
	STUB_STATUS=1 STUB_STDOUT='' run_command cbatch --json job.sh
	[ "$output" = '{"ok":false,"code":"ERR_GENERIC_FAILURE","reason":"\"quoted\" \\ and \ttab"}' ] || show
}

@test "--json leaves errors of values and of the network as plain text" {
	run_command cbatch --json -t 30 job.sh
	assert_usage_error 2 "invalid argument: invalid --time value '30': invalid duration format: 30; write [D-]H:M:S, 0:30:00 for minutes"
	export STUB_STDERR='sbatch: error: Batch job submission failed: Connection refused'
	STUB_STATUS=1 STUB_STDOUT='' run_command cbatch --json job.sh
	assert_failed 3 $'Failed to submit the job: Connection to CraneCtld is broken.\nslurm: Connection refused'
}

# covers: cbatch --dry-run
@test "--dry-run prints a command line that a shell reads back and submits nothing" {
	run_command cbatch --dry-run -J "it's \$HOME" --comment 'a "b"' job.sh
	assert_status 0
	[ ! -e "$STUB_DIR/argv" ]
	[[ $output == "sbatch --parsable --ignore-pbs "* ]] || show
	eval "set -- $output"
	[ "$1" = sbatch ]
	printf '%s\n' "$@" | grep -Fqx -e "--job-name=it's \$HOME"
	printf '%s\n' "$@" | grep -Fqx -e '--comment=a "b"'
	[ "${!#}" = "$PWD/job.sh" ]
}

@test "--interpreter replaces the first line of the script" {
	printf '%s\n' '#!/bin/bash' '#CBATCH -N 2' 'print(1)' >job.sh
	run_command cbatch --interpreter /usr/bin/python3 job.sh
	assert_submitted
	[ "$(cat "$STUB_DIR/stdin")" = $'#!/usr/bin/python3\n\nprint(1)' ] || show
	run_command cbatch --interpreter '/usr/bin/python3 -u' job.sh
	[ "$(head -n 1 "$STUB_DIR/stdin")" = '#!/usr/bin/python3 -u' ]
	run_command cbatch --interpreter 'python3 -u -O' job.sh
	[ "$(head -n 1 "$STUB_DIR/stdin")" = '#!/usr/bin/env -S python3 -u -O' ]
	printf '%s\n' 'print(1)' '#CBATCH --interpreter "python3 -u"' >job.sh
	run_command cbatch job.sh
	[ "$(cat "$STUB_DIR/stdin")" = $'#!/usr/bin/env -S python3 -u\nprint(1)' ] || show
	run_command cbatch --interpreter /bin/sh job.sh
	[ "$(head -n 1 "$STUB_DIR/stdin")" = '#!/bin/sh' ]
	run_command cbatch --interpreter python3 --wrap $'# x\nprint(2)'
	[ "$(cat "$STUB_DIR/stdin")" = $'#!/usr/bin/env -S python3\n# x\nprint(2)' ] || show
	run_command cbatch --interpreter "$(printf 'x%.0s' {1..300})" job.sh
	assert_usage_error 2 'invalid argument: --interpreter is too long (up to 236 bytes); put it in a script'
	run_command cbatch --interpreter $'a\nb' job.sh
	assert_usage_error 2 'invalid argument: --interpreter must be one line'
}

@test "--interpreter runs the script by a program of several words that is found on PATH" {
	printf '%s\n' 'echo "$GREETING $# ${0##*/}"' >job.sh
	run_command cbatch --interpreter 'env "GREETING=good day" sh -u' job.sh
	install -m 755 "$STUB_DIR/stdin" script
	[ "$(./script)" = 'good day 0 script' ]
}

@test "--input and --open-mode become options of sbatch" {
	run_command cbatch -i in-%j-%J job.sh
	assert_submitted
	assert_argv --input=in-%j-%j.1
	script '#CBATCH --input data' '#CBATCH --open-mode append'
	run_command cbatch job.sh
	assert_argv --input=data --open-mode=append
	run_command cbatch --open-mode truncate job.sh
	assert_argv --open-mode=truncate
	run_command cbatch --open-mode x job.sh
	assert_usage_error 2 "invalid argument: --open-mode must be either 'append' or 'truncate'"
	run_command cbatch -i "$(printf 'x%.0s' {1..128})" job.sh
	assert_usage_error 2 'invalid argument: invalid input file path: file name length exceeds 127 characters'
}

@test "--requeue and --no-requeue exclude each other, and the command line outranks the script" {
	run_command cbatch --requeue job.sh
	assert_argv --requeue
	run_command cbatch --no-requeue job.sh
	assert_argv --no-requeue
	run_command cbatch --requeue --no-requeue job.sh
	assert_usage_error 1 'if any flags in the group [requeue no-requeue] are set none of the others can be; [no-requeue requeue] were all set'
	script '#CBATCH --requeue'
	run_command cbatch --no-requeue job.sh
	assert_argv --no-requeue
	refute_argv --requeue
	run_command cbatch job.sh
	assert_argv --requeue
}

@test "--mem-per-cpu is converted to whole CPUs, so that a task has the requested memory" {
	accepted --mem-per-cpu <<-'TABLE'
		100|--mem-per-cpu=100M
		4.5G|--mem-per-cpu=4608M
		512k|--mem-per-cpu=1M
	TABLE
	run_command cbatch --mem-per-cpu 100 -c 1.5 job.sh
	assert_argv --cpus-per-task=2 --mem-per-cpu=75M
	run_command cbatch --mem-per-cpu 100 -c 2 job.sh
	assert_argv --mem-per-cpu=100M
	refused --mem-per-cpu "invalid argument: invalid --mem-per-cpu value '%v': " <<-'TABLE'
		4GB|invalid memory format
		-1|invalid memory format
	TABLE
	run_command cbatch --mem-per-cpu 0 job.sh
	assert_failed 4 'Job allocation failed: Invalid Parameter.'
	SBATCH_MEM_PER_NODE=5 SBATCH_MEM_PER_GPU=5 run_command cbatch --mem-per-cpu 1 job.sh
	if grep SBATCH_MEM "$STUB_DIR/env"; then false; fi
}

@test "--mem and --mem-per-cpu exclude each other" {
	run_command cbatch --mem 1 --mem-per-cpu 1 job.sh
	assert_usage_error 1 'if any flags in the group [mem mem-per-cpu] are set none of the others can be; [mem mem-per-cpu] were all set'
	script '#CBATCH --mem 1'
	run_command cbatch --mem-per-cpu 1 job.sh
	assert_usage_error 2 'invalid argument: --mem and --mem-per-cpu are mutually exclusive, please check your command line options, submission script, and environment variables'
}

@test "--gres takes counts on each node by name, or by name and type" {
	accepted --gres <<-'TABLE'
		gpu:1|--gres=gpu:1
		gpu:a100:1,gpu:v100:2|--gres=gpu:a100:1,gpu:v100:2
		gpu:1,npu:2|--gres=gpu:1,npu:2
		gpu:1,gpu:2|--gres=gpu:3
		gpu:a100:0,npu:2|--gres=npu:2
	TABLE
	local none
	for none in gpu:0 gpu:a100:0; do
		SBATCH_GRES=gpu:7 SBATCH_GPUS_PER_NODE=7 run_command cbatch --gres $none job.sh
		assert_submitted
		refute_argv --gres
		if grep SBATCH_G "$STUB_DIR/env"; then false; fi
	done
	refused --gres '' <<-'TABLE'
		gpu|Error parsing gres: gpu
		gpu:a:b:1|Error parsing gres: gpu:a:b:1
		|Error parsing gres: 
		gpu:1,|Error parsing gres: 
		gpu:x|error parsing gres count: gpu:x
		gpu:-1|error parsing gres count: gpu:-1
		gpu:a100:x|Error parsing count for gpu: strconv.ParseUint: parsing "x": invalid syntax
		gpu:2,gpu:a100:1|Slurm counts gpu by type or without types, not both in one job; give each of them a type, or none
	TABLE
	script '#CBATCH --gres gpu'
	run_command cbatch job.sh
	assert_usage_error 2 "invalid argument: --gres value 'gpu' in script: Error parsing gres: gpu (line 2)"
}

@test "--gpus-per-node becomes --gres=gpu" {
	accepted --gpus-per-node <<-'TABLE'
		4|--gres=gpu:4
		a100:1,volta:1|--gres=gpu:a100:1,gpu:volta:1
		a100:1,a100:2|--gres=gpu:a100:3
	TABLE
	script '#CBATCH --gres npu:1' '#CBATCH --gpus-per-node 2'
	run_command cbatch job.sh
	assert_argv --gres=npu:1,gpu:2
	refused --gpus-per-node "invalid argument: invalid --gpus-per-node value '%v': " <<-'TABLE'
		0|invalid number: "0"
		x|invalid number: "x"
		|invalid number: ""
		4,2|simple number format must be the only part
		4,a:1|cannot mix simple number format with type:count format
		a:0|invalid number for type "a": "0"
		a:b:1|invalid input: "a:b:1" (too many colons)
		:1|gpu type cannot be empty
		a:1,|invalid input: empty part in gpus-per-node string
	TABLE
	printf '#!/bin/bash\n' >job.sh
	run_command cbatch --gres gpu:1 --gpus-per-node 2 job.sh
	assert_usage_error 2 'invalid argument: cannot specify both --gres gpus and --gpus-per-node flags simultaneously'
}

@test "-L takes licenses joined by commas" {
	accepted --licenses <<-'TABLE'
		ansys:2|--licenses=ansys:2
		ansys:1, matlab:3|--licenses=ansys:1,matlab:3
		ansys@srv_1:2|--licenses=ansys@srv_1:2
		matlab2024:1|--licenses=matlab2024:1
	TABLE
	refused -L "invalid argument: invalid --licenses value '%v': " <<-'TABLE'
		a|invalid licenses string format
		a=1|invalid licenses string format
		a@:1|invalid licenses string format
		a:1,|invalid licenses string format
		a:x|invalid licenses string format
		a:0|license count must > 0
	TABLE
	run_command cbatch -L 'a:1,b:1|c:1' job.sh
	assert_usage_error 2 "invalid argument: invalid --licenses value 'a:1,b:1|c:1': cannot mix AND (,) and OR (|) in licenses string"
}

@test "-L with | is passed when Slurm can choose among licenses, and refused otherwise" {
	run_command cbatch -L 'a:1|b:2' job.sh
	if [ "$status" -eq 0 ]; then
		assert_argv '--licenses=a:1|b:2'
	else
		assert_usage_error 2 "invalid argument: invalid --licenses value 'a:1|b:2': this release of Slurm cannot choose among licenses (|), 25.05 and later can; name one, or several joined by , to get all"
	fi
}

@test "--signal takes a name or a number, with a lead time" {
	accepted --signal <<-'TABLE'
		TERM|--signal=15@60
		sigusr1|--signal=10@60
		USR2@120|--signal=12@120
		B:HUP@5|--signal=B:1@5
		R:10@0|--signal=R:10@0
		 INT |--signal=2@60
		ILL,ILL|--signal=4@60
	TABLE
	refused --signal "invalid argument: signal value '%v' : " <<-'TABLE'
		X:TERM|invalid signal format: X:TERM
		TERM@|invalid signal format: TERM@
		TERM@x|invalid signal format: TERM@x
		-1|invalid signal format: -1
		FOO|invalid signal number: FOO
		USR1,B:BAR@3|invalid signal number: BAR
	TABLE
	run_command cbatch -s TERM@70000 job.sh
	assert_usage_error 2 'invalid argument: --signal: Slurm sends it at most 65535 s before the time limit'
}

@test "--signal refuses a second signal, and sends none when the lead reaches the limit" {
	script '#CBATCH --signal USR1@30'
	run_command cbatch -s TERM job.sh
	assert_usage_error 2 'invalid argument: --signal: Slurm sends one signal before the time limit, 2 were asked for; keep one'
	run_command cbatch -s USR1@30 job.sh
	assert_argv --signal=10@30
	run_command cbatch -t 0:0:30 job.sh
	assert_submitted
	refute_argv --signal
	[ "$stderr" = 'Note: --signal is not sent, its lead of 30 s is not shorter than the time limit.' ]
	script '#CBATCH --signal FOO'
	run_command cbatch job.sh
	assert_usage_error 2 "invalid argument: --signal value 'FOO' in script: invalid signal number: FOO (line 2)"
}

@test "--deadline takes the times of --begin and lets Slurm shorten the limit" {
	export TZ=Europe/Berlin
	accepted --deadline <<-'TABLE'
		2098-01-20|--deadline=2098-01-20T00:00:00
		2098-07-20T12:00:00Z|--deadline=2098-07-20T14:00:00
	TABLE
	refute_argv --time-min
	run_command cbatch --deadline 2098-01-20 -t 1:00:00 job.sh
	assert_argv --deadline=2098-01-20T00:00:00 --time-min=1 --time=01:00:00
	refused --deadline "invalid argument: invalid --deadline value '%v': " <<-'TABLE'
		x|invalid time format
		now+60x|invalid duration '60x'
	TABLE
	# The manual's own form. A bare number is seconds.
	local deadline
	run_command cbatch --deadline 'now + 7200' -t 1:00:00 job.sh
	assert_submitted
	deadline=$(sed -n 's/^--deadline=//p' "$STUB_DIR/argv")
	(($(date -d "$deadline" +%s) - $(date +%s) > 7100 && $(date -d "$deadline" +%s) - $(date +%s) <= 7200)) || fail "$deadline"
	local past
	for past in now now-1h 2001-01-01; do
		run_command cbatch --deadline $past job.sh
		assert_failed 4 'Job allocation failed: Invalid deadline time(should be later than submit time).'
		[ ! -e "$STUB_DIR/argv" ]
	done
	script '#CBATCH --deadline 2098-01-20'
	run_command cbatch job.sh
	assert_argv --deadline=2098-01-20T00:00:00
}

@test "--mail-type and --mail-user become options of sbatch" {
	local types slurm
	while IFS='|' read -r types slurm; do
		run_command cbatch --mail-type "$types" --mail-user me@x job.sh
		assert_submitted
		assert_argv "--mail-type=$slurm" --mail-user=me@x
		[ -z "$stderr" ] || show
	done <<-'TABLE'
		NONE|NONE
		BEGIN|BEGIN
		BEGIN, END|BEGIN,END
		TIMELIMIT|TIME_LIMIT
		ALL|BEGIN,END,FAIL,TIME_LIMIT
		OOM,FAIL|FAIL
	TABLE
	run_command cbatch --mail-type OOM --mail-user me job.sh
	assert_argv --mail-type=FAIL
	[ "$stderr" = 'Note: --mail-type OOM sends mail for every failure, Slurm has no type for it alone.' ]
	refused --mail-type 'invalid argument: failed to marshal extra attributes from CLI: ' <<-'TABLE'
		begin|invalid --mail-type
		BEGIN,|invalid --mail-type
		FOO|invalid --mail-type
	TABLE
	run_command cbatch --mail-type END job.sh
	assert_usage_error 2 'invalid argument: incomplete mail arguments'
	run_command cbatch --mail-user me job.sh
	assert_usage_error 2 'invalid argument: incomplete mail arguments'
	script '#CBATCH --mail-user me' '#CBATCH --mail-type BEGIN'
	run_command cbatch --mail-type END job.sh
	assert_argv --mail-type=END --mail-user=me
	script '#CBATCH --mail-type x'
	run_command cbatch job.sh
	assert_usage_error 2 'invalid argument: failed to marshal extra attributes from script: invalid --mail-type (line 2)'
}

@test "--extra-attr is kept in the comment and merged key by key" {
	run_command cbatch --extra-attr '{"a":1,"b":{"c":"d"}}' job.sh
	assert_submitted
	assert_argv '--comment=crane:{"a":1,"b":{"c":"d"}}'
	run_command cbatch --extra-attr ' { "a" : 1 } ' --comment 'my "job"' job.sh
	assert_argv '--comment=crane:{"a":1,"comment":"my \"job\""}'
	run_command cbatch --extra-attr '{}' job.sh
	refute_argv --comment
	run_command cbatch --extra-attr '{"comment":"x","mail":{"type":"END","user":"me"}}' job.sh
	assert_argv --comment=x --mail-type=END --mail-user=me
	script '#CBATCH --extra-attr '\''{"a":1,"b":2}'\' '#CBATCH --comment "from script"'
	run_command cbatch --extra-attr '{"b":3,"c":4}' job.sh
	assert_argv '--comment=crane:{"a":1,"b":3,"c":4,"comment":"from script"}'
	printf '#!/bin/bash\n' >job.sh
	run_command cbatch --comment 'crane:{"x":1}' job.sh
	assert_argv '--comment=crane:{"comment":"crane:{\"x\":1}"}'
	run_command cbatch --comment 'crane:plain' job.sh
	assert_argv --comment=crane:plain
}

@test "--extra-attr refuses what is not a JSON object" {
	refused --extra-attr 'invalid argument: failed to marshal extra attributes from CLI: invalid --extra-attr: ' <<-'TABLE'
		x|invalid JSON string
		{"a":1|invalid JSON string
		{"a":1} x|invalid JSON string
		{'a':1}|invalid JSON string
		{"a":NaN}|invalid JSON string
		[1]|a JSON object is needed, such as {"key":"value"}
	TABLE
	run_command cbatch --extra-attr '{"mail":{"type":"END"}}' job.sh
	assert_usage_error 2 'invalid argument: incomplete mail arguments'
	run_command cbatch --extra-attr "{\"a\":\"$(printf 'x%.0s' {1..1100})\"}" job.sh
	assert_usage_error 2 'invalid argument: comment and extra attributes take 1114 bytes, Slurm keeps 1024'
	script '#CBATCH --extra-attr x'
	run_command cbatch job.sh
	assert_usage_error 2 'invalid argument: failed to marshal extra attributes from script: invalid --extra-attr: invalid JSON string (line 2)'
}

@test "cbatch passes options that Slurm has under the same name" {
	run_command cbatch -r resv --wckey key --exclusive --get-user-env job.sh
	assert_submitted
	assert_argv --reservation=resv --wckey=key --exclusive --get-user-env
	run_command cbatch --exclusive=false --get-user-env=false --wckey '' job.sh
	assert_submitted
	refute_argv --exclusive --get-user-env --wckey
}

# covers: cbatch --pod --pod-dns --pod-host-network --pod-name --pod-port --pod-user --pod-userns
@test "cbatch refuses the options of pods and names an alternative" {
	local option
	for option in --pod '--pod --pod-name=x' '--pod-port=80 --pod'; do
		# shellcheck disable=SC2086
		run_command cbatch $option job.sh
		assert_usage_error 2 '--pod: no pods on Slurm: run the container inside the job, or use sbatch --container'
	done
	for option in --pod-name=x --pod-port=1 --pod-user=x --pod-userns --pod-host-network --pod-dns=x; do
		run_command cbatch "$option" job.sh
		assert_usage_error 2 '--pod must be set when using pod-related flags'
	done
	run_command cbatch --pod=false --pod-userns=false job.sh
	assert_submitted
	script '#CBATCH --pod'
	run_command cbatch job.sh
	assert_usage_error 2 '--pod: no pods on Slurm: run the container inside the job, or use sbatch --container'
}

@test "a boolean in a directive may have its value as a separate word" {
	script '#CBATCH --exclusive true' '#CBATCH --get-user-env=true' '#CBATCH -H'
	run_command cbatch job.sh
	assert_submitted
	assert_argv --exclusive --get-user-env --hold
	script '#CBATCH --exclusive false -N 2'
	run_command cbatch job.sh
	refute_argv --exclusive
	assert_argv --nodes=2
	script '#CBATCH --exclusive maybe'
	run_command cbatch job.sh
	assert_usage_error 2 'invalid argument: failed to parse script: Parsing error at line 2: fields out of bound'
}

@test "directives that CraneSched ignores reach Slurm" {
	script '#CBATCH --ntasks-per-socket 2' '#CBATCH --cpu-freq=high' '#CBATCH -m block' '#SBATCH --wait' \
		'#CBATCH --threads-per-core 1' '#SBATCH --priority=5' '#CBATCH --sockets-per-node 1' '#CBATCH --cores-per-socket 2'
	run_command cbatch job.sh
	assert_submitted
	assert_argv --ntasks-per-socket=2 --cpu-freq=high --distribution=block --wait --threads-per-core=1 --priority=5 \
		--sockets-per-node=1 --cores-per-socket=2
	run_command cbatch --priority 5 job.sh
	assert_usage_error 1 'unknown flag: --priority'
}

@test "cbatch passes the options of a Slurm script that CraneSched does not have" {
	script '#SBATCH --error=e' '#SBATCH --mem-per-cpu=1G' '#SBATCH --gpus-per-node=1' '#SBATCH --licenses=a:1' '#SBATCH --requeue' \
		'#SBATCH --signal=B:USR1@30' '#SBATCH --exclusive' '#SBATCH --array=0-3'
	run_command cbatch job.sh
	assert_submitted
	assert_argv --error=e --mem-per-cpu=1024M --gres=gpu:1 --licenses=a:1 --requeue --signal=B:10@30 --exclusive --array=0-3
}

@test "names and texts of any kind reach sbatch unchanged" {
	local text
	for text in 'a b' "it's" '"q"' '$(id)' '`id`' '-x' $'two\nlines' 'ü€' '*' 'a;b|c&d'; do
		run_command cbatch -J "$text" job.sh
		assert_submitted
		grep -Fqz -e "--job-name=$text" "$STUB_DIR/argv" || show
		run_command cbatch --comment "$text" job.sh
		grep -Fqz -e "--comment=$text" "$STUB_DIR/argv" || show
		run_command cbatch --wrap "$text"
		[ "$(tail -n +2 "$STUB_DIR/stdin")" = "$text" ] || show
	done
	text=$(printf 'x%.0s' {1..300})
	run_command cbatch --comment "$text" job.sh
	assert_argv "--comment=$text"
}
