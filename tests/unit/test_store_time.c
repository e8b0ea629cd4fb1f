/*
 * The store through restarts, reboots, crashes and clocks that jump.
 * links: portal/store_apply portal/store_book portal/store_clock portal/store_db
 * links: portal/store_lease portal/store_name portal/store_review portal/store_sql
 * links: portal/store_sum portal/store_tick common/conf common/ether
 * links: common/measure common/report
 */
#include "test_store.h"

#include <sys/wait.h>

#define EIGHT_MONTHS INT64_C(21000000)

static void acknowledge_and_close(unsigned device)
{
	struct store *store = world_open_running();

	assert_true(world_do(store, STORE_ACKNOWLEDGE, device));
	store_close(store);
}

/* The seconds left of the one release, as the replay will see them; 0: none. */
static uint32_t seconds_left(void)
{
	struct store *store = world_open();
	struct store_lease lease = {.seconds_left = 0};

	assert_true(store_leases(store, world_keep_lease, &lease) <= 1);
	store_close(store);
	return lease.seconds_left;
}

static void a_restart_keeps_the_end_of_a_release(void **state)
{
	(void)state;
	acknowledge_and_close(1);
	world_pass(600);
	assert_int_equal(seconds_left(), WORLD_HOUR - 600);
}

static void a_reboot_keeps_what_was_left(void **state)
{
	(void)state;
	acknowledge_and_close(1);
	world_boot("boot-two", 5000, WORLD_WALL + 900);
	assert_int_equal(seconds_left(), WORLD_HOUR);
	/* And it counts on in the new boot. */
	world_pass(600);
	assert_int_equal(seconds_left(), WORLD_HOUR - 600);
}

static void a_boot_whose_name_is_the_same_is_known_by_its_clock(void **state)
{
	(void)state;
	acknowledge_and_close(1);
	world_boot("boot-one", 5000, WORLD_WALL);
	assert_int_equal(seconds_left(), WORLD_HOUR);
}

static void a_clock_eight_months_ahead_ends_no_release(void **state)
{
	(void)state;
	acknowledge_and_close(1);
	world_boot("boot-two", 5000, WORLD_WALL + EIGHT_MONTHS);
	assert_int_equal(seconds_left(), WORLD_HOUR);
	world_wall -= 2 * EIGHT_MONTHS;
	assert_int_equal(seconds_left(), WORLD_HOUR);
}

static void a_release_that_ends_before_the_replay_is_not_replayed(void **state)
{
	struct store *store;

	(void)state;
	acknowledge_and_close(1);
	store = world_open();
	world_pass(WORLD_HOUR);
	assert_int_equal(store_leases(store, world_keep_lease, NULL), 0);
	store_close(store);
}

static void old_measures_become_one_row_a_month(void **state)
{
	struct store *store;

	(void)state;
	acknowledge_and_close(1);
	world_execute("INSERT INTO counters(hour, zone, audience, language, event, item, count) VALUES"
		  /* July: two hours and the month's own; an event of a visit stays as it is */
		  " (1783429200, 'wifi', 'citizen', 'vi', 'rest/right/2', 'Q.1', 3),"
		  " (1784984400, 'wifi', 'citizen', 'vi', 'rest/right/2', 'Q.1', 4),"
		  " (1782864000, 'wifi', 'citizen', 'vi', 'rest/right/2', 'Q.1', 1),"
		  " (1783429200, 'wifi', 'citizen', 'en', 'rest/right/2', 'Q.1', 5),"
		  " (1783429200, 'wifi', 'citizen', 'vi', 'shown', '', 9),"
		  /* November: by the hour */
		  " (1795370400, 'wifi', 'citizen', 'vi', 'rest/right/2', 'Q.1', 2)");
	store = world_open_running();
	store_close(store);
	assert_int_equal(world_ask("SELECT count FROM counters WHERE hour = 1782864000"
				   " AND language = 'vi' AND item = 'Q.1'"),
			 8);
	assert_int_equal(world_ask("SELECT count FROM counters WHERE hour = 1782864000"
				   " AND language = 'en'"),
			 5);
	assert_int_equal(world_ask("SELECT count(*) FROM counters WHERE item = 'Q.1'"), 3);
	assert_int_equal(world_ask("SELECT count FROM counters WHERE hour = 1783429200"), 9);
	assert_int_equal(world_ask("SELECT count FROM counters WHERE hour = 1795370400"), 2);
}

