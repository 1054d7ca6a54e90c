# SPDX-License-Identifier: GPL-2.0-or-later
#
# The controllers: the first slurmctld and the second one, and Slurm's commands that ask them.
#
# The parts share their variables.
# shellcheck shell=bash disable=SC2034,SC2154

# patience SECONDS: prints how long to wait for slurmctld: ten times as long if it runs under a wrapper, which may be slow.
patience()
{
	if [[ -n ${MINICLUSTER_CTLD_WRAPPER:-${fact[wrapper]:-}} ]]; then
		echo $(($1 * 10))
	else
		echo "$1"
	fi
}

# Runs a command of Slurm on the cluster.
slurm()
{
	SLURM_CONF=$CONF timeout "$(patience 10)" "$@"
}

# Each of two controllers runs in a namespace of its own, where the host name is its SlurmctldHost. In the namespace of the
# second one, another file lies in the place of the process id file (it would kill the process in a shared file) and of the
# log. $0 is DIR.
# shellcheck disable=SC2016
readonly as_first='echo 127.0.0.1 >/proc/sys/kernel/hostname && exec "$@"'
# shellcheck disable=SC2016
readonly as_second='echo 127.0.0.2 >/proc/sys/kernel/hostname &&
	mkdir -p "$0/run/second" && touch "$0/log/slurmctld.log" "$0/log/slurmctld-backup.log" &&
	mount --bind "$0/run/second" "$0/run" &&
	mount --bind "$0/log/slurmctld-backup.log" "$0/log/slurmctld.log" && exec "$@"'

start_slurmctld()
{
	local name=$1 role=$as_first wrapper=() foreground=(-D)
	[[ -z ${fact[daemon]:-} ]] || foreground=()
	read -ra wrapper <<<"${MINICLUSTER_CTLD_WRAPPER:-${fact[wrapper]:-}}"
	[[ $name == slurmctld ]] || role=$as_second
	if [[ -n ${fact[backup]} ]]; then
		if unshare --mount true 2>/dev/null; then
			wrapper=(unshare --uts --mount bash -c "$role" "$DIR" ${wrapper[@]+"${wrapper[@]}"})
		else
			# In a chroot "/" is not a mount point, so that unshare cannot make it private: only DIR becomes private.
			# shellcheck disable=SC2016
			role='mount --bind "$0" "$0" && mount --make-private "$0" && '$role
			wrapper=(unshare --uts --mount --propagation unchanged bash -c "$role" "$DIR"
				${wrapper[@]+"${wrapper[@]}"})
		fi
	fi
	launch "$name" ${wrapper[@]+"${wrapper[@]}"} "$(command -v slurmctld)" ${foreground[@]+"${foreground[@]}"} -f "$CONF"
	# A daemon ends when its child goes on, which writes its number a moment later.
	if ((${#foreground[@]} == 0)); then
		wait_until "$(patience 5)" process_gone "$(<"$DIR/pid/$name")"
		wait_until "$(patience 5)" daemon_pid "$name" >/dev/null
	fi
}

# Succeeds if the controller answers or has ended.
controller_answers()
{
	local role=primary
	[[ $1 == slurmctld ]] || role=backup
	daemon_pid "$1" >/dev/null || return 0	# the caller checks this
	slurm scontrol ping 2>/dev/null | grep -q "^Slurmctld($role).* is UP"
}

# Starts one of the controllers and waits until it answers.
start_controller()
{
	local name=$1
	start_daemon "$name"
	if ! wait_until "$(patience 30)" controller_answers "$name" || daemon_gone "$name"; then
		tail -n 20 -- "$DIR/log/$name.out" >&2
		die "$name does not answer: the end of its output is above, its log is $DIR/log/$name.log"
	fi
}

controller_listens_or_died()
{
	daemon_gone slurmctld || port_listens "${fact[port]}"
}

controllers_gone()
{
	daemon_gone slurmctld && daemon_gone slurmctld-backup
}
