/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes a job as any client of libslurm can: with spellings of its id that scontrol refuses, at
 * full speed, and from the moment that the job exists.
 *
 *   update-job [--until-accepted | --for SECONDS] JOB [FIELD=VALUE...]
 *
 * JOB goes to slurmctld as it is; "#12" goes as a number. Fields: StartTime (seconds since 1970),
 * Dependency, AdminComment. With --for it repeats the change at full speed, whatever the answer,
 * and prints how often. The exit status is 0 if the (last) change was accepted, 1 if not, and the
 * reason goes to stderr.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <slurm/slurm.h>
#include <slurm/slurm_errno.h>

static int usage(void)
{
	fprintf(stderr,
		"usage: update-job [--until-accepted | --for SECONDS] JOB [FIELD=VALUE...]\n");
	return 2;
}

static int set_field(job_desc_msg_t *desc, char *field)
{
	char *value = strchr(field, '=');

	if (!value)
		return -1;
	*value++ = '\0';
	if (strcmp(field, "StartTime") == 0)
		desc->begin_time = (time_t)strtoll(value, NULL, 10);
	else if (strcmp(field, "Dependency") == 0)
		desc->dependency = value;
	else if (strcmp(field, "AdminComment") == 0)
		desc->admin_comment = value;
	else
		return -1;
	return 0;
}

static int update(job_desc_msg_t *desc)
{
	job_array_resp_msg_t *resp = NULL;
	int rc = 0;

	errno = 0;
	if (!desc->job_id_str)
		return slurm_update_job(desc) ? (errno ? errno : SLURM_ERROR) : 0;
	if (slurm_update_job2(desc, &resp))
		rc = errno ? errno : SLURM_ERROR;
	for (uint32_t i = 0; resp && i < resp->job_array_count; i++)
		if (resp->error_code[i])
			rc = (int)resp->error_code[i];
	if (resp)
		slurm_free_job_array_resp(resp);
	return rc;
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	job_desc_msg_t desc;
	double seconds = 0, until;
	int until_accepted = 0, arg = 1, rc;
	unsigned long count = 0;

	if (argc > 1 && strcmp(argv[1], "--until-accepted") == 0) {
		until_accepted = 1;
		arg = 2;
	} else if (argc > 2 && strcmp(argv[1], "--for") == 0) {
		seconds = strtod(argv[2], NULL);
		arg = 3;
	}
	if (arg >= argc)
		return usage();
	slurm_init(NULL);
	slurm_init_job_desc_msg(&desc);
	if (argv[arg][0] == '#') {
#ifdef SLURM_STEP_ID_INITIALIZER /* from 25.11 on */
		desc.step_id.job_id = (uint32_t)strtoul(argv[arg] + 1, NULL, 10);
#else
		desc.job_id = (uint32_t)strtoul(argv[arg] + 1, NULL, 10);
#endif
	} else {
		desc.job_id_str = argv[arg];
	}
	while (++arg < argc)
		if (set_field(&desc, argv[arg]))
			return usage();
	until = now() + (until_accepted ? 20 : seconds);
	do {
		rc = update(&desc);
		count++;
	} while (now() < until && (seconds > 0 || (until_accepted && rc)));
	if (seconds > 0)
		printf("%lu\n", count);
	if (rc)
		fprintf(stderr, "update-job: %s\n", slurm_strerror(rc));
	return rc ? 1 : 0;
}
