#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The guide as a whole: which pages run, which blocks do not, whether links and pointers have targets, and whether the tool
# that runs pages finds errors. The files of the pages test the commands.

# Each test runs in a subshell; bats sets $status and $output; console.bash reads the other variables.
# shellcheck disable=SC1003,SC2016,SC2030,SC2031,SC2034,SC2154

load common

@test "every page that shows a command is run, and no command stands outside of a console block" {
	local name action line what shown found=0 wrong=''
	while read -r name; do
		shown=0
		while IFS=$'\t' read -r action line what; do
			case $action in
			bad) wrong+="$name:$line: $what"$'\n' ;;
			command) shown=$((shown + 1)) ;;
			esac
		done < <(console list_page "$CRANE_TOP/$name")
		((shown)) || continue
		found=$((found + 1))
		grep -qx "	run_guide_page $name" "$CRANE_TOP"/tests/doc/*.bats ||
			wrong+="no file of tests/doc runs $name"$'\n'
	done < <(guide_pages)
	[[ -z $wrong ]] || { printf '%s' "$wrong" >&2; return 1; }
	((found >= 5))
}

@test "every block that is not run has a reason" {
	local name action line what skipped=0
	while read -r name; do
		while IFS=$'\t' read -r action line what; do
			[[ $action == skipped ]] || continue
			[[ ${#what} -ge 10 ]]
			skipped=$((skipped + 1))
			echo "# not run: $name:$line: $what" >&3
		done < <(console list_page "$CRANE_TOP/$name")
	done < <(guide_pages)
	((skipped > 0))
}

@test "every link of the guide leads to a file and a heading that exist" {
	local page target file heading wrong='' n=0
	while read -r page; do
		while read -r target; do
			[[ $target != *:* ]] || continue
			n=$((n + 1))
			file=${target%%#*}
			file=${file:+${CRANE_TOP}/$(dirname "$page")/$file}
			file=${file:-$CRANE_TOP/$page}
			[[ -e $file ]] || { wrong+="$page: $target is not there"$'\n'; continue; }
			[[ $target == *#* ]] || continue
			heading=$(sed -n 's/^##* //p' "$file" | tr 'A-Z ' 'a-z-' | tr -dc 'a-z0-9_\n-' | grep -cx -- "${target#*#}")
			((heading)) || wrong+="$page: no heading ${target#*#} in $file"$'\n'
		done < <(grep -oP '\]\(\K[^)\s]+(?=\))' "$CRANE_TOP/$page")
	done < <(guide_pages)
	[[ -z $wrong ]] || { printf '%s' "$wrong" >&2; return 1; }
	((n > 20))
}

@test "every pointer of the architecture page leads to a function in a file" {
	local file name n=0 wrong=''
	# As they are written there: `file`: `name()`, `other()`
	while IFS=$'\t' read -r file name; do
		n=$((n + 1))
		grep -qE "(^|[^a-z_])$name\(" "$CRANE_TOP/$file" || wrong+="$file has no $name()"$'\n'
	done < <(grep -oP '`[a-z][\w./-]+/[\w.-]+`: (`\w+\(\)`(, )?)+' "$CRANE_TOP/doc/architecture.md" |
		awk -F'`' '{ for (i = 4; i < NF; i += 2) { sub(/\(\)/, "", $i); print $2 "\t" $i } }')
	while read -r file; do
		n=$((n + 1))
		[[ -e $CRANE_TOP/$file ]] || wrong+="$file is not there"$'\n'
	done < <(grep -oP '`\K(src|plugins|wrappers|tests|contrib|doc)/[\w./-]*(?=`)' "$CRANE_TOP/doc/architecture.md")
	[[ -z $wrong ]] || { printf '%s' "$wrong" >&2; return 1; }
	((n > 40))
}

@test "every line that the plugin may write to slurmctld's log is explained on the admin's page" {
	local page text part longest parts n=0 wrong=''
	page=$(<"$CRANE_TOP/doc/admin.md")
	# One message a line: the strings of a call joined, what is filled in become tabs.
	while IFS= read -r text; do
		longest=''
		IFS=$'\t' read -ra parts <<<"$text"
		for part in "${parts[@]}"; do
			((${#part} <= ${#longest})) || longest=$part
		done
		n=$((n + 1))
		[[ $page == *"$longest"* ]] || wrong+="doc/admin.md does not have: $text"$'\n'
	done < <(cat "$CRANE_TOP"/plugins/job_submit/*.c | tr '\n\t' '  ' |
		grep -oP 'ctld_(info|error)\(\K("([^"\\]|\\.)*"|PRI\w+|CRANE_DEP_PREFIX|PACKAGE_VERSION| )+' |
		sed -E -e 's/\\"/\x01/g' -e 's/" *(PRI[a-z0-9]+|PACKAGE_VERSION) *"/\t/g' -e 's/" *CRANE_DEP_PREFIX *"/crane:/g' -e 's/" *"//g' \
			-e 's/^ *"|" *$//g' -e 's/\x01/"/g' -e 's/%[a-z0-9]*/\t/g')
	[[ -z $wrong ]] || { printf '%s' "$wrong" >&2; return 1; }
	((n > 10))
}

