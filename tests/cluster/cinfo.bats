#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: `cinfo`: partitions, states of nodes, formats, reasons, JSON
#
# What cinfo shows of partitions and nodes, on a cluster whose nodes this file has brought into all states that it can. Its
# refusals are tested without one.

load common

setup_file()
{
	local mixed full held tasks
	# slurm.conf's order of partitions is not that of their names.
	private_cluster --nodes 9 --cpus 4 --conf 'PartitionName=secret Nodes=crane0[6-7] Hidden=YES' \
		--conf 'PartitionName=also Nodes=crane0[3-4]' --conf 'PartitionName=shut Nodes=crane01 State=DOWN' \
		--conf SuspendProgram=/bin/true --conf ResumeProgram=/bin/true --conf SuspendTime=100000 \
		--conf SuspendTimeout=2 --conf ResumeTimeout=60 --conf ReturnToService=0
	scontrol create PartitionName=nothing
	scontrol update nodename=crane02 state=drain reason=$'bad \e[31m disk'
	scontrol update nodename=crane03 state=down reason='no power'
	scontrol update nodename=crane08 state=drain reason='new kernel'
	scontrol update nodename=crane09 state=power_down
	scontrol create reservation ReservationName=upkeep StartTime=now Duration=600 Nodes=crane07 Users=root Flags=maint
	mixed=$(submit -w crane04 -c 1 -J mixed --wrap 'exec sleep 3000')
	full=$(submit -w crane05,crane06 -N 2 -n 8 -J full --wrap 'exec sleep 3000')
	held=$(submit --hold -J held --wrap true)
	tasks=$(submit --array=1-2 -w crane04 -c 1 -J tasks --wrap 'exec sleep 3000')
	keep jobs mixed full held tasks
	wait_until "[[ \$(squeue -h -t R -o %i | wc -l) == 4 ]]" 10
	scontrol update nodename=crane06 state=drain reason='new kernel'
	wait_until "[[ \$(sinfo -h -n crane09 -p CPU -O statecomplete | xargs) == *powered_down* ]]" 15
	wait_until "[[ \$(sinfo -h -n crane07 -p CPU -O statecomplete | xargs) == *maint* ]]" 15
}

setup()
{
	recall jobs
}

# Jobs and states are those of the whole file.
teardown()
{
	dump_on_failure
}

# ci OPTION...: as an ordinary user.
ci()
{
	as craneuser cinfo "$@"
}

# trimmed OPTION...: without the blanks at the end of lines.
trimmed()
{
	ci "$@" | sed 's/ *$//'
}

@test "cinfo groups the nodes of each partition by state and reason, in the order of slurm.conf" {
	assert_eq "$(trimmed)" "$(cat <<-'TABLE'
		PARTITION AVAIL NODES STATE                      NODELIST
		CPU*      up    2     idle[power_active]         crane[01,07]
		CPU*      up    1     idle[power_poweredoff]     crane09
		CPU*      up    1     mix[power_active]          crane04
		CPU*      up    1     alloc[power_active]        crane05
		CPU*      up    1     down[failed]               crane03
		CPU*      up    1     idle(drain)[power_active]  crane02
		CPU*      up    1     idle(drain)[power_active]  crane08
		CPU*      up    1     alloc(drain)[power_active] crane06
		GPU       up    1     idle[power_poweredoff]     crane09
		secret    up    1     idle[power_active]         crane07
		secret    up    1     alloc(drain)[power_active] crane06
		also      up    1     mix[power_active]          crane04
		also      up    1     down[failed]               crane03
		shut      down  1     idle[power_active]         crane01
		nothing   down  0     n/a
	TABLE
	)"
}

# covers: cinfo --partition --nodes
@test "cinfo --partition and --nodes narrow down, and nodes that are not shown are told on stderr" {
	assert_eq "$(trimmed -N -p also,shut -p GPU)" "$(cat <<-'TABLE'
		GPU  up   1 idle[power_poweredoff] crane09
		also up   1 mix[power_active]      crane04
		also up   1 down[failed]           crane03
		shut down 1 idle[power_active]     crane01
	TABLE
	)"
	run -0 --separate-stderr ci -N -p CPU -n 'crane[01-04]' -n crane12,crane10,crane11 -t idle
	assert_eq "$output" "$(printf '%s\n' 'CPU* up 1 idle[power_active]        crane01 ' \
		'CPU* up 1 idle(drain)[power_active] crane02 ')"
	assert_eq "$stderr" 'Requested nodes do not exist or do not meet the given filter condition: crane[03-04,10-12].'
	run -0 --separate-stderr ci -p cpu
	assert_answer 0 '' 'No matching partitions were found for the given filter.'
	# CPU is the default one: its * is no part of its name.
	run -0 --separate-stderr ci -p 'CPU*'
	assert_answer 0 '' 'No matching partitions were found for the given filter.'
}

