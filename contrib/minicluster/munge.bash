# SPDX-License-Identifier: GPL-2.0-or-later
#
# munged, which serves all clusters of the machine, and the user and files that it needs.
#
# The parts share their variables.
# shellcheck shell=bash disable=SC2034,SC2154

munge_works()
{
	munge -n 2>/dev/null | unmunge >/dev/null 2>&1
}

# Starts munged if none answers. It serves the whole machine, so that no cluster stops it.
start_munge()
{
	local i
	munge_works && return
	command -v munged >/dev/null || die "munged not found: run contrib/install-deps to install it"
	id munge >/dev/null 2>&1 || die "there is no user munge: run contrib/install-deps to install munge"
	lock_machine
	if ! munge_works; then
		mkdir -p /etc/munge /var/lib/munge /var/log/munge /run/munge
		chmod 700 /etc/munge /var/lib/munge /var/log/munge && chmod 755 /run/munge || exit 1
		if [[ ! -s /etc/munge/munge.key ]]; then
			(umask 077 && head -c 1024 /dev/urandom >/etc/munge/munge.key) || exit 1
		fi
		chown munge: /etc/munge /etc/munge/munge.key /var/lib/munge /var/log/munge /run/munge || exit 1
		chmod 400 /etc/munge/munge.key
		(
			close_files
			cd / && exec runuser -u munge -- munged </dev/null >/dev/null 2>&1
		)
		for ((i = 0; i < 50; i++)); do
			munge_works && break
			sleep 0.1
		done
	fi
	unlock_machine
	if ! munge_works; then
		tail -n 5 /var/log/munge/munged.log >&2
		die "munged does not answer: the end of /var/log/munge/munged.log is above"
	fi
}
