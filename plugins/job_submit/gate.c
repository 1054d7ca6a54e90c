/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See gate.h. A dependency that Slurm keeps exactly gets no gate, and the job a note in place of the
 * record. Three rules:
 * - A request that cannot be understood is refused; other requests are not affected.
 * - A request that is not Crane's is not changed.
 * - A change of a gated job never opens the gate. It sets a begin time in the far future, the mark.
 *   When the resolver sees the mark on the job, slurmctld has accepted the whole change, and the
 *   resolver writes the record and the begin time.
 */
#include "config.h"
#include "plugins/job_submit/gate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include <pthread.h>

#include "plugins/job_submit/changes.h"
#include "plugins/job_submit/ctld.h"
#include "plugins/job_submit/inbox.h"
#include "plugins/job_submit/table.h"
#include "plugins/job_submit/updates.h"
#include "src/dependency.h"
#include "src/record.h"

/*
 * If a job has a --deadline, its gate is at least this many seconds ahead; the resolver moves it
 * within one second.
 */
#define DEADLINE_ROOM_SEC 10
/* The number of ids that a refusal names. */
#define MISSING_NAMED_MAX 8

static struct site site;
static char missing_export[64];  /* "": nothing is missing */
static char plugins_behind[256]; /* "": crane is the last of JobSubmitPlugins */

static pthread_mutex_t token_lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t token_seed;
static uint64_t token_count;

/*
 * The last request to change a job that was rewritten. slurmctld calls job_modify with the same
 * request for each task record of an array, and the later calls see what the first one wrote, or
 * what another plugin has made of it since. Guarded by slurmctld's job write lock.
 */
static struct {
	char note[64]; /* what marks the request; "": none yet */
	int64_t mark;
	enum intent_kind what;
	bool is_change;      /* a mark was put in; false: only its AdminComment= was rewritten */
	int64_t asked_begin; /* the begin time in the request; 0: none */
	int64_t begin_time;  /* the owner's own from now on; valid when begin_given */
	bool begin_given;
	char *expression; /* owned; NULL except for INTENT_REPLACE */
} last_change;
static uint32_t mark_count;

void gate_init(const struct site *s, const char *missing, const char *behind)
{
	site = *s;
	snprintf(plugins_behind, sizeof(plugins_behind), "%s", behind);
	snprintf(missing_export, sizeof(missing_export), "%s", missing ? missing : "");
	if (getrandom(&token_seed, sizeof(token_seed), GRND_NONBLOCK) != sizeof(token_seed))
		token_seed = (uint64_t)time(NULL) << 20 ^ (uint64_t)getpid();
}

/*
 * Writes a token that no other submission has: 64 bits, mixed from the seed and a count as in
 * splitmix64.
 */
static void make_token(char token[CRANE_RECORD_TOKEN_MAX + 1])
{
	uint64_t z;

	pthread_mutex_lock(&token_lock);
	z = token_seed + ++token_count * UINT64_C(0x9e3779b97f4a7c15);
	pthread_mutex_unlock(&token_lock);
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	z ^= z >> 31;
	snprintf(token, CRANE_RECORD_TOKEN_MAX + 1, "%016" PRIx64, z);
}