static void an_ended_release_is_deleted_at_opening(void **state)
{
	(void)state;
	acknowledge_and_close(1);
	world_pass(WORLD_HOUR);
	assert_int_equal(seconds_left(), 0);
	assert_int_equal(world_ask("SELECT count(*) FROM leases"), 0);
}

static void an_ended_release_is_deleted_and_erased_while_running(void **state)
{
	struct store *store = world_open_running();
	struct ether mac = world_job(STORE_GRANT, 1).mac;
	int tries = WORLD_WAIT_MS;

	(void)state;
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 1));
	world_pass(WORLD_HOUR);
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 2));
	while ((world_file_has("", &mac) || world_file_has("-wal", &mac)) && tries-- > 0)
		poll(NULL, 0, 1);
	assert_int_equal(world_ask("SELECT count(*) FROM leases"), 1);
	assert_false(world_file_has("", &mac));
	assert_false(world_file_has("-wal", &mac));
	store_close(store);
}

/* No job wakes it: its own wait, of the second that the release lasts, must. */
static void a_release_that_ends_wakes_the_thread(void **state)
{
	struct store *store = world_open_running();
	struct store_job job = world_job(STORE_GRANT, 1);

	(void)state;
	job.seconds = 1;
	assert_true(world_do_job(store, job));
	world_pass(1);
	world_await("SELECT count(*) FROM leases", 0);
	store_close(store);
}

/* Known to five minutes: what a power cut can add to a release. */
static void the_known_time_is_written_while_there_are_releases(void **state)
{
	struct store *store = world_open_running();

	(void)state;
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 1));
	store_close(store);
	store = world_open();
	world_pass(299);
	store_tick(&store->book, true);
	assert_int_equal(world_ask("SELECT value FROM meta WHERE key = 'boot_ms'"), WORLD_BOOT_MS);
	world_pass(1);
	store_tick(&store->book, true);
	assert_int_equal(world_ask("SELECT value FROM meta WHERE key = 'boot_ms'"),
			 WORLD_BOOT_MS + 300000);
	assert_true(store_tick_wait_ms(&store->book) <= 300000);
	store_close(store);
}

static void events_wait_while_the_clock_is_not_known(void **state)
{
	struct store *store;
	struct store_status status;

	(void)state;
	world_synchronised = false;
	world_boot("boot-one", 130000, 1000);
	store = world_open_running();
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 1));
	store_status(store, &status);
	assert_false(status.clock_settled);
	assert_int_equal(world_ask("SELECT count(*) FROM counters"), 0);
	assert_int_equal(world_ask("SELECT count FROM pending WHERE boot_id = 'boot-one' AND minute"
				   " = 2 AND zone = 'wifi' AND language = 'vi' AND event ="
				   " 'acknowledged'"),
			 1);
	store_close(store);
}

static void waiting_events_get_their_hour_when_the_clock_settles(void **state)
{
	struct store *store;
	struct store_status status;

	(void)state;
	world_synchronised = false;
	world_boot("boot-one", 130000, 1000);
	store = world_open_running();
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 1));
	world_pass(2 * WORLD_HOUR);
	world_wall = WORLD_WALL + 2 * WORLD_HOUR;
	world_synchronised = true;
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 2));
	world_await("SELECT count(*) FROM pending", 0);
	store_status(store, &status);
	assert_true(status.clock_settled);
	assert_int_equal(world_counted_at(WORLD_THIS_HOUR, "acknowledged"), 1);
	assert_int_equal(world_counted_at(WORLD_THIS_HOUR + 2 * WORLD_HOUR, "acknowledged"), 1);
	assert_int_equal(world_counted("acknowledged"), 2);
	store_close(store);
}

