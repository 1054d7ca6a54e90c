#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# feature: a reconfigure while the resolver talks to slurmctld
#
# A library in slurmctld stops the resolver's thread where libslurm reads slurm_conf without a lock, until a reconfigure has
# cleared slurm_conf, or for some time. Only releases before 23.11 clear it in a slurmctld that is in control.

load common

setup_file()
{
	build_late_reader "$BATS_FILE_TMPDIR/late.so"
	chmod go+x "$BATS_FILE_TMPDIR"
	export MINICLUSTER_CTLD_WRAPPER="env LD_PRELOAD=$BATS_FILE_TMPDIR/late.so"
	private_cluster --nodes 1 --cpus 16
}

# build_late_reader FILE: libslurm calls getpid() to choose a port, and next divides by the number of ports (Slurm 22.05.8
# src/common/slurm_protocol_api.c, slurm_open_controller_conn).
build_late_reader()
{
	# shellcheck disable=SC2046  # flags are words
	cc -shared -fPIC -x c -o "$1" $(pkg-config --cflags slurm 2>/dev/null) - -ldl <<-'END'
		#define _GNU_SOURCE
		#include <dlfcn.h>
		#include <string.h>
		#include <sys/prctl.h>
		#include <sys/syscall.h>
		#include <unistd.h>
		#include <slurm/slurm.h>

		pid_t getpid(void)
		{
			volatile slurm_conf_t *conf = dlsym(RTLD_DEFAULT, "slurm_conf");
			char thread[16] = "";

			prctl(PR_GET_NAME, thread);
			if (conf && strcmp(thread, "crane_resolver") == 0)
				for (int i = 0; i < 2000 && conf->slurmctld_port_count; i++)
					usleep(100);
			return (pid_t)syscall(SYS_getpid);
		}
	END
}

ctld_pid()
{
	minicluster status | awk '$1 == "slurmctld" { print $4 }'
}

@test "slurmctld survives reconfigures while the resolver reads slurm_conf" {
	local pid first jobs=() i job
	pid=$(ctld_pid)
	first=$(submit_held)
	for i in 1 2 3 4; do
		jobs+=("$(submit -d "crane:afterok:$first+${i}s" --wrap true)")
	done
	for i in {1..15}; do
		timeout 20 scontrol reconfigure
		as root scontrol update JobId="${jobs[i % 4]}" AdminComment="note $i"
	done
	slurm_at_least 23 11 || assert_eq "$(ctld_pid)" "$pid" "slurmctld"
	scontrol release "$first"
	for job in "${jobs[@]}"; do
		wait_for_end 30 "$job"
	done
}
