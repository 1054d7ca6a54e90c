#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Directives in scripts: their meaning, their refusals, and the script that sbatch reads.

# Each test runs in a subshell; texts with $ are literal; common sets bin and crane_top.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154

load common

setup()
{
	common_setup
}

# script LINE...: job.sh of these lines
script()
{
	printf '%s\n' "$@" >job.sh
}

# The script that sbatch read, from its standard input or its file.
read_script()
{
	if [ -s "$STUB_DIR/stdin" ]; then
		cat "$STUB_DIR/stdin"
	else
		cat "$(tail -n 1 "$STUB_DIR/argv")"
	fi
}

@test "cbatch reads directives in all their forms" {
	script '#!/bin/bash' '#CBATCH --nodes 2' '#CBATCH -c=3' '#CBATCH -J "my job" --comment '"'a b'" '#CBATCH -p part # why' \
		'#CBATCH --mem=1G -Q fast' '#CBATCH --dependency afterok:100' 'hostname' '#CBATCH -n8'
	run_command cbatch job.sh
	assert_submitted
	assert_argv --nodes=2 --cpus-per-task=3 '--job-name=my job' '--comment=a b' --partition=part --mem=1024M --qos=fast \
		--dependency=crane:afterok:100 --ntasks=8 "$PWD/job.sh"
}

@test "a later directive replaces an earlier one, and the command line replaces both" {
	script '#!/bin/bash' '#CBATCH -N 2' '#SBATCH -N 3' '#CBATCH -N 4' '#CBATCH -d afterok:1'
	run_command cbatch job.sh
	assert_argv --nodes=4 --dependency=crane:afterok:1
	run_command cbatch -N 5 -d afterany:2 job.sh
	assert_argv --nodes=5 --dependency=crane:afterany:2
}

@test "cbatch passes the path of a script that has no directives of sbatch" {
	script '#!/bin/sh' '#CBATCH -N 2' '#PBS -N x' 'echo hi'
	run_command cbatch job.sh
	assert_submitted
	assert_argv --ignore-pbs "$PWD/job.sh"
	[ ! -s "$STUB_DIR/stdin" ]
}

@test "cbatch blanks the lines that sbatch would read and keeps the line numbers" {
	script '#!/bin/sh' '#SBATCH -N 2' '#SLURM -N 3' 'echo hi' '#CBATCH -J x' '#BSUB -n 2' 'echo ho'
	run_command cbatch job.sh
	assert_submitted
	assert_argv --nodes=2 --job-name=x --ntasks-per-node=2
	refute_argv "$PWD"
	[ "$(cat "$STUB_DIR/stdin"; echo .)" = $'#!/bin/sh\n\n\necho hi\n\n\necho ho\n.' ]
}

@test "a script without an interpreter line runs in bash and keeps its lines" {
	script 'echo hi' 'echo ho'
	run_command cbatch job.sh
	[ "$(cat "$STUB_DIR/stdin")" = $'#!/bin/bash\necho hi\necho ho' ]
	script '#CBATCH -N 2' 'echo hi'
	run_command cbatch job.sh
	[ "$(cat "$STUB_DIR/stdin")" = $'#!/bin/bash\necho hi' ]
	script '' 'echo hi'
	run_command cbatch job.sh
	[ "$(cat "$STUB_DIR/stdin")" = $'#!/bin/bash\necho hi' ]
	printf 'echo hi' >job.sh
	run_command cbatch job.sh
	[ "$(cat "$STUB_DIR/stdin"; echo .)" = $'#!/bin/bash\necho hi.' ]
	: >job.sh
	run_command cbatch job.sh
	[ "$(cat "$STUB_DIR/stdin")" = '#!/bin/bash' ]
}

@test "cbatch passes very long lines and large scripts unchanged" {
	{
		echo 'true'
		head -c 200000 /dev/zero | tr '\0' x | sed 's/^/# /'
		echo
		yes 'echo y' | head -n 50000
	} >job.sh
	run_command cbatch job.sh
	assert_submitted
	cmp <(echo '#!/bin/bash'; cat job.sh) "$STUB_DIR/stdin"
}

