/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the verbs of ccontrol: their errors and their end. */
#include "config.h"

#include "wrappers/ccontrol/verb.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>

#include "wrappers/base/print.h"
#include "wrappers/base/strings.h"

enum crane_exit crane_control_fail(enum crane_exit status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	crane_vsay(fmt, ap);
	va_end(ap);
	return status;
}

void crane_control_slurm_said(const struct crane_slurm_error *why)
{
	if (why->failure != CRANE_SLURM_OK && why->text[0])
		crane_control_fail(CRANE_EXIT_OK, "slurm: %s", why->text);
}

const char *crane_control_reason(const struct crane_slurm_error *why)
{
	switch (crane_slurm_cause(why)) {
	case CRANE_CAUSE_UNREACHABLE:
		return CRANE_BROKEN;
	case CRANE_CAUSE_DENIED:
	case CRANE_CAUSE_USER:
		return CRANE_CONTROL_DENIED;
	default:
		return NULL;
	}
}

enum crane_exit crane_control_call_failed(const char *prefix, const char *context,
					  const struct crane_slurm_error *why)
{
	const char *reason = crane_control_reason(why);
	bool broken = crane_slurm_cause(why) == CRANE_CAUSE_UNREACHABLE;

	crane_control_fail(CRANE_EXIT_GENERIC, "%s%s: %s%s", prefix, context,
			   reason ? reason : why->text, broken ? "." : "");
	if (reason)
		crane_control_slurm_said(why);
	return CRANE_EXIT_GENERIC;
}

bool crane_control_refuse_unknown(const struct crane_control *line, const char *const *known)
{
	const char *key = crane_control_unknown(line, known);

	if (key)
		crane_control_fail(CRANE_EXIT_ARG, "unknown attribute to modify: %s", key);
	return key != NULL;
}

bool crane_control_has_ids(const struct crane_control *line, const char *const *known)
{
	if (!line->id || !line->id[0]) {
		crane_control_fail(CRANE_EXIT_ARG, "no job id specified");
		return false;
	}
	return !crane_control_refuse_unknown(line, known);
}

enum crane_exit crane_control_tell_missing(const struct crane_id *ids, size_t n, const bool *found,
					   const char *before, const char *after)
{
	struct crane_strings missing = { 0 };
	enum crane_exit status = CRANE_EXIT_OK;
	char text[CRANE_ID_TEXT_MAX], *list;

	for (size_t i = 0; i < n; i++) {
		if (!found[i])
			crane_strings_addf(&missing, "%s", crane_id_format(&ids[i], text));
	}
	list = crane_strings_join(&missing, ", ");
	if (missing.n > 0)
		status = crane_control_fail(CRANE_EXIT_GENERIC, "%s%s%s", before, list, after);
	free(list);
	crane_strings_clear(&missing);
	return status;
}

enum crane_exit crane_control_show_end(const struct crane_control *line, const char *kind,
				       size_t n_shown, struct json_object *reply)
{
	enum crane_exit status = CRANE_EXIT_OK;
	int capital = toupper((unsigned char)kind[0]);

	if (line->json)
		crane_json_print(reply);
	else
		json_object_put(reply);
	if (n_shown == 0 && line->id)
		status = crane_control_fail(CRANE_EXIT_GENERIC,
					    "show %ss failed: %c%s %s not found.", kind, capital,
					    kind + 1, line->id);
	else if (!line->json && n_shown == 0)
		crane_print("No %s is available.\n", kind);
	return status;
}
