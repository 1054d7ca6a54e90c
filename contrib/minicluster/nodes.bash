# SPDX-License-Identifier: GPL-2.0-or-later
#
# The nodes, and the slurmd of each.
#
# The parts share their variables.
# shellcheck shell=bash disable=SC2034,SC2154

readonly max_nodes=99	# a block of ports has one for slurmctld and 99 for slurmd

# Prints the name of the node with this number.
node_name()
{
	printf 'crane%02d' "$1"
}

# Prints the names of all nodes, one a line.
node_names()
{
	local i
	for ((i = 1; i <= fact[nodes]; i++)); do
		node_name "$i"
		echo
	done
}

# node_range FIRST LAST: prints crane[01-04], or crane01 if both numbers are the same.
node_range()
{
	if (($1 == $2)); then
		node_name "$1"
	else
		printf 'crane[%02d-%02d]' "$1" "$2"
	fi
}

start_slurmd()
{
	launch "$1" "$(command -v slurmd)" -D -N "$1" -f "$CONF"
}

slurmd_listens_or_died()
{
	daemon_gone "$1" || port_listens "$(port_of "$1")"
}

# Succeeds if slurmctld sees that the node answers.
node_serves()
{
	local state
	state=$(slurm sinfo -h -N -n "$1" -o %T 2>/dev/null | head -n 1)
	[[ -n $state && $state != *'*' && $state != down* && $state != unk* ]]
}

# Returns 0 if all nodes are idle, 1 if not, 2 if a daemon has ended.
nodes_state()
{
	local name node state
	local -A idle=()
	for name in $(daemon_names); do
		daemon_gone "$name" && return 2
	done
	while read -r node state; do
		[[ $state == idle ]] && idle[$node]=1
	done < <(slurm sinfo -h -N -o '%N %T' 2>/dev/null)
	for name in $(node_names); do
		[[ -n ${idle[$name]:-} ]] || return 1
	done
}
