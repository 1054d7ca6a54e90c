# SPDX-License-Identifier: GPL-2.0-or-later
#
# A terminal for the tests: runs a command in a terminal of its own, types keys and reads the screen. Needs $out, a folder
# of craneuser.
#
# shellcheck shell=bash disable=SC2034,SC2154

# terminal COMMAND: runs it in a terminal of its own, in the background; see and type below are its screen and keys.
terminal()
{
	mkfifo "$out/keys"
	chown craneuser "$out/keys"
	as craneuser script --quiet --return --flush --command "$1" screen <"$out/keys" >/dev/null 2>&1 &
	terminal_pid=$!
	exec {keys}>"$out/keys"
}

# All that was written to it, line by line.
screen()
{
	[[ ! -f $out/screen ]] || sed -E 's/\r//g; s/\x1b\[[?0-9;]*[A-Za-z]//g; s/\x1b\][^\x07]*\x07//g' "$out/screen"
}

# rows [COLUMNS]: the final screen of a terminal of that width, including rows that have scrolled away: text after a
# carriage return replaces the text of the row. Without the lines of script(1).
rows()
{
	sed -E '1d; s/\x1b\[[?0-9;]*[A-Za-z]//g; s/\x1b\][^\x07]*\x07//g' "$out/screen" | awk -v W="${1:-80}" '
	function put(c) {
		if (col > W) { row++; col = 1 }
		cell[row, col] = c
		if (col > len[row]) len[row] = col
		col++
	}
	BEGIN { FS = ""; row = 1; col = 1 }
	{
		for (i = 1; i <= NF; i++) {
			if ($i == "\r") col = 1
			else if ($i == "\b") col -= col > 1
			else if ($i >= " ") put($i)
		}
		row++ # the terminal itself has put a return before each newline
	}
	END {
		for (r = 1; r < row; r++) {
			line = ""
			for (c = 1; c <= len[r]; c++) line = line ((r, c) in cell ? cell[r, c] : " ")
			sub(/ +$/, "", line)
			if (line !~ /^Script (started|done) /) print line
		}
	}'
}

see()
{
	wait_until "screen | grep -q -e '$1'" "${2:-20}" || fail "on the screen: $(screen)"
}

type_keys()
{
	# shellcheck disable=SC2059
	printf "$1" >&"$keys"
}

# interrupt_until 'COMMAND': Ctrl-C twice within the second that srun allows, and again if the machine was too slow. srun
# sends SIGINT to the tasks and then SIGKILL (Slurm src/srun/libsrun/srun_job.c, _handle_intr): a running program ends by the first signal, status
# 130; a program that has not started yet gets only the second, 137. So the caller first waits until the program runs.
interrupt_until()
{
	local tries
	for tries in 1 2 3 4 5; do
		type_keys '\003'
		see 'one more within 1 sec to abort'
		type_keys '\003'
		for _ in {1..40}; do
			! eval "$1" || return 0
			sleep 0.1
		done
	done
	fail "after $tries times: $(screen)"
}

# Sets status.
end_terminal()
{
	status=0
	wait_until "! kill -0 $terminal_pid 2>/dev/null" 20 || fail "on the screen: $(screen)" || return 1
	# shellcheck disable=SC2034  # for the test, as by run
	wait "$terminal_pid" || status=$?
}

# For teardown: removes the terminal.
close_terminal()
{
	[[ ! -v keys ]] || exec {keys}>&-
	[[ ! -v terminal_pid ]] || kill "$terminal_pid" 2>/dev/null || true
}
