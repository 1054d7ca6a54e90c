# SPDX-License-Identifier: GPL-2.0-or-later
#
# Accounting, for clusters of up --accounting: slurmdbd and its MariaDB, all of whose files lie in DIR. MariaDB has a socket
# and no port. slurmdbd reads slurmdbd.conf beside slurm.conf.
#
# The parts share their variables.
# shellcheck shell=bash disable=SC2034,SC2154

readonly dbd_port_offset=99	# the last port of the block, so that a cluster with accounting has one node less
readonly account_user=craneuser	# the plain user of the tests; SUDO_USER is a user of the account too

# Prints the names of the daemons of accounting, in the order in which they start.
accounting_names()
{
	[[ -z ${fact[accounting]:-} ]] || printf '%s\n' mariadbd slurmdbd
}

find_accounting()
{
	local name
	for name in slurmdbd mariadbd mariadb mariadb-install-db sacctmgr; do
		command -v "$name" >/dev/null || die "$name not found: run contrib/install-deps to install what --accounting needs"
	done
	[[ -e $slurm_plugins/accounting_storage_mysql.so ]] ||
		die "$slurm_plugins has no accounting_storage_mysql.so: run contrib/install-deps to install it"
}

accounting_conf()
{
	[[ -n ${fact[accounting]:-} ]] || return 0
	set_conf "AccountingStorageType=accounting_storage/slurmdbd"
	set_conf "AccountingStorageHost=127.0.0.1"
	set_conf "AccountingStoragePort=$(port_of slurmdbd)"
	# As on real sites: the comments of jobs, GPUs and wckeys are stored.
	set_conf "AccountingStoreFlags=job_comment"
	set_conf "AccountingStorageTRES=gres/gpu"
	set_conf "TrackWCKey=yes"
	set_conf "JobAcctGatherType=jobacct_gather/linux"
	set_conf "JobAcctGatherFrequency=task=1"
}

# slurmdbd refuses a file that others can read.
write_slurmdbd_conf()
{
	rm -f -- "$DIR/etc/slurmdbd.conf"
	(
		umask 077
		cat >"$DIR/etc/slurmdbd.conf" <<-CONF
			AuthType=auth/munge
			DbdHost=localhost
			DbdAddr=127.0.0.1
			DbdPort=$(port_of slurmdbd)
			SlurmUser=root
			LogFile=$DIR/log/slurmdbd.log
			PidFile=$DIR/run/slurmdbd.pid
			PluginDir=$slurm_plugins
			StorageType=accounting_storage/mysql
			StorageHost=localhost
			StorageUser=slurm
			StoragePass=crane
			StorageLoc=slurm_acct_db
			TrackWCKey=yes
		CONF
	) || exit 1
}

sql()
{
	mariadb --no-defaults --socket="$DIR/run/db.sock" "$@"
}

# Sets up the tables of a new MariaDB. It takes half a second.
prepare_database()
{
	mkdir -p -- "$DIR/db/tmp" && chmod 700 -- "$DIR/db" || exit 1
	[[ -d $DIR/db/data ]] && return
	if ! mariadb-install-db --no-defaults --datadir="$DIR/db/data" --tmpdir="$DIR/db/tmp" --user=root \
		--auth-root-authentication-method=socket --skip-test-db >"$DIR/log/mariadb-install-db.out" 2>&1; then
		tail -n 20 -- "$DIR/log/mariadb-install-db.out" >&2
		die "mariadb-install-db failed: its output is above"
	fi
}

# Slurm does not support snapshot isolation, which newer releases of MariaDB have and turn on.
start_mariadbd()
{
	launch mariadbd "$(command -v mariadbd)" --no-defaults --user=root --datadir="$DIR/db/data" --tmpdir="$DIR/db/tmp" \
		--socket="$DIR/run/db.sock" --skip-networking --pid-file="$DIR/run/mariadbd.pid" --log-error="$DIR/log/mariadbd.log" \
		--innodb-buffer-pool-size=64M --innodb-log-file-size=16M --innodb-lock-wait-timeout=900 \
		--loose-innodb-snapshot-isolation=OFF
}

