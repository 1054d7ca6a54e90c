/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * make-corpus DIR: writes the fuzzers' seeds, a folder each: one file a vector into DIR/dependency
 * and DIR/record, one file a text into DIR/script and DIR/values; and a dictionary, DIR/dict.
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
	"\";e=.]\"\n\"@1700000000\"\n\"!]\"\n"
	"\"#CBATCH \"\n\"#SBATCH \"\n\"#BSUB \"\n\"--nodes=\"\n\"-J \"\n\"\\x0d\\x0a\"\n"
	"\"now+\"\n\"2030-01-20T12:34:56Z\"\n\"gpu:a100:2\"\n\"SIGUSR1@\"\n\"cn[01-03]\"\n"
	"\"%.10JobId\"\n";

static const char *const scripts[] = {
	"#!/bin/bash\n#CBATCH --nodes 2\n#SBATCH -N 3 -J 'a b'\n#BSUB -n 2\necho hi\n",
	"#CBATCH -J \"a\\\"b\" # why\n#CBATCH -t 1:00:00",
	"#SBATCH --switches=1\n#SLURM -N 3\n #CBATCH -H",
	"#!/bin/sh\r\n#CBATCH\n",
	"#CBATCH --hold=false\n#CBATCH --requeue\n\n##CBATCH\n",
	"#BSUB -nnode 4\n#BSUB -W 1:30\n#BSUB -J x y\n",
};

/* Behind the letter by which fuzz_values.c chooses the reader. */
static const char *const values[] = {
	"G2",
	"Ga100:1,v100:2",
	"a0-9",
	"a1-9:2%3",
	"b16:30",
	"bnow+1h30m",
	"bfriday",
	"b01/20",
	"b2030-01-20T12:34",
	"b2030-01-20T12:34:56+02:00",
	"f%j %.10JobName,%5u",
	"fa%%b",
	"ggpu:1",
	"ggpu:a100:2,npu:1",
	"gnone",
	"la:1,b:2",
	"la@s_1:3|b:2",
	"m1.5G",
	"m18446744073709551615B",
	"m10",
	"ncn[01-03],x5",
	"ncn[1-2]x",
	"o%j.out",
	"o%J-%9s/%b",
	"o\\%j",
	"sUSR1,SIGTERM@30",
	"sB:10@60",
	"s64@4294967296",
	"t1-02:03:04",
	"t4294967295-0:0:0",
	"v0x10",
	"v1_000",
	"v1e1",
	"vinf",
	"vTrue",
	"v\xe2\x80\xae",
};

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

/* Writes the texts into the folder [name] of [top], one file each. */
static int write_texts(const char *top, const char *name, const char *const *text, size_t n)
{
	char dir[4096], file[32];

	if (snprintf(dir, sizeof(dir), "%s/%s", top, name) >= (int)sizeof(dir)) {
		fprintf(stderr, "%s: too long\n", top);
		return -1;
	}
	if (make_dir(dir) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		snprintf(file, sizeof(file), "text-%03zu", i + 1);
		if (write_file(dir, file, text[i]) != 0)
			return -1;
	}
	return 0;
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
	    write_file(argv[1], "dict", dictionary) != 0 ||
	    write_texts(argv[1], "script", scripts, sizeof(scripts) / sizeof(*scripts)) != 0 ||
	    write_texts(argv[1], "values", values, sizeof(values) / sizeof(*values)) != 0)
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
