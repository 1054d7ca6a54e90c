#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The files that `make install` installs, and whether they work there. Needs root and, in CRANE_BUILDDIR, a build that was
# configured with a prefix and a plugin folder below that build.

setup_file()
{
	bats_require_minimum_version 1.5.0
	export prefix destdir
	prefix=$(make_var prefix)
	destdir=$(mktemp -d)
	[[ $prefix == "$CRANE_BUILDDIR"/* ]]
	rm -rf -- "$prefix"
	make -C "$CRANE_BUILDDIR" install
	make -C "$CRANE_BUILDDIR" install DESTDIR="$destdir"
}

teardown_file()
{
	rm -rf -- "$destdir"
}

# Prints the value of a variable of the Makefile.
make_var()
{
	make -s -C "$CRANE_BUILDDIR" --no-print-directory --eval "show: ; @echo '\$($1)'" show
}

files_below()
{
	(cd -- "$1" && find . ! -type d | sort)
}

cluster()
{
	env -u CRANE_BUILDDIR "$prefix/libexec/slurm-crane/minicluster" "$@" 3>&-
}

@test "make install puts plugins, commands, minicluster and documents below the prefix" {
	[ -f "$prefix/lib/slurm/job_submit_crane.so" ]
	for name in cbatch ccontrol cqueue; do
		[ -x "$prefix/bin/$name" ]
	done
	[ -x "$prefix/libexec/slurm-crane/minicluster" ]
	[ -f "$prefix/share/doc/slurm-crane/README.md" ]
	[ -f "$prefix/share/doc/slurm-crane/doc/admin.md" ]
}

@test "the plugin exports only its hooks" {
	run -0 bash -c "nm -D --defined-only '$prefix/lib/slurm/job_submit_crane.so' | awk '{ print \$3 }' | sort | xargs"
	[ "$output" = "fini init job_modify job_submit plugin_name plugin_type plugin_version" ]
}

@test "the installed minicluster finds its parts when a symbolic link names it" {
	local part
	for part in "${BATS_TEST_DIRNAME}"/../../contrib/minicluster/*.bash; do
		cmp "$part" "$prefix/libexec/slurm-crane/minicluster.d/${part##*/}"
	done
	ln -s "$prefix/libexec/slurm-crane/minicluster" "$BATS_TEST_TMPDIR/link"
	run -0 "$BATS_TEST_TMPDIR/link" --help
	[[ $output == "usage: minicluster COMMAND"* ]]
}

@test "make install with DESTDIR writes the same files and nothing elsewhere" {
	[ "$(files_below "$destdir")" = "$(files_below "$prefix" | sed "s|^\.|.$prefix|")" ]
}

@test "the installed minicluster runs the installed plugin and commands" {
	local dir
	dir=$(mktemp -d)
	# shellcheck disable=SC2016
	run -0 --separate-stderr cluster run --dir "$dir" --nodes 1 -- bash -ec '
		command -v cbatch
		scontrol show config | grep -E "^(JobSubmitPlugins|PluginDir) "
		first=$(sbatch --parsable -o /dev/null --wrap "sleep 1")
		second=$(sbatch --parsable -o /dev/null -d "crane:afterok:$first+1s" --wrap true)
		for ((i = 0; i < 200; i++)); do
			state=$(scontrol show job "$second" | grep -o "JobState=[A-Z]*")
			[[ $state != JobState=COMPLETED ]] || break
			sleep 0.1
		done
		echo "$state"'
	echo "$output"
	[ "${lines[0]}" = "$prefix/bin/cbatch" ]
	[[ $output == *"JobSubmitPlugins"*"= crane"* ]]
	[[ $output == *"PluginDir"*"= $prefix/lib/slurm:"* ]]
	[ "${lines[-1]}" = JobState=COMPLETED ]
}

@test "every link of the installed documents leads to an installed file" {
	local file link missing=
	while IFS= read -r file; do
		while IFS= read -r link; do
			[ -e "${file%/*}/$link" ] || missing+=" ${file##*/}:$link"
		done < <(grep -oE '\]\([^)#]+' "$file" | cut -c3- | grep -v '://')
	done < <(find "$prefix/share/doc/slurm-crane" -name '*.md')
	echo "leads nowhere:$missing"
	[ -z "$missing" ]
}

@test "make uninstall removes every file" {
	make -C "$CRANE_BUILDDIR" uninstall
	[ -z "$(find "$prefix" ! -type d)" ]
}
