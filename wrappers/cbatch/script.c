/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A batch script: its directives, and the text that sbatch reads.
 */
#include "config.h"

#include "wrappers/cbatch/script.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wrappers/base/memory.h"
#include "wrappers/base/strings.h"
#include "wrappers/options/govalue.h"

#define DEFAULT_SHEBANG "#!/bin/bash\n"

/* slurmctld accepts 4 MB; a site may raise this to 512 MB (max_script_size). */
#define SIZE_MAX_BYTES (512 * 1048576)

enum tag { TAG_NONE, TAG_CBATCH, TAG_SBATCH, TAG_BSUB };

static const struct {
	const char *text;
	enum tag tag;
} tags[] = { { "#CBATCH", TAG_CBATCH }, { "#SBATCH", TAG_SBATCH }, { "#BSUB", TAG_BSUB } };

/* Options that #SBATCH lines may have. The rows of the command read them. */
static const char *const sbatch_names[] = {
	/* clang-format off */
	"-c", "--cpus-per-task", "-J", "--job-name", "-N", "--nodes", "--qos", "-A", "--account",
	"-e", "--exclude", "--chdir", "--export", "--mem", "-p", "--partition", "-i", "--input",
	"-o", "--output", "--nodelist", "-w", "--get-user-env", "--time", "-t",
	"--ntasks-per-node", "--ntasks", "-n", "--mail-type", "--mail-user", "--comment",
	"--open-mode", "--reservation", "-r", "--wrap", "--gres", "--exclusive", "--begin", "-b",
	"--deadline", "--array", "-a",
	/*
	 * CraneSched has these options but refuses them on #SBATCH lines. They are accepted, since
	 * scripts for Slurm use them.
	 */
	"--error", "--gpus-per-node", "--licenses", "-L", "--mem-per-cpu", "--requeue",
	"--no-requeue", "--dependency", "-d", "--signal", "--wckey", "-D", "-q",
	/* CraneSched accepts and ignores these; Slurm honours them. */
	"--parsable", "--ntasks-per-socket", "--cpu-freq", "--priority", "--threads-per-core", "-m",
	"--distribution", "--sockets-per-node", "--cores-per-socket", "-W", "--wait",
	/* clang-format on */
};

static const struct {
	const char *lsf, *name;
} bsub_names[] = {
	/* clang-format off */
	{ "-J", "--job-name" }, { "-o", "--output" },          { "-e", "--error" },
	{ "-nnode", "--nodes" }, { "-n", "--ntasks-per-node" }, { "-W", "--time" },
	{ "-M", "--mem" },      { "-cwd", "--chdir" },         { "-q", "--partition" },
	{ "-env", "--export" },
	/* clang-format on */
};

static bool begins_with(const char *line, size_t len, const char *with)
{
	return len >= strlen(with) && memcmp(line, with, strlen(with)) == 0;
}

static enum tag tag_of(const char *line, size_t len, size_t *tag_len)
{
	for (size_t i = 0; i < sizeof(tags) / sizeof(*tags); i++) {
		if (begins_with(line, len, tags[i].text)) {
			*tag_len = strlen(tags[i].text);
			return tags[i].tag;
		}
	}
	return TAG_NONE;
}

/*
 * Returns the length of the line at [pos], without its newline; *next: where the next line begins.
 */
static size_t line_at(const struct crane_script *script, size_t pos, size_t *next)
{
	const char *start = script->text + pos;
	const char *end = memchr(start, '\n', script->len - pos);
	size_t len = end ? (size_t)(end - start) : script->len - pos;

	*next = pos + len + (end ? 1 : 0);
	return len;
}

static int refuse_file(const char *what, const char *name, int code, struct crane_error *err)
{
	char *text = crane_xstrdup(strerror(code));

	text[0] = (char)tolower((unsigned char)text[0]);
	crane_error_set(err, CRANE_E_VALUE, 0, "%s %s: %s", what, name, text);
	free(text);
	return -1;
}

/* Returns the number of the line that holds text[pos]. */
static unsigned line_number(const char *text, size_t pos)
{
	unsigned line = 1;

	for (size_t i = 0; i < pos; i++)
		line += text[i] == '\n';
	return line;
}

static int refuse_nul(const char *text, size_t pos, const char *name, struct crane_error *err)
{
	return crane_error_set(err, CRANE_E_VALUE, 0,
			       "line %u of %s holds a NUL byte: a script must be text, not a "
			       "program; to run a program, use --wrap",
			       line_number(text, pos), name);
}

