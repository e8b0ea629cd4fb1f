/*
 * What each kind of job does to the database. Must never put a language into a row with
 * a MAC, nor a MAC into a count.
 */
#include "portal/store_apply.h"

#include "common/log.h"

static const char *const apply_events[STORE_EVENT__MAX] = {
    [STORE_SHOWN] = "shown",	   [STORE_ANSWERED] = "answered",
    [STORE_RIGHT] = "right",	   [STORE_ACKNOWLEDGED] = "acknowledged",
    [STORE_RELEASED] = "released",	   [STORE_DEFERRED] = "deferred",
    [STORE_RETURNED] = "returned",
};

enum apply_into { APPLY_COUNTERS, APPLY_PENDING, APPLY_OWED };

/* One row's sum: a batch of one hour, zone and language is one row, not one a job. */
struct apply_sum {
	enum apply_into into;
	uint8_t zone;
	uint8_t language;
	uint8_t event;
	int64_t when; /* hour, or minute of this boot */
	int64_t count;
};

struct apply_batch {
	struct store_job *jobs;
	size_t count;
	size_t sum_count;
	struct apply_sum sums[2 * STORE_APPLY_MAX]; /* a job adds at most two */
};

static void apply_add(struct apply_batch *batch, const struct apply_sum *add)
{
	struct apply_sum *sum = batch->sums;
	struct apply_sum *end = batch->sums + batch->sum_count;

	while (sum < end && (sum->into != add->into || sum->zone != add->zone ||
			     sum->language != add->language || sum->event != add->event ||
			     sum->when != add->when))
		sum++;
	if (sum < end) {
		sum->count += add->count;
		return;
	}
	*sum = *add;
	batch->sum_count++;
}

static void apply_count(struct store_book *book, struct apply_batch *batch,
			const struct store_job *job, enum store_event event, uint32_t count)
{
	struct apply_sum sum = {.into = APPLY_PENDING,
				.zone = job->zone,
				.language = job->language,
				.event = (uint8_t)event,
				.when = store_clock_minute(job->boot_ms),
				.count = count};

	if (book->clock.settled) {
		sum.into = APPLY_COUNTERS;
		sum.when = store_clock_hour(&book->clock, job->boot_ms);
	} else {
		book->pending_left = true;
	}
	apply_add(batch, &sum);
}

static void apply_owe(struct apply_batch *batch, const struct store_job *job, int64_t count)
{
	struct apply_sum sum = {
	    .into = APPLY_OWED, .zone = job->zone, .language = job->language, .count = count};

	apply_add(batch, &sum);
}

static int apply_lease(struct store_book *book, const struct store_job *job)
{
	int64_t end_ms = job->boot_ms + (int64_t)job->seconds * 1000;

	if (end_ms < book->next_end_ms)
		book->next_end_ms = end_ms;
	return store_sql_run(book->db.statements, STORE_SQL_LEASE_PUT, &job->mac,
			     book->zones[job->zone], end_ms);
}

static int apply_revoke(struct store_book *book, const struct store_job *job)
{
	book->erase = true;
	return store_sql_run(book->db.statements, STORE_SQL_LEASE_DELETE, &job->mac);
}

/*
 * Takes the acknowledgement back where it was counted: under its minute, or, when the
 * minutes have become hours since, under its hour. A job that does not know the time
 * (a replay of another run) takes the newest there is.
 */
static int apply_uncount(struct store_book *book, const struct store_job *job)
{
	sqlite3_stmt **sql = book->db.statements;
	const char *zone = book->zones[job->zone];
	const char *language = book->languages[job->language];
	int rc = store_sql_run(sql, STORE_SQL_PENDING_TAKE, book->boot_id,
			       store_clock_minute(job->boot_ms), zone, language);

	if (rc == SQLITE_OK && sqlite3_changes(book->db.handle) == 0)
		rc = store_sql_run(sql, STORE_SQL_COUNTER_TAKE,
				   store_clock_hour(&book->clock, job->boot_ms), zone, language);
	if (rc == SQLITE_OK && sqlite3_changes(book->db.handle) == 0)
		rc = store_sql_run(sql, STORE_SQL_PENDING_TAKE_NEWEST, book->boot_id, zone,
				   language);
	if (rc == SQLITE_OK && sqlite3_changes(book->db.handle) == 0)
		rc = store_sql_run(sql, STORE_SQL_COUNTER_TAKE_NEWEST, zone, language);
	return rc;
}

