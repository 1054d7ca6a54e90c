/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * make-corpus DIR: writes the fuzzers' seeds, one file a vector, into DIR/dependency and
 * DIR/record, and a dictionary for both, DIR/dict.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "src/record.h"
#include "tests/unit/vectors.h"

static const char dictionary[] =
	"\"after:\"\n\"afterany:\"\n\"afterok:\"\n\"afternotok:\"\n"
	"\"4294967295\"\n\"_4294967294\"\n"
	"\"+01:30:00\"\n\"+1-01:30:00\"\n\"seconds\"\n\"minutes\"\n\"hours\"\n\"days\"\n\"weeks\"\n"
	"\"[crane:1;\"\n\"[crane:2;\"\n\"k=0af9;\"\n\"m=sbatch;\"\n\"m=unknown;\"\n"
	"\"b=0;\"\n\"d=\"\n"
	"\";e=.]\"\n\"@1700000000\"\n\"!]\"\n";

static int make_dir(const char *path)
{
	if (mkdir(path, 0777) == 0 || errno == EEXIST)
		return 0;
	perror(path);
	return -1;
}

static int write_file(const char *dir, const char *name, const char *text)
{
	char path[4096];
	FILE *f;
	int rc = 0;

	if (snprintf(path, sizeof(path), "%s/%s", dir, name) >= (int)sizeof(path)) {
		fprintf(stderr, "%s: too long\n", dir);
		return -1;
	}
	f = fopen(path, "w");
	if (f == NULL) {
		perror(path);
		return -1;
	}
	if (fputs(text, f) == EOF)
		rc = -1;
	if (fclose(f) != 0)
		rc = -1;
	if (rc != 0)
		perror(path);
	return rc;
}

/* A record of this vector with events of every kind, behind a site's words; NULL: no memory. */
static char *make_record(const struct vector *v)
{
	struct crane_dep *dep = NULL;
	struct crane_record *rec;
	char *text, *comment = NULL;

	if (crane_dep_parse(v->input, &dep, NULL) != 0)
		return NULL;
	rec = crane_record_new("0af9", (enum crane_maker)(v->number % 4), v->number, dep);
	if (rec == NULL) {
		free(dep);
		return NULL;
	}
	for (uint32_t i = 0; i < dep->n_edges; i++) {
		int kind = (v->number + (int)i) % 3;

		rec->events[i] = kind == 0 ? CRANE_EVENT_PENDING :
				 kind == 1 ? CRANE_EVENT_NEVER :
					     1700000000 + v->number;
	}
	text = crane_record_print(rec);
	if (text != NULL)
		comment = crane_record_merge(v->number % 2 ? "a site's note" : "", text);
	free(text);
	crane_record_free(rec);
	return comment;
}

int main(int argc, char **argv)
{
	char dependency_dir[4096], record_dir[4096];

	if (argc != 2) {
		fprintf(stderr, "usage: make-corpus DIR\n");
		return 2;
	}
	if (snprintf(dependency_dir, sizeof(dependency_dir), "%s/dependency", argv[1]) >= 4096 ||
	    snprintf(record_dir, sizeof(record_dir), "%s/record", argv[1]) >= 4096) {
		fprintf(stderr, "%s: too long\n", argv[1]);
		return 2;
	}
	if (make_dir(argv[1]) != 0 || make_dir(dependency_dir) != 0 || make_dir(record_dir) != 0 ||
	    write_file(argv[1], "dict", dictionary) != 0)
		return 1;
	for (size_t i = 0; i < N_VECTORS; i++) {
		char name[32];
		char *comment;
		int rc;

		snprintf(name, sizeof(name), "vector-%03d", vectors[i].number);
		if (write_file(dependency_dir, name, vectors[i].input) != 0)
			return 1;
		if (vectors[i].edges == NULL)
			continue;
		comment = make_record(&vectors[i]);
		if (comment == NULL) {
			fprintf(stderr, "vector %d makes no record\n", vectors[i].number);
			return 1;
		}
		rc = write_file(record_dir, name, comment);
		free(comment);
		if (rc != 0)
			return 1;
	}
	return 0;
}