static enum gate_verdict refuse(char why[GATE_WHY_MAX], const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static enum gate_verdict refuse(char why[GATE_WHY_MAX], const char *fmt, ...)
{
	va_list ap;
	size_t len = (size_t)snprintf(why, GATE_WHY_MAX, "crane: ");

	va_start(ap, fmt);
	vsnprintf(why + len, GATE_WHY_MAX - len, fmt, ap);
	va_end(ap);
	return GATE_REFUSE;
}

/*
 * Returns the expression in a dependency string of Crane's, or NULL if the string is Slurm's.
 * Crane's are the strings that begin with "crane:", and with DependencyScope=all every string that
 * Crane's grammar accepts and Slurm alone would not keep.
 */
static const char *crane_expression(const char *dependency)
{
	struct crane_dep *dep;

	if (!dependency)
		return NULL;
	if (strncmp(dependency, CRANE_DEP_PREFIX, strlen(CRANE_DEP_PREFIX)) == 0)
		return dependency + strlen(CRANE_DEP_PREFIX);
	if (!site.scope_all || crane_dep_parse(dependency, &dep, NULL))
		return NULL;
	if (dep->n_edges == 0) /* only terms that Slurm evaluates */
		dependency = NULL;
	free(dep);
	return dependency;
}

/*
 * An ended job may count by its outcome only in edges that the plugin evaluates, not in kept terms.
 */
static bool edge_is_missing(const struct crane_dep_edge *edge)
{
	bool evaluate = site.evaluate_ended && edge->type != CRANE_DEP_AFTERCORR;
	bool known = edge->task_id != CRANE_DEP_NO_TASK ?
			     ctld_task_known(edge->job_id, edge->task_id) :
			     ctld_job_known(edge->job_id);

	return !known || (!evaluate && ctld_dependee_over(edge));
}

/*
 * Refuses ids that slurmctld does not know, or that have ended (unless EndedDependency=evaluate),
 * and names them.
 */
static enum gate_verdict check_edges(const struct crane_dep *dep, char why[GATE_WHY_MAX])
{
	char list[256] = "";
	size_t len = 0;
	unsigned missing = 0;

	for (uint32_t i = 0; i < dep->n_edges + dep->n_kept; i++) {
		const struct crane_dep_edge *edge = &dep->edges[i];

		if (!edge_is_missing(edge))
			continue;
		if (++missing > MISSING_NAMED_MAX)
			continue;
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%" PRIu32,
					len ? ", " : "", edge->job_id);
		if (edge->task_id != CRANE_DEP_NO_TASK)
			len += (size_t)snprintf(list + len, sizeof(list) - len, "_%" PRIu32,
						edge->task_id);
	}
	if (!missing)
		return GATE_PASS;
	return refuse(why, "One or more dependency jobs may not exist or have ended: %s%s", list,
		      missing > MISSING_NAMED_MAX ? ", ..." : "");
}

/* Makes slurmctld compute the start time with only Slurm's own dependencies. Frees [dep]. */
static enum gate_verdict pass_test(void *desc, struct crane_dep *dep, char why[GATE_WHY_MAX])
{
	char *native = crane_dep_native(dep);
	int rc = native ? ctld_desc_set_dependency(desc, native) : -1;

	free(native);
	free(dep);
	return rc ? refuse(why, "out of memory") : GATE_PASS;
}

/*
 * Parses and checks an expression. [offset] is the number of columns before it in the user's
 * string.
 */
static enum gate_verdict read_expression(const char *expression, size_t offset,
					 struct crane_dep **dep, char why[GATE_WHY_MAX])
{
	struct crane_error err;
	enum gate_verdict verdict;

	if (crane_dep_parse(expression, dep, &err)) {
		if (!err.column)
			return refuse(why, "%s", err.text);
		return refuse(why, "%s (column %zu of --dependency)", err.text,
			      err.column + offset);
	}
	verdict = check_edges(*dep, why);
	if (verdict != GATE_PASS) {
		free(*dep);
		*dep = NULL;
	}
	return verdict;
}

/*
 * Returns true if the expression needs no gate. An ended job can be purged between this hook and
 * slurmctld's own look at the dependency, and 22.05 drops an edge to an unknown job.
 */
static bool needs_no_gate(const struct crane_dep *dep)
{
	if (dep->n_edges == 0)
		return true;
	if (site.gate_always || !crane_dep_is_native(dep, ctld_job_is_array))
		return false;
	for (uint32_t i = 0; site.evaluate_ended && i < dep->n_edges; i++)
		if (ctld_dependee_over(&dep->edges[i]))
			return false;
	return true;
}

/*
 * Returns the begin time of a closed gate: GATE_TIME, or the latest with which slurmctld accepts a
 * submission with this deadline (24.11 and later refuse a begin time after it). Returns 0 if the
 * deadline is too close. The arguments are in seconds; 0: no deadline, no limit.
 */
static int64_t gate_before(int64_t deadline, int64_t limit_sec, int64_t now)
{
	int64_t latest;

	if (deadline <= 0)
		return GATE_TIME;
	latest = deadline - (limit_sec ? limit_sec : 60) - 1;
	return latest < now + DEADLINE_ROOM_SEC ? 0 : latest;
}

static const char het_refusal[] =
	"a heterogeneous job cannot have a Crane dependency; use Slurm's own, without "
	"\"" CRANE_DEP_PREFIX "\"";

