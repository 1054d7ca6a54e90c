# SPDX-License-Identifier: GPL-2.0-or-later
#
# The configuration files in etc/: slurm.conf, gres.conf, cgroup.conf, plugstack.conf and crane.conf.
#
# The parts share their variables.
# shellcheck shell=bash disable=SC2034,SC2154

conf_lines=()

# Succeeds if slurm.conf may hold several lines with this key.
is_repeated_key()
{
	case ${1,,} in
	downnodes|frontendname|include|nodename|nodeset|partitionname|slurmctldhost|switchname) return 0 ;;
	esac
	return 1
}

# Adds a line to conf_lines, and removes an earlier line with the same key (if the key may be repeated: the same key and
# name). A line with an empty value only removes.
set_conf()
{
	local line=$1 key=${1%%=*} i id
	id=${key,,}=
	if is_repeated_key "$key"; then
		id=${line,,}
		id=${id%%[[:space:]]*}
	fi
	for i in "${!conf_lines[@]}"; do
		local old=${conf_lines[i],,}
		if [[ $id == "${key,,}=" && $old == "$id"* || ${old%%[[:space:]]*} == "$id" ]]; then
			unset "conf_lines[$i]"
		fi
	done
	[[ $line == *= ]] || conf_lines+=("$line")
}

# node_line FIRST LAST EXTRA: adds the line of these nodes, which ends with EXTRA.
node_line()
{
	local first=$1 last=$2 extra=$3 ports
	ports=$((fact[port] + first))
	((first == last)) || ports="[$ports-$((fact[port] + last))]"
	set_conf "NodeName=$(node_range "$first" "$last") NodeHostname=localhost NodeAddr=127.0.0.1 Port=$ports$(
		) CPUs=$opt_cpus Boards=1 SocketsPerBoard=1 CoresPerSocket=$opt_cpus ThreadsPerCore=1$(
		) RealMemory=$opt_mem State=UNKNOWN$extra"
}

write_slurm_conf()
{
	local line last=${fact[nodes]}
	conf_lines=()
	set_conf "ClusterName=$opt_name"
	if [[ -n ${fact[backup]} ]]; then
		# Slurm tells controllers apart by host name, and both use one port: so each has its own address as name.
		set_conf "SlurmctldHost=127.0.0.1"
		set_conf "SlurmctldHost=127.0.0.2"
		set_conf "CommunicationParameters=NoCtldInAddrAny"
	else
		set_conf "SlurmctldHost=localhost(127.0.0.1)"
	fi
	set_conf "SlurmctldPort=${fact[port]}"
	set_conf "AuthType=auth/munge"
	set_conf "CredType=cred/munge"
	set_conf "SlurmUser=root"
	set_conf "SlurmdUser=root"
	set_conf "StateSaveLocation=$DIR/state"
	set_conf "SlurmdSpoolDir=$DIR/spool/%n"
	set_conf "SlurmctldPidFile=$DIR/run/slurmctld.pid"
	set_conf "SlurmdPidFile=$DIR/run/%n.pid"
	set_conf "SlurmctldLogFile=$DIR/log/slurmctld.log"
	set_conf "SlurmdLogFile=$DIR/log/%n.log"
	set_conf "PluginDir=${our_plugins:+$our_plugins:}$slurm_plugins"
	if [[ -n $our_plugins ]]; then
		set_conf "JobSubmitPlugins=crane"
		set_conf "PlugStackConfig=$DIR/etc/plugstack.conf"
	fi
	set_conf "ProctrackType=proctrack/linuxproc"
	set_conf "TaskPlugin=task/none"
	set_conf "SelectType=select/cons_tres"
	set_conf "SelectTypeParameters=CR_Core_Memory"
	# As in Crane, a job that asks for no memory gets the share of its CPUs, not all memory of the node.
	[[ " ${opt_conf[*]-}" == *" DefMemPerNode="* ]] ||
		set_conf "DefMemPerCPU=$((opt_mem / opt_cpus > 0 ? opt_mem / opt_cpus : 1))"
	set_conf "SchedulerType=sched/backfill"
	# Without slurmdbd the main scheduler of these releases may call every account invalid (Slurm 23.11.11
	# src/slurmctld/controller.c passes an old errno to assoc_mgr_init), and leave all jobs to the backfill scheduler, which
	# looks every 30 s.
	case $(slurmctld -V) in
	*' 23.11.'*|*' 24.05.'*) set_conf "SchedulerParameters=bf_interval=1" ;;
	esac
	set_conf "PrologFlags=Contain"
	set_conf "MpiDefault=none"
	set_conf "AccountingStorageType=accounting_storage/none"
	set_conf "MailProg=/bin/true"
	set_conf "ReturnToService=2"
	set_conf "SlurmctldTimeout=10"
	set_conf "SlurmdTimeout=30"
	set_conf "KillWait=5"
	set_conf "MinJobAge=60"
	set_conf "MaxJobCount=20000"
	set_conf "MaxArraySize=10001"
	set_conf "SlurmdParameters=config_overrides"
	set_conf "GresTypes=gpu"
	((last == 1)) || node_line 1 $((last - 1)) ""
	node_line "$last" "$last" " Gres=gpu:2"
	# Without DefaultTime, a job without a time limit gets no limit if it starts at once, but one of a year if the backfill
	# scheduler starts it (Slurm 22.05.8 plugins/sched/backfill/backfill.c). With DefaultTime it never has a limit.
	set_conf "PartitionName=CPU Nodes=$(node_range 1 "$last") Default=YES DefaultTime=UNLIMITED MaxTime=INFINITE State=UP"
	set_conf "PartitionName=GPU Nodes=$(node_name "$last") DefaultTime=UNLIMITED MaxTime=INFINITE State=UP"
	accounting_conf
	for line in ${opt_conf[@]+"${opt_conf[@]}"}; do
		set_conf "$line"
	done
	printf '%s\n' "${conf_lines[@]}" >"$CONF" || exit 1

	# gres/gpu drops gpus without a File. It accepts any device whose name ends in a number.
	ln -sf /dev/null "$DIR/gres/gpu0" && ln -sf /dev/null "$DIR/gres/gpu1" || exit 1
	echo "NodeName=$(node_name "$last") Name=gpu File=$DIR/gres/gpu[0-1]" >"$DIR/etc/gres.conf" || exit 1

	# slurmd always loads a cgroup plugin, and the default plugin may need a mounted hierarchy or systemd. Slurm 24.11 and
	# later accept "disabled"; in Slurm 22.05, cgroup/v1 does nothing unless another plugin uses it.
	case $(slurmctld -V) in
	*' 2'[0-3].*) echo "CgroupPlugin=cgroup/v1" ;;
	*) echo "CgroupPlugin=disabled" ;;
	esac >"$DIR/etc/cgroup.conf" || exit 1

	if [[ -n $our_plugins ]]; then
		{
			echo "# SPANK plugins of this cluster"
			[[ -z $spank_plugin ]] || echo "optional $spank_plugin"
		} >"$DIR/etc/plugstack.conf" || exit 1
	fi
	((${#opt_crane_conf[@]} == 0)) || printf '%s\n' "${opt_crane_conf[@]}" >"$DIR/etc/crane.conf" || exit 1
}
