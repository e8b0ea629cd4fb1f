/*
 * The store as the portal sees it: jobs in, one transaction, jobs out.
 * links: portal/store_apply portal/store_book portal/store_clock portal/store_db
 * links: portal/store_lease portal/store_name portal/store_review portal/store_sql
 * links: portal/store_sum
 * links: portal/store_tick common/conf common/ether common/measure common/report
 */
#include "test_store.h"

enum { MANY = 64 };

static void an_acknowledgement_survives_reopening(void **state)
{
	struct store *store = world_open_running();
	struct ether mac = world_job(STORE_ACKNOWLEDGE, 7).mac;
	struct store_lease lease;

	(void)state;
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 7));
	store_close(store);
	store = world_open();
	assert_int_equal(store_leases(store, world_keep_lease, &lease), 1);
	assert_true(ether_equal(&lease.mac, &mac));
	assert_int_equal(lease.seconds_left, WORLD_HOUR);
	store_close(store);
	assert_int_equal(world_counted("acknowledged"), 1);
}

static void a_zone_survives_a_new_order_of_zones(void **state)
{
	struct store *store = world_open_running();
	struct store_lease lease;

	(void)state;
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 7));
	store_close(store);
	snprintf(world_conf.zones[0].name, CONF_NAME_SIZE, "cafe");
	snprintf(world_conf.zones[1].name, CONF_NAME_SIZE, "wifi");
	store = world_open();
	assert_int_equal(store_leases(store, world_keep_lease, &lease), 1);
	assert_int_equal(lease.zone, 1);
	store_close(store);
}

static void a_second_acknowledgement_renews_the_release(void **state)
{
	struct store *store = world_open_running();
	struct store_job job = world_job(STORE_ACKNOWLEDGE, 7);
	struct store_lease lease;

	(void)state;
	assert_true(world_do_job(store, job));
	job.seconds = 2 * WORLD_HOUR;
	assert_true(world_do_job(store, job));
	store_close(store);
	store = world_open();
	assert_int_equal(store_leases(store, world_keep_lease, &lease), 1);
	assert_int_equal(lease.seconds_left, 2 * WORLD_HOUR);
	store_close(store);
}

/* Queued before the thread runs, so that they are one batch. */
static void a_group_is_one_transaction(void **state)
{
	struct store *store = world_open();
	struct store_job jobs[MANY];
	struct store_status before;
	struct store_status after;
	int64_t seen = 0;
	unsigned i;
	int tries;

	(void)state;
	store_status(store, &before);
	for (i = 0; i < MANY; i++) {
		jobs[i] = world_job(STORE_ACKNOWLEDGE, i);
		assert_true(store_put(store, &jobs[i]));
	}
	assert_int_equal(store_start(store), 0);
	for (tries = WORLD_WAIT_MS; seen == 0 && tries > 0; tries--) {
		seen = world_ask("SELECT count(*) FROM leases");
		assert_true(seen == 0 || seen == MANY);
	}
	world_take(store, jobs, MANY);
	for (i = 0; i < MANY; i++) {
		assert_true(jobs[i].stored);
		assert_int_equal(jobs[i].tag, i);
	}
	store_status(store, &after);
	assert_int_equal(after.commits, before.commits + 1);
	assert_int_equal(world_counted("acknowledged"), MANY);
	assert_int_equal(world_owed(), MANY);
	store_close(store);
}

static void a_confirmation_counts_released_and_owes_one_less(void **state)
{
	struct store *store = world_open_running();

	(void)state;
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 1));
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 2));
	assert_int_equal(world_counted("released"), 0);
	assert_int_equal(world_owed(), 2);
	assert_true(world_do(store, STORE_CONFIRM, 1));
	assert_int_equal(world_counted("released"), 1);
	assert_int_equal(world_owed(), 1);
	store_close(store);
}

