# SPDX-License-Identifier: GPL-2.0-or-later
#
# cacct beside `sacct -P`, and cqueue beside cacct: each prints lines of the same form, of the same jobs, for a comparison.
# Slurm's words and numbers become Crane's, as the pages say.
#
# shellcheck shell=bash
# shellcheck disable=SC2016  # programs for awk

readonly compared_fields='%j|%n|%P|%a|%U|%u|%t|%e|%N|%L|%c|%C|%M|%m|%l|%q|%K|%k|%p|%D|%S|%E|%s'
readonly compared_steps='%j|%n|%t|%e|%N|%L|%c|%D|%S|%E'

# What is the same for jobs and steps: words of states, and what stands for nothing.
readonly slurm_words='
function word(state) {
	sub(/ .*/, "", state)
	if (state in words) return words[state]
	return toupper(substr(state, 1, 1)) tolower(substr(state, 2))
}
function moment(time) { return time == "None" || time == "Unknown" ? "unknown" : time }
function cpus(n) { return n == 0 ? "" : n ".00" }
function code(state, exit_code) { sub(/ .*/, "", state); return state in codes ? codes[state] : exit_code }
# tres(LIST, NAME): the number, in MiB for mem
function tres(list, name,    n, part, i) {
	n = split(list, part, ",")
	for (i = 1; i <= n; i++)
		if (index(part[i], name "=") == 1) {
			sub(/^[^=]*=/, "", part[i])
			if (part[i] ~ /G$/) return part[i] * 1024
			return part[i] + 0
		}
	return 0
}
function limit(minutes) {
	if (minutes !~ /^[0-9]+$/) return tolower(minutes)
	return sprintf("%s%02d:%02d:00", minutes >= 1440 ? int(minutes / 1440) "-" : "", int(minutes / 60) % 24, minutes % 60)
}
function per_node(list, nodes,    mem) {
	mem = nodes ? int(tres(list, "mem") / nodes) : 0
	return mem ? mem "M" : 0
}
BEGIN {
	words["NODE_FAIL"] = words["BOOT_FAIL"] = "Failed"; words["PREEMPTED"] = "Cancelled"
	words["TIMEOUT"] = "ExceedTimeLimit"; words["OUT_OF_MEMORY"] = "OutOfMemory"
	codes["TIMEOUT"] = "0:69"; codes["NODE_FAIL"] = "0:70"; codes["DEADLINE"] = "0:74"
}'

# trimmed: without the blanks that fill a column.
trimmed()
{
	sed -E 's/ +\|/|/g; s/ +$//'
}

# cacct_jobs OPTION...: each job and each task, sorted by id, without the rows of whole arrays, which sacct does not have. sacct
# takes 128 from an exit code above 127 (Slurm 22.05.8 src/sacct/print.c).
cacct_jobs()
{
	cacct -N -X -m 100000 -o "$compared_fields|%arrayspec" "$@" | trimmed | sed -n 's/|$//p' |
		awk -F'|' -v OFS='|' '
		$8 ~ /^[0-9]+:0$/ && $8 + 0 > 127 { $8 = $8 - 128 ":0" }
		$7 == "Running" { $20 = "now" }
		{ print }' | sort -V
}

# sacct_jobs OPTION...: the same of sacct's records. Tasks that wait have one record for all.
sacct_jobs()
{
	sacct -anXP "$@" -o "JobID,JobName,Partition,Account,User,UID,State,ExitCode,NNodes,NodeList,AllocCPUS,ReqCPUS,$(
		)ReqTRES,AllocTRES,TimelimitRaw,QOS,WCKey,Comment,Priority,Elapsed,Start,End,Submit" |
		awk -F'|' -v OFS='|' "$slurm_words"'
		$1 ~ /_\[/ { next }
		{
			ran = $10 != "None assigned" && $10 != ""
			nodes = $9
			if (ran) $8 = code($7, $8)
			$7 = word($7)
			$11 = cpus($11)
			$12 = $12 ".00"
			$13 = per_node($13, tres($13, "node"))
			$14 = per_node($14, nodes)
			$15 = limit($15)
			$20 = ran ? $20 : ""
			$21 = moment($21); $22 = moment($22)
			if (!ran) { $10 = $11 = ""; $21 = $22 = "unknown" }
			if ($7 == "Running") $20 = "now"
			# slurmctld does not tell slurmdbd that it takes the priority of a suspended job.
			if ($7 == "Suspended") $19 = 0
			print
		}' | sort -V
}

# cacct_steps OPTION...: each step, without its job.
cacct_steps()
{
	cacct -N -m 100000 -o "$compared_steps" "$@" | trimmed | awk -F'|' -v OFS='|' '
		$1 !~ /\./ { next }
		$4 ~ /^[0-9]+:0$/ && $4 + 0 > 127 { $4 = $4 - 128 ":0" }
		$3 == "Running" { $8 = "now" }
		{ print }' | sort -V
}

# sacct_steps JOBS-OF-CRUN OPTION...: the same of sacct. In a job that crun made, step 1 is Slurm's first.
sacct_steps()
{
	local by_crun=$1
	shift
	sacct -anP "$@" -o JobID,JobName,State,ExitCode,NNodes,NodeList,AllocCPUS,Elapsed,Start,End |
		awk -F'|' -v OFS='|' -v by_crun=" $by_crun " "$slurm_words"'
		$1 !~ /\./ { name = $2; next }
		{
			split($1, id, ".")
			first = index(by_crun, " " id[1] " ") ? 1 : 2
			if (id[2] == "extern") { step = 0; $2 = name }
			else if (id[2] == "batch" || id[2] == "interactive") { step = 1; $2 = name }
			else step = id[2] + first
			$1 = id[1] "." step
			$3 = word($3)
			# As in CraneSched, the job alone is suspended.
			if ($3 == "Suspended") $3 = "Running"
			if ($4 == "") $4 = "0:64"
			$7 = cpus($7)
			$9 = moment($9); $10 = moment($10)
			if ($3 == "Running") $8 = "now"
			print
		}' | sort -V
}

# agree OURS THEIRS LINES: two files with the same lines, at least so many.
agree()
{
	diff -u "$2" "$1" >"$1.diff" || fail "$(grep -c '^+[^+]' "$1.diff") lines differ:"$'\n'"$(cat "$1.diff")"
	(($(wc -l <"$1") >= $3)) || fail "only $(wc -l <"$1") lines"
}
