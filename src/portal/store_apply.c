/*
 * What each kind of job does to the database. Must never put a language into a row with
 * a MAC, nor a MAC into a count.
 */
#include "portal/store_apply.h"

#include "common/log.h"
#include "portal/store_sum.h"

struct apply_batch {
	struct store_job *jobs;
	size_t count;
	bool learned; /* something was written down of a device */
	struct store_sums sums;
};

_Static_assert(3 * STORE_APPLY_MAX <= STORE_SUMS_MAX, "a job adds at most three sums");

static void apply_count(struct store_book *book, struct apply_batch *batch,
			const struct store_job *job, uint8_t event, uint32_t count)
{
	struct store_sum sum = {.into = STORE_SUM_PENDING,
				.zone = job->zone,
				.audience = job->audience,
				.language = job->language,
				.event = event,
				.item = job->item,
				.when = store_clock_minute(job->boot_ms),
				.count = count};

	if (book->clock.settled) {
		sum.into = STORE_SUM_COUNTERS;
		sum.when = store_clock_hour(&book->clock, job->boot_ms);
	} else {
		book->pending_left = true;
	}
	store_sums_add(&batch->sums, &sum);
}

static void apply_owe(struct apply_batch *batch, const struct store_job *job, int64_t count)
{
	struct store_sum sum = {.into = STORE_SUM_OWED,
				.zone = job->zone,
				.audience = job->audience,
				.language = job->language,
				.count = count};

	store_sums_add(&batch->sums, &sum);
}

