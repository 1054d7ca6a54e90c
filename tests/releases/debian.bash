# SPDX-License-Identifier: GPL-2.0-or-later
#
# A Debian in a folder for each Slurm release: made by debootstrap, entered in namespaces of its own; this system with a Slurm
# of a folder, in namespaces too; and what tests say added up. The scripts that source this file install, build and test there.
#
# shellcheck shell=bash disable=SC2317  # inside and what it calls runs under unshare, clean_up by trap

# Release, Debian, debootstrap's script for it (Debian 12 knows testing by no name of its own).
# shellcheck disable=SC2034  # for those who load this
readonly releases=(
	'22.05 bookworm bookworm'
	'24.11 trixie trixie'
	'26.05 forky sid'
)
readonly mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}

# Variables that in_root hands on, where they are set; a script may add its own.
passed_on=(http_proxy https_proxy no_proxy)

say()
{
	printf '%s: %s\n' "${program:-${0##*/}}" "$*" >&2
}

# need_tools TOOL...: fails unless these scripts can work here, and the tools are there.
need_tools()
{
	local tool
	((EUID == 0)) || { say "must be run as root"; return 1; }
	for tool in git unshare ip "$@"; do
		command -v "$tool" >/dev/null || { say "$tool not found"; return 1; }
	done
}

# -- inside -----------------------------------------------------------------------------------------------------------

# The network of new namespaces: loopback or shared.
set_network()
{
	[[ $1 == loopback ]] || return 0
	# A second address, one that documentation may use: slurmctld asks for its own with AI_ADDRCONFIG, for which
	# 127.0.0.1 alone is no network.
	ip link set lo up && ip address add 192.0.2.1/32 dev lo
}

# Runs in new namespaces, as their first process: when it ends, so does all that was started. ROOT NETWORK COMMAND...
inside()
{
	local root=$1 network=$2 name
	shift 2
	set_network "$network" && hostname crane-release &&
		mount -t proc proc "$root/proc" &&
		mount -t sysfs -o ro sysfs "$root/sys" &&
		mount -t tmpfs -o mode=755 run "$root/run" &&
		mount -t tmpfs -o mode=1777 tmp "$root/tmp" &&
		mount -t tmpfs -o mode=755 dev "$root/dev" || return 1
	for name in null zero full random urandom tty; do
		: >"$root/dev/$name" && mount --bind "/dev/$name" "$root/dev/$name" || return 1
	done
	mkdir "$root/dev/pts" "$root/dev/shm" &&
		mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts "$root/dev/pts" &&
		mount -t tmpfs -o mode=1777 shm "$root/dev/shm" &&
		ln -s pts/ptmx "$root/dev/ptmx" &&
		ln -s /proc/self/fd "$root/dev/fd" &&
		ln -s fd/0 "$root/dev/stdin" && ln -s fd/1 "$root/dev/stdout" && ln -s fd/2 "$root/dev/stderr" || return 1
	# Not by exec: this shell stays, and waits for orphans as a first process has to.
	chroot "$root" "$@"
}

# The same on this system, whose files it sees, but with a munged of its own. PREFIX NETWORK COMMAND...
inside_prefix()
{
	local network=$2
	shift 2
	set_network "$network" && mount -t proc proc /proc && mkdir -p /run/munge &&
		mount -t tmpfs -o mode=755 munge /run/munge || return 1
	# Not by exec: this shell stays, and waits for orphans as a first process has to.
	"$@"
}

# in_root ROOT NETWORK COMMAND...: COMMAND in the Debian below ROOT, NETWORK is loopback or shared. Its environment is clean.
in_root()
{
	local path=$usual_path added=()
	isolated inside "$@"
}

# in_prefix PREFIX NETWORK COMMAND...: the same on this system, with the Slurm below PREFIX.
in_prefix()
{
	local path=$1/bin:$1/sbin:$usual_path added=("MINICLUSTER_SLURM=$1")
	isolated inside_prefix "$@"
}