@test "cbatch refuses directives that a script may not have and names their line" {
	local line text
	while IFS='|' read -r line text; do
		script '#!/bin/bash' '' "$line" 'echo hi'
		run_command cbatch job.sh
		assert_usage_error 2 "$text"
	done <<-'TABLE'
		#CBATCH --foo 3|invalid argument: unrecognized '--foo' in script (line 3)
		#CBATCH --foo=3|invalid argument: unrecognized '--foo' in script (line 3)
		#CBATCH -Z|invalid argument: unrecognized '-Z' in script (line 3)
		#CBATCH --wrap x|invalid argument: unrecognized '--wrap' in script (line 3)
		#CBATCH --json|invalid argument: unrecognized '--json' in script (line 3)
		#CBATCH -C x|invalid argument: unrecognized '-C' in script (line 3)
		#CBATCH -h|invalid argument: unrecognized '-h' in script (line 3)
		#CBATCH --nodes|invalid argument: flag needs an argument: '--nodes' in script (line 3)
		#CBATCH -N x|invalid argument: -N value 'x' in script: strconv.ParseUint: parsing "x": invalid syntax (line 3)
		#CBATCH --nodes=0x2|invalid argument: --nodes value '0x2' in script: strconv.ParseUint: parsing "0x2": invalid syntax (line 3)
		#CBATCH -N 0|invalid argument: -N must be > 0 in script (line 3)
		#CBATCH --mem 4GB|invalid argument: --mem value '4GB' in script: invalid memory format (line 3)
		#CBATCH -t 30|invalid argument: -t value '30' in script: invalid duration format: 30; write [D-]H:M:S, 0:30:00 for minutes (line 3)
		#CBATCH -b x|invalid argument: -b value 'x' in script: invalid time format (line 3)
		#CBATCH -N 2 extra|invalid argument: failed to parse script: Parsing error at line 3: fields out of bound
		#CBATCH -J "open|invalid argument: failed to parse script: Parsing error at line 3: quotation is not closed
		#CBATCH -d afterok:|invalid argument: failed to set dependencies: unrecognized dependency string: afterok:
		#CBATCH -d ""|invalid argument: failed to set dependencies: unrecognized dependency string: 
		#CBATCH -d afterok:5:5|invalid argument: invalid argument: duplicate job 5 in dependencies
		#SBATCH --switches=1|invalid argument: Slurm option --switches is not supported (line 3)
		#SBATCH -B 1|invalid argument: Slurm option -B is not supported (line 3)
		#SBATCH --hold|invalid argument: Slurm option --hold is not supported (line 3)
		#SBATCH -N 2-4|invalid argument: -N value '2-4' in script: strconv.ParseUint: parsing "2-4": invalid syntax (line 3)
		#SBATCH --wrap=x|invalid argument: unrecognized '--wrap' in script (line 3)
		#SBATCH --nodefile=x|invalid argument: Slurm option --nodefile is not supported (line 3)
		#BSUB -x|invalid argument: LSF option -x is not supported (line 3)
		#BSUB -n|invalid argument: failed to parse script: Parsing error at line 3: fields out of bound
	TABLE
}

@test "cbatch translates #SBATCH lines beside #CBATCH lines" {
	script '#!/bin/bash' '#SBATCH --nodes=2 --ntasks=4' '#SBATCH -t 1:00:00' '#SBATCH --output=o-%j' '#SBATCH --nodelist=a,b'
	run_command cbatch job.sh
	assert_submitted
	assert_argv --nodes=2 --ntasks=4 --time=01:00:00 --output=o-%j '--nodelist=a,b'
}

@test "--time and --dependency on #SBATCH lines have Slurm's meaning" {
	local value wanted
	while read -r value wanted; do
		script '#!/bin/bash' "#SBATCH --time=$value"
		run_command cbatch job.sh
		assert_submitted
		assert_argv "--time=$wanted"
	done <<-'TABLE'
		30 00:30:00
		10:30 00:10:30
		1:2:3 01:02:03
		2-0 2-00:00:00
		1-2:3 1-02:03:00
		1-2:3:4 1-02:03:04
		UNLIMITED UNLIMITED
	TABLE
	script '#!/bin/bash' '#SBATCH -d afterany:1?aftercorr:2,singleton'
	run_command cbatch job.sh
	assert_argv '--dependency=afterany:1?aftercorr:2,singleton'
	run_command cbatch -d afterok:7 job.sh
	assert_argv --dependency=crane:afterok:7
	refute_argv singleton
	script '#!/bin/bash' '#CBATCH -t 30'
	run_command cbatch job.sh
	assert_usage_error 2 "invalid argument: -t value '30' in script: invalid duration format: 30; write [D-]H:M:S, 0:30:00 for minutes (line 2)"
}