int crane_script_check(const char *text, size_t len, const char *name, struct crane_error *err)
{
	const char *nul = memchr(text, '\0', len);

	if (nul)
		return refuse_nul(text, (size_t)(nul - text), name, err);
	for (const char *at = text; (at = memchr(at, '\r', len - (size_t)(at - text))); at++) {
		if (at[1] == '\n')
			return crane_error_set(
				err, CRANE_E_VALUE, 0,
				"line %u of %s ends with CR LF, as in DOS, and Slurm "
				"takes lines that end with LF alone: remove the CR, "
				"as sed -i 's/\\r$//' FILE does",
				line_number(text, (size_t)(at - text)), name);
	}
	return 0;
}

/* Reads to the end. Stops at a NUL, since such a script is refused, and at SIZE_MAX_BYTES. */
static int read_all(int fd, struct crane_script *script, struct crane_error *err)
{
	size_t size = 0;
	ssize_t got;

	do {
		char *end;

		if (size - script->len < 2) {
			size = size ? 2 * size : 4096;
			script->text = crane_xrealloc(script->text, size, 1);
		}
		end = script->text + script->len;
		got = read(fd, end, size - script->len - 1);
		if (got > 0)
			script->len += (size_t)got;
		if (got > 0 && (memchr(end, '\0', (size_t)got) || script->len > SIZE_MAX_BYTES))
			break;
	} while (got > 0 || (got < 0 && errno == EINTR));
	script->text[script->len] = '\0';
	if (got < 0)
		return refuse_file("read", script->name, errno, err);
	if (script->len > SIZE_MAX_BYTES)
		return crane_error_set(err, CRANE_E_VALUE, 0, "%s is larger than %d MB",
				       script->name, SIZE_MAX_BYTES / 1048576);
	return 0;
}

/* Paths below these name descriptors of this process, which sbatch cannot open. */
static bool is_descriptor_name(const char *path)
{
	return strncmp(path, "/dev/", 5) == 0 || strncmp(path, "/proc/", 6) == 0;
}

int crane_script_read(const char *path, struct crane_script *script, struct crane_error *err)
{
	bool is_stdin = !path || strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC), rc;
	struct stat st;

	memset(script, 0, sizeof(*script));
	script->name = is_stdin ? "standard input" : path;
	if (fd < 0)
		return refuse_file("open", path, errno, err);
	script->is_file = !is_stdin && !is_descriptor_name(path) && fstat(fd, &st) == 0 &&
			  S_ISREG(st.st_mode);
	rc = read_all(fd, script, err);
	if (!is_stdin)
		close(fd);
	if (rc == 0 && script->len == 0 && !script->is_file)
		rc = crane_error_set(err, CRANE_E_VALUE, 0, "%s is empty", script->name);
	if (rc == 0)
		rc = crane_script_check(script->text, script->len, script->name, err);
	if (rc != 0)
		return -1;
	script->has_shebang = begins_with(script->text, script->len, "#!");
	for (size_t pos = 0, next; pos < script->len; pos = next) {
		const char *line = script->text + pos;
		size_t len = line_at(script, pos, &next);

		script->has_slurm_lines |= begins_with(line, len, "#SBATCH") ||
					   begins_with(line, len, "#SLURM");
	}
	return 0;
}

void crane_script_clear(struct crane_script *script)
{
	free(script->text);
	memset(script, 0, sizeof(*script));
}

/*
 * Splits a directive into words as a shell does: with quotes and backslashes; # at the start of a
 * word ends the line. Returns 0, or -1 if a quotation is not closed.
 */
static int split_words(const char *s, size_t len, struct crane_strings *words)
{
	const char *end = s + len;
	char *word = crane_xcalloc(len + 1, 1);
	char quote = 0;

	while (s < end) {
		size_t n = 0;

		while (s < end && isspace((unsigned char)*s))
			s++;
		if (s == end || *s == '#')
			break;
		for (; s < end && (quote || !isspace((unsigned char)*s)); s++) {
			if (*s == quote)
				quote = 0;
			else if (!quote && (*s == '\'' || *s == '"'))
				quote = *s;
			else if (*s == '\\' && s + 1 < end &&
				 (!quote || (quote == '"' && strchr("\"\\$`", s[1]))))
				word[n++] = *++s;
			else
				word[n++] = *s;
		}
		crane_strings_take(words, crane_xstrndup(word, n));
	}
	free(word);
	return quote ? -1 : 0;
}

/* Returns "-N" for "-N2", "--nodes" for "--nodes=2"; malloc'd. */
static char *option_of(const char *word)
{
	if (word[0] == '-' && word[1] != '-' && word[1] != '\0')
		return crane_xstrndup(word, 2);
	return crane_xstrndup(word, strcspn(word, "="));
}

