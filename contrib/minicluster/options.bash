# SPDX-License-Identifier: GPL-2.0-or-later
#
# The command line: the help text, and the options of all commands.
#
# Variables are shared with the other parts.
# shellcheck shell=bash disable=SC2034,SC2154

usage()
{
	cat <<-'HELP'
	usage: minicluster COMMAND [OPTION...]

	  up                             start a cluster; returns when all nodes are idle
	  env                            print shell exports: SLURM_CONF, MINICLUSTER_DIR, PATH with our commands first;
	                                 for eval "$(minicluster env)"
	  down                           stop all that it started and remove its folder (--keep: leave the folder)
	  ctld start|stop|kill|restart   slurmctld; stop is SIGTERM and wait, kill is SIGKILL, start waits until it answers;
	                                 with --backup: the second slurmctld
	  node start|stop|kill NODE      one slurmd; kill leaves its slurmstepd running, kill --hard ends them
	                                 and all they started too, as when a machine loses power
	  status                         one line a daemon; exit status 0 when all run, else 3
	  run [OPTION...] -- COMMAND...  up in a fresh folder, COMMAND in that environment, down;
	                                 exit status of COMMAND

	options of every command
	  --dir DIR            the cluster's folder [$MINICLUSTER_DIR, else ${TMPDIR:-/tmp}/minicluster];
	                       run takes a new one each time

	options of up and run
	  --nodes N            nodes crane01, crane02, ... [4], at most 99
	  --cpus C             CPUs of a node [4]; they may be more than the machine has
	  --mem MB             memory of a node [4000]
	  --name NAME          ClusterName [crane]
	  --native             Slurm alone: none of our plugins, none of our commands in PATH
	  --conf 'Key=Value'   a line for slurm.conf, any number. A key that minicluster sets itself is replaced (with an
	                       empty Value: dropped); NodeName, PartitionName and the like are added, or replace the one
	                       of the same name
	  --crane-conf 'Key=Value'  a line for crane.conf, any number
	  --plugindir DIR      take job_submit_crane.so and spank_crane.so from DIR
	  --backup             a second slurmctld on the same StateSaveLocation; takes over 10 s after the first falls silent
	  --keep               leave the folder behind (run: at the end, up: when it fails)

	Partitions are CPU (default, all nodes) and GPU (the last node, which has 2 made-up gpus: gres/gpu
	on links to /dev/null).
	MinJobAge is 60 s. Needs root; no systemd, no cgroups, no network but loopback. munged is started when none
	answers, and left running.

	Plugins and commands come from $CRANE_BUILDDIR, else from the build tree that minicluster stands in (its top
	folder's build/, or the top folder itself), else from where it was installed.

	environment
	  CRANE_BUILDDIR            a build tree of slurm-crane
	  SLURM_PLUGINDIR           Slurm's own plugin folder, where it is not in one of the usual places
	  MINICLUSTER_CTLD_WRAPPER  put before slurmctld, e.g. "valgrind --log-file=/tmp/vg.%p"; deadlines grow tenfold
	  MINICLUSTER_TIMEOUT       seconds until up gives up [15]

	exit status: 0 done, 1 failed, 2 usage, 3 (status) something does not run
	HELP
}

opt_backup=
opt_conf=()
opt_cpus=4
opt_crane_conf=()
opt_dir=
opt_hard=
opt_keep=
opt_mem=4000
opt_name=crane
opt_native=
opt_nodes=4
opt_plugindir=
words=()		# what is not an option
command_words=()	# what follows --

# Options may stand anywhere before --. Which of them a command takes is its second argument.
parse_options()
{
	local command=$1 allowed=" $2 "
	shift 2
	while (($#)); do
		local arg=$1 value=
		shift
		case $arg in
		--)
			command_words=("$@")
			break ;;
		-h|--help)
			usage
			exit 0 ;;
		--*=*)
			value=${arg#*=}
			arg=${arg%%=*} ;;
		--dir|--nodes|--cpus|--mem|--name|--conf|--crane-conf|--plugindir)
			(($#)) || usage_error "$arg needs a value"
			value=$1
			shift ;;
		-*) ;;
		*)
			words+=("$arg")
			continue ;;
		esac
		[[ $allowed == *" $arg "* ]] || usage_error "$command does not take $arg"
		case $arg in
		--backup) opt_backup=1 ;;
		--conf) opt_conf+=("$(checked_pair "$arg" "$value")") || exit ;;
		--cpus) opt_cpus=$(checked_number "$arg" "$value" 1 65533) || exit ;;
		--crane-conf) opt_crane_conf+=("$(checked_pair "$arg" "$value")") || exit ;;
		--dir)
			[[ -n $value ]] || usage_error "--dir needs a folder"
			opt_dir=$value ;;
		--hard) opt_hard=1 ;;
		--keep) opt_keep=1 ;;
		--mem) opt_mem=$(checked_number "$arg" "$value" 1 1000000000) || exit ;;
		--name)
			[[ $value =~ ^[a-z0-9_-]+$ ]] ||
				usage_error "--name $value: use lower case letters, digits, _ and -"
			opt_name=$value ;;
		--native) opt_native=1 ;;
		--nodes) opt_nodes=$(checked_number "$arg" "$value" 1 "$max_nodes") || exit ;;
		--plugindir) opt_plugindir=$value ;;
		esac
	done
}

checked_number()
{
	if [[ ! $2 =~ ^[0-9]{1,10}$ ]] || ((10#$2 < $3 || 10#$2 > $4)); then
		usage_error "$1 $2: a number from $3 to $4 is wanted"
	fi
	echo $((10#$2))
}

checked_pair()
{
	[[ $2 =~ ^[A-Za-z]+= && $2 != *$'\n'* ]] || usage_error "$1 '$2': Key=Value is wanted"
	echo "$2"
}