@test "#BSUB lines translate LSF's names" {
	script '#!/bin/bash' '#BSUB -J name' '#BSUB -nnode 3' '#BSUB -n 2' '#BSUB -W 1:30' '#BSUB -M 2G' '#BSUB -cwd /tmp' \
		'#BSUB -q part' '#BSUB -env NONE' '#BSUB -o out' '#BSUB -e err'
	run_command cbatch job.sh
	assert_submitted
	assert_argv --job-name=name --nodes=3 --ntasks-per-node=2 --ntasks=6 --time=01:30:00 --mem=2048M --chdir=/tmp \
		--partition=part --output=out --error=err
	script '#!/bin/bash' '#BSUB -W 90'
	run_command cbatch job.sh
	assert_argv --time=01:30:00
}

@test "directives count only at the start of a line, but anywhere in the file" {
	script '#!/bin/bash' ' #CBATCH -N 9' 'x=#CBATCH' '##CBATCH -N 9' 'true' '#CBATCH -N 2'
	run_command cbatch job.sh
	assert_submitted
	assert_argv --nodes=2
	read_script | grep -Fqx ' #CBATCH -N 9'
}

@test "the example script of CraneSched's documentation becomes the expected sbatch call" {
	script '#!/bin/bash' '#CBATCH --dependency afterok:100' '#CBATCH --nodes 2' '#CBATCH --time 1:00:00' \
		'#CBATCH --output job-%j.out' '' 'echo "This job starts after job 100 completes successfully"'
	run_command cbatch job.sh
	assert_submitted
	assert_argv --dependency=crane:afterok:100 --nodes=2 --time=01:00:00 --output=job-%j.out
}

# A new row needs a value here.
@test "every option has the same meaning in a script and on the command line" {
	local letter name fate flags spelled n=0
	# shellcheck disable=SC2054
	declare -A sample=([account]=acc [array]=1-3 [begin]=2098-01-20 [chdir]=/tmp [comment]='a "b"' [cpus-per-task]=3
		[deadline]=2098-01-20 [dependency]=afterok:7+1h [error]=err.%j [exclude]=n1,n2 [exclusive]=true
		[export]=A=1,B [extra-attr]='{"a":1}' [get-user-env]=true [gpus-per-node]=2 [gres]=gpu:1 [hold]=true
		[input]=in.%j [interpreter]='python3 -u' [job-name]='a name' [licenses]=a:1,b:2 [mail-type]=END
		[mail-user]=me [mem]=1.5G [mem-per-cpu]=70 [no-requeue]=true [nodelist]=n1,n2 [nodes]=2 [ntasks]=3
		[ntasks-per-node]=2 [open-mode]=append [output]=out.%j [partition]=part [qos]=high [requeue]=true
		[reservation]=resv [signal]=B:USR1@30 [time]=1:2:3 [wckey]=key)
	while IFS=$'\t' read -r letter name _ _ fate flags _; do
		[[ $fate != refuse && $flags != not-in-script ]] || continue
		# These change cbatch, not the arguments of sbatch; other tests check them.
		[[ $name != repeat && $name != parsable ]] || continue
		[[ -v sample[$name] ]] || fail "--$name: no value to try"
		# Some options need another option.
		local more=() bare=()
		case $name in
		mail-type) more=(--mail-user=me) ;;
		mail-user) more=(--mail-type=END) ;;
		nodelist) more=(-N 2) bare=(-N 2) ;;
		esac
		script '#!/bin/bash' 'hostname'
		"$bin/cbatch" "${bare[@]}" job.sh </dev/null >/dev/null
		{ cat "$STUB_DIR/argv"; head -n 1 "$STUB_DIR/stdin"; } >without
		"$bin/cbatch" "${more[@]}" "--$name=${sample[$name]}" job.sh </dev/null >/dev/null || fail "--$name"
		{ cat "$STUB_DIR/argv"; head -n 1 "$STUB_DIR/stdin"; } >wanted
		! cmp -s wanted without || fail "--$name changes nothing"
		local spellings=("--$name")
		[[ $letter == - ]] || spellings+=("-$letter")
		for spelled in "${spellings[@]}"; do
			script '#!/bin/bash' "#CBATCH $spelled='${sample[$name]}'" 'hostname'
			"$bin/cbatch" "${more[@]}" job.sh </dev/null >/dev/null || fail "$spelled"
			{ cat "$STUB_DIR/argv"; head -n 1 "$STUB_DIR/stdin"; } | diff wanted - || fail "$spelled"
		done
		n=$((n + 1))
	done < <("$bin/cbatch" --help=rows)
	[ "$n" -eq "${#sample[@]}" ] || fail "$n rows, ${#sample[@]} values"
}

