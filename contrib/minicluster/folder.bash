# SPDX-License-Identifier: GPL-2.0-or-later
#
# The folder of the cluster: choosing, making and removing it, and the file of facts about the cluster in it.
#
# The parts share their variables.
# shellcheck shell=bash disable=SC2034,SC2154

readonly max_dir_length=64	# the path of slurmstepd's socket below DIR/spool must fit in sun_path

# set_dir [FOLDER]: sets DIR, and CONF, the path of slurm.conf. The default is the same for all users, so that a plain user
# finds the cluster that root started.
set_dir()
{
	DIR=$(realpath -m -- "${1:-${opt_dir:-${MINICLUSTER_DIR:-${TMPDIR:-/tmp}/minicluster}}}") || exit 1
	CONF=$DIR/etc/slurm.conf
}

# The facts of the cluster. The file is read line by line and never executed.
declare -A fact=()

# Fails if DIR holds no complete cluster.
read_facts()
{
	local key value owner
	fact=()
	[[ -f $DIR/.minicluster ]] || return 1
	owner=$(stat -c %u -- "$DIR/.minicluster") || return 1
	[[ $owner == 0 || $owner == "$EUID" ]] || die "$DIR belongs to uid $owner: only clusters of root and your own can be used"
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
	read_facts || die "no cluster in $DIR: start one with minicluster up, or name another folder with --dir"
	use_slurm "${fact[slurm]:-}"
}

need_root()
{
	((EUID == 0)) || die "must be run as root"
}

# Makes DIR ready for a new cluster, and locks it against another up.
prepare_dir()
{
	[[ $DIR =~ ^[A-Za-z0-9/._+@-]+$ ]] ||
		die "$DIR has characters that slurm.conf does not allow in a path: choose another --dir"
	((${#DIR} <= max_dir_length)) || die "$DIR is too long for the sockets below it: choose a --dir of at most $max_dir_length bytes"
	if [[ -e $DIR ]]; then
		[[ -d $DIR && -O $DIR ]] || die "$DIR is not a folder that belongs to you: choose another --dir"
		if [[ ! -f $DIR/.minicluster ]]; then
			local found
			found=$(find "$DIR" -mindepth 1 -maxdepth 1 ! -name etc ! -name .lock -print -quit)
			[[ -z $found ]] || die "$DIR is not empty and holds no cluster: choose another --dir"
		fi
	fi
	mkdir -p -- "$DIR" && chmod 755 -- "$DIR" || exit 1
	exec {dir_lock}>"$DIR/.lock" || exit 1
	flock -n "$dir_lock" || die "another minicluster up is running for $DIR"
	if read_facts && any_daemon_runs; then
		die "a cluster is running in $DIR already: minicluster down stops it"
	fi
	if [[ -f $DIR/.minicluster ]]; then
		stop_all
		wipe_dir
	fi
	: >"$DIR/.minicluster"
	undo=1
}

# Removes the files of an earlier cluster, but keeps etc/, where the user may have put a crane.conf.
wipe_dir()
{
	rm -rf -- "$DIR/log" "$DIR/pid" "$DIR/run" "$DIR/state" "$DIR/spool" "$DIR/gres" "$DIR/db"
}

# Plain users read etc/, and their jobs use spool/. Only slurmctld may read the state.
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
