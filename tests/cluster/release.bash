# SPDX-License-Identifier: GPL-2.0-or-later
#
# The release of Slurm under test, and how it differs from 22.05.
#
# If Slurm behaves differently on some releases, the test states which and how. The text goes into the table of releases in
# doc/compatibility.md (tests/releases/table), so it has to be clear without the test.
#
# shellcheck shell=bash

# slurm_at_least 24 11: this Slurm is of that release or of a later one.
slurm_at_least()
{
	local release
	release=$(sbatch --version) && [[ $release =~ ([0-9]+)\.([0-9]+) ]] || return 2
	((10#${BASH_REMATCH[1]} * 100 + 10#${BASH_REMATCH[2]} >= 10#$1 * 100 + 10#$2))
}

# difference WORDS: states how this release differs from 22.05.
difference()
{
	local words
	read -rd '' -a words <<<"$*" || true
	echo "# difference: ${words[*]}" >&3
}

# differs_since 24 11 WORDS: succeeds, and notes the words, if this Slurm is of that release or a later one.
differs_since()
{
	slurm_at_least "$1" "$2" || return
	difference "${@:3}"
}
