/*
 * What is remembered of devices: under which pseudonym, for how long, and what a restart
 * leaves of it. The store is one in memory that does what the test allows.
 * links: portal/memory
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "portal/memory.h"
#include "portal/store_now.h"

enum { TODAY = 20780, MAX = 8, MONTH = 30, JOBS = 4096, OTP = 3, WIFI = 4, LINK = 5 };

static struct store_job jobs[JOBS]; /* all that were put, in their order */
static size_t job_count;
static size_t job_room;
static bool disk_works;
static int64_t now_ms;
static struct memory *memory;

int64_t store_now_boot_ms(void)
{
	return now_ms;
}

bool store_put(struct store *store, const struct store_job *job)
{
	(void)store;
	if (job_room == 0)
		return false;
	job_room--;
	assert_true(job_count < JOBS);
	jobs[job_count] = *job;
	jobs[job_count++].stored = disk_works;
	return true;
}

/* Is what was stored under that day's key there, after the deletions behind it? */
static bool is_forgotten(size_t from, int32_t born)
{
	for (size_t i = from; i < job_count; i++)
		if (jobs[i].stored && jobs[i].kind == STORE_FORGET &&
		    (born <= jobs[i].born || (jobs[i].today > 0 && born > jobs[i].today)))
			return true;
	return false;
}

void store_keys(struct store *store,
		void (*each)(void *arg, int32_t born, const uint8_t key[STORE_PSEUDONYM]),
		void *arg)
{
	(void)store;
	for (size_t i = 0; i < job_count; i++)
		if (jobs[i].stored && jobs[i].kind == STORE_KEY && !is_forgotten(i, jobs[i].born))
			each(arg, jobs[i].born, jobs[i].bytes);
}

void store_reviews(struct store *store, void (*each)(void *arg, const struct store_review *review),
		   void *arg)
{
	(void)store;
	for (size_t i = 0; i < job_count; i++)
		for (size_t k = 0; k < STORE_LEARNED_MAX; k++) {
			struct store_review review = {.born = jobs[i].born,
						      .day = jobs[i].today,
						      .objective = jobs[i].learned[k]};

			memcpy(review.pseudonym, jobs[i].bytes, STORE_PSEUDONYM);
			if (jobs[i].stored && jobs[i].kind == STORE_ACKNOWLEDGE &&
			    review.objective != 0 && !is_forgotten(i, jobs[i].born))
				each(arg, &review);
		}
}

static void open_for(uint32_t days)
{
	memory = memory_open(NULL, MAX, days);
	assert_non_null(memory);
}

static int begin(void **state)
{
	(void)state;
	job_count = 0;
	job_room = JOBS;
	disk_works = true;
	now_ms = 1000;
	open_for(MONTH);
	return 0;
}

static int end(void **state)
{
	(void)state;
	memory_close(memory);
	return 0;
}

static struct ether device(unsigned number)
{
	return (struct ether){{2, 0, 0x5e, 0, (uint8_t)(number >> 8), (uint8_t)number}};
}

static size_t count_of(enum store_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < job_count; i++)
		count += jobs[i].kind == kind;
	return count;
}

static struct store_job note(unsigned number, int32_t today, uint16_t first, uint16_t second)
{
	struct store_job job = {.kind = STORE_ACKNOWLEDGE, .mac = device(number)};
	const uint16_t learned[STORE_LEARNED_MAX] = {first, second};

	memory_note(memory, &job, today, learned);
	return job;
}

/* A visit that comes to its end: the store has it, and memory is told. */
static struct store_job learn(unsigned number, int32_t today, uint16_t first, uint16_t second)
{
	struct store_job job = note(number, today, first, second);

	assert_true(store_put(NULL, &job));
	memory_stored(memory, &jobs[job_count - 1]);
	return job;
}

static struct memory_record found(unsigned number, int32_t today)
{
	struct memory_record record = {.count = 0};
	struct ether mac = device(number);

