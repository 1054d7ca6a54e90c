# SPDX-License-Identifier: GPL-2.0-or-later
#
# slurmctld, the first and the second one, and what it is asked.
#
# Variables are shared with the other parts.
# shellcheck shell=bash disable=SC2034,SC2154

# Seconds to wait for slurmctld, which may run under a wrapper that makes it slow.
patience()
{
	if [[ -n ${MINICLUSTER_CTLD_WRAPPER:-${fact[wrapper]:-}} ]]; then
		echo $(($1 * 10))
	else
		echo "$1"
	fi
}

slurm()
{
	SLURM_CONF=$CONF timeout "$(patience 10)" "$@"
}

# With two controllers each runs in a namespace of its own, where the host's name is what SlurmctldHost says, and where
# the second one has its own process id file (it would end the owner of a shared one) and log. $0 is DIR.
# shellcheck disable=SC2016
readonly as_first='echo 127.0.0.1 >/proc/sys/kernel/hostname && exec "$@"'
# shellcheck disable=SC2016
readonly as_second='echo 127.0.0.2 >/proc/sys/kernel/hostname &&
	mkdir -p "$0/run/second" && touch "$0/log/slurmctld.log" "$0/log/slurmctld-backup.log" &&
	mount --bind "$0/run/second" "$0/run" &&
	mount --bind "$0/log/slurmctld-backup.log" "$0/log/slurmctld.log" && exec "$@"'

start_slurmctld()
{
	local name=$1 role=$as_first wrapper=()
	read -ra wrapper <<<"${MINICLUSTER_CTLD_WRAPPER:-${fact[wrapper]:-}}"
	[[ $name == slurmctld ]] || role=$as_second
	if [[ -n ${fact[backup]} ]]; then
		if unshare --mount true 2>/dev/null; then
			wrapper=(unshare --uts --mount bash -c "$role" "$DIR" ${wrapper[@]+"${wrapper[@]}"})
		else
			# In a chroot "/" is no mount point, so unshare cannot make it private: DIR alone is made so.
			# shellcheck disable=SC2016
			role='mount --bind "$0" "$0" && mount --make-private "$0" && '$role
			wrapper=(unshare --uts --mount --propagation unchanged bash -c "$role" "$DIR"
				${wrapper[@]+"${wrapper[@]}"})
		fi
	fi
	launch "$name" ${wrapper[@]+"${wrapper[@]}"} "$(command -v slurmctld)" -D -f "$CONF"
}

controller_answers()
{
	local role=primary
	[[ $1 == slurmctld ]] || role=backup
	daemon_pid "$1" >/dev/null || return 0	# the caller looks again
	slurm scontrol ping 2>/dev/null | grep -q "^Slurmctld($role).* is UP"
}

# Starts one of the controllers and waits until it answers.
start_controller()
{
	local name=$1
	start_daemon "$name"
	if ! wait_until "$(patience 30)" controller_answers "$name" || daemon_gone "$name"; then
		tail -n 20 -- "$DIR/log/$name.out" >&2
		die "$name does not answer"
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
