# SPDX-License-Identifier: GPL-2.0-or-later
#
# All daemons together: up and down.
#
# Variables are shared with the other parts.
# shellcheck shell=bash disable=SC2034,SC2154

# Stops all that runs for DIR, the slow ones by force: without a word for a slurmd, which may wait long for a slurmctld
# that is gone to hear of a job's end.
stop_all()
{
	local name pid
	if [[ -n ${fact[nodes]:-} ]]; then
		for name in $(daemon_names); do
			pid=$(daemon_pid "$name") && kill -TERM "$pid" 2>/dev/null
		done
		wait_until "$(patience 10)" controllers_gone
		wait_until 1 all_gone
		for name in $(daemon_names); do
			pid=$(daemon_pid "$name") || continue
			[[ $name != slurmctld* ]] || say "$name (process $pid) did not stop: killed"
			kill -KILL "$pid" 2>/dev/null
		done
		wait_until 2 all_gone
	fi
	kill_steps
	release_ports
}

all_gone()
{
	! any_daemon_runs
}

# The end of an up or a run, however it came: undo is set between the first file and success.
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

# Starts all daemons of a written configuration. 0 all nodes idle, 1 not in time, 2 a daemon has died.
start_all()
{
	local name rc deadline limit
	limit=$(patience "${MINICLUSTER_TIMEOUT:-15}")
	deadline=$((SECONDS + limit))
	start_daemon slurmctld
	# A slurmd that comes before its slurmctld waits long before it tries again.
	wait_until "$limit" controller_listens_or_died || return 1
	[[ -z ${fact[backup]} ]] || start_daemon slurmctld-backup
	for name in $(node_names); do
		start_daemon "$name"
	done
	while :; do
		nodes_state
		rc=$?
		((rc == 1 && SECONDS < deadline)) || return "$rc"
		sleep 0.05
	done
}

bring_up()
{
	local attempt rc
	need_root
	find_slurm
	find_our_programs
	prepare_dir
	start_munge
	for attempt in 1 2 3; do
		fact=([nodes]=$opt_nodes [backup]=$opt_backup [commands]=$our_commands
			[wrapper]=${MINICLUSTER_CTLD_WRAPPER:-})
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
		((rc == 2)) && die "the cluster in $DIR did not start: a daemon has ended (its log is above)"
		slurm sinfo -N -o '%N %T %E' >&2
		die "the cluster in $DIR did not start in time"
	done
	exec {dir_lock}>&-
}

up_line()
{
	local what="with slurm-crane"
	[[ -n $our_plugins ]] || what=native
	echo "minicluster: up in $DIR: $(node_range 1 "${fact[nodes]}"), $what"
}
