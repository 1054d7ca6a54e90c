/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a job may run: --nodelist and --exclude for Slurm.
 */
#include "config.h"

#include "wrappers/submission/jobplace.h"

#include <stdlib.h>
#include <string.h>

#include "wrappers/slurm/cluster.h"
#include "wrappers/submission/jobargv.h"
#include "wrappers/base/strings.h"

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool contains(const struct crane_strings *sorted, const char *name)
{
	return sorted->n && bsearch(&name, sorted->item, sorted->n, sizeof(name), by_text);
}

/*
 * Adds the names of [from] that are not in [without], which is sorted, to [out], sorted and once
 * each.
 */
static void subtract(const struct crane_strings *from, const struct crane_strings *without,
		     struct crane_strings *out)
{
	for (size_t i = 0; i < from->n; i++) {
		if (!contains(without, from->item[i]))
			crane_strings_addf(out, "%s", from->item[i]);
	}
	if (out->n == 0)
		return;
	qsort(out->item, out->n, sizeof(*out->item), by_text);
	for (size_t i = 1; i < out->n;) {
		if (strcmp(out->item[i - 1], out->item[i]) != 0) {
			i++;
			continue;
		}
		free(out->item[i]);
		memmove(&out->item[i], &out->item[i + 1], (out->n - i) * sizeof(*out->item));
		out->n--;
	}
}

/* There are more candidates than nodes wanted: exclude all other nodes of the cluster. */
static enum crane_place exclude_others(const struct crane_job_request *job,
				       const struct crane_strings *usable,
				       struct crane_strings *argv, struct crane_slurm_error *why)
{
	enum crane_place result = CRANE_PLACE_FAILED;
	struct crane_strings all = { 0 }, sorted = { 0 }, others = { 0 };
	static const struct crane_strings none;

	if (crane_slurm_load(why) != 0)
		return CRANE_PLACE_FAILED;
	crane_slurm_begin(job->config);
	if (crane_slurm_load_node_names(&all, why) != 0)
		goto out;
	subtract(&all, &none, &sorted);
	result = CRANE_PLACE_TOO_FEW;
	for (size_t i = 0; i < job->candidates.n; i++) {
		if (!contains(&sorted, job->candidates.item[i]))
			goto out;
	}
	subtract(&sorted, usable, &others);
	if (others.n > 0)
		crane_argv_add_hosts(argv, "exclude", &others);
	result = CRANE_PLACED;
out:
	crane_strings_clear(&all);
	crane_strings_clear(&sorted);
	crane_strings_clear(&others);
	return result;
}

enum crane_place crane_job_place(const struct crane_job_request *job, struct crane_strings *argv,
				 struct crane_slurm_error *why)
{
	enum crane_place result = CRANE_PLACED;
	struct crane_strings excluded = { 0 }, usable = { 0 };
	static const struct crane_strings none;

	subtract(&job->excluded, &none, &excluded);
	if (!job->nodelist) {
		if (excluded.n > 0)
			crane_argv_add_hosts(argv, "exclude", &excluded);
		goto out;
	}
	subtract(&job->candidates, &excluded, &usable);
	if (usable.n < job->want_nodes)
		result = CRANE_PLACE_TOO_FEW;
	else if (usable.n == job->want_nodes)
		crane_argv_add_hosts(argv, "nodelist", &usable);
	else
		result = exclude_others(job, &usable, argv, why);
out:
	crane_strings_clear(&excluded);
	crane_strings_clear(&usable);
	return result;
}