static enum crane_maker maker_of(const void *desc)
{
	return ctld_desc_has_script(desc) ? CRANE_MAKER_SBATCH :
					    crane_maker_from_line(ctld_desc_submit_line(desc));
}

/*
 * Writes [rec] to a request: the same dependency in Slurm's language, the record in admin_comment,
 * beside what the site has there, and the begin time unless it is a note. Returns -1 if out of
 * memory.
 */
static int write_request(void *desc, const struct crane_record *rec, int64_t begin_time)
{
	char *native = crane_dep_native(rec->dep);
	char *text = crane_record_print(rec);
	char *comment = text ? crane_record_merge(ctld_desc_admin_comment(desc), text) : NULL;
	int rc = -1;

	if (native && comment && !ctld_desc_set_dependency(desc, native) &&
	    !ctld_desc_set_admin_comment(desc, comment)) {
		if (!rec->is_note)
			ctld_desc_set_begin_time(desc, begin_time);
		rc = 0;
	}
	free(native);
	free(text);
	free(comment);
	return rc;
}

/*
 * A plugin that is called after this one sees the request with the gate in it, and can open it: the
 * job would then have that plugin's begin time, and the resolver would see the job too late.
 */
static enum gate_verdict refuse_behind(char why[GATE_WHY_MAX])
{
	return refuse(why,
		      "JobSubmitPlugins of this cluster names %s behind crane, which could let the "
		      "job start early; the administrator has to put crane last",
		      plugins_behind);
}

enum gate_verdict gate_submit(void *desc, char why[GATE_WHY_MAX])
{
	const char *dependency = ctld_desc_dependency(desc);
	const char *expression = crane_expression(dependency);
	char token[CRANE_RECORD_TOKEN_MAX + 1];
	struct crane_record *rec;
	struct crane_dep *dep = NULL;
	enum gate_verdict verdict;
	int64_t now, begin, gate = 0;
	bool is_note;

	if (!expression)
		return GATE_PASS;
	if (missing_export[0])
		return refuse(
			why,
			"this slurmctld does not offer %s, so Crane dependencies cannot be kept; "
			"see the administrator",
			missing_export);
	if (plugins_behind[0])
		return refuse_behind(why);
	if (ctld_desc_is_het(desc))
		return refuse(why, "%s", het_refusal);
	verdict = read_expression(expression, (size_t)(expression - dependency), &dep, why);
	if (verdict != GATE_PASS)
		return verdict;
	if (ctld_desc_is_test(desc))
		return pass_test(desc, dep, why);

	now = time(NULL);
	begin = ctld_desc_begin_time(desc);
	is_note = needs_no_gate(dep);
	if (!is_note)
		gate = gate_before(ctld_desc_deadline(desc), ctld_desc_limit_sec(desc), now);
	if (!is_note && !gate) {
		free(dep);
		return refuse(why, "--deadline leaves no time to wait for a dependency");
	}
	make_token(token);
	rec = crane_record_new(token, maker_of(desc), begin > now ? begin : 0, dep);
	if (!rec) {
		free(dep);
		return refuse(why, "out of memory");
	}
	rec->is_note = is_note;
	if (write_request(desc, rec, gate))
		verdict = refuse(why, "out of memory");
	else if (!is_note)
		inbox_announce(token, ctld_next_job_id());
	crane_record_free(rec);
	return verdict;
}

/* -- changes ----------------------------------------------------------------------------------- */

static int64_t next_mark(void)
{
	return GATE_TIME + 1 + mark_count++ % 86400;
}

/*
 * Returns a record for a changed expression, or a note if that needs no gate, or NULL with the
 * reason in [why].
 */
static struct crane_record *record_for_change(const char *expression, size_t offset,
					      const struct table_view *view, int64_t begin_time,
					      char why[GATE_WHY_MAX])
{
	char token[CRANE_RECORD_TOKEN_MAX + 1];
	struct crane_dep *dep = NULL;
	struct crane_record *rec;

	if (read_expression(expression, offset, &dep, why) != GATE_PASS)
		return NULL;
	if (view->gated)
		snprintf(token, sizeof(token), "%s", view->token);
	else
		make_token(token);
	rec = crane_record_new(token, view->maker, begin_time, dep);
	if (!rec) {
		free(dep);
		refuse(why, "out of memory");
		return NULL;
	}
	rec->is_note = needs_no_gate(dep);
	return rec;
}

