# SPDX-License-Identifier: GPL-2.0-or-later
#
# A reconfigure that slurmctld rejects. For a cluster of its own with daemons (private_cluster --daemon).

# with_bad_plugin COMMAND...: runs it while slurm.conf names a plugin that does not exist.
with_bad_plugin()
{
	local conf=$MINICLUSTER_DIR/etc/slurm.conf rc=0
	sed -i 's/^JobSubmitPlugins=crane$/JobSubmitPlugins=crane,nosuchplugin/' "$conf"
	"$@" || rc=$?
	sed -i 's/^JobSubmitPlugins=crane,nosuchplugin$/JobSubmitPlugins=crane/' "$conf"
	# 22.05 has accepted it, and refuses all submissions and changes until it has read a valid configuration.
	slurm_at_least 24 11 || timeout 30 scontrol reconfigure
	return "$rc"
}

# reject_reconfigure [SLURMCTLD]: asks for one, waits until a slurmctld answers again, and from 24.11 on asserts that the one
# with that log rejected it.
reject_reconfigure()
{
	local name=${1:-slurmctld}
	timeout 30 scontrol reconfigure >/dev/null 2>&1 || true
	wait_until 'timeout 5 squeue >/dev/null 2>&1' 30
	! slurm_at_least 24 11 || grep -q 'reconfigure failed' "$MINICLUSTER_DIR/log/$name.log" ||
		fail "$name took the reconfigure"
}