# covers: cinfo --states --responding --dead --noheader
@test "cinfo --states, --responding and --dead choose states; partitions without such nodes come last" {
	assert_eq "$(trimmed -N -t IDLE,alloc,Drain)" "$(cat <<-'TABLE'
		CPU*    up   1 idle(drain)[power_active]  crane02
		CPU*    up   1 idle(drain)[power_active]  crane08
		CPU*    up   1 alloc(drain)[power_active] crane06
		secret  up   1 alloc(drain)[power_active] crane06
		GPU     up   0 n/a
		also    up   0 n/a
		shut    down 0 n/a
		nothing down 0 n/a
	TABLE
	)"
	assert_eq "$(ci -d -N -o '%p %n %s;' -p CPU,also,GPU)" "$(printf '%s\n' 'CPU* 1 down[failed];' 'also 1 down[failed];' \
		'GPU  0 n/a         ;')"
	assert_eq "$(ci -r -N -o '%l' -p also,nothing | xargs)" crane04
	assert_eq "$(ci -t off -N -o '%l' -p CPU)" crane09
	assert_eq "$(ci -t poweredoff -t oning -N -o '%l' -p CPU)" crane09
	# What Slurm has no state for is known, and matches nothing.
	for word in power-idle sleeping to-sleep waking offing; do
		assert_eq "$(ci -t "$word" -N -p CPU -o '%n%s')" 0n/a
	done
	assert_eq "$(ci -t "active,sleeping,none,mix" -N -p CPU -o '%l')" crane04
}

# covers: cinfo --list-reasons
@test "cinfo --list-reasons shows why nodes are drained or down, as text that a terminal does not obey" {
	assert_eq "$(trimmed -R)" "$(cat <<-'TABLE'
		PARTITION AVAIL NODES STATE                      NODELIST REASON
		CPU*      up    1     down[failed]               crane03  no power
		CPU*      up    1     idle(drain)[power_active]  crane02  bad ?[31m disk
		CPU*      up    1     idle(drain)[power_active]  crane08  new kernel
		CPU*      up    1     alloc(drain)[power_active] crane06  new kernel
		secret    up    1     alloc(drain)[power_active] crane06  new kernel
		also      up    1     down[failed]               crane03  no power
	TABLE
	)"
	run -0 --separate-stderr ci -R -p GPU
	assert_answer 0 '' 'No matching partitions were found for the given filter.'
	assert_eq "$(ci -R -N -p GPU -o %l)" crane09
}

# covers: cinfo --format
# covers: cinfo %partition; cinfo %avail; cinfo %nodes; cinfo %state; cinfo %nodelist
@test "cinfo --format prints columns by letter and by name, cut and padded to a width behind a dot" {
	assert_eq "$(ci -p CPU,shut -t idle,active,none -o '%p|%a|%n|%s|%l')" "$(printf '%s\n' \
		'PARTITION|AVAIL|NODES|STATE             |NODELIST    ' \
		'CPU*     |up   |2    |idle[power_active]|crane[01,07]' \
		'shut     |down |1    |idle[power_active]|crane01     ')"
	assert_eq "$(ci -p shut -N -o '%.6Partition%.5AVAIL%.2nodes%.4State,%.9NodeList%9n')" 'shut  down 1 idle,crane01  %9n'
}

# covers: cinfo --job
@test "cinfo --job shows the nodes of jobs in their partition, and says which jobs have none" {
	assert_eq "$(trimmed -N -j "$full")" "$(cat <<-'TABLE'
		CPU* up 1 alloc[power_active]        crane05
		CPU* up 1 alloc(drain)[power_active] crane06
	TABLE
	)"
	assert_eq "$(ci -N -j "$mixed,${tasks}_1,$full" -t none -o '%l' | xargs)" 'crane04 crane05'
	assert_eq "$(ci -N -j "$tasks" -o '%p%n%l')" 'CPU*1crane04'
	run -0 --separate-stderr ci -j "$held"
	assert_answer 0 '' "Job $held has no nodes."
	run -0 --separate-stderr ci -j "4711"
	assert_answer 0 '' 'Job 4711 is not in the queue.'
	run -0 --separate-stderr ci -N -j "$held,$mixed,${tasks}_9" -o %l
	assert_answer 0 crane04 "Job $held has no nodes."$'\n'"Job ${tasks}_9 is not in the queue."
}

