#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Tarball, Debian packages and rpm packages of a work tree, in a Debian that has what their making needs: do they build,
# what do they hold, what do lintian and rpmlint say? use.bats tests them installed.
#
# CRANE_TREE is a work tree of its own, to be built in; CRANE_PACKAGES and CRANE_UPGRADE are where packages go: of this
# version and of a made-up next one. CRANE_PAGE is doc/packages.md.

# shellcheck disable=SC2030,SC2031  # tests are subshells of their own
load common

setup_file()
{
	bats_require_minimum_version 1.5.0
	export version next
	version=$(sed -n 's/^AC_INIT(\[slurm-crane\], \[\([^]]*\)\].*/\1/p' "$CRANE_TREE/configure.ac")
	next=${version%.*}.$((${version##*.} + 1))
	release=$(sed -n 's/^#define SLURM_VERSION_NUMBER 0x\(..\)\(..\)\(..\)$/0x\1 0x\2 0x\3/p' /usr/include/slurm/slurm_version.h)
	# shellcheck disable=SC2086
	printf -v release '%d.%02d.%d' $release
	export release
}

setup()
{
	cd "$CRANE_TREE" || return 1
}

# Prints a field of one of the packages.
field()
{
	dpkg-deb -f "$CRANE_PACKAGES/slurm-crane-$1_$version-1"_*.deb "$2"
}

# Prints the files of one of the packages.
files()
{
	dpkg-deb --fsys-tarfile "$CRANE_PACKAGES/slurm-crane-$1_$version-1"_*.deb | tar -t | grep -v '/$' | sed 's/^\.//' | sort
}

@test "the page's commands make a tarball and the Debian packages of it" {
	follow Build
	mv ./*.deb ./*.dsc ./*.changes ./*.buildinfo ./*.orig.tar.* ./*.debian.tar.* "$CRANE_PACKAGES/"
	cp "slurm-crane-$version.tar.xz" "$CRANE_PACKAGES/"
	for name in "commands_$version-1_$(dpkg --print-architecture)" "plugins_$version-1_$(dpkg --print-architecture)" "doc_$version-1_all"; do
		[ -f "$CRANE_PACKAGES/slurm-crane-$name.deb" ]
	done
}

@test "the tarball builds, passes its tests and installs where there are no autotools" {
	local dir tool farm=$BATS_TEST_TMPDIR/bin
	mkdir "$farm"
	# All commands of this machine but those.
	for tool in /usr/bin/* /bin/* /usr/sbin/* /sbin/*; do
		case ${tool##*/} in
		aclocal*|auto*|ifnames|libtool*|m4|gm4) ;;
		*) ln -sf "$tool" "$farm/" ;;
		esac
	done
	tar -xf "$CRANE_PACKAGES/slurm-crane-$version.tar.xz" -C "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR/slurm-crane-$version"
	PATH=$farm
	hash -r
	for tool in aclocal autoconf autoheader automake autom4te autoreconf libtoolize; do
		run ! command -v "$tool"
	done
	./configure --prefix="$BATS_TEST_TMPDIR/prefix" --with-slurm-plugindir="$BATS_TEST_TMPDIR/prefix/lib/slurm"
	make -j "$(nproc)"
	make check
	make install
	[ -x "$BATS_TEST_TMPDIR/prefix/bin/cbatch" ]
	[ -f "$BATS_TEST_TMPDIR/prefix/lib/slurm/job_submit_crane.so" ]
}

@test "the tarball, NEWS and the rpm spec file have the version of configure.ac" {
	local dir=$BATS_TEST_TMPDIR
	tar -xf "$CRANE_PACKAGES/slurm-crane-$version.tar.xz" -C "$dir"
	run -0 head -n 1 "$dir/slurm-crane-$version/NEWS"
	[[ $output == "slurm-crane $version ("????-??-??")" ]]
	run -0 sed -n 's/^Version: *//p' "$dir/slurm-crane-$version/contrib/packaging/slurm-crane.spec"
	assert_eq "$output" "$version"
}

@test "lintian finds no error and no warning" {
	run -0 --separate-stderr lintian --allow-root --fail-on error,warning "$CRANE_PACKAGES/slurm-crane_$version-1"_*.changes
	assert_eq "$output" ''
}

