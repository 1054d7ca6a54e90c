# SPDX-License-Identifier: GPL-2.0-or-later
#
# Shared by the tests of commands in the foreground: a folder of craneuser for each test ($out), optionally with a terminal;
# a test leaves nothing behind for the next one. For files with a cluster of their own. Load it after common.
#
# shellcheck shell=bash disable=SC2034,SC2154

load terminal

setup()
{
	own_folder
}

teardown()
{
	close_terminal
	dump_on_failure
	end_all_jobs
}

# The id of the job that calloc printed on stdout.
told_job()
{
	[[ $output =~ (^|$'\n')'Job id allocated: '([0-9]+) ]] && echo "${BASH_REMATCH[2]}"
}
