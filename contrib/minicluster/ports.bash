# SPDX-License-Identifier: GPL-2.0-or-later
#
# The ports of the cluster: each cluster of the machine has a block of its own.
#
# The parts share their variables.
# shellcheck shell=bash disable=SC2034,SC2154

readonly run_dir=/run/minicluster	# one file for each block in use on this machine, and the lock
readonly port_first=20000		# all blocks are below Linux's ephemeral ports (32768 and up)
readonly port_blocks=120
readonly port_block_size=100		# the port of slurmctld, then those of up to 99 slurmd; the last may be slurmdbd's

# The lock of the machine is held while ports are chosen and while munged starts, but not while Slurm starts.
lock_machine()
{
	mkdir -p -- "$run_dir" && exec {machine_lock}>"$run_dir/lock" && flock "$machine_lock" || exit 1
}

unlock_machine()
{
	exec {machine_lock}>&-
}

# Succeeds if a process listens on the port of any local address. Reads the kernel's table, so that no daemon sees a
# connection.
port_listens()
{
	local hex
	printf -v hex '%04X' "$1"
	if [[ -r /proc/net/tcp ]]; then
		grep -qsE "^ *[0-9]+: [0-9A-F]+:$hex [0-9A-F]+:0000 0A " /proc/net/tcp /proc/net/tcp6
	else
		(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
	fi
}

# Succeeds if another cluster has the block that begins with this port. A stopped cluster keeps its block.
block_reserved()
{
	local file=$run_dir/$1 dir
	[[ -f $file ]] || return 1
	dir=$(<"$file")
	grep -qsx "port=$1" "$dir/.minicluster" && [[ $dir != "$DIR" ]]
}

# Sets fact[port] to the first port of a free block, and reserves the block.
choose_ports()
{
	local i base port busy start=$((RANDOM % port_blocks))
	lock_machine
	for ((i = 0; i < port_blocks; i++)); do
		base=$((port_first + (start + i) % port_blocks * port_block_size))
		block_reserved "$base" && continue
		busy=
		for ((port = base; port <= base + fact[nodes]; port++)); do
			port_listens "$port" && busy=1 && break
		done
		[[ -z ${fact[accounting]} ]] || ! port_listens $((base + dbd_port_offset)) || busy=1
		[[ -n $busy ]] && continue
		fact[port]=$base
		write_facts
		echo "$DIR" >"$run_dir/$base"
		unlock_machine
		return 0
	done
	unlock_machine
	die "no block of $((fact[nodes] + 1)) free ports from $port_first on: stop other clusters"
}

release_ports()
{
	local file=$run_dir/${fact[port]:-none}
	[[ -f $file && $(<"$file") == "$DIR" ]] && rm -f -- "$file"
	return 0
}

# Prints the port of a daemon, or - if it has none.
port_of()
{
	case $1 in
	mariadbd) echo - ;;
	slurmdbd) echo $((fact[port] + dbd_port_offset)) ;;
	slurmctld*) echo "${fact[port]}" ;;
	*) echo $((fact[port] + 10#${1#crane})) ;;
	esac
}

# Succeeds if a daemon failed because another process had taken its port.
port_was_taken()
{
	grep -qsi 'address already in use' "$DIR"/log/*.log "$DIR"/log/*.out
}