# isolated FUNCTION WHERE NETWORK COMMAND...: with the caller's path, and added to its environment.
readonly usual_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
running=
isolated()
{
	local function=$1 where=$2 network=$3 namespaces=(--mount --uts --ipc --pid --fork --kill-child) environment name status
	shift 3
	[[ $network == shared ]] || namespaces+=(--net)
	environment=("PATH=$path" HOME=/root USER=root LOGNAME=root SHELL=/bin/bash LC_ALL=C.UTF-8
		DEBIAN_FRONTEND=noninteractive ${added[@]+"${added[@]}"})
	for name in "${passed_on[@]}"; do
		[[ -z ${!name:-} ]] || environment+=("$name=${!name}")
	done
	# In the background and waited for, so that a signal to this script is heard at once; --default-signal, since the
	# shell makes what it starts so deaf to Ctrl-C, and tests send it.
	env --default-signal unshare "${namespaces[@]}" bash -c \
		"$(declare -f set_network "$function")"$'\n"$0" "$@"\nexit $?' "$function" \
		"$where" "$network" env -i "${environment[@]}" "$@" </dev/null &
	running=$!
	wait "$running"
	status=$?
	running=
	return "$status"
}

# Processes that in_root has started end with the script, also after an error.
clean_up()
{
	[[ -z $running ]] || kill -KILL "$running" 2>/dev/null
}

trap_signals()
{
	trap clean_up EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	trap 'exit 129' HUP
}

# -- one Debian -------------------------------------------------------------------------------------------------------

# make_root ROOT DEBIAN SCRIPT LOG: a bare Debian, unless it stands there already.
make_root()
{
	local root=$1 debian=$2 script=$3 log=$4
	[[ ! -d $root ]] || return 0
	say "making a Debian $debian in $root"
	rm -rf -- "$root.new"
	debootstrap --variant=minbase "$debian" "$root.new" "$mirror" \
		"/usr/share/debootstrap/scripts/$script" >"$log" 2>&1 || return 1
	mv -- "$root.new" "$root"
}

# Prepares apt there: names of the network, and no start of daemons at installation.
prepare_root()
{
	local root=$1
	# A mirror may be a snapshot, older than its own "valid until".
	printf '%s\n' 'Acquire::Check-Valid-Until "false";' 'Acquire::Check-Date "false";' >"$root/etc/apt/apt.conf.d/90releases"
	printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" && chmod 755 "$root/usr/sbin/policy-rc.d" || return 1
	printf '%s\n' '127.0.0.1 localhost crane-release' '::1 localhost' >"$root/etc/hosts"
	cp -L -- /etc/resolv.conf "$root/etc/resolv.conf"
}

# The files of this work tree (what git knows or would add) into ROOT/crane/source, beside an empty ROOT/crane/build.
copy_source()
{
	local root=$1
	rm -rf -- "$root/crane"
	mkdir -p -- "$root/crane/source" "$root/crane/build" || return 1
	(
		set -o pipefail
		cd -- "$top" && git -c safe.directory='*' ls-files -z --cached --others --exclude-standard |
			while IFS= read -r -d '' file; do
				[[ ! -e $file ]] || printf '%s\0' "$file"	# one that was removed is still known to git
			done |
			tar --create --null --no-recursion --owner=0 --group=0 --files-from=- |
			tar --extract --directory="$root/crane/source" --no-same-owner
	)
}

# Prints the exact release of the Slurm below ROOT, e.g. 24.11.5.
release_of()
{
	local text
	text=$(in_root "$1" loopback slurmctld -V) || return 1
	echo "${text##* }"
}

# -- results ----------------------------------------------------------------------------------------------------------

passed=0
failed=0
skipped=0

# report LABEL PASSED FAILED SKIPPED
report()
{
	echo "# $1: $2 passed, $3 failed, $4 skipped"
	((passed += $2, failed += $3, skipped += $4))
}

# not_ok LABEL TEXT [LOG]
not_ok()
{
	[[ ! -s ${3:-} ]] || tail -n 40 -- "$3" >&2
	echo "not ok - $1: $2"
	report "$1" 0 1 0
}

# count_tap FILE STATUS: prints "PASSED FAILED SKIPPED" of what a command with that exit status said in TAP. What was
# planned and gave no result has failed; so has what said nothing at all, or ended badly without saying why.
count_tap()
{
	awk -v status="$2" '
		/^1\.\.[0-9]+/ { planned = substr($1, 4) + 0 }
		/^ok / { if (/ # skip/) skipped++; else passed++ }
		/^not ok / { failed++ }
		END {
			missing = planned - passed - failed - skipped
			if (missing > 0)
				failed += missing
			if (passed + failed + skipped == 0 || (status != 0 && failed == 0))
				failed++
			print passed + 0, failed + 0, skipped + 0
		}' "$1"
}
