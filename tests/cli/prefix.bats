#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A Slurm in a folder of its own: minicluster and tests/releases/run refuse a folder without one before they start or build
# anything.

# crane_top comes from common.
# shellcheck disable=SC2154

# bats file_tags=source

load common

setup()
{
	common_setup
	minicluster=$crane_top/contrib/minicluster/minicluster
	releases=$crane_top/tests/releases/run
	((EUID == 0)) || skip "both tools run as root only"
}

# fake_prefix [NAME]: programs of a Slurm 23.11.11 below ./slurm, all but the one named, without plugins.
fake_prefix()
{
	local name
	mkdir -p slurm/bin slurm/sbin slurm/include/slurm
	touch slurm/include/slurm/slurm.h
	for name in sbin/slurmctld sbin/slurmd bin/scontrol bin/sinfo bin/sbatch; do
		[[ $name == "${1:-}" ]] && continue
		printf '#!/bin/sh\necho slurm 23.11.11\n' >"slurm/$name"
		chmod +x "slurm/$name"
	done
}

@test "minicluster names the program that a --slurm folder lacks, and starts nothing" {
	fake_prefix sbin/slurmd
	run --separate-stderr "$minicluster" up --dir "$PWD/cluster" --native --slurm slurm
	[ "$status" -eq 1 ]
	[ "$stderr" = "minicluster: --slurm slurm: no sbin/slurmd there: give the folder that Slurm was installed in (the --prefix of its configure)" ] || show
	[ ! -e cluster ]
}

@test "minicluster says MINICLUSTER_SLURM when that names the folder, and --slurm overrides it" {
	fake_prefix bin/sinfo
	export MINICLUSTER_SLURM=$PWD/nowhere
	run --separate-stderr "$minicluster" up --dir "$PWD/cluster" --native
	[ "$status" -eq 1 ]
	[ "$stderr" = "minicluster: MINICLUSTER_SLURM $PWD/nowhere: no sbin/slurmctld there: give the folder that Slurm was installed in (the --prefix of its configure)" ] || show
	run --separate-stderr "$minicluster" up --dir "$PWD/cluster" --native --slurm=slurm
	[[ $stderr == "minicluster: --slurm slurm: no bin/sinfo there: "* ]] || show
}

@test "minicluster uses no plugins of another Slurm when those of the --slurm folder are missing" {
	fake_prefix
	run --separate-stderr "$minicluster" up --dir "$PWD/cluster" --native --slurm slurm
	[ "$status" -eq 1 ]
	[ "$stderr" = "minicluster: no auth_munge.so and select_cons_tres.so in $PWD/slurm/lib*/slurm: install Slurm there with munge, or set SLURM_PLUGINDIR to the folder of its plugins" ] || show
	[ ! -e cluster ]
}

@test "minicluster accepts --slurm only where it starts a cluster" {
	run --separate-stderr "$minicluster" env --slurm slurm
	[ "$status" -eq 2 ]
	[[ $stderr == *"env does not take --slurm"* ]] || show
	run --separate-stderr "$minicluster" up --slurm
	[ "$status" -eq 2 ]
	[[ $stderr == *"--slurm needs a value"* ]] || show
}

@test "releases/run names what a --prefix folder lacks, and builds nothing" {
	fake_prefix sbin/slurmctld
	run --separate-stderr "$releases" --dir "$PWD/out" --prefix slurm
	[ "$status" -eq 2 ]
	[ "$stderr" = "releases: --prefix slurm: no sbin/slurmctld there: give the folder that Slurm was installed in (the --prefix of its configure)" ] || show
	[ ! -e out ]
	fake_prefix
	rm slurm/include/slurm/slurm.h
	run --separate-stderr "$releases" --dir "$PWD/out" --prefix slurm
	[ "$status" -eq 2 ]
	[[ $stderr == "releases: --prefix slurm: no include/slurm/slurm.h there: "* ]] || show
}

