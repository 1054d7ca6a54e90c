#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Rules for the sources: which files handle differences between Slurm releases, and how the build treats an unknown release.

# Each test runs in a subshell; common sets crane_top and bin.
# shellcheck disable=SC2030,SC2031,SC2154

# bats file_tags=source

load common
load ../lib/wait

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

# Prints what configure found for the build under test about compiler and machine, in the form of a cache file: nothing of Slurm.
known_of_machine()
{
	sed -nE '/^(lt_cv_|am_cv_|ac_cv_(build|host|objext|c_|path_|prog_|safe_|should_|header_(dlfcn|inttypes|std|string|sys|unistd|wchar)))/p' \
		"${bin%/*}/config.log"
}

# configured FOLDER VERSION-NUMBER [OPTION...]: configures below that folder for such a Slurm, in the background: what configure
# says is in FOLDER/said, its status in FOLDER/status at the end.
configured()
(
	mkdir "$1"
	cd "$1" || exit
	fake_slurm "$2"
	# Slurm 23.11 has such a declaration, for which the compiler must not warn.
	echo 'extern int crane_test_old_prototype();' >>slurm/include/slurm/slurm.h
	mkdir build
	cd build || exit
	known_of_machine >../known
	{
		"$crane_top/configure" --cache-file=../known --disable-dependency-tracking --with-slurm="$PWD/../slurm" \
			--with-slurm-plugindir="$PWD/plugins" "${@:3}" >../said 2>&1
		echo $? >../status
	} 3>&- &
)

setup_file()
{
	[ -x "$crane_top/configure" ] || return 0
	cd "$BATS_FILE_TMPDIR" || return 1
	configured unknown 0x1b0b02
	configured tested 0x180b05 --enable-werror
}

setup()
{
	common_setup
}

# said_by FOLDER: waits until that configure is through, and prints what it said.
said_by()
{
	wait_until "[ -s '$BATS_FILE_TMPDIR/$1/status' ]" 60
	cat "$BATS_FILE_TMPDIR/$1/said"
	return "$(<"$BATS_FILE_TMPDIR/$1/status")"
}

# The files of the project that match a regular expression, by their paths.
files_with()
{
	(cd "$crane_top" && grep -rlE "$1" --include='*.[ch]' contrib plugins src tests wrappers | sort)
}

@test "no source compares numbers of Slurm releases" {
	[ -z "$(files_with 'SLURM_VERSION_(NUMBER|NUM|MAJOR|MINOR|MICRO)|SLURM_API_VERSION|SLURM_[0-9]+_[0-9]+_PROTOCOL')" ]
}

@test "only the files for differences between releases use what configure found in Slurm's headers" {
	local shims='plugins/job_submit/ctld.c
plugins/job_submit/plugin.c
plugins/spank/slurm_api.c
wrappers/slurm/api.c'
	[ "$(files_with 'CRANE_HAVE_')" = "$shims" ]
}

@test "only three files include headers of Slurm other than spank.h" {
	local file
	while read -r file; do
		run grep -E '#[[:space:]]*include[[:space:]]*[<"]slurm/' "$crane_top/$file"
		case $file in
		plugins/job_submit/ctld.c|plugins/spank/slurm_api.c|wrappers/slurm/library.h) ;;
		plugins/spank/*) [ "$output" = '#include <slurm/spank.h>' ] || fail "$file: $output" ;;
		tests/bench/*|tests/cluster/update-job.c) ;; # measures or tries Slurm, is no part of what is installed
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

@test "configure warns of an unknown Slurm and continues" {
	[ -x "$crane_top/configure" ] || skip "the source was not bootstrapped"
	run -0 said_by unknown
	[[ $output == *'WARNING: slurm-crane was never tried with Slurm 27.11.2; configure uses what its headers have'* ]]
	[[ $output == *'Slurm release .......... 27.11.2 (never seen)'* ]]
	[ -f "$BATS_FILE_TMPDIR/unknown/build/Makefile" ]
}

@test "configure says that a Slurm was tested, and a header of Slurm 23.11 does not stop the compiler" {
	[ -x "$crane_top/configure" ] || skip "the source was not bootstrapped"
	run -0 said_by tested
	[[ $output == *'Slurm release .......... 24.11.5 (tested live)'* ]]
	[[ $output != *'never tried'* ]]
	run make -C "$BATS_FILE_TMPDIR/tested/build" wrappers/slurm/libcommands_la-api.lo
	[ "$status" -eq 0 ] || fail "$output"
}

@test "headers-check names the parts of headers that have no known form" {
	local headers
	[ -x "$crane_top/configure" ] || skip "the source was not bootstrapped"
	fake_slurm 0x190702
	headers=$PWD/slurm/include
	sed -i -E 's/select_nodeinfo_t \*select_nodeinfo;|dynamic_plugin_data_t \*select_nodeinfo;/int gone;/; s/alloc_memory;/gone;/' \
		"$headers/slurm/slurm.h"
	run "$crane_top/contrib/headers-check" "$headers"
	[ "$status" -eq 1 ]
	[ "$output" = "$headers: the headers of Slurm 25.07.2 have node_info_t: CPUs and memory in use in no form that slurm-crane \
knows: please report the release" ] || fail "$output"
}
