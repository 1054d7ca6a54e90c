/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A job that is submitted from inside a job starts clean.
 */
#ifndef WRAPPERS_SUBMISSION_CLEANSTART_H
#define WRAPPERS_SUBMISSION_CLEANSTART_H

/*
 * Remove from our own environment what describes the job, the step and the task around us: their
 * allocation, layout, binding, devices and launcher (SLURM_..., PMI..., CRANE_...). What a user or
 * a site sets for Slurm's commands stays (SLURM_CONF, SLURM_ACCOUNT, ...), and so do users' own
 * CRANE_ variables. Changes nothing outside of a job. Called before anything is read for a
 * submission.
 */
void crane_clean_start(void);

#endif /* WRAPPERS_SUBMISSION_CLEANSTART_H */
