# SPDX-License-Identifier: GPL-2.0-or-later
#
# The cluster as a whole: starting all daemons, stopping all daemons and jobs.
#
# The parts share their variables.
# shellcheck shell=bash disable=SC2034,SC2154

# Stops all daemons and jobs of DIR, and kills those that do not stop in time. It reports a killed slurmctld only: a slurmd
# may wait long for an ended slurmctld, to report the end of a job.
stop_all()
{
	local name pid
	if [[ -n ${fact[nodes]:-} ]]; then
		for name in $(slurm_names); do
			pid=$(daemon_pid "$name") && kill -TERM "$pid" 2>/dev/null
		done
		wait_until "$(patience 10)" controllers_gone
		wait_until 1 all_gone slurm_names
		# slurmctld has sent its last records. Only a database that stays has to be closed in order.
		for name in $(accounting_names); do
			pid=$(daemon_pid "$name") || continue
			[[ -n $opt_keep ]] || kill -KILL "$pid" 2>/dev/null
			kill -TERM "$pid" 2>/dev/null
			kill -CONT "$pid" 2>/dev/null
		done
		[[ -z ${fact[accounting]:-} ]] || wait_until 5 all_gone accounting_names
		for name in $(daemon_names); do
			pid=$(daemon_pid "$name") || continue
			[[ $name != slurmctld* ]] || say "$name (process $pid) did not stop and was killed"
			kill -KILL "$pid" 2>/dev/null
		done
		wait_until 2 all_gone
	fi
	kill_steps
	release_ports
}

# all_gone [NAMES]: succeeds if no daemon runs of those that this function prints, by default of all.
all_gone()
{
	! any_daemon_runs "$@"
}

# Set from the first file of an up or run on, until up has succeeded or run has ended: the exit then removes the cluster.
undo=

clean_up()
{
	trap '' INT TERM HUP
	[[ -n $undo ]] || return 0
	undo=
	stop_all
	[[ -n $opt_keep ]] || remove_dir
}

trap_signals()
{
	trap clean_up EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	trap 'exit 129' HUP
}

# Starts all daemons. Returns 0 if all nodes are idle, 1 if they are not idle in time, 2 if a daemon has ended.
start_all()
{
	local name rc deadline limit
	limit=$(patience "${MINICLUSTER_TIMEOUT:-15}")
	deadline=$((SECONDS + limit))
	start_accounting || return 1
	start_daemon slurmctld
	# A slurmd that starts before slurmctld listens waits long before it tries again.
	wait_until "$limit" controller_listens_or_died || return 1
	[[ -z ${fact[backup]} ]] || start_daemon slurmctld-backup
	for name in $(node_names); do
		start_daemon "$name"
	done
	while :; do
		nodes_state
		rc=$?
		((rc == 1 && SECONDS < deadline)) || break
		sleep 0.05
	done
	((rc != 0)) || fill_accounts
	return "$rc"
}

# Makes the folder and starts the cluster, again with other ports if another process took one of them.
bring_up()
{
	local attempt rc
	need_root
	[[ -z $opt_accounting ]] || ((opt_nodes < dbd_port_offset)) ||
		usage_error "--nodes $opt_nodes: with --accounting a cluster has at most $((dbd_port_offset - 1)) nodes"
	find_slurm
	find_our_programs
	[[ -z $opt_accounting ]] || find_accounting
	prepare_dir
	start_munge
	for attempt in 1 2 3; do
		fact=([nodes]=$opt_nodes [backup]=$opt_backup [accounting]=$opt_accounting [daemon]=$opt_daemon [commands]=$our_commands
			[slurm]=$slurm_prefix [wrapper]=${MINICLUSTER_CTLD_WRAPPER:-})
		choose_ports
		make_folders
		write_slurm_conf
		start_all
		rc=$?
		((rc == 0)) && break
		if ((attempt < 3)) && port_was_taken; then
			stop_all
			wipe_dir
			continue
		fi
		show_logs
		((rc == 2)) && die "the cluster in $DIR did not start: a daemon ended; its log is above"
		slurm sinfo -N -o '%N %T %E' >&2
		die "the cluster in $DIR did not start in time: MINICLUSTER_TIMEOUT sets the seconds"
	done
	exec {dir_lock}>&-
}

up_line()
{
	local what="with slurm-crane"
	[[ -n $our_plugins ]] || what=native
	echo "minicluster: up in $DIR: $(node_range 1 "${fact[nodes]}"), $what"
}
