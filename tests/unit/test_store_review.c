/*
 * What the store keeps of devices: keys, records under pseudonyms, their end; the day that
 * goes with them; and the way there from the first version's file.
 * links: portal/store_apply portal/store_book portal/store_clock portal/store_db
 * links: portal/store_lease portal/store_name portal/store_review portal/store_sql
 * links: portal/store_sum portal/store_tick common/conf common/ether
 * links: common/measure common/report
 */
#include "test_store.h"

enum { TODAY = 20780, KEYS = 8 }; /* 2026-11-23 */

static const uint8_t key_bytes[STORE_PSEUDONYM] = "a key of 16 byte";
static const uint8_t pseudonym[STORE_PSEUDONYM] = "pseudonym, 16 by";

static int32_t seen_born[KEYS];
static uint8_t seen_key[KEYS][STORE_PSEUDONYM];
static struct store_review seen_review[KEYS];
static unsigned seen;

static void see_key(void *arg, int32_t born, const uint8_t key[STORE_PSEUDONYM])
{
	(void)arg;
	assert_true(seen < KEYS);
	seen_born[seen] = born;
	memcpy(seen_key[seen++], key, STORE_PSEUDONYM);
}

static void see_review(void *arg, const struct store_review *review)
{
	(void)arg;
	assert_true(seen < KEYS);
	seen_review[seen++] = *review;
}

static unsigned count_keys(struct store *store)
{
	seen = 0;
	store_keys(store, see_key, NULL);
	return seen;
}

static unsigned count_reviews(struct store *store)
{
	seen = 0;
	store_reviews(store, see_review, NULL);
	return seen;
}

static struct store_job key_job(int32_t born)
{
	struct store_job job = world_job(STORE_KEY, 0);

	memset(&job.mac, 0, sizeof(job.mac));
	job.born = born;
	memcpy(job.bytes, key_bytes, STORE_PSEUDONYM);
	job.bytes[0] = (uint8_t)born; /* each key is another */
	return job;
}

static struct store_job forget_job(int32_t born, int32_t today)
{
	struct store_job job = world_job(STORE_FORGET, 0);

	job.born = born;
	job.today = today;
	return job;
}

static struct store_job learned_job(struct store *store, int32_t born, int32_t today)
{
	struct store_job job = world_job(STORE_ACKNOWLEDGE, 7);

	job.zone = 1;
	job.language = 1;
	job.audience = store_name(store, "leader");
	job.born = born;
	job.today = today;
	job.learned[0] = store_name(store, "CIT-OTP");
	job.learned[1] = store_name(store, "CIT-WIFI");
	memcpy(job.bytes, pseudonym, STORE_PSEUDONYM);
	job.bytes[0] = (uint8_t)born;
	return job;
}

/* A key of yesterday and one of today, and a device of each. */
static struct store *open_with_two_days(void)
{
	struct store *store = world_open_running();

	for (int32_t born = TODAY - 1; born <= TODAY; born++) {
		assert_true(world_do_job(store, key_job(born)));
		assert_true(world_do_job(store, learned_job(store, born, TODAY)));
	}
	return store;
}

static void a_first_versions_file_is_migrated_and_loses_nothing(void **state)
{
	struct store *store;
	struct store_lease lease;

	(void)state;
	world_synchronised = false;
	world_make_version_1();
	store = world_open();
	assert_int_equal(world_lines, 0);
	assert_int_equal(store_leases(store, world_keep_lease, &lease), 2);
	assert_int_equal(world_ask("PRAGMA user_version"), 2);
	assert_int_equal(world_ask("SELECT count(*) FROM leases WHERE mac = x'02c05e000007'"
				   " AND zone = 'wifi' AND expires_ms = 3700000"),
			 1);
	assert_int_equal(world_ask("SELECT count FROM owed WHERE zone = 'wifi' AND audience ="
				   " 'citizen' AND language = 'vi'"),
			 2);
	assert_int_equal(world_ask("SELECT count(*) FROM counters"), 3);
	assert_int_equal(
	    world_ask("SELECT count FROM counters WHERE hour = 1795424400 AND zone ="
		      " 'wifi' AND audience = 'citizen' AND language = 'vi' AND event ="
		      " 'shown' AND item = ''"),
	    30);
	assert_int_equal(
	    world_ask("SELECT count FROM counters WHERE hour = 1795420800 AND zone ="
		      " 'cafe' AND audience = 'citizen' AND language = 'en' AND event ="
		      " 'right' AND item = ''"),
	    5);
	assert_int_equal(world_ask("SELECT count FROM pending WHERE boot_id = 'boot-one' AND minute"
				   " = 1 AND zone = 'wifi' AND audience = 'citizen' AND language ="
				   " 'vi' AND event = 'answered' AND item = ''"),
			 4);
	assert_int_equal(world_ask("SELECT count(*) FROM sqlite_master WHERE name LIKE '%\\_2'"
				   " ESCAPE '\\'"),
			 0);
	store_close(store);
}

