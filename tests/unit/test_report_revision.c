/*
 * The state machine of an hour's revisions: every answer, every loss.
 * links: report/revision
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "report/revision.h"

static const int64_t hour = INT64_C(1795435200);

/* Content number n, of that weight. */
static struct hour content(uint8_t n, int64_t weight)
{
	struct hour now = {.begin = hour, .weight = weight};

	memset(now.digest, n, sizeof(now.digest));
	return now;
}

static struct revision unknown(void)
{
	return (struct revision){.hour = hour};
}

/* What the department says of content n. */
static struct revision_result says(int code, int64_t rev, uint8_t n)
{
	struct revision_result result = {.hour = hour, .code = code, .rev = rev, .digested = true};

	memset(result.digest, n, sizeof(result.digest));
	return result;
}

static bool settle(struct revision *known, struct revision_result result)
{
	bool ahead = false, settled = revision_settle(known, &result, hour + 7200, &ahead);

	assert_false(ahead);
	return settled;
}

static enum revision_step next(struct revision *known, uint8_t n, int64_t weight)
{
	struct hour now = content(n, weight);

	return revision_next(known, &now);
}

static void assert_is(const struct revision *known, enum revision_state state, int64_t rev)
{
	assert_int_equal(known->state, state);
	assert_int_equal(known->rev, rev);
}

static void a_new_hour_begins_at_revision_1_and_rests_when_confirmed(void **state)
{
	struct revision known = unknown();

	(void)state;
	assert_int_equal(next(&known, 1, 10), REVISION_SEND);
	assert_is(&known, REVISION_ATTEMPTED, 1);
	assert_true(settle(&known, says(REVISION_STORED, 1, 1)));
	assert_is(&known, REVISION_CONFIRMED, 1);
	assert_int_equal(next(&known, 1, 10), REVISION_REST);
}

static void a_lost_answer_is_followed_by_the_same_revision(void **state)
{
	struct revision known = unknown();

	(void)state;
	next(&known, 1, 10);
	assert_int_equal(next(&known, 1, 10), REVISION_SEND);
	assert_is(&known, REVISION_ATTEMPTED, 1);
	assert_true(settle(&known, says(REVISION_SAME, 1, 1)));
	assert_is(&known, REVISION_CONFIRMED, 1);
}

/* The attempt may have arrived, with the content that it had. */
static void changed_content_after_an_attempt_is_the_next_revision(void **state)
{
	struct revision known = unknown();

	(void)state;
	next(&known, 1, 10);
	assert_int_equal(next(&known, 2, 11), REVISION_SEND);
	assert_is(&known, REVISION_ATTEMPTED, 2);
	assert_true(settle(&known, says(REVISION_REPLACED, 2, 2)));
	assert_int_equal(next(&known, 2, 11), REVISION_REST);
	assert_int_equal(next(&known, 3, 11), REVISION_SEND);
	assert_is(&known, REVISION_ATTEMPTED, 3);
}

static void nothing_but_its_own_revision_and_digest_confirms_it(void **state)
{
	static const int codes[] = {REVISION_STORED, REVISION_SAME, REVISION_REPLACED};

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		struct revision known = unknown();
		struct revision_result undigested = says(codes[i], 1, 1);

		undigested.digested = false;
		next(&known, 1, 10);
		assert_false(settle(&known, says(codes[i], 1, 2)));
		assert_false(settle(&known, says(codes[i], 2, 1)));
		assert_false(settle(&known, says(codes[i], 0, 1)));
		assert_false(settle(&known, undigested));
		assert_is(&known, REVISION_ATTEMPTED, 1);
		assert_true(settle(&known, says(codes[i], 1, 1)));
	}
}

/* Our own file was lost; the department still has revision 5. */
static void stale_with_the_same_content_is_confirmed_at_theirs(void **state)
{
	struct revision known = unknown();

	(void)state;
	next(&known, 1, 10);
	assert_true(settle(&known, says(REVISION_STALE, 5, 1)));
	assert_is(&known, REVISION_CONFIRMED, 5);
	assert_int_equal(next(&known, 1, 10), REVISION_REST);
}

static void stale_with_other_content_goes_again_above_theirs(void **state)
{
	struct revision known = unknown();

	(void)state;
	next(&known, 1, 10);
	assert_true(settle(&known, says(REVISION_STALE, 5, 9)));
	assert_int_equal(next(&known, 1, 10), REVISION_SEND);
	assert_is(&known, REVISION_ATTEMPTED, 6);
	assert_true(settle(&known, says(REVISION_REPLACED, 6, 1)));
	assert_int_equal(next(&known, 1, 10), REVISION_REST);
}

static void stale_that_is_no_later_settles_nothing(void **state)
{
	struct revision known = unknown();
	struct revision_result result = says(REVISION_STALE, 5, 9);

	(void)state;
	next(&known, 1, 10);
	assert_false(settle(&known, says(REVISION_STALE, 1, 9)));
	assert_false(settle(&known, says(REVISION_STALE, INT32_MAX, 9)));
	result.digested = false;
	assert_false(settle(&known, result));
	assert_is(&known, REVISION_ATTEMPTED, 1);
}

static void a_conflict_is_parked_until_the_content_is_another(void **state)
{
	struct revision known = unknown();

	(void)state;
	next(&known, 1, 10);
	assert_true(settle(&known, says(REVISION_CONFLICT, 1, 9)));
	assert_is(&known, REVISION_PARKED, 1);
	assert_int_equal(known.code, REVISION_CONFLICT);
	assert_int_equal(next(&known, 1, 10), REVISION_REST);
	assert_int_equal(next(&known, 2, 11), REVISION_SEND);
	assert_is(&known, REVISION_ATTEMPTED, 2);
}