/* Notes the change for one job, and puts the mark into the request. Takes over [rec]. */
static enum gate_verdict note_change(void *desc, const struct table_view *view,
				     struct crane_record *rec, char why[GATE_WHY_MAX])
{
	int64_t begin = last_change.begin_given ? last_change.begin_time : view->begin_time;

	if (changes_intend(view->job_id, last_change.what, last_change.mark, begin, rec))
		return refuse(why, "out of memory");
	ctld_desc_set_begin_time(desc, last_change.mark);
	last_change.is_change = true;
	return GATE_PASS;
}

static bool is_last_change(const void *desc)
{
	const char *note = ctld_desc_note(desc);

	return note && last_change.note[0] && strcmp(note, last_change.note) == 0;
}

/* Marks the request as one that is rewritten. Returns -1 if out of memory. */
static int begin_rewrite(void *desc)
{
	char token[CRANE_RECORD_TOKEN_MAX + 1];

	if (is_last_change(desc))
		return 0;
	free(last_change.expression);
	memset(&last_change, 0, sizeof(last_change));
	make_token(token);
	snprintf(last_change.note, sizeof(last_change.note), "crane:change:%s", token);
	last_change.asked_begin = ctld_desc_begin_time(desc);
	return ctld_desc_set_note(desc, last_change.note);
}

static int begin_change(void *desc, enum intent_kind what)
{
	int64_t begin = ctld_desc_begin_time(desc);

	if (begin_rewrite(desc))
		return -1;
	last_change.mark = next_mark();
	last_change.what = what;
	/* A begin time at the gate is not the user's: another plugin copied it from the job. */
	last_change.begin_given = begin != 0 && begin < GATE_TIME;
	last_change.begin_time = begin > time(NULL) ? begin : 0;
	return 0;
}

/* Repeats the last change for another task record of its array. */
static enum gate_verdict repeat_change(void *desc, const struct table_view *view,
				       char why[GATE_WHY_MAX])
{
	struct crane_record *rec = NULL;
	char *native;
	int rc;

	if (!view->gated && last_change.what != INTENT_REPLACE) {
		ctld_desc_set_begin_time(desc, last_change.asked_begin);
		return GATE_PASS;
	}
	if (last_change.what == INTENT_REPLACE) {
		rec = record_for_change(
			last_change.expression, 0, view,
			last_change.begin_given ? last_change.begin_time : view->begin_time, why);
		if (!rec)
			return GATE_REFUSE;
		native = crane_dep_native(rec->dep);
		rc = native ? ctld_desc_set_dependency(desc, native) : -1;
		free(native);
		if (rc) {
			crane_record_free(rec);
			return refuse(why, "out of memory");
		}
	}
	return note_change(desc, view, rec, why);
}

/* Dependency=crane:... on a pending job, gated or not. */
static enum gate_verdict change_to_crane(void *desc, const char *expression, size_t offset,
					 const struct table_view *view, char why[GATE_WHY_MAX])
{
	struct crane_record *rec;
	char *native;
	int rc;

	if (begin_change(desc, INTENT_REPLACE))
		return refuse(why, "out of memory");
	rec = record_for_change(expression, offset, view,
				last_change.begin_given ? last_change.begin_time : view->begin_time,
				why);
	if (!rec)
		return GATE_REFUSE;
	native = crane_dep_native(rec->dep);
	last_change.expression = crane_dep_print(rec->dep);
	rc = native && last_change.expression ? ctld_desc_set_dependency(desc, native) : -1;
	free(native);
	if (rc) {
		crane_record_free(rec);
		return refuse(why, "out of memory");
	}
	return note_change(desc, view, rec, why);
}

/* AdminComment= by an administrator: keeps the record in it. */
static enum gate_verdict keep_record(void *desc, const struct table_view *view,
				     char why[GATE_WHY_MAX])
{
	char *record = view->gated ? table_record_text(view->job_id) : NULL;
	char *comment = record || !view->gated ?
				crane_record_merge(ctld_desc_admin_comment(desc), record) :
				NULL;
	int rc = comment ? begin_rewrite(desc) : -1;

	if (!rc)
		rc = ctld_desc_set_admin_comment(desc, comment);
	free(record);
	free(comment);
	if (rc)
		return refuse(why, "out of memory");
	inbox_look_at(view->job_id);
	return GATE_PASS;
}