	memset(&record, 0, sizeof(record));
	if (!memory_find(memory, &mac, today, &record))
		assert_int_equal(record.count, 0);
	else
		assert_int_not_equal(record.count, 0);
	return record;
}

static bool is_known(unsigned number, int32_t today)
{
	return found(number, today).count > 0;
}

static void restart(void)
{
	memory_close(memory);
	open_for(MONTH);
}

static void what_was_learned_is_found_again(void **state)
{
	struct memory_record record;

	(void)state;
	assert_false(is_known(1, TODAY));
	learn(1, TODAY, OTP, WIFI);
	learn(1, TODAY + 3, LINK, 0);
	record = found(1, TODAY + 3);
	assert_int_equal(record.count, 3);
	assert_int_equal(record.learned[0].objective, OTP);
	assert_int_equal(record.learned[0].day, TODAY);
	assert_int_equal(record.learned[1].objective, WIFI);
	assert_int_equal(record.learned[2].objective, LINK);
	assert_int_equal(record.learned[2].day, TODAY + 3);
	assert_false(is_known(2, TODAY + 3));
	assert_int_equal(memory_count(memory), 1);
}

static void nothing_is_found_of_what_was_not_stored(void **state)
{
	struct store_job job = note(1, TODAY, OTP, 0);

	(void)state;
	assert_false(is_known(1, TODAY));
	memory_stored(memory, &job);
	assert_false(is_known(1, TODAY));
	assert_int_equal(memory_count(memory), 0);
}

static void the_first_of_a_day_makes_its_key(void **state)
{
	(void)state;
	learn(1, TODAY, OTP, 0);
	learn(2, TODAY, OTP, 0);
	learn(3, TODAY + 1, OTP, 0);
	assert_int_equal(count_of(STORE_KEY), 2);
	assert_int_equal(jobs[0].kind, STORE_KEY);
	assert_int_equal(jobs[0].born, TODAY);
	assert_int_equal(jobs[1].kind, STORE_ACKNOWLEDGE);
	assert_int_equal(jobs[1].born, TODAY);
	assert_int_equal(jobs[1].today, TODAY);
	assert_int_equal(jobs[1].learned[0], OTP);
}

static void who_returns_keeps_the_pseudonym_of_the_first_day(void **state)
{
	struct store_job first = learn(1, TODAY, OTP, 0);
	struct store_job again = learn(1, TODAY + 10, WIFI, 0);

	(void)state;
	assert_memory_equal(first.bytes, again.bytes, STORE_PSEUDONYM);
	assert_int_equal(again.born, TODAY);
	assert_int_equal(again.today, TODAY + 10);
	assert_int_equal(count_of(STORE_KEY), 1);
}

static void a_pseudonym_cannot_be_told_without_its_key(void **state)
{
	struct store_job one = learn(1, TODAY, OTP, 0);
	struct store_job other = learn(2, TODAY, OTP, 0);
	struct store_job later;

	(void)state;
	assert_memory_not_equal(one.bytes, other.bytes, STORE_PSEUDONYM);
	for (size_t at = 0; at + 3 <= STORE_PSEUDONYM; at++)
		assert_memory_not_equal(one.bytes + at, one.mac.byte, 3);
	job_count = 0; /* another gateway, another key */
	restart();
	later = learn(1, TODAY, OTP, 0);
	assert_memory_not_equal(one.bytes, later.bytes, STORE_PSEUDONYM);
}

