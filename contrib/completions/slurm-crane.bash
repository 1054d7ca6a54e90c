# SPDX-License-Identifier: GPL-2.0-or-later
#
# Completion of slurm-crane's commands in bash: options by the commands' own tables, and the values that are few or that
# the cluster can name. `make regenerate` writes the tables.
#
# shellcheck shell=bash

# All options of a command.
_slurm_crane_options()
{
	case $1 in
	cacct)
		echo "--account --allocations --config --deadline --end-time --format --full --help --job --json \
			--max-lines --name --nodelist --noheader --partition --qos --start-time --state --submit-time \
			--type --user --version -A -C -E -F -N -S -X -h -j -m -n -o -p -q -s -t -u -v -w" ;;
	calloc)
		echo "--account --chdir --comment --config --cpus-per-task --deadline --debug-level --dependency \
			--exclude --exclusive --export --extra-attr --get-user-env --gpus-per-node --gres --help --hold \
			--job-name --licenses --mail-type --mail-user --mem --mem-per-cpu --nodelist --nodes --ntasks \
			--ntasks-per-node --partition --qos --quiet --reservation --signal --time --version --wckey -A -C \
			-D -H -J -L -N -Q -c -d -h -n -p -q -r -s -t -v -w -x" ;;
	cbatch)
		echo "--account --array --begin --chdir --comment --config --cpus-per-task --deadline --dependency \
			--dry-run --error --exclude --exclusive --export --extra-attr --get-user-env --gpus-per-node --gres \
			--help --hold --input --interpreter --job-name --json --licenses --mail-type --mail-user --mem \
			--mem-per-cpu --no-requeue --nodelist --nodes --ntasks --ntasks-per-node --open-mode --output \
			--parsable --partition --pod --pod-dns --pod-host-network --pod-name --pod-port --pod-user \
			--pod-userns --qos --repeat --requeue --reservation --signal --time --version --wckey --wrap -A -C \
			-D -H -J -L -N -a -b -c -d -e -h -i -n -o -p -q -r -s -t -v -w -x" ;;
	ccancel)
		echo "--account --config --help --json --name --nodes --partition --state --user --version -A -C -h -n -p \
			-t -u -v -w" ;;
	ccontrol)
		echo "--all --config --dot --force --help --json --version -C -J -h -v" ;;
	ceff)
		echo "--config --help --json --version -C -h -v" ;;
	cinfo)
		echo "--config --dead --format --help --iterate --job --json --list-reasons --nodes --noheader \
			--partition --responding --states --version -C -N -R -d -h -i -j -n -o -p -r -t -v" ;;
	cqueue)
		echo "--account --array --config --deadline --format --full --help --iterate --job --json --licenses \
			--max-lines --name --nodelist --noheader --partition --qos --self --start --state --step --type \
			--user --version -A -C -F -L -N -S -h -i -j -m -n -o -p -q -r -s -t -u -v -w" ;;
	crun)
		echo "--account --chdir --comment --config --cpus-per-task --deadline --debug-level --dependency --epilog \
			--err --exclude --exclusive --export --extra-attr --get-user-env --gpus-per-node --gres --help \
			--hold --input --job-name --licenses --mail-type --mail-user --mem --mem-per-cpu --mpi --nodelist \
			--nodes --ntasks --ntasks-per-node --output --partition --prolog --pty --qos --quiet --reservation \
			--signal --task-epilog --task-prolog --time --version --wckey --x11 --x11-forwarding -A -C -D -H -J \
			-L -N -Q -c -d -e -h -i -n -o -p -q -r -s -t -v -w -x" ;;
	esac
}

# Those that want a value in the next word.
_slurm_crane_with_value()
{
	case $1 in
	cacct)
		echo "--account --config --end-time --format --job --max-lines --name --nodelist --partition --qos \
			--start-time --state --submit-time --type --user -A -C -E -S -j -m -n -o -p -q -s -t -u -w" ;;
	calloc)
		echo "--account --chdir --comment --config --cpus-per-task --deadline --debug-level --dependency \
			--exclude --export --extra-attr --gpus-per-node --gres --job-name --licenses --mail-type \
			--mail-user --mem --mem-per-cpu --nodelist --nodes --ntasks --ntasks-per-node --partition --qos \
			--reservation --signal --time --wckey -A -C -D -J -L -N -c -d -n -p -q -r -s -t -w -x" ;;
	cbatch)
		echo "--account --array --begin --chdir --comment --config --cpus-per-task --deadline --dependency \
			--error --exclude --export --extra-attr --gpus-per-node --gres --input --interpreter --job-name \
			--licenses --mail-type --mail-user --mem --mem-per-cpu --nodelist --nodes --ntasks \
			--ntasks-per-node --open-mode --output --partition --pod-dns --pod-name --pod-port --pod-user --qos \
			--repeat --reservation --signal --time --wckey --wrap -A -C -D -J -L -N -a -b -c -d -e -i -n -o -p \
			-q -r -s -t -w -x" ;;
	ccancel)
		echo "--account --config --name --nodes --partition --state --user -A -C -n -p -t -u -w" ;;
	ccontrol)
		echo "--config -C" ;;
	ceff)
		echo "--config -C" ;;
	cinfo)
		echo "--config --format --iterate --job --nodes --partition --states -C -i -j -n -o -p -t" ;;
	cqueue)
		echo "--account --config --format --iterate --job --licenses --max-lines --name --nodelist --partition \
			--qos --state --type --user -A -C -L -i -j -m -n -o -p -q -t -u -w" ;;
	crun)
		echo "--account --chdir --comment --config --cpus-per-task --deadline --debug-level --dependency --epilog \
			--err --exclude --export --extra-attr --gpus-per-node --gres --input --job-name --licenses \
			--mail-type --mail-user --mem --mem-per-cpu --mpi --nodelist --nodes --ntasks --ntasks-per-node \
			--output --partition --prolog --qos --reservation --signal --task-epilog --task-prolog --time \
			--wckey -A -C -D -J -L -N -c -d -e -i -n -o -p -q -r -s -t -w -x" ;;
	esac
}