static bool is_sbatch_name(const char *word)
{
	char *name = option_of(word);
	bool found = false;

	for (size_t i = 0; i < sizeof(sbatch_names) / sizeof(*sbatch_names); i++)
		found |= strcmp(name, sbatch_names[i]) == 0;
	free(name);
	return found;
}

/*
 * Every option of an #SBATCH line must be in the list. The line was parsed before, which tells
 * options from their values.
 */
static int check_sbatch(const struct crane_parsed *parsed, unsigned line, struct crane_error *err)
{
	for (size_t i = 0; i < parsed->n_given; i++) {
		if (!is_sbatch_name(parsed->given[i].spelled))
			return crane_error_set(err, CRANE_E_VALUE, 0,
					       "Slurm option %s is not supported (line %u)",
					       parsed->given[i].spelled, line);
	}
	return 0;
}

/* Returns LSF's run limit [hours:]minutes as H:M:S; malloc'd. */
static char *bsub_time(const char *value)
{
	const char *colon = strchr(value, ':');

	if (colon)
		return crane_xasprintf("%s:0", value);
	return crane_xasprintf("0:%s:0", value);
}

/* A #BSUB line has one option in LSF's words and its value. Replaces both by ours. */
static int translate_bsub(struct crane_strings *words, unsigned line, struct crane_error *err)
{
	if (words->n == 0)
		return 0;
	for (size_t i = 0; i < sizeof(bsub_names) / sizeof(*bsub_names); i++) {
		if (strcmp(words->item[0], bsub_names[i].lsf) != 0)
			continue;
		if (words->n != 2)
			return crane_error_set(err, CRANE_E_VALUE, 0,
					       "failed to parse script: Parsing error at line %u: "
					       "fields out of bound",
					       line);
		free(words->item[0]);
		words->item[0] = crane_xstrdup(bsub_names[i].name);
		if (strcmp(bsub_names[i].lsf, "-W") == 0) {
			char *limit = bsub_time(words->item[1]);

			free(words->item[1]);
			words->item[1] = limit;
		}
		return 0;
	}
	return crane_error_set(err, CRANE_E_VALUE, 0, "LSF option %s is not supported (line %u)",
			       words->item[0], line);
}

/* Reads one directive into *parsed. */
static int parse_directive(const char *s, size_t len, enum tag tag, unsigned line,
			   const struct crane_command *command, struct crane_parsed *parsed,
			   struct crane_error *err)
{
	struct crane_strings words = { 0 };
	int rc = -1;

	memset(parsed, 0, sizeof(*parsed));
	if (split_words(s, len, &words) != 0) {
		crane_error_set(err, CRANE_E_VALUE, 0,
				"failed to parse script: Parsing error at line %u: "
				"quotation is not closed",
				line);
		goto out;
	}
	if (tag == TAG_BSUB && translate_bsub(&words, line, err) != 0)
		goto out;
	if (crane_options_parse(command, (int)words.n, words.item, line, parsed, err) != 0) {
		/* The option may be an option of Slurm that Crane does not have. */
		if (tag == TAG_SBATCH && strncmp(err->text, "unrecognized '", 14) == 0 &&
		    parsed->n_given == 0 && words.n > 0 && !is_sbatch_name(words.item[0])) {
			char *name = option_of(words.item[0]);

			crane_error_set(err, CRANE_E_VALUE, 0,
					"Slurm option %s is not supported (line %u)", name, line);
			free(name);
		}
		goto out;
	}
	if (parsed->n_words > 0) {
		crane_error_set(err, CRANE_E_VALUE, 0,
				"failed to parse script: Parsing error at line %u: "
				"fields out of bound",
				line);
		goto out;
	}
	rc = tag == TAG_SBATCH ? check_sbatch(parsed, line, err) : 0;
	for (size_t i = 0; i < parsed->n_given; i++)
		parsed->given[i].slurm = tag == TAG_SBATCH;
out:
	parsed->n_words = 0; /* they belong to [words], which are freed */
	crane_strings_clear(&words);
	return rc;
}

enum crane_applied crane_script_apply(const struct crane_script *script,
				      const struct crane_command *command, void *request,
				      struct crane_parsed **parsed, size_t *n_parsed,
				      struct crane_error *err)
{
	unsigned number = 0;

