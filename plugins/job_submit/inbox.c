/* SPDX-License-Identifier: GPL-2.0-or-later */
/* See inbox.h. One lock guards everything here; no other lock is taken while it is held. */
#include "config.h"
#include "plugins/job_submit/inbox.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "plugins/job_submit/monotonic.h"

#define ANNOUNCED_MSEC 25        /* sleep while a submission is about to become a job */
#define ANNOUNCED_SLOW_MSEC 1000 /* the same, ANNOUNCED_SLOW_SEC after it was announced */
#define ANNOUNCED_SLOW_SEC 2

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t news;
static bool news_made;
static struct inbox_content inbox;
static uint32_t expected_from = UINT32_MAX; /* lowest id of the taken submissions */
static bool just_announced;                 /* since the thread last woke or emptied the inbox */
static bool woken;
static bool closed;
static bool has_thread;
static unsigned unlooked; /* loads of the plugin without a look at all jobs */

/* The caller holds the lock. */

static void add_job(uint32_t job_id)
{
	if (inbox.n_to_look_at < INBOX_MAX)
		inbox.to_look_at[inbox.n_to_look_at++] = job_id;
	else
		inbox.look_at_all = true;
}

static void add_announced(const struct announced *announced)
{
	if (inbox.n_announced < INBOX_MAX)
		inbox.announced[inbox.n_announced++] = *announced;
	else
		inbox.look_at_all = true;
}

static void wake(void)
{
	woken = true;
	if (has_thread)
		pthread_cond_signal(&news);
}

/* -- for hooks --------------------------------------------------------------------------------- */

void inbox_announce(const char *token, uint32_t first_job_id)
{
	struct announced announced = { .first_id = first_job_id, .since = monotonic_sec() };

	snprintf(announced.token, sizeof(announced.token), "%s", token);
	pthread_mutex_lock(&lock);
	add_announced(&announced);
	if (!just_announced && has_thread)
		pthread_cond_signal(&news);
	just_announced = true;
	pthread_mutex_unlock(&lock);
}

void inbox_look_at(uint32_t job_id)
{
	pthread_mutex_lock(&lock);
	add_job(job_id);
	wake();
	pthread_mutex_unlock(&lock);
}

bool inbox_may_expect(uint32_t job_id)
{
	bool may;

	pthread_mutex_lock(&lock);
	may = inbox.look_at_all || job_id >= expected_from;
	for (unsigned i = 0; i < inbox.n_announced && !may; i++)
		may = job_id >= inbox.announced[i].first_id;
	pthread_mutex_unlock(&lock);
	return may;
}

void inbox_wake(void)
{
	pthread_mutex_lock(&lock);
	wake();
	pthread_mutex_unlock(&lock);
}

/* -- for the resolver's thread ----------------------------------------------------------------- */

void inbox_take(struct inbox_content *content)
{
	pthread_mutex_lock(&lock);
	content->n_announced = inbox.n_announced;
	memcpy(content->announced, inbox.announced, inbox.n_announced * sizeof(inbox.announced[0]));
	content->n_to_look_at = inbox.n_to_look_at;
	memcpy(content->to_look_at, inbox.to_look_at,
	       inbox.n_to_look_at * sizeof(inbox.to_look_at[0]));
	content->look_at_all = inbox.look_at_all;
	for (unsigned i = 0; i < inbox.n_announced; i++)
		if (inbox.announced[i].first_id < expected_from)
			expected_from = inbox.announced[i].first_id;
	if (inbox.look_at_all)
		expected_from = 0;
	inbox.n_announced = 0;
	inbox.n_to_look_at = 0;
	inbox.look_at_all = false;
	just_announced = false;
	pthread_mutex_unlock(&lock);
}

void inbox_taken(void)
{
	pthread_mutex_lock(&lock);
	expected_from = UINT32_MAX;
	pthread_mutex_unlock(&lock);
}

void inbox_retry(uint32_t job_id)
{
	pthread_mutex_lock(&lock);
	add_job(job_id);
	pthread_mutex_unlock(&lock);
}

void inbox_retry_all(void)
{
	pthread_mutex_lock(&lock);
	inbox.look_at_all = true;
	pthread_mutex_unlock(&lock);
}

void inbox_retry_announced(const struct announced *announced)
{
	pthread_mutex_lock(&lock);
	add_announced(announced);
	pthread_mutex_unlock(&lock);
}

int64_t inbox_wait_msec(int64_t retry_msec)
{
	int64_t now = monotonic_sec();
	int64_t msec = -1;

	pthread_mutex_lock(&lock);
	for (unsigned i = 0; i < inbox.n_announced; i++) {
		int64_t wait = now - inbox.announced[i].since > ANNOUNCED_SLOW_SEC ?
				       ANNOUNCED_SLOW_MSEC :
				       ANNOUNCED_MSEC;

		if (msec < 0 || wait < msec)
			msec = wait;
	}
	if (inbox.look_at_all || inbox.n_to_look_at > 0)
		msec = retry_msec;
	pthread_mutex_unlock(&lock);
	return msec;
}

/* Returns the time [msec] milliseconds ahead, on the clock of [news]. */
static struct timespec moment_in(int64_t msec)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	ts.tv_sec += msec / 1000;
	ts.tv_nsec += msec % 1000 * 1000000;
	if (ts.tv_nsec >= 1000000000) {
		ts.tv_sec++;
		ts.tv_nsec -= 1000000000;
	}
	return ts;
}

bool inbox_nap(int64_t msec)
{
	struct timespec until = moment_in(msec < 0 ? 0 : msec);
	bool shortened = msec >= 0 && msec <= ANNOUNCED_MSEC;
	bool is_closed;

	pthread_mutex_lock(&lock);
	while (!closed && !woken) {
		if (just_announced && !shortened) {
			msec = ANNOUNCED_MSEC;
			until = moment_in(msec);
			shortened = true;
		}
		if (msec < 0)
			pthread_cond_wait(&news, &lock);
		else if (pthread_cond_timedwait(&news, &lock, &until) == ETIMEDOUT)
			break;
	}
	woken = false;
	just_announced = false;
	is_closed = closed;
	pthread_mutex_unlock(&lock);
	return is_closed;
}

/* -- loading and unloading the plugin ---------------------------------------------------------- */

bool inbox_open(void)
{
	bool start;

	pthread_mutex_lock(&lock);
	if (!news_made) {
		pthread_condattr_t monotonic;

		pthread_condattr_init(&monotonic);
		pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
		pthread_cond_init(&news, &monotonic);
		pthread_condattr_destroy(&monotonic);
		news_made = true;
	}
	closed = false;
	unlooked++;
	start = !has_thread;
	has_thread = true;
	wake();
	pthread_mutex_unlock(&lock);
	return start;
}

void inbox_close(void)
{
	pthread_mutex_lock(&lock);
	closed = true;
	if (has_thread)
		pthread_cond_signal(&news);
	pthread_mutex_unlock(&lock);
}

bool inbox_wants_look(void)
{
	bool wants;

	pthread_mutex_lock(&lock);
	wants = unlooked > 0;
	pthread_mutex_unlock(&lock);
	return wants;
}

bool inbox_note_look(void)
{
	bool last;

	pthread_mutex_lock(&lock);
	if (unlooked > 0)
		unlooked--;
	last = unlooked == 0;
	pthread_mutex_unlock(&lock);
	return last;
}

bool inbox_leave(void)
{
	bool leave;

	pthread_mutex_lock(&lock);
	leave = closed;
	if (leave) {
		has_thread = false;
		unlooked = 0;
	}
	pthread_mutex_unlock(&lock);
	return leave;
}
