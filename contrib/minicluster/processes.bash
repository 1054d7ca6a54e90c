# SPDX-License-Identifier: GPL-2.0-or-later
#
# Processes: their state, waiting for them, and the processes of the cluster's jobs.
#
# The parts share their variables.
# shellcheck shell=bash disable=SC2034,SC2154

# wait_until SECONDS COMMAND...: runs the command until it succeeds. Fails after that time.
wait_until()
{
	local start=$SECONDS limit=$1
	shift
	until "$@"; do
		((SECONDS - start <= limit)) || return 1
		sleep 0.05
	done
}

# Prints the state letter of a process, or nothing if the process does not exist.
ps_state()
{
	local stat
	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
	stat=${stat##*) }
	echo "${stat%% *}"
}

# Sets the caller's variable argv to the command line of a process. The command line is empty during exec, so that an empty
# one is read again.
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

# Closes all files except stdin, stdout and stderr, so that a daemon does not hold pipes of its caller open.
close_files()
{
	local fd
	for fd in "/proc/$BASHPID/fd"/*; do
		fd=${fd##*/}
		[[ $fd =~ ^[0-9]+$ ]] && ((fd > 2)) && exec {fd}>&-
	done
	return 0
}

# Succeeds if the process has the same root folder. In a chroot the same path may name the folder of another cluster.
same_root()
{
	[[ /proc/$1/root/. -ef /. ]]
}

# Prints the process ids of the slurmstepd of the cluster, or of one node. A slurmstepd has the log of its slurmd open.
stepd_pids()
{
	local comm pid
	find /proc/[0-9]*/fd -lname "$DIR/log/${1:-crane*}.*" 2>/dev/null | while IFS=/ read -r _ _ pid _; do
		read -r comm <"/proc/$pid/comm" && [[ $comm == slurmstepd ]] && same_root "$pid" && echo "$pid"
	done 2>/dev/null | sort -u
}

# Prints the process ids of tasks of the cluster, or of one node. slurmstepd puts SLURM_CONF and the name of the node into
# their environment.
task_pids()
{
	local file pid
	grep -lszxF -e "SLURM_CONF=$CONF" /proc/[0-9]*/environ | while IFS= read -r file; do
		pid=${file//[!0-9]/}
		grep -qszE "^SLURMD_NODENAME=${1:-crane[0-9]+}$" "$file" && same_root "$pid" && echo "$pid"
	done
}

# Prints the given process ids and those of all descendants.
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

# Kills all processes of jobs on the cluster, or on one node, except this process and its ancestors.
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
