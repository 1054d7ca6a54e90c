/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Removes the variables of the outer job before a submission from inside a job. */
#ifndef WRAPPERS_SUBMISSION_CLEANSTART_H
#define WRAPPERS_SUBMISSION_CLEANSTART_H

/*
 * Removes from the command's environment the variables of the outer job, step and task: allocation,
 * layout, binding, devices and launcher (SLURM_..., PMI..., CRANE_...). Variables that a user or a
 * site sets for Slurm's commands stay (SLURM_CONF, SLURM_ACCOUNT, ...), and so do users' own CRANE_
 * variables. Changes nothing outside of a job. Called before anything is read for a submission.
 */
void crane_clean_start(void);

#endif /* WRAPPERS_SUBMISSION_CLEANSTART_H */