static void refused_and_too_old_are_parked(void **state)
{
	static const int codes[] = {REVISION_REFUSED, REVISION_TOO_OLD};

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		struct revision known = unknown();
		struct revision_result result = {.hour = hour, .code = codes[i]};

		next(&known, 1, 10);
		assert_true(settle(&known, result));
		assert_is(&known, REVISION_PARKED, 1);
		assert_int_equal(known.code, codes[i]);
		assert_int_equal(next(&known, 1, 10), REVISION_REST);
		assert_int_equal(next(&known, 2, 11), REVISION_SEND);
	}
}

static void an_hour_that_the_department_has_not_reached_is_for_later(void **state)
{
	struct revision known = unknown();
	struct revision_result result = {.hour = hour, .code = REVISION_REFUSED};
	bool ahead = false;

	(void)state;
	next(&known, 1, 10);
	assert_false(revision_settle(&known, &result, hour - 901, &ahead));
	assert_true(ahead);
	assert_is(&known, REVISION_ATTEMPTED, 1);
	assert_int_equal(next(&known, 1, 10), REVISION_SEND);
	ahead = false;
	assert_true(revision_settle(&known, &result, 0, &ahead)); /* no clock was said */
	assert_false(ahead);
	assert_is(&known, REVISION_PARKED, 1);
}

static void a_code_of_another_version_settles_nothing(void **state)
{
	static const int codes[] = {5, 6, 10, 13, 200, 999};

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		struct revision known = unknown();

		next(&known, 1, 10);
		assert_false(settle(&known, says(codes[i], 1, 1)));
		assert_is(&known, REVISION_ATTEMPTED, 1);
	}
}

static void too_large_and_unreadable_rest_until_they_change(void **state)
{
	static const enum revision_code codes[] = {REVISION_TOO_LARGE, REVISION_UNREADABLE};

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		struct revision known = unknown();

		next(&known, 1, 10);
		revision_park(&known, codes[i]);
		assert_int_equal(next(&known, 1, 10), REVISION_REST);
		assert_int_equal(next(&known, 2, 10), REVISION_SEND);
		assert_is(&known, REVISION_ATTEMPTED, 2);
	}
}

/* Portal has set a broken database aside; an empty hour must not replace the department's. */
static void fewer_counts_than_were_reported_are_never_sent(void **state)
{
	struct revision known = unknown();

	(void)state;
	next(&known, 1, 10);
	settle(&known, says(REVISION_STORED, 1, 1));
	assert_int_equal(next(&known, 2, 9), REVISION_PARK);
	assert_int_equal(known.code, REVISION_FEWER);
	assert_int_equal(next(&known, 2, 9), REVISION_REST);
	assert_int_equal(next(&known, 0, 0), REVISION_REST);
	/* The database is back from where it was kept. */
	assert_int_equal(next(&known, 1, 10), REVISION_SEND);
	assert_is(&known, REVISION_ATTEMPTED, 1);
	assert_true(settle(&known, says(REVISION_SAME, 1, 1)));
}

static void what_is_no_code_stays_here(void **state)
{
	struct revision known = unknown();
	struct hour now = content(1, 10);

	(void)state;
	now.strange = true;
	assert_int_equal(revision_next(&known, &now), REVISION_PARK);
	assert_is(&known, REVISION_PARKED, 0);
	assert_int_equal(known.code, REVISION_STRANGE);
	assert_int_equal(revision_next(&known, &now), REVISION_REST);
	assert_int_equal(next(&known, 1, 10), REVISION_SEND);
	assert_is(&known, REVISION_ATTEMPTED, 1);
}

/* A withdrawn acknowledgement takes back what does not count for the weight. */
static void a_withdrawn_acknowledgement_is_a_revision_like_any(void **state)
{
	struct revision known = unknown();

	(void)state;
	next(&known, 1, 10);
	settle(&known, says(REVISION_STORED, 1, 1));
	assert_int_equal(next(&known, 2, 10), REVISION_SEND);
	assert_is(&known, REVISION_ATTEMPTED, 2);
}

static void every_reason_has_a_sentence(void **state)
{
	static const int codes[] = {3, 11, 12, 413, 422, 1001, 1002, 1003};

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		assert_string_not_equal(revision_reason(codes[i]), "refused");
	assert_string_equal(revision_reason(77), "refused");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_new_hour_begins_at_revision_1_and_rests_when_confirmed),
	    cmocka_unit_test(a_lost_answer_is_followed_by_the_same_revision),
	    cmocka_unit_test(changed_content_after_an_attempt_is_the_next_revision),
	    cmocka_unit_test(nothing_but_its_own_revision_and_digest_confirms_it),
	    cmocka_unit_test(stale_with_the_same_content_is_confirmed_at_theirs),
	    cmocka_unit_test(stale_with_other_content_goes_again_above_theirs),
	    cmocka_unit_test(stale_that_is_no_later_settles_nothing),
	    cmocka_unit_test(a_conflict_is_parked_until_the_content_is_another),
	    cmocka_unit_test(refused_and_too_old_are_parked),
	    cmocka_unit_test(an_hour_that_the_department_has_not_reached_is_for_later),
	    cmocka_unit_test(a_code_of_another_version_settles_nothing),
	    cmocka_unit_test(too_large_and_unreadable_rest_until_they_change),
	    cmocka_unit_test(fewer_counts_than_were_reported_are_never_sent),
	    cmocka_unit_test(what_is_no_code_stays_here),
	    cmocka_unit_test(a_withdrawn_acknowledgement_is_a_revision_like_any),
	    cmocka_unit_test(every_reason_has_a_sentence),
	};

	return cmocka_run_group_tests_name("report_revision", tests, NULL, NULL);
}
