# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs a page of the guide as a session on a mini cluster: every command of its console blocks, in the order of the page,
# and compares what it prints with what the page shows. doc/architecture.md says how a page
# is written.
#
# shellcheck shell=bash

shopt -s extglob

readonly console_patience_sec=$((9 * ${CRANE_TEST_PATIENCE:-4}))	# for a question whose answer comes to be what the page shows
readonly console_update_sec=4		# the same, when the page is to be rewritten
readonly console_command_sec=$((15 * ${CRANE_TEST_PATIENCE:-4}))	# for any one command

# -- reading a page ---------------------------------------------------------------------------------------------------

# read_page FILE FUNCTION: calls FUNCTION for everything in the page that is to be done, in order:
#   command  LINE USER TEXT MODE EXPECTED LAST   USER is $ or #; MODE is "shown", "fails", "status" (any) or "hidden"; EXPECTED are the
#                                                lines shown below it, on the lines LINE+1..LAST of the page
#   file     LINE NAME TEXT                      append LINE NAME TEXT
#   picture  LINE FILE JOB                       cluster LINE OPTIONS                    skipped LINE REASON
#   bad      LINE WHY
# A function that fails ends the page.
read_page()
{
	local page=$1 do=$2 line n=0 state=text text='' mark='' argument='' mark_line=0 fence=''
	local user='' command='' expected='' command_line=0 mode='' next=() indent=''
	while IFS= read -r line || [[ -n $line ]]; do
		n=$((n + 1))
		[[ $state == text ]] || line=${line#"$indent"}
		case $state in
		text)
			if [[ $line =~ ^' '*'<!-- '(not run|file|append|picture|cluster)': '(.*)' -->'$ ]]; then
				mark=${BASH_REMATCH[1]}
				argument=${BASH_REMATCH[2]}
				mark_line=$n
				case $mark in
				cluster)
					"$do" cluster "$n" "$argument" || return 1
					mark='' ;;
				picture)
					"$do" picture "$n" "${argument%% *}" "${argument##* }" || return 1
					mark='' ;;
				esac
			elif [[ $line =~ ^' '*'<!-- fails -->'$ ]]; then
				mark=fails
				mark_line=$n
			elif [[ $line =~ ^(' '*)'<!-- hidden'$ ]]; then
				indent=${BASH_REMATCH[1]}
				state=hidden
				mode=hidden
			elif [[ $line =~ ^(' '*)'```'([a-z]*)$ ]]; then
				indent=${BASH_REMATCH[1]}
				fence=${BASH_REMATCH[2]}
				text=''
				if [[ -n $mark ]] && ((mark_line != n - 1)); then
					"$do" bad "$mark_line" "no block follows this mark" || return 1
					mark=''
				fi
				case $mark,$fence in
				'not run',*)
					"$do" skipped "$n" "$argument" || return 1
					state=skipped ;;
				file,*|append,*) state=content ;;
				,console|fails,console)
					state=console
					mode=shown
					[[ $mark != fails ]] || mode=fails ;;
				,*) state=plain ;;
				*)
					"$do" bad "$mark_line" "no console block follows this mark" || return 1
					state=plain ;;
				esac
				[[ $state == content ]] || mark=''
			elif [[ -n $mark ]]; then
				"$do" bad "$mark_line" "no block follows this mark" || return 1
				mark=''
			fi ;;
		console|hidden)
			if [[ $line =~ ^([\$#])' '(.*)$ ]]; then
				next=("${BASH_REMATCH[@]:1}")
				# The page shows the status itself.
				[[ ${next[1]} != 'echo $?' || $mode != shown ]] || mode=status
				end_command || return 1
				[[ $mode != status ]] || mode=shown
				user=${next[0]}
				command=${next[1]}
				command_line=$n
			elif [[ $state == console && $line == '```' || $state == hidden && $line == '-->' ]]; then
				end_command || return 1
				state=text
			elif [[ -n $command && $line == '> '* && -z $expected ]]; then
				command+=$'\n'${line#> }
				command_line=$n
			elif [[ -n $command && $state == console ]]; then
				expected+=$line$'\n'
			else
				"$do" bad "$n" "a console block begins with a prompt" || return 1
			fi ;;
		content)
			if [[ $line == '```' ]]; then
				"$do" "$mark" "$mark_line" "$argument" "$text" || return 1
				mark=''
				state=text
			else
				text+=$line$'\n'
			fi ;;
		plain)
			if [[ $line == '```' ]]; then
				state=text
			elif [[ $line =~ ^' '*'$ ' ]]; then
				"$do" bad "$n" "a command in a block that is no console block" || return 1
			fi ;;
		skipped)
			[[ $line != '```' ]] || state=text ;;
		esac
	done <"$page"
	[[ $state == text ]] || "$do" bad "$n" "the last block has no end"
}

# Hands on the command that read_page has collected, if there is one.
end_command()
{
	[[ -n $command ]] || return 0
	"$do" command "$command_line" "$user" "$command" "$mode" "$expected" $((n - 1)) || return 1
	user='' command='' expected=''
}

# -- comparing --------------------------------------------------------------------------------------------------------

# What differs from run to run: moments (but not the year 2100, which is a closed gate), elapsed times under ten minutes
# (not delays, which stand after a +), the record's token, seconds since 1970, what ceff has measured, numbers of users. Blanks at the end of a line, and how many stand
# between two words, do not count.
normalize()
{
	sed -E -e 's/(20[0-9]{2}|19[0-9]{2})-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?/TIME/g' \
		-e 's/(^|[^+0-9:-])00:0[0-9]:[0-9]{2}\b/\100:00:SS/g' \
		-e 's/(^| )0:[0-9]{2}( |$)/\10:SS\2/g' -e 's/\bk=[0-9a-f]{16}\b/k=TOKEN/g' -e 's/@[0-9]{10}\b/@SECONDS/g' \
		-e 's/\b[0-9]+\.[0-9]{2}%/N%/g' -e 's/^(Memory Utilized:) [0-9.]+/\1 N/' -e 's/\b(craneuser)\([0-9]+\)/\1(ID)/g' \
		-e 's/([^ ]) +/\1 /g' -e 's/[[:space:]]+$//'
}

# matches EXPECTED FOUND: a line "..." stands for any number of lines, "..." in a line for any text.
matches()
{
	local line pattern='' nl=$'\n' expected found
	expected=$(normalize <<<"${1%"$nl"}")
	found=$(normalize <<<"${2%"$nl"}")
	if [[ -n $expected ]]; then
		while IFS= read -r line; do
			if [[ $line =~ ^[[:space:]]*\.\.\.$ ]]; then
				pattern+="*(*([!$nl])$nl)"
			else
				line=${line//\\/\\\\}
				line=$(sed -E 's/[][*?|&()<>!@+]/\\&/g' <<<"$line")
				pattern+=${line//.../*([!$nl])}$nl
			fi
		done <<<"$expected"
		found+=$nl
	fi
	# shellcheck disable=SC2053
	[[ $found == $pattern ]]
}

# -- the plain user's shell -------------------------------------------------------------------------------------------
# One shell for the whole page, so that calloc's shell, folders and variables last from one command to the next.

# shell_open USER FOLDER
shell_open()
{
	# shellcheck disable=SC2016
	coproc page_shell {
		exec 3>&- 2>&1
		cd "$2" || exit 1
		exec runuser -u "$1" -- env -i HOME="$2" USER="$1" LOGNAME="$1" SHELL=/bin/bash LC_ALL=C.UTF-8 \
			PATH="$PATH" SLURM_CONF="$SLURM_CONF" bash --norc --noprofile
	}
	exec {shell_in}>&"${page_shell[1]}" {shell_out}<&"${page_shell[0]}"
	shell_status=0
}

shell_close()
{
	exec {shell_in}>&- {shell_out}<&-
}

# shell_run COMMAND: sets found and shell_status. What starts or ends a shell reads on where this one stops; everything
# else gets no stdin.
shell_run()
{
	local line part='' rc mark="=mark-$RANDOM$RANDOM=" limit=$((SECONDS + console_command_sec)) command=$1
	case ${command%% *} in
	calloc|salloc|exit) ;;
	*) command=$'{ (exit '$shell_status$')\n'$command$'\n} </dev/null' ;;
	esac
	# shellcheck disable=SC2016
	printf '%s\nprintf "\\n%%s %%d\\n" %s $?\n' "$command" "$mark" >&"$shell_in" || return 1
	found=''
	while ((SECONDS < limit)); do
		rc=0
		IFS= read -r -t 1 line <&"$shell_out" || rc=$?
		part+=$line
		((rc > 128)) && continue
		if ((rc)); then
			found+=$part'(the shell has gone)'
			return 1
		fi
		line=$part part=''
		if [[ $line == "$mark "* ]]; then
			shell_status=${line##* }
			# The mark's own line feed, and the one that ends the last line.
			found=${found%$'\n'}
			return 0
		fi
		found+=$line$'\n'
	done
	found+=$part"(stopped after $console_command_sec seconds)"
	return 1
}

# root_run COMMAND: in the top folder of the sources. Sets found and root_status.
root_run()
{
	root_status=0
	found=$(cd "$page_top" && timeout -k 5 "$console_command_sec" bash -c "$1" 2>&1 </dev/null 3>&-) || root_status=$?
	[[ -z $found ]] || found+=$'\n'
}

# A question changes nothing: it may be asked again until the answer is the page's.
is_question()
{
	[[ $1 =~ ^(cqueue|cacct|ceff|cinfo|ccontrol\ show|squeue|scontrol\ (-o\ )?show|cat|grep|tail|ls|contrib/gated$|test)($|\ ) ]]
}

# -- running a page ---------------------------------------------------------------------------------------------------

page_complain()
{
	printf '%s:%s: %s\n' "$page_name" "$1" "$2" >&2
	shift 2
	(($# == 0)) || printf '%s\n' "$@" >&2
}

# Fails unless the status is what the mode wants. Called with status and mode.
status_fits()
{
	case $2 in
	fails) (($1 != 0)) ;;
	status) ;;
	*) (($1 == 0)) ;;
	esac
}

run_command()
{
	local at=$1 user=$2 command=$3 mode=$4 expected=$5 last=$6 status limit ran before
	before=$shell_status
	limit=$((SECONDS + console_patience_sec))
	[[ -z ${page_update:-} ]] || limit=$((SECONDS + console_update_sec))
	while :; do
		ran=1
		if [[ $user == '$' ]]; then
			shell_status=$before
			shell_run "$command" || ran=''
			status=$shell_status
		else
			root_run "$command"
			status=$root_status
		fi
		if [[ -n $ran ]] && status_fits "$status" "$mode" &&
			{ [[ $mode == hidden ]] || matches "$expected" "$found"; }; then
			n_commands=$((n_commands + 1))
			return 0
		fi
		if [[ -z $ran ]] || ! is_question "$command" || ((SECONDS >= limit)); then
			break
		fi
		sleep 0.3
	done
	if [[ -n ${page_update:-} && -n $ran && $mode != hidden ]]; then
		status_fits "$status" "$mode" || page_complain "$at" "\"$command\" has status $status"
		note_update "$at" "$last"
		n_commands=$((n_commands + 1))
		return 0
	fi
	page_complain "$at" "$user $command" "status $status ($mode); the page shows:" "$expected" "it printed:" "$found"
	return 1
}

# The labels of a picture, one a line: from Graphviz's language on stdin, or from an SVG.
labels_of_dot()
{
	grep -oP 'label="\K([^"\\]|\\.)*' | sed -e 's/\\n/\n/g' -e 's/\\"/"/g' | grep -v '^$' | sort
}

labels_of_svg()
{
	grep -oP '<text [^>]*>\K[^<]*' "$1" |
		sed -e 's/&#45;/-/g' -e 's/&quot;/"/g' -e 's/&gt;/>/g' -e 's/&lt;/</g' -e 's/&#160;/ /g' -e 's/&amp;/\&/g' | sort
}

# run_picture LINE FILE JOB: the committed picture says what the graph of that job says now.
run_picture()
{
	local file=${page_file%/*}/$2 dot deadline=$((SECONDS + console_patience_sec))
	while :; do
		shell_run "ccontrol show dependency $3 --dot" || return 1
		dot=$found
		if [[ -f $file ]] &&
			[[ $(labels_of_dot <<<"$dot" | normalize) == "$(labels_of_svg "$file" | normalize)" ]]; then
			n_pictures=$((n_pictures + 1))
			return 0
		fi
		if [[ -n ${page_update:-} ]] || ((SECONDS >= deadline)); then
			break
		fi
		sleep 0.3
	done
	if [[ -n ${page_update:-} ]]; then
		mkdir -p "${file%/*}" && draw <<<"$dot" >"$file"
		return
	fi
	page_complain "$1" "$2 is not what this prints:" "ccontrol show dependency $3 --dot" "$dot"
	return 1
}

# A browser has a sans-serif of its own; Helvetica's widths are near those of most.
draw()
{
	dot -Tsvg -Gfontname=Helvetica -Nfontname=Helvetica,Arial,sans-serif -Efontname=Helvetica,Arial,sans-serif \
		-Nfontsize=13 -Efontsize=12 -Gbgcolor=transparent -Nstyle=filled -Nfillcolor=white |
		sed -e '/^<!--/d' -e '/^ *Generated by/d' -e '/^ -->$/d'
}

run_action()
{
	local action=$1 at=$2
	shift 2
	case $action in
	cluster) ;;
	skipped) n_skipped=$((n_skipped + 1)) ;;
	command) run_command "$at" "$@" ;;
	file)
		printf '%s' "$2" >"$page_folder/$1" && chmod 755 "$page_folder/$1" && chown "$page_user" "$page_folder/$1" ;;
	append) printf '%s' "$2" >>"$MINICLUSTER_DIR/etc/$1" ;;
	picture) run_picture "$at" "$@" ;;
	bad)
		page_complain "$at" "$1"
		return 1 ;;
	esac
}

# Where the page's output is to be replaced: pairs of lines, and the text between them.
note_update()
{
	update_from+=("$1")
	update_to+=("$2")
	update_text+=("$(sed -E 's/[[:space:]]+$//' <<<"${found%$'\n'}")")
}

write_update()
{
	local i=0 n=0 line skip=0
	((${#update_from[@]})) || return 0
	while IFS= read -r line; do
		n=$((n + 1))
		((n > skip)) && printf '%s\n' "$line"
		if ((i < ${#update_from[@]} && n == update_from[i])); then
			# shellcheck disable=SC2001  # each line of several
			[[ -z ${update_text[i]} ]] || sed "s/^/${line%%[!" "]*}/" <<<"${update_text[i]}"
			skip=${update_to[i]}
			i=$((i + 1))
		fi
	done <"$page_file" >"$page_file.new" && mv "$page_file.new" "$page_file"
}

# list_page FILE: what read_page finds there, one a line: action, line, and what is said of it; tabs between them.
list_page()
{
	# shellcheck disable=SC2317  # called by read_page
	print_action()
	{
		case $1 in
		cluster|skipped|bad) printf '%s\t%s\t%s\n' "$1" "$2" "$3" ;;
		*) printf '%s\t%s\t\n' "$1" "$2" ;;
		esac
	}
	read_page "$1" print_action
}

# The options of minicluster up that a page asks for.
page_cluster_options()
{
	list_page "$1" | sed -n 's/^cluster\t[0-9]*\t//p'
}

# run_page FILE USER FOLDER TOP: FOLDER is the user's own, TOP where root's commands run. With page_update set the page is
# rewritten instead of judged. Counts in n_commands, n_pictures and n_skipped, and says so.
run_page()
{
	local shell_in shell_out shell_status root_status found
	local update_from=() update_to=() update_text=() rc=0
	page_file=$1
	page_name=${1##*/}
	page_user=$2
	page_folder=$3
	page_top=$4
	n_commands=0
	n_pictures=0
	n_skipped=0
	shell_open "$page_user" "$page_folder"
	read_page "$page_file" run_action || rc=1
	shell_close
	((rc)) || [[ -z ${page_update:-} ]] || write_update
	if ((rc == 0 && n_commands == 0)); then
		page_complain 1 "not one command has run"
		rc=1
	fi
	((rc)) || echo "$n_commands commands, $n_pictures pictures; $n_skipped blocks cannot run"
	return "$rc"
}