@test "every SLURMCRANE_ variable of the sources is explained on the admin's page and in the reference" {
	local name page n=0 wrong=''
	while read -r name; do
		n=$((n + 1))
		for page in doc/admin.md doc/reference/environment.md; do
			grep -q "\`$name\`" "$CRANE_TOP/$page" || wrong+="$page does not have $name"$'\n'
		done
	done < <(grep -rhoP '"\KSLURMCRANE_\w+(?=[="])' --include='*.[ch]' "$CRANE_TOP"/{src,plugins,wrappers} | sed 's/_$//' | sort -u)
	[[ -z $wrong ]] || { printf '%s' "$wrong" >&2; return 1; }
	((n >= 3))
}

@test "the guide renders to HTML, and every link of it leads to a file" {
	local page target n=0
	"$CRANE_TOP/contrib/guide" html "$BATS_TEST_TMPDIR/html"
	while read -r page; do
		while read -r target; do
			[[ $target != *:* && $target != '#'* ]] || continue
			n=$((n + 1))
			[[ -e ${page%/*}/${target%%#*} ]] || { echo "$page: $target" >&2; return 1; }
		done < <(grep -oP '(href|src)="\K[^"]+' "$page")
	done < <(find "$BATS_TEST_TMPDIR/html" -name '*.html')
	((n > 50))
}

# A page made for the test; judged with a shell of root's and no cluster.
judge()
{
	local -x MINICLUSTER_DIR=$BATS_TEST_TMPDIR SLURM_CONF=/dev/null
	cat >"$BATS_TEST_TMPDIR/page.md"
	run console run_page "$BATS_TEST_TMPDIR/page.md" root "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR"
}

@test "a page passes when its commands print what it shows" {
	judge <<<$'```console\n$ echo a; echo b\na\nb\n$ false\n$ echo $?\n1\n```'
	[[ $status == 0 ]]
	judge <<<$'<!-- fails -->\n```console\n$ echo a; false\na\n```'
	[[ $status == 0 ]]
}

@test "a page fails when a command fails" {
	judge <<<$'```console\n$ false\n```'
	[[ $status == 1 && $output == *'status 1'* ]]
	judge <<<$'<!-- hidden\n$ false\n-->\n'
	[[ $status == 1 ]]
	judge <<<$'```console\n$ exec false\n```'
	[[ $status == 1 ]]
}

@test "a page fails when a command prints other, fewer or more lines" {
	judge <<<$'```console\n$ echo a\nb\n```'
	[[ $status == 1 && $output == *'page.md:2: $ echo a'* ]]
	judge <<<$'```console\n$ echo a; echo b\na\n```'
	[[ $status == 1 ]]
	judge <<<$'```console\n$ echo a\n```'
	[[ $status == 1 ]]
	judge <<<$'```console\n$ echo a\na\nb\n```'
	[[ $status == 1 ]]
}

@test "a page fails when a command that has to fail succeeds" {
	judge <<<$'<!-- fails -->\n```console\n$ echo a\na\n```'
	[[ $status == 1 ]]
}

@test "a page fails when none of its commands is run or a block or comment is malformed" {
	judge <<<$'text\n```\nno prompt\n```'
	[[ $status == 1 && $output == *'not one command has run'* ]]
	judge <<<$'```\n$ echo a\n```'
	[[ $status == 1 && $output == *'no console block'* ]]
	judge <<<$'<!-- not run: no reason -->\ntext\n'
	[[ $status == 1 ]]
	judge <<<$'<!-- fails -->\n```\nno prompt\n```'
	[[ $status == 1 && $output == *'no console block follows'* ]]
	judge <<<$'```console\n$ echo a\na\n'
	[[ $status == 1 ]]
}

@test "the comparison of outputs ignores times and marked text only" {
	matches $'a\n...\nb' $'a\nx\ny\nb\n'
	matches $'a\n...\nb' $'a\nb\n'
	matches 'start ... end' $'start 12 end\n'
	matches 'x 2026-11-21 23:31:19' $'x 2027-01-02 03:04:05\n'
	matches 'a  00:00:02  b' $'a 00:00:13 b\n'
	matches '[x] *(a) ?$b\' $'[x] *(a) ?$b\\\n'
	run ! matches $'a\n...\nb' $'a\nx\nyb\n'
	run ! matches 'start ... end' $'start\nend\n'
	run ! matches 'afterok:1+00:10:00' $'afterok:1+00:10:01\n'
	run ! matches 'afterok:1+00:00:10' $'afterok:1+00:00:11\n'
	run ! matches 'x 2100-01-01T00:00:00' $'x 2027-01-01T00:00:00\n'
	run ! matches '*' $'a\n'
	run ! matches '' $'a\n'
	run ! matches 'a b' $'ab\n'
	run ! matches ' a' $'a\n'
}
