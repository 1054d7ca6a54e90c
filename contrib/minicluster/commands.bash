# SPDX-License-Identifier: GPL-2.0-or-later
#
# The commands of minicluster: cmd_NAME runs the command NAME.
#
# The parts share their variables.
# shellcheck shell=bash disable=SC2034,SC2154

cmd_up()
{
	set_dir
	trap_signals
	bring_up
	undo=
	up_line
}

# Prints a text so that a shell reads it as one word.
quoted()
{
	printf "'%s'" "${1//\'/\'\\\'\'}"
}

cmd_env()
{
	set_dir
	need_cluster
	echo "export SLURM_CONF=$(quoted "$CONF")"
	echo "export MINICLUSTER_DIR=$(quoted "$DIR")"
	echo "export PATH=$(quoted "$(path_for_env)")"
}

cmd_down()
{
	set_dir
	need_root
	[[ -e $DIR ]] || return 0
	[[ -f $DIR/.minicluster ]] || die "$DIR holds no cluster: nothing is removed"
	[[ -O $DIR ]] || die "$DIR does not belong to you: nothing is removed"
	read_facts
	stop_all
	[[ -n $opt_keep ]] || remove_dir
}

cmd_ctld()
{
	local name=slurmctld
	set_dir
	need_root
	need_cluster
	if [[ -n $opt_backup ]]; then
		[[ -n ${fact[backup]} ]] || die "this cluster has no second slurmctld: up --backup starts one"
		name="slurmctld-backup"
	fi
	case ${words[*]} in
	start)
		daemon_gone "$name" || die "$name is running already"
		start_controller "$name" ;;
	stop) stop_daemon "$name" ;;
	kill) kill_daemon "$name" ;;
	restart)
		stop_daemon "$name"
		start_controller "$name" ;;
	*) usage_error "ctld start|stop|kill|restart" ;;
	esac
}

cmd_node()
{
	set_dir
	need_root
	need_cluster
	((${#words[@]} == 2)) || usage_error "node start|stop|kill NODE"
	local node=${words[1]}
	[[ " $(node_names | tr '\n' ' ') " == *" $node "* ]] ||
		die "no node $node: the nodes are $(node_range 1 "${fact[nodes]}")"
	case ${words[0]} in
	start)
		daemon_gone "$node" || die "slurmd of $node is running already"
		start_daemon "$node"
		wait_until 30 slurmd_listens_or_died "$node"
		if daemon_gone "$node"; then
			tail -n 20 -- "$DIR/log/$node.out" >&2
			die "slurmd of $node did not start"
		fi
		daemon_gone slurmctld || wait_until 60 node_serves "$node" || die "slurmctld sees no answer of $node" ;;
	stop) stop_daemon "$node" ;;
	kill)
		kill_daemon "$node"
		[[ -z $opt_hard ]] || kill_steps "$node" ;;
	*) usage_error "node start|stop|kill NODE" ;;
	esac
}

cmd_status()
{
	local name pid rc=0
	set_dir
	if ! read_facts; then
		echo "no cluster in $DIR"
		return 3
	fi
	echo "cluster in $DIR"
	for name in $(daemon_names); do
		if pid=$(daemon_pid "$name"); then
			printf '%-16s running  pid %-7s port %s\n' "$name" "$pid" "$(port_of "$name")"
		else
			printf '%-16s stopped  pid %-7s port %s\n' "$name" - "$(port_of "$name")"
			rc=3
		fi
	done
	return "$rc"
}

# Waits for the command of run, and returns its status. Passes a signal on to it (a terminal has sent it Ctrl-C already), and
# kills it if it still runs after ten seconds.
wait_for_command()
{
	local child=$1 caught='' status i
	trap 'caught=INT' INT
	trap 'caught=TERM' TERM
	trap 'caught=HUP' HUP
	while :; do
		{ wait "$child"; } 2>/dev/null	# so that bash does not print "Killed"
		status=$?
		[[ -n $caught ]] || break
		trap '' INT TERM HUP
		if [[ $caught == INT ]]; then
			for ((i = 0; i < 10; i++)); do
				kill -0 "$child" 2>/dev/null || break
				sleep 0.1
			done
		fi
		kill -s "$caught" "$child" 2>/dev/null
		for ((i = 0; i < 100; i++)); do
			[[ $(ps_state "$child") == [ZX]* || -z $(ps_state "$child") ]] && break
			sleep 0.1
		done
		kill -KILL "$child" 2>/dev/null
		case $caught in
		HUP) return 129 ;;
		INT) return 130 ;;
		TERM) return 143 ;;
		esac
	done
	return "$status"
}

cmd_run()
{
	local status
	((${#words[@]} == 0)) || usage_error "run: put -- before the command"
	((${#command_words[@]})) || usage_error "run [OPTION...] -- COMMAND..."
	need_root
	trap_signals
	if [[ -n $opt_dir ]]; then
		set_dir
	else
		set_dir "$(mktemp -d -- "${TMPDIR:-/tmp}/minicluster.XXXXXX")" || exit 1
		: >"$DIR/.minicluster"
		undo=1
	fi
	bring_up
	up_line >&2
	(
		# A shell without job control lets its background processes ignore SIGINT.
		trap - INT QUIT
		# shellcheck disable=SC2031  # for the command alone
		export SLURM_CONF=$CONF MINICLUSTER_DIR=$DIR
		PATH=$(path_for_env)
		exec "${command_words[@]}"
	) <&0 &
	wait_for_command $!
	status=$?
	exit "$status"
}