static void a_migrated_file_goes_on(void **state)
{
	struct store *store;
	struct store_job job = world_job(STORE_ADD, 0);

	(void)state;
	world_make_version_1();
	store = world_open();
	assert_int_equal(store_settle_owed(store), 0);
	assert_int_equal(store_start(store), 0);
	/* What waited has its hour, and what was counted is added to. */
	job.audience = store_name(store, "citizen");
	job.count = 6;
	assert_true(world_do_job(store, job));
	assert_int_equal(world_ask("SELECT count(*) FROM pending"), 0);
	assert_int_equal(world_counted_at(WORLD_THIS_HOUR, "answered"), 4);
	assert_int_equal(world_counted_at(WORLD_THIS_HOUR, "shown"), 36);
	assert_int_equal(world_counted_at(WORLD_THIS_HOUR, "released"), 2);
	assert_true(world_do(store, STORE_REVOKE, 7));
	assert_int_equal(world_ask("SELECT count(*) FROM leases"), 1);
	store_close(store);
}

static void what_was_learned_survives_reopening(void **state)
{
	struct store *store = open_with_two_days();

	(void)state;
	store_close(store);
	store = world_open();
	assert_int_equal(count_keys(store), 2);
	assert_int_equal(seen_born[0], TODAY - 1);
	assert_int_equal(seen_born[1], TODAY);
	assert_memory_equal(seen_key[1] + 1, key_bytes + 1, STORE_PSEUDONYM - 1);
	assert_int_equal(count_reviews(store), 4);
	assert_int_equal(seen_review[0].born, TODAY - 1);
	assert_int_equal(seen_review[0].day, TODAY);
	assert_memory_equal(seen_review[0].pseudonym + 1, pseudonym + 1, STORE_PSEUDONYM - 1);
	assert_string_equal(store_name_text(store, seen_review[0].objective), "CIT-OTP");
	assert_string_equal(store_name_text(store, seen_review[1].objective), "CIT-WIFI");
	assert_int_equal(seen_review[3].born, TODAY);
	store_close(store);
}

static void who_is_not_remembered_has_no_record(void **state)
{
	struct store *store = world_open_running();
	struct store_job job = learned_job(store, TODAY, TODAY);

	(void)state;
	assert_true(world_do_job(store, key_job(TODAY)));
	job.born = 0;
	assert_true(world_do_job(store, job));
	job.born = TODAY;
	job.learned[0] = job.learned[1] = 0;
	assert_true(world_do_job(store, job));
	assert_int_equal(world_ask("SELECT count(*) FROM reviews"), 0);
	job.learned[1] = store_name(store, "CIT-OTP");
	assert_true(world_do_job(store, job));
	assert_int_equal(world_ask("SELECT count(*) FROM reviews"), 1);
	store_close(store);
}

static void a_day_has_one_key(void **state)
{
	struct store *store = world_open_running();
	struct store_job job = key_job(TODAY);

	(void)state;
	assert_true(world_do_job(store, job));
	job.bytes[1] ^= 1;
	assert_true(world_do_job(store, job));
	job.born = 0;
	assert_false(world_do_job(store, job));
	store_close(store);
	store = world_open();
	assert_int_equal(count_keys(store), 1);
	assert_memory_equal(seen_key[0] + 1, key_bytes + 1, STORE_PSEUDONYM - 1);
	store_close(store);
}