static void a_withdrawal_finds_a_waiting_acknowledgement(void **state)
{
	struct store *store;

	(void)state;
	world_synchronised = false;
	store = world_open_running();
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 1));
	assert_true(world_do(store, STORE_WITHDRAW, 1));
	assert_int_equal(world_counted("acknowledged"), 0);
	assert_int_equal(world_owed(), 0);
	store_close(store);
}

static void a_withdrawal_finds_an_acknowledgement_that_got_its_hour(void **state)
{
	struct store *store;
	struct store_job job;

	(void)state;
	world_synchronised = false;
	world_boot("boot-one", 1800000 - 10000, WORLD_WALL + 1800 - 10);
	store = world_open_running();
	job = world_job(STORE_ACKNOWLEDGE, 1);
	assert_true(world_do_job(store, job));
	world_pass(WORLD_HOUR);
	world_synchronised = true;
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 2));
	world_await("SELECT count(*) FROM pending", 0);
	job.kind = STORE_WITHDRAW;
	assert_true(world_do_job(store, job));
	assert_int_equal(world_counted_at(WORLD_THIS_HOUR, "acknowledged"), 0);
	assert_int_equal(world_counted_at(WORLD_THIS_HOUR + WORLD_HOUR, "acknowledged"), 1);
	store_close(store);
}

static void a_withdrawal_that_knows_no_time_takes_the_newest(void **state)
{
	struct store *store = world_open_running();
	struct store_job job;

	(void)state;
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 1));
	world_pass(WORLD_HOUR);
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 2));
	world_pass(3 * WORLD_HOUR);
	job = world_job(STORE_WITHDRAW, 2);
	assert_true(world_do_job(store, job));
	assert_int_equal(world_counted_at(WORLD_THIS_HOUR, "acknowledged"), 1);
	assert_int_equal(world_counted_at(WORLD_THIS_HOUR + WORLD_HOUR, "acknowledged"), 0);
	store_close(store);
}

/* An unsynchronised run of which the wall clock was wall; then a right one a day later. */
static void wait_through_a_reboot(int64_t wall)
{
	world_synchronised = false;
	world_boot("boot-one", 130000, wall);
	acknowledge_and_close(1);
	world_boot("boot-two", 50000, wall);
	acknowledge_and_close(2);
	world_boot("boot-three", WORLD_BOOT_MS, WORLD_WALL + WORLD_DAY);
	world_synchronised = true;
	store_close(world_open());
	assert_int_equal(world_ask("SELECT count(*) FROM pending"), 0);
	assert_int_equal(world_ask("SELECT count(*) FROM meta WHERE key LIKE 'offset:%'"), 0);
	assert_int_equal(world_counted("acknowledged"), 2);
}

static void an_earlier_boots_events_go_by_its_own_clock(void **state)
{
	(void)state;
	wait_through_a_reboot(WORLD_WALL);
	assert_int_equal(world_counted_at(WORLD_THIS_HOUR, "acknowledged"), 2);
}

static void an_earlier_boots_events_of_1970_go_to_this_boots_beginning(void **state)
{
	(void)state;
	wait_through_a_reboot(1000);
	assert_int_equal(world_counted_at(WORLD_THIS_HOUR + WORLD_DAY, "acknowledged"), 2);
}

static void an_earlier_boots_events_are_not_counted_in_the_future(void **state)
{
	(void)state;
	wait_through_a_reboot(WORLD_WALL + 2 * WORLD_DAY);
	assert_int_equal(world_counted_at(WORLD_THIS_HOUR + WORLD_DAY, "acknowledged"), 2);
}