static void a_withdrawal_restores_the_counters(void **state)
{
	struct store *store = world_open_running();

	(void)state;
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 1));
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 2));
	assert_true(world_do(store, STORE_WITHDRAW, 2));
	assert_int_equal(world_counted_at(WORLD_THIS_HOUR, "acknowledged"), 1);
	assert_int_equal(world_counted("released"), 0);
	assert_int_equal(world_owed(), 1);
	assert_int_equal(world_ask("SELECT count(*) FROM leases"), 1);
	store_close(store);
}

static void a_withdrawal_in_the_next_hour_takes_from_the_first(void **state)
{
	struct store *store = world_open_running();
	struct store_job first = world_job(STORE_ACKNOWLEDGE, 1);

	(void)state;
	assert_true(world_do_job(store, first));
	world_pass(WORLD_HOUR);
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 2));
	first.kind = STORE_WITHDRAW;
	assert_true(world_do_job(store, first));
	assert_int_equal(world_counted_at(WORLD_THIS_HOUR, "acknowledged"), 0);
	assert_int_equal(world_counted_at(WORLD_THIS_HOUR + WORLD_HOUR, "acknowledged"), 1);
	store_close(store);
}

static void a_withdrawal_of_what_is_not_owed_uncounts_nothing(void **state)
{
	struct store *store = world_open_running();

	(void)state;
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 1));
	assert_true(world_do(store, STORE_CONFIRM, 1));
	assert_true(world_do(store, STORE_WITHDRAW, 1));
	assert_int_equal(world_counted("acknowledged"), 1);
	assert_int_equal(world_ask("SELECT count(*) FROM leases"), 0);
	store_close(store);
}

static void a_grant_counts_nothing_and_a_revocation_ends_it(void **state)
{
	struct store *store = world_open_running();

	(void)state;
	assert_true(world_do(store, STORE_GRANT, 1));
	assert_int_equal(world_ask("SELECT count(*) FROM leases"), 1);
	assert_int_equal(world_ask("SELECT count(*) FROM counters"), 0);
	assert_int_equal(world_owed(), 0);
	assert_true(world_do(store, STORE_REVOKE, 1));
	assert_int_equal(world_ask("SELECT count(*) FROM leases"), 0);
	assert_true(world_do(store, STORE_REVOKE, 1));
	store_close(store);
}

static void counts_are_added_by_hour_zone_audience_language_and_event(void **state)
{
	struct store *store = world_open_running();
	struct store_job job = world_job(STORE_ADD, 0);

	(void)state;
	job.event = STORE_SHOWN;
	job.audience = store_name(store, "citizen");
	job.count = 5;
	assert_true(world_do_job(store, job));
	assert_true(world_do_job(store, job));
	job.zone = 1;
	job.audience = store_name(store, "journalist");
	job.language = 1;
	job.event = STORE_RIGHT;
	assert_true(world_do_job(store, job));
	assert_int_equal(world_ask("SELECT count FROM counters WHERE zone = 'wifi' AND audience = "
				   "'citizen' AND language = 'vi' AND event = 'shown'"),
			 10);
	assert_int_equal(world_ask("SELECT count FROM counters WHERE zone = 'cafe' AND audience = "
				   "'journalist' AND language = 'en' AND event = 'right'"),
			 5);
	assert_int_equal(world_ask("SELECT count(*) FROM counters"), 2);
	store_close(store);
}

static void a_full_queue_refuses_and_loses_nothing(void **state)
{
	struct store *store = world_open();
	size_t size = world_conf.visits_max + 256;
	struct store_job *jobs = calloc(size, sizeof(*jobs));
	struct store_job more = world_job(STORE_ACKNOWLEDGE, 999);
	size_t i;

	(void)state;
	assert_non_null(jobs);
	for (i = 0; i < size; i++) {
		jobs[i] = world_job(STORE_ACKNOWLEDGE, (unsigned)i);
		assert_true(store_put(store, &jobs[i]));
	}
	assert_false(store_put(store, &more));
	assert_int_equal(store_start(store), 0);
	world_await("SELECT count(*) FROM leases", (int64_t)size);
	/* Done but not taken holds its place. */
	assert_false(store_put(store, &more));
	world_take(store, jobs, size);
	for (i = 0; i < size; i++) {
		assert_true(jobs[i].stored);
		assert_int_equal(jobs[i].tag, i);
	}
	assert_true(world_do_job(store, more));
	free(jobs);
	store_close(store);
}