/* What an acknowledgement counts: STORE_EVENT__MAX stands for nothing more. */
static void apply_events(const struct store_job *job, uint8_t events[2])
{
	events[0] = job->event == STORE_DEFERRED ? STORE_DEFERRED : STORE_ACKNOWLEDGED;
	events[1] = job->event == STORE_RETURNED ? STORE_RETURNED : STORE_EVENT__MAX;
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
 * Takes an event of the acknowledgement back where it was counted: under its minute, or,
 * when the minutes have become hours since, under its hour. A job that does not know the
 * time (a replay of another run) takes the newest there is.
 */
static int apply_uncount(struct store_book *book, const struct store_job *job, uint8_t event_number)
{
	sqlite3_stmt **sql = book->db.statements;
	const char *zone = book->zones[job->zone];
	const char *audience = store_names_text(book->names, job->audience);
	const char *language = book->languages[job->language];
	char text[MEASURE_TEXT_SIZE];
	const char *event = store_sum_event(event_number, text);
	int rc = store_sql_run(sql, STORE_SQL_PENDING_TAKE, book->boot_id,
			       store_clock_minute(job->boot_ms), zone, audience, language, event);

	if (rc == SQLITE_OK && sqlite3_changes(book->db.handle) == 0)
		rc = store_sql_run(sql, STORE_SQL_COUNTER_TAKE,
				   store_clock_hour(&book->clock, job->boot_ms), zone, audience,
				   language, event);
	if (rc == SQLITE_OK && sqlite3_changes(book->db.handle) == 0)
		rc = store_sql_run(sql, STORE_SQL_PENDING_TAKE_NEWEST, book->boot_id, zone,
				   audience, language, event);
	if (rc == SQLITE_OK && sqlite3_changes(book->db.handle) == 0)
		rc = store_sql_run(sql, STORE_SQL_COUNTER_TAKE_NEWEST, zone, audience, language,
				   event);
	return rc;
}

/* What is not owed has been counted as released: that stands. */
static int apply_withdraw(struct store_book *book, const struct store_job *job)
{
	uint8_t events[2];
	/* The one that this acknowledgement would have renewed goes on to its end. */
	int rc = store_sql_run(book->db.statements, STORE_SQL_LEASE_WITHDRAW, &job->mac);

	book->erase = true;
	if (rc == SQLITE_OK)
		rc = store_sql_run(book->db.statements, STORE_SQL_OWED_TAKE, book->zones[job->zone],
				   store_names_text(book->names, job->audience),
				   book->languages[job->language]);
	if (rc != SQLITE_OK || sqlite3_changes(book->db.handle) == 0)
		return rc;
	apply_events(job, events);
	for (size_t i = 0; i < 2 && rc == SQLITE_OK; i++)
		if (events[i] != STORE_EVENT__MAX)
			rc = apply_uncount(book, job, events[i]);
	return rc;
}

/* One row for each objective: neither zone nor language nor what was answered is in it. */
static int apply_learned(struct store_book *book, struct apply_batch *batch,
			 const struct store_job *job)
{
	int rc = SQLITE_OK;

	for (size_t i = 0; i < STORE_LEARNED_MAX && rc == SQLITE_OK; i++) {
		if (job->born <= 0 || job->learned[i] == 0)
			continue;
		batch->learned = true;
		rc = store_sql_run(book->db.statements, STORE_SQL_REVIEW_PUT, (int64_t)job->born,
				   job->bytes, store_names_text(book->names, job->learned[i]),
				   (int64_t)job->today);
	}
	return rc;
}

static int apply_acknowledge(struct store_book *book, struct apply_batch *batch,
			     const struct store_job *job)
{
	uint8_t events[2];
	int rc = apply_learned(book, batch, job);

	apply_events(job, events);
	for (size_t i = 0; i < 2; i++)
		if (events[i] != STORE_EVENT__MAX)
			apply_count(book, batch, job, events[i], 1);
	apply_owe(batch, job, 1);
	return rc == SQLITE_OK ? apply_lease(book, job) : rc;
}

/* Their bytes are to leave the log and the file: secure_delete writes zeros over them. */
static int apply_forget(struct store_book *book, const struct store_job *job)
{
	static const enum store_sql both[] = {STORE_SQL_KEYS_FORGET, STORE_SQL_REVIEWS_FORGET};
	int64_t today = job->today > 0 ? job->today : INT64_MAX;
	int rc = SQLITE_OK;

	for (size_t i = 0; i < 2 && rc == SQLITE_OK; i++) {
		rc = store_sql_run(book->db.statements, both[i], (int64_t)job->born, today);
		if (rc == SQLITE_OK && sqlite3_changes(book->db.handle) > 0)
			book->erase = true;
	}
	return rc;
}

static bool apply_names_event(const struct store_job *job)
{
	switch (job->kind) {
	case STORE_ACKNOWLEDGE:
	case STORE_WITHDRAW:
		return (job->event == STORE_ACKNOWLEDGED || job->event == STORE_RETURNED ||
			job->event == STORE_DEFERRED) &&
		       job->item == 0;
	case STORE_ADD:
		/* A measure is about something, an event is not. */
		return job->event < STORE_EVENT__MAX + MEASURE_CODE__MAX &&
		       (job->event >= STORE_EVENT__MAX) == (job->item != 0);
	default:
		return job->item == 0;
	}
}

/* A job that names what the configuration does not have is the caller's mistake. */
static bool apply_is_sane(const struct store_book *book, const struct store_job *job)
{
	switch (job->kind) {
	case STORE_REVOKE:
	case STORE_FORGET:
		return true;
	case STORE_KEY:
		return job->born > 0;
	case STORE_GRANT:
		return job->zone < book->zone_count;
	case STORE_KIND__MAX:
		return false;
	default:
		return job->zone < book->zone_count && job->language < book->language_count &&
		       apply_names_event(job);
	}
}

static int apply_job(struct store_book *book, struct apply_batch *batch,
		     const struct store_job *job)
{
	switch (job->kind) {
	case STORE_ACKNOWLEDGE:
		return apply_acknowledge(book, batch, job);
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
		return store_sql_run(book->db.statements, STORE_SQL_KEY_PUT, (int64_t)job->born,
				     job->bytes);
	case STORE_FORGET:
		return apply_forget(book, job);
	case STORE_KIND__MAX:
		break;
	}
	return SQLITE_MISUSE;
}

/* A body: it may run twice, so it begins with nothing summed. */
static int apply_body(struct store_book *book, void *arg)
{
	struct apply_batch *batch = arg;
	int rc = SQLITE_OK;
	size_t i;

	store_sums_begin(&batch->sums);
	batch->learned = false;
	for (i = 0; i < batch->count && rc == SQLITE_OK; i++)
		if (apply_is_sane(book, &batch->jobs[i]))
			rc = apply_job(book, batch, &batch->jobs[i]);
	if (rc == SQLITE_OK)
		rc = store_sums_write(book, &batch->sums);
	/* What a stranger with many names can make portal write has an end. */
	if (rc == SQLITE_OK && batch->learned)
		rc = store_sql_run(book->db.statements, STORE_SQL_REVIEWS_TRIM, book->reviews_max);
	return rc;
}

void store_apply(struct store_book *book, struct store_job *jobs, size_t count)
{
	struct apply_batch batch;
	bool stored;
	size_t i;

	batch.jobs = jobs;
	batch.count = count;
	stored = store_book_transaction(book, apply_body, &batch) == 0;
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