/* RFC 7693's function, as another implementation computes it. */
static void a_pseudonym_is_blake2b_of_the_mac(void **state)
{
	static const uint8_t key[STORE_PSEUDONYM] = {0, 1, 2,  3,  4,  5,  6,  7,
						     8, 9, 10, 11, 12, 13, 14, 15};
	/* python: blake2b(bytes.fromhex("02005e000001"), key=bytes(range(16)), digest_size=16) */
	static const uint8_t expected[STORE_PSEUDONYM] = {0x47, 0x9c, 0x1d, 0x91, 0xd1, 0x64,
							  0xb7, 0x7b, 0x8a, 0x46, 0x19, 0x45,
							  0xa9, 0x48, 0x41, 0x80};
	struct store_job job = {.kind = STORE_KEY, .born = TODAY};

	(void)state;
	memcpy(job.bytes, key, sizeof(key));
	assert_true(store_put(NULL, &job));
	restart();
	job = note(1, TODAY, OTP, 0);
	assert_memory_equal(job.bytes, expected, STORE_PSEUDONYM);
}

static void the_same_day_and_objective_is_one(void **state)
{
	(void)state;
	learn(1, TODAY, OTP, OTP);
	learn(1, TODAY, WIFI, OTP);
	assert_int_equal(found(1, TODAY).count, 2);
	learn(1, TODAY + 1, OTP, 0);
	assert_int_equal(found(1, TODAY + 1).count, 3);
}

static void the_oldest_of_a_device_makes_room(void **state)
{
	struct memory_record record;

	(void)state;
	for (uint16_t i = 0; i < MEMORY_LEARNED_MAX + 2; i++)
		learn(1, TODAY, (uint16_t)(10 + i), 0);
	record = found(1, TODAY);
	assert_int_equal(record.count, MEMORY_LEARNED_MAX);
	assert_int_equal(record.learned[0].objective, 12);
	assert_int_equal(record.learned[MEMORY_LEARNED_MAX - 1].objective,
			 10 + MEMORY_LEARNED_MAX + 1);
}

static void the_oldest_device_makes_room(void **state)
{
	(void)state;
	for (unsigned i = 0; i < MAX; i++)
		learn(i, TODAY, OTP, 0);
	learn(0, TODAY, WIFI, 0); /* it is the newest now */
	learn(MAX, TODAY, OTP, 0);
	assert_int_equal(memory_count(memory), MAX);
	assert_false(is_known(1, TODAY));
	assert_true(is_known(0, TODAY));
	assert_true(is_known(2, TODAY));
	assert_true(is_known(MAX, TODAY));
	assert_int_equal(found(0, TODAY).count, 2);
}

static void a_month_later_it_is_forgotten(void **state)
{
	(void)state;
	learn(1, TODAY, OTP, 0);
	learn(2, TODAY + 1, OTP, 0);
	memory_tick(memory, TODAY + MONTH - 1);
	assert_true(is_known(1, TODAY + MONTH - 1));
	memory_tick(memory, TODAY + MONTH);
	assert_false(is_known(1, TODAY + MONTH));
	assert_true(is_known(2, TODAY + MONTH));
	assert_int_equal(memory_count(memory), 1);
	assert_int_equal(jobs[job_count - 1].kind, STORE_FORGET);
	assert_int_equal(jobs[job_count - 1].born, TODAY);
	assert_int_equal(jobs[job_count - 1].today, TODAY + MONTH);
}

/* Nobody has told of midnight yet: a key past its month finds nobody. */
static void no_record_outlives_its_month_while_a_tick_is_late(void **state)
{
	(void)state;
	learn(1, TODAY, OTP, 0);
	assert_true(is_known(1, TODAY + MONTH - 1));
	assert_false(is_known(1, TODAY + MONTH));
	assert_int_equal(learn(1, TODAY + MONTH, OTP, 0).born, TODAY + MONTH);
}

static void a_day_is_asked_for_once(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++)
		memory_tick(memory, TODAY);
	assert_int_equal(count_of(STORE_FORGET), 1);
	memory_tick(memory, TODAY + 1);
	memory_tick(memory, 0);
	memory_tick(memory, TODAY + 1);
	assert_int_equal(count_of(STORE_FORGET), 2);
}

