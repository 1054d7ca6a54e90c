# SPDX-License-Identifier: GPL-2.0-or-later
#
# The programs of the cluster: which Slurm it runs, and which plugins and commands of slurm-crane.
#
# The parts share their variables.
# shellcheck shell=bash disable=SC2034,SC2154

readonly caller_path=$PATH
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin	# for slurmctld, slurmd and munged, which a plain su does not find

# The Slurm of --slurm, or empty for the one that PATH finds.
slurm_prefix=

# use_slurm [PREFIX]: lets PATH find the programs of this Slurm first.
use_slurm()
{
	slurm_prefix=$1
	[[ -z $slurm_prefix ]] || PATH=$slurm_prefix/bin:$slurm_prefix/sbin:$PATH
}

# Sets slurm_prefix to the folder that --slurm or MINICLUSTER_SLURM names.
choose_slurm()
{
	local given=${opt_slurm:-${MINICLUSTER_SLURM:-}} prefix name
	local named=${opt_slurm:+--slurm}
	[[ -n $given ]] || return 0
	prefix=$(realpath -m -- "$given") || exit 1
	for name in sbin/slurmctld sbin/slurmd bin/scontrol bin/sinfo bin/sbatch; do
		[[ -x $prefix/$name ]] || die "${named:-MINICLUSTER_SLURM} $given: no $name there: give the folder that Slurm$(
			) was installed in (the --prefix of its configure)"
	done
	[[ $prefix != *[[:space:]:]* ]] || die "${named:-MINICLUSTER_SLURM} $given: PATH and slurm.conf allow no blanks and$(
		) colons in a path: install Slurm elsewhere"
	use_slurm "$prefix"
}

# Finds Slurm by PATH, and sets slurm_plugins to the folder of Slurm's own plugins: where Debian, the RPMs or a Slurm with
# its own prefix have it.
find_slurm()
{
	local name slurmctld prefix dir folders
	choose_slurm
	for name in slurmctld slurmd scontrol sinfo munge; do
		command -v "$name" >/dev/null || die "$name not found: run contrib/install-deps to install it"
	done
	slurmctld=$(command -v slurmctld)
	prefix=${slurm_prefix:-${slurmctld%/*/*}}
	folders=(${SLURM_PLUGINDIR:+"$SLURM_PLUGINDIR"} "$prefix"/lib*/slurm "$prefix"/lib*/slurm-wlm \
		"$prefix"/lib/*/slurm-wlm "$prefix"/lib/*/slurm)
	[[ -n $slurm_prefix ]] || folders+=(/usr/lib/*/slurm-wlm /usr/lib/*/slurm /usr/lib64/slurm /usr/lib/slurm*)
	for dir in "${folders[@]}"; do
		if [[ -e $dir/auth_munge.so && -e $dir/select_cons_tres.so ]]; then
			slurm_plugins=$dir
			return
		fi
	done
	[[ -z $slurm_prefix ]] || die "no auth_munge.so and select_cons_tres.so in $slurm_prefix/lib*/slurm: install Slurm there$(
		) with munge, or set SLURM_PLUGINDIR to the folder of its plugins"
	die "the folder of Slurm's plugins was not found: set SLURM_PLUGINDIR to it, or run contrib/install-deps to install Slurm"
}

# Sets our_plugins (folders joined by colons), our_commands and spank_plugin to those of a build tree. Fails if it has no
# plugin.
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

# use_plugindir PLUGINS COMMANDS: sets the same variables to those of two folders.
use_plugindir()
{
	looked+=("$1")
	[[ -e $1/job_submit_crane.so ]] || return 1
	our_plugins=$1
	our_commands=$2
	[[ -e $1/spank_crane.so ]] && spank_plugin=$1/spank_crane.so
	return 0
}

# Sets our_plugins and our_commands, both empty with --native, and spank_plugin, empty if there is none.
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
		die "build it with configure and make, set CRANE_BUILDDIR to a build tree, or use --native for Slurm alone"
	fi
	if [[ -n $our_commands && ! -e $our_commands/cbatch ]]; then
		say "warning: $our_commands has no cbatch: run make to build the commands"
	fi
	if [[ $our_plugins == *[[:space:]]* || $spank_plugin == *[[:space:]]* ]]; then
		die "$our_plugins: slurm.conf does not allow blanks in a path: move the build"
	fi
}

# Prints the PATH for users of the cluster: that of the caller, with the commands of slurm-crane first, those of --slurm next,
# and each folder only once.
path_for_env()
{
	local path=:$caller_path: dir
	for dir in ${fact[slurm]:+"${fact[slurm]}/sbin" "${fact[slurm]}/bin"} ${fact[commands]:+"${fact[commands]}"}; do
		path=${path//:"$dir":/:}
		path=:$dir$path
	done
	path=${path#:}
	echo "${path%:}"
}
