#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Man pages, completion and doc/compatibility.md agree with the commands' option tables, and work.

# Each test runs in a subshell; texts with $ are literal; common sets bin and crane_top.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154

# bats file_tags=source

load common

setup()
{
	common_setup
	mapfile -t commands < <("$crane_top/contrib/commands")
	[ "${#commands[@]}" -ge 6 ]
}

# regenerated: writes everything anew below ./new
regenerated()
{
	mkdir new
	"$crane_top/contrib/regenerate" "${bin%/bin}" new
}

@test "generated files are equal to what make regenerate writes now" {
	regenerated
	local file n=0
	while read -r file; do
		diff -u "$crane_top/$file" "new/$file" || fail "$file: run make regenerate"
		n=$((n + 1))
	done < <(cd new && find . -type f)
	[ "$n" -eq $((${#commands[@]} + 5)) ]
}

# covers: every-command --version
@test "--version of every command prints the release and its date in two lines" {
	local name
	for name in "${commands[@]}"; do
		for option in --version -v; do
			run_command "$name" "$option"
			assert_status 0
			[ -z "$stderr" ]
			[ "${#lines[@]}" -eq 2 ]
			[[ ${lines[0]} =~ ^'CraneSched '[0-9] ]] || show
			[[ ${lines[1]} == 'Source Time: '?* ]] || show
		done
	done
}

@test "every man page has the options of its command's --help and no others" {
	local name
	for name in "${commands[@]}"; do
		"$bin/$name" --help 2>/dev/null | sed -n '/^Flags:/,/^$/s/^ .\{5\}--\([a-z0-9-]*\).*/\1/p' | sort >help
		sed -n '/^\.SH OPTIONS/,/^\.SH/s/^\(\\fB\\-.\\fR, \)\{0,1\}\\fB\\-\\-\(.*\)\\fR.*/\2/p' \
			"$crane_top/doc/man/$name.1" | sed 's/\\fR.*//; s/\\-/-/g' | sort >page
		[ -s help ]
		diff -u help page || fail "$name"
	done
}

@test "man and mandoc find no fault in the man pages" {
	local page n=0
	for page in "$crane_top"/doc/man/*.[1-9]; do
		run --separate-stderr man --warnings -l -Tutf8 "$page"
		[ "$status" -eq 0 ]
		[ -z "$stderr" ] || fail "$stderr"
		run mandoc -T lint -W warning "$page"
		[ "$status" -eq 0 ] && [ -z "$output" ] || fail "$output"
		n=$((n + 1))
	done
	[ "$n" -ge 6 ]
}

@test "every man page has the same sections, in the same order" {
	local name
	for name in "${commands[@]}"; do
		diff -u <(printf '%s\n' NAME SYNOPSIS DESCRIPTION OPTIONS 'EXIT STATUS' ENVIRONMENT FILES EXAMPLES 'SEE ALSO') \
			<(sed -n 's/^\.SH //p' "$crane_top/doc/man/$name.1" |
				grep -vxE 'COMMANDS|SCRIPTS|FILES OF A JOB|DIFFERENCES FROM SLURM') || fail "$name"
	done
}

# complete_with WORD...: what bash offers for the last of the words. Sets COMPREPLY.
complete_with()
{
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	_slurm_crane "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
}

@test "the descriptions of the packages name every command of the list" {
	local name
	make -s -C "${bin%/bin}" contrib/packaging/slurm-crane.spec
	sed -n '/^%description commands/,/^$/p' "${bin%/bin}/contrib/packaging/slurm-crane.spec" >description
	for name in "${commands[@]}"; do
		grep -qw "$name" description || fail "slurm-crane.spec: $name"
	done
	[ "$(wc -L <description)" -lt 80 ]
	# debian/rules sets the variable from the list.
	grep -qxF ' ${crane:Commands}.' "$crane_top/contrib/packaging/debian/control"
	grep -qF 'commands = $(shell contrib/commands ' "$crane_top/contrib/packaging/debian/rules"
}

@test "completion offers every option of every command" {
	local name
	# shellcheck source=/dev/null
	source "$crane_top/contrib/completions/slurm-crane.bash"
	for name in "${commands[@]}"; do
		complete_with "$name" --
		printf '%s\n' "${COMPREPLY[@]}" | sort >offered
		"$bin/$name" --help | sed -n '/^Flags:/,/^$/s/^ .\{5\}\(--[a-z0-9-]*\).*/\1/p' | sort >help
		[ -s help ]
		diff -u help offered || fail "$name"
	done
}

@test "completion offers the values of an option" {
	# shellcheck source=/dev/null
	source "$crane_top/contrib/completions/slurm-crane.bash"
	complete_with cbatch --open-mode a
	[ "${COMPREPLY[*]}" = append ]
	complete_with cbatch --open-mode = t
	[ "${COMPREPLY[*]}" = truncate ]
	complete_with cbatch --mail-type =
	[ "${#COMPREPLY[@]}" -eq 7 ]
	# The same letter has other values in another command.
	complete_with cinfo -t d
	[ "${COMPREPLY[*]}" = 'down drain' ]
	complete_with cqueue --state = su
	[ "${COMPREPLY[*]}" = suspended ]
}

@test "completion offers files where an option or a command takes one" {
	# shellcheck source=/dev/null
	source "$crane_top/contrib/completions/slurm-crane.bash"
	touch 'a file' idle
	complete_with cbatch --output a
	[ "${COMPREPLY[0]}" = 'a file' ]
	complete_with cbatch -H job
	[ "${COMPREPLY[*]}" = job.sh ]
	complete_with cinfo -o i
	[ "${#COMPREPLY[@]}" -eq 0 ]
}

@test "completion offers the verbs of ccontrol" {
	# shellcheck source=/dev/null
	source "$crane_top/contrib/completions/slurm-crane.bash"
	complete_with ccontrol rel
	[ "${COMPREPLY[*]}" = release ]
}

# Runs a bash at a terminal that completes at the first Tab and lists one word per line. The file seen has its screen.
bash_at_a_terminal()
{
	printf '%s\n' "source $crane_top/contrib/completions/slurm-crane.bash" "bind 'set show-all-if-ambiguous on'" \
		"bind 'set page-completions off'" "bind 'set completion-query-items 1000'" \
		"bind 'set completion-display-width 0'" >rc
	TERM=dumb script -qec 'bash --noprofile --rcfile rc -i' /dev/null 2>&1 | tr -d '\r' >seen
}

@test "a bash at a terminal completes cbatch --interp" {
	# Tab, to the beginning of the line, echo.
	printf 'cbatch --interp\t\001echo \nexit\n' | bash_at_a_terminal
	grep -qx 'cbatch --interpreter *' seen || fail "$(cat -v seen)"
}

@test "a bash at a terminal offers all options of every command" {
	local name
	for name in "${commands[@]}"; do
		# Tab, to the beginning of the line, a comment.
		printf '%s --\t\001#\nexit\n' "$name" | bash_at_a_terminal
		"$bin/$name" --help | sed -n '/^Flags:/,/^$/s/^ .\{5\}\(--[a-z0-9-]*\).*/\1/p' | sort >help
		[ -s help ]
		diff -u help <(grep -x -e '--[a-z0-9-]*' seen | sort) || fail "$name: $(cat -v seen)"
	done
}
