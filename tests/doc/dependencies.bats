#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# One page of the guide on a cluster of its own; a file for each page, so that they run side by side. This one has a table of
# examples too.

load common

@test "every command of doc/dependencies.md does and prints what the page says" {
	run_guide_page doc/dependencies.md
}

# says JOB TEXT: what ccontrol prints of its dependency.
says()
{
	local found
	found=$(as_craneuser ccontrol show job "$1" | sed -n 's/^[[:space:]]*Dependency=//p')
	matches "$2" "$found"
}

as_craneuser()
{
	(cd "$BATS_TEST_TMPDIR/craneuser" && exec runuser -u craneuser -- "$@") 3>&-
}

# shellcheck disable=SC2016  # backticks of the table
@test "the table of examples says what ccontrol prints" {
	local i line expression text said limit n=0
	guide_cluster
	for i in 1 2 3; do
		as_craneuser cbatch --hold --wrap true
	done
	for i in 4 5 6; do
		[[ $(as_craneuser cbatch --wrap 'sleep 600') == "Job id allocated: $i" ]]
	done
	limit=$((SECONDS + console_patience_sec))
	until (($(squeue -h -t running | wc -l) == 3)); do
		((SECONDS < limit))
		sleep 0.2
	done
	while IFS= read -r line; do
		[[ $line =~ ^'| `'([a-z0-9:,?+-]+)'` | `'([^\`]*)'` |'$ ]] || continue
		expression=${BASH_REMATCH[1]}
		text=${BASH_REMATCH[2]}
		said=$(as_craneuser cbatch -d "$expression" --wrap true)
		n=$((n + 1))
		limit=$((SECONDS + console_patience_sec))
		until says "${said##* }" "$text"; do
			((SECONDS < limit)) || { echo "$expression: $(as_craneuser ccontrol show job "${said##* }")" >&2; return 1; }
			sleep 0.2
		done
	done < <(sed -n '/^### Examples/,/^## /p' "$CRANE_TOP/doc/dependencies.md")
	((n == 9))
}