	for (size_t pos = 0, next; pos < script->len; pos = next) {
		size_t len = line_at(script, pos, &next), tag_len = 0;
		enum tag tag = tag_of(script->text + pos, len, &tag_len);
		struct crane_parsed *mine;
		enum crane_applied applied;

		number++;
		if (tag == TAG_NONE)
			continue;
		*parsed = crane_xrealloc(*parsed, *n_parsed + 1, sizeof(**parsed));
		mine = &(*parsed)[(*n_parsed)++];
		if (parse_directive(script->text + pos + tag_len, len - tag_len, tag, number,
				    command, mine, err) != 0)
			return CRANE_APPLY_BAD_VALUE;
		applied = crane_options_apply(mine, request, err);
		if (applied != CRANE_APPLIED)
			return applied;
	}
	return CRANE_APPLIED;
}

/*
 * Returns true if the kernel can run it unchanged: an absolute path, at most one word after it, and
 * no characters that a shell interprets.
 */
static bool is_plain_interpreter(const char *text)
{
	size_t path = strcspn(text, " \t"), gap = strspn(text + path, " \t");
	const char *word = text + path + gap;

	return text[0] == '/' && text[strcspn(text, "\"'\\\\$`*?~;&|<>(){}#!")] == '\0' &&
	       word[strcspn(word, " \t")] == '\0';
}

char *crane_script_shebang(const char *interpreter, struct crane_error *err)
{
	/* Linux reads 255 bytes of the line (fs/binfmt_script.c; before 5.1: 127). */
	enum { LINE_MAX_BYTES = 255 };
	char *line;

	if (strchr(interpreter, '\n')) {
		crane_error_set(err, CRANE_E_VALUE, 0, "--interpreter must be one line");
		return NULL;
	}
	/* env -S finds the command on $PATH and cuts words as a shell does. */
	line = crane_xasprintf("#!%s%s\n",
			       is_plain_interpreter(interpreter) ? "" : "/usr/bin/env -S ",
			       interpreter);
	if (strlen(line) > LINE_MAX_BYTES) {
		crane_error_set(err, CRANE_E_VALUE, 0,
				"--interpreter is too long (up to %d bytes); put it in a script",
				LINE_MAX_BYTES - (int)sizeof("#!/usr/bin/env -S "));
		free(line);
		return NULL;
	}
	return line;
}

char *crane_script_for_stdin(const struct crane_script *script, const char *shebang, size_t *len)
{
	const char *first = shebang ? shebang : DEFAULT_SHEBANG;
	char *text = crane_xcalloc(script->len + strlen(first) + 2, 1);
	size_t n = 0;

	for (size_t pos = 0, next; pos < script->len || pos == 0; pos = next) {
		size_t tag_len, line_len = line_at(script, pos, &next);
		const char *line = script->text + pos;
		bool blank = tag_of(line, line_len, &tag_len) != TAG_NONE ||
			     begins_with(line, line_len, "#SLURM");

		if (pos == 0 && (shebang || !script->has_shebang)) {
			n = strlen(first);
			memcpy(text, first, n);
			/*
			 * It replaces an old one, an empty line or a directive; any other line
			 * moves down by one.
			 */
			if (blank || line_len == 0 || script->has_shebang) {
				if (next == 0)
					break;
				continue;
			}
		}
		if (!blank) {
			memcpy(text + n, line, line_len);
			n += line_len;
		}
		if (next > pos + line_len)
			text[n++] = '\n';
		if (next == pos)
			break;
	}
	*len = n;
	return text;
}

static bool is_option_line(const char *line)
{
	return strncmp(line, "#SBATCH", 7) == 0 || strncmp(line, "#SLURM", 6) == 0;
}

/* A comment or an empty line: after any other line sbatch looks for no options. */
static bool is_before_commands(const char *line)
{
	line += strspn(line, " \t\v\f\r");
	return *line == '#' || *line == '\n' || *line == '\0';
}

char *crane_script_wrap(const char *text, const char *shebang)
{
	const char *first = shebang ? shebang : DEFAULT_SHEBANG;
	char *script = crane_xcalloc(strlen(first) + 2 * strlen(text) + 2, 1);
	char *out = stpcpy(script, first);
	bool may_be_option = true;

	while (*text) {
		size_t len = strcspn(text, "\n");

		may_be_option = may_be_option && is_before_commands(text);
		/* With a leading blank, the line is a comment for sbatch, as for the shell. */
		if (may_be_option && is_option_line(text))
			*out++ = ' ';
		memcpy(out, text, len + (text[len] == '\n'));
		out += len + (text[len] == '\n');
		text += len + (text[len] == '\n');
	}
	*out++ = '\n';
	*out = '\0';
	return script;
}