/* A key a day: at most thirty are alive, and each device of thirty days is found. */
static void every_living_key_is_tried(void **state)
{
	(void)state;
	memory_close(memory);
	memory = memory_open(NULL, 64, MONTH);
	assert_non_null(memory);
	for (int32_t day = 0; day < 40; day++) {
		memory_tick(memory, TODAY + day);
		learn((unsigned)day, TODAY + day, OTP, 0);
		for (int32_t earlier = 0; earlier <= day; earlier++)
			assert_int_equal(is_known((unsigned)earlier, TODAY + day),
					 day - earlier < MONTH);
	}
	assert_int_equal(count_of(STORE_KEY), 40);
	assert_int_equal(memory_count(memory), MONTH);
}

static void a_restart_remembers_what_was_stored(void **state)
{
	(void)state;
	learn(1, TODAY, OTP, WIFI);
	learn(2, TODAY + 1, LINK, 0);
	learn(1, TODAY + 2, LINK, 0);
	restart();
	assert_int_equal(found(1, TODAY + 2).count, 3);
	assert_int_equal(found(1, TODAY + 2).learned[2].day, TODAY + 2);
	assert_int_equal(found(2, TODAY + 2).count, 1);
	assert_int_equal(learn(1, TODAY + 3, OTP, 0).born, TODAY);
	/* The key of a day goes on, too. */
	assert_int_equal(learn(3, TODAY + 1, OTP, 0).born, TODAY + 1);
	assert_int_equal(count_of(STORE_KEY), 2);
}

static void a_restart_after_the_month_remembers_nothing(void **state)
{
	(void)state;
	learn(1, TODAY, OTP, 0);
	restart();
	assert_int_equal(memory_count(memory), 1);
	memory_tick(memory, TODAY + 60);
	assert_int_equal(memory_count(memory), 0);
	restart();
	assert_int_equal(memory_count(memory), 0);
	assert_false(is_known(1, TODAY));
}

static void a_key_of_a_day_that_has_not_come_is_destroyed(void **state)
{
	(void)state;
	learn(1, TODAY + 300, OTP, 0);
	learn(2, TODAY, OTP, 0);
	assert_false(is_known(1, TODAY));
	memory_tick(memory, TODAY);
	assert_int_equal(memory_count(memory), 1);
	assert_true(is_known(2, TODAY));
	assert_false(is_known(1, TODAY + 300));
	assert_int_equal(jobs[job_count - 1].today, TODAY);
	/* When that day comes, it has a key of its own. */
	learn(1, TODAY + 300, OTP, 0);
	assert_int_equal(count_of(STORE_KEY), 3);
}

static void among_too_many_keys_the_oldest_goes(void **state)
{
	(void)state;
	memory_close(memory);
	memory = memory_open(NULL, 64, MONTH);
	assert_non_null(memory);
	/* Nobody tells of midnight, for weeks. */
	for (int32_t day = 0; day < 40; day++)
		learn((unsigned)day, TODAY + day, OTP, 0);
	for (int32_t day = 39; day > 39 - MONTH; day--)
		assert_true(is_known((unsigned)day, TODAY + 39));
}

static void without_a_clock_nothing_is_remembered(void **state)
{
	struct store_job job = note(1, 0, OTP, 0);

	(void)state;
	assert_int_equal(job.born, 0);
	assert_int_equal(job.learned[0], 0);
	memory_tick(memory, 0);
	learn(1, TODAY, OTP, 0);
	assert_false(is_known(1, 0));
	assert_int_equal(count_of(STORE_FORGET), 0);
}

