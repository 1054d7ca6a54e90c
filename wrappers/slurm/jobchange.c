/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "wrappers/slurm/jobchange.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "wrappers/base/memory.h"
#include "wrappers/slurm/api.h"
#include "wrappers/slurm/library.h"
#include "wrappers/slurm/mailtypes.h"

/* --- ending ----------------------------------------------------------------------------------- */

static enum crane_kill_answer kill_answer(int rc, struct crane_slurm_error *why)
{
	if (rc == SLURM_SUCCESS)
		return CRANE_KILL_OK;
	crane_libslurm_failure(rc, why);
	switch (why->code) {
	case ESLURM_ALREADY_DONE:
		return CRANE_KILL_OVER;
	case ESLURM_INVALID_JOB_ID:
		return CRANE_KILL_NOT_FOUND;
	case ESLURM_ACCESS_DENIED:
	case ESLURM_USER_ID_MISSING:
		return CRANE_KILL_DENIED;
	default:
		return CRANE_KILL_FAILED;
	}
}

enum crane_kill_answer crane_slurm_kill_job(const char *id, struct crane_slurm_error *why)
{
	return kill_answer(crane_libslurm()->kill_job2(id, SIGKILL, 0, NULL), why);
}

enum crane_kill_answer crane_slurm_kill_step(uint32_t job_id, uint32_t step_id,
					     struct crane_slurm_error *why)
{
	return kill_answer(crane_libslurm_kill_step(job_id, step_id, SIGKILL), why);
}

static uint16_t slurm_mail_of(unsigned mail)
{
	return (mail & CRANE_MAIL_BEGIN ? MAIL_JOB_BEGIN : 0) |
	       (mail & CRANE_MAIL_END ? MAIL_JOB_END : 0) |
	       (mail & CRANE_MAIL_FAIL ? MAIL_JOB_FAIL : 0) |
	       (mail & CRANE_MAIL_TIMELIMIT ? MAIL_JOB_TIME100 : 0);
}

/* --- changing --------------------------------------------------------------------------------- */

void crane_task_answers_clear(struct crane_task_answers *answers)
{
	for (size_t i = 0; i < answers->n; i++)
		free(answers->answer[i].id);
	free(answers->answer);
	memset(answers, 0, sizeof(*answers));
}

/* Takes [resp]; an array whose tasks all agree has one answer as well. */
static int take_answers(int rc, job_array_resp_msg_t *resp, struct crane_task_answers *answers,
			struct crane_slurm_error *why)
{
	memset(answers, 0, sizeof(*answers));
	if (rc != SLURM_SUCCESS)
		return crane_libslurm_failure(rc, why);
	if (!resp)
		return 0;
	answers->n = resp->job_array_count;
	answers->answer = crane_xcalloc(answers->n, sizeof(*answers->answer));
	for (size_t i = 0; i < answers->n; i++) {
		answers->answer[i].id = crane_xstrdup(crane_or_empty(resp->job_array_id[i]));
		if (resp->error_code[i] != SLURM_SUCCESS)
			crane_libslurm_failure((int)resp->error_code[i], &answers->answer[i].why);
	}
	crane_libslurm()->free_job_array_resp(resp);
	return 0;
}

int crane_slurm_update_job(const char *id, const struct crane_job_update *update,
			   struct crane_task_answers *answers, struct crane_slurm_error *why)
{
	char *id_text = crane_xstrdup(id);
	char *comment = update->comment ? crane_xstrdup(update->comment) : NULL;
	char *mail_user = update->mail_user ? crane_xstrdup(update->mail_user) : NULL;
	job_array_resp_msg_t *resp = NULL;
	job_desc_msg_t desc;
	int rc;

	crane_libslurm()->init_job_desc_msg(&desc);
	desc.job_id_str = id_text;
	if (update->set_priority)
		desc.priority = update->priority == CRANE_PRIORITY_COMPUTED ? INFINITE :
									      update->priority;
	desc.alloc_sid = update->user_hold ? ALLOC_SID_USER_HOLD : 0;
	if (update->set_limit)
		desc.time_limit = update->limit_sec == 0 || update->limit_sec / 60 >= INFINITE - 1 ?
					  INFINITE :
					  (uint32_t)(update->limit_sec / 60);
	desc.begin_time = update->begin_time;
	desc.deadline = update->deadline;
	if (update->set_mail)
		desc.mail_type = slurm_mail_of(update->mail);
	desc.comment = comment;
	desc.mail_user = mail_user;
	rc = crane_libslurm()->update_job2(&desc, &resp);
	rc = take_answers(rc, resp, answers, why);
	free(id_text);
	free(comment);
	free(mail_user);
	return rc;
}

int crane_slurm_job_verb(enum crane_job_verb verb, const char *id,
			 struct crane_task_answers *answers, struct crane_slurm_error *why)
{
	char *id_text = crane_xstrdup(id);
	job_array_resp_msg_t *resp = NULL;
	int rc = SLURM_ERROR;

	switch (verb) {
	case CRANE_JOB_SUSPEND:
		rc = crane_libslurm()->suspend2(id_text, &resp);
		break;
	case CRANE_JOB_RESUME:
		rc = crane_libslurm()->resume2(id_text, &resp);
		break;
	case CRANE_JOB_REQUEUE:
		rc = crane_libslurm()->requeue2(id_text, JOB_RUNNING, &resp);
		break;
	}
	rc = take_answers(rc, resp, answers, why);
	free(id_text);
	return rc;
}
