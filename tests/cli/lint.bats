#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The checks of contrib/lint find violations: each runs on a copy of the tree with one violation.

# Each test runs in a subshell; common sets crane_top.
# shellcheck disable=SC2030,SC2031,SC2154

# bats file_tags=source

load common

setup()
{
	common_setup
	mkdir tree
	"$crane_top/contrib/lint/files" "$crane_top" | (cd "$crane_top" && xargs -0 cp --parents -t "$OLDPWD/tree")
}

# finds CHECK PATTERN: the check fails on the tree, with a line that matches.
finds()
{
	run "tree/contrib/lint/$1" "$PWD/tree"
	[ "$status" -eq 1 ] || fail "status $status: $output"
	grep -qE "$2" <<<"$output" || fail "$output"
}

# includes FILE HEADER: adds an include to a file of the tree.
includes()
{
	printf '#include "%s"\n' "$2" >>"tree/$1"
}

@test "rooms fails when an include goes up the ladder" {
	includes wrappers/base/memory.c wrappers/options/options.h
	finds rooms '^wrappers/base/memory\.c:[0-9]+: wrappers/base includes wrappers/options: includes go down'
}

@test "rooms fails when two rooms on one rung include each other" {
	includes wrappers/output/table.c wrappers/options/options.h
	finds rooms '^wrappers/output/table\.c:[0-9]+: wrappers/output includes wrappers/options, a room on the same rung'
}

@test "rooms fails when a room uses the room of another command" {
	includes wrappers/cqueue/cqueue.c wrappers/cbatch/script.h
	finds rooms '^wrappers/cqueue/cqueue\.c:[0-9]+: wrappers/cqueue uses wrappers/cbatch: the room of a command'
}

@test "rooms fails when a shared room uses the room of a command" {
	includes wrappers/view/jobrows.c wrappers/cbatch/script.h
	finds rooms '^wrappers/view/jobrows\.c:[0-9]+: wrappers/view uses wrappers/cbatch: the room of a command'
}

@test "rooms fails when files of plugins/job_submit include each other in a circle" {
	includes plugins/job_submit/ctld.c plugins/job_submit/gate.h
	finds rooms '^plugins/job_submit/[a-z]+\.[ch]:[0-9]+: a circle of includes: .*plugins/job_submit/ctld'
}

@test "rooms fails when the core includes a header of Slurm or of a plugin" {
	echo '#include <slurm/slurm.h>' >>tree/src/error.c
	finds rooms '^src/error\.c:[0-9]+: the core includes headers of Slurm'
	includes src/memsize.c plugins/job_submit/ctld.h
	finds rooms '^src/memsize\.c:[0-9]+: the core includes plugins/job_submit/ctld\.h'
}

@test "rooms fails when a file is directly in wrappers/ or in a folder that is not a room" {
	mkdir tree/wrappers/cnew
	touch tree/wrappers/loose.c tree/wrappers/cnew/cnew.c
	finds rooms '^wrappers/loose\.c: wrappers/ itself holds'
	finds rooms '^wrappers/cnew: neither a shared room nor a command'
}

@test "citations fails when a comment cites a path that does not exist" {
	echo '/* See doc/made-up.md. */' >>tree/src/error.c
	finds citations '^src/error\.c:[0-9]+: doc/made-up\.md does not exist'
}

@test "citations fails when a comment cites a heading that does not exist" {
	echo '/* See doc/architecture.md#made-up. */' >>tree/src/error.c
	finds citations '^src/error\.c:[0-9]+: doc/architecture\.md has no heading #made-up'
}

@test "citations fails when a link of a page leads nowhere" {
	echo '[here](made-up.md) and [there](architecture.md#made-up)' >>tree/doc/admin.md
	finds citations '^doc/admin\.md:[0-9]+: the link to made-up\.md leads nowhere'
	finds citations '^doc/admin\.md:[0-9]+: the link to architecture\.md#made-up: no such heading'
}

@test "citations fails when a comment cites a numbered section" {
	echo '/* As in section 3.1. */' >>tree/src/error.c
	finds citations '^src/error\.c:[0-9]+: "section 3" names no page'
}

@test "citations fails when a comment names a source file that is not in the tree" {
	echo '/* made_up.c does the rest. */' >>tree/src/error.c
	finds citations '^src/error\.c:[0-9]+: made_up\.c is no file of the tree'
}

@test "names fails when two tests have the same name" {
	printf '@test "%s" {\n}\n' twice twice >>tree/tests/cli/lint.bats
	finds names '^tests/cli/lint\.bats:[0-9]+: the test "twice" stands in tests/cli/lint\.bats:[0-9]+, too'
}

@test "spelling fails when a word is misspelt" {
	# The word is put together here, so that this file has none.
	printf '/* %s */\n' "rec""ieve" >>tree/src/error.c
	finds spelling 'src/error\.c:[0-9]+: .* ==> receive'
}

@test "format fails when a file is not formatted" {
	printf 'int  x;\n' >>tree/src/error.c
	finds format '^src/error\.c: run clang-format -i'
}

@test "format fails when clang-format is missing or of another version" {
	mkdir other
	printf '#!/bin/sh\necho clang-format version 99.0.1\n' >other/clang-format
	chmod 755 other/clang-format
	PATH=$PWD/other:$PATH finds format '^clang-format: found version 99, \.clang-format is for version 14'
	printf '#!/bin/sh\nexit 127\n' >other/clang-format
	PATH=$PWD/other:$PATH finds format '^clang-format: found version none, \.clang-format is for version 14'
}

@test "print fails when a command writes to stdout or stderr by itself" {
	printf 'void made_up(void);\nvoid made_up(void)\n{\n\tprintf("x");\n}\n' >>tree/wrappers/cqueue/cqueue.c
	printf 'void made_up(void);\nvoid made_up(void)\n{\n\tfprintf(\n\t\tstderr, "x");\n}\n' >>tree/wrappers/view/jobrows.c
	finds print '^wrappers/cqueue/cqueue\.c:[0-9]+: writes to stdout or stderr'
	finds print '^wrappers/view/jobrows\.c:[0-9]+: writes to stdout or stderr'
}
