# SPDX-License-Identifier: GPL-2.0-or-later
#
# The daemons of the cluster: their names, and starting, finding, stopping and killing one of them.
#
# The parts share their variables.
# shellcheck shell=bash disable=SC2034,SC2154

# Prints the names of the daemons, one a line: those of accounting if there are any, slurmctld, slurmctld-backup if there is a second one, and the nodes. Each
# function that takes a daemon takes its name.
daemon_names()
{
	accounting_names
	slurm_names
}

slurm_names()
{
	echo slurmctld
	[[ -z ${fact[backup]:-} ]] || echo slurmctld-backup
	node_names
}

# launch NAME COMMAND...: starts the command as that daemon, in a session of its own, with default signals and without files of
# the caller.
launch()
{
	local name=$1
	shift
	(
		close_files
		unset "${!SLURM_@}" "${!SLURMD_@}" "${!SBATCH_@}" "${!SALLOC_@}"
		# shellcheck disable=SC2030  # for the daemon alone
		export SLURM_CONF=$CONF
		cd / && exec env --default-signal setsid "$@" </dev/null >>"$DIR/log/$name.out" 2>&1
	) &
	echo $! >"$DIR/pid/$name"
	wait_until 5 launched $! "$name"
	disown $!
}

# launched PID NAME: succeeds if the process has become the daemon, or has ended.
launched()
{
	[[ $(ps_state "$1") == [!ZX]* ]] || return 0
	daemon_pid "$2" >/dev/null
}

start_daemon()
{
	case $1 in
	mariadbd|slurmdbd) "start_$1" ;;
	slurmctld*) start_slurmctld "$1" ;;
	*) start_slurmd "$1" ;;
	esac
}

# Prints the process id of a daemon. Fails if it does not run. Another process may have got the number since, so that the
# command line must name the slurm.conf (of mariadbd, the data) of the cluster (that of a zombie is empty). The file that Slurm writes comes second:
# newer releases may go on in a new process after a reconfigure.
daemon_pid()
{
	local name=$1 written=$DIR/run/$1.pid file pid argv=() mark="-f $CONF"
	[[ $name != mariadbd ]] || mark="--datadir=$DIR/db/data"
	[[ $name != slurmctld-backup ]] || written=$DIR/run/second/slurmctld.pid
	for file in "$DIR/pid/$name" "$written"; do
		[[ -s $file ]] || continue
		read -r pid <"$file"
		[[ $pid =~ ^[0-9]+$ ]] || continue
		read_argv "$pid"
		if [[ " ${argv[*]} " == *" $mark "* ]]; then
			echo "$pid"
			return 0
		fi
	done
	return 1
}

daemon_gone()
{
	! daemon_pid "$1" >/dev/null
}

# A daemon may remove its file before it ends.
process_gone()
{
	[[ $(ps_state "$1") != [!ZX]* ]]
}

any_daemon_runs()
{
	local name
	for name in $("${1:-daemon_names}"); do
		daemon_pid "$name" >/dev/null && return 0
	done
	return 1
}

# Sends SIGTERM to a daemon and waits for its end.
stop_daemon()
{
	local name=$1 pid
	pid=$(daemon_pid "$name") || return 0
	kill -TERM "$pid" 2>/dev/null
	kill -CONT "$pid" 2>/dev/null	# it may be frozen
	wait_until "$(patience 30)" process_gone "$pid" ||
		die "$name (process $pid) does not stop: end it by kill in the place of stop"
}

# Sends SIGKILL to a daemon and waits for its end.
kill_daemon()
{
	local name=$1 pid
	pid=$(daemon_pid "$name") || return 0
	kill -KILL "$pid" 2>/dev/null
	wait_until 10 daemon_gone "$name" || die "$name (process $pid) still runs after SIGKILL"
}

# Prints the end of the log of each daemon, or of its output if it has written no log.
show_logs()
{
	local name file
	for name in $(daemon_names); do
		for file in "$DIR/log/$name.log" "$DIR/log/$name.out"; do
			[[ -s $file ]] || continue
			printf -- '---- %s\n' "${file##*/}" >&2
			tail -n 20 -- "$file" >&2
			break
		done
	done
}
