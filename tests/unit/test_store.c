/*
 * The store as the portal sees it: jobs in, one transaction, jobs out.
 * links: portal/store_apply portal/store_book portal/store_clock portal/store_db
 * links: portal/store_lease portal/store_name portal/store_review portal/store_sql
 * links: portal/store_sum portal/store_tick common/conf common/ether
 * links: common/measure common/report
 */
#include "test_store.h"

#include "common/measure.h"
#include "portal/store_sum.h"

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

/* Gate has refused: the release that is under way has not been touched by it. */
static void a_withdrawn_renewal_leaves_the_release_of_before(void **state)
{
	struct store *store = world_open_running();
	struct store_job job = world_job(STORE_ACKNOWLEDGE, 7);
	struct store_lease lease;

	(void)state;
	assert_true(world_do_job(store, job));
	job.seconds = 2 * WORLD_HOUR;
	assert_true(world_do_job(store, job));
	job.kind = STORE_WITHDRAW;
	assert_true(world_do_job(store, job));
	assert_int_equal(world_counted("acknowledged"), 1);
	store_close(store);
	store = world_open();
	assert_int_equal(store_leases(store, world_keep_lease, &lease), 1);
	assert_int_equal(lease.seconds_left, WORLD_HOUR);
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

static void a_withdrawn_return_is_taken_back_twice(void **state)
{
	struct store *store = world_open_running();
	struct store_job job = world_job(STORE_ACKNOWLEDGE, 1);

	(void)state;
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 2));
	job.event = STORE_RETURNED;
	assert_true(world_do_job(store, job));
	assert_int_equal(world_counted("acknowledged"), 2);
	assert_int_equal(world_counted("returned"), 1);
	job.kind = STORE_WITHDRAW;
	assert_true(world_do_job(store, job));
	assert_int_equal(world_counted("acknowledged"), 1);
	assert_int_equal(world_counted("returned"), 0);
	assert_int_equal(world_owed(), 1);
	store_close(store);
}

static void later_is_no_acknowledgement(void **state)
{
	struct store *store = world_open_running();
	struct store_job job = world_job(STORE_ACKNOWLEDGE, 1);

	(void)state;
	job.event = STORE_DEFERRED;
	assert_true(world_do_job(store, job));
	assert_int_equal(world_counted("acknowledged"), 0);
	assert_int_equal(world_counted("deferred"), 1);
	assert_int_equal(world_owed(), 1);
	assert_int_equal(world_ask("SELECT count(*) FROM leases"), 1);
	job.kind = STORE_WITHDRAW;
	assert_true(world_do_job(store, job));
	assert_int_equal(world_counted("deferred"), 0);
	assert_int_equal(world_owed(), 0);
	store_close(store);
}

/* Two that differ in the audience alone: what is owed and counted of one is not the other's. */
static void a_withdrawal_takes_from_its_own_audience(void **state)
{
	struct store *store = world_open_running();
	struct store_job one = world_job(STORE_ACKNOWLEDGE, 1);
	struct store_job two = world_job(STORE_ACKNOWLEDGE, 2);

	(void)state;
	one.audience = store_name(store, "citizen");
	two.audience = store_name(store, "leader");
	assert_true(world_do_job(store, one));
	assert_true(world_do_job(store, two));
	two.kind = STORE_WITHDRAW;
	assert_true(world_do_job(store, two));
	assert_int_equal(world_ask("SELECT count FROM counters WHERE audience = 'citizen'"), 1);
	assert_int_equal(world_ask("SELECT count FROM counters WHERE audience = 'leader'"), 0);
	assert_int_equal(world_ask("SELECT count FROM owed WHERE audience = 'citizen'"), 1);
	assert_int_equal(world_ask("SELECT count FROM owed WHERE audience = 'leader'"), 0);
	one.kind = STORE_CONFIRM;
	assert_true(world_do_job(store, one));
	assert_int_equal(world_ask("SELECT count FROM counters WHERE audience = 'citizen'"
				   " AND event = 'released'"),
			 1);
	assert_int_equal(world_owed(), 0);
	store_close(store);
}

