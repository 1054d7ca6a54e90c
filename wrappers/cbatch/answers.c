/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints the jobs that cbatch submitted. */
#include "config.h"

#include "wrappers/cbatch/answers.h"

#include <stdio.h>
#include <stdlib.h>

#include <json-c/json.h>

#include "src/exitstatus.h"
#include "wrappers/base/memory.h"
#include "wrappers/base/print.h"
#include "wrappers/base/text.h"
#include "wrappers/output/json.h"

void crane_answers_begin(struct crane_answers *answers, enum crane_answer_form form, bool single)
{
	*answers = (struct crane_answers){ .form = form, .single = single };
	if (form == CRANE_ANSWER_JSON) {
		answers->ids = crane_json_must(json_object_new_array());
		answers->codes = crane_json_must(json_object_new_array());
	}
}

void crane_answers_add_id(struct crane_answers *answers, uint32_t id)
{
	if (answers->form == CRANE_ANSWER_JSON) {
		crane_json_append(answers->ids, json_object_new_int64(id));
	} else if (answers->form == CRANE_ANSWER_TEXT && !answers->single) {
		crane_print("%s%u", answers->n_ids ? ", " : "Job id allocated: ", id);
	}
	/* The job exists, so its id must not be lost with the output. */
	if (answers->form != CRANE_ANSWER_JSON && !crane_print_flush())
		crane_say("Job id allocated: %u", id);
	answers->n_ids++;
}

void crane_answers_add_refusal(struct crane_answers *answers, const char *text, const char *code)
{
	answers->n_refused++;
	free(answers->reason);
	answers->reason = crane_xstrdup(text);
	if (answers->form == CRANE_ANSWER_JSON)
		crane_json_append(answers->codes, json_object_new_string(code));
	else
		crane_say("Job allocation failed: %s%s", text,
			  crane_ends_with(text, ".") ? "" : ".");
}

/* One object for one job, lists for several. */
static void print_json(const struct crane_answers *answers)
{
	struct json_object *object = crane_json_must(json_object_new_object());

	if (!answers->single) {
		crane_json_put(object, "job_id_list", json_object_get(answers->ids));
		crane_json_put(object, "code_list", json_object_get(answers->codes));
	} else {
		bool ok = answers->n_ids > 0;

		crane_json_put(object, "ok", json_object_new_boolean(ok));
		crane_json_put(object, ok ? "job_id" : "code",
			       json_object_get(json_object_array_get_idx(
				       ok ? answers->ids : answers->codes, 0)));
		crane_json_put(object, "reason",
			       json_object_new_string(answers->reason ? answers->reason : ""));
	}
	crane_json_print(object);
}

int crane_answers_end(struct crane_answers *answers, int status)
{
	if (answers->form == CRANE_ANSWER_JSON && (answers->n_ids > 0 || answers->n_refused > 0))
		print_json(answers);
	else if (answers->form == CRANE_ANSWER_TEXT && !answers->single && answers->n_ids > 0)
		crane_print("\n");
	if (answers->form == CRANE_ANSWER_JSON && !crane_print_flush()) {
		for (size_t i = 0; i < json_object_array_length(answers->ids); i++)
			crane_say(
				"Job id allocated: %s",
				json_object_get_string(json_object_array_get_idx(answers->ids, i)));
	}
	if (status == CRANE_EXIT_OK && answers->n_refused > 0)
		status = CRANE_EXIT_BACKEND;
	json_object_put(answers->ids);
	json_object_put(answers->codes);
	free(answers->reason);
	return status;
}
