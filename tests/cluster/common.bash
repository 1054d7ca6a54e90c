# SPDX-License-Identifier: GPL-2.0-or-later
#
# Loads the functions for all tests of this folder, one file per subject, and defines the end of a test and of a file.
#
# shellcheck shell=bash

bats_require_minimum_version 1.5.0

# Slurm prints times as seconds since 1970.
export SLURM_TIME_FORMAT='%s'

# As after a login, also without one: salloc's interactive step and script(1) run this program.
export SHELL=/bin/bash

load ../lib/assert
load ../lib/wait
load release
load submit
load notes
load jobs
load dependencies
load film
load own-cluster
load clients

teardown()
{
	dump_on_failure
	cancel_mine
}

teardown_file()
{
	cancel_mine
	end_private_cluster
}
