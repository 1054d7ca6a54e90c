# SPDX-License-Identifier: GPL-2.0-or-later
#
# Processes of the machine: their state, waiting for them, and the processes of the cluster's jobs.
#
# Variables are shared with the other parts.
# shellcheck shell=bash disable=SC2034,SC2154

# wait_until SECONDS COMMAND...: fails when the time is up.
wait_until()
{
	local start=$SECONDS limit=$1
	shift
	until "$@"; do
		((SECONDS - start <= limit)) || return 1
		sleep 0.05
	done
}

# State letter of a process, empty when there is none.
ps_state()
{
	local stat
	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
	stat=${stat##*) }
	echo "${stat%% *}"
}

# Sets the caller's argv. While a process is in the middle of exec its command line is empty: look again.
read_argv()
{
	local tries=20
	while ((tries--)); do
		argv=()
		{ mapfile -d '' -t argv <"/proc/$1/cmdline"; } 2>/dev/null
		((${#argv[@]} == 0)) && [[ $(ps_state "$1") == [!ZX]* ]] || return 0
		sleep 0.01
	done
}

# Closes every file but the first three, so that no daemon holds a pipe of its caller open.
close_files()
{
	local fd
	for fd in "/proc/$BASHPID/fd"/*; do
		fd=${fd##*/}
		[[ $fd =~ ^[0-9]+$ ]] && ((fd > 2)) && exec {fd}>&-
	done
	return 0
}

# The same path may name another cluster's folder for a process in a chroot.
same_root()
{
	[[ /proc/$1/root/. -ef /. ]]
}

# Prints the slurmstepd of the cluster (or of one node), known by the log that they share with their slurmd.
stepd_pids()
{
	local comm pid
	find /proc/[0-9]*/fd -lname "$DIR/log/${1:-crane*}.*" 2>/dev/null | while IFS=/ read -r _ _ pid _; do
		read -r comm <"/proc/$pid/comm" && [[ $comm == slurmstepd ]] && same_root "$pid" && echo "$pid"
	done 2>/dev/null | sort -u
}

# Prints the processes of tasks: slurmstepd gives each of them the cluster's SLURM_CONF and its node's name.
task_pids()
{
	local file pid
	grep -lszxF -e "SLURM_CONF=$CONF" /proc/[0-9]*/environ | while IFS= read -r file; do
		pid=${file//[!0-9]/}
		grep -qszE "^SLURMD_NODENAME=${1:-crane[0-9]+}$" "$file" && same_root "$pid" && echo "$pid"
	done
}

# Prints the given processes and all that descend from them.
with_descendants()
{
	local file stat pid ppid known=" $* " grown=1
	local -A parent=()
	for file in /proc/[0-9]*/stat; do
		{ read -r stat <"$file"; } 2>/dev/null || continue
		read -r _ ppid _ <<<"${stat##*) }"
		parent[${stat%% *}]=$ppid
	done
	while ((grown)); do
		grown=0
		for pid in "${!parent[@]}"; do
			if [[ $known != *" $pid "* && $known == *" ${parent[$pid]} "* ]]; then
				known+="$pid "
				grown=1
			fi
		done
	done
	echo "$known"
}

# Ends all that jobs run on the cluster (or on one node), but never the process that asks, nor its ancestors.
kill_steps()
{
	local pid stat protected=" $$ " victims again=3
	pid=$$
	while ((pid > 1)) && read -r stat <"/proc/$pid/stat"; do
		read -r _ pid _ <<<"${stat##*) }"
		protected+="$pid "
	done 2>/dev/null
	while ((again--)); do
		# shellcheck disable=SC2046
		victims=$(with_descendants $(stepd_pids "$@") $(task_pids "$@"))
		stat=
		for pid in $victims; do
			[[ $protected == *" $pid "* ]] && continue
			kill -KILL "$pid" 2>/dev/null && stat=1
		done
		[[ -n $stat ]] || return 0
	done
}