# slurmdbd ignores words behind its options: by these daemon_pid tells the slurmdbd of DIR from others.
start_slurmdbd()
{
	launch slurmdbd env MYSQL_UNIX_PORT="$DIR/run/db.sock" "$(command -v slurmdbd)" -D -- -f "$CONF"
}

database_answers_or_died()
{
	daemon_gone mariadbd || sql -e 'create database if not exists slurm_acct_db;
		create user if not exists slurm@localhost identified by "crane";
		grant all on slurm_acct_db.* to slurm@localhost' >/dev/null 2>&1
}

slurmdbd_listens_or_died()
{
	daemon_gone slurmdbd || port_listens "$(port_of slurmdbd)"
}

# start_accounting_daemon NAME: starts mariadbd or slurmdbd and waits until it answers.
start_accounting_daemon()
{
	local name=$1 answers=database_answers_or_died
	[[ $name == mariadbd ]] || answers=slurmdbd_listens_or_died
	start_daemon "$name"
	wait_until "$(patience 30)" "$answers" && ! daemon_gone "$name"
}

# Before slurmctld, which does not start with a new StateSaveLocation while slurmdbd is away (Slurm 22.05.8
# src/slurmctld/controller.c).
start_accounting()
{
	local name
	[[ -n ${fact[accounting]:-} ]] || return 0
	write_slurmdbd_conf
	prepare_database
	for name in $(accounting_names); do
		start_accounting_daemon "$name" || return 1
	done
}

# Fills the accounts: crane with its child lab, the QoS high beside normal, the wckey w1, and the plain users in lab. One
# sacctmgr reads all lines, since each start of it costs half a second.
fill_accounts()
{
	local user
	[[ -n ${fact[accounting]:-} ]] || return 0
	{
		echo 'add qos high Priority=10 Description=high'
		echo 'add account crane Description=crane Organization=crane'
		echo 'add account lab Parent=crane Description=lab Organization=crane'
		echo 'modify account crane set QOS=normal,high'
		for user in "$account_user" ${SUDO_USER:+"$SUDO_USER"}; do
			[[ $user != root ]] || continue
			echo "add user $user Account=lab WCKeys=w1"
		done
	} | slurm sacctmgr -i >"$DIR/log/sacctmgr.out" 2>&1
	if ! sql -N -e 'select name from slurm_acct_db.user_table' 2>/dev/null | grep -qx "$account_user"; then
		tail -n 20 -- "$DIR/log/sacctmgr.out" >&2
		die "sacctmgr could not fill the accounts: its output is above"
	fi
}

# cmd_accounting VERB DAEMON: acts on slurmdbd or on mariadbd.
cmd_accounting()
{
	local verb=$1 name=$2 pid
	set_dir
	need_root
	need_cluster
	[[ -n ${fact[accounting]:-} ]] || die "this cluster has no accounting: up --accounting starts slurmdbd and MariaDB"
	((${#words[@]} == 1)) || usage_error "$verb start|stop|kill|freeze|thaw"
	case ${words[0]} in
	start)
		daemon_gone "$name" || die "$name is running already"
		if ! start_accounting_daemon "$name"; then
			tail -n 20 -- "$DIR/log/$name.out" "$DIR/log/$name.log" >&2
			die "$name does not answer: the end of its log is above"
		fi ;;
	stop) stop_daemon "$name" ;;
	kill) kill_daemon "$name" ;;
	freeze|thaw)
		pid=$(daemon_pid "$name") || die "$name does not run"
		if [[ ${words[0]} == freeze ]]; then
			kill -STOP "$pid"
			wait_until 5 is_frozen "$pid"
		else
			kill -CONT "$pid"
		fi ;;
	*) usage_error "$verb start|stop|kill|freeze|thaw" ;;
	esac
}

is_frozen()
{
	[[ $(ps_state "$1") == T ]]
}

cmd_dbd()
{
	cmd_accounting dbd slurmdbd
}

cmd_db()
{
	cmd_accounting db mariadbd
}