/* Who has read the job back has no key in hand. */
static void a_finished_job_has_no_key(void **state)
{
	static const uint8_t none[STORE_PSEUDONYM];
	struct store *store = world_open_running();
	struct store_job job = key_job(TODAY);

	(void)state;
	assert_true(store_put(store, &job));
	world_take(store, &job, 1);
	assert_int_equal(job.born, TODAY);
	assert_memory_equal(job.bytes, none, STORE_PSEUDONYM);
	store_close(store);
}

static void a_key_that_ends_takes_its_records_along(void **state)
{
	struct store *store = open_with_two_days();

	(void)state;
	assert_true(world_do_job(store, forget_job(TODAY - 2, TODAY)));
	assert_int_equal(world_ask("SELECT count(*) FROM review_keys"), 2);
	assert_true(world_do_job(store, forget_job(TODAY - 1, TODAY)));
	assert_int_equal(world_ask("SELECT min(born) FROM review_keys"), TODAY);
	assert_int_equal(world_ask("SELECT count(*) FROM reviews"), 2);
	assert_int_equal(world_ask("SELECT min(born) FROM reviews"), TODAY);
	store_close(store);
}

static void a_key_of_a_day_that_has_not_come_ends_too(void **state)
{
	struct store *store = open_with_two_days();

	(void)state;
	assert_true(world_do_job(store, forget_job(TODAY - 30, TODAY - 1)));
	assert_int_equal(world_ask("SELECT max(born) FROM review_keys"), TODAY - 1);
	assert_int_equal(world_ask("SELECT max(born) FROM reviews"), TODAY - 1);
	store_close(store);
}

static bool files_have(const uint8_t bytes[STORE_PSEUDONYM])
{
	return world_file_has_bytes("", bytes, STORE_PSEUDONYM) ||
	       world_file_has_bytes("-wal", bytes, STORE_PSEUDONYM);
}

static void await_erased(const uint8_t bytes[STORE_PSEUDONYM])
{
	for (int tries = WORLD_WAIT_MS; files_have(bytes) && tries > 0; tries--)
		poll(NULL, 0, 1);
	assert_false(files_have(bytes));
}

static void a_destroyed_key_is_erased_from_the_files(void **state)
{
	struct store *store = open_with_two_days();
	struct store_job old_key = key_job(TODAY - 1);
	struct store_job old_device = learned_job(store, TODAY - 1, TODAY);

	(void)state;
	assert_true(files_have(old_key.bytes));
	assert_true(files_have(old_device.bytes));
	assert_true(world_do_job(store, forget_job(TODAY - 1, TODAY)));
	await_erased(old_key.bytes);
	await_erased(old_device.bytes);
	assert_true(files_have(key_job(TODAY).bytes));
	store_close(store);
}

/* Killed when the deletion was stored and its bytes were in the log still. */
static void what_a_kill_has_left_in_the_log_is_erased_at_the_next_start(void **state)
{
	struct store *store = open_with_two_days();
	struct store_job old_key = key_job(TODAY - 1);

	(void)state;
	store_close(store);
	/* Another program's deletion, which does not empty the log behind it. */
	{
		sqlite3 *db = NULL;

		assert_int_equal(sqlite3_open(world_path, &db), SQLITE_OK);
		sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
		assert_int_equal(sqlite3_exec(db,
					      "PRAGMA secure_delete = ON; CREATE TABLE t(b);"
					      "INSERT INTO t SELECT key FROM review_keys;"
					      "DELETE FROM review_keys; DELETE FROM t",
					      NULL, NULL, NULL),
				 SQLITE_OK);
		sqlite3_close(db);
	}
	assert_true(world_file_has_bytes("-wal", old_key.bytes, STORE_PSEUDONYM));
	store = world_open();
	assert_false(files_have(old_key.bytes));
	store_close(store);
}

static void records_without_a_key_are_deleted_at_opening(void **state)
{
	struct store *store = open_with_two_days();
	struct store_job job = learned_job(store, TODAY + 5, TODAY);

	(void)state;
	assert_true(world_do_job(store, job));
	assert_int_equal(world_ask("SELECT count(*) FROM reviews"), 6);
	store_close(store);
	store = world_open();
	assert_int_equal(world_ask("SELECT count(*) FROM reviews"), 4);
	assert_int_equal(count_reviews(store), 4);
	assert_false(files_have(job.bytes));
	store_close(store);
}

