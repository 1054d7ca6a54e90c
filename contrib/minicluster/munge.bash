# SPDX-License-Identifier: GPL-2.0-or-later
#
# munged, which serves all clusters of the machine.
#
# Variables are shared with the other parts.
# shellcheck shell=bash disable=SC2034,SC2154

munge_works()
{
	munge -n 2>/dev/null | unmunge >/dev/null 2>&1
}

# One munged serves the whole machine, so it is nobody's to stop.
start_munge()
{
	local i
	munge_works && return
	command -v munged >/dev/null || die "munged not found: contrib/install-deps installs what is needed"
	id munge >/dev/null 2>&1 || die "no user munge: is munge installed?"
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
		die "munged does not answer"
	fi
}