/* A change of a job that is not in the table. */
static enum gate_verdict modify_unknown(const void *desc, const char *expression,
					const struct ctld_ident *ident, char why[GATE_WHY_MAX])
{
	uint32_t id = ident->array_job_id ? ident->array_job_id : ident->job_id;

	if (expression && ctld_job_pending(ident->job_id)) {
		/* The gate replaces its begin time, which has to be read before. */
		inbox_look_at(id);
		refuse(why, "the job is being looked up; try again");
		return GATE_BUSY;
	}
	/*
	 * A job that was just submitted may have a record and a gate that this change would remove.
	 */
	if (inbox_may_expect(ident->job_id)) {
		inbox_look_at(id);
		refuse(why, "the job has just been submitted; try again");
		return GATE_BUSY;
	}
	if (crane_record_find(ctld_desc_admin_comment(desc), NULL, NULL, NULL, NULL) !=
	    CRANE_RECORD_NONE)
		inbox_look_at(id);
	/* A note, if it has one, may be out of date from now on. */
	if (ctld_desc_dependency(desc))
		inbox_look_at(id);
	return GATE_PASS;
}

enum gate_verdict gate_modify(void *desc, const void *job_ptr, uint32_t uid, char why[GATE_WHY_MAX])
{
	const char *dependency = ctld_desc_dependency(desc);
	const char *comment = ctld_desc_admin_comment(desc);
	int64_t begin = ctld_desc_begin_time(desc);
	enum gate_verdict verdict = GATE_PASS;
	const char *expression;
	struct table_view view;
	struct ctld_ident ident;
	bool repeated;

	/* Our own updates have a note even if a plugin before this one has emptied the rest. */
	if (!dependency && !begin && !comment && !ctld_desc_note(desc) && !plugins_behind[0])
		return GATE_PASS;
	expression = crane_expression(dependency);
	if (missing_export[0])
		return expression ?
			       refuse(why,
				      "this slurmctld does not offer %s, so Crane dependencies "
				      "cannot be kept",
				      missing_export) :
			       GATE_PASS;
	switch (updates_admit(desc, job_ptr)) {
	case UPDATE_OURS:
		return GATE_PASS;
	case UPDATE_OVERTAKEN:
		return GATE_STALE;
	case UPDATE_OTHER_RECORD:
		return GATE_OTHER;
	default:
		break;
	}
	if (!table_is_ready()) {
		refuse(why, "the plugin has just been loaded; try again in a second");
		return GATE_BUSY;
	}
	if (!ctld_identify(job_ptr, &ident))
		return refuse(why, "the job cannot be identified");
	if (ident.is_het)
		return expression ? refuse(why, "%s", het_refusal) : GATE_PASS;
	if (plugins_behind[0] && expression)
		return refuse_behind(why);
	if (!table_find(&ident, &view))
		return modify_unknown(desc, expression, &ident, why);
	if ((view.gated || expression) &&
	    !ctld_may_change(uid, ctld_desc_owner(desc),
			     strlen(view.account) + 1 < sizeof(view.account) ? view.account : NULL))
		return GATE_NOT_ALLOWED;
	if (plugins_behind[0])
		return view.gated ? refuse_behind(why) : GATE_PASS;
	repeated = is_last_change(desc);
	if (comment && (view.gated || repeated))
		verdict = keep_record(desc, &view, why);
	if (verdict != GATE_PASS)
		return verdict;
	if (repeated && last_change.is_change)
		return repeat_change(desc, &view, why);
	if (expression)
		return change_to_crane(desc, expression, (size_t)(expression - dependency), &view,
				       why);
	if (!view.gated) {
		if (dependency) /* see modify_unknown() */
			inbox_look_at(ident.array_job_id ? ident.array_job_id : ident.job_id);
		return GATE_PASS;
	}
	if (!dependency && (!begin || view.open))
		return GATE_PASS;
	if (begin_change(desc, dependency ? INTENT_REMOVE : INTENT_SET_BEGIN))
		return refuse(why, "out of memory");
	return note_change(desc, &view, NULL, why);
}
