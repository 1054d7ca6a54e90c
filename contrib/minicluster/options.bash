# SPDX-License-Identifier: GPL-2.0-or-later
#
# The command line: the help text, and the options of all commands.
#
# The parts share their variables.
# shellcheck shell=bash disable=SC2034,SC2154

usage()
{
	cat <<-'HELP'
	usage: minicluster COMMAND [OPTION...]

	  up                             start a cluster; returns when all nodes are idle
	  env                            print shell exports for eval "$(minicluster env)": SLURM_CONF, MINICLUSTER_DIR,
	                                 and PATH with the commands of slurm-crane first, and those of --slurm next
	  down                           stop all daemons and jobs of the cluster and remove its folder (--keep: keep it)
	  ctld start|stop|kill|restart   act on slurmctld: start waits until it answers, stop sends SIGTERM and waits for its
	                                 end, kill sends SIGKILL; with --backup: on the second slurmctld
	  node start|stop|kill NODE      act on the slurmd of NODE; kill leaves its slurmstepd running, kill --hard kills
	                                 them and the processes of their jobs, too, as a power failure does
	  dbd start|stop|kill|freeze|thaw  act on slurmdbd: freeze sends SIGSTOP, thaw SIGCONT
	  db start|stop|kill|freeze|thaw   act on MariaDB in the same way
	  status                         print one line for each daemon; the exit status is 0 if all run, else 3
	  run [OPTION...] -- COMMAND...  up in a new folder, run COMMAND in the environment of env, down; the exit status is
	                                 that of COMMAND

	options of every command
	  --dir DIR            the folder of the cluster [$MINICLUSTER_DIR, else ${TMPDIR:-/tmp}/minicluster;
	                       run: a new folder]

	options of up and run
	  --nodes N            nodes crane01, crane02, ... [4], at most 99
	  --cpus C             CPUs of a node [4]; may be more than the machine has
	  --mem MB             memory of a node [4000]
	  --name NAME          ClusterName [crane]
	  --slurm PREFIX       run the Slurm that was installed below PREFIX (its configure's --prefix) [$MINICLUSTER_SLURM,
	                       else the one that PATH finds]. slurm-crane must have been built for it: --with-slurm=PREFIX
	  --native             Slurm alone, without the plugins and commands of slurm-crane
	  --conf 'Key=Value'   add a line to slurm.conf; may be repeated. The line replaces the one that minicluster writes
	                       for Key; an empty Value removes that one. Of NodeName, PartitionName and the like it replaces
	                       only the line of the same name
	  --crane-conf 'Key=Value'  add a line to crane.conf; may be repeated
	  --plugindir DIR      take job_submit_crane.so and spank_crane.so from DIR
	  --daemon             run slurmctld as a daemon, as sites do: a reconfigure that it rejects leaves it running. Without
	                       this option it runs in the foreground (slurmctld -D)
	  --backup             run a second slurmctld on the same StateSaveLocation; it takes over 10 s after the first has
	                       stopped answering
	  --accounting         run slurmdbd and MariaDB, too: accounts crane and its child lab, QoS normal and high, wckey w1, and
	                       craneuser and the caller of sudo in lab. At most 98 nodes
	  --keep               keep the folder (run: at the end, up: if it fails)

	Partitions are CPU (default, all nodes) and GPU (the last node, which has 2 made-up gpus: gres/gpu
	on links to /dev/null). MinJobAge is 60 s.
	Needs root, but no systemd, no cgroups, and of the network only loopback. If no munged answers, minicluster starts
	one, which goes on running after down.

	Plugins and commands come from $CRANE_BUILDDIR, else from the build tree of the source that minicluster is in
	(build/ of the top folder, or the top folder), else from the folders where they are installed.

	environment
	  CRANE_BUILDDIR            a build tree of slurm-crane
	  SLURM_PLUGINDIR           the folder of Slurm's own plugins, if it is not one of the usual folders
	  MINICLUSTER_SLURM         what --slurm is without the option
	  MINICLUSTER_CTLD_WRAPPER  a command that runs slurmctld, e.g. "valgrind --log-file=/tmp/vg.%p"; minicluster
	                            then waits ten times as long
	  MINICLUSTER_TIMEOUT       seconds until up gives up [15]

	exit status: 0 done, 1 failed, 2 usage, 3 (status) a daemon does not run
	HELP
}

opt_accounting=
opt_backup=
opt_conf=()
opt_cpus=4
opt_daemon=
opt_crane_conf=()
opt_dir=
opt_hard=
opt_keep=
opt_mem=4000
opt_name=crane
opt_native=
opt_nodes=4
opt_plugindir=
opt_slurm=
words=()		# the words that are not options
command_words=()	# the words after --

# parse_options COMMAND ALLOWED WORD...: reads the words of the command line into the variables above. Options may stand
# anywhere before --. ALLOWED lists the options that COMMAND takes.
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
		--dir|--nodes|--cpus|--mem|--name|--slurm|--conf|--crane-conf|--plugindir)
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
		--accounting) opt_accounting=1 ;;
		--backup) opt_backup=1 ;;
		--daemon) opt_daemon=1 ;;
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
		--slurm)
			[[ -n $value ]] || usage_error "--slurm needs a folder"
			opt_slurm=$value ;;
		esac
	done
}

# checked_number OPTION VALUE MIN MAX: prints the value as a decimal number.
checked_number()
{
	if [[ ! $2 =~ ^[0-9]{1,10}$ ]] || ((10#$2 < $3 || 10#$2 > $4)); then
		usage_error "$1 $2 is not a number from $3 to $4"
	fi
	echo $((10#$2))
}

# checked_pair OPTION VALUE: prints the value.
checked_pair()
{
	[[ $2 =~ ^[A-Za-z]+= && $2 != *$'\n'* ]] || usage_error "$1 '$2' is not Key=Value"
	echo "$2"
}
