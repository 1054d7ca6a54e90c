# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the tests of commands in the foreground share: a folder of craneuser's for each test ($out), where a terminal of his may be
# opened too, and nothing left of it when the next test begins. For files with a cluster of their own. Load it behind common.
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

# The number of the job that calloc told of on stdout.
told_job()
{
	[[ $output =~ (^|$'\n')'Job id allocated: '([0-9]+) ]] && echo "${BASH_REMATCH[2]}"
}