@test "releases/run refuses a prefix whose slurmctld prints no release" {
	fake_prefix
	printf '#!/bin/sh\necho none\n' >slurm/sbin/slurmctld
	run --separate-stderr "$releases" --dir "$PWD/out" --prefix slurm
	[ "$status" -eq 2 ]
	[ "$stderr" = "releases: --prefix slurm: its slurmctld -V says 'none', which is no release" ] || show
	[ ! -e out ]
}

@test "releases/run refuses two prefixes of one series" {
	fake_prefix
	run --separate-stderr "$releases" --dir "$PWD/out" --prefix slurm --prefix ./slurm
	[ "$status" -eq 2 ]
	[ "$stderr" = "releases: --prefix ./slurm: 23.11 was named already" ] || show
	[ ! -e out ]
}

@test "releases/run refuses --prefix without a folder" {
	run --separate-stderr "$releases" --dir "$PWD/out" --prefix
	[ "$status" -eq 2 ]
	[[ $stderr == "usage: run "* ]] || show
	[ ! -e out ]
}

# tables: a copy of the script beside two test files, and results of a run on 22.05 of both.
tables()
{
	local files=tests/cluster
	mkdir -p tests/releases tests/cluster
	cp "$crane_top/tests/releases/table" tests/releases/
	printf '# feature: first things\nload common\n' >"$files/one.bats"
	printf '# feature: second things\nload common\n' >"$files/two.bats"
	{
		printf 'release\t22.05\t22.05.8\tbookworm\t2026-11-22\t12.2.0\t14.0.6\n'
		printf 'file\t22.05\tone.bats\t3\t0\t0\nfile\t22.05\ttwo.bats\t4\t0\t0\n'
		printf 'release\t26.05\t26.05.5\tforky\t2026-11-22\t16.2.0\t21.1.8\n'
		printf 'file\t26.05\tone.bats\t3\t0\t0\nfile\t26.05\tgone.bats\t9\t0\t0\n'
	} >tests/releases/results.tsv
	mkdir -p runs/23.11/taps runs/23.11/crane
	printf 'release 23.11.11\ndebian bookworm\ndate 2026-11-28\ngcc 12.2.0\nclang 14.0.6\n' >runs/23.11/facts
	printf '1..2\nok 1 this works\nnot ok 2 that does not\n# difference: it says so\n' >runs/23.11/taps/two.bats.tap
}

@test "releases/table adds one release to the others, and prints how many test files were run" {
	tables
	run --separate-stderr tests/releases/table take --dir runs 23.11
	assert_answer 0 '' ''
	run --separate-stderr tests/releases/table runs
	assert_answer 0 '| Slurm | Debian | built with | date | test files run | passed | failed | skipped |
|---|---|---|---|---|---|---|---|
| 22.05.8 | bookworm | gcc 12.2.0, clang 14.0.6 | 2026-11-22 | 2 of 2 | 7 | 0 | 0 |
| 23.11.11 | bookworm | gcc 12.2.0, clang 14.0.6 | 2026-11-28 | 1 of 2 | 1 | 1 | 0 |
| 26.05.5 | forky | gcc 16.2.0, clang 21.1.8 | 2026-11-22 | 1 of 2 | 3 | 0 | 0 |'
	run --separate-stderr tests/releases/table features
	assert_answer 0 '| feature | tests | 22.05.8 | 23.11.11 | 26.05.5 |
|---|---|---|---|---|
| first things | one | works | not run | works |
| second things | two | works | 1 of its tests failed, with a difference: it says so | not run |'
}

@test "releases/table refuses a partial run as a whole one, and names the files that were not run" {
	tables
	cp tests/releases/results.tsv before
	run --separate-stderr tests/releases/table take --dir runs
	assert_failed 1 'table: runs/23.11: no result of one.bats'
	run --separate-stderr tests/releases/table take --dir runs 25.11
	assert_failed 1 'table: runs/25.11: no run of 25.11'
	cmp before tests/releases/results.tsv
}
