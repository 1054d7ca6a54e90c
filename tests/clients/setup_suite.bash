# SPDX-License-Identifier: GPL-2.0-or-later
#
# Plain users and one mini cluster for all files of this folder, as for those of tests/cluster.
#
# shellcheck shell=bash

# shellcheck source=tests/cluster/setup_suite.bash
. "${BASH_SOURCE[0]%/*}/../cluster/setup_suite.bash"
