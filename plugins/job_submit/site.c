/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See site.h. The syntax is slurm.conf's: Key=Value, keys and values in any case, comments after
 * '#'.
 */
#include "config.h"
#include "plugins/job_submit/site.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "plugins/job_submit/ctld.h"

/* A key with two values. */
struct key {
	const char *name;
	const char *off; /* the default */
	const char *on;
	bool *slot; /* true: the value is [on] */
};

static char *trim(char *s)
{
	char *end;

	while (isspace((unsigned char)*s))
		s++;
	end = s + strlen(s);
	while (end > s && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return s;
}

static void read_line(const char *path, unsigned number, char *line, const struct key *keys,
		      size_t n_keys)
{
	char *value;

	line[strcspn(line, "#\n")] = '\0';
	line = trim(line);
	if (!line[0])
		return;
	value = strchr(line, '=');
	if (!value) {
		ctld_error("%s line %u: \"%s\" is not Key=Value; ignored", path, number, line);
		return;
	}
	*value++ = '\0';
	line = trim(line);
	value = trim(value);
	for (size_t i = 0; i < n_keys; i++) {
		if (strcasecmp(line, keys[i].name) != 0)
			continue;
		if (strcasecmp(value, keys[i].on) == 0)
			*keys[i].slot = true;
		else if (strcasecmp(value, keys[i].off) == 0)
			*keys[i].slot = false;
		else
			ctld_error("%s line %u: %s=%s: use %s or %s; ignored", path, number,
				   keys[i].name, value, keys[i].off, keys[i].on);
		return;
	}
	ctld_error("%s line %u: unknown key %s; ignored", path, number, line);
}

void site_read(const char *dir, struct site *site)
{
	const struct key keys[] = {
		/* clang-format off */
		{ "DependencyScope", "prefix", "all", &site->scope_all },
		{ "EndedDependency", "refuse", "evaluate", &site->evaluate_ended },
		{ "DependencyGate", "needed", "always", &site->gate_always },
		/* clang-format on */
	};
	char path[4096];
	char line[512];
	FILE *f;

	memset(site, 0, sizeof(*site));
	snprintf(path, sizeof(path), "%s/crane.conf", dir);
	f = fopen(path, "re");
	if (!f) {
		if (errno != ENOENT)
			ctld_error("%s: %s; defaults are used", path, strerror(errno));
		return;
	}
	for (unsigned number = 1; fgets(line, sizeof(line), f); number++)
		read_line(path, number, line, keys, sizeof(keys) / sizeof(keys[0]));
	fclose(f);
}