static void a_batch_has_at_most_256_jobs(void **state)
{
	struct store *store = world_open();
	struct store_job jobs[300];
	struct store_status before;
	struct store_status after;
	unsigned i;

	(void)state;
	store_status(store, &before);
	for (i = 0; i < 300; i++) {
		jobs[i] = world_job(STORE_GRANT, i);
		assert_true(store_put(store, &jobs[i]));
	}
	assert_int_equal(store_start(store), 0);
	world_take(store, jobs, 300);
	store_status(store, &after);
	assert_int_equal(after.commits, before.commits + 2);
	store_close(store);
}

/* Devices all over the table, so that each batch writes many pages. */
static void the_log_is_copied_before_it_grows_beyond_5_mib(void **state)
{
	enum { BATCHES = 60, BATCH = 256 };
	static struct store_job jobs[BATCH];
	struct store *store = world_open_running();
	char name[160];
	struct stat st;
	unsigned i;

	(void)state;
	snprintf(name, sizeof(name), "%s-wal", world_path);
	for (i = 0; i < BATCHES * BATCH; i++) {
		struct store_job job = world_job(STORE_GRANT, (i * 2654435761U) & 0xffffff);

		assert_true(store_put(store, &job));
		if ((i + 1) % BATCH == 0)
			world_take(store, jobs, BATCH);
	}
	assert_int_equal(stat(name, &st), 0);
	assert_in_range(st.st_size, 1024, 5 * 1024 * 1024);
	store_close(store);
}

static void a_job_for_no_zone_is_refused_alone(void **state)
{
	struct store *store = world_open();
	struct store_job jobs[2] = {world_job(STORE_ACKNOWLEDGE, 1),
				    world_job(STORE_ACKNOWLEDGE, 2)};

	(void)state;
	jobs[0].zone = 2;
	assert_true(store_put(store, &jobs[0]));
	assert_true(store_put(store, &jobs[1]));
	assert_int_equal(store_start(store), 0);
	world_take(store, jobs, 2);
	assert_false(jobs[0].stored);
	assert_true(jobs[1].stored);
	assert_int_equal(world_counted("acknowledged"), 1);
	store_close(store);
}

static void the_descriptor_is_readable_only_while_there_is_something(void **state)
{
	struct store *store = world_open_running();
	struct pollfd poll_fd = {.fd = store_fd(store), .events = POLLIN};
	struct store_job job = world_job(STORE_GRANT, 1);

	(void)state;
	assert_int_equal(poll(&poll_fd, 1, 0), 0);
	assert_true(store_put(store, &job));
	assert_int_equal(poll(&poll_fd, 1, WORLD_WAIT_MS), 1);
	assert_int_equal(store_take(store, &job, 1), 1);
	assert_int_equal(poll(&poll_fd, 1, 0), 0);
	assert_int_equal(store_take(store, &job, 1), 0);
	store_close(store);
}

static void closing_with_jobs_queued_stores_or_drops_them(void **state)
{
	struct store *store = world_open();
	struct store_job job;
	unsigned i;

	(void)state;
	for (i = 0; i < MANY; i++) {
		job = world_job(STORE_ACKNOWLEDGE, i);
		assert_true(store_put(store, &job));
	}
	assert_int_equal(store_start(store), 0);
	store_close(store);
	assert_int_equal(world_counted("acknowledged"), world_ask("SELECT count(*) FROM leases"));
}

