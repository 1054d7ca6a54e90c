#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is promised of the source itself: where differences between Slurm releases stand, and what becomes of a release
# that nobody has tried.

# Each test is a subshell of its own; crane_top and bin come from common.
# shellcheck disable=SC2030,SC2031,SC2154

load common

setup()
{
	common_setup
}

# The files of the project that match a regular expression, by their paths.
files_with()
{
	(cd "$crane_top" && grep -rlE "$1" --include='*.[ch]' contrib plugins src tests wrappers | sort)
}

@test "only three files know Slurm releases apart" {
	local shims='plugins/job_submit/ctld.c
plugins/spank/slurm_api.c
wrappers/slurm/api.c'
	[ "$(files_with 'SLURM_VERSION_(NUMBER|NUM|MAJOR|MINOR|MICRO)|SLURM_API_VERSION|SLURM_[0-9]+_[0-9]+_PROTOCOL')" = "$shims" ]
}

@test "only three files include headers of Slurm other than spank.h" {
	local file
	while read -r file; do
		run grep -E '#[[:space:]]*include[[:space:]]*[<"]slurm/' "$crane_top/$file"
		case $file in
		plugins/job_submit/ctld.c|plugins/spank/slurm_api.c|wrappers/slurm/library.h) ;;
		plugins/spank/*) [ "$output" = '#include <slurm/spank.h>' ] || fail "$file: $output" ;;
		tests/bench/*) ;; # measures Slurm, is no part of what is installed
		*) fail "$file: $output" ;;
		esac
	done < <(files_with '#[[:space:]]*include[[:space:]]*[<"]slurm/')
}

@test "only wrappers/slurm includes libslurm" {
	local file found=0
	while read -r file; do
		[[ $file == wrappers/slurm/*.c ]] || fail "$file"
		((++found))
	done < <(files_with '#[[:space:]]*include[[:space:]]*"([^"]*/)?slurm/library\.h"')
	[ "$found" -gt 0 ]
}

# fake_slurm VERSION-NUMBER: this machine's Slurm below ./slurm, with another number.
fake_slurm()
{
	local headers library
	headers=$(echo '#include <slurm/slurm.h>' | cc -E -M -x c - | tr ' ' '\n' | grep '/slurm/slurm\.h$')
	library=$(cc -print-file-name=libslurm.so)
	mkdir -p slurm/include slurm/lib/slurm
	cp -rL "${headers%/*}" slurm/include/slurm
	ln -s "$(realpath "$library")" slurm/lib/libslurm.so
	sed -i "s/^#define SLURM_VERSION_NUMBER .*/#define SLURM_VERSION_NUMBER $1/" slurm/include/slurm/slurm_version.h
}

@test "configure warns of a Slurm that was not tested and goes on" {
	[ -x "$crane_top/configure" ] || skip "the source was not bootstrapped"
	fake_slurm 0x1b0b02
	mkdir build
	cd build
	run "$crane_top/configure" --with-slurm="$PWD/../slurm" --with-slurm-plugindir="$PWD/plugins"
	[ "$status" -eq 0 ]
	[[ $output == *'WARNING: Slurm 27.11.2 is not one of the releases that were tested (22.05, 24.11, 26.05); building goes on'* ]]
	[[ $output == *'Slurm release .......... 27.11.2'* ]]
	[ -f Makefile ]
	cd "$OLDPWD"
	rm -rf slurm build
	fake_slurm 0x180b05
	mkdir build
	cd build
	run "$crane_top/configure" --with-slurm="$PWD/../slurm" --with-slurm-plugindir="$PWD/plugins"
	[ "$status" -eq 0 ]
	[[ $output == *'Slurm release .......... 24.11.5'* ]]
	[[ $output != *'not one of the releases'* ]]
}
