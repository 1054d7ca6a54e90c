# SPDX-License-Identifier: GPL-2.0-or-later
#
# Run commands as a plain user, submit jobs, and cancel them when the test is over.
#
# shellcheck shell=bash

# Of each user of this machine the number of the primary group, and the home.
declare -gA group_of home_of
while IFS=: read -r name _ _ group _ home _; do
	group_of[$name]=$group
	home_of[$name]=$home
done </etc/passwd
unset name group home

# The folder of the running test, or of the file while setup_file runs.
scratch()
{
	echo "${BATS_TEST_TMPDIR:-$BATS_FILE_TMPDIR}"
}

# as USER COMMAND...: in a clean folder of that user's. root stays root. (runuser would ask PAM, which takes longer than most
# commands.)
as()
{
	local user=$1 dir=${BATS_TEST_TMPDIR:-$BATS_FILE_TMPDIR}/$1
	shift
	[[ -d $dir ]] || install -d -o "$user" "$dir"
	if [[ $user == root ]]; then
		(cd "$dir" && exec "$@") 3>&-
	else
		(cd "$dir" && export HOME="${home_of[$user]}" USER="$user" LOGNAME="$user" &&
			exec setpriv --reuid "$user" --regid "${group_of[$user]}" --init-groups -- "$@") 3>&-
	fi
}

# own_folder: the folder of craneuser that as() uses, also for files of the test; sets out.
own_folder()
{
	out=$(scratch)/craneuser
	install -d -o craneuser "$out"
}

# program NAME <<TEXT: an executable of craneuser's in that folder.
program()
{
	local file
	file=$(scratch)/craneuser/$1
	cat >"$file"
	chmod 755 "$file"
}

# submit SBATCH-OPTION...: as craneuser; prints the job's id. The job is cancelled when the test (the file) is over.
submit()
{
	local id
	id=$(as craneuser sbatch --parsable --output /dev/null "$@") || return 1
	mine "$id"
	echo "$id"
}

# The same by cbatch, which says "Job id allocated: N".
csubmit()
{
	local line
	line=$(as craneuser cbatch --output /dev/null "$@") || return 1
	[[ $line =~ ^'Job id allocated: '([0-9]+)$ ]] || return 1
	mine "${BASH_REMATCH[1]}"
	echo "${BASH_REMATCH[1]}"
}

# A job that never starts, as a dependee. (A short dependee is also submitted with --hold, and released when the jobs that
# wait for it are submitted, since an ended job can no longer be named.)
submit_held()
{
	submit --hold --wrap true
}

# Stores the id of a job that was made without submit, so that it is cancelled too.
mine()
{
	printf '%s\n' "$@" >>"${BATS_TEST_TMPDIR:-$BATS_FILE_TMPDIR}/submitted"
}

cancel_mine()
{
	local file
	file=$(scratch)/submitted
	[[ -s $file ]] || return 0
	xargs scancel --quiet <"$file" 3>&- 2>/dev/null || true
}

# For teardown in a file with its own cluster: no job is left, or is ending, when the next test begins.
end_all_jobs()
{
	scancel --quiet --user craneuser 3>&- 2>/dev/null || true
	wait_until '[[ -z $(squeue -h) ]]' 20
}
