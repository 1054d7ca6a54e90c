# SPDX-License-Identifier: GPL-2.0-or-later
#
# Which Slurm the cluster runs, and which plugins and commands of slurm-crane.
#
# Variables are shared with the other parts.
# shellcheck shell=bash disable=SC2034,SC2154

readonly caller_path=$PATH
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin	# slurmctld, slurmd, munged, also after a plain su

# Finds Slurm by PATH, and sets slurm_plugins to the folder of its own plugins: where Debian, the RPMs and a prefix of
# its own put them.
find_slurm()
{
	local name slurmctld prefix dir
	for name in slurmctld slurmd scontrol sinfo munge; do
		command -v "$name" >/dev/null || die "$name not found: contrib/install-deps installs what is needed"
	done
	slurmctld=$(command -v slurmctld)
	prefix=${slurmctld%/*/*}
	for dir in ${SLURM_PLUGINDIR:+"$SLURM_PLUGINDIR"} "$prefix"/lib*/slurm "$prefix"/lib*/slurm-wlm \
		/usr/lib/*/slurm-wlm /usr/lib/*/slurm /usr/lib64/slurm /usr/lib/slurm*; do
		if [[ -e $dir/auth_munge.so && -e $dir/select_cons_tres.so ]]; then
			slurm_plugins=$dir
			return
		fi
	done
	die "Slurm's plugin folder not found: contrib/install-deps installs it, SLURM_PLUGINDIR names it"
}

# Sets our_plugins (folders joined by :), our_commands and spank_plugin from one build tree.
use_builddir()
{
	looked+=("$1/plugins/job_submit/.libs")
	[[ -e $1/plugins/job_submit/.libs/job_submit_crane.so ]] || return 1
	our_plugins=$1/plugins/job_submit/.libs
	our_commands=$1/bin
	if [[ -e $1/plugins/spank/.libs/spank_crane.so ]]; then
		spank_plugin=$1/plugins/spank/.libs/spank_crane.so
		our_plugins+=:${spank_plugin%/*}
	fi
}

use_plugindir()
{
	looked+=("$1")
	[[ -e $1/job_submit_crane.so ]] || return 1
	our_plugins=$1
	our_commands=$2
	[[ -e $1/spank_crane.so ]] && spank_plugin=$1/spank_crane.so
	return 0
}

find_our_programs()
{
	local top=${self_dir%/*/*} looked=()
	our_plugins=''
	our_commands=''
	spank_plugin=''
	if [[ -n $opt_native ]]; then
		return
	elif [[ -n $opt_plugindir ]]; then
		use_plugindir "$(realpath -m -- "$opt_plugindir")" "${CRANE_BUILDDIR:+$CRANE_BUILDDIR/bin}"
	elif [[ -n ${CRANE_BUILDDIR:-} ]]; then
		use_builddir "$(realpath -m -- "$CRANE_BUILDDIR")"
	elif [[ -e $top/configure.ac ]]; then
		use_builddir "$top/build" || use_builddir "$top"
	else
		use_plugindir "${installed_plugindir:-$slurm_plugins}" "${installed_bindir:-${self_dir%/*/*}/bin}"
	fi
	if [[ -z $our_plugins ]]; then
		say "no job_submit_crane.so in"
		printf '  %s\n' "${looked[@]}" >&2
		die "run configure and make there, set CRANE_BUILDDIR to the build tree, or use --native for Slurm alone"
	fi
	if [[ -n $our_commands && ! -e $our_commands/cbatch ]]; then
		say "warning: no commands (cbatch, ...) in $our_commands: run make"
	fi
	if [[ $our_plugins == *[[:space:]]* || $spank_plugin == *[[:space:]]* ]]; then
		die "$our_plugins: slurm.conf cannot hold a folder name with blanks"
	fi
}

# PATH as it is to be in the cluster's environment: our commands first, once.
path_for_env()
{
	local path=:$caller_path:
	if [[ -n ${fact[commands]:-} ]]; then
		path=${path//:"${fact[commands]}":/:}
		path=:${fact[commands]}$path
	fi
	path=${path#:}
	echo "${path%:}"
}
