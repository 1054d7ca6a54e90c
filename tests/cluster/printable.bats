#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Users' texts in jobs reach other users' terminals, and slurmctld's log, without control characters; and output that cannot
# be written is an error.

# Each test runs in a subshell; bats sets $status, $output and $stderr.
# shellcheck disable=SC2030,SC2031,SC2154

load common

# U+009B, the same as a raw byte, a byte that UTF-8 never has, U+202E, DEL, and ESC: six question marks.
evil=$'a\xc2\x9bb\x9bc\xffd\xe2\x80\xaee\x7ff\x1b[31mg'
tame='a?b?c?d?e?f?[31mg'

setup()
{
	job=$(submit --hold --wrap true -J "$evil" --comment "$evil" --chdir /tmp)
	next=$(submit --hold --wrap true -J "next$evil" -d "crane:afterok:$job+1h")
}

teardown()
{
	scancel "$job" "$next"
}

# shows COMMAND...: its output has the text with question marks, and only bytes of printable ASCII.
shows()
{
	run --separate-stderr as craneuser "$@"
	assert_eq "$status" 0
	[[ $output == *"$tame"* ]] || fail "$output"
	if LC_ALL=C grep -q $'[^\t -~]' <<<"$output$stderr"; then
		fail "not printable: $(od -c <<<"$output$stderr")"
	fi
}

@test "cqueue shows question marks for what is not printable in a name" {
	shows cqueue -j "$job" -o '%n'
	shows cqueue -j "$job" --full
}

@test "ccontrol show job shows question marks for what is not printable in names and comments" {
	shows ccontrol show job "$job"
	assert_contains "$output" "JobName=$tame"
	assert_contains "$output" "Comment=$tame"
}

@test "ccontrol show dependency shows question marks for what is not printable in names" {
	shows ccontrol show dependency "$next"
	assert_contains "$output" "($tame)"
	assert_contains "$output" "(next$tame)"
}

@test "ccontrol --dot shows question marks for what is not printable in names" {
	shows ccontrol --dot show dependency "$next"
}

@test "JSON escapes what is not printable, so that a program reads the true name" {
	run --separate-stderr as craneuser cqueue -j "$job" --json
	assert_eq "$status" 0
	assert_contains "$output" '"name":"a\u009bb'$'\xef\xbf\xbdc\xef\xbf\xbd''d\u202ee\u007ff\u001b[31mg"'
	run jq -r '.job_info_list[0].name' <<<"$output"
	assert_eq "$output" $'a\xc2\x9bb\xef\xbf\xbdc\xef\xbf\xbdd\xe2\x80\xaee\x7ff\x1b[31mg'
}

@test "ccancel shows question marks for what is not printable in its arguments" {
	run --separate-stderr as craneuser ccancel -t "$evil"
	assert_eq "$status" 2
	[[ $stderr == *"$tame"* ]] || fail "$stderr"
	if LC_ALL=C grep -q $'[^\t -~]' <<<"$stderr"; then
		fail "not printable: $(od -c <<<"$stderr")"
	fi
}

@test "tables, job details and cancellations that cannot be written end with status 6" {
	local words
	for words in cqueue 'cqueue --json' "ccontrol show job $job" 'ccontrol show partition' 'ccontrol show node --json' \
		"ccontrol show dependency $next" "ccontrol hold $job" "ccancel $job"; do
		# shellcheck disable=SC2016,SC2086  # the arguments are the inner shell's; words, not one
		run --separate-stderr as root bash -c '"$@" >/dev/full' - $words
		[[ $status == 6 && $stderr == 'cannot write to standard output: No space left on device' ]] ||
			{ show; fail "$words"; }
	done
}

# Refused: the dependency names no job, is no dependency, names a job with a text behind it.
@test "slurmctld's log has no control character and no mark of direction of a refused request or of a damaged record" {
	local log=$MINICLUSTER_DIR/log/slurmctld.log from dependency
	from=$(($(wc -l <"$log") + 1))
	for dependency in "$evil" "afterok:999999$evil" "afterok:$job+1h$evil" "afterok:$job+1$evil"; do
		run as craneuser sbatch -J "$evil" --comment "$evil" -d "crane:$dependency" --wrap true
		assert_eq "$status" 1
		run as craneuser scontrol update JobId="$next" Name="$evil" Dependency="crane:$dependency"
		assert_eq "$status" 1
	done
	as root scontrol update JobId="$job" AdminComment="[crane:1;k=$evil;d=afterok:$evil;e=.]"
	as craneuser sbatch --parsable --hold -J "$evil" -d "crane:afterok:$job+1h" --wrap true >"$BATS_TEST_TMPDIR/last"
	wait_until "[[ \$(events_of $(<"$BATS_TEST_TMPDIR/last")) == . ]]" 10
	scancel "$(<"$BATS_TEST_TMPDIR/last")"
	# Slurm's own line says what root wrote, as it came.
	if tail -n "+$from" "$log" | grep -av '_update_job: setting admin_comment' | LC_ALL=C grep -n $'[^\t -~]'; then
		fail "not printable"
	fi
}
