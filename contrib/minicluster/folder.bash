# SPDX-License-Identifier: GPL-2.0-or-later
#
# The folder of the cluster: which one it is, the facts about the cluster in it, making it and removing it.
#
# Variables are shared with the other parts.
# shellcheck shell=bash disable=SC2034,SC2154

readonly max_dir_length=64	# slurmstepd's socket below DIR/spool must fit in sun_path

# Sets DIR and CONF. The default is the same for every user, so that a plain user finds what root started.
set_dir()
{
	DIR=$(realpath -m -- "${1:-${opt_dir:-${MINICLUSTER_DIR:-${TMPDIR:-/tmp}/minicluster}}}") || exit 1
	CONF=$DIR/etc/slurm.conf
}

# Facts of the cluster, read line by line: nothing in that file is ever executed.
declare -A fact=()

read_facts()
{
	local key value owner
	fact=()
	[[ -f $DIR/.minicluster ]] || return 1
	owner=$(stat -c %u -- "$DIR/.minicluster") || return 1
	[[ $owner == 0 || $owner == "$EUID" ]] || die "$DIR belongs to uid $owner: not a cluster to trust"
	while IFS='=' read -r key value; do
		fact[$key]=$value
	done <"$DIR/.minicluster"
	[[ -n ${fact[nodes]:-} && -n ${fact[port]:-} ]]
}

write_facts()
{
	local key
	for key in "${!fact[@]}"; do
		printf '%s=%s\n' "$key" "${fact[$key]}"
	done >"$DIR/.minicluster.new" && mv -f -- "$DIR/.minicluster.new" "$DIR/.minicluster"
}

need_cluster()
{
	read_facts || die "no cluster in $DIR (minicluster up makes one; --dir names another)"
}

need_root()
{
	((EUID == 0)) || die "must be run as root"
}

# Makes DIR ready for a new cluster, or says why it cannot be one.
prepare_dir()
{
	[[ $DIR =~ ^[A-Za-z0-9/._+@-]+$ ]] || die "$DIR: slurm.conf cannot hold such a folder name"
	((${#DIR} <= max_dir_length)) || die "$DIR: too long for the sockets below it (at most $max_dir_length bytes)"
	if [[ -e $DIR ]]; then
		[[ -d $DIR && -O $DIR ]] || die "$DIR is not a folder of yours"
		if [[ ! -f $DIR/.minicluster ]]; then
			local found
			found=$(find "$DIR" -mindepth 1 -maxdepth 1 ! -name etc ! -name .lock -print -quit)
			[[ -z $found ]] || die "$DIR is not empty and not a cluster's: choose another --dir"
		fi
	fi
	mkdir -p -- "$DIR" && chmod 755 -- "$DIR" || exit 1
	exec {dir_lock}>"$DIR/.lock" || exit 1
	flock -n "$dir_lock" || die "another minicluster up is at work in $DIR"
	if read_facts && any_daemon_runs; then
		die "a cluster is running in $DIR already (minicluster down stops it)"
	fi
	if [[ -f $DIR/.minicluster ]]; then
		stop_all
		wipe_dir
	fi
	: >"$DIR/.minicluster"
	undo=1
}

# A left-over folder keeps what its user may have put there: etc/crane.conf.
wipe_dir()
{
	rm -rf -- "$DIR/log" "$DIR/pid" "$DIR/run" "$DIR/state" "$DIR/spool" "$DIR/gres"
}

# Plain users must come to etc/ and their jobs to spool/; the state is slurmctld's alone.
make_folders()
{
	mkdir -p -- "$DIR"/{etc,log,pid,run,state,spool,gres} && chmod 700 -- "$DIR/state" || exit 1
	local node
	for node in $(node_names); do
		mkdir -p -- "$DIR/spool/$node" || exit 1
	done
}

remove_dir()
{
	[[ -f $DIR/.minicluster && -O $DIR && $DIR != / ]] || return 0
	rm -rf -- "$DIR"
}