/* A router whose clock stands in the past: no day comes on which a key's month ends. */
static void after_a_day_without_a_clock_everything_is_forgotten(void **state)
{
	(void)state;
	learn(1, TODAY, OTP, 0);
	restart();
	now_ms += 24 * 3600 * 1000;
	memory_tick(memory, 0);
	assert_int_equal(memory_count(memory), 1);
	now_ms += 3600 * 1000;
	memory_tick(memory, 0);
	memory_tick(memory, 0);
	assert_int_equal(memory_count(memory), 0);
	assert_int_equal(count_of(STORE_FORGET), 1);
	assert_true(is_forgotten(0, TODAY));
	learn(2, TODAY, OTP, 0);
	memory_tick(memory, TODAY);
	assert_false(is_known(1, TODAY));
	assert_true(is_known(2, TODAY));
}

static void who_learned_nothing_is_not_noted(void **state)
{
	struct store_job job = note(1, TODAY, 0, 0);

	(void)state;
	assert_int_equal(job.born, 0);
	assert_int_equal(job_count, 0);
}

static void days_0_forget_everything_and_remember_nothing(void **state)
{
	(void)state;
	learn(1, TODAY, OTP, 0);
	memory_close(memory);
	open_for(0);
	assert_int_equal(jobs[job_count - 1].kind, STORE_FORGET);
	assert_int_equal(jobs[job_count - 1].born, INT32_MAX);
	memory_tick(memory, TODAY);
	memory_tick(memory, TODAY + 1);
	assert_int_equal(count_of(STORE_FORGET), 1);
	assert_int_equal(note(1, TODAY, OTP, 0).born, 0);
	assert_false(is_known(1, TODAY));
	assert_int_equal(memory_count(memory), 0);
	restart();
	assert_false(is_known(1, TODAY));
}

static void a_shorter_month_ends_earlier(void **state)
{
	(void)state;
	learn(1, TODAY, OTP, 0);
	memory_close(memory);
	open_for(10);
	assert_true(is_known(1, TODAY + 9));
	assert_false(is_known(1, TODAY + 10));
	memory_tick(memory, TODAY + 10);
	assert_int_equal(memory_count(memory), 0);
}

static void a_queue_without_room_for_the_key_leaves_the_job_alone(void **state)
{
	struct store_job job;

	(void)state;
	job_room = 0;
	job = note(1, TODAY, OTP, 0);
	assert_int_equal(job.born, 0);
	assert_int_equal(job.learned[0], 0);
	job_room = JOBS;
	job = learn(1, TODAY, OTP, 0);
	assert_int_equal(job.born, TODAY);
	assert_int_equal(count_of(STORE_KEY), 1);
	assert_true(is_known(1, TODAY));
}

static void a_key_that_was_not_stored_is_put_again(void **state)
{
	(void)state;
	disk_works = false;
	note(1, TODAY, OTP, 0);
	assert_int_equal(count_of(STORE_KEY), 1);
	memory_stored(memory, &jobs[0]);
	disk_works = true;
	learn(1, TODAY, OTP, 0);
	assert_int_equal(count_of(STORE_KEY), 2);
	assert_memory_equal(jobs[0].bytes, jobs[1].bytes, STORE_PSEUDONYM);
	learn(2, TODAY, OTP, 0);
	assert_int_equal(count_of(STORE_KEY), 2);
}

static void a_deletion_that_was_not_stored_is_asked_for_again_after_a_minute(void **state)
{
	(void)state;
	disk_works = false;
	memory_tick(memory, TODAY);
	memory_stored(memory, &jobs[0]);
	memory_tick(memory, TODAY);
	now_ms += 59999;
	memory_tick(memory, TODAY);
	assert_int_equal(count_of(STORE_FORGET), 1);
	now_ms += 1;
	disk_works = true;
	memory_tick(memory, TODAY);
	memory_stored(memory, &jobs[1]);
	now_ms += 3600000;
	memory_tick(memory, TODAY);
	assert_int_equal(count_of(STORE_FORGET), 2);
}

static void a_deletion_without_room_is_asked_for_again(void **state)
{
	(void)state;
	job_room = 0;
	memory_tick(memory, TODAY);
	job_room = JOBS;
	memory_tick(memory, TODAY);
	memory_tick(memory, TODAY);
	assert_int_equal(count_of(STORE_FORGET), 1);
}

