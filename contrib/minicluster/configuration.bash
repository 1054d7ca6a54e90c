# SPDX-License-Identifier: GPL-2.0-or-later
#
# The files in etc/: slurm.conf, gres.conf, cgroup.conf, plugstack.conf and crane.conf.
#
# Variables are shared with the other parts.
# shellcheck shell=bash disable=SC2034,SC2154

conf_lines=()

# Keys that slurm.conf may hold several times; the others are replaced by a second setting.
is_repeated_key()
{
	case ${1,,} in
	downnodes|frontendname|include|nodename|nodeset|partitionname|slurmctldhost|switchname) return 0 ;;
	esac
	return 1
}

# Adds one line to the future slurm.conf in place of an earlier one of the same key (of a repeated key: and name).
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
		# Slurm tells controllers apart by host name and listens on one port: each gets an address as its name.
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
	# As Crane does it: a job that asks for no memory gets its CPUs' share, not the whole node's.
	[[ " ${opt_conf[*]-}" == *" DefMemPerNode="* ]] ||
		set_conf "DefMemPerCPU=$((opt_mem / opt_cpus > 0 ? opt_mem / opt_cpus : 1))"
	set_conf "SchedulerType=sched/backfill"
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
	# Without a DefaultTime the limit of a job that names none is none when it starts at once, and a year when backfill
	# starts it (plugins/sched/backfill/backfill.c): the same command would show the one or the other.
	set_conf "PartitionName=CPU Nodes=$(node_range 1 "$last") Default=YES DefaultTime=UNLIMITED MaxTime=INFINITE State=UP"
	set_conf "PartitionName=GPU Nodes=$(node_name "$last") DefaultTime=UNLIMITED MaxTime=INFINITE State=UP"
	for line in ${opt_conf[@]+"${opt_conf[@]}"}; do
		set_conf "$line"
	done
	printf '%s\n' "${conf_lines[@]}" >"$CONF" || exit 1

	# gres/gpu drops gpus that have no File; that it is some device, and ends in a number, is all it asks of one.
	ln -sf /dev/null "$DIR/gres/gpu0" && ln -sf /dev/null "$DIR/gres/gpu1" || exit 1
	echo "NodeName=$(node_name "$last") Name=gpu File=$DIR/gres/gpu[0-1]" >"$DIR/etc/gres.conf" || exit 1

	# slurmd loads a cgroup plugin in any case, and the one that it would choose may want a mounted hierarchy or a
	# systemd. Newer releases take "disabled"; in older ones v1 does nothing as long as nobody uses it.
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