/* Every value of every table but leases, as the bytes that it has. */
static bool other_tables_have(const struct ether *mac)
{
	static const char *const tables[] = {"meta",	 "owed",    "counters",
					     "pending", "reviews", "review_keys"};
	char text[ETHER_TEXT_SIZE];
	char sql[64];
	sqlite3 *db = NULL;
	sqlite3_stmt *row;
	bool found = false;
	size_t i;
	int c;

	ether_text(mac, text);
	assert_int_equal(sqlite3_open(world_path, &db), SQLITE_OK);
	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		snprintf(sql, sizeof(sql), "SELECT * FROM %s", tables[i]);
		assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &row, NULL), SQLITE_OK);
		while (sqlite3_step(row) == SQLITE_ROW)
			for (c = 0; c < sqlite3_column_count(row); c++) {
				const char *blob = sqlite3_column_blob(row, c);
				size_t size = (size_t)sqlite3_column_bytes(row, c);

				found |= size > 0 && (memmem(blob, size, mac->byte, ETHER_LEN) ||
						      memmem(blob, size, text, strlen(text)));
			}
		sqlite3_finalize(row);
	}
	sqlite3_close(db);
	return found;
}

static void no_table_but_leases_has_a_mac(void **state)
{
	struct store *store = world_open_running();
	struct store_job job = world_job(STORE_ADD, 3);

	(void)state;
	job.count = 1;
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 3));
	assert_true(world_do(store, STORE_CONFIRM, 3));
	assert_true(world_do_job(store, job));
	assert_false(other_tables_have(&job.mac));
	assert_int_equal(world_ask("SELECT count(*) FROM sqlite_master WHERE type = 'table'"), 7);
	assert_int_equal(world_ask("SELECT count(*) FROM pragma_table_info('leases')"), 4);
	assert_int_equal(world_ask("SELECT count(*) FROM leases WHERE zone = 'wifi'"), 1);
	store_close(store);
}

static void a_revoked_mac_is_erased_from_the_files(void **state)
{
	struct store *store = world_open_running();
	struct ether mac = world_job(STORE_GRANT, 5).mac;
	struct ether kept = world_job(STORE_GRANT, 4).mac;
	int tries = WORLD_WAIT_MS;

	(void)state;
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 4));
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 5));
	assert_true(world_file_has("-wal", &mac));
	assert_true(world_do(store, STORE_REVOKE, 5));
	/* Once the thread is idle. */
	while (world_file_has("-wal", &mac) && tries-- > 0)
		poll(NULL, 0, 1);
	assert_false(world_file_has("-wal", &mac));
	assert_false(world_file_has("", &mac));
	assert_true(world_file_has("", &kept));
	store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)
	    T(an_acknowledgement_survives_reopening),
	    T(a_zone_survives_a_new_order_of_zones),
	    T(a_second_acknowledgement_renews_the_release),
	    T(a_group_is_one_transaction),
	    T(a_confirmation_counts_released_and_owes_one_less),
	    T(a_withdrawal_restores_the_counters),
	    T(a_withdrawal_in_the_next_hour_takes_from_the_first),
	    T(a_withdrawal_of_what_is_not_owed_uncounts_nothing),
	    T(a_grant_counts_nothing_and_a_revocation_ends_it),
	    T(counts_are_added_by_hour_zone_audience_language_and_event),
	    T(a_full_queue_refuses_and_loses_nothing),
	    T(a_batch_has_at_most_256_jobs),
	    T(the_log_is_copied_before_it_grows_beyond_5_mib),
	    T(a_job_for_no_zone_is_refused_alone),
	    T(the_descriptor_is_readable_only_while_there_is_something),
	    T(closing_with_jobs_queued_stores_or_drops_them),
	    T(no_table_but_leases_has_a_mac),
	    T(a_revoked_mac_is_erased_from_the_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