# What may stand as the value of an option of a command. Sets COMPREPLY.
_slurm_crane_value()
{
	local command=$1 option=$2 cur=$3
	case $command:$option in
	cinfo:-t|cinfo:--states)
		mapfile -t COMPREPLY < <(compgen -W 'idle mix alloc down none drain active poweredoff oning offing' -- "$cur")
		return ;;
	cqueue:-t|cqueue:--state)
		mapfile -t COMPREPLY < <(compgen -W 'pending running suspended all' -- "$cur")
		return ;;
	cacct:-t|cacct:--state)
		mapfile -t COMPREPLY < <(compgen -W 'pending running suspended completed failed cancelled
			time-limit-exceeded out-of-memory all' -- "$cur")
		return ;;
	cinfo:-n|cinfo:--nodes)
		option=--nodelist ;;
	cacct:-[oESs]|cinfo:-[io]|cqueue:-[io])
		return ;;
	esac
	case $option in
	-p|--partition)
		mapfile -t COMPREPLY < <(compgen -W "$(sinfo -h -o %R 2>/dev/null)" -- "$cur") ;;
	-w|--nodelist|-x|--exclude)
		mapfile -t COMPREPLY < <(compgen -W "$(sinfo -h -N -o %N 2>/dev/null)" -- "$cur") ;;
	-L|--licenses)
		mapfile -t COMPREPLY < <(compgen -W "$(scontrol show lic -o 2>/dev/null |
			sed -n 's/^LicenseName=\([^ ]*\) .*/\1:/p')" -- "$cur") ;;
	--open-mode)
		mapfile -t COMPREPLY < <(compgen -W 'append truncate' -- "$cur") ;;
	--mail-type)
		mapfile -t COMPREPLY < <(compgen -W 'NONE BEGIN END FAIL TIMELIMIT OOM ALL' -- "$cur") ;;
	--export)
		mapfile -t COMPREPLY < <(compgen -W 'ALL NONE NIL' -- "$cur") ;;
	-d|--dependency)
		mapfile -t COMPREPLY < <(compgen -W 'after: afterany: afternotok: afterok:' -- "$cur") ;;
	-D|--chdir)
		mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
	-C|--config|-e|--epilog|--err|--error|-i|--input|-o|--output|--prolog|--task-epilog|--task-prolog)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
	esac
}

# What is no option. Sets COMPREPLY.
_slurm_crane_word()
{
	local command=$1 cur=$2
	case $command in
	cbatch)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
	crun)
		mapfile -t COMPREPLY < <(compgen -c -- "$cur") ;;
	ccancel)
		mapfile -t COMPREPLY < <(compgen -W "$(squeue -h --me -o %i 2>/dev/null)" -- "$cur") ;;
	ccontrol)
		mapfile -t COMPREPLY < <(compgen -W 'create delete dependency hold job lic node partition release requeue reservation resume show step suspend update' -- "$cur") ;;
	esac
}

_slurm_crane()
{
	local command=${1##*/} cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} option

	COMPREPLY=()
	# Bash cuts words at '='.
	if [[ $cur == '=' ]]; then
		cur=''
	elif [[ $prev == '=' && $COMP_CWORD -ge 2 ]]; then
		prev=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	for option in $(_slurm_crane_with_value "$command"); do
		if [[ $option == "$prev" ]]; then
			_slurm_crane_value "$command" "$prev" "$cur"
			return
		fi
	done
	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_slurm_crane_options "$command")" -- "$cur")
	else
		_slurm_crane_word "$command" "$cur"
	fi
}

complete -o bashdefault -o default -F _slurm_crane cacct calloc cbatch ccancel ccontrol ceff cinfo cqueue crun