/* Its key has ended between the button and the disk's answer. */
static void what_comes_back_after_midnight_is_not_kept(void **state)
{
	struct store_job job = note(1, TODAY, OTP, 0);

	(void)state;
	job.stored = true;
	memory_tick(memory, TODAY + MONTH);
	memory_stored(memory, &job);
	assert_int_equal(memory_count(memory), 0);
}

/* What the table holds, kept the plain way: newest last. */
static struct {
	unsigned device;
	int32_t born;
} model[MAX];
static size_t model_count;

static void model_drop(size_t i)
{
	model_count--;
	memmove(&model[i], &model[i + 1], (model_count - i) * sizeof(model[0]));
}

static void model_learn(unsigned number, int32_t today)
{
	int32_t born = today;

	for (size_t i = 0; i < model_count; i++)
		if (model[i].device == number) {
			born = model[i].born;
			model_drop(i);
			break;
		}
	if (model_count == MAX)
		model_drop(0);
	model[model_count].device = number;
	model[model_count++].born = born;
}

static void model_tick(int32_t today)
{
	for (size_t i = model_count; i-- > 0;)
		if (model[i].born <= today - MONTH)
			model_drop(i);
}

static bool model_has(unsigned number)
{
	for (size_t i = 0; i < model_count; i++)
		if (model[i].device == number)
			return true;
	return false;
}

static void a_crowd_over_a_year_is_remembered_as_by_a_plain_list(void **state)
{
	(void)state;
	srand(7);
	for (int32_t day = 0; day < 365; day++) {
		memory_tick(memory, TODAY + day);
		model_tick(TODAY + day);
		for (int visits = rand() % 4; visits > 0; visits--) {
			unsigned number = (unsigned)rand() % (2 * MAX);

			learn(number, TODAY + day, OTP, 0);
			model_learn(number, TODAY + day);
		}
		assert_int_equal(memory_count(memory), model_count);
		for (unsigned number = 0; number < 2 * MAX; number++)
			assert_int_equal(is_known(number, TODAY + day), model_has(number));
	}
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(what_was_learned_is_found_again),
	    T(nothing_is_found_of_what_was_not_stored),
	    T(the_first_of_a_day_makes_its_key),
	    T(who_returns_keeps_the_pseudonym_of_the_first_day),
	    T(a_pseudonym_cannot_be_told_without_its_key),
	    T(a_pseudonym_is_blake2b_of_the_mac),
	    T(the_same_day_and_objective_is_one),
	    T(the_oldest_of_a_device_makes_room),
	    T(the_oldest_device_makes_room),
	    T(a_month_later_it_is_forgotten),
	    T(no_record_outlives_its_month_while_a_tick_is_late),
	    T(a_day_is_asked_for_once),
	    T(every_living_key_is_tried),
	    T(a_restart_remembers_what_was_stored),
	    T(a_restart_after_the_month_remembers_nothing),
	    T(a_key_of_a_day_that_has_not_come_is_destroyed),
	    T(among_too_many_keys_the_oldest_goes),
	    T(without_a_clock_nothing_is_remembered),
	    T(after_a_day_without_a_clock_everything_is_forgotten),
	    T(who_learned_nothing_is_not_noted),
	    T(days_0_forget_everything_and_remember_nothing),
	    T(a_shorter_month_ends_earlier),
	    T(a_queue_without_room_for_the_key_leaves_the_job_alone),
	    T(a_key_that_was_not_stored_is_put_again),
	    T(a_deletion_that_was_not_stored_is_asked_for_again_after_a_minute),
	    T(a_deletion_without_room_is_asked_for_again),
	    T(what_comes_back_after_midnight_is_not_kept),
	    T(a_crowd_over_a_year_is_remembered_as_by_a_plain_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