static void records_have_an_end_however_many_devices_come(void **state)
{
	struct store *store;
	struct store_job job;

	(void)state;
	world_conf.remembered_max = 16;
	store = world_open_running();
	job = learned_job(store, TODAY, TODAY);
	for (unsigned i = 0; i < 80; i++) {
		job.bytes[1] = (uint8_t)i;
		assert_true(world_do_job(store, job));
	}
	assert_int_equal(world_ask("SELECT count(*) FROM reviews"), 8 * 16);
	assert_int_equal(world_ask("SELECT min(id) FROM reviews"), 2 * 80 - 8 * 16 + 1);
	store_close(store);
}

/* Neither a zone nor a language nor an audience: the columns are the proof, and the bytes. */
static void a_record_tells_objective_and_day_alone(void **state)
{
	static const char *const never[] = {"cafe", "en", "leader", "acknowledged"};
	struct store *store = open_with_two_days();
	char sql[160];

	(void)state;
	assert_int_equal(world_ask("SELECT count(*) FROM pragma_table_info('reviews')"), 5);
	assert_int_equal(world_ask("SELECT count(*) FROM pragma_table_info('review_keys')"), 2);
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++) {
		snprintf(sql, sizeof(sql),
			 "SELECT count(*) FROM reviews WHERE instr(id || born || hex(pseudonym) ||"
			 " objective || day, '%s')",
			 never[i]);
		assert_int_equal(world_ask(sql), 0);
	}
	store_close(store);
}

static void a_new_file_for_a_corrupt_one_has_neither_keys_nor_records(void **state)
{
	struct store *store = open_with_two_days();

	(void)state;
	store_close(store);
	assert_int_equal(truncate(world_path, 3000), 0);
	store = world_open();
	assert_int_equal(world_files(".corrupt-"), 1);
	assert_int_equal(count_keys(store), 0);
	assert_int_equal(count_reviews(store), 0);
	store_close(store);
}

static void set_zone(const char *zone)
{
	assert_int_equal(setenv("TZ", zone, 1), 0);
	tzset();
}

static void the_day_is_known_when_the_clock_is(void **state)
{
	struct store *store;

	(void)state;
	set_zone("UTC0");
	world_synchronised = false;
	store = world_open_running();
	assert_int_equal(store_today(store), 0);
	world_synchronised = true;
	assert_true(world_do(store, STORE_GRANT, 1));
	assert_int_equal(store_today(store), TODAY);
	store_close(store);
}

/* 16:59:59 and 17:00:00 UTC are two days in Vietnam. Nothing wakes the thread between. */
static void the_day_is_the_local_one_from_midnight_on(void **state)
{
	struct store *store;

	(void)state;
	set_zone("ICT-7");
	world_boot("boot-one", WORLD_BOOT_MS, (int64_t)TODAY * WORLD_DAY + 17 * WORLD_HOUR - 1);
	store = world_open();
	assert_int_equal(store_today(store), TODAY);
	world_pass(1);
	assert_int_equal(store_today(store), TODAY + 1);
	world_pass(3 * WORLD_DAY);
	assert_int_equal(store_today(store), TODAY + 4);
	store_close(store);
	set_zone("PST8");
	store = world_open();
	assert_int_equal(store_today(store), TODAY + 3);
	store_close(store);
	set_zone("UTC0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)
	    T(a_first_versions_file_is_migrated_and_loses_nothing),
	    T(a_migrated_file_goes_on),
	    T(what_was_learned_survives_reopening),
	    T(who_is_not_remembered_has_no_record),
	    T(a_day_has_one_key),
	    T(a_finished_job_has_no_key),
	    T(a_key_that_ends_takes_its_records_along),
	    T(a_key_of_a_day_that_has_not_come_ends_too),
	    T(a_destroyed_key_is_erased_from_the_files),
	    T(what_a_kill_has_left_in_the_log_is_erased_at_the_next_start),
	    T(records_without_a_key_are_deleted_at_opening),
	    T(records_have_an_end_however_many_devices_come),
	    T(a_record_tells_objective_and_day_alone),
	    T(a_new_file_for_a_corrupt_one_has_neither_keys_nor_records),
	    T(the_day_is_known_when_the_clock_is),
	    T(the_day_is_the_local_one_from_midnight_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
