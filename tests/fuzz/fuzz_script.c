/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes the reader of batch scripts with whole scripts: no script harms it, a refusal is complete,
 * and sbatch sees no directive that was read. The unit tests test what a directive means.
 */
#define _POSIX_C_SOURCE 200809L
#include "fuzz.h"

#include "wrappers/cbatch/script.h"

struct request {
	struct crane_opt_uint nodes;
	const char *name, *time;
	bool hold;
};

#define AT(field) offsetof(struct request, field)

static const struct crane_opt rows[] = {
	CRANE_OPT('N', "nodes", "uint32", UINT, PASS, AT(nodes), NULL, 0, "nodes"),
	CRANE_OPT('J', "job-name", "string", STRING, PASS, AT(name), NULL, 0, "name"),
	CRANE_OPT('t', "time", "string", STRING, PASS, AT(time), NULL, 0, "time"),
	CRANE_OPT('H', "hold", NULL, BOOL, PASS, AT(hold), NULL, 0, "hold"),
	CRANE_OPT(0, "wrap", "string", STRING, PASS, CRANE_OPT_NO_FIELD, NULL,
		  CRANE_OPT_NOT_IN_SCRIPT, "wrap"),
	CRANE_OPT(0, "requeue", NULL, BOOL, REFUSE, CRANE_OPT_NO_FIELD, NULL, 0, "not here"),
	CRANE_OPT_END,
};

static const struct crane_command command = { "test", "A test", rows, false, CRANE_ANY_WORDS };

static size_t count_newlines(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* Returns how many options the directives give; SIZE_MAX if one is refused, for a reason. */
static size_t count_options(const struct crane_script *script)
{
	struct request request = { 0 };
	struct crane_parsed *parsed = NULL;
	struct crane_error err = { .class = CRANE_E_NONE };
	size_t n_parsed = 0, n = 0, n_lines = count_newlines(script->text) + 1;
	enum crane_applied applied =
		crane_script_apply(script, &command, &request, &parsed, &n_parsed, &err);

	for (size_t i = 0; i < n_parsed; i++) {
		for (size_t k = 0; k < parsed[i].n_given; k++) {
			CHECK(parsed[i].given[k].line >= 1 && parsed[i].given[k].line <= n_lines);
			CHECK(parsed[i].given[k].text != NULL);
			n++;
		}
		crane_parsed_clear(&parsed[i]);
	}
	free(parsed);
	if (applied == CRANE_APPLIED)
		return n;
	check_error(&err);
	return SIZE_MAX;
}

static void check_stdin(const struct crane_script *script)
{
	size_t len = 0, len_again = 0;
	char *text = crane_script_for_stdin(script, NULL, &len), *again;
	struct crane_script sent = {
		.name = "sent", .text = text, .len = len, .has_shebang = true
	};

	CHECK(text != NULL && strlen(text) == len);
	CHECK(strncmp(text, "#!", 2) == 0);
	CHECK(count_newlines(text) - count_newlines(script->text) <= 1);
	CHECK(count_options(&sent) == 0);
	again = crane_script_for_stdin(&sent, NULL, &len_again);
	CHECK(len_again == len && strcmp(text, again) == 0);
	free(again);
	free(text);
}

static void check_shebang(const char *text)
{
	struct crane_error err = { .class = CRANE_E_NONE };
	char *line = crane_script_shebang(text, &err);

	if (line == NULL) {
		check_error(&err);
		return;
	}
	CHECK(strncmp(line, "#!", 2) == 0);
	CHECK(strchr(line, '\n') == line + strlen(line) - 1);
	free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct crane_error err = { .class = CRANE_E_NONE };
	char *text = malloc(size + 1), *wrap;
	struct crane_script script = { .name = "x.sh", .text = text, .len = size };

	CHECK(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	if (crane_script_check(text, size, script.name, &err) != 0) {
		check_error(&err);
		free(text);
		return 0;
	}
	CHECK(strlen(text) == size);
	script.has_shebang = strncmp(text, "#!", 2) == 0;
	CHECK(count_options(&script) == count_options(&script));
	check_stdin(&script);
	check_shebang(text);
	wrap = crane_script_wrap(text, NULL);
	CHECK(wrap != NULL && strncmp(wrap, "#!/bin/bash\n", 12) == 0);
	free(wrap);
	free(text);
	return 0;
}