# Each way must give sbatch the same script, by standard input, under the name stdin.
assert_same_script()
{
	assert_submitted
	assert_argv --nodes=2 --job-name=stdin
	[ "$(cat "$STUB_DIR/stdin"; echo .)" = $'#!/bin/sh\n\necho hi\n.' ] || show
}

@test "cbatch reads a script from a pipe, a FIFO, standard input and a here-document, once" {
	local text=$'#!/bin/sh\n#CBATCH -N 2\necho hi\n' way
	printf '%s' "$text" >job.sh
	mkfifo fifo
	for way in 'cat job.sh | "$0" /dev/stdin' '"$0" <(cat job.sh)' '"$0" <job.sh' '"$0" - <job.sh' 'cat job.sh | "$0"' \
		'"$0" /dev/stdin <job.sh' '(cat job.sh >fifo &) ; "$0" fifo' '"$0" /proc/self/fd/7 7<job.sh' \
		$'"$0" <<\'END\'\n'"$text"$'END\n' $'"$0" - <<\'END\'\n'"$text"$'END\n'; do
		rm -f "$STUB_DIR"/*
		run --separate-stderr bash -c "$way" "$bin/cbatch"
		assert_same_script || fail "$way"
	done
}

@test "words after the script are its arguments, also those that look like options" {
	run_command cbatch -n 2 job.sh -c 3 a -N 4 'b c' -- ''
	assert_submitted
	[ "$(tail -n 7 "$STUB_DIR/argv"; echo .)" = "$PWD/job.sh"$'\na\n-N\n4\nb c\n--\n\n.' ] || show
	assert_argv --ntasks=2 --cpus-per-task=3
	run_command cbatch job.sh -- -x
	[ "$(tail -n 2 "$STUB_DIR/argv")" = "$PWD/job.sh"$'\n-x' ] || show
	run --separate-stderr bash -c 'cat job.sh | "$0" - a -b' "$bin/cbatch"
	assert_submitted
	[ "$(tail -n 3 "$STUB_DIR/argv")" = $'/dev/stdin\na\n-b' ] || show
	[ "$(cat "$STUB_DIR/stdin")" = $'#!/bin/bash\nhostname' ] || show
}

@test "a script with CR LF or a NUL is refused with the line, from a file, standard input and --wrap" {
	local cr='ends with CR LF, as in DOS, and Slurm takes lines that end with LF alone: remove the CR, as sed -i '\''s/\r$//'\'' FILE does'
	local nul='holds a NUL byte: a script must be text, not a program; to run a program, use --wrap'
	printf '#!/bin/sh\n#CBATCH -N 2\r\nhostname\n' >job.sh
	run_command cbatch job.sh
	assert_usage_error 2 "invalid argument: failed to parse script: line 2 of job.sh $cr"
	run --separate-stderr bash -c '"$0" <job.sh' "$bin/cbatch"
	assert_usage_error 2 "invalid argument: failed to parse script: line 2 of standard input $cr"
	run_command cbatch --wrap $'true\nfalse\ntrue\r\n'
	assert_usage_error 2 "invalid argument: failed to parse script: line 3 of the text of --wrap $cr"
	printf '#!/bin/sh\necho a\rb\n' >job.sh
	run_command cbatch job.sh
	assert_submitted
	printf '#!/bin/sh\n\nx\0y\n' >job.sh
	run_command cbatch job.sh
	assert_usage_error 2 "invalid argument: failed to parse script: line 3 of job.sh $nul"
	run_command cbatch /dev/zero
	assert_usage_error 2 "invalid argument: failed to parse script: line 1 of /dev/zero $nul"
}

@test "cbatch refuses a missing script, empty standard input, and a terminal as the script" {
	run_command cbatch
	assert_usage_error 2 'invalid argument: failed to parse script: standard input is empty'
	run_command cbatch - a
	assert_usage_error 2 'invalid argument: failed to parse script: standard input is empty'
	run_command cbatch /dev/stdin
	assert_usage_error 2 'invalid argument: failed to parse script: /dev/stdin is empty'
	run --separate-stderr bash -c '"$0" <&-' "$bin/cbatch"
	assert_usage_error 2 'invalid argument: failed to parse script: read standard input: bad file descriptor'
	run_command cbatch "$PWD"
	assert_usage_error 2 "invalid argument: failed to parse script: read $PWD: is a directory"
	run env script -qec "$bin/cbatch" /dev/null
	assert_status 1
	[[ $output = *'invalid number of arguments: name a script, or give it on standard input'* ]] || show
}
