/*
 * The table of visits: found by MAC, forgotten by age, never grown; and its tokens.
 * links: portal/visit common/ether
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "portal/visit.h"

/* In place of edition.c's: most of these visits read none. */
void edition_release(struct edition *edition)
{
	if (edition != NULL)
		edition->visits--;
}

enum { ROOM = 4 };

static struct visits *visits;

static int table_open(void **state)
{
	(void)state;
	visits = visit_open(ROOM);
	return visits == NULL ? -1 : 0;
}

static int table_close(void **state)
{
	(void)state;
	visit_close(visits);
	visits = NULL;
	return 0;
}

static struct ether mac_of(unsigned n)
{
	return (struct ether){{2, 0, 0, (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n}};
}

static struct visit *begin(unsigned n, int64_t now_ms)
{
	struct ether mac = mac_of(n);

	return visit_begin(visits, &mac, now_ms);
}

static struct visit *find(unsigned n)
{
	struct ether mac = mac_of(n);

	return visit_find(visits, &mac);
}

static void a_new_visit_is_held_and_found_by_its_mac(void **state)
{
	struct visit *visit = begin(1, 500);

	(void)state;
	assert_non_null(visit);
	assert_int_equal(visit->state, VISIT_HELD);
	assert_int_equal(visit->step, 0);
	assert_false(visit->shown);
	assert_int_equal(visit->last_ms, 500);
	assert_ptr_equal(find(1), visit);
	assert_null(find(2));
	assert_int_equal(visit_count(visits), 1);
	assert_int_equal(visit_max(visits), ROOM);
	assert_ptr_equal(visit_at(visits, visit_index(visits, visit)), visit);
	assert_in_range(visit_index(visits, visit), 1, ROOM);
}

static void an_ended_visit_leaves_no_mac_behind(void **state)
{
	struct visit *visit = begin(1, 0);
	uint8_t zeroes[ETHER_LEN] = {0};

	(void)state;
	visit_end(visits, visit);
	assert_null(find(1));
	assert_int_equal(visit_count(visits), 0);
	assert_memory_equal(visit->mac.byte, zeroes, ETHER_LEN);
	assert_int_equal(visit->state, VISIT_FREE);
	memset(zeroes, 0, sizeof(zeroes));
	for (size_t i = 0; i < VISIT_SECRET; i++)
		assert_int_equal(visit->secret[i], 0);
}

static void in_a_full_table_the_oldest_makes_room(void **state)
{
	(void)state;
	for (unsigned n = 1; n <= ROOM; n++)
		assert_non_null(begin(n, n));
	assert_non_null(begin(9, 9));
	assert_null(find(1));
	for (unsigned n = 2; n <= ROOM; n++)
		assert_non_null(find(n));
	assert_non_null(find(9));
	assert_int_equal(visit_count(visits), ROOM);
}

static void a_touched_visit_is_the_youngest(void **state)
{
	(void)state;
	for (unsigned n = 1; n <= ROOM; n++)
		begin(n, n);
	visit_touch(visits, find(1), 10);
	assert_int_equal(find(1)->last_ms, 10);
	begin(9, 11);
	assert_non_null(find(1));
	assert_null(find(2));
}

static void one_that_has_acknowledged_is_not_evicted(void **state)
{
	(void)state;
	for (unsigned n = 1; n <= ROOM; n++)
		begin(n, n);
	find(1)->state = VISIT_ACKNOWLEDGED;
	find(2)->state = VISIT_ACKNOWLEDGED;
	assert_non_null(begin(9, 9));
	assert_non_null(find(1));
	assert_non_null(find(2));
	assert_null(find(3));
}

static void with_all_acknowledged_there_is_no_room(void **state)
{
	(void)state;
	for (unsigned n = 1; n <= ROOM; n++)
		begin(n, n)->state = VISIT_ACKNOWLEDGED;
	assert_null(begin(9, 9));
	assert_int_equal(visit_count(visits), ROOM);
	for (unsigned n = 1; n <= ROOM; n++)
		assert_non_null(find(n));
}

static void the_idle_are_forgotten_but_not_who_waits(void **state)
{
	(void)state;
	begin(1, 0);
	begin(2, 0)->state = VISIT_ACKNOWLEDGED;
	begin(3, 0);
	begin(4, 1);
	visit_forget_idle(visits, VISIT_IDLE_MS);
	assert_int_equal(visit_count(visits), 4);
	visit_forget_idle(visits, VISIT_IDLE_MS + 1);
	assert_null(find(1));
	assert_non_null(find(2));
	assert_null(find(3));
	assert_non_null(find(4));
}

/* Seen every minute: they would keep what they read for as long as they like. */
static void who_reads_an_old_edition_begins_anew_in_the_end(void **state)
{
	struct edition old = {.visits = 2, .retired_ms = 1000}, present = {.visits = 1, .current = true};
	int64_t end = old.retired_ms + VISIT_IDLE_MS;

	(void)state;
	begin(1, 0)->edition = &old;
	begin(2, 0)->edition = &old;
	find(2)->state = VISIT_ACKNOWLEDGED;
	begin(3, 0)->edition = &present;
	visit_touch(visits, find(1), end);
	visit_forget_retired(visits, end);
	assert_int_equal(visit_count(visits), 3);
	visit_forget_retired(visits, end + 1);
	assert_null(find(1));
	assert_int_equal(old.visits, 1);
	assert_non_null(find(2));
	assert_non_null(find(3));
}

/* Thousands of visits that come, are touched, end and are evicted, beside a plain model. */
static void a_long_life_keeps_chains_and_order_whole(void **state)
{
	enum { MANY = 64, MACS = 200, STEPS = 50000 };
	static int64_t born[MACS];
	unsigned chance = 12345, living = 0;

	(void)state;
	visit_close(visits);
	visits = visit_open(MANY);
	assert_non_null(visits);
	memset(born, 0, sizeof(born));
	for (int64_t now = 1; now <= STEPS; now++) {
		unsigned n = (chance = chance * 1103515245u + 12345u) >> 16;
		unsigned what = n / MACS % 4;
		struct visit *visit = find(n %= MACS);

		assert_int_equal(visit != NULL, born[n] != 0);
		if (visit != NULL && what == 0) {
			visit_end(visits, visit);
			born[n] = 0;
			living--;
		} else if (visit != NULL) {
			visit_touch(visits, visit, now);
			born[n] = now;
		} else {
			unsigned oldest = MACS;

			for (unsigned i = 0; living == MANY && i < MACS; i++)
				if (born[i] != 0 && (oldest == MACS || born[i] < born[oldest]))
					oldest = i;
			assert_non_null(begin(n, now));
			if (oldest < MACS)
				born[oldest] = 0;
			else
				living++;
			born[n] = now;
		}
		assert_int_equal(visit_count(visits), living);
	}
}

static void each_visit_has_a_secret_of_its_own(void **state)
{
	char one[VISIT_TOKEN_SIZE], two[VISIT_TOKEN_SIZE];

	(void)state;
	visit_token(begin(1, 0), one);
	visit_token(begin(2, 0), two);
	assert_int_equal(strlen(one), VISIT_TOKEN_SIZE - 1);
	assert_int_equal(strspn(one, "0123456789abcdef"), VISIT_TOKEN_SIZE - 1);
	assert_string_not_equal(one, two);
	assert_int_equal(visit_token_check(find(1), one), VISIT_TOKEN_PRESENT);
	assert_int_equal(visit_token_check(find(1), two), VISIT_TOKEN_FOREIGN);
}

static void a_new_visit_of_the_same_device_has_another_secret(void **state)
{
	char one[VISIT_TOKEN_SIZE];

	(void)state;
	visit_token(begin(1, 0), one);
	visit_end(visits, find(1));
	assert_int_equal(visit_token_check(begin(1, 0), one), VISIT_TOKEN_FOREIGN);
}

static void the_token_of_an_earlier_step_is_past(void **state)
{
	char tokens[4][VISIT_TOKEN_SIZE];
	struct visit *visit = begin(1, 0);

	(void)state;
	for (uint8_t step = 0; step < 4; step++) {
		visit->step = step;
		visit_token(visit, tokens[step]);
	}
	for (uint8_t step = 0; step < 4; step++) {
		visit->step = step;
		for (unsigned i = 0; i < 4; i++)
			assert_int_equal(visit_token_check(visit, tokens[i]),
					 i < step    ? VISIT_TOKEN_PAST
					 : i == step ? VISIT_TOKEN_PRESENT
						     : VISIT_TOKEN_FOREIGN);
	}
}

static void a_token_with_one_digit_changed_is_foreign(void **state)
{
	char token[VISIT_TOKEN_SIZE];
	struct visit *visit = begin(1, 0);

	(void)state;
	visit->step = 2;
	visit_token(visit, token);
	for (unsigned i = 0; i < 2 * VISIT_SECRET; i++) {
		char kept = token[i];

		token[i] = kept == '0' ? '1' : '0';
		assert_int_equal(visit_token_check(visit, token), VISIT_TOKEN_FOREIGN);
		token[i] = kept;
	}
	token[30] = token[31] = '1'; /* a step that no visit has */
	assert_int_equal(visit_token_check(visit, token), VISIT_TOKEN_FOREIGN);
	token[30] = '0';
	token[31] = '/'; /* sorts below '0' */
	assert_int_equal(visit_token_check(visit, token), VISIT_TOKEN_FOREIGN);
}

static void a_token_of_another_length_is_foreign(void **state)
{
	char token[VISIT_TOKEN_SIZE + 1];
	struct visit *visit = begin(1, 0);

	(void)state;
	visit_token(visit, token);
	visit->step = 2; /* so that the token itself is past */
	token[VISIT_TOKEN_SIZE - 1] = '0';
	token[VISIT_TOKEN_SIZE] = '\0';
	assert_int_equal(visit_token_check(visit, token), VISIT_TOKEN_FOREIGN);
	token[VISIT_TOKEN_SIZE - 2] = '\0';
	assert_int_equal(visit_token_check(visit, token), VISIT_TOKEN_FOREIGN);
	assert_int_equal(visit_token_check(visit, ""), VISIT_TOKEN_FOREIGN);
}

static void closing_nothing_is_allowed(void **state)
{
	(void)state;
	visit_close(NULL);
}

#define AROUND(name) cmocka_unit_test_setup_teardown(name, table_open, table_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    AROUND(a_new_visit_is_held_and_found_by_its_mac),
	    AROUND(an_ended_visit_leaves_no_mac_behind),
	    AROUND(in_a_full_table_the_oldest_makes_room),
	    AROUND(a_touched_visit_is_the_youngest),
	    AROUND(one_that_has_acknowledged_is_not_evicted),
	    AROUND(with_all_acknowledged_there_is_no_room),
	    AROUND(the_idle_are_forgotten_but_not_who_waits),
	    AROUND(who_reads_an_old_edition_begins_anew_in_the_end),
	    AROUND(a_long_life_keeps_chains_and_order_whole),
	    AROUND(each_visit_has_a_secret_of_its_own),
	    AROUND(a_new_visit_of_the_same_device_has_another_secret),
	    AROUND(the_token_of_an_earlier_step_is_past),
	    AROUND(a_token_with_one_digit_changed_is_foreign),
	    AROUND(a_token_of_another_length_is_foreign),
	    cmocka_unit_test(closing_nothing_is_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