/* A portal that acknowledges, confirms one, and is killed before it can confirm more. */
static void be_killed_after_acknowledging(unsigned devices)
{
	struct store *store = store_open(&world_conf);
	unsigned i;

	if (store == NULL || store_start(store) != 0)
		_exit(1);
	for (i = 0; i < devices; i++)
		if (!world_do(store, STORE_ACKNOWLEDGE, i))
			_exit(1);
	if (!world_do(store, STORE_CONFIRM, 0))
		_exit(1);
	kill(getpid(), SIGKILL);
}

static void crash_after_acknowledging(unsigned devices)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		be_killed_after_acknowledging(devices);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static size_t ignore_count;

static void ignore_lease(void *arg, const struct store_lease *lease)
{
	(void)arg;
	(void)lease;
	ignore_count++;
}

static void a_crash_loses_no_acknowledgement_and_owed_is_settled(void **state)
{
	struct store *store;

	(void)state;
	crash_after_acknowledging(10);
	store = world_open();
	ignore_count = 0;
	assert_int_equal(store_leases(store, ignore_lease, NULL), 10);
	assert_int_equal(ignore_count, 10);
	assert_int_equal(world_counted("acknowledged"), 10);
	assert_int_equal(world_counted("released"), 1);
	assert_int_equal(world_owed(), 9);
	assert_int_equal(store_settle_owed(store), 0);
	assert_int_equal(world_counted("released"), 10);
	assert_int_equal(world_owed(), 0);
	/* Settled twice is settled once. */
	assert_int_equal(store_settle_owed(store), 0);
	assert_int_equal(world_counted("released"), 10);
	store_close(store);
}

static void a_withdrawal_at_start_is_not_settled_as_released(void **state)
{
	struct store *store;
	struct store_job job;

	(void)state;
	crash_after_acknowledging(10);
	store = world_open();
	job = world_job(STORE_WITHDRAW, 9);
	assert_true(store_put(store, &job));
	assert_int_equal(store_settle_owed(store), 0);
	assert_int_equal(world_counted("acknowledged"), 9);
	assert_int_equal(world_counted("released"), 9);
	assert_int_equal(store_take(store, &job, 1), 1);
	assert_true(job.stored);
	store_close(store);
}

static void owed_is_settled_among_the_waiting_while_the_clock_is_not_known(void **state)
{
	struct store *store;

	(void)state;
	world_synchronised = false;
	crash_after_acknowledging(3);
	store = world_open();
	assert_int_equal(store_settle_owed(store), 0);
	assert_int_equal(world_ask("SELECT count(*) FROM counters"), 0);
	assert_int_equal(world_counted("released"), 3);
	store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)
	    T(a_restart_keeps_the_end_of_a_release),
	    T(a_reboot_keeps_what_was_left),
	    T(a_boot_whose_name_is_the_same_is_known_by_its_clock),
	    T(a_clock_eight_months_ahead_ends_no_release),
	    T(a_release_that_ends_before_the_replay_is_not_replayed),
	    T(an_ended_release_is_deleted_at_opening),
	    T(old_measures_become_one_row_a_month),
	    T(an_ended_release_is_deleted_and_erased_while_running),
	    T(a_release_that_ends_wakes_the_thread),
	    T(the_known_time_is_written_while_there_are_releases),
	    T(events_wait_while_the_clock_is_not_known),
	    T(waiting_events_get_their_hour_when_the_clock_settles),
	    T(a_withdrawal_finds_a_waiting_acknowledgement),
	    T(a_withdrawal_finds_an_acknowledgement_that_got_its_hour),
	    T(a_withdrawal_that_knows_no_time_takes_the_newest),
	    T(an_earlier_boots_events_go_by_its_own_clock),
	    T(an_earlier_boots_events_of_1970_go_to_this_boots_beginning),
	    T(an_earlier_boots_events_are_not_counted_in_the_future),
	    T(a_crash_loses_no_acknowledgement_and_owed_is_settled),
	    T(a_withdrawal_at_start_is_not_settled_as_released),
	    T(owed_is_settled_among_the_waiting_while_the_clock_is_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
