#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: what Slurm itself does, where slurm-crane relies on it
#
# slurm-behaviour.tsv has a row for each behaviour and a column for each release. A release with a column has to behave as
# its column says. For a release without one, the differences from the newest release with one are printed.

load common

setup_file()
{
	# The program that salloc runs on the node instead of a shell.
	# shellcheck disable=SC2016  # for that program
	printf '%s\n' '#!/bin/bash' 'echo "id ${SLURM_STEP_ID-none}"' \
		'echo "name $(squeue -h -s -j "$SLURM_JOB_ID" -o %i | grep -o "[a-z].*" | sort | tr "\n" " ")"' >"$BATS_FILE_TMPDIR/shell"
	chmod +x "$BATS_FILE_TMPDIR/shell"
	private_cluster --nodes 3 --cpus 4 --conf 'LaunchParameters=use_interactive_step' \
		--conf "InteractiveStepOptions=\"--interactive --preserve-env $BATS_FILE_TMPDIR/shell\""
	measure_all
}

# Prints one line, "none" for no text, without job ids, times and the name of the program.
plain()
{
	local text
	text=$(head -n 1 | sed -E 's/^(sbatch|scontrol|salloc): //; s/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]+/TIME/g; s/job [0-9]+/job N/g; s/ +$//')
	echo "${text:-none}"
}

# note NAME: stores standard input, the behaviour of this Slurm.
note()
{
	printf '%s\t%s\n' "$1" "$(plain)" >>"$BATS_FILE_TMPDIR/measured"
}

# The state of a job and, while it waits, the reason.
outcome_of()
{
	squeue -h -t all -j "$1" -o '%T %r' | sed 's/^\(COMPLETED\|RUNNING\|FAILED\|CANCELLED\) .*/\1/'
}

is_over()
{
	squeue -h -t all -j "$1" -o %T | grep -qE '^(COMPLETED|FAILED|CANCELLED)$'
}

is_decided()
{
	squeue -h -t all -j "$1" -o '%T %r' | grep -qE 'COMPLETED|DependencyNeverSatisfied|CANCELLED'
}

# native_dependency NAME TYPE:JOB
native_dependency()
{
	local id
	if ! id=$(sbatch --parsable -o /dev/null -d "$2" --wrap true 2>"$BATS_FILE_TMPDIR/err"); then
		note "$1" <"$BATS_FILE_TMPDIR/err"
		return
	fi
	wait_until "is_decided $id" 15
	outcome_of "$id" | note "$1"
}

# steps_in_job NODE [OPTION of srun...]: prints the job's id.
steps_in_job()
{
	sbatch --parsable -o /dev/null -n 4 -w "$1" --wrap "for i in 1 2 3 4; do srun -n 1 ${*:2} sleep 100 & done; wait"
}

# count_steps JOB NAME: the first has run for a while when this is called, and what may run beside it has begun.
count_steps()
{
	wait_until "squeue -h -s -j $1 -o %i | grep -q '\.0'" 15
	squeue -h -s -j "$1" -o %i | grep -c '\.[0-9]' | sed 's/^1$/one at a time/; s/^4$/all four at once/' | note "$2"
	scancel "$1"
}

# The plugin has to load a job before it answers a change with more than "try again".
is_told()
{
	scontrol update "JobId=$1" Dependency=crane:bogus >/dev/null 2>"$BATS_FILE_TMPDIR/err" || true
	! grep -q 'try again' "$BATS_FILE_TMPDIR/err"
}

measure_all()
{
	local out=$BATS_FILE_TMPDIR good bad wide exact made id
	good=$(sbatch --parsable -o /dev/null -w crane02 --wrap true)
	bad=$(sbatch --parsable -o /dev/null -w crane02 --wrap false)
	# Four steps of one CPU in a job of four; those side by side are counted while all of them would run.
	wide=$(steps_in_job crane01)
	exact=$(steps_in_job crane03 --exact)
	salloc -n 1 -w crane02 >"$out/step" 2>"$out/err" </dev/null
	sed -n 's/^id //p' "$out/step" | note 'SLURM_STEP_ID in the interactive step'
	sed -n 's/^name //p' "$out/step" | note 'steps that squeue shows of that job'
	# shellcheck disable=SC2016  # for the command
	salloc -n 1 -w crane02 bash -c 'echo "${SLURM_STEP_ID-none}"' 2>/dev/null </dev/null |
		note 'SLURM_STEP_ID of a command that salloc runs'

	wait_until "is_over $good && is_over $bad" 15
	native_dependency 'afterok of a job that has ended well' "afterok:$good"
	native_dependency 'afterok of a job that has failed' "afterok:$bad"
	native_dependency 'afternotok of a job that has ended well' "afternotok:$good"
	native_dependency 'afterok of a job that is not known' "afterok:99999"
	native_dependency 'afterany of a job that is not known' "afterany:99999"

	if sbatch --parsable -o /dev/null -t 1 --begin now+1hour --deadline now+10minutes --wrap true >"$out/id" 2>"$out/err"; then
		echo accepted
	else
		cat "$out/err"
	fi | note 'a begin time behind the deadline, at submission'
	made=$(sbatch --parsable -o /dev/null -t 1 --begin now+5minutes --deadline now+10minutes --wrap true)
	if scontrol update "JobId=$made" StartTime=now+1hour 2>"$out/err"; then
		echo accepted
	else
		cat "$out/err"
	fi | note 'a begin time behind the deadline, by update'

	scontrol -o show job "$made" | grep -o 'SubmitLine=sbatch' | note 'the line of submission in scontrol show job'
	sbatch -d crane:bogus --wrap true 2>&1 >/dev/null | note 'a text of job_submit, as sbatch shows it'
	id=$(sbatch --parsable -o /dev/null --hold --wrap true)
	wait_until "is_told $id" 10
	note 'a text of job_modify, as scontrol shows it' <"$out/err"

	count_steps "$wide" 'four srun -n 1 in a job of four CPUs, with memory for each CPU'
	count_steps "$exact" 'the same with --exact'
}

# column_of SERIES: the number of its column in the table, or nothing.
column_of()
{
	head -n 1 "$table" | tr '\t' '\n' | grep -nx "$1" | cut -d: -f1
}

@test "Slurm behaves as its column of slurm-behaviour.tsv says" {
	local series column newest differences lines
	table=$BATS_TEST_DIRNAME/slurm-behaviour.tsv
	[[ $(sbatch --version) =~ ([0-9]+\.[0-9]+) ]]
	series=${BASH_REMATCH[1]}
	column=$(column_of "$series")
	newest=$(head -n 1 "$table" | tr '\t' '\n' | tail -n +2 | sort -V | tail -n 1)
	cut -f "1,${column:-$(column_of "$newest")}" "$table" | tail -n +2 >"$BATS_TEST_TMPDIR/known"
	differences=$(diff "$BATS_TEST_TMPDIR/known" "$BATS_FILE_TMPDIR/measured") || true
	[[ -n $differences ]] || return 0
	if [[ -z $column ]]; then
		mapfile -t lines <<<"$differences"
		printf "# Slurm $series is not in slurm-behaviour.tsv; to $newest: %s\n" "${lines[@]}" >&3
		return 0
	fi
	fail "Slurm $series, its column (<) and what it did (>):"$'\n'"$differences"
}