# covers: cinfo --json
@test "cinfo --json prints the reply of Crane's controller, to which filters apply" {
	run -0 ci --json -p shut,GPU,also -t none -R -o %p
	assert_eq "$(jq -cS . <<<"$output")" "$(jq -cS . <<-'JSON'
		{"ok":true,"partitions":[
		{"name":"GPU","state":"PARTITION_UP","craned_lists":[{"resource_state":"CRANE_IDLE","control_state":"CRANE_NONE",
		"power_state":"CRANE_POWER_POWEREDOFF","count":1,"craned_list_regex":"crane09","reason":""}]},
		{"name":"also","state":"PARTITION_UP","craned_lists":[
		{"resource_state":"CRANE_MIX","control_state":"CRANE_NONE","power_state":"CRANE_POWER_ACTIVE","count":1,
		"craned_list_regex":"crane04","reason":""},
		{"resource_state":"CRANE_DOWN","control_state":"CRANE_NONE","power_state":"CRANE_POWER_ACTIVE","count":1,
		"craned_list_regex":"crane03","reason":"no power"}]},
		{"name":"shut","state":"PARTITION_DOWN","craned_lists":[{"resource_state":"CRANE_IDLE","control_state":"CRANE_NONE",
		"power_state":"CRANE_POWER_ACTIVE","count":1,"craned_list_regex":"crane01","reason":""}]}]}
	JSON
	)"
	assert_eq "$(ci --json -p CPU -t sleeping | jq -c .partitions)" \
		'[{"name":"CPU*","state":"PARTITION_UP","craned_lists":[]}]'
	assert_eq "$(ci --json -n crane02 -p CPU | jq -r '.partitions[0].craned_lists[0].reason')" $'bad \e[31m disk'
}

# counts FILTER: how many nodes of each partition cinfo shows, "CPU 3", sorted.
counts()
{
	ci -N -t "$1" -o '%p %n' | awk '$2 > 0 { sub(/[*]/, "", $1); n[$1] += $2 } END { for (p in n) print p, n[p] }' | sort
}

# counts_of_sinfo STATES: the same of the nodes whose state in sinfo is the regular expression STATES.
counts_of_sinfo()
{
	sinfo -a -h -N -o '%R %T' | awk -v states="^($1)\$" '$2 ~ states { n[$1]++ } END { for (p in n) print p, n[p] }' | sort
}

@test "cinfo and sinfo count the same nodes in every state" {
	local filter states
	sinfo -a -h -N -o '%R %N %T' # shown if the test fails
	while read -r filter states; do
		[[ -n $(counts_of_sinfo "$states") ]] || fail "sinfo has no node that is $states"
		assert_eq "$(counts "$filter")" "$(counts_of_sinfo "$states")" "$filter"
	done <<-'STATES'
		mix,none mixed
		alloc,none allocated
		idle,none,active idle|maint
		off powered_down|idle~
		down down.?
		drain drain(ed|ing)
		idle,drain drained
		alloc,drain draining
		idle,mix,alloc,down .*
	STATES
	# In maintenance, in a reservation: Crane's words are those of the jobs there.
	assert_eq "$(sinfo -h -n crane07 -p CPU -o %t)" maint
	assert_eq "$(ci -N -n crane07 -p CPU -o %s)" 'idle[power_active]'
}

@test "cinfo says that its output is lost and ends with status 6 when the disk is full" {
	local option
	for option in -N --json -i=1; do
		# shellcheck disable=SC2016  # the arguments are the inner shell's
		run --separate-stderr as craneuser bash -c '"$@" >/dev/full' - cinfo "$option"
		assert_answer 6 '' 'cannot write to standard output: No space left on device'
	done
}

# covers: cinfo --iterate
@test "cinfo --iterate repeats the table below the time" {
	local out=$BATS_TEST_TMPDIR/out pid
	chmod 755 "$BATS_TEST_TMPDIR"
	cinfo -i 1 -N -p shut -o '%p %n' >"$out" 3>&- &
	pid=$!
	wait_until "[[ \$(grep -c '^shut 1' '$out') -ge 2 ]]" 5
	kill "$pid"
	wait "$pid" || true
	[[ $(sed -n 1p "$out") =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}' '[0-9:]{8}$ ]] || fail "$(cat "$out")"
	assert_eq "$(sed -n '2,3p' "$out")" 'shut 1'
	[[ $(sed -n 4p "$out") =~ ^[0-9]{4}- ]] || fail "$(cat "$out")"
}

# covers: cinfo --config
@test "cinfo -C asks the cluster of another slurm.conf" {
	local other
	other=$(mktemp "$BATS_TEST_TMPDIR/slurm.conf.XXXXXX")
	cp "$SLURM_CONF" "$other"
	assert_eq "$(SLURM_CONF=/nowhere cinfo -C "$other" -N -p shut -o %n)" 1
}

# The last test: the cluster has another slurm.conf afterwards.
@test "cinfo ends with status 4 where PrivateData hides nodes from the user" {
	echo 'PrivateData=nodes' >>"$SLURM_CONF"
	scontrol reconfigure
	wait_until '! as craneuser sinfo -h 2>/dev/null | grep -q .' 10
	run --separate-stderr ci
	assert_status 4
	assert_eq "$output" ''
	assert_eq "${stderr_lines[-1]}" 'Failed to query cluster information: Access denied.'
	assert_eq "$(as root cinfo -N -p shut -o %n)" 1
}