/* What is not owed has been counted as released: that stands. */
static int apply_withdraw(struct store_book *book, const struct store_job *job)
{
	int rc = apply_revoke(book, job);

	if (rc == SQLITE_OK)
		rc = store_sql_run(book->db.statements, STORE_SQL_OWED_TAKE, book->zones[job->zone],
				   book->languages[job->language]);
	if (rc == SQLITE_OK && sqlite3_changes(book->db.handle) > 0)
		rc = apply_uncount(book, job);
	return rc;
}

/* A job that names what the configuration does not have is the caller's mistake. */
static bool apply_is_sane(const struct store_book *book, const struct store_job *job)
{
	if (job->kind == STORE_REVOKE)
		return true;
	if (job->zone >= book->zone_count || job->kind >= STORE_KIND__MAX)
		return false;
	return job->kind == STORE_GRANT ||
	       (job->language < book->language_count && job->event < STORE_EVENT__MAX);
}

static int apply_job(struct store_book *book, struct apply_batch *batch,
		     const struct store_job *job)
{
	switch (job->kind) {
	case STORE_ACKNOWLEDGE:
		apply_count(book, batch, job, STORE_ACKNOWLEDGED, 1);
		apply_owe(batch, job, 1);
		return apply_lease(book, job);
	case STORE_CONFIRM:
		apply_count(book, batch, job, STORE_RELEASED, 1);
		apply_owe(batch, job, -1);
		return SQLITE_OK;
	case STORE_WITHDRAW:
		return apply_withdraw(book, job);
	case STORE_GRANT:
		return apply_lease(book, job);
	case STORE_REVOKE:
		return apply_revoke(book, job);
	case STORE_ADD:
		apply_count(book, batch, job, job->event, job->count);
		return SQLITE_OK;
	case STORE_KEY:
	case STORE_FORGET:
	case STORE_KIND__MAX:
		break;
	}
	return SQLITE_MISUSE;
}

static int apply_sum_write(struct store_book *book, const struct apply_sum *sum)
{
	sqlite3_stmt **sql = book->db.statements;
	const char *zone = book->zones[sum->zone];
	const char *language = book->languages[sum->language];

	if (sum->into == APPLY_OWED)
		return store_sql_run(sql, STORE_SQL_OWED_ADD, zone, language, sum->count);
	if (sum->into == APPLY_PENDING)
		return store_sql_run(sql, STORE_SQL_PENDING_ADD, book->boot_id, sum->when, zone,
				     language, apply_events[sum->event], sum->count);
	return store_sql_run(sql, STORE_SQL_COUNTER_ADD, sum->when, zone, language,
			     apply_events[sum->event], sum->count);
}

/* A body: it may run twice, so it begins with nothing summed. */
static int apply_body(struct store_book *book, void *arg)
{
	struct apply_batch *batch = arg;
	int rc = SQLITE_OK;
	size_t i;

	batch->sum_count = 0;
	for (i = 0; i < batch->count && rc == SQLITE_OK; i++)
		if (apply_is_sane(book, &batch->jobs[i]))
			rc = apply_job(book, batch, &batch->jobs[i]);
	for (i = 0; i < batch->sum_count && rc == SQLITE_OK; i++)
		rc = apply_sum_write(book, &batch->sums[i]);
	return rc;
}

void store_apply(struct store_book *book, struct store_job *jobs, size_t count)
{
	struct apply_batch batch = {.jobs = jobs, .count = count};
	bool stored = store_book_transaction(book, apply_body, &batch) == 0;
	size_t i;

	for (i = 0; i < count; i++) {
		jobs[i].stored = stored && apply_is_sane(book, &jobs[i]);
		if (stored && !jobs[i].stored)
			log_warnx("store: job %d with zone %u, language %u, event %u refused",
				  (int)jobs[i].kind, jobs[i].zone, jobs[i].language, jobs[i].event);
	}
}

static int apply_owed_body(struct store_book *book, void *arg)
{
	sqlite3_stmt **sql = book->db.statements;
	int rc;

	(void)arg;
	if (book->clock.settled) {
		rc = store_sql_run(sql, STORE_SQL_OWED_TO_COUNTERS,
				   store_clock_hour(&book->clock, book->now.boot_ms));
	} else {
		rc = store_sql_run(sql, STORE_SQL_OWED_TO_PENDING, book->boot_id,
				   store_clock_minute(book->now.boot_ms));
		book->pending_left = true;
	}
	return rc == SQLITE_OK ? store_sql_run(sql, STORE_SQL_OWED_CLEAR) : rc;
}

int store_apply_owed(struct store_book *book)
{
	return store_book_transaction(book, apply_owed_body, NULL);
}
