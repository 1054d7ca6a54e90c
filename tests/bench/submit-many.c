/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Submits many small held or gated jobs through libslurm and prints how long each took, for tests/bench/dependency.
 * What to measure with it is decided there.
 *
 *   submit-many COUNT [DEPENDENCY [FIRST]]
 *
 * DEPENDENCY empty or not given: held jobs. A '%' in it stands for FIRST, FIRST+1, ... Prints one line a job: id, microseconds.
 * SUBMIT_MANY_REFUSED set: each job is to be refused, and its id is printed as 0. SUBMIT_MANY_PARTITION: the partition.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <slurm/slurm.h>
#include <slurm/slurm_errno.h>

static long usec_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static void fill_in(char *buf, size_t size, const char *pattern, unsigned long id)
{
	const char *mark = strchr(pattern, '%');

	if (mark)
		snprintf(buf, size, "%.*s%lu%s", (int)(mark - pattern), pattern, id, mark + 1);
	else
		snprintf(buf, size, "%s", pattern);
}

static int submit_one(const char *dependency, long *usec)
{
	char *env[] = { "PATH=/usr/bin:/bin", NULL };
	submit_response_msg_t *answer = NULL;
	job_desc_msg_t desc;
	int id = -1;

	slurm_init_job_desc_msg(&desc);
	desc.name = "many";
	desc.script = "#!/bin/sh\ntrue\n";
	desc.environment = env;
	desc.env_size = 1;
	desc.std_in = desc.std_out = desc.std_err = "/dev/null";
	desc.work_dir = "/tmp";
	desc.min_nodes = 1;
	desc.min_cpus = 1;
	desc.pn_min_memory = 1;
	desc.user_id = getuid();
	desc.group_id = getgid();
	desc.partition = getenv("SUBMIT_MANY_PARTITION");
	if (dependency[0])
		desc.dependency = strdup(dependency);
	else
		desc.priority = 0;
	*usec = usec_now();
	if (slurm_submit_batch_job(&desc, &answer) == SLURM_SUCCESS && answer)
		id = (int)answer->job_id;
	else if (getenv("SUBMIT_MANY_REFUSED"))
		id = 0;
	else
		fprintf(stderr, "submit-many: %s\n", slurm_strerror(slurm_get_errno()));
	*usec = usec_now() - *usec;
	if (answer)
		slurm_free_submit_response_response_msg(answer);
	free(desc.dependency);
	return id;
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
	unsigned long first = argc > 3 ? strtoul(argv[3], NULL, 10) : 0;
	const char *pattern = argc > 2 ? argv[2] : "";
	char dependency[32768];

	if (!count || argc > 4) {
		fprintf(stderr, "usage: submit-many COUNT [DEPENDENCY [FIRST]]\n");
		return 2;
	}
	for (unsigned long i = 0; i < count; i++) {
		long usec;
		int id;

		fill_in(dependency, sizeof(dependency), pattern, first + i);
		id = submit_one(dependency, &usec);
		if (id < 0)
			return 1;
		printf("%d %ld\n", id, usec);
	}
	return 0;
}
