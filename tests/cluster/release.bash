# SPDX-License-Identifier: GPL-2.0-or-later
#
# The release of Slurm under test, and how it differs from 22.05.
#
# Where Slurm itself does a thing in another way on some releases, a test says which and how. The words go to the table of
# releases in doc/compatibility.md (tests/releases/table), so they are written for a reader who has only them.
#
# shellcheck shell=bash

# slurm_at_least 24 11: this Slurm is of that release or of a later one.
slurm_at_least()
{
	local release
	release=$(sbatch --version) && [[ $release =~ ([0-9]+)\.([0-9]+) ]] || return 2
	((10#${BASH_REMATCH[1]} * 100 + 10#${BASH_REMATCH[2]} >= 10#$1 * 100 + 10#$2))
}

# difference WORDS: this release works in another way than 22.05, and how.
difference()
{
	local words
	read -rd '' -a words <<<"$*" || true
	echo "# difference: ${words[*]}" >&3
}

# differs_since 24 11 WORDS: true, and the words are noted, when this Slurm is of that release or of a later one.
differs_since()
{
	slurm_at_least "$1" "$2" || return
	difference "${@:3}"
}