@test "each package holds its files" {
	local dir name
	dir=/usr/lib/$(gcc -print-multiarch)/slurm-wlm
	assert_eq "$(files plugins | grep -vE '^/usr/share/(doc|lintian)/|/minicluster\.d/')" "$dir/job_submit_crane.so
$dir/spank_crane.so
/usr/libexec/slurm-crane/check-removal
/usr/libexec/slurm-crane/gated
/usr/libexec/slurm-crane/minicluster"
	assert_eq "$(files plugins | grep '/minicluster\.d/')" \
		"$(find contrib/minicluster -name '*.bash' -printf '/usr/libexec/slurm-crane/minicluster.d/%f\n' | sort)"
	assert_contains "$(files plugins)" '/usr/share/doc/slurm-crane-plugins/examples/slurm.conf
'
	for name in $("$CRANE_TREE/contrib/commands"); do
		assert_contains " $(field commands Description | tr '\n' ' ')" " $name"
		assert_contains "$(files commands)" "/usr/bin/$name
"
		assert_contains "$(files commands)" "/usr/share/man/man1/$name.1.gz"
		assert_contains "$(files commands)" "/usr/share/bash-completion/completions/$name
"
	done
	assert_contains "$(files doc)" /usr/share/doc/slurm-crane-doc/doc/packages.md
	run ! grep '^/etc/' <<<"$(files commands; files plugins; files doc)"
}

@test "the plugins depend on the one release of Slurm that they are built for" {
	run -0 field plugins Depends
	assert_contains "$output" "slurmctld (>= $release) |"
	assert_contains "$output" "slurmctld (<< $release.0~) |"
	run -0 field plugins Breaks
	assert_contains "$output" "slurmctld (<< $release)"
	assert_contains "$output" "slurmctld (>= $release.0~)"
	run -0 field plugins Description
	assert_contains "$output" "Slurm
 $release."
}

@test "make dist refuses a new version without NEWS, and the packages take it with NEWS" {
	sed -i "s/^AC_INIT(\[slurm-crane\], \[[^]]*\]/AC_INIT([slurm-crane], [$next]/" configure.ac
	rm -f ./*.tar.xz
	contrib/bootstrap
	./configure >/dev/null
	run ! make dist
	assert_contains "$output" "NEWS has no line \"slurm-crane $next (YYYY-MM-DD)\""
	printf '%s\n\n%s\n\n' "slurm-crane $next ($(date +%F))" 'The next release.' | cat - NEWS >NEWS.new
	mv NEWS.new NEWS
	DEB_BUILD_OPTIONS='nocheck noautodbgsym' follow Build
	mv ./*"_$next-1"_*.deb "$CRANE_UPGRADE/"
	[ -f "$CRANE_UPGRADE/slurm-crane-doc_$next-1_all.deb" ]
}

# Debian's rpm knows of no package that is installed, and Debian has Slurm's plugins in a folder of its own.
@test "rpmbuild makes the same three packages from the tarball" {
	local top=$BATS_FILE_TMPDIR/rpm rpms name
	rpmbuild -tb --nodeps --define "_topdir $top" --define "slurm_plugindir /usr/lib/$(gcc -print-multiarch)/slurm-wlm" \
		"$CRANE_PACKAGES/slurm-crane-$version.tar.xz"
	rpms=$(find "$top/RPMS" -name '*.rpm' ! -name '*debug*' -printf '%f\n' | sed "s/-$version-.*//" | sort)
	assert_eq "$rpms" $'slurm-crane-commands\nslurm-crane-doc\nslurm-crane-plugins'
	run -0 --separate-stderr rpm -qp --requires "$top"/RPMS/*/slurm-crane-plugins-*.rpm
	assert_contains "
$output
" "
slurm = $release
"
	run -0 --separate-stderr rpm -qpl "$top"/RPMS/*/slurm-crane-plugins-*.rpm
	assert_contains "$output" /job_submit_crane.so
	assert_contains "$output" /slurm-crane/gated
	run -0 --separate-stderr rpm -qpil "$top"/RPMS/*/slurm-crane-commands-*.rpm
	for name in $("$CRANE_TREE/contrib/commands"); do
		assert_contains "$(sed -n '/^Description/,/^\//p' <<<"$output" | tr '\n' ' ')" " $name"
		assert_contains "$output" "/usr/bin/$name"
	done
	run -0 --separate-stderr rpm -qpl "$top"/RPMS/*/slurm-crane-doc-*.rpm
	assert_contains "$output" /doc/admin.md
	run -0 bash -c "rpm2cpio '$top'/RPMS/*/slurm-crane-commands-*.rpm | cpio -i --quiet --to-stdout ./usr/bin/cbatch >'$BATS_TEST_TMPDIR/cbatch'"
	chmod 755 "$BATS_TEST_TMPDIR/cbatch"
	run -0 "$BATS_TEST_TMPDIR/cbatch" --version
	assert_contains "$output" "$version"
}

@test "rpmlint finds no error that the packages themselves cause" {
	run --separate-stderr rpmlint --rpmlintrc "$CRANE_TREE/contrib/packaging/slurm-crane.rpmlintrc" --ignore-unused-rpmlintrc \
		"$BATS_FILE_TMPDIR"/rpm/RPMS/*/slurm-crane-{commands,plugins,doc}-*.rpm
	printf '%s\n' "$output" >"$CRANE_PACKAGES/rpmlint.txt"
	[[ $output == *' 0 errors, 0 warnings'* ]] || fail "$output"
}
