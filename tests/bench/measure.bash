# SPDX-License-Identifier: GPL-2.0-or-later
#
# Shared by the benchmarks of the commands: measures times in turn, and prints medians and ratios. The benchmarks set
# $scratch, their folder.
#
# shellcheck shell=bash
# shellcheck disable=SC2154  # scratch is the caller's

# one FILE COMMAND...: appends the microseconds that it takes. Its output goes to a file.
one()
{
	local file=$1 begin
	shift
	begin=${EPOCHREALTIME/./}
	"$@" >"$scratch/said" 2>"$scratch/said.err" || { cat "$scratch/said.err" >&2; return 1; }
	echo $((${EPOCHREALTIME/./} - begin)) >>"$scratch/$file"
}

# pairs NAME RUNS NATIVE OURS: the two commands (functions) follow each other at once, in changing order, so whatever else
# the machine does hits both alike. The first pair of all is not counted.
pairs()
{
	local name=$1 runs=$2 native=$3 ours=$4 i
	one warm "$native"
	one warm "$ours"
	for ((i = 0; i < runs; i++)); do
		if ((i % 2)); then
			one "$name.native" "$native"
			one "$name.ours" "$ours"
		else
			one "$name.ours" "$ours"
			one "$name.native" "$native"
		fi
	done
}

# quantile FILE PERCENT, in microseconds
quantile()
{
	sort -n "$scratch/$1" | awk -v p="$2" '{ v[NR] = $1 } END { print v[int((NR - 1) * p / 100) + 1] }'
}

# The median of each pair's own ratio: a slow moment counts on both sides.
paired_ratio()
{
	paste "$scratch/$2" "$scratch/$1" | awk '{ print $1 / $2 }' | sort -n |
		awk '{ v[NR] = $1 } END { printf "%.3f", v[int((NR + 1) / 2)] }'
}

table_head()
{
	printf '%-34s %11s %11s %8s %8s %6s\n' "$1" 'native ms' 'ours ms' ratio paired runs
}

# row TEXT NATIVE-FILE OUR-FILE
row()
{
	awk -v text="$1" -v n="$(quantile "$2" 50)" -v o="$(quantile "$3" 50)" -v p="$(paired_ratio "$2" "$3")" \
		-v runs="$(wc -l <"$scratch/$3")" 'BEGIN {
		printf "%-34s %11.2f %11.2f %8.3f %8s %6d\n", text, n / 1000, o / 1000, o / n, p, runs }'
}

# The other load of the machine, which should be none.
tell_load()
{
	echo "load $1: $(cut -d' ' -f1-3 /proc/loadavg) on $(nproc) CPUs"
}