static void a_measure_is_a_row_about_its_item(void **state)
{
	static const struct measure pair = {.kind = MEASURE_PAIR, .second = true};
	struct store *store = world_open_running();
	struct store_job job = world_job(STORE_ADD, 0);

	(void)state;
	job.audience = store_name(store, "citizen");
	job.event = (uint8_t)(STORE_EVENT__MAX + measure_code(&pair));
	job.item = store_name(store, "CIT-OTP");
	job.count = 3;
	assert_true(world_do_job(store, job));
	assert_true(world_do_job(store, job));
	assert_int_equal(world_ask("SELECT count FROM counters WHERE event = 'pair/wrong/right'"
				   " AND item = 'CIT-OTP' AND audience = 'citizen'"),
			 6);
	/* Neither a measure about nothing nor an event about something. */
	job.item = 0;
	assert_false(world_do_job(store, job));
	job.event = STORE_SHOWN;
	job.item = 1;
	assert_false(world_do_job(store, job));
	job.event = STORE_EVENT__MAX + MEASURE_CODE__MAX;
	assert_false(world_do_job(store, job));
	assert_int_equal(world_ask("SELECT count(*) FROM counters"), 1);
	store_close(store);
}

/* Each measure of two batches, with its own count, wherever the hash has put its sum. */
static void different_measures_of_one_batch_stay_apart(void **state)
{
	enum { ITEMS = 5, ALL = ITEMS * MEASURE_CODE__MAX };
	struct store *store = world_open();
	struct store_job job = world_job(STORE_ADD, 0);
	struct store_job done[STORE_ADD_JOBS];
	char text[16];
	unsigned put = 0;

	(void)state;
	assert_int_equal(store_start(store), 0);
	while (put < 2 * ALL) {
		snprintf(text, sizeof(text), "ITEM-%u", put % ITEMS);
		job.item = store_name(store, text);
		job.event = (uint8_t)(STORE_EVENT__MAX + put / ITEMS % MEASURE_CODE__MAX);
		job.count = put % ALL + 1;
		if (store_put(store, &job))
			put++;
		else
			world_take(store, done, STORE_ADD_JOBS);
	}
	store_close(store);
	assert_int_equal(world_ask("SELECT count(*) FROM counters"), ALL);
	assert_int_equal(world_ask("SELECT count(DISTINCT count) FROM counters"), ALL);
	assert_int_equal(world_ask("SELECT sum(count) FROM counters"), ALL * (ALL + 1));
	assert_int_equal(world_ask("SELECT min(count) FROM counters"), 2);
	assert_int_equal(world_ask("SELECT max(count) FROM counters"), 2 * ALL);
}

static bool same_row(const struct store_sum *a, const struct store_sum *b)
{
	return a->when == b->when && a->audience == b->audience && a->item == b->item &&
	       a->into == b->into && a->zone == b->zone && a->language == b->language &&
	       a->event == b->event;
}

/* Chance in one column mostly, so that many that differ in it alone meet in the hash. */
static struct store_sum random_sum(int column)
{
	struct store_sum sum = {.when = 1795426200, .count = rand() % 9};

	switch (column) {
	case 0:
		sum.when += rand() % 1000;
		break;
	case 1:
		sum.audience = (uint16_t)(rand() % UINT16_MAX);
		break;
	case 2:
		sum.item = (uint16_t)(rand() % UINT16_MAX);
		break;
	case 3:
		sum.into = (uint8_t)rand();
		sum.item = (uint16_t)(rand() % 3);
		break;
	case 4:
		sum.zone = (uint8_t)rand();
		sum.event = (uint8_t)(rand() % 3);
		break;
	case 5:
		sum.language = (uint8_t)rand();
		sum.zone = (uint8_t)(rand() % 3);
		break;
	default:
		sum.event = (uint8_t)rand();
		sum.language = (uint8_t)(rand() % 3);
		break;
	}
	return sum;
}

static void sums_are_those_of_a_plain_list(void **state)
{
	static struct store_sums sums;
	static struct store_sum list[STORE_SUMS_MAX];

	(void)state;
	srand(11);
	for (int column = 0; column < 7; column++) {
		size_t count = 0;

		store_sums_begin(&sums);
		for (size_t n = 0; n < STORE_SUMS_MAX; n++) {
			struct store_sum add = random_sum(column);
			size_t i = 0;

			while (i < count && !same_row(&list[i], &add))
				i++;
			if (i == count)
				list[count++] = add;
			else
				list[i].count += add.count;
			store_sums_add(&sums, &add);
		}
		assert_int_equal(sums.count, count);
		for (size_t i = 0; i < count; i++) {
			assert_true(same_row(&sums.sums[i], &list[i]));
			assert_int_equal(sums.sums[i].count, list[i].count);
		}
	}
}

static void counters_leave_visitors_their_places(void **state)
{
	struct store *store = world_open();
	struct store_job add = world_job(STORE_ADD, 0);
	struct store_job job = world_job(STORE_ACKNOWLEDGE, 1);
	struct store_job done[STORE_ADD_JOBS];

	(void)state;
	add.count = 1;
	for (unsigned i = 0; i < STORE_ADD_JOBS; i++)
		assert_true(store_put(store, &add));
	assert_false(store_put(store, &add));
	for (unsigned i = 0; i < world_conf.visits_max + STORE_SPARE_JOBS; i++)
		assert_true(store_put(store, &job));
	assert_false(store_put(store, &job));
	assert_int_equal(store_start(store), 0);
	world_take(store, done, STORE_ADD_JOBS);
	assert_true(store_put(store, &add));
	store_close(store);
}

static void a_text_has_one_name(void **state)
{
	struct store *store = world_open();
	uint16_t citizen = store_name(store, "citizen");
	char text[16];

	(void)state;
	assert_int_not_equal(citizen, 0);
	assert_int_not_equal(store_name(store, "leader"), citizen);
	assert_int_equal(store_name(store, "citizen"), citizen);
	assert_string_equal(store_name_text(store, citizen), "citizen");
	assert_string_equal(store_name_text(store, 0), "");
	assert_string_equal(store_name_text(store, 3), "");
	assert_string_equal(store_name_text(store, UINT16_MAX), "");
	for (unsigned i = 0; i < STORE_NAMES_MAX - 2; i++) {
		snprintf(text, sizeof(text), "%u", i);
		assert_int_equal(store_name(store, text), i + 3);
	}
	assert_int_equal(store_name(store, "one too many"), 0);
	assert_int_equal(store_name(store, "citizen"), citizen);
	assert_int_equal(store_name(store, "77"), 80);
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
	static const char *const tables[] = {"meta",	"owed",	   "counters",
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
	    T(a_withdrawn_renewal_leaves_the_release_of_before),
	    T(a_group_is_one_transaction),
	    T(a_confirmation_counts_released_and_owes_one_less),
	    T(a_withdrawal_restores_the_counters),
	    T(a_withdrawal_in_the_next_hour_takes_from_the_first),
	    T(a_withdrawal_of_what_is_not_owed_uncounts_nothing),
	    T(a_grant_counts_nothing_and_a_revocation_ends_it),
	    T(counts_are_added_by_hour_zone_audience_language_and_event),
	    T(a_withdrawn_return_is_taken_back_twice),
	    T(later_is_no_acknowledgement),
	    T(a_withdrawal_takes_from_its_own_audience),
	    T(a_measure_is_a_row_about_its_item),
	    T(different_measures_of_one_batch_stay_apart),
	    T(sums_are_those_of_a_plain_list),
	    T(counters_leave_visitors_their_places),
	    T(a_text_has_one_name),
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
